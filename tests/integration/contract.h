/* contract.h - the public contract as a text, of a type library: what clients were compiled against must not change
 * without being noticed. */
#pragma once

#include "support.h"

/* LIBID, IIDs, CLSIDs, vtable order, DISPIDs, types, flags, and enums, one a line, UTF-8. The caller frees. */
char *contract_describe(ITypeLib *library);

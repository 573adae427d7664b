/* register.h - what the sandbox writes into the registry so that COM and others take it for Outlook. */
#pragma once

#include "text.h"
#include <initguid.h>

DEFINE_GUID(CLSID_OutlookApplication, 0x0006F03A, 0x0000, 0x0000, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46);

/* directory NULL: the store's place stays as it was. Both change nothing and fail with ERROR_ALREADY_EXISTS where
 * another program is registered as Outlook. */
HRESULT register_server(const WCHAR *directory);
HRESULT unregister_server(void);
/* Where the store is; the caller frees it. */
WCHAR *register_store_path(void);

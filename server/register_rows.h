/* register_rows.h - what registration writes and removes: one table. */
#ifndef OB_REGISTER_ROWS_H
#define OB_REGISTER_ROWS_H

#include <windows.h>
#include "com/registry.h"
#include "host/error.h"

/* For whom the broker is registered. */
enum install
{
    install_machine = 1,
    install_user = 2
};

/* What the rows are made of beside the program itself. Texts are borrowed. */
struct registration
{
    enum install install;
    BOOL whole;              /* every row there can be, as for removing; what follows does not matter then */
    const WCHAR *launch;     /* LaunchPermission as SDDL */
    const WCHAR *access;     /* AccessPermission as SDDL */
    const WCHAR *owners;     /* SIDs, divided by line feeds; "": no list from now on; NULL: as it is */
    BOOL proxy_64, proxy_32; /* whether outlook-broker-ps.dll lies beside the program, and in x86 for 32-bit clients */
};

struct registration_rows
{
    struct registry_row *rows; /* owned, as are the texts that they point to */
    size_t count;
    WCHAR **texts;
    size_t text_count;
};

/* Makes the rows in the order in which they are written. */
HRESULT registration_rows_make(
    const struct registration *registration, struct registration_rows *rows, struct error *error);

void registration_rows_clear(struct registration_rows *rows);

/* The path of the proxy DLL that stands beside the program, for 64-bit or 32-bit clients. */
HRESULT proxy_path(BOOL view_32, WCHAR *out, size_t size);

#endif

/* registry.h - registration as data: rows that are written in order, taken back whole if one fails, and removed again.
 */
#ifndef OB_COM_REGISTRY_H
#define OB_COM_REGISTRY_H

#include <windows.h>
#include "host/error.h"

struct registry_row
{
    const WCHAR *key;  /* below HKEY_LOCAL_MACHINE; %1 to %9 stand for the inserts */
    const WCHAR *name; /* NULL: the default value */
    const WCHAR *text; /* a text, inserts as in key; NULL: see sddl */
    const WCHAR *sddl; /* a descriptor, stored as REG_BINARY in self-relative form */
    DWORD number;      /* a REG_DWORD if neither text nor sddl is given and is_number is set */
    BOOL is_number;    /* with none of the three: the key alone is made */
};

struct registry_inserts
{
    const WCHAR *texts[9];
};

/* Writes all rows. If one fails, those before it are taken back: keys and values that were not there before are
 * removed, others get their old content back. */
HRESULT registry_write(
    const struct registry_row *rows, size_t count, const struct registry_inserts *inserts, struct error *error);

/* Removes keys with all that is in them; ones that are not there are no error. keys as in registry_row. */
HRESULT registry_remove(
    const WCHAR *const *keys, size_t count, const struct registry_inserts *inserts, struct error *error);

#endif

/* registry.h - registration as data: rows that are written in order, taken back whole if one fails, and removed again.
 * One thread. */
#ifndef OB_COM_REGISTRY_H
#define OB_COM_REGISTRY_H

#include <windows.h>
#include "host/error.h"

enum registry_kind
{
    registry_key,        /* the key alone */
    registry_text,       /* REG_SZ */
    registry_texts,      /* REG_MULTI_SZ: text is divided by line feeds */
    registry_number,     /* REG_DWORD */
    registry_descriptor, /* REG_BINARY: the self-relative security descriptor that text means as SDDL */
    registry_nothing     /* the value is removed where it is there */
};

/* A row's key is base\own\key, without the parts that are NULL. */
struct registry_row
{
    HKEY hive;         /* HKEY_LOCAL_MACHINE or HKEY_CURRENT_USER */
    BOOL view_32;      /* the 32-bit view, else the 64-bit one */
    const WCHAR *base; /* others' key: never removed */
    const WCHAR *own;  /* wholly ours: removed with all that is in it, and keys between it and base that are left empty,
                          too. NULL: the value alone is ours, in a key of others' */
    const WCHAR *key;
    const WCHAR *name; /* NULL: the default value */
    enum registry_kind kind;
    const WCHAR *text;
    DWORD number;
};

/* Writes all rows in order; one that is there already is written again. If a row fails, all that was written is taken
 * back, last first: keys that were not there are removed, values get their old content. error names the row's key. */
HRESULT registry_write(const struct registry_row *rows, size_t count, struct error *error);

/* Removes what the rows name, last first; what is not there is no error. Goes on after a failure and reports the
 * first. */
HRESULT registry_remove(const struct registry_row *rows, size_t count, struct error *error);

#endif

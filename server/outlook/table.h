/* table.h - what a Table of Outlook's shows, read without a row for each. */
#ifndef OB_OUTLOOK_TABLE_H
#define OB_OUTLOOK_TABLE_H

#include "outlook/internal.h"

/* The EntryID of a table's first row, which its first default column shows. *entry_id, which may be NULL, is the
 * caller's to free; where nothing is found it is not touched. */
HRESULT table_first(struct apartment *apartment, IDispatch *table, bool *found, WCHAR **entry_id);

/* The same of what GetArray answered for one row: S_OK with the text, borrowed; S_FALSE: there is no row; E_UNEXPECTED:
 * it is not to be told from this. A plain function. */
HRESULT array_first(const VARIANT *array, const WCHAR **entry_id);

#endif

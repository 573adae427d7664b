/* selection.h - the records of a folder that fit a condition, in some order: what Items and Table show.
 * References to records are counted: one that has left the folder stays readable until the next refresh. */
#pragma once

#include "filter.h"
#include "store.h"

struct selection
{
    struct folder *folder;
    WCHAR *condition; /* NULL: all */
    struct filter *filter;
    enum field sort; /* FIELD_COUNT: as they came */
    bool descending;
    unsigned generation;
    bool fresh;
    struct record **records;
    size_t count;
};

/* False: the condition is not understood; then nothing is to be cleared. */
bool selection_init(struct selection *selection, struct folder *folder, const WCHAR *condition);
void selection_clear(struct selection *selection);
/* Looks at the folder again, if it has changed. */
void selection_refresh(struct selection *selection);
/* False: no such field. */
bool selection_sort(struct selection *selection, const WCHAR *field, bool descending);
/* Both conditions together, freed by the caller. */
WCHAR *selection_narrowed(const struct selection *selection, const WCHAR *condition);

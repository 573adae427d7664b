/* filter.h - Outlook's conditions: [Field] = 'value' with =, <>, <, >, <=, >=, And, Or, Not and parentheses.
 * Quotes inside a value are doubled; texts compare regardless of case. */
#pragma once

#include "record.h"

struct filter;

/* NULL: not understood, or a field that does not exist. The caller frees it with filter_free. */
struct filter *filter_parse(const WCHAR *text);
/* filter NULL: everything fits. */
bool filter_fits(const struct filter *filter, const struct record *record);
void filter_free(struct filter *filter);

/* selection.c - the records of a folder that fit a condition. See selection.h. */
#include "selection.h"
#include <stdlib.h>
#include <wchar.h>

bool selection_init(struct selection *selection, struct folder *folder, const WCHAR *condition)
{
    memset(selection, 0, sizeof(*selection));
    if (!text_empty(condition) && !(selection->filter = filter_parse(condition))) return false;
    selection->folder = folder;
    selection->condition = text_empty(condition) ? NULL : text_copy(condition);
    selection->sort = FIELD_COUNT;
    return true;
}

static void drop_records(struct selection *selection)
{
    while (selection->count)
        record_release(selection->records[--selection->count]);
}

void selection_clear(struct selection *selection)
{
    drop_records(selection);
    free(selection->records);
    free(selection->condition);
    filter_free(selection->filter);
}

static int compare_records(const struct selection *selection, const struct record *a, const struct record *b)
{
    VARIANT left, right;
    HRESULT order;

    record_get(a, selection->sort, &left);
    record_get(b, selection->sort, &right);
    if (V_VT(&left) == VT_BOOL)
        V_BOOL(&left) = (VARIANT_BOOL)-V_BOOL(&left), V_BOOL(&right) = (VARIANT_BOOL)-V_BOOL(&right);
    order = VarCmp(&left, &right, LOCALE_INVARIANT, NORM_IGNORECASE);
    VariantClear(&left);
    VariantClear(&right);
    return order == (HRESULT)VARCMP_LT ? -1 : order == (HRESULT)VARCMP_GT;
}

/* By merging, so that equal ones keep their order. */
static void sort_records(const struct selection *selection, struct record **records, size_t count)
{
    struct record **copy;
    size_t half = count / 2, left = 0, right = half;

    if (count < 2) return;
    sort_records(selection, records, half);
    sort_records(selection, records + half, count - half);
    copy = memory_new(count * sizeof(*copy));
    for (size_t i = 0; i < count; i++)
    {
        int order = left == half ? 1 : right == count ? -1 : compare_records(selection, records[left], records[right]);

        if (left < half && right < count && selection->descending) order = -order;
        copy[i] = order <= 0 ? records[left++] : records[right++];
    }
    memcpy(records, copy, count * sizeof(*copy));
    free(copy);
}

void selection_refresh(struct selection *selection)
{
    struct folder *folder = selection->folder;

    if (selection->fresh && selection->generation == folder->generation) return;
    drop_records(selection);
    selection->records = memory_resize(selection->records, folder->record_count * sizeof(*selection->records));
    for (size_t i = 0; i < folder->record_count; i++)
        if (filter_fits(selection->filter, folder->records[i]))
        {
            selection->records[selection->count++] = folder->records[i];
            record_add_ref(folder->records[i]);
        }
    if (selection->sort != FIELD_COUNT) sort_records(selection, selection->records, selection->count);
    selection->generation = folder->generation;
    selection->fresh = true;
}

bool selection_sort(struct selection *selection, const WCHAR *field, bool descending)
{
    const WCHAR *begin = *field == L'[' ? field + 1 : field;
    WCHAR *name = text_trim(begin, wcslen(begin), L"[]");

    selection->sort = record_field(name);
    selection->descending = descending;
    selection->fresh = false;
    free(name);
    return selection->sort != FIELD_COUNT;
}

WCHAR *selection_narrowed(const struct selection *selection, const WCHAR *condition)
{
    if (!selection->condition) return text_copy(condition);
    return text_format(L"(%s) And (%s)", selection->condition, condition);
}

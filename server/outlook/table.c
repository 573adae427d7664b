/* table.c - see table.h. GetArray answers with values, so that one call does for what GetNextRow and Item need two for
 * and an object between them. Outlook's documents give its dimensions as column and row; that they are told the other
 * way round too does no harm here, since of one row the EntryID is the first cell either way. An answer of any other
 * shape is not judged, nor is a refusal: then the row itself is asked for. */
#include "table.h"
#include <wctype.h>

#define ENTRY_ID_SHORTEST 8

/* The EntryID of a row. */
static HRESULT read_entry_id(struct apartment *apartment, IDispatch *row, WCHAR **entry_id)
{
    VARIANT column, value;
    HRESULT hr;

    V_VT(&column) = VT_BSTR;
    V_BSTR(&column) = SysAllocString(L"EntryID");
    if (!V_BSTR(&column)) return E_OUTOFMEMORY;
    hr = call_member(apartment, row, row_item, DISPATCH_METHOD | DISPATCH_PROPERTYGET, &column, 1, &value);
    VariantClear(&column);
    if (FAILED(hr)) return hr;
    if (V_VT(&value) == VT_BSTR && V_BSTR(&value)) *entry_id = _wcsdup(V_BSTR(&value));
    VariantClear(&value);
    return *entry_id ? S_OK : E_UNEXPECTED;
}

static HRESULT first_row(struct apartment *apartment, IDispatch *table, bool *found, WCHAR **entry_id)
{
    IDispatch *row = NULL;
    HRESULT hr = call_method(apartment, table, table_move_to_start);

    if (SUCCEEDED(hr)) hr = get_object(apartment, table, table_get_next_row, &row);
    if (SUCCEEDED(hr) && row)
    {
        *found = true;
        if (entry_id) hr = read_entry_id(apartment, row, entry_id);
    }
    drop_object(&row);
    return hr;
}

/* It is given as hexadecimal digits. */
static bool is_entry_id(const WCHAR *text)
{
    size_t digits = 0;

    while (text && iswxdigit(text[digits]))
        digits++;
    return digits >= ENTRY_ID_SHORTEST && !text[digits];
}

HRESULT array_first(const VARIANT *array, const WCHAR **entry_id)
{
    SAFEARRAY *cells;
    VARIANT *first;
    LONG at[2];

    *entry_id = NULL;
    if (V_VT(array) != (VT_ARRAY | VT_VARIANT) || !V_ARRAY(array)) return E_UNEXPECTED;
    cells = V_ARRAY(array);
    if (SafeArrayGetDim(cells) != 2) return E_UNEXPECTED;
    for (UINT i = 0; i < 2; i++)
    {
        LONG last;

        if (FAILED(SafeArrayGetLBound(cells, i + 1, &at[i])) || FAILED(SafeArrayGetUBound(cells, i + 1, &last)))
            return E_UNEXPECTED;
        if (last < at[i]) return S_FALSE;
    }
    if (FAILED(SafeArrayPtrOfIndex(cells, at, (void **)&first))) return E_UNEXPECTED;
    if (V_VT(first) != VT_BSTR || !is_entry_id(V_BSTR(first))) return E_UNEXPECTED;
    *entry_id = V_BSTR(first);
    return S_OK;
}

HRESULT table_first(struct apartment *apartment, IDispatch *table, bool *found, WCHAR **entry_id)
{
    VARIANT one = {.vt = VT_I4, .lVal = 1}, array;
    const WCHAR *text = NULL;
    HRESULT hr = call_member(apartment, table, table_get_array, DISPATCH_METHOD, &one, 1, &array);

    if (FAILED(hr) && apartment->connection.lost) return hr;
    hr = SUCCEEDED(hr) ? array_first(&array, &text) : E_UNEXPECTED;
    if (hr == S_OK) *found = true;
    if (hr == S_OK && entry_id && !(*entry_id = _wcsdup(text))) hr = E_OUTOFMEMORY;
    VariantClear(&array);
    if (hr == E_UNEXPECTED) hr = first_row(apartment, table, found, entry_id);
    return FAILED(hr) ? hr : S_OK;
}

/* variant.c - see variant.h. */

#include "variant.h"
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

/* The value behind a reference to a VARIANT, as scripts pass their variables. */
static const VARIANT *behind_reference(const VARIANT *value)
{
    while (V_VT(value) == (VT_BYREF | VT_VARIANT) && V_VARIANTREF(value))
        value = V_VARIANTREF(value);
    return value;
}

BOOL variant_is_missing(const VARIANT *value)
{
    value = behind_reference(value);
    return V_VT(value) == VT_EMPTY || (V_VT(value) == VT_ERROR && V_ERROR(value) == DISP_E_PARAMNOTFOUND);
}

const WCHAR *variant_words(const VARIANT *value)
{
    static const struct
    {
        VARTYPE type;
        const WCHAR *words;
    } table[] = {
        {VT_EMPTY, L"Empty"},
        {VT_NULL, L"Null"},
        {VT_BSTR, L"a text"},
        {VT_BOOL, L"True or False"},
        {VT_DATE, L"a date"},
        {VT_ERROR, L"an error value"},
        {VT_I1, L"a number"},
        {VT_UI1, L"a number"},
        {VT_I2, L"a number"},
        {VT_UI2, L"a number"},
        {VT_I4, L"a number"},
        {VT_UI4, L"a number"},
        {VT_INT, L"a number"},
        {VT_UINT, L"a number"},
        {VT_I8, L"a number"},
        {VT_UI8, L"a number"},
        {VT_R4, L"a number"},
        {VT_R8, L"a number"},
        {VT_CY, L"a currency value"},
        {VT_DECIMAL, L"a number"},
    };
    VARTYPE type;

    value = behind_reference(value);
    type = V_VT(value) & VT_TYPEMASK;
    if (V_VT(value) & VT_ARRAY) return L"an array";
    if (type == VT_DISPATCH || type == VT_UNKNOWN)
    {
        IUnknown *object =
            (V_VT(value) & VT_BYREF) ? (V_UNKNOWNREF(value) ? *V_UNKNOWNREF(value) : NULL) : V_UNKNOWN(value);

        return object ? L"an object without a text" : L"Nothing";
    }
    for (unsigned i = 0; i < ARRAYSIZE(table); i++)
        if (table[i].type == type) return table[i].words;
    return L"a value of this type";
}

static BOOL is_object(const VARIANT *value)
{
    VARTYPE type = V_VT(value) & VT_TYPEMASK;

    return !(V_VT(value) & VT_ARRAY) && (type == VT_DISPATCH || type == VT_UNKNOWN);
}

static HRESULT refuse(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, const WCHAR *wanted, struct error *error)
{
    return error_set(error, error_argument_type, 4, member, argument, variant_words(value), wanted);
}

/* The text of a value that is one, or of an object's default property that is one. S_FALSE: it is none. */
static HRESULT take_text(const VARIANT *value, BSTR *text)
{
    VARIANT plain;
    HRESULT hr = S_FALSE;

    *text = NULL;
    VariantInit(&plain);
    if (V_VT(value) & VT_ARRAY) return S_FALSE;
    if (is_object(value))
    {
        if (SUCCEEDED(VariantChangeType(&plain, (VARIANT *)value, 0, VT_BSTR))) hr = S_OK;
    }
    else if (SUCCEEDED(VariantCopyInd(&plain, (VARIANT *)value)))
    {
        if (V_VT(&plain) == VT_BSTR || V_VT(&plain) == VT_EMPTY) hr = S_OK;
    }
    if (hr == S_OK && V_VT(&plain) == VT_BSTR)
        *text = SysAllocStringLen(V_BSTR(&plain), SysStringLen(V_BSTR(&plain)));
    else if (hr == S_OK)
        *text = SysAllocString(L"");
    if (hr == S_OK && !*text) hr = E_OUTOFMEMORY;
    VariantClear(&plain);
    return hr;
}

HRESULT variant_to_text(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *text, struct error *error)
{
    BSTR taken;
    HRESULT hr;

    value = behind_reference(value);
    hr = take_text(value, &taken);
    if (hr == S_FALSE) return refuse(value, member, argument, L"a text", error);
    if (FAILED(hr)) return error_set(error, error_no_memory, 0);
    V_VT(text) = VT_BSTR;
    V_BSTR(text) = taken;
    return S_OK;
}

HRESULT variant_to_long(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *number, struct error *error)
{
    value = behind_reference(value);
    VariantInit(number);
    if (V_VT(value) == VT_EMPTY || V_VT(value) == VT_NULL || (V_VT(value) & VT_TYPEMASK) == VT_BOOL ||
        (V_VT(value) & VT_TYPEMASK) == VT_DATE || FAILED(VariantChangeType(number, (VARIANT *)value, 0, VT_I4)))
        return refuse(value, member, argument, L"a whole number", error);
    return S_OK;
}

static BOOL add_text(struct text_list *list, const WCHAR *text, size_t length)
{
    WCHAR **grown, *copy;

    while (length && iswspace(text[0]))
        text++, length--;
    while (length && iswspace(text[length - 1]))
        length--;
    if (!(grown = realloc(list->texts, (list->count + 1) * sizeof(*grown)))) return FALSE;
    list->texts = grown;
    if (!(copy = malloc((length + 1) * sizeof(*copy)))) return FALSE;
    wmemcpy(copy, text, length);
    copy[length] = 0;
    list->texts[list->count++] = copy;
    return TRUE;
}

void text_list_clear(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->texts[i]);
    free(list->texts);
    memset(list, 0, sizeof(*list));
}

static HRESULT split_text(const WCHAR *text, WCHAR divider, struct text_list *list)
{
    const WCHAR *end;

    if (!text[wcsspn(text, L" \t")]) return S_OK;
    do
    {
        end = wcschr(text, divider);
        if (!add_text(list, text, end ? (size_t)(end - text) : wcslen(text))) return E_OUTOFMEMORY;
        text = end + 1;
    } while (end);
    return S_OK;
}

static HRESULT refuse_array(const WCHAR *member, const WCHAR *argument, const WCHAR *why, struct error *error)
{
    return error_set(error, error_argument_array, 3, member, argument, why);
}

/* One element of an array of texts or VARIANTs. */
static HRESULT add_element(SAFEARRAY *array, VARTYPE type, LONG index, struct text_list *list)
{
    VARIANT element;
    BSTR text = NULL;
    HRESULT hr;

    VariantInit(&element);
    if (type == VT_BSTR)
    {
        V_VT(&element) = VT_BSTR;
        hr = SafeArrayGetElement(array, &index, &V_BSTR(&element));
    }
    else
        hr = SafeArrayGetElement(array, &index, &element);
    if (SUCCEEDED(hr)) hr = take_text(behind_reference(&element), &text);
    if (hr == S_OK && SysStringLen(text) != wcslen(text)) hr = S_FALSE;
    if (hr == S_OK && !add_text(list, text, wcslen(text))) hr = E_OUTOFMEMORY;
    SysFreeString(text);
    VariantClear(&element);
    return hr;
}

static HRESULT take_array(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, struct text_list *list, struct error *error)
{
    SAFEARRAY *array = (V_VT(value) & VT_BYREF) ? (V_ARRAYREF(value) ? *V_ARRAYREF(value) : NULL) : V_ARRAY(value);
    VARTYPE type = V_VT(value) & VT_TYPEMASK;
    LONG first, last;
    HRESULT hr = S_OK;

    if (type != VT_BSTR && type != VT_VARIANT)
        return refuse_array(member, argument, L"its elements are no texts", error);
    if (!array) return S_OK;
    if (SafeArrayGetDim(array) != 1) return refuse_array(member, argument, L"it has more than one dimension", error);
    if (FAILED(SafeArrayGetLBound(array, 1, &first)) || FAILED(SafeArrayGetUBound(array, 1, &last)))
        return refuse_array(member, argument, L"it has no bounds", error);
    for (LONG i = first; i <= last && hr == S_OK; i++)
        hr = add_element(array, type, i, list);
    if (hr == S_FALSE) return refuse_array(member, argument, L"one of its elements is no text", error);
    if (FAILED(hr)) return error_set(error, error_no_memory, 0);
    return S_OK;
}

HRESULT variant_to_text_list(const VARIANT *value, const WCHAR *member, const WCHAR *argument, WCHAR divider,
    struct text_list *list, struct error *error)
{
    BSTR text;
    HRESULT hr;

    memset(list, 0, sizeof(*list));
    if (variant_is_missing(value)) return S_OK;
    value = behind_reference(value);
    if (V_VT(value) & VT_ARRAY)
        hr = take_array(value, member, argument, list, error);
    else if ((hr = take_text(value, &text)) == S_OK)
    {
        if (SysStringLen(text) != wcslen(text)) hr = S_FALSE;
        if (hr == S_OK && FAILED(hr = split_text(text, divider, list))) error_set(error, error_no_memory, 0);
        SysFreeString(text);
    }
    if (hr == S_FALSE) hr = refuse(value, member, argument, L"a text or an array of texts", error);
    if (FAILED(hr)) text_list_clear(list);
    return hr;
}

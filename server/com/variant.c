/* variant.c - see variant.h. */

#include "variant.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define ELEMENT_NAME_SIZE 64
#define DATE_NONE 949998.0     /* 4501-01-01 */
#define LIST_OBJECT_MOST 10000 /* elements: each is a call to the client, which could name any number */

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

/* The object that a value is, if it can be asked for members; the caller releases. NULL: it cannot. */
static IDispatch *object_of(const VARIANT *value)
{
    IUnknown *unknown;
    IDispatch *object;

    if (!is_object(value)) return NULL;
    unknown = (V_VT(value) & VT_BYREF) ? (V_UNKNOWNREF(value) ? *V_UNKNOWNREF(value) : NULL) : V_UNKNOWN(value);
    if (!unknown || FAILED(IUnknown_QueryInterface(unknown, &IID_IDispatch, (void **)&object))) return NULL;
    return object;
}

static BOOL has_member(IDispatch *object, const WCHAR *name, DISPID *id)
{
    LPOLESTR names = (LPOLESTR)name;

    return SUCCEEDED(IDispatch_GetIDsOfNames(object, &IID_NULL, &names, 1, LOCALE_USER_DEFAULT, id));
}

static HRESULT get_member(IDispatch *object, DISPID id, VARIANT *value)
{
    DISPPARAMS none = {NULL, NULL, 0, 0};

    VariantInit(value);
    return IDispatch_Invoke(object, id, &IID_NULL, LOCALE_USER_DEFAULT, DISPATCH_PROPERTYGET, &none, value, NULL, NULL);
}

/* A list of a script language: it has a length, and is none of JScript's String objects, which have one too. */
static BOOL is_list(IDispatch *object, DISPID *length)
{
    DISPID character;

    return has_member(object, L"length", length) && !has_member(object, L"charAt", &character);
}

/* The value itself, not behind a reference; of an object, its default property. The caller clears it. S_FALSE: there is
 * none, and *words says what there is. */
static HRESULT plain_value(const VARIANT *value, VARIANT *plain, const WCHAR **words)
{
    IDispatch *object;
    VARIANT answer;
    DISPID length;
    HRESULT hr;

    value = behind_reference(value);
    VariantInit(plain);
    *words = variant_words(value);
    if (V_VT(value) & VT_ARRAY) return S_FALSE;
    if (!is_object(value))
    {
        hr = VariantCopyInd(plain, (VARIANT *)value);
        return SUCCEEDED(hr) || hr == E_OUTOFMEMORY ? hr : S_FALSE;
    }
    if (!(object = object_of(value))) return S_FALSE;
    if (is_list(object, &length))
    {
        *words = L"a list object";
        hr = S_FALSE;
    }
    else if (SUCCEEDED(get_member(object, DISPID_VALUE, &answer)))
    {
        hr = VariantCopyInd(plain, &answer);
        if (SUCCEEDED(hr) && !is_object(plain)) *words = variant_words(plain);
        if (FAILED(hr) || is_object(plain)) hr = hr == E_OUTOFMEMORY ? hr : S_FALSE;
        VariantClear(&answer);
    }
    else
        hr = S_FALSE;
    IDispatch_Release(object);
    if (hr != S_OK) VariantClear(plain);
    return hr;
}

static HRESULT refuse(
    const WCHAR *words, const WCHAR *member, const WCHAR *argument, const WCHAR *wanted, struct error *error)
{
    return error_set(error, error_argument_type, 4, member, argument, words, wanted);
}

/* The text of a value that is one, or of an object's default property that is one. S_FALSE: it is none, and *words says
 * what it is. */
static HRESULT take_text(const VARIANT *value, BSTR *text, const WCHAR **words)
{
    VARIANT plain;
    HRESULT hr = plain_value(value, &plain, words);

    *text = NULL;
    if (hr == S_OK && V_VT(&plain) == VT_BSTR)
        *text = SysAllocStringLen(V_BSTR(&plain), SysStringLen(V_BSTR(&plain)));
    else if (hr == S_OK && V_VT(&plain) == VT_EMPTY)
        *text = SysAllocString(L"");
    else if (hr == S_OK)
        hr = S_FALSE;
    if (hr == S_OK && !*text) hr = E_OUTOFMEMORY;
    VariantClear(&plain);
    return hr;
}

HRESULT variant_to_text(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *text, struct error *error)
{
    const WCHAR *words;
    BSTR taken;
    HRESULT hr = take_text(value, &taken, &words);

    if (hr == S_FALSE) return refuse(words, member, argument, L"a text", error);
    if (FAILED(hr)) return error_set(error, error_no_memory, 0);
    V_VT(text) = VT_BSTR;
    V_BSTR(text) = taken;
    return S_OK;
}

HRESULT variant_check_zero(BSTR text, const WCHAR *argument, struct error *error)
{
    WCHAR place[NUMBER_TEXT_SIZE];
    size_t length = text ? wcslen(text) : 0;

    if (length == SysStringLen(text)) return S_OK;
    return error_set(error, error_embedded_zero, 2, argument, number_text(length + 1, place));
}

HRESULT variant_to_long(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *number, struct error *error)
{
    const WCHAR *words;
    VARIANT plain;
    HRESULT hr = plain_value(value, &plain, &words);

    VariantInit(number);
    if (hr == S_OK && (V_VT(&plain) == VT_EMPTY || V_VT(&plain) == VT_NULL || V_VT(&plain) == VT_BOOL ||
                          V_VT(&plain) == VT_DATE || FAILED(VariantChangeType(number, &plain, 0, VT_I4))))
        hr = S_FALSE;
    VariantClear(&plain);
    if (hr == S_FALSE) return refuse(words, member, argument, L"a whole number", error);
    return FAILED(hr) ? error_set(error, error_no_memory, 0) : S_OK;
}

HRESULT variant_to_bool(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT_BOOL *truth, struct error *error)
{
    const WCHAR *words;
    VARIANT plain, converted;
    HRESULT hr;

    *truth = VARIANT_FALSE;
    if (variant_is_missing(value)) return S_OK;
    hr = plain_value(value, &plain, &words);
    VariantInit(&converted);
    if (hr == S_OK && (V_VT(&plain) == VT_NULL || V_VT(&plain) == VT_BSTR || V_VT(&plain) == VT_DATE ||
                          FAILED(VariantChangeType(&converted, &plain, 0, VT_BOOL))))
        hr = S_FALSE;
    if (hr == S_OK) *truth = V_BOOL(&converted);
    VariantClear(&plain);
    if (hr == S_FALSE) return refuse(words, member, argument, L"True or False", error);
    return FAILED(hr) ? error_set(error, error_no_memory, 0) : S_OK;
}

HRESULT variant_to_text_or_number(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *text, struct error *error)
{
    const WCHAR *words;
    VARIANT number;
    BSTR taken;
    HRESULT hr = take_text(value, &taken, &words);

    VariantInit(text);
    if (hr == S_OK)
    {
        V_VT(text) = VT_BSTR;
        V_BSTR(text) = taken;
        return S_OK;
    }
    if (hr == S_FALSE && FAILED(variant_to_long(value, member, argument, &number, NULL)))
        return refuse(words, member, argument, L"a text or a whole number", error);
    if (FAILED(hr) || FAILED(VariantChangeType(text, &number, 0, VT_BSTR))) return error_set(error, error_no_memory, 0);
    return S_OK;
}

HRESULT variant_to_date(const VARIANT *value, const WCHAR *member, DATE *date, struct error *error)
{
    const WCHAR *words;
    VARIANT plain;
    HRESULT hr;

    *date = 0;
    if (variant_is_missing(value)) return S_FALSE;
    hr = plain_value(value, &plain, &words);
    if (hr == S_OK && V_VT(&plain) == VT_DATE)
        *date = V_DATE(&plain);
    else if (SUCCEEDED(hr))
        hr = error_set(error, error_date_type, 2, member, words);
    else
        error_set(error, error_no_memory, 0);
    VariantClear(&plain);
    if (FAILED(hr)) return hr;
    return *date >= DATE_NONE && *date < DATE_NONE + 1 ? S_FALSE : S_OK;
}

static BOOL add_text(struct text_list *list, const WCHAR *text, size_t length)
{
    WCHAR **grown, *copy;

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

static BOOL is_blank(WCHAR c)
{
    return c == L' ' || c == L'\t';
}

static HRESULT split_text(const WCHAR *text, WCHAR divider, struct text_list *list)
{
    const WCHAR *end;

    if (!text[wcsspn(text, L" \t")]) return S_OK;
    do
    {
        size_t length;

        end = wcschr(text, divider);
        length = end ? (size_t)(end - text) : wcslen(text);
        while (length && is_blank(text[0]))
            text++, length--;
        while (length && is_blank(text[length - 1]))
            length--;
        if (!add_text(list, text, length)) return E_OUTOFMEMORY;
        if (end) text = end + 1;
    } while (end);
    return S_OK;
}

static HRESULT refuse_array(const WCHAR *member, const WCHAR *argument, const WCHAR *why, struct error *error)
{
    return error_set(error, error_argument_array, 3, member, argument, why);
}

/* Adds one element, whose number is as the script would write it. */
static HRESULT add_element(const VARIANT *element, const WCHAR *member, const WCHAR *argument, LONG number,
    struct text_list *list, struct error *error)
{
    WCHAR place[ELEMENT_NAME_SIZE];
    const WCHAR *words;
    BSTR text;
    HRESULT hr = take_text(element, &text, &words);

    if (hr == S_FALSE) return refuse_array(member, argument, L"one of its elements is no text", error);
    if (FAILED(hr)) return error_set(error, error_no_memory, 0);
    _snwprintf(place, ELEMENT_NAME_SIZE - 1, L"%ls(%ld)", argument, number);
    place[ELEMENT_NAME_SIZE - 1] = 0;
    hr = variant_check_zero(text, place, error);
    if (SUCCEEDED(hr) && !add_text(list, text, wcslen(text))) hr = error_set(error, error_no_memory, 0);
    SysFreeString(text);
    return hr;
}

BOOL array_holds(SAFEARRAY *array, VARTYPE type)
{
    const UINT size = type == VT_UI1 ? sizeof(BYTE) : type == VT_VARIANT ? sizeof(VARIANT) : sizeof(BSTR);
    VARTYPE really;

    return SUCCEEDED(SafeArrayGetVartype(array, &really)) && really == type && SafeArrayGetElemsize(array) == size;
}

/* S_OK, or why the array's element cannot be had: there is no memory, or something that cannot be a text. */
static HRESULT get_element(SAFEARRAY *array, VARTYPE type, LONG index, VARIANT *element)
{
    VariantInit(element);
    if (type == VT_VARIANT) return SafeArrayGetElement(array, &index, element);
    V_VT(element) = VT_BSTR;
    V_BSTR(element) = NULL;
    return SafeArrayGetElement(array, &index, &V_BSTR(element));
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
    if (!array_holds(array, type)) return refuse_array(member, argument, L"its elements are of another type", error);
    if (SafeArrayGetDim(array) != 1) return refuse_array(member, argument, L"it has more than one dimension", error);
    if (FAILED(SafeArrayGetLBound(array, 1, &first)) || FAILED(SafeArrayGetUBound(array, 1, &last)))
        return refuse_array(member, argument, L"it has no bounds", error);
    for (LONGLONG i = first; i <= last && SUCCEEDED(hr); i++) /* wider than the bounds: last may be the highest LONG */
    {
        VARIANT element;

        hr = get_element(array, type, (LONG)i, &element);
        if (hr == E_OUTOFMEMORY)
            error_set(error, error_no_memory, 0);
        else if (FAILED(hr))
            hr = refuse_array(member, argument, L"one of its elements cannot be read", error);
        else
            hr = add_element(&element, member, argument, (LONG)i, list, error);
        VariantClear(&element);
    }
    return hr;
}

/* The elements 0 to length - 1 of a list object, each a member of that name. */
static HRESULT take_elements(IDispatch *object, ULONG length, const WCHAR *member, const WCHAR *argument,
    deadline until, struct text_list *list, struct error *error)
{
    HRESULT hr = S_OK;

    for (ULONG i = 0; i < length && SUCCEEDED(hr); i++)
    {
        WCHAR name[NUMBER_TEXT_SIZE];
        VARIANT element;
        DISPID id;

        if (!deadline_left(until)) return HRESULT_FROM_WIN32(ERROR_TIMEOUT);
        if (!has_member(object, number_text(i, name), &id) || FAILED(get_member(object, id, &element)))
            return refuse_array(member, argument, L"one of its elements cannot be read", error);
        hr = add_element(&element, member, argument, (LONG)i, list, error);
        VariantClear(&element);
    }
    return hr;
}

/* A list object. S_FALSE: the value is none. */
static HRESULT take_list_object(const VARIANT *value, const WCHAR *member, const WCHAR *argument, deadline until,
    struct text_list *list, struct error *error)
{
    IDispatch *object = object_of(value);
    VARIANT length, number;
    HRESULT hr = S_FALSE;
    DISPID id;

    if (!object) return S_FALSE;
    if (is_list(object, &id))
    {
        VariantInit(&number);
        if (FAILED(get_member(object, id, &length)) || FAILED(VariantChangeType(&number, &length, 0, VT_I4)) ||
            V_I4(&number) < 0)
            hr = refuse_array(member, argument, L"its length cannot be read", error);
        else if (V_I4(&number) > LIST_OBJECT_MOST)
            hr = refuse_array(member, argument, L"it has more than 10000 elements", error);
        else
            hr = take_elements(object, (ULONG)V_I4(&number), member, argument, until, list, error);
        VariantClear(&length);
    }
    IDispatch_Release(object);
    return hr;
}

static HRESULT take_divided_text(const VARIANT *value, const WCHAR *member, const WCHAR *argument, WCHAR divider,
    struct text_list *list, struct error *error)
{
    const WCHAR *words;
    BSTR text;
    HRESULT hr = take_text(value, &text, &words);

    if (hr == S_FALSE) return refuse(words, member, argument, L"a text or an array of texts", error);
    if (FAILED(hr)) return error_set(error, error_no_memory, 0);
    hr = variant_check_zero(text, argument, error);
    if (SUCCEEDED(hr) && FAILED(hr = split_text(text, divider, list))) error_set(error, error_no_memory, 0);
    SysFreeString(text);
    return hr;
}

HRESULT variant_to_text_list(const VARIANT *value, const WCHAR *member, const WCHAR *argument, WCHAR divider,
    deadline until, struct text_list *list, struct error *error)
{
    HRESULT hr;

    memset(list, 0, sizeof(*list));
    if (variant_is_missing(value)) return S_OK;
    value = behind_reference(value);
    if (V_VT(value) & VT_ARRAY)
        hr = take_array(value, member, argument, list, error);
    else if ((hr = take_list_object(value, member, argument, until, list, error)) == S_FALSE)
        hr = take_divided_text(value, member, argument, divider, list, error);
    if (FAILED(hr)) text_list_clear(list);
    return hr;
}

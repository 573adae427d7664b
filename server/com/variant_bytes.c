/* variant_bytes.c - bytes as scripts have them: an ADODB.Stream's array, an array of numbers, or base64. See variant.h.
 */

#include "variant.h"
#include <stdlib.h>
#include <wchar.h>
#include <wincrypt.h>

static HRESULT refuse(const WCHAR *member, const WCHAR *argument, const WCHAR *why, struct error *error)
{
    return error_set(error, error_argument_bytes, 3, member, argument, why);
}

/* Room for size bytes and one more, so that it is never NULL. */
static BOOL make_room(struct bytes *bytes, size_t size)
{
    bytes->at = malloc(size + 1);
    bytes->size = size;
    return bytes->at != NULL;
}

static HRESULT take_byte(const VARIANT *element, BYTE *byte)
{
    VARIANT number;
    HRESULT hr;

    VariantInit(&number);
    if (V_VT(element) == VT_BSTR || V_VT(element) == VT_EMPTY || V_VT(element) == VT_NULL) return DISP_E_TYPEMISMATCH;
    hr = VariantChangeType(&number, (VARIANT *)element, 0, VT_UI1);
    if (SUCCEEDED(hr)) *byte = V_UI1(&number);
    return hr;
}

static BOOL take_elements(const void *data, VARTYPE type, struct bytes *bytes)
{
    const VARIANT *variants = data;

    if (type == VT_UI1)
    {
        memcpy(bytes->at, data, bytes->size);
        return TRUE;
    }
    for (size_t i = 0; i < bytes->size; i++)
        if (FAILED(take_byte(&variants[i], &bytes->at[i]))) return FALSE;
    return TRUE;
}

static HRESULT take_array(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, struct bytes *bytes, struct error *error)
{
    SAFEARRAY *array = (V_VT(value) & VT_BYREF) ? (V_ARRAYREF(value) ? *V_ARRAYREF(value) : NULL) : V_ARRAY(value);
    VARTYPE type = V_VT(value) & VT_TYPEMASK;
    LONG first = 0, last = -1;
    BOOL taken;
    void *data;

    if (type != VT_UI1 && type != VT_VARIANT)
        return refuse(member, argument, L"it is an array of something else", error);
    if (array && !array_holds(array, type)) return refuse(member, argument, L"it is an array of something else", error);
    if (array && SafeArrayGetDim(array) != 1)
        return refuse(member, argument, L"it is an array of more than one dimension", error);
    if (array && (FAILED(SafeArrayGetLBound(array, 1, &first)) || FAILED(SafeArrayGetUBound(array, 1, &last))))
        return refuse(member, argument, L"it is an array without bounds", error);
    if (!make_room(bytes, (size_t)((LONGLONG)last - first + 1))) return error_set(error, error_no_memory, 0);
    if (!bytes->size) return S_OK;
    if (FAILED(SafeArrayAccessData(array, &data)))
        return refuse(member, argument, L"it is an array that is locked", error);
    taken = take_elements(data, type, bytes);
    SafeArrayUnaccessData(array);
    return taken ? S_OK : refuse(member, argument, L"one of the elements is no number from 0 to 255", error);
}

/* Four characters for three bytes, "=" at the end where there are less. Systems differ in what they take without: what
 * lacks them has lost its end. */
static BOOL is_whole_base64(const WCHAR *text)
{
    size_t characters = 0;

    for (; *text; text++)
        characters += !wcschr(L" \t\r\n", *text);
    return characters % 4 == 0;
}

static HRESULT take_base64(
    const WCHAR *text, const WCHAR *member, const WCHAR *argument, struct bytes *bytes, struct error *error)
{
    DWORD size = 0, flags;

    if (!*text) return make_room(bytes, 0) ? S_OK : error_set(error, error_no_memory, 0);
    if (!is_whole_base64(text) || !CryptStringToBinaryW(text, 0, CRYPT_STRING_BASE64, NULL, &size, NULL, &flags))
        return refuse(member, argument, L"it is a text, but not base64", error);
    if (!make_room(bytes, size)) return error_set(error, error_no_memory, 0);
    if (!CryptStringToBinaryW(text, 0, CRYPT_STRING_BASE64, bytes->at, &size, NULL, &flags))
        return refuse(member, argument, L"it is a text, but not base64", error);
    bytes->size = size;
    return S_OK;
}

HRESULT variant_to_bytes(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, struct bytes *bytes, struct error *error)
{
    VARIANT text;
    HRESULT hr;

    memset(bytes, 0, sizeof(*bytes));
    while (V_VT(value) == (VT_BYREF | VT_VARIANT) && V_VARIANTREF(value))
        value = V_VARIANTREF(value);
    if (V_VT(value) & VT_ARRAY)
        hr = take_array(value, member, argument, bytes, error);
    else if (variant_is_missing(value) || FAILED(variant_to_text(value, member, argument, &text, NULL)))
        hr = refuse(
            member, argument, variant_is_missing(value) ? L"it is Empty" : L"it is neither an array nor a text", error);
    else
    {
        hr = take_base64(V_BSTR(&text), member, argument, bytes, error);
        VariantClear(&text);
    }
    if (FAILED(hr)) bytes_clear(bytes);
    return hr;
}

void bytes_clear(struct bytes *bytes)
{
    free(bytes->at);
    memset(bytes, 0, sizeof(*bytes));
}

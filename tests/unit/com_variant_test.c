/* com_variant_test.c - arguments of scripts: what is taken, what is refused, and in which words. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <wchar.h>
#include "com/variant.h"

static VARIANT text_variant(const WCHAR *text)
{
    VARIANT value;

    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocString(text);
    return value;
}

static void a_string_is_a_text_by_value_and_by_reference(void **state)
{
    VARIANT value = text_variant(L"Größe"), reference, text;
    BSTR variable = SysAllocString(L"behind");

    (void)state;
    assert_int_equal(variant_to_text(&value, L"SendMail", L"To", &text, NULL), S_OK);
    assert_int_equal(wcscmp(V_BSTR(&text), L"Größe"), 0);
    VariantClear(&text);

    V_VT(&reference) = VT_BYREF | VT_VARIANT;
    V_VARIANTREF(&reference) = &value;
    assert_int_equal(variant_to_text(&reference, L"SendMail", L"To", &text, NULL), S_OK);
    assert_int_equal(wcscmp(V_BSTR(&text), L"Größe"), 0);
    VariantClear(&text);

    V_VT(&reference) = VT_BYREF | VT_BSTR;
    V_BSTRREF(&reference) = &variable;
    assert_int_equal(variant_to_text(&reference, L"SendMail", L"To", &text, NULL), S_OK);
    assert_int_equal(wcscmp(V_BSTR(&text), L"behind"), 0);
    VariantClear(&text);
    SysFreeString(variable);
    VariantClear(&value);
}

static void empty_is_the_empty_text(void **state)
{
    VARIANT value, text;

    (void)state;
    VariantInit(&value);
    assert_int_equal(variant_to_text(&value, L"SendMail", L"Body", &text, NULL), S_OK);
    assert_int_equal(SysStringLen(V_BSTR(&text)), 0);
    VariantClear(&text);
}

static void what_is_no_text_is_refused_by_its_name(void **state)
{
    static const struct
    {
        VARTYPE type;
        const WCHAR *words;
    } table[] = {{VT_NULL, L"cannot be Null."}, {VT_DISPATCH, L"cannot be Nothing."}, {VT_I4, L"cannot be a number."},
        {VT_R8, L"cannot be a number."}, {VT_DATE, L"cannot be a date."}, {VT_BOOL, L"cannot be True or False."},
        {VT_ARRAY | VT_BSTR, L"cannot be an array."}, {VT_CY, L"cannot be a currency value."}};

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(table); i++)
    {
        struct error error = {0};
        VARIANT value, text;

        memset(&value, 0, sizeof(value));
        V_VT(&value) = table[i].type;
        if (variant_to_text(&value, L"SendMail", L"To", &text, &error) != DISP_E_TYPEMISMATCH)
            fail_msg("row %u was taken", i);
        if (!error.text || !wcsstr(error.text, L"SendMail: the argument To ") || !wcsstr(error.text, table[i].words))
            fail_msg("row %u: %ls", i, error.text ? error.text : L"no text");
        error_clear(&error);
    }
}

static void a_whole_number_is_taken_from_numbers_and_number_texts(void **state)
{
    VARIANT value = text_variant(L"250"), number;

    (void)state;
    assert_int_equal(variant_to_long(&value, L"Wait", L"Milliseconds", &number, NULL), S_OK);
    assert_int_equal(V_I4(&number), 250);
    VariantClear(&value);
    V_VT(&value) = VT_R8;
    V_R8(&value) = 100.0;
    assert_int_equal(variant_to_long(&value, L"Wait", L"Milliseconds", &number, NULL), S_OK);
    assert_int_equal(V_I4(&number), 100);
    V_R8(&value) = 1e12;
    assert_int_equal(variant_to_long(&value, L"Wait", L"Milliseconds", &number, NULL), DISP_E_TYPEMISMATCH);
    V_VT(&value) = VT_NULL;
    assert_int_equal(variant_to_long(&value, L"Wait", L"Milliseconds", &number, NULL), DISP_E_TYPEMISMATCH);
}

/* --- objects, as script languages hand them in */

struct member
{
    const WCHAR *name; /* its place in the table is its id; DISPID_VALUE is 0 */
    VARIANT value;     /* borrowed */
};

struct object
{
    IDispatch IDispatch_iface;
    struct member members[8];
};

static HRESULT WINAPI object_QueryInterface(IDispatch *iface, REFIID iid, void **out)
{
    BOOL known = IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IDispatch);

    *out = known ? iface : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

static ULONG WINAPI object_AddRef(IDispatch *iface)
{
    (void)iface;
    return 1;
}

static HRESULT WINAPI object_GetTypeInfoCount(IDispatch *iface, UINT *count)
{
    (void)iface;
    *count = 0;
    return S_OK;
}

static HRESULT WINAPI object_GetTypeInfo(IDispatch *iface, UINT index, LCID lcid, ITypeInfo **info)
{
    (void)iface, (void)index, (void)lcid, (void)info;
    return TYPE_E_ELEMENTNOTFOUND;
}

static HRESULT WINAPI object_GetIDsOfNames(
    IDispatch *iface, REFIID iid, LPOLESTR *names, UINT count, LCID lcid, DISPID *ids)
{
    const struct object *object = CONTAINING_RECORD(iface, struct object, IDispatch_iface);

    (void)iid, (void)count, (void)lcid;
    for (DISPID i = 1; i < (DISPID)ARRAYSIZE(object->members); i++)
        if (object->members[i].name && !wcscmp(object->members[i].name, names[0]))
        {
            ids[0] = i;
            return S_OK;
        }
    ids[0] = DISPID_UNKNOWN;
    return DISP_E_UNKNOWNNAME;
}

static HRESULT WINAPI object_Invoke(IDispatch *iface, DISPID id, REFIID iid, LCID lcid, WORD flags, DISPPARAMS *params,
    VARIANT *result, EXCEPINFO *exception, UINT *bad)
{
    struct object *object = CONTAINING_RECORD(iface, struct object, IDispatch_iface);

    (void)iid, (void)lcid, (void)params, (void)exception, (void)bad;
    assert_int_equal(flags, DISPATCH_PROPERTYGET);
    assert_true(id >= 0 && id < (DISPID)ARRAYSIZE(object->members));
    if (!object->members[id].name) return DISP_E_MEMBERNOTFOUND;
    return VariantCopy(result, &object->members[id].value);
}

static IDispatchVtbl object_vtbl = {object_QueryInterface, object_AddRef, object_AddRef, object_GetTypeInfoCount,
    object_GetTypeInfo, object_GetIDsOfNames, object_Invoke};

static VARIANT object_variant(struct object *object)
{
    VARIANT value;

    object->IDispatch_iface.lpVtbl = &object_vtbl;
    V_VT(&value) = VT_DISPATCH;
    V_DISPATCH(&value) = &object->IDispatch_iface;
    return value;
}

static VARIANT number_variant(LONG number)
{
    VARIANT value;

    V_VT(&value) = VT_I4;
    V_I4(&value) = number;
    return value;
}

static void refused_text(struct object *object, const WCHAR *words)
{
    VARIANT value = object_variant(object), text;
    struct error error = {0};

    assert_int_equal(variant_to_text(&value, L"SendMail", L"To", &text, &error), DISP_E_TYPEMISMATCH);
    if (!error.text || !wcsstr(error.text, words)) fail_msg("%ls", error.text ? error.text : L"no text");
    error_clear(&error);
}

static void an_object_is_the_text_of_its_default_property_and_nothing_else(void **state)
{
    VARIANT content = text_variant(L"a@example.com"), text;
    struct object field = {.members = {{L"", content}}}, nothing = {.members = {{NULL, {{{0}}}}}};
    VARIANT value = object_variant(&field);

    (void)state;
    assert_int_equal(variant_to_text(&value, L"SendMail", L"To", &text, NULL), S_OK);
    assert_int_equal(wcscmp(V_BSTR(&text), L"a@example.com"), 0);
    VariantClear(&text);
    VariantClear(&content);
    field.members[0].value = number_variant(5);
    refused_text(&field, L"cannot be a number.");
    V_VT(&field.members[0].value) = VT_NULL;
    refused_text(&field, L"cannot be Null.");
    V_VT(&field.members[0].value) = VT_DATE;
    V_DATE(&field.members[0].value) = 45000;
    refused_text(&field, L"cannot be a date.");
    field.members[0].value = object_variant(&nothing);
    refused_text(&field, L"cannot be an object without a text.");
    refused_text(&nothing, L"cannot be an object without a text.");
}

static void a_number_is_taken_from_an_object_as_from_a_value(void **state)
{
    struct object field = {.members = {{L"", number_variant(250)}}};
    VARIANT value = object_variant(&field), number;

    (void)state;
    assert_int_equal(variant_to_long(&value, L"Wait", L"Milliseconds", &number, NULL), S_OK);
    assert_int_equal(V_I4(&number), 250);
    V_VT(&field.members[0].value) = VT_DATE;
    assert_int_equal(variant_to_long(&value, L"Wait", L"Milliseconds", &number, NULL), DISP_E_TYPEMISMATCH);
}

static void a_list_object_is_a_list_and_no_text(void **state)
{
    VARIANT first = text_variant(L" C:\\a.txt"), second = text_variant(L"C:\\b|c.txt"), joined = text_variant(L"a,b");
    struct object array = {
        .members = {{L"", joined}, {L"length", number_variant(2)}, {L"0", first}, {L"1", second}, {L"join", joined}}};
    VARIANT value = object_variant(&array);
    struct text_list list;

    (void)state;
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
    assert_int_equal(list.count, 2);
    assert_int_equal(wcscmp(list.texts[0], L" C:\\a.txt"), 0); /* as written */
    assert_int_equal(wcscmp(list.texts[1], L"C:\\b|c.txt"), 0);
    text_list_clear(&list);
    refused_text(&array, L"cannot be a list object. ");
    refused_text(&array, L"Join(list, \";\")");
    array.members[1].value = number_variant(0);
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
    assert_int_equal(list.count, 0);
    VariantClear(&first);
    VariantClear(&second);
    VariantClear(&joined);
}

static void list_objects_that_cannot_be_read_say_why(void **state)
{
    static const struct
    {
        LONG length;
        const WCHAR *words;
    } table[] = {{2, L"one of its elements cannot be read"}, {-1, L"its length cannot be read"},
        {10001, L"it has more than 10000 elements"}};
    VARIANT first = text_variant(L"C:\\a.txt");
    struct object array = {.members = {{NULL, {{{0}}}}, {L"length", first}, {L"0", first}}};
    VARIANT value = object_variant(&array);
    struct text_list list;

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(table); i++)
    {
        struct error error = {0};

        array.members[1].value = number_variant(table[i].length);
        assert_int_equal(variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, &error),
            DISP_E_TYPEMISMATCH);
        if (!error.text || !wcsstr(error.text, table[i].words)) fail_msg("row %u: %ls", i, error.text);
        assert_int_equal(list.count, 0);
        error_clear(&error);
    }
    VariantClear(&first);
}

static void a_string_object_has_a_length_and_is_a_text(void **state)
{
    VARIANT content = text_variant(L"C:\\a.txt"), text;
    struct object string = {
        .members = {{L"", content}, {L"length", number_variant(8)}, {L"charAt", number_variant(0)}}};
    VARIANT value = object_variant(&string);
    struct text_list list;

    (void)state;
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(wcscmp(list.texts[0], L"C:\\a.txt"), 0);
    text_list_clear(&list);
    assert_int_equal(variant_to_text(&value, L"SendMail", L"To", &text, NULL), S_OK);
    VariantClear(&text);
    VariantClear(&content);
}

/* --- lists */

static SAFEARRAY *text_array(VARTYPE type, LONG first, unsigned count)
{
    SAFEARRAYBOUND bound = {count, first};
    SAFEARRAY *array = SafeArrayCreate(type, 1, &bound);

    for (LONG i = first; i < first + (LONG)count; i++)
    {
        VARIANT element = text_variant(L"C:\\x.txt");

        assert_int_equal(
            SafeArrayPutElement(array, &i, type == VT_BSTR ? (void *)V_BSTR(&element) : (void *)&element), S_OK);
        VariantClear(&element);
    }
    return array;
}

static void a_list_is_one_text_divided(void **state)
{
    VARIANT value = text_variant(L"C:\\a.txt| C:\\b c.txt ||");
    struct text_list list;

    (void)state;
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
    assert_int_equal(list.count, 4);
    assert_int_equal(wcscmp(list.texts[0], L"C:\\a.txt"), 0);
    assert_int_equal(wcscmp(list.texts[1], L"C:\\b c.txt"), 0);
    assert_int_equal(list.texts[3][0], 0);
    text_list_clear(&list);
    VariantClear(&value);
}

static void only_blanks_and_tabs_are_trimmed_and_of_arrays_nothing(void **state)
{
    VARIANT value = text_variant(L"\t C:\\a.txt \t|C:\\b.txt\r\n|\x3000 C:\\c.txt"),
            element = text_variant(L" C:\\d.txt\r\n");
    struct text_list list;
    LONG place = 0;

    (void)state;
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
    assert_int_equal(wcscmp(list.texts[0], L"C:\\a.txt"), 0);
    assert_int_equal(wcscmp(list.texts[1], L"C:\\b.txt\r\n"), 0);
    assert_int_equal(wcscmp(list.texts[2], L"\x3000 C:\\c.txt"), 0);
    text_list_clear(&list);
    VariantClear(&value);
    V_VT(&value) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&value) = SafeArrayCreateVector(VT_VARIANT, 0, 1);
    SafeArrayPutElement(V_ARRAY(&value), &place, &element);
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
    assert_int_equal(wcscmp(list.texts[0], V_BSTR(&element)), 0);
    text_list_clear(&list);
    VariantClear(&value);
    VariantClear(&element);
}

static void a_zero_is_told_with_its_place(void **state)
{
    static const WCHAR zeros[] = L"C:\\a\0.txt";
    struct error error = {0};
    struct text_list list;
    VARIANT value, element;
    LONG place = 3;

    (void)state;
    V_VT(&value) = V_VT(&element) = VT_BSTR;
    V_BSTR(&value) = SysAllocStringLen(zeros, 9);
    V_BSTR(&element) = SysAllocStringLen(zeros, 9);
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, &error), E_INVALIDARG);
    assert_non_null(wcsstr(error.text, L"Attachments holds a zero character"));
    assert_non_null(wcsstr(error.text, L"position 5."));
    VariantClear(&value);
    V_VT(&value) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&value) = text_array(VT_VARIANT, 2, 2);
    SafeArrayPutElement(V_ARRAY(&value), &place, &element);
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, &error), E_INVALIDARG);
    assert_non_null(wcsstr(error.text, L"Attachments(3) holds a zero character"));
    assert_int_equal(list.count, 0);
    assert_int_equal(variant_check_zero(NULL, L"To", NULL), S_OK);
    error_clear(&error);
    VariantClear(&value);
    VariantClear(&element);
}

static void the_highest_bound_ends_the_list(void **state)
{
    VARIANT value;
    struct text_list list;
    HRESULT hr;

    (void)state;
    V_VT(&value) = VT_ARRAY | VT_BSTR;
    V_ARRAY(&value) = text_array(VT_BSTR, 1, 2);
    V_ARRAY(&value)->rgsabound[0].lLbound = MAXLONG - 1;
    hr = variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL);
    /* Wine takes the highest number for one beyond the end: there the refusal is what ends it. */
    assert_true((hr == S_OK && list.count == 2) || (hr == DISP_E_TYPEMISMATCH && !list.count));
    text_list_clear(&list);
    VariantClear(&value);
}

static void nothing_given_is_an_empty_list(void **state)
{
    VARIANT values[3];
    struct text_list list;

    (void)state;
    VariantInit(&values[0]);
    V_VT(&values[1]) = VT_ERROR;
    V_ERROR(&values[1]) = DISP_E_PARAMNOTFOUND;
    values[2] = text_variant(L"  ");
    for (unsigned i = 0; i < 3; i++)
    {
        assert_int_equal(
            variant_to_text_list(&values[i], L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
        assert_int_equal(list.count, 0);
    }
    VariantClear(&values[2]);
}

static void a_list_is_an_array_of_any_lower_bound(void **state)
{
    static const VARTYPE types[] = {VT_BSTR, VT_VARIANT};

    (void)state;
    for (unsigned t = 0; t < 2; t++)
        for (LONG first = -1; first <= 1; first++)
        {
            SAFEARRAY *array = text_array(types[t], first, 3);
            struct text_list list;
            VARIANT value;

            V_VT(&value) = VT_ARRAY | types[t];
            V_ARRAY(&value) = array;
            assert_int_equal(
                variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
            assert_int_equal(list.count, 3);
            text_list_clear(&list);
            V_VT(&value) |= VT_BYREF;
            V_ARRAYREF(&value) = &array;
            assert_int_equal(
                variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL), S_OK);
            assert_int_equal(list.count, 3);
            text_list_clear(&list);
            SafeArrayDestroy(array);
        }
}

/* What the VARIANT says of its array is the client's word: pointers of the client's making must never be followed. */
static void an_array_that_holds_something_else_than_it_says_is_refused(void **state)
{
    static const struct
    {
        VARTYPE holds, said;
    } cases[] = {{VT_I8, VT_BSTR}, {VT_UI1, VT_VARIANT}, {VT_I8, VT_VARIANT}, {VT_BSTR, VT_VARIANT},
        {VT_VARIANT, VT_BSTR}, {VT_UNKNOWN, VT_BSTR}, {VT_I4, VT_UI1}, {VT_I1, VT_VARIANT}, {VT_BSTR, VT_UI1}};

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
    {
        SAFEARRAY *array = SafeArrayCreateVector(cases[i].holds, 0, 48);
        struct text_list list;
        struct bytes bytes;
        VARIANT value;
        void *data;

        assert_int_equal(SafeArrayAccessData(array, &data), S_OK);
        memset(data, 0x41, 48 * SafeArrayGetElemsize(array));
        V_VT(&value) = VT_ARRAY | cases[i].said;
        V_ARRAY(&value) = array;
        assert_int_equal(variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, NULL),
            DISP_E_TYPEMISMATCH);
        assert_int_equal(variant_to_bytes(&value, L"AttachData", L"Bytes", &bytes, NULL), DISP_E_TYPEMISMATCH);
        memset(data, 0, 48 * SafeArrayGetElemsize(array));
        SafeArrayUnaccessData(array);
        SafeArrayDestroy(array);
    }
}

static void arrays_of_the_wrong_shape_say_what_is_wrong(void **state)
{
    SAFEARRAYBOUND bounds[2] = {{2, 0}, {2, 0}};
    const struct
    {
        SAFEARRAY *array;
        VARTYPE type;
        const WCHAR *words;
    } table[] = {
        {SafeArrayCreate(VT_VARIANT, 2, bounds), VT_VARIANT, L"it has more than one dimension"},
        {SafeArrayCreateVector(VT_UI1, 0, 2), VT_UI1, L"its elements are no texts"},
        {SafeArrayCreateVector(VT_I4, 0, 2), VT_I4, L"its elements are no texts"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(table); i++)
    {
        struct error error = {0};
        struct text_list list;
        VARIANT value;

        V_VT(&value) = VT_ARRAY | table[i].type;
        V_ARRAY(&value) = table[i].array;
        assert_int_equal(variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, &error),
            DISP_E_TYPEMISMATCH);
        if (!error.text || !wcsstr(error.text, table[i].words))
            fail_msg("row %u: %ls", i, error.text ? error.text : L"no text");
        assert_int_equal(list.count, 0);
        error_clear(&error);
        SafeArrayDestroy(table[i].array);
    }
}

static void an_element_that_is_no_text_is_refused(void **state)
{
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, 1);
    struct error error = {0};
    struct text_list list;
    VARIANT value, element;
    LONG place = 0;

    (void)state;
    V_VT(&element) = VT_NULL;
    SafeArrayPutElement(array, &place, &element);
    V_VT(&value) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(&value) = array;
    assert_int_equal(variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', deadline_never, &list, &error),
        DISP_E_TYPEMISMATCH);
    assert_non_null(wcsstr(error.text, L"one of its elements is no text"));
    error_clear(&error);
    SafeArrayDestroy(array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_string_is_a_text_by_value_and_by_reference),
        cmocka_unit_test(empty_is_the_empty_text),
        cmocka_unit_test(what_is_no_text_is_refused_by_its_name),
        cmocka_unit_test(a_whole_number_is_taken_from_numbers_and_number_texts),
        cmocka_unit_test(an_object_is_the_text_of_its_default_property_and_nothing_else),
        cmocka_unit_test(a_number_is_taken_from_an_object_as_from_a_value),
        cmocka_unit_test(a_list_object_is_a_list_and_no_text),
        cmocka_unit_test(list_objects_that_cannot_be_read_say_why),
        cmocka_unit_test(a_string_object_has_a_length_and_is_a_text),
        cmocka_unit_test(a_list_is_one_text_divided),
        cmocka_unit_test(only_blanks_and_tabs_are_trimmed_and_of_arrays_nothing),
        cmocka_unit_test(a_zero_is_told_with_its_place),
        cmocka_unit_test(the_highest_bound_ends_the_list),
        cmocka_unit_test(nothing_given_is_an_empty_list),
        cmocka_unit_test(a_list_is_an_array_of_any_lower_bound),
        cmocka_unit_test(an_array_that_holds_something_else_than_it_says_is_refused),
        cmocka_unit_test(arrays_of_the_wrong_shape_say_what_is_wrong),
        cmocka_unit_test(an_element_that_is_no_text_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

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

static void a_list_is_one_text_divided(void **state)
{
    VARIANT value = text_variant(L"C:\\a.txt| C:\\b c.txt ||");
    struct text_list list;

    (void)state;
    assert_int_equal(variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', &list, NULL), S_OK);
    assert_int_equal(list.count, 4);
    assert_int_equal(wcscmp(list.texts[0], L"C:\\a.txt"), 0);
    assert_int_equal(wcscmp(list.texts[1], L"C:\\b c.txt"), 0);
    assert_int_equal(list.texts[3][0], 0);
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
        assert_int_equal(variant_to_text_list(&values[i], L"SendMail", L"Attachments", L'|', &list, NULL), S_OK);
        assert_int_equal(list.count, 0);
    }
    VariantClear(&values[2]);
}

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
            assert_int_equal(variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', &list, NULL), S_OK);
            assert_int_equal(list.count, 3);
            text_list_clear(&list);
            V_VT(&value) |= VT_BYREF;
            V_ARRAYREF(&value) = &array;
            assert_int_equal(variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', &list, NULL), S_OK);
            assert_int_equal(list.count, 3);
            text_list_clear(&list);
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
        assert_int_equal(
            variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', &list, &error), DISP_E_TYPEMISMATCH);
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
    assert_int_equal(
        variant_to_text_list(&value, L"SendMail", L"Attachments", L'|', &list, &error), DISP_E_TYPEMISMATCH);
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
        cmocka_unit_test(a_list_is_one_text_divided),
        cmocka_unit_test(nothing_given_is_an_empty_list),
        cmocka_unit_test(a_list_is_an_array_of_any_lower_bound),
        cmocka_unit_test(arrays_of_the_wrong_shape_say_what_is_wrong),
        cmocka_unit_test(an_element_that_is_no_text_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

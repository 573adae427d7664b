/* outlook_table_test.c - what an array of a table's cells tells of its first row, in whichever shape it comes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include <cmocka.h>
#include "outlook/table.h"

#define COLUMNS 5
#define ENTRY_ID L"00000000A1B2C3D4e5f6"

/* Cells of which the first holds the EntryID and the others what is none. */
static VARIANT cells(VARTYPE type, UINT dimensions, ULONG first, ULONG second, LONG lower, const WCHAR *entry_id)
{
    SAFEARRAYBOUND bounds[2] = {{first, lower}, {second, lower}};
    SAFEARRAY *array = SafeArrayCreate(type, dimensions, bounds);
    VARIANT whole;

    assert_non_null(array);
    for (LONG i = 0; type == VT_VARIANT && i < (LONG)first; i++)
        for (LONG j = 0; j < (dimensions > 1 ? (LONG)second : 1); j++)
        {
            LONG at[2] = {lower + i, lower + j};
            VARIANT cell;

            V_VT(&cell) = VT_BSTR;
            V_BSTR(&cell) = SysAllocString(i || j ? L"IPM.Note" : entry_id);
            SafeArrayPutElement(array, at, &cell);
            VariantClear(&cell);
        }
    V_VT(&whole) = VT_ARRAY | type;
    V_ARRAY(&whole) = array;
    return whole;
}

static void the_first_row_is_found_in_any_shape_and_nothing_is_guessed(void **state)
{
    static const struct
    {
        const char *what;
        VARTYPE type;
        UINT dimensions;
        ULONG first, second;
        LONG lower;
        const WCHAR *entry_id;
        HRESULT expected;
    } cases[] = {
        {"columns by rows", VT_VARIANT, 2, COLUMNS, 1, 0, ENTRY_ID, S_OK},
        {"rows by columns", VT_VARIANT, 2, 1, COLUMNS, 0, ENTRY_ID, S_OK},
        {"from 1", VT_VARIANT, 2, COLUMNS, 1, 1, ENTRY_ID, S_OK},
        {"no rows", VT_VARIANT, 2, COLUMNS, 0, 0, ENTRY_ID, S_FALSE},
        {"no rows, by columns", VT_VARIANT, 2, 0, COLUMNS, 0, ENTRY_ID, S_FALSE},
        {"another column first", VT_VARIANT, 2, COLUMNS, 1, 0, L"IPM.Note", E_UNEXPECTED},
        {"too short for one", VT_VARIANT, 2, COLUMNS, 1, 0, L"A1B2C3D", E_UNEXPECTED},
        {"more behind it", VT_VARIANT, 2, COLUMNS, 1, 0, ENTRY_ID L" ", E_UNEXPECTED},
        {"no text", VT_VARIANT, 2, COLUMNS, 1, 0, NULL, E_UNEXPECTED},
        {"one dimension", VT_VARIANT, 1, COLUMNS, 0, 0, ENTRY_ID, E_UNEXPECTED},
        {"one dimension without anything", VT_VARIANT, 1, 0, 0, 0, ENTRY_ID, E_UNEXPECTED},
        {"numbers", VT_I4, 2, COLUMNS, 1, 0, NULL, E_UNEXPECTED},
    };

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
    {
        VARIANT array = cells(
            cases[i].type, cases[i].dimensions, cases[i].first, cases[i].second, cases[i].lower, cases[i].entry_id);
        const WCHAR *entry_id = L"not touched";
        HRESULT hr = array_first(&array, &entry_id);

        if (hr != cases[i].expected) fail_msg("%s: 0x%08lX", cases[i].what, (unsigned long)hr);
        if (hr == S_OK && wcscmp(entry_id, ENTRY_ID)) fail_msg("%s: another text", cases[i].what);
        if (hr != S_OK && entry_id) fail_msg("%s: a text", cases[i].what);
        VariantClear(&array);
    }
}

static void what_is_no_array_tells_nothing(void **state)
{
    VARIANT answers[] = {{.vt = VT_EMPTY}, {.vt = VT_NULL}, {.vt = VT_I4}, {.vt = VT_ARRAY | VT_VARIANT}};
    const WCHAR *entry_id;

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(answers); i++)
        assert_int_equal(array_first(&answers[i], &entry_id), E_UNEXPECTED);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_row_is_found_in_any_shape_and_nothing_is_guessed),
        cmocka_unit_test(what_is_no_array_tells_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

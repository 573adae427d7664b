/* com_registry_test.c - registration is written whole or not at all. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <wchar.h>
#include "com/registry.h"

#define BASE L"Software\\OutlookBrokerRegistryTest"

static const struct registry_inserts inserts = {{L"first", L"second"}};

static LSTATUS read_text(const WCHAR *key, const WCHAR *name, WCHAR *out, DWORD size)
{
    return RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, NULL, out, &size);
}

static int clear(void **state)
{
    (void)state;
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, BASE);
    return 0;
}

static void rows_are_written_with_their_inserts(void **state)
{
    static const struct registry_row rows[] = {
        {.key = BASE L"\\%1", .text = L"<%2>"},
        {.key = BASE L"\\%1\\deep", .name = L"number", .number = 6, .is_number = TRUE},
        {.key = BASE L"\\alone"},
    };
    WCHAR text[64];
    DWORD number, size = sizeof(number);
    HKEY key;

    (void)state;
    assert_int_equal(registry_write(rows, ARRAYSIZE(rows), &inserts, NULL), S_OK);
    assert_int_equal(read_text(BASE L"\\first", NULL, text, sizeof(text)), 0);
    assert_int_equal(wcscmp(text, L"<second>"), 0);
    assert_int_equal(
        RegGetValueW(HKEY_LOCAL_MACHINE, BASE L"\\first\\deep", L"number", RRF_RT_REG_DWORD, NULL, &number, &size), 0);
    assert_int_equal(number, 6);
    assert_int_equal(RegOpenKeyW(HKEY_LOCAL_MACHINE, BASE L"\\alone", &key), 0);
    RegCloseKey(key);
}

static void a_row_that_fails_takes_back_those_before_it(void **state)
{
    static const struct registry_row before[] = {{.key = BASE L"\\kept", .name = L"value", .text = L"old"}};
    static const struct registry_row rows[] = {
        {.key = BASE L"\\kept", .name = L"value", .text = L"new"},
        {.key = BASE L"\\kept", .name = L"another", .text = L"new"},
        {.key = BASE L"\\made\\deep", .text = L"new"},
        {.key = BASE L"\\made", .name = L"bad", .sddl = L"this is no descriptor"},
    };
    struct error error = {0};
    WCHAR text[64];
    HKEY key;

    (void)state;
    assert_int_equal(registry_write(before, 1, &inserts, NULL), S_OK);
    assert_true(FAILED(registry_write(rows, ARRAYSIZE(rows), &inserts, &error)));
    assert_non_null(wcsstr(error.text, L"writing HKLM\\" BASE L"\\made"));
    error_clear(&error);
    assert_int_equal(read_text(BASE L"\\kept", L"value", text, sizeof(text)), 0);
    assert_int_equal(wcscmp(text, L"old"), 0);
    assert_int_equal(read_text(BASE L"\\kept", L"another", text, sizeof(text)), ERROR_FILE_NOT_FOUND);
    assert_int_equal(RegOpenKeyW(HKEY_LOCAL_MACHINE, BASE L"\\made", &key), ERROR_FILE_NOT_FOUND);
}

static void removing_takes_what_is_there_and_does_not_mind_what_is_not(void **state)
{
    static const struct registry_row rows[] = {{.key = BASE L"\\first\\deep", .text = L"x"}};
    static const WCHAR *const keys[] = {BASE L"\\never", BASE L"\\%1"};
    HKEY key;

    (void)state;
    assert_int_equal(registry_write(rows, 1, &inserts, NULL), S_OK);
    assert_int_equal(registry_remove(keys, ARRAYSIZE(keys), &inserts, NULL), S_OK);
    assert_int_equal(RegOpenKeyW(HKEY_LOCAL_MACHINE, BASE L"\\first", &key), ERROR_FILE_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_written_with_their_inserts, clear, clear),
        cmocka_unit_test_setup_teardown(a_row_that_fails_takes_back_those_before_it, clear, clear),
        cmocka_unit_test_setup_teardown(removing_takes_what_is_there_and_does_not_mind_what_is_not, clear, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

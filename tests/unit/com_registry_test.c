/* com_registry_test.c - registration is written whole or not at all, and removed with nothing of others' touched. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <wchar.h>
#include "com/registry.h"

#define BASE L"Software\\OutlookBrokerRegistryTest"
#define ROW .hive = HKEY_LOCAL_MACHINE, .base = BASE

static LSTATUS read_text(const WCHAR *key, const WCHAR *name, WCHAR *out, DWORD size)
{
    return RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_SZ, NULL, out, &size);
}

static BOOL is_text(const WCHAR *key, const WCHAR *name, const WCHAR *expected)
{
    WCHAR text[64] = L"";

    return !read_text(key, name, text, sizeof(text)) && !wcscmp(text, expected);
}

static BOOL key_there(const WCHAR *name)
{
    HKEY key;

    if (RegOpenKeyW(HKEY_LOCAL_MACHINE, name, &key)) return FALSE;
    RegCloseKey(key);
    return TRUE;
}

static int clear(void **state)
{
    (void)state;
    SetEnvironmentVariableW(L"OB_FAIL_REGISTRY_ROW", NULL);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, BASE);
    return 0;
}

static void every_kind_of_row_is_written_as_it_is_meant(void **state)
{
    static const struct registry_row rows[] = {
        {ROW, .own = L"mine", .kind = registry_text, .text = L"a text"},
        {ROW, .own = L"mine", .key = L"deep\\deeper", .name = L"number", .kind = registry_number, .number = 6},
        {ROW, .own = L"mine", .name = L"texts", .kind = registry_texts, .text = L"one\ntwo"},
        {ROW, .own = L"mine", .name = L"descriptor", .kind = registry_descriptor, .text = L"O:BAG:BAD:(A;;0x3;;;SY)"},
        {ROW, .own = L"mine", .key = L"alone", .kind = registry_key},
        {ROW, .own = L"never", .name = L"x", .kind = registry_nothing},
    };
    DWORD number, size = sizeof(number);
    WCHAR texts[32];
    BYTE descriptor[256];

    (void)state;
    assert_int_equal(registry_write(rows, ARRAYSIZE(rows), NULL), S_OK);
    assert_true(is_text(BASE L"\\mine", NULL, L"a text"));
    assert_int_equal(RegGetValueW(HKEY_LOCAL_MACHINE, BASE L"\\mine\\deep\\deeper", L"number", RRF_RT_REG_DWORD, NULL,
                         &number, &size),
        0);
    assert_int_equal(number, 6);
    size = sizeof(texts);
    assert_int_equal(
        RegGetValueW(HKEY_LOCAL_MACHINE, BASE L"\\mine", L"texts", RRF_RT_REG_MULTI_SZ, NULL, texts, &size), 0);
    assert_int_equal(size, sizeof(L"one\0two\0"));
    assert_memory_equal(texts, L"one\0two\0", sizeof(L"one\0two\0"));
    size = sizeof(descriptor);
    assert_int_equal(
        RegGetValueW(HKEY_LOCAL_MACHINE, BASE L"\\mine", L"descriptor", RRF_RT_REG_BINARY, NULL, descriptor, &size), 0);
    assert_true(IsValidSecurityDescriptor(descriptor));
    assert_true(key_there(BASE L"\\mine\\alone"));
    assert_false(key_there(BASE L"\\never"));
}

static void a_row_that_fails_takes_back_those_before_it(void **state)
{
    static const struct registry_row before[] = {
        {ROW, .own = L"kept", .name = L"value", .kind = registry_text, .text = L"old"},
        {ROW, .own = L"kept", .name = L"goes", .kind = registry_text, .text = L"stays"},
    };
    static const struct registry_row rows[] = {
        {ROW, .own = L"kept", .name = L"value", .kind = registry_number, .number = 1},
        {ROW, .own = L"kept", .name = L"value", .kind = registry_text, .text = L"newer"},
        {ROW, .own = L"kept", .name = L"another", .kind = registry_text, .text = L"new"},
        {ROW, .own = L"kept", .name = L"goes", .kind = registry_nothing},
        {ROW, .own = L"made\\deep", .kind = registry_text, .text = L"new"},
        {ROW, .own = L"made", .name = L"bad", .kind = registry_descriptor, .text = L"this is no descriptor"},
    };
    struct error error = {0};
    WCHAR text[64];

    (void)state;
    assert_int_equal(registry_write(before, ARRAYSIZE(before), NULL), S_OK);
    assert_true(FAILED(registry_write(rows, ARRAYSIZE(rows), &error)));
    assert_non_null(wcsstr(error.text, L"taken back. Checked: HKLM\\" BASE L"\\made; Windows answered 0x8007"));
    error_clear(&error);
    assert_true(is_text(BASE L"\\kept", L"value", L"old"));
    assert_true(is_text(BASE L"\\kept", L"goes", L"stays"));
    assert_int_equal(read_text(BASE L"\\kept", L"another", text, sizeof(text)), ERROR_FILE_NOT_FOUND);
    assert_false(key_there(BASE L"\\made"));
}

static void removing_takes_what_is_ours_and_leaves_what_is_not(void **state)
{
    static const struct registry_row rows[] = {
        {ROW, .own = L"holder\\first", .key = L"deep", .kind = registry_text, .text = L"x"},
        {ROW, .own = L"holder\\first", .kind = registry_text, .text = L"x"},
        {ROW, .own = L"full\\second", .kind = registry_text, .text = L"x"},
        {ROW, .key = L"shared", .name = L"ours", .kind = registry_text, .text = L"x"},
        {ROW, .own = L"never", .kind = registry_key},
    };
    static const struct registry_row others[] = {
        {ROW, .key = L"shared", .name = L"theirs", .kind = registry_text, .text = L"y"},
        {ROW, .key = L"full", .name = L"theirs", .kind = registry_text, .text = L"y"},
    };
    WCHAR text[64];

    (void)state;
    assert_int_equal(registry_write(others, ARRAYSIZE(others), NULL), S_OK);
    assert_int_equal(registry_write(rows, ARRAYSIZE(rows) - 1, NULL), S_OK);
    for (int i = 0; i < 2; i++)
    {
        assert_int_equal(registry_remove(rows, ARRAYSIZE(rows), NULL), S_OK);
        assert_false(key_there(BASE L"\\holder"));
        assert_false(key_there(BASE L"\\full\\second"));
        assert_true(is_text(BASE L"\\full", L"theirs", L"y"));
        assert_true(is_text(BASE L"\\shared", L"theirs", L"y"));
        assert_int_equal(read_text(BASE L"\\shared", L"ours", text, sizeof(text)), ERROR_FILE_NOT_FOUND);
        assert_true(key_there(BASE));
    }
}

#ifdef OB_WINE /* only the test build can let a row fail */
static void removing_goes_on_after_a_failure_and_tells_the_first(void **state)
{
    static const struct registry_row rows[] = {
        {ROW, .own = L"first", .kind = registry_key},
        {ROW, .own = L"second", .kind = registry_key},
        {ROW, .own = L"third", .kind = registry_key},
    };
    struct error error = {0};

    (void)state;
    assert_int_equal(registry_write(rows, ARRAYSIZE(rows), NULL), S_OK);
    SetEnvironmentVariableW(L"OB_FAIL_REGISTRY_ROW", L"2");
    assert_int_equal(registry_remove(rows, ARRAYSIZE(rows), &error), HRESULT_FROM_WIN32(ERROR_WRITE_FAULT));
    assert_non_null(wcsstr(error.text, L"Checked: HKLM\\" BASE L"\\second; Windows answered 0x8007001D"));
    error_clear(&error);
    assert_false(key_there(BASE L"\\first"));
    assert_true(key_there(BASE L"\\second"));
    assert_false(key_there(BASE L"\\third"));
}
#endif

static void the_views_of_a_key_are_two(void **state)
{
    static const struct registry_row rows[] = {
        {ROW, .own = L"view", .kind = registry_text, .text = L"64"},
        {ROW, .own = L"view", .kind = registry_text, .text = L"32", .view_32 = TRUE},
    };
    WCHAR text[8];
    DWORD size = sizeof(text);

    (void)state;
    assert_int_equal(registry_write(rows, ARRAYSIZE(rows), NULL), S_OK);
    assert_true(is_text(BASE L"\\view", NULL, L"64"));
    assert_int_equal(RegGetValueW(HKEY_LOCAL_MACHINE, BASE L"\\view", NULL, RRF_RT_REG_SZ | RRF_SUBKEY_WOW6432KEY, NULL,
                         text, &size),
        0);
    assert_int_equal(wcscmp(text, L"32"), 0);
    assert_int_equal(registry_remove(rows, ARRAYSIZE(rows), NULL), S_OK);
    assert_false(key_there(BASE L"\\view"));
    assert_false(key_there(L"Software\\Wow6432Node\\OutlookBrokerRegistryTest\\view"));
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, L"Software\\Wow6432Node\\OutlookBrokerRegistryTest");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind_of_row_is_written_as_it_is_meant, clear, clear),
        cmocka_unit_test_setup_teardown(a_row_that_fails_takes_back_those_before_it, clear, clear),
        cmocka_unit_test_setup_teardown(removing_takes_what_is_ours_and_leaves_what_is_not, clear, clear),
#ifdef OB_WINE
        cmocka_unit_test_setup_teardown(removing_goes_on_after_a_failure_and_tells_the_first, clear, clear),
#endif
        cmocka_unit_test_setup_teardown(the_views_of_a_key_are_two, clear, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* host_config_test.c - policy over user over machine; what is no DWORD is as good as none. Keys that these tests make
 * are removed again. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <windows.h>
#include "host/config.h"

struct place
{
    HKEY root;
    const WCHAR *key;
};
static const struct place policy = {HKEY_LOCAL_MACHINE, L"Software\\Policies\\OutlookBroker"};
static const struct place user = {HKEY_CURRENT_USER, L"Software\\OutlookBroker"};
static const struct place machine = {HKEY_LOCAL_MACHINE, L"Software\\OutlookBroker"};

static const enum setting tried = setting_idle_seconds;

static void put(const struct place *place, DWORD type, const void *value, DWORD size)
{
    const WCHAR *name = setting_row(tried)->name;

    assert_int_equal(RegSetKeyValueW(place->root, place->key, name, type, value, size), 0);
}

static void put_number(const struct place *place, DWORD value)
{
    put(place, REG_DWORD, &value, sizeof(value));
}

static int clear(void **state)
{
    (void)state;
    RegDeleteTreeW(policy.root, policy.key);
    RegDeleteTreeW(user.root, user.key);
    RegDeleteTreeW(machine.root, machine.key);
    return 0;
}

static void without_any_value_the_standard_is_in_force(void **state)
{
    int i;

    (void)state;
    config_load();
    for (i = 0; i < setting_count; i++)
        assert_int_equal(config_get((enum setting)i), setting_row((enum setting)i)->standard);
}

static void the_user_goes_before_the_machine_and_policy_before_both(void **state)
{
    const DWORD low = setting_row(tried)->lowest;

    (void)state;
    put_number(&machine, low + 1);
    config_load();
    assert_int_equal(config_get(tried), low + 1);
    put_number(&user, low + 2);
    config_load();
    assert_int_equal(config_get(tried), low + 2);
    put_number(&policy, low + 3);
    config_load();
    assert_int_equal(config_get(tried), low + 3);
}

static void a_change_counts_when_it_was_loaded(void **state)
{
    const DWORD low = setting_row(tried)->lowest;

    (void)state;
    config_load();
    put_number(&user, low + 2);
    assert_int_equal(config_get(tried), setting_row(tried)->standard);
    config_load();
    assert_int_equal(config_get(tried), low + 2);
}

static void a_value_of_another_type_is_passed_over(void **state)
{
    const DWORD low = setting_row(tried)->lowest;
    const ULONGLONG wide = 5;

    (void)state;
    put_number(&machine, low + 1);
    put(&policy, REG_SZ, L"77", 3 * sizeof(WCHAR));
    put(&user, REG_QWORD, &wide, sizeof(wide));
    config_load();
    assert_int_equal(config_get(tried), low + 1);
}

static void a_value_out_of_range_is_brought_into_it(void **state)
{
    (void)state;
    put_number(&user, 0xffffffff);
    config_load();
    assert_int_equal(config_get(tried), setting_row(tried)->highest);
}

static void put_list(const struct place *place, DWORD type, const WCHAR *value, DWORD length)
{
    assert_int_equal(RegSetKeyValueW(place->root, place->key, list_setting_row(list_setting_dialog_titles)->name, type,
                         value, length * (DWORD)sizeof(*value)),
        0);
}

static void a_list_is_read_of_lines_or_of_a_text_with_semicolons(void **state)
{
    WCHAR list[CONFIG_LIST_SIZE];

    (void)state;
    config_load();
    config_list(list_setting_dialog_titles, list);
    assert_int_equal(list[0], 0);
    put_list(&machine, REG_SZ, L"One; Two", 9);
    config_load();
    config_list(list_setting_dialog_titles, list);
    assert_memory_equal(list, L"One\0Two\0", 9 * sizeof(*list));
    put_list(&user, REG_MULTI_SZ, L"A; B\0C\0", 8);
    config_load();
    config_list(list_setting_dialog_titles, list);
    assert_memory_equal(list, L"A; B\0C\0", 8 * sizeof(*list));
    put_list(&policy, REG_MULTI_SZ, L"", 1);
    config_load();
    config_list(list_setting_dialog_titles, list);
    assert_memory_equal(list, L"\0", 2 * sizeof(*list));
    put_list(&policy, REG_DWORD, L"12", 2);
    config_load();
    config_list(list_setting_dialog_titles, list);
    assert_memory_equal(list, L"A; B\0C\0", 8 * sizeof(*list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_any_value_the_standard_is_in_force, clear, clear),
        cmocka_unit_test_setup_teardown(the_user_goes_before_the_machine_and_policy_before_both, clear, clear),
        cmocka_unit_test_setup_teardown(a_change_counts_when_it_was_loaded, clear, clear),
        cmocka_unit_test_setup_teardown(a_value_of_another_type_is_passed_over, clear, clear),
        cmocka_unit_test_setup_teardown(a_value_out_of_range_is_brought_into_it, clear, clear),
        cmocka_unit_test_setup_teardown(a_list_is_read_of_lines_or_of_a_text_with_semicolons, clear, clear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

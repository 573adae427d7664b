/* host_user_test.c - who the broker is, where it keeps its things, and what accounts are called. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <wchar.h>
#include "host/account.h"
#include "host/paths.h"
#include "host/user.h"

static void the_process_knows_its_user(void **state)
{
    const struct user *self = user_self();
    DWORD session;

    (void)state;
    assert_non_null(self);
    assert_ptr_equal(user_self(), self);
    assert_int_equal(wcsncmp(self->sid, L"S-1-5-", 6), 0);
    assert_non_null(wcschr(self->name, L'\\'));
    assert_true(ProcessIdToSessionId(GetCurrentProcessId(), &session));
    assert_int_equal(self->windows_session, session);
}

static void an_account_is_named_with_its_domain(void **state)
{
    WCHAR name[ACCOUNT_NAME_SIZE];
    int i;

    (void)state;
    /* Twice: looked up, and remembered. */
    for (i = 0; i < 2; i++)
    {
        assert_int_equal(account_name(L"S-1-5-18", name, ACCOUNT_NAME_SIZE), S_OK);
        assert_int_equal(wcscmp(name, L"NT AUTHORITY\\SYSTEM"), 0);
        assert_int_equal(account_name(user_self()->sid, name, ACCOUNT_NAME_SIZE), S_OK);
        assert_int_equal(wcscmp(name, user_self()->name), 0);
    }
}

static void an_account_without_a_name_is_called_by_its_sid(void **state)
{
    WCHAR name[ACCOUNT_NAME_SIZE], sid[64];
    int i;

    (void)state;
    for (i = 0; i < 200; i++)
    {
        swprintf(sid, 64, L"S-1-5-21-1-2-3-%d", 5000 + i % 100);
        assert_int_equal(account_name(sid, name, ACCOUNT_NAME_SIZE), S_OK);
        assert_int_equal(wcscmp(name, sid), 0);
    }
}

static void what_is_no_sid_has_no_name(void **state)
{
    WCHAR name[ACCOUNT_NAME_SIZE] = L"x";

    (void)state;
    assert_true(FAILED(account_name(L"nobody", name, ACCOUNT_NAME_SIZE)));
    assert_int_equal(name[0], 0);
    assert_true(FAILED(account_name(L"S-1-5-18", name, 5)));
}

static void an_account_is_found_by_name_and_by_sid(void **state)
{
    static const struct
    {
        const WCHAR *account, *sid; /* NULL: there is none */
    } table[] = {
        {L"NT AUTHORITY\\SYSTEM", L"S-1-5-18"},
        {L"nt authority\\network service", L"S-1-5-20"},
        {L"Administrators", L"S-1-5-32-544"},
        {L"S-1-5-20", L"S-1-5-20"},
        {L"s-1-5-21-1-2-3-4", L"S-1-5-21-1-2-3-4"},
        {L"nobody of this name", NULL},
        {L"S-1-", NULL},
        {L"S-1-x", NULL},
        {L"", NULL},
        {L"SY", NULL},
    };
    WCHAR sid[SID_TEXT_SIZE];
    SID_NAME_USE use;

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(table); i++)
    {
        HRESULT hr = account_sid(table[i].account, sid, &use);

        if (SUCCEEDED(hr) != !!table[i].sid) fail_msg("row %u: %08lx %ls", i, (unsigned long)hr, sid);
        if (wcscmp(sid, table[i].sid ? table[i].sid : L"")) fail_msg("row %u: %ls", i, sid);
    }
    assert_int_equal(account_sid(user_self()->name, sid, &use), S_OK);
    assert_int_equal(wcscmp(sid, user_self()->sid), 0);
    assert_int_equal(use, SidTypeUser);
    assert_int_equal(account_sid(user_self()->sid, sid, &use), S_OK);
    assert_int_equal(use, SidTypeUser);
    assert_int_equal(account_sid(L"S-1-5-21-1-2-3-4", sid, &use), S_OK);
    assert_int_equal(use, SidTypeUnknown);
}

static void a_logged_on_user_may_work(void **state)
{
    struct error error = {0};
    HRESULT hr = user_may_work(&error);

    (void)state;
    if (hr) fail_msg("%ls", error.text);
}

static void the_data_folder_is_there_once_asked_for(void **state)
{
    WCHAR folder[DATA_PATH_SIZE], path[DATA_PATH_SIZE], leaf[DATA_PATH_SIZE];
    struct error error = {0};
    size_t i;

    (void)state;
    assert_int_equal(data_path(folder, NULL, NULL), S_OK);
    assert_non_null(wcsstr(folder, L"\\OutlookBroker"));
    assert_true(GetFileAttributesW(folder) & FILE_ATTRIBUTE_DIRECTORY);
    assert_int_equal(data_path(path, L"a.txt", NULL), S_OK);
    assert_int_equal(wcsncmp(path, folder, wcslen(folder)), 0);
    assert_int_equal(wcscmp(path + wcslen(folder), L"\\a.txt"), 0);
    for (i = 0; i < DATA_PATH_SIZE - 1; i++)
        leaf[i] = L'x';
    leaf[i] = 0;
    assert_true(FAILED(data_path(path, leaf, &error)));
    assert_int_equal(path[0], 0);
    assert_non_null(error.text);
    error_clear(&error);
}

static void the_program_knows_its_own_file(void **state)
{
    WCHAR path[DATA_PATH_SIZE];

    (void)state;
    assert_int_equal(program_path(path), S_OK);
    assert_true(GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_process_knows_its_user),
        cmocka_unit_test(an_account_is_named_with_its_domain),
        cmocka_unit_test(an_account_without_a_name_is_called_by_its_sid),
        cmocka_unit_test(what_is_no_sid_has_no_name),
        cmocka_unit_test(an_account_is_found_by_name_and_by_sid),
        cmocka_unit_test(a_logged_on_user_may_work),
        cmocka_unit_test(the_data_folder_is_there_once_asked_for),
        cmocka_unit_test(the_program_knows_its_own_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

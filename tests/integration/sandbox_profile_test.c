/* sandbox_profile_test.c - the stand-in for Outlook, seen by a late-bound client: accounts, profiles, the object model
 * guard, and what its registration leaves behind. */
#include "outlook_client.h"
#include "support.h"
#include <shlwapi.h>

#define OUTLOOK_KEY L"Software\\Microsoft\\Office\\16.0\\Outlook"
#define PROFILES_KEY OUTLOOK_KEY L"\\Profiles"

static const HRESULT not_found = (HRESULT)0x8004010F, logon_failed = (HRESULT)0x80040111;

static void write_accounts(const char *lines)
{
    WCHAR path[MAX_PATH];

    store_file(L"accounts.txt", path);
    ob_write_file(path, lines, strlen(lines));
}

static void accounts_have_the_names_and_types_that_their_file_gives(void **state)
{
    struct session session;
    IDispatch *accounts, *account;
    VARIANT arg = text(L"Post"), result;

    (void)state;
    write_accounts("First\tfirst@example.com\r\nPost\tpost@example.com\tEXAMPLE\\post\t1\r\n");
    open_session(&session);
    accounts = object_of(session.space, L"Accounts", NULL);
    assert_int_equal(long_of(accounts, L"Count"), 2);
    account = object_at(accounts, L"Item", 1);
    assert_text(account, L"DisplayName", L"First");
    assert_text(account, L"UserName", L"first@example.com");
    assert_int_equal(long_of(account, L"AccountType"), 2);
    let_go(&account);
    account = object_of(accounts, L"Item", &arg);
    assert_text(account, L"SmtpAddress", L"post@example.com");
    assert_text(account, L"UserName", L"EXAMPLE\\post");
    assert_int_equal(long_of(account, L"AccountType"), 1);
    let_go(&account);
    arg = number(3);
    assert_int_equal(invoke(accounts, L"Item", DISPATCH_METHOD, &arg, 1, &result), DISP_E_EXCEPTION);
    arg = text(L"nobody@example.com");
    assert_int_equal(code_of(invoke(accounts, L"Item", DISPATCH_METHOD, &arg, 1, &result)), not_found);
    VariantClear(&arg);
    let_go(&accounts);
    close_session(&session);
}

static void take_account(IDispatch *mail, struct session *session, long index)
{
    IDispatch *account = object_at(session->space, L"Accounts", index);
    VARIANT arg = reference(account);

    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYPUTREF, &arg, 1, NULL), S_OK);
    let_go(&account);
}

static void the_message_is_from_the_account_that_was_taken(void **state)
{
    struct session session;
    struct ob_arrivals arrivals;
    IDispatch *mail;
    VARIANT value;

    (void)state;
    write_accounts("First\tfirst@example.com\r\nPost\tpost@example.com\r\n");
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"by the second");
    take_account(mail, &session, 2);
    assert_int_equal(call(mail, L"Send"), S_OK);
    let_go(&mail);
    wait_until_sent(&session, L"by the second");
    mail = new_mail(&session, L"a@example.com", L"account gone");
    take_account(mail, &session, 2);
    write_accounts("First\tfirst@example.com\r\n");
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYGET, NULL, 0, &value), S_OK);
    assert_null(V_DISPATCH(&value));
    let_go(&mail);
    ob_read_mails(&arrivals);
    ob_assert_text(ob_mail_with(&arrivals, L"by the second")->from, L"Post <post@example.com>");
    ob_free_mails(&arrivals);
    close_session(&session);
}

static HRESULT log_on(struct session *session, const WCHAR *profile)
{
    VARIANT arguments[4] = {text(profile), missing(), truth(false), truth(false)};
    HRESULT hr = invoke(session->space, L"Logon", DISPATCH_METHOD, arguments, 4, NULL);

    VariantClear(&arguments[0]);
    return code_of(hr);
}

static void make_profile(const WCHAR *name)
{
    WCHAR path[256];
    HKEY key;

    swprintf(path, ARRAYSIZE(path), PROFILES_KEY L"\\%ls", name);
    assert_int_equal(RegCreateKeyW(HKEY_CURRENT_USER, path, &key), ERROR_SUCCESS);
    RegCloseKey(key);
}

static void a_named_profile_is_used_by_the_first_session_only(void **state)
{
    struct session session;

    (void)state;
    make_profile(L"Other");
    open_session(&session);
    assert_text(session.application, L"DefaultProfileName", L"Outlook");
    assert_int_equal(log_on(&session, L"No such profile"), logon_failed);
    assert_int_equal(
        wcscmp(last_error.bstrDescription, L"The profile name is not valid. Enter a valid profile name."), 0);
    assert_int_equal(log_on(&session, L"Other"), S_OK);
    assert_text(session.space, L"CurrentProfileName", L"Other");
    assert_int_equal(log_on(&session, L"Outlook"), S_OK);
    assert_int_equal(log_on(&session, L"No such profile"), S_OK);
    assert_text(session.space, L"CurrentProfileName", L"Other");
    close_session(&session);
    assert_true(sandbox_ends());

    open_session(&session);
    assert_text(session.space, L"CurrentProfileName", L"Outlook");
    close_session(&session);
}

static void the_user_may_have_begun_with_another_profile(void **state)
{
    struct session session;

    (void)state;
    make_profile(L"Other");
    control("profile = Other\r\n");
    open_session(&session);
    assert_int_equal(log_on(&session, L"Outlook"), S_OK);
    assert_text(session.space, L"CurrentProfileName", L"Other");
    assert_text(session.application, L"DefaultProfileName", L"Outlook");
    close_session(&session);
}

static void without_a_profile_nobody_can_log_on(void **state)
{
    struct session session;
    VARIANT inbox = number(6), value;

    (void)state;
    assert_int_equal(
        RegSetKeyValueW(HKEY_CURRENT_USER, OUTLOOK_KEY, L"DefaultProfile", REG_SZ, L"", sizeof(WCHAR)), ERROR_SUCCESS);
    open_session(&session);
    assert_text(session.application, L"DefaultProfileName", L"");
    assert_int_equal(
        code_of(invoke(session.space, L"GetDefaultFolder", DISPATCH_METHOD, &inbox, 1, &value)), logon_failed);
    assert_int_equal(log_on(&session, L""), logon_failed);
    close_session(&session);
    assert_int_equal(
        RegSetKeyValueW(HKEY_CURRENT_USER, OUTLOOK_KEY, L"DefaultProfile", REG_SZ, L"Outlook", sizeof(L"Outlook")),
        ERROR_SUCCESS);
}

/* What the guard stands before, as the object model's documentation lists it, and what it does not. */
static const struct guard_case
{
    const WCHAR *name;
    bool guarded;
} mail_cases[] = {
    {L"To", true},
    {L"CC", true},
    {L"BCC", true},
    {L"Body", true},
    {L"HTMLBody", true},
    {L"Recipients", true},
    {L"ReplyRecipientNames", true},
    {L"SenderName", true},
    {L"SenderEmailAddress", true},
    {L"SentOnBehalfOfName", true},
    {L"PropertyAccessor", true},
    {L"Subject", false},
    {L"BillingInformation", false},
    {L"EntryID", false},
    {L"Importance", false},
    {L"Categories", false},
    {L"Attachments", false},
    {L"ReplyRecipients", false},
    {L"SendUsingAccount", false},
    {L"Save", false},
};

static const struct guard_case account_cases[] = {
    {L"SmtpAddress", true},
    {L"CurrentUser", true},
    {L"DisplayName", false},
    {L"UserName", false},
    {L"AccountType", false},
};

static void assert_guard(IDispatch *object, const struct guard_case *cases, size_t count, HRESULT refusal)
{
    for (size_t i = 0; i < count; i++)
    {
        HRESULT hr = get_code(object, cases[i].name), expected = cases[i].guarded ? refusal : S_OK;

        if (hr != expected) fail_msg("%ls answers %08lx, not %08lx", cases[i].name, hr, expected);
    }
}

static void the_guard_refuses_to_read_what_is_listed_and_nothing_else(void **state)
{
    static const struct guard_case all[] = {{L"Count", true}, {L"ResolveAll", true}, {L"Class", true}};
    struct session session;
    IDispatch *mail, *account, *replies;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"guarded");
    account = object_at(session.space, L"Accounts", 1);
    replies = object_of(mail, L"ReplyRecipients", NULL);
    assert_guard(mail, mail_cases, ARRAYSIZE(mail_cases), S_OK);
    assert_guard(account, account_cases, ARRAYSIZE(account_cases), S_OK);
    assert_guard(replies, all, ARRAYSIZE(all), S_OK);
    control("guard = deny\r\n");
    assert_guard(mail, mail_cases, ARRAYSIZE(mail_cases), E_ABORT);
    assert_null(last_error.bstrDescription);
    assert_guard(account, account_cases, ARRAYSIZE(account_cases), E_ABORT);
    assert_guard(replies, all, ARRAYSIZE(all), E_ABORT);
    assert_int_equal(get_code(session.space, L"CurrentUser"), E_ABORT);
    put_text(mail, L"To", L"b@example.com");
    put_text(mail, L"Body", L"another");
    control("guard = not-supported\r\n");
    assert_guard(mail, mail_cases, ARRAYSIZE(mail_cases), (HRESULT)0x80040102);
    control("guard = off\r\n");
    assert_text(mail, L"To", L"b@example.com");
    assert_int_equal(call(mail, L"Delete"), S_OK);
    let_go(&replies);
    let_go(&account);
    let_go(&mail);
    close_session(&session);
}

static void the_guard_refuses_to_send_only_where_it_was_told(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"guarded send");
    control("guard = send\r\n");
    assert_text(mail, L"To", L"a@example.com");
    assert_int_equal(call(mail, L"Send"), E_ABORT);
    control("guard = deny send\r\n");
    assert_int_equal(get_code(mail, L"To"), E_ABORT);
    assert_int_equal(call(mail, L"Send"), E_ABORT);
    control("guard = deny\r\n");
    assert_int_equal(call(mail, L"Send"), S_OK);
    wait_until_sent(&session, L"guarded send");
    let_go(&mail);
    close_session(&session);
}

static void the_log_of_calls_says_what_is_guarded(void **state)
{
    struct session session;
    WCHAR path[MAX_PATH];
    IDispatch *mail;
    char *lines;

    (void)state;
    store_file(L"calls.txt", path);
    DeleteFileW(path);
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    control("log-calls = 1\r\nguard = deny\r\n");
    put_text(mail, L"To", L"a@example.com");
    assert_int_equal(get_code(mail, L"To"), E_ABORT);
    control(NULL);
    assert_non_null(lines = ob_read_file(path, NULL));
    assert_string_equal(lines, "MailItem.To 3588 put\r\nMailItem.To 3588 get guarded\r\n");
    free(lines);
    DeleteFileW(path);
    let_go(&mail);
    close_session(&session);
}

static bool key_exists(HKEY root, const WCHAR *path)
{
    HKEY key;

    if (RegOpenKeyExW(root, path, 0, KEY_READ, &key)) return false;
    RegCloseKey(key);
    return true;
}

static DWORD run_sandbox(const WCHAR *program, const WCHAR *arguments)
{
    WCHAR command[1024];
    char *output;
    DWORD code;

    swprintf(command, ARRAYSIZE(command), L"\"%ls\" %ls", program, arguments);
    code = ob_run(command, OB_LONG_MS, &output);
    free(output);
    return code;
}

static void registered_program(WCHAR *program, DWORD size)
{
    assert_int_equal(
        RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\OUTLOOK.EXE", NULL,
            RRF_RT_REG_SZ, NULL, program, &size),
        ERROR_SUCCESS);
}

static void unregistered_it_leaves_nothing_of_an_outlook(void **state)
{
    static const struct
    {
        HKEY root;
        const WCHAR *key;
    } keys[] = {
        {HKEY_CURRENT_USER, PROFILES_KEY},
        {HKEY_CURRENT_USER, OUTLOOK_KEY},
        {HKEY_LOCAL_MACHINE, OUTLOOK_KEY},
        {HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Office\\16.0"},
        {HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\OUTLOOK.EXE"},
        {HKEY_CLASSES_ROOT, L"Outlook.Application"},
        {HKEY_CLASSES_ROOT, L"Outlook.Application.16"},
        {HKEY_CLASSES_ROOT, L"CLSID\\{0006F03A-0000-0000-C000-000000000046}"},
    };
    WCHAR program[512], directory[MAX_PATH], arguments[512];

    (void)state;
    registered_program(program, sizeof(program));
    store_file(L"", directory);
    for (size_t i = 0; i < ARRAYSIZE(keys); i++)
        assert_true(key_exists(keys[i].root, keys[i].key));
    SHDeleteKeyW(HKEY_CURRENT_USER, PROFILES_KEY L"\\Other");
    assert_int_equal(run_sandbox(program, L"/UnregServer"), 0);
    for (size_t i = 0; i < ARRAYSIZE(keys); i++)
        if (key_exists(keys[i].root, keys[i].key)) fail_msg("%ls is still there", keys[i].key);
    directory[wcslen(directory) - 1] = 0;
    swprintf(arguments, ARRAYSIZE(arguments), L"/RegServer \"/Dir:%ls\"", directory);
    assert_int_equal(run_sandbox(program, arguments), 0);
    assert_true(key_exists(HKEY_CURRENT_USER, PROFILES_KEY L"\\Outlook"));
}

static void an_outlook_that_is_installed_loses_nothing(void **state)
{
    static const WCHAR server[] = L"Software\\Classes\\CLSID\\{0006F03A-0000-0000-C000-000000000046}\\LocalServer32";
    static const WCHAR other[] = L"\"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE\"";
    WCHAR program[512], before[512], after[512];
    DWORD before_size = sizeof(before), after_size = sizeof(after);

    (void)state;
    registered_program(program, sizeof(program));
    assert_int_equal(RegGetValueW(HKEY_LOCAL_MACHINE, server, NULL, RRF_RT_REG_SZ, NULL, before, &before_size), 0);
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, server, NULL, REG_SZ, other, sizeof(other)), 0);
    assert_int_equal(run_sandbox(program, L"/RegServer"), 1);
    assert_int_equal(run_sandbox(program, L"/UnregServer"), 1);
    assert_int_equal(RegGetValueW(HKEY_LOCAL_MACHINE, server, NULL, RRF_RT_REG_SZ, NULL, after, &after_size), 0);
    assert_int_equal(wcscmp(after, other), 0);
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, server, NULL, REG_SZ, before, before_size), 0);
    assert_int_equal(run_sandbox(program, L"/RegServer"), 0);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(accounts_have_the_names_and_types_that_their_file_gives, end_of_test),
        cmocka_unit_test_teardown(the_message_is_from_the_account_that_was_taken, end_of_test),
        cmocka_unit_test_teardown(a_named_profile_is_used_by_the_first_session_only, end_of_test),
        cmocka_unit_test_teardown(the_user_may_have_begun_with_another_profile, end_of_test),
        cmocka_unit_test_teardown(without_a_profile_nobody_can_log_on, end_of_test),
        cmocka_unit_test_teardown(the_guard_refuses_to_read_what_is_listed_and_nothing_else, end_of_test),
        cmocka_unit_test_teardown(the_guard_refuses_to_send_only_where_it_was_told, end_of_test),
        cmocka_unit_test_teardown(the_log_of_calls_says_what_is_guarded, end_of_test),
        cmocka_unit_test_teardown(unregistered_it_leaves_nothing_of_an_outlook, end_of_test),
        cmocka_unit_test_teardown(an_outlook_that_is_installed_loses_nothing, end_of_test),
    };
    int failed;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    failed = cmocka_run_group_tests(tests, begin_with_empty_folders, NULL);
    CoUninitialize();
    return failed;
}

/* register_test.c - what registration writes, that it is all or nothing at every single row, and that nothing is left
 * when it has gone. Run by register_test.sh where nothing is registered. Wine reads neither AppID nor HKCU's classes:
 * what is asserted of them are the keys. */
#include "support.h"
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "registry_snapshot.h"

#define RUN L"Software\\Microsoft\\Windows\\CurrentVersion\\Run"
#define SESSION_CLASS L"Software\\Classes\\CLSID\\{9ACD0E04-8871-4188-BC42-AC6D967D9F20}"
#define PROXY_CLASS L"Software\\Classes\\CLSID\\{9ACD0E04-8871-4188-BC42-AC6D967D9F31}"
#define APPID L"Software\\Classes\\AppID\\{9ACD0E04-8871-4188-BC42-AC6D967D9F30}"
#define POLICY L"Software\\Policies\\OutlookBroker"
#define MOST_ROWS 400
#define WHOLE_EVERY 25 /* rows after which the whole registry is compared, not only what registration touches */

static const WCHAR *program(const WCHAR *leaf)
{
    static WCHAR path[MAX_PATH];
    WCHAR relative[MAX_PATH];

    swprintf(relative, MAX_PATH, L"build\\%ls", leaf);
    assert_true(GetFullPathNameW(ob_source_path(relative), MAX_PATH, path, NULL) > 0);
    return path;
}

/* Runs the broker with these arguments and expects its exit code and some words. */
static void expect_run(DWORD code, const WCHAR *arguments, const char *words)
{
    WCHAR command[1024];
    char *output;
    DWORD got;

    swprintf(command, ARRAYSIZE(command), L"\"%ls\" %ls", program(L"wine\\outlook-broker.exe"), arguments);
    got = ob_run(command, OB_LONG_MS, &output);
    ob_require(got == code && strstr(output, words), "%s ended with %lu:\n%s", ob_utf8(arguments), got, output);
    free(output);
}

static void expect_text_value(HKEY hive, DWORD view, const WCHAR *key, const WCHAR *name, const WCHAR *expected)
{
    WCHAR got[1024] = L"";
    DWORD size = sizeof(got);
    LSTATUS status = RegGetValueW(hive, key, name, RRF_RT_REG_SZ | view, NULL, got, &size);

    ob_require(!status && !wcscmp(got, expected), "%s [%s]: %ld \"%s\" in place of \"%s\"", ob_utf8(key),
        ob_utf8(name ? name : L""), status, ob_utf8(got), ob_utf8(expected));
}

static void expect_descriptor(const WCHAR *name, const WCHAR *sddl)
{
    PSECURITY_DESCRIPTOR expected;
    BYTE got[1024];
    DWORD size = sizeof(got), expected_size;

    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &expected, &expected_size));
    assert_int_equal(RegGetValueW(HKEY_LOCAL_MACHINE, APPID, name, RRF_RT_REG_BINARY, NULL, got, &size), 0);
    ob_require(size == expected_size && !memcmp(got, expected, size), "%s is not %s", ob_utf8(name), ob_utf8(sddl));
    LocalFree(expected);
}

/* Keys that are always there on Windows, but not in an empty environment. */
static int make_windows_keys(void **state)
{
    static const struct
    {
        HKEY hive;
        const WCHAR *key;
    } keys[] = {{HKEY_LOCAL_MACHINE, RUN}, {HKEY_CURRENT_USER, RUN}, {HKEY_CURRENT_USER, L"Software\\Classes"}};
    HKEY key;

    ob_begin(state);
    for (unsigned i = 0; i < ARRAYSIZE(keys); i++)
    {
        assert_int_equal(RegCreateKeyExW(keys[i].hive, keys[i].key, 0, NULL, 0, KEY_READ, NULL, &key, NULL), 0);
        RegCloseKey(key);
    }
    return 0;
}

static int unregister(void **state)
{
    (void)state;
    SetEnvironmentVariableW(L"OB_FAIL_REGISTRY_ROW", NULL);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, POLICY);
    expect_run(0, L"/Stop", "");
    expect_run(0, L"/UnregServer", "is unregistered");
    expect_run(0, L"/UnregServerPerUser", "is unregistered");
    return 0;
}

/* Lets every row fail in turn, until all are written. */
static void fail_at_every_row(const WCHAR *arguments, const char *hive)
{
    char *before = snapshot_take(), *ours = snapshot_take_ours(), where[64];
    WCHAR number[16];
    unsigned row = 1;

    for (;; row++)
    {
        WCHAR command[1024];
        char *output;
        DWORD code;

        ob_require(row < MOST_ROWS, "%s does not come to an end", ob_utf8(arguments));
        swprintf(number, ARRAYSIZE(number), L"%u", row);
        SetEnvironmentVariableW(L"OB_FAIL_REGISTRY_ROW", number);
        swprintf(command, ARRAYSIZE(command), L"\"%ls\" %ls", program(L"wine\\outlook-broker.exe"), arguments);
        code = ob_run(command, OB_LONG_MS, &output);
        if (!code)
        {
            free(output);
            break;
        }
        snprintf(where, sizeof(where), "row %u", row);
        ob_require(strstr(output, "what had been written was taken back. Checked: ") && strstr(output, hive) &&
                       strstr(output, "Windows answered 0x8007001D"),
            "%s: %s", where, output);
        free(output);
        snapshot_expect_ours(ours, where);
        if (row % WHOLE_EVERY == 0) snapshot_expect(before, where);
    }
    SetEnvironmentVariableW(L"OB_FAIL_REGISTRY_ROW", NULL);
    print_message("%u rows\n", row - 1);
    assert_true(row > 40);
    free(ours);
    free(before);
}

static void a_failure_at_any_row_takes_back_all_that_was_written(void **state)
{
    (void)state;
    fail_at_every_row(L"/RegServer /User:S-1-5-21-1-2-3-4", "HKLM\\");
}

static void a_users_own_registration_is_as_whole(void **state)
{
    (void)state;
    fail_at_every_row(L"/RegServerPerUser", "HKCU\\");
}

static void a_failure_of_a_second_registration_leaves_the_first(void **state)
{
    char *before;

    (void)state;
    expect_run(0, L"/RegServer /Allow:S-1-5-20 /User:S-1-5-21-1-2-3-4", "is registered");
    before = snapshot_take_ours();
    for (unsigned row = 1; row <= 40; row += 3)
    {
        WCHAR number[16];

        swprintf(number, ARRAYSIZE(number), L"%u", row);
        SetEnvironmentVariableW(L"OB_FAIL_REGISTRY_ROW", number);
        expect_run(1, L"/RegServer /Deny:S-1-5-20 /User:*", "taken back");
        snapshot_expect_ours(before, "a second registration");
    }
    SetEnvironmentVariableW(L"OB_FAIL_REGISTRY_ROW", NULL);
    free(before);
}

static void what_was_registered_goes_without_a_trace(void **state)
{
    char *before = snapshot_take(), *registered;

    (void)state;
    expect_run(0, L"/RegServer", "Mailbox owners: every user of this machine");
    registered = snapshot_take();
    expect_run(0, L"/RegServer", "is registered");
    snapshot_expect(registered, "a repeated registration");
    expect_run(0, L"/UnregServer", "Outbox and log stay in %LOCALAPPDATA%\\OutlookBroker");
    snapshot_expect(before, "unregistered");
    expect_run(0, L"/UnregServer", "is unregistered");
    expect_run(0, L"/RegServerPerUser", "is registered for");
    expect_run(0, L"/UnregServerPerUser", "Outbox and log stay in ");
    snapshot_expect(before, "unregistered for the user");
    free(registered);
    free(before);
}

static void the_keys_are_those_of_the_contract(void **state)
{
    const DWORD views[] = {RRF_SUBKEY_WOW6464KEY, RRF_SUBKEY_WOW6432KEY};
    WCHAR exe[MAX_PATH], text[MAX_PATH + 16], dll[MAX_PATH];

    (void)state;
    wcscpy(exe, program(L"wine\\outlook-broker.exe"));
    expect_run(0, L"/RegServer", "is registered");
    for (unsigned i = 0; i < ARRAYSIZE(views); i++)
    {
        swprintf(text, ARRAYSIZE(text), L"\"%ls\"", exe);
        expect_text_value(HKEY_LOCAL_MACHINE, views[i], SESSION_CLASS L"\\LocalServer32", NULL, text);
        expect_text_value(
            HKEY_LOCAL_MACHINE, views[i], SESSION_CLASS, L"AppID", L"{9ACD0E04-8871-4188-BC42-AC6D967D9F30}");
        wcscpy(dll, program(i ? L"wine\\x86\\outlook-broker-ps.dll" : L"wine\\outlook-broker-ps.dll"));
        assert_true(ob_exists(dll));
        expect_text_value(HKEY_LOCAL_MACHINE, views[i], PROXY_CLASS L"\\InProcServer32", NULL, dll);
        expect_text_value(HKEY_LOCAL_MACHINE, views[i], PROXY_CLASS L"\\InProcServer32", L"ThreadingModel", L"Both");
    }
    expect_text_value(
        HKEY_LOCAL_MACHINE, 0, L"Software\\Classes\\OutlookBroker.Session\\CurVer", NULL, L"OutlookBroker.Session.1");
    swprintf(text, ARRAYSIZE(text), L"\"%ls\" /Run", exe);
    expect_text_value(HKEY_LOCAL_MACHINE, 0, RUN, L"OutlookBroker", text);
    swprintf(text, ARRAYSIZE(text), L"%ls\\2", exe);
    expect_text_value(HKEY_LOCAL_MACHINE, 0,
        L"Software\\Classes\\TypeLib\\{9ACD0E04-8871-4188-BC42-AC6D967D9F00}\\1.0\\0\\win32", NULL, text);
    expect_text_value(HKEY_LOCAL_MACHINE, 0, APPID, L"RunAs", L"Interactive User");
    expect_descriptor(L"AccessPermission", L"O:BAG:BAD:(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)");
    expect_descriptor(L"LaunchPermission", L"O:BAG:BAD:(A;;0xb;;;SY)(A;;0xb;;;BA)(A;;0xb;;;IU)");
}

static void accounts_that_were_allowed_stay_until_they_are_denied(void **state)
{
    static const WCHAR plain[] = L"O:BAG:BAD:(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)";

    (void)state;
    expect_run(
        0, L"/RegServer \"/Allow:NT AUTHORITY\\NETWORK SERVICE\"", "SYSTEM, and NT AUTHORITY\\NETWORK SERVICE\n");
    expect_descriptor(L"LaunchPermission", L"O:BAG:BAD:(A;;0xb;;;SY)(A;;0xb;;;BA)(A;;0xb;;;IU)(A;;0xb;;;NS)");
    expect_run(0, L"-regserver -ALLOW:S-1-5-19", "NETWORK SERVICE, NT AUTHORITY\\LOCAL SERVICE\n");
    expect_descriptor(
        L"AccessPermission", L"O:BAG:BAD:(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)(A;;0x3;;;NS)(A;;0x3;;;LS)");
    expect_run(0, L"/RegServer /Deny:S-1-5-20 /Deny:S-1-5-6", "NT AUTHORITY\\SERVICE was not allowed");
    expect_run(0, L"/RegServer /Deny:S-1-5-19 /Deny:SYSTEM", "NT AUTHORITY\\SYSTEM is always allowed");
    expect_descriptor(L"AccessPermission", plain);
    expect_run(0, L"/RegServer", "nobody else\n");
}

static void a_damaged_or_missing_permission_begins_both_anew(void **state)
{
    static const struct
    {
        const WCHAR *name, *arguments;
        bool damaged;
        const char *words;
    } cases[] = {
        {L"AccessPermission", L"/RegServer", true, "The AccessPermission that was stored is damaged."},
        {L"LaunchPermission", L"/RegServer", true, "The LaunchPermission that was stored is damaged."},
        {L"AccessPermission", L"/RegServer", false, "The AccessPermission was missing."},
        {L"AccessPermission", L"/RegServer /Deny:S-1-5-20", true, ""},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
    {
        WCHAR command[1024];
        char *output;

        expect_run(0, L"/RegServer /Allow:S-1-5-20", "SYSTEM, and NT AUTHORITY\\NETWORK SERVICE\n");
        if (cases[i].damaged)
            assert_int_equal(
                RegSetKeyValueW(HKEY_LOCAL_MACHINE, APPID, cases[i].name, REG_BINARY, "rubbish", 7), ERROR_SUCCESS);
        else
            assert_int_equal(RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, APPID, cases[i].name), ERROR_SUCCESS);
        swprintf(command, ARRAYSIZE(command), L"\"%ls\" %ls", program(L"wine\\outlook-broker.exe"), cases[i].arguments);
        assert_int_equal(ob_run(command, OB_LONG_MS, &output), 0);
        ob_require(strstr(output, cases[i].words) && strstr(output, "SYSTEM, and nobody else") &&
                       strstr(output, "LaunchPermission and AccessPermission were begun anew") &&
                       !strstr(output, "changes nothing"),
            "row %u: %s", i, output);
        free(output);
        expect_descriptor(L"AccessPermission", L"O:BAG:BAD:(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)");
        expect_descriptor(L"LaunchPermission", L"O:BAG:BAD:(A;;0xb;;;SY)(A;;0xb;;;BA)(A;;0xb;;;IU)");
    }
}

static void what_only_one_permission_allows_can_be_denied(void **state)
{
    static const WCHAR launch[] = L"O:BAG:BAD:(A;;0xb;;;SY)(A;;0xb;;;BA)(A;;0xb;;;IU)(A;;0xb;;;LS)";
    PSECURITY_DESCRIPTOR descriptor;
    WCHAR command[1024];
    char *output;
    DWORD size;

    (void)state;
    expect_run(0, L"/RegServer", "is registered");
    assert_true(ConvertStringSecurityDescriptorToSecurityDescriptorW(launch, SDDL_REVISION_1, &descriptor, &size));
    assert_int_equal(
        RegSetKeyValueW(HKEY_LOCAL_MACHINE, APPID, L"LaunchPermission", REG_BINARY, descriptor, size), ERROR_SUCCESS);
    LocalFree(descriptor);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" /RegServer /Deny:S-1-5-19", program(L"wine\\outlook-broker.exe"));
    assert_int_equal(ob_run(command, OB_LONG_MS, &output), 0);
    ob_require(!strstr(output, "changes nothing"), "%s", output);
    free(output);
    expect_descriptor(L"LaunchPermission", L"O:BAG:BAD:(A;;0xb;;;SY)(A;;0xb;;;BA)(A;;0xb;;;IU)");
    expect_run(0, L"/RegServer /Deny:S-1-5-19", "LOCAL SERVICE was not allowed; /Deny: changes nothing.");
}

static void accounts_that_cannot_be_named_are_refused_before_anything_is_written(void **state)
{
    static const struct
    {
        const WCHAR *arguments;
        const char *words;
    } cases[] = {
        {L"/RegServer /Allow:S-1-5-20 /Allow:nobody_here",
            "There is no account \"nobody_here\", so nothing was registered."},
        {L"/RegServer /User:nobody_here", "There is no account \"nobody_here\", so nothing was registered."},
        {L"/RegServer /Allow:Everyone", "Everyone cannot be allowed to use the broker"},
        {L"/RegServer /Allow:S-1-5-6", "SERVICE cannot be allowed to use the broker"},
        {L"/RegServer /Allow:S-1-15-2-1", "cannot be allowed to use the broker"},
        {L"/RegServer /Allow:S-1-5-21-1-2-3-513", "cannot be allowed to use the broker"},
        {L"/RegServer /User:Administrators", "BUILTIN\\Administrators is no user"},
        {L"/RegServer /Allow:SYSTEM /Deny:S-1-5-18", "is to be allowed and denied at once"},
    };
    char *before = snapshot_take_ours();

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
        expect_run(1, cases[i].arguments, cases[i].words);
    expect_run(2, L"/RegServerPerUser /Allow:SYSTEM", "a user's own registration knows no accounts");
    expect_run(2, L"/RegServer /Allow:", "an account has to stand right behind the colon");
    snapshot_expect_ours(before, "refused");
    free(before);
}

/* Runs the broker as a client without an administrator's rights; the output goes through a file. */
static DWORD run_lesser(const WCHAR *arguments, char **output)
{
    SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
    BYTE sid[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES without = {sid, 0};
    DWORD size = sizeof(sid), code;
    STARTUPINFOW start = {.cb = sizeof(start), .dwFlags = STARTF_USESTDHANDLES};
    PROCESS_INFORMATION process;
    HANDLE token, lesser;
    WCHAR command[1024];

    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &size));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    assert_true(CreateRestrictedToken(token, 0, 1, &without, 0, NULL, 0, NULL, &lesser));
    start.hStdOutput = start.hStdError = CreateFileW(ob_file_path(L"lesser.txt"), GENERIC_WRITE, FILE_SHARE_READ,
        &inherited, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" %ls", program(L"wine\\outlook-broker.exe"), arguments);
    assert_true(CreateProcessAsUserW(lesser, NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process));
    CloseHandle(start.hStdOutput);
    CloseHandle(process.hThread);
    code = ob_wait_exit(process.hProcess, OB_LONG_MS);
    CloseHandle(lesser);
    CloseHandle(token);
    *output = ob_read_file(ob_file_path(L"lesser.txt"), NULL);
    assert_non_null(*output);
    return code;
}

static void who_is_no_administrator_changes_nothing(void **state)
{
    static const WCHAR *const commands[] = {L"/RegServer", L"/UnregServer"};
    char *before;

    (void)state;
    expect_run(0, L"/RegServer", "is registered");
    before = snapshot_take_ours();
    for (unsigned i = 0; i < ARRAYSIZE(commands); i++)
    {
        char *output;
        DWORD code = run_lesser(commands[i], &output);

        ob_require(
            code == 1 && strstr(output, "does not have an administrator's rights. Checked: "), "%lu: %s", code, output);
        free(output);
        snapshot_expect_ours(before, "no administrator");
    }
    free(before);
}

static void under_a_running_broker_nothing_is_changed(void **state)
{
    static const WCHAR *const commands[] = {
        L"/RegServer", L"/UnregServer", L"/RegServerPerUser", L"/UnregServerPerUser"};
    char *before;

    (void)state;
    expect_run(0, L"/RegServer", "is registered");
    before = snapshot_take_ours();
    ob_run_self(L"session");
    for (unsigned i = 0; i < ARRAYSIZE(commands); i++)
        expect_run(1, commands[i], "A broker is running, so the registration was not changed. Checked: process ");
    snapshot_expect_ours(before, "a broker runs");
    expect_run(0, L"/Stop", "has stopped");
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    free(before);
}

/* --- mailbox owners */

static char *line_of(char *output, const char *name)
{
    static char value[1024];
    char *at = strstr(output, name);

    ob_require(at != NULL, "no %s in %s", name, output);
    at += strlen(name);
    snprintf(value, sizeof(value), "%.*s", (int)strcspn(at, "\r\n"), at);
    return value;
}

/* What a script is told by a broker that refuses since its user is none of these owners. */
static void expect_wrong_user(const char *place, const char *owners)
{
    char *output, user[512], expected[1024];
    WCHAR command[1024];
    DWORD code;

    swprintf(command, ARRAYSIZE(command), L"cscript //nologo \"%ls\"",
        ob_source_path(L"tests\\integration\\scripts\\wrong_user.vbs"));
    code = ob_run(command, OB_LONG_MS, &output);
    ob_require(code == 7 && strstr(output, "all said"), "the script ended with %lu: %s", code, output);
    strcpy(user, line_of(output, "User="));
    assert_string_equal(line_of(output, "Caller="), user);
    assert_string_equal(line_of(output, "State="), "refusing");
    assert_true(*line_of(output, "Version="));
    assert_string_equal(line_of(output, "Error="), "8004B01C");
    snprintf(expected, sizeof(expected),
        "The broker runs as %s, who is not among this machine's mailbox owners. Checked: the list of owners, HKLM\\%s, "
        "MailboxOwners, which names: %s. Next: log on as one of them, or have an administrator register the broker "
        "again with a /User: for each owner, %s among them.",
        user, place, owners, user);
    assert_string_equal(line_of(output, "Text="), expected);
    free(output);
    expect_run(0, L"/Stop", "");
    ob_kill_broker();
}

static void set_policy(const WCHAR *owners, DWORD size)
{
    assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, POLICY, L"MailboxOwners", REG_MULTI_SZ, owners, size), 0);
}

static void only_a_mailbox_owners_outlook_is_used(void **state)
{
    (void)state;
    expect_run(0, L"/RegServer /User:S-1-5-21-9-9-9-1000", "Mailbox owners: S-1-5-21-9-9-9-1000\n");
    expect_wrong_user("Software\\OutlookBroker", "S-1-5-21-9-9-9-1000");
    /* Registering again keeps the list. */
    expect_run(0, L"/RegServer", "Mailbox owners: S-1-5-21-9-9-9-1000\n");
    expect_wrong_user("Software\\OutlookBroker", "S-1-5-21-9-9-9-1000");
    expect_run(0, L"/RegServer /User:*", "Mailbox owners: every user of this machine\n");
    ob_run_self(L"works");
}

static void a_policy_wins_and_what_leads_to_no_account_admits_nobody(void **state)
{
    WCHAR arguments[600];
    DWORD size = 256;
    WCHAR user[256];

    (void)state;
    assert_true(GetUserNameW(user, &size));
    swprintf(arguments, ARRAYSIZE(arguments), L"/RegServer /User:%ls", user);
    expect_run(0, arguments, "Mailbox owners: ");
    ob_run_self(L"works");
    set_policy(L"gone\\nobody\0", sizeof(L"gone\\nobody\0"));
    expect_wrong_user("Software\\Policies\\OutlookBroker", "gone\\nobody (no such account)");
    set_policy(L"\0", sizeof(L"\0"));
    expect_wrong_user("Software\\Policies\\OutlookBroker", "nobody");
}

/* --- obctl */

static void obctl_does_the_same(void **state)
{
    static const struct
    {
        const WCHAR *arguments;
        DWORD code;
        const char *words;
    } cases[] = {
        {L"register \"/Allow:NT AUTHORITY\\NETWORK SERVICE\"", 0, "SYSTEM, and NT AUTHORITY\\NETWORK SERVICE"},
        {L"register /Allow:nobody_here", 1, "There is no account \"nobody_here\""},
        {L"register /Nonsense", 2, "there is no such switch"},
        {L"unregister", 0, "is unregistered on this machine"},
        {L"register /PerUser", 0, "is registered for"},
        {L"unregister /PerUser", 0, "is unregistered for this user"},
    };
    char *before = snapshot_take_ours();

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
    {
        WCHAR command[1024];
        char *output;
        DWORD code;

        swprintf(command, ARRAYSIZE(command), L"\"%ls\" %ls", program(L"windows\\obctl.exe"), cases[i].arguments);
        code = ob_run(command, OB_LONG_MS, &output);
        ob_require(code == cases[i].code && strstr(output, cases[i].words), "row %u: %lu: %s", i, code, output);
        free(output);
    }
    snapshot_expect_ours(before, "obctl");
    free(before);
}

/* --- in a process of their own: they start a broker, which outlives none that used COM before */

static int in_own_process(const WCHAR *what)
{
    IObSession *session;
    IObStatus *status;
    ObBrokerState now;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    session = ob_session();
    if (!wcscmp(what, L"session")) return 0;
    if (FAILED(IObSession_get_Status(session, &status)) || FAILED(IObStatus_get_State(status, &now))) return 1;
    ob_kill_broker();
    return now == obBrokerRefusing ? 2 : 0;
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_failure_at_any_row_takes_back_all_that_was_written, unregister),
        cmocka_unit_test_teardown(a_users_own_registration_is_as_whole, unregister),
        cmocka_unit_test_teardown(a_failure_of_a_second_registration_leaves_the_first, unregister),
        cmocka_unit_test_teardown(what_was_registered_goes_without_a_trace, unregister),
        cmocka_unit_test_teardown(the_keys_are_those_of_the_contract, unregister),
        cmocka_unit_test_teardown(accounts_that_were_allowed_stay_until_they_are_denied, unregister),
        cmocka_unit_test_teardown(a_damaged_or_missing_permission_begins_both_anew, unregister),
        cmocka_unit_test_teardown(what_only_one_permission_allows_can_be_denied, unregister),
        cmocka_unit_test_teardown(accounts_that_cannot_be_named_are_refused_before_anything_is_written, unregister),
        cmocka_unit_test_teardown(who_is_no_administrator_changes_nothing, unregister),
        cmocka_unit_test_teardown(obctl_does_the_same, unregister),
        cmocka_unit_test_teardown(under_a_running_broker_nothing_is_changed, unregister),
        cmocka_unit_test_teardown(only_a_mailbox_owners_outlook_is_used, unregister),
        cmocka_unit_test_teardown(a_policy_wins_and_what_leads_to_no_account_admits_nobody, unregister),
    };

    if (argc > 1) return in_own_process(argv[1]);
    return cmocka_run_group_tests(tests, make_windows_keys, ob_end);
}

/* dist_test.c - the zip that users get, by its own README: installed, checked, uninstalled, and its tests run. Run by
 * dist_test.sh, which unpacks it. The shipped broker lacks host/wine.c, so under Wine it cannot tell who calls and
 * refuses; that mail is sent is shown with the test build. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "registry_snapshot.h"

#define CALL_COMPLETE "0x80010117" /* what Wine's CoImpersonateClient always answers */
#define RUN L"Software\\Microsoft\\Windows\\CurrentVersion\\Run"
#define OUTLOOK L"Software\\Microsoft\\Office\\16.0\\Outlook"

#define NEVER_EMPTY(key)                                                                                               \
    {                                                                                                                  \
        HKEY_LOCAL_MACHINE, L"Software\\Classes\\" key L"\\{9ACD0E04-8871-4188-BC42-000000000000}"                     \
    }

static char *before, *ours_before; /* the registry, as it was in the beginning: all of it, and our part */

/* The path of a file of the zip. */
static const WCHAR *unpacked(const WCHAR *leaf)
{
    WCHAR relative[200];

    swprintf(relative, ARRAYSIZE(relative), L"Outlook Broker%ls%ls", *leaf ? L"\\" : L"", leaf);
    return ob_file_path(relative);
}

/* Keys that are always there on Windows, or never empty, but not so in an empty environment. */
static int begin(void **state)
{
    static const struct
    {
        HKEY hive;
        const WCHAR *key;
    } keys[] = {
        {HKEY_LOCAL_MACHINE, RUN},
        {HKEY_CURRENT_USER, RUN},
        {HKEY_CURRENT_USER, L"Software\\Classes"},
        {HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Windows\\CurrentVersion\\App Paths"},
        NEVER_EMPTY(L"Wow6432Node\\CLSID"),
        NEVER_EMPTY(L"Wow6432Node\\Interface"),
    };
    HKEY key;

    (void)state;
    setvbuf(stdout, NULL, _IONBF, 0);
    GetDesktopWindow(); /* has Wine start the desktop's process now: a child's would keep the child's output open */
    for (unsigned i = 0; i < ARRAYSIZE(keys); i++)
    {
        if (RegCreateKeyExW(keys[i].hive, keys[i].key, 0, NULL, 0, KEY_READ, NULL, &key, NULL)) return 1;
        RegCloseKey(key);
    }
    if (!SetCurrentDirectoryW(unpacked(L""))) return 1;
    before = snapshot_take();
    ours_before = snapshot_take_ours();
    return 0;
}

static int end(void **state)
{
    (void)state;
    free(before);
    free(ours_before);
    return 0;
}

/* Runs a line as a prompt in the unpacked folder does; the caller frees what it says. */
static char *run(DWORD expected, const char *line)
{
    WCHAR command[512];
    char *output;
    DWORD code;

    swprintf(command, ARRAYSIZE(command), L"cmd /c %hs", line);
    code = ob_run(command, 3 * OB_LONG_MS, &output);
    ob_require(code == expected, "%s ended with %lu in place of %lu:\n%s", line, code, expected, output);
    return output;
}

static void expect_run(DWORD expected, const char *line, const char *words)
{
    char *output = run(expected, line);

    ob_require(strstr(output, words) != NULL, "%s does not say \"%s\":\n%s", line, words, output);
    free(output);
}

/* The next command of a section of README.txt, which is indented, in one place that is used again; NULL after the last.
 * *at is NULL at first. */
static const char *next_command(const char *readme, const char *section, const char **at)
{
    static char line[256];
    char heading[64];

    if (!*at)
    {
        snprintf(heading, sizeof(heading), "\r\n\r\n%s\r\n\r\n", section);
        *at = strstr(readme, heading);
        ob_require(*at != NULL, "README.txt has no section %s", section);
        *at += strlen(heading);
    }
    for (const char *next; *at && **at; *at = next)
    {
        size_t length = strcspn(*at, "\r\n");

        next = *at + length + strspn(*at + length, "\r\n");
        if (!strncmp(*at + length, "\r\n\r\n\r\n", 6)) next = "";
        if (strncmp(*at, "    ", 4)) continue;
        snprintf(line, sizeof(line), "%.*s", (int)length - 4, *at + 4);
        *at = next;
        return line;
    }
    return NULL;
}

/* Runs all commands of a section; each has its exit code and words, and there are as many. */
struct told
{
    DWORD code;
    const char *words;
};

static void follow_readme(const char *section, const struct told *told, unsigned count)
{
    char *readme = ob_read_file(unpacked(L"README.txt"), NULL);
    const char *at = NULL, *command;
    unsigned i = 0;

    assert_non_null(readme);
    while ((command = next_command(readme, section, &at)))
    {
        ob_require(i < count, "%s: nothing is known of %s", section, command);
        print_message("%s\n", command);
        expect_run(told[i].code, command, told[i].words);
        i++;
    }
    ob_require(i == count, "%s has %u commands in place of %u", section, i, count);
    free(readme);
}

static void it_installs_by_its_readme(void **state)
{
    static const struct told told[] = {
        {0, "\\files\\Outlook Broker\\outlook-broker.exe"},
    };

    (void)state;
    follow_readme("INSTALL", told, ARRAYSIZE(told));
}

static void doctor_finds_all_of_it_and_no_outlook(void **state)
{
    static const char *const rows[] = {
        "problem  Outlook  ",
        "ok       Registration  ",
        "\\files\\Outlook Broker\\outlook-broker.exe; 32-bit programs: for the machine, ",
        "ok       AppID                    RunAs Interactive User, AuthenticationLevel 6",
        "ok       Type library  ",
        "ok       Proxies  ",
        "\\files\\Outlook Broker\\x86\\outlook-broker-ps.dll",
        "ok       LaunchPermission  ",
        "ok       AccessPermission  ",
        "ok       Event source  ",
        "Problems: 1, warnings: 0",
    };
    char *output = run(2, "obctl doctor");

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
        ob_require(strstr(output, rows[i]) != NULL, "doctor does not say \"%s\":\n%s", rows[i], output);
    free(output);
}

static void it_answers_by_its_readme(void **state)
{
    static const struct told told[] = {
        {0, "outlook-broker "},
        {2, "Registration             64-bit programs: for the machine, "}, /* 2: there is no Outlook */
        {2, CALL_COMPLETE},
    };

    (void)state;
    follow_readme("CHECK", told, ARRAYSIZE(told));
}

/* --- in a process of its own: it starts a broker, which outlives none that used COM before */

static int call_it(void)
{
    VARIANT arguments[] = {ob_text(L"a@example.com"), ob_text(L"from the zip"), ob_text(L"")};
    IObSession *session;
    struct ob_answer answer;
    BSTR version = NULL;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    session = ob_session();
    if (FAILED(IObSession_get_Version(session, &version)) || wcscmp(version, OB_VERSION)) return 1;
    ob_invoke(session, L"SendMail", DISPATCH_METHOD, arguments, 3, &answer);
    printf("%08lX %s\n", (unsigned long)answer.code, ob_utf8(answer.text));
    if (answer.code != RPC_E_CALL_COMPLETE || !answer.text) return 2;
    return wcsstr(answer.text, L"Checked: finding out who calls; it failed with ") ? 0 : 3;
}

static void a_caller_whom_it_cannot_identify_is_refused(void **state)
{
    (void)state;
    ob_run_self(L"call");
}

static void it_uninstalls_by_its_readme_and_leaves_the_outbox_alone(void **state)
{
    static const struct told told[] = {
        {0, ""},
        {0, "Outbox and log stay in "},
    };

    (void)state;
    follow_readme("UNINSTALL", told, ARRAYSIZE(told));
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    snapshot_expect(before, "uninstalled");
    assert_true(ob_exists(ob_data_path(L"outbox.db")));
}

static void it_installs_and_uninstalls_for_one_user(void **state)
{
    static const struct told told[] = {
        {0, "May use it: this user's own programs"},
        {0, ""},
        {0, "is unregistered for this user"},
    };

    (void)state;
    follow_readme("FOR ONE USER ONLY", told, ARRAYSIZE(told));
    snapshot_expect_ours(ours_before, "uninstalled for one user");
}

/* --- run-tests.cmd */

static void the_tests_refuse_where_there_is_an_outbox_or_an_outlook(void **state)
{
    HKEY key;

    (void)state;
    expect_run(2, "run-tests.cmd rules_job_test", "Refused: Outlook Broker is registered on this machine, or has");
    assert_true(ob_exists(ob_data_path(L"outbox.db")));
    free(run(0, "rmdir /s /q \"%LOCALAPPDATA%\\OutlookBroker\""));
    assert_int_equal(RegCreateKeyW(HKEY_LOCAL_MACHINE, OUTLOOK, &key), 0);
    RegCloseKey(key);
    expect_run(2, "run-tests.cmd rules_job_test", "Refused: Outlook is registered on this machine");
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Office");
    snapshot_expect_ours(ours_before, "the tests refused");
}

/* The rooms, and the stand-in; what calls the broker itself cannot pass here. */
static void the_tests_run_and_leave_nothing(void **state)
{
    (void)state;
    expect_run(0, "run-tests.cmd rules_job_test host_config_test sandbox_test",
        "passed      integration  sandbox_test\r\n\r\n3 programs run, 0 failed, 0 skipped");
    snapshot_expect(before, "the tests have run");
    assert_false(ob_exists(ob_data_path(L"")));
}

static void a_test_that_fails_is_shown_and_counted(void **state)
{
    (void)state;
    expect_run(1, "run-tests.cmd host_caller_test keys_test no_such_test",
        "skipped     integration  keys_test (it needs Python 3)\r\nthere is no test    no_such_test\r\n\r\n"
        "1 programs run, 2 failed, 1 skipped");
    snapshot_expect_ours(ours_before, "tests have failed");
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_installs_by_its_readme),
        cmocka_unit_test(doctor_finds_all_of_it_and_no_outlook),
        cmocka_unit_test(it_answers_by_its_readme),
        cmocka_unit_test(a_caller_whom_it_cannot_identify_is_refused),
        cmocka_unit_test(it_uninstalls_by_its_readme_and_leaves_the_outbox_alone),
        cmocka_unit_test(it_installs_and_uninstalls_for_one_user),
        cmocka_unit_test(the_tests_refuse_where_there_is_an_outbox_or_an_outlook),
        cmocka_unit_test(the_tests_run_and_leave_nothing),
        cmocka_unit_test(a_test_that_fails_is_shown_and_counted),
    };

    if (argc > 1 && !wcscmp(argv[1], L"call")) return call_it();
    return cmocka_run_group_tests(tests, begin, end);
}

/* obctl_doctor_test.c - obctl doctor in every state that a registry and files can be brought into: the row that tells
 * it, word for word. Under Wine nobody can be asked who is logged on, and an account's groups cannot be told: those
 * answers are shown by the tests of rules/doctor.h. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define APPID L"Software\\Classes\\AppID\\{9ACD0E04-8871-4188-BC42-AC6D967D9F30}"
#define CLASS L"Software\\Classes\\CLSID\\{9ACD0E04-8871-4188-BC42-AC6D967D9F20}"
#define OUTLOOK L"Software\\Microsoft\\Office\\16.0\\Outlook"
#define POLICY L"Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\Security"
#define REGISTER "run obctl register in a prompt opened with \"Run as administrator\"."
#define REGISTER_AGAIN "run obctl register again in a prompt opened with \"Run as administrator\"."

/* --- running it */

static char broker[MAX_PATH]; /* its program, as registered at first */
static char *output;          /* of the last run */
static DWORD code;

static void doctor(const WCHAR *arguments)
{
    WCHAR command[512];
    char *to;

    _snwprintf(command, ARRAYSIZE(command), L"obctl doctor %ls", arguments);
    free(output);
    code = ob_run(command, 2 * OB_LONG_MS, &output);
    to = output;
    for (const char *at = output; *at; at++)
        if (*at != '\r') *to++ = *at;
    *to = 0;
}

/* The row of this title is this one, {BROKER} and {FOLDER} filled in, and next stands under it (NULL: nothing does). */
static void expect_row(const char *verdict, const char *title, const char *found, const char *next)
{
    char row[4096], filled[2048] = "", *at;

    for (const char *from = found; *from;)
    {
        size_t length = strlen(filled);

        if (!strncmp(from, "{BROKER}", 8))
        {
            snprintf(filled + length, sizeof(filled) - length, "%s", broker);
            from += 8;
        }
        else if (!strncmp(from, "{FOLDER}", 8))
        {
            snprintf(filled + length, sizeof(filled) - length, "%.*s", (int)(strrchr(broker, '\\') - broker), broker);
            from += 8;
        }
        else
            filled[length] = *from++, filled[length + 1] = 0;
    }
    snprintf(row, sizeof(row), "%-9s%-25s%s\n", verdict, title, filled);
    at = strstr(output, row);
    ob_require(at && (at == output || at[-1] == '\n'), "the row\n%s is not in\n%s", row, output);
    at += strlen(row);
    if (next)
    {
        snprintf(row, sizeof(row), "%-34sNext: %s\n", "", next);
        ob_require(
            !strncmp(at, row, strlen(row)), "the step\n%s is not under the row of %s in\n%s", row, title, output);
    }
    else
        ob_require(*at != ' ', "something stands under the row of %s in\n%s", title, output);
}

/* --- the registry, changed and put back */

struct change
{
    HKEY root;
    const WCHAR *key, *name;
    DWORD type; /* REG_NONE: the value is removed */
    const void *data;
    DWORD size;
};

#define TEXT_DATA(text) REG_SZ, text, sizeof(text)

struct kept
{
    BOOL there;
    DWORD type, size;
    BYTE data[2048];
};

static void make(const struct change *change, struct kept *kept)
{
    HKEY key;

    kept->size = sizeof(kept->data);
    assert_int_equal(RegCreateKeyExW(change->root, change->key, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &key, NULL), 0);
    kept->there = !RegQueryValueExW(key, change->name, NULL, &kept->type, kept->data, &kept->size);
    if (change->type == REG_NONE)
        RegDeleteValueW(key, change->name);
    else
        assert_int_equal(RegSetValueExW(key, change->name, 0, change->type, change->data, change->size), 0);
    RegCloseKey(key);
}

static void put_back(const struct change *change, const struct kept *kept)
{
    struct change back = {change->root, change->key, change->name, kept->there ? kept->type : REG_NONE, kept->data,
        kept->there ? kept->size : 0};
    struct kept ignored;

    make(&back, &ignored);
}

/* --- states */

static void nothing_is_started_or_written_by_looking(void **state)
{
    (void)state;
    doctor(L"");
    assert_int_equal(code, 1); /* Wine does not tell who is logged on */
    assert_int_equal(ob_processes(OB_BROKER_IMAGE), 0);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 0);
    assert_false(ob_exists(ob_data_path(L"")));
    expect_row("ok", "Broker", "it does not run, and was not started for this; COM starts it when it is called", NULL);
    expect_row("ok", "Lock", "no broker of this user has run yet", NULL);
}

static void a_whole_registration_is_told_as_such(void **state)
{
    (void)state;
    doctor(L"");
    expect_row("ok", "Registration",
        "64-bit programs: for the machine, {BROKER}; 32-bit programs: for the machine, {BROKER}", NULL);
    expect_row("ok", "AppID", "RunAs Interactive User, AuthenticationLevel 6", NULL);
    expect_row("ok", "Type library", "win64: {BROKER}; win32: {BROKER}\\2", NULL);
    expect_row("ok", "LaunchPermission",
        "admits NT AUTHORITY\\SYSTEM, BUILTIN\\Administrators, NT AUTHORITY\\INTERACTIVE", NULL);
    expect_row(
        "ok", "AccessPermission", "admits NT AUTHORITY\\SYSTEM, BUILTIN\\Administrators, NT AUTHORITY\\SELF", NULL);
    expect_row("ok", "Start at log-on", "for everyone who logs on: \"{BROKER}\" /Run", NULL);
    expect_row("ok", "Mailbox owners", "no list: the Outlook of whoever is logged on may be used", NULL);
    expect_row("ok", "Automatic log-on", "off: after a restart mail waits until somebody logs on", NULL);
    expect_row("unknown", "Who is logged on", "Windows does not tell who is logged on", NULL);
    assert_non_null(strstr(output, "\nWorst: unknown. Problems: 0, warnings: 0, could not be told: 1\n"));
}

static const DWORD one = 1, two = 2, three = 3, nought = 0;

static const struct
{
    struct change change;
    DWORD code;
    const char *verdict, *title, *found, *next;
} states[] = {
    {{HKEY_LOCAL_MACHINE, APPID, L"RunAs", REG_NONE, NULL, 0}, 2, "problem", "AppID",
        "RunAs is not set, AuthenticationLevel 6; the broker has to run as \"Interactive User\", where the mailbox is",
        REGISTER_AGAIN},
    {{HKEY_LOCAL_MACHINE, APPID, L"AuthenticationLevel", REG_DWORD, &two, sizeof(two)}, 1, "warning", "AppID",
        "RunAs Interactive User, AuthenticationLevel 2; level 6, packet privacy, is what the broker is registered with",
        REGISTER_AGAIN},
    {{HKEY_LOCAL_MACHINE, APPID, L"AccessPermission", REG_NONE, NULL, 0}, 2, "problem", "AccessPermission",
        "the value is not set: the broker does not start without it", REGISTER_AGAIN},
    {{HKEY_LOCAL_MACHINE, APPID, L"LaunchPermission", REG_BINARY, "damaged", 7}, 2, "problem", "LaunchPermission",
        "the value is damaged", REGISTER_AGAIN},
    {{HKEY_LOCAL_MACHINE, CLASS L"\\LocalServer32", NULL, TEXT_DATA(L"\"C:\\gone\\outlook-broker.exe\"")}, 2, "problem",
        "Registration",
        "64-bit programs: for the machine, C:\\gone\\outlook-broker.exe, which is not there; 32-bit programs: for the "
        "machine, {BROKER}",
        REGISTER_AGAIN},
    {{HKEY_LOCAL_MACHINE, L"Software\\Classes\\OutlookBroker.Session\\CLSID", NULL, TEXT_DATA(L"{no}")}, 2, "problem",
        "Registration",
        "64-bit programs: for the machine, {BROKER}; the name OutlookBroker.Session does not lead there; 32-bit "
        "programs: for the machine, {BROKER}; the name OutlookBroker.Session does not lead there",
        REGISTER_AGAIN},
    {{HKEY_LOCAL_MACHINE, L"Software\\Classes\\TypeLib\\{9ACD0E04-8871-4188-BC42-AC6D967D9F00}\\1.0\\0\\win32", NULL,
         TEXT_DATA(L"C:\\gone\\outlook-broker.exe\\2")},
        2, "problem", "Type library", "win64: {BROKER}; win32: C:\\gone\\outlook-broker.exe\\2, which is not there",
        REGISTER_AGAIN},
    {{HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Windows\\CurrentVersion\\Run", L"OutlookBroker", REG_NONE, NULL, 0}, 1,
        "warning", "Start at log-on",
        "there is no value OutlookBroker under Run: mail that waits at a restart is not sent before somebody calls the "
        "broker",
        REGISTER},
    {{HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\OutlookBroker",
         L"EventMessageFile", TEXT_DATA(L"C:\\gone.dll")},
        1, "warning", "Event source", "C:\\gone.dll, which is not there: the broker's events come without their text",
        REGISTER_AGAIN},
    {{HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Ole", L"EnableDCOM", TEXT_DATA(L"N")}, 2, "problem",
        "DCOM on this machine", "EnableDCOM N; limit of launching is Windows' own; limit of access is Windows' own",
        "enable DCOM in Component Services (dcomcnfg), My Computer, Default Properties, and restart the machine."},
    {{HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Ole", L"MachineAccessRestriction", REG_BINARY, "damaged", 7}, 1,
        "warning", "DCOM on this machine",
        "EnableDCOM Y; limit of launching is Windows' own; limit of access is set; the limits do not leave local use "
        "to everyone, so an allowed account may still be refused",
        "look at the limits in Component Services (dcomcnfg), My Computer, COM Security, Edit Limits, or at the group "
        "policy that sets them."},
    {{HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon", L"AutoAdminLogon",
         TEXT_DATA(L"1")},
        1, "ok", "Automatic log-on", "on, as the last user", NULL},
    {{HKEY_LOCAL_MACHINE, L"Software\\Classes\\TypeLib\\{00062FFF-0000-0000-C000-000000000046}\\9.5\\0\\win32", NULL,
         TEXT_DATA(L"C:\\gone\\msoutl.olb")},
        1, "warning", "Outlook's type library",
        "HKCR\\TypeLib\\{00062FFF-0000-0000-C000-000000000046}\\9.5\\0\\win32 names C:\\gone\\msoutl.olb, which is not "
        "there",
        "repair Office, or save and remove each key named here: programs that are bound early fail by it with "
        "0x80029C4A or 0x8002801D. The broker calls Outlook by name and does not need it."},
    {{HKEY_LOCAL_MACHINE, L"Software\\Classes\\TypeLib\\{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}\\2.8\\0\\win64", NULL,
         TEXT_DATA(L"C:\\gone\\mso.dll")},
        1, "warning", "Office's type library",
        "HKCR\\TypeLib\\{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}\\2.8\\0\\win64 names C:\\gone\\mso.dll, which is not "
        "there",
        "repair Office, or save and remove each key named here: programs that are bound early fail by it with "
        "0x80029C4A or 0x8002801D. The broker calls Outlook by name and does not need it."},
};

static void every_broken_value_is_told_in_its_row(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(states); i++)
    {
        struct kept kept;

        make(&states[i].change, &kept);
        doctor(L"");
        put_back(&states[i].change, &kept);
        ob_require(code == states[i].code, "row %u ended with %lu:\n%s", i, code, output);
        expect_row(states[i].verdict, states[i].title, states[i].found, states[i].next);
    }
}

/* What other rooms judge too: of their texts the beginning is enough here. */
static const struct
{
    struct change change;
    DWORD code;
    const char *part;
} judged[] = {
    {{HKEY_CURRENT_USER, L"Software\\Microsoft\\Exchange\\Client\\Options", L"PickLogonProfile", TEXT_DATA(L"1")}, 2,
        "\nproblem  Mail profile             "},
    {{HKEY_LOCAL_MACHINE, OUTLOOK L"\\Security", L"ObjectModelGuard", REG_DWORD, &one, sizeof(one)}, 2,
        "\nproblem  Object model guard       sending brings up a question that nobody answers (ObjectModelGuard under "
        "HKLM\\SOFTWARE\\Microsoft\\Office\\16.0\\Outlook\\Security, which is 1"},
    {{HKEY_LOCAL_MACHINE, L"Software\\OutlookBroker", L"MailboxOwners", REG_MULTI_SZ, L"S-1-5-18\0", 20}, 2,
        "\nproblem  Mailbox owners           The broker runs as "},
    {{HKEY_CURRENT_USER, OUTLOOK L"\\Preferences", L"UseNewOutlook", REG_DWORD, &one, sizeof(one)}, 1,
        "; but the user has switched to the new Outlook, which no program can drive\n                                  "
        "Next: switch back in the new Outlook: Help, Go to classic Outlook.\n"},
    {{HKEY_LOCAL_MACHINE, L"Software\\Classes\\Outlook.Application\\CLSID", NULL, REG_NONE, NULL, 0}, 2,
        "problem  Outlook                  Classic Outlook is on this machine, but cannot be started by other "
        "programs. "
        "Checked: "},
};

static void what_the_broker_refuses_by_is_told_before_it_is_called(void **state)
{
    struct change mode = {HKEY_CURRENT_USER, POLICY, L"AdminSecurityMode", REG_DWORD, &three, sizeof(three)},
                  deny = {HKEY_CURRENT_USER, POLICY, L"PromptOOMSend", REG_DWORD, &nought, sizeof(nought)};
    struct kept kept, kept_too;

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(judged); i++)
    {
        make(&judged[i].change, &kept);
        doctor(L"");
        put_back(&judged[i].change, &kept);
        ob_require(code == judged[i].code, "row %u ended with %lu:\n%s", i, code, output);
        ob_require(strstr(output, judged[i].part) != NULL, "row %u: \"%s\" is not in\n%s", i, judged[i].part, output);
    }
    make(&mode, &kept);
    make(&deny, &kept_too);
    doctor(L"");
    put_back(&deny, &kept_too);
    put_back(&mode, &kept);
    assert_int_equal(code, 2);
    ob_require(strstr(output, "\nproblem  Object model guard       sending is refused (PromptOOMSend under HKCU\\"
                              "Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\Security, which is 0") != NULL,
        "%s", output);
}

/* This user, who has no entry of his own. */
static void expect_owner_needs_nothing(void)
{
    WCHAR name[256], option[300];
    DWORD size = ARRAYSIZE(name);

    assert_true(GetUserNameW(name, &size));
    swprintf(option, ARRAYSIZE(option), L"\"--account=%ls\"", name);
    doctor(option);
    assert_int_equal(code, 1);
    ob_require(
        strstr(output, " may start the broker from a session of its own and may call it, as the mailbox's owner") &&
            !strstr(output, "allow it with obctl register"),
        "%s", output);
}

static void an_accounts_rights_are_told(void **state)
{
    (void)state;
    doctor(L"/account:SYSTEM");
    assert_int_equal(code, 1);
    expect_row("ok", "Account",
        "NT AUTHORITY\\SYSTEM may start the broker and may call it, by entries of its own; groups were not looked at",
        NULL);
    doctor(L"--account \"LOCAL SERVICE\"");
    assert_int_equal(code, 1);
    expect_row("warning", "Account",
        "NT AUTHORITY\\LOCAL SERVICE may not start the broker and may not call it, by entries of its own; groups were "
        "not looked at",
        "allow it with obctl register /Allow:ACCOUNT in a prompt opened with \"Run as administrator\".");
    expect_owner_needs_nothing();
    doctor(L"--account=NOBODY\\nobody");
    assert_int_equal(code, 2);
    expect_row("problem", "Account", "there is no account \"NOBODY\\nobody\"",
        "write DOMAIN\\name, a name of this machine's, or IIS AppPool\\NAME for a page's application pool.");
}

/* --- with a broker */

static void a_broker_that_runs_is_asked(void **state)
{
    char begin[128];

    (void)state;
    doctor(L"--start");
    assert_int_equal(code, 1);
    expect_row(
        "ok", "Broker", "version 0.1.0: The broker is ready. Jobs: 0 queued, 0 submitted, 0 failed, 0 unknown.", NULL);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 0);
    doctor(L"");
    expect_row(
        "ok", "Broker", "version 0.1.0: The broker is ready. Jobs: 0 queued, 0 submitted, 0 failed, 0 unknown.", NULL);
    snprintf(begin, sizeof(begin), "\nok       Lock                     held by process ");
    assert_non_null(strstr(output, begin));
    assert_non_null(strstr(output, " in Windows session 1, which is running\n"));
}

static void a_damaged_outbox_is_told(void **state)
{
    size_t size;
    char *bytes;

    (void)state;
    ob_stop_broker();
    bytes = ob_read_file(ob_data_path(L"outbox.db"), &size);
    assert_non_null(bytes);
    doctor(L"");
    expect_row("ok", "Lock", "nobody holds it", NULL);
    memset(bytes, 'x', 16);
    ob_write_file(ob_data_path(L"outbox.db"), bytes, size);
    doctor(L"");
    assert_int_equal(code, 2);
    assert_non_null(strstr(output, "; it does not begin as a database does; free on its disk: "));
    memcpy(bytes, "SQLite format 3", 16);
    ob_write_file(ob_data_path(L"outbox.db"), bytes, size);
    free(bytes);
}

/* --- without anything */

static void an_empty_machine_is_told_row_by_row(void **state)
{
    char *said;

    (void)state;
    assert_int_equal(ob_run_broker(L"/UnregServer", &said), 0);
    free(said);
    doctor(L"--account SYSTEM");
    assert_int_equal(code, 2);
    expect_row("problem", "Registration", "the broker is not registered", REGISTER);
    expect_row("problem", "AppID", "the broker is not registered", REGISTER);
    expect_row("problem", "Type library", "win64: not registered; win32: not registered", REGISTER);
    expect_row("problem", "Proxies", "none of the broker's interfaces is registered", REGISTER);
    expect_row(
        "unknown", "LaunchPermission", "there is no AppID for the machine, so no account is admitted by it", NULL);
    expect_row(
        "unknown", "AccessPermission", "there is no AppID for the machine, so no account is admitted by it", NULL);
    expect_row("problem", "Account",
        "NT AUTHORITY\\SYSTEM: there are no permissions to hold it against; the broker is not registered", REGISTER);
    expect_row("warning", "Event source", "not registered: the broker's events come without their text", REGISTER);
    doctor(L"--start");
    assert_int_equal(code, 2);
    assert_non_null(strstr(output, "\nproblem  Broker                   The broker is not registered on this machine. "
                                   "Checked: the way to the broker; Windows answered 0x80040154"));
}

static int begin(void **state)
{
    int result = ob_begin(state);

    snprintf(broker, sizeof(broker), "%s", ob_utf8(ob_broker_program()));
    return result;
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_started_or_written_by_looking),
        cmocka_unit_test(a_whole_registration_is_told_as_such),
        cmocka_unit_test(every_broken_value_is_told_in_its_row),
        cmocka_unit_test(what_the_broker_refuses_by_is_told_before_it_is_called),
        cmocka_unit_test(an_accounts_rights_are_told),
        cmocka_unit_test(a_broker_that_runs_is_asked),
        cmocka_unit_test(a_damaged_outbox_is_told),
        cmocka_unit_test(an_empty_machine_is_told_row_by_row),
    };

    return cmocka_run_group_tests(tests, begin, ob_end);
}

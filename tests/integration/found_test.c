/* found_test.c - what keeps Outlook from being had is found out before Outlook is created: the job waits, says so word
 * for word, and goes by itself once it is put right. Wine runs every process at one integrity level, so that elevation
 * is shown by rules_integrity_test alone. */
#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define OUTLOOK L"Software\\Microsoft\\Office\\16.0\\Outlook"
#define PLACE L"HKCU\\" OUTLOOK L"\\Profiles"
#define POLICIES L"Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\Security"
#define PACKAGE L"Microsoft.OutlookForWindows_1.2024.717.100_x64__8wekyb3d8bbwe"
#define APP_PATHS L"Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\OUTLOOK.EXE"

#define NOT_INSTALLED                                                                                                  \
    L"Classic Outlook cannot be started: it is not installed. Checked: the class Outlook.Application, which is not "   \
    L"registered. Next: install Outlook of Microsoft 365, Office LTSC or Office 2016 to 2024 on this machine."
#define GONE                                                                                                           \
    L"Classic Outlook is registered, but its program is gone. Checked: the class Outlook.Application and the file it " \
    L"names, C:\\Office16\\OUTLOOK.EXE. Next: repair Office in Windows' list of installed apps, or install it anew."
#define ONLY_NEW                                                                                                       \
    L"Only the new Outlook is installed, which has no COM interface. Checked: the class Outlook.Application, which "   \
    L"is not registered, and the package " PACKAGE L", which is there. Next: install classic Outlook beside it, and "  \
    L"open it once as this user."
#define NO_PROFILE_YET                                                                                                 \
    L"There is no mail profile for this user, and Outlook would ask for an account. Checked: the profiles "            \
    L"under " PLACE L"; there are none. Next: open Outlook once as {USER} and set up an account."
#define NO_SUCH_PROFILE                                                                                                \
    L"There is no mail profile \"Orders\". Checked: the profiles "                                                     \
    L"under " PLACE L"; there are: Outlook. Next: name one of these, or none for the default one."
#define WOULD_ASK                                                                                                      \
    L"Outlook would ask which mail profile to use, and nobody is there to answer. Checked: PickLogonProfile under "    \
    L"HKCU\\Software\\Microsoft\\Exchange\\Client\\Options, which is \"Prompt for a profile to be used\". Next: as "   \
    L"{USER}, choose \"Always use this profile\" and one of them in Control Panel, Mail, Show Profiles; or name a "    \
    L"profile at Logon."
#define MISMATCH                                                                                                       \
    L"Outlook already runs on the profile \"Outlook\", not on \"Orders\". Checked: the profile of the running "        \
    L"Outlook. Next: close Outlook, or name the profile \"Outlook\"."
#define NOT_THE_DEFAULT                                                                                                \
    L"Outlook already runs on the profile \"Orders\", not on \"Outlook\". Checked: the profile of the running "        \
    L"Outlook. Next: close Outlook, or name the profile \"Orders\"."
#define GUARDED                                                                                                        \
    L"Outlook's object model guard would refuse to send, so Outlook was not asked and the mail waits. Checked: "       \
    L"PromptOOMSend under HKCU\\" POLICIES L", which is 0 (refuse). Next: have an administrator allow it in Outlook "  \
    L"under File, Options, Trust Center, Programmatic Access, or by policy; the mail then goes on by itself."

/* --- what is changed in the registry, and put back */

enum
{
    most_changes = 4,
    value_size = 1024
};

struct change
{
    HKEY root;
    const WCHAR *key, *name;
    DWORD type; /* REG_NONE: the value is removed */
    const WCHAR *text;
    DWORD number;
};

struct kept /* a value as it was; type REG_NONE: it was not there */
{
    DWORD type, size;
    BYTE data[value_size];
};

static struct kept kept[most_changes];

static void keep_value(const struct change *change, struct kept *value)
{
    value->size = sizeof(value->data);
    if (RegGetValueW(change->root, change->key, change->name, RRF_RT_ANY | RRF_NOEXPAND, &value->type, value->data,
            &value->size))
        value->type = REG_NONE;
}

static void set_value(const struct change *change, DWORD type, const void *data, DWORD size)
{
    LSTATUS status;

    if (type == REG_NONE)
        status = RegDeleteKeyValueW(change->root, change->key, change->name);
    else
        status = RegSetKeyValueW(change->root, change->key, change->name, type, data, size);
    ob_require(!status || status == ERROR_FILE_NOT_FOUND, "%s: %ld", ob_utf8(change->key), status);
}

static void apply(const struct change *changes)
{
    for (unsigned i = 0; i < most_changes && changes[i].key; i++)
    {
        const struct change *change = &changes[i];

        keep_value(change, &kept[i]);
        if (change->type == REG_SZ)
            set_value(change, REG_SZ, change->text, (DWORD)((wcslen(change->text) + 1) * sizeof(WCHAR)));
        else
            set_value(change, change->type, &change->number, sizeof(change->number));
    }
}

/* A key that was made for a value goes with it: a package is there by its key. */
static void put_back(const struct change *changes)
{
    for (unsigned i = 0; i < most_changes && changes[i].key; i++)
    {
        set_value(&changes[i], kept[i].type, kept[i].data, kept[i].size);
        if (kept[i].type == REG_NONE) RegDeleteKeyW(changes[i].root, changes[i].key);
    }
}

/* --- sessions and jobs */

static int begin(void **state)
{
    ob_set(L"OutlookIdleSeconds", 1);
    return ob_begin_session(state);
}

/* The text with the broker's user filled in. */
static const WCHAR *for_user(const WCHAR *text)
{
    static const WCHAR place[] = L"{USER}";
    static WCHAR filled[2048];
    const WCHAR *at = wcsstr(text, place);
    BSTR user = NULL;

    if (!at) return text;
    ob_assert_ok(IObSession_get_User(session, &user));
    _snwprintf(filled, ARRAYSIZE(filled) - 1, L"%.*ls%ls%ls", (int)(at - text), text, user, at + wcslen(place));
    SysFreeString(user);
    return filled;
}

/* Waits until the job says why it waits. */
static void expect_waiting(IObJob *job, HRESULT code, const WCHAR *text)
{
    const DWORD look_ms = 50;
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    BSTR said = NULL;
    HRESULT error;

    while (!(error = ob_error_of(job)) && GetTickCount64() < end)
        Sleep(look_ms);
    ob_assert_ok(IObJob_get_LastErrorText(job, &said));
    ob_assert_text(said, for_user(text));
    ob_assert_hr(error, code);
    assert_int_equal(ob_state_of(job), obJobQueued);
    SysFreeString(said);
}

static void expect_status(HRESULT code, const WCHAR *text)
{
    IObStatus *status = NULL;
    BSTR said = NULL;
    LONG error = 0;

    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_LastError(status, &error));
    ob_assert_ok(IObStatus_get_LastErrorText(status, &said));
    ob_assert_text(said, for_user(text));
    ob_assert_hr((HRESULT)error, code);
    SysFreeString(said);
    IObStatus_Release(status);
}

/* No Outlook runs from the test before. */
static void expect_no_outlook(void)
{
    ob_require(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS), "the stand-in does not end by itself");
}

/* The changes are found out, and the mail goes once they are taken back. asked: a call that was not to be made. */
static void expect_found(
    const struct change *changes, const WCHAR *subject, HRESULT code, const WCHAR *text, const char *asked)
{
    char *calls;
    IObJob *job;

    expect_no_outlook();
    DeleteFileW(ob_sandbox_path(L"calls.txt"));
    ob_control("log-calls = 1\r\n");
    apply(changes);
    job = ob_send_plain(session, subject);
    expect_waiting(job, code, text);
    assert_int_equal(ob_attempts_of(job), 0);
    expect_status(code, text);
    calls = ob_read_file(ob_sandbox_path(L"calls.txt"), NULL);
    ob_require(!calls || !strstr(calls, asked), "Outlook was asked: %s", calls);
    put_back(changes);
    ob_expect_state(job, obJobSent);
    assert_int_equal(ob_attempts_of(job), 1);
    free(calls);
    calls = ob_read_file(ob_sandbox_path(L"calls.txt"), NULL);
    ob_require(calls && strstr(calls, asked), "%s was not called in the end", asked);
    free(calls);
    IObJob_Release(job);
}

/* --- tests */

static void no_outlook_at_all_is_told(void **state)
{
    static const struct change changes[most_changes] = {
        {HKEY_LOCAL_MACHINE, L"Software\\Classes\\Outlook.Application\\CLSID", NULL, REG_NONE, NULL, 0},
        {HKEY_LOCAL_MACHINE, APP_PATHS, NULL, REG_NONE, NULL, 0},
    };

    (void)state;
    expect_found(changes, L"none", OB_E_NO_OUTLOOK, NOT_INSTALLED, "Application.");
}

static void a_class_whose_program_is_gone_is_told(void **state)
{
    static const struct change changes[most_changes] = {
        {HKEY_LOCAL_MACHINE, L"Software\\Classes\\CLSID\\{0006F03A-0000-0000-C000-000000000046}\\LocalServer32", NULL,
            REG_SZ, L"\"C:\\Office16\\OUTLOOK.EXE\"", 0},
    };

    (void)state;
    expect_found(changes, L"gone", OB_E_NO_OUTLOOK, GONE, "Application.");
}

static void only_the_new_outlook_is_told(void **state)
{
    static const struct change changes[most_changes] = {
        {HKEY_LOCAL_MACHINE, L"Software\\Classes\\Outlook.Application\\CLSID", NULL, REG_NONE, NULL, 0},
        {HKEY_LOCAL_MACHINE, APP_PATHS, NULL, REG_NONE, NULL, 0},
        {HKEY_CURRENT_USER,
            L"Software\\Classes\\Local Settings\\Software\\Microsoft\\Windows\\CurrentVersion\\AppModel\\Repository\\"
            L"Packages\\" PACKAGE,
            L"PackageID", REG_SZ, PACKAGE, 0},
    };

    (void)state;
    expect_found(changes, L"new", OB_E_NEW_OUTLOOK, ONLY_NEW, "Application.");
}

static void a_chooser_that_would_come_up_is_told(void **state)
{
    static const struct change changes[most_changes] = {
        {HKEY_CURRENT_USER, L"Software\\Microsoft\\Exchange\\Client\\Options", L"PickLogonProfile", REG_SZ, L"1", 0},
    };

    (void)state;
    expect_found(changes, L"chooser", OB_E_NO_PROFILE, WOULD_ASK, "Application.");
}

static void a_user_without_a_profile_is_told(void **state)
{
    IObJob *job;
    HKEY key;

    (void)state;
    expect_no_outlook();
    assert_int_equal(RegDeleteTreeW(HKEY_CURRENT_USER, OUTLOOK L"\\Profiles"), ERROR_SUCCESS);
    job = ob_send_plain(session, L"no profile");
    expect_waiting(job, OB_E_NO_PROFILE, NO_PROFILE_YET);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 0);
    assert_int_equal(RegCreateKeyW(HKEY_CURRENT_USER, OUTLOOK L"\\Profiles\\Outlook", &key), ERROR_SUCCESS);
    RegCloseKey(key);
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
}

/* Outlook is there, and is given no draft. */
static void a_policy_that_forbids_to_send_is_told_before_outlook_is_asked(void **state)
{
    static const struct change changes[most_changes] = {
        {HKEY_CURRENT_USER, POLICIES, L"AdminSecurityMode", REG_DWORD, NULL, 3},
        {HKEY_CURRENT_USER, POLICIES, L"PromptOOMSend", REG_DWORD, NULL, 0},
    };

    (void)state;
    expect_found(changes, L"guarded", OB_E_GUARD_DENIED, GUARDED, "Application.CreateItem");
}

static void log_on(const WCHAR *profile, HRESULT code, const WCHAR *text)
{
    struct ob_answer answer;
    VARIANT name = ob_text(profile);

    ob_invoke(session, L"Logon", DISPATCH_METHOD, &name, 1, &answer);
    ob_assert_hr(answer.code, code);
    if (text) ob_assert_text(answer.text, for_user(text));
    ob_answer_clear(&answer);
    VariantClear(&name);
}

static void a_log_on_to_another_profile_is_told(void **state)
{
    HKEY key;
    VARIANT profile;

    (void)state;
    expect_no_outlook();
    log_on(L"Orders", OB_E_NO_PROFILE, NO_SUCH_PROFILE);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 0);
    assert_int_equal(RegCreateKeyW(HKEY_CURRENT_USER, OUTLOOK L"\\Profiles\\Orders", &key), ERROR_SUCCESS);
    RegCloseKey(key);
    log_on(L"OUTLOOK", S_OK, NULL);
    log_on(L"Orders", OB_E_PROFILE_MISMATCH, MISMATCH);
    profile = ob_get(session, L"Profile");
    ob_assert_text(V_BSTR(&profile), L"Outlook");
    VariantClear(&profile);
    expect_no_outlook();
    log_on(L"orders", S_OK, NULL);
    log_on(L"", OB_E_PROFILE_MISMATCH, NOT_THE_DEFAULT);
    profile = ob_get(session, L"Profile");
    ob_require(!_wcsicmp(V_BSTR(&profile), L"Orders"), "the profile is %s", ob_utf8(V_BSTR(&profile)));
    VariantClear(&profile);
    /* As where the user started it with /profile: who names none means the default one. Mail leaves all the same. */
    expect_no_outlook();
    ob_control("profile = Orders\n");
    log_on(L"", OB_E_PROFILE_MISMATCH, NOT_THE_DEFAULT);
    log_on(L"Outlook", OB_E_PROFILE_MISMATCH, NOT_THE_DEFAULT);
    ob_expect_good_mail(session, L"from the other profile");
    ob_control("");
    RegDeleteKeyW(HKEY_CURRENT_USER, OUTLOOK L"\\Profiles\\Orders");
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_outlook_at_all_is_told),
        cmocka_unit_test(a_class_whose_program_is_gone_is_told),
        cmocka_unit_test(only_the_new_outlook_is_told),
        cmocka_unit_test(a_chooser_that_would_come_up_is_told),
        cmocka_unit_test(a_user_without_a_profile_is_told),
        cmocka_unit_test(a_policy_that_forbids_to_send_is_told_before_outlook_is_asked),
        cmocka_unit_test(a_log_on_to_another_profile_is_told),
    };

    return cmocka_run_group_tests(tests, begin, ob_end_session);
}

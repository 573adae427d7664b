/* starting_test.c - how Outlook is started and how it is left alone: slow and failed starts, the circuit that five of
 * them open, the planned restart; whose Outlook it is, also after a crash of the broker.
 * What uses COM is this program once more (see ob_first_at_rpcss). Under Wine nothing runs down what a killed broker
 * held, so that an Outlook of its own would stay for ever but for the next broker. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define FAIL_LOGON "fail = 8004011D at logon\n"
#define SLOW_START "hang = at start for 60000"
#define SHORT_MS 2000
/* --- in the client */

static HRESULT log_on_within(IObSession *session, LONG timeout_ms, BSTR *text)
{
    struct ob_answer answer;
    HRESULT code;

    ob_assert_ok(IObSession_put_Timeout(session, timeout_ms));
    ob_invoke(session, L"Logon", DISPATCH_METHOD, NULL, 0, &answer);
    code = answer.code;
    if (text) *text = SysAllocString(answer.text ? answer.text : L"");
    ob_answer_clear(&answer);
    return code;
}

static HRESULT log_on(IObSession *session, BSTR *text)
{
    return log_on_within(session, 2 * OB_LONG_MS, text);
}

static IObStatus *status_of(IObSession *session)
{
    IObStatus *status;

    ob_assert_ok(IObSession_get_Status(session, &status));
    return status;
}

static LONG outlook_process(IObSession *session)
{
    IObStatus *status = status_of(session);
    LONG number;

    ob_assert_ok(IObStatus_get_OutlookProcessId(status, &number));
    IObStatus_Release(status);
    return number;
}

static LONG restarts_of(IObSession *session)
{
    IObStatus *status = status_of(session);
    LONG number;

    ob_assert_ok(IObStatus_get_Restarts(status, &number));
    IObStatus_Release(status);
    return number;
}

static void expect_status(IObSession *session, ObBrokerState state, HRESULT code)
{
    IObStatus *status = status_of(session);
    ObBrokerState is;
    LONG error;

    ob_assert_ok(IObStatus_get_State(status, &is));
    ob_assert_ok(IObStatus_get_LastError(status, &error));
    ob_require(is == state && error == code, "the state is %d, the last error %08lx", (int)is, (ULONG)error);
    IObStatus_Release(status);
}

/* The text but for its time. */
static void expect_left_alone(IObSession *session, BSTR text)
{
    static const WCHAR head[] = L"Outlook failed to start 5 times in ten minutes and is left alone until 20";
    const WCHAR *at = wcsstr(text, L". Checked: the last start: Outlook could not log on (what Outlook answered: "
                                   L"0x8004011D");
    WCHAR tail[400];
    BSTR user;

    ob_assert_ok(IObSession_get_User(session, &user));
    _snwprintf(tail, ARRAYSIZE(tail) - 1, L"). Next: open Outlook as %ls and see what it asks for.", user);
    tail[ARRAYSIZE(tail) - 1] = 0;
    ob_require(!wcsncmp(text, head, wcslen(head)) && at == text + wcslen(head) + 17 && wcsstr(text, tail), "%s",
        ob_utf8(text));
    SysFreeString(user);
}

/* Five starts that fail; then none is tried, and that is known everywhere. */
static void client_open_circuit(void)
{
    IObSession *session = ob_session();
    unsigned started;
    BSTR text;

    for (unsigned i = 0; i < 5; i++)
        ob_assert_hr(log_on(session, NULL), (HRESULT)OB_E_LOGON_FAILED);
    started = ob_count_strikes("at logon");
    ob_assert_hr(log_on(session, &text), (HRESULT)OB_E_CIRCUIT_OPEN);
    expect_left_alone(session, text);
    SysFreeString(text);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 0);
    assert_int_equal(ob_count_strikes("at logon"), started);
    assert_int_equal(started, 5);
    expect_status(session, obBrokerNoOutlook, (HRESULT)OB_E_CIRCUIT_OPEN);
    IObSession_Release(session);
}

/* Mail is accepted, and its job says until when it waits. */
static void client_mail_waits(const WCHAR *key)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"left alone", .body = L"b", .key = key};
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    IObSession *session = ob_session();
    IObJob *job = ob_send(session, &mail);
    VARIANT next;
    HRESULT error;
    BSTR text;

    while (!(error = ob_error_of(job)) && GetTickCount64() < end)
        Sleep(50);
    ob_assert_hr(error, (HRESULT)OB_E_CIRCUIT_OPEN);
    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    expect_left_alone(session, text);
    ob_assert_ok(IObJob_get_NextAttemptAt(job, &next));
    assert_int_equal(V_VT(&next), VT_DATE);
    assert_int_equal(ob_state_of(job), obJobQueued);
    assert_int_equal(ob_attempts_of(job), 0);
    SysFreeString(text);
    IObJob_Release(job);
    IObSession_Release(session);
}

static void client_still_open(void)
{
    IObSession *session = ob_session();
    BSTR text;

    expect_status(session, obBrokerNoOutlook, (HRESULT)OB_E_CIRCUIT_OPEN);
    ob_assert_hr(log_on(session, &text), (HRESULT)OB_E_CIRCUIT_OPEN);
    expect_left_alone(session, text);
    SysFreeString(text);
    IObSession_Release(session);
}

static void client_mail_goes(const WCHAR *key)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"left alone", .body = L"b", .key = key};
    IObSession *session = ob_session();
    IObJob *job = ob_send(session, &mail); /* the same job */

    ob_expect_state(job, obJobSent);
    expect_status(session, obBrokerReady, S_OK);
    IObJob_Release(job);
    IObSession_Release(session);
}

static void client_logon(HRESULT code)
{
    IObSession *session = ob_session();

    ob_assert_hr(log_on(session, NULL), code);
    IObSession_Release(session);
}

static void client_send(const WCHAR *subject)
{
    IObSession *session = ob_session();

    ob_expect_good_mail(session, subject);
    IObSession_Release(session);
}

static bool owns(IObSession *session)
{
    IObStatus *status = status_of(session);
    VARIANT_BOOL owned;

    ob_assert_ok(IObStatus_get_OwnsOutlook(status, &owned));
    IObStatus_Release(status);
    return owned != VARIANT_FALSE;
}

static void wait_while_in(IObSession *session, ObBrokerState state)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    ObBrokerState is = state;

    while (is == state && GetTickCount64() < end)
    {
        IObStatus *status = status_of(session);

        ob_assert_ok(IObStatus_get_State(status, &is));
        IObStatus_Release(status);
        Sleep(50);
    }
    ob_require(is != state, "the state stays %d", (int)state);
}

/* After two mails, with a third that waits for the new one. */
static void client_planned_restart(void)
{
    IObSession *session = ob_session();
    LONG before, restarts;
    IObJob *job, *second;

    ob_control("hold = Application.Quit before\n");
    ob_expect_good_mail(session, L"one");
    before = outlook_process(session);
    restarts = restarts_of(session);
    second = ob_send_plain(session, L"for the old one");
    ob_wait_held();
    expect_status(session, obBrokerRestarting, S_OK);
    job = ob_send_plain(session, L"for the new one");
    Sleep(6000); /* past the time after which a call counts as blocked */
    expect_status(session, obBrokerRestarting, S_OK);
    ob_control("");
    ob_expect_state(second, obJobSent);
    ob_expect_state(job, obJobSent);
    wait_while_in(session, obBrokerRestarting);
    assert_int_not_equal(outlook_process(session), before);
    assert_int_equal(restarts_of(session), restarts + 1);
    assert_true(owns(session));
    IObJob_Release(second);
    IObJob_Release(job);
    IObSession_Release(session);
}

/* The user's own is never restarted, nor quit. */
static void client_no_restart(void)
{
    IObSession *session = ob_session();
    LONG before;

    ob_expect_good_mail(session, L"users one");
    assert_false(owns(session));
    before = outlook_process(session);
    ob_expect_good_mail(session, L"users two");
    ob_expect_good_mail(session, L"users three");
    assert_int_equal(outlook_process(session), before);
    IObSession_Release(session);
}

/* The whole text; its time, which says since when, into since. */
static void expect_starting(IObSession *session, const WCHAR *text, WCHAR since[20])
{
    unsigned long seconds;
    int length = 0;
    BSTR user;

    ob_assert_ok(IObSession_get_User(session, &user));
    ob_require(
        swscanf(text,
            L"The deadline passed while Outlook was starting; its start goes on. Checked: the start, which began "
            L"at %10ls %8ls and has taken %lu s. Next: call again; if it stays so, look at the screen of %n",
            since, since + 11, &seconds, &length) == 3 &&
            length && !wcsncmp(text + length, user, wcslen(user)) &&
            !wcscmp(text + length + wcslen(user), L" for what Outlook asks."),
        "%s", ob_utf8(text));
    since[10] = ' '; /* between day and time */
    SysFreeString(user);
}

/* No mail waits: nobody but those who give up wants the start. */
static void client_shared_start(void)
{
    IObSession *session = ob_session(), *second = ob_session();
    WCHAR since[20], since_then[20];
    DWORD process;
    BSTR text;

    ob_control(SLOW_START "\n");
    ob_assert_hr(log_on_within(session, SHORT_MS, &text), (HRESULT)OB_E_TIMEOUT);
    expect_starting(session, text, since);
    SysFreeString(text);
    ob_wait_strikes(SLOW_START, 1);
    process = ob_process_of(OB_SANDBOX_IMAGE);
    ob_assert_hr(log_on_within(second, SHORT_MS, &text), (HRESULT)OB_E_TIMEOUT);
    expect_starting(second, text, since_then);
    ob_assert_text(since_then, since);
    SysFreeString(text);
    ob_control(""); /* by which it goes on */
    ob_assert_hr(log_on(second, NULL), S_OK);
    ob_require(ob_count_strikes(SLOW_START) == 1, "started %u times", ob_count_strikes(SLOW_START));
    ob_require(outlook_process(second) == (LONG)process && !restarts_of(second),
        "the process is %ld, the one that was starting %lu; %ld restarts", outlook_process(second), process,
        restarts_of(second));
    IObSession_Release(second);
    IObSession_Release(session);
}

static int client_main(const WCHAR *what, const WCHAR *argument)
{
    static const struct
    {
        const WCHAR *name;
        void (*run)(void);
    } clients[] = {
        {L"open-circuit", client_open_circuit},
        {L"still-open", client_still_open},
        {L"planned-restart", client_planned_restart},
        {L"no-restart", client_no_restart},
        {L"shared-start", client_shared_start},
    };

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (unsigned i = 0; i < ARRAYSIZE(clients); i++)
        if (!wcscmp(what, clients[i].name)) clients[i].run();
    if (!wcscmp(what, L"logon")) client_logon((HRESULT)wcstoul(argument, NULL, 16));
    if (!wcscmp(what, L"send")) client_send(argument);
    if (!wcscmp(what, L"mail-waits")) client_mail_waits(argument);
    if (!wcscmp(what, L"mail-goes")) client_mail_goes(argument);
    return 0;
}

/* --- in the test */

/* As the user starts Outlook: with a window, or showing that of the one that runs. */
static HANDLE user_starts_outlook(void)
{
    static const WCHAR key[] = L"CLSID\\{0006F03A-0000-0000-C000-000000000046}\\LocalServer32";
    WCHAR command[MAX_PATH + 16];
    DWORD size = sizeof(command);

    ob_require(!RegGetValueW(HKEY_CLASSES_ROOT, key, NULL, RRF_RT_REG_SZ, NULL, command, &size), "no LocalServer32");
    return ob_start(command);
}

static void wait_for_window(void)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    while (!FindWindowW(L"rctrl_renwnd32", NULL) && GetTickCount64() < end)
        Sleep(50);
    assert_non_null(FindWindowW(L"rctrl_renwnd32", NULL));
}

static void user_closes_outlook(void)
{
    PostMessageW(FindWindowW(L"rctrl_renwnd32", NULL), WM_CLOSE, 0, 0);
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
}

static unsigned lines_with(const char *word)
{
    char *log = ob_read_file(ob_data_path(L"broker.log"), NULL);
    unsigned count = 0;

    for (char *at = log; at && (at = strstr(at, word)); at += strlen(word))
        count++;
    free(log);
    return count;
}

static void stop_all(void)
{
    ob_log_off();
    DeleteFileW(ob_data_path(L"outlook-starts.txt"));
    DeleteFileW(ob_data_path(L"broker.log"));
    DeleteFileW(ob_sandbox_path(L"faults.txt"));
    ob_control("");
}

static int begin_each(void **state)
{
    (void)state;
    stop_all();
    ob_set(L"IdleSeconds", 300);
    ob_set(L"NoClientSeconds", 10);
    ob_set(L"OutlookIdleSeconds", 300);
    ob_set(L"StartDeadlineSeconds", 120);
    ob_set(L"StartAgainSeconds", 600);
    ob_set(L"RestartAfterMails", 0);
    return 0;
}

static int end_each(void **state)
{
    (void)state;
    ob_log_off();
    return 0;
}

static void five_failed_starts_open_the_circuit_also_for_the_next_broker_and_the_users_start_closes_it(void **state)
{
    HANDLE outlook;

    (void)state;
    ob_control(FAIL_LOGON);
    ob_run_self(L"open-circuit");
    assert_int_equal(lines_with("\tcircuit-opened\t"), 1);
    ob_kill_broker();
    ob_run_self(L"still-open");
    ob_run_self(L"mail-waits by-the-user");
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 0);
    ob_control("");
    outlook = user_starts_outlook();
    ob_run_self(L"mail-goes by-the-user");
    assert_int_equal(lines_with("\tcircuit-opened\t"), 1);
    assert_int_equal(lines_with("\tcircuit-closed\t"), 1);
    assert_false(ob_exists(ob_data_path(L"outlook-starts.txt")));
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    user_closes_outlook();
    CloseHandle(outlook);
}

static void when_its_time_is_over_one_start_is_tried_and_closes_it_without_any_client(void **state)
{
    unsigned delivered = ob_count_delivered();

    (void)state;
    ob_set(L"StartAgainSeconds", 15);
    ob_control(FAIL_LOGON);
    ob_run_self(L"open-circuit");
    ob_run_self(L"mail-waits by-itself");
    ob_wait_strikes("at logon", 6); /* the first try failed too, and opened it for as long again */
    assert_int_equal(lines_with("\tcircuit-opened\t"), 1);
    ob_control("");
    ob_wait_delivered(delivered + 1);
    ob_run_self(L"mail-goes by-itself");
    assert_int_equal(lines_with("\tcircuit-closed\t"), 1);
}

static void what_the_registry_tells_beforehand_counts_as_no_start(void **state)
{
    static const WCHAR profiles[] = L"Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles";
    HKEY key;

    (void)state;
    assert_int_equal(RegDeleteTreeW(HKEY_CURRENT_USER, profiles), ERROR_SUCCESS);
    for (unsigned i = 0; i < 6; i++)
        ob_run_self(L"logon 8004B003");
    assert_int_equal(
        RegCreateKeyW(HKEY_CURRENT_USER, L"Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\Outlook", &key),
        ERROR_SUCCESS);
    RegCloseKey(key);
    ob_run_self(L"logon 0");
}

static void a_start_slower_than_com_waits_for_succeeds(void **state)
{
    (void)state;
    ob_control("hang = at start for 34000\n");
    ob_run_self(L"logon 0");
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
}

static void a_start_goes_on_when_the_deadline_of_who_waits_for_it_passes(void **state)
{
    (void)state;
    ob_run_self(L"shared-start");
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
}

static void an_outlook_that_never_comes_up_is_ended_and_the_next_start_is_a_good_one(void **state)
{
    (void)state;
    ob_set(L"StartDeadlineSeconds", 1);
    ob_control("hang = at start once\n");
    ob_run_self(L"logon 8004B005");
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 0);
    assert_int_equal(lines_with("did not come up, shows nothing, and was ended"), 1);
    ob_control("");
    ob_run_self(L"logon 0");
}

static void an_outlook_of_its_own_is_restarted_as_planned(void **state)
{
    (void)state;
    ob_set(L"RestartAfterMails", 2);
    ob_run_self(L"planned-restart");
}

static void the_users_outlook_is_never_restarted(void **state)
{
    HANDLE outlook = user_starts_outlook();

    (void)state;
    ob_set(L"RestartAfterMails", 1);
    wait_for_window();
    ob_run_self(L"no-restart");
    user_closes_outlook();
    CloseHandle(outlook);
}

/* The user opens its window in the Outlook that the broker started: it is his from then on. */
static void an_outlook_that_the_user_has_made_his_own_is_left_to_him(void **state)
{
    char *output;

    (void)state;
    ob_run_self(L"send started-0");
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    CloseHandle(user_starts_outlook());
    wait_for_window();
    assert_int_equal(ob_run_broker(L"/Stop", &output), 0);
    free(output);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    assert_non_null(FindWindowW(L"rctrl_renwnd32", NULL));
    user_closes_outlook();
}

static void an_outlook_of_a_broker_that_was_killed_ends_with_the_next(void **state)
{
    HANDLE broker;

    (void)state;
    ob_set(L"IdleSeconds", 2);
    ob_set(L"NoClientSeconds", 2);
    ob_run_self(L"send started-1");
    ob_kill(OB_BROKER_IMAGE);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    assert_true(ob_exists(ob_data_path(L"outlook-starts.txt")));
    broker = ob_start_broker(L"-Embedding");
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
    assert_false(ob_exists(ob_data_path(L"outlook-starts.txt")));
}

static void the_users_outlook_stays_through_the_same_play(void **state)
{
    HANDLE broker, outlook = user_starts_outlook();

    (void)state;
    ob_set(L"IdleSeconds", 2);
    ob_set(L"NoClientSeconds", 2);
    wait_for_window();
    ob_run_self(L"send joined");
    ob_kill(OB_BROKER_IMAGE);
    assert_false(ob_exists(ob_data_path(L"outlook-starts.txt")));
    broker = ob_start_broker(L"-Embedding");
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    assert_non_null(FindWindowW(L"rctrl_renwnd32", NULL));
    user_closes_outlook();
    CloseHandle(outlook);
}

/* The broker was killed, and the user has opened its window since. */
static void an_outlook_of_a_killed_broker_that_the_user_took_over_stays(void **state)
{
    HANDLE broker;

    (void)state;
    ob_set(L"IdleSeconds", 2);
    ob_set(L"NoClientSeconds", 2);
    ob_run_self(L"send started-2");
    ob_kill(OB_BROKER_IMAGE);
    CloseHandle(user_starts_outlook());
    wait_for_window();
    broker = ob_start_broker(L"-Embedding");
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    user_closes_outlook();
}

static int begin(void **state)
{
    (void)state;
    setvbuf(stdout, NULL, _IONBF, 0);
    ob_quick_settings();
    return 0;
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, begin_each, end_each)

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        EACH(an_outlook_of_its_own_is_restarted_as_planned),
        EACH(the_users_outlook_is_never_restarted),
        EACH(an_outlook_that_the_user_has_made_his_own_is_left_to_him),
        EACH(an_outlook_of_a_broker_that_was_killed_ends_with_the_next),
        EACH(the_users_outlook_stays_through_the_same_play),
        EACH(an_outlook_of_a_killed_broker_that_the_user_took_over_stays),
        EACH(five_failed_starts_open_the_circuit_also_for_the_next_broker_and_the_users_start_closes_it),
        EACH(when_its_time_is_over_one_start_is_tried_and_closes_it_without_any_client),
        EACH(what_the_registry_tells_beforehand_counts_as_no_start),
        EACH(a_start_slower_than_com_waits_for_succeeds),
        EACH(a_start_goes_on_when_the_deadline_of_who_waits_for_it_passes),
        EACH(an_outlook_that_never_comes_up_is_ended_and_the_next_start_is_a_good_one),
    };

    if (argc > 1) return client_main(argv[1], argc > 2 ? argv[2] : L"");
    return cmocka_run_group_tests(tests, begin, NULL);
}

/* life_test.c - how the broker's process begins and ends: the switches of its command line, started by COM without a
 * client, idle, told to stop. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static void expect_run(const WCHAR *arguments, DWORD expected_code, const char *expected_text)
{
    char *output;
    DWORD code = ob_run_broker(arguments, &output);

    ob_require(code == expected_code && strstr(output, expected_text), "%s ended with %lu: %s", ob_utf8(arguments),
        code, output);
    free(output);
}

static void version_and_help_answer_in_either_spelling(void **state)
{
    (void)state;
    expect_run(L"/Version", 0, "outlook-broker 0.");
    expect_run(L"-version", 0, "outlook-broker 0.");
    expect_run(L"/?", 0, "/RegServer");
    expect_run(L"-?", 0, "/Embedding");
}

static void unknown_and_missing_switches_are_refused(void **state)
{
    (void)state;
    expect_run(L"/Nonsense", 2, "/Nonsense");
    expect_run(L"", 2, "/?");
    expect_run(L"/Run /Stop", 2, "/Stop");
}

static void stop_and_run_do_nothing_where_nothing_is_to_do(void **state)
{
    (void)state;
    expect_run(L"/Stop", 0, "No broker of this user is running.");
    expect_run(L"/Run", 0, "No mail waits; the broker was not started.");
    assert_int_equal(ob_processes(OB_BROKER_IMAGE), 0);
}

static void started_by_com_without_a_client_it_ends(void **state)
{
    (void)state;
    ob_set(L"NoClientSeconds", 1);
    assert_int_equal(ob_wait_exit(ob_start_broker(L"-Embedding"), OB_LONG_MS), 0);
    ob_set(L"NoClientSeconds", 10);
}

static void it_ends_when_the_last_client_is_gone_and_is_started_again_by_the_next(void **state)
{
    IObSession *session;
    HANDLE broker;

    (void)state;
    ob_set(L"IdleSeconds", 1);
    session = ob_session();
    broker = ob_open_broker(session);
    IObSession_Release(session);
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    session = ob_session();
    ob_expect_good_mail(session, L"started again");
    broker = ob_open_broker(session);
    IObSession_Release(session);
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS)); /* no Outlook of its own is left behind */
}

static void it_does_not_end_while_a_mail_stands_in_the_outbox(void **state)
{
    unsigned before = ob_count_delivered();
    IObSession *session;
    HANDLE broker;
    IObJob *job;

    (void)state;
    ob_set(L"IdleSeconds", 1);
    ob_control("spooler-delay-ms = 4000\n");
    session = ob_session();
    broker = ob_open_broker(session);
    job = ob_send_plain(session, L"stays for it");
    IObJob_Release(job);
    IObSession_Release(session);
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    /* Had it been idle, it would have ended before. */
    assert_int_equal(ob_count_delivered(), before + 1);
    ob_control("");
}

static void it_ends_for_dead_clients_too(void **state)
{
    (void)state;
    ob_set(L"IdleSeconds", 1);
    assert_int_equal(ob_wait_exit(ob_start_self(L"hold-and-die"), OB_LONG_MS), 77);
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
}

static void stop_ends_it_though_clients_hold_objects(void **state)
{
    IObSession *session;
    HANDLE broker;
    LONG timeout;

    (void)state;
    ob_set(L"IdleSeconds", 300);
    session = ob_session();
    broker = ob_open_broker(session);
    expect_run(L"/Stop", 0, "The broker has stopped.");
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    assert_true(FAILED(IObSession_get_Timeout(session, &timeout)));
    IObSession_Release(session);
    session = ob_session();
    ob_expect_good_mail(session, L"after a stop");
    IObSession_Release(session);
}

static void while_it_stops_new_calls_are_refused_and_what_was_accepted_leaves_later(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"in hand", .body = L"b"};
    IObSession *session = ob_session();
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    IObJob *job = NULL, *refused = NULL;
    unsigned accepted = 1;
    struct ob_answer answer = {0};
    HANDLE stop, broker = ob_open_broker(session);
    int on_disk;
    BSTR id;

    (void)state;
    ob_control("hold = MailItem.Save after\n");
    job = ob_send(session, &mail);
    ob_assert_ok(IObJob_get_Id(job, &id));
    ob_wait_held();
    stop = ob_start_broker(L"/Stop");
    mail.subject = L"while stopping";
    while (ob_try_send(session, &mail, &refused) == S_OK && GetTickCount64() < end)
    {
        IObJob_Release(refused);
        accepted++;
    }
    ob_invoke(session, L"SendMail", DISPATCH_METHOD, (VARIANT[]){ob_text(L"a@x.com"), ob_text(L"s"), ob_text(L"b")}, 3,
        &answer);
    ob_assert_hr(answer.code, OB_E_STOPPING);
    ob_assert_text(answer.text, L"The broker is being stopped and takes no new work. Checked: the broker's state; "
                                L"accepted mail is on disk and goes "
                                L"on at the next start. Next: try again in a minute with a new session.");
    ob_answer_clear(&answer);
    /* What Outlook has in hand is waited for: see DRAIN_MS. */
    assert_int_equal(WaitForSingleObject(broker, 2000), WAIT_TIMEOUT);
    ob_control("");
    assert_int_equal(ob_wait_exit(stop, OB_LONG_MS), 0);
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    on_disk = ob_state_on_disk(L"in hand");
    ob_require(on_disk == obJobSubmitted || on_disk == obJobSent, "on disk it is in state %d", on_disk);
    IObJob_Release(job);
    IObSession_Release(session);
    session = ob_session();
    ob_assert_ok(IObSession_Job(session, id, &job));
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    SysFreeString(id);
    ob_expect_good_mail(session, L"after stopping");
    ob_require(accepted < 10000, "%u mails were accepted", accepted);
    IObSession_Release(session);
}

static DWORD WINAPI log_on(void *context)
{
    IObSession *session = context;
    struct ob_answer answer;
    HRESULT code;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    ob_assert_ok(IObSession_put_Timeout(session, 600000));
    ob_invoke(session, L"Logon", DISPATCH_METHOD, NULL, 0, &answer);
    code = answer.code;
    ob_answer_clear(&answer);
    CoUninitialize();
    return (DWORD)code;
}

/* Their deadline of ten minutes would hold the stop up. */
static void clients_that_wait_for_outlook_are_let_go_when_it_stops(void **state)
{
    IObSession *session;
    HANDLE stop, waiter;
    DWORD code = 0;

    (void)state;
    expect_run(L"/Stop", 0, "The broker has stopped.");
    session = ob_session();
    ob_control("hold = NameSpace.GetDefaultFolder before\n");
    waiter = CreateThread(NULL, 0, log_on, session, 0, NULL);
    ob_wait_held();
    stop = ob_start_broker(L"/Stop");
    assert_int_equal(WaitForSingleObject(waiter, OB_LONG_MS), WAIT_OBJECT_0);
    GetExitCodeThread(waiter, &code);
    ob_assert_hr((HRESULT)code, (HRESULT)OB_E_STOPPING);
    ob_control("");
    assert_int_equal(ob_wait_exit(stop, OB_LONG_MS), 0);
    CloseHandle(waiter);
    IObSession_Release(session);
}

/* The user's own Outlook is only borrowed: it stays when the broker goes. */
static void an_outlook_that_ran_before_stays_open_when_the_broker_ends(void **state)
{
    IObSession *session;
    IObStatus *status;
    IUnknown *outlook;
    VARIANT_BOOL owns;
    CLSID class;

    (void)state;
    ob_wait_exit(ob_start_broker(L"/Stop"), OB_LONG_MS);
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
    ob_assert_ok(CLSIDFromProgID(L"Outlook.Application", &class));
    ob_assert_ok(CoCreateInstance(&class, NULL, CLSCTX_LOCAL_SERVER, &IID_IUnknown, (void **)&outlook));
    session = ob_session();
    ob_expect_good_mail(session, L"through the user's Outlook");
    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_OwnsOutlook(status, &owns));
    assert_int_equal(owns, VARIANT_FALSE);
    IObStatus_Release(status);
    IObSession_Release(session);
    expect_run(L"/Stop", 0, "The broker has stopped.");
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    IUnknown_Release(outlook);
}

/* One that the broker started is not left behind. */
static void an_outlook_that_the_broker_started_ends_with_it(void **state)
{
    IObSession *session;
    IObStatus *status;
    VARIANT_BOOL owns;

    (void)state;
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
    session = ob_session();
    ob_expect_good_mail(session, L"through an Outlook of the broker's own");
    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_OwnsOutlook(status, &owns));
    assert_int_equal(owns, VARIANT_TRUE);
    IObStatus_Release(status);
    IObSession_Release(session);
    expect_run(L"/Stop", 0, "The broker has stopped.");
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
}

static int hold_and_die(void)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    ob_session();
    TerminateProcess(GetCurrentProcess(), 77);
    return 1;
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_and_help_answer_in_either_spelling),
        cmocka_unit_test(unknown_and_missing_switches_are_refused),
        cmocka_unit_test(stop_and_run_do_nothing_where_nothing_is_to_do),
        cmocka_unit_test(started_by_com_without_a_client_it_ends),
        cmocka_unit_test(it_ends_when_the_last_client_is_gone_and_is_started_again_by_the_next),
        cmocka_unit_test(it_does_not_end_while_a_mail_stands_in_the_outbox),
        cmocka_unit_test(it_ends_for_dead_clients_too),
        cmocka_unit_test(stop_ends_it_though_clients_hold_objects),
        cmocka_unit_test(while_it_stops_new_calls_are_refused_and_what_was_accepted_leaves_later),
        cmocka_unit_test(clients_that_wait_for_outlook_are_let_go_when_it_stops),
        cmocka_unit_test(an_outlook_that_ran_before_stays_open_when_the_broker_ends),
        cmocka_unit_test(an_outlook_that_the_broker_started_ends_with_it),
    };

    if (argc == 2 && !wcscmp(argv[1], L"hold-and-die")) return hold_and_die();
    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

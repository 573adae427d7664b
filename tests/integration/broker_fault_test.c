/* broker_fault_test.c - a fault in the broker itself, in a client's call or on its Outlook thread, ends the process
 * instead of hiding in it with locks held: the client is told that the connection broke, the next start goes on, and
 * accepted mail leaves once. The fault is one that the test build is told to make at a FAILPOINT, and there it is the
 * test build, too, that keeps the stubs from catching it; on Windows COM's own option does. Clients are this program
 * once more (see ob_first_at_rpcss). */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define FAULT_CODE 0xC0000005u /* STATUS_ACCESS_VIOLATION, by which the process ends */
#define BROKE_IN_CALL ((HRESULT)0x800706BE)

static unsigned delivered; /* so far, by all tests */

/* --- the clients */

static IObJob *send_with_key(IObSession *session, const WCHAR *subject)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .key = subject};

    return ob_send(session, &mail);
}

/* The broker faults after it has accepted a mail; in_call: in a second call of this client's. What the session and the
 * job were is gone with it, so nothing is released. */
static void client_see_it_fault(const WCHAR *subject, bool in_call)
{
    IObSession *session = ob_session();
    HANDLE broker = ob_open_broker(session);
    IObMail *made;
    DWORD code;

    send_with_key(session, subject);
    if (in_call)
    {
        ob_wait_held();
        ob_assert_hr(IObSession_CreateMail(session, &made), BROKE_IN_CALL);
    }
    code = ob_wait_exit(broker, OB_LONG_MS);
    ob_require(code == FAULT_CODE, "the broker ended with %lX", code);
}

/* The same key leads to the same job, which was sent. */
static void client_expect_sent(const WCHAR *subject)
{
    IObSession *session = ob_session();
    IObJob *job = send_with_key(session, subject);

    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    IObSession_Release(session);
}

static int client_main(WCHAR **argv)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (!wcscmp(argv[1], L"expect"))
    {
        client_expect_sent(argv[2]);
        return 0;
    }
    client_see_it_fault(argv[2], !wcscmp(argv[1], L"in-call"));
    TerminateProcess(GetCurrentProcess(), 0); /* what COM would let go of is not there any more */
    return 1;
}

/* --- the tests */

static void run_client(const WCHAR *what, const WCHAR *subject)
{
    WCHAR arguments[200];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls \"%ls\"", what, subject);
    ob_run_self(arguments);
}

static void faults_at(const WCHAR *point, const WCHAR *client, const WCHAR *subject)
{
    struct ob_arrivals arrivals;

    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    ob_fail_at(point);
    run_client(client, subject);
    ob_fail_at(NULL);
    ob_log_off();
    ob_control("");
    ob_log_on();
    ob_wait_delivered(++delivered);
    run_client(L"expect", subject);
    ob_read_mails(&arrivals);
    assert_int_equal(arrivals.count, delivered);
    ob_mail_with(&arrivals, subject);
    ob_free_mails(&arrivals);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Outbox\\*.item")), 0);
}

static void a_fault_in_a_call_ends_the_broker_and_the_mail_in_hand_leaves_once(void **state)
{
    (void)state;
    ob_control("hold = MailItem.Save after\n");
    faults_at(L"mail-created 1 fault", L"in-call", L"fault in a call");
}

static void a_fault_on_the_outlook_thread_after_save_loses_and_doubles_nothing(void **state)
{
    (void)state;
    faults_at(L"draft-saved 1 fault", L"wait", L"fault after Save");
}

static void a_fault_on_the_outlook_thread_before_send_loses_and_doubles_nothing(void **state)
{
    (void)state;
    faults_at(L"send-called 1 fault", L"wait", L"fault before Send");
}

static void a_fault_on_the_outlook_thread_after_send_loses_and_doubles_nothing(void **state)
{
    (void)state;
    faults_at(L"send-answered 1 fault", L"wait", L"fault after Send");
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_in_a_call_ends_the_broker_and_the_mail_in_hand_leaves_once),
        cmocka_unit_test(a_fault_on_the_outlook_thread_after_save_loses_and_doubles_nothing),
        cmocka_unit_test(a_fault_on_the_outlook_thread_before_send_loses_and_doubles_nothing),
        cmocka_unit_test(a_fault_on_the_outlook_thread_after_send_loses_and_doubles_nothing),
    };

    if (argc == 3) return client_main(argv);
    return cmocka_run_group_tests(tests, ob_begin_without_com, NULL);
}

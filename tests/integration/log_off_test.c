/* log_off_test.c - the user logs off, as Windows tells it: messages to the broker's hidden window. Accepted mail stays
 * on disk, whatever was under way, and leaves once at the next log-on; and Windows is not kept waiting. What Windows
 * does then (it ends Outlook and the rest of the session) is done here by ob_log_off. Clients are this program once
 * more (see ob_first_at_rpcss). */
#include "session_end.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define START_EVENT L"Local\\OutlookBrokerTest.LogOff"

enum
{
    senders = 4,
    most_mails = 400 /* of each sender, if nothing stopped it */
};

static unsigned delivered; /* so far, by all tests */

/* --- the clients */

static void name_mail(WCHAR out[40], unsigned sender, unsigned mail)
{
    swprintf(out, 40, L"mail %u of sender %u", mail, sender);
}

/* How many of a sender's mails were accepted, for the test. */
static const WCHAR *accepted_file(unsigned sender)
{
    WCHAR leaf[40];

    swprintf(leaf, ARRAYSIZE(leaf), L"accepted-%u.txt", sender);
    return ob_file_path(leaf);
}

static HANDLE open_started(unsigned sender)
{
    WCHAR name[40];

    swprintf(name, ARRAYSIZE(name), START_EVENT L"%u", sender);
    return CreateEventW(NULL, TRUE, FALSE, name);
}

/* Sends until the broker takes no more. */
static int client_flood(unsigned sender)
{
    IObSession *session = ob_session();
    unsigned accepted = 0;
    WCHAR subject[40];
    HANDLE started = open_started(sender);
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .key = subject};
    IObJob *job;

    for (; accepted < most_mails; accepted++)
    {
        name_mail(subject, sender, accepted);
        if (ob_try_send(session, &mail, &job) != S_OK) break;
        ob_write_file(accepted_file(sender), &accepted, sizeof(accepted));
        if (accepted == 5) SetEvent(started);
    }
    return 0;
}

static int client_send(const WCHAR *subject)
{
    IObSession *session = ob_session();
    IObJob *job = ob_send_plain(session, subject);

    IObJob_Release(job);
    IObSession_Release(session);
    return 0;
}

/* A good mail there and back; then the session is held until the broker is gone. */
static int client_hold(const WCHAR *subject)
{
    HANDLE held = OpenEventW(EVENT_MODIFY_STATE, FALSE, START_EVENT);
    IObSession *session = ob_session();
    LONG timeout;

    ob_expect_good_mail(session, subject);
    SetEvent(held);
    while (IObSession_get_Timeout(session, &timeout) == S_OK)
        Sleep(50);
    return 0;
}

/* Waits for Outlook, which is held; exits with the error's code. */
static int client_log_on(void)
{
    struct ob_answer answer;
    IObSession *session = ob_session();

    ob_assert_ok(IObSession_put_Timeout(session, 600000));
    ob_invoke(session, L"Logon", DISPATCH_METHOD, NULL, 0, &answer);
    return (int)answer.code;
}

static int client_main(int argc, WCHAR **argv)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (!wcscmp(argv[1], L"flood")) return client_flood(wcstoul(argv[2], NULL, 10));
    if (!wcscmp(argv[1], L"log-on")) return client_log_on();
    return argc > 2 && !wcscmp(argv[1], L"hold") ? client_hold(argv[2]) : client_send(argv[2]);
}

/* --- what Windows does */

/* The session ends: the broker agrees, closes its outbox and is gone. */
static void windows_ends_the_session(const char *when)
{
    end_session(when);
    assert_false(ob_exists(ob_data_path(L"outbox.db-wal")));
    ob_log_off();
}

static void log_on_again(void)
{
    ob_control("");
    ob_log_on();
}

static void send_in_child(const WCHAR *subject)
{
    WCHAR arguments[200];

    swprintf(arguments, ARRAYSIZE(arguments), L"send \"%ls\"", subject);
    ob_run_self(arguments);
}

static void expect_once(const WCHAR *subject)
{
    struct ob_arrivals arrivals;

    ob_wait_delivered(++delivered);
    ob_read_mails(&arrivals);
    assert_int_equal(arrivals.count, delivered);
    ob_mail_with(&arrivals, subject);
    ob_free_mails(&arrivals);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
}

static HANDLE start_held_client(const WCHAR *subject)
{
    HANDLE started = CreateEventW(NULL, TRUE, FALSE, START_EVENT), client;
    WCHAR arguments[200];

    swprintf(arguments, ARRAYSIZE(arguments), L"hold \"%ls\"", subject);
    client = ob_start_self(arguments);
    assert_int_equal(WaitForSingleObject(started, OB_LONG_MS), WAIT_OBJECT_0);
    CloseHandle(started);
    expect_once(subject);
    return client;
}

/* --- the tests */

static void a_log_off_that_somebody_refuses_changes_nothing(void **state)
{
    HANDLE client = start_held_client(L"before the question");
    ULONGLONG took_ms;
    DWORD id;
    HWND window = broker_window(&id);

    (void)state;
    assert_int_equal(tell(window, WM_QUERYENDSESSION, 0, ENDSESSION_LOGOFF, &took_ms), TRUE);
    assert_int_equal(tell(window, WM_ENDSESSION, FALSE, ENDSESSION_LOGOFF, &took_ms), 0);
    assert_int_equal(tell(window, WM_QUERYENDSESSION, 0, 0, &took_ms), TRUE);
    assert_int_equal(tell(window, WM_ENDSESSION, FALSE, 0, &took_ms), 0);
    tell(window, WM_CLOSE, 0, 0, &took_ms);
    tell(window, WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK, 1, &took_ms);
    tell(window, WM_WTSSESSION_CHANGE, WTS_REMOTE_DISCONNECT, 1, &took_ms);
    send_in_child(L"after the question");
    expect_once(L"after the question");
    ob_wait_in_log(L"\tsent\t", 2); /* what has arrived may stand as submitted a moment longer */
    windows_ends_the_session("idle, a client holds a session");
    assert_int_equal(ob_wait_exit(client, OB_LONG_MS), 0);
    log_on_again(); /* nothing waits: nothing is started */
    assert_int_equal(ob_processes(OB_BROKER_IMAGE), 0);
}

/* Outlook is in a call, and in none later: the mail in hand is looked for at the next log-on. */
static void session_ends_in(const char *control, const WCHAR *subject)
{
    ob_control(control);
    send_in_child(subject);
    ob_wait_held();
    windows_ends_the_session(ob_utf8(subject));
    log_on_again();
    expect_once(subject);
}

static void a_mail_leaves_once_when_the_session_ends_before_save(void **state)
{
    (void)state;
    session_ends_in("hold = MailItem.Save before\n", L"log-off before Save");
}

static void a_mail_leaves_once_when_the_session_ends_between_save_and_send(void **state)
{
    (void)state;
    session_ends_in("hold = MailItem.Save after\n", L"log-off after Save");
}

static void a_mail_leaves_once_when_the_session_ends_in_send(void **state)
{
    (void)state;
    session_ends_in("hold = MailItem.Send before\n", L"log-off before Send");
}

static void a_mail_leaves_once_when_the_session_ends_after_send(void **state)
{
    (void)state;
    session_ends_in("hold = MailItem.Send after\nspooler-delay-ms = 600000\n", L"log-off after Send");
}

/* The call under way ends, and the next one of the same mail is not begun. */
static void no_call_into_outlook_is_begun_any_more(void **state)
{
    const WCHAR *subject = L"log-off while it is filled";
    DWORD id;
    ULONGLONG took_ms;
    HWND window;
    char *calls;

    (void)state;
    ob_control("hold = Application.CreateItem before\nlog-calls = on\n");
    send_in_child(subject);
    ob_wait_held();
    window = broker_window(&id);
    tell(window, WM_ENDSESSION, TRUE, ENDSESSION_LOGOFF, &took_ms);
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, ANSWER_MS));
    ob_control("log-calls = on\n"); /* Outlook goes on */
    Sleep(500);
    calls = ob_read_file(ob_sandbox_path(L"calls.txt"), NULL);
    assert_non_null(calls);
    assert_non_null(strstr(calls, "Application.CreateItem"));
    assert_null(strstr(calls, "MailItem."));
    free(calls);
    ob_log_off();
    log_on_again();
    expect_once(subject);
}

static void a_client_that_waits_for_outlook_is_let_go(void **state)
{
    HANDLE client;

    (void)state;
    ob_log_off(); /* a broker that has its Outlook by now asks for no folder */
    ob_control("hold = NameSpace.GetDefaultFolder before\n");
    client = ob_start_self(L"log-on");
    ob_wait_held();
    windows_ends_the_session("a client waits for Outlook");
    ob_assert_hr((HRESULT)ob_wait_exit(client, OB_LONG_MS), OB_E_STOPPING);
    ob_control("");
}

/* Whoever was told that a mail is accepted finds it sent, once. */
static void what_was_accepted_while_the_session_ended_leaves_at_the_next_log_on(void **state)
{
    HANDLE started[senders], clients[senders];
    struct ob_arrivals arrivals;
    unsigned accepted = 0, counts[senders];
    WCHAR text[40];

    (void)state;
    ob_set(L"IdleSeconds", 300);
    send_in_child(L"starts the broker"); /* and the senders find it */
    expect_once(L"starts the broker");
    for (unsigned i = 0; i < senders; i++)
    {
        swprintf(text, ARRAYSIZE(text), L"flood %u", i);
        started[i] = open_started(i);
        clients[i] = ob_start_self(text);
    }
    assert_int_equal(WaitForMultipleObjects(senders, started, TRUE, OB_LONG_MS), WAIT_OBJECT_0);
    windows_ends_the_session("many accepts");
    for (unsigned i = 0; i < senders; i++)
    {
        unsigned *last;

        assert_int_equal(ob_wait_exit(clients[i], OB_LONG_MS), 0);
        last = ob_read_file(accepted_file(i), NULL);
        counts[i] = last ? *last + 1 : 0;
        accepted += counts[i];
        free(last);
    }
    print_message("%u mails were accepted\n", accepted);
    assert_in_range(accepted, 6, senders * most_mails - 1);
    log_on_again();
    ob_wait_delivered(delivered += accepted);
    ob_read_mails(&arrivals);
    assert_int_equal(arrivals.count, delivered);
    for (unsigned i = 0; i < senders; i++)
        for (unsigned mail = 0; mail < counts[i]; mail++)
        {
            name_mail(text, i, mail);
            ob_mail_with(&arrivals, text);
        }
    ob_free_mails(&arrivals);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_off_that_somebody_refuses_changes_nothing),
        cmocka_unit_test(a_mail_leaves_once_when_the_session_ends_before_save),
        cmocka_unit_test(a_mail_leaves_once_when_the_session_ends_between_save_and_send),
        cmocka_unit_test(a_mail_leaves_once_when_the_session_ends_in_send),
        cmocka_unit_test(a_mail_leaves_once_when_the_session_ends_after_send),
        cmocka_unit_test(no_call_into_outlook_is_begun_any_more),
        cmocka_unit_test(a_client_that_waits_for_outlook_is_let_go),
        cmocka_unit_test(what_was_accepted_while_the_session_ended_leaves_at_the_next_log_on),
    };

    if (argc > 1) return client_main(argc, argv);
    return cmocka_run_group_tests(tests, ob_begin_without_com, NULL);
}

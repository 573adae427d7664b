/* closing_test.c - /Stop and log-off while the outbox cannot be closed: another program keeps it locked, or its disk
 * does not answer. The broker ends in its time all the same, the log says what was left, and what was accepted leaves
 * once with the next broker. The disk that does not answer is one that the test build is told to play at a FAILPOINT.
 * Clients and the other program are this program once more (see ob_first_at_rpcss). */
#include "session_end.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define HELD_EVENT L"Local\\OutlookBrokerTest.Held"
#define LET_GO_EVENT L"Local\\OutlookBrokerTest.LetGo"
#define HANGS_EVENT L"Local\\OutlookBrokerTest.Hangs" /* of server/host/wine.h */
#define STOP_MOST_MS 60000u                           /* 28 s are promised */
#define LEFT_AS_IT_IS L"the outbox is in use and left as it is"

static unsigned delivered; /* so far, by all tests */

/* --- the other processes */

static IObSession *patient_session(void)
{
    IObSession *session = ob_session();

    ob_assert_ok(IObSession_put_Timeout(session, 600000));
    return session;
}

/* Ends with what SendMail answers. */
static int client_send(const WCHAR *subject)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b"};
    IObJob *job;

    return ob_try_send(patient_session(), &mail, &job);
}

/* Keeps the outbox locked until it is told to let go. */
static int lock_outbox(void)
{
    HANDLE held = OpenEventW(EVENT_MODIFY_STATE, FALSE, HELD_EVENT);
    HANDLE let_go = OpenEventW(SYNCHRONIZE, FALSE, LET_GO_EVENT);
    sqlite3 *db;

    if (sqlite3_open_v2(ob_utf8(ob_data_path(L"outbox.db")), &db, SQLITE_OPEN_READWRITE, NULL)) return 1;
    sqlite3_busy_timeout(db, OB_LONG_MS);
    if (sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL)) return 2;
    SetEvent(held);
    WaitForSingleObject(let_go, 2 * OB_LONG_MS);
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    return sqlite3_close(db);
}

static int client_main(WCHAR **argv)
{
    if (!wcscmp(argv[1], L"lock")) return lock_outbox();
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    /* Not released: the broker may be gone. */
    TerminateProcess(GetCurrentProcess(), (UINT)client_send(argv[2]));
    return 1;
}

static HANDLE start_send(const WCHAR *subject)
{
    WCHAR arguments[200];

    swprintf(arguments, ARRAYSIZE(arguments), L"send \"%ls\"", subject);
    return ob_start_self(arguments);
}

static void send_one(const WCHAR *subject)
{
    ob_assert_ok((HRESULT)ob_wait_exit(start_send(subject), OB_LONG_MS));
}

/* --- how it is ended */

static void stop(const char *when)
{
    const ULONGLONG begun = GetTickCount64();
    char *output;
    DWORD code = ob_run_broker(L"/Stop", &output);
    ULONGLONG took_ms = GetTickCount64() - begun;

    ob_require(code == 0 && ob_wait_gone(OB_BROKER_IMAGE, ANSWER_MS), "/Stop ended with %lu: %s", code, output);
    print_message("%s: stopped in %lu ms\n", when, (ULONG)took_ms);
    assert_true(took_ms < STOP_MOST_MS);
    free(output);
}

static void expect_at_next_log_on(const WCHAR *const *subjects, unsigned count)
{
    struct ob_arrivals arrivals;

    ob_fail_at(NULL);
    ob_log_off();
    ob_control("");
    ob_log_on();
    send_one(L"afterwards");
    ob_wait_delivered(delivered += count + 1);
    ob_read_mails(&arrivals);
    assert_int_equal(arrivals.count, delivered);
    for (unsigned i = 0; i < count; i++)
        ob_mail_with(&arrivals, subjects[i]);
    ob_free_mails(&arrivals);
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
}

/* --- another program keeps it locked */

/* It is locked while Outlook has a mail, of which the broker then cannot write that it was sent, and while a client
 * sends another one, which is not accepted. */
static void end_locked(void (*how)(const char *when), const WCHAR *subject)
{
    HANDLE held = CreateEventW(NULL, TRUE, FALSE, HELD_EVENT), let_go = CreateEventW(NULL, TRUE, FALSE, LET_GO_EVENT);
    HANDLE holder, client;
    unsigned left = ob_count_in_log(LEFT_AS_IT_IS);

    ob_control("hold = MailItem.Send after\n");
    send_one(subject);
    ob_wait_held();
    holder = ob_start_self(L"lock");
    assert_int_equal(WaitForSingleObject(held, OB_LONG_MS), WAIT_OBJECT_0);
    ob_control("");
    ob_wait_delivered(delivered + 1);
    client = start_send(L"not accepted");
    Sleep(1000); /* until it waits, too; were it later, it would be refused as well */
    how("locked by another program");
    ob_require(ob_wait_exit(client, OB_LONG_MS) != S_OK, "a mail was accepted though it could not be written");
    assert_int_equal(ob_count_in_log(LEFT_AS_IT_IS), left); /* nothing was in it any more */
    SetEvent(let_go);
    assert_int_equal(ob_wait_exit(holder, OB_LONG_MS), 0);
    CloseHandle(held);
    CloseHandle(let_go);
    expect_at_next_log_on(&subject, 1);
}

static void a_session_that_ends_does_not_wait_for_an_outbox_that_is_locked(void **state)
{
    (void)state;
    end_locked(end_session, L"locked at log-off");
}

static void a_stop_does_not_wait_for_ever_for_an_outbox_that_is_locked(void **state)
{
    (void)state;
    end_locked(stop, L"locked at /Stop");
}

/* Who waits in a call takes nothing from the time that an Outlook of the broker's own has for its end. */
static void an_outlook_of_its_own_ends_though_a_caller_waits_for_an_outbox_that_is_locked(void **state)
{
    HANDLE held = CreateEventW(NULL, TRUE, FALSE, HELD_EVENT), let_go = CreateEventW(NULL, TRUE, FALSE, LET_GO_EVENT);
    HANDLE holder, client;

    (void)state;
    ob_set(L"IdleSeconds", 300);
    send_one(L"before the lock");
    ob_wait_delivered(++delivered);
    assert_true(ob_processes(OB_SANDBOX_IMAGE) == 1);
    holder = ob_start_self(L"lock");
    assert_int_equal(WaitForSingleObject(held, OB_LONG_MS), WAIT_OBJECT_0);
    client = start_send(L"not accepted");
    Sleep(1000); /* until it waits */
    stop("locked, with an idle Outlook of its own");
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, ANSWER_MS));
    assert_int_not_equal(ob_wait_exit(client, OB_LONG_MS), S_OK);
    SetEvent(let_go);
    assert_int_equal(ob_wait_exit(holder, OB_LONG_MS), 0);
    CloseHandle(held);
    CloseHandle(let_go);
    ob_set(L"IdleSeconds", 2);
    expect_at_next_log_on(NULL, 0);
}

/* --- its disk does not answer */

/* The disk hangs at that point: while a second mail is accepted, or while the outbox is being closed. */
static void end_hanging(void (*how)(const char *when), const WCHAR *point, bool accepting, const WCHAR *subject)
{
    HANDLE hangs = CreateEventW(NULL, TRUE, FALSE, HANGS_EVENT), client = NULL;
    unsigned left = ob_count_in_log(LEFT_AS_IT_IS);

    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    ob_fail_at(point);
    ob_control("hold = MailItem.Save before\n");
    send_one(subject);
    ob_wait_held();
    if (accepting)
    {
        client = start_send(L"neither accepted nor refused");
        assert_int_equal(WaitForSingleObject(hangs, OB_LONG_MS), WAIT_OBJECT_0);
    }
    else
        ob_control("");
    how(accepting ? "the disk hangs while mail is accepted" : "the disk hangs while it is closed");
    assert_int_equal(WaitForSingleObject(hangs, 0), WAIT_OBJECT_0);
    assert_int_equal(ob_count_in_log(LEFT_AS_IT_IS), left + 1);
    if (client) ob_require(ob_wait_exit(client, OB_LONG_MS) != S_OK, "it was accepted");
    CloseHandle(hangs);
    expect_at_next_log_on(&subject, 1);
}

static void a_session_that_ends_does_not_wait_for_a_disk_that_hangs_while_mail_is_accepted(void **state)
{
    (void)state;
    end_hanging(end_session, L"accept-written 2 hang", true, L"hung in an accept at log-off");
}

static void a_session_that_ends_does_not_wait_for_a_disk_that_hangs_in_closing(void **state)
{
    (void)state;
    end_hanging(end_session, L"outbox-closing 1 hang", false, L"hung in closing at log-off");
}

static void a_stop_does_not_wait_for_ever_for_a_disk_that_hangs_in_closing(void **state)
{
    (void)state;
    end_hanging(stop, L"outbox-closing 1 hang", false, L"hung in closing at /Stop");
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_that_ends_does_not_wait_for_an_outbox_that_is_locked),
        cmocka_unit_test(a_stop_does_not_wait_for_ever_for_an_outbox_that_is_locked),
        cmocka_unit_test(an_outlook_of_its_own_ends_though_a_caller_waits_for_an_outbox_that_is_locked),
        cmocka_unit_test(a_session_that_ends_does_not_wait_for_a_disk_that_hangs_while_mail_is_accepted),
        cmocka_unit_test(a_session_that_ends_does_not_wait_for_a_disk_that_hangs_in_closing),
        cmocka_unit_test(a_stop_does_not_wait_for_ever_for_a_disk_that_hangs_in_closing),
    };

    if (argc > 1) return client_main(argv);
    return cmocka_run_group_tests(tests, ob_begin_without_com, NULL);
}

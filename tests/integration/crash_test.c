/* crash_test.c - accepted is kept, and nothing is sent twice: the broker, Outlook and callers end at the worst moments,
 * and the mail leaves exactly once, at the next log-on and without any client.
 * Wine forgets all registered classes with the broker's (see ob_log_off), so most crashes here take Outlook along. Only
 * where the next broker is started by hand can it find the Outlook of before. Each client is a process of its own, this
 * program once more; the tests themselves never use COM (see ob_first_at_rpcss). */
#include "left.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static unsigned delivered; /* so far, by all tests */

/* --- the clients */

/* Sends, with the file that is named or with one of its own. The job's id is for the client that comes after the crash.
 */
static void client_send(const WCHAR *subject, const WCHAR *file)
{
    VARIANT attachments = ob_text(file ? file : ob_write_file(ob_file_path(L"crash.txt"), "kept", 4));
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .attachments = &attachments};
    IObSession *session = ob_session();
    IObJob *job = ob_send(session, &mail);
    BSTR id;

    ob_assert_ok(IObJob_get_Id(job, &id));
    ob_write_file(ob_file_path(L"id.txt"), id, (wcslen(id) + 1) * sizeof(*id));
    SysFreeString(id);
    IObJob_Release(job);
    IObSession_Release(session);
}

static IObJob *sent_job(IObSession *session)
{
    WCHAR *id = ob_read_file(ob_file_path(L"id.txt"), NULL);
    BSTR text = SysAllocString(id);
    IObJob *job;

    ob_assert_ok(IObSession_Job(session, text, &job));
    SysFreeString(text);
    free(id);
    return job;
}

/* The last mail was sent, as the last of count, and nothing is left over. */
static void client_expect(const WCHAR *subject, unsigned count)
{
    IObSession *session = ob_session();
    IObJob *job = sent_job(session);
    struct ob_arrivals arrivals;

    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_expect_counts(session, 0, 0, (LONG)count, 0, 0);
    IObSession_Release(session);
    ob_read_mails(&arrivals);
    ob_mail_with(&arrivals, subject);
    ob_free_mails(&arrivals);
    assert_int_equal(ob_count_delivered(), count);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Outbox\\*.item")), 0);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
}

/* Waits until the last mail is in Outlook's hands. */
static void client_wait_submitted(void)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    IObSession *session = ob_session();
    IObJob *job = sent_job(session);
    ObJobState now = obJobQueued;

    while (now != obJobSubmitted && GetTickCount64() < end)
        ob_assert_ok(IObJob_Wait(job, ob_long(100), &now));
    assert_int_equal(now, obJobSubmitted);
    IObJob_Release(job);
    IObSession_Release(session);
}

/* Twenty mails; for the second time they lead to the same jobs, which have to be sent. */
static void client_twenty(bool again)
{
    IObSession *session = ob_session();
    WCHAR subject[40];
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .key = subject};

    for (unsigned i = 0; i < 20; i++)
    {
        IObJob *job;

        swprintf(subject, ARRAYSIZE(subject), L"one of twenty %u", i);
        job = ob_send(session, &mail);
        if (again) ob_expect_state(job, obJobSent);
        IObJob_Release(job);
    }
    IObSession_Release(session);
}

static int client_main(int argc, WCHAR **argv)
{
    const WCHAR *what = argv[1], *subject = argc > 2 ? argv[2] : NULL;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (!wcscmp(what, L"expect"))
        client_expect(subject, wcstoul(argv[3], NULL, 10));
    else if (!wcscmp(what, L"wait-submitted"))
        client_wait_submitted();
    else if (!wcscmp(what, L"twenty"))
        client_twenty(subject != NULL);
    else
        client_send(subject, argc > 3 ? argv[3] : NULL);
    /* The client is gone the moment it was answered. */
    if (!wcscmp(what, L"send-and-die")) TerminateProcess(GetCurrentProcess(), 0);
    return 0;
}

/* --- the tests */

static void send_in_child(const WCHAR *verb, const WCHAR *subject)
{
    WCHAR arguments[200];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls \"%ls\"", verb, subject);
    ob_run_self(arguments);
}

/* One more mail has been delivered, once. */
static void expect_sent_once(const WCHAR *subject)
{
    WCHAR arguments[200];

    swprintf(arguments, ARRAYSIZE(arguments), L"expect \"%ls\" %u", subject, ++delivered);
    ob_run_self(arguments);
}

/* The power fails while Outlook is held in a call; then the user logs on, and no client comes. */
static void power_fails_in(const char *control, const WCHAR *subject, const struct left *left)
{
    ob_control(control);
    send_in_child(L"send", subject);
    ob_wait_held();
    ob_log_off();
    expect_left(subject, left, delivered);
    ob_control("");
    ob_log_on();
    ob_wait_delivered(delivered + 1);
    expect_sent_once(subject);
}

static void a_mail_that_outlook_was_not_given_leaves_after_a_crash_and_a_log_on(void **state)
{
    (void)state;
    power_fails_in("hold = Application.CreateItem before\n", L"crash before Outlook",
        &(struct left){.files = 1, .state = obJobQueued});
}

static void a_mail_leaves_once_after_a_crash_before_save(void **state)
{
    (void)state;
    power_fails_in(
        "hold = MailItem.Save before\n", L"crash before Save", &(struct left){.files = 1, .state = obJobQueued});
}

static void a_mail_leaves_once_after_a_crash_between_save_and_send(void **state)
{
    (void)state;
    power_fails_in("hold = MailItem.Save after\n", L"crash after Save",
        &(struct left){.drafts = 1, .files = 1, .state = obJobQueued});
}

static void a_mail_leaves_once_after_a_crash_just_before_send(void **state)
{
    (void)state;
    power_fails_in("hold = MailItem.Send before\n", L"crash before Send",
        &(struct left){.drafts = 1, .files = 1, .state = obJobSending});
}

static void a_mail_leaves_once_after_a_crash_right_after_send(void **state)
{
    (void)state;
    power_fails_in("hold = MailItem.Send after\nspooler-delay-ms = 600000\n", L"crash after Send",
        &(struct left){.outbox = 1, .files = 1, .state = obJobSending});
}

static void a_mail_with_attachments_leaves_whole_after_a_crash(void **state)
{
    const WCHAR *subject = L"crash with file";
    WCHAR arguments[600];
    struct ob_arrivals arrivals;
    char sha256[65];

    (void)state;
    ob_control("hold = Attachments.Add after\n");
    swprintf(arguments, ARRAYSIZE(arguments), L"send \"%ls\" \"%ls\"", subject,
        ob_write_file(ob_file_path(L"kept.txt"), "kept through a crash", 20));
    ob_run_self(arguments);
    assert_true(DeleteFileW(ob_file_path(L"kept.txt")));
    ob_wait_held();
    ob_log_off();
    ob_control("");
    ob_log_on();
    expect_sent_once(subject);
    ob_read_mails(&arrivals);
    ob_sha256("kept through a crash", 20, sha256);
    assert_int_equal(ob_mail_with(&arrivals, subject)->attachment_count, 1);
    assert_string_equal(ob_mail_with(&arrivals, subject)->attachments[0].sha256, sha256);
    ob_free_mails(&arrivals);
}

static void a_mail_that_stands_in_the_outbox_leaves_once_after_a_crash(void **state)
{
    (void)state;
    ob_control("spooler-delay-ms = 600000\n");
    send_in_child(L"send", L"crash in Outbox");
    ob_run_self(L"wait-submitted");
    ob_log_off();
    expect_left(L"crash in Outbox", &(struct left){.outbox = 1, .files = 1, .state = obJobSubmitted}, delivered);
    ob_control("");
    ob_log_on();
    ob_wait_delivered(delivered + 1);
    expect_sent_once(L"crash in Outbox");
}

/* Only the broker crashes. The next one, started by hand since Wine would not activate it, finds the Outlook that was
 * given the mail, and ends by itself when nothing is left to do. */
static void broker_crashes_in(const char *control, const WCHAR *subject, const struct left *left)
{
    HANDLE broker;

    ob_control(control);
    send_in_child(L"send", subject);
    ob_wait_held();
    ob_kill(OB_BROKER_IMAGE);
    expect_left(subject, left, delivered);
    broker = ob_start_broker(L"-Embedding");
    ob_control("");
    ob_wait_delivered(delivered + 1);
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    ob_log_off();
    expect_sent_once(subject);
}

static void a_mail_leaves_once_when_only_the_broker_crashes_after_save(void **state)
{
    (void)state;
    broker_crashes_in("hold = MailItem.Save after\n", L"broker crash after Save",
        &(struct left){.drafts = 1, .files = 1, .state = obJobQueued});
}

static void a_mail_leaves_once_when_only_the_broker_crashes_in_send(void **state)
{
    (void)state;
    broker_crashes_in("hold = MailItem.Send before\n", L"broker crash in Send",
        &(struct left){.drafts = 1, .files = 1, .state = obJobSending});
}

static void a_mail_leaves_once_when_only_the_broker_crashes_after_send(void **state)
{
    (void)state;
    broker_crashes_in("hold = MailItem.Send after\n", L"broker crash after Send",
        &(struct left){.outbox = 1, .files = 1, .state = obJobSending});
}

static void a_mail_leaves_once_when_only_outlook_crashes_after_save(void **state)
{
    (void)state;
    ob_control("hold = MailItem.Save after\n");
    send_in_child(L"send", L"Outlook crash");
    ob_wait_held();
    /* Before: the broker goes on at once. */
    expect_left(L"Outlook crash", &(struct left){.drafts = 1, .files = 1, .state = obJobQueued}, delivered);
    ob_kill(OB_SANDBOX_IMAGE);
    ob_control("");
    ob_wait_delivered(delivered + 1);
    expect_sent_once(L"Outlook crash");
}

static void twenty_mails_leave_once_each_through_three_crashes(void **state)
{
    struct ob_arrivals arrivals;

    (void)state;
    ob_control("spooler-delay-ms = 100\n");
    ob_run_self(L"twenty");
    for (unsigned i = 1; i <= 3; i++)
    {
        /* Whatever each is doing then. */
        ob_wait_for_files(ob_sandbox_path(L"sent"), L"*.eml", delivered + i * 3, OB_LONG_MS);
        ob_log_off();
        ob_log_on();
    }
    delivered += 20;
    ob_wait_delivered(delivered);
    ob_run_self(L"twenty again");
    ob_read_mails(&arrivals);
    assert_int_equal(arrivals.count, delivered);
    for (unsigned i = 0; i < 20; i++)
    {
        WCHAR subject[40];

        swprintf(subject, ARRAYSIZE(subject), L"one of twenty %u", i);
        ob_mail_with(&arrivals, subject);
    }
    ob_free_mails(&arrivals);
    ob_control("");
}

static void a_mail_leaves_though_its_caller_ended_right_after_the_call(void **state)
{
    (void)state;
    send_in_child(L"send-and-die", L"caller is gone");
    ob_wait_delivered(delivered + 1);
    expect_sent_once(L"caller is gone");
}

static void a_caller_that_died_and_a_broker_that_crashed_lose_nothing(void **state)
{
    (void)state;
    ob_control("hold = Application.CreateItem before\n");
    send_in_child(L"send-and-die", L"both are gone");
    ob_log_off();
    expect_left(L"both are gone", &(struct left){.files = 1, .state = obJobQueued}, delivered);
    ob_control("");
    ob_log_on();
    ob_wait_delivered(delivered + 1);
    expect_sent_once(L"both are gone");
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_that_outlook_was_not_given_leaves_after_a_crash_and_a_log_on),
        cmocka_unit_test(a_mail_leaves_once_after_a_crash_before_save),
        cmocka_unit_test(a_mail_leaves_once_after_a_crash_between_save_and_send),
        cmocka_unit_test(a_mail_leaves_once_after_a_crash_just_before_send),
        cmocka_unit_test(a_mail_leaves_once_after_a_crash_right_after_send),
        cmocka_unit_test(a_mail_with_attachments_leaves_whole_after_a_crash),
        cmocka_unit_test(a_mail_that_stands_in_the_outbox_leaves_once_after_a_crash),
        cmocka_unit_test(a_mail_leaves_once_when_only_the_broker_crashes_after_save),
        cmocka_unit_test(a_mail_leaves_once_when_only_the_broker_crashes_in_send),
        cmocka_unit_test(a_mail_leaves_once_when_only_the_broker_crashes_after_send),
        cmocka_unit_test(a_mail_leaves_once_when_only_outlook_crashes_after_save),
        cmocka_unit_test(twenty_mails_leave_once_each_through_three_crashes),
        cmocka_unit_test(a_mail_leaves_though_its_caller_ended_right_after_the_call),
        cmocka_unit_test(a_caller_that_died_and_a_broker_that_crashed_lose_nothing),
    };

    if (argc > 1) return client_main(argc, argv);
    return cmocka_run_group_tests(tests, ob_begin_without_com, NULL);
}

/* delivery_crash_test.c - the broker ends between any two steps of a mail's way, and the mail leaves once: the rows of
 * docs/delivery.md, each with a point at which the test build ends. What stands on disk and in Outlook at that moment
 * is looked at before the next start. Each client is a process of its own, this program once more (see
 * ob_first_at_rpcss). */
#include "left.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define FILE_TEXT "kept through a crash"

static unsigned delivered; /* so far, by all tests */

/* --- the clients */

static VARIANT the_file(void)
{
    return ob_text(ob_write_file(ob_file_path(L"crash.txt"), FILE_TEXT, sizeof(FILE_TEXT) - 1));
}

/* Sends with a key and a file. The broker may end in the call: then the client does what a client does, and asks again
 * under the same key; by then nothing ends the broker any more. */
static void client_send(const WCHAR *subject)
{
    VARIANT file = the_file();
    struct ob_mail mail = {
        .to = L"a@example.com", .subject = subject, .body = L"b", .key = subject, .attachments = &file};
    IObSession *session = ob_session();
    IObJob *job = NULL;

    ob_try_send(session, &mail, &job);
    if (job) IObJob_Release(job);
    IObSession_Release(session);
}

/* The same call again leads to one job, which is sent, and nothing is left over. */
static void client_expect(const WCHAR *subject, unsigned count)
{
    VARIANT file = the_file();
    struct ob_mail mail = {
        .to = L"a@example.com", .subject = subject, .body = L"b", .key = subject, .attachments = &file};
    IObSession *session = ob_session();
    IObJob *job = ob_send(session, &mail);
    struct ob_arrivals arrivals;

    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_expect_counts(session, 0, 0, (LONG)count, 0, 0);
    ob_read_mails(&arrivals);
    assert_int_equal(ob_mail_with(&arrivals, subject)->attachment_count, 1);
    ob_free_mails(&arrivals);
    assert_int_equal(ob_count_delivered(), count);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Outbox\\*.item")), 0);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
    IObSession_Release(session);
    VariantClear(&file);
}

/* The job of this key, as long as it waits. */
static void client_cancel(const WCHAR *subject)
{
    VARIANT file = the_file();
    struct ob_mail mail = {
        .to = L"a@example.com", .subject = subject, .body = L"b", .key = subject, .attachments = &file};
    IObSession *session = ob_session();
    IObJob *job = ob_send(session, &mail);

    ob_assert_ok(IObJob_Cancel(job));
    IObJob_Release(job);
    IObSession_Release(session);
    VariantClear(&file);
}

/* The call again leads to the job that nobody knows the end of: it is not sent by that either. */
static void client_unknown(const WCHAR *subject, unsigned sent)
{
    VARIANT file = the_file();
    struct ob_mail mail = {
        .to = L"a@example.com", .subject = subject, .body = L"b", .key = subject, .attachments = &file};
    IObSession *session = ob_session();
    IObJob *job = ob_send(session, &mail);

    ob_expect_state(job, obJobUnknown);
    assert_int_equal(ob_attempts_of(job), 1);
    IObJob_Release(job);
    ob_expect_counts(session, 0, 0, (LONG)sent, 0, 1);
    IObSession_Release(session);
    VariantClear(&file);
}

static void client_good(const WCHAR *subject)
{
    IObSession *session = ob_session();

    ob_expect_good_mail(session, subject);
    IObSession_Release(session);
}

static int client_main(int argc, WCHAR **argv)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (!wcscmp(argv[1], L"expect"))
        client_expect(argv[2], wcstoul(argv[3], NULL, 10));
    else if (!wcscmp(argv[1], L"cancel"))
        client_cancel(argv[2]);
    else if (!wcscmp(argv[1], L"unknown"))
        client_unknown(argv[2], wcstoul(argv[3], NULL, 10));
    else if (!wcscmp(argv[1], L"good"))
        client_good(argv[2]);
    else
        client_send(argc > 2 ? argv[2] : L"");
    return 0;
}

/* --- the rows */

static void run_client(const WCHAR *verb, const WCHAR *subject, unsigned count)
{
    WCHAR arguments[300];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls \"%ls\" %u", verb, subject, count);
    ob_run_self(arguments);
}

/* The broker ends at the point; then all else ends too, the user logs on, and the mail leaves. accepted: also without
 * any client. */
static void ends_at(const WCHAR *point, const char *control, const struct left *left, bool accepted)
{
    ob_log_off();
    ob_control(control);
    ob_fail_at(point);
    run_client(L"send", point, 0);
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "the broker does not pass %s", ob_utf8(point));
    expect_left(point, left, delivered);
    ob_fail_at(NULL);
    ob_log_off();
    ob_control("");
    if (accepted)
    {
        ob_log_on();
        ob_wait_delivered(delivered + 1);
    }
    run_client(L"expect", point, ++delivered);
}

static const char stays[] = "spooler-delay-ms = 600000\n";

static void a_crash_before_the_commit_accepts_nothing_and_the_repeated_call_sends_once(void **state)
{
    (void)state;
    ends_at(L"accept-spooled", "", &(struct left){.files = 1, .state = no_row}, false);
    ends_at(L"accept-written", "", &(struct left){.files = 1, .state = no_row}, false);
}

static void a_crash_after_the_commit_and_before_the_answer_sends_once_without_any_client(void **state)
{
    (void)state;
    ends_at(L"accept-committed", "", &(struct left){.files = 1, .state = obJobQueued}, true);
}

static void a_crash_with_the_draft_made_and_nothing_committed_sends_that_draft(void **state)
{
    (void)state;
    ends_at(L"draft-made", "", &(struct left){.drafts = 1, .files = 1, .state = obJobQueued}, true);
}

/* Outlook cannot be had at the next start: the job waits, and is cancelled; later the draft goes. */
static void a_draft_whose_job_is_cancelled_after_a_crash_is_deleted_once_outlook_is_there(void **state)
{
    ULONGLONG end = GetTickCount64() + 2 * OB_LONG_MS;

    (void)state;
    ob_log_off();
    ob_control("");
    ob_fail_at(L"draft-made");
    run_client(L"send", L"taken back", 0);
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "the broker does not pass draft-made");
    ob_fail_at(NULL);
    ob_log_off();
    ob_control("fail = 0x80080005 at start\n");
    run_client(L"cancel", L"taken back", 0);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 1);
    ob_log_off();
    ob_control("");
    run_client(L"good", L"after what was taken back", ++delivered);
    while (ob_count_files(ob_sandbox_path(L"Drafts\\*.item")) && GetTickCount64() < end)
        Sleep(20);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
    assert_int_equal(ob_count_delivered(), delivered);
}

static void a_crash_after_sending_was_committed_sends_the_draft(void **state)
{
    (void)state;
    ends_at(L"sending-committed", "", &(struct left){.drafts = 1, .files = 1, .state = obJobSending}, true);
}

static void a_crash_after_send_returned_finds_the_mail_in_the_outbox(void **state)
{
    (void)state;
    ends_at(L"send-returned", stays, &(struct left){.outbox = 1, .files = 1, .state = obJobSending}, true);
}

static void a_crash_around_the_commit_of_submitted_finds_the_mail_in_the_outbox(void **state)
{
    (void)state;
    ends_at(L"submitted-unwritten", stays, &(struct left){.outbox = 1, .files = 1, .state = obJobSending}, true);
    ends_at(L"submitted-committed", stays, &(struct left){.outbox = 1, .files = 1, .state = obJobSubmitted}, true);
}

/* In the round in which it was seen to be sent: the message is out, and the row does not say so yet. */
static void a_crash_after_the_copy_was_seen_and_before_its_commit_believes_the_copy(void **state)
{
    ob_log_off();
    ob_control("");
    (void)state;
    ob_fail_at(L"round-unwritten");
    run_client(L"send", L"round-unwritten", 0);
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "no round is written");
    expect_left(L"round-unwritten", &(struct left){.messages = 1, .files = 1, .state = obJobSubmitted}, delivered);
    ob_fail_at(NULL);
    ob_log_off();
    ob_log_on();
    run_client(L"expect", L"round-unwritten", ++delivered);
}

/* Sending, submitted, seen in the Outbox, sent: what is left of the spool goes at the next start. */
static void a_crash_after_any_commit_of_a_step_leaves_nothing_over(void **state)
{
    static const char long_enough_to_be_seen[] = "spooler-delay-ms = 2000\n";

    (void)state;
    ends_at(L"change-committed 1", "", &(struct left){.drafts = 1, .files = 1, .state = obJobSending}, true);
    ends_at(L"change-committed 2", stays, &(struct left){.outbox = 1, .files = 1, .state = obJobSubmitted}, true);
    ends_at(L"change-committed 3", stays, &(struct left){.outbox = 1, .files = 1, .state = obJobSubmitted}, true);
    ends_at(L"change-committed 4", long_enough_to_be_seen,
        &(struct left){.messages = 1, .files = 1, .state = obJobSent}, true);
}

/* Two crashes: the first leaves a doubt, the second falls while it is settled. */
static void second_crash(const WCHAR *point, const WCHAR *first, const char *control, const struct left *left)
{
    char *output;

    ob_log_off();
    ob_control(control);
    ob_fail_at(first);
    run_client(L"send", point, 0);
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "the broker does not pass %s", ob_utf8(first));
    ob_log_off();
    ob_fail_at(point);
    ob_run_broker(L"/Run", &output); /* which may itself hear no more of a broker that has ended */
    free(output);
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "the broker does not pass %s", ob_utf8(point));
    expect_left(point, left, delivered);
    ob_fail_at(NULL);
    ob_log_off();
    ob_control("");
    ob_log_on();
    ob_wait_delivered(++delivered);
    run_client(L"expect", point, delivered);
}

static void a_crash_while_a_doubt_is_looked_into_changes_nothing(void **state)
{
    (void)state;
    second_crash(
        L"doubt-looked", L"sending-committed", "", &(struct left){.drafts = 1, .files = 1, .state = obJobSending});
}

static void a_crash_between_the_commit_of_a_resend_and_the_resend_sends_the_draft(void **state)
{
    (void)state;
    second_crash(
        L"resend-committed", L"sending-committed", "", &(struct left){.drafts = 1, .files = 1, .state = obJobSending});
}

static void a_crash_after_a_failed_attempt_was_committed_tries_again_once(void **state)
{
    (void)state;
    ends_at(L"failure-committed", "fail = 0x80040115 at sending once\n",
        &(struct left){.drafts = 1, .files = 1, .state = obJobQueued}, true);
}

static void a_crash_after_an_earlier_draft_was_deleted_makes_it_anew(void **state)
{
    (void)state;
    second_crash(L"earlier-deleted", L"failure-committed", "fail = 0x80040115 at sending once\n",
        &(struct left){.files = 1, .state = obJobQueued});
}

static void lose_what_stands_in_the_outbox(void)
{
    WCHAR path[600];
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(ob_sandbox_path(L"Outbox\\*.item"), &found);

    ob_require(find != INVALID_HANDLE_VALUE, "no mail stands in the Outbox");
    FindClose(find);
    swprintf(path, ARRAYSIZE(path), L"Outbox\\%ls", found.cFileName);
    assert_true(DeleteFileW(ob_sandbox_path(path)));
}

/* The broker ended in Send, and the mail is in no folder: it may be out. The last test: its row stays. */
static void a_crash_in_send_after_which_nothing_is_found_ends_in_unknown_and_is_not_sent_again(void **state)
{
    (void)state;
    ob_log_off();
    ob_control(stays);
    ob_fail_at(L"send-returned");
    run_client(L"send", L"lost in send", 0);
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "the broker does not pass send-returned");
    expect_left(L"lost in send", &(struct left){.outbox = 1, .files = 1, .state = obJobSending}, delivered);
    ob_fail_at(NULL);
    ob_log_off();
    lose_what_stands_in_the_outbox();
    ob_control("");
    ob_log_on();
    run_client(L"unknown", L"lost in send", delivered);
    run_client(L"good", L"after what was lost", ++delivered);
    run_client(L"unknown", L"lost in send", delivered);
    assert_int_equal(ob_count_delivered(), delivered);
    ob_expect_delivered(L"lost in send", 0);
}

static int begin(void **state)
{
    (void)state;
    setvbuf(stdout, NULL, _IONBF, 0);
    ob_quick_settings();
    ob_set(L"IdleSeconds", 2);
    ob_set(L"NoClientSeconds", 2);
    ob_set(L"RetryFirstSeconds", 1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ob_fail_at(NULL);
    ob_control("");
    return 0;
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_before_the_commit_accepts_nothing_and_the_repeated_call_sends_once),
        cmocka_unit_test(a_crash_after_the_commit_and_before_the_answer_sends_once_without_any_client),
        cmocka_unit_test(a_crash_with_the_draft_made_and_nothing_committed_sends_that_draft),
        cmocka_unit_test(a_crash_after_sending_was_committed_sends_the_draft),
        cmocka_unit_test(a_crash_after_send_returned_finds_the_mail_in_the_outbox),
        cmocka_unit_test(a_crash_around_the_commit_of_submitted_finds_the_mail_in_the_outbox),
        cmocka_unit_test(a_crash_after_the_copy_was_seen_and_before_its_commit_believes_the_copy),
        cmocka_unit_test(a_crash_after_any_commit_of_a_step_leaves_nothing_over),
        cmocka_unit_test(a_crash_while_a_doubt_is_looked_into_changes_nothing),
        cmocka_unit_test(a_crash_between_the_commit_of_a_resend_and_the_resend_sends_the_draft),
        cmocka_unit_test(a_crash_after_a_failed_attempt_was_committed_tries_again_once),
        cmocka_unit_test(a_crash_after_an_earlier_draft_was_deleted_makes_it_anew),
        cmocka_unit_test(a_draft_whose_job_is_cancelled_after_a_crash_is_deleted_once_outlook_is_there),
        cmocka_unit_test(a_crash_in_send_after_which_nothing_is_found_ends_in_unknown_and_is_not_sent_again),
    };

    if (argc > 1) return client_main(argc, argv);
    return cmocka_run_group_tests(tests, begin, end);
}

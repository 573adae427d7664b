/* delivery_retry_test.c - a mail's own trouble is tried again after a wait that no setting of the clock lengthens or
 * ends, and Outlook's absence is no attempt; a guard that was shut meanwhile holds a resend back; what stands in the
 * Outbox for too long is told once, until it leaves. The broker's clock is set under way and across a restart. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define DAY_S 86400
#define NETWORK_ERROR "0x80040115"

static IObSession *session;

static void begin_session(DWORD first_s, DWORD life_s)
{
    ob_set(L"RetryFirstSeconds", first_s);
    ob_set(L"RetryLifetimeSeconds", life_s);
    session = ob_session();
}

static void end_session(void)
{
    IObSession_Release(session);
    ob_stop_broker();
    ob_control("");
    ob_set_clock_off(0);
}

static void wait_for_attempts(IObJob *job, LONG count)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    while (ob_attempts_of(job) < count || ob_state_of(job) != obJobQueued)
    {
        ob_require(GetTickCount64() < end, "%ld attempts", ob_attempts_of(job));
        Sleep(20);
    }
}

/* Seconds from now (of this process, whose clock is right) to NextAttemptAt. */
static double next_attempt_in_s(IObJob *job)
{
    VARIANT next;
    SYSTEMTIME local;
    DATE now;

    ob_assert_ok(IObJob_get_NextAttemptAt(job, &next));
    assert_int_equal(V_VT(&next), VT_DATE);
    GetLocalTime(&local);
    SystemTimeToVariantTime(&local, &now);
    return (V_DATE(&next) - now) * DAY_S;
}

static void a_clock_set_ahead_tries_nothing_at_once_and_ends_no_mails_life(void **state)
{
    IObJob *job;
    double in_s;

    (void)state;
    begin_session(600, 3600);
    ob_control("fail = " NETWORK_ERROR " at MailItem.Send once\n");
    job = ob_send_plain(session, L"clock ahead");
    wait_for_attempts(job, 1);
    ob_set_clock_off(DAY_S);
    ob_expect_good_mail(session, L"after the clock was set ahead");
    assert_int_equal(ob_state_of(job), obJobQueued);
    assert_int_equal(ob_attempts_of(job), 1);
    in_s = next_attempt_in_s(job);
    ob_require(in_s > DAY_S && in_s < DAY_S + 610, "next attempt in %d s", (int)in_s);
    ob_assert_ok(IObJob_Cancel(job)); /* so that no later test meets it */
    IObJob_Release(job);
    end_session();
}

/* Each wait is so many times the one before, up to the longest. */
static void a_clock_set_ahead_under_way_does_not_give_a_mail_up_by_age(void **state)
{
    double in_s;
    IObJob *job;

    (void)state;
    ob_set(L"RetryFactor", 5);
    ob_set(L"RetryLongestSeconds", 8);
    begin_session(1, 3600);
    ob_control("fail = " NETWORK_ERROR " at MailItem.Send times 3\n");
    job = ob_send_plain(session, L"clock ahead and failing");
    wait_for_attempts(job, 1);
    ob_set_clock_off(DAY_S);
    wait_for_attempts(job, 2);
    in_s = next_attempt_in_s(job) - DAY_S;
    ob_require(in_s > 2.2 && in_s < 5.5, "the second wait has %d ms left", (int)(in_s * 1000));
    wait_for_attempts(job, 3);
    in_s = next_attempt_in_s(job) - DAY_S;
    ob_require(in_s > 5.1 && in_s < 8.5, "the third wait has %d ms left", (int)(in_s * 1000));
    ob_expect_state(job, obJobSent);
    assert_int_equal(ob_attempts_of(job), 4);
    ob_set(L"RetryFactor", 2);
    ob_set(L"RetryLongestSeconds", 4000);
    IObJob_Release(job);
    end_session();
}

static void a_clock_set_back_holds_no_mail_for_a_day(void **state)
{
    IObJob *job;

    (void)state;
    begin_session(3, 3600);
    ob_control("fail = " NETWORK_ERROR " at MailItem.Send once\n");
    job = ob_send_plain(session, L"clock back");
    wait_for_attempts(job, 1);
    ob_set_clock_off(-DAY_S);
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    end_session();
}

/* Nobody looks at the clock while nothing waits: the mail after it must not be taken for older than it is. */
static void a_clock_set_back_while_nothing_waits_takes_nothing_from_the_next_mails_life(void **state)
{
    IObJob *job;

    (void)state;
    begin_session(1, 3600);
    ob_expect_good_mail(session, L"before the clock was set back");
    Sleep(3000); /* until what follows a delivery is over */
    ob_set_clock_off(-DAY_S);
    ob_control("fail = " NETWORK_ERROR " at MailItem.Send times 2\n");
    job = ob_send_plain(session, L"clock back before it");
    ob_expect_state(job, obJobSent);
    assert_int_equal(ob_attempts_of(job), 3);
    IObJob_Release(job);
    end_session();
}

static void a_clock_set_back_across_a_restart_holds_a_mail_for_the_longest_wait_at_most(void **state)
{
    IObJob *job;
    BSTR id;
    double in_s;

    (void)state;
    begin_session(600, 3600);
    ob_control("fail = " NETWORK_ERROR " at MailItem.Send nth 1\n");
    job = ob_send_plain(session, L"clock back, restart");
    wait_for_attempts(job, 1);
    ob_assert_ok(IObJob_get_Id(job, &id));
    IObJob_Release(job);
    IObSession_Release(session);
    ob_stop_broker();
    ob_set_clock_off(-DAY_S);
    session = ob_session();
    ob_expect_good_mail(session, L"after the restart");
    ob_assert_ok(IObSession_Job(session, id, &job));
    in_s = next_attempt_in_s(job) + DAY_S;
    ob_require(in_s < 4010, "next attempt in %d s", (int)in_s);
    ob_assert_ok(IObJob_Cancel(job));
    SysFreeString(id);
    IObJob_Release(job);
    end_session();
}

static void a_life_that_is_over_ends_a_mail_with_the_attempt_and_the_event_log_hears(void **state)
{
    IObJob *job;
    char *log;

    (void)state;
    begin_session(1, 0);
    ob_control("fail = " NETWORK_ERROR " at MailItem.Send\n");
    job = ob_send_plain(session, L"life over");
    ob_expect_state(job, obJobFailed);
    assert_int_equal(ob_attempts_of(job), 1);
    log = ob_read_file(ob_data_path(L"broker.log"), NULL);
    ob_require(log && strstr(log, "mail-failed"), "no event mail-failed in the log");
    free(log);
    IObJob_Release(job);
    end_session();
}

/* Outlook is started anew for each look at what it left: the mail is as old with that one. */
static void a_mail_that_ends_outlook_in_send_is_given_up_when_its_life_is_over(void **state)
{
    IObJob *job;

    (void)state;
    begin_session(1, 2);
    ob_control("die = at send\n");
    job = ob_send_plain(session, L"ends Outlook for good");
    ob_expect_state(job, obJobFailed);
    assert_int_equal(ob_attempts_of(job), 1);
    ob_assert_hr(ob_error_of(job), OB_E_OUTLOOK_LOST);
    IObJob_Release(job);
    end_session();
}

static void what_waited_for_outlook_goes_at_once_and_without_an_attempt_counted(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"one too many", .body = L"b"};
    IObJob *jobs[5], *refused;

    (void)state;
    ob_set(L"MaxQueuedJobs", ARRAYSIZE(jobs));
    begin_session(600, 0);
    ob_control("fail = 0x80080005 at start times 2\n");
    for (unsigned i = 0; i < ARRAYSIZE(jobs); i++)
        jobs[i] = ob_send_plain(session, L"no Outlook yet");
    ob_assert_hr(ob_try_send(session, &mail, &refused), (HRESULT)OB_E_QUEUE_FULL);
    for (unsigned i = 0; i < ARRAYSIZE(jobs); i++)
    {
        ob_expect_state(jobs[i], obJobSent);
        assert_int_equal(ob_attempts_of(jobs[i]), 1);
        IObJob_Release(jobs[i]);
    }
    ob_set(L"MaxQueuedJobs", 200000);
    end_session();
}

/* The first entry of a folder of the broker's data: leaf, from there on. */
static void first_in(WCHAR path[600])
{
    WIN32_FIND_DATAW found;
    WCHAR pattern[600];
    HANDLE find;

    swprintf(pattern, ARRAYSIZE(pattern), L"%ls\\*", path);
    find = FindFirstFileW(ob_data_path(pattern), &found);
    ob_require(find != INVALID_HANDLE_VALUE, "%s is not there", ob_utf8(path));
    while (found.cFileName[0] == L'.' && FindNextFileW(find, &found))
        ;
    FindClose(find);
    wcscat(wcscat(path, L"\\"), found.cFileName);
}

/* Somebody (a scanner, a backup) has the spooled file open when delivery comes to it. */
static void a_held_spool_file_puts_the_mail_off_and_no_more(void **state)
{
    VARIANT file = ob_text(ob_write_file(ob_file_path(L"held.txt"), "held", 4));
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"held file", .body = L"b", .attachments = &file};
    WCHAR path[600] = L"spool";
    IObJob *first, *job;
    HANDLE held;

    (void)state;
    begin_session(1, 3600);
    ob_control("hold = MailItem.Send before\n");
    first = ob_send_plain(session, L"goes before the held file");
    ob_wait_held();
    job = ob_send(session, &mail);
    first_in(path);
    first_in(path);
    wcscpy(path, ob_data_path(path));
    held = CreateFileW(path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    ob_require(held != INVALID_HANDLE_VALUE, "%s: %lu", ob_utf8(path), GetLastError());
    ob_control("");
    wait_for_attempts(job, 1);
    ob_wait_for_error(job, OB_E_OUTBOX);
    CloseHandle(held);
    ob_expect_state(first, obJobSent);
    ob_expect_state(job, obJobSent);
    IObJob_Release(first);
    IObJob_Release(job);
    VariantClear(&file);
    end_session();
}

static void a_failure_that_cannot_be_written_is_not_tried_again_without_a_pause(void **state)
{
    const char *const failing = "log-calls = on\nfail = " NETWORK_ERROR " at MailItem.Save\n";
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    IObJob *first, *job;
    unsigned drafts;

    (void)state;
    begin_session(1, 3600);
    DeleteFileW(ob_sandbox_path(L"calls.txt"));
    ob_control("log-calls = on\nhold = MailItem.Send before\n");
    first = ob_send_plain(session, L"goes before nothing is written");
    ob_wait_held();
    job = ob_send_plain(session, L"nothing is written");
    ob_let_nothing_be_written(true);
    ob_control(failing);
    while (ob_count_calls("Application.CreateItem") < 2)
    {
        ob_require(GetTickCount64() < end, "the second draft was never begun");
        Sleep(20);
    }
    Sleep(4000); /* for what is not to happen */
    drafts = ob_count_calls("Application.CreateItem");
    ob_require(drafts <= 4, "%u drafts", drafts);
    assert_int_equal(ob_attempts_of(job), 0);
    ob_let_nothing_be_written(false);
    wait_for_attempts(job, 1);
    ob_control("");
    ob_expect_state(first, obJobSent);
    ob_expect_state(job, obJobSent);
    assert_int_equal(ob_attempts_of(first), 1);
    IObJob_Release(first);
    IObJob_Release(job);
    end_session();
}

/* Outlook dies before Send; meanwhile a policy forbids to send. */
static void a_draft_is_not_sent_again_while_the_guard_forbids_it(void **state)
{
    IObJob *job;

    (void)state;
    begin_session(1, 3600);
    ob_control("hold = MailItem.Send before\nlog-calls = on\n");
    job = ob_send_plain(session, L"guarded resend");
    ob_wait_held();
    ob_forbid_sending(true);
    ob_kill(OB_SANDBOX_IMAGE);
    DeleteFileW(ob_sandbox_path(L"calls.txt"));
    ob_control("log-calls = on\n");
    ob_wait_for_error(job, OB_E_GUARD_DENIED);
    {
        char *calls = ob_read_file(ob_sandbox_path(L"calls.txt"), NULL);

        ob_require(!calls || !strstr(calls, "MailItem.Send "), "Outlook was asked to send");
        free(calls);
    }
    assert_int_equal(ob_state_of(job), obJobSending);
    ob_forbid_sending(false);
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    end_session();
}

static unsigned events_of(const char *word)
{
    char *log = ob_read_file(ob_data_path(L"broker.log"), NULL);
    unsigned count = 0;

    for (char *at = log; at && (at = strstr(at, word)); at++)
        count++;
    free(log);
    return count;
}

static void expect_status(HRESULT code, DWORD within_ms)
{
    ULONGLONG end = GetTickCount64() + within_ms;
    HRESULT now;

    while ((now = ob_status_error(session)) != code && GetTickCount64() < end)
        Sleep(50);
    ob_require(now == code, "Status.LastError is %08lX", (unsigned long)now);
}

/* What obctl status says in a line, and that by its exit code something waits. */
static void expect_attention(const char *line)
{
    char *output;

    assert_int_equal(ob_run(L"obctl status", OB_LONG_MS, &output), 1);
    ob_require(strstr(output, line) && strstr(output, "0x8004B009"), "%s", output);
    free(output);
}

/* The time in the Outbox is the monotonic clock's too; the shortest that can be set is a minute. */
static void a_mail_that_stays_in_the_outbox_is_told_once_and_no_more_when_it_left(void **state)
{
    const unsigned before = events_of("mail-stuck");
    IObJob *job;

    (void)state;
    ob_set(L"SubmittedAlertMinutes", 1);
    begin_session(1, 3600);
    ob_control("spooler = off\n");
    job = ob_send_plain(session, L"stuck");
    ob_wait_for_error(job, OB_E_TIMEOUT);
    assert_int_equal(ob_state_of(job), obJobSubmitted);
    expect_status(OB_E_TIMEOUT, OB_LONG_MS);
    expect_attention("On record: 1 submitted.\n");
    assert_int_equal(events_of("mail-stuck"), before + 1);
    ob_control("");
    ob_expect_state(job, obJobSent);
    ob_wait_for_error(job, S_OK);
    expect_status(S_OK, OB_LONG_MS);
    assert_int_equal(events_of("mail-stuck"), before + 1);
    IObJob_Release(job);
    ob_set(L"SubmittedAlertMinutes", 60);
    end_session();
}

/* A fault in Send says nothing of the mail, and that Outlook runs on. */
static void a_mail_whose_send_ended_in_a_fault_is_told_while_that_outlook_runs(void **state)
{
    const unsigned before = events_of("mail-stuck");
    IObJob *job;

    (void)state;
    ob_set(L"SubmittedAlertMinutes", 1);
    begin_session(1, 3600);
    ob_control("fail = 80010105 at MailItem.Send once\n");
    job = ob_send_plain(session, L"a fault in Send");
    expect_status(OB_E_TIMEOUT, 90000);
    assert_int_equal(ob_state_of(job), obJobSending);
    ob_wait_for_error(job, OB_E_TIMEOUT);
    assert_int_equal(events_of("mail-stuck"), before + 1);
    expect_attention("On record: 1 queued.\n");
    ob_kill(OB_SANDBOX_IMAGE);
    ob_expect_state(job, obJobSent);
    expect_status(S_OK, OB_LONG_MS);
    assert_int_equal(events_of("mail-stuck"), before + 1);
    IObJob_Release(job);
    ob_set(L"SubmittedAlertMinutes", 60);
    end_session();
}

static int begin(void **state)
{
    int result = ob_begin(state);

    ob_set_clock_off(0);
    return result;
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        /* First, while nothing else on record gives obctl status its exit code. */
        cmocka_unit_test(a_mail_that_stays_in_the_outbox_is_told_once_and_no_more_when_it_left),
        cmocka_unit_test(a_mail_whose_send_ended_in_a_fault_is_told_while_that_outlook_runs),
        cmocka_unit_test(a_clock_set_ahead_tries_nothing_at_once_and_ends_no_mails_life),
        cmocka_unit_test(a_clock_set_ahead_under_way_does_not_give_a_mail_up_by_age),
        cmocka_unit_test(a_clock_set_back_holds_no_mail_for_a_day),
        cmocka_unit_test(a_clock_set_back_while_nothing_waits_takes_nothing_from_the_next_mails_life),
        cmocka_unit_test(a_clock_set_back_across_a_restart_holds_a_mail_for_the_longest_wait_at_most),
        cmocka_unit_test(a_life_that_is_over_ends_a_mail_with_the_attempt_and_the_event_log_hears),
        cmocka_unit_test(a_mail_that_ends_outlook_in_send_is_given_up_when_its_life_is_over),
        cmocka_unit_test(what_waited_for_outlook_goes_at_once_and_without_an_attempt_counted),
        cmocka_unit_test(a_held_spool_file_puts_the_mail_off_and_no_more),
        cmocka_unit_test(a_failure_that_cannot_be_written_is_not_tried_again_without_a_pause),
        cmocka_unit_test(a_draft_is_not_sent_again_while_the_guard_forbids_it),
    };

    return cmocka_run_group_tests(tests, begin, ob_end);
}

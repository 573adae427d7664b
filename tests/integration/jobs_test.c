/* jobs_test.c - Cancel and Retry in every state of a job: those that the state allows do what they say, the others are
 * refused word for word and change nothing; a job that is taken back while it is delivered ends as the one or the
 * other, never as both; calls that wait for jobs are limited. */
#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define FAR_AHEAD_DAYS 100

enum
{
    most_waiting = 3,
    most_waiting_of_one = 2
};

static int begin(void **state)
{
    int result = ob_begin(state);

    if (result) return result;
    ob_set(L"CopyWaitSeconds", 1);
    ob_set(L"RetryLifetimeSeconds", 0); /* what cannot be sent at once has failed */
    ob_set(L"MaxWaitingCalls", most_waiting);
    ob_set(L"MaxWaitingCallsPerClient", most_waiting_of_one);
    session = ob_session();
    return 0;
}

static int end(void **state)
{
    ob_control("");
    return ob_end_session(state);
}

/* --- a job in each state */

/* Held by the broker until its time has come. */
static IObJob *make_queued(const WCHAR *subject)
{
    VARIANT to = ob_text(L"a@example.com"), text = ob_text(subject), later = {.vt = VT_DATE};
    SYSTEMTIME now;
    IObMail *mail;
    IObJob *job;
    BSTR key = SysAllocString(L"");

    GetLocalTime(&now);
    SystemTimeToVariantTime(&now, &V_DATE(&later));
    V_DATE(&later) += FAR_AHEAD_DAYS;
    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_assert_ok(IObMail_put_To(mail, V_BSTR(&to)));
    ob_assert_ok(IObMail_put_Subject(mail, V_BSTR(&text)));
    ob_assert_ok(IObMail_put_DeferredDeliveryTime(mail, later));
    ob_assert_ok(IObMail_Send(mail, key, &job));
    IObMail_Release(mail);
    VariantClear(&to);
    VariantClear(&text);
    SysFreeString(key);
    return job;
}

static IObJob *make_sending(const WCHAR *subject)
{
    IObJob *job;

    ob_control("hold = MailItem.Send before\n");
    job = ob_send_plain(session, subject);
    ob_wait_held();
    return job;
}

static IObJob *make_submitted(const WCHAR *subject)
{
    IObJob *job;

    ob_control("spooler-delay-ms = 600000\n");
    job = ob_send_plain(session, subject);
    ob_wait_for_state(job, obJobSubmitted);
    return job;
}

static IObJob *make_sent(const WCHAR *subject)
{
    IObJob *job = ob_send_plain(session, subject);

    ob_expect_state(job, obJobSent);
    return job;
}

/* Outlook refuses to send, until it is told otherwise. */
static IObJob *make_failed(const WCHAR *subject)
{
    IObJob *job;

    ob_control("guard = send\n");
    job = ob_send_plain(session, subject);
    ob_expect_state(job, obJobFailed);
    return job;
}

static IObJob *make_cancelled(const WCHAR *subject)
{
    IObJob *job = make_queued(subject);

    ob_assert_ok(IObJob_Cancel(job));
    return job;
}

static WCHAR lost_stamp[200]; /* of the mail that make_unknown lost */

static void lose_the_mail(void)
{
    WCHAR path[600];
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(ob_sandbox_path(L"Outbox\\*.item"), &found);
    char *bytes, *stamp;

    ob_require(find != INVALID_HANDLE_VALUE, "no mail stands in the Outbox");
    FindClose(find);
    swprintf(path, ARRAYSIZE(path), L"Outbox\\%ls", found.cFileName);
    wcscpy(path, ob_sandbox_path(path));
    bytes = ob_read_file(path, NULL);
    stamp = bytes ? strstr(bytes, "BillingInformation=") : NULL;
    assert_non_null(stamp);
    stamp += strlen("BillingInformation=");
    swprintf(lost_stamp, ARRAYSIZE(lost_stamp), L"%.*hs", (int)strcspn(stamp, "\r\n"), stamp);
    free(bytes);
    assert_true(DeleteFileW(path));
}

/* Outlook ends right after it was given the mail, and nothing of it is found afterwards. */
static IObJob *make_unknown(const WCHAR *subject)
{
    const unsigned told = ob_count_in_log(L"mail-unknown");
    char *output;
    IObJob *job;

    ob_control("hold = MailItem.Send after\nspooler-delay-ms = 600000\n");
    job = ob_send_plain(session, subject);
    ob_wait_held();
    lose_the_mail(); /* while Outlook is held: the next one must not find it */
    assert_int_equal(ob_state_on_disk(subject), obJobSending);
    ob_kill(OB_SANDBOX_IMAGE);
    ob_control("");
    ob_expect_state(job, obJobUnknown);
    ob_wait_in_log(L"mail-unknown", told + 1);
    assert_int_equal(ob_run(L"obctl status", OB_LONG_MS, &output), 1);
    ob_require(strstr(output, " unknown.") != NULL, "%s", output);
    free(output);
    return job;
}

/* --- every verb in every state */

static const struct state_row
{
    ObJobState state;
    const WCHAR *name;
    IObJob *(*make)(const WCHAR *subject);
    bool may_cancel, may_retry;
} states[] = {
    {obJobQueued, L"queued", make_queued, true, false},
    {obJobSending, L"sending", make_sending, false, false},
    {obJobSubmitted, L"submitted", make_submitted, false, false},
    {obJobSent, L"sent", make_sent, false, false},
    {obJobFailed, L"failed", make_failed, false, true},
    {obJobCancelled, L"cancelled", make_cancelled, false, false},
    {obJobUnknown, L"unknown", make_unknown, true, true},
};

static LONG history_lines(IObJob *job)
{
    VARIANT history;
    LONG last;

    ob_assert_ok(IObJob_get_History(job, &history));
    ob_assert_ok(SafeArrayGetUBound(V_ARRAY(&history), 1, &last));
    VariantClear(&history);
    return last + 1;
}

static void expect_refused(IObJob *job, const struct state_row *row, const WCHAR *verb, const WCHAR *done)
{
    LONG lines = history_lines(job);
    struct ob_answer answer;
    WCHAR expected[400];
    VARIANT id = ob_get(job, L"Id");

    swprintf(expected, ARRAYSIZE(expected),
        L"The job is %ls, so it cannot be %ls. Checked: the state of job %ls. Next: see with obctl job ID what it "
        L"is now: queued and unknown jobs can be cancelled, failed and unknown ones tried again.",
        row->name, done, V_BSTR(&id));
    ob_invoke(job, verb, DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_hr(answer.code, (HRESULT)OB_E_WRONG_STATE);
    ob_assert_text(answer.text, expected);
    ob_assert_text(answer.source, L"OutlookBroker.Session");
    ob_answer_clear(&answer);
    ob_assert_hr(wcscmp(verb, L"Cancel") ? IObJob_Retry(job) : IObJob_Cancel(job), (HRESULT)OB_E_WRONG_STATE);
    assert_int_equal(ob_state_of(job), row->state);
    assert_int_equal(history_lines(job), lines);
    VariantClear(&id);
}

static void verbs_that_a_state_does_not_allow_are_refused_with_the_state_and_change_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(states); i++)
    {
        const struct state_row *row = &states[i];
        unsigned delivered = ob_count_delivered();
        IObJob *job = row->make(row->name);

        assert_int_equal(ob_state_of(job), row->state);
        if (!row->may_cancel) expect_refused(job, row, L"Cancel", L"cancelled");
        if (!row->may_retry) expect_refused(job, row, L"Retry", L"tried again");
        /* What was on its way goes its way, once. */
        ob_control("");
        if (row->state == obJobSending || row->state == obJobSubmitted) ob_expect_state(job, obJobSent);
        if (row->state == obJobSent || row->state == obJobSending || row->state == obJobSubmitted) delivered++;
        assert_int_equal(ob_count_delivered(), delivered);
        IObJob_Release(job);
    }
}

/* The last line of the job's history, with the caller's name taken off its end. */
static void expect_last_line(IObJob *job, ObJobState wanted, const WCHAR *text)
{
    VARIANT history, line, *places;
    WCHAR expected[300];
    LONG last;
    BSTR caller;

    ob_assert_ok(IObSession_get_Caller(session, &caller));
    swprintf(expected, ARRAYSIZE(expected), L"%ls by %ls", text, caller);
    SysFreeString(caller);
    ob_assert_ok(IObJob_get_History(job, &history));
    ob_assert_ok(SafeArrayGetUBound(V_ARRAY(&history), 1, &last));
    ob_assert_ok(SafeArrayGetElement(V_ARRAY(&history), &last, &line));
    ob_assert_ok(SafeArrayAccessData(V_ARRAY(&line), (void **)&places));
    assert_int_equal(V_I4(&places[1]), wanted);
    ob_assert_text(V_BSTR(&places[2]), expected);
    SafeArrayUnaccessData(V_ARRAY(&line));
    VariantClear(&line);
    VariantClear(&history);
}

static void a_queued_or_unknown_job_that_is_cancelled_is_never_sent(void **state)
{
    static IObJob *(*const makers[])(const WCHAR *) = {make_queued, make_unknown};
    static const WCHAR *const subjects[] = {L"taken back", L"taken back though unknown"};

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(makers); i++)
    {
        IObJob *job = makers[i](subjects[i]);
        VARIANT time;

        ob_assert_ok(IObJob_Cancel(job));
        assert_int_equal(ob_state_of(job), obJobCancelled);
        ob_assert_ok(IObJob_get_NextAttemptAt(job, &time));
        assert_int_equal(V_VT(&time), VT_EMPTY);
        ob_assert_ok(IObJob_get_FinishedAt(job, &time));
        assert_int_equal(V_VT(&time), VT_DATE);
        expect_last_line(job, obJobCancelled, L"cancelled");
        ob_expect_state(job, obJobCancelled); /* and Wait returns at once */
        IObJob_Release(job);
    }
    ob_expect_good_mail(session, L"after what was taken back");
    {
        struct ob_arrivals arrivals;

        ob_read_mails(&arrivals);
        for (unsigned i = 0; i < ARRAYSIZE(subjects); i++)
            assert_int_equal(ob_count_with(&arrivals, subjects[i]), 0);
        ob_free_mails(&arrivals);
    }
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
}

static void expect_sent_once_more(IObJob *job, const WCHAR *subject, const WCHAR *old_stamp)
{
    struct ob_arrivals arrivals;

    ob_assert_ok(IObJob_Retry(job));
    ob_expect_state(job, obJobSent);
    assert_int_equal(ob_attempts_of(job), 2);
    ob_assert_ok(ob_error_of(job));
    ob_read_mails(&arrivals);
    if (old_stamp) assert_int_not_equal(wcscmp(ob_mail_with(&arrivals, subject)->stamp, old_stamp), 0);
    assert_true(wcslen(ob_mail_with(&arrivals, subject)->stamp) > 0);
    ob_free_mails(&arrivals);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Outbox\\*.item")), 0);
}

static void a_failed_job_that_is_retried_is_sent_once(void **state)
{
    IObJob *job = make_failed(L"retried after a failure");

    (void)state;
    ob_control("");
    expect_sent_once_more(job, L"retried after a failure", NULL);
    IObJob_Release(job);
}

static void a_failed_job_whose_cause_stays_fails_again_with_its_text(void **state)
{
    IObJob *job = make_failed(L"fails again");
    BSTR before, after;

    (void)state;
    ob_assert_ok(IObJob_get_LastErrorText(job, &before));
    assert_true(SysStringLen(before) > 0);
    ob_assert_ok(IObJob_Retry(job));
    ob_expect_state(job, obJobFailed);
    ob_assert_ok(IObJob_get_LastErrorText(job, &after));
    ob_assert_text(after, before);
    SysFreeString(before);
    SysFreeString(after);
    ob_control("");
    IObJob_Release(job);
}

static void an_unknown_job_that_is_retried_is_sent_once_under_a_new_stamp(void **state)
{
    IObJob *job = make_unknown(L"retried though unknown");

    (void)state;
    assert_true(wcslen(lost_stamp) > 0);
    expect_sent_once_more(job, L"retried though unknown", lost_stamp);
    IObJob_Release(job);
}

/* --- Cancel at the moment of delivery */

enum
{
    race_jobs = 200
};

static void name_race(WCHAR out[40], unsigned i)
{
    swprintf(out, 40, L"raced %u", i);
}

static void send_race(IObJob *jobs[race_jobs])
{
    WCHAR subject[40];

    /* So that they all wait when the race begins. */
    ob_control("hold = Application.CreateItem before\n");
    for (unsigned i = 0; i < race_jobs; i++)
    {
        name_race(subject, i);
        jobs[i] = ob_send_plain(session, subject);
    }
    ob_wait_held();
    ob_control("");
}

static void spin_ms(unsigned ms)
{
    LARGE_INTEGER frequency, end, now;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&end);
    end.QuadPart += frequency.QuadPart * ms / 1000;
    do
        QueryPerformanceCounter(&now);
    while (now.QuadPart < end.QuadPart);
}

/* A moment after the one before it left the queue: when delivery turns to it, or has just done so. TRUE: it was taken
 * back. */
static bool cancel_in_time(IObJob *before, IObJob *job, unsigned moment_ms)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    HRESULT hr;

    while (ob_state_of(before) == obJobQueued && GetTickCount64() < end)
        ;
    spin_ms(moment_ms);
    hr = IObJob_Cancel(job);
    ob_require(hr == S_OK || hr == (HRESULT)OB_E_WRONG_STATE, "Cancel: %08lX", (unsigned long)hr);
    return hr == S_OK;
}

/* Every second job is left alone, so that delivery is at work all the time. */
static void a_job_cancelled_while_it_is_delivered_is_either_sent_or_cancelled(void **state)
{
    static IObJob *jobs[race_jobs];
    static bool taken_back[race_jobs];
    struct ob_arrivals arrivals;
    unsigned cancelled = 0;
    WCHAR subject[40];

    (void)state;
    send_race(jobs);
    for (unsigned i = 1; i < race_jobs; i += 2)
        taken_back[i] = cancel_in_time(jobs[i - 1], jobs[i], i * 7 % 60);
    for (unsigned i = 0; i < race_jobs; i++)
        ob_expect_state(jobs[i], taken_back[i] ? obJobCancelled : obJobSent);
    ob_expect_good_mail(session, L"after the race");
    ob_read_mails(&arrivals);
    for (unsigned i = 0; i < race_jobs; i++)
    {
        name_race(subject, i);
        cancelled += taken_back[i];
        ob_require(ob_count_with(&arrivals, subject) == !taken_back[i], "\"%s\" arrived %u times, cancelled: %d",
            ob_utf8(subject), ob_count_with(&arrivals, subject), taken_back[i]);
        IObJob_Release(jobs[i]);
    }
    ob_free_mails(&arrivals);
    print_message("%u of %u were cancelled in time\n", cancelled, race_jobs / 2);
    ob_require(
        cancelled > 0 && cancelled < race_jobs / 2, "%u of %u were cancelled: no race", cancelled, race_jobs / 2);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
}

/* --- how many calls may wait */

/* Who looks whether there is room (expect_no_room) takes it for a moment. */
static DWORD WINAPI wait_long(void *context)
{
    ObJobState now = obJobQueued;
    IObJob *job = context;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    while (IObJob_Wait(job, ob_long(600000), &now) == (HRESULT)OB_E_BUSY)
        Sleep(20);
    CoUninitialize();
    return now;
}

/* Another client that waits, until the job is cancelled. */
static int client_wait(const WCHAR *id)
{
    BSTR text = SysAllocString(id);
    IObSession *own;
    IObJob *job;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    own = ob_session();
    ob_assert_ok(IObSession_Job(own, text, &job));
    return wait_long(job) != obJobCancelled;
}

/* Waits until a call of this kind is refused since so many wait. */
static void expect_no_room(void *object, const WCHAR *member, unsigned limit)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    VARIANT moment = ob_long(200);
    struct ob_answer answer;
    WCHAR expected[300];
    bool refused;

    swprintf(expected, ARRAYSIZE(expected),
        L"Too many calls are waiting in the broker. Checked: %u calls wait, and the limit is %u. Next: wait for fewer "
        L"jobs at once, or ask for State in place of Wait.",
        limit, limit);
    do
    {
        ob_invoke(object, member, DISPATCH_METHOD, &moment, wcscmp(member, L"Wait") ? 0 : 1, &answer);
        refused = answer.code == (HRESULT)OB_E_BUSY && !wcscmp(answer.text, expected);
        ob_require(refused || GetTickCount64() < end, "%s is answered with %08lX %s", ob_utf8(member),
            (unsigned long)answer.code, answer.text ? ob_utf8(answer.text) : "");
        ob_answer_clear(&answer);
    } while (!refused);
}

static void calls_that_wait_are_limited_and_mail_and_status_are_not(void **state)
{
    IObJob *job = make_queued(L"waited for"), *sent;
    HANDLE threads[most_waiting_of_one], client;
    WCHAR arguments[100];
    IObStatus *status;
    VARIANT id = ob_get(job, L"Id");

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(threads); i++)
        assert_non_null(threads[i] = CreateThread(NULL, 0, wait_long, job, 0, NULL));
    expect_no_room(job, L"Wait", most_waiting_of_one);
    swprintf(arguments, ARRAYSIZE(arguments), L"wait %ls", V_BSTR(&id));
    client = ob_start_self(arguments);
    expect_no_room(job, L"Wait", most_waiting);
    expect_no_room(session, L"Logon", most_waiting);
    sent = ob_send_plain(session, L"though many wait");
    ob_assert_ok(IObSession_get_Status(session, &status));
    IObStatus_Release(status);
    ob_wait_for_state(sent, obJobSent);
    ob_assert_ok(IObJob_Cancel(job));
    assert_int_equal(WaitForMultipleObjects(ARRAYSIZE(threads), threads, TRUE, OB_LONG_MS), WAIT_OBJECT_0);
    for (unsigned i = 0; i < ARRAYSIZE(threads); i++)
        CloseHandle(threads[i]);
    assert_int_equal(ob_wait_exit(client, OB_LONG_MS), 0);
    ob_expect_good_mail(session, L"after many waited");
    IObJob_Release(sent);
    IObJob_Release(job);
    VariantClear(&id);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_cancelled_while_it_is_delivered_is_either_sent_or_cancelled),
        cmocka_unit_test(verbs_that_a_state_does_not_allow_are_refused_with_the_state_and_change_nothing),
        cmocka_unit_test(a_queued_or_unknown_job_that_is_cancelled_is_never_sent),
        cmocka_unit_test(a_failed_job_that_is_retried_is_sent_once),
        cmocka_unit_test(a_failed_job_whose_cause_stays_fails_again_with_its_text),
        cmocka_unit_test(an_unknown_job_that_is_retried_is_sent_once_under_a_new_stamp),
        cmocka_unit_test(calls_that_wait_are_limited_and_mail_and_status_are_not),
    };

    if (argc == 3) return client_wait(argv[2]);
    return cmocka_run_group_tests(tests, begin, end);
}

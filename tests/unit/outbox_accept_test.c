/* outbox_accept_test.c - what was accepted is there, once, whatever comes; what was not accepted is not. That a power
 * cut loses nothing cannot be shown here: outbox_fault_test.c shows that the flush is made before the answer. */
#include "outbox_test.h"
#include "outbox/internal.h"

static const WCHAR child_variable[] = L"OB_TEST_CHILD";

/* The child: accepts one mail with an attachment, writes its id down, and is gone. */
static int accept_and_die(const WCHAR *folder)
{
    struct outbox_text text = plain_text(L"from a process that died");
    struct spool *spool;
    struct outbox *outbox;
    WCHAR id[JOB_ID_SIZE];
    HANDLE file;

    wcscpy(test_folder, folder);
    outbox = open_outbox();
    file = make_file(in_folder(L"given.txt"), "attached", 8);
    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    assert_succeeds(spool_add(spool, file, 8, in_folder(L"given.txt"), NULL, NULL, deadline_never, NULL));
    assert_succeeds(outbox_accept(outbox, &text, spool, deadline_never, id, NULL));
    write_file(in_folder(L"id"), id, sizeof(id));
    TerminateProcess(GetCurrentProcess(), 7);
    return 1;
}

static void run_child(void)
{
    WCHAR program[MAX_PATH], command[MAX_PATH + 2];
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process;
    DWORD code;

    GetModuleFileNameW(NULL, program, MAX_PATH);
    _snwprintf(command, LENGTH(command), L"\"%ls\"", program);
    SetEnvironmentVariableW(child_variable, test_folder);
    assert_true(CreateProcessW(program, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    SetEnvironmentVariableW(child_variable, NULL);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hProcess);
    CloseHandle(process.hThread);
    assert_int_equal(code, 7);
}

static void a_mail_survives_the_end_of_the_process_right_after_its_acceptance(void **state)
{
    struct outbox *outbox;
    struct job_work work;
    LONGLONG next;
    long size;
    WCHAR *id;

    (void)state;
    run_child();
    id = (WCHAR *)(void *)read_whole_file(in_folder(L"id"), &size);
    assert_non_null(id);
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 1);
    assert_succeeds(outbox_next_due(outbox, utc_now_ms(), &work, &next, NULL));
    assert_int_equal(wcscmp(work.id, id), 0);
    assert_int_equal(wcscmp(work.subject, L"from a process that died"), 0);
    assert_true(work.from_before);
    assert_int_equal(work.attachment_count, 1);
    assert_whole(&work.attachments[0]);
    job_work_clear(&work);
    outbox_close(outbox);
    free(id);
}

static void every_text_comes_back_as_it_was(void **state)
{
    const struct outbox_text text = {L"J\x00fcrgen <j@example.com>; b@example.com", L"c@\x65e5\x672c.example",
        L"bcc@example.com", L"Gr\x00fc\x00dfe \xd83d\xde00", L"line\r\n\x0416", L"<p>\x20ac</p>", L"key-\x00e9",
        L"S-1-5-21-7", L"D\xd6M\\us\x00e9r", .importance = OUTBOX_IMPORTANCE_NORMAL};
    struct outbox *outbox = open_outbox();
    struct job_work work;
    struct job_row row;
    WCHAR id[JOB_ID_SIZE], lower[JOB_ID_SIZE];
    enum job_state job;

    (void)state;
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    outbox_close(outbox);
    outbox = open_outbox();
    wcscpy(lower, id);
    _wcslwr(lower);
    assert_succeeds(outbox_read_work(outbox, lower, &work, NULL));
    assert_int_equal(wcscmp(work.id, id), 0);
    assert_int_equal(wcscmp(work.to, text.to), 0);
    assert_int_equal(wcscmp(work.cc, text.cc), 0);
    assert_int_equal(wcscmp(work.bcc, text.bcc), 0);
    assert_int_equal(wcscmp(work.subject, text.subject), 0);
    assert_int_equal(wcscmp(work.body, text.body), 0);
    assert_int_equal(wcscmp(work.html_body, text.html_body), 0);
    assert_int_equal(wcscmp(work.caller_name, text.caller_name), 0);
    assert_int_equal(wcscmp(work.entry_id, L""), 0);
    job_work_clear(&work);
    assert_succeeds(outbox_read(outbox, lower, deadline_never, &row, NULL));
    assert_int_equal(wcscmp(row.id, id), 0);
    assert_int_equal(wcscmp(row.key, text.key), 0);
    assert_int_equal(wcscmp(row.subject, text.subject), 0);
    assert_int_equal(wcscmp(row.caller_sid, text.caller_sid), 0);
    assert_int_equal(wcscmp(row.last_error_text, L""), 0);
    assert_int_equal(row.finished_at, 0);
    assert_in_range(utc_now_ms() - row.submitted_at, 0, 60000);
    job_row_clear(&row);
    assert_succeeds(outbox_read_state(outbox, lower, deadline_never, &job, NULL));
    assert_int_equal(job, job_queued);
    outbox_close(outbox);
}

static void half_a_surrogate_pair_becomes_a_replacement_character_and_harms_nothing_else(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_row row;
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"a\xd83dz", id);
    assert_succeeds(outbox_read(outbox, id, deadline_never, &row, NULL));
    assert_int_equal(wcscmp(row.subject, L"a\xfffdz"), 0);
    job_row_clear(&row);
    outbox_close(outbox);
}

static void a_job_that_is_not_there_has_a_code_and_no_text(void **state)
{
    static const WCHAR *const ids[] = {
        L"{01234567-89AB-CDEF-0123-456789ABCDEF}", L"", L"nonsense", L"{01234567-89AB-CDEF-0123-456789ABCDEF}x"};
    struct outbox *outbox = open_outbox();
    struct error error = {0};
    struct history_row *rows;
    struct job_work work;
    struct job_row row;
    enum job_state job;
    size_t count;

    (void)state;
    for (size_t i = 0; i < LENGTH(ids); i++)
    {
        assert_int_equal(outbox_read(outbox, ids[i], deadline_never, &row, &error), CODE(error_no_such_job));
        assert_null(error.text);
        assert_int_equal(error.code, CODE(error_no_such_job));
        assert_int_equal(outbox_read_state(outbox, ids[i], deadline_never, &job, &error), CODE(error_no_such_job));
        assert_int_equal(
            outbox_history(outbox, ids[i], deadline_never, &rows, &count, &error), CODE(error_no_such_job));
        assert_int_equal(outbox_read_work(outbox, ids[i], &work, &error), CODE(error_no_such_job));
        assert_int_equal(step(outbox, ids[i], job_queued, job_sending, &error), CODE(error_no_such_job));
    }
    outbox_close(outbox);
}

/* --- many at once */

enum
{
    thread_count = 16,
    mails_each = 50
};

struct crowd
{
    struct outbox *outbox;
    WCHAR ids[thread_count][mails_each][JOB_ID_SIZE];
    LONG volatile next_thread, failures;
    LONG volatile changes;
};

static void count_change(void *context, const WCHAR *job_id, enum job_state job)
{
    struct crowd *crowd = context;

    (void)job_id;
    if (job == job_queued) InterlockedIncrement(&crowd->changes);
}

static DWORD WINAPI accept_many(void *context)
{
    struct crowd *crowd = context;
    LONG thread = InterlockedIncrement(&crowd->next_thread) - 1;
    WCHAR subject[64];

    for (int i = 0; i < mails_each; i++)
    {
        struct outbox_text text = plain_text(subject);

        _snwprintf(subject, 64, L"mail %ld of thread %ld", (long)i, (long)thread);
        if (outbox_accept(crowd->outbox, &text, NULL, deadline_never, crowd->ids[thread][i], NULL) != S_OK)
            InterlockedIncrement(&crowd->failures);
    }
    return 0;
}

static void run_threads(LPTHREAD_START_ROUTINE what, void *context, DWORD count)
{
    HANDLE threads[thread_count];

    for (DWORD i = 0; i < count; i++)
        threads[i] = CreateThread(NULL, 0, what, context, 0, NULL);
    WaitForMultipleObjects(count, threads, TRUE, INFINITE);
    for (DWORD i = 0; i < count; i++)
        CloseHandle(threads[i]);
}

static double seconds_since(LARGE_INTEGER begin)
{
    LARGE_INTEGER now, frequency;

    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return (double)(now.QuadPart - begin.QuadPart) / (double)frequency.QuadPart;
}

static void sixteen_threads_share_commits_and_every_mail_is_there_once(void **state)
{
    static struct crowd crowd;
    LARGE_INTEGER begin;
    LONG commits;
    double took;

    (void)state;
    memset(&crowd, 0, sizeof(crowd));
    crowd.outbox = open_with(&test_limits, count_change, &crowd);
    QueryPerformanceCounter(&begin);
    run_threads(accept_many, &crowd, thread_count);
    took = seconds_since(begin);
    commits = crowd.outbox->commits;
    print_message("%d accepts of %d threads: %ld commits, %.2f ms an accept\n", thread_count * mails_each, thread_count,
        (long)commits, took * 1000 / (thread_count * mails_each));
    assert_int_equal(crowd.failures, 0);
    assert_int_equal(crowd.changes, thread_count * mails_each);
    assert_true(commits < thread_count * mails_each / 2);
    outbox_close(crowd.outbox);
    crowd.outbox = open_outbox();
    assert_int_equal(count_of(crowd.outbox, job_queued), thread_count * mails_each);
    for (int thread = 0; thread < thread_count; thread++)
        for (int i = 0; i < mails_each; i++)
        {
            WCHAR subject[64];
            struct job_row row;

            _snwprintf(subject, 64, L"mail %ld of thread %ld", (long)i, (long)thread);
            assert_succeeds(outbox_read(crowd.outbox, crowd.ids[thread][i], deadline_never, &row, NULL));
            assert_int_equal(wcscmp(row.subject, subject), 0);
            job_row_clear(&row);
        }
    outbox_close(crowd.outbox);
}

static void one_accept_alone_is_one_commit(void **state)
{
    enum
    {
        mails = 200
    };
    struct outbox *outbox = open_outbox();
    WCHAR id[JOB_ID_SIZE];
    LARGE_INTEGER begin;

    (void)state;
    accept_plain(outbox, L"warm", id);
    QueryPerformanceCounter(&begin);
    for (int i = 0; i < mails; i++)
        accept_plain(outbox, L"alone", id);
    print_message("one accept alone: %.2f ms\n", seconds_since(begin) * 1000 / mails);
    assert_int_equal(outbox->commits, mails + 1);
    outbox_close(outbox);
}

/* --- limits and deadlines */

static void an_accept_whose_deadline_passes_before_the_writer_takes_it_is_never_written(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_text text = plain_text(L"too late");
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];
    sqlite3 *other = other_connection();
    ULONGLONG begin = clock_now_ms();

    (void)state;
    run_sql(other, "BEGIN IMMEDIATE");
    assert_fails(outbox_accept(outbox, &text, NULL, deadline_in(700), id, &error), CODE(error_timeout_accept), &error,
        L"The deadline of 700 ms");
    assert_in_range(clock_now_ms() - begin, 690, 3000);
    assert_int_equal(wcslen(id), 0);
    run_sql(other, "COMMIT");
    accept_plain(outbox, L"in time", id);
    assert_int_equal(count_of(outbox, job_queued), 1);
    assert_fails(outbox_accept(outbox, &text, NULL, deadline_in(0), id, &error), CODE(error_timeout_accept), &error,
        L"nothing was accepted");
    sqlite3_close(other);
    outbox_close(outbox);
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 1);
    outbox_close(outbox);
}

static void an_accept_waits_for_a_lock_that_goes_in_time(void **state)
{
    static struct crowd crowd;
    sqlite3 *other;
    HANDLE thread;

    (void)state;
    memset(&crowd, 0, sizeof(crowd));
    crowd.outbox = open_outbox();
    other = other_connection();
    run_sql(other, "BEGIN IMMEDIATE");
    thread = CreateThread(NULL, 0, accept_many, &crowd, 0, NULL);
    Sleep(600);
    assert_int_equal(count_of(crowd.outbox, job_queued), 0);
    run_sql(other, "COMMIT");
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    assert_int_equal(crowd.failures, 0);
    assert_int_equal(count_of(crowd.outbox, job_queued), mails_each);
    sqlite3_close(other);
    outbox_close(crowd.outbox);
}

static void a_full_queue_refuses_and_takes_again_when_a_job_is_final(void **state)
{
    const struct outbox_limits limits = {.max_queued_jobs = 2, .max_mail_bytes = 1000000};
    struct outbox *outbox = open_with(&limits, NULL, NULL);
    struct outbox_text text = plain_text(L"third");
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE], again[JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"first", id);
    text.key = L"k";
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    text.key = L"other";
    assert_fails(outbox_accept(outbox, &text, NULL, deadline_never, again, &error), CODE(error_queue_full), &error,
        L"2 jobs wait in it, and the limit is 2.");
    text.key = L"k"; /* not new: answered although the queue is full */
    assert_int_equal(outbox_accept(outbox, &text, NULL, deadline_never, again, &error), S_FALSE);
    assert_int_equal(wcscmp(again, id), 0);
    assert_succeeds(step(outbox, id, job_queued, job_cancelled, &error));
    accept_plain(outbox, L"fourth", id);
    outbox_close(outbox);
}

static void texts_beyond_the_limit_are_refused_with_both_numbers(void **state)
{
    const struct outbox_limits limits = {.max_queued_jobs = 10, .max_mail_bytes = 100};
    struct outbox *outbox = open_with(&limits, NULL, NULL);
    struct outbox_text text = plain_text(L"");
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    text.body = L"1234567890123456789012345678901234567"; /* with To 50 characters */
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    text.subject = L"x";
    assert_fails(outbox_accept(outbox, &text, NULL, deadline_never, id, &error), CODE(error_too_large), &error,
        L"102 bytes together, against the limit of 100 bytes");
    assert_int_equal(count_of(outbox, job_queued), 1);
    outbox_close(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_mail_survives_the_end_of_the_process_right_after_its_acceptance),
        test(every_text_comes_back_as_it_was),
        test(half_a_surrogate_pair_becomes_a_replacement_character_and_harms_nothing_else),
        test(a_job_that_is_not_there_has_a_code_and_no_text),
        test(sixteen_threads_share_commits_and_every_mail_is_there_once),
        test(one_accept_alone_is_one_commit),
        test(an_accept_whose_deadline_passes_before_the_writer_takes_it_is_never_written),
        test(an_accept_waits_for_a_lock_that_goes_in_time),
        test(a_full_queue_refuses_and_takes_again_when_a_job_is_final),
        test(texts_beyond_the_limit_are_refused_with_both_numbers),
    };
    WCHAR folder[MAX_PATH];

    if (GetEnvironmentVariableW(child_variable, folder, MAX_PATH)) return accept_and_die(folder);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

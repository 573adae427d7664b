/* outbox_change_test.c - the steps that a job takes, and which one is due. */
#include "outbox_test.h"
#include "outbox/internal.h"

/* Puts a job into a state without asking the rules. */
static void force_state(sqlite3 *other, const WCHAR *id, enum job_state job)
{
    char sql[128];

    snprintf(sql, sizeof(sql), "UPDATE job SET state = %d WHERE id = '%ls'", (int)job, id);
    run_sql(other, sql);
}

static void every_change_is_held_against_the_rules(void **state)
{
    struct outbox *outbox = open_outbox();
    sqlite3 *other = other_connection();
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"a", id);
    for (int from = 0; from < job_state_count; from++)
        for (int to = 0; to < job_state_count; to++)
        {
            enum job_state now;

            force_state(other, id, (enum job_state)from);
            if (job_state_may_follow((enum job_state)from, (enum job_state)to))
                assert_succeeds(step(outbox, id, (enum job_state)from, (enum job_state)to, &error));
            else
                assert_fails(step(outbox, id, (enum job_state)from, (enum job_state)to, &error),
                    CODE(error_wrong_state), &error, job_state_name((enum job_state)from));
            assert_succeeds(outbox_read_state(outbox, id, deadline_never, &now, NULL));
            assert_int_equal((int)now, job_state_may_follow((enum job_state)from, (enum job_state)to) ? to : from);
        }
    sqlite3_close(other);
    outbox_close(outbox);
}

static void a_change_from_a_state_that_is_over_is_refused_and_says_the_state(void **state)
{
    struct outbox *outbox = open_outbox();
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"a", id);
    assert_succeeds(step(outbox, id, job_queued, job_sending, NULL));
    assert_fails(step(outbox, id, job_queued, job_cancelled, &error), CODE(error_wrong_state), &error,
        L"The job is sending, so it cannot be cancelled.");
    assert_int_equal(count_of(outbox, job_sending), 1);
    assert_int_equal(count_of(outbox, job_cancelled), 0);
    outbox_close(outbox);
}

static void several_changes_are_made_all_or_none(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_change changes[2] = {
        {.from = job_queued, .state = job_sending}, {.from = job_sending, .state = job_submitted}};
    struct error error = {0};
    struct history_row *rows;
    size_t count;

    (void)state;
    accept_plain(outbox, L"a", changes[0].job_id);
    accept_plain(outbox, L"b", changes[1].job_id);
    assert_fails(outbox_change(outbox, changes, 2, &error), CODE(error_wrong_state), &error, L"The job is queued");
    assert_int_equal(count_of(outbox, job_queued), 2);
    assert_succeeds(outbox_history(outbox, changes[0].job_id, deadline_never, &rows, &count, NULL));
    assert_int_equal(count, 1);
    outbox_free_history(rows, count);
    wcscpy(changes[1].job_id, changes[0].job_id);
    assert_succeeds(outbox_change(outbox, changes, 2, &error));
    assert_int_equal(count_of(outbox, job_queued), 1);
    assert_int_equal(count_of(outbox, job_sending), 0);
    assert_int_equal(count_of(outbox, job_submitted), 1);
    outbox_close(outbox);
}

static void only_flagged_fields_are_written(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_change all = {.from = job_queued,
        .state = job_queued,
        .fields = 127,
        .attempts = 3,
        .next_attempt_at = 77,
        .last_error = (HRESULT)0x8004B011,
        .last_error_text = L"M\x00fcll",
        .entry_id = L"00AA",
        .store_id = L"00BB",
        .outlook_process = 0xFFFFFFF0,
        .outlook_started = 0xFEDCBA9876543210,
        .send_returned = TRUE,
        .seen_in_outbox = TRUE};
    struct job_change none = {.from = job_queued, .state = job_queued};
    struct job_change clear = {.from = job_queued, .state = job_queued, .fields = job_set_error | job_set_next_attempt};
    struct job_change remark = {
        .from = job_queued, .state = job_queued, .fields = job_set_error, .last_error_text = L"no copy was seen"};
    struct job_work work;
    struct job_row row;

    (void)state;
    accept_plain(outbox, L"a", all.job_id);
    wcscpy(none.job_id, all.job_id);
    wcscpy(clear.job_id, all.job_id);
    wcscpy(remark.job_id, all.job_id);
    assert_succeeds(outbox_change(outbox, &all, 1, NULL));
    assert_succeeds(outbox_change(outbox, &none, 1, NULL));
    assert_succeeds(outbox_read_work(outbox, all.job_id, &work, NULL));
    assert_int_equal(work.attempts, 3);
    assert_int_equal(work.next_attempt_at, 77);
    assert_int_equal(wcscmp(work.entry_id, L"00AA"), 0);
    assert_int_equal(wcscmp(work.store_id, L"00BB"), 0);
    assert_true(work.outlook_process == all.outlook_process);
    assert_true(work.outlook_started == all.outlook_started);
    assert_true(work.send_returned && work.seen_in_outbox);
    assert_false(work.from_before);
    job_work_clear(&work);
    assert_succeeds(outbox_read(outbox, all.job_id, deadline_never, &row, NULL));
    assert_int_equal(row.last_error, all.last_error);
    assert_int_equal(wcscmp(row.last_error_text, all.last_error_text), 0);
    job_row_clear(&row);
    assert_succeeds(outbox_change(outbox, &clear, 1, NULL));
    assert_succeeds(outbox_read(outbox, all.job_id, deadline_never, &row, NULL));
    assert_int_equal(row.last_error, 0);
    assert_int_equal(wcslen(row.last_error_text), 0);
    assert_int_equal(row.next_attempt_at, 0);
    assert_int_equal(wcscmp(row.entry_id, L"00AA"), 0);
    job_row_clear(&row);
    assert_succeeds(outbox_change(outbox, &remark, 1, NULL));
    assert_succeeds(outbox_read(outbox, all.job_id, deadline_never, &row, NULL));
    assert_int_equal(row.last_error, 0);
    assert_int_equal(wcscmp(row.last_error_text, remark.last_error_text), 0);
    job_row_clear(&row);
    outbox_close(outbox);
}

static void history_tells_every_step_in_order(void **state)
{
    static const struct
    {
        enum job_state from, to;
        LONG attempts;
        const WCHAR *text, *shown;
    } steps[] = {
        {job_queued, job_sending, 1, NULL, L"being handed to Outlook, attempt 1"},
        {job_sending, job_queued, 0, L"Outlook was busy", L"Outlook was busy"},
        {job_queued, job_sending, 2, NULL, L"being handed to Outlook, attempt 2"},
        {job_sending, job_sending, 0, NULL, NULL},
        {job_sending, job_submitted, 0, NULL, L"in Outlook's Outbox"},
        {job_submitted, job_failed, 0, L"it came back", L"it came back"},
        {job_failed, job_queued, 0, NULL, L"waiting for the next attempt"},
        {job_queued, job_unknown, 0, NULL, L"not known whether it was sent"},
        {job_unknown, job_cancelled, 0, NULL, L"cancelled"},
    };
    struct outbox *outbox = open_outbox();
    struct history_row *rows;
    struct job_row row;
    WCHAR id[JOB_ID_SIZE];
    size_t count, at = 1;

    (void)state;
    accept_plain(outbox, L"a", id);
    for (size_t i = 0; i < LENGTH(steps); i++)
    {
        struct job_change change = {.from = steps[i].from,
            .state = steps[i].to,
            .fields = steps[i].attempts ? job_set_attempts : 0,
            .attempts = steps[i].attempts,
            .last_error_text = steps[i].text};

        wcscpy(change.job_id, id);
        assert_succeeds(outbox_change(outbox, &change, 1, NULL));
        assert_succeeds(outbox_read(outbox, id, deadline_never, &row, NULL));
        assert_int_equal(row.finished_at != 0, job_state_final(steps[i].to));
        job_row_clear(&row);
    }
    assert_succeeds(outbox_history(outbox, id, deadline_never, &rows, &count, NULL));
    assert_int_equal(count, LENGTH(steps)); /* one without a change of state, and the first */
    assert_int_equal(wcscmp(rows[0].text, L"accepted"), 0);
    for (size_t i = 0; i < LENGTH(steps); i++)
    {
        if (!steps[i].shown) continue;
        assert_int_equal((int)rows[at].state, (int)steps[i].to);
        assert_int_equal(wcscmp(rows[at].text, steps[i].shown), 0);
        assert_true(rows[at].at >= rows[at - 1].at);
        at++;
    }
    outbox_free_history(rows, count);
    outbox_close(outbox);
}

struct told
{
    int count;
    WCHAR id[JOB_ID_SIZE];
    enum job_state job;
    DWORD thread;
};

static void tell(void *context, const WCHAR *job_id, enum job_state job)
{
    struct told *told = context;

    told->count++;
    wcscpy(told->id, job_id);
    told->job = job;
    told->thread = GetCurrentThreadId();
}

static void what_changed_is_told_once_a_job_before_the_call_returns(void **state)
{
    struct told told = {0};
    struct outbox *outbox = open_with(&test_limits, tell, &told);
    struct job_change changes[2] = {
        {.from = job_queued, .state = job_sending}, {.from = job_sending, .state = job_submitted}};
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"a", id);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.job, job_queued);
    assert_int_not_equal(told.thread, GetCurrentThreadId());
    wcscpy(changes[0].job_id, id);
    wcscpy(changes[1].job_id, id);
    _wcslwr(changes[1].job_id);
    assert_succeeds(outbox_change(outbox, changes, 2, NULL));
    assert_int_equal(told.count, 2);
    assert_int_equal(told.job, job_submitted);
    assert_int_equal(wcscmp(told.id, id), 0);
    assert_int_equal(step(outbox, id, job_queued, job_sending, NULL), CODE(error_wrong_state));
    assert_int_equal(told.count, 2);
    outbox_close(outbox);
}

/* --- what is due */

static void put_off(struct outbox *outbox, const WCHAR *id, LONGLONG until)
{
    struct job_change change = {
        .from = job_queued, .state = job_queued, .fields = job_set_next_attempt, .next_attempt_at = until};

    wcscpy(change.job_id, id);
    assert_succeeds(outbox_change(outbox, &change, 1, NULL));
}

static void assert_due(struct outbox *outbox, LONGLONG now, const WCHAR *id, LONGLONG next)
{
    struct job_work work;
    LONGLONG next_due = -1;
    HRESULT hr = outbox_next_due(outbox, now, &work, &next_due, NULL);

    assert_int_equal(hr, id ? S_OK : S_FALSE);
    assert_int_equal(next_due, next);
    if (id) assert_int_equal(wcscmp(work.id, id), 0);
    job_work_clear(&work);
}

static void the_oldest_that_is_due_comes_first(void **state)
{
    struct outbox *outbox = open_outbox();
    WCHAR ids[4][JOB_ID_SIZE];

    (void)state;
    assert_due(outbox, 1000, NULL, 0);
    for (int i = 0; i < 4; i++)
        accept_plain(outbox, L"a", ids[i]);
    assert_due(outbox, 1000, ids[0], 0);
    put_off(outbox, ids[0], 2000);
    assert_due(outbox, 1999, ids[1], 0);
    assert_due(outbox, 2000, ids[0], 0); /* older than those that were never put off */
    put_off(outbox, ids[1], 1500);
    put_off(outbox, ids[2], 3000);
    assert_succeeds(step(outbox, ids[3], job_queued, job_cancelled, NULL));
    assert_due(outbox, 1000, NULL, 1500);
    assert_due(outbox, 1500, ids[1], 0);
    assert_succeeds(step(outbox, ids[1], job_queued, job_sending, NULL));
    assert_due(outbox, 1500, NULL, 2000);
    put_off(outbox, ids[2], 0);
    assert_due(outbox, 1500, ids[2], 0);
    outbox_close(outbox);
}

/* Two mails, and what another program's hand does to them. */
static void accept_two(struct outbox *outbox, WCHAR ids[2][JOB_ID_SIZE], const char *sql)
{
    sqlite3 *other = other_connection();

    accept_plain(outbox, L"a", ids[0]);
    accept_plain(outbox, L"b", ids[1]);
    run_sql(other, sql);
    sqlite3_close(other);
}

/* Else many that are put off again and again, each older, would keep it waiting. */
static void a_job_that_was_never_put_off_can_be_asked_for_alone(void **state)
{
    struct outbox *outbox = open_outbox();
    WCHAR ids[2][JOB_ID_SIZE];

    (void)state;
    accept_two(outbox, ids, "UPDATE job SET next_attempt_at = 500 WHERE seq = (SELECT min(seq) FROM job)");
    assert_due(outbox, 1000, ids[0], 0);
    assert_due(outbox, 0, ids[1], 0);
    assert_succeeds(step(outbox, ids[1], job_queued, job_failed, NULL));
    assert_due(outbox, 0, NULL, 500);
    outbox_close(outbox);
}

static void a_job_without_its_mail_is_told_as_damaged_and_keeps_no_other_waiting(void **state)
{
    struct outbox *outbox = open_outbox();
    WCHAR ids[2][JOB_ID_SIZE];
    struct job_work work;
    LONGLONG next_due;

    (void)state;
    accept_two(outbox, ids, "DELETE FROM mail WHERE job = (SELECT min(seq) FROM job)");
    assert_succeeds(outbox_next_due(outbox, 1000, &work, &next_due, NULL));
    assert_int_equal(wcscmp(work.id, ids[0]), 0);
    assert_true(work.damaged);
    assert_int_equal(wcscmp(work.caller_name, L"D\\caller"), 0);
    job_work_clear(&work);
    assert_succeeds(step(outbox, ids[0], job_queued, job_failed, NULL));
    assert_succeeds(outbox_next_due(outbox, 1000, &work, &next_due, NULL));
    assert_int_equal(wcscmp(work.id, ids[1]), 0);
    assert_false(work.damaged);
    job_work_clear(&work);
    outbox_close(outbox);
}

static void jobs_in_a_state_come_oldest_first_and_without_texts(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_work *works;
    WCHAR ids[5][JOB_ID_SIZE];
    size_t count;

    (void)state;
    for (int i = 0; i < 5; i++)
        accept_plain(outbox, L"a", ids[i]);
    assert_succeeds(step(outbox, ids[3], job_queued, job_sending, NULL));
    assert_succeeds(outbox_in_state(outbox, job_queued, 3, &works, &count, NULL));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
    {
        assert_int_equal(wcscmp(works[i].id, ids[i]), 0);
        assert_null(works[i].to);
        assert_int_equal(works[i].attachment_count, 0);
        job_work_clear(&works[i]);
    }
    free(works);
    assert_succeeds(outbox_in_state(outbox, job_queued, (size_t)-1, &works, &count, NULL));
    assert_int_equal(count, 4);
    assert_int_equal(wcscmp(works[3].id, ids[4]), 0);
    for (size_t i = 0; i < count; i++)
        job_work_clear(&works[i]);
    free(works);
    assert_succeeds(outbox_in_state(outbox, job_sent, 10, &works, &count, NULL));
    assert_int_equal(count, 0);
    assert_null(works);
    outbox_close(outbox);
}

/* The quickest of many, so that what else the machine does counts little. */
static double milliseconds_of_next_due(struct outbox *outbox)
{
    enum
    {
        rounds = 200
    };
    LARGE_INTEGER begin, end, frequency;
    double best = 1e9;

    QueryPerformanceFrequency(&frequency);
    for (int i = 0; i < rounds; i++)
    {
        struct job_work work;
        LONGLONG next;
        double took;

        QueryPerformanceCounter(&begin);
        assert_true(SUCCEEDED(outbox_next_due(outbox, 5000, &work, &next, NULL)));
        QueryPerformanceCounter(&end);
        job_work_clear(&work);
        took = (double)(end.QuadPart - begin.QuadPart) * 1000 / (double)frequency.QuadPart;
        if (took < best) best = took;
    }
    return best;
}

/* A scan of 20,000 rows takes some 5 ms; a look into the index a twentieth of one. */
static void with_many_queued_jobs_the_next_is_found_as_quickly(void **state)
{
    struct outbox *outbox = open_outbox();
    sqlite3 *other;
    WCHAR id[JOB_ID_SIZE];
    double few, many, put_off_all;

    (void)state;
    accept_plain(outbox, L"a", id);
    few = milliseconds_of_next_due(outbox);
    other = other_connection();
    run_sql(other, "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
                   " INSERT INTO job(id, state, caller_sid, caller_name, key, fingerprint, subject, submitted_at,"
                   " state_since, next_attempt_at) SELECT 'copy ' || i, 0, 'S', 'n', '', x'00', 's', 1, 1,"
                   " i % 3 * 2000 FROM n; INSERT INTO mail(job, recipients, cc, bcc, body, html_body) SELECT seq, '', "
                   "'', '', '', '' FROM job"
                   " WHERE seq > 1; COMMIT");
    many = milliseconds_of_next_due(outbox);
    run_sql(other, "UPDATE job SET next_attempt_at = 9000 + seq");
    put_off_all = milliseconds_of_next_due(outbox);
    sqlite3_close(other);
    print_message(
        "the next due job: %.3f ms of 1, %.3f ms of 20,001, %.3f ms when none is due\n", few, many, put_off_all);
    assert_true(many < 10 * few + 0.5);
    assert_true(put_off_all < 10 * few + 0.5);
    outbox_close(outbox);
}

static void a_reader_in_the_middle_of_its_work_keeps_no_writer_waiting(void **state)
{
    struct outbox *outbox = open_outbox();
    sqlite3 *other;
    WCHAR id[JOB_ID_SIZE];
    struct outbox_text text = plain_text(L"b");

    (void)state;
    accept_plain(outbox, L"a", id);
    other = other_connection();
    run_sql(other, "BEGIN; SELECT count(*) FROM job");
    for (int i = 0; i < 20; i++)
        assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_in(5000), id, NULL));
    run_sql(other, "COMMIT");
    sqlite3_close(other);
    outbox_close(outbox);
}

static long wal_bytes(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data = {0};

    GetFileAttributesExW(in_folder(L"outbox.db-wal"), GetFileExInfoStandard, &data);
    return (long)data.nFileSizeLow;
}

static void the_wal_does_not_grow_for_ever(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_text text = plain_text(L"long");
    WCHAR id[JOB_ID_SIZE], *body = malloc(40001 * sizeof(*body));

    (void)state;
    wmemset(body, L'x', 40000);
    body[40000] = 0;
    text.body = body;
    for (int i = 0; i < 600; i++) /* 24 MB */
        assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    assert_in_range(wal_bytes(), 1, 8 * 1024 * 1024);
    free(body);
    outbox_close(outbox);
}

static void a_stamp_is_opaque_and_the_same_each_time(void **state)
{
    static const WCHAR id[] = L"{01234567-89AB-CDEF-0123-456789ABCDEF}",
                       lower[] = L"{01234567-89ab-cdef-0123-456789abcdef}";
    WCHAR first[STAMP_SIZE], again[STAMP_SIZE];

    (void)state;
    assert_succeeds(job_stamp(id, 1, first));
    assert_int_equal(wcslen(first), 32);
    assert_int_equal(wcsspn(first, L"0123456789ABCDEF"), 32);
    assert_succeeds(job_stamp(lower, 1, again));
    assert_int_equal(wcscmp(first, again), 0);
    assert_succeeds(job_stamp(id, 2, again));
    assert_int_not_equal(wcscmp(first, again), 0);
    assert_succeeds(job_stamp(L"{11234567-89AB-CDEF-0123-456789ABCDEF}", 1, again));
    assert_int_not_equal(wcscmp(first, again), 0);
    assert_int_equal(job_stamp(L"nonsense", 1, again), E_INVALIDARG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(every_change_is_held_against_the_rules),
        test(a_change_from_a_state_that_is_over_is_refused_and_says_the_state),
        test(several_changes_are_made_all_or_none),
        test(only_flagged_fields_are_written),
        test(history_tells_every_step_in_order),
        test(what_changed_is_told_once_a_job_before_the_call_returns),
        test(the_oldest_that_is_due_comes_first),
        test(a_job_that_was_never_put_off_can_be_asked_for_alone),
        test(a_job_without_its_mail_is_told_as_damaged_and_keeps_no_other_waiting),
        test(jobs_in_a_state_come_oldest_first_and_without_texts),
        test(with_many_queued_jobs_the_next_is_found_as_quickly),
        test(a_reader_in_the_middle_of_its_work_keeps_no_writer_waiting),
        test(the_wal_does_not_grow_for_ever),
        test(a_stamp_is_opaque_and_the_same_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

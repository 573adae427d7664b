/* outbox_old_test.c - finished jobs go after their time, a few at a time while accepts go on; what a clock that is
 * wrong for a while must not do; and that neither the file nor its WAL grows for ever. */
#include "outbox_test.h"

#define DAY_MS 86400000LL

enum
{
    many = 20000,
    patience_ms = 100000 /* a hundred steps of 100 ms and more */
};

/* Adds jobs of that state, which ended days ago; keys are "<state>-<number>". */
static void add_ended(enum job_state state, int count, int days)
{
    sqlite3 *other = other_connection();
    char sql[1200];

    snprintf(sql, sizeof(sql),
        "BEGIN;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        " INSERT INTO job(id, state, caller_sid, caller_name, key, fingerprint, subject, submitted_at, state_since,"
        " finished_at) SELECT printf('{%%08d-%04d-4000-8000-%012d}', i), %d, 'S-1', 'D\\caller',"
        " printf('%d-%%d-%d', i), x'00', 'old', t, t, t FROM n, (SELECT 1000 * unixepoch() - %d * %lld AS t);"
        "INSERT INTO mail(job, recipients, cc, bcc, body, html_body)"
        " SELECT seq, 'a@example.com', '', '', printf('%%.*c', 500, 'x'), '' FROM job"
        " WHERE seq NOT IN (SELECT job FROM mail);"
        "INSERT INTO history SELECT seq, 1, submitted_at, state, 'old' FROM job"
        " WHERE seq NOT IN (SELECT job FROM history);"
        "COMMIT",
        count, abs(days), (int)state, (int)state, (int)state, days, days, DAY_MS);
    run_sql(other, sql);
    sqlite3_close(other);
}

/* What the broker has last believed of the clock: so many days before now. */
static void believe(int days_before)
{
    sqlite3 *other = other_connection();
    char sql[200];

    snprintf(sql, sizeof(sql), "UPDATE clock SET doubted = 0, believed = 1000 * unixepoch() - %d * %lld", days_before,
        DAY_MS);
    run_sql(other, sql);
    sqlite3_close(other);
}

static int ask_number(const char *sql)
{
    sqlite3 *other = other_connection();
    sqlite3_stmt *statement;
    int number;

    assert_int_equal(sqlite3_prepare_v2(other, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    number = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(other);
    return number;
}

static void begin_empty(void)
{
    outbox_close(open_outbox());
    believe(0);
}

static LONGLONG file_size(const WCHAR *leaf)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    if (!GetFileAttributesExW(in_folder(leaf), GetFileExInfoStandard, &data)) return -1;
    return ((LONGLONG)data.nFileSizeHigh << 32) | data.nFileSizeLow;
}

static double seconds(void)
{
    LARGE_INTEGER now, frequency;

    QueryPerformanceCounter(&now);
    QueryPerformanceFrequency(&frequency);
    return (double)now.QuadPart / (double)frequency.QuadPart;
}

static double accept_for(struct outbox *outbox, int mails)
{
    const double begin = seconds();
    WCHAR id[JOB_ID_SIZE];

    for (int i = 0; i < mails; i++)
        accept_plain(outbox, L"meanwhile", id);
    return (seconds() - begin) * 1000 / mails;
}

/* Accepts until the old jobs are gone; the mean time of an accept in ms. The longest would be that of the moment in
 * which the machine did something else. */
static double accept_until_removed(struct outbox *outbox, int *accepted)
{
    const deadline until = deadline_in(patience_ms);
    double all = 0;

    *accepted = 0;
    while (count_of(outbox, job_sent) > 0)
    {
        all += 10 * accept_for(outbox, 10);
        *accepted += 10;
        if (!deadline_left(until)) fail_msg("%ld old jobs are left", (long)count_of(outbox, job_sent));
        Sleep(20);
    }
    return *accepted ? all / *accepted : 0;
}

static void old_jobs_go_in_steps_while_accepts_go_on_and_their_place_is_used_again(void **state)
{
    LONGLONG full, again;
    double removing, after, began;
    struct outbox *outbox;
    int accepted;

    (void)state;
    begin_empty();
    add_ended(job_sent, many, 40);
    full = file_size(L"outbox.db");
    began = seconds();
    outbox = open_outbox();
    print_message("opening with %d old jobs: %.0f ms\n", many, (seconds() - began) * 1000);
    assert_true(count_of(outbox, job_sent) > 0);
    began = seconds();
    removing = accept_until_removed(outbox, &accepted);
    print_message("removed in %.1f s, while %d mails were accepted\n", seconds() - began, accepted);
    after = accept_for(outbox, 200);
    print_message("an accept: %.2f ms meanwhile, %.2f ms after\n", removing, after);
    assert_true(accepted >= 100);
    assert_true(removing < 10 * after + 100);
    assert_int_equal(count_of(outbox, job_queued), accepted + 200);
    outbox_close(outbox);
    assert_int_equal(ask_number("SELECT count(*) FROM job WHERE state = 3"), 0);
    assert_int_equal(ask_number("SELECT count(*) FROM mail"), accepted + 200);
    assert_int_equal(ask_number("SELECT count(*) FROM history"), accepted + 200);
    add_ended(job_sent, many, 1);
    again = file_size(L"outbox.db");
    print_message("the file: %ld KB with the old jobs, %ld KB with as many new ones\n", (long)(full / 1024),
        (long)(again / 1024));
    assert_true(again < full + (accepted + 200) * 4096LL);
}

static void at_rest_the_wal_is_empty_and_what_it_held_is_in_the_file(void **state)
{
    const deadline until = deadline_in(60000);
    struct outbox *outbox = open_outbox();

    (void)state;
    accept_for(outbox, 50);
    assert_true(file_size(L"outbox.db-wal") > 0);
    while (file_size(L"outbox.db-wal") > 0)
    {
        if (!deadline_left(until)) fail_msg("the WAL stays at %ld bytes", (long)file_size(L"outbox.db-wal"));
        Sleep(50);
    }
    accept_for(outbox, 1);
    assert_int_equal(count_of(outbox, job_queued), 51);
    outbox_close(outbox);
    assert_int_equal(ask_number("SELECT count(*) FROM job"), 51);
}

/* The clock as it is now is a year ahead of what the broker has seen before. */
static void a_clock_that_leapt_ahead_takes_nothing_away(void **state)
{
    (void)state;
    begin_empty();
    add_ended(job_sent, 5, 40);
    add_ended(job_failed, 5, 40);
    believe(365);
    for (int i = 0; i < 3; i++)
        outbox_close(open_outbox());
    assert_int_equal(ask_number("SELECT count(*) FROM job WHERE key <> ''"), 10);
    believe(1);
    outbox_close(open_outbox());
    assert_int_equal(ask_number("SELECT count(*) FROM job"), 0);
}

/* A failed mail keeps its files for a retry; they go with it. */
static void a_failed_job_goes_with_its_files(void **state)
{
    const WCHAR *const folder = L"spool\\00000005000440008000000000000040-1";
    struct outbox *outbox;

    (void)state;
    begin_empty();
    add_ended(job_failed, 5, 40);
    add_ended(job_unknown, 5, 40);
    outbox_close(open_outbox());
    assert_int_equal(ask_number("SELECT count(*) FROM job"), 0);
    add_ended(job_failed, 5, 40);
    believe(1);
    CreateDirectoryW(in_folder(folder), NULL);
    write_file(in_folder(L"spool\\00000005000440008000000000000040-1\\a.txt"), "a", 1);
    outbox = open_outbox();
    outbox_close(outbox);
    assert_int_equal(ask_number("SELECT count(*) FROM job"), 0);
    assert_int_equal(GetFileAttributesW(in_folder(folder)), INVALID_FILE_ATTRIBUTES);
}

/* A day ahead at both ends makes nothing old that is not. */
static void what_is_not_30_days_old_stays(void **state)
{
    static const int days[] = {0, 1, 29, 31};

    (void)state;
    begin_empty();
    for (size_t i = 0; i < LENGTH(days); i++)
        add_ended(job_cancelled, 3, days[i]);
    add_ended(job_cancelled, 3, 33);
    outbox_close(open_outbox());
    assert_int_equal(ask_number("SELECT count(*) FROM job"), 12);
}

/* A job of the minute in which the clock was a year ahead keeps its place; those after it go all the same. */
static void a_job_that_ended_in_the_future_holds_nothing_up(void **state)
{
    (void)state;
    begin_empty();
    add_ended(job_sent, 1, -365);
    add_ended(job_sent, 7, 60);
    outbox_close(open_outbox());
    assert_int_equal(ask_number("SELECT count(*) FROM job"), 1);
}

static void a_clock_set_back_removes_nothing_and_keeps_the_order_of_history(void **state)
{
    struct outbox *outbox;
    struct history_row *rows;
    WCHAR id[JOB_ID_SIZE];
    sqlite3 *other;
    size_t count;

    (void)state;
    outbox = open_outbox();
    accept_plain(outbox, L"accepted tomorrow", id);
    outbox_close(outbox);
    other = other_connection();
    run_sql(other, "UPDATE job SET submitted_at = submitted_at + 86400000, state_since = state_since + 86400000;"
                   "UPDATE history SET at = at + 86400000; UPDATE clock SET believed = 1000 * unixepoch() + 86400000");
    sqlite3_close(other);
    outbox = open_outbox();
    assert_succeeds(step(outbox, id, job_queued, job_sending, NULL));
    assert_succeeds(step(outbox, id, job_sending, job_sent, NULL));
    outbox_close(outbox);
    outbox = open_outbox();
    assert_succeeds(outbox_history(outbox, id, deadline_never, &rows, &count, NULL));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(rows[i].state, i == 0 ? job_queued : i == 1 ? job_sending : job_sent);
    outbox_free_history(rows, count);
    outbox_close(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(old_jobs_go_in_steps_while_accepts_go_on_and_their_place_is_used_again),
        test(at_rest_the_wal_is_empty_and_what_it_held_is_in_the_file),
        test(a_clock_that_leapt_ahead_takes_nothing_away),
        test(a_failed_job_goes_with_its_files),
        test(what_is_not_30_days_old_stays),
        test(a_job_that_ended_in_the_future_holds_nothing_up),
        test(a_clock_set_back_removes_nothing_and_keeps_the_order_of_history),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

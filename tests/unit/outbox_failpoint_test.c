/* outbox_failpoint_test.c - a play that uses all of the outbox, ended or disturbed at each of its operations on files
 * in turn. Whatever happened, at the next opening every job is in the state that was answered, or in the one that was
 * being written; none is half there, and the spool holds the files of the rows and nothing else.
 *
 * OB_FAILPOINT_SEEDS=N: every operation, with N power cuts each; else a fraction of them, spread over the play, and
 * others each day. OB_FAILPOINT_SEED=N: those of that seed. */
#include "outbox_disk.h"
#include <time.h>

enum
{
    jobs_max = 8,
    points_each = 12,    /* of each kind and beginning, unless all are wanted, */
    time_each_ms = 3000, /* and fewer on a machine that is busy */
    spread = 101         /* a prime: the points come from all over the play */
};

static const struct outbox_limits limits = {.max_queued_jobs = 1000, .max_mail_bytes = 1000000, .kept_days = 30};
static const char content[] = "what is attached, over and over; what is attached, over and over";

struct expected
{
    const WCHAR *subject;
    WCHAR id[JOB_ID_SIZE];
    bool answered;        /* the accept gave S_OK */
    enum job_state state; /* as it was answered */
    unsigned may;         /* bits: what was being written and was not answered with S_OK */
    int files;
};

struct play
{
    struct outbox *outbox;
    struct expected jobs[jobs_max];
    size_t count;
    bool ends; /* what was not answered with S_OK may be there or not: the end, or its like, came in between */
};

/* --- the play */

static struct expected *give(struct play *play, const WCHAR *subject, const WCHAR *key, int files)
{
    struct expected *job = &play->jobs[play->count++];
    struct outbox_text text = plain_text(subject);
    struct spool *spool = NULL;
    HRESULT hr = S_OK;

    *job = (struct expected){.subject = subject, .state = job_queued, .files = files};
    text.key = key;
    if (files) hr = spool_begin(play->outbox, 0, &spool, NULL);
    for (int i = 0; i < files && SUCCEEDED(hr); i++)
        hr = spool_add_bytes(spool, L"file.txt", content, sizeof(content), NULL, NULL, deadline_never, NULL);
    if (SUCCEEDED(hr)) hr = outbox_accept(play->outbox, &text, spool, deadline_never, job->id, NULL);
    job->answered = hr == S_OK;
    spool_drop(spool);
    return job;
}

static void take(struct play *play, struct expected *job, enum job_state to, HRESULT hr)
{
    if (hr == S_OK)
        job->state = to;
    else if (play->ends)
        job->may |= 1u << to;
}

static void go(struct play *play, struct expected *job, enum job_state to)
{
    if (!job->answered || disk.ended) return;
    take(play, job, to, step(play->outbox, job->id, job->state, to, NULL));
}

static void repeat_key(struct play *play, const struct expected *job, const WCHAR *key)
{
    struct outbox_text text = plain_text(job->subject);
    WCHAR id[JOB_ID_SIZE];
    HRESULT hr;

    text.key = key;
    if (!job->answered) return;
    hr = outbox_accept(play->outbox, &text, NULL, deadline_never, id, NULL);
    if (SUCCEEDED(hr) && (hr != S_FALSE || wcscmp(id, job->id))) fail_msg("a key made a second job");
}

static void act(struct play *play)
{
    struct expected *first = give(play, L"first", L"key", 0), *sent = give(play, L"sent", L"", 2);
    struct expected *kept = give(play, L"kept", L"files", 1), *cancelled = give(play, L"cancelled", L"", 1);
    struct spool *unsent;

    repeat_key(play, first, L"key");
    go(play, sent, job_sending);
    go(play, first, job_sending);
    go(play, sent, job_submitted);
    go(play, first, job_failed);
    if (first->state == job_failed && !disk.ended)
        take(play, first, job_queued, outbox_retry(play->outbox, first->id, L"D\\me", deadline_never, NULL));
    go(play, sent, job_sent);
    if (cancelled->answered && !disk.ended)
        take(play, cancelled, job_cancelled, outbox_cancel(play->outbox, cancelled->id, L"", deadline_never, NULL));
    if (SUCCEEDED(spool_begin(play->outbox, 0, &unsent, NULL)))
    {
        spool_add_bytes(unsent, L"never sent.txt", content, 7, NULL, NULL, deadline_never, NULL);
        spool_drop(unsent);
    }
    go(play, kept, job_sending);
    give(play, L"last", L"", 0);
}

static void perform(struct play *play)
{
    struct error error = {0};
    HRESULT hr = outbox_open(test_folder, &limits, NULL, NULL, &play->outbox, &error);

    error_clear(&error);
    if (FAILED(hr)) return;
    act(play);
    outbox_close(play->outbox);
}

/* --- what it begins with */

enum beginning
{
    nothing,
    first_schema, /* to be upgraded, with a job that waits */
    old_jobs,     /* to be removed */
    beginnings
};

static BYTE *begin_with[beginnings];
static long begin_size[beginnings];

static const char to_first_schema[] =
    "DROP TABLE stray; DROP INDEX job_put_off; DROP INDEX job_old; DROP TABLE clock; DROP INDEX job_caller; DROP INDEX "
    "job_state;"
    "ALTER TABLE job DROP COLUMN life_since; ALTER TABLE job DROP COLUMN attempts_before;"
    "ALTER TABLE mail DROP COLUMN categories; ALTER TABLE mail DROP COLUMN reply_to;"
    "ALTER TABLE mail DROP COLUMN on_behalf_of; ALTER TABLE mail DROP COLUMN account;"
    "ALTER TABLE mail DROP COLUMN importance; ALTER TABLE mail DROP COLUMN sensitivity;"
    "ALTER TABLE mail DROP COLUMN read_receipt; ALTER TABLE mail DROP COLUMN deferred_until;"
    "ALTER TABLE mail DROP COLUMN expires_at; ALTER TABLE attachment DROP COLUMN display_name;"
    "ALTER TABLE attachment DROP COLUMN content_id; PRAGMA user_version = 1";

static const char to_old[] = "UPDATE job SET finished_at = finished_at - 40 * 86400000 WHERE finished_at > 0;"
                             "UPDATE clock SET believed = 1000 * unixepoch()";

static void make_beginning(enum beginning beginning, const char *sql)
{
    struct outbox *outbox = open_outbox();
    WCHAR id[JOB_ID_SIZE];
    sqlite3 *other;

    accept_plain(outbox, L"before", id);
    for (int i = 0; i < 5; i++)
    {
        accept_plain(outbox, L"old", id);
        assert_succeeds(step(outbox, id, job_queued, job_cancelled, NULL));
    }
    outbox_close(outbox);
    other = other_connection();
    run_sql(other, sql);
    sqlite3_close(other);
    begin_with[beginning] = read_whole_file(in_folder(L"outbox.db"), &begin_size[beginning]);
}

static int make_beginnings(void **state)
{
    if (disk_begin()) return -1;
    for (enum beginning beginning = first_schema; beginning < beginnings; beginning++)
    {
        if (folder_make(state)) return -1;
        make_beginning(beginning, beginning == first_schema ? to_first_schema : to_old);
        folder_end(state);
    }
    return 0;
}

/* --- what is then found */

static void found_job(sqlite3 *db, const struct expected *job, bool ends, const char *when)
{
    char sql[400];
    sqlite3_stmt *statement;
    int there, state = 0, parts = 0;

    snprintf(sql, sizeof(sql),
        "SELECT state, (SELECT count(*) FROM attachment WHERE job = seq) + 100 * (SELECT count(*) FROM mail WHERE"
        " job = seq) + 1000 * ((SELECT count(*) FROM history WHERE job = seq) > 0) FROM job WHERE subject = '%ls'",
        job->subject);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    there = sqlite3_step(statement) == SQLITE_ROW;
    if (there)
    {
        state = sqlite3_column_int(statement, 0);
        parts = sqlite3_column_int(statement, 1);
        if (sqlite3_step(statement) == SQLITE_ROW) fail_msg("%s: %ls is there twice", when, job->subject);
    }
    sqlite3_finalize(statement);
    if (job->answered && !there) fail_msg("%s: %ls is lost", when, job->subject);
    if (there && parts != 1100 + job->files) fail_msg("%s: %ls is half there: %d", when, job->subject, parts);
    if (there && !job->answered && !ends) fail_msg("%s: %ls was refused, and is there", when, job->subject);
    if (there && state != (int)job->state && !(job->may & 1u << state))
        fail_msg("%s: %ls is in state %d", when, job->subject, state);
}

static int rows_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement;
    int rows = 0;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
        rows++;
    sqlite3_finalize(statement);
    return rows;
}

static void found_files(sqlite3 *db, const char *when)
{
    static const char wanted[] = "SELECT spool_path FROM attachment JOIN job ON seq = attachment.job"
                                 " WHERE state NOT IN (3, 5)";
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(in_folder(L"spool\\*-*"), &found);
    sqlite3_stmt *statement;
    int folders = 0;

    assert_int_equal(sqlite3_prepare_v2(db, wanted, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW)
    {
        WCHAR path[MAX_PATH];
        BYTE *bytes;
        long size;

        _snwprintf(path, MAX_PATH, L"spool\\%hs", (const char *)sqlite3_column_text(statement, 0));
        bytes = read_whole_file(in_folder(path), &size);
        if (size != sizeof(content) || memcmp(bytes, content, sizeof(content)))
            fail_msg("%s: %ls has %ld bytes, or others", when, path, size);
        free(bytes);
    }
    sqlite3_finalize(statement);
    if (find != INVALID_HANDLE_VALUE)
    {
        do
            folders++;
        while (FindNextFileW(find, &found));
        FindClose(find);
    }
    if (folders != rows_of(db, wanted)) fail_msg("%s: the spool has %d folders", when, folders);
}

static void found_all(const struct play *play, enum beginning beginning, const char *when)
{
    struct outbox *outbox = NULL;
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];
    sqlite3 *db;

    if (FAILED(outbox_open(test_folder, &limits, NULL, NULL, &outbox, &error)))
        fail_msg("%s: it does not open: %ls", when, error.text);
    db = other_connection();
    if (rows_of(db, "SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok'"))
        fail_msg("%s: the file is damaged", when);
    if (beginning != nothing && rows_of(db, "SELECT 1 FROM job WHERE subject = 'before' AND state = 0") != 1)
        fail_msg("%s: what waited before is gone", when);
    for (size_t i = 0; i < play->count; i++)
        found_job(db, &play->jobs[i], play->ends, when);
    found_files(db, when);
    accept_plain(outbox, L"afterwards", id);
    sqlite3_close(db);
    outbox_close(outbox);
}

/* --- the plays */

struct kind
{
    const char *name;
    bool ends, power, stays;
    DWORD code;
};

static int plays;
static unsigned long seed_of_points; /* of those that are tried where not all are */

/* One play; how many operations it had. */
static LONG run(const struct kind *kind, enum beginning beginning, LONG at, unsigned seed)
{
    struct play play = {.ends = kind && (kind->ends || kind->stays)};
    char when[100];
    LONG operations;

    folder_end(NULL);
    assert_int_equal(folder_make(NULL), 0);
    if (begin_with[beginning])
        write_file(in_folder(L"outbox.db"), begin_with[beginning], (size_t)begin_size[beginning]);
    disk_start(seed);
    if (kind && kind->ends)
        disk.end_at = at;
    else if (kind)
    {
        disk.code = kind->code;
        disk.stays = kind->stays;
        disk.fail_at = at;
    }
    perform(&play);
    operations = disk.operations;
    disk_settle(kind && kind->power);
    snprintf(when, sizeof(when), "%s at %ld of beginning %d, seed %u", kind ? kind->name : "no end", (long)at,
        (int)beginning, seed);
    found_all(&play, beginning, when);
    plays++;
    return operations;
}

static void run_all(const struct kind *kind, unsigned seeds)
{
    const bool all = getenv("OB_FAILPOINT_SEEDS") != NULL;
    const ULONGLONG begun = clock_now_ms();

    plays = 0;
    for (enum beginning beginning = nothing; beginning < beginnings; beginning++)
    {
        const deadline until = all ? deadline_never : deadline_in(time_each_ms);
        LONG operations = run(NULL, beginning, 0, 1), points = all ? operations + 1 : points_each;

        assert_true(operations > 50);
        for (LONG i = 0; i < points && deadline_left(until); i++)
            for (unsigned seed = 0; seed < seeds; seed++)
            {
                ULONGLONG step = all ? (ULONGLONG)i : (seed_of_points * points_each + (ULONGLONG)i) * spread;
                LONG at = 1 + (LONG)(step % (ULONGLONG)(operations + 1));

                run(kind, beginning, at, (unsigned)at + 1000 * seed);
            }
        print_message("%s: beginning %d has %ld operations\n", kind->name, (int)beginning, (long)operations);
    }
    print_message("%s: %d plays in %.1f s\n", kind->name, plays, (double)(clock_now_ms() - begun) / 1000);
}

static void a_process_that_ends_at_any_operation_loses_nothing(void **state)
{
    static const struct kind kind = {.name = "the process ends", .ends = true};

    (void)state;
    run_all(&kind, 1);
}

static void a_power_cut_at_any_operation_loses_nothing(void **state)
{
    static const struct kind kind = {.name = "the power ends", .ends = true, .power = true};
    const char *wanted = getenv("OB_FAILPOINT_SEEDS");

    (void)state;
    run_all(&kind, wanted ? (unsigned)atoi(wanted) : 1);
}

static void an_operation_that_fails_is_answered_truly(void **state)
{
    static const struct kind kinds[] = {{.name = "one operation fails", .code = ERROR_WRITE_FAULT},
        {.name = "the disk is full for one operation", .code = ERROR_DISK_FULL}, {.name = "one write is short"}};

    (void)state;
    for (size_t i = 0; i < LENGTH(kinds); i++)
        run_all(&kinds[i], 1);
}

static void a_disk_that_becomes_full_at_any_operation_loses_nothing(void **state)
{
    static const struct kind kind = {.name = "the disk is full from there on", .stays = true, .code = ERROR_DISK_FULL};

    (void)state;
    run_all(&kind, 1);
}

/* How often the log tells of an outbox that cannot be written. */
static int times_reported(void)
{
    long size;
    char *log = (char *)read_whole_file(log_path(), &size), *at = log;
    int times = 0;

    if (!log) return 0;
    log[size] = 0;
    while ((at = strstr(at, "outbox-unusable")))
    {
        at++;
        times++;
    }
    free(log);
    return times;
}

/* While the outbox stays open: refused with the reason, nothing lost, and on it goes when there is room. */
static void a_full_disk_refuses_with_its_reason_and_goes_on_without_a_restart(void **state)
{
    struct outbox *outbox;
    struct outbox_text text = plain_text(L"refused");
    struct error error = {0};
    struct spool *spool;
    WCHAR id[JOB_ID_SIZE], waiting[JOB_ID_SIZE];
    int reported;

    (void)state;
    assert_succeeds(log_open(1 << 20));
    reported = times_reported();
    disk_start(1);
    outbox = open_outbox();
    accept_plain(outbox, L"before", waiting);
    disk.code = ERROR_DISK_FULL;
    disk.stays = true;
    disk.fail_at = 1;
    for (int i = 0; i < 20; i++)
    {
        assert_fails(outbox_accept(outbox, &text, NULL, deadline_never, id, &error), CODE(error_outbox_write), &error,
            L"disk is full");
        assert_fails(
            step(outbox, waiting, job_queued, job_sending, &error), CODE(error_outbox_change), &error, L"disk is full");
        assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
        assert_fails(spool_add_bytes(spool, L"a.txt", content, 9, NULL, NULL, deadline_never, &error),
            CODE(error_spool_write), &error, L"0x80070070");
        spool_drop(spool);
    }
    assert_int_equal(count_of(outbox, job_queued), 1);
    assert_int_equal(times_reported() - reported, 2); /* the database and the spool, once each */
    log_close();
    disk.fail_at = 0;
    assert_succeeds(step(outbox, waiting, job_queued, job_sending, NULL));
    accept_plain(outbox, L"after", id);
    disk_settle(false);
    assert_int_equal(count_of(outbox, job_queued), 1);
    assert_int_equal(count_of(outbox, job_sending), 1);
    outbox_close(outbox);
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 1);
    assert_int_equal(count_of(outbox, job_sending), 1);
    outbox_close(outbox);
}

static int begin(void **state)
{
    const char *wanted = getenv("OB_FAILPOINT_SEED");

    seed_of_points = wanted ? strtoul(wanted, NULL, 10) : (unsigned long)(time(NULL) / 86400);
    print_message("OB_FAILPOINT_SEED=%lu\n", seed_of_points);
    return make_beginnings(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_process_that_ends_at_any_operation_loses_nothing),
        test(a_power_cut_at_any_operation_loses_nothing),
        test(an_operation_that_fails_is_answered_truly),
        test(a_disk_that_becomes_full_at_any_operation_loses_nothing),
        test(a_full_disk_refuses_with_its_reason_and_goes_on_without_a_restart),
    };

    return cmocka_run_group_tests(tests, begin, NULL);
}

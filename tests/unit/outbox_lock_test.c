/* outbox_lock_test.c - another program keeps the outbox locked, or its disk does not answer: who reads is answered by
 * his deadline, and the outbox is closed, or left as it is, in the time that there is. */
#include "outbox_test.h"
#include "outbox/internal.h"

enum
{
    short_ms = 300,
    bound_ms = 10 * short_ms,
    shm_write_lock = 120, /* where SQLite's locks stand in the -shm: for writing, ... */
    shm_locks = 8         /* ... checkpointing, recovering, and five for readers */
};

/* All locks of the WAL, as a program has them that recovers it, and that stands still meanwhile. */
static HANDLE lock_wal(void)
{
    OVERLAPPED at = {.Offset = shm_write_lock};
    HANDLE shm = CreateFileW(in_folder(L"outbox.db-shm"), GENERIC_READ | GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);

    assert_true(shm != INVALID_HANDLE_VALUE);
    assert_true(LockFileEx(shm, LOCKFILE_EXCLUSIVE_LOCK, 0, shm_locks, 0, &at));
    return shm;
}

/* What a client may ask, each with this deadline. */
static HRESULT ask(struct outbox *outbox, unsigned question, const WCHAR *id, deadline until, struct error *error)
{
    struct outbox_text text = plain_text(L"with a key");
    const struct outbox_filter filter = {.state = -1, .most = 10};
    WCHAR found[JOB_ID_SIZE];
    struct job_row row, *rows;
    struct history_row *history;
    enum key_answer answer;
    enum job_state state;
    size_t count;
    HRESULT hr;

    text.key = L"key";
    switch (question)
    {
    case 0:
        hr = outbox_read(outbox, id, until, &row, error);
        if (SUCCEEDED(hr)) job_row_clear(&row);
        return hr;
    case 1:
        hr = outbox_list(outbox, &filter, until, &rows, &count, error);
        outbox_free_rows(rows, count);
        return hr;
    case 2:
        hr = outbox_history(outbox, id, until, &history, &count, error);
        outbox_free_history(history, count);
        return hr;
    case 3:
        return outbox_read_state(outbox, id, until, &state, error);
    case 4:
        return outbox_find_key(outbox, &text, NULL, 0, until, &answer, found, error);
    default:
        return outbox_find_key_spooled(outbox, &text, NULL, until, &answer, found, error);
    }
}

static void a_question_ends_by_its_deadline_whatever_another_program_has_locked(void **state)
{
    struct outbox *outbox = open_outbox();
    WCHAR id[JOB_ID_SIZE];
    sqlite3 *other;
    HANDLE locked;

    (void)state;
    accept_plain(outbox, L"mail", id);
    other = other_connection();
    run_sql(other, "BEGIN EXCLUSIVE");
    for (unsigned i = 0; i < 6; i++)
        assert_succeeds(ask(outbox, i, id, deadline_in(short_ms), NULL)); /* readers need not wait for who writes */
    run_sql(other, "COMMIT");
    sqlite3_close(other);
    locked = lock_wal();
    for (unsigned i = 0; i < 6; i++)
    {
        ULONGLONG begun = clock_now_ms();
        struct error error = {0};

        assert_fails(ask(outbox, i, id, deadline_in(short_ms), &error), CODE(error_timeout_read), &error,
            L"nothing was changed");
        assert_in_range(clock_now_ms() - begun, short_ms - 20, bound_ms);
    }
    CloseHandle(locked);
    for (unsigned i = 0; i < 6; i++)
        assert_succeeds(ask(outbox, i, id, deadline_in(short_ms), NULL));
    outbox_close(outbox);
}

/* A query without an end. */
static const char endless[] = "WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

static void a_long_query_of_a_clients_is_cut_off(void **state)
{
    struct outbox *outbox = open_outbox();
    ULONGLONG begun = clock_now_ms();
    struct connection *reader;
    struct error error = {0};
    int rc;

    (void)state;
    assert_succeeds(reader_take(outbox, deadline_in(short_ms), &reader, NULL));
    rc = sqlite3_exec(reader->db, endless, NULL, NULL, NULL);
    assert_in_range(clock_now_ms() - begun, short_ms - 20, bound_ms);
    assert_fails(read_failed(outbox, reader, rc, &error), CODE(error_timeout_read), &error, L"interrupted");
    reader_give(outbox, reader);
    outbox_close(outbox);
}

struct waiting
{
    struct outbox *outbox;
    const WCHAR *id;
    bool writes, accepts;
    deadline until;
    HRESULT hr;
    HANDLE thread;
};

static DWORD WINAPI wait_for_answer(void *context)
{
    const struct outbox_text text = plain_text(L"refused");
    struct waiting *waiting = context;
    WCHAR id[JOB_ID_SIZE];

    if (waiting->accepts)
        waiting->hr = outbox_accept(waiting->outbox, &text, NULL, waiting->until, id, NULL);
    else if (waiting->writes)
        waiting->hr = outbox_cancel(waiting->outbox, waiting->id, NULL, waiting->until, NULL);
    else
        waiting->hr = ask(waiting->outbox, 0, waiting->id, waiting->until, NULL);
    return 0;
}

static void who_waits_for_a_lock_is_let_go_when_it_hurries_and_the_outbox_is_closed(void **state)
{
    struct outbox *outbox = open_outbox();
    WCHAR id[JOB_ID_SIZE];
    struct waiting waiting[] = {{.outbox = outbox, .id = id, .until = deadline_never},
        {.outbox = outbox, .id = id, .until = deadline_never, .writes = true}};
    ULONGLONG begun;
    HANDLE locked;

    (void)state;
    accept_plain(outbox, L"mail", id);
    locked = lock_wal();
    for (size_t i = 0; i < LENGTH(waiting); i++)
        assert_non_null(waiting[i].thread = CreateThread(NULL, 0, wait_for_answer, &waiting[i], 0, NULL));
    for (size_t i = 0; i < LENGTH(waiting); i++)
        assert_int_equal(WaitForSingleObject(waiting[i].thread, short_ms), WAIT_TIMEOUT);
    begun = clock_now_ms();
    outbox_hurry(outbox);
    for (size_t i = 0; i < LENGTH(waiting); i++)
    {
        assert_int_equal(WaitForSingleObject(waiting[i].thread, 60000), WAIT_OBJECT_0);
        CloseHandle(waiting[i].thread);
    }
    assert_int_equal(waiting[0].hr, CODE(error_stopping));
    assert_int_equal(waiting[1].hr, CODE(error_stopping));
    assert_int_equal(outbox->told[trouble_database].cause, 0);
    assert_true(outbox_close_by(outbox, deadline_in(10000)));
    assert_true(clock_now_ms() - begun < 5000);
    CloseHandle(locked);
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 1);
    outbox_close(outbox);
}

enum
{
    askers = reader_max + 2
};

/* More than there are connections, each with the same question. */
static void start_asking(struct outbox *outbox, const WCHAR *id, deadline until, struct waiting waiting[askers])
{
    for (size_t i = 0; i < askers; i++)
    {
        waiting[i] = (struct waiting){.outbox = outbox, .id = id, .until = until};
        assert_non_null(waiting[i].thread = CreateThread(NULL, 0, wait_for_answer, &waiting[i], 0, NULL));
    }
}

static void expect_answers(struct waiting waiting[askers], HRESULT hr)
{
    for (size_t i = 0; i < askers; i++)
    {
        assert_int_equal(WaitForSingleObject(waiting[i].thread, 60000), WAIT_OBJECT_0);
        CloseHandle(waiting[i].thread);
        assert_int_equal(waiting[i].hr, hr);
    }
}

static void who_finds_no_connection_is_answered_like_who_has_one(void **state)
{
    struct outbox *outbox = open_outbox();
    struct waiting waiting[askers];
    WCHAR id[JOB_ID_SIZE];
    HANDLE locked;

    (void)state;
    accept_plain(outbox, L"mail", id);
    locked = lock_wal();
    start_asking(outbox, id, deadline_in(short_ms), waiting);
    expect_answers(waiting, CODE(error_timeout_read));
    start_asking(outbox, id, deadline_never, waiting);
    assert_int_equal(WaitForSingleObject(waiting[askers - 1].thread, short_ms), WAIT_TIMEOUT);
    outbox_hurry(outbox);
    expect_answers(waiting, CODE(error_stopping));
    CloseHandle(locked);
    outbox_close(outbox);
}

struct holder
{
    struct outbox *outbox;
    HANDLE has, may_go, thread;
};

static DWORD WINAPI hold_reader(void *context)
{
    struct holder *holder = context;
    struct connection *reader;

    if (SUCCEEDED(reader_take(holder->outbox, deadline_never, &reader, NULL)))
    {
        SetEvent(holder->has);
        WaitForSingleObject(holder->may_go, INFINITE);
        reader_give(holder->outbox, reader);
    }
    return 0;
}

/* A look is given until now: as time to wait, that is none. */
static void a_look_waits_a_moment_for_a_connection_and_is_told_that_there_is_none(void **state)
{
    struct outbox *outbox = open_outbox();
    struct holder holders[reader_max] = {0};
    HANDLE may_go = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];
    ULONGLONG begun;

    (void)state;
    accept_plain(outbox, L"mail", id);
    for (size_t i = 0; i < LENGTH(holders); i++)
    {
        holders[i] = (struct holder){outbox, CreateEventW(NULL, TRUE, FALSE, NULL), may_go, NULL};
        assert_non_null(holders[i].thread = CreateThread(NULL, 0, hold_reader, &holders[i], 0, NULL));
        assert_int_equal(WaitForSingleObject(holders[i].has, 60000), WAIT_OBJECT_0);
    }
    begun = clock_now_ms();
    assert_fails(ask(outbox, 0, id, begun, &error), CODE(error_timeout_readers), &error, L"all 8 reading connections");
    assert_in_range(clock_now_ms() - begun, reader_least_ms - 20, bound_ms);
    SetEvent(may_go);
    for (size_t i = 0; i < LENGTH(holders); i++)
    {
        assert_int_equal(WaitForSingleObject(holders[i].thread, 60000), WAIT_OBJECT_0);
        CloseHandle(holders[i].thread);
        CloseHandle(holders[i].has);
    }
    CloseHandle(may_go);
    assert_succeeds(ask(outbox, 0, id, clock_now_ms(), NULL));
    outbox_close(outbox);
}

/* A mail that is refused since the broker stops is no trouble that an administrator is told of. */
static void a_mail_that_waits_for_a_lock_is_told_of_the_stop(void **state)
{
    struct outbox *outbox = open_outbox();
    struct waiting waiting = {.outbox = outbox, .accepts = true, .until = deadline_never};
    sqlite3 *other = other_connection();

    (void)state;
    run_sql(other, "BEGIN EXCLUSIVE");
    assert_non_null(waiting.thread = CreateThread(NULL, 0, wait_for_answer, &waiting, 0, NULL));
    assert_int_equal(WaitForSingleObject(waiting.thread, short_ms), WAIT_TIMEOUT);
    outbox_hurry(outbox);
    assert_int_equal(WaitForSingleObject(waiting.thread, 60000), WAIT_OBJECT_0);
    CloseHandle(waiting.thread);
    assert_int_equal(waiting.hr, CODE(error_stopping));
    assert_int_equal(outbox->told[trouble_database].cause, 0);
    run_sql(other, "COMMIT");
    sqlite3_close(other);
    outbox_close(outbox);
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 0);
    outbox_close(outbox);
}

/* What holds such bytes, and what SQLite then answers, windows-checks.md has. */
static void windows_lock_of_bytes_is_another_programs_lock_and_is_not_waited_for_by_sqlite(void **state)
{
    static const struct
    {
        int rc, system;
        bool kept;
    } cases[] = {
        {SQLITE_BUSY, 0, true},
        {SQLITE_BUSY_RECOVERY, 0, true},
        {SQLITE_PROTOCOL, 0, true},
        {SQLITE_IOERR, ERROR_LOCK_VIOLATION, true},
        {SQLITE_IOERR_READ, ERROR_LOCK_VIOLATION, true},
        {SQLITE_IOERR_WRITE, ERROR_LOCK_VIOLATION, true},
        {SQLITE_IOERR, 0, false},
        {SQLITE_IOERR_READ, ERROR_CRC, false},
        {SQLITE_CORRUPT, ERROR_LOCK_VIOLATION, false},
        {SQLITE_FULL, ERROR_LOCK_VIOLATION, false},
        {SQLITE_OK, ERROR_LOCK_VIOLATION, false},
    };
    int patience[] = {-1, -1}; /* asks */
    struct outbox *outbox = open_outbox();

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
        assert_int_equal(lock_kept_us(cases[i].rc, cases[i].system), cases[i].kept);
    assert_int_equal(sqlite3_file_control(outbox->writer.db, "main", SQLITE_FCNTL_WIN32_AV_RETRY, patience), SQLITE_OK);
    assert_int_equal(patience[0], file_tries);
    assert_int_equal(patience[1], file_pause_ms);
    outbox_close(outbox);
}

struct hanging /* work that hangs as on a disk that does not answer */
{
    struct work work; /* first */
    HANDLE begun, answers;
    struct outbox *outbox;
};

static HRESULT hang(struct outbox *outbox, struct work *work)
{
    struct hanging *hanging = (struct hanging *)work;

    (void)outbox;
    SetEvent(hanging->begun);
    WaitForSingleObject(hanging->answers, INFINITE);
    return S_FALSE;
}

static DWORD WINAPI do_hang(void *context)
{
    struct hanging *hanging = context;

    writer_do(hanging->outbox, &hanging->work, deadline_never);
    return 0;
}

static void an_outbox_whose_disk_does_not_answer_is_left_as_it_is(void **state)
{
    struct outbox *outbox = open_outbox();
    struct hanging hanging = {.work = {.run = hang, .failed = error_outbox_write}, .outbox = outbox};
    WCHAR id[JOB_ID_SIZE];
    ULONGLONG begun;
    HANDLE thread;

    (void)state;
    accept_plain(outbox, L"mail", id);
    hanging.begun = CreateEventW(NULL, TRUE, FALSE, NULL);
    hanging.answers = CreateEventW(NULL, TRUE, FALSE, NULL);
    thread = CreateThread(NULL, 0, do_hang, &hanging, 0, NULL);
    assert_int_equal(WaitForSingleObject(hanging.begun, 60000), WAIT_OBJECT_0);
    begun = clock_now_ms();
    assert_false(outbox_close_by(outbox, deadline_in(short_ms)));
    assert_in_range(clock_now_ms() - begun, short_ms - 20, bound_ms);
    SetEvent(hanging.answers); /* what else the process would end in: here it goes on */
    assert_true(outbox_close_by(outbox, deadline_in(60000)));
    assert_int_equal(WaitForSingleObject(thread, 60000), WAIT_OBJECT_0);
    CloseHandle(thread);
    CloseHandle(hanging.begun);
    CloseHandle(hanging.answers);
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 1);
    outbox_close(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_question_ends_by_its_deadline_whatever_another_program_has_locked),
        test(a_long_query_of_a_clients_is_cut_off),
        test(who_waits_for_a_lock_is_let_go_when_it_hurries_and_the_outbox_is_closed),
        test(who_finds_no_connection_is_answered_like_who_has_one),
        test(a_look_waits_a_moment_for_a_connection_and_is_told_that_there_is_none),
        test(a_mail_that_waits_for_a_lock_is_told_of_the_stop),
        test(windows_lock_of_bytes_is_another_programs_lock_and_is_not_waited_for_by_sqlite),
        test(an_outbox_whose_disk_does_not_answer_is_left_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

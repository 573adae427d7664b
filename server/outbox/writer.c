/* writer.c - the one thread that writes: takes all that waits, writes it in one transaction, and answers everybody with
 * the result of the one commit.
 *
 * The promise rests on this order. BEGIN IMMEDIATE comes before the queue is touched, so that work which the file's
 * lock keeps waiting can still be withdrawn by its owner and is then never written. Once taken it cannot be withdrawn:
 * nobody is told "not accepted" of a mail that the commit then makes durable. The commit (synchronous=FULL: the WAL is
 * flushed) comes before counts, callbacks and answers. A commit that fails answers everybody in it with a failure. What
 * it wrote may stand in the WAL, whole, where only its flush failed: SQLite itself leaves it there for the next commit
 * to write over, and who opened the file after a crash would find it committed. So a small commit of the writer's own
 * comes before the answers, and as long as that fails, too, it is tried again, before the next batch is taken at the
 * latest. (It may fail, and the process end, before one succeeds: a caller's key guards against that.) Checkpoints come
 * after the answers: no caller waits for one but who comes in the middle of it. */
#include "internal.h"
#include <string.h>

static void queue_add(struct outbox *outbox, struct work *work)
{
    work->next = NULL;
    *outbox->queue_end = work;
    outbox->queue_end = &work->next;
}

static void queue_remove(struct outbox *outbox, struct work *work)
{
    struct work **at = &outbox->queue_first;

    while (*at != work)
        at = &(*at)->next;
    *at = work->next;
    if (!*at) outbox->queue_end = at;
}

HRESULT writer_do(struct outbox *outbox, struct work *work, deadline until)
{
    HRESULT result = S_FALSE;

    work->stage = work_waiting;
    InitializeConditionVariable(&work->answered);
    if (!deadline_left(until)) return S_FALSE;
    AcquireSRWLockExclusive(&outbox->queue_lock);
    queue_add(outbox, work);
    WakeConditionVariable(&outbox->queue_filled);
    while (work->stage != work_answered)
    {
        DWORD left = work->stage == work_taken ? INFINITE : deadline_left(until);

        if (work->stage == work_waiting && !left)
        {
            queue_remove(outbox, work);
            break;
        }
        SleepConditionVariableSRW(&work->answered, &outbox->queue_lock, left, 0);
    }
    if (work->stage == work_answered) result = work->result;
    ReleaseSRWLockExclusive(&outbox->queue_lock);
    return result;
}

enum next
{
    next_batch,
    next_upkeep,
    next_end /* the outbox closes, and nothing waits any more */
};

static enum next wait_for_work(struct outbox *outbox)
{
    const deadline soon = min(outbox->overwrite_at, min(outbox->rest_at, outbox->old_next));
    const deadline upkeep = outbox->hurried ? deadline_never : soon;
    enum next next = next_upkeep;

    AcquireSRWLockExclusive(&outbox->queue_lock);
    while (!outbox->queue_first && !outbox->stopping && deadline_left(upkeep))
        SleepConditionVariableSRW(&outbox->queue_filled, &outbox->queue_lock, deadline_left(upkeep), 0);
    if (outbox->queue_first)
        next = next_batch;
    else if (outbox->stopping)
        next = next_end;
    ReleaseSRWLockExclusive(&outbox->queue_lock);
    return next;
}

static struct work *take_all(struct outbox *outbox)
{
    struct work *batch, *work;

    AcquireSRWLockExclusive(&outbox->queue_lock);
    batch = outbox->queue_first;
    for (work = batch; work; work = work->next)
        work->stage = work_taken;
    outbox->queue_first = NULL;
    outbox->queue_end = &outbox->queue_first;
    ReleaseSRWLockExclusive(&outbox->queue_lock);
    return batch;
}

/* Under the lock to the end: an owner leaves, and its work with it, as soon as it can take the lock. */
static void answer_all(struct outbox *outbox, struct work *batch)
{
    AcquireSRWLockExclusive(&outbox->queue_lock);
    while (batch)
    {
        struct work *work = batch;

        batch = work->next;
        work->stage = work_answered;
        WakeConditionVariable(&work->answered);
    }
    ReleaseSRWLockExclusive(&outbox->queue_lock);
}

static HRESULT write_error(struct outbox *outbox, struct work *work, int rc, const WCHAR *sqlite)
{
    WCHAR words[SQLITE_WORDS_SIZE + 32];
    HRESULT hr;

    closed_doubt(outbox, rc);
    if (rc == SQLITE_NOMEM) return error_set(work->error, error_no_memory, 0);
    _snwprintf(words, SQLITE_WORDS_SIZE + 31, L"SQLite answered: %ls", sqlite);
    words[SQLITE_WORDS_SIZE + 31] = 0;
    hr = error_set(work->error, work->failed, 2, outbox->path, words);
    outbox_report(outbox, trouble_database, rc, work->error);
    return hr;
}

HRESULT writer_failed(struct outbox *outbox, struct work *work, int rc)
{
    WCHAR words[SQLITE_WORDS_SIZE];

    sqlite_words(outbox->writer.db, rc, words);
    if (!outbox->failure) outbox->failure = rc;
    return write_error(outbox, work, rc, words);
}

static void add_counts(LONG to[job_state_count], const LONG delta[job_state_count])
{
    for (size_t i = 0; i < job_state_count; i++)
        to[i] += delta[i];
}

void writer_counted(struct outbox *outbox, const LONG delta[job_state_count])
{
    AcquireSRWLockExclusive(&outbox->counts_lock);
    add_counts(outbox->counts, delta);
    ReleaseSRWLockExclusive(&outbox->counts_lock);
}

/* Some failures (a full disk, a failed read) make SQLite roll the whole transaction back by itself. */
static bool transaction_open(const struct outbox *outbox)
{
    return !sqlite3_get_autocommit(outbox->writer.db);
}

/* Runs one piece of work in its savepoint: SQLITE_OK while the transaction as a whole is sound. */
static int run_one(struct outbox *outbox, struct work *work)
{
    int rc = connection_run(&outbox->writer, statement_savepoint);

    if (rc != SQLITE_OK) return rc;
    work->result = work->run(outbox, work);
    if (!transaction_open(outbox)) return outbox->failure ? outbox->failure : SQLITE_ABORT;
    if (FAILED(work->result))
    {
        memset(work->delta, 0, sizeof(work->delta));
        if ((rc = connection_run(&outbox->writer, statement_savepoint_undo)) != SQLITE_OK) return rc;
    }
    add_counts(outbox->batch, work->delta);
    return connection_run(&outbox->writer, statement_release);
}

/* Another program's lock was not waited for, or not to its end, since the broker stops. */
static bool cut_short(const struct outbox *outbox, int rc)
{
    return outbox->hurried && lock_kept_us(rc, sqlite3_system_errno(outbox->writer.db));
}

/* Answers a batch, of which nothing is on disk, with what SQLite said. */
static void refuse_all(struct outbox *outbox, struct work *batch, int rc)
{
    const bool stopping = cut_short(outbox, rc);
    WCHAR words[SQLITE_WORDS_SIZE];

    sqlite_words(outbox->writer.db, rc, words);
    if (transaction_open(outbox)) connection_run(&outbox->writer, statement_rollback);
    for (; batch; batch = batch->next)
        batch->result = stopping ? error_set(batch->error, error_stopping, 0) : write_error(outbox, batch, rc, words);
}

/* Changes the clock's row and back: a page is written for each statement that changed something, whatever came of it.
 */
static int commit_nothing(struct outbox *outbox)
{
    static const enum statement_id steps[] = {
        statement_begin, statement_clock_forth, statement_clock_back, statement_commit};
    int rc = SQLITE_OK;

    for (size_t i = 0; i < ARRAYSIZE(steps) && rc == SQLITE_OK; i++)
        rc = connection_run(&outbox->writer, steps[i]);
    return rc;
}

/* Its first frame takes the place of the first one of the commit that failed; those behind it no longer follow from
 * what stands before them, by their checksums, and are believed by nobody. */
static void overwrite_refused(struct outbox *outbox)
{
    int rc;

    if (outbox->overwrite_at == deadline_never) return;
    rc = commit_nothing(outbox);
    if (transaction_open(outbox)) connection_run(&outbox->writer, statement_rollback);
    closed_doubt(outbox, rc);
    outbox->overwrite_at = rc == SQLITE_OK ? deadline_never : deadline_in(overwrite_again_ms);
}

static void write_batch(struct outbox *outbox, struct work *batch)
{
    int rc = SQLITE_OK;
    bool wrote = false;
    struct work *work;

    outbox->failure = SQLITE_OK;
    memset(outbox->batch, 0, sizeof(outbox->batch));
    for (work = batch; work && rc == SQLITE_OK; work = work->next)
    {
        rc = run_one(outbox, work);
        wrote = wrote || work->result == S_OK;
    }
    if (rc == SQLITE_OK && (rc = connection_run(&outbox->writer, statement_commit)) != SQLITE_OK)
        outbox->overwrite_at = deadline_in(0);
    if (rc != SQLITE_OK)
    {
        refuse_all(outbox, batch, rc);
        overwrite_refused(outbox);
        return;
    }
    if (wrote) InterlockedIncrement(&outbox->commits);
    writer_counted(outbox, outbox->batch);
    for (work = batch; work; work = work->next)
    {
        if (work->result == S_OK) work->committed(outbox, work);
    }
}

/* Readers that hold on to an old state keep a passive checkpoint from finishing; when the WAL has grown long, it waits
 * for them, for writer_busy_ms at most. */
static void checkpoint_when_long(struct outbox *outbox)
{
    int mode = outbox->wal_frames < checkpoint_wait_frames ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;

    if (outbox->wal_frames < checkpoint_after_frames) return;
    closed_doubt(outbox, sqlite3_wal_checkpoint_v2(outbox->writer.db, NULL, mode, NULL, NULL));
    outbox->wal_frames = 0;
}

/* Nothing was written for a while: all of the WAL goes into the database, and its file becomes empty. */
static void checkpoint_at_rest(struct outbox *outbox)
{
    int rc;

    if (deadline_left(outbox->rest_at)) return;
    rc = sqlite3_wal_checkpoint_v2(outbox->writer.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    closed_doubt(outbox, rc);
    outbox->rest_at = rc == SQLITE_OK ? deadline_never : deadline_in(rest_again_ms);
    if (rc == SQLITE_OK) outbox->wal_frames = 0;
}

static int note_wal_frames(void *context, sqlite3 *db, const char *name, int frames)
{
    struct outbox *outbox = context;

    (void)db;
    (void)name;
    outbox->wal_frames = frames;
    outbox->rest_at = deadline_in(rest_ms);
    return SQLITE_OK;
}

static void write_waiting(struct outbox *outbox)
{
    int rc = connection_run(&outbox->writer, statement_begin);
    struct work *batch;

    if (lock_kept_us(rc, sqlite3_system_errno(outbox->writer.db)) && !outbox->hurried) return;
    batch = take_all(outbox);
    if (rc == SQLITE_OK)
        write_batch(outbox, batch);
    else
        refuse_all(outbox, batch, rc);
    hand_cancelled(outbox);
    answer_all(outbox, batch);
}

/* How long the next thing is to wait for another program's lock. */
static void use_writer(struct outbox *outbox)
{
    connection_use(&outbox->writer, deadline_in(writer_busy_ms));
}

static DWORD WINAPI writer_thread(void *context)
{
    struct outbox *outbox = context;
    enum next next;

    while ((next = wait_for_work(outbox)) != next_end)
    {
        use_writer(outbox);
        overwrite_refused(outbox);
        if (next == next_batch) write_waiting(outbox);
        if (outbox->hurried) continue;
        use_writer(outbox);
        checkpoint_when_long(outbox);
        old_step(outbox);
        use_writer(outbox);
        checkpoint_at_rest(outbox);
    }
    overwrite_refused(outbox);
    outbox_let_go(outbox);
    closed_note(outbox);
    leftovers_end(outbox); /* last: a file that somebody works on may keep us */
    return 0;
}

HRESULT writer_start(struct outbox *outbox, struct error *error)
{
    outbox->rest_at = deadline_in(rest_ms);
    outbox->overwrite_at = deadline_never;
    sqlite3_wal_hook(outbox->writer.db, note_wal_frames, outbox);
    connection_obey(&outbox->writer, &outbox->hurried);
    outbox->thread = CreateThread(NULL, 0, writer_thread, outbox, 0, NULL);
    if (!outbox->thread) return error_unexpected_windows(error, L"starting the outbox's writer", last_error_hresult());
    return S_OK;
}

BOOL writer_stop(struct outbox *outbox, deadline until)
{
    outbox_hurry(outbox);
    AcquireSRWLockExclusive(&outbox->queue_lock);
    outbox->stopping = true;
    WakeConditionVariable(&outbox->queue_filled);
    ReleaseSRWLockExclusive(&outbox->queue_lock);
    if (WaitForSingleObject(outbox->thread, deadline_left(until)) != WAIT_OBJECT_0) return FALSE;
    CloseHandle(outbox->thread);
    return TRUE;
}

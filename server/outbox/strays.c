/* strays.c - drafts that nobody will send any more, each known by the job and the attempt that its stamp is of. Those
 * of a job that ends unsent are noted in the transaction that ends it, so that neither a crash nor an Outlook that is
 * not there makes a draft stay for ever; and that of an attempt that failed with its failure, so that the next attempt
 * knows what it may delete.
 *
 * A job that is cancelled while delivery has it in hand may get its draft a moment later. Which one that is stands in
 * memory, from before delivery reads it until it reads the next one; and delivery does not read while a cancellation is
 * being written that did not see that. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

struct stray_work
{
    struct work work; /* first */
    const struct outbox_stray *stray;
    bool there;
};

bool hand_any(struct outbox *outbox)
{
    const deadline until = deadline_in(reader_wait_ms);
    bool may;

    AcquireSRWLockExclusive(&outbox->hand_lock);
    outbox->in_hand = hand_unknown;
    while (outbox->cancelling && deadline_left(until))
        SleepConditionVariableSRW(&outbox->cancelled, &outbox->hand_lock, deadline_left(until), 0);
    may = !outbox->cancelling;
    ReleaseSRWLockExclusive(&outbox->hand_lock);
    return may;
}

void hand_one(struct outbox *outbox, const WCHAR *job_id)
{
    AcquireSRWLockExclusive(&outbox->hand_lock);
    outbox->in_hand = hand_known;
    lstrcpynW(outbox->hand_id, job_id, ARRAYSIZE(outbox->hand_id));
    ReleaseSRWLockExclusive(&outbox->hand_lock);
}

void hand_cancelled(struct outbox *outbox)
{
    if (!outbox->cancelling) return;
    AcquireSRWLockExclusive(&outbox->hand_lock);
    outbox->cancelling = false;
    ReleaseSRWLockExclusive(&outbox->hand_lock);
    WakeAllConditionVariable(&outbox->cancelled);
}

/* Whether it may be in hand when this is committed. Until then no other one is taken in hand. */
static bool is_in_hand(struct outbox *outbox, const WCHAR *job_id)
{
    bool is;

    AcquireSRWLockExclusive(&outbox->hand_lock);
    outbox->cancelling = true;
    is = outbox->in_hand == hand_unknown || !_wcsicmp(outbox->hand_id, job_id);
    ReleaseSRWLockExclusive(&outbox->hand_lock);
    return is;
}

static int run_for(struct outbox *outbox, enum statement_id id, const WCHAR *job_id, const LONGLONG *values, int count)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, id);
    int rc;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    rc = bind_job_id(statement, 1, job_id);
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(statement, 2 + i, values[i]);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* What is not noted of a queued job's last attempt is a person's draft, or none. */
int stray_add(struct outbox *outbox, const struct job_change *change, LONGLONG now)
{
    const bool queued = change->from == job_queued;
    const bool in_hand = queued && change->state == job_cancelled && is_in_hand(outbox, change->job_id);
    const LONGLONG values[] = {now, outbox->last_seq_before, in_hand, queued, change->state != job_queued};

    return run_for(outbox, statement_add_strays, change->job_id, values, ARRAYSIZE(values));
}

int stray_keep(struct outbox *outbox, const WCHAR *job_id, LONG attempt)
{
    const LONGLONG value = attempt;

    return run_for(outbox, statement_forget_stray, job_id, &value, 1);
}

static int stray_write(struct outbox *outbox, const struct outbox_stray *stray)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, statement_set_stray);
    int rc;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    rc = bind_job_id(statement, 1, stray->job_id);
    sqlite3_bind_int(statement, 2, stray->attempt);
    sqlite3_bind_int64(statement, 3, stray->noted_at);
    sqlite3_bind_int64(statement, 4, stray->next_at);
    sqlite3_bind_int64(statement, 5, stray->tries);
    sqlite3_bind_int64(statement, 6, stray->losses);
    sqlite3_bind_int64(statement, 7, stray->process);
    sqlite3_bind_int64(statement, 8, (LONGLONG)stray->process_started);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static HRESULT stray_run(struct outbox *outbox, struct work *work)
{
    const struct stray_work *stray = (const struct stray_work *)work;
    int rc = stray->there ? stray_write(outbox, stray->stray)
                          : stray_keep(outbox, stray->stray->job_id, stray->stray->attempt);

    return rc == SQLITE_OK ? S_OK : writer_failed(outbox, work, rc);
}

static void stray_committed(struct outbox *outbox, struct work *work)
{
    (void)outbox, (void)work;
}

HRESULT outbox_set_stray(struct outbox *outbox, const struct outbox_stray *stray, BOOL there, struct error *error)
{
    struct stray_work work = {
        .work = {.run = stray_run, .committed = stray_committed, .error = error, .failed = error_outbox_change},
        .stray = stray,
        .there = there != FALSE};
    HRESULT hr = writer_do(outbox, &work.work, deadline_in(change_deadline_ms));

    if (work.work.stage == work_waiting) return error_set(error, error_timeout_change, 1, outbox->path);
    return hr;
}

static int take_stray(sqlite3_stmt *statement, struct outbox_stray *stray)
{
    column_job_id(statement, 0, stray->job_id);
    stray->attempt = sqlite3_column_int(statement, 1);
    stray->noted_at = sqlite3_column_int64(statement, 2);
    stray->next_at = sqlite3_column_int64(statement, 3);
    stray->tries = (DWORD)sqlite3_column_int64(statement, 4);
    stray->losses = (DWORD)sqlite3_column_int64(statement, 5);
    stray->process = (DWORD)sqlite3_column_int64(statement, 6);
    stray->process_started = (ULONGLONG)sqlite3_column_int64(statement, 7);
    stray->entry_id = column_wide(statement, 8);
    return stray->entry_id ? SQLITE_OK : SQLITE_NOMEM;
}

void outbox_stray_clear(struct outbox_stray *stray)
{
    free(stray->entry_id);
    memset(stray, 0, sizeof(*stray));
}

HRESULT outbox_next_stray(struct outbox *outbox, struct outbox_stray *stray, struct error *error)
{
    struct connection *reader;
    sqlite3_stmt *statement;
    HRESULT hr;
    int rc;

    memset(stray, 0, sizeof(*stray));
    if (FAILED(hr = reader_take_own(outbox, &reader, error))) return hr;
    statement = connection_statement(reader, statement_next_stray);
    rc = statement ? sqlite3_step(statement) : sqlite3_errcode(reader->db);
    if (rc == SQLITE_ROW)
        rc = take_stray(statement, stray);
    else if (rc == SQLITE_DONE)
    {
        rc = SQLITE_OK;
        hr = S_FALSE;
    }
    statement_done(statement);
    if (rc != SQLITE_OK) hr = read_failed(outbox, reader, rc, error);
    reader_give(outbox, reader);
    return hr;
}

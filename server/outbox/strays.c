/* strays.c - drafts that nobody will send any more, each known by the job and the attempt that its stamp is of. Those
 * of a job that ends unsent are noted in the transaction that ends it, so that neither a crash nor an Outlook that is
 * not there makes a draft stay for ever. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

struct stray_work
{
    struct work work; /* first */
    const struct outbox_stray *stray;
    bool there;
};

static int run_for(struct outbox *outbox, enum statement_id id, const WCHAR *job_id, LONGLONG second, LONGLONG third)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, id);
    int rc;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    rc = bind_job_id(statement, 1, job_id);
    sqlite3_bind_int64(statement, 2, second);
    sqlite3_bind_int64(statement, 3, third);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int stray_add(struct outbox *outbox, const WCHAR *job_id, LONGLONG now)
{
    return run_for(outbox, statement_add_strays, job_id, now, outbox->last_seq_before);
}

int stray_keep(struct outbox *outbox, const WCHAR *job_id, LONG attempt)
{
    return run_for(outbox, statement_forget_stray, job_id, attempt, 0);
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
    sqlite3_bind_int64(statement, 6, stray->process);
    sqlite3_bind_int64(statement, 7, (LONGLONG)stray->process_started);
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
    stray->process = (DWORD)sqlite3_column_int64(statement, 5);
    stray->process_started = (ULONGLONG)sqlite3_column_int64(statement, 6);
    stray->entry_id = column_wide(statement, 7);
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

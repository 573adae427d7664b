/* strays.c - jobs that were cancelled and of which a draft may stand in Outlook. They are noted in the transaction that
 * cancels, so that neither a crash nor an Outlook that is not there makes a draft stay for ever. */
#include "internal.h"

struct stray_work
{
    struct work work; /* first */
    const WCHAR *job_id;
    bool there;
};

int stray_add(struct outbox *outbox, const WCHAR *job_id, bool known)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, statement_add_stray);
    int rc;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    rc = bind_job_id(statement, 1, job_id);
    sqlite3_bind_int(statement, 2, known);
    sqlite3_bind_int64(statement, 3, outbox->last_seq_before);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int stray_forget(struct outbox *outbox, const WCHAR *job_id)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, statement_forget_stray);
    int rc;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    rc = bind_job_id(statement, 1, job_id);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static HRESULT stray_run(struct outbox *outbox, struct work *work)
{
    const struct stray_work *stray = (const struct stray_work *)work;
    int rc = stray->there ? stray_add(outbox, stray->job_id, true) : stray_forget(outbox, stray->job_id);

    return rc == SQLITE_OK ? S_OK : writer_failed(outbox, work, rc);
}

static void stray_committed(struct outbox *outbox, struct work *work)
{
    (void)outbox, (void)work;
}

HRESULT outbox_set_stray(struct outbox *outbox, const WCHAR *job_id, BOOL there, struct error *error)
{
    struct stray_work stray = {
        .work = {.run = stray_run, .committed = stray_committed, .error = error, .failed = error_outbox_change},
        .job_id = job_id,
        .there = there != FALSE};
    HRESULT hr = writer_do(outbox, &stray.work, deadline_in(change_deadline_ms));

    if (stray.work.stage == work_waiting) return error_set(error, error_timeout_change, 1, outbox->path);
    return hr;
}

HRESULT outbox_next_stray(struct outbox *outbox, WCHAR job_id[JOB_ID_SIZE], LONG *attempts, struct error *error)
{
    struct connection *reader;
    sqlite3_stmt *statement;
    HRESULT hr;
    int rc;

    job_id[0] = 0;
    *attempts = 0;
    if (FAILED(hr = reader_take_own(outbox, &reader, error))) return hr;
    statement = connection_statement(reader, statement_next_stray);
    rc = statement ? sqlite3_step(statement) : sqlite3_errcode(reader->db);
    if (rc == SQLITE_ROW)
    {
        column_job_id(statement, 0, job_id);
        *attempts = sqlite3_column_int(statement, 1);
    }
    statement_done(statement);
    if (rc == SQLITE_DONE)
        hr = S_FALSE;
    else if (rc != SQLITE_ROW)
        hr = read_failed(outbox, reader, rc, error);
    reader_give(outbox, reader);
    return hr;
}

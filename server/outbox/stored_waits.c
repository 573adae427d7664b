/* stored_waits.c - the waits that stand on disk as times of day, mended where the time of day is not to be trusted. */
#include "internal.h"

struct waits_work
{
    struct work work; /* first */
    enum statement_id statement;
    LONGLONG value;
};

static HRESULT waits_run(struct outbox *outbox, struct work *work)
{
    struct waits_work *waits = (struct waits_work *)work;
    sqlite3_stmt *statement = connection_statement(&outbox->writer, waits->statement);
    int rc = statement ? SQLITE_OK : sqlite3_errcode(outbox->writer.db);

    if (rc == SQLITE_OK)
    {
        sqlite3_bind_int64(statement, 1, waits->value);
        rc = sqlite3_step(statement);
        statement_done(statement);
    }
    return rc == SQLITE_DONE ? S_OK : writer_failed(outbox, work, rc);
}

static void waits_committed(struct outbox *outbox, struct work *work)
{
    (void)outbox, (void)work;
}

static HRESULT write_waits(struct outbox *outbox, enum statement_id statement, LONGLONG value, struct error *error)
{
    struct waits_work waits = {
        .work = {.run = waits_run, .committed = waits_committed, .error = error, .failed = error_outbox_change},
        .statement = statement,
        .value = value};
    HRESULT hr = writer_do(outbox, &waits.work, deadline_in(change_deadline_ms));

    if (waits.work.stage == work_waiting) return error_set(error, error_timeout_change, 1, outbox->path);
    return hr;
}

HRESULT outbox_shift_waits(struct outbox *outbox, LONGLONG by_ms, struct error *error)
{
    return write_waits(outbox, statement_shift_waits, by_ms, error);
}

HRESULT outbox_begin_waits(struct outbox *outbox, LONGLONG latest, struct error *error)
{
    return write_waits(outbox, statement_begin_waits, latest, error);
}

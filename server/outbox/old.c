/* old.c - removes what was finished long ago: at the opening and once a day, in small steps between the writer's
 * batches, so that no accept waits long for it. The places of removed rows are used again; the file never becomes
 * smaller, and does not grow for ever. What is old is told by rules/retention.h, since a clock that is wrong for a
 * while must not take keys away. */
#include "internal.h"
#include "rules/retention.h"

/* Within a transaction. */
static int look_at_clock(struct outbox *outbox)
{
    sqlite3_stmt *read = connection_statement(&outbox->writer, statement_read_clock);
    sqlite3_stmt *set = connection_statement(&outbox->writer, statement_set_clock);
    struct retention_clock clock;
    int rc;

    if (!read || !set) return sqlite3_errcode(outbox->writer.db);
    rc = sqlite3_step(read);
    clock = (struct retention_clock){sqlite3_column_int64(read, 0), sqlite3_column_int64(read, 1)};
    statement_done(read);
    if (rc != SQLITE_ROW) return rc == SQLITE_DONE ? SQLITE_CORRUPT : rc;
    outbox->old_before = retention_look(&clock, utc_now_ms(), outbox->limits.kept_days);
    sqlite3_bind_int64(set, 1, clock.believed);
    sqlite3_bind_int64(set, 2, clock.doubted);
    rc = sqlite3_step(set);
    statement_done(set);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* What a step took away: how many in each state, and the jobs whose files are to go as well. */
struct forgotten
{
    LONG delta[job_state_count];
    WCHAR with_files[old_step_jobs][JOB_ID_SIZE];
    size_t with_files_count;
};

/* Forgets the oldest one. SQLITE_DONE if none is old. Files of sent and cancelled mail went when it ended. */
static int forget_one(struct outbox *outbox, struct forgotten *forgotten)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, statement_forget_job);
    int rc, state;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    sqlite3_bind_int64(statement, 1, outbox->old_before);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
    {
        state = sqlite3_column_int(statement, 0);
        if (state >= 0 && state < job_state_count) forgotten->delta[state]--;
        if (state == job_failed || state == job_unknown)
            column_job_id(statement, 1, forgotten->with_files[forgotten->with_files_count++]);
    }
    statement_done(statement);
    return rc;
}

/* SQLITE_DONE: nothing old is left. */
static int forget_some(struct outbox *outbox, struct forgotten *forgotten)
{
    const deadline until = deadline_in(old_step_ms);
    int rc = SQLITE_ROW;

    for (int i = 0; i < old_step_jobs && rc == SQLITE_ROW && (!i || deadline_left(until)); i++)
        rc = forget_one(outbox, forgotten);
    return rc;
}

/* One step, in one transaction. SQLITE_ROW: there is more to remove; SQLITE_DONE: there is not. */
static int step(struct outbox *outbox)
{
    struct forgotten forgotten = {0};
    int rc = connection_run(&outbox->writer, statement_begin), done = SQLITE_DONE;

    if (rc == SQLITE_OK && !outbox->old_before) rc = look_at_clock(outbox);
    if (rc == SQLITE_OK && outbox->old_before) done = forget_some(outbox, &forgotten);
    if (done != SQLITE_ROW && done != SQLITE_DONE) rc = done;
    if (rc == SQLITE_OK) rc = connection_run(&outbox->writer, statement_commit);
    if (rc == SQLITE_OK)
    {
        for (size_t i = 0; i < forgotten.with_files_count; i++)
            spool_remove_job(outbox, forgotten.with_files[i]);
        writer_counted(outbox, forgotten.delta);
        return done;
    }
    if (!sqlite3_get_autocommit(outbox->writer.db)) connection_run(&outbox->writer, statement_rollback);
    return rc;
}

/* The step's result, and when the next one is due. */
static int step_and_plan(struct outbox *outbox)
{
    int rc = step(outbox);

    closed_doubt(outbox, rc);
    if (rc != SQLITE_ROW) outbox->old_before = 0; /* the next step looks at the clock anew */
    outbox->old_next = deadline_in(rc == SQLITE_ROW ? old_pause_ms : rc == SQLITE_DONE ? old_look_ms : old_again_ms);
    return rc;
}

int old_begin(struct outbox *outbox)
{
    int rc = step_and_plan(outbox);

    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

void old_step(struct outbox *outbox)
{
    if (!deadline_left(outbox->old_next)) step_and_plan(outbox);
}

/* change.c - every step that a job takes. The state that the caller believes in stands in the UPDATE's condition, so
 * two that would change a job at once (delivery and a client's Cancel) cannot both succeed. What a person does with a
 * job (Cancel, Retry) is judged by the state that the writer finds in the same transaction. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

struct change_work
{
    struct work work; /* first */
    const struct job_change *changes;
    size_t count;
    LONGLONG now;
};

static const WCHAR *const history_texts[job_state_count] = {
    [job_queued] = L"waiting for the next attempt",
    [job_sending] = L"being handed to Outlook",
    [job_submitted] = L"in Outlook's Outbox",
    [job_sent] = L"sent",
    [job_failed] = L"given up",
    [job_cancelled] = L"cancelled",
    [job_unknown] = L"not known whether it was sent",
};

static int bind_wide(sqlite3_stmt *statement, int index, const WCHAR *text)
{
    int bytes;
    char *utf8 = utf8_of(text ? text : L"", &bytes);

    return utf8 ? sqlite3_bind_text(statement, index, utf8, bytes, free) : SQLITE_NOMEM;
}

static int bind_change(sqlite3_stmt *statement, const struct job_change *change, LONGLONG now)
{
    int rc = bind_job_id(statement, 1, change->job_id);

    sqlite3_bind_int(statement, 2, (int)change->from);
    sqlite3_bind_int(statement, 3, (int)change->state);
    sqlite3_bind_int(statement, 4, (int)change->fields);
    sqlite3_bind_int64(statement, 5, change->state == change->from ? 0 : now);
    sqlite3_bind_int(statement, 6, job_state_final(change->state));
    sqlite3_bind_int(statement, 7, change->attempts);
    sqlite3_bind_int64(statement, 8, change->next_attempt_at);
    sqlite3_bind_int(statement, 9, change->last_error);
    if (rc == SQLITE_OK) rc = bind_wide(statement, 10, change->last_error_text);
    if (rc == SQLITE_OK) rc = bind_wide(statement, 11, change->entry_id);
    if (rc == SQLITE_OK) rc = bind_wide(statement, 12, change->store_id);
    sqlite3_bind_int64(statement, 13, change->outlook_process);
    sqlite3_bind_int64(statement, 14, (LONGLONG)change->outlook_started);
    sqlite3_bind_int(statement, 15, change->send_returned != FALSE);
    sqlite3_bind_int(statement, 16, change->seen_in_outbox != FALSE);
    return rc;
}

/* SQLITE_ROW if the job was in the state that it had to be in. */
static int update_job(
    struct outbox *outbox, const struct job_change *change, LONGLONG now, LONGLONG *seq, int *attempts)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, statement_change_job);
    int rc;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    rc = bind_change(statement, change, now);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
    {
        *seq = sqlite3_column_int64(statement, 0);
        *attempts = sqlite3_column_int(statement, 1);
    }
    statement_done(statement);
    return rc;
}

static int add_history(struct outbox *outbox, const struct job_change *change, LONGLONG now, LONGLONG seq, int attempts)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, statement_insert_history);
    WCHAR numbered[64];
    const WCHAR *text = history_texts[change->state];
    int rc;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    if (change->told)
        text = change->told;
    else if (change->last_error_text && *change->last_error_text)
        text = change->last_error_text;
    else if (change->state == job_sending && attempts > 0)
    {
        _snwprintf(numbered, ARRAYSIZE(numbered) - 1, L"%ls, attempt %d", text, attempts);
        numbered[ARRAYSIZE(numbered) - 1] = 0;
        text = numbered;
    }
    sqlite3_bind_int64(statement, 1, seq);
    sqlite3_bind_int64(statement, 2, now);
    sqlite3_bind_int(statement, 3, (int)change->state);
    rc = bind_wide(statement, 4, text);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static HRESULT wrong_state(const struct job_change *change, enum job_state now, struct error *error)
{
    const WCHAR *wanted = job_state_name(change->state);

    if (change->state == change->from && !job_state_final(change->state)) wanted = L"changed";
    if (change->fields & job_set_life) wanted = L"tried again";
    return error_set(error, error_wrong_state, 3, job_state_name(now), wanted, change->job_id);
}

/* The state that the job is in as the writer sees it. */
static HRESULT state_now(struct outbox *outbox, struct work *work, const WCHAR *job_id, enum job_state *now)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, statement_state_of);
    HRESULT hr = S_OK;
    int rc;

    if (!statement) return writer_failed(outbox, work, sqlite3_errcode(outbox->writer.db));
    bind_job_id(statement, 1, job_id);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        *now = (enum job_state)sqlite3_column_int(statement, 0);
    else
        hr = rc == SQLITE_DONE ? no_such_job(work->error) : writer_failed(outbox, work, rc);
    statement_done(statement);
    return hr;
}

/* Why the UPDATE found no row. */
static HRESULT refuse(struct outbox *outbox, struct work *work, const struct job_change *change)
{
    enum job_state now;
    HRESULT hr = state_now(outbox, work, change->job_id, &now);

    return FAILED(hr) ? hr : wrong_state(change, now, work->error);
}

/* Whose the draft is that may stand in Outlook. What became of a mail that is unknown, a person finds out. */
static int note_draft(struct outbox *outbox, const struct job_change *change, LONGLONG now, int attempts)
{
    const bool failed_once = change->from == job_sending && change->state == job_queued;

    if (change->state == job_sent || change->state == job_unknown || change->keeps_draft)
        return stray_keep(outbox, change->job_id, attempts);
    if (change->state == job_cancelled || change->state == job_failed || failed_once)
        return stray_add(outbox, change, now);
    return SQLITE_OK;
}

static HRESULT change_one(struct outbox *outbox, struct work *work, const struct job_change *change, LONGLONG now)
{
    LONGLONG seq = 0;
    int attempts = 0, rc;

    if (!job_state_may_follow(change->from, change->state)) return wrong_state(change, change->from, work->error);
    rc = update_job(outbox, change, now, &seq, &attempts);
    if (rc == SQLITE_DONE) return refuse(outbox, work, change);
    if (rc != SQLITE_ROW) return writer_failed(outbox, work, rc);
    if (change->state == change->from) return S_OK;
    rc = add_history(outbox, change, now, seq, attempts);
    if (rc == SQLITE_OK) rc = note_draft(outbox, change, now, attempts);
    if (rc != SQLITE_OK) return writer_failed(outbox, work, rc);
    work->delta[change->from]--;
    work->delta[change->state]++;
    return S_OK;
}

static HRESULT change_run(struct outbox *outbox, struct work *work)
{
    struct change_work *change = (struct change_work *)work;
    HRESULT hr = S_OK;

    for (size_t i = 0; i < change->count && SUCCEEDED(hr); i++)
        hr = change_one(outbox, work, &change->changes[i], change->now);
    return hr;
}

static bool changed_again(const struct change_work *change, size_t index)
{
    for (size_t i = index + 1; i < change->count; i++)
        if (!_wcsicmp(change->changes[i].job_id, change->changes[index].job_id)) return true;
    return false;
}

static void change_committed(struct outbox *outbox, struct work *work)
{
    struct change_work *change = (struct change_work *)work;
    WCHAR job_id[JOB_ID_SIZE];

    FAILPOINT("change-committed");
    for (size_t i = 0; i < change->count && outbox->changed; i++)
    {
        if (changed_again(change, i) || !job_id_normal(change->changes[i].job_id, job_id)) continue;
        outbox->changed(outbox->context, job_id, change->changes[i].state);
    }
}

/* After the commit, on the caller's thread. What is left by a crash here, or because the outbox cannot be read, is an
 * orphan that the next opening removes. */
static void remove_files(struct outbox *outbox, const WCHAR *job_id, deadline until)
{
    struct outbox_attachment *attachments = NULL;
    struct connection *reader;
    size_t count = 0;
    int rc;

    if (FAILED(reader_take(outbox, min(until, deadline_in(reader_wait_ms)), &reader, NULL))) return;
    rc = read_attachments(outbox, reader, job_id, &attachments, &count);
    reader_give(outbox, reader);
    if (rc != SQLITE_OK) return;
    for (size_t i = 0; i < count; i++)
        spool_remove(outbox, attachments[i].path + wcslen(outbox->folder) + wcslen(L"\\" SPOOL_LEAF L"\\"));
    free_attachments(attachments, count);
}

/* Has the changes written by run and lets the files go that nobody needs any more. */
static HRESULT write_changes(struct outbox *outbox, struct change_work *change, deadline until)
{
    HRESULT hr = writer_do(outbox, &change->work, until);

    if (change->work.stage == work_waiting) return error_set(change->work.error, error_timeout_change, 1, outbox->path);
    for (size_t i = 0; i < change->count && SUCCEEDED(hr); i++)
        if (change->changes[i].state == job_sent || change->changes[i].state == job_cancelled)
            remove_files(outbox, change->changes[i].job_id, until);
    return hr;
}

HRESULT outbox_change(struct outbox *outbox, const struct job_change *changes, size_t count, struct error *error)
{
    struct change_work change = {
        .work = {.run = change_run, .committed = change_committed, .error = error, .failed = error_outbox_change},
        .changes = changes,
        .count = count,
        .now = utc_now_ms()};

    return write_changes(outbox, &change, deadline_in(change_deadline_ms));
}

/* --- what a person does with a job */

struct decision
{
    struct change_work change; /* first */
    struct job_change step;    /* from is filled in by the writer */
    bool (*may)(enum job_state state);
};

static HRESULT decision_run(struct outbox *outbox, struct work *work)
{
    struct decision *decision = (struct decision *)work;
    HRESULT hr = state_now(outbox, work, decision->step.job_id, &decision->step.from);

    if (FAILED(hr)) return hr;
    if (!decision->may(decision->step.from)) return wrong_state(&decision->step, decision->step.from, work->error);
    return change_run(outbox, work);
}

static HRESULT decide(struct outbox *outbox, struct decision *decision, const WCHAR *done, const WCHAR *by,
    deadline until, struct error *error)
{
    WCHAR told[300];

    _snwprintf(told, ARRAYSIZE(told) - 1, by && *by ? L"%ls by %ls" : L"%ls", done, by);
    told[ARRAYSIZE(told) - 1] = 0;
    decision->step.told = told;
    decision->change.work.run = decision_run;
    decision->change.work.committed = change_committed;
    decision->change.work.error = error;
    decision->change.work.failed = error_outbox_change;
    decision->change.changes = &decision->step;
    decision->change.count = 1;
    decision->change.now = utc_now_ms();
    return write_changes(outbox, &decision->change, until);
}

HRESULT outbox_cancel(struct outbox *outbox, const WCHAR *job_id, const WCHAR *by, deadline until, struct error *error)
{
    struct decision decision = {
        .step = {.state = job_cancelled, .fields = job_set_next_attempt}, .may = job_state_may_cancel};

    if (!job_id_normal(job_id, decision.step.job_id)) return no_such_job(error);
    return decide(outbox, &decision, L"cancelled", by, until, error);
}

/* What the row knows of the attempt before must not be taken for what became of the next one. */
HRESULT outbox_retry(struct outbox *outbox, const WCHAR *job_id, const WCHAR *by, deadline until, struct error *error)
{
    struct decision decision = {.step = {.state = job_queued,
                                    .fields = job_set_next_attempt | job_set_error | job_set_outlook |
                                              job_set_returned | job_set_seen | job_set_life},
        .may = job_state_may_retry};

    if (!job_id_normal(job_id, decision.step.job_id)) return no_such_job(error);
    return decide(outbox, &decision, L"to be tried again, asked for", by, until, error);
}

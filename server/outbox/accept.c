/* accept.c - makes a mail durable. Texts are converted and hashed, and files copied and flushed, on the caller's
 * thread; the writer only inserts. Queue limit and key are judged by the writer within the transaction, so that callers
 * that come at once cannot pass each other. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

struct accept
{
    struct work work; /* first */
    struct texts texts;
    struct spool *spool;
    WCHAR *job_id; /* the caller's */
    LONGLONG now;
    LONGLONG held_until; /* 0: due at once */
};

static void bind_part(sqlite3_stmt *statement, int index, const struct texts *texts, enum text_part part)
{
    sqlite3_bind_text(statement, index, texts->utf8[part], texts->bytes[part], SQLITE_STATIC);
}

/* Runs a bound statement that gives no rows. */
static int run_bound(sqlite3_stmt *statement)
{
    int rc = sqlite3_step(statement);

    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int insert_job(struct connection *connection, const struct accept *accept)
{
    sqlite3_stmt *job = connection_statement(connection, statement_insert_job);
    sqlite3_stmt *mail = connection_statement(connection, statement_insert_mail);
    static const enum text_part mail_parts[] = {part_to, part_cc, part_bcc, part_body, part_html_body, part_categories,
        part_reply_to, part_on_behalf_of, part_account};
    const struct texts *texts = &accept->texts;
    int rc;

    if (!job || !mail) return sqlite3_errcode(connection->db);
    bind_job_id(job, 1, accept->job_id);
    bind_part(job, 2, texts, part_caller_sid);
    bind_part(job, 3, texts, part_caller_name);
    bind_part(job, 4, texts, part_key);
    sqlite3_bind_blob(job, 5, texts->fingerprint, HASH_SIZE, SQLITE_STATIC);
    bind_part(job, 6, texts, part_subject);
    sqlite3_bind_int64(job, 7, accept->now);
    sqlite3_bind_int64(job, 8, accept->held_until);
    if ((rc = run_bound(job)) != SQLITE_OK) return rc;
    sqlite3_bind_int64(mail, 1, sqlite3_last_insert_rowid(connection->db));
    for (size_t i = 0; i < ARRAYSIZE(mail_parts); i++)
        bind_part(mail, (int)i + 2, texts, mail_parts[i]);
    for (size_t i = 0; i < number_count; i++)
        sqlite3_bind_int64(mail, (int)(i + 2 + ARRAYSIZE(mail_parts)), texts->numbers[i]);
    return run_bound(mail);
}

static void bind_wide(sqlite3_stmt *statement, int index, const WCHAR *text)
{
    int bytes;
    char *utf8 = utf8_of(text, &bytes);

    if (utf8) sqlite3_bind_text(statement, index, utf8, bytes, free); /* else NULL, which the column refuses */
}

static int insert_attachment(struct connection *connection, LONGLONG seq, size_t number, const struct spool_file *file)
{
    sqlite3_stmt *statement = connection_statement(connection, statement_insert_attachment);

    if (!statement) return sqlite3_errcode(connection->db);
    sqlite3_bind_int64(statement, 1, seq);
    sqlite3_bind_int64(statement, 2, (LONGLONG)number);
    bind_wide(statement, 3, file->given);
    bind_wide(statement, 4, file->relative);
    bind_wide(statement, 5, file->name);
    sqlite3_bind_int64(statement, 6, (LONGLONG)file->size);
    sqlite3_bind_blob(statement, 7, file->sha256, HASH_SIZE, SQLITE_STATIC);
    bind_wide(statement, 8, file->display_name);
    bind_wide(statement, 9, file->content_id);
    return run_bound(statement);
}

static int insert_history(struct connection *connection, LONGLONG seq, const struct accept *accept)
{
    sqlite3_stmt *statement = connection_statement(connection, statement_insert_history);
    WCHAR until[TIME_TEXT_SIZE], text[64 + TIME_TEXT_SIZE];

    if (!statement) return sqlite3_errcode(connection->db);
    sqlite3_bind_int64(statement, 1, seq);
    sqlite3_bind_int64(statement, 2, accept->now);
    sqlite3_bind_int(statement, 3, job_queued);
    if (accept->held_until)
    {
        utc_ms_to_text(accept->held_until, until);
        _snwprintf(text, ARRAYSIZE(text) - 1, L"accepted; held until %ls", until);
        text[ARRAYSIZE(text) - 1] = 0;
        bind_wide(statement, 4, text);
    }
    else
        sqlite3_bind_text(statement, 4, "accepted", -1, SQLITE_STATIC);
    return run_bound(statement);
}

static int insert_all(struct connection *connection, const struct accept *accept)
{
    LONGLONG seq;
    int rc = insert_job(connection, accept);

    seq = sqlite3_last_insert_rowid(connection->db);
    for (size_t i = 0; accept->spool && i < accept->spool->count && rc == SQLITE_OK; i++)
        rc = insert_attachment(connection, seq, i, &accept->spool->files[i]);
    if (rc == SQLITE_OK) rc = insert_history(connection, seq, accept);
    return rc;
}

/* Jobs that are not final, those of the batch in hand counted. Only the writer changes the counts. */
static ULONGLONG jobs_waiting(const struct outbox *outbox)
{
    LONG waiting = 0;

    for (size_t i = 0; i < job_state_count; i++)
        if (!job_state_final((enum job_state)i)) waiting += outbox->counts[i] + outbox->batch[i];
    return waiting > 0 ? (ULONGLONG)waiting : 0;
}

static HRESULT accept_run(struct outbox *outbox, struct work *work)
{
    struct accept *accept = (struct accept *)work;
    ULONGLONG waiting = jobs_waiting(outbox);
    int rc;

    if (accept->texts.bytes[part_key])
    {
        enum key_answer answer;
        WCHAR other[JOB_ID_SIZE];

        rc = key_look(&outbox->writer, &accept->texts, accept->spool, &answer, other, work->error);
        if (rc != SQLITE_OK) return writer_failed(outbox, work, rc);
        if (answer == key_reused) return (HRESULT)error_row(error_key_reused)->code;
        if (answer == key_same)
        {
            wmemcpy(accept->job_id, other, JOB_ID_SIZE);
            return S_FALSE;
        }
    }
    if (waiting >= outbox->limits.max_queued_jobs)
    {
        WCHAR there[NUMBER_TEXT_SIZE], limit[NUMBER_TEXT_SIZE];

        return error_set(work->error, error_queue_full, 2, number_text(waiting, there),
            number_text(outbox->limits.max_queued_jobs, limit));
    }
    if ((rc = insert_all(&outbox->writer, accept)) != SQLITE_OK) return writer_failed(outbox, work, rc);
    work->delta[job_queued] = 1;
    FAILPOINT("accept-written");
    return S_OK;
}

static void accept_committed(struct outbox *outbox, struct work *work)
{
    struct accept *accept = (struct accept *)work;

    FAILPOINT("accept-committed");
    if (outbox->changed) outbox->changed(outbox->context, accept->job_id, job_queued);
}

static HRESULT accept_prepare(struct accept *accept, const struct outbox_text *text, struct error *error)
{
    struct spool *spool = accept->spool;
    HRESULT hr = texts_make(&accept->texts, text, spool, NULL, 0, error);

    if (FAILED(hr)) return hr;
    if (!spool) return job_id_make(accept->job_id, error);
    wmemcpy(accept->job_id, spool->job_id, JOB_ID_SIZE);
    return S_OK;
}

static HRESULT check_size(
    const struct outbox *outbox, const struct outbox_text *text, const struct spool *spool, struct error *error)
{
    ULONGLONG bytes = text_bytes(text) + (spool ? spool->bytes : 0);
    WCHAR size[NUMBER_TEXT_SIZE], limit[NUMBER_TEXT_SIZE];

    if (bytes <= outbox->limits.max_mail_bytes) return S_OK;
    return error_set(
        error, error_too_large, 2, number_text(bytes, size), number_text(outbox->limits.max_mail_bytes, limit));
}

HRESULT outbox_accept(struct outbox *outbox, const struct outbox_text *text, struct spool *spool, deadline until,
    WCHAR job_id[JOB_ID_SIZE], struct error *error)
{
    const ULONGLONG begun_ms = spool ? spool->begun_ms : clock_now_ms();
    struct accept accept = {
        .work = {.run = accept_run, .committed = accept_committed, .error = error, .failed = error_outbox_write},
        .spool = spool,
        .job_id = job_id};
    HRESULT hr;

    job_id[0] = 0;
    if (FAILED(hr = check_size(outbox, text, spool, error))) return hr;
    hr = accept_prepare(&accept, text, error);
    FAILPOINT("accept-spooled");
    if (SUCCEEDED(hr))
    {
        accept.now = utc_now_ms();
        accept.held_until = text->deferred_until > accept.now ? text->deferred_until : 0;
        hr = writer_do(outbox, &accept.work, until);
        if (accept.work.stage == work_waiting) hr = timeout_accept(error, begun_ms, until);
    }
    if (hr == S_OK && spool) spool->accepted = true;
    if (FAILED(hr)) job_id[0] = 0;
    texts_clear(&accept.texts);
    return hr;
}

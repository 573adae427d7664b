/* work.c - what delivery reads: which job is due, what a job holds, its stamp. */
#include "internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char stamp_prefix[] = "OutlookBroker stamp";

static int take_work(const struct outbox *outbox, sqlite3_stmt *statement, struct job_work *work)
{
    memset(work, 0, sizeof(*work));
    work->from_before = sqlite3_column_int64(statement, 0) <= outbox->last_seq_before;
    column_job_id(statement, 1, work->id);
    work->state = (enum job_state)sqlite3_column_int(statement, 2);
    work->attempts = sqlite3_column_int(statement, 3);
    work->submitted_at = sqlite3_column_int64(statement, 4);
    work->next_attempt_at = sqlite3_column_int64(statement, 5);
    work->state_since = sqlite3_column_int64(statement, 6);
    work->caller_name = column_wide(statement, 7);
    work->entry_id = column_wide(statement, 8);
    work->store_id = column_wide(statement, 9);
    work->outlook_process = (DWORD)sqlite3_column_int64(statement, 10);
    work->outlook_started = (ULONGLONG)sqlite3_column_int64(statement, 11);
    work->send_returned = sqlite3_column_int(statement, 12) != 0;
    work->seen_in_outbox = sqlite3_column_int(statement, 13) != 0;
    work->attempts_before = sqlite3_column_int(statement, 14);
    work->life_since = sqlite3_column_int64(statement, 15);
    if (!work->life_since) work->life_since = work->submitted_at;
    work->last_error = (HRESULT)sqlite3_column_int64(statement, 16);
    work->draft_noted = sqlite3_column_int(statement, 17) != 0;
    work->next_draft_noted = sqlite3_column_int(statement, 18) != 0;
    work->last_error_text = column_wide(statement, 19);
    return work->caller_name && work->entry_id && work->store_id && work->last_error_text ? SQLITE_OK : SQLITE_NOMEM;
}

/* From a row of MAIL_COLUMNS. */
static int take_texts(sqlite3_stmt *statement, struct job_work *work)
{
    WCHAR **const texts[] = {&work->to, &work->cc, &work->bcc, &work->subject, &work->body, &work->html_body,
        &work->categories, &work->reply_to, &work->on_behalf_of, &work->account};
    const int numbers = ARRAYSIZE(texts);

    for (int i = 0; i < numbers; i++)
        if (!(*texts[i] = column_wide(statement, i))) return SQLITE_NOMEM;
    work->importance = sqlite3_column_int(statement, numbers + number_importance);
    work->sensitivity = sqlite3_column_int(statement, numbers + number_sensitivity);
    work->read_receipt = sqlite3_column_int(statement, numbers + number_read_receipt) != 0;
    work->expires_at = sqlite3_column_int64(statement, numbers + number_expires_at);
    return SQLITE_OK;
}

static int read_texts(struct connection *reader, struct job_work *work)
{
    sqlite3_stmt *statement = connection_statement(reader, statement_texts);
    int rc;

    if (!statement) return sqlite3_errcode(reader->db);
    bind_job_id(statement, 1, work->id);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        rc = take_texts(statement, work);
    else if (rc == SQLITE_DONE)
        rc = SQLITE_CORRUPT; /* a job without its mail */
    statement_done(statement);
    return rc;
}

static int take_attachment(const struct outbox *outbox, sqlite3_stmt *statement, struct outbox_attachment *attachment)
{
    const void *sha256 = sqlite3_column_blob(statement, 3);
    WCHAR path[outbox_path_size];
    WCHAR *relative = column_wide(statement, 0);

    memset(attachment, 0, sizeof(*attachment));
    if (!relative) return SQLITE_NOMEM;
    spool_path(outbox, relative, path);
    free(relative);
    attachment->path = wide_copy(path);
    attachment->name = column_wide(statement, 1);
    attachment->display_name = column_wide(statement, 4);
    attachment->content_id = column_wide(statement, 5);
    attachment->size = (ULONGLONG)sqlite3_column_int64(statement, 2);
    if (sha256 && sqlite3_column_bytes(statement, 3) == HASH_SIZE) memcpy(attachment->sha256, sha256, HASH_SIZE);
    return attachment->path && attachment->name && attachment->display_name && attachment->content_id ? SQLITE_OK
                                                                                                      : SQLITE_NOMEM;
}

int read_attachments(struct outbox *outbox, struct connection *connection, const WCHAR *job_id,
    struct outbox_attachment **attachments, size_t *count)
{
    sqlite3_stmt *statement = connection_statement(connection, statement_attachments);
    int rc;

    *attachments = NULL;
    *count = 0;
    if (!statement) return sqlite3_errcode(connection->db);
    bind_job_id(statement, 1, job_id);
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
    {
        struct outbox_attachment *grown = realloc(*attachments, (*count + 1) * sizeof(*grown));

        if (!grown)
        {
            rc = SQLITE_NOMEM;
            break;
        }
        *attachments = grown;
        rc = take_attachment(outbox, statement, &grown[(*count)++]);
        if (rc != SQLITE_OK) break;
    }
    statement_done(statement);
    if (rc == SQLITE_DONE) return SQLITE_OK;
    free_attachments(*attachments, *count);
    *attachments = NULL;
    *count = 0;
    return rc;
}

void free_attachments(struct outbox_attachment *attachments, size_t count)
{
    for (size_t i = 0; i < count; i++)
    {
        free(attachments[i].path);
        free(attachments[i].name);
        free(attachments[i].display_name);
        free(attachments[i].content_id);
    }
    free(attachments);
}

void job_work_clear(struct job_work *work)
{
    free(work->to);
    free(work->cc);
    free(work->bcc);
    free(work->subject);
    free(work->body);
    free(work->html_body);
    free(work->categories);
    free(work->reply_to);
    free(work->on_behalf_of);
    free(work->account);
    free(work->caller_name);
    free(work->last_error_text);
    free(work->entry_id);
    free(work->store_id);
    free_attachments(work->attachments, work->attachment_count);
    memset(work, 0, sizeof(*work));
}

/* The job's texts and attachments. What stands in the outbox without its mail, or cannot be read though the disk
 * answers, is damaged: the job as far as it is there. */
static int read_mail(struct outbox *outbox, struct connection *reader, struct job_work *work)
{
    int rc = read_texts(reader, work);

    if (rc == SQLITE_OK) rc = read_attachments(outbox, reader, work->id, &work->attachments, &work->attachment_count);
    work->damaged = rc == SQLITE_CORRUPT;
    if (work->damaged) closed_doubt(outbox, rc);
    return work->damaged ? SQLITE_OK : rc;
}

/* The one job that the statement finds, by its id or, where that is NULL, by now_ms; SQLITE_DONE if it finds none. */
static int read_whole(struct outbox *outbox, struct connection *reader, enum statement_id id, const WCHAR *job_id,
    LONGLONG now_ms, struct job_work *work)
{
    sqlite3_stmt *statement = connection_statement(reader, id);
    int rc;

    if (!statement) return sqlite3_errcode(reader->db);
    if (job_id)
        bind_job_id(statement, 1, job_id);
    else
        sqlite3_bind_int64(statement, 1, now_ms);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) rc = take_work(outbox, statement, work);
    statement_done(statement);
    if (rc == SQLITE_OK) rc = read_mail(outbox, reader, work);
    if (rc != SQLITE_OK) job_work_clear(work);
    return rc;
}

static int read_next_due_at(struct connection *reader, LONGLONG now_ms, LONGLONG *next_due)
{
    sqlite3_stmt *statement = connection_statement(reader, statement_next_due_at);
    int rc;

    if (!statement) return sqlite3_errcode(reader->db);
    sqlite3_bind_int64(statement, 1, now_ms);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) *next_due = sqlite3_column_int64(statement, 0);
    statement_done(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

HRESULT outbox_next_due(
    struct outbox *outbox, LONGLONG now_ms, struct job_work *work, LONGLONG *next_due, struct error *error)
{
    struct connection *reader;
    HRESULT hr;
    int rc;

    memset(work, 0, sizeof(*work));
    *next_due = 0;
    if (!hand_any(outbox)) return error_set(error, error_timeout_change, 1, outbox->path);
    if (FAILED(hr = reader_take_own(outbox, &reader, error))) return hr;
    rc = read_whole(outbox, reader, statement_next_due, NULL, now_ms, work);
    if (rc == SQLITE_DONE)
    {
        rc = read_next_due_at(reader, now_ms, next_due);
        hr = S_FALSE;
    }
    if (rc != SQLITE_OK) hr = read_failed(outbox, reader, rc, error);
    reader_give(outbox, reader);
    hand_one(outbox, hr == S_OK ? work->id : L"");
    return hr;
}

HRESULT outbox_read_work(struct outbox *outbox, const WCHAR *job_id, struct job_work *work, struct error *error)
{
    struct connection *reader;
    HRESULT hr;
    int rc;

    memset(work, 0, sizeof(*work));
    if (FAILED(hr = reader_take_own(outbox, &reader, error))) return hr;
    rc = read_whole(outbox, reader, statement_work, job_id, 0, work);
    if (rc == SQLITE_DONE)
        hr = no_such_job(error);
    else if (rc != SQLITE_OK)
        hr = read_failed(outbox, reader, rc, error);
    reader_give(outbox, reader);
    return hr;
}

/* Behind WORK_COLUMNS. A job whose mail is missing from the outbox has none. */
static int take_account(sqlite3_stmt *statement, struct job_work *work)
{
    const int column = sqlite3_column_count(statement) - 1;

    if (sqlite3_column_type(statement, column) == SQLITE_NULL) return SQLITE_OK;
    work->account = column_wide(statement, column);
    return work->account ? SQLITE_OK : SQLITE_NOMEM;
}

static int list_in_state(struct outbox *outbox, sqlite3_stmt *statement, struct job_work **list, size_t *count)
{
    int rc;

    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
    {
        struct job_work *grown = *list;

        /* Doubled whenever count is a power of two. */
        if (!(*count & (*count - 1))) grown = realloc(*list, (*count ? *count * 2 : 1) * sizeof(*grown));
        if (!grown) return SQLITE_NOMEM;
        *list = grown;
        if ((rc = take_work(outbox, statement, &grown[(*count)++])) != SQLITE_OK) return rc;
        if ((rc = take_account(statement, &grown[*count - 1])) != SQLITE_OK) return rc;
    }
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

HRESULT outbox_in_state(
    struct outbox *outbox, enum job_state state, size_t max, struct job_work **list, size_t *count, struct error *error)
{
    struct connection *reader;
    sqlite3_stmt *statement;
    HRESULT hr;
    int rc;

    *list = NULL;
    *count = 0;
    if (FAILED(hr = reader_take_own(outbox, &reader, error))) return hr;
    statement = connection_statement(reader, statement_in_state);
    rc = statement ? SQLITE_OK : sqlite3_errcode(reader->db);
    if (rc == SQLITE_OK)
    {
        sqlite3_bind_int(statement, 1, (int)state);
        sqlite3_bind_int64(statement, 2, max < INT_MAX ? (LONGLONG)max : INT_MAX);
        rc = list_in_state(outbox, statement, list, count);
        statement_done(statement);
    }
    if (rc != SQLITE_OK)
    {
        hr = read_failed(outbox, reader, rc, error);
        for (size_t i = 0; i < *count; i++)
            job_work_clear(&(*list)[i]);
        free(*list);
        *list = NULL;
        *count = 0;
    }
    reader_give(outbox, reader);
    return hr;
}

HRESULT job_stamp(const WCHAR *job_id, LONG attempt, WCHAR stamp[STAMP_SIZE])
{
    WCHAR normal[JOB_ID_SIZE];
    BYTE digest[HASH_SIZE];
    struct hash *hash;
    HRESULT hr;

    stamp[0] = 0;
    if (!job_id_normal(job_id, normal)) return E_INVALIDARG;
    if (FAILED(hr = hash_begin(&hash))) return hr;
    if (FAILED(hr = hash_add(hash, stamp_prefix, sizeof(stamp_prefix))) ||
        FAILED(hr = hash_add(hash, normal, sizeof(normal))) || FAILED(hr = hash_add(hash, &attempt, sizeof(attempt))))
    {
        hash_drop(hash);
        return hr;
    }
    if (FAILED(hr = hash_end(hash, digest))) return hr;
    for (size_t i = 0; i < (STAMP_SIZE - 1) / 2; i++)
        _snwprintf(stamp + 2 * i, 3, L"%02X", digest[i]);
    return S_OK;
}

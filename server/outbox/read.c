/* read.c - what clients see of jobs. Each question is one statement on one connection: a snapshot of the last commit.
 * In WAL mode no reader keeps the writer waiting. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

HRESULT no_such_job(struct error *error)
{
    error_clear(error);
    if (error) error->code = (HRESULT)error_row(error_no_such_job)->code;
    return (HRESULT)error_row(error_no_such_job)->code;
}

/* Asks one statement for one job; what makes something of its row. SQLITE_NOMEM from it when memory is short. */
static HRESULT read_one(struct outbox *outbox, enum statement_id id, const WCHAR *job_id, deadline until,
    int (*what)(sqlite3_stmt *statement, void *out), void *out, struct error *error)
{
    struct connection *reader;
    sqlite3_stmt *statement;
    HRESULT hr;
    int rc;

    if (FAILED(hr = reader_take(outbox, until, &reader, error))) return hr;
    statement = connection_statement(reader, id);
    rc = statement ? SQLITE_OK : sqlite3_errcode(reader->db);
    if (rc == SQLITE_OK)
    {
        bind_job_id(statement, 1, job_id);
        rc = sqlite3_step(statement);
        if (rc == SQLITE_ROW) rc = what(statement, out);
    }
    if (rc == SQLITE_DONE)
        hr = no_such_job(error);
    else if (rc != SQLITE_OK)
        hr = read_failed(outbox, reader, rc, error);
    statement_done(statement);
    reader_give(outbox, reader);
    return hr;
}

static int take_state(sqlite3_stmt *statement, void *out)
{
    *(enum job_state *)out = (enum job_state)sqlite3_column_int(statement, 0);
    return SQLITE_OK;
}

HRESULT outbox_read_state(
    struct outbox *outbox, const WCHAR *job_id, deadline until, enum job_state *state, struct error *error)
{
    *state = job_queued;
    return read_one(outbox, statement_state_of, job_id, until, take_state, state, error);
}

static int take_row(sqlite3_stmt *statement, void *out)
{
    struct job_row *row = out;

    column_job_id(statement, 0, row->id);
    row->state = (enum job_state)sqlite3_column_int(statement, 1);
    row->attempts = sqlite3_column_int(statement, 2);
    row->submitted_at = sqlite3_column_int64(statement, 3);
    row->finished_at = sqlite3_column_int64(statement, 4);
    row->next_attempt_at = sqlite3_column_int64(statement, 5);
    row->last_error = (HRESULT)sqlite3_column_int64(statement, 6);
    row->key = column_wide(statement, 7);
    row->subject = column_wide(statement, 8);
    row->caller_sid = column_wide(statement, 9);
    row->caller_name = column_wide(statement, 10);
    row->last_error_text = column_wide(statement, 11);
    row->entry_id = column_wide(statement, 12);
    return row->key && row->subject && row->caller_sid && row->caller_name && row->last_error_text && row->entry_id
               ? SQLITE_OK
               : SQLITE_NOMEM;
}

HRESULT outbox_read(
    struct outbox *outbox, const WCHAR *job_id, deadline until, struct job_row *row, struct error *error)
{
    HRESULT hr;

    memset(row, 0, sizeof(*row));
    hr = read_one(outbox, statement_read_row, job_id, until, take_row, row, error);
    if (FAILED(hr)) job_row_clear(row);
    return hr;
}

void job_row_clear(struct job_row *row)
{
    free(row->key);
    free(row->subject);
    free(row->caller_sid);
    free(row->caller_name);
    free(row->last_error_text);
    free(row->entry_id);
    memset(row, 0, sizeof(*row));
}

static int take_rows(sqlite3_stmt *statement, struct job_row **rows, size_t *count)
{
    int rc;

    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
    {
        struct job_row *grown = *rows;

        /* Doubled whenever count is a power of two. */
        if (!(*count & (*count - 1))) grown = realloc(*rows, (*count ? *count * 2 : 1) * sizeof(*grown));
        if (!grown) return SQLITE_NOMEM;
        *rows = grown;
        memset(&grown[*count], 0, sizeof(*grown));
        if ((rc = take_row(statement, &grown[(*count)++])) != SQLITE_OK) return rc;
    }
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int list_rows(
    struct connection *reader, const struct outbox_filter *filter, struct job_row **rows, size_t *count)
{
    static const enum statement_id statements[2][2] = {
        {statement_list, statement_list_in_state}, {statement_list_of_caller, statement_list_of_caller_in_state}};
    sqlite3_stmt *statement = connection_statement(reader, statements[filter->caller_sid != NULL][filter->state >= 0]);
    int rc = SQLITE_OK;

    if (!statement) return sqlite3_errcode(reader->db);
    if (filter->caller_sid)
    {
        int bytes;
        char *sid = utf8_of(filter->caller_sid, &bytes);

        rc = sid ? sqlite3_bind_text(statement, 1, sid, bytes, free) : SQLITE_NOMEM;
    }
    if (filter->state >= 0) sqlite3_bind_int(statement, 2, filter->state);
    sqlite3_bind_int64(statement, 3, filter->most < INT_MAX ? (LONGLONG)filter->most : INT_MAX);
    if (rc == SQLITE_OK) rc = take_rows(statement, rows, count);
    statement_done(statement);
    return rc;
}

HRESULT outbox_list(struct outbox *outbox, const struct outbox_filter *filter, deadline until, struct job_row **rows,
    size_t *count, struct error *error)
{
    struct connection *reader;
    HRESULT hr;
    int rc;

    *rows = NULL;
    *count = 0;
    if (FAILED(hr = reader_take(outbox, until, &reader, error))) return hr;
    rc = list_rows(reader, filter, rows, count);
    if (rc != SQLITE_OK)
    {
        hr = read_failed(outbox, reader, rc, error);
        outbox_free_rows(*rows, *count);
        *rows = NULL;
        *count = 0;
    }
    reader_give(outbox, reader);
    return hr;
}

void outbox_free_rows(struct job_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        job_row_clear(&rows[i]);
    free(rows);
}

struct history_list
{
    struct history_row *rows;
    size_t count;
};

/* All rows from the one that the statement stands on. */
static int take_history(sqlite3_stmt *statement, void *out)
{
    struct history_list *list = out;
    int rc = SQLITE_ROW;

    while (rc == SQLITE_ROW)
    {
        struct history_row *rows = realloc(list->rows, (list->count + 1) * sizeof(*rows));

        if (!rows) return SQLITE_NOMEM;
        list->rows = rows;
        rows += list->count;
        rows->at = sqlite3_column_int64(statement, 0);
        rows->state = (enum job_state)sqlite3_column_int(statement, 1);
        if (!(rows->text = column_wide(statement, 2))) return SQLITE_NOMEM;
        list->count++;
        rc = sqlite3_step(statement);
    }
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

HRESULT outbox_history(struct outbox *outbox, const WCHAR *job_id, deadline until, struct history_row **rows,
    size_t *count, struct error *error)
{
    struct history_list list = {0};
    HRESULT hr = read_one(outbox, statement_history, job_id, until, take_history, &list, error);

    *rows = NULL;
    *count = 0;
    if (FAILED(hr))
    {
        outbox_free_history(list.rows, list.count);
        return hr;
    }
    *rows = list.rows;
    *count = list.count;
    return S_OK;
}

void outbox_free_history(struct history_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(rows[i].text);
    free(rows);
}

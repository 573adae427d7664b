/* readers.c - the reading connections: a small pool. Who takes one says until when; neither another program's lock nor
 * a lack of free connections nor a long query holds a client's call up beyond that. */
#include "internal.h"
#include <stdlib.h>

static HRESULT reader_open(struct outbox *outbox, struct connection **out, struct error *error)
{
    const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
    struct connection *reader = malloc(sizeof(*reader));
    int rc = reader ? connection_open(reader, outbox->path_utf8, flags, 0) : SQLITE_NOMEM;
    HRESULT hr;

    if (rc == SQLITE_OK)
    {
        connection_obey(reader, &outbox->hurried);
        *out = reader;
        return S_OK;
    }
    hr = read_failed(outbox, NULL, rc, error);
    free(reader);
    return hr;
}

/* None became free in time. */
static HRESULT readers_busy(struct outbox *outbox, ULONGLONG since, deadline until, struct error *error)
{
    WCHAR number[NUMBER_TEXT_SIZE], waited[NUMBER_TEXT_SIZE];

    if (outbox->hurried) return error_set(error, error_stopping, 0);
    return error_set(error, deadline_left(until) ? error_busy_outbox : error_timeout_readers, 2,
        number_text(reader_max, number), number_text(clock_now_ms() - since, waited));
}

/* One that is free, or the right to open one more; neither if none became free in time. */
static struct connection *take_idle(struct outbox *outbox, deadline until, bool *may_open)
{
    struct connection *reader;

    AcquireSRWLockExclusive(&outbox->readers_lock);
    while (!outbox->readers_idle && outbox->readers_open == reader_max && deadline_left(until) && !outbox->hurried)
        SleepConditionVariableSRW(&outbox->reader_free, &outbox->readers_lock, deadline_left(until), 0);
    *may_open = !outbox->readers_idle && outbox->readers_open < reader_max;
    if ((reader = outbox->readers_idle)) outbox->readers_idle = reader->next;
    if (*may_open) outbox->readers_open++;
    ReleaseSRWLockExclusive(&outbox->readers_lock);
    return reader;
}

static HRESULT take(struct outbox *outbox, deadline until, bool of_client, struct connection **out, struct error *error)
{
    const ULONGLONG since = clock_now_ms();
    const deadline least = max(until, deadline_in(reader_least_ms));
    bool may_open;
    HRESULT hr;

    *out = take_idle(outbox, min(least, deadline_in(reader_wait_ms)), &may_open);
    if (!*out && !may_open) return readers_busy(outbox, since, until, error);
    if (may_open && FAILED(hr = reader_open(outbox, out, error)))
    {
        AcquireSRWLockExclusive(&outbox->readers_lock);
        outbox->readers_open--;
        ReleaseSRWLockExclusive(&outbox->readers_lock);
        WakeConditionVariable(&outbox->reader_free);
        return hr;
    }
    (*out)->cut_off = of_client;
    connection_use(*out, max(until, deadline_in(reader_least_ms)));
    return S_OK;
}

HRESULT reader_take(struct outbox *outbox, deadline until, struct connection **reader, struct error *error)
{
    return take(outbox, until, true, reader, error);
}

HRESULT reader_take_own(struct outbox *outbox, struct connection **reader, struct error *error)
{
    return take(outbox, deadline_in(reader_wait_ms), false, reader, error);
}

void reader_give(struct outbox *outbox, struct connection *reader)
{
    connection_leave();
    AcquireSRWLockExclusive(&outbox->readers_lock);
    reader->next = outbox->readers_idle;
    outbox->readers_idle = reader;
    ReleaseSRWLockExclusive(&outbox->readers_lock);
    WakeConditionVariable(&outbox->reader_free);
}

void readers_close(struct outbox *outbox)
{
    while (outbox->readers_idle)
    {
        struct connection *reader = outbox->readers_idle;

        outbox->readers_idle = reader->next;
        connection_close(reader);
        free(reader);
    }
}

HRESULT read_failed(struct outbox *outbox, struct connection *reader, int rc, struct error *error)
{
    const bool kept =
        reader && reader->cut_off && (rc == SQLITE_INTERRUPT || lock_kept_us(rc, sqlite3_system_errno(reader->db)));
    const bool late = kept && ((rc & 0xFF) != SQLITE_IOERR || !deadline_left(reader->until)); /* it is not tried on */
    WCHAR words[SQLITE_WORDS_SIZE];

    closed_doubt(outbox, rc);
    if (rc == SQLITE_NOMEM) return error_set(error, error_no_memory, 0);
    if (kept && outbox->hurried) return error_set(error, error_stopping, 0);
    sqlite_words(reader ? reader->db : NULL, rc, words);
    return error_set(error, late ? error_timeout_read : error_outbox_read, 2, outbox->path, words);
}

/* outbox.c - opening and closing; the counts. See outbox.h. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>
#include "host/log.h"

static const ULONGLONG told_again_ms = 3600 * 1000;

static const char writer_pragmas[] = "PRAGMA synchronous = FULL;"
                                     "PRAGMA foreign_keys = ON;"
                                     "PRAGMA temp_store = MEMORY;"
                                     "PRAGMA cache_size = -8192;"
                                     "PRAGMA journal_size_limit = 16777216;";

static HRESULT open_failed(const struct outbox *outbox, sqlite3 *db, int rc, struct error *error)
{
    WCHAR words[SQLITE_WORDS_SIZE];

    sqlite_words(db, rc, words);
    return error_set(error, error_outbox_open, 2, outbox->path, words);
}

static HRESULT take_folder(struct outbox *outbox, const WCHAR *folder, struct error *error)
{
    size_t length = wcslen(folder);

    while (length && (folder[length - 1] == L'\\' || folder[length - 1] == L'/'))
        length--;
    if (length > folder_length_max)
        return error_set(error, error_outbox_open, 2, folder, L"nothing; the path is too long for spooled attachments");
    wmemcpy(outbox->folder, folder, length);
    outbox->folder[length] = 0;
    _snwprintf(outbox->path, outbox_path_size - 1, L"%ls\\" DATABASE_LEAF, outbox->folder);
    if (!WideCharToMultiByte(
            CP_UTF8, 0, outbox->path, -1, outbox->path_utf8, (int)sizeof(outbox->path_utf8), NULL, NULL))
        return error_unexpected_windows(error, L"naming the outbox", last_error_hresult());
    return S_OK;
}

/* SQLite opens a file that may only be read without a word, and other programs may have turned WAL off. */
static int writer_modes(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    const char *mode;
    int rc = sqlite3_exec(db, writer_pragmas, NULL, NULL, NULL);

    if (rc != SQLITE_OK) return rc;
    if (sqlite3_db_readonly(db, "main")) return SQLITE_READONLY;
    rc = sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
    if (rc != SQLITE_OK) return rc;
    rc = sqlite3_step(statement);
    mode = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    if (mode) rc = !strcmp(mode, "wal") ? SQLITE_OK : SQLITE_CANTOPEN;
    sqlite3_finalize(statement);
    return rc;
}

static int upgrade(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    int version = 0;
    int rc = sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &statement, NULL);

    if (rc != SQLITE_OK) return rc;
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW ? schema_upgrade(db, version) : rc;
}

static int load_counts(struct outbox *outbox)
{
    sqlite3_stmt *statement = connection_statement(&outbox->writer, statement_counts);
    int rc = SQLITE_ERROR;

    if (!statement) return sqlite3_errcode(outbox->writer.db);
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
    {
        int state = sqlite3_column_int(statement, 0);

        if (state >= 0 && state < job_state_count) outbox->counts[state] = sqlite3_column_int(statement, 1);
    }
    statement_done(statement);
    if (rc != SQLITE_DONE) return rc;
    if (!(statement = connection_statement(&outbox->writer, statement_last_seq)))
        return sqlite3_errcode(outbox->writer.db);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) outbox->last_seq_before = sqlite3_column_int64(statement, 0);
    statement_done(statement);
    return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static HRESULT open_writer(struct outbox *outbox, struct error *error)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    int rc = connection_open(&outbox->writer, outbox->path_utf8, flags, open_busy_ms);

    connection_use(&outbox->writer, deadline_in(open_busy_ms));
    if (rc == SQLITE_OK) rc = writer_modes(outbox->writer.db);
    if (rc == SQLITE_OK) rc = upgrade(outbox->writer.db);
    if (rc == SQLITE_OK) rc = load_counts(outbox);
    if (rc == SQLITE_OK) rc = old_begin(outbox);
    if (rc == SQLITE_OK) rc = spool_sweep(outbox, &outbox->writer);
    connection_leave();
    if (rc != SQLITE_OK) return open_failed(outbox, outbox->writer.db, rc, error);
    sqlite3_db_release_memory(outbox->writer.db); /* the pages that were counted through are not asked for again */
    return writer_start(outbox, error);
}

HRESULT outbox_open(const WCHAR *folder, const struct outbox_limits *limits, outbox_changed changed, void *context,
    struct outbox **out, struct error *error)
{
    struct outbox *outbox = calloc(1, sizeof(*outbox));
    HRESULT hr;

    *out = NULL;
    if (!outbox) return error_set(error, error_no_memory, 0);
    outbox->limits = *limits;
    outbox->changed = changed;
    outbox->context = context;
    outbox->queue_end = &outbox->queue_first;
    outbox->leftovers_end = &outbox->leftovers_first;
    outbox->in_hand = hand_known;
    InitializeSRWLock(&outbox->hand_lock);
    InitializeConditionVariable(&outbox->cancelled);
    InitializeSRWLock(&outbox->queue_lock);
    InitializeSRWLock(&outbox->counts_lock);
    InitializeSRWLock(&outbox->readers_lock);
    InitializeSRWLock(&outbox->leftovers_lock);
    InitializeSRWLock(&outbox->unsent_lock);
    InitializeSRWLock(&outbox->told_lock);
    InitializeConditionVariable(&outbox->queue_filled);
    InitializeConditionVariable(&outbox->reader_free);
    if (FAILED(hr = take_folder(outbox, folder, error)) || FAILED(hr = database_prepare(outbox, error)) ||
        FAILED(hr = open_writer(outbox, error)))
    {
        outbox_close(outbox);
        return hr;
    }
    *out = outbox;
    return S_OK;
}

void outbox_hurry(struct outbox *outbox)
{
    AcquireSRWLockExclusive(&outbox->readers_lock);
    InterlockedExchange(&outbox->hurried, TRUE);
    ReleaseSRWLockExclusive(&outbox->readers_lock);
    WakeAllConditionVariable(&outbox->reader_free);
}

/* The last connection to close folds the WAL into the database and removes it. */
void outbox_let_go(struct outbox *outbox)
{
    FAILPOINT("outbox-closing");
    readers_close(outbox);
    connection_close(&outbox->writer);
}

BOOL outbox_close_by(struct outbox *outbox, deadline until)
{
    if (!outbox) return TRUE;
    if (!outbox->thread)
    {
        outbox_let_go(outbox);
        leftovers_end(outbox);
    }
    else if (!writer_stop(outbox, until))
        return FALSE;
    free(outbox);
    return TRUE;
}

void outbox_close(struct outbox *outbox)
{
    outbox_close_by(outbox, deadline_never);
}

void outbox_report(struct outbox *outbox, enum trouble kind, int cause, const struct error *error)
{
    const ULONGLONG now = clock_now_ms();
    bool tell;

    AcquireSRWLockExclusive(&outbox->told_lock);
    tell = outbox->told[kind].cause != cause || now - outbox->told[kind].when >= told_again_ms;
    if (tell)
    {
        outbox->told[kind].cause = cause;
        outbox->told[kind].when = now;
    }
    ReleaseSRWLockExclusive(&outbox->told_lock);
    if (tell) event_report(event_outbox_unusable, NULL, NULL, error && error->text ? error->text : outbox->path);
}

void outbox_count(struct outbox *outbox, LONG counts[job_state_count])
{
    AcquireSRWLockShared(&outbox->counts_lock);
    memcpy(counts, outbox->counts, sizeof(outbox->counts));
    ReleaseSRWLockShared(&outbox->counts_lock);
}

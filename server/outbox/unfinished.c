/* unfinished.c - one question, asked by a process that is not the broker: does mail wait? The connection writes
 * nothing, and leaves the WAL as it is when it closes. */
#include "internal.h"
#include <wchar.h>

static int count_unfinished(struct connection *connection, LONG *unfinished)
{
    sqlite3_stmt *statement = connection_statement(connection, statement_counts);
    int rc = statement ? SQLITE_ROW : sqlite3_errcode(connection->db);

    while (statement && (rc = sqlite3_step(statement)) == SQLITE_ROW)
        if (!job_state_final((enum job_state)sqlite3_column_int(statement, 0)))
            *unfinished += sqlite3_column_int(statement, 1);
    statement_done(statement);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static BOOL holds_something(const WCHAR *path)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    return GetFileAttributesExW(path, GetFileExInfoStandard, &data) && (data.nFileSizeLow || data.nFileSizeHigh);
}

HRESULT outbox_unfinished(const WCHAR *folder, LONG *unfinished, struct error *error)
{
    WCHAR path[outbox_path_size], words[SQLITE_WORDS_SIZE];
    char path_utf8[outbox_path_size * 3];
    struct connection connection;
    int rc;

    *unfinished = 0;
    _snwprintf(path, outbox_path_size - 1, L"%ls\\" DATABASE_LEAF, folder);
    path[outbox_path_size - 1] = 0;
    if (!holds_something(path)) return S_OK;
    WideCharToMultiByte(CP_UTF8, 0, path, -1, path_utf8, sizeof(path_utf8), NULL, NULL);
    rc = connection_open(&connection, path_utf8, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, open_busy_ms);
    if (rc == SQLITE_OK)
    {
        sqlite3_db_config(connection.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        rc = count_unfinished(&connection, unfinished);
    }
    if (rc == SQLITE_NOTADB) rc = SQLITE_OK; /* no outbox: the next start sets it aside */
    if (rc != SQLITE_OK) sqlite_words(connection.db, rc, words);
    connection_close(&connection);
    return rc == SQLITE_OK ? S_OK : error_set(error, error_outbox_read, 2, path, words);
}

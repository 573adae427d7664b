/* database.c - what is done with outbox.db before anything is trusted to it.
 *
 * outbox.db is either whole or not there: an empty one is made under another name, closed, and moved into place. So no
 * rollback journal ever stands beside it. What is there is looked at without a byte of it, or of its WAL, being
 * written:
 * - without SQLite's header it is no outbox: it is set aside, with its WAL and the spool that its rows may speak of;
 * - no outbox.db, but a WAL, journal or spool without one: these are set aside too (SQLite would apply the WAL of
 *   another file to the new one, and the sweep of orphans would remove the attachments of the old one);
 * - else a reading connection in exclusive mode, which keeps the WAL's index in memory and makes no -shm, checks it,
 * and closes without a checkpoint. Exclusive mode also finds out whether anybody else has the file open in SQLite. */
#include "internal.h"
#include "host/log.h"
#include <stdio.h>
#include <string.h>

static const char sqlite_header[16] = "SQLite format 3";

/* quick_check reads every page: half a second for 64 MB, twenty for a gigabyte, and callers wait for the broker's
 * start. The WAL keeps our own crashes from damaging anything, so in a bigger file only the table of jobs, which
 * everything hangs on, is walked (half a second for 200,000); damage in a text is found when that mail is read. Nothing
 * is walked of a file that was closed whole and has not been written since (closed.c). */
static const LONGLONG whole_check_bytes = 64 * 1024 * 1024;

enum
{
    move_pause_ms = 50
};

static const WCHAR *const side_endings[] = {L"-wal", L"-shm", L"-journal"};

static void side_path(const struct outbox *outbox, const WCHAR *ending, WCHAR out[outbox_path_size])
{
    _snwprintf(out, outbox_path_size - 1, L"%ls%ls", outbox->path, ending);
    out[outbox_path_size - 1] = 0;
}

static HRESULT windows_failed(const WCHAR *path, HRESULT code, struct error *error)
{
    WCHAR words[CODE_WORDS_SIZE], sentence[CODE_WORDS_SIZE + 32];

    code_words(code, words);
    _snwprintf(sentence, ARRAYSIZE(sentence) - 1, L"nothing; Windows did: %ls", words);
    sentence[ARRAYSIZE(sentence) - 1] = 0;
    return error_set(error, error_outbox_open, 2, path, sentence);
}

/* A scanner or a backup may have the file open for a moment. */
static bool worth_trying_again(DWORD code, deadline until)
{
    if (code != ERROR_SHARING_VIOLATION && code != ERROR_LOCK_VIOLATION && code != ERROR_ACCESS_DENIED) return false;
    if (!deadline_left(until)) return false;
    Sleep(move_pause_ms);
    return true;
}

static bool move(const WCHAR *from, const WCHAR *to, DWORD flags)
{
    const deadline until = deadline_in(open_busy_ms);

    while (!MoveFileExW(from, to, flags | MOVEFILE_WRITE_THROUGH))
        if (!worth_trying_again(GetLastError(), until)) return false;
    return true;
}

static bool exists(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static LONGLONG file_bytes(const WCHAR *path)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    if (!GetFileAttributesExW(path, GetFileExInfoStandard, &data)) return -1;
    return ((LONGLONG)data.nFileSizeHigh << 32) | data.nFileSizeLow;
}

enum file_kind
{
    file_none, /* not there, or empty */
    file_sqlite,
    file_foreign
};

static HANDLE open_to_look(const WCHAR *path)
{
    const deadline until = deadline_in(open_busy_ms);
    HANDLE file;

    do
        file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
            OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    while (file == INVALID_HANDLE_VALUE && worth_trying_again(GetLastError(), until));
    return file;
}

static HRESULT look_at_header(const struct outbox *outbox, enum file_kind *kind, struct error *error)
{
    char header[sizeof(sqlite_header)];
    DWORD got = 0;
    HRESULT hr = S_OK;
    HANDLE file = open_to_look(outbox->path);

    *kind = file_none;
    if (file == INVALID_HANDLE_VALUE)
    {
        HRESULT code = last_error_hresult();

        if (code == HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)) return S_OK;
        return windows_failed(outbox->path, code, error);
    }
    if (!ReadFile(file, header, sizeof(header), &got, NULL))
        hr = windows_failed(outbox->path, last_error_hresult(), error);
    else if (got)
        *kind = got == sizeof(header) && !memcmp(header, sqlite_header, got) ? file_sqlite : file_foreign;
    CloseHandle(file);
    return hr;
}

static bool folder_holds_something(const WCHAR *folder)
{
    WCHAR pattern[outbox_path_size];
    WIN32_FIND_DATAW found;
    HANDLE find;
    bool something = false;

    _snwprintf(pattern, outbox_path_size - 1, L"%ls\\*", folder);
    pattern[outbox_path_size - 1] = 0;
    find = FindFirstFileW(pattern, &found);
    if (find == INVALID_HANDLE_VALUE) return false;
    do
        something = wcscmp(found.cFileName, L".") && wcscmp(found.cFileName, L"..");
    while (!something && FindNextFileW(find, &found));
    FindClose(find);
    return something;
}

/* ".set-aside-20261122-140509", with "-2" and so on after it while either name is taken. */
static void aside_ending(const struct outbox *outbox, const WCHAR *spool, WCHAR out[64])
{
    WCHAR path[outbox_path_size], spool_aside[outbox_path_size];
    SYSTEMTIME now;
    unsigned n = 1;

    GetLocalTime(&now);
    do
    {
        int length = _snwprintf(out, 63, L".set-aside-%04u%02u%02u-%02u%02u%02u", now.wYear, now.wMonth, now.wDay,
            now.wHour, now.wMinute, now.wSecond);

        if (n > 1) _snwprintf(out + length, (size_t)(63 - length), L"-%u", n);
        side_path(outbox, out, path);
        _snwprintf(spool_aside, outbox_path_size - 1, L"%ls%ls", spool, out);
    } while ((exists(path) || exists(spool_aside)) && ++n < 1000);
}

/* Renames outbox.db and what stands beside it, the database first: without it the rest is set aside by the next start
 * if this one is cut short. */
static HRESULT set_aside(const struct outbox *outbox, const WCHAR *why, struct error *error)
{
    WCHAR ending[64], from[outbox_path_size], to[outbox_path_size], spool[outbox_path_size], text[1024];

    _snwprintf(spool, outbox_path_size - 1, L"%ls\\" SPOOL_LEAF, outbox->folder);
    spool[outbox_path_size - 1] = 0;
    aside_ending(outbox, spool, ending);
    side_path(outbox, ending, to);
    if (exists(outbox->path) && file_bytes(outbox->path) && !move(outbox->path, to, 0))
        return windows_failed(outbox->path, last_error_hresult(), error);
    for (size_t i = 0; i < ARRAYSIZE(side_endings); i++)
    {
        side_path(outbox, side_endings[i], from);
        _snwprintf(to, outbox_path_size - 1, L"%ls%ls%ls", outbox->path, ending, side_endings[i]);
        to[outbox_path_size - 1] = 0;
        if (exists(from) && !move(from, to, 0)) return windows_failed(from, last_error_hresult(), error);
    }
    _snwprintf(to, outbox_path_size - 1, L"%ls%ls", spool, ending);
    to[outbox_path_size - 1] = 0;
    if (folder_holds_something(spool) && !move(spool, to, 0)) return windows_failed(spool, last_error_hresult(), error);
    _snwprintf(text, ARRAYSIZE(text) - 1,
        L"%ls What was there is kept beside it with the ending %ls, and an empty outbox was begun: %ls", why, ending,
        outbox->path);
    text[ARRAYSIZE(text) - 1] = 0;
    event_report(event_outbox_set_aside, NULL, NULL, text);
    return S_OK;
}

static bool side_left_over(const struct outbox *outbox)
{
    WCHAR path[outbox_path_size];

    for (size_t i = 0; i < ARRAYSIZE(side_endings); i++)
    {
        side_path(outbox, side_endings[i], path);
        if (file_bytes(path) > 0) return true;
    }
    _snwprintf(path, outbox_path_size - 1, L"%ls\\" SPOOL_LEAF, outbox->folder);
    return folder_holds_something(path);
}

/* Makes an empty database beside and moves it into place. */
static HRESULT create(const struct outbox *outbox, struct error *error)
{
    static const WCHAR *const endings[] = {L".new", L".new-wal", L".new-shm", L".new-journal"};
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    char path_utf8[outbox_path_size * 3 + 8];
    WCHAR path[outbox_path_size], words[SQLITE_WORDS_SIZE];
    struct connection connection;
    int rc;

    for (size_t i = 0; i < ARRAYSIZE(endings); i++)
    {
        side_path(outbox, endings[i], path);
        DeleteFileW(path);
    }
    snprintf(path_utf8, sizeof(path_utf8), "%s.new", outbox->path_utf8);
    rc = connection_open(&connection, path_utf8, flags, open_busy_ms);
    if (rc == SQLITE_OK) rc = schema_create(connection.db);
    if (rc != SQLITE_OK)
    {
        sqlite_words(connection.db, rc, words);
        connection_close(&connection);
        return error_set(error, error_outbox_open, 2, outbox->path, words);
    }
    connection_close(&connection);
    side_path(outbox, endings[0], path);
    if (!move(path, outbox->path, MOVEFILE_REPLACE_EXISTING))
        return windows_failed(outbox->path, last_error_hresult(), error);
    return S_OK;
}

/* One number or text that a statement answers with. */
static int ask(sqlite3 *db, const char *sql, int *number, char text[64])
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

    if (rc != SQLITE_OK) return rc;
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
    {
        if (number) *number = sqlite3_column_int(statement, 0);
        if (text) snprintf(text, 64, "%s", (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW ? SQLITE_OK : rc == SQLITE_DONE ? SQLITE_CORRUPT : rc;
}

static HRESULT check_newer(const struct outbox *outbox, int version, struct error *error)
{
    WCHAR theirs[NUMBER_TEXT_SIZE], ours[NUMBER_TEXT_SIZE];

    number_text((ULONGLONG)version, theirs);
    number_text((ULONGLONG)schema_version, ours);
    return error_set(error, error_outbox_newer, 3, outbox->path, theirs, ours);
}

static HRESULT check_open(const struct outbox *outbox, sqlite3 *db, bool whole, struct error *error)
{
    static const char count_tables[] = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN"
                                       " ('job', 'mail', 'attachment', 'history')";
    const char *check =
        file_bytes(outbox->path) <= whole_check_bytes ? "PRAGMA quick_check(1)" : "PRAGMA quick_check(job)";
    WCHAR words[SQLITE_WORDS_SIZE];
    char answer[64] = "";
    int application = 0, version = 0, tables = 0;
    int rc = sqlite3_exec(db, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL);

    if (rc == SQLITE_OK && sqlite3_db_readonly(db, "main")) rc = SQLITE_READONLY;
    if (rc == SQLITE_OK) rc = ask(db, "PRAGMA application_id", &application, NULL);
    if (rc == SQLITE_OK) rc = ask(db, "PRAGMA user_version", &version, NULL);
    if (rc == SQLITE_OK) rc = ask(db, count_tables, &tables, NULL);
    if (rc == SQLITE_OK && application != schema_application_id)
        return error_set(error, error_outbox_open, 2, outbox->path, L"a database that is no outbox");
    if (rc == SQLITE_OK && version > schema_version) return check_newer(outbox, version, error);
    if (rc == SQLITE_OK && (version < 1 || tables != schema_table_count)) rc = SQLITE_CORRUPT;
    if (rc == SQLITE_OK && !whole) rc = ask(db, check, NULL, answer);
    if (rc == SQLITE_OK && !whole && strcmp(answer, "ok")) rc = SQLITE_CORRUPT;
    if (rc == SQLITE_OK) return S_OK;
    sqlite_words(db, rc, words);
    return error_set(error, error_outbox_open, 2, outbox->path, words);
}

static HRESULT check(struct outbox *outbox, struct error *error)
{
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
    struct connection connection;
    WCHAR wal[outbox_path_size], journal[outbox_path_size], words[SQLITE_WORDS_SIZE];
    const bool whole = closed_whole(outbox); /* before SQLite makes a WAL */
    bool wal_before;
    HRESULT hr;
    int rc;

    side_path(outbox, L"-wal", wal);
    side_path(outbox, L"-journal", journal);
    wal_before = exists(wal);
    if (file_bytes(journal) > 0)
        return error_set(
            error, error_outbox_open, 2, outbox->path, L"nothing; another program's rollback journal stands beside it");
    rc = connection_open(&connection, outbox->path_utf8, flags, open_busy_ms);
    if (rc != SQLITE_OK)
    {
        sqlite_words(NULL, rc, words);
        return error_set(error, error_outbox_open, 2, outbox->path, words);
    }
    sqlite3_db_config(connection.db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    hr = check_open(outbox, connection.db, whole, error);
    connection_close(&connection);
    if (SUCCEEDED(hr) && !whole) closed_walked(outbox);
    /* SQLite makes an empty WAL where there was none. */
    if (FAILED(hr) && !wal_before && file_bytes(wal) == 0) DeleteFileW(wal);
    return hr;
}

static HRESULT make_spool_folder(const struct outbox *outbox, struct error *error)
{
    WCHAR path[outbox_path_size];

    _snwprintf(path, outbox_path_size - 1, L"%ls\\" SPOOL_LEAF, outbox->folder);
    if (!CreateDirectoryW(path, NULL) && GetLastError() != ERROR_ALREADY_EXISTS)
        return windows_failed(path, last_error_hresult(), error);
    return S_OK;
}

HRESULT database_prepare(struct outbox *outbox, struct error *error)
{
    enum file_kind kind;
    HRESULT hr = look_at_header(outbox, &kind, error);

    if (SUCCEEDED(hr) && kind == file_sqlite)
        hr = check(outbox, error);
    else if (SUCCEEDED(hr))
    {
        if (kind == file_foreign)
            hr = set_aside(outbox, L"The outbox's file was no database of SQLite's.", error);
        else if (side_left_over(outbox))
            hr = set_aside(outbox, L"The outbox's file was gone, but not what belonged to it.", error);
        if (SUCCEEDED(hr)) hr = create(outbox, error);
        if (SUCCEEDED(hr)) closed_walked(outbox);
    }
    if (SUCCEEDED(hr)) hr = make_spool_folder(outbox, error);
    if (SUCCEEDED(hr)) closed_forget(outbox);
    return hr;
}

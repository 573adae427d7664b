/* outbox_test.h - what the tests of the outbox share: a folder of their own, an outbox in it, a plain mail. */
#ifndef OB_OUTBOX_TEST_H
#define OB_OUTBOX_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>
#include <sqlite3.h>
#include "outbox/outbox.h"
#include "host/log.h"

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))
#define CODE(id) ((HRESULT)error_row(id)->code)

static WCHAR test_folder[MAX_PATH];
static const struct outbox_limits test_limits = {
    .max_queued_jobs = 1000000, .max_mail_bytes = 150 * 1024 * 1024, .kept_days = 30};

#define assert_succeeds(call) assert_call((call), S_OK, NULL, #call, __LINE__)
#define assert_fails(call, code, error, words) assert_words((call), (code), (error), (words), #call, __LINE__)

static inline void assert_call(HRESULT hr, HRESULT expected, struct error *error, const char *what, int line)
{
    if (hr != expected)
        fail_msg("line %d: %s gave %08lx, not %08lx: %ls", line, what, (unsigned long)hr, (unsigned long)expected,
            error && error->text ? error->text : L"");
}

/* The call fails with the code, and its text holds the words. */
static inline void assert_words(
    HRESULT hr, HRESULT code, struct error *error, const WCHAR *words, const char *what, int line)
{
    assert_call(hr, code, error, what, line);
    if (error->code != code) fail_msg("line %d: the error's code is %08lx", line, (unsigned long)error->code);
    if (words && (!error->text || !wcsstr(error->text, words)))
        fail_msg("line %d: \"%ls\" is not in \"%ls\"", line, words, error->text ? error->text : L"");
    error_clear(error);
}

static inline void folder_remove(const WCHAR *folder)
{
    WCHAR pattern[2 * MAX_PATH], path[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE find;

    _snwprintf(pattern, LENGTH(pattern), L"%ls\\*", folder);
    find = FindFirstFileW(pattern, &found);
    if (find != INVALID_HANDLE_VALUE)
    {
        do
        {
            if (!wcscmp(found.cFileName, L".") || !wcscmp(found.cFileName, L"..")) continue;
            _snwprintf(path, LENGTH(path), L"%ls\\%ls", folder, found.cFileName);
            if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)
                folder_remove(path);
            else
                DeleteFileW(path);
        } while (FindNextFileW(find, &found));
        FindClose(find);
    }
    RemoveDirectoryW(folder);
}

/* cmocka's set-up and tear-down of every test. */
static inline int folder_make(void **state)
{
    static unsigned number;
    WCHAR temp[MAX_PATH];

    (void)state;
    GetTempPathW(MAX_PATH, temp);
    _snwprintf(test_folder, MAX_PATH, L"%lsoutbox-%lu-%u", temp, GetCurrentProcessId(), ++number);
    folder_remove(test_folder); /* of an earlier process with this id */
    return CreateDirectoryW(test_folder, NULL) ? 0 : -1;
}

static inline int folder_end(void **state)
{
    (void)state;
    folder_remove(test_folder);
    return 0;
}

#define test(function) cmocka_unit_test_setup_teardown(function, folder_make, folder_end)

static inline WCHAR *in_folder(const WCHAR *leaf)
{
    static WCHAR paths[4][2 * MAX_PATH];
    static unsigned next;
    WCHAR *path = paths[next++ % LENGTH(paths)];

    _snwprintf(path, 2 * MAX_PATH, L"%ls\\%ls", test_folder, leaf);
    return path;
}

static inline struct outbox *open_with(const struct outbox_limits *limits, outbox_changed changed, void *context)
{
    struct outbox *outbox;
    struct error error = {0};

    assert_call(outbox_open(test_folder, limits, changed, context, &outbox, &error), S_OK, &error, "outbox_open", 0);
    return outbox;
}

static inline struct outbox *open_outbox(void)
{
    return open_with(&test_limits, NULL, NULL);
}

static inline struct outbox_text plain_text(const WCHAR *subject)
{
    struct outbox_text text = {L"a@example.com", L"", L"", subject, L"The body.", L"", L"", L"S-1-5-21-1", L"D\\caller",
        .importance = OUTBOX_IMPORTANCE_NORMAL};

    return text;
}

/* Accepts a plain mail without attachments. */
static inline void accept_plain(struct outbox *outbox, const WCHAR *subject, WCHAR id[JOB_ID_SIZE])
{
    struct outbox_text text = plain_text(subject);
    struct error error = {0};

    assert_call(outbox_accept(outbox, &text, NULL, deadline_never, id, &error), S_OK, &error, "outbox_accept", 0);
}

static inline HANDLE make_file(const WCHAR *path, const void *data, size_t size)
{
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD put;

    if (file == INVALID_HANDLE_VALUE) fail_msg("cannot make %ls: %lu", path, GetLastError());
    assert_true(WriteFile(file, data, (DWORD)size, &put, NULL) && put == size);
    return file;
}

static inline void write_file(const WCHAR *path, const void *data, size_t size)
{
    CloseHandle(make_file(path, data, size));
}

/* The bytes of a file, to be freed; NULL and -1 if it is not there. */
static inline BYTE *read_whole_file(const WCHAR *path, long *size)
{
    HANDLE file = CreateFileW(
        path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    DWORD got;
    BYTE *data;

    *size = -1;
    if (file == INVALID_HANDLE_VALUE) return NULL;
    *size = (long)GetFileSize(file, NULL);
    data = malloc((size_t)*size + 1);
    assert_true(ReadFile(file, data, (DWORD)*size, &got, NULL) && got == (DWORD)*size);
    CloseHandle(file);
    return data;
}

static inline bool file_exists(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* A connection of another program to the outbox's file. */
static inline sqlite3 *other_connection(void)
{
    char utf8[MAX_PATH * 3];
    sqlite3 *db;

    WideCharToMultiByte(CP_UTF8, 0, in_folder(L"outbox.db"), -1, utf8, sizeof(utf8), NULL, NULL);
    assert_int_equal(sqlite3_open_v2(utf8, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    return db;
}

static inline void run_sql(sqlite3 *db, const char *sql)
{
    int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

    if (rc != SQLITE_OK) fail_msg("%s: %s", sql, sqlite3_errmsg(db));
}

static inline LONG count_of(struct outbox *outbox, enum job_state state)
{
    LONG counts[job_state_count];

    outbox_count(outbox, counts);
    return counts[state];
}

static inline void assert_whole(const struct outbox_attachment *attachment)
{
    struct error error = {0};
    BOOL lasting;

    assert_call(outbox_check_attachment(attachment, &lasting, &error), S_OK, &error, "outbox_check_attachment", 0);
}

/* One step of a job. */
static inline HRESULT step(
    struct outbox *outbox, const WCHAR *id, enum job_state from, enum job_state to, struct error *error)
{
    struct job_change change = {.from = from, .state = to};

    wcscpy(change.job_id, id);
    return outbox_change(outbox, &change, 1, error);
}

#endif

/* environment.c - places, files and settings of the environment that the tests run in; see support.h. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <sqlite3.h>

#define PLACE_SIZE 1024

/* The Windows path of a Unix path in the environment variable, with a backslash and leaf behind it. */
static const WCHAR *path_from(const WCHAR *variable, const WCHAR *leaf)
{
    static WCHAR places[8][PLACE_SIZE];
    static unsigned next;
    WCHAR *place = places[next++ % ARRAYSIZE(places)], folder[PLACE_SIZE];
    DWORD length = GetEnvironmentVariableW(variable, folder, PLACE_SIZE);

    ob_require(length && length < PLACE_SIZE, "%s is not set: run the tests by tools/with-broker", ob_utf8(variable));
    _snwprintf(
        place, PLACE_SIZE - 1, L"%ls%ls%ls%ls", folder[0] == L'/' ? L"Z:" : L"", folder, *leaf ? L"\\" : L"", leaf);
    for (WCHAR *at = place; *at; at++)
        if (*at == L'/') *at = L'\\';
    return place;
}

const WCHAR *ob_source_path(const WCHAR *relative)
{
    WCHAR below[PLACE_SIZE];

    _snwprintf(below, PLACE_SIZE - 1, L"..\\%ls", relative);
    below[PLACE_SIZE - 1] = 0;
    return path_from(L"OB_BUILD", below);
}

const WCHAR *ob_data_path(const WCHAR *leaf)
{
    return path_from(L"OB_DATA_DIR", leaf);
}

const WCHAR *ob_sandbox_path(const WCHAR *leaf)
{
    return path_from(L"OB_SANDBOX_DIR", leaf);
}

const WCHAR *ob_file_path(const WCHAR *leaf)
{
    WCHAR below[PLACE_SIZE];

    CreateDirectoryW(path_from(L"OB_ENVIRONMENT", L"files"), NULL);
    _snwprintf(below, PLACE_SIZE - 1, L"files%ls%ls", *leaf ? L"\\" : L"", leaf);
    below[PLACE_SIZE - 1] = 0;
    return path_from(L"OB_ENVIRONMENT", below);
}

const WCHAR *ob_write_file(const WCHAR *path, const void *bytes, size_t size)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD written = 0;

    ob_require(file != INVALID_HANDLE_VALUE, "%s cannot be written: %lu", ob_utf8(path), GetLastError());
    ob_require(WriteFile(file, bytes, (DWORD)size, &written, NULL) && written == size, "%s: %lu", ob_utf8(path),
        GetLastError());
    CloseHandle(file);
    return path;
}

void *ob_read_file(const WCHAR *path, size_t *size)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    LARGE_INTEGER length;
    DWORD got = 0;
    char *bytes;

    if (file == INVALID_HANDLE_VALUE) return NULL;
    assert_true(GetFileSizeEx(file, &length));
    bytes = malloc((size_t)length.QuadPart + 1);
    assert_non_null(bytes);
    ob_require(ReadFile(file, bytes, (DWORD)length.QuadPart, &got, NULL), "%s: %lu", ob_utf8(path), GetLastError());
    CloseHandle(file);
    bytes[got] = 0;
    if (size) *size = got;
    return bytes;
}

bool ob_exists(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

unsigned ob_count_files(const WCHAR *pattern)
{
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(pattern, &found);
    unsigned count = 0;

    if (find == INVALID_HANDLE_VALUE) return 0;
    do
        count += wcscmp(found.cFileName, L".") && wcscmp(found.cFileName, L"..");
    while (FindNextFileW(find, &found));
    FindClose(find);
    return count;
}

unsigned ob_wait_for_files(const WCHAR *folder, const WCHAR *pattern, unsigned count, DWORD timeout_ms)
{
    const DWORD look_ms = 100; /* the notification may be lost when the folder is only being made */
    ULONGLONG end = GetTickCount64() + timeout_ms;
    WCHAR path[PLACE_SIZE];
    HANDLE changed = INVALID_HANDLE_VALUE;
    unsigned now;

    _snwprintf(path, PLACE_SIZE - 1, L"%ls\\%ls", folder, pattern);
    path[PLACE_SIZE - 1] = 0;
    while ((now = ob_count_files(path)) < count && GetTickCount64() < end)
    {
        if (changed == INVALID_HANDLE_VALUE)
            changed = FindFirstChangeNotificationW(folder, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME);
        if (changed == INVALID_HANDLE_VALUE)
            Sleep(look_ms);
        else if (WaitForSingleObject(changed, look_ms) == WAIT_OBJECT_0)
            FindNextChangeNotification(changed);
    }
    if (changed != INVALID_HANDLE_VALUE) FindCloseChangeNotification(changed);
    return now;
}

unsigned ob_count_in_log(const WCHAR *text)
{
    char *log = ob_read_file(ob_data_path(L"broker.log"), NULL);
    const char *words = ob_utf8(text);
    unsigned count = 0;

    for (const char *at = log; at && (at = strstr(at, words)); at++)
        count++;
    free(log);
    return count;
}

void ob_wait_in_log(const WCHAR *text, unsigned count)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    unsigned now;

    while ((now = ob_count_in_log(text)) < count && GetTickCount64() < end)
        Sleep(20);
    ob_require(now == count, "\"%s\" stands %u times in the log, not %u", ob_utf8(text), now, count);
}

void ob_damage_outbox(void)
{
    size_t size;
    char *bytes = ob_read_file(ob_data_path(L"outbox.db"), &size);

    assert_true(bytes && size > 4096);
    DeleteFileW(ob_data_path(L"outbox.db-wal"));
    DeleteFileW(ob_data_path(L"outbox.db-shm"));
    memset(bytes + 100, 0xA5, size - 100);
    ob_write_file(ob_data_path(L"outbox.db"), bytes, size);
    free(bytes);
}

void ob_set(const WCHAR *name, DWORD value)
{
    LSTATUS status =
        RegSetKeyValueW(HKEY_CURRENT_USER, L"Software\\OutlookBroker", name, REG_DWORD, &value, sizeof(value));

    ob_require(status == ERROR_SUCCESS, "setting %s: %ld", ob_utf8(name), status);
}

void ob_quick_settings(void)
{
    ob_set(L"OutboxPollMilliseconds", 50);
    ob_set(L"CopyWaitSeconds", 2);
}

#define TEST_KEY L"Software\\OutlookBroker\\Test"

void ob_fail_at(const WCHAR *point)
{
    LSTATUS status;

    if (point)
        status = RegSetKeyValueW(
            HKEY_CURRENT_USER, TEST_KEY, L"FailAt", REG_SZ, point, (DWORD)((wcslen(point) + 1) * sizeof(*point)));
    else
        status = RegDeleteKeyValueW(HKEY_CURRENT_USER, TEST_KEY, L"FailAt");
    ob_require(!status || (!point && status == ERROR_FILE_NOT_FOUND), "FailAt: %ld", status);
}

void ob_forbid_sending(bool forbid)
{
    static const WCHAR key[] = L"Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\Security";
    static const WCHAR *const names[] = {L"AdminSecurityMode", L"PromptOOMSend"};
    static const DWORD values[] = {3, 0};

    for (unsigned i = 0; i < ARRAYSIZE(names); i++)
        if (forbid)
            RegSetKeyValueW(HKEY_CURRENT_USER, key, names[i], REG_DWORD, &values[i], sizeof(DWORD));
        else
            RegDeleteKeyValueW(HKEY_CURRENT_USER, key, names[i]);
}

/* The section of server/host/wine.h, held open to the end of this process. */
void ob_set_clock_off(LONG seconds)
{
    static volatile LONGLONG *ahead;

    if (!ahead)
    {
        HANDLE section = CreateFileMappingW(
            INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(*ahead), L"OutlookBrokerTestClock");

        assert_non_null(section);
        ahead = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(*ahead));
        assert_non_null((void *)ahead);
    }
    *ahead = (LONGLONG)seconds * 1000;
}

int ob_begin_without_com(void **state)
{
    (void)state;
    setvbuf(stdout, NULL, _IONBF, 0);
    ob_quick_settings();
    ob_set(L"IdleSeconds", 2);
    ob_set(L"NoClientSeconds", 2);
    return 0;
}

static void copy_data(const WCHAR *leaf)
{
    WCHAR to[60];

    swprintf(to, ARRAYSIZE(to), L"copy-of-%ls", leaf);
    DeleteFileW(ob_file_path(to));
    ob_require(!ob_exists(ob_data_path(leaf)) || CopyFileW(ob_data_path(leaf), ob_file_path(to), TRUE),
        "%s cannot be copied: %lu", ob_utf8(leaf), GetLastError());
}

int ob_state_on_disk(const WCHAR *subject)
{
    sqlite3_stmt *statement;
    int state = -1;
    sqlite3 *db;

    copy_data(L"outbox.db-wal");
    copy_data(L"outbox.db");
    assert_int_equal(
        sqlite3_open_v2(ob_utf8(ob_file_path(L"copy-of-outbox.db")), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT state FROM job WHERE subject = ?1", -1, &statement, NULL), SQLITE_OK);
    sqlite3_bind_text(statement, 1, ob_utf8(subject), -1, SQLITE_TRANSIENT);
    if (sqlite3_step(statement) == SQLITE_ROW) state = sqlite3_column_int(statement, 0);
    ob_require(state < 0 || sqlite3_step(statement) == SQLITE_DONE, "more than one mail \"%s\"", ob_utf8(subject));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return state;
}

void ob_let_nothing_be_written(bool nothing)
{
    const char *const sql = nothing ? "CREATE TRIGGER no_change BEFORE UPDATE ON job BEGIN"
                                      " SELECT RAISE(ABORT, 'nothing is written'); END"
                                    : "DROP TRIGGER no_change";
    sqlite3 *db;

    assert_int_equal(sqlite3_open_v2(ob_utf8(ob_data_path(L"outbox.db")), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, OB_LONG_MS);
    ob_require(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

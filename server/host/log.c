/* log.c - see log.h. A line is put together outside the lock and written with one call to a handle that can only
 * append, so lines of several threads, and of several brokers, never mix. Fields are divided by tabs. */
#include "log.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include "account.h"
#include "paths.h"
#include "rules/text_check.h"

#define LOG_LEAF L"broker.log"

enum
{
    files_kept = 4,
    words_size = 4096,
    line_size = words_size + 1024
};

static SRWLOCK guard = SRWLOCK_INIT;
static HANDLE file; /* NULL: closed */
static WCHAR path[DATA_PATH_SIZE];
static ULONGLONG limit, rotate_at;

static HANDLE file_open(DWORD access, DWORD disposition)
{
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    HANDLE opened = CreateFileW(path, access, share, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);

    return opened == INVALID_HANDLE_VALUE ? NULL : opened;
}

HRESULT log_open(DWORD limit_bytes)
{
    WCHAR place[DATA_PATH_SIZE];
    HRESULT hr;

    if (FAILED(hr = data_path(place, LOG_LEAF, NULL))) return hr;
    AcquireSRWLockExclusive(&guard);
    wcscpy(path, place);
    limit = rotate_at = limit_bytes;
    if (!file && !(file = file_open(FILE_APPEND_DATA, OPEN_ALWAYS))) hr = last_error_hresult();
    ReleaseSRWLockExclusive(&guard);
    return hr;
}

void log_close(void)
{
    AcquireSRWLockExclusive(&guard);
    if (file) CloseHandle(file);
    file = NULL;
    ReleaseSRWLockExclusive(&guard);
}

const WCHAR *log_path(void)
{
    return path;
}

/* --- A new file when the old one is full */

static BOOL same_file(HANDLE one, HANDLE other)
{
    BY_HANDLE_FILE_INFORMATION a, b;

    return GetFileInformationByHandle(one, &a) && GetFileInformationByHandle(other, &b) &&
           a.dwVolumeSerialNumber == b.dwVolumeSerialNumber && a.nFileIndexHigh == b.nFileIndexHigh &&
           a.nFileIndexLow == b.nFileIndexLow;
}

/* False if another broker of this user has begun a new file already. */
static BOOL file_is_current(void)
{
    HANDLE current = file_open(FILE_READ_ATTRIBUTES, OPEN_EXISTING);
    BOOL same = current && same_file(file, current);

    if (current) CloseHandle(current);
    return same;
}

static BOOL files_shift(void)
{
    WCHAR from[DATA_PATH_SIZE + 4], to[DATA_PATH_SIZE + 4];
    BOOL moved = FALSE;
    int i;

    for (i = files_kept - 1; i >= 0; i--)
    {
        _snwprintf(to, ARRAYSIZE(to), L"%ls.%d", path, i + 1);
        if (i)
            _snwprintf(from, ARRAYSIZE(from), L"%ls.%d", path, i);
        else
            wcscpy(from, path);
        moved = MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING);
    }
    return moved;
}

/* Where the old file cannot be moved, it grows on, and moving is tried again an eighth of the limit later. */
static void rotate_if_full(DWORD more)
{
    LARGE_INTEGER size;
    HANDLE next;

    if (!GetFileSizeEx(file, &size) || !size.QuadPart || (ULONGLONG)size.QuadPart + more <= rotate_at) return;
    if (file_is_current() && !files_shift())
    {
        rotate_at = (ULONGLONG)size.QuadPart + limit / 8;
        return;
    }
    rotate_at = limit;
    if (!(next = file_open(FILE_APPEND_DATA, OPEN_ALWAYS))) return;
    CloseHandle(file);
    file = next;
}

static void line_write(const char *line, DWORD length)
{
    DWORD written;

    AcquireSRWLockExclusive(&guard);
    if (file)
    {
        rotate_if_full(length);
        WriteFile(file, line, length, &written, NULL);
    }
    ReleaseSRWLockExclusive(&guard);
}

/* --- A line */

static void field_clean(WCHAR *field)
{
    for (; *field; field++)
        if (text_breaks_line(*field)) *field = L' ';
}

/* "2026-11-22T14:05:09.123+01:00" */
static void stamp_make(WCHAR *out, size_t size)
{
    SYSTEMTIME utc, local;
    FILETIME a, b;
    LONGLONG minutes;

    GetSystemTime(&utc);
    if (!SystemTimeToTzSpecificLocalTime(NULL, &utc, &local)) local = utc;
    SystemTimeToFileTime(&utc, &a);
    SystemTimeToFileTime(&local, &b);
    minutes =
        (((LONGLONG)b.dwHighDateTime << 32 | b.dwLowDateTime) - ((LONGLONG)a.dwHighDateTime << 32 | a.dwLowDateTime)) /
        600000000;
    _snwprintf(out, size - 1, L"%04u-%02u-%02uT%02u:%02u:%02u.%03u%lc%02d:%02d", local.wYear, local.wMonth, local.wDay,
        local.wHour, local.wMinute, local.wSecond, local.wMilliseconds, minutes < 0 ? L'-' : L'+',
        abs((int)(minutes / 60)), abs((int)(minutes % 60)));
    out[size - 1] = 0;
}

static void line_make(const char *event, const WCHAR *job, const WCHAR *caller, WCHAR *words)
{
    WCHAR stamp[40], about_job[64], about_caller[ACCOUNT_NAME_SIZE], line[line_size];
    char utf8[3 * line_size];
    int length, bytes;

    stamp_make(stamp, ARRAYSIZE(stamp));
    _snwprintf(about_job, ARRAYSIZE(about_job) - 1, L"%ls", job && *job ? job : L"-");
    about_job[ARRAYSIZE(about_job) - 1] = 0;
    _snwprintf(about_caller, ARRAYSIZE(about_caller) - 1, L"%ls", caller && *caller ? caller : L"-");
    about_caller[ARRAYSIZE(about_caller) - 1] = 0;
    field_clean(about_job);
    field_clean(about_caller);
    field_clean(words);
    length = _snwprintf(
        line, ARRAYSIZE(line), L"%ls\t%.64hs\t%ls\t%ls\t%ls\r\n", stamp, event, about_job, about_caller, words);
    if (length <= 0 || length > (int)ARRAYSIZE(line)) return;
    bytes = WideCharToMultiByte(CP_UTF8, 0, line, length, utf8, (int)sizeof(utf8), NULL, NULL);
    if (bytes > 0) line_write(utf8, (DWORD)bytes);
}

void log_event(const char *event, const WCHAR *job, const WCHAR *caller, const WCHAR *format, ...)
{
    WCHAR words[words_size];
    va_list args;
    int length;

    va_start(args, format);
    length = _vsnwprintf(words, ARRAYSIZE(words) - 1, format, args);
    va_end(args);
    /* What is too long is cut, and says so. */
    if (length < 0 || length >= (int)ARRAYSIZE(words) - 1) wcscpy(words + ARRAYSIZE(words) - 4, L"...");
    line_make(event, job, caller, words);
}

/* --- Windows' event log */

static const struct
{
    enum event_id id;
    const char *word;
} events[] = {
#define EVENT(name, id, word) {event_##name, word},
#include "event_rows.inc"
#undef EVENT
};

static const char *event_word(enum event_id id)
{
    for (size_t i = 0; i < ARRAYSIZE(events); i++)
        if (events[i].id == id) return events[i].word;
    return "event";
}

void event_report(enum event_id id, const WCHAR *job, const WCHAR *caller, const WCHAR *text)
{
    /* By the two bits of severity: success, information, warning, error. */
    static const WORD types[] = {
        EVENTLOG_SUCCESS, EVENTLOG_INFORMATION_TYPE, EVENTLOG_WARNING_TYPE, EVENTLOG_ERROR_TYPE};
    HANDLE source = RegisterEventSourceW(NULL, L"OutlookBroker");

    log_event(event_word(id), job, caller, L"%ls", text);
    if (!source) return;
    ReportEventW(source, types[(DWORD)id >> 30], 0, (DWORD)id, NULL, 1, 0, &text, NULL);
    DeregisterEventSource(source);
}

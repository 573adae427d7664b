/* start_file.c - see start_file.h. The new text is written and flushed beside the old one, which it then replaces. */
#include "start_file.h"
#include <stdio.h>
#include "error.h"
#include "paths.h"

#define LEAF L"outlook-starts.txt"
#define NEW_LEAF LEAF L".new"

static BOOL read_whole(HANDLE file, struct start_record *record)
{
    char text[START_RECORD_SIZE];
    DWORD length = 0;

    return ReadFile(file, text, sizeof(text), &length, NULL) && start_record_parse(text, length, record);
}

BOOL start_file_read(struct start_record *record)
{
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    WCHAR folder[DATA_PATH_SIZE], path[DATA_PATH_SIZE + ARRAYSIZE(LEAF)];
    HANDLE file;
    BOOL whole;

    memset(record, 0, sizeof(*record));
    if (FAILED(data_folder(folder))) return FALSE;
    swprintf(path, ARRAYSIZE(path), L"%ls\\" LEAF, folder);
    file = CreateFileW(path, GENERIC_READ, share, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) return FALSE;
    whole = read_whole(file, record);
    CloseHandle(file);
    return whole;
}

static HRESULT write_new(const WCHAR *path, const char *text, DWORD length)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD written = 0;
    HRESULT hr = S_OK;

    if (file == INVALID_HANDLE_VALUE) return last_error_hresult();
    if (!WriteFile(file, text, length, &written, NULL) || !FlushFileBuffers(file)) hr = last_error_hresult();
    CloseHandle(file);
    return SUCCEEDED(hr) && written != length ? HRESULT_FROM_WIN32(ERROR_DISK_FULL) : hr;
}

static BOOL is_empty(const struct start_record *record)
{
    return !record->process_id && !record->circuit.failed && !record->circuit.opened_until;
}

HRESULT start_file_write(const struct start_record *record)
{
    WCHAR path[DATA_PATH_SIZE], beside[DATA_PATH_SIZE];
    char text[START_RECORD_SIZE];
    HRESULT hr = data_path(path, LEAF, NULL);

    if (SUCCEEDED(hr)) hr = data_path(beside, NEW_LEAF, NULL);
    if (FAILED(hr)) return hr;
    if (is_empty(record))
        return DeleteFileW(path) || GetLastError() == ERROR_FILE_NOT_FOUND ? S_OK : last_error_hresult();
    hr = write_new(beside, text, (DWORD)start_record_format(text, record));
    if (FAILED(hr)) return hr;
    return MoveFileExW(beside, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) ? S_OK : last_error_hresult();
}

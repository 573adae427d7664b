/* paths.c - see paths.h. The folder comes from the shell, not from the environment, which COM may have emptied; its
 * descriptor is inherited from %LOCALAPPDATA%: the user, SYSTEM and Administrators. */
#include "paths.h"
#include <initguid.h>
#include <knownfolders.h>
#include <shlobj.h>
#include <stdio.h>
#include <wchar.h>

static const WCHAR folder_leaf[] = L"OutlookBroker";

static HRESULT folder_find(WCHAR out[DATA_PATH_SIZE])
{
    WCHAR *base = NULL;
    HRESULT hr = SHGetKnownFolderPath(&FOLDERID_LocalAppData, KF_FLAG_CREATE, NULL, &base);
    int length;

    if (SUCCEEDED(hr))
    {
        length = _snwprintf(out, DATA_PATH_SIZE, L"%ls\\%ls", base, folder_leaf);
        if (length < 0 || length >= DATA_PATH_SIZE) hr = HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
    }
    CoTaskMemFree(base);
    return hr;
}

/* The folder's path without the shell after the first time; a failure is not remembered. */
static HRESULT folder_known(WCHAR out[DATA_PATH_SIZE])
{
    static SRWLOCK guard = SRWLOCK_INIT;
    static WCHAR known[DATA_PATH_SIZE];
    HRESULT hr = S_OK;

    AcquireSRWLockExclusive(&guard);
    if (!known[0] && FAILED(hr = folder_find(known))) known[0] = 0;
    wmemcpy(out, known, DATA_PATH_SIZE);
    ReleaseSRWLockExclusive(&guard);
    return hr;
}

static HRESULT folder_make(const WCHAR *folder)
{
    DWORD attributes;

    if (CreateDirectoryW(folder, NULL)) return S_OK;
    if (GetLastError() != ERROR_ALREADY_EXISTS) return last_error_hresult();
    attributes = GetFileAttributesW(folder);
    if (attributes == INVALID_FILE_ATTRIBUTES) return last_error_hresult();
    return attributes & FILE_ATTRIBUTE_DIRECTORY ? S_OK : HRESULT_FROM_WIN32(ERROR_DIRECTORY);
}

HRESULT data_path(WCHAR out[DATA_PATH_SIZE], const WCHAR *leaf, struct error *error)
{
    size_t length;
    HRESULT hr;

    out[0] = 0;
    if (FAILED(hr = folder_known(out)))
        return error_unexpected_windows(error, L"finding the folder %LOCALAPPDATA%", hr);
    if (FAILED(hr = folder_make(out)))
    {
        out[0] = 0;
        return error_unexpected_windows(error, L"making the folder %LOCALAPPDATA%\\OutlookBroker", hr);
    }
    if (!leaf) return S_OK;
    length = wcslen(out);
    if (length + 1 + wcslen(leaf) >= DATA_PATH_SIZE)
    {
        out[0] = 0;
        return error_unexpected_windows(error, L"naming a file in the folder %LOCALAPPDATA%\\OutlookBroker",
            HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE));
    }
    out[length] = L'\\';
    wcscpy(out + length + 1, leaf);
    return S_OK;
}

HRESULT data_folder(WCHAR out[DATA_PATH_SIZE])
{
    return folder_known(out);
}

HRESULT program_path(WCHAR out[DATA_PATH_SIZE])
{
    DWORD length = GetModuleFileNameW(NULL, out, DATA_PATH_SIZE);

    if (length && length < DATA_PATH_SIZE) return S_OK;
    out[0] = 0;
    return length ? HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER) : last_error_hresult();
}

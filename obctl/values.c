/* values.c - see doctor.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include "doctor.h"

BOOL value_text(HKEY root, const WCHAR *path, const WCHAR *name, REGSAM view, WCHAR *out, DWORD count)
{
    DWORD size = count * (DWORD)sizeof(*out);
    LSTATUS status;
    HKEY key;

    out[0] = 0;
    if (RegOpenKeyExW(root, path, 0, KEY_QUERY_VALUE | view, &key) != ERROR_SUCCESS) return FALSE;
    status = RegGetValueW(key, NULL, name, RRF_RT_REG_SZ, NULL, out, &size);
    RegCloseKey(key);
    if (status != ERROR_SUCCESS) out[0] = 0;
    return status == ERROR_SUCCESS;
}

BOOL value_number(HKEY root, const WCHAR *path, const WCHAR *name, REGSAM view, DWORD *number)
{
    DWORD size = sizeof(*number);
    LSTATUS status;
    HKEY key;

    *number = 0;
    if (RegOpenKeyExW(root, path, 0, KEY_QUERY_VALUE | view, &key) != ERROR_SUCCESS) return FALSE;
    status = RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD, NULL, number, &size);
    RegCloseKey(key);
    return status == ERROR_SUCCESS;
}

void *value_bytes(HKEY root, const WCHAR *path, const WCHAR *name, DWORD *size, BOOL *there)
{
    LSTATUS status = RegGetValueW(root, path, name, RRF_RT_ANY, NULL, NULL, size);
    void *bytes;

    *there = status != ERROR_FILE_NOT_FOUND;
    if (status != ERROR_SUCCESS || !(bytes = calloc(1, *size + 1))) return NULL;
    if (RegGetValueW(root, path, name, RRF_RT_REG_BINARY, NULL, bytes, size) == ERROR_SUCCESS) return bytes;
    free(bytes);
    return NULL;
}

BOOL key_there(HKEY root, const WCHAR *path, REGSAM view)
{
    LSTATUS status;
    HKEY key;

    status = RegOpenKeyExW(root, path, 0, KEY_QUERY_VALUE | view, &key);
    if (status == ERROR_SUCCESS) RegCloseKey(key);
    return status == ERROR_SUCCESS || status == ERROR_ACCESS_DENIED;
}

static BOOL path_there(const WCHAR *path)
{
    DWORD attributes = GetFileAttributesW(path), error;

    if (attributes != INVALID_FILE_ATTRIBUTES) return !(attributes & FILE_ATTRIBUTE_DIRECTORY);
    error = GetLastError();
    return error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND && error != ERROR_INVALID_NAME &&
           error != ERROR_DIRECTORY;
}

BOOL file_there(const WCHAR *path)
{
    const WCHAR *number = wcsrchr(path, L'\\');
    WCHAR without[doctor_path_size];

    if (!path[0]) return FALSE;
    if (!number || !number[1] || wcsspn(number + 1, L"0123456789") != wcslen(number + 1)) return path_there(path);
    lstrcpynW(without, path, (int)(number - path) + 1 < doctor_path_size ? (int)(number - path) + 1 : doctor_path_size);
    return path_there(without);
}

const WCHAR *path_of(const WCHAR *format, ...)
{
    static WCHAR places[4][doctor_path_size];
    static unsigned next;
    WCHAR *path = places[next++ % ARRAYSIZE(places)];
    va_list args;

    va_start(args, format);
    _vsnwprintf(path, doctor_path_size - 1, format, args);
    path[doctor_path_size - 1] = 0;
    va_end(args);
    return path;
}

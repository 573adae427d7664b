/* text.c - strings, growing buffers and whole files. See text.h. */
#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

void *memory_resize(void *memory, size_t size)
{
    memory = realloc(memory, size ? size : 1);
    if (!memory) abort();
    return memory;
}

void *memory_new(size_t size)
{
    void *memory = memory_resize(NULL, size);

    memset(memory, 0, size);
    return memory;
}

WCHAR *text_copy_part(const WCHAR *text, size_t length)
{
    WCHAR *copy = memory_new((length + 1) * sizeof(*copy));

    if (length) memcpy(copy, text, length * sizeof(*copy));
    return copy;
}

WCHAR *text_copy(const WCHAR *text)
{
    return text_copy_part(text, text ? wcslen(text) : 0);
}

void text_set(WCHAR **slot, const WCHAR *text)
{
    WCHAR *copy = text_copy(text);

    free(*slot);
    *slot = copy;
}

WCHAR *text_format(const WCHAR *format, ...)
{
    size_t room = 256;
    WCHAR *text = memory_new(room * sizeof(*text));

    for (;;)
    {
        va_list args;
        int length;

        va_start(args, format);
        length = _vsnwprintf(text, room - 1, format, args);
        va_end(args);
        if (length >= 0) return text;
        room *= 2;
        text = memory_resize(text, room * sizeof(*text));
        memset(text, 0, room * sizeof(*text));
    }
}

WCHAR *text_trim(const WCHAR *text, size_t length, const WCHAR *also)
{
    while (length && (iswspace(*text) || wcschr(also, *text)))
        text++, length--;
    while (length && (iswspace(text[length - 1]) || wcschr(also, text[length - 1])))
        length--;
    return text_copy_part(text, length);
}

int text_compare(const WCHAR *a, const WCHAR *b)
{
    return CompareStringOrdinal(a ? a : L"", -1, b ? b : L"", -1, TRUE) - CSTR_EQUAL;
}

bool text_same(const WCHAR *a, const WCHAR *b)
{
    return text_compare(a, b) == 0;
}

bool text_empty(const WCHAR *text)
{
    return !text || !*text;
}

char *text_to_utf8(const WCHAR *text)
{
    int size = WideCharToMultiByte(CP_UTF8, 0, text ? text : L"", -1, NULL, 0, NULL, NULL);
    char *bytes = memory_new((size_t)size + 1);

    WideCharToMultiByte(CP_UTF8, 0, text ? text : L"", -1, bytes, size, NULL, NULL);
    return bytes;
}

WCHAR *text_from_utf8(const char *bytes, size_t size)
{
    int length = size ? MultiByteToWideChar(CP_UTF8, 0, bytes, (int)size, NULL, 0) : 0;
    WCHAR *text = memory_new(((size_t)length + 1) * sizeof(*text));

    if (length) MultiByteToWideChar(CP_UTF8, 0, bytes, (int)size, text, length);
    return text;
}

void buffer_add(struct buffer *buffer, const void *data, size_t size)
{
    if (buffer->size + size + 1 > buffer->room)
    {
        buffer->room = (buffer->size + size + 1) * 2;
        buffer->data = memory_resize(buffer->data, buffer->room);
    }
    if (size) memcpy(buffer->data + buffer->size, data, size);
    buffer->size += size;
    buffer->data[buffer->size] = 0;
}

void buffer_add_text(struct buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    char text[1024];
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (length > 0) buffer_add(buffer, text, min((size_t)length, sizeof(text) - 1));
}

void buffer_clear(struct buffer *buffer)
{
    free(buffer->data);
    memset(buffer, 0, sizeof(*buffer));
}

static HRESULT last_error(void)
{
    DWORD error = GetLastError();

    return error ? HRESULT_FROM_WIN32(error) : E_FAIL;
}

HRESULT file_read(const WCHAR *path, struct buffer *buffer)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
        OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    char part[65536];
    DWORD got = 0;
    HRESULT hr = S_OK;

    if (file == INVALID_HANDLE_VALUE) return last_error();
    buffer_add(buffer, "", 0);
    for (;;)
    {
        if (!ReadFile(file, part, sizeof(part), &got, NULL)) hr = last_error();
        if (FAILED(hr) || !got) break;
        buffer_add(buffer, part, got);
    }
    CloseHandle(file);
    return hr;
}

HRESULT file_write(const WCHAR *path, const void *data, size_t size)
{
    WCHAR *beside = text_format(L"%s.tmp", path);
    HANDLE file = CreateFileW(beside, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    HRESULT hr = S_OK;
    DWORD written;

    if (file == INVALID_HANDLE_VALUE) hr = last_error();
    if (SUCCEEDED(hr) && (!WriteFile(file, data, (DWORD)size, &written, NULL) || !FlushFileBuffers(file)))
        hr = last_error();
    if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
    if (SUCCEEDED(hr) && !MoveFileExW(beside, path, MOVEFILE_REPLACE_EXISTING)) hr = last_error();
    if (FAILED(hr)) DeleteFileW(beside);
    free(beside);
    return hr;
}

HRESULT file_append(const WCHAR *path, const void *data, size_t size)
{
    HANDLE file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
        OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    HRESULT hr = S_OK;
    DWORD written;

    if (file == INVALID_HANDLE_VALUE) return HRESULT_FROM_WIN32(GetLastError());
    if (!WriteFile(file, data, (DWORD)size, &written, NULL)) hr = HRESULT_FROM_WIN32(GetLastError());
    CloseHandle(file);
    return hr;
}

HRESULT file_flush_copy(const WCHAR *from, const WCHAR *to)
{
    HANDLE file;
    HRESULT hr = S_OK;

    if (!CopyFileW(from, to, TRUE)) return last_error();
    SetFileAttributesW(to, FILE_ATTRIBUTE_NORMAL);
    file = CreateFileW(to, GENERIC_WRITE, 0, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) return last_error();
    if (!FlushFileBuffers(file)) hr = last_error();
    CloseHandle(file);
    return hr;
}

bool file_exists(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

void file_each_line(const WCHAR *path, void (*line)(void *context, WCHAR *text), void *context)
{
    struct buffer buffer = {0};
    const char *at, *end;

    if (FAILED(file_read(path, &buffer)))
    {
        buffer_clear(&buffer);
        return;
    }
    at = buffer.data;
    end = buffer.data + buffer.size;
    if (buffer.size >= 3 && !memcmp(at, "\xEF\xBB\xBF", 3)) at += 3;
    while (at < end)
    {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((stop ? stop : end) - at);
        WCHAR *text = text_from_utf8(at, size && at[size - 1] == '\r' ? size - 1 : size);

        line(context, text);
        free(text);
        at = stop ? stop + 1 : end;
    }
    buffer_clear(&buffer);
}

DATE time_now(void)
{
    SYSTEMTIME now;
    DATE date = 0;

    GetLocalTime(&now);
    SystemTimeToVariantTime(&now, &date);
    return date;
}

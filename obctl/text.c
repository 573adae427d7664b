/* text.c - see text.h. */
#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define EXIT_NO_MEMORY 2

static void make_room(struct text *text, size_t more)
{
    size_t needed = text->length + more + 1;

    if (needed <= text->room) return;
    text->room = needed * 2;
    text->characters = realloc(text->characters, text->room * sizeof(*text->characters));
    if (!text->characters) ExitProcess(EXIT_NO_MEMORY);
}

static void add_part(struct text *text, const WCHAR *added, size_t length)
{
    make_room(text, length);
    wmemcpy(text->characters + text->length, added, length);
    text->length += length;
    text->characters[text->length] = 0;
}

void text_add(struct text *text, const WCHAR *added)
{
    add_part(text, added, wcslen(added));
}

void text_format(struct text *text, const WCHAR *format, ...)
{
    va_list args, again;
    int length;

    va_start(args, format);
    va_copy(again, args);
    length = _vscwprintf(format, args);
    if (length > 0)
    {
        make_room(text, (size_t)length);
        _vsnwprintf(text->characters + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
        text->characters[text->length] = 0;
    }
    va_end(again);
    va_end(args);
}

void text_column(struct text *text, size_t column)
{
    size_t begin = text->length;

    while (begin && text->characters[begin - 1] != L'\n')
        begin--;
    for (size_t at = text->length - begin; at < column; at++)
        text_add(text, L" ");
}

void text_clear(struct text *text)
{
    free(text->characters);
    *text = (struct text){0};
}

/* A console takes a limited number of characters at once. */
static BOOL write_console(HANDLE out, const struct text *text)
{
    const DWORD most = 8000;
    size_t done = 0;
    DWORD written;

    while (done < text->length)
    {
        size_t left = text->length - done;

        if (!WriteConsoleW(out, text->characters + done, left < most ? (DWORD)left : most, &written, NULL) || !written)
            return FALSE;
        done += written;
    }
    return TRUE;
}

static BOOL write_bytes(HANDLE out, const struct text *text)
{
    int size = WideCharToMultiByte(CP_UTF8, 0, text->characters, (int)text->length, NULL, 0, NULL, NULL);
    char *bytes = malloc((size_t)size + 1);
    DWORD done = 0, written = 0;

    if (!bytes) return FALSE;
    WideCharToMultiByte(CP_UTF8, 0, text->characters, (int)text->length, bytes, size, NULL, NULL);
    for (; done < (DWORD)size; done += written)
    {
        if (!WriteFile(out, bytes + done, (DWORD)size - done, &written, NULL) || !written) break;
    }
    free(bytes);
    return done == (DWORD)size;
}

BOOL text_write(const struct text *text, DWORD stream)
{
    HANDLE out = GetStdHandle(stream);
    DWORD mode;

    if (!text->length) return TRUE;
    if (!out || out == INVALID_HANDLE_VALUE) return FALSE;
    return GetConsoleMode(out, &mode) ? write_console(out, text) : write_bytes(out, text);
}

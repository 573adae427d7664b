/* text.h - strings, growing buffers and whole files.
 * Texts are zero-terminated UTF-16, allocated by text_copy and its kin and freed with free(); NULL counts as "".
 * Memory that runs out ends the process: nothing here can fail for lack of it. Safe on any thread. */
#pragma once

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>
#include <ole2.h>
#include <stdbool.h>
#include <stddef.h>

struct buffer
{
    char *data; /* always zero-terminated once something was added */
    size_t size;
    size_t room;
};

void *memory_new(size_t size);
void *memory_resize(void *memory, size_t size);

WCHAR *text_copy(const WCHAR *text);
WCHAR *text_copy_part(const WCHAR *text, size_t length);
/* Replaces *slot by a copy of text. */
void text_set(WCHAR **slot, const WCHAR *text);
WCHAR *text_format(const WCHAR *format, ...);
/* The copy lacks the white space and, with it, any of `also` at both ends. */
WCHAR *text_trim(const WCHAR *text, size_t length, const WCHAR *also);
/* <0, 0, >0; by code units, regardless of case. */
int text_compare(const WCHAR *a, const WCHAR *b);
bool text_same(const WCHAR *a, const WCHAR *b);
bool text_empty(const WCHAR *text);
char *text_to_utf8(const WCHAR *text);
WCHAR *text_from_utf8(const char *bytes, size_t size);

void buffer_add(struct buffer *buffer, const void *data, size_t size);
void buffer_add_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(gnu_printf, 2, 3)));
void buffer_clear(struct buffer *buffer);

/* Appends the file's bytes. */
HRESULT file_read(const WCHAR *path, struct buffer *buffer);
/* Writes beside, flushes and renames: readers see the old file or the whole new one. */
HRESULT file_write(const WCHAR *path, const void *data, size_t size);
/* Adds to the end of the file, which is made if it is not there; whole, also where others read or add. */
HRESULT file_append(const WCHAR *path, const void *data, size_t size);
HRESULT file_flush_copy(const WCHAR *from, const WCHAR *to);
bool file_exists(const WCHAR *path);

/* Calls line() for each line of a UTF-8 file, without its end; a missing file has none. */
void file_each_line(const WCHAR *path, void (*line)(void *context, WCHAR *text), void *context);

/* Local time as OLE automation counts it. */
DATE time_now(void);
#define TIME_NONE 949998.0 /* 1 January 4501: how Outlook says that there is none */

/* closed.c - the note of a clean close. To look at every page takes longer the more mail waits, and callers wait for
 * the broker's start. A file that this room closed whole, and that has the size and the time it had then, was written
 * by nobody since: it need not be walked again. The note is believed once, and only where no WAL stands beside the
 * file, so that any other end leads to the walk. A file so small that the walk costs nothing gets none. */
#include "internal.h"
#include <stdio.h>
#include <string.h>

#define NOTE_LEAF L"outbox.closed"

enum
{
    note_size = 64,
    note_settles_ms = 20 /* two writes within one tick of the system's clock leave a file with the same time */
};

static const LONGLONG note_from_bytes = 1024 * 1024;

struct file_look
{
    LONGLONG bytes;
    ULONGLONG written; /* FILETIME */
};

static bool look(const WCHAR *path, struct file_look *seen)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    if (!GetFileAttributesExW(path, GetFileExInfoStandard, &data)) return false;
    seen->bytes = ((LONGLONG)data.nFileSizeHigh << 32) | data.nFileSizeLow;
    seen->written = ((ULONGLONG)data.ftLastWriteTime.dwHighDateTime << 32) | data.ftLastWriteTime.dwLowDateTime;
    return true;
}

static void note_path(const struct outbox *outbox, WCHAR out[outbox_path_size])
{
    _snwprintf(out, outbox_path_size - 1, L"%ls\\" NOTE_LEAF, outbox->folder);
    out[outbox_path_size - 1] = 0;
}

static bool wal_there(const struct outbox *outbox)
{
    WCHAR path[outbox_path_size];

    _snwprintf(path, outbox_path_size - 1, L"%ls-wal", outbox->path);
    path[outbox_path_size - 1] = 0;
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static int note_text(const struct file_look *seen, char out[note_size])
{
    return snprintf(out, note_size, "%lld %llu\n", seen->bytes, seen->written);
}

bool closed_whole(const struct outbox *outbox)
{
    WCHAR path[outbox_path_size];
    char noted[note_size] = "", now[note_size];
    struct file_look seen;
    DWORD got = 0;
    HANDLE note;

    note_path(outbox, path);
    note = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (note == INVALID_HANDLE_VALUE) return false;
    if (!ReadFile(note, noted, note_size - 1, &got, NULL)) got = 0;
    CloseHandle(note);
    if (!got || wal_there(outbox) || !look(outbox->path, &seen)) return false;
    note_text(&seen, now);
    return !strcmp(noted, now);
}

void closed_forget(const struct outbox *outbox)
{
    WCHAR path[outbox_path_size];

    note_path(outbox, path);
    DeleteFileW(path);
}

static bool has_settled(const struct file_look *seen)
{
    FILETIME filetime;
    ULONGLONG now;

    GetSystemTimeAsFileTime(&filetime);
    now = ((ULONGLONG)filetime.dwHighDateTime << 32) | filetime.dwLowDateTime;
    if (now < seen->written) return false; /* the clock was set: nothing can be told by it */
    if (now - seen->written < note_settles_ms * 10000ull) Sleep(note_settles_ms);
    return true;
}

void closed_note(const struct outbox *outbox)
{
    WCHAR path[outbox_path_size];
    char text[note_size];
    struct file_look seen;
    DWORD put;
    HANDLE note;

    if (wal_there(outbox) || !look(outbox->path, &seen) || seen.bytes < note_from_bytes || !has_settled(&seen)) return;
    note_path(outbox, path);
    note = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (note == INVALID_HANDLE_VALUE) return;
    WriteFile(note, text, (DWORD)note_text(&seen, text), &put, NULL);
    CloseHandle(note);
}

/* closed.c - the note of a clean close. To look at every page takes longer the more mail waits, and callers wait for
 * the broker's start. A file that this room closed, that was found whole not long ago and gave no cause for doubt
 * since, and that is to all appearance as it was then (size, times, the file system's number), was written by nobody
 * else and need not be walked again. The note is believed once, and only where the WAL beside the file, if there is
 * one, is empty: so any other end leads to the walk. What somebody writes into the file while the broker has it open
 * and does not come upon is found when the walk falls due by its age. closed_note.h has the rules. */
#include "internal.h"
#include <stdio.h>
#include <string.h>
#include "rules/closed_note.h"

#define NOTE_LEAF L"outbox.closed"

enum
{
    note_size = 128,
    note_settles_ms = 50 /* until what was written is no longer of this tick of the system's clock */
};

static const ULONGLONG note_settles = note_settles_ms * 10000ull;

static ULONGLONG filetime_now(void)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
    return ((ULONGLONG)now.dwHighDateTime << 32) | now.dwLowDateTime;
}

static bool wal_there(const struct outbox *outbox)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    WCHAR path[outbox_path_size];

    _snwprintf(path, outbox_path_size - 1, L"%ls-wal", outbox->path);
    path[outbox_path_size - 1] = 0;
    if (!GetFileAttributesExW(path, GetFileExInfoStandard, &data)) return GetLastError() != ERROR_FILE_NOT_FOUND;
    return data.nFileSizeLow || data.nFileSizeHigh;
}

static bool look(const struct outbox *outbox, struct closed_file *seen)
{
    const DWORD sharing = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    HANDLE file = CreateFileW(outbox->path, FILE_READ_ATTRIBUTES, sharing, NULL, OPEN_EXISTING, 0, NULL);
    BY_HANDLE_FILE_INFORMATION data;
    FILE_BASIC_INFO basic;
    bool done;

    if (file == INVALID_HANDLE_VALUE) return false;
    done = GetFileInformationByHandle(file, &data) &&
           GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof(basic));
    CloseHandle(file);
    if (!done) return false;
    seen->bytes = ((LONGLONG)data.nFileSizeHigh << 32) | data.nFileSizeLow;
    seen->written = (ULONGLONG)basic.LastWriteTime.QuadPart;
    seen->changed = (ULONGLONG)basic.ChangeTime.QuadPart;
    seen->index = ((ULONGLONG)data.nFileIndexHigh << 32) | data.nFileIndexLow;
    seen->wal = wal_there(outbox);
    return true;
}

static void note_path(const struct outbox *outbox, WCHAR out[outbox_path_size])
{
    _snwprintf(out, outbox_path_size - 1, L"%ls\\" NOTE_LEAF, outbox->folder);
    out[outbox_path_size - 1] = 0;
}

static int note_text(const struct closed_note *note, char out[note_size])
{
    const struct closed_file *file = &note->file;

    return snprintf(out, note_size, "%lld %llu %llu %llu %llu\n", (LONGLONG)file->bytes, (ULONGLONG)file->written,
        (ULONGLONG)file->changed, (ULONGLONG)file->index, (ULONGLONG)note->walked);
}

/* False also for a text that note_text does not write, such as the first half of one. */
static bool note_parse(const char *text, struct closed_note *note)
{
    ULONGLONG written, changed, index, walked;
    LONGLONG bytes;
    char same[note_size];

    if (sscanf(text, "%lld %llu %llu %llu %llu", &bytes, &written, &changed, &index, &walked) != 5) return false;
    *note = (struct closed_note){
        .file = {.bytes = bytes, .written = written, .changed = changed, .index = index}, .walked = walked};
    note_text(note, same);
    return !strcmp(text, same);
}

static bool note_read(const struct outbox *outbox, struct closed_note *note)
{
    WCHAR path[outbox_path_size];
    char text[note_size] = "";
    DWORD got = 0;
    HANDLE file;

    note_path(outbox, path);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return false;
    if (!ReadFile(file, text, note_size - 1, &got, NULL)) got = 0;
    CloseHandle(file);
    text[got] = 0;
    return note_parse(text, note);
}

bool closed_whole(struct outbox *outbox)
{
    struct closed_note note;
    struct closed_file seen;

    if (!note_read(outbox, &note) || !look(outbox, &seen)) return false;
    if (!closed_note_believed(&note, &seen, filetime_now())) return false;
    outbox->walked = note.walked;
    return true;
}

void closed_walked(struct outbox *outbox)
{
    outbox->walked = filetime_now();
}

void closed_doubt(struct outbox *outbox, int rc)
{
    const int kind = rc & 0xFF;

    if (kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB || kind == SQLITE_IOERR)
        InterlockedExchange(&outbox->doubted, TRUE);
}

void closed_forget(const struct outbox *outbox)
{
    WCHAR path[outbox_path_size];

    note_path(outbox, path);
    DeleteFileW(path);
}

/* What somebody wrote since the last connection was closed shows as a time that is too young. Where no note is due
 * however long one waits, nobody waits. */
void closed_note(const struct outbox *outbox)
{
    struct closed_note note = {.walked = outbox->walked};
    WCHAR path[outbox_path_size];
    char text[note_size];
    DWORD put;
    HANDLE file;

    if (!look(outbox, &note.file) || !closed_note_due(&note, outbox->doubted, filetime_now() + note_settles)) return;
    Sleep(note_settles_ms);
    if (!look(outbox, &note.file) || !closed_note_due(&note, outbox->doubted, filetime_now())) return;
    note_path(outbox, path);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE) return;
    WriteFile(file, text, (DWORD)note_text(&note, text), &put, NULL);
    CloseHandle(file);
}

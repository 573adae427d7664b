/* outbox_disk.h - a disk that fails, is full, or loses its power at any one operation. The entries of this program's
 * import table for the calls that change files are replaced, so that what SQLite does and what the spool does are
 * counted in one row: making, writing, cutting, flushing, moving and removing files and folders below one folder.
 *
 * Writes reach the real file at once, so that they can be read; what was not flushed is remembered with them. At the
 * end nothing more is changed. disk_settle then leaves the files as a killed process leaves them (all that was written
 * is there), or as a power cut does: of what was never flushed any part may be missing, to the sector. Making, moving
 * and removing are taken to last at once, as a file system with a journal has it; the -shm, which SQLite never trusts
 * after an end, stays as it is. */
#ifndef OB_OUTBOX_DISK_H
#define OB_OUTBOX_DISK_H

#include "outbox_test.h"

enum
{
    disk_sector = 512,
    disk_handles = 64
};

struct disk_write /* not flushed; data NULL: a cut at offset */
{
    struct disk_write *next;
    LONGLONG offset;
    DWORD size;
    BYTE *data;
};

struct disk_file
{
    struct disk_file *next;
    WCHAR path[2 * MAX_PATH];
    BYTE *durable;
    LONGLONG size; /* of durable */
    struct disk_write *writes, **writes_end;
};

static struct
{
    CRITICAL_SECTION lock;
    bool on, ended;
    LONG operations;
    LONG end_at;  /* the process or the power ends at this operation; 0: never */
    LONG fail_at; /* this operation fails; 0: none */
    bool stays;   /* and all after it, until it is 0 again */
    DWORD code;   /* what it fails with; 0: a write that takes half of its bytes */
    unsigned random;
    struct disk_file *files;
    struct
    {
        HANDLE handle;
        struct disk_file *file;
    } open[disk_handles];
} disk;

static BOOL(WINAPI *real_write)(HANDLE, LPCVOID, DWORD, LPDWORD, LPOVERLAPPED);
static BOOL(WINAPI *real_end)(HANDLE);
static BOOL(WINAPI *real_flush)(HANDLE);
static BOOL(WINAPI *real_close)(HANDLE);
static BOOL(WINAPI *real_delete)(LPCWSTR);
static BOOL(WINAPI *real_move)(LPCWSTR, LPCWSTR, DWORD);
static BOOL(WINAPI *real_make_folder)(LPCWSTR, LPSECURITY_ATTRIBUTES);
static BOOL(WINAPI *real_remove_folder)(LPCWSTR);
static HANDLE(WINAPI *real_create)(LPCWSTR, DWORD, DWORD, LPSECURITY_ATTRIBUTES, DWORD, DWORD, HANDLE);

static unsigned disk_random(unsigned below)
{
    disk.random = disk.random * 1103515245u + 12345u;
    return (disk.random >> 16) % below;
}

/* True if the next operation is to be done. */
static bool disk_next(void)
{
    LONG number;

    if (!disk.on) return true;
    SetLastError(ERROR_WRITE_FAULT);
    if (disk.ended) return false;
    number = ++disk.operations;
    if (disk.end_at && number >= disk.end_at) return !(disk.ended = true);
    if (!disk.fail_at || number < disk.fail_at || (number > disk.fail_at && !disk.stays)) return true;
    SetLastError(disk.code);
    return false;
}

static bool disk_of(const WCHAR *path)
{
    return disk.on && !_wcsnicmp(path, test_folder, wcslen(test_folder));
}

static struct disk_file *disk_of_handle(HANDLE handle)
{
    for (size_t i = 0; disk.on && i < disk_handles; i++)
        if (disk.open[i].handle == handle && disk.open[i].file) return disk.open[i].file;
    return NULL;
}

static void disk_drop_writes(struct disk_file *file)
{
    while (file->writes)
    {
        struct disk_write *write = file->writes;

        file->writes = write->next;
        free(write->data);
        free(write);
    }
    file->writes_end = &file->writes;
}

static void disk_drop(const WCHAR *path)
{
    for (struct disk_file **at = &disk.files; *at; at = &(*at)->next)
    {
        struct disk_file *file = *at;

        if (_wcsicmp(file->path, path)) continue;
        *at = file->next;
        for (size_t i = 0; i < disk_handles; i++)
            if (disk.open[i].file == file) disk.open[i].file = NULL;
        disk_drop_writes(file);
        free(file->durable);
        free(file);
        return;
    }
}

/* The file as the disk has it; what is met for the first time is whole. */
static struct disk_file *disk_meet(const WCHAR *path)
{
    struct disk_file *file = disk.files;
    long size;

    while (file && _wcsicmp(file->path, path))
        file = file->next;
    if (file) return file;
    file = calloc(1, sizeof(*file));
    wcscpy(file->path, path);
    file->writes_end = &file->writes;
    disk.on = false;
    file->durable = read_whole_file(path, &size);
    disk.on = true;
    file->size = size > 0 ? size : 0;
    file->next = disk.files;
    return disk.files = file;
}

static void disk_note(struct disk_file *file, LONGLONG offset, const void *data, DWORD size)
{
    struct disk_write *write = calloc(1, sizeof(*write));

    write->offset = offset;
    write->size = size;
    if (data) write->data = memcpy(malloc(size + 1), data, size);
    *file->writes_end = write;
    file->writes_end = &write->next;
}

static void disk_grow(struct disk_file *file, LONGLONG size)
{
    file->durable = realloc(file->durable, (size_t)size + 1);
    if (size > file->size) memset(file->durable + file->size, 0, (size_t)(size - file->size));
    file->size = size;
}

/* Makes the write last; torn: only some of its sectors. */
static void disk_apply(struct disk_file *file, const struct disk_write *write, bool torn)
{
    if (!write->data)
    {
        disk_grow(file, write->offset);
        return;
    }
    if (write->offset + write->size > file->size) disk_grow(file, write->offset + write->size);
    for (DWORD done = 0; done < write->size; done += disk_sector)
    {
        DWORD piece = min((DWORD)disk_sector, write->size - done);

        if (!torn || disk_random(2)) memcpy(file->durable + write->offset + done, write->data + done, piece);
    }
}

static LONGLONG disk_position(HANDLE handle, const OVERLAPPED *overlapped)
{
    LARGE_INTEGER now = {0};

    if (overlapped) return ((LONGLONG)overlapped->OffsetHigh << 32) | overlapped->Offset;
    SetFilePointerEx(handle, now, &now, FILE_CURRENT);
    return now.QuadPart;
}

static BOOL WINAPI hook_write(HANDLE handle, LPCVOID data, DWORD size, LPDWORD put, LPOVERLAPPED overlapped)
{
    struct disk_file *file;
    BOOL done = FALSE;
    bool before;

    EnterCriticalSection(&disk.lock);
    if (!(file = disk_of_handle(handle)))
    {
        LeaveCriticalSection(&disk.lock);
        return real_write(handle, data, size, put, overlapped);
    }
    before = disk.ended;
    if (disk_next() || (disk.ended && !before && disk_random(2)))
    {
        disk_note(file, disk_position(handle, overlapped), data, size);
        done = real_write(handle, data, size, put, overlapped) && !disk.ended;
    }
    else if (!disk.ended && !disk.code)
    {
        disk_note(file, disk_position(handle, overlapped), data, size / 2);
        done = real_write(handle, data, size / 2, put, overlapped);
    }
    if (disk.ended) SetLastError(ERROR_WRITE_FAULT);
    LeaveCriticalSection(&disk.lock);
    return done;
}

static BOOL WINAPI hook_end(HANDLE handle)
{
    struct disk_file *file;
    BOOL done = FALSE;

    EnterCriticalSection(&disk.lock);
    file = disk_of_handle(handle);
    if (!file || disk_next())
    {
        if (file) disk_note(file, disk_position(handle, NULL), NULL, 0);
        done = real_end(handle);
    }
    LeaveCriticalSection(&disk.lock);
    return done;
}

static BOOL WINAPI hook_flush(HANDLE handle)
{
    struct disk_file *file;
    BOOL done = FALSE;

    EnterCriticalSection(&disk.lock);
    if (!(file = disk_of_handle(handle)))
        done = real_flush(handle);
    else if (disk_next())
    {
        for (struct disk_write *write = file->writes; write; write = write->next)
            disk_apply(file, write, false);
        disk_drop_writes(file);
        done = TRUE;
    }
    LeaveCriticalSection(&disk.lock);
    return done;
}

static HANDLE WINAPI hook_create(LPCWSTR path, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
    DWORD disposition, DWORD flags, HANDLE model)
{
    HANDLE handle = INVALID_HANDLE_VALUE;
    struct disk_file *file = NULL;

    EnterCriticalSection(&disk.lock);
    if (!disk_of(path) || !(access & (GENERIC_WRITE | FILE_WRITE_DATA)))
        handle = real_create(path, access, share, security, disposition, flags, model);
    else if (file_exists(path) || disposition == OPEN_EXISTING || disk_next())
    {
        if (file_exists(path)) file = disk_meet(path);
        handle = real_create(path, access, share, security, disposition, flags, model);
        if (handle != INVALID_HANDLE_VALUE && !file) file = disk_meet(path);
    }
    for (size_t i = 0; handle != INVALID_HANDLE_VALUE && file && i < disk_handles; i++)
    {
        if (disk.open[i].handle) continue;
        disk.open[i].handle = handle;
        disk.open[i].file = file;
        break;
    }
    LeaveCriticalSection(&disk.lock);
    return handle;
}

static BOOL WINAPI hook_close(HANDLE handle)
{
    EnterCriticalSection(&disk.lock);
    for (size_t i = 0; i < disk_handles; i++)
        if (disk.open[i].handle == handle) memset(&disk.open[i], 0, sizeof(disk.open[i]));
    LeaveCriticalSection(&disk.lock);
    return real_close(handle);
}

static BOOL WINAPI hook_delete(LPCWSTR path)
{
    BOOL done = FALSE;

    EnterCriticalSection(&disk.lock);
    if (!disk_of(path) || !file_exists(path) || disk_next())
    {
        done = real_delete(path);
        if (done && disk.on) disk_drop(path);
    }
    LeaveCriticalSection(&disk.lock);
    return done;
}

static BOOL WINAPI hook_move(LPCWSTR from, LPCWSTR to, DWORD flags)
{
    struct disk_file *file;
    BOOL done = FALSE;

    EnterCriticalSection(&disk.lock);
    if (!disk_of(from) || disk_next())
    {
        done = real_move(from, to, flags);
        if (done && disk_of(from))
        {
            disk_drop(to);
            for (file = disk.files; file; file = file->next)
                if (!_wcsicmp(file->path, from)) wcscpy(file->path, to);
        }
    }
    LeaveCriticalSection(&disk.lock);
    return done;
}

static BOOL WINAPI hook_make_folder(LPCWSTR path, LPSECURITY_ATTRIBUTES security)
{
    BOOL done = FALSE;

    EnterCriticalSection(&disk.lock);
    if (!disk_of(path) || file_exists(path) || disk_next()) done = real_make_folder(path, security);
    LeaveCriticalSection(&disk.lock);
    return done;
}

static BOOL WINAPI hook_remove_folder(LPCWSTR path)
{
    BOOL done = FALSE;

    EnterCriticalSection(&disk.lock);
    if (!disk_of(path) || !file_exists(path) || disk_next()) done = real_remove_folder(path);
    LeaveCriticalSection(&disk.lock);
    return done;
}

static const struct
{
    const char *name;
    void *hook, *real;
} disk_hooks[] = {
    {"WriteFile", (void *)hook_write, &real_write},
    {"SetEndOfFile", (void *)hook_end, &real_end},
    {"FlushFileBuffers", (void *)hook_flush, &real_flush},
    {"CreateFileW", (void *)hook_create, &real_create},
    {"CloseHandle", (void *)hook_close, &real_close},
    {"DeleteFileW", (void *)hook_delete, &real_delete},
    {"MoveFileExW", (void *)hook_move, &real_move},
    {"CreateDirectoryW", (void *)hook_make_folder, &real_make_folder},
    {"RemoveDirectoryW", (void *)hook_remove_folder, &real_remove_folder},
};

static int disk_hook(const char *name, IMAGE_THUNK_DATA *thunk)
{
    DWORD was;

    for (size_t i = 0; i < LENGTH(disk_hooks); i++)
    {
        if (strcmp(name, disk_hooks[i].name)) continue;
        memcpy(disk_hooks[i].real, &thunk->u1.Function, sizeof(void *));
        VirtualProtect(thunk, sizeof(*thunk), PAGE_READWRITE, &was);
        memcpy(&thunk->u1.Function, &disk_hooks[i].hook, sizeof(void *));
        VirtualProtect(thunk, sizeof(*thunk), was, &was);
        return 1;
    }
    return 0;
}

/* Puts itself between this program and Windows. 0, or -1 if a call was not found. */
static int disk_begin(void)
{
    BYTE *base = (BYTE *)GetModuleHandleW(NULL);
    const IMAGE_NT_HEADERS *headers = (const IMAGE_NT_HEADERS *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
    const IMAGE_IMPORT_DESCRIPTOR *library =
        (const IMAGE_IMPORT_DESCRIPTOR *)(base + headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT]
                                                     .VirtualAddress);
    size_t hooked = 0;

    InitializeCriticalSection(&disk.lock);
    for (; library->Name; library++)
    {
        const IMAGE_THUNK_DATA *names = (const IMAGE_THUNK_DATA *)(base + library->OriginalFirstThunk);
        IMAGE_THUNK_DATA *thunks = (IMAGE_THUNK_DATA *)(base + library->FirstThunk);

        for (; names->u1.AddressOfData; names++, thunks++)
            if (!IMAGE_SNAP_BY_ORDINAL(names->u1.Ordinal))
                hooked += (size_t)disk_hook(
                    (const char *)((const IMAGE_IMPORT_BY_NAME *)(base + names->u1.AddressOfData))->Name, thunks);
    }
    return hooked == LENGTH(disk_hooks) ? 0 : -1;
}

/* From here on operations are counted. */
static void disk_start(unsigned seed)
{
    while (disk.files)
        disk_drop(disk.files->path);
    disk.operations = disk.end_at = disk.fail_at = 0;
    disk.ended = disk.stays = false;
    disk.code = 0;
    disk.random = seed * 2654435761u + 1;
    disk.on = true;
}

/* Nothing is counted any more, and after a power cut the files become what is left of them. */
static void disk_settle(bool power)
{
    disk.on = false;
    for (struct disk_file *file = disk.files; file && disk.ended && power; file = file->next)
    {
        if (wcsstr(file->path, L"-shm")) continue;
        for (struct disk_write *write = file->writes; write; write = write->next)
        {
            unsigned luck = disk_random(3);

            if (luck) disk_apply(file, write, luck == 1);
        }
        if (file_exists(file->path))
            write_file(file->path, file->durable ? file->durable : (BYTE *)"", (size_t)file->size);
    }
}

#endif

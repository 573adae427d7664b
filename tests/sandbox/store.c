/* store.c - the stores with their folders and items, in memory and on disk. See store.h.
 * An item's EntryID is its file's name and begins with the time it came to its folder, so the names' order is theirs.
 * What an item is (draft, in the Outbox, sent) is told by its folder alone: a move is one rename, which cannot be
 * seen half done. Attachments that no item names are swept when the store is opened. */
#include "store.h"
#include <stdlib.h>
#include <wchar.h>

#define DEFAULT_ID L"0000000038A1BB1005E5101AA1BB08002B2A56C200006F75746C6F6F6B2D73616E64626F78"
#define OTHER_ID L"0000000038A1BB1005E5101AA1BB08002B2A56C200006F746865722D73746F7265" /* and the root's id */

static const struct
{
    long number;
    const WCHAR *name;
    long item_type;
} default_folders[] = {
    {STORE_DELETED, L"Deleted Items", 0},
    {STORE_OUTBOX, L"Outbox", 0},
    {STORE_SENT, L"Sent Items", 0},
    {STORE_INBOX, L"Inbox", 0},
    {9, L"Calendar", 1},
    {10, L"Contacts", 2},
    {11, L"Journal", 4},
    {12, L"Notes", 5},
    {13, L"Tasks", 3},
    {STORE_DRAFTS, L"Drafts", 0},
    {20, L"Sync Issues", 0},
    {23, L"Junk Email", 0},
    {25, L"RSS Feeds", 6},
};

/* Directories of the store that are no folders. */
static const WCHAR *const other_directories[] = {L".", L"..", L"attachments", L"sent", L"stores"};

static WCHAR *root_path;
static HANDLE lock = INVALID_HANDLE_VALUE;
static struct store **stores;
static size_t count_of_stores;

const WCHAR *store_path(void)
{
    return root_path;
}

size_t store_count(void)
{
    return count_of_stores;
}

struct store *store_at(size_t index)
{
    return stores[index];
}

static bool take_lock(void)
{
    WCHAR *path = text_format(L"%s\\store.lock", root_path);
    OVERLAPPED place = {0};

    lock = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS,
        FILE_ATTRIBUTE_NORMAL, NULL);
    free(path);
    if (lock == INVALID_HANDLE_VALUE) return false;
    if (LockFileEx(lock, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &place)) return true;
    CloseHandle(lock);
    lock = INVALID_HANDLE_VALUE;
    return false;
}

static void make_directories(const WCHAR *path)
{
    WCHAR *copy = text_copy(path);

    for (WCHAR *at = copy; *at; at++)
        if (*at == L'\\' && at > copy && at[-1] != L':')
        {
            *at = 0;
            CreateDirectoryW(copy, NULL);
            *at = L'\\';
        }
    CreateDirectoryW(copy, NULL);
    free(copy);
}

/* A name that stays the same as long as the folder stands where it is (FNV-1a). */
static void folder_id(const WCHAR *path, WCHAR id[49])
{
    unsigned long long hash = 0xCBF29CE484222325ull;

    for (const WCHAR *at = path + wcslen(root_path); *at; at++)
        hash = (hash ^ *at) * 0x100000001B3ull;
    swprintf(id, 49, L"00000000%016llX%016llX%08X", hash, hash * 0x9E3779B97F4A7C15ull, 0x01000000u);
}

/* A store's root has no parent and stands at root_at. */
static struct folder *new_folder(
    struct folder *parent, const WCHAR *root_at, const WCHAR *name, long number, long item_type)
{
    struct folder *folder = memory_new(sizeof(*folder));

    folder->name = text_copy(name);
    folder->path = parent ? text_format(L"%s\\%s", parent->path, name) : text_copy(root_at);
    folder->number = number;
    folder->item_type = item_type;
    folder->parent = parent;
    folder_id(folder->path, folder->id);
    if (parent)
    {
        parent->folders = memory_resize(parent->folders, (parent->folder_count + 1) * sizeof(*parent->folders));
        parent->folders[parent->folder_count++] = folder;
    }
    return folder;
}

static void link_record(struct folder *folder, struct record *record)
{
    if (folder->record_count == folder->record_room)
    {
        folder->record_room = folder->record_room * 2 + 16;
        folder->records = memory_resize(folder->records, folder->record_room * sizeof(*folder->records));
    }
    folder->records[folder->record_count++] = record;
    folder->generation++;
    record->folder = folder;
}

static void unlink_record(struct record *record)
{
    struct folder *folder = record->folder;
    size_t i = 0;

    while (folder->records[i] != record)
        i++;
    memmove(&folder->records[i], &folder->records[i + 1], (folder->record_count - i - 1) * sizeof(*folder->records));
    folder->record_count--;
    folder->generation++;
    record->folder = NULL;
}

static WCHAR *record_path(const struct folder *folder, const WCHAR *id)
{
    return text_format(L"%s\\%s.item", folder->path, id);
}

static int compare_ids(const void *a, const void *b)
{
    return wcscmp((*(struct record *const *)a)->id, (*(struct record *const *)b)->id);
}

static void load_record(struct folder *folder, const WCHAR *file_name)
{
    const WCHAR *end = wcsrchr(file_name, L'.');
    struct record *record;
    WCHAR *path;

    if (!end || !text_same(end, L".item") || end - file_name >= (ptrdiff_t)ARRAYSIZE(record->id)) return;
    record = record_new();
    wmemcpy(record->id, file_name, (size_t)(end - file_name));
    path = record_path(folder, record->id);
    file_each_line(path, record_read_line, record);
    free(path);
    record->submitted_tick = GetTickCount64();
    link_record(folder, record);
}

static bool is_other_directory(const WCHAR *name)
{
    for (size_t i = 0; i < ARRAYSIZE(other_directories); i++)
        if (text_same(other_directories[i], name)) return true;
    return false;
}

static struct folder *folder_named(const struct folder *parent, const WCHAR *name)
{
    for (size_t i = 0; i < parent->folder_count; i++)
        if (text_same(parent->folders[i]->name, name)) return parent->folders[i];
    return NULL;
}

static void load_folder(struct folder *folder)
{
    WCHAR *pattern = text_format(L"%s\\*", folder->path);
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(pattern, &found);

    free(pattern);
    if (search == INVALID_HANDLE_VALUE) return;
    do
    {
        if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY))
            load_record(folder, found.cFileName);
        else if (!is_other_directory(found.cFileName) && !folder_named(folder, found.cFileName))
            new_folder(folder, NULL, found.cFileName, 0, 0);
    } while (FindNextFileW(search, &found));
    FindClose(search);
    qsort(folder->records, folder->record_count, sizeof(*folder->records), compare_ids);
    for (size_t i = 0; i < folder->folder_count; i++)
        load_folder(folder->folders[i]);
}

static bool folder_names_attachment(const struct folder *folder, const WCHAR *stored)
{
    for (size_t i = 0; i < folder->record_count; i++)
        for (size_t a = 0; a < folder->records[i]->attachment_count; a++)
            if (text_same(folder->records[i]->attachments[a].stored, stored)) return true;
    for (size_t i = 0; i < folder->folder_count; i++)
        if (folder_names_attachment(folder->folders[i], stored)) return true;
    return false;
}

static void sweep_attachments(void)
{
    WCHAR *pattern = store_attachment_path(L"*");
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(pattern, &found);

    free(pattern);
    if (search == INVALID_HANDLE_VALUE) return;
    do
    {
        WCHAR *path = store_attachment_path(found.cFileName);
        bool named = false;

        for (size_t i = 0; !named && i < count_of_stores; i++)
            named = folder_names_attachment(stores[i]->root, found.cFileName);
        if (!named) DeleteFileW(path);
        free(path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

/* id NULL: one that stays the same as long as the name does. */
static struct store *add_store(const WCHAR *name, const WCHAR *id, const WCHAR *path)
{
    struct store *store = memory_new(sizeof(*store));

    store->name = text_copy(name);
    store->root = new_folder(NULL, path, name, 0, 0);
    store->id = id ? text_copy(id) : text_format(L"%s%s", OTHER_ID, store->root->id);
    CreateDirectoryW(path, NULL);
    for (size_t i = 0; i < ARRAYSIZE(default_folders); i++)
    {
        struct folder *folder = new_folder(
            store->root, NULL, default_folders[i].name, default_folders[i].number, default_folders[i].item_type);

        CreateDirectoryW(folder->path, NULL);
    }
    load_folder(store->root);
    stores = memory_resize(stores, (count_of_stores + 1) * sizeof(*stores));
    stores[count_of_stores++] = store;
    return store;
}

struct store *store_named(const WCHAR *name)
{
    struct store *store;
    WCHAR *path;

    if (text_empty(name)) return stores[0];
    for (size_t i = 0; i < count_of_stores; i++)
        if (text_same(stores[i]->name, name)) return stores[i];
    path = text_format(L"%s\\stores\\%s", root_path, name);
    store = add_store(name, NULL, path);
    free(path);
    return store;
}

static void load_other_stores(void)
{
    WCHAR *pattern = text_format(L"%s\\stores\\*", root_path);
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(pattern, &found);

    free(pattern);
    if (search == INVALID_HANDLE_VALUE) return;
    do
        if (!is_other_directory(found.cFileName)) store_named(found.cFileName);
    while (FindNextFileW(search, &found));
    FindClose(search);
}

bool store_open(const WCHAR *path)
{
    root_path = text_copy(path);
    make_directories(root_path);
    if (!take_lock())
    {
        free(root_path);
        return false;
    }
    for (size_t i = 0; i < ARRAYSIZE(other_directories); i++)
    {
        WCHAR *other = text_format(L"%s\\%s", root_path, other_directories[i]);

        CreateDirectoryW(other, NULL);
        free(other);
    }
    add_store(L"sandbox", DEFAULT_ID, root_path);
    load_other_stores();
    sweep_attachments();
    return true;
}

void store_close(void)
{
    CloseHandle(lock);
    lock = INVALID_HANDLE_VALUE;
}

struct store *store_by_id(const WCHAR *id)
{
    if (text_empty(id)) return stores[0];
    for (size_t i = 0; i < count_of_stores; i++)
        if (text_same(stores[i]->id, id)) return stores[i];
    return NULL;
}

struct store *store_of_folder(const struct folder *folder)
{
    size_t i = 0;

    while (folder->parent)
        folder = folder->parent;
    while (stores[i]->root != folder)
        i++;
    return stores[i];
}

struct folder *store_folder(const struct store *store, long number)
{
    const struct folder *root = store->root;

    for (size_t i = 0; i < root->folder_count; i++)
        if (number && root->folders[i]->number == number) return root->folders[i];
    return NULL;
}

struct folder *store_default_folder(long number)
{
    return store_folder(stores[0], number);
}

static struct folder *find_folder(struct folder *folder, const WCHAR *id)
{
    struct folder *found = text_same(folder->id, id) ? folder : NULL;

    for (size_t i = 0; !found && i < folder->folder_count; i++)
        found = find_folder(folder->folders[i], id);
    return found;
}

struct folder *store_folder_by_id(const struct store *store, const WCHAR *id)
{
    return find_folder(store->root, id);
}

static struct record *find_record(const struct folder *folder, const WCHAR *id)
{
    struct record *found = NULL;

    for (size_t i = 0; i < folder->record_count; i++)
        if (!_wcsicmp(folder->records[i]->id, id)) return folder->records[i];
    for (size_t i = 0; !found && i < folder->folder_count; i++)
        found = find_record(folder->folders[i], id);
    return found;
}

struct record *store_record_by_id(const struct store *store, const WCHAR *id)
{
    return find_record(store->root, id);
}

HRESULT store_add_folder(struct folder *parent, const WCHAR *name, long item_type, struct folder **folder)
{
    WCHAR *path;
    HRESULT hr = S_OK;

    *folder = NULL;
    if (text_empty(name) || wcspbrk(name, L"\\/:*?\"<>|") || is_other_directory(name)) return E_INVALIDARG;
    if (folder_named(parent, name)) return E_INVALIDARG;
    path = text_format(L"%s\\%s", parent->path, name);
    if (!CreateDirectoryW(path, NULL)) hr = HRESULT_FROM_WIN32(GetLastError());
    free(path);
    if (SUCCEEDED(hr)) *folder = new_folder(parent, NULL, name, 0, item_type);
    return hr;
}

long store_unread_count(const struct folder *folder)
{
    long count = 0;

    for (size_t i = 0; i < folder->record_count; i++)
        count += folder->records[i]->numbers[FIELD_UNREAD] != 0;
    return count;
}

/* Rises with each one, also when the clock does not. */
static void new_id(WCHAR id[49])
{
    static unsigned long long last;
    unsigned long long now;
    FILETIME time;
    GUID guid;

    GetSystemTimeAsFileTime(&time);
    now = ((unsigned long long)time.dwHighDateTime << 32) | time.dwLowDateTime;
    last = now > last ? now : last + 1;
    CoCreateGuid(&guid);
    swprintf(id, 49, L"00000000%016llX%08lX%04X%04X%08X", last, (unsigned long)guid.Data1, (unsigned)guid.Data2,
        (unsigned)guid.Data3, 0x02000000u);
}

static HRESULT write_record(const struct record *record, const WCHAR *path)
{
    struct buffer buffer = {0};
    HRESULT hr;

    record_write(record, &buffer);
    hr = file_write(path, buffer.data, buffer.size);
    buffer_clear(&buffer);
    return hr;
}

HRESULT store_add(struct folder *folder, struct record *record)
{
    WCHAR *path;
    HRESULT hr;

    new_id(record->id);
    path = record_path(folder, record->id);
    record->numbers[FIELD_CREATION_TIME] = record->numbers[FIELD_LAST_MODIFICATION_TIME] = time_now();
    hr = write_record(record, path);
    free(path);
    if (FAILED(hr))
    {
        record->id[0] = 0;
        return hr;
    }
    record->version++;
    record_add_ref(record);
    link_record(folder, record);
    return S_OK;
}

HRESULT store_update(struct record *record)
{
    WCHAR *path = record_path(record->folder, record->id);
    HRESULT hr;

    record->numbers[FIELD_LAST_MODIFICATION_TIME] = time_now();
    hr = write_record(record, path);
    record->version++;
    record->folder->generation++;
    free(path);
    return hr;
}

HRESULT store_move(struct record *record, struct folder *folder)
{
    WCHAR id[49], *from = record_path(record->folder, record->id), *to;
    HRESULT hr = store_update(record);

    new_id(id);
    to = record_path(folder, id);
    if (SUCCEEDED(hr) && !MoveFileExW(from, to, MOVEFILE_WRITE_THROUGH)) hr = HRESULT_FROM_WIN32(GetLastError());
    free(from);
    free(to);
    if (FAILED(hr)) return hr;
    wcscpy(record->id, id);
    unlink_record(record);
    link_record(folder, record);
    record->moves++;
    return S_OK;
}

HRESULT store_remove(struct record *record)
{
    WCHAR *path = record_path(record->folder, record->id);
    HRESULT hr = DeleteFileW(path) ? S_OK : HRESULT_FROM_WIN32(GetLastError());

    free(path);
    if (FAILED(hr)) return hr;
    for (size_t i = 0; i < record->attachment_count; i++)
    {
        path = store_attachment_path(record->attachments[i].stored);
        DeleteFileW(path);
        free(path);
    }
    unlink_record(record);
    record_release(record);
    return S_OK;
}

WCHAR *store_attachment_path(const WCHAR *stored)
{
    return text_format(L"%s\\attachments\\%s", root_path, stored);
}

HRESULT store_add_attachment(const WCHAR *source, WCHAR **stored, LONGLONG *size)
{
    WIN32_FILE_ATTRIBUTE_DATA data;
    WCHAR id[49], *path;
    HRESULT hr;

    *stored = NULL;
    new_id(id);
    path = store_attachment_path(id);
    hr = file_flush_copy(source, path);
    if (SUCCEEDED(hr) && !GetFileAttributesExW(path, GetFileExInfoStandard, &data))
        hr = HRESULT_FROM_WIN32(GetLastError());
    free(path);
    if (FAILED(hr)) return hr;
    *size = ((LONGLONG)data.nFileSizeHigh << 32) | data.nFileSizeLow;
    *stored = text_copy(id);
    return S_OK;
}

/* soak.c - one broker for a long time, under load and with all that may happen to Outlook: it is killed, closed by its
 * user, busy, hangs, shows dialogs. Once a minute all of that ends, the queue runs empty, and what the broker holds
 * then is written into soak.txt for tests/faults/soak, which adds what the Unix side sees: `quiet MINUTE PROCESS BLOCKS
 * EVENTS KEYS HANDLES OBJECTS VARIANTS OUTLOOKS`. The process is its Windows id, blocks are those of COM's memory;
 * handles are counted by Wine's server, those to events and registry keys apart from all others; objects are those that
 * clients were given so far, and Outlooks those killed. */
#include "faults.h"
#include <stdlib.h>
#include <tlhelp32.h>
#include <winternl.h>
#include <wchar.h>
#include "host/wine_memory.h"

#define LOAD_MS 45000
#define QUIET_MS 8000 /* after the last client; Wine's thread pool keeps an idle thread for five seconds */
#define SYSTEM_HANDLES 16

struct soak
{
    struct load load;
    struct dice dice;
    volatile LONG *blocks;
    volatile struct given *given;
    unsigned outlooks; /* killed */
};

/* As Wine and Windows lay it out for a process of 64 bits. */
struct system_handle
{
    ULONG process;
    UCHAR type, attributes;
    USHORT value;
    void *object;
    ULONG access;
};

struct system_handles
{
    ULONG count;
    struct system_handle handles[];
};

struct handle_counts
{
    unsigned events, keys, others;
};

/* The number by which a list names the type of one's own handle. */
static UCHAR type_in(const struct system_handles *all, HANDLE own)
{
    for (ULONG i = 0; i < all->count; i++)
        if (all->handles[i].process == GetCurrentProcessId() && all->handles[i].value == (USHORT)(ULONG_PTR)own)
            return all->handles[i].type;
    ob_require(false, "an own handle is not in the list");
    return 0;
}

static struct system_handles *list_handles(void)
{
    ULONG size = 1 << 20, length;
    struct system_handles *all;
    NTSTATUS status;

    do
    {
        size *= 2;
        all = malloc(size);
        assert_non_null(all);
        status = NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)SYSTEM_HANDLES, all, size, &length);
        if (status >= 0) return all;
        free(all);
    } while (size < 1 << 28);
    ob_require(false, "the handles: %08lX", (unsigned long)status);
    return NULL;
}

static struct handle_counts count_handles(DWORD process)
{
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    struct handle_counts counts = {0};
    struct system_handles *all;
    UCHAR event_type, key_type;
    HKEY key;

    assert_int_equal(RegOpenKeyExW(HKEY_CURRENT_USER, L"Software", 0, KEY_READ, &key), ERROR_SUCCESS);
    all = list_handles();
    event_type = type_in(all, event);
    key_type = type_in(all, key);
    for (ULONG i = 0; i < all->count; i++)
    {
        const struct system_handle *handle = &all->handles[i];

        if (handle->process != process) continue;
        if (handle->type == event_type)
            counts.events++;
        else if (handle->type == key_type)
            counts.keys++;
        else
            counts.others++;
    }
    free(all);
    RegCloseKey(key);
    CloseHandle(event);
    return counts;
}

static DWORD broker_process(void)
{
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    DWORD found = 0;

    for (BOOL more = Process32FirstW(list, &entry); more; more = Process32NextW(list, &entry))
        if (!_wcsicmp(entry.szExeFile, OB_BROKER_IMAGE)) found = entry.th32ProcessID;
    CloseHandle(list);
    return found;
}

/* What was sent, so that the stand-in does not become slower by the minute; it is not running. */
static void empty_folder(const WCHAR *leaf)
{
    WCHAR folder[MAX_PATH], pattern[MAX_PATH + 2], path[2 * MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE find;

    wcscpy(folder, ob_sandbox_path(leaf));
    swprintf(pattern, ARRAYSIZE(pattern), L"%ls\\*", folder);
    find = FindFirstFileW(pattern, &found);
    if (find == INVALID_HANDLE_VALUE) return;
    do
    {
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) continue;
        swprintf(path, ARRAYSIZE(path), L"%ls\\%ls", folder, found.cFileName);
        DeleteFileW(path);
    } while (FindNextFileW(find, &found));
    FindClose(find);
}

static void kill_outlook(struct soak *soak)
{
    soak->outlooks += load_kill(OB_SANDBOX_IMAGE) > 0;
}

static void load_and_faults(struct soak *soak)
{
    ULONGLONG end = GetTickCount64() + LOAD_MS;

    DeleteFileW(ob_file_path(FINISH_FILE));
    for (unsigned i = 0; i < load_clients; i++)
        soak->load.due[i] = 0;
    while (GetTickCount64() < end)
    {
        trouble_begin(&soak->dice, true);
        load_run(&soak->load, 1000 + dice_roll(&soak->dice, 6000));
        if (!dice_roll(&soak->dice, 3)) kill_outlook(soak);
    }
}

/* What was tried is accepted, what was accepted has left, and nobody holds anything of the broker any more. */
static void fall_quiet(struct soak *soak)
{
    ULONGLONG end = GetTickCount64() + 2 * OB_LONG_MS;
    HANDLE drain;

    trouble_end(true);
    ob_write_file(ob_file_path(FINISH_FILE), "", 0);
    while (!load_finished(&soak->load))
    {
        ob_require(GetTickCount64() < end, "what was not accepted is not accepted either when nothing fails");
        Sleep(20);
    }
    drain = ob_start_self(L"drain");
    ob_require(ob_wait_exit(drain, 2 * OB_LONG_MS) == client_done, "the queue does not run empty");
    kill_outlook(soak);
    empty_folder(L"Sent Items");
    empty_folder(L"sent");
    empty_folder(L"attachments");
    Sleep(QUIET_MS);
}

/* Made before broker and clients start, which count there. */
static volatile void *open_section(const WCHAR *name, DWORD size)
{
    HANDLE section = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, size, name);
    volatile void *view = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, size) : NULL;

    ob_require(view != NULL, "the section: %lu", GetLastError());
    return view;
}

static void wait_until_measured(unsigned minute)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    WCHAR leaf[40];

    swprintf(leaf, ARRAYSIZE(leaf), L"measured-%u", minute);
    while (!ob_exists(ob_file_path(leaf)))
    {
        ob_require(GetTickCount64() < end, "nobody measures");
        Sleep(50);
    }
}

int soak_run(unsigned seed, unsigned minutes)
{
    struct soak soak = {.load = {.seed = seed}};

    load_begin(&soak.load, L"soak.txt");
    dice_shake(&soak.dice, seed, 0, 0);
    drive_settings();
    ob_set(L"KeepRunning", 1);
    soak.blocks = open_section(WINE_MEMORY_SECTION, sizeof(*soak.blocks));
    soak.given = open_section(GIVEN_SECTION, sizeof(*soak.given));
    for (unsigned minute = 1; minute <= minutes; minute++)
    {
        struct handle_counts handles;
        DWORD process;

        load_and_faults(&soak);
        fall_quiet(&soak);
        process = broker_process();
        handles = count_handles(process);
        load_say(&soak.load, "quiet %u %lu %ld %u %u %u %ld %ld %u", minute, process, *soak.blocks, handles.events,
            handles.keys, handles.others, soak.given->objects, soak.given->variants, soak.outlooks);
        wait_until_measured(minute);
    }
    load_kill(OB_BROKER_IMAGE);
    ob_log_off();
    return 0;
}

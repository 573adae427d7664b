/* soak.c - one broker for a long time, under load and with all that may happen to Outlook: it is killed, closed by its
 * user, busy, hangs, shows dialogs. Once a minute all of that ends, the queue runs empty, and what the broker holds
 * then is written into soak.txt for tests/faults/soak, which adds what the Unix side sees: `quiet MINUTE PROCESS BLOCKS
 * HANDLES OUTLOOKS`. The process is its Windows id, blocks are those of COM's memory, handles are counted by Wine's
 * server, and Outlooks are those killed so far. */
#include "faults.h"
#include <stdlib.h>
#include <tlhelp32.h>
#include <winternl.h>
#include <wchar.h>
#include "host/wine_memory.h"

#define LOAD_MS 45000
#define QUIET_MS 2000 /* for what ends a moment after the last client */
#define SYSTEM_HANDLES 16

struct soak
{
    struct load load;
    struct dice dice;
    volatile LONG *blocks;
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

static unsigned count_handles(DWORD process)
{
    ULONG size = 1 << 20, length, own = 0;
    struct system_handles *all;
    NTSTATUS status;

    do
    {
        size *= 2;
        all = malloc(size);
        assert_non_null(all);
        status = NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)SYSTEM_HANDLES, all, size, &length);
        for (ULONG i = 0; status >= 0 && i < all->count; i++)
            own += all->handles[i].process == process;
        free(all);
    } while (status < 0 && size < 1 << 28);
    ob_require(status >= 0, "the handles: %08lX", (unsigned long)status);
    return own;
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

/* Made before the broker starts, which counts there. */
static void open_section(struct soak *soak)
{
    HANDLE section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(*soak->blocks), WINE_MEMORY_SECTION);

    soak->blocks = section ? MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(*soak->blocks)) : NULL;
    ob_require(soak->blocks != NULL, "the section: %lu", GetLastError());
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
    open_section(&soak);
    for (unsigned minute = 1; minute <= minutes; minute++)
    {
        DWORD process;

        load_and_faults(&soak);
        fall_quiet(&soak);
        process = broker_process();
        load_say(
            &soak.load, "quiet %u %lu %ld %u %u", minute, process, *soak.blocks, count_handles(process), soak.outlooks);
        wait_until_measured(minute);
    }
    load_kill(OB_BROKER_IMAGE);
    ob_log_off();
    return 0;
}

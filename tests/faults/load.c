/* load.c - the clients of an environment: processes that are started anew whenever one has ended; see faults.h. */
#include "faults.h"
#include <stdlib.h>
#include <tlhelp32.h>
#include <wchar.h>

#define TICK_MS 20
#define AGAIN_MS 150 /* until a client that was lost is followed by the next */
#define GONE_MS 30000
#define KILLED 0xDEAD

void load_begin(struct load *load, const WCHAR *log)
{
    WCHAR path[MAX_PATH];

    wcscpy(path, ob_file_path(log));
    load->log = _wfopen(path, L"wb");
    ob_require(load->log != NULL, "%s cannot be written", ob_utf8(path));
    load->began = GetTickCount64();
}

void load_say(struct load *load, const char *format, ...)
{
    va_list arguments;

    fprintf(load->log, "%llu ", GetTickCount64() - load->began);
    va_start(arguments, format);
    vfprintf(load->log, format, arguments);
    va_end(arguments);
    fputc('\n', load->log);
    fflush(load->log);
}

/* --- processes */

/* Terminates what runs of the image at one look; how many that were. */
unsigned load_kill_those(const WCHAR *image)
{
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    unsigned count = 0;

    assert_true(list != INVALID_HANDLE_VALUE);
    for (BOOL more = Process32FirstW(list, &entry); more; more = Process32NextW(list, &entry))
    {
        HANDLE process;

        if (_wcsicmp(entry.szExeFile, image)) continue;
        process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, entry.th32ProcessID);
        if (!process) continue;
        if (TerminateProcess(process, KILLED) && WaitForSingleObject(process, GONE_MS) == WAIT_OBJECT_0) count++;
        CloseHandle(process);
    }
    CloseHandle(list);
    return count;
}

/* Until none is left: somebody may be starting one. */
unsigned load_kill(const WCHAR *image)
{
    ULONGLONG end = GetTickCount64() + GONE_MS;
    unsigned count = 0;

    do
    {
        count += load_kill_those(image);
        ob_require(GetTickCount64() < end, "%s does not end", ob_utf8(image));
    } while (ob_processes(image));
    return count;
}

/* --- clients */

/* NULL: now and then Wine cannot start a program (ERROR_INTERNAL_ERROR), and a moment later can. */
static HANDLE start_program(const WCHAR *arguments)
{
    STARTUPINFOW start = {.cb = sizeof(start)};
    PROCESS_INFORMATION process;
    WCHAR program[MAX_PATH], command[MAX_PATH + 200];

    assert_true(GetModuleFileNameW(NULL, program, MAX_PATH) > 0);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" %ls", program, arguments);
    if (!CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process)) return NULL;
    CloseHandle(process.hThread);
    return process.hProcess;
}

static void start_client(struct load *load, unsigned number)
{
    WCHAR arguments[100];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls %u %u %u", number < sender_count ? L"send" : L"read", load->seed,
        load->environment, number);
    load->clients[number] = start_program(arguments);
    if (!load->clients[number]) load->due[number] = GetTickCount64() + AGAIN_MS;
}

static DWORD take_client(struct load *load, unsigned number)
{
    DWORD code = STILL_ACTIVE;

    GetExitCodeProcess(load->clients[number], &code);
    CloseHandle(load->clients[number]);
    load->clients[number] = NULL;
    if (code != client_lost && code != client_done && code != KILLED)
        load_say(load, "client %u ended with %lu", number, code);
    return code;
}

/* Those that ended are followed by others; whether one has nothing left to do. */
void load_look(struct load *load)
{
    for (unsigned i = 0; i < load_clients; i++)
    {
        if (load->clients[i] && WaitForSingleObject(load->clients[i], 0) == WAIT_OBJECT_0)
        {
            take_client(load, i);
            load->due[i] = GetTickCount64() + AGAIN_MS;
        }
        if (!load->clients[i] && GetTickCount64() >= load->due[i]) start_client(load, i);
    }
}

void load_end(struct load *load)
{
    for (unsigned i = 0; i < load_clients; i++)
    {
        if (!load->clients[i]) continue;
        TerminateProcess(load->clients[i], KILLED);
        WaitForSingleObject(load->clients[i], GONE_MS);
        take_client(load, i);
    }
}

void load_run(struct load *load, DWORD ms)
{
    ULONGLONG end = GetTickCount64() + ms;

    do
    {
        load_look(load);
        Sleep(TICK_MS);
    } while (GetTickCount64() < end);
}

bool load_finished(struct load *load)
{
    bool done = true;

    for (unsigned i = 0; i < load_clients; i++)
    {
        if (load->clients[i] && WaitForSingleObject(load->clients[i], 0) == WAIT_OBJECT_0)
            load->due[i] = take_client(load, i) == client_done ? UINT64_MAX : GetTickCount64() + AGAIN_MS;
        if (!load->clients[i] && GetTickCount64() >= load->due[i]) start_client(load, i);
        if (load->clients[i] || load->due[i] != UINT64_MAX) done = false;
    }
    return done;
}

/* many.c - see bench.h. Each client is a process of its own with one thread, as most clients are. All do the same at
 * the same time: in turns null calls of the bare server and accepts of the broker, until they are told to change. */
#include "bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define MOST_CLIENTS 64
#define MOST_ROUNDS 64
#define PATIENCE_MS 60000

enum turn
{
    turn_wait,
    turn_null,
    turn_make,
    turn_accept,
    turn_end
};

struct shared
{
    volatile LONG turn, round, ready;
    volatile LONG done[MOST_ROUNDS][MOST_CLIENTS];
};

static struct shared *open_shared(const WCHAR *name)
{
    HANDLE mapping = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(struct shared), name);
    struct shared *shared = mapping ? MapViewOfFile(mapping, FILE_MAP_WRITE, 0, 0, sizeof(struct shared)) : NULL;

    if (!shared) must(E_OUTOFMEMORY, "shared memory");
    return shared;
}

int many_client(const WCHAR *arguments)
{
    static void (*const calls[])(void) = {
        [turn_null] = do_null, [turn_make] = do_bare_make_release, [turn_accept] = do_accept_release};
    struct shared *shared;
    unsigned index;
    WCHAR name[64];

    if (swscanf(arguments, L"%u %63ls", &index, name) != 2 || index >= MOST_CLIENTS) return 1;
    shared = open_shared(name);
    open_bare();
    open_broker();
    do_accept_release();
    InterlockedIncrement(&shared->ready);
    while (shared->turn != turn_end)
    {
        LONG turn = shared->turn, round = shared->round;

        if (turn == turn_wait)
        {
            Sleep(1);
            continue;
        }
        calls[turn]();
        if (shared->turn == turn && shared->round == round) shared->done[round][index]++;
    }
    close_broker();
    close_bare();
    return 0;
}

/* A process that Wine refuses is asked for again: seen once, with 32 started at once on a busy machine. */
static HANDLE start_client(unsigned index, const WCHAR *name)
{
    unsigned tries = 10;
    STARTUPINFOW start = {.cb = sizeof(start)};
    PROCESS_INFORMATION process;
    WCHAR program[MAX_PATH], command[MAX_PATH + 100];

    GetModuleFileNameW(NULL, program, ARRAYSIZE(program));
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" client %u %ls", program, index, name);
    while (!CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process))
    {
        if (!--tries) must(HRESULT_FROM_WIN32(GetLastError()), "starting a client");
        Sleep(200);
    }
    CloseHandle(process.hThread);
    return process.hProcess;
}

/* Calls a second of all clients together. */
static double measure(struct shared *shared, unsigned clients, LONG round, enum turn turn, unsigned ms)
{
    double began, us;
    LONG calls = 0;

    shared->round = round;
    shared->turn = turn;
    began = now_us();
    Sleep(ms);
    shared->turn = turn_wait;
    us = now_us() - began;
    for (unsigned i = 0; i < clients; i++)
        calls += shared->done[round][i];
    Sleep(30); /* what is under way ends */
    return calls / us * 1e6;
}

void many_run(unsigned clients, unsigned rounds, unsigned ms)
{
    static unsigned runs;
    HANDLE processes[MOST_CLIENTS];
    struct shared *shared;
    WCHAR name[64];
    LONG round = 0;

    if (clients > MOST_CLIENTS || rounds * 3 > MOST_ROUNDS) must(E_INVALIDARG, "so many clients or rounds");
    swprintf(name, ARRAYSIZE(name), L"outlook-broker-bench-%lu-%u", GetCurrentProcessId(), ++runs);
    shared = open_shared(name);
    for (unsigned i = 0; i < clients; i++)
        processes[i] = start_client(i, name);
    for (ULONGLONG until = GetTickCount64() + PATIENCE_MS; shared->ready < (LONG)clients; Sleep(20))
        if (GetTickCount64() > until) must(E_FAIL, "the clients did not get ready");
    for (unsigned i = 0; i < rounds; i++)
        for (enum turn turn = turn_null; turn < turn_end; turn++)
            printf("%.1f ", measure(shared, clients, round++, turn, ms));
    shared->turn = turn_end;
    for (unsigned i = 0; i < clients; i++)
    {
        WaitForSingleObject(processes[i], PATIENCE_MS);
        CloseHandle(processes[i]);
    }
}

/* main.c - reads lines, does what they say, answers each with one line; see bench.h.
 *     open WHAT | close WHAT           WHAT: broker, bare, outlook
 *     raw FILE                         opens the database beside the outbox FILE (a Windows path)
 *     time N WHAT...                   N times, each WHAT once: the microseconds of each, turn by turn
 *     cold WHAT                        opens it and asks for its Version: the microseconds
 *     many CLIENTS ROUNDS MS           calls a second: null, make, accept of each round
 *     sessions N                       opens N more sessions
 *     named TITLE                      a mail meets a dialog of that title: microseconds until Status names it
 *     session-ends                     as Windows tells it: microseconds until each of the two answers
 *     attachment                       the file of OB_BENCH_ATTACHMENT is what accept_attachment and copy take
 *     run COMMAND LINE                 runs a program to its end: its exit code
 *     say NAME...                      values of environment variables, by tabs
 *     end */
#include "bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define MOST_PARTS 12

double now_us(void)
{
    static LARGE_INTEGER frequency;
    LARGE_INTEGER now;

    if (!frequency.QuadPart) QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    return (double)now.QuadPart * 1e6 / (double)frequency.QuadPart;
}

void must(HRESULT hr, const char *what)
{
    if (SUCCEEDED(hr)) return;
    printf("error %s: 0x%08lX\n", what, (unsigned long)hr);
    fflush(stdout);
    ExitProcess(1);
}

static const struct named
{
    const char *name;
    void (*call)(void), (*after)(void); /* after: not timed */
} timed[] =
    {
        {"null", do_null, NULL},
        {"bare_version", do_bare_version, NULL},
        {"bare_version_invoke", do_bare_version_invoke, NULL},
        {"make", do_bare_make, do_release_made},
        {"version", do_version, NULL},
        {"version_invoke", do_version_invoke, NULL},
        {"accept", do_accept, do_release_job},
        {"accept_invoke", do_accept_invoke, do_release_job},
        {"accept_kept", do_accept, NULL},
        {"accept_whole", do_accept, do_wait_job},
        {"accept_invoke_whole", do_accept_invoke, do_wait_job},
        {"accept_attachment", do_accept_attachment, do_release_job},
        {"accept_release", do_accept_release, NULL},
        {"raw", raw_commit, raw_rest},
        {"status", do_status, NULL},
        {"jobs", do_jobs, NULL},
        {"direct", do_direct, NULL},
        {"direct_draft", do_direct_draft, NULL},
        {"direct_looked", do_direct_looked, NULL},
        {"late_profile", do_late_profile, NULL},
        {"late_logon", do_late_logon, NULL},
        {"late_save", do_late_save, NULL},
        {"late_wait", do_late_wait, NULL},
        {"copy", do_copy, do_remove_copy},
        {"hash", do_hash, NULL},
},
  opened[] = {
      {"broker", open_broker, close_broker}, {"bare", open_bare, close_bare}, {"outlook", open_outlook, close_outlook}};

static const struct named *find(const struct named *in, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!strcmp(in[i].name, name)) return &in[i];
    printf("error what is %s?\n", name);
    exit(1);
}

static void time_calls(char **parts, int count)
{
    const struct named *calls[MOST_PARTS];
    int repeat = atoi(parts[1]);

    for (int i = 2; i < count; i++)
        calls[i] = find(timed, ARRAYSIZE(timed), parts[i]);
    while (repeat-- > 0)
        for (int i = 2; i < count; i++)
        {
            double began = now_us();

            calls[i]->call();
            printf("%.1f ", now_us() - began);
            if (calls[i]->after) calls[i]->after();
        }
}

static void cold(const char *what)
{
    double began = now_us();

    if (!strcmp(what, "bare"))
    {
        open_bare();
        do_bare_version();
    }
    else
    {
        open_broker();
        if (!strcmp(what, "jobs"))
            do_jobs();
        else
            do_version();
    }
    printf("%.1f", now_us() - began);
}

static void run_program(const char *line)
{
    SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
    HANDLE nowhere = CreateFileW(L"NUL", GENERIC_WRITE, FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL);
    STARTUPINFOA start = {
        .cb = sizeof(start), .dwFlags = STARTF_USESTDHANDLES, .hStdOutput = nowhere, .hStdError = nowhere};
    PROCESS_INFORMATION process;
    char command[2048];
    DWORD code = STILL_ACTIVE;

    snprintf(command, sizeof(command), "%s", line);
    if (!CreateProcessA(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &process)) must(E_FAIL, line);
    CloseHandle(nowhere);
    WaitForSingleObject(process.hProcess, 60000);
    GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    printf("%lu", code);
}

static void say(char **parts, int count)
{
    for (int i = 1; i < count; i++)
        printf("%s\t", getenv(parts[i]) ? getenv(parts[i]) : "");
}

static int split(char *line, char **parts)
{
    int count = 0;

    for (char *part = strtok(line, " \r\n"); part && count < MOST_PARTS; part = strtok(NULL, " \r\n"))
        parts[count++] = part;
    return count;
}

static BOOL obey(char *line)
{
    char whole[2048], *parts[MOST_PARTS] = {NULL};
    const char *rest = strchr(line, ' ');
    int count;

    line[strcspn(line, "\r\n")] = 0;
    snprintf(whole, sizeof(whole), "%s", rest ? rest + 1 : "");
    count = split(line, parts);
    if (!count || !strcmp(parts[0], "end")) return FALSE;
    if (!strcmp(parts[0], "open"))
        find(opened, ARRAYSIZE(opened), parts[1])->call();
    else if (!strcmp(parts[0], "close"))
        find(opened, ARRAYSIZE(opened), parts[1])->after();
    else if (!strcmp(parts[0], "raw"))
        raw_open(whole);
    else if (!strcmp(parts[0], "time"))
        time_calls(parts, count);
    else if (!strcmp(parts[0], "cold"))
        cold(parts[1]);
    else if (!strcmp(parts[0], "many"))
        many_run((unsigned)atoi(parts[1]), (unsigned)atoi(parts[2]), (unsigned)atoi(parts[3]));
    else if (!strcmp(parts[0], "sessions"))
        open_sessions((unsigned)atoi(parts[1]));
    else if (!strcmp(parts[0], "named"))
        dialog_named(parts[1]);
    else if (!strcmp(parts[0], "session-ends"))
        session_ends();
    else if (!strcmp(parts[0], "attachment"))
        copy_begin();
    else if (!strcmp(parts[0], "run"))
        run_program(whole);
    else if (!strcmp(parts[0], "say"))
        say(parts, count);
    else
        must(E_INVALIDARG, parts[0]);
    printf("\n");
    fflush(stdout);
    return TRUE;
}

int wmain(int argc, WCHAR **argv)
{
    char line[2048];

    must(CoInitializeEx(NULL, COINIT_MULTITHREADED), "COM");
    must(CoInitializeSecurity(
             NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL),
        "security");
    if (argc > 3 && !wcscmp(argv[1], L"client"))
    {
        swprintf((WCHAR *)(void *)line, sizeof(line) / sizeof(WCHAR), L"%ls %ls", argv[2], argv[3]);
        return many_client((WCHAR *)(void *)line);
    }
    while (fgets(line, sizeof(line), stdin) && obey(line))
        ;
    close_broker();
    close_bare();
    close_outlook();
    return 0;
}

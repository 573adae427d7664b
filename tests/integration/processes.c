/* processes.c - the processes of the environment: started, ended, waited for; see support.h. Processes are found by
 * their image's name: an environment shows no others than its own. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <tlhelp32.h>
#include <wchar.h>

#define KILLED 0xDEAD
#define LOOK_MS 50
#define TOLD_BYTES 4000 /* of the log's end */

/* Calls each for every process of the image; how many there are. */
static unsigned for_each(const WCHAR *image, void (*each)(DWORD id))
{
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    unsigned count = 0;

    assert_true(list != INVALID_HANDLE_VALUE);
    for (BOOL more = Process32FirstW(list, &entry); more; more = Process32NextW(list, &entry))
    {
        if (_wcsicmp(entry.szExeFile, image)) continue;
        count++;
        if (each) each(entry.th32ProcessID);
    }
    CloseHandle(list);
    return count;
}

static void terminate(DWORD id)
{
    HANDLE process = OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, id);

    if (!process) return;
    TerminateProcess(process, KILLED);
    ob_require(WaitForSingleObject(process, 10000) == WAIT_OBJECT_0, "process %lu does not end", id);
    CloseHandle(process);
}

unsigned ob_processes(const WCHAR *image)
{
    return for_each(image, NULL);
}

static DWORD seen_process;

static void see(DWORD id)
{
    seen_process = id;
}

DWORD ob_process_of(const WCHAR *image)
{
    seen_process = 0;
    for_each(image, see);
    return seen_process;
}

/* What a wait in vain leaves to be found out: who runs, and what the broker did last. */
static void tell_what_runs(void)
{
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    size_t size = 0;
    char *log = ob_read_file(ob_data_path(L"broker.log"), &size);
    SYSTEMTIME now;

    GetSystemTime(&now);
    print_message("it is %02u:%02u:%02u; there run:", now.wHour, now.wMinute, now.wSecond);
    for (BOOL more = list != INVALID_HANDLE_VALUE && Process32FirstW(list, &entry); more;
         more = Process32NextW(list, &entry))
        print_message(" %s %lu of %lu (threads: %lu)", ob_utf8(entry.szExeFile), entry.th32ProcessID,
            entry.th32ParentProcessID, entry.cntThreads);
    if (list != INVALID_HANDLE_VALUE) CloseHandle(list);
    print_message("\nthe end of broker.log:\n%s\n", log ? log + (size > TOLD_BYTES ? size - TOLD_BYTES : 0) : "");
    free(log);
}

bool ob_wait_processes(const WCHAR *image, unsigned count, DWORD timeout_ms)
{
    ULONGLONG end = GetTickCount64() + timeout_ms;

    while (ob_processes(image) > count)
    {
        if (GetTickCount64() >= end)
        {
            tell_what_runs();
            return false;
        }
        Sleep(LOOK_MS);
    }
    return true;
}

bool ob_wait_gone(const WCHAR *image, DWORD timeout_ms)
{
    return ob_wait_processes(image, 0, timeout_ms);
}

void ob_kill(const WCHAR *image)
{
    for_each(image, terminate);
}

void ob_first_at_rpcss(void)
{
    IUnknown *none;

    CoCreateInstance(&CLSID_ObJob, NULL, CLSCTX_LOCAL_SERVER, &IID_IUnknown, (void **)&none);
}

void ob_kill_broker(void)
{
    ob_kill(OB_BROKER_IMAGE);
    ob_kill(L"rpcss.exe");
}

void ob_log_off(void)
{
    ob_kill(OB_BROKER_IMAGE);
    ob_kill(OB_SANDBOX_IMAGE);
    ob_kill(L"rpcss.exe");
}

void ob_log_on(void)
{
    char *output;
    DWORD code = ob_run_broker(L"/Run", &output);

    ob_require(code == 0, "outlook-broker.exe /Run ended with %lu: %s", code, output);
    free(output);
}

const WCHAR *ob_broker_program(void)
{
    static WCHAR program[512];
    WCHAR key[100], clsid[40], value[514] = L"";
    DWORD size = sizeof(value);
    size_t length;

    StringFromGUID2(&CLSID_ObSession, clsid, ARRAYSIZE(clsid));
    swprintf(key, ARRAYSIZE(key), L"CLSID\\%ls\\LocalServer32", clsid);
    ob_require(!RegGetValueW(HKEY_CLASSES_ROOT, key, NULL, RRF_RT_REG_SZ, NULL, value, &size), "%s is not there",
        ob_utf8(key));
    length = wcslen(value);
    ob_require(length > 2 && value[0] == L'"' && value[length - 1] == L'"', "LocalServer32 is %s", ob_utf8(value));
    value[length - 1] = 0;
    wcscpy(program, value + 1);
    return program;
}

/* Wine refuses now and then to start a program (an internal error, mostly on a busy machine); nothing of it has run
 * then, so it is started once more. */
static BOOL create_process(WCHAR *command, BOOL inherit, STARTUPINFOW *start, PROCESS_INFORMATION *process)
{
    BOOL started = FALSE;

    for (unsigned tries = 0; !started && tries < 3; tries++)
    {
        started = CreateProcessW(NULL, command, NULL, NULL, inherit, 0, NULL, NULL, start, process);
        if (!started && GetLastError() != ERROR_INTERNAL_ERROR) break;
    }
    return started;
}

static HANDLE start_with(const WCHAR *command_line, HANDLE output)
{
    STARTUPINFOW start = {.cb = sizeof(start)};
    PROCESS_INFORMATION process;
    WCHAR *command = _wcsdup(command_line);
    BOOL started;

    if (output)
    {
        start.dwFlags = STARTF_USESTDHANDLES;
        start.hStdOutput = start.hStdError = output;
    }
    started = create_process(command, output != NULL, &start, &process);
    ob_require(started, "%s cannot be started: %lu", ob_utf8(command_line), GetLastError());
    free(command);
    CloseHandle(process.hThread);
    return process.hProcess;
}

HANDLE ob_start(const WCHAR *command_line)
{
    return start_with(command_line, NULL);
}

HANDLE ob_start_self(const WCHAR *arguments)
{
    WCHAR program[MAX_PATH], command[MAX_PATH + 512];

    assert_true(GetModuleFileNameW(NULL, program, MAX_PATH) > 0);
    _snwprintf(command, ARRAYSIZE(command) - 1, L"\"%ls\" %ls", program, arguments);
    command[ARRAYSIZE(command) - 1] = 0;
    return ob_start(command);
}

/* One that does not end is ended: it would go on in what the tests after this one set up. */
static bool ends(HANDLE process, DWORD timeout_ms)
{
    if (WaitForSingleObject(process, timeout_ms) == WAIT_OBJECT_0) return true;
    tell_what_runs();
    TerminateProcess(process, KILLED);
    return false;
}

DWORD ob_wait_exit(HANDLE process, DWORD timeout_ms)
{
    DWORD code = STILL_ACTIVE;

    ob_require(ends(process, timeout_ms), "process %lu does not end", GetProcessId(process));
    assert_true(GetExitCodeProcess(process, &code));
    CloseHandle(process);
    return code;
}

struct reading
{
    HANDLE pipe;
    char *bytes;
    size_t size;
};

static DWORD CALLBACK read_all(void *context)
{
    struct reading *reading = context;
    size_t room = 0;
    DWORD got;

    do
    {
        if (room - reading->size < 65536)
        {
            room = room ? room * 2 : 262144;
            reading->bytes = realloc(reading->bytes, room);
            if (!reading->bytes) return 1;
        }
        got = 0;
        if (!ReadFile(reading->pipe, reading->bytes + reading->size, 65535, &got, NULL)) got = 0;
        reading->size += got;
    } while (got);
    reading->bytes[reading->size] = 0;
    return 0;
}

/* The output ends when every process that has it does: a broker that such a program starts must not inherit it. */
DWORD ob_run(const WCHAR *command_line, DWORD timeout_ms, char **output)
{
    SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
    struct reading reading = {0};
    HANDLE write_end, process, reader;
    bool ended;
    DWORD code;

    assert_true(CreatePipe(&reading.pipe, &write_end, &inherited, 65536));
    SetHandleInformation(reading.pipe, HANDLE_FLAG_INHERIT, 0);
    process = start_with(command_line, write_end);
    CloseHandle(write_end);
    reader = CreateThread(NULL, 0, read_all, &reading, 0, NULL);
    assert_non_null(reader);
    ended = ends(process, timeout_ms);
    ob_require(WaitForSingleObject(reader, timeout_ms) == WAIT_OBJECT_0, "the output of %s does not end",
        ob_utf8(command_line));
    ob_require(ended, "%s does not end, and said so far: %s", ob_utf8(command_line), reading.bytes);
    code = ob_wait_exit(process, OB_LONG_MS);
    CloseHandle(reader);
    CloseHandle(reading.pipe);
    *output = reading.bytes;
    return code;
}

void ob_run_self(const WCHAR *arguments)
{
    WCHAR program[MAX_PATH], command[MAX_PATH + 512];
    char *output;
    DWORD code;

    assert_true(GetModuleFileNameW(NULL, program, MAX_PATH) > 0);
    _snwprintf(command, ARRAYSIZE(command) - 1, L"\"%ls\" %ls", program, arguments);
    command[ARRAYSIZE(command) - 1] = 0;
    code = ob_run(command, 2 * OB_LONG_MS, &output);
    ob_require(code == 0, "%s ended with %lu: %s", ob_utf8(arguments), code, output);
    free(output);
}

static const WCHAR *broker_command(const WCHAR *arguments)
{
    static WCHAR command[700];

    _snwprintf(command, ARRAYSIZE(command) - 1, L"\"%ls\" %ls", ob_broker_program(), arguments);
    return command;
}

DWORD ob_run_broker(const WCHAR *arguments, char **output)
{
    return ob_run(broker_command(arguments), OB_LONG_MS, output);
}

void ob_stop_broker(void)
{
    char *output;

    assert_int_equal(ob_run_broker(L"/Stop", &output), 0);
    free(output);
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
}

HANDLE ob_open_broker(IObSession *session)
{
    const DWORD access = SYNCHRONIZE | PROCESS_QUERY_INFORMATION | PROCESS_VM_READ | PROCESS_SUSPEND_RESUME;
    IObStatus *status;
    HANDLE process;
    LONG id;

    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_ProcessId(status, &id));
    IObStatus_Release(status);
    process = OpenProcess(access, FALSE, (DWORD)id);
    ob_require(process != NULL, "the broker's process cannot be opened: %lu", GetLastError());
    return process;
}

HANDLE ob_start_broker(const WCHAR *arguments)
{
    return ob_start(broker_command(arguments));
}

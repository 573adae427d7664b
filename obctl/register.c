/* register.c - obctl register and unregister: run outlook-broker.exe, which stands beside this program, wait for it,
 * and pass on what it says. It has no console of its own, so a prompt would neither wait for it nor show its text. */
#include <stdlib.h>
#include <wchar.h>
#include "commands.h"
#include "host/error.h"

#define PROGRAM_SIZE 1024
#define PIPE_SIZE 65536 /* far beyond what the program says at once */

static BOOL program_beside(WCHAR out[PROGRAM_SIZE])
{
    static const WCHAR leaf[] = L"outlook-broker.exe";
    DWORD length = GetModuleFileNameW(NULL, out, PROGRAM_SIZE);
    WCHAR *end = length && length < PROGRAM_SIZE ? wcsrchr(out, L'\\') : NULL;

    if (!end || (size_t)(end + 1 - out) + ARRAYSIZE(leaf) > PROGRAM_SIZE) return FALSE;
    wcscpy(end + 1, leaf);
    return TRUE;
}

/* Quoted as programs divide their command line: backslashes count only before a quotation mark. */
static void add_argument(struct text *command, const WCHAR *argument)
{
    size_t backslashes = 0;

    text_add(command, L" \"");
    for (; *argument; argument++)
    {
        for (; *argument == L'"' && backslashes; backslashes--)
            text_add(command, L"\\");
        backslashes = *argument == L'\\' ? backslashes + 1 : 0;
        text_format(command, *argument == L'"' ? L"\\%lc" : L"%lc", *argument);
    }
    for (; backslashes; backslashes--)
        text_add(command, L"\\");
    text_add(command, L"\"");
}

/* Passes on what comes out of the pipe until its last writer is gone. */
static void pass_on(HANDLE pipe, DWORD stream)
{
    char *bytes = malloc(PIPE_SIZE);
    struct text text = {0};
    DWORD length = 0, got;
    WCHAR *words;
    int count;

    while (bytes && length < PIPE_SIZE && ReadFile(pipe, bytes + length, PIPE_SIZE - length, &got, NULL) && got)
        length += got;
    count = length ? MultiByteToWideChar(CP_UTF8, 0, bytes, (int)length, NULL, 0) : 0;
    if (count > 0 && (words = calloc((size_t)count + 1, sizeof(*words))))
    {
        MultiByteToWideChar(CP_UTF8, 0, bytes, (int)length, words, count);
        text_add(&text, words);
        text_write(&text, stream);
        free(words);
    }
    text_clear(&text);
    free(bytes);
}

static BOOL start(const WCHAR *program, WCHAR *command, HANDLE out, HANDLE error, HANDLE *process)
{
    STARTUPINFOW start_up = {.cb = sizeof(start_up),
        .dwFlags = STARTF_USESTDHANDLES,
        .hStdInput = INVALID_HANDLE_VALUE,
        .hStdOutput = out,
        .hStdError = error};
    PROCESS_INFORMATION started;

    if (!CreateProcessW(program, command, NULL, NULL, TRUE, 0, NULL, NULL, &start_up, &started)) return FALSE;
    CloseHandle(started.hThread);
    *process = started.hProcess;
    return TRUE;
}

/* Runs the program to its end. */
static HRESULT run_program(const WCHAR *program, WCHAR *command, DWORD *exit_code)
{
    SECURITY_ATTRIBUTES inherited = {sizeof(inherited), NULL, TRUE};
    HANDLE out[2] = {NULL, NULL}, error[2] = {NULL, NULL}, process = NULL;
    HRESULT hr = S_OK;

    if (!CreatePipe(&out[0], &out[1], &inherited, PIPE_SIZE) ||
        !CreatePipe(&error[0], &error[1], &inherited, PIPE_SIZE))
        hr = last_error_hresult();
    if (SUCCEEDED(hr))
    {
        SetHandleInformation(out[0], HANDLE_FLAG_INHERIT, 0);
        SetHandleInformation(error[0], HANDLE_FLAG_INHERIT, 0);
        if (!start(program, command, out[1], error[1], &process)) hr = last_error_hresult();
    }
    if (out[1]) CloseHandle(out[1]);
    if (error[1]) CloseHandle(error[1]);
    if (SUCCEEDED(hr))
    {
        pass_on(out[0], STD_OUTPUT_HANDLE);
        pass_on(error[0], STD_ERROR_HANDLE);
        WaitForSingleObject(process, INFINITE);
        if (!GetExitCodeProcess(process, exit_code)) hr = last_error_hresult();
        CloseHandle(process);
    }
    if (out[0]) CloseHandle(out[0]);
    if (error[0]) CloseHandle(error[0]);
    return hr;
}

static HRESULT fail(struct failure *failure, HRESULT hr, const WCHAR *program)
{
    struct text words = {0};
    WCHAR code[CODE_WORDS_SIZE];

    code_words(hr, code);
    text_format(&words,
        L"%ls could not be run. Checked: the folder of obctl.exe; Windows answered %ls. Next: see that both "
        L"programs lie in one folder.",
        program, code);
    failure->code = hr;
    failure->text = SysAllocString(words.characters);
    text_clear(&words);
    return hr;
}

/* The switch for the machine, or the one for this user if /PerUser stands first. */
static HRESULT run_with(
    const WCHAR *machine, const WCHAR *user, const struct request *request, int *exit_code, struct failure *failure)
{
    const struct arguments *arguments = request->arguments;
    int first = 0;
    WCHAR program[PROGRAM_SIZE] = L"outlook-broker.exe";
    struct text command = {0};
    DWORD code = exit_blocked;
    HRESULT hr = S_OK;

    if (arguments->rest_count && (*arguments->rest[0] == L'/' || *arguments->rest[0] == L'-') &&
        !_wcsicmp(arguments->rest[0] + 1, L"PerUser"))
        first = 1;
    if (!program_beside(program)) hr = last_error_hresult();
    text_format(&command, L"\"%ls\" %ls", program, first ? user : machine);
    for (int i = first; i < arguments->rest_count; i++)
        add_argument(&command, arguments->rest[i]);
    if (SUCCEEDED(hr)) hr = run_program(program, command.characters, &code);
    text_clear(&command);
    if (FAILED(hr)) return fail(failure, hr, program);
    *exit_code = (int)code;
    return S_OK;
}

static HRESULT run_register(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    (void)out;
    return run_with(L"/RegServer", L"/RegServerPerUser", request, exit_code, failure);
}

static HRESULT run_unregister(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    (void)out;
    return run_with(L"/UnregServer", L"/UnregServerPerUser", request, exit_code, failure);
}

const struct command command_register = {
    .name = L"register",
    .meaning = L"register the broker on this machine (as an administrator)",
    .more = L"  /Allow:ACCOUNT           let the account use the broker, beside those allowed; as often as needed\n"
            L"  /Deny:ACCOUNT            take that back\n"
            L"  /User:ACCOUNT            only the Outlook of the accounts named so may be used; /User:* ends that\n"
            L"  /PerUser                 first of all: for this user's own programs only\n"
            L"\nThe exit code is that of outlook-broker.exe: 0 registered, 1 not, 2 usage.\n",
    .needs = needs_rest,
    .run = run_register,
};

const struct command command_unregister = {
    .name = L"unregister",
    .meaning = L"take the registration back; outbox and log stay",
    .more = L"  /PerUser                 take back the registration for this user's own programs\n"
            L"\nThe exit code is that of outlook-broker.exe: 0 unregistered, 1 not, 2 usage.\n",
    .needs = needs_rest,
    .run = run_unregister,
};

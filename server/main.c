/* main.c - the command line of outlook-broker.exe: serve as COM asks, register, run, stop. */

#include <windows.h>
#include <objbase.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include "host/config.h"
#include "host/error.h"
#include "host/paths.h"
#include "host/user_lock.h"
#include "outbox/outbox.h"
#include "outlook_broker.h"
#include "register.h"
#include "rules/command_line.h"
#include "serve.h"

#define STOP_TIMEOUT_MS 30000

/* The program has no console of its own: it writes to where its output was sent, or to its caller's console. */
static void say(DWORD stream, const WCHAR *text)
{
    HANDLE out = GetStdHandle(stream);
    DWORD written, mode;
    char *bytes;
    int size;

    if (!out || out == INVALID_HANDLE_VALUE)
    {
        if (!AttachConsole(ATTACH_PARENT_PROCESS)) return;
        out = CreateFileW(
            L"CONOUT$", GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
        if (out == INVALID_HANDLE_VALUE) return;
        SetStdHandle(stream, out);
    }
    if (GetConsoleMode(out, &mode))
    {
        WriteConsoleW(out, text, (DWORD)wcslen(text), &written, NULL);
        WriteConsoleW(out, L"\r\n", 2, &written, NULL);
        return;
    }
    size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    if (size <= 0 || !(bytes = malloc((size_t)size + 1))) return;
    WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, size, NULL, NULL);
    bytes[size - 1] = '\n';
    WriteFile(out, bytes, (DWORD)size, &written, NULL);
    free(bytes);
}

static int outcome(HRESULT hr, struct error *error, const WCHAR *success)
{
    WCHAR words[CODE_WORDS_SIZE];

    if (SUCCEEDED(hr))
    {
        if (success) say(STD_OUTPUT_HANDLE, success);
        return 0;
    }
    if (!error->text) code_words(hr, words);
    say(STD_ERROR_HANDLE, error->text ? error->text : words);
    error_clear(error);
    return 1;
}

static int carry_out(HRESULT (*command)(const struct command_line *line, WCHAR **said, struct error *error),
    const struct command_line *line)
{
    struct error error = {0};
    WCHAR *said = NULL;
    HRESULT hr = command(line, &said, &error);
    int code = outcome(hr, &error, said);

    free(said);
    return code;
}

static int command_do_register(const struct command_line *line)
{
    return carry_out(register_machine, line);
}

static int command_do_unregister(const struct command_line *line)
{
    return carry_out(unregister_machine, line);
}

static int command_do_register_per_user(const struct command_line *line)
{
    return carry_out(register_per_user, line);
}

static int command_do_unregister_per_user(const struct command_line *line)
{
    return carry_out(unregister_per_user, line);
}

static int command_do_serve(const struct command_line *line)
{
    (void)line;
    return serve();
}

/* Why the broker refuses, if it does. */
static HRESULT refusal_of(IObStatus *status, LONG *code, BSTR *text)
{
    ObBrokerState state;
    HRESULT hr = IObStatus_get_State(status, &state);

    if (FAILED(hr) || state != obBrokerRefusing) return hr;
    if (SUCCEEDED(hr = IObStatus_get_LastError(status, code))) hr = IObStatus_get_LastErrorText(status, text);
    return hr;
}

/* COM must start the serving process itself: with RunAs it refuses class objects of one that it did not launch. */
static HRESULT have_com_start_it(struct error *error)
{
    IObSession *session = NULL;
    IObStatus *status = NULL;
    LONG refusal = S_OK;
    BSTR text = NULL;
    HRESULT hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);

    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&session);
    if (SUCCEEDED(hr)) hr = IObSession_get_Status(session, &status);
    if (SUCCEEDED(hr)) hr = refusal_of(status, &refusal, &text);
    if (status) IObStatus_Release(status);
    if (session) IObSession_Release(session);
    if (FAILED(hr)) return error_unexpected_windows(error, L"having COM start the broker", hr);
    error->code = refusal;
    error->text = refusal ? _wcsdup(text) : NULL;
    SysFreeString(text);
    CoUninitialize();
    return refusal;
}

static int command_do_run(const struct command_line *line)
{
    struct error error = {0};
    WCHAR folder[DATA_PATH_SIZE];
    LONG unfinished = 0;
    HRESULT hr;

    (void)line;
    config_load();
    if (FAILED(hr = data_path(folder, NULL, &error)) || FAILED(hr = outbox_unfinished(folder, &unfinished, &error)))
        return outcome(hr, &error, NULL);
    if (!unfinished && !config_get(setting_keep_running))
        return outcome(S_OK, &error, L"No mail waits; the broker was not started.");
    return outcome(have_com_start_it(&error), &error, L"The broker is running.");
}

static int command_do_stop(const struct command_line *line)
{
    struct error error = {0};
    HRESULT hr = user_lock_ask_to_stop(STOP_TIMEOUT_MS, &error);

    (void)line;
    return outcome(hr, &error, hr == S_FALSE ? L"No broker of this user is running." : L"The broker has stopped.");
}

static int command_do_version(const struct command_line *line)
{
    (void)line;
    say(STD_OUTPUT_HANDLE, L"outlook-broker " OB_VERSION);
    return 0;
}

static int command_do_help(const struct command_line *line)
{
    (void)line;
    say(STD_OUTPUT_HANDLE, command_line_help());
    return 0;
}

static int command_refused(const struct command_line *line)
{
    const WCHAR *complaint = command_line_complaint(line->command);
    WCHAR text[512];

    if (!complaint)
        wcscpy(text, L"Say what to do; outlook-broker.exe /? lists the switches.");
    else
        _snwprintf(text, ARRAYSIZE(text) - 1, L"%.300ls: %ls Next: outlook-broker.exe /? lists the switches.",
            line->bad ? line->bad : L"", complaint);
    text[ARRAYSIZE(text) - 1] = 0;
    say(STD_ERROR_HANDLE, text);
    return 2;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, WCHAR *command_line, int show)
{
    static int (*const commands[])(const struct command_line *line) = {
        [command_embedding] = command_do_serve,
        [command_register] = command_do_register,
        [command_unregister] = command_do_unregister,
        [command_register_per_user] = command_do_register_per_user,
        [command_unregister_per_user] = command_do_unregister_per_user,
        [command_run] = command_do_run,
        [command_stop] = command_do_stop,
        [command_version] = command_do_version,
        [command_help] = command_do_help,
    };
    struct command_line line;
    WCHAR **arguments;
    enum command command;
    int count;

    (void)instance, (void)previous, (void)command_line, (void)show;
    if (!(arguments = CommandLineToArgvW(GetCommandLineW(), &count))) return 1;
    command = command_line_parse(count, arguments, &line);
    if ((unsigned)command < ARRAYSIZE(commands) && commands[command]) return commands[command](&line);
    return command_refused(&line);
}

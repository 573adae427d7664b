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

static int command_do_register(void)
{
    struct error error = {0};
    HRESULT hr = register_server(&error);

    return outcome(hr, &error, L"Outlook Broker is registered. Check it with: obctl status");
}

static int command_do_unregister(void)
{
    struct error error = {0};
    WCHAR text[DATA_PATH_SIZE + 80], folder[DATA_PATH_SIZE];
    HRESULT hr = unregister_server(&error);

    if (SUCCEEDED(hr)) hr = data_path(folder, NULL, &error);
    if (SUCCEEDED(hr))
        swprintf(text, ARRAYSIZE(text), L"Outlook Broker is unregistered. Outbox and log stay in %ls", folder);
    return outcome(hr, &error, text);
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

static int command_do_run(void)
{
    struct error error = {0};
    WCHAR folder[DATA_PATH_SIZE];
    LONG unfinished = 0;
    HRESULT hr;

    config_load();
    if (FAILED(hr = data_path(folder, NULL, &error)) || FAILED(hr = outbox_unfinished(folder, &unfinished, &error)))
        return outcome(hr, &error, NULL);
    if (!unfinished && !config_get(setting_keep_running))
        return outcome(S_OK, &error, L"No mail waits; the broker was not started.");
    return outcome(have_com_start_it(&error), &error, L"The broker is running.");
}

static int command_do_stop(void)
{
    struct error error = {0};
    HRESULT hr = user_lock_ask_to_stop(STOP_TIMEOUT_MS, &error);

    return outcome(hr, &error, hr == S_FALSE ? L"No broker of this user is running." : L"The broker has stopped.");
}

static int command_do_version(void)
{
    say(STD_OUTPUT_HANDLE, L"outlook-broker " OB_VERSION);
    return 0;
}

static int command_do_help(void)
{
    say(STD_OUTPUT_HANDLE, command_line_help());
    return 0;
}

static int command_refused(enum command command, const WCHAR *bad)
{
    WCHAR text[512];

    if (command == command_none)
        wcscpy(text, L"Say what to do; outlook-broker.exe /? lists the switches.");
    else
        swprintf(text, ARRAYSIZE(text), L"%ls: %ls Next: outlook-broker.exe /? lists the switches.", bad ? bad : L"",
            command == command_unknown ? L"there is no such switch." : L"this does not go with the switch before it.");
    say(STD_ERROR_HANDLE, text);
    return 2;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, WCHAR *command_line, int show)
{
    static int (*const commands[])(void) = {
        [command_embedding] = serve,
        [command_register] = command_do_register,
        [command_unregister] = command_do_unregister,
        [command_run] = command_do_run,
        [command_stop] = command_do_stop,
        [command_version] = command_do_version,
        [command_help] = command_do_help,
    };
    const WCHAR *bad = NULL;
    WCHAR **arguments;
    enum command command;
    int count;

    (void)instance, (void)previous, (void)command_line, (void)show;
    if (!(arguments = CommandLineToArgvW(GetCommandLineW(), &count))) return 1;
    command = command_line_parse(count, arguments, &bad);
    if ((unsigned)command < ARRAYSIZE(commands) && commands[command]) return commands[command]();
    return command_refused(command, bad);
}

/* log_off.c - see log_off.h. The window belongs to the thread that made it; the process ends with both. */

#include "log_off.h"
#include "host/log.h"
#include "rules/log_off.h"

#define WINDOW_MS 10000u             /* for the window to be made */
#define ANSWER_MS 1000u              /* for the answer to leave */
#define SHUTDOWN_BEFORE_OTHERS 0x300 /* Outlook, like all who do not say, has 0x280: no call meets a closing one */

static HANDLE ends, closed, answered;

static LRESULT end_session(void)
{
    log_event("log-off", NULL, NULL, L"the session ends");
    SetEvent(ends);
    if (WaitForSingleObject(closed, LOG_OFF_MS) != WAIT_OBJECT_0)
        log_event("log-off", NULL, NULL, L"the broker has not closed in time; what was accepted is on disk");
    PostQuitMessage(0);
    return 0;
}

static LRESULT CALLBACK on_message(HWND window, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (log_off_decide(message, wparam))
    {
    case log_off_agree:
        return TRUE;
    case log_off_end:
        return end_session();
    case log_off_ignore:
        return 0;
    default:
        return DefWindowProcW(window, message, wparam, lparam);
    }
}

/* A child of no window and not message-only: these are not told. */
static HWND make_window(void)
{
    WNDCLASSW class = {
        .lpfnWndProc = on_message, .hInstance = GetModuleHandleW(NULL), .lpszClassName = LOG_OFF_WINDOW_CLASS};

    if (!RegisterClassW(&class)) return NULL;
    return CreateWindowExW(WS_EX_TOOLWINDOW, LOG_OFF_WINDOW_CLASS, L"Outlook Broker", WS_POPUP, 0, 0, 0, 0, NULL, NULL,
        class.hInstance, NULL);
}

static DWORD WINAPI window_thread(void *made)
{
    HWND window = make_window();
    MSG message;

    if (!window) log_event("log-off", NULL, NULL, L"there is no window to be told by: %lu", GetLastError());
    SetEvent(made);
    while (window && GetMessageW(&message, NULL, 0, 0) > 0)
        DispatchMessageW(&message);
    SetEvent(answered);
    return 0;
}

BOOL log_off_watch(void)
{
    HANDLE made = CreateEventW(NULL, TRUE, FALSE, NULL), thread;

    ends = CreateEventW(NULL, TRUE, FALSE, NULL);
    closed = CreateEventW(NULL, TRUE, FALSE, NULL);
    answered = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!made || !ends || !closed || !answered) return FALSE;
    SetProcessShutdownParameters(SHUTDOWN_BEFORE_OTHERS, SHUTDOWN_NORETRY);
    if ((thread = CreateThread(NULL, 0, window_thread, made, 0, NULL)))
    {
        WaitForSingleObject(made, WINDOW_MS);
        CloseHandle(thread);
    }
    else
        log_event("log-off", NULL, NULL, L"nothing will tell that the session ends: %lu", GetLastError());
    return TRUE;
}

HANDLE log_off_event(void)
{
    return ends;
}

void log_off_done(void)
{
    if (WaitForSingleObject(ends, 0) != WAIT_OBJECT_0) return;
    SetEvent(closed);
    WaitForSingleObject(answered, ANSWER_MS);
}

/* life.c - how long the process lives, its message loop and its window. See life.h. */
#include "life.h"
#include "spooler.h"

#define WM_APP_LOOK (WM_APP + 1) /* something was let go */
#define WM_APP_SHOW (WM_APP + 2) /* the user started Outlook once more */

enum
{
    TIMER_IDLE = 1,
    TIMER_END,
    TIMER_SPOOLER,
    TIMER_FIRST_CLIENT
};

static const UINT idle_ms = 200, end_ms = 250, first_client_ms = 10000;
static const WCHAR window_class[] = L"rctrl_renwnd32", window_title[] = L"Inbox - sandbox - Outlook";

static LONG objects, locks, tasks, application_held, was_used;
static bool quitting, ending;
static bool (*announce)(void);
static void (*withdraw)(void);
static HWND messages, window;

static bool in_use(void)
{
    return objects > 0 || locks > 0 || tasks > 0 || application_held || window;
}

static void look_again(void)
{
    if (messages) PostMessageW(messages, WM_APP_LOOK, 0, 0);
}

void life_object_added(void)
{
    InterlockedIncrement(&objects);
    InterlockedExchange(&was_used, TRUE);
}

void life_object_gone(void)
{
    if (!InterlockedDecrement(&objects)) look_again();
}

void life_lock(bool lock)
{
    if (lock)
        InterlockedIncrement(&locks);
    else if (!InterlockedDecrement(&locks))
        look_again();
}

void life_application_held(bool held)
{
    InterlockedExchange(&application_held, held);
    if (held)
        InterlockedExchange(&was_used, TRUE);
    else
        look_again();
}

void life_task_begin(void)
{
    InterlockedIncrement(&tasks);
}

void life_task_end(void)
{
    if (!InterlockedDecrement(&tasks)) look_again();
}

bool life_is_quitting(void)
{
    return quitting;
}

static void begin_end(void)
{
    if (!ending) withdraw();
    ending = true;
    SetTimer(messages, TIMER_END, end_ms, NULL);
}

static void end_or_go_on(void)
{
    if (quitting || !in_use())
        PostQuitMessage(0);
    else if (announce())
        ending = false;
    else
        PostQuitMessage(1);
}

void life_quit(void)
{
    if (quitting) return;
    quitting = true;
    begin_end();
}

HWND life_window(void)
{
    return window;
}

void life_set_spooler_timer(unsigned ms)
{
    if (ms)
        SetTimer(messages, TIMER_SPOOLER, ms, NULL);
    else
        KillTimer(messages, TIMER_SPOOLER);
}

static void timer_fired(UINT_PTR timer)
{
    if (timer != TIMER_SPOOLER) KillTimer(messages, timer);
    switch (timer)
    {
    case TIMER_SPOOLER:
        if (!quitting) spooler_tick();
        break;
    case TIMER_END:
        end_or_go_on();
        break;
    case TIMER_FIRST_CLIENT:
        if (!was_used && !in_use()) begin_end();
        break;
    case TIMER_IDLE:
        if (!in_use()) begin_end();
        break;
    }
}

static LRESULT CALLBACK messages_proc(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    switch (message)
    {
    case WM_APP_LOOK:
        if (was_used && !in_use()) SetTimer(hwnd, TIMER_IDLE, idle_ms, NULL);
        return 0;
    case WM_APP_SHOW:
        life_show_window();
        return 0;
    case WM_TIMER:
        timer_fired(wparam);
        return 0;
    }
    return DefWindowProcW(hwnd, message, wparam, lparam);
}

static LRESULT CALLBACK window_proc(HWND hwnd, UINT message, WPARAM wparam, LPARAM lparam)
{
    if (message == WM_DESTROY)
    {
        window = NULL;
        life_quit();
        return 0;
    }
    return DefWindowProcW(hwnd, message, wparam, lparam);
}

static void register_class(const WCHAR *name, WNDPROC proc)
{
    WNDCLASSW cls = {.lpfnWndProc = proc, .hInstance = GetModuleHandleW(NULL), .lpszClassName = name};

    cls.hbrBackground = (HBRUSH)(COLOR_WINDOW + 1);
    RegisterClassW(&cls);
}

bool life_start(bool (*announce_it)(void), void (*withdraw_it)(void))
{
    announce = announce_it;
    withdraw = withdraw_it;
    register_class(LIFE_MESSAGE_CLASS, messages_proc);
    register_class(window_class, window_proc);
    messages =
        CreateWindowExW(0, LIFE_MESSAGE_CLASS, L"", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, GetModuleHandleW(NULL), NULL);
    if (messages) SetTimer(messages, TIMER_FIRST_CLIENT, first_client_ms, NULL);
    return messages && announce();
}

void life_show_window(void)
{
    if (quitting) return;
    if (!window)
        window = CreateWindowExW(0, window_class, window_title, WS_OVERLAPPEDWINDOW | WS_VISIBLE, CW_USEDEFAULT,
            CW_USEDEFAULT, 800, 600, NULL, NULL, GetModuleHandleW(NULL), NULL);
    if (window) ShowWindow(window, SW_SHOWNORMAL);
}

static HWND messages_of_other(void)
{
    return FindWindowExW(HWND_MESSAGE, NULL, LIFE_MESSAGE_CLASS, NULL);
}

bool life_show_window_of_other(void)
{
    HWND other = messages_of_other();

    return other && PostMessageW(other, WM_APP_SHOW, 0, 0);
}

bool life_other_is_there(void)
{
    return messages_of_other() != NULL;
}

void life_run(void)
{
    MSG message;

    while (GetMessageW(&message, NULL, 0, 0) > 0)
    {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    quitting = true;
    if (window) DestroyWindow(window);
}

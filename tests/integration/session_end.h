/* session_end.h - what the tests of a log-off share: the broker's hidden window, told what Windows would tell it. What
 * Windows does then (it ends Outlook and the rest of the session) is ob_log_off. */
#ifndef OB_TESTS_SESSION_END_H
#define OB_TESTS_SESSION_END_H

#include "support.h"

#define ANSWER_MS 40000u /* ten times what is promised */

static inline HWND broker_window(DWORD *process)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    HWND window;

    while (!(window = FindWindowW(L"OutlookBrokerLogOff", NULL)) && GetTickCount64() < end)
        Sleep(20);
    assert_non_null(window);
    assert_null(GetParent(window)); /* a message-only window would not be told */
    assert_false(IsWindowVisible(window));
    GetWindowThreadProcessId(window, process);
    return window;
}

/* What the window answers; and how long it took. */
static inline DWORD_PTR tell(HWND window, UINT message, WPARAM wparam, LPARAM lparam, ULONGLONG *took_ms)
{
    ULONGLONG begun = GetTickCount64();
    DWORD_PTR answer = 99;

    ob_require(SendMessageTimeoutW(window, message, wparam, lparam, SMTO_NORMAL, ANSWER_MS, &answer) != 0,
        "message %04X was not answered: %lu", message, GetLastError());
    *took_ms = GetTickCount64() - begun;
    return answer;
}

/* The session ends: the broker agrees, answers, and is gone. */
static inline void end_session(const char *when)
{
    ULONGLONG asked_ms, ended_ms;
    DWORD id;
    HWND window = broker_window(&id);
    HANDLE broker = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE, id);

    assert_non_null(broker);
    assert_int_equal(tell(window, WM_QUERYENDSESSION, 0, ENDSESSION_LOGOFF, &asked_ms), TRUE);
    assert_int_equal(tell(window, WM_ENDSESSION, TRUE, ENDSESSION_LOGOFF, &ended_ms), 0);
    assert_int_equal(ob_wait_exit(broker, ANSWER_MS), 0);
    print_message("%s: agreed in %lu ms, closed in %lu ms\n", when, (ULONG)asked_ms, (ULONG)ended_ms);
}

#endif

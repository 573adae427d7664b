/* watching.h - what the tests of the watchdog share: waiting until a dialog is named, and asking for something that
 * waits for Outlook while another thread answers. */
#ifndef OB_TESTS_WATCHING_H
#define OB_TESTS_WATCHING_H

#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define NAMED_WITHIN_MS 5000u /* what is promised; ten times as much is asserted */

struct seen_status
{
    ObBrokerState state;
    WCHAR title[300], text[1500];
    bool since;
};

static inline void read_status(struct seen_status *seen)
{
    IObStatus *status;
    BSTR title, text;
    VARIANT since;

    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_State(status, &seen->state));
    ob_assert_ok(IObStatus_get_DialogTitle(status, &title));
    ob_assert_ok(IObStatus_get_DialogText(status, &text));
    ob_assert_ok(IObStatus_get_DialogSince(status, &since));
    lstrcpynW(seen->title, title, ARRAYSIZE(seen->title));
    lstrcpynW(seen->text, text, ARRAYSIZE(seen->text));
    seen->since = V_VT(&since) == VT_DATE;
    SysFreeString(title);
    SysFreeString(text);
    IObStatus_Release(status);
}

/* Waits until the status names the dialog; it is there already, or comes with the next call. */
static inline void expect_named(const WCHAR *title, const WCHAR *text)
{
    ULONGLONG began = GetTickCount64();
    struct seen_status seen;

    do
    {
        Sleep(20);
        read_status(&seen);
    } while (!seen.title[0] && GetTickCount64() - began < 10 * NAMED_WITHIN_MS);
    ob_assert_text(seen.title, title);
    ob_assert_text(seen.text, text);
    assert_int_equal(seen.state, obBrokerBlocked);
    assert_true(seen.since);
    print_message("\"%s\" was named after %u ms\n", ob_utf8(title), (unsigned)(GetTickCount64() - began));
}

/* Waits until the broker is well again. */
static inline void expect_clean(void)
{
    ULONGLONG began = GetTickCount64();
    struct seen_status seen;

    do
    {
        Sleep(20);
        read_status(&seen);
    } while (seen.state != obBrokerReady && GetTickCount64() - began < OB_LONG_MS);
    assert_int_equal(seen.state, obBrokerReady);
    ob_assert_text(seen.title, L"");
    ob_assert_text(seen.text, L"");
    assert_false(seen.since);
}

static inline LONG outlook_process(void)
{
    IObStatus *status;
    LONG process;

    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_OutlookProcessId(status, &process));
    IObStatus_Release(status);
    return process;
}

/* A function of ntdll.dll that suspends a process or has it go on. */
static inline void do_with_process(HANDLE process, const char *function)
{
    FARPROC found = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), function);
    LONG(WINAPI * call)(HANDLE process);

    assert_non_null(found);
    memcpy(&call, &found, sizeof(call));
    assert_int_equal(call(process), 0);
}

/* As the user does, by Outlook's own program: it begins to run with a window, or the one that runs shows one. */
static inline HWND open_outlook(void)
{
    WCHAR command[MAX_PATH];
    DWORD size = sizeof(command);
    HWND window = NULL;
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    assert_int_equal(RegGetValueW(HKEY_CLASSES_ROOT, L"CLSID\\{0006F03A-0000-0000-C000-000000000046}\\LocalServer32",
                         NULL, RRF_RT_REG_SZ, NULL, command, &size),
        ERROR_SUCCESS);
    CloseHandle(ob_start(command));
    while (!(window = FindWindowW(L"rctrl_renwnd32", NULL)) && GetTickCount64() < end)
        Sleep(20);
    assert_non_null(window);
    return window;
}

/* {USER} in a text is the broker's user. */
static inline const WCHAR *with_user(const WCHAR *text)
{
    static WCHAR out[2048];
    const WCHAR *at = wcsstr(text, L"{USER}");
    BSTR user;

    if (!at) return text;
    ob_assert_ok(IObSession_get_User(session, &user));
    _snwprintf(out, ARRAYSIZE(out) - 1, L"%.*ls%ls%ls", (int)(at - text), text, user, at + 6);
    SysFreeString(user);
    return out;
}

/* Waits until the job's LastError is the code of a dialog. */
static inline void expect_job_says(IObJob *job, ObJobState state, const WCHAR *text)
{
    ULONGLONG began = GetTickCount64();
    ObJobState now;
    BSTR got;

    while (ob_error_of(job) != (HRESULT)OB_E_DIALOG && GetTickCount64() - began < 10 * NAMED_WITHIN_MS)
        Sleep(20);
    now = ob_state_of(job);
    ob_assert_ok(IObJob_get_LastErrorText(job, &got));
    ob_assert_text(got, with_user(text));
    assert_int_equal(now, state);
    SysFreeString(got);
}

/* A late-bound call on a thread of its own. */
struct asked
{
    HANDLE thread;
    void *object;
    const WCHAR *member;
    struct ob_answer answer;
    DWORD took_ms;
};

static inline DWORD WINAPI ask_on_thread(void *context)
{
    struct asked *asked = context;
    DWORD began = GetTickCount();

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    ob_invoke(asked->object, asked->member, DISPATCH_METHOD | DISPATCH_PROPERTYGET, NULL, 0, &asked->answer);
    asked->took_ms = GetTickCount() - began;
    CoUninitialize();
    return 0;
}

static inline void begin_asking(struct asked *asked, void *object, const WCHAR *member)
{
    *asked = (struct asked){.object = object, .member = member};
    assert_non_null(asked->thread = CreateThread(NULL, 0, ask_on_thread, asked, 0, NULL));
}

static inline void expect_answer(struct asked *asked, HRESULT code, const WCHAR *text)
{
    assert_int_equal(WaitForSingleObject(asked->thread, 10 * NAMED_WITHIN_MS), WAIT_OBJECT_0);
    CloseHandle(asked->thread);
    ob_assert_hr(asked->answer.code, code);
    if (text) ob_assert_text(asked->answer.text, with_user(text));
    ob_answer_clear(&asked->answer);
}

#endif

/* bounds.c - see bench.h: how long after the promised moment, where a bound in time is promised. Outlook is blocked or
 * held by whoever asks for these. */
#include "bench.h"
#include <stdio.h>

#define PATIENCE_MS 60000
#define LOG_OFF_WINDOW L"OutlookBrokerLogOff"

static IObSession *hurried;
static IObMail *draft;

/* A session of its own, so that what else is timed keeps its deadline. */
static IObSession *hurried_session(void)
{
    if (hurried) return hurried;
    must(CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&hurried),
        "a session in a hurry");
    must(IObSession_put_Timeout(hurried, LATE_TIMEOUT_MS), "Timeout");
    return hurried;
}

static IObMail *hurried_mail(void)
{
    BSTR subject = SysAllocString(mail_subject);

    if (!draft) must(IObSession_CreateMail(hurried_session(), &draft), "CreateMail");
    must(IObMail_put_Subject(draft, subject), "Subject");
    SysFreeString(subject);
    return draft;
}

static void must_time_out(HRESULT hr, const char *what)
{
    if (hr == (HRESULT)OB_E_TIMEOUT) return;
    must(FAILED(hr) ? hr : E_FAIL, what);
}

void do_late_profile(void)
{
    BSTR profile = NULL;

    must_time_out(IObSession_get_Profile(hurried_session(), &profile), "Profile that was to time out");
    SysFreeString(profile);
}

void do_late_logon(void)
{
    static const VARIANT left_out = {.vt = VT_ERROR, .scode = DISP_E_PARAMNOTFOUND};
    BSTR none = SysAllocString(L"");

    must_time_out(IObSession_Logon(hurried_session(), none, none, left_out, left_out), "Logon that was to time out");
    SysFreeString(none);
}

void do_late_save(void)
{
    BSTR entry_id = NULL;

    must_time_out(IObMail_Save(hurried_mail(), &entry_id), "Save that was to time out");
    SysFreeString(entry_id);
}

void do_late_wait(void)
{
    static const VARIANT patience = {.vt = VT_I4, .lVal = LATE_TIMEOUT_MS};
    ObJobState state = obJobSent;

    must(IObJob_Wait(last_job(), patience, &state), "Wait");
    if (state != obJobQueued && state != obJobSending) must(E_FAIL, "a Wait that was to run out");
}

void close_bounds(void)
{
    if (draft) IObMail_Release(draft);
    if (hurried) IObSession_Release(hurried);
    draft = NULL;
    hurried = NULL;
}

static BOOL status_names(const WCHAR *title)
{
    IObStatus *status;
    BSTR shown = NULL;
    BOOL named;

    must(IObSession_get_Status(session, &status), "Status");
    must(IObStatus_get_DialogTitle(status, &shown), "Status.DialogTitle");
    named = shown && !wcscmp(shown, title);
    SysFreeString(shown);
    IObStatus_Release(status);
    return named;
}

static HWND wait_for_window(HWND parent, const WCHAR *class, const WCHAR *title)
{
    HWND window;

    for (ULONGLONG until = GetTickCount64() + PATIENCE_MS; !(window = FindWindowExW(parent, NULL, class, title));
         Sleep(1))
        if (GetTickCount64() > until) must(E_FAIL, "no dialog came up");
    return window;
}

void dialog_named(const char *title)
{
    WCHAR wide[100];
    HWND dialog;
    double began;

    swprintf(wide, ARRAYSIZE(wide), L"%hs", title);
    do_accept();
    dialog = wait_for_window(NULL, NULL, wide);
    began = now_us();
    while (!status_names(wide))
    {
        if (now_us() - began > PATIENCE_MS * 1e3) must(E_FAIL, "Status does not name the dialog");
        Sleep(10);
    }
    printf("%.1f", now_us() - began);
    PostMessageW(wait_for_window(dialog, L"BUTTON", NULL), BM_CLICK, 0, 0);
    do_wait_job();
}

static double tell(HWND window, UINT message, WPARAM wparam)
{
    double began = now_us();
    DWORD_PTR answer;

    if (!SendMessageTimeoutW(window, message, wparam, ENDSESSION_LOGOFF, SMTO_NORMAL, PATIENCE_MS, &answer))
        must(E_FAIL, "the window of the broker did not answer");
    return now_us() - began;
}

void session_ends(void)
{
    HWND window = wait_for_window(NULL, LOG_OFF_WINDOW, NULL);
    double asked = tell(window, WM_QUERYENDSESSION, 0);

    printf("%.1f %.1f", asked, tell(window, WM_ENDSESSION, TRUE));
}

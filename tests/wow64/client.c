/* client.c - a 32-bit C client of the 64-bit broker, for tools/check-wow64: sends a mail through the vtable, waits
 * until it is sent, and gets an error's text from the message table of the 32-bit DLL that marshals for it. */
#include <windows.h>
#include <stdio.h>
#include "outlook_broker.h"

static int failed(const char *what, HRESULT hr)
{
    printf("%s: 0x%08lX\n", what, (ULONG)hr);
    return 1;
}

static int show_error(HRESULT hr)
{
    const DWORD flags = FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_IGNORE_INSERTS;
    HMODULE proxies = GetModuleHandleW(L"outlook-broker-ps.dll");
    char text[1024];

    if (!proxies) return failed("the 32-bit proxies are not loaded", E_FAIL);
    if (!FormatMessageA(flags, proxies, (DWORD)hr, 0, text, sizeof(text), NULL)) return failed("no text for", hr);
    printf("refused as expected: %s", text);
    return 0;
}

static int use(IObSession *session)
{
    VARIANT none = {.vt = VT_ERROR}, wait = {.vt = VT_I4};
    BSTR to = SysAllocString(L"a@example.com"), subject = SysAllocString(L"32 bits"), empty = SysAllocString(L"");
    ObJobState state = obJobQueued;
    IObJob *job;
    HRESULT hr;

    V_ERROR(&none) = DISP_E_PARAMNOTFOUND;
    V_I4(&wait) = 60000;
    if (FAILED(hr = IObSession_SendMail(session, to, subject, empty, empty, none, empty, empty, empty, &job)))
        return failed("SendMail", hr);
    if (FAILED(hr = IObJob_Wait(job, wait, &state))) return failed("Wait", hr);
    IObJob_Release(job);
    if (state != obJobSent) return failed("the mail is not sent; state", (HRESULT)state);
    printf("state: sent\n");
    hr = IObSession_SendMail(session, empty, subject, empty, empty, none, empty, empty, empty, &job);
    if (hr != (HRESULT)OB_E_NO_RECIPIENT) return failed("SendMail without a recipient", hr);
    return show_error(hr);
}

int main(void)
{
    IObSession *session;
    HRESULT hr;
    int result;

    setvbuf(stdout, NULL, _IONBF, 0);
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&session);
    if (FAILED(hr)) return failed("no session", hr);
    result = use(session);
    IObSession_Release(session);
    CoUninitialize();
    return result;
}

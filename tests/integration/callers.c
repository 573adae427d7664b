/* callers.c - declares this process to be another account: see callers.h. */
#include "callers.h"
#include <stdlib.h>
#include <wchar.h>

#define DECLARED L"Software\\OutlookBroker\\DeclaredCallers"

IObSession *callers_session;

int callers_begin(void **state)
{
    char *output;

    if (ob_begin(state) || ob_run_broker(L"/RegServer /Allow:" ALLOWED L" /Allow:" ALLOWED_TOO, &output)) return 1;
    free(output);
    callers_session = ob_session();
    return 0;
}

int callers_end(void **state)
{
    come_as(NULL);
    if (callers_session) IObSession_Release(callers_session);
    return ob_end(state);
}

void come_as(const WCHAR *sid)
{
    WCHAR name[16];
    LSTATUS status;

    _ultow(GetCurrentProcessId(), name, 10);
    if (sid)
        status =
            RegSetKeyValueW(HKEY_CURRENT_USER, DECLARED, name, REG_SZ, sid, (DWORD)((wcslen(sid) + 1) * sizeof(*sid)));
    else
        status = RegDeleteKeyValueW(HKEY_CURRENT_USER, DECLARED, name);
    ob_require(status == ERROR_SUCCESS || (!sid && status == ERROR_FILE_NOT_FOUND), "declaring: %ld", status);
}

const WCHAR *caller_name(void)
{
    static WCHAR name[256];
    BSTR text;

    ob_assert_ok(IObSession_get_Caller(callers_session, &text));
    wcsncpy(name, text, ARRAYSIZE(name) - 1);
    SysFreeString(text);
    return name;
}

IObJob *send_keyed(const WCHAR *subject, const WCHAR *key)
{
    struct ob_mail plain = {.to = L"a@example.com", .subject = subject, .body = L"b", .key = key};
    IObJob *job = ob_send(callers_session, &plain);

    ob_expect_state(job, obJobSent);
    return job;
}

/* selftest.c - obctl selftest: one real mail to oneself, with the time of each step. Nothing that Outlook guards is
 * read, so the address is the one given, or the account's user principal name where the mailbox is this account's own.
 */
#define SECURITY_WIN32
#include "answer.h"
#include <oleauto.h>
#include <security.h>
#include <wchar.h>
#include "call.h"
#include "fields.h"

static const struct option options[] = {
    {.name = L"to",
        .value = L"ADDRESS",
        .kind = option_text,
        .meaning = L"where to send; if left out, the user principal name of the account"},
    {.name = L"wait",
        .value = L"SECONDS",
        .kind = option_maybe_number,
        .lowest = 1,
        .highest = 600,
        .standard = 120,
        .meaning = L"how long to wait until it is sent; 120 if left out"},
};

struct test
{
    const struct request *request;
    WCHAR address[512];
    const WCHAR *address_from;
    IObSession *session; /* owned */
    BSTR version, user, caller;
    ULONGLONG began, reached, accepted, ended; /* GetTickCount64 */
};

/* --- where to */

static HRESULT no_address(struct failure *failure, int *exit_code, const WCHAR *why)
{
    return refuse_usage(failure, exit_code,
        L"It is not known where to send the mail. Checked: the option --to, and the user principal name of this "
        L"account: %ls. Next: name your own address: obctl selftest --to ADDRESS.",
        why);
}

static HRESULT find_address(struct test *test, int *exit_code, struct failure *failure)
{
    const WCHAR *given = given_text(test->request->arguments, L"to");
    ULONG size = ARRAYSIZE(test->address);

    if (given)
    {
        lstrcpynW(test->address, given, ARRAYSIZE(test->address));
        test->address_from = L"given";
        return S_OK;
    }
    if (_wcsicmp(test->user, test->caller))
        return no_address(failure, exit_code, L"not looked at, because the mailbox is another account's");
    if (!GetUserNameExW(NameUserPrincipal, test->address, &size) || !wcschr(test->address, L'@'))
        return no_address(failure, exit_code, L"there is none; the account is not one of a domain");
    test->address_from = L"the account's user principal name";
    return S_OK;
}

/* --- the test */

static HRESULT reach(struct test *test, struct failure *failure)
{
    HRESULT hr = client_open(&test->session, failure);

    if (FAILED(hr)) return hr;
    test->reached = GetTickCount64();
    if (FAILED(hr = IObSession_get_Version(test->session, &test->version)) ||
        FAILED(hr = IObSession_get_User(test->session, &test->user)) ||
        FAILED(hr = IObSession_get_Caller(test->session, &test->caller)))
        client_failed(failure, hr, (IUnknown *)test->session, &IID_IObSession);
    return hr;
}

static HRESULT send_mail(struct test *test, IObJob **job, struct failure *failure)
{
    struct text subject = {0}, body = {0};
    VARIANT values[3];
    SYSTEMTIME now;
    HRESULT hr;

    GetLocalTime(&now);
    text_format(&subject, L"Outlook Broker self-test %04u-%02u-%02u %02u:%02u:%02u", now.wYear, now.wMonth, now.wDay,
        now.wHour, now.wMinute, now.wSecond);
    text_format(&body, L"This mail was sent by obctl selftest.\r\n\r\nobctl %ls, broker %ls, user %ls, caller %ls\r\n",
        OB_VERSION, test->version, test->user, test->caller);
    values[0] = text_argument(test->address);
    values[1] = text_argument(subject.characters);
    values[2] = text_argument(body.characters);
    hr = call_for(test->session, L"SendMail", values, ARRAYSIZE(values), &IID_IObJob, (void **)job, failure);
    test->accepted = GetTickCount64();
    for (size_t i = 0; i < ARRAYSIZE(values); i++)
        VariantClear(&values[i]);
    text_clear(&subject);
    text_clear(&body);
    return hr;
}

/* --- what it tells */

static BSTR taken(ULONGLONG from, ULONGLONG until)
{
    WCHAR text[32];

    swprintf(text, ARRAYSIZE(text), L"%I64u.%03u s", (until - from) / 1000, (unsigned)((until - from) % 1000));
    return SysAllocString(text);
}

static HRESULT read_job(IObJob *job, struct fields *fields, struct failure *failure)
{
    HRESULT hr = S_OK;

    FIELDS_READ(hr, IObJob, job, fields, text, Id, L"Job");
    FIELDS_READ(hr, IObJob, job, fields, text, StateName, L"State");
    FIELDS_READ(hr, IObJob, job, fields, code, LastError, L"Last error");
    FIELDS_READ(hr, IObJob, job, fields, text, LastErrorText, L"Last error's text");
    return FAILED(hr) ? client_failed(failure, hr, (IUnknown *)job, &IID_IObJob) : S_OK;
}

static HRESULT read_status(IObSession *session, struct fields *fields, struct failure *failure)
{
    IObStatus *status;
    HRESULT hr = IObSession_get_Status(session, &status);

    if (FAILED(hr)) return client_failed(failure, hr, (IUnknown *)session, &IID_IObSession);
    FIELDS_READ(hr, IObStatus, status, fields, text, OutlookVersion, L"Outlook version");
    FIELDS_READ(hr, IObStatus, status, fields, text, Profile, L"Mail profile");
    FIELDS_READ(hr, IObStatus, status, fields, number, WindowsSession, L"Windows session");
    FIELDS_READ(hr, IObStatus, status, fields, text, Text, L"Status");
    if (FAILED(hr)) client_failed(failure, hr, (IUnknown *)status, &IID_IObStatus);
    IObStatus_Release(status);
    return hr;
}

static HRESULT report(struct test *test, IObJob *job, struct text *out, struct failure *failure)
{
    struct fields fields = {.count = 0};
    HRESULT hr = read_job(job, &fields, failure);

    *fields_add_text(&fields, L"To", L"To") = SysAllocString(test->address);
    *fields_add_text(&fields, L"ToFrom", L"Address") = SysAllocString(test->address_from);
    *fields_add_text(&fields, L"Reached", L"Broker reached in") = taken(test->began, test->reached);
    *fields_add_text(&fields, L"Accepted", L"Mail accepted in") = taken(test->reached, test->accepted);
    *fields_add_text(&fields, L"Waited", L"Then waited") = taken(test->accepted, test->ended);
    *fields_add_text(&fields, L"ObctlVersion", L"obctl version") = SysAllocString(OB_VERSION);
    *fields_add_text(&fields, L"Version", L"Broker version") = SysAllocString(test->version);
    *fields_add_text(&fields, L"User", L"User") = SysAllocString(test->user);
    *fields_add_text(&fields, L"Caller", L"Caller") = SysAllocString(test->caller);
    if (SUCCEEDED(hr)) hr = read_status(test->session, &fields, failure);
    fields_hide_empty(&fields);
    if (SUCCEEDED(hr)) fields_print(out, &fields, test->request->json);
    fields_clear(&fields);
    return hr;
}

static HRESULT test_sending(struct test *test, struct text *out, int *exit_code, struct failure *failure)
{
    LONG seconds = given_number(test->request->arguments, L"wait", 120);
    ObJobState state = obJobUnknown;
    IObJob *job;
    HRESULT hr = find_address(test, exit_code, failure);

    if (SUCCEEDED(hr)) hr = send_mail(test, &job, failure);
    if (FAILED(hr)) return hr;
    hr = wait_for_job(job, seconds, &state, failure);
    test->ended = GetTickCount64();
    if (SUCCEEDED(hr)) hr = report(test, job, out, failure);
    if (SUCCEEDED(hr)) *exit_code = state == obJobSent ? exit_fine : exit_waits;
    IObJob_Release(job);
    return hr;
}

static HRESULT run(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    struct test test = {.request = request, .began = GetTickCount64()};
    HRESULT hr = reach(&test, failure);

    if (SUCCEEDED(hr)) hr = test_sending(&test, out, exit_code, failure);
    SysFreeString(test.version);
    SysFreeString(test.user);
    SysFreeString(test.caller);
    client_close(test.session);
    return hr;
}

const struct command command_selftest = {
    .name = L"selftest",
    .meaning = L"send a mail to yourself and wait until it is sent",
    .more = L"The mail is a real one and arrives in the mailbox of --to.\n\n"
            L"exit codes: 0 sent; 1 not sent in time, or failed; 2 not accepted, or the broker cannot be reached;\n"
            L"  3 it is not known where to send\n",
    .options = options,
    .option_count = ARRAYSIZE(options),
    .needs = needs_nothing,
    .run = run,
};

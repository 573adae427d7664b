/* com.c - sessions, late-bound calls, jobs, and comparisons; see support.h. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

int ob_begin(void **state)
{
    (void)state;
    setvbuf(stdout, NULL, _IONBF, 0);
    ob_quick_settings();
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))) return 1;
    ob_first_at_rpcss();
    return 0;
}

int ob_end(void **state)
{
    (void)state;
    CoUninitialize();
    return 0;
}

/* --- comparisons */

const char *ob_utf8(const WCHAR *text)
{
    static char places[8][4096];
    static unsigned next;
    char *place = places[next++ % ARRAYSIZE(places)];

    if (!text) return "(null)";
    if (!WideCharToMultiByte(CP_UTF8, 0, text, -1, place, sizeof(places[0]), NULL, NULL)) return "(too long)";
    return place;
}

void ob_fail(const char *file, int line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vprint_error(format, arguments);
    va_end(arguments);
    print_error("\n");
    _fail(file, line);
}

void ob_assert_text_at(const WCHAR *got, const WCHAR *expected, const char *file, int line)
{
    if (got && expected && !wcscmp(got, expected)) return;
    if (!got && !expected) return;
    ob_fail(file, line, "got:      %s\nexpected: %s", ob_utf8(got), ob_utf8(expected));
}

void ob_assert_hr_at(HRESULT got, HRESULT expected, const char *what, const char *file, int line)
{
    if (got == expected) return;
    ob_fail(file, line, "%s: got %08lX, expected %08lX", what, (unsigned long)got, (unsigned long)expected);
}

/* --- VARIANTs */

VARIANT ob_text(const WCHAR *text)
{
    VARIANT value = {.vt = VT_BSTR};

    V_BSTR(&value) = SysAllocString(text);
    return value;
}

VARIANT ob_long(LONG number)
{
    VARIANT value = {.vt = VT_I4};

    V_I4(&value) = number;
    return value;
}

VARIANT ob_missing(void)
{
    VARIANT value = {.vt = VT_ERROR};

    V_ERROR(&value) = DISP_E_PARAMNOTFOUND;
    return value;
}

VARIANT ob_array(VARTYPE type, LONG lower_bound, const WCHAR *const *texts, unsigned count)
{
    SAFEARRAYBOUND bound = {count, lower_bound};
    VARIANT value = {.vt = (VARTYPE)(VT_ARRAY | type)};

    V_ARRAY(&value) = SafeArrayCreate(type, 1, &bound);
    assert_non_null(V_ARRAY(&value));
    for (unsigned i = 0; i < count; i++)
    {
        LONG index = lower_bound + (LONG)i;
        VARIANT text = ob_text(texts[i]);

        ob_assert_ok(SafeArrayPutElement(V_ARRAY(&value), &index, type == VT_BSTR ? (void *)V_BSTR(&text) : &text));
        VariantClear(&text);
    }
    return value;
}

/* --- late-bound calls */

/* Wine answers E_FAIL, or what the server itself says, to who comes while a server of this class is ending; Windows
 * would start the next one for him. */
IObSession *ob_session(void)
{
    IObSession *session = NULL;
    HRESULT hr = E_FAIL;

    for (unsigned tries = 0; (hr == E_FAIL && tries < 3) || (hr == CO_E_SERVER_STOPPING && tries < 20); tries++)
    {
        if (tries) Sleep(500);
        hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&session);
    }
    ob_require(SUCCEEDED(hr), "no session: activation answered %08lX", (unsigned long)hr);
    return session;
}

DISPID ob_dispid(void *object, const WCHAR *member)
{
    WCHAR *name = (WCHAR *)member;
    DISPID id = DISPID_UNKNOWN;
    HRESULT hr = IDispatch_GetIDsOfNames((IDispatch *)object, &IID_NULL, &name, 1, LOCALE_NEUTRAL, &id);

    ob_require(SUCCEEDED(hr), "no member %s: %08lX", ob_utf8(member), (unsigned long)hr);
    return id;
}

void ob_invoke_id(void *object, DISPID id, WORD flags, DISPPARAMS *params, struct ob_answer *answer)
{
    EXCEPINFO exception = {0};

    memset(answer, 0, sizeof(*answer));
    answer->bad_argument = ~0u;
    answer->hr = IDispatch_Invoke((IDispatch *)object, id, &IID_NULL, LOCALE_NEUTRAL, flags, params,
        (flags & DISPATCH_PROPERTYPUT) ? NULL : &answer->value, &exception, &answer->bad_argument);
    answer->code = answer->hr;
    if (answer->hr == DISP_E_EXCEPTION)
    {
        if (exception.pfnDeferredFillIn) exception.pfnDeferredFillIn(&exception);
        answer->code = exception.scode;
        answer->text = exception.bstrDescription;
        answer->source = exception.bstrSource;
        SysFreeString(exception.bstrHelpFile);
    }
}

void ob_invoke(
    void *object, const WCHAR *member, WORD flags, const VARIANT *arguments, unsigned count, struct ob_answer *answer)
{
    DISPID put = DISPID_PROPERTYPUT;
    VARIANT reversed[16];
    DISPPARAMS params = {reversed, NULL, count, 0};

    assert_true(count <= ARRAYSIZE(reversed));
    for (unsigned i = 0; i < count; i++)
        reversed[count - 1 - i] = arguments[i];
    if (flags & DISPATCH_PROPERTYPUT)
    {
        params.rgdispidNamedArgs = &put;
        params.cNamedArgs = 1;
    }
    ob_invoke_id(object, ob_dispid(object, member), flags, &params, answer);
}

void ob_answer_clear(struct ob_answer *answer)
{
    SysFreeString(answer->text);
    SysFreeString(answer->source);
    VariantClear(&answer->value);
}

IObJob *ob_answered_job(const struct ob_answer *answer)
{
    IObJob *job;

    ob_require(answer->hr == S_OK, "%08lX %s", (unsigned long)answer->code, ob_utf8(answer->text));
    assert_int_equal(V_VT(&answer->value), VT_DISPATCH);
    ob_assert_ok(IDispatch_QueryInterface(V_DISPATCH(&answer->value), &IID_IObJob, (void **)&job));
    return job;
}

VARIANT ob_get(void *object, const WCHAR *property)
{
    struct ob_answer answer;
    VARIANT value;

    ob_invoke(object, property, DISPATCH_PROPERTYGET, NULL, 0, &answer);
    ob_require(answer.hr == S_OK, "%s: %08lX %s", ob_utf8(property), (unsigned long)answer.code, ob_utf8(answer.text));
    value = answer.value;
    VariantInit(&answer.value);
    ob_answer_clear(&answer);
    return value;
}

/* --- jobs */

HRESULT ob_try_send(IObSession *session, const struct ob_mail *mail, IObJob **job)
{
    const WCHAR *texts[] = {mail->to, mail->subject, mail->body, mail->html, mail->cc, mail->bcc, mail->key};
    BSTR given[ARRAYSIZE(texts)];
    VARIANT attachments = mail->attachments ? *mail->attachments : ob_missing();
    HRESULT hr;

    for (unsigned i = 0; i < ARRAYSIZE(texts); i++)
        given[i] = SysAllocString(texts[i] ? texts[i] : L"");
    *job = NULL;
    hr = IObSession_SendMail(
        session, given[0], given[1], given[2], given[3], attachments, given[4], given[5], given[6], job);
    for (unsigned i = 0; i < ARRAYSIZE(texts); i++)
        SysFreeString(given[i]);
    return hr;
}

IObJob *ob_send(IObSession *session, const struct ob_mail *mail)
{
    IObJob *job;
    HRESULT hr = ob_try_send(session, mail, &job);

    ob_require(hr == S_OK && job, "SendMail \"%s\": %08lX", ob_utf8(mail->subject), (unsigned long)hr);
    return job;
}

IObJob *ob_send_plain(IObSession *session, const WCHAR *subject)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b"};

    return ob_send(session, &mail);
}

ObJobState ob_state_of(IObJob *job)
{
    ObJobState state;

    ob_assert_ok(IObJob_get_State(job, &state));
    return state;
}

HRESULT ob_error_of(IObJob *job)
{
    LONG error;

    ob_assert_ok(IObJob_get_LastError(job, &error));
    return (HRESULT)error;
}

LONG ob_attempts_of(IObJob *job)
{
    LONG attempts;

    ob_assert_ok(IObJob_get_Attempts(job, &attempts));
    return attempts;
}

void ob_wait_for_state(IObJob *job, ObJobState state)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    ObJobState now;

    while ((now = ob_state_of(job)) != state && GetTickCount64() < end)
        Sleep(20);
    ob_require(now == state, "the job is in state %d instead of %d", now, state);
}

void ob_wait_for_error(IObJob *job, HRESULT code)
{
    ULONGLONG end = GetTickCount64() + 3 * OB_LONG_MS;
    HRESULT now;

    while ((now = ob_error_of(job)) != code && GetTickCount64() < end)
        Sleep(20);
    ob_require(now == code, "LastError is %08lX", (unsigned long)now);
}

void ob_expect_state(IObJob *job, ObJobState state)
{
    ObJobState now = obJobQueued;
    BSTR text = NULL;

    ob_assert_ok(IObJob_Wait(job, ob_long(OB_LONG_MS), &now));
    if (now == state) return;
    IObJob_get_LastErrorText(job, &text);
    ob_require(false, "the job is in state %d instead of %d: %s", now, state, ob_utf8(text));
}

void ob_expect_good_mail(IObSession *session, const WCHAR *subject)
{
    struct ob_mail mail = {.to = L"good@example.com", .subject = subject, .body = L"good"};
    struct ob_arrivals arrivals;
    IObJob *job = ob_send(session, &mail);

    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_read_mails(&arrivals);
    ob_assert_text(ob_mail_with(&arrivals, subject)->body, L"good");
    ob_free_mails(&arrivals);
}

HRESULT ob_status_error(IObSession *session)
{
    IObStatus *status;
    LONG error;

    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_LastError(status, &error));
    IObStatus_Release(status);
    return (HRESULT)error;
}

void ob_expect_counts(IObSession *session, LONG queued, LONG submitted, LONG sent, LONG failed, LONG unknown)
{
    LONG now[5] = {-1, -1, -1, -1, -1};
    IObStatus *status;

    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_Queued(status, &now[0]));
    ob_assert_ok(IObStatus_get_Submitted(status, &now[1]));
    ob_assert_ok(IObStatus_get_Sent(status, &now[2]));
    ob_assert_ok(IObStatus_get_Failed(status, &now[3]));
    ob_assert_ok(IObStatus_get_Unknown(status, &now[4]));
    IObStatus_Release(status);
    ob_require(now[0] == queued && now[1] == submitted && now[2] == sent && now[3] == failed && now[4] == unknown,
        "queued, submitted, sent, failed, unknown: got %ld %ld %ld %ld %ld, expected %ld %ld %ld %ld %ld", now[0],
        now[1], now[2], now[3], now[4], queued, submitted, sent, failed, unknown);
}

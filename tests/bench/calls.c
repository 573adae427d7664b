/* calls.c - see bench.h. Arguments are made beforehand, so that what is timed is the call. */
#include "bench.h"
#include <stdlib.h>

IBare *bare;
IObSession *session;
static IObJob *job;
static IDispatch *named_job; /* as a script gets it, until it is asked for more */
static IBare *made;
static VARIANT attachment = {.vt = VT_ERROR};

void open_broker(void)
{
    must(CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&session), "broker");
}

void open_bare(void)
{
    must(CoCreateInstance(&CLSID_Bare, NULL, CLSCTX_LOCAL_SERVER, &IID_IBare, (void **)&bare), "bare server");
}

void close_broker(void)
{
    do_release_job();
    close_bounds();
    if (session) IObSession_Release(session);
    session = NULL;
}

void close_bare(void)
{
    do_release_made();
    if (bare) IBare_Release(bare);
    bare = NULL;
}

void do_null(void)
{
    must(IBare_Null(bare), "Null");
}

void do_bare_version(void)
{
    BSTR version;

    must(IBare_get_Version(bare, &version), "Version of the bare server");
    SysFreeString(version);
}

static void invoke_version(IDispatch *object)
{
    DISPPARAMS none = {0};
    VARIANT version;

    VariantInit(&version);
    /* 1 of the broker's contract, 2 of the bare server's: a client keeps the number. */
    must(IDispatch_Invoke(object, object == (IDispatch *)bare ? 2 : 1, &IID_NULL, LOCALE_NEUTRAL, DISPATCH_PROPERTYGET,
             &none, &version, NULL, NULL),
        "Version by Invoke");
    VariantClear(&version);
}

void do_bare_version_invoke(void)
{
    invoke_version((IDispatch *)bare);
}

void do_bare_make(void)
{
    must(IBare_Make(bare, &made), "Make");
}

void do_release_made(void)
{
    if (made) IBare_Release(made);
    made = NULL;
}

void do_bare_make_release(void)
{
    do_bare_make();
    do_release_made();
}

void do_version(void)
{
    BSTR version;

    must(IObSession_get_Version(session, &version), "Version");
    SysFreeString(version);
}

void do_version_invoke(void)
{
    invoke_version((IDispatch *)session);
}

static void send_mail(VARIANT files)
{
    static BSTR to, subject, body, empty;

    if (!to)
    {
        to = SysAllocString(mail_to);
        subject = SysAllocString(mail_subject);
        body = SysAllocString(mail_body());
        empty = SysAllocString(L"");
    }
    must(IObSession_SendMail(session, to, subject, body, empty, files, empty, empty, empty, &job), "SendMail");
}

void do_accept(void)
{
    static const VARIANT none = {.vt = VT_ERROR, .scode = DISP_E_PARAMNOTFOUND};

    send_mail(none);
}

void do_accept_invoke(void)
{
    VARIANT arguments[3], result;

    V_VT(&arguments[2]) = V_VT(&arguments[1]) = V_VT(&arguments[0]) = VT_BSTR;
    V_BSTR(&arguments[2]) = SysAllocString(mail_to);
    V_BSTR(&arguments[1]) = SysAllocString(mail_subject);
    V_BSTR(&arguments[0]) = SysAllocString(mail_body());
    must(call_by_name((IDispatch *)session, L"SendMail", DISPATCH_METHOD, arguments, ARRAYSIZE(arguments), &result),
        "SendMail by name");
    for (size_t i = 0; i < ARRAYSIZE(arguments); i++)
        VariantClear(&arguments[i]);
    named_job = V_DISPATCH(&result);
}

/* A script goes on by name: what this costs is none of its call's. */
static void ask_named_job(void)
{
    if (!named_job) return;
    must(IDispatch_QueryInterface(named_job, &IID_IObJob, (void **)&job), "the job");
    IDispatch_Release(named_job);
    named_job = NULL;
}

IObJob *last_job(void)
{
    return job;
}

void do_release_job(void)
{
    if (job) IObJob_Release(job);
    if (named_job) IDispatch_Release(named_job);
    job = NULL;
    named_job = NULL;
}

void do_accept_release(void)
{
    do_accept();
    do_release_job();
}

void do_wait_job(void)
{
    static const VARIANT minute = {.vt = VT_I4, .lVal = 60000};
    ObJobState state;

    ask_named_job();
    must(IObJob_Wait(job, minute, &state), "Wait");
    if (state != obJobSent) must(E_FAIL, "a mail that was not sent");
    do_release_job();
}

void do_status(void)
{
    IObStatus *status;
    ObBrokerState state;

    must(IObSession_get_Status(session, &status), "Status");
    must(IObStatus_get_State(status, &state), "Status.State");
    IObStatus_Release(status);
}

void do_jobs(void)
{
    static const VARIANT left_out = {.vt = VT_ERROR, .scode = DISP_E_PARAMNOTFOUND};
    IObJobs *jobs;

    must(IObSession_Jobs(session, left_out, left_out, &jobs), "Jobs");
    IObJobs_Release(jobs);
}

void set_attachment(const WCHAR *path)
{
    V_VT(&attachment) = VT_BSTR;
    V_BSTR(&attachment) = SysAllocString(path);
}

void do_accept_attachment(void)
{
    send_mail(attachment);
}

void open_sessions(unsigned count)
{
    static const size_t most = 10000;
    static IObSession **kept;
    static unsigned kept_count;

    if (!kept) kept = calloc(most, sizeof(*kept));
    for (; count-- && kept_count < most; kept_count++)
        must(CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&kept[kept_count]),
            "one more session");
}

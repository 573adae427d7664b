/* session.c - IObSession: one client's conversation with the broker.
 * Version, User, Caller, Timeout and Status work also where the broker refuses; every other member passes the gate
 * first. Version, User, Caller and Timeout answer to everybody, so that one can see as whom one comes. */

#include "objects.h"
#include <stdlib.h>
#include <wchar.h>
#include "accepting.h"
#include "call.h"
#include "com/error_info.h"
#include "com/object.h"
#include "com/variant.h"
#include "host/failpoint.h"
#include "host/user.h"
#include "mail_check.h"
#include "out.h"

#define JOBS_USUAL 100
#define JOBS_MOST 10000

struct session
{
    struct com_object com;
    struct broker *broker;           /* borrowed: outlives every object */
    struct session_timeout *timeout; /* one reference */
};

static inline struct session *impl_from_IObSession(IObSession *iface)
{
    return CONTAINING_RECORD(com_object_from_dual(iface), struct session, com);
}

static HRESULT WINAPI session_get_Version(IObSession *iface, BSTR *version)
{
    (void)iface;
    return out_text(version, OB_VERSION);
}

static HRESULT WINAPI session_get_User(IObSession *iface, BSTR *user)
{
    const struct user *self = user_self();

    (void)iface;
    return out_text(user, self ? self->name : L"");
}

/* For members that need no right. */
static HRESULT raise(HRESULT hr, struct error *error)
{
    return error_info_raise(hr, &IID_IObSession, error);
}

static HRESULT WINAPI session_get_Caller(IObSession *iface, BSTR *name)
{
    struct error error = {0};
    struct caller caller;
    HRESULT hr;

    (void)iface;
    if (!name) return E_POINTER;
    *name = NULL;
    if (FAILED(hr = caller_identify(&caller, &error))) return raise(hr, &error);
    hr = out_text(name, caller.name);
    caller_clear(&caller);
    return hr;
}

static HRESULT WINAPI session_get_Timeout(IObSession *iface, LONG *milliseconds)
{
    if (!milliseconds) return E_POINTER;
    *milliseconds = session_timeout_ms(impl_from_IObSession(iface)->timeout);
    return S_OK;
}

static HRESULT WINAPI session_put_Timeout(IObSession *iface, LONG milliseconds)
{
    struct error error = {0};
    WCHAR text[NUMBER_TEXT_SIZE];

    if (milliseconds < TIMEOUT_LEAST_MS || milliseconds > TIMEOUT_MOST_MS)
    {
        _ltow(milliseconds, text, 10);
        return raise(error_set(&error, error_timeout_range, 1, text), &error);
    }
    session_timeout_set(impl_from_IObSession(iface)->timeout, milliseconds);
    return S_OK;
}

static HRESULT session_begin(struct session *session, struct call *call, const WCHAR *member, enum right right)
{
    return call_begin(call, session->broker, session->timeout, &IID_IObSession, member, right);
}

static HRESULT WINAPI session_get_Status(IObSession *iface, IObStatus **status)
{
    struct session *session = impl_from_IObSession(iface);
    struct call call;
    HRESULT hr;

    if (!status) return E_POINTER;
    *status = NULL;
    hr = call_begin_outside(
        &call, session->broker, session->timeout, &IID_IObSession, L"Session.Status", right_see_status);
    if (FAILED(hr)) return hr;
    return call_end(&call, status_create(session->broker, status));
}

static HRESULT check_zeros(const BSTR *texts, struct error *error)
{
    static const WCHAR *const names[] = {L"To", L"CC", L"BCC", L"Subject", L"Body", L"HTMLBody", L"Key"};
    HRESULT hr = S_OK;

    for (size_t i = 0; i < ARRAYSIZE(names) && SUCCEEDED(hr); i++)
        hr = variant_check_zero(texts[i], names[i], error);
    return hr;
}

static HRESULT WINAPI session_SendMail(IObSession *iface, BSTR to, BSTR subject, BSTR body, BSTR html_body,
    VARIANT attachments, BSTR cc, BSTR bcc, BSTR key, IObJob **job)
{
    const BSTR texts[] = {to, cc, bcc, subject, body, html_body, key};
    struct outbox_text text = {
        .to = in_text(to),
        .cc = in_text(cc),
        .bcc = in_text(bcc),
        .subject = in_text(subject),
        .body = in_text(body),
        .html_body = in_text(html_body),
        .key = in_text(key),
        .importance = OUTBOX_IMPORTANCE_NORMAL,
    };
    struct text_list paths = {0};
    struct call call;
    HRESULT hr;

    if (!job) return E_POINTER;
    *job = NULL;
    hr = session_begin(impl_from_IObSession(iface), &call, L"Session.SendMail", right_send);
    if (FAILED(hr)) return hr;
    hr = check_zeros(texts, &call.error);
    if (SUCCEEDED(hr)) hr = mail_check(&text, &call.error);
    if (SUCCEEDED(hr)) hr = mail_check_paths(&attachments, call.timeout_ms, call.until, &paths, &call.error);
    if (SUCCEEDED(hr)) hr = accept_with_files(&call, &text, &paths, job);
    text_list_clear(&paths);
    return call_end(&call, hr);
}

/* All of it has to be the id: what stands behind a zero would not be looked at otherwise. */
static HRESULT check_job_id(BSTR given, struct error *error)
{
    const WCHAR *id = in_text(given);
    GUID guid;

    if (SysStringLen(given) == wcslen(id) && id[0] == '{' && SUCCEEDED(CLSIDFromString(id, &guid))) return S_OK;
    return error_set(error, error_bad_job_id, 1, id);
}

/* A job of somebody else's is no job, for those who may not see it. */
static HRESULT find_job(struct session *session, struct call *call, BSTR id, IObJob **job)
{
    struct job_row row;
    HRESULT hr = outbox_read(broker_outbox(session->broker), id, call->until, &row, &call->error);

    if (hr == (HRESULT)OB_E_NO_SUCH_JOB) return error_set(&call->error, error_no_such_job, 2, id, call->caller.name);
    if (FAILED(hr)) return hr;
    if (!call_may(call, right_of_job(!wcscmp(row.caller_sid, call->caller.sid))))
        hr = error_set(&call->error, error_no_such_job, 2, id, call->caller.name);
    else if (SUCCEEDED(hr = job_create(session->broker, session->timeout, row.caller_sid, job)))
        job_set_id(*job, row.id);
    job_row_clear(&row);
    return hr;
}

static HRESULT WINAPI session_Job(IObSession *iface, BSTR id, IObJob **job)
{
    struct session *session = impl_from_IObSession(iface);
    struct call call;
    HRESULT hr;

    if (!job) return E_POINTER;
    *job = NULL;
    if (FAILED(hr = session_begin(session, &call, L"Session.Job", right_own_job))) return hr;
    hr = check_job_id(id, &call.error);
    if (SUCCEEDED(hr)) hr = find_job(session, &call, id, job);
    return call_end(&call, hr);
}

/* S_OK: Outlook runs, on that profile if one is named. The call counts among those that wait. */
static HRESULT log_on(struct session *session, struct call *call, const WCHAR *profile)
{
    struct waiter place;
    HRESULT hr = broker_wait_begin(session->broker, &place, &call->error);

    if (FAILED(hr)) return hr;
    hr = outlook_logon(
        broker_outlook(session->broker), profile, call_may(call, right_mailbox), call->until, &call->error);
    broker_wait_end(session->broker, &place);
    return hr;
}

static HRESULT WINAPI session_get_Profile(IObSession *iface, BSTR *profile)
{
    struct session *session = impl_from_IObSession(iface);
    struct outlook_facts facts;
    struct call call;
    HRESULT hr;

    if (!profile) return E_POINTER;
    *profile = NULL;
    if (FAILED(hr = session_begin(session, &call, L"Session.Profile", right_send))) return hr;
    hr = log_on(session, &call, L"");
    if (SUCCEEDED(hr))
    {
        outlook_facts(broker_outlook(session->broker), &facts);
        hr = out_text(profile, facts.profile);
    }
    return call_end(&call, hr);
}

static HRESULT check_logon(
    BSTR profile, BSTR password, const VARIANT *dialog, const VARIANT *new_session, struct error *error)
{
    VARIANT_BOOL shows = VARIANT_FALSE, is_new = VARIANT_FALSE;
    HRESULT hr = variant_check_zero(profile, L"Profile", error);

    if (SUCCEEDED(hr)) hr = variant_to_bool(dialog, L"Logon", L"ShowDialog", &shows, error);
    if (SUCCEEDED(hr)) hr = variant_to_bool(new_session, L"Logon", L"NewSession", &is_new, error);
    if (FAILED(hr)) return hr;
    if (SysStringLen(password)) return error_set(error, error_logon_password, 0);
    if (shows) return error_set(error, error_logon_dialog, 0);
    return is_new ? error_set(error, error_logon_new_session, 0) : S_OK;
}

static HRESULT WINAPI session_Logon(
    IObSession *iface, BSTR profile, BSTR password, VARIANT show_dialog, VARIANT new_session)
{
    struct session *session = impl_from_IObSession(iface);
    struct call call;
    HRESULT hr;

    if (FAILED(hr = session_begin(session, &call, L"Session.Logon", right_send))) return hr;
    hr = check_logon(profile, password, &show_dialog, &new_session, &call.error);
    if (SUCCEEDED(hr)) hr = log_on(session, &call, in_text(profile));
    if (SUCCEEDED(hr) && !SysStringLen(profile)) hr = outlook_on_default(broker_outlook(session->broker), &call.error);
    return call_end(&call, hr);
}

static HRESULT WINAPI session_CreateMail(IObSession *iface, IObMail **mail)
{
    struct session *session = impl_from_IObSession(iface);
    struct call call;
    HRESULT hr;

    if (!mail) return E_POINTER;
    *mail = NULL;
    if (FAILED(hr = session_begin(session, &call, L"Session.CreateMail", right_send))) return hr;
    FAILPOINT("mail-created");
    return call_end(&call, mail_object_create(session->broker, session->timeout, call.caller.sid, mail));
}

/* A number or name of a state; -1 for all. */
static HRESULT take_state(const VARIANT *value, int *state, struct error *error)
{
    VARIANT converted;
    HRESULT hr;

    *state = -1;
    if (variant_is_missing(value)) return S_OK;
    if (FAILED(hr = variant_to_text_or_number(value, L"Jobs", L"State", &converted, error))) return hr;
    if (!*V_BSTR(&converted))
        *state = -1;
    else if ((*state = job_state_find(V_BSTR(&converted))) < 0)
        hr = error_set(error, error_unknown_state, 1, V_BSTR(&converted));
    VariantClear(&converted);
    return hr;
}

static HRESULT take_most(const VARIANT *value, size_t *most, struct error *error)
{
    WCHAR text[NUMBER_TEXT_SIZE];
    VARIANT number;
    HRESULT hr;

    *most = JOBS_USUAL;
    if (variant_is_missing(value)) return S_OK;
    if (FAILED(hr = variant_to_long(value, L"Jobs", L"MaxCount", &number, error))) return hr;
    *most = (size_t)V_I4(&number);
    if (V_I4(&number) >= 1 && V_I4(&number) <= JOBS_MOST) return S_OK;
    _ltow(V_I4(&number), text, 10);
    return error_set(error, error_value_range, 3, L"MaxCount", text, L"1 to 10000");
}

static HRESULT WINAPI session_Jobs(IObSession *iface, VARIANT state, VARIANT most, IObJobs **jobs)
{
    struct session *session = impl_from_IObSession(iface);
    struct outbox_filter filter = {0};
    struct job_row *rows;
    struct call call;
    size_t count;
    HRESULT hr;

    if (!jobs) return E_POINTER;
    *jobs = NULL;
    if (FAILED(hr = session_begin(session, &call, L"Session.Jobs", right_own_job))) return hr;
    hr = take_state(&state, &filter.state, &call.error);
    if (SUCCEEDED(hr)) hr = take_most(&most, &filter.most, &call.error);
    if (SUCCEEDED(hr))
    {
        if (!call_may(&call, right_any_job)) filter.caller_sid = call.caller.sid;
        hr = outbox_list(broker_outbox(session->broker), &filter, call.until, &rows, &count, &call.error);
    }
    if (SUCCEEDED(hr))
    {
        hr = jobs_create(session->broker, session->timeout, call.caller.sid, rows, count, jobs);
        outbox_free_rows(rows, count);
    }
    return call_end(&call, hr);
}

static const IObSessionVtbl session_vtbl = {
    COM_OBJECT_METHODS(IObSession),
    session_get_Version,
    session_get_User,
    session_get_Caller,
    session_get_Timeout,
    session_put_Timeout,
    session_get_Status,
    session_SendMail,
    session_Job,
    session_get_Profile,
    session_Logon,
    session_CreateMail,
    session_Jobs,
};

static void session_destroy(struct com_object *object)
{
    struct session *session = CONTAINING_RECORD(object, struct session, com);

    session_timeout_release(session->timeout);
    free(session);
}

static const struct com_class session_class = {&IID_IObSession, &CLSID_ObSession, L"Session", session_destroy};

HRESULT session_create(void *context, REFIID iid, void **out)
{
    struct session *session = calloc(1, sizeof(*session));
    struct session_timeout *timeout = session_timeout_create();
    HRESULT hr;

    if (!session || !timeout)
    {
        session_timeout_release(timeout);
        free(session);
        return E_OUTOFMEMORY;
    }
    com_object_init(&session->com, &session_class, &session_vtbl);
    session->broker = context;
    session->timeout = timeout;
    hr = com_object_QueryInterface(&session->com.IDispatch_iface, iid, out);
    com_object_Release(&session->com.IDispatch_iface);
    return hr;
}

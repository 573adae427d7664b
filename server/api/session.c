/* session.c - IObSession: one client's conversation with the broker.
 * Version, User, Caller, Timeout and Status work also where the broker refuses; every other member passes the gate
 * first. */

#include "objects.h"
#include <stdlib.h>
#include <wchar.h>
#include "com/error_info.h"
#include "com/object.h"
#include "com/variant.h"
#include "host/log.h"
#include "host/user.h"
#include "mail_arguments.h"
#include "rules/rights.h"

struct session
{
    struct com_object com;
    struct broker *broker; /* borrowed: outlives every object */
    struct session_timeout *timeout;
};

static inline struct session *impl_from_IObSession(IObSession *iface)
{
    return CONTAINING_RECORD(com_object_from_dual(iface), struct session, com);
}

LONG session_timeout_ms(struct session_timeout *timeout)
{
    return InterlockedCompareExchange(&timeout->ms, 0, 0);
}

void session_timeout_release(struct session_timeout *timeout)
{
    if (timeout && !InterlockedDecrement(&timeout->ref)) free(timeout);
}

/* The deadline of a call that begins now. */
static deadline session_deadline(const struct session *session)
{
    return deadline_in((DWORD)session_timeout_ms(session->timeout));
}

static HRESULT raise(HRESULT hr, struct error *error)
{
    return error_info_raise(hr, &IID_IObSession, error);
}

HRESULT out_text(BSTR *out, const WCHAR *text)
{
    if (!out) return E_POINTER;
    *out = SysAllocString(text ? text : L"");
    return *out ? S_OK : E_OUTOFMEMORY;
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
    InterlockedExchange(&impl_from_IObSession(iface)->timeout->ms, milliseconds);
    return S_OK;
}

static HRESULT WINAPI session_get_Status(IObSession *iface, IObStatus **status)
{
    if (!status) return E_POINTER;
    return status_create(impl_from_IObSession(iface)->broker, status);
}

static HRESULT spool_files(struct outbox *outbox, const struct caller *caller, const struct text_list *paths,
    deadline until, struct spool **spool, struct error *error)
{
    HRESULT hr = S_OK;

    *spool = NULL;
    if (!paths->count) return S_OK;
    if (FAILED(hr = spool_begin(outbox, spool, error))) return hr;
    for (size_t i = 0; i < paths->count && SUCCEEDED(hr); i++)
    {
        HANDLE file;
        ULONGLONG size;

        if (FAILED(hr = caller_open_file(caller, paths->texts[i], &file, &size, error))) break;
        hr = spool_add(*spool, file, size, paths->texts[i], NULL, NULL, until, error);
        CloseHandle(file);
    }
    return hr;
}

/* The job that the key already has, if the content is the same as far as that can still be told. S_FALSE: the key is
 * new. */
static HRESULT find_by_key(struct outbox *outbox, const struct caller *caller, const struct outbox_text *text,
    const struct text_list *paths, deadline until, WCHAR id[JOB_ID_SIZE], struct error *error)
{
    enum key_answer answer;
    HRESULT hr;

    if (!text->key[0]) return S_FALSE;
    hr = outbox_find_key(outbox, text, (const WCHAR *const *)paths->texts, paths->count, &answer, id, error);
    if (FAILED(hr)) return hr;
    if (answer == key_reused) return (HRESULT)OB_E_KEY_REUSED;
    if (answer == key_new) return S_FALSE;
    for (size_t i = 0; i < paths->count; i++)
    {
        struct error unread = {0};
        HANDLE file;
        ULONGLONG size;

        if (!deadline_left(until)) return spool_timeout(i, paths->texts[i], error);
        hr = caller_open_file(caller, paths->texts[i], &file, &size, &unread);
        error_clear(&unread);
        if (FAILED(hr)) continue; /* the file may be gone by now: the key still answers */
        hr = outbox_same_file(outbox, id, i, file, until, error);
        CloseHandle(file);
        if (FAILED(hr)) return hr;
        if (hr == S_FALSE) return error_set(error, error_key_reused, 3, text->key, id, paths->texts[i]);
    }
    return S_OK;
}

static HRESULT accept_mail(struct session *session, const struct caller *caller, const struct outbox_text *text,
    const struct text_list *paths, deadline until, WCHAR id[JOB_ID_SIZE], struct error *error)
{
    struct outbox *outbox = broker_outbox(session->broker);
    struct spool *spool;
    HRESULT hr;

    hr = find_by_key(outbox, caller, text, paths, until, id, error);
    if (hr != S_FALSE) return hr;
    hr = spool_files(outbox, caller, paths, until, &spool, error);
    if (SUCCEEDED(hr)) hr = outbox_accept(outbox, text, spool, until, id, error);
    spool_drop(spool);
    if (hr == S_OK)
    {
        log_event("accepted", id, caller->name, L"%u attachments", (unsigned)paths->count);
        broker_mail_accepted(session->broker);
    }
    return hr;
}

static HRESULT WINAPI session_SendMail(IObSession *iface, BSTR to, BSTR subject, BSTR body, BSTR html_body,
    VARIANT attachments, BSTR cc, BSTR bcc, BSTR key, IObJob **job)
{
    struct session *session = impl_from_IObSession(iface);
    LONG timeout_ms = session_timeout_ms(session->timeout);
    deadline until = deadline_in((DWORD)timeout_ms);
    struct mail_arguments arguments = {to, cc, bcc, subject, body, html_body, key, &attachments, timeout_ms, until};
    struct text_list paths = {0};
    struct outbox_text text;
    struct caller caller = {0};
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];
    HRESULT hr;

    if (!job) return E_POINTER;
    *job = NULL;
    if (FAILED(hr = broker_enter(session->broker, until, &error))) return raise(hr, &error);
    if (FAILED(hr = caller_identify(&caller, &error))) goto done;
    if (FAILED(hr = mail_arguments_check(&arguments, &caller, &text, &paths, &error))) goto done;
    if (FAILED(hr = accept_mail(session, &caller, &text, &paths, until, id, &error)))
    {
        log_event("not accepted", NULL, caller.name, L"0x%08lX", (ULONG)hr);
        goto done;
    }
    hr = job_create(session->broker, id, session->timeout, job);
done:
    text_list_clear(&paths);
    caller_clear(&caller);
    broker_leave(session->broker);
    return FAILED(hr) ? raise(hr, &error) : S_OK;
}

static HRESULT find_job(
    struct session *session, BSTR given, const struct caller *caller, WCHAR found[JOB_ID_SIZE], struct error *error)
{
    struct caller_facts facts = {.is_user = caller->is_user, .is_administrator = caller->is_administrator};
    const WCHAR *id = given ? given : L"";
    struct job_row row;
    GUID guid;
    HRESULT hr;

    /* All of it has to be the id: what stands behind a zero would not be looked at otherwise. */
    if (SysStringLen(given) != wcslen(id) || id[0] != '{' || FAILED(CLSIDFromString(id, &guid)))
        return error_set(error, error_bad_job_id, 1, id);
    hr = outbox_read(broker_outbox(session->broker), id, &row, error);
    if (hr == (HRESULT)OB_E_NO_SUCH_JOB) return error_set(error, error_no_such_job, 2, id, caller->name);
    if (FAILED(hr)) return hr;
    facts.owns_job = !wcscmp(row.caller_sid, caller->sid);
    if (rights_see_job(&facts))
        wcscpy(found, row.id);
    else
        hr = error_set(error, error_no_such_job, 2, id, caller->name);
    job_row_clear(&row);
    return hr;
}

static HRESULT WINAPI session_Job(IObSession *iface, BSTR id, IObJob **job)
{
    struct session *session = impl_from_IObSession(iface);
    struct caller caller = {0};
    struct error error = {0};
    WCHAR found[JOB_ID_SIZE];
    HRESULT hr;

    if (!job) return E_POINTER;
    *job = NULL;
    if (FAILED(hr = broker_enter(session->broker, session_deadline(session), &error))) return raise(hr, &error);
    if (SUCCEEDED(hr = caller_identify(&caller, &error)) &&
        SUCCEEDED(hr = find_job(session, id, &caller, found, &error)))
        hr = job_create(session->broker, found, session->timeout, job);
    caller_clear(&caller);
    broker_leave(session->broker);
    return FAILED(hr) ? raise(hr, &error) : S_OK;
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
    struct session_timeout *timeout = malloc(sizeof(*timeout));
    HRESULT hr;

    if (!session || !timeout)
    {
        free(timeout);
        free(session);
        return E_OUTOFMEMORY;
    }
    *timeout = (struct session_timeout){.ref = 1, .ms = SESSION_TIMEOUT_MS};
    com_object_init(&session->com, &session_class, &session_vtbl);
    session->broker = context;
    session->timeout = timeout;
    hr = com_object_QueryInterface(&session->com.IDispatch_iface, iid, out);
    com_object_Release(&session->com.IDispatch_iface);
    return hr;
}

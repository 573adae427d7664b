/* job.c - IObJob: one accepted mail, as its client sees it.
 * Live: every property reads the outbox row of now, so two reads may show two moments. Any thread. */

#include "objects.h"
#include <stdlib.h>
#include <wchar.h>
#include "call.h"
#include "com/object.h"
#include "com/variant.h"
#include "host/log.h"
#include "out.h"

struct job
{
    struct com_object com;
    struct broker *broker; /* borrowed: outlives every object */
    WCHAR id[JOB_ID_SIZE];
    WCHAR owner_sid[SID_TEXT_SIZE];  /* who sent it */
    struct session_timeout *timeout; /* one reference */
};

static inline struct job *impl_from_IObJob(IObJob *iface)
{
    return CONTAINING_RECORD(com_object_from_dual(iface), struct job, com);
}

static HRESULT need_to_see(const struct job *job, struct call *call)
{
    return call_need(call, right_of_job(!wcscmp(job->owner_sid, call->caller.sid)));
}

/* A call of one who may see this job. */
static HRESULT job_begin(struct job *job, struct call *call, const WCHAR *member)
{
    HRESULT hr = call_begin(call, job->broker, job->timeout, &IID_IObJob, member, right_own_job);

    if (FAILED(hr)) return hr;
    return FAILED(hr = need_to_see(job, call)) ? call_end(call, hr) : S_OK;
}

static HRESULT job_end(struct job *job, struct call *call, HRESULT hr)
{
    if (hr == (HRESULT)OB_E_NO_SUCH_JOB) error_set(&call->error, error_no_such_job, 2, job->id, call->caller.name);
    return call_end(call, hr);
}

/* The row of now; cleared by job_row_clear after S_OK. */
static HRESULT read_row(IObJob *iface, const WCHAR *member, struct job_row *row)
{
    struct job *job = impl_from_IObJob(iface);
    struct call call;
    HRESULT hr;

    if (FAILED(hr = job_begin(job, &call, member))) return hr;
    return job_end(job, &call, outbox_read(broker_outbox(job->broker), job->id, call.until, row, &call.error));
}

static HRESULT WINAPI job_get_Id(IObJob *iface, BSTR *id)
{
    struct job *job = impl_from_IObJob(iface);
    struct call call;
    HRESULT hr;

    if (!id) return E_POINTER;
    *id = NULL;
    hr = call_begin_outside(&call, job->broker, job->timeout, &IID_IObJob, L"Job.Id", right_own_job);
    if (FAILED(hr)) return hr;
    if (SUCCEEDED(hr = need_to_see(job, &call))) hr = out_text(id, job->id);
    return call_end(&call, hr);
}

/* The properties of a type differ only in the field of the row. */
static HRESULT get_text(IObJob *iface, const WCHAR *member, size_t field, BSTR *text)
{
    struct job_row row;
    HRESULT hr;

    if (!text) return E_POINTER;
    *text = NULL;
    if (FAILED(hr = read_row(iface, member, &row))) return hr;
    hr = out_text(text, *(WCHAR **)((BYTE *)&row + field));
    job_row_clear(&row);
    return hr;
}

static HRESULT get_long(IObJob *iface, const WCHAR *member, size_t field, LONG *number)
{
    struct job_row row;
    HRESULT hr;

    if (!number) return E_POINTER;
    *number = 0;
    if (FAILED(hr = read_row(iface, member, &row))) return hr;
    *number = *(LONG *)((BYTE *)&row + field);
    job_row_clear(&row);
    return S_OK;
}

static HRESULT get_time(IObJob *iface, const WCHAR *member, size_t field, VARIANT *time)
{
    struct job_row row;
    HRESULT hr;

    if (!time) return E_POINTER;
    VariantInit(time);
    if (FAILED(hr = read_row(iface, member, &row))) return hr;
    utc_ms_to_variant(*(LONGLONG *)((BYTE *)&row + field), time);
    job_row_clear(&row);
    return S_OK;
}

static HRESULT WINAPI job_get_Key(IObJob *iface, BSTR *key)
{
    return get_text(iface, L"Job.Key", offsetof(struct job_row, key), key);
}

static HRESULT get_state(IObJob *iface, const WCHAR *member, ObJobState *state)
{
    struct job_row row;
    HRESULT hr;

    *state = obJobQueued;
    if (FAILED(hr = read_row(iface, member, &row))) return hr;
    *state = (ObJobState)row.state;
    job_row_clear(&row);
    return S_OK;
}

static HRESULT WINAPI job_get_State(IObJob *iface, ObJobState *state)
{
    return state ? get_state(iface, L"Job.State", state) : E_POINTER;
}

static HRESULT WINAPI job_get_StateName(IObJob *iface, BSTR *name)
{
    ObJobState state;
    HRESULT hr;

    if (!name) return E_POINTER;
    *name = NULL;
    if (FAILED(hr = get_state(iface, L"Job.StateName", &state))) return hr;
    return out_text(name, job_state_name((enum job_state)state));
}

static HRESULT WINAPI job_get_Subject(IObJob *iface, BSTR *subject)
{
    return get_text(iface, L"Job.Subject", offsetof(struct job_row, subject), subject);
}

static HRESULT WINAPI job_get_Caller(IObJob *iface, BSTR *caller)
{
    return get_text(iface, L"Job.Caller", offsetof(struct job_row, caller_name), caller);
}

static HRESULT WINAPI job_get_SubmittedAt(IObJob *iface, VARIANT *time)
{
    return get_time(iface, L"Job.SubmittedAt", offsetof(struct job_row, submitted_at), time);
}

static HRESULT WINAPI job_get_FinishedAt(IObJob *iface, VARIANT *time)
{
    return get_time(iface, L"Job.FinishedAt", offsetof(struct job_row, finished_at), time);
}

static HRESULT WINAPI job_get_NextAttemptAt(IObJob *iface, VARIANT *time)
{
    return get_time(iface, L"Job.NextAttemptAt", offsetof(struct job_row, next_attempt_at), time);
}

static HRESULT WINAPI job_get_Attempts(IObJob *iface, LONG *attempts)
{
    return get_long(iface, L"Job.Attempts", offsetof(struct job_row, attempts), attempts);
}

static HRESULT WINAPI job_get_LastError(IObJob *iface, LONG *code)
{
    return get_long(iface, L"Job.LastError", offsetof(struct job_row, last_error), code);
}

static HRESULT WINAPI job_get_LastErrorText(IObJob *iface, BSTR *text)
{
    return get_text(iface, L"Job.LastErrorText", offsetof(struct job_row, last_error_text), text);
}

static HRESULT WINAPI job_get_EntryID(IObJob *iface, BSTR *entry_id)
{
    return get_text(iface, L"Job.EntryID", offsetof(struct job_row, entry_id), entry_id);
}

/* One line of history as an array of time, state and text. */
static HRESULT history_line(const struct history_row *row, VARIANT *line)
{
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, 3);
    BSTR text = SysAllocString(row->text);
    VARIANT *places;

    if (!array || !text || FAILED(SafeArrayAccessData(array, (void **)&places)))
    {
        SysFreeString(text);
        if (array) SafeArrayDestroy(array);
        return E_OUTOFMEMORY;
    }
    utc_ms_to_variant(row->at, &places[0]);
    V_VT(&places[1]) = VT_I4;
    V_I4(&places[1]) = (LONG)row->state;
    V_VT(&places[2]) = VT_BSTR;
    V_BSTR(&places[2]) = text;
    SafeArrayUnaccessData(array);
    V_VT(line) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(line) = array;
    return S_OK;
}

static HRESULT history_array(const struct history_row *rows, size_t count, VARIANT *history)
{
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, (ULONG)count);
    VARIANT *lines;
    HRESULT hr;

    if (!array) return E_OUTOFMEMORY;
    if (SUCCEEDED(hr = SafeArrayAccessData(array, (void **)&lines)))
    {
        for (size_t i = 0; i < count && SUCCEEDED(hr); i++)
            hr = history_line(&rows[i], &lines[i]);
        SafeArrayUnaccessData(array);
    }
    if (FAILED(hr))
    {
        SafeArrayDestroy(array);
        return hr;
    }
    V_VT(history) = VT_ARRAY | VT_VARIANT;
    V_ARRAY(history) = array;
    return S_OK;
}

static HRESULT WINAPI job_get_History(IObJob *iface, VARIANT *history)
{
    struct job *job = impl_from_IObJob(iface);
    struct history_row *rows;
    struct call call;
    size_t count;
    HRESULT hr;

    if (!history) return E_POINTER;
    VariantInit(history);
    if (FAILED(hr = job_begin(job, &call, L"Job.History"))) return hr;
    hr = outbox_history(broker_outbox(job->broker), job->id, call.until, &rows, &count, &call.error);
    if (FAILED(hr)) return job_end(job, &call, hr);
    hr = history_array(rows, count, history);
    outbox_free_history(rows, count);
    return job_end(job, &call, hr);
}

/* Wait's own deadline: its argument, or the session's Timeout. */
static HRESULT wait_time(const struct call *call, const VARIANT *milliseconds, LONG *wait_ms, struct error *error)
{
    VARIANT number;
    WCHAR text[NUMBER_TEXT_SIZE];
    HRESULT hr;

    *wait_ms = call->timeout_ms;
    if (variant_is_missing(milliseconds)) return S_OK;
    if (FAILED(hr = variant_to_long(milliseconds, L"Wait", L"Milliseconds", &number, error))) return hr;
    *wait_ms = V_I4(&number);
    if (*wait_ms >= 0 && *wait_ms <= TIMEOUT_MOST_MS) return S_OK;
    _ltow(*wait_ms, text, 10);
    wcscat(text, L" ms");
    return error_set(error, error_wait_range, 1, text);
}

static HRESULT WINAPI job_Wait(IObJob *iface, VARIANT milliseconds, ObJobState *state)
{
    struct job *job = impl_from_IObJob(iface);
    ULONGLONG begun_ms = clock_now_ms();
    enum job_state now = job_queued;
    struct call call;
    LONG wait_ms;
    HRESULT hr;

    if (!state) return E_POINTER;
    *state = obJobQueued;
    if (FAILED(hr = job_begin(job, &call, L"Job.Wait"))) return hr;
    hr = wait_time(&call, &milliseconds, &wait_ms, &call.error);
    if (SUCCEEDED(hr)) hr = broker_wait_job(job->broker, job->id, begun_ms + (ULONGLONG)wait_ms, &now, &call.error);
    if (SUCCEEDED(hr)) *state = (ObJobState)now;
    return job_end(job, &call, hr);
}

static HRESULT WINAPI job_Cancel(IObJob *iface)
{
    struct job *job = impl_from_IObJob(iface);
    struct call call;
    HRESULT hr;

    if (FAILED(hr = job_begin(job, &call, L"Job.Cancel"))) return hr;
    hr = outbox_cancel(broker_outbox(job->broker), job->id, call.caller.name, call.until, &call.error);
    if (SUCCEEDED(hr)) log_event("cancelled", job->id, call.caller.name, L"by its caller");
    if (SUCCEEDED(hr)) broker_mail_accepted(job->broker); /* a draft of it may be to be deleted */
    return job_end(job, &call, hr);
}

static HRESULT WINAPI job_Retry(IObJob *iface)
{
    struct job *job = impl_from_IObJob(iface);
    struct call call;
    HRESULT hr;

    if (FAILED(hr = job_begin(job, &call, L"Job.Retry"))) return hr;
    hr = outbox_retry(broker_outbox(job->broker), job->id, call.caller.name, call.until, &call.error);
    if (SUCCEEDED(hr))
    {
        log_event("retried", job->id, call.caller.name, L"queued again");
        broker_mail_accepted(job->broker);
    }
    return job_end(job, &call, hr);
}

static const IObJobVtbl job_vtbl = {
    COM_OBJECT_METHODS(IObJob),
    job_get_Id,
    job_get_Key,
    job_get_State,
    job_get_StateName,
    job_get_Subject,
    job_get_Caller,
    job_get_SubmittedAt,
    job_get_FinishedAt,
    job_get_NextAttemptAt,
    job_get_Attempts,
    job_get_LastError,
    job_get_LastErrorText,
    job_get_EntryID,
    job_get_History,
    job_Wait,
    job_Cancel,
    job_Retry,
};

static void job_destroy(struct com_object *object)
{
    struct job *job = CONTAINING_RECORD(object, struct job, com);

    session_timeout_release(job->timeout);
    free(job);
}

static const struct com_class job_class = {&IID_IObJob, &CLSID_ObJob, L"Job", job_destroy};

HRESULT job_create(struct broker *broker, struct session_timeout *timeout, const WCHAR *owner_sid, IObJob **out)
{
    struct job *job = calloc(1, sizeof(*job));

    *out = NULL;
    if (!job) return E_OUTOFMEMORY;
    com_object_init(&job->com, &job_class, &job_vtbl);
    job->broker = broker;
    job->timeout = session_timeout_share(timeout);
    wcsncpy(job->owner_sid, owner_sid, ARRAYSIZE(job->owner_sid) - 1);
    *out = (IObJob *)&job->com.IDispatch_iface;
    return S_OK;
}

void job_set_id(IObJob *iface, const WCHAR *job_id)
{
    struct job *job = impl_from_IObJob(iface);

    wcsncpy(job->id, job_id, ARRAYSIZE(job->id) - 1);
}

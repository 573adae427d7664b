/* job.c - IObJob: one accepted mail, as its client sees it.
 * Live: every property reads the outbox row of now, so two reads may show two moments. Any thread. */

#include "objects.h"
#include <stdlib.h>
#include <wchar.h>
#include "com/error_info.h"
#include "com/object.h"
#include "com/variant.h"

struct job
{
    struct com_object com;
    struct broker *broker; /* borrowed: outlives every object */
    WCHAR id[JOB_ID_SIZE];
    struct session_timeout *timeout; /* one reference */
};

static inline struct job *impl_from_IObJob(IObJob *iface)
{
    return CONTAINING_RECORD(com_object_from_dual(iface), struct job, com);
}

/* The deadline of a call that begins now. */
static deadline job_deadline(const struct job *job)
{
    return deadline_in((DWORD)session_timeout_ms(job->timeout));
}

static HRESULT raise(HRESULT hr, struct error *error)
{
    return error_info_raise(hr, &IID_IObJob, error);
}

/* The row of now; cleared by job_row_clear after S_OK. */
static HRESULT read_row(struct job *job, struct job_row *row)
{
    struct error error = {0};
    HRESULT hr = broker_enter(job->broker, job_deadline(job), &error);

    if (FAILED(hr)) return raise(hr, &error);
    hr = outbox_read(broker_outbox(job->broker), job->id, row, &error);
    broker_leave(job->broker);
    if (hr == (HRESULT)OB_E_NO_SUCH_JOB) error_set(&error, error_no_such_job, 2, job->id, L"this session");
    return FAILED(hr) ? raise(hr, &error) : S_OK;
}

static HRESULT WINAPI job_get_Id(IObJob *iface, BSTR *id)
{
    return out_text(id, impl_from_IObJob(iface)->id);
}

/* The texts of a row differ only in the field. */
static HRESULT get_text(IObJob *iface, size_t field, BSTR *text)
{
    struct job_row row;
    HRESULT hr;

    if (!text) return E_POINTER;
    *text = NULL;
    if (FAILED(hr = read_row(impl_from_IObJob(iface), &row))) return hr;
    hr = out_text(text, *(WCHAR **)((BYTE *)&row + field));
    job_row_clear(&row);
    return hr;
}

static HRESULT get_time(IObJob *iface, size_t field, VARIANT *time)
{
    struct job_row row;
    HRESULT hr;

    if (!time) return E_POINTER;
    VariantInit(time);
    if (FAILED(hr = read_row(impl_from_IObJob(iface), &row))) return hr;
    utc_ms_to_variant(*(LONGLONG *)((BYTE *)&row + field), time);
    job_row_clear(&row);
    return S_OK;
}

static HRESULT WINAPI job_get_Key(IObJob *iface, BSTR *key)
{
    return get_text(iface, offsetof(struct job_row, key), key);
}

static HRESULT WINAPI job_get_State(IObJob *iface, ObJobState *state)
{
    struct job_row row;
    HRESULT hr;

    if (!state) return E_POINTER;
    *state = obJobQueued;
    if (FAILED(hr = read_row(impl_from_IObJob(iface), &row))) return hr;
    *state = (ObJobState)row.state;
    job_row_clear(&row);
    return S_OK;
}

static HRESULT WINAPI job_get_StateName(IObJob *iface, BSTR *name)
{
    ObJobState state;
    HRESULT hr;

    if (!name) return E_POINTER;
    *name = NULL;
    if (FAILED(hr = job_get_State(iface, &state))) return hr;
    return out_text(name, job_state_name((enum job_state)state));
}

static HRESULT WINAPI job_get_Subject(IObJob *iface, BSTR *subject)
{
    return get_text(iface, offsetof(struct job_row, subject), subject);
}

static HRESULT WINAPI job_get_Caller(IObJob *iface, BSTR *caller)
{
    return get_text(iface, offsetof(struct job_row, caller_name), caller);
}

static HRESULT WINAPI job_get_SubmittedAt(IObJob *iface, VARIANT *time)
{
    return get_time(iface, offsetof(struct job_row, submitted_at), time);
}

static HRESULT WINAPI job_get_FinishedAt(IObJob *iface, VARIANT *time)
{
    return get_time(iface, offsetof(struct job_row, finished_at), time);
}

static HRESULT WINAPI job_get_NextAttemptAt(IObJob *iface, VARIANT *time)
{
    return get_time(iface, offsetof(struct job_row, next_attempt_at), time);
}

static HRESULT WINAPI job_get_Attempts(IObJob *iface, LONG *attempts)
{
    struct job_row row;
    HRESULT hr;

    if (!attempts) return E_POINTER;
    *attempts = 0;
    if (FAILED(hr = read_row(impl_from_IObJob(iface), &row))) return hr;
    *attempts = row.attempts;
    job_row_clear(&row);
    return S_OK;
}

static HRESULT WINAPI job_get_LastError(IObJob *iface, LONG *code)
{
    struct job_row row;
    HRESULT hr;

    if (!code) return E_POINTER;
    *code = 0;
    if (FAILED(hr = read_row(impl_from_IObJob(iface), &row))) return hr;
    *code = row.last_error;
    job_row_clear(&row);
    return S_OK;
}

static HRESULT WINAPI job_get_LastErrorText(IObJob *iface, BSTR *text)
{
    return get_text(iface, offsetof(struct job_row, last_error_text), text);
}

static HRESULT WINAPI job_get_EntryID(IObJob *iface, BSTR *entry_id)
{
    return get_text(iface, offsetof(struct job_row, entry_id), entry_id);
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
    struct error error = {0};
    size_t count;
    HRESULT hr;

    if (!history) return E_POINTER;
    VariantInit(history);
    if (FAILED(hr = broker_enter(job->broker, job_deadline(job), &error))) return raise(hr, &error);
    hr = outbox_history(broker_outbox(job->broker), job->id, &rows, &count, &error);
    broker_leave(job->broker);
    if (FAILED(hr)) return raise(hr, &error);
    hr = history_array(rows, count, history);
    outbox_free_history(rows, count);
    return hr;
}

/* Wait's own deadline: its argument, or the session's Timeout. */
static HRESULT wait_deadline(const struct job *job, const VARIANT *milliseconds, LONG *wait_ms, struct error *error)
{
    VARIANT number;
    WCHAR text[NUMBER_TEXT_SIZE];
    HRESULT hr;

    *wait_ms = session_timeout_ms(job->timeout);
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
    struct error error = {0};
    enum job_state now = job_queued;
    LONG wait_ms;
    deadline until;
    HRESULT hr;

    if (!state) return E_POINTER;
    *state = obJobQueued;
    if (FAILED(hr = wait_deadline(job, &milliseconds, &wait_ms, &error))) return raise(hr, &error);
    until = deadline_in((DWORD)wait_ms);
    if (FAILED(hr = broker_enter(job->broker, job_deadline(job), &error))) return raise(hr, &error);
    hr = broker_wait_job(job->broker, job->id, until, &now, &error);
    broker_leave(job->broker);
    if (FAILED(hr)) return raise(hr, &error);
    *state = (ObJobState)now;
    return S_OK;
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
};

static void job_destroy(struct com_object *object)
{
    struct job *job = CONTAINING_RECORD(object, struct job, com);

    session_timeout_release(job->timeout);
    free(job);
}

static const struct com_class job_class = {&IID_IObJob, &CLSID_ObJob, L"Job", job_destroy};

HRESULT job_create(struct broker *broker, const WCHAR *job_id, struct session_timeout *timeout, IObJob **out)
{
    struct job *job = calloc(1, sizeof(*job));

    if (!job) return E_OUTOFMEMORY;
    com_object_init(&job->com, &job_class, &job_vtbl);
    job->broker = broker;
    InterlockedIncrement(&timeout->ref);
    job->timeout = timeout;
    wcsncpy(job->id, job_id, ARRAYSIZE(job->id) - 1);
    *out = (IObJob *)&job->com.IDispatch_iface;
    return S_OK;
}

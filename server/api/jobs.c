/* jobs.c - IObJobs: the jobs that Session.Jobs found, newest first. Which jobs they are is fixed; the jobs are live. */

#include <stdlib.h>
#include <wchar.h>
#include "call.h"
#include "com/enumerator.h"
#include "com/object.h"

struct entry
{
    WCHAR id[JOB_ID_SIZE];
    WCHAR owner_sid[SID_TEXT_SIZE];
};

struct jobs
{
    struct com_object com;
    struct broker *broker;           /* borrowed: outlives every object */
    struct session_timeout *timeout; /* one reference */
    WCHAR owner_sid[SID_TEXT_SIZE];  /* who asked for it */
    size_t count;
    struct entry entries[];
};

static inline struct jobs *impl_from_IObJobs(IObJobs *iface)
{
    return CONTAINING_RECORD(com_object_from_dual(iface), struct jobs, com);
}

static HRESULT jobs_begin(struct jobs *jobs, struct call *call, const WCHAR *member)
{
    HRESULT hr = call_begin(call, jobs->broker, jobs->timeout, &IID_IObJobs, member, right_own_job);

    if (FAILED(hr)) return hr;
    hr = call_need_owner(call, jobs->owner_sid, L"list of jobs");
    return FAILED(hr) ? call_end(call, hr) : S_OK;
}

static HRESULT make_job(struct jobs *jobs, size_t index, IObJob **job)
{
    HRESULT hr = job_create(jobs->broker, jobs->timeout, jobs->entries[index].owner_sid, job);

    if (SUCCEEDED(hr)) job_set_id(*job, jobs->entries[index].id);
    return hr;
}

static HRESULT WINAPI jobs_get_Item(IObJobs *iface, LONG index, IObJob **job)
{
    struct jobs *jobs = impl_from_IObJobs(iface);
    WCHAR given[NUMBER_TEXT_SIZE], count[NUMBER_TEXT_SIZE];
    struct call call;
    HRESULT hr;

    if (!job) return E_POINTER;
    *job = NULL;
    if (FAILED(hr = jobs_begin(jobs, &call, L"Jobs.Item"))) return hr;
    _ltow(index, given, 10);
    if (index < 1 || (size_t)index > jobs->count)
        hr = error_set(&call.error, error_bad_index, 2, given, number_text(jobs->count, count));
    else
        hr = make_job(jobs, (size_t)index - 1, job);
    return call_end(&call, hr);
}

static HRESULT WINAPI jobs_get_Count(IObJobs *iface, LONG *count)
{
    struct jobs *jobs = impl_from_IObJobs(iface);
    struct call call;
    HRESULT hr;

    if (!count) return E_POINTER;
    *count = 0;
    if (FAILED(hr = jobs_begin(jobs, &call, L"Jobs.Count"))) return hr;
    *count = (LONG)jobs->count;
    return call_end(&call, S_OK);
}

static HRESULT enumerated(struct com_object *object, ULONG index, VARIANT *value)
{
    IObJob *job;
    HRESULT hr = make_job(CONTAINING_RECORD(object, struct jobs, com), index, &job);

    if (FAILED(hr)) return hr;
    V_VT(value) = VT_DISPATCH;
    V_DISPATCH(value) = (IDispatch *)job;
    return S_OK;
}

static HRESULT WINAPI jobs_get__NewEnum(IObJobs *iface, IUnknown **enumerator)
{
    struct jobs *jobs = impl_from_IObJobs(iface);
    struct call call;
    HRESULT hr;

    if (!enumerator) return E_POINTER;
    *enumerator = NULL;
    if (FAILED(hr = jobs_begin(jobs, &call, L"Jobs._NewEnum"))) return hr;
    return call_end(&call, enumerator_create(&jobs->com, (ULONG)jobs->count, enumerated, enumerator));
}

static const IObJobsVtbl jobs_vtbl = {
    COM_OBJECT_METHODS(IObJobs),
    jobs_get_Item,
    jobs_get_Count,
    jobs_get__NewEnum,
};

static void jobs_destroy(struct com_object *object)
{
    struct jobs *jobs = CONTAINING_RECORD(object, struct jobs, com);

    session_timeout_release(jobs->timeout);
    free(jobs);
}

static const struct com_class jobs_class = {&IID_IObJobs, &CLSID_ObJobs, L"Jobs", jobs_destroy};

HRESULT jobs_create(struct broker *broker, struct session_timeout *timeout, const WCHAR *owner_sid,
    const struct job_row *rows, size_t count, IObJobs **out)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs) + count * sizeof(jobs->entries[0]));

    *out = NULL;
    if (!jobs) return E_OUTOFMEMORY;
    com_object_init(&jobs->com, &jobs_class, &jobs_vtbl);
    jobs->broker = broker;
    jobs->timeout = session_timeout_share(timeout);
    jobs->count = count;
    wcsncpy(jobs->owner_sid, owner_sid, SID_TEXT_SIZE - 1);
    for (size_t i = 0; i < count; i++)
    {
        wcsncpy(jobs->entries[i].id, rows[i].id, JOB_ID_SIZE - 1);
        wcsncpy(jobs->entries[i].owner_sid, rows[i].caller_sid, SID_TEXT_SIZE - 1);
    }
    *out = (IObJobs *)&jobs->com.IDispatch_iface;
    return S_OK;
}

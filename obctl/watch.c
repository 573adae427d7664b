/* watch.c - obctl watch: the broker's state and its jobs' states, a line for each change. It looks again and again and
 * needs no events, so it works from any account; what comes and goes between two looks is not seen. A broker that ended
 * is not started again by being watched. */
#include "commands.h"
#include <oleauto.h>
#include <stdlib.h>
#include <wchar.h>
#include "call.h"
#include "fields.h"
#include "host/error.h"
#include "host/processes.h"
#include "rules/broker_state.h"
#include "rules/job.h"

#define NEWEST 100 /* jobs that a look asks for */

static const struct option options[] = {
    {.name = L"every",
        .value = L"SECONDS",
        .kind = option_number,
        .lowest = 1,
        .highest = 3600,
        .meaning = L"how often it looks; 2 if left out"},
    {.name = L"count",
        .value = L"N",
        .kind = option_number,
        .lowest = 1,
        .highest = 1000000,
        .meaning = L"end after so many looks"},
    {.name = L"until-idle", .kind = option_flag, .meaning = L"end when no mail is queued, sending or submitted"},
};

struct watched_job
{
    IObJob *job; /* owned */
    BSTR id;     /* owned */
    ObJobState state;
    BOOL newest; /* among the newest of this look */
};

struct watch
{
    IObSession *session; /* owned by the watch: opened anew when the broker runs again; NULL: it does not run */
    BOOL json, first, unwritten;
    WCHAR *broker; /* its state as last told; owned */
    struct watched_job *jobs;
    size_t count;
};

/* --- the end by Ctrl+C */

static HANDLE ended;

static BOOL WINAPI on_control(DWORD event)
{
    (void)event;
    SetEvent(ended);
    return TRUE;
}

/* --- lines */

/* Writes one change; a line that cannot be written ends the watch. kind: broker or job. */
static void tell(struct watch *watch, const WCHAR *id, const WCHAR *from, const WCHAR *to, const WCHAR *words)
{
    struct text out = {0};
    VARIANT now;
    SYSTEMTIME time;

    GetLocalTime(&time);
    V_VT(&now) = VT_DATE;
    SystemTimeToVariantTime(&time, &V_DATE(&now));
    text_add(&out, watch->json ? L"{\"Time\": " : L"");
    time_add(&out, &now, watch->json);
    if (watch->json)
    {
        text_add(&out, id ? L", \"Job\": " : L", \"Job\": null");
        if (id) json_string(&out, id);
        text_add(&out, from ? L", \"From\": " : L", \"From\": null");
        if (from) json_string(&out, from);
        text_add(&out, L", \"To\": ");
        json_string(&out, to);
        text_add(&out, L", \"Text\": ");
        json_string(&out, words);
        text_add(&out, L"}\n");
    }
    else
        text_format(&out, L"  %ls%ls  %ls%ls%ls  %ls\n", id ? L"job " : L"broker", id ? id : L"", from ? from : L"",
            from ? L" -> " : L"", to, words ? words : L"");
    if (!text_write(&out, STD_OUTPUT_HANDLE)) watch->unwritten = TRUE;
    text_clear(&out);
}

/* --- the broker */

static void tell_broker(struct watch *watch, const WCHAR *state, const WCHAR *words)
{
    if (watch->broker && !wcscmp(watch->broker, state)) return;
    tell(watch, NULL, watch->broker, state, words);
    free(watch->broker);
    watch->broker = _wcsdup(state);
}

/* Looks at the broker; *waiting: how many jobs are not final, of all that the broker knows. */
static HRESULT look_at_broker(struct watch *watch, LONG *waiting)
{
    BSTR state = NULL, words = NULL;
    LONG queued = 0, submitted = 0;
    IObStatus *status;
    HRESULT hr = IObSession_get_Status(watch->session, &status);

    if (FAILED(hr)) return hr;
    if (SUCCEEDED(hr = IObStatus_get_StateName(status, &state)) && SUCCEEDED(hr = IObStatus_get_Text(status, &words)) &&
        SUCCEEDED(hr = IObStatus_get_Queued(status, &queued)) &&
        SUCCEEDED(hr = IObStatus_get_Submitted(status, &submitted)))
        tell_broker(watch, state, words);
    *waiting = queued + submitted;
    SysFreeString(state);
    SysFreeString(words);
    IObStatus_Release(status);
    return hr;
}

/* --- jobs */

static void forget(struct watched_job *job)
{
    IObJob_Release(job->job);
    SysFreeString(job->id);
}

static struct watched_job *known(struct watch *watch, BSTR id)
{
    for (size_t i = 0; i < watch->count; i++)
        if (!wcscmp(watch->jobs[i].id, id)) return &watch->jobs[i];
    return NULL;
}

static HRESULT tell_job(struct watch *watch, struct watched_job *job, BOOL is_new, ObJobState state)
{
    BSTR words = NULL;
    HRESULT hr = state == obJobFailed || state == obJobUnknown ? IObJob_get_LastErrorText(job->job, &words)
                                                               : IObJob_get_Subject(job->job, &words);

    if (SUCCEEDED(hr))
        tell(watch, job->id, is_new ? NULL : job_state_name((enum job_state)job->state),
            job_state_name((enum job_state)state), words);
    SysFreeString(words);
    job->state = state;
    return hr;
}

/* Takes a job that the list holds; job stays the caller's. What was final at the first look is not told. */
static HRESULT meet(struct watch *watch, IObJob *job)
{
    struct watched_job *more, *place;
    ObJobState state;
    BSTR id = NULL;
    HRESULT hr = IObJob_get_Id(job, &id);

    if (FAILED(hr)) return hr;
    if ((place = known(watch, id)))
    {
        place->newest = TRUE;
        SysFreeString(id);
        return S_OK;
    }
    if (FAILED(hr = IObJob_get_State(job, &state)) ||
        !(more = realloc(watch->jobs, (watch->count + 1) * sizeof(*more))))
    {
        SysFreeString(id);
        return FAILED(hr) ? hr : E_OUTOFMEMORY;
    }
    watch->jobs = more;
    place = &watch->jobs[watch->count++];
    *place = (struct watched_job){job, id, state, TRUE};
    IObJob_AddRef(job);
    return watch->first && job_state_final((enum job_state)state) ? S_OK : tell_job(watch, place, TRUE, state);
}

static HRESULT meet_newest(struct watch *watch)
{
    VARIANT which[] = {missing_argument(), number_argument(NEWEST)};
    struct failure failure = {S_OK, NULL};
    LONG count = 0;
    IObJobs *jobs;
    HRESULT hr = call_for(watch->session, L"Jobs", which, ARRAYSIZE(which), &IID_IObJobs, (void **)&jobs, &failure);

    failure_clear(&failure);
    if (FAILED(hr)) return hr;
    hr = IObJobs_get_Count(jobs, &count);
    /* The oldest first, as they happened. */
    for (LONG i = count; i >= 1 && SUCCEEDED(hr); i--)
    {
        IObJob *job;

        if (FAILED(hr = IObJobs_get_Item(jobs, i, &job))) break;
        hr = meet(watch, job);
        IObJob_Release(job);
    }
    IObJobs_Release(jobs);
    return hr;
}

/* Tells what has changed of the known jobs, and forgets final ones that are no more among the newest. */
static HRESULT look_at_known(struct watch *watch)
{
    size_t kept = 0;
    HRESULT hr = S_OK;

    for (size_t i = 0; i < watch->count; i++)
    {
        struct watched_job *job = &watch->jobs[i];
        ObJobState state = job->state;

        if (SUCCEEDED(hr) && SUCCEEDED(hr = IObJob_get_State(job->job, &state)) && state != job->state)
            hr = tell_job(watch, job, FALSE, state);
        if (SUCCEEDED(hr) && !job->newest && job_state_final((enum job_state)job->state))
        {
            forget(job);
            continue;
        }
        job->newest = FALSE;
        watch->jobs[kept++] = *job;
    }
    watch->count = kept;
    return hr;
}

/* --- looks */

static void let_go(struct watch *watch)
{
    for (size_t i = 0; i < watch->count; i++)
        forget(&watch->jobs[i]);
    watch->count = 0;
    if (watch->session) IObSession_Release(watch->session);
    watch->session = NULL;
}

static BOOL broker_runs(void)
{
    struct process process;

    return processes_by_image(L"outlook-broker.exe", &process, 1) > 0;
}

/* A broker that refuses or is stopping has a state, but tells no jobs. */
static BOOL tells_no_jobs(const struct watch *watch, HRESULT hr)
{
    return hr == (HRESULT)OB_E_STOPPING ||
           (watch->broker && !wcscmp(watch->broker, broker_state_name(broker_refusing)));
}

/* One that was lost is looked for among the processes. */
static HRESULT look(struct watch *watch, LONG *waiting)
{
    HRESULT hr = S_OK;

    *waiting = 0;
    if (!watch->session)
    {
        if (!broker_runs()) return S_OK;
        hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&watch->session);
    }
    if (SUCCEEDED(hr) && SUCCEEDED(hr = look_at_broker(watch, waiting)) && SUCCEEDED(hr = meet_newest(watch)))
        hr = look_at_known(watch);
    if (client_unreached(hr) || (FAILED(hr) && !broker_runs()))
    {
        let_go(watch);
        tell_broker(watch, L"ended", L"the broker does not run; whoever calls it next starts it");
        return S_OK;
    }
    watch->first = FALSE;
    return tells_no_jobs(watch, hr) ? S_OK : hr;
}

static HRESULT watch_on(struct watch *watch, const struct arguments *arguments, struct failure *failure)
{
    const DWORD every_ms = (DWORD)given_number(arguments, L"every", 2) * 1000;
    LONG left = given_number(arguments, L"count", 0), waiting;
    HRESULT hr;

    for (;;)
    {
        if (FAILED(hr = look(watch, &waiting))) return client_failed(failure, hr, NULL, NULL);
        if (watch->unwritten || (left && !--left)) return S_OK;
        if (!waiting && given_flag(arguments, L"until-idle")) return S_OK;
        if (WaitForSingleObject(ended, every_ms) == WAIT_OBJECT_0) return S_OK;
    }
}

static HRESULT run(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    struct watch watch = {.session = request->session, .json = request->json, .first = TRUE};
    HRESULT hr;

    (void)out;
    if (!(ended = CreateEventW(NULL, TRUE, FALSE, NULL)))
        return client_failed(failure, last_error_hresult(), NULL, NULL);
    IObSession_AddRef(watch.session);
    SetConsoleCtrlHandler(on_control, TRUE);
    hr = watch_on(&watch, request->arguments, failure);
    SetConsoleCtrlHandler(on_control, FALSE);
    let_go(&watch);
    free(watch.jobs);
    free(watch.broker);
    CloseHandle(ended);
    if (SUCCEEDED(hr)) *exit_code = exit_fine;
    return hr;
}

const struct command command_watch = {
    .name = L"watch",
    .meaning = L"follow the broker and its mails until Ctrl+C",
    .more =
        L"A line for each change of the broker's state and of a mail's. It looks every few seconds: what comes and\n"
        L"goes between two looks is not seen. With --json, one object a line. Mails that were final when it began\n"
        L"are not told. It ends when its output is closed.\n\n"
        L"exit codes: 0 ended as asked; 2 the broker cannot be reached; 3 usage\n",
    .options = options,
    .option_count = ARRAYSIZE(options),
    .needs = needs_session,
    .run = run,
};

/* status.c - obctl status: all that IObStatus says. The broker is started by the question if it does not run. */
#include "commands.h"
#include "fields.h"
#include "rules/job.h"

/* Reads a member into a new field; the first failure stays. */
#define READ(kind, member, label)                                                                                      \
    do                                                                                                                 \
    {                                                                                                                  \
        if (SUCCEEDED(hr)) hr = IObStatus_get_##member(status, fields_add_##kind(fields, L"" #member, label));         \
    } while (0)

static HRESULT read_status(IObStatus *status, struct fields *fields)
{
    HRESULT hr = S_OK;

    READ(text, Text, L"Status");
    READ(text, StateName, L"State");
    READ(code, LastError, L"Last error");
    READ(text, LastErrorText, L"Last error's text");
    READ(text, Profile, L"Mail profile");
    READ(text, OutlookVersion, L"Outlook version");
    READ(number, OutlookProcessId, L"Outlook process");
    READ(flag, OwnsOutlook, L"Started by broker");
    READ(text, DialogTitle, L"Dialog");
    READ(text, DialogText, L"Dialog's text");
    READ(time, DialogSince, L"Dialog since");
    READ(number, Queued, L"Queued");
    READ(number, Submitted, L"Submitted");
    READ(number, Sent, L"Sent");
    READ(number, Failed, L"Failed");
    READ(number, Unknown, L"Unknown");
    READ(number, Restarts, L"Outlook restarts");
    READ(number, ProcessId, L"Broker process");
    READ(number, WindowsSession, L"Windows session");
    READ(time, StartedAt, L"Broker since");
    READ(text, LogFile, L"Log file");
    return hr;
}

static HRESULT read_session(IObSession *session, struct fields *fields)
{
    HRESULT hr = IObSession_get_Version(session, fields_add_text(fields, L"Version", L"Broker version"));

    if (SUCCEEDED(hr)) hr = IObSession_get_User(session, fields_add_text(fields, L"User", L"User"));
    if (SUCCEEDED(hr)) hr = IObSession_get_Caller(session, fields_add_text(fields, L"Caller", L"Caller"));
    return hr;
}

/* What the state alone comes to. */
static int state_exit_code(ObBrokerState state)
{
    static const int codes[broker_state_count] = {
        [obBrokerStarting] = exit_waits,
        [obBrokerReady] = exit_fine,
        [obBrokerBusy] = exit_fine,
        [obBrokerBlocked] = exit_blocked,
        [obBrokerNoOutlook] = exit_blocked,
        [obBrokerRestarting] = exit_waits,
        [obBrokerStopping] = exit_waits,
        [obBrokerRefusing] = exit_blocked,
    };

    return (unsigned)state < broker_state_count ? codes[state] : exit_blocked;
}

static HRESULT judge(IObStatus *status, int *exit_code, struct fields *fields)
{
    HRESULT(STDMETHODCALLTYPE *const counts[])
    (IObStatus *, LONG *) = {
        status->lpVtbl->get_Queued,
        status->lpVtbl->get_Submitted,
        status->lpVtbl->get_Failed,
        status->lpVtbl->get_Unknown,
    };
    ObBrokerState state = obBrokerRefusing;
    HRESULT hr = IObStatus_get_State(status, &state);
    LONG count = 0;

    *fields_add_number(fields, L"State", NULL) = (LONG)state;
    *exit_code = state_exit_code(state);
    for (size_t i = 0; i < ARRAYSIZE(counts) && SUCCEEDED(hr); i++)
    {
        hr = counts[i](status, &count);
        if (count && *exit_code == exit_fine) *exit_code = exit_waits;
    }
    return hr;
}

static void show(const struct request *request, const struct fields *fields, struct text *out)
{
    if (!request->json)
    {
        fields_show(out, fields);
        return;
    }
    text_add(out, L"{\n");
    fields_json(out, fields);
    text_add(out, L"\n}\n");
}

HRESULT command_status(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    struct fields fields = {.count = 0};
    IObStatus *status;
    HRESULT hr;

    hr = IObSession_get_Status(request->session, &status);
    if (FAILED(hr)) return client_failed(failure, hr, (IUnknown *)request->session, &IID_IObSession);
    if (FAILED(hr = read_status(status, &fields)) || FAILED(hr = judge(status, exit_code, &fields)))
        client_failed(failure, hr, (IUnknown *)status, &IID_IObStatus);
    else if (FAILED(hr = read_session(request->session, &fields)))
        client_failed(failure, hr, (IUnknown *)request->session, &IID_IObSession);
    else
        show(request, &fields, out);
    fields_clear(&fields);
    IObStatus_Release(status);
    return hr;
}

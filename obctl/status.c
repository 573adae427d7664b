/* status.c - obctl status: all that IObStatus says. The broker is started by the question if it does not run. */
#include "commands.h"
#include "fields.h"
#include "rules/broker_state.h"

#define READ(kind, member, label) FIELDS_READ(hr, IObStatus, status, fields, kind, member, label)

/* *attention becomes the place of a text that judge fills. */
static HRESULT read_status(IObStatus *status, struct fields *fields, BSTR **attention)
{
    HRESULT hr = S_OK;

    READ(text, Text, L"Status");
    *attention = fields_add_text(fields, L"Attention", L"Attention");
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
    HRESULT hr = S_OK;

    FIELDS_READ(hr, IObSession, session, fields, text, Version, L"Broker version");
    FIELDS_READ(hr, IObSession, session, fields, text, User, L"User");
    FIELDS_READ(hr, IObSession, session, fields, text, Caller, L"Caller");
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

/* Jobs that wait or failed. Adds how many of which there are to attention. */
static HRESULT judge_jobs(IObStatus *status, int *exit_code, struct text *attention)
{
    const struct
    {
        HRESULT(STDMETHODCALLTYPE *count)(IObStatus *, LONG *);
        const WCHAR *state;
        BOOL final;
    } kinds[] = {
        {status->lpVtbl->get_Queued, L"queued", FALSE},
        {status->lpVtbl->get_Submitted, L"submitted", FALSE},
        {status->lpVtbl->get_Failed, L"failed", TRUE},
        {status->lpVtbl->get_Unknown, L"unknown", TRUE},
    };
    BOOL final = FALSE;
    HRESULT hr = S_OK;
    LONG count = 0;

    for (size_t i = 0; i < ARRAYSIZE(kinds) && SUCCEEDED(hr = kinds[i].count(status, &count)); i++)
    {
        if (!count) continue;
        if (*exit_code == exit_fine) *exit_code = exit_waits;
        text_format(attention, L"%ls%ld %ls", attention->length ? L", " : L"On record: ", count, kinds[i].state);
        final = final || kinds[i].final;
    }
    if (attention->length) text_add(attention, L".");
    if (final)
        text_add(attention, L" Failed and unknown jobs stay on record for 30 days. Next: obctl jobs --state failed, "
                            L"or unknown, lists them; obctl job ID shows why.");
    return hr;
}

static HRESULT judge(IObStatus *status, int *exit_code, struct fields *fields, BSTR *attention)
{
    ObBrokerState state = obBrokerRefusing;
    HRESULT hr = IObStatus_get_State(status, &state);
    struct text text = {0};

    *fields_add_number(fields, L"State", NULL) = (LONG)state;
    *exit_code = state_exit_code(state);
    if (SUCCEEDED(hr)) hr = judge_jobs(status, exit_code, &text);
    *attention = SysAllocString(text.characters);
    text_clear(&text);
    return hr;
}

static HRESULT run(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    struct fields fields = {.count = 0};
    BSTR *attention;
    IObStatus *status;
    HRESULT hr;

    hr = IObSession_get_Status(request->session, &status);
    if (FAILED(hr)) return client_failed(failure, hr, (IUnknown *)request->session, &IID_IObSession);
    if (FAILED(hr = read_status(status, &fields, &attention)) ||
        FAILED(hr = judge(status, exit_code, &fields, attention)))
        client_failed(failure, hr, (IUnknown *)status, &IID_IObStatus);
    else if (FAILED(hr = read_session(request->session, &fields)))
        client_failed(failure, hr, (IUnknown *)request->session, &IID_IObSession);
    else
        fields_print(out, &fields, request->json);
    fields_clear(&fields);
    IObStatus_Release(status);
    return hr;
}

const struct command command_status = {
    .name = L"status",
    .meaning = L"what the broker is doing, and what stands in its way",
    .more =
        L"exit codes: 0 ready; 1 something waits or failed; 2 blocked or refusing, or the broker cannot be reached\n",
    .needs = needs_session,
    .run = run,
};

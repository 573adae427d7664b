/* job.c - obctl job ID: all that IObJob says, and every state the job was in. */
#include "answer.h"
#include <oleauto.h>
#include "fields.h"
#include "rules/job.h"

#define STATE_COLUMN 23
#define TEXT_COLUMN 36

#define READ(kind, member, label) FIELDS_READ(hr, IObJob, job, fields, kind, member, label)

static HRESULT read_job(IObJob *job, struct fields *fields)
{
    HRESULT hr = S_OK;

    READ(text, Id, L"Job");
    READ(text, StateName, L"State");
    READ(text, Subject, L"Subject");
    READ(text, Caller, L"Caller");
    READ(text, Key, L"Key");
    READ(time, SubmittedAt, L"Accepted");
    READ(time, FinishedAt, L"Finished");
    READ(time, NextAttemptAt, L"Next attempt");
    READ(number, Attempts, L"Attempts");
    READ(code, LastError, L"Last error");
    READ(text, LastErrorText, L"Last error's text");
    READ(text, EntryID, L"EntryID");
    return hr;
}

/* One element of History; texts are borrowed from it. */
struct history_line
{
    const VARIANT *time;
    LONG state;
    const WCHAR *text;
};

typedef void line_writer(struct text *out, const struct history_line *line, BOOL first);

static void show_line(struct text *out, const struct history_line *line, BOOL first)
{
    (void)first;
    text_add(out, L"  ");
    time_add(out, line->time, FALSE);
    text_column(out, STATE_COLUMN);
    text_add(out, job_state_name((enum job_state)line->state));
    if (line->text[0])
    {
        text_column(out, TEXT_COLUMN);
        text_add(out, line->text);
    }
    text_add(out, L"\n");
}

static void json_line(struct text *out, const struct history_line *line, BOOL first)
{
    text_add(out, first ? L"\n    {\"Time\": " : L",\n    {\"Time\": ");
    time_add(out, line->time, TRUE);
    text_format(out, L", \"State\": %ld, \"StateName\": ", line->state);
    json_string(out, job_state_name((enum job_state)line->state));
    text_add(out, L", \"Text\": ");
    json_string(out, line->text);
    text_add(out, L"}");
}

/* The elements of an array of variants; release with SafeArrayUnaccessData. */
static HRESULT elements(const VARIANT *array, VARIANT **first, ULONG *count)
{
    LONG lower, upper;
    HRESULT hr;

    if (V_VT(array) != (VT_ARRAY | VT_VARIANT) || SafeArrayGetDim(V_ARRAY(array)) != 1) return DISP_E_TYPEMISMATCH;
    if (FAILED(hr = SafeArrayGetLBound(V_ARRAY(array), 1, &lower)) ||
        FAILED(hr = SafeArrayGetUBound(V_ARRAY(array), 1, &upper)))
        return hr;
    *count = (ULONG)(upper - lower + 1);
    return SafeArrayAccessData(V_ARRAY(array), (void **)first);
}

static HRESULT add_history_line(struct text *out, const VARIANT *element, line_writer *write_line, BOOL first)
{
    struct history_line line;
    VARIANT *parts;
    ULONG count;
    HRESULT hr;

    if (FAILED(hr = elements(element, &parts, &count))) return hr;
    if (count >= 3 && V_VT(&parts[1]) == VT_I4 && V_VT(&parts[2]) == VT_BSTR)
    {
        line = (struct history_line){&parts[0], V_I4(&parts[1]), V_BSTR(&parts[2]) ? V_BSTR(&parts[2]) : L""};
        write_line(out, &line, first);
    }
    else
        hr = DISP_E_TYPEMISMATCH;
    SafeArrayUnaccessData(V_ARRAY(element));
    return hr;
}

static HRESULT add_history(struct text *out, const VARIANT *history, line_writer *write_line)
{
    VARIANT *lines;
    ULONG count;
    HRESULT hr;

    if (FAILED(hr = elements(history, &lines, &count))) return hr;
    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++)
        hr = add_history_line(out, &lines[i], write_line, i == 0);
    SafeArrayUnaccessData(V_ARRAY(history));
    return hr;
}

static HRESULT show(struct text *out, const struct fields *fields, const VARIANT *history)
{
    fields_show(out, fields);
    text_add(out, L"\nHistory\n");
    return add_history(out, history, show_line);
}

static HRESULT show_json(struct text *out, const struct fields *fields, const VARIANT *history)
{
    HRESULT hr;

    text_add(out, L"{\n");
    fields_json(out, fields);
    text_add(out, L",\n  \"History\": [");
    hr = add_history(out, history, json_line);
    text_add(out, L"\n  ]\n}\n");
    return hr;
}

static int state_exit_code(ObJobState state)
{
    return state == obJobFailed || state == obJobCancelled || state == obJobUnknown ? exit_waits : exit_fine;
}

static HRESULT run(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    struct fields fields = {.count = 0};
    ObJobState state = obJobUnknown;
    IObJob *job = NULL;
    VARIANT history;
    HRESULT hr;

    VariantInit(&history);
    if (FAILED(hr = find_job(request, &job, failure))) return hr;
    if (FAILED(hr = read_job(job, &fields)) || FAILED(hr = IObJob_get_State(job, &state)) ||
        FAILED(hr = IObJob_get_History(job, &history)))
        client_failed(failure, hr, (IUnknown *)job, &IID_IObJob);
    else
    {
        *fields_add_number(&fields, L"State", NULL) = (LONG)state;
        *exit_code = state_exit_code(state);
        hr = request->json ? show_json(out, &fields, &history) : show(out, &fields, &history);
        if (FAILED(hr)) failure->code = hr;
    }
    VariantClear(&history);
    fields_clear(&fields);
    IObJob_Release(job);
    return hr;
}

const struct command command_job = {
    .name = L"job",
    .argument = L"ID",
    .meaning = L"one mail: its state, and every state it was in",
    .more = L"exit codes: 0 sent or on its way; 1 failed, cancelled or unknown, or there is no such job;\n"
            L"  2 the broker refuses or cannot be reached\n",
    .needs = needs_session,
    .run = run,
};

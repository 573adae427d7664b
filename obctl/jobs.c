/* jobs.c - obctl jobs: the mails on record, newest first, one a line. */
#include "commands.h"
#include <oleauto.h>
#include <wchar.h>
#include "call.h"
#include "fields.h"

#define STATE_COLUMN 40
#define TIME_COLUMN 51
#define ATTEMPTS_COLUMN 72
#define SUBJECT_COLUMN 82
#define SUBJECT_MOST 40

static const struct option options[] = {
    {.name = L"state",
        .value = L"NAME",
        .kind = option_choice,
        .choices = L"queued|sending|submitted|sent|failed|cancelled|unknown",
        .meaning = L"of one state: queued, sending, submitted, sent, failed, cancelled or unknown"},
    {.name = L"max",
        .value = L"N",
        .kind = option_number,
        .lowest = 1,
        .highest = 10000,
        .meaning = L"at most so many, 1 to 10000; 100 if left out"},
};

#define READ(kind, member, label) FIELDS_READ(hr, IObJob, job, fields, kind, member, label)

/* What the table shows of a job, in its order. */
enum place
{
    place_id,
    place_state,
    place_submitted,
    place_attempts,
    place_subject,
    place_error,
    place_text
};

static HRESULT read_job(IObJob *job, struct fields *fields)
{
    HRESULT hr = S_OK;

    READ(text, Id, NULL);
    READ(text, StateName, NULL);
    READ(time, SubmittedAt, NULL);
    READ(number, Attempts, NULL);
    READ(text, Subject, NULL);
    READ(code, LastError, NULL);
    READ(text, LastErrorText, NULL);
    return hr;
}

static const WCHAR *text_of(const struct fields *fields, enum place place)
{
    return fields->all[place].value.text ? fields->all[place].value.text : L"";
}

static void show_job(struct text *out, const struct fields *fields)
{
    const WCHAR *subject = text_of(fields, place_subject);

    text_add(out, text_of(fields, place_id));
    text_column(out, STATE_COLUMN);
    text_add(out, text_of(fields, place_state));
    text_column(out, TIME_COLUMN);
    time_add(out, &fields->all[place_submitted].value.time, FALSE);
    text_column(out, ATTEMPTS_COLUMN);
    text_format(out, L"%ld", fields->all[place_attempts].value.number);
    text_column(out, SUBJECT_COLUMN);
    text_format(out, wcslen(subject) > SUBJECT_MOST ? L"%.*ls..." : L"%.*ls", SUBJECT_MOST, subject);
    if (fields->all[place_error].value.number)
        text_format(
            out, L"\n  0x%08lX %ls", (unsigned long)fields->all[place_error].value.number, text_of(fields, place_text));
    text_add(out, L"\n");
}

static void add_job(struct text *out, const struct fields *fields, BOOL json, BOOL first)
{
    if (!json)
    {
        show_job(out, fields);
        return;
    }
    text_add(out, first ? L"{\n" : L",\n{\n");
    fields_json(out, fields);
    text_add(out, L"\n}");
}

static HRESULT add_jobs(struct text *out, IObJobs *jobs, BOOL json, struct failure *failure)
{
    LONG count = 0;
    HRESULT hr = IObJobs_get_Count(jobs, &count);

    if (FAILED(hr)) return client_failed(failure, hr, (IUnknown *)jobs, &IID_IObJobs);
    for (LONG i = 1; i <= count && SUCCEEDED(hr); i++)
    {
        struct fields fields = {.count = 0};
        IObJob *job;

        if (FAILED(hr = IObJobs_get_Item(jobs, i, &job)))
            return client_failed(failure, hr, (IUnknown *)jobs, &IID_IObJobs);
        if (SUCCEEDED(hr = read_job(job, &fields)))
            add_job(out, &fields, json, i == 1);
        else
            client_failed(failure, hr, (IUnknown *)job, &IID_IObJob);
        fields_clear(&fields);
        IObJob_Release(job);
    }
    if (SUCCEEDED(hr) && !count && !json) text_add(out, L"no such job on record\n");
    return hr;
}

static void add_head(struct text *out)
{
    text_add(out, L"Job");
    text_column(out, STATE_COLUMN);
    text_add(out, L"State");
    text_column(out, TIME_COLUMN);
    text_add(out, L"Accepted");
    text_column(out, ATTEMPTS_COLUMN);
    text_add(out, L"Attempts");
    text_column(out, SUBJECT_COLUMN);
    text_add(out, L"Subject, and the last error\n");
}

static HRESULT run(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    VARIANT which[] = {missing_argument(), missing_argument()};
    IObJobs *jobs;
    HRESULT hr;

    if (given_flag(request->arguments, L"state"))
        which[0] = number_argument(given_number(request->arguments, L"state", 0));
    if (given_flag(request->arguments, L"max")) which[1] = number_argument(given_number(request->arguments, L"max", 0));
    hr = call_for(request->session, L"Jobs", which, ARRAYSIZE(which), &IID_IObJobs, (void **)&jobs, failure);
    if (FAILED(hr)) return hr;
    if (request->json)
        text_add(out, L"[\n");
    else
        add_head(out);
    hr = add_jobs(out, jobs, request->json, failure);
    if (request->json) text_add(out, L"\n]\n");
    if (SUCCEEDED(hr)) *exit_code = exit_fine;
    IObJobs_Release(jobs);
    return hr;
}

const struct command command_jobs = {
    .name = L"jobs",
    .meaning = L"the mails on record, newest first",
    .more = L"An account sees its own mails; the broker's user and administrators see all.\n\n"
            L"exit codes: 0 listed; 2 the broker refuses or cannot be reached; 3 usage\n",
    .options = options,
    .option_count = ARRAYSIZE(options),
    .needs = needs_session,
    .run = run,
};

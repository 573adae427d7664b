/* change.c - obctl retry ID and cancel ID. Which states allow it the broker knows; its text tells where one does not.
 */
#include "answer.h"
#include "call.h"

static HRESULT change(
    const struct request *request, const WCHAR *method, struct text *out, int *exit_code, struct failure *failure)
{
    IObJob *job;
    HRESULT hr = find_job(request, &job, failure);

    if (FAILED(hr)) return hr;
    hr = call_method(job, method, NULL, 0, NULL, failure);
    if (SUCCEEDED(hr)) hr = answer_job(request, job, out, failure);
    if (SUCCEEDED(hr)) *exit_code = exit_fine;
    IObJob_Release(job);
    return hr;
}

static HRESULT retry(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    return change(request, L"Retry", out, exit_code, failure);
}

static HRESULT cancel(const struct request *request, struct text *out, int *exit_code, struct failure *failure)
{
    return change(request, L"Cancel", out, exit_code, failure);
}

#define CHANGE_EXIT_CODES                                                                                              \
    L"exit codes: 0 done; 1 the job's state does not allow it, or there is no such job;\n"                             \
    L"  2 the broker refuses or cannot be reached\n"

const struct command command_retry = {
    .name = L"retry",
    .argument = L"ID",
    .meaning = L"have a failed or unknown mail tried again",
    .more = L"Of an unknown one, first make sure that the recipient does not have the mail.\n\n" CHANGE_EXIT_CODES,
    .needs = needs_session,
    .run = retry,
};

const struct command command_cancel = {
    .name = L"cancel",
    .argument = L"ID",
    .meaning = L"take a queued or unknown mail back",
    .more = L"What Outlook was given cannot be taken back.\n\n" CHANGE_EXIT_CODES,
    .needs = needs_session,
    .run = cancel,
};

/* answer.c - see answer.h. */
#include "answer.h"
#include <oleauto.h>
#include "call.h"
#include "fields.h"

#define READ(kind, member, label) FIELDS_READ(hr, IObJob, job, &fields, kind, member, label)

HRESULT find_job(const struct request *request, IObJob **job, struct failure *failure)
{
    VARIANT id = text_argument(request->arguments->argument);
    HRESULT hr = call_for(request->session, L"Job", &id, 1, &IID_IObJob, (void **)job, failure);

    VariantClear(&id);
    return hr;
}

HRESULT wait_for_job(IObJob *job, LONG seconds, ObJobState *state, struct failure *failure)
{
    VARIANT milliseconds = number_argument(seconds * 1000);
    HRESULT hr = IObJob_Wait(job, milliseconds, state);

    return FAILED(hr) ? client_failed(failure, hr, (IUnknown *)job, &IID_IObJob) : S_OK;
}

HRESULT answer_job(const struct request *request, IObJob *job, struct text *out, struct failure *failure)
{
    struct fields fields = {.count = 0};
    ObJobState state = obJobUnknown;
    HRESULT hr = S_OK;

    READ(text, Id, L"Job");
    READ(text, StateName, L"State");
    READ(code, LastError, L"Last error");
    READ(text, LastErrorText, L"Last error's text");
    if (SUCCEEDED(hr)) hr = IObJob_get_State(job, &state);
    if (FAILED(hr))
        client_failed(failure, hr, (IUnknown *)job, &IID_IObJob);
    else
    {
        *fields_add_number(&fields, L"State", NULL) = (LONG)state;
        fields_hide_empty(&fields);
        fields_print(out, &fields, request->json);
    }
    fields_clear(&fields);
    return hr;
}

HRESULT refuse_usage(struct failure *failure, int *exit_code, const WCHAR *words, const WCHAR *insert)
{
    struct text text = {0};

    text_format(&text, words, insert);
    failure_clear(failure);
    *failure = (struct failure){E_INVALIDARG, SysAllocString(text.characters)};
    text_clear(&text);
    *exit_code = exit_usage;
    return E_INVALIDARG;
}

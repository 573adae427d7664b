/* strays.c - drafts of jobs that were cancelled: one that was made before a crash, and not found before somebody
 * cancelled the job, would stay among the drafts for ever, for a person to send by mistake. When nothing else is to be
 * done and Outlook is there anyhow, they are looked for by their stamps and deleted, which leaves them among what was
 * deleted. What is found anywhere else was sent, and is left alone. */
#include "internal.h"
#include "host/log.h"

#define LOOK_MS 5000u        /* between two questions whether there are any */
#define LOOK_AGAIN_MS 60000u /* after one that could not be deleted */

/* The draft of one attempt. */
static HRESULT delete_of(struct delivery *delivery, const WCHAR *job_id, LONG attempt, struct error *error)
{
    struct outlook_place place = {0};
    struct mail_seen seen;
    HRESULT hr = look_for(delivery, job_id, NULL, attempt, &seen, &place, error);

    if (SUCCEEDED(hr) && mail_is_stray(&seen))
    {
        hr = outlook_delete(delivery->outlook, &place, hand_over_deadline(), error);
        if (SUCCEEDED(hr)) log_event("delivery", job_id, NULL, L"the draft of a cancelled mail was deleted");
    }
    outlook_place_clear(&place);
    return hr;
}

static BOOL may_look(struct delivery *delivery)
{
    struct outlook_facts facts;

    if (delivery->stopping || deadline_left(delivery->next_stray) || outlook_held(delivery)) return FALSE;
    outlook_facts(delivery->outlook, &facts);
    return facts.attached && !facts.in_call && !follow_left(delivery);
}

BOOL strays_look(struct delivery *delivery)
{
    struct error error = {0};
    WCHAR job_id[JOB_ID_SIZE];
    LONG attempts;
    HRESULT hr;

    if (!may_look(delivery)) return FALSE;
    delivery->next_stray = deadline_in(LOOK_MS);
    if (record_next_stray(delivery, job_id, &attempts) != S_OK) return FALSE;
    hr = delete_of(delivery, job_id, attempts + 1, &error);
    if (SUCCEEDED(hr) && attempts) hr = delete_of(delivery, job_id, attempts, &error);
    if (SUCCEEDED(hr)) hr = record_stray(delivery, job_id, FALSE);
    if (SUCCEEDED(hr))
        delivery->next_stray = 0;
    else
        delivery->next_stray = deadline_in(LOOK_AGAIN_MS);
    if (FAILED(error.code) && delivery_plan(error.code) == plan_outlook_first) outlook_trouble(delivery, &error);
    error_clear(&error);
    return SUCCEEDED(hr);
}

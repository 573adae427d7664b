/* saving.c - mail whose draft Outlook was still making or saving when the time for that was over. It is not given to
 * Outlook again while that call may be under way, as what held one up may hold up the next, and with it all mail: it
 * waits, and no other. A call that was cancelled, or in which Outlook was lost, may be under way until its OUTLOOK.EXE
 * has ended. */
#include "internal.h"
#include <stdlib.h>
#include "host/config.h"
#include "host/processes.h"
#include "rules/outlook_error.h"

#define AGAIN_MS 10000

struct left_save
{
    struct left_save *next;
    WCHAR id[JOB_ID_SIZE];
    LONG call;     /* its number; 0: it has ended */
    DWORD process; /* the OUTLOOK.EXE; 0: not known */
    ULONGLONG process_started, since;
    BOOL told; /* the event log knows */
};

void saving_left(struct delivery *delivery, const struct job_work *work, LONG call, const struct outlook_facts *facts)
{
    struct left_save *save = calloc(1, sizeof(*save));

    if (!save)
    {
        outlook_forget_call(delivery->outlook, call);
        return;
    }
    lstrcpynW(save->id, work->id, ARRAYSIZE(save->id));
    save->call = call;
    save->process = facts->process_id;
    save->process_started = facts->process_started;
    save->since = clock_now_ms();
    save->next = delivery->saves;
    delivery->saves = save;
}

/* COM gave the call up, and what it saved has come to stand there: the stamp is set last, so that nothing is to follow.
 * Outlook is not started to see that. */
static BOOL has_saved(struct delivery *delivery, const struct left_save *save, const struct job_work *work)
{
    struct outlook_place place = {0};
    struct mail_seen seen = {0};
    struct error error = {0};
    struct outlook_facts facts;
    HRESULT hr = S_FALSE;

    outlook_facts(delivery->outlook, &facts);
    if (!save->call && facts.attached && !facts.in_call)
        hr = look_for(delivery, work->id, work->account, work->attempts, &seen, &place, &error);
    outlook_place_clear(&place);
    error_clear(&error);
    return hr == S_OK && (seen.draft || seen.outbox || seen.sent);
}

/* A call that Outlook answered is over, whatever it answered. */
static BOOL is_over(struct delivery *delivery, struct left_save *save)
{
    struct error error = {0};
    enum outlook_begun begun;
    HRESULT hr;

    if (save->process && !process_alive(save->process, save->process_started)) return TRUE;
    if (!save->call) return FALSE;
    hr = outlook_call_returned(delivery->outlook, save->call, &begun, &error);
    error_clear(&error);
    if (begun == outlook_begun) return FALSE;
    save->call = 0;
    return !save->process || SUCCEEDED(hr) || outlook_error_class((uint32_t)hr) != outlook_lost;
}

static void forget(struct delivery *delivery, struct left_save **at)
{
    struct left_save *save = *at;

    *at = save->next;
    if (save->call) outlook_forget_call(delivery->outlook, save->call);
    free(save);
}

void saving_free(struct delivery *delivery)
{
    while (delivery->saves)
        forget(delivery, &delivery->saves);
}

static void alert(struct left_save *save, const struct job_work *work, HRESULT code)
{
    struct standing_facts facts = {.unseen = true,
        .for_s = (clock_now_ms() - save->since) / 1000,
        .alert_s = config_get(setting_submitted_alert_minutes) * 60ull};

    if (save->told || mail_standing(&facts) != standing_stuck) return;
    record_stuck(work->id, work->caller_name, L"waits: an earlier call to save it may be under way in Outlook", code);
    save->told = TRUE;
}

static void wait_for(struct delivery *delivery, struct left_save *save, const struct job_work *work)
{
    struct job_change change = change_of(work->id, job_queued, job_queued);
    WCHAR number[NUMBER_TEXT_SIZE];
    struct error error = {0};
    HRESULT hr;

    change.fields = job_set_next_attempt;
    change.next_attempt_at = steady_now(delivery) + AGAIN_MS;
    error_set(&error, error_waiting_for_save, 1, number_text(save->process, number));
    change_error(&change, &error);
    hr = record_change(delivery, &change);
    outbox_trouble(delivery, hr);
    if (SUCCEEDED(hr)) alert(save, work, error.code);
    error_clear(&error);
}

BOOL saving_waits(struct delivery *delivery, const struct job_work *work)
{
    struct left_save **at = &delivery->saves, *found = NULL;

    while (*at)
    {
        if (is_over(delivery, *at))
        {
            forget(delivery, at);
            continue;
        }
        if (!lstrcmpW((*at)->id, work->id)) found = *at;
        at = &(*at)->next;
    }
    if (found && has_saved(delivery, found, work))
    {
        at = &delivery->saves;
        while (*at != found)
            at = &(*at)->next;
        forget(delivery, at);
        found = NULL;
    }
    if (found) wait_for(delivery, found, work);
    return found != NULL;
}

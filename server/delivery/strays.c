/* strays.c - drafts that nobody will send any more: of a job that was cancelled or given up, or of an attempt that was
 * left. One that stayed would stand among the drafts for ever, for a person to send by mistake. When nothing else is to
 * be done and Outlook is there anyhow, they are looked for by their stamps and deleted, which leaves them among what
 * was deleted. What is found anywhere else was sent, and what a person has worked on is that person's: both are left
 * alone. One whose deletion ends Outlook is given up at once, and one that Outlook is lost over in each look, or each
 * time that it is opened, after a few of them; an event says so. Each has its own count of these, on disk: what comes
 * between, be it a look for another one or the broker's end, is no reason to begin anew. */
#include "internal.h"
#include "host/log.h"
#include "host/processes.h"
#include "rules/outlook_error.h"
#include "rules/retry.h"

#define UNREAD_AGAIN_MS 5000 /* after the outbox could not be asked */

static const struct retry_limits again = {60, 2, 3600, 0};

enum stray_end
{
    stray_gone,   /* there is none, or there is none any more */
    stray_absent, /* there is none yet */
    stray_left,   /* it is not the broker's to delete */
    stray_stays   /* it could not be deleted, or looked for */
};

/* How one look came out. */
struct stray_look
{
    enum stray_end end;
    BOOL seen; /* there is one */
    enum outlook_deletion deletion;
};

HRESULT draft_is_known(struct delivery *delivery, const WCHAR *entry_id, const struct outlook_place *place, BOOL *known,
    struct error *error)
{
    *known = !entry_id[0] || !place->entry_id || !_wcsicmp(entry_id, place->entry_id);
    if (*known) return S_OK;
    return outlook_same_item(delivery->outlook, entry_id, place->entry_id, hand_over_deadline(), known, error);
}

static HRESULT delete_found(struct delivery *delivery, const struct outbox_stray *stray,
    const struct outlook_place *place, struct stray_look *look, struct error *error)
{
    BOOL known;
    HRESULT hr = draft_is_known(delivery, stray->entry_id, place, &known, error);

    if (SUCCEEDED(hr) && known)
        hr = outlook_delete_untouched(delivery->outlook, place, hand_over_deadline(), &look->deletion, error);
    if (FAILED(hr)) return hr;
    look->end = known && look->deletion == deletion_begun ? stray_gone : stray_left;
    log_event("delivery", stray->job_id, NULL,
        look->end == stray_gone ? L"a draft that nobody will send any more was deleted"
                                : L"a draft that nobody will send any more was changed by somebody since, and stays");
    return hr;
}

static HRESULT look_and_delete(
    struct delivery *delivery, const struct outbox_stray *stray, struct stray_look *look, struct error *error)
{
    BOOL may_come = stray->process && process_alive(stray->process, stray->process_started);
    struct outlook_place place = {0};
    struct mail_seen seen;
    HRESULT hr = look_for(delivery, stray->job_id, NULL, stray->attempt, &seen, &place, error);

    memset(look, 0, sizeof(*look));
    look->seen = SUCCEEDED(hr) && mail_is_stray(&seen);
    look->end = SUCCEEDED(hr) ? (may_come ? stray_absent : stray_gone) : stray_stays;
    if (SUCCEEDED(hr) && (seen.outbox || seen.sent)) look->end = stray_gone;
    if (look->seen) hr = delete_found(delivery, stray, &place, look, error);
    if (FAILED(hr) || mail_is_hidden(&seen)) look->end = stray_stays;
    outlook_place_clear(&place);
    return hr;
}

/* Later, each time longer. */
static HRESULT put_off(struct delivery *delivery, struct outbox_stray *stray)
{
    LONGLONG wait_ms = (LONGLONG)retry_delay_s(&again, ++stray->tries) * 1000;

    stray->next_at = steady_now(delivery) + wait_ms;
    return record_stray(delivery, stray, TRUE);
}

/* Whether Outlook ends of this one, and did not just happen to end while it was asked. A look that failed for another
 * reason does not tell that Outlook outlives it. */
static BOOL ends_outlook(
    struct delivery *delivery, struct outbox_stray *stray, const struct stray_look *look, HRESULT hr)
{
    const BOOL lost =
        FAILED(hr) && outlook_error_class((uint32_t)hr) == outlook_lost && !outlook_session_ended(delivery->outlook);

    if (SUCCEEDED(hr)) stray->losses = 0;
    return lost && mail_ends_outlook(++stray->losses, look->deletion == deletion_begun);
}

static void look_at(struct delivery *delivery, struct outbox_stray *stray)
{
    struct error error = {0};
    struct stray_look look;
    HRESULT hr = look_and_delete(delivery, stray, &look, &error);

    if (ends_outlook(delivery, stray, &look, hr))
    {
        record_stray_stays(stray->job_id, look.seen, hr);
        look.end = stray_left;
    }
    if (FAILED(hr) && delivery_plan(hr) == plan_outlook_first) outlook_trouble(delivery, &error);
    hr = look.end == stray_gone || look.end == stray_left ? record_stray(delivery, stray, FALSE)
                                                          : put_off(delivery, stray);
    if (FAILED(hr)) delivery->next_stray = steady_now(delivery) + UNREAD_AGAIN_MS;
    error_clear(&error);
}

static BOOL may_look(struct delivery *delivery)
{
    struct outlook_facts facts;

    if (delivery->stopping || outlook_held(delivery)) return FALSE;
    outlook_facts(delivery->outlook, &facts);
    return facts.attached && !facts.in_call && !follow_left(delivery);
}

/* When the next one is to be looked for; a time beyond the longest wait is of a clock that was set. */
static LONGLONG next_at(struct delivery *delivery, const struct outbox_stray *stray)
{
    return stray->next_at > steady_now(delivery) + again.longest_s * 1000ll ? 0 : stray->next_at;
}

BOOL strays_look(struct delivery *delivery)
{
    const LONG wakes = InterlockedCompareExchange(&delivery->wakes, 0, 0);
    struct outbox_stray stray;
    BOOL more = FALSE;
    HRESULT hr;

    if (wakes != delivery->stray_wakes) delivery->next_stray = 0;
    delivery->stray_wakes = wakes;
    if (delivery->next_stray > steady_now(delivery) || !may_look(delivery)) return FALSE;
    hr = record_next_stray(delivery, &stray);
    delivery->next_stray = FAILED(hr) ? steady_now(delivery) + UNREAD_AGAIN_MS : STRAY_NONE;
    if (hr == S_OK) delivery->next_stray = next_at(delivery, &stray);
    if (hr == S_OK && delivery->next_stray <= steady_now(delivery))
    {
        delivery->next_stray = 0;
        look_at(delivery, &stray);
        more = TRUE;
    }
    outbox_stray_clear(&stray);
    return more;
}

BOOL strays_wait(struct delivery *delivery, LONGLONG *until)
{
    struct outlook_facts facts;

    outlook_facts(delivery->outlook, &facts);
    *until = delivery->next_stray;
    return facts.attached && delivery->next_stray != STRAY_NONE;
}

void stray_note(struct delivery *delivery, const struct job_work *work, BOOL under_way)
{
    struct outlook_facts facts;
    struct outbox_stray stray = {.attempt = work->attempts + 1, .noted_at = utc_now_ms()};

    outlook_facts(delivery->outlook, &facts);
    lstrcpynW(stray.job_id, work->id, ARRAYSIZE(stray.job_id));
    if (under_way)
    {
        stray.process = facts.process_id;
        stray.process_started = facts.process_started;
    }
    delivery->unnoted = stray;
    stray_write(delivery);
}

BOOL stray_write(struct delivery *delivery)
{
    if (!delivery->unnoted.job_id[0]) return TRUE;
    if (FAILED(record_stray(delivery, &delivery->unnoted, TRUE))) return FALSE;
    delivery->unnoted.job_id[0] = 0;
    delivery->next_stray = 0;
    return TRUE;
}

/* trouble.c - when Outlook is asked and when it is left alone. After trouble it is left alone for a time that grows
 * with each failure in a row; the first success ends that, and all that waits goes at once. */
#include "internal.h"
#include "host/config.h"
#include "host/log.h"
#include "rules/outlook_error.h"
#include "rules/retry.h"

#define ATTACH_SLICE_MS 500u
#define LEFT_ALONE_LOOK_MS 2000u /* how often it is looked whether the user has started Outlook meanwhile */

static void publish(struct delivery *delivery, BOOL no_outlook, const struct error *error)
{
    BOOL differs;
    HRESULT code;

    if (!error && FAILED(delivery->standing.code)) error = &delivery->standing;
    code = error ? error->code : S_OK;

    AcquireSRWLockExclusive(&delivery->facts_lock);
    differs = delivery->facts.no_outlook != no_outlook || delivery->facts.last_error != code;
    delivery->facts.no_outlook = no_outlook;
    delivery->facts.last_error = code;
    lstrcpynW(delivery->facts.last_error_text, error && error->text ? error->text : L"",
        ARRAYSIZE(delivery->facts.last_error_text));
    ReleaseSRWLockExclusive(&delivery->facts_lock);
    if (differs && delivery->changed) delivery->changed(delivery->changed_context);
}

/* Outlook failed to start too often: it is left alone until then, and that is what is to be known. */
static BOOL left_alone(struct delivery *delivery, const struct outlook_facts *facts)
{
    const struct error why = {facts->last_error, (WCHAR *)facts->last_error_text};

    if (facts->attached || !facts->left_alone_until || !deadline_left(facts->left_alone_until)) return FALSE;
    delivery->hold_until = facts->left_alone_until;
    delivery->next_look_ms = clock_now_ms() + LEFT_ALONE_LOOK_MS;
    log_event("delivery", NULL, NULL, L"Outlook is left alone for %lu s: it failed to start too often",
        deadline_left(facts->left_alone_until) / 1000);
    publish(delivery, TRUE, &why);
    return TRUE;
}

/* Publishes it, with what it means for mail: texts about calls tell a caller to call again. */
static void publish_trouble(struct delivery *delivery, BOOL no_outlook, const struct error *error)
{
    struct error told = {0};

    error_copy(&told, error);
    if (delivery_goes_on(told.code)) error_set_next(&told, error_mail_goes_on, 0);
    publish(delivery, no_outlook, &told);
    error_clear(&told);
}

void outlook_trouble(struct delivery *delivery, const struct error *error)
{
    struct outlook_facts facts;
    BOOL lost = outlook_error_class((uint32_t)error->code) == outlook_lost;
    uint32_t delay_s = 0;

    /* An Outlook that was lost once is had again at once. */
    delivery->troubles++;
    if (!lost || delivery->troubles > 1) delay_s = restart_delay_s(delivery->troubles);
    outlook_facts(delivery->outlook, &facts);
    if ((error->code == CODE_OF(error_timeout_given) || error->code == CODE_OF(error_dialog)) && facts.in_call)
        delivery->left_behind = TRUE;
    if (left_alone(delivery, &facts)) return;
    delivery->hold_until = delay_s ? deadline_in(delay_s * 1000) : 0;
    delivery->next_look_ms = 0;
    log_event("delivery", NULL, NULL, L"Outlook is left alone for %lu s: 0x%08lX", (DWORD)delay_s, error->code);
    publish_trouble(delivery, !facts.attached, error);
}

void outbox_trouble(struct delivery *delivery, HRESULT hr)
{
    if (SUCCEEDED(hr) || hr == CODE_OF(error_wrong_state)) return;
    if (deadline_left(delivery->hold_until) < OUTBOX_PAUSE_MS) delivery->hold_until = deadline_in(OUTBOX_PAUSE_MS);
}

void publish_standing(struct delivery *delivery)
{
    if (!delivery->troubles && !delivery->facts.no_outlook) publish(delivery, FALSE, NULL);
}

/* The change that makes the job of delivery->held due at once. */
static struct job_change release_of(const struct delivery *delivery)
{
    struct job_change change = change_of(delivery->held, job_queued, job_queued);

    change.fields = job_set_next_attempt;
    change_error(&change, NULL);
    return change;
}

/* The job that said when Outlook is tried again is due now. */
static void release_held(struct delivery *delivery)
{
    struct job_change change = release_of(delivery);
    HRESULT hr;

    if (!delivery->held[0]) return;
    hr = record_change(delivery, &change);
    if (SUCCEEDED(hr) || hr == CODE_OF(error_wrong_state)) delivery->held[0] = 0;
}

/* No other row says so any more: once Outlook is well again one job has to be released, and all others are due. */
void hold_job(struct delivery *delivery, const WCHAR *id)
{
    BOOL another = delivery->held[0] && lstrcmpW(delivery->held, id);
    struct job_change changes[2] = {change_of(id, job_queued, job_queued), release_of(delivery)};
    struct error why = {delivery->facts.last_error, delivery->facts.last_error_text};
    HRESULT results[2];

    if (!delivery->hold_until || delivery->stopping) return;
    changes[0].fields = job_set_next_attempt;
    changes[0].next_attempt_at = steady_now(delivery) + deadline_left(delivery->hold_until);
    change_error(&changes[0], &why);
    record_changes(delivery, changes, another ? 2 : 1, results);
    if (results[0] == CODE_OF(error_wrong_state) && !another) delivery->held[0] = 0;
    if (FAILED(results[0])) return;
    lstrcpynW(delivery->held, changes[0].job_id, ARRAYSIZE(delivery->held));
    delivery->held_until = delivery->hold_until;
}

void held_look(struct delivery *delivery)
{
    if (!delivery->hold_until)
        release_held(delivery); /* what could not be written before */
    else if (delivery->held[0] && delivery->held_until != delivery->hold_until)
        hold_job(delivery, delivery->held);
}

void held_end(struct delivery *delivery)
{
    if (!outlook_session_ended(delivery->outlook)) release_held(delivery);
}

/* There is an Outlook again. That it does what it is asked is yet to be seen: one that ends each time it is asked is
 * not started again and again without a pause. */
static void outlook_back(struct delivery *delivery)
{
    delivery->hold_until = 0;
    delivery->next_look_ms = 0;
    delivery->left_behind = FALSE;
    if (!delivery->troubles && !delivery->held[0]) return;
    release_held(delivery);
    publish(delivery, FALSE, NULL);
}

void outlook_well(struct delivery *delivery)
{
    outlook_back(delivery);
    delivery->troubles = 0;
}

/* An Outlook that is not to be started is joined all the same where the user has started it. */
static void look_for_outlook(struct delivery *delivery)
{
    if (!delivery->next_look_ms || clock_now_ms() < delivery->next_look_ms) return;
    delivery->next_look_ms = clock_now_ms() + LEFT_ALONE_LOOK_MS;
    if (!outlook_runs()) return;
    delivery->hold_until = 0;
    delivery->next_look_ms = 0;
    release_held(delivery);
}

DWORD outlook_hold_ms(const struct delivery *delivery)
{
    ULONGLONG now = clock_now_ms();
    DWORD left = deadline_left(delivery->hold_until);

    if (!delivery->next_look_ms) return left;
    return min(left, delivery->next_look_ms > now ? (DWORD)(delivery->next_look_ms - now) : 0);
}

BOOL outlook_held(struct delivery *delivery)
{
    struct outlook_facts facts;

    if (!delivery->left_behind && !delivery->hold_until) return FALSE;
    outlook_facts(delivery->outlook, &facts);
    if (delivery->left_behind)
    {
        if (facts.in_call) return TRUE;
        delivery->left_behind = FALSE;
        delivery->hold_until = 0;
        if (delivery->facts.last_error == CODE_OF(error_dialog)) outlook_well(delivery); /* somebody answered it */
        release_held(delivery);
    }
    if (delivery->facts.no_outlook && facts.attached) outlook_back(delivery);
    look_for_outlook(delivery);
    return delivery->hold_until && deadline_left(delivery->hold_until);
}

/* A start goes on without us: it is waited for in slices, so that a stop need not wait for it. */
static HRESULT attach(struct delivery *delivery, struct error *error)
{
    deadline until = deadline_in(config_get(setting_start_deadline_seconds) * 1000 + ATTACH_SLICE_MS);
    HRESULT hr;

    do
    {
        error_clear(error);
        hr = outlook_attach(delivery->outlook, deadline_in(ATTACH_SLICE_MS), error);
    } while (hr == CODE_OF(error_timeout_given) && !delivery->stopping && deadline_left(until));
    return hr;
}

BOOL outlook_wanted(struct delivery *delivery)
{
    struct outlook_facts facts;
    struct error error = {0};
    BOOL attached;

    if (delivery->stopping || outlook_held(delivery)) return FALSE;
    outlook_facts(delivery->outlook, &facts);
    attached = facts.attached || SUCCEEDED(attach(delivery, &error));
    if (!attached && !delivery->stopping) outlook_trouble(delivery, &error);
    if (attached && delivery->facts.no_outlook) outlook_back(delivery);
    error_clear(&error);
    return attached;
}

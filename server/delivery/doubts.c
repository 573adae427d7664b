/* doubts.c - jobs whose Send is in doubt: they are settled before new mail is handed over. What becomes of one follows
 * from a look alone, once the call cannot be under way any more: a draft that Outlook was given and did not send is
 * sent itself, or its attempt failed; a draft of the same stamp that Outlook was never given is no proof of anything,
 * and is neither sent nor deleted: it may be the mail's own, moved, and the only one that there is.
 */
#include "internal.h"
#include "host/log.h"
#include "host/processes.h"
#include "rules/retry.h"

#define DELETE_DEADLINE_MS 10000u
#define DOUBT_LOOK_MS 1000u /* until the next look at a doubt that could not be settled */

static BOOL doubt_is_due(struct follow *follow)
{
    struct doubt doubt = {.look_due = !deadline_left(follow->next_look),
        .sender_gone = follow->sender_gone,
        .call_not_ended = follow->left_call != 0,
        .paused = follow->losses > 1};

    if (!follow_in_doubt(follow)) return FALSE;
    doubt.process_gone = follow->process && !process_alive(follow->process, follow->process_started);
    if (!doubt.process_gone)
        follow->gone_ms = 0;
    else if (!follow->gone_ms)
        follow->gone_ms = clock_now_ms();
    doubt.gone_ms = doubt.process_gone ? clock_now_ms() - follow->gone_ms : 0;
    return doubt_looks(&doubt);
}

/* The guard may have been shut since the draft was made. Its row says so, instead of what it said. */
static BOOL resend_may(struct delivery *delivery, struct follow *follow)
{
    struct job_change change = change_of(follow->id, job_sending, job_sending);
    struct error error = {0};
    BOOL may = SUCCEEDED(guard_lets(delivery, &error));

    if (!may)
    {
        change_error(&change, &error);
        if (SUCCEEDED(record_change(delivery, &change))) follow->told = told_nothing;
    }
    error_clear(&error);
    return may;
}

/* A draft that nobody is to send any more: by its place, since the Outlook that refused it may be gone by now, and the
 * next attempt makes one of its own. */
static void delete_draft(struct delivery *delivery, const struct outlook_place *place)
{
    struct error error = {0};

    if (!place->entry_id)
        outlook_drop(delivery->outlook, TRUE);
    else if (FAILED(outlook_delete(delivery->outlook, place, deadline_in(DELETE_DEADLINE_MS), &error)))
        log_event("delivery", NULL, NULL, L"a draft that is not to be sent stays: 0x%08lX", error.code);
    error_clear(&error);
}

/* What was found could not be written: it is looked again after a pause. */
static HRESULT pause_look(struct follow *follow, HRESULT hr)
{
    if (FAILED(hr)) follow->next_look = deadline_in(OUTBOX_PAUSE_MS);
    return hr;
}

/* What Outlook answered to the mail itself, or that it ends of it: an attempt that failed. */
static BOOL attempt_failed(struct follow *follow)
{
    if (FAILED(follow->answer.code) && delivery_plan(follow->answer.code) != plan_outlook_first) return TRUE;
    return mail_ends_outlook(follow->losses, follow->ended_before);
}

/* Of a mail that ends Outlook: the one that runs now was started for it, so its age counts. */
static void set_ended(struct delivery *delivery, struct follow *follow)
{
    struct outlook_facts facts;

    outlook_facts(delivery->outlook, &facts);
    follow->attached = facts.times_attached;
    set_ends_outlook(&follow->answer, follow->losses, !follow->attempts_before);
}

static void fail_follow(struct delivery *delivery, struct follow *follow, const struct outlook_place *draft)
{
    enum plan plan = delivery_plan(follow->answer.code);

    if (SUCCEEDED(follow->answer.code) || plan == plan_outlook_first)
    {
        set_ended(delivery, follow);
        plan = plan_try_again;
    }
    if (FAILED(pause_look(follow, record_failure(delivery, follow, plan, &follow->answer)))) return;
    delete_draft(delivery, draft);
    follow_remove(delivery, follow);
}

/* The mail is among the drafts, so it was not sent. What Outlook answered decides, if it answered. */
static void settle_draft(struct delivery *delivery, struct outcome *outcome)
{
    struct follow *follow = outcome->follow;
    struct outlook_facts facts;

    if (attempt_failed(follow))
    {
        fail_follow(delivery, follow, &outcome->where);
        return;
    }
    outlook_facts(delivery->outlook, &facts);
    if (!facts.attached || !outcome->where.entry_id || facts.times_attached != outcome->where.attached) return;
    outcome->change.fields = job_set_place | job_set_outlook;
    outcome->change.entry_id = outcome->where.entry_id;
    outcome->change.store_id = outcome->where.store_id;
    outcome->change.outlook_process = facts.process_id;
    outcome->change.outlook_started = facts.process_started;
    if (!resend_may(delivery, follow)) return;
    if (FAILED(pause_look(follow, record_change(delivery, &outcome->change)))) return;
    FAILPOINT("resend-committed");
    follow->process = facts.process_id;
    follow->process_started = facts.process_started;
    send_draft(delivery, follow, &outcome->where);
}

static BOOL settle_one(struct delivery *delivery, struct follow *follow)
{
    struct outcome outcome;
    HRESULT hr = S_OK;

    if (follow->left_call) outlook_forget_call(delivery->outlook, follow->left_call);
    follow->left_call = 0;
    if (!outcome_find(delivery, follow, &outcome)) return FALSE;
    FAILPOINT("doubt-looked");
    if (!deadline_left(follow->next_look)) follow->next_look = deadline_in(DOUBT_LOOK_MS);
    if (outcome.resend)
        settle_draft(delivery, &outcome);
    else if (outcome.write)
        hr = pause_look(follow, record_change(delivery, &outcome.change));
    if (outcome.resend)
    {
        outlook_place_clear(&outcome.where);
        return TRUE;
    }
    if (outcome.change.state != follow->state) outlook_drop(delivery->outlook, FALSE);
    outcome_written(delivery, &outcome, hr);
    return TRUE;
}

BOOL settle_doubts(struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->follow_count; i++)
    {
        struct follow *follow = delivery->follows[i];

        if (!doubt_is_due(follow)) continue;
        if (!outlook_wanted(delivery)) return FALSE;
        return settle_one(delivery, follow);
    }
    return FALSE;
}

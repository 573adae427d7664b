/* following.c - jobs that Outlook has, or may have. A Send in doubt is settled before new mail is handed over.
 * Submitted mail is asked for in rounds: one count of the Outbox, then looks for some jobs, so that new mail never
 * waits long; what a round found is written in one transaction. */
#include "internal.h"
#include <stdlib.h>
#include "host/config.h"
#include "host/log.h"
#include "host/processes.h"

#define COUNT_DEADLINE_MS 30000u
#define DELETE_DEADLINE_MS 10000u
#define DOUBT_LOOK_MS 1000u /* until the next look at a doubt that could not be settled */
#define MOST_A_ROUND 50u
#define FULL_ROUND_MS 15000u /* looks are had at least this often, whatever the Outbox's count says */

struct follow *follow_add(struct delivery *delivery, const struct job_work *work)
{
    struct follow *follow = calloc(1, sizeof(*follow));

    if (follow && delivery->follow_count == delivery->follow_room)
    {
        size_t room = delivery->follow_room ? delivery->follow_room * 2 : 64;
        struct follow **more = realloc(delivery->follows, room * sizeof(*more));

        if (!more)
        {
            free(follow);
            return NULL;
        }
        delivery->follows = more;
        delivery->follow_room = room;
    }
    if (!follow) return NULL;
    lstrcpynW(follow->id, work->id, ARRAYSIZE(follow->id));
    follow->caller = _wcsdup(work->caller_name ? work->caller_name : L"");
    follow->account = work->account ? _wcsdup(work->account) : NULL;
    follow->state = work->state;
    follow->attempts = work->attempts;
    follow->attempts_before = work->attempts_before;
    follow->life_since = work->life_since;
    follow->process = work->outlook_process;
    follow->process_started = work->outlook_started;
    follow->standing_since = (LONGLONG)clock_now_ms() - max(steady_now(delivery) - work->state_since, 0);
    if (work->state == job_submitted && work->last_error == CODE_OF(error_stuck_in_outbox))
        follow->told = standing_stuck;
    if (work->state == job_submitted && work->last_error == CODE_OF(error_waits_in_outbox))
        follow->told = standing_offline;
    follow->send_returned = work->send_returned || work->state == job_submitted;
    follow->seen_in_outbox = work->seen_in_outbox;
    delivery->follows[delivery->follow_count++] = follow;
    return follow;
}

static void follow_destroy(struct follow *follow)
{
    error_clear(&follow->answer);
    free(follow->caller);
    free(follow->account);
    free(follow);
}

void follow_remove(struct delivery *delivery, struct follow *follow)
{
    size_t at = 0;

    while (at < delivery->follow_count && delivery->follows[at] != follow)
        at++;
    if (at == delivery->follow_count) return;
    delivery->follow_count--;
    memmove(delivery->follows + at, delivery->follows + at + 1, (delivery->follow_count - at) * sizeof(follow));
    if (delivery->cursor > at) delivery->cursor--;
    follow_destroy(follow);
}

void follow_free(struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->follow_count; i++)
        follow_destroy(delivery->follows[i]);
    free(delivery->follows);
    delivery->follows = NULL;
    delivery->follow_count = delivery->follow_room = 0;
}

static HRESULT load_state(struct delivery *delivery, enum job_state state)
{
    struct job_work *work = NULL;
    size_t count = 0;
    HRESULT hr = record_read_state(delivery, state, &work, &count);

    for (size_t i = 0; SUCCEEDED(hr) && i < count; i++)
    {
        if (!follow_add(delivery, &work[i])) hr = E_OUTOFMEMORY;
        job_work_clear(&work[i]);
    }
    free(work);
    return hr;
}

HRESULT follow_load(struct delivery *delivery)
{
    HRESULT hr;

    follow_free(delivery);
    hr = load_state(delivery, job_sending);
    if (SUCCEEDED(hr)) hr = load_state(delivery, job_submitted);
    if (FAILED(hr)) follow_free(delivery);
    return hr;
}

/* --- what was submitted and is not on disk yet */

static BOOL is_unwritten(const struct follow *follow)
{
    return follow->state == job_sending && follow->send_returned;
}

static struct job_change submitted_change(const struct follow *follow)
{
    struct job_change change = change_of(follow->id, job_sending, job_submitted);

    change.fields = job_set_returned;
    change.send_returned = TRUE;
    change_error(&change, NULL);
    return change;
}

/* A refused one was changed by somebody else: it is no longer ours. */
static void submitted_written(struct delivery *delivery, struct follow *follow, HRESULT result)
{
    if (FAILED(result))
    {
        if (result == CODE_OF(error_wrong_state)) follow_remove(delivery, follow);
        return;
    }
    follow->state = job_submitted;
    follow->standing_since = (LONGLONG)clock_now_ms();
    record_log(follow->id, follow->caller, job_submitted, follow->attempts, S_OK);
}

HRESULT follow_write(struct delivery *delivery, const struct job_change *extra)
{
    struct job_change changes[MOST_A_ROUND + 1];
    HRESULT results[MOST_A_ROUND + 1];
    struct follow *written[MOST_A_ROUND];
    size_t count = 0, all;
    HRESULT hr;

    for (size_t i = delivery->follow_count; i-- > 0 && count < MOST_A_ROUND;)
    {
        if (!is_unwritten(delivery->follows[i])) continue;
        written[count] = delivery->follows[i];
        changes[count++] = submitted_change(delivery->follows[i]);
    }
    all = count;
    if (extra) changes[all++] = *extra;
    if (!all) return S_OK;
    if (count) FAILPOINT("submitted-unwritten");
    hr = record_changes(delivery, changes, all, results);
    if (count) FAILPOINT("submitted-committed");
    for (size_t i = 0; i < count; i++)
        submitted_written(delivery, written[i], results[i]);
    return extra ? results[all - 1] : hr;
}

/* --- jobs whose Send is in doubt */

static BOOL is_doubt(const struct follow *follow)
{
    return follow->state == job_sending && !follow->send_returned;
}

static BOOL doubt_is_due(const struct follow *follow)
{
    if (!is_doubt(follow) || follow->left_call) return FALSE;
    if (!deadline_left(follow->next_look)) return TRUE;
    return !follow->sender_gone && follow->process && !process_alive(follow->process, follow->process_started);
}

/* The guard may have been shut since the draft was made. Its row says so. */
static BOOL resend_may(struct delivery *delivery, struct follow *follow)
{
    struct job_change change = change_of(follow->id, job_sending, job_sending);
    struct error error = {0};
    BOOL may = SUCCEEDED(guard_lets(delivery, &error));

    if (!may)
    {
        change_error(&change, &error);
        record_change(delivery, &change);
    }
    error_clear(&error);
    return may;
}

/* The draft that Outlook refused to send: by its place, since the Outlook that refused it may be gone by now, and the
 * next attempt makes one of its own. */
static void delete_draft(struct delivery *delivery, const struct outlook_place *place)
{
    struct error error = {0};

    if (!place->entry_id)
        outlook_drop(delivery->outlook, TRUE);
    else if (FAILED(outlook_delete(delivery->outlook, place, deadline_in(DELETE_DEADLINE_MS), &error)))
        log_event("delivery", NULL, NULL, L"the draft of a mail that was refused stays: 0x%08lX", error.code);
    error_clear(&error);
}

/* What was found could not be written: it is looked again after a pause. */
static HRESULT pause_look(struct follow *follow, HRESULT hr)
{
    if (FAILED(hr)) follow->next_look = deadline_in(OUTBOX_PAUSE_MS);
    return hr;
}

/* The mail is among the drafts, so it was not sent. What Outlook answered decides, if it answered. */
static void settle_draft(struct delivery *delivery, struct outcome *outcome)
{
    struct follow *follow = outcome->follow;
    enum plan plan = delivery_plan(follow->answer.code);
    struct outlook_facts facts;

    if (FAILED(follow->answer.code) && plan != plan_outlook_first)
    {
        if (FAILED(pause_look(follow, record_failure(delivery, follow, plan, &follow->answer)))) return;
        delete_draft(delivery, &outcome->where);
        follow_remove(delivery, follow);
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

/* --- rounds */

size_t follow_submitted(const struct delivery *delivery)
{
    size_t count = 0;

    for (size_t i = 0; i < delivery->follow_count; i++)
        if (delivery->follows[i]->state == job_submitted) count++;
    return count;
}

/* Looks at some jobs, beginning where the round before ended. */
static size_t look_at_some(struct delivery *delivery, struct outcome *outcomes, size_t most)
{
    size_t found = 0;

    for (size_t i = 0; i < delivery->follow_count && found < most; i++)
    {
        struct follow *follow;

        if (delivery->cursor >= delivery->follow_count) delivery->cursor = 0;
        follow = delivery->follows[delivery->cursor++];
        if (follow->state != job_submitted) continue;
        if (!outcome_find(delivery, follow, &outcomes[found])) break;
        found++;
    }
    return found;
}

/* Writes what a round found. Returns how many jobs have come to an end. */
static size_t write_round(struct delivery *delivery, struct outcome *outcomes, size_t count)
{
    struct job_change changes[MOST_A_ROUND];
    HRESULT results[MOST_A_ROUND];
    size_t to_write = 0, at = 0, before = delivery->follow_count;

    memset(changes, 0, sizeof(changes));
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].write) changes[to_write++] = outcomes[i].change;
    if (to_write) FAILPOINT("round-unwritten");
    record_changes(delivery, changes, to_write, results);
    for (size_t i = 0; i < count; i++)
        outcome_written(delivery, &outcomes[i], outcomes[i].write ? results[at++] : S_OK);
    return before - delivery->follow_count;
}

static BOOL round_is_due(const struct delivery *delivery)
{
    return follow_submitted(delivery) && !deadline_left(delivery->next_round);
}

/* What Outlook says of its connection is asked along with it, while something waits there. */
static HRESULT count_outbox(struct delivery *delivery, LONG *count)
{
    struct error error = {0};
    struct outbox_seen outbox;
    HRESULT hr = outlook_outbox_count(delivery->outlook, deadline_in(COUNT_DEADLINE_MS), &outbox, &error);

    *count = outbox.count;
    if (FAILED(hr))
        outlook_trouble(delivery, &error);
    else
        standing_offline_now(delivery, outbox.offline);
    error_clear(&error);
    return hr;
}

static BOOL looks_are_needed(struct delivery *delivery, LONG count, size_t submitted, BOOL just_handed)
{
    struct round_facts facts = {count, delivery->last_count, (uint32_t)submitted, just_handed,
        .full_round_due = !deadline_left(delivery->next_full_round)};
    BOOL needed;

    for (size_t i = 0; !facts.never_seen && i < delivery->follow_count; i++)
        facts.never_seen = delivery->follows[i]->state == job_submitted && !delivery->follows[i]->looked;
    needed = round_looks(&facts);
    if (needed) delivery->next_full_round = deadline_in(FULL_ROUND_MS);
    delivery->last_count = count;
    return needed;
}

BOOL follow_round(struct delivery *delivery, size_t most)
{
    struct outcome *outcomes;
    size_t looked = 0, ended = 0, submitted;
    BOOL just_handed;
    LONG count;

    if (!round_is_due(delivery) || !outlook_wanted(delivery)) return FALSE;
    submitted = follow_submitted(delivery);
    just_handed = !delivery->round_ms;
    delivery->round_ms = delivery_next_look_ms(delivery->round_ms, config_get(setting_outbox_poll_ms));
    delivery->next_round = deadline_in(delivery->round_ms);
    if (FAILED(count_outbox(delivery, &count))) return FALSE;
    if (!looks_are_needed(delivery, count, submitted, just_handed)) return FALSE;
    most = min(most, MOST_A_ROUND);
    outcomes = calloc(most, sizeof(*outcomes));
    if (!outcomes) return FALSE;
    looked = look_at_some(delivery, outcomes, most);
    ended = write_round(delivery, outcomes, looked);
    free(outcomes);
    if (looked < most || looked >= submitted || !ended) return FALSE;
    delivery->next_round = 0; /* there is more to be found */
    return TRUE;
}

BOOL follow_left(const struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->follow_count; i++)
        if (delivery->follows[i]->left_call) return TRUE;
    return FALSE;
}

deadline follow_next(struct delivery *delivery)
{
    deadline next = follow_submitted(delivery) ? delivery->next_round : deadline_never;

    for (size_t i = 0; i < delivery->follow_count; i++)
        if (is_doubt(delivery->follows[i]) && !delivery->follows[i]->left_call &&
            delivery->follows[i]->next_look < next)
            next = delivery->follows[i]->next_look;
    return next;
}

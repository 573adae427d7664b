/* following.c - jobs that Outlook has, or may have. Submitted mail is asked for in rounds: one count of the Outbox,
 * then looks for some jobs, so that new mail never waits long; what a round found is written in one transaction. */
#include "internal.h"
#include <stdlib.h>
#include "host/config.h"

#define COUNT_DEADLINE_MS 30000u
#define MOST_A_ROUND 50u
#define FULL_ROUND_MS 15000u /* looks are had at least this often, whatever the Outbox's count says */

static void follow_destroy(struct follow *follow)
{
    error_clear(&follow->answer);
    free(follow->caller);
    free(follow->account);
    free(follow->entry_id);
    free(follow);
}

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
    follow->entry_id = _wcsdup(work->entry_id ? work->entry_id : L"");
    follow->state = work->state;
    follow->attempts = work->attempts;
    follow->attempts_before = work->attempts_before;
    follow->life_since = work->life_since;
    follow->process = work->outlook_process;
    follow->process_started = work->outlook_started;
    follow->ended_before = says_ends_outlook(work) && work->attempts - work->attempts_before > 1;
    follow->standing_since = (LONGLONG)clock_now_ms() - max(steady_now(delivery) - work->state_since, 0);
    follow->send_returned = work->send_returned || work->state == job_submitted;
    follow->seen_in_outbox = work->seen_in_outbox;
    standing_begin(follow, work);
    if (!follow->caller || !follow->entry_id)
    {
        follow_destroy(follow);
        return NULL;
    }
    delivery->follows[delivery->follow_count++] = follow;
    return follow;
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

/* Whether it is one of the first so many. */
static BOOL is_followed(const struct delivery *delivery, const WCHAR *id, size_t known)
{
    for (size_t i = 0; i < known; i++)
        if (!lstrcmpW(delivery->follows[i]->id, id)) return TRUE;
    return FALSE;
}

/* Adds those that are not among the known ones: what is known of these from this run is not on disk. */
static HRESULT load_state(struct delivery *delivery, enum job_state state, size_t known)
{
    struct job_work *work = NULL;
    size_t count = 0;
    HRESULT hr = record_read_state(delivery, state, &work, &count);

    for (size_t i = 0; i < count; i++)
    {
        if (SUCCEEDED(hr) && !is_followed(delivery, work[i].id, known) && !follow_add(delivery, &work[i]))
            hr = E_OUTOFMEMORY;
        job_work_clear(&work[i]);
    }
    free(work);
    return hr;
}

HRESULT follow_load(struct delivery *delivery)
{
    const size_t known = delivery->follow_count;
    HRESULT hr = load_state(delivery, job_sending, known);

    return SUCCEEDED(hr) ? load_state(delivery, job_submitted, known) : hr;
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

size_t follow_unwritten(const struct delivery *delivery)
{
    size_t count = 0;

    for (size_t i = 0; i < delivery->follow_count; i++)
        if (is_unwritten(delivery->follows[i])) count++;
    return count;
}

/* A refused one was changed by somebody else: it is no longer ours. What could not be written now is written later. */
static void submitted_written(struct delivery *delivery, struct follow *follow, HRESULT result)
{
    if (result == CODE_OF(error_wrong_state))
    {
        follow_remove(delivery, follow);
        return;
    }
    if (FAILED(result)) return;
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

BOOL follow_in_doubt(const struct follow *follow)
{
    return follow->state == job_sending && !follow->send_returned;
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
        if (follow_in_doubt(delivery->follows[i]) && !delivery->follows[i]->left_call &&
            delivery->follows[i]->next_look < next)
            next = delivery->follows[i]->next_look;
    return next;
}

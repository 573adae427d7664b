/* settle.c - one look at one mail, and what is recorded of it. rules/look.h decides; here its verdict becomes a change
 * of the job. A mail whose Send failed is looked for before anything else is done: what Outlook answers is believed
 * only when the mail is still among the drafts. */
#include "internal.h"
#include "host/config.h"
#include "host/processes.h"
#include "rules/retry.h"

#define LOOK_DEADLINE_MS 30000u
#define COMPARE_DEADLINE_MS 30000u
#define PAUSE_FIRST_MS 1000u
#define PAUSE_LONGEST_MS 60000u
#define WAITING_LOOK_MS 60000u  /* between looks while an earlier call may be under way */
#define COMPARE_MOST_MS 120000u /* until a draft that Outlook does not compare is taken for another one */

HRESULT look_for(struct delivery *delivery, const WCHAR *job_id, const WCHAR *account, LONG attempt,
    struct mail_seen *seen, struct outlook_place *where, struct error *error)
{
    WCHAR stamp[STAMP_SIZE];
    HRESULT hr = job_stamp(job_id, attempt, stamp);

    memset(where, 0, sizeof(*where));
    if (FAILED(hr)) return error_unexpected_windows(error, L"making a stamp", hr);
    return outlook_look(delivery->outlook, stamp, account, deadline_in(LOOK_DEADLINE_MS), seen, where, error);
}

/* Where Send took the mail and the Outbox holds fewer than it was given, the copy is looked for first: seen there,
 * nothing else matters. */
static HRESULT look_at(struct delivery *delivery, const struct follow *follow, struct mail_seen *seen,
    struct outlook_place *where, struct error *error)
{
    WCHAR stamp[STAMP_SIZE];

    memset(where, 0, sizeof(*where));
    if (follow->state == job_submitted &&
        copy_comes_first(delivery->last_count, (uint32_t)follow_submitted(delivery)) &&
        SUCCEEDED(job_stamp(follow->id, follow->attempts, stamp)))
    {
        HRESULT hr = outlook_look_sent(
            delivery->outlook, stamp, follow->account, deadline_in(LOOK_DEADLINE_MS), seen, where, error);

        if (FAILED(hr) || seen->sent) return hr;
    }
    return look_for(delivery, follow->id, follow->account, follow->attempts, seen, where, error);
}

DWORD longer_pause_ms(struct follow *follow)
{
    follow->pause_ms = follow->pause_ms ? min(follow->pause_ms * 2, PAUSE_LONGEST_MS) : PAUSE_FIRST_MS;
    return follow->pause_ms;
}

static struct retry_limits retry_limits(void)
{
    struct retry_limits limits = {config_get(setting_retry_first_seconds), config_get(setting_retry_factor),
        config_get(setting_retry_longest_seconds), config_get(setting_retry_life_seconds)};

    return limits;
}

/* The error of an attempt, with what the broker will do about it as its next step. */
static void tell_next(struct error *told, const struct error *error, enum plan plan, LONGLONG next_attempt_at)
{
    WCHAR time[TIME_TEXT_SIZE];

    error_copy(told, error);
    utc_ms_to_text(next_attempt_at, time);
    if (next_attempt_at)
        error_set_next(told, error_mail_again_at, 1, time);
    else if (plan != plan_give_up)
        error_set_next(told, error_mail_life_over, 0);
}

BOOL life_is_over(struct delivery *delivery, LONGLONG life_since, BOOL tried)
{
    struct retry_limits limits = retry_limits();
    LONGLONG now = steady_now(delivery), age = now > life_since ? now - life_since : 0;

    return retry_over(&limits, (uint64_t)age / 1000, tried);
}

HRESULT record_failure(struct delivery *delivery, const struct follow *job, enum plan plan, const struct error *error)
{
    struct retry_limits limits = retry_limits();
    LONGLONG now = steady_now(delivery);
    LONG attempts = max(job->attempts - job->attempts_before, 1);
    struct outlook_facts facts;
    struct job_change change;
    struct error told = {0};
    BOOL again;
    HRESULT hr;

    outlook_facts(delivery->outlook, &facts);
    again = plan != plan_give_up && !life_is_over(delivery, job->life_since, job->attached == facts.times_attached);
    change = change_of(job->id, job->state, again ? job_queued : job_failed);
    change.fields = job_set_attempts | job_set_next_attempt;
    change.attempts = job->attempts;
    change.next_attempt_at = again ? now + (LONGLONG)retry_delay_s(&limits, (uint32_t)attempts) * 1000 : 0;
    tell_next(&told, error, plan, change.next_attempt_at);
    change_error(&change, &told);
    hr = record_change(delivery, &change);
    error_clear(&told);
    if (SUCCEEDED(hr)) FAILPOINT("failure-committed");
    if (SUCCEEDED(hr)) record_log(job->id, job->caller, change.state, job->attempts, error->code);
    return hr;
}

/* For how long it has been away is counted over looks that saw every store. */
static void fill_record(struct follow *follow, const struct mail_seen *seen, struct mail_record *record)
{
    BOOL away = !seen->draft && !seen->outbox && !seen->sent;

    if (!follow->sender_gone && follow->process)
        follow->sender_gone = !process_alive(follow->process, follow->process_started);
    if (seen->outbox) follow->seen_in_outbox = TRUE;
    follow->unseen = mail_is_hidden(seen) ? (HRESULT)seen->unseen : S_OK;
    if (!follow->unseen)
        follow->unseen_ms = follow->pause_ms = 0;
    else if (!follow->unseen_ms)
        follow->unseen_ms = clock_now_ms();
    if (seen->outbox || follow->unseen || (!away && !seen->draft))
        follow->left_ms = 0;
    else if (!follow->left_ms)
        follow->left_ms = clock_now_ms();
    record->send_begun = true;
    record->send_returned = follow->send_returned;
    record->seen_in_outbox = follow->seen_in_outbox;
    record->sender_gone = follow->sender_gone;
    record->copy_wait_over =
        follow->left_ms && clock_now_ms() - follow->left_ms >= config_get(setting_copy_wait_seconds) * 1000ull;
}

/* What is written for a verdict that ends in a state with a text of its own. */
static const struct
{
    enum job_state state;
    enum error_id text;
} endings[] = {
    [mail_sent_no_copy] = {job_sent, error_no_copy_seen},
    [mail_kept] = {job_failed, error_draft_kept},
    [mail_unknown] = {job_unknown, error_lost_track},
};

static enum error_id ending_text(const struct outcome *outcome, enum mail_verdict verdict, const struct mail_seen *seen)
{
    const BOOL draft = outcome->twin || seen->draft;

    if (verdict == mail_unknown && seen->gone) return draft ? error_lost_account_draft : error_lost_account;
    if (verdict == mail_unknown && draft) return error_lost_track_draft;
    if (verdict == mail_sent_no_copy && !outcome->follow->seen_in_outbox) return error_no_copy_taken;
    return endings[verdict].text;
}

static void set_ending(struct outcome *outcome, enum mail_verdict verdict, const struct mail_seen *seen)
{
    outcome->write = TRUE;
    outcome->change.state = endings[verdict].state;
    outcome->change.keeps_draft = verdict == mail_kept;
    error_set(&outcome->error, ending_text(outcome, verdict, seen), 0);
    change_error(&outcome->change, &outcome->error);
}

/* The call that was given the mail may be under way: said once in the row. */
static void set_waiting(struct outcome *outcome)
{
    struct follow *follow = outcome->follow;
    WCHAR number[NUMBER_TEXT_SIZE];

    follow->next_look = deadline_in(WAITING_LOOK_MS);
    if (follow->send_returned || follow->seen_in_outbox || follow->waiting_told) return;
    follow->waiting_told = TRUE;
    outcome->write = TRUE;
    error_set(&outcome->error, error_waiting_for_outlook_end, 1, number_text(follow->process, number));
    change_error(&outcome->change, &outcome->error);
}

static void set_seen(struct outcome *outcome, const struct mail_seen *seen)
{
    struct follow *follow = outcome->follow;

    if (seen->sent)
    {
        outcome->change.state = job_sent;
        change_error(&outcome->change, NULL);
        if (outcome->where.entry_id)
        {
            outcome->change.fields |= job_set_place;
            outcome->change.entry_id = outcome->where.entry_id;
            outcome->change.store_id = outcome->where.store_id;
        }
        outcome->write = TRUE;
        return;
    }
    outcome->write = follow->state != job_submitted || !follow->looked;
    follow->looked = TRUE;
    outcome->change.state = job_submitted;
    outcome->change.fields |= job_set_seen | job_set_returned;
    outcome->change.seen_in_outbox = outcome->change.send_returned = TRUE;
    if (follow->state != job_submitted) change_error(&outcome->change, NULL);
}

static void set_outcome(struct outcome *outcome, enum mail_verdict verdict, const struct mail_seen *seen)
{
    struct follow *follow = outcome->follow;

    switch (verdict)
    {
    case mail_submitted:
    case mail_sent:
        set_seen(outcome, seen);
        break;
    case mail_create: /* never of a job that was sending */
    case mail_send_draft:
        outcome->resend = TRUE;
        break;
    case mail_wait:
        set_waiting(outcome);
        break;
    case mail_unseen: /* the row says so: standing_look */
        follow->next_look = deadline_in(longer_pause_ms(follow));
        break;
    case mail_kept:
    case mail_sent_no_copy:
    case mail_unknown:
        set_ending(outcome, verdict, seen);
        break;
    }
}

/* Whether the draft that was found is the one that Outlook was given. Another one bears its stamp where an earlier call
 * took effect late, as one of a broker that ended, or where a person moved or copied it; nobody ever asked Outlook to
 * send that one, and it says nothing of the mail. */
static HRESULT is_own_draft(struct delivery *delivery, const struct follow *follow, const struct outlook_place *found,
    BOOL *own, struct error *error)
{
    *own = TRUE;
    if (!follow->entry_id || !follow->entry_id[0] || !found->entry_id) return S_OK;
    if (!_wcsicmp(follow->entry_id, found->entry_id)) return S_OK;
    return outlook_same_item(
        delivery->outlook, follow->entry_id, found->entry_id, deadline_in(COMPARE_DEADLINE_MS), own, error);
}

/* Outlook does not say whether they are one item. After a while it is not asked for ever. */
static HRESULT not_compared(struct follow *follow, HRESULT hr, BOOL *own)
{
    if (delivery_plan(hr) == plan_outlook_first) return hr;
    if (!follow->compare_ms) follow->compare_ms = clock_now_ms();
    *own = FALSE;
    return clock_now_ms() - follow->compare_ms < COMPARE_MOST_MS ? hr : S_OK;
}

/* A twin is no draft of the mail: it stays where it is, as nobody can tell it from the mail's own that was moved. */
static HRESULT pass_over_twin(
    struct delivery *delivery, struct outcome *outcome, struct mail_seen *seen, struct error *error)
{
    struct follow *follow = outcome->follow;
    BOOL own = TRUE;
    HRESULT hr = S_OK;

    if (mail_is_stray(seen)) hr = is_own_draft(delivery, follow, &outcome->where, &own, error);
    if (FAILED(hr))
        hr = not_compared(follow, hr, &own);
    else
        follow->compare_ms = 0;
    if (FAILED(hr) || own) return hr;
    outcome->twin = TRUE;
    seen->draft = false;
    outlook_place_clear(&outcome->where);
    return S_OK;
}

/* What Outlook answers of this mail alone keeps no other waiting: it is as if the stores could not be seen. */
static HRESULT pass_over_failure(struct outcome *outcome, struct mail_seen *seen, HRESULT hr)
{
    if (delivery_plan(hr) == plan_outlook_first) return hr;
    outlook_place_clear(&outcome->where);
    memset(seen, 0, sizeof(*seen));
    seen->unseen = (uint32_t)hr;
    return S_OK;
}

/* A draft that may be the mail's own says that it may not have been sent. */
static enum mail_verdict judge(
    const struct outcome *outcome, const struct mail_record *record, const struct mail_seen *seen)
{
    enum mail_verdict verdict = mail_judge(record, seen);

    return verdict == mail_sent_no_copy && outcome->follow->compare_ms ? mail_unknown : verdict;
}

BOOL outcome_find(struct delivery *delivery, struct follow *follow, struct outcome *outcome)
{
    struct mail_record record;
    struct mail_seen seen;
    struct error error = {0};
    HRESULT hr;

    memset(outcome, 0, sizeof(*outcome));
    outcome->follow = follow;
    outcome->change = change_of(follow->id, follow->state, follow->state);
    hr = look_at(delivery, follow, &seen, &outcome->where, &error);
    if (SUCCEEDED(hr)) hr = pass_over_twin(delivery, outcome, &seen, &error);
    follow->unanswered = FAILED(hr);
    if (FAILED(hr)) hr = pass_over_failure(outcome, &seen, hr);
    if (FAILED(hr))
    {
        outlook_place_clear(&outcome->where);
        outlook_trouble(delivery, &error);
        error_clear(&error);
        return FALSE;
    }
    error_clear(&error);
    if (!follow->unanswered) outlook_well(delivery);
    fill_record(follow, &seen, &record);
    set_outcome(outcome, judge(outcome, &record, &seen), &seen);
    return TRUE;
}

void outcome_written(struct delivery *delivery, struct outcome *outcome, HRESULT result)
{
    struct follow *follow = outcome->follow;
    BOOL moved = outcome->change.state != follow->state;

    if (result == CODE_OF(error_wrong_state))
        follow_remove(delivery, follow);
    else if (SUCCEEDED(result) && outcome->write && moved)
    {
        record_log(follow->id, follow->caller, outcome->change.state, follow->attempts, outcome->error.code);
        follow->state = outcome->change.state;
        if (follow->state == job_submitted)
        {
            follow->send_returned = TRUE;
            follow->standing_since = (LONGLONG)clock_now_ms();
        }
        if (job_state_final(follow->state)) follow_remove(delivery, follow);
    }
    outlook_place_clear(&outcome->where);
    error_clear(&outcome->error);
}

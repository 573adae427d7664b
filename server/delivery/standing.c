/* standing.c - mail that Outlook took and that does not leave its Outbox, or of which it cannot be told what became of
 * it. It is Outlook's to send, so the broker does nothing about it but tell: the job's row and Status say that Outlook
 * works offline, or which it is and for how long; after the time that is set, an event says so once for each mail. That
 * Outlook cannot be asked silences nothing. When the mail leaves, its end takes all that away. */
#include "internal.h"
#include "host/config.h"
#include "host/log.h"
#include "host/processes.h"

#define MOST_TOLD_AT_ONCE 50
#define BLIND_MS 30000u /* until an Outlook that cannot be asked counts */

void standing_offline_now(struct delivery *delivery, BOOL offline)
{
    if (offline == delivery->offline) return;
    delivery->offline = offline;
    log_event("outlook", NULL, NULL, offline ? L"works offline, with mail in its Outbox" : L"works offline no longer");
}

/* Which of them was told is not known: it is told anew, but no event is made twice. */
void standing_begin(struct follow *follow, const struct job_work *work)
{
    const DWORD late = 1u << told_unseen_long | 1u << told_unanswered_long | 1u << told_in_outbox | 1u << told_blind;

    follow->told_in = follow->state;
    if (work->last_error == CODE_OF(error_store_unseen) || (work->state == job_submitted && FAILED(work->last_error)))
        follow->told = told_earlier;
    if (follow->told == told_earlier && work->last_error != CODE_OF(error_store_unseen) &&
        work->last_error != CODE_OF(error_waits_in_outbox))
        follow->events = late;
}

/* While Outlook was left alone for a moment only, the looks of before count. */
static BOOL is_blind(struct delivery *delivery)
{
    BOOL held = delivery->troubles && (delivery->troubles > 1 || delivery->left_behind || delivery->hold_until);

    if (!held || SUCCEEDED(delivery->facts.last_error))
        delivery->blind_ms = 0;
    else if (!delivery->blind_ms)
        delivery->blind_ms = clock_now_ms();
    return delivery->blind_ms && clock_now_ms() - delivery->blind_ms >= BLIND_MS;
}

/* The call that was given the mail has not returned, and its OUTLOOK.EXE runs. */
static BOOL call_under_way(const struct follow *follow)
{
    if (!follow_in_doubt(follow) || follow->sender_gone) return FALSE;
    return !follow->process || process_alive(follow->process, follow->process_started);
}

/* One mail, as it is told of. */
struct story
{
    enum standing standing;
    enum told told;
    uint64_t for_s;
};

static enum told told_as(const struct follow *follow, enum standing standing, BOOL blind, BOOL in_call)
{
    if (standing == standing_offline) return told_offline;
    if (standing == standing_unseen) return follow->unanswered ? told_unanswered : told_unseen;
    if (standing == standing_fine) return told_nothing;
    if (in_call) return told_in_sending;
    if (blind) return told_blind;
    if (follow->unseen) return follow->unanswered ? told_unanswered_long : told_unseen_long;
    return told_in_outbox;
}

/* One that is no more among what Outlook is to send only waits for its copy to show. Where Outlook cannot be asked all
 * wait: what was told of one stays until that takes too long, too. */
static struct story story_of(const struct delivery *delivery, const struct follow *follow, BOOL blind)
{
    const BOOL stands = follow->state == job_submitted && follow->seen_in_outbox && !follow->left_ms;
    const BOOL in_call = call_under_way(follow), unseen = follow->unseen && !blind && !in_call;
    const LONGLONG since = unseen ? (LONGLONG)follow->unseen_ms : follow->standing_since;
    struct story story = {.for_s = (uint64_t)max((LONGLONG)clock_now_ms() - since, 0) / 1000};
    struct standing_facts facts = {.in_outbox = stands || in_call || blind,
        .unseen = unseen,
        .offline = stands && delivery->offline,
        .for_s = story.for_s,
        .alert_s = config_get(setting_submitted_alert_minutes) * 60ull};

    story.standing = mail_standing(&facts);
    story.told = told_as(follow, story.standing, blind, in_call);
    if (blind && story.standing != standing_stuck) story.told = follow->told;
    return story;
}

static void make_text(
    const struct delivery *delivery, const struct follow *follow, enum told told, uint64_t minutes, struct error *error)
{
    const struct error trouble = {delivery->facts.last_error, (WCHAR *)delivery->facts.last_error_text};
    WCHAR number[NUMBER_TEXT_SIZE], words[CODE_WORDS_SIZE];

    number_text(minutes, number);
    if (told == told_offline) error_set(error, error_waits_in_outbox, 0);
    if (told == told_unseen) set_store_unseen(error, follow->unseen, 0);
    if (told == told_unseen_long) set_store_unseen(error, follow->unseen, max(minutes, 1));
    if (told == told_unanswered || told == told_unanswered_long)
    {
        code_words(follow->unseen, words);
        error_set(error, error_look_failed, 1, words);
    }
    if (told == told_in_outbox)
        error_set(error, error_stuck_in_outbox, 2, number,
            delivery->offline ? L"Outlook works offline" : L"Outlook does not say that it works offline");
    if (told == told_in_sending && trouble.code != CODE_OF(error_dialog))
        error_set(error, error_stuck_in_sending, 1, number);
    if (told == told_blind || (told == told_in_sending && trouble.code == CODE_OF(error_dialog)))
        error_copy(error, &trouble);
}

/* What is to be told of some mails, written in one transaction. */
struct telling
{
    struct follow *follows[MOST_TOLD_AT_ONCE];
    enum told told[MOST_TOLD_AT_ONCE];
    struct error errors[MOST_TOLD_AT_ONCE];
    size_t count;
};

static void add(struct delivery *delivery, struct telling *telling, struct follow *follow, const struct story *story)
{
    BOOL same = story->told == follow->told;

    if (story->told == told_blind && follow->told_code != delivery->facts.last_error) same = FALSE;
    if (same || telling->count == MOST_TOLD_AT_ONCE) return; /* the next pass tells of it */
    make_text(delivery, follow, story->told, story->for_s / 60, &telling->errors[telling->count]);
    telling->told[telling->count] = story->told;
    telling->follows[telling->count++] = follow;
}

/* The row says it. The event log is told of each thing once. */
static void told_now(struct follow *follow, enum told told, HRESULT code)
{
    static const WCHAR *const events[told_count] = {
        [told_unseen_long] = WAITS_FOR_STORES,
        [told_unanswered_long] = L"waits: Outlook does not answer what it is asked about it",
        [told_in_outbox] = L"does not leave Outlook's Outbox",
        [told_in_sending] = L"was given to Outlook, which does not say what became of it",
        [told_blind] = L"was to be sent by Outlook, which cannot be asked what became of it",
    };

    follow->told = told;
    follow->told_code = code;
    if (!events[told] || follow->events & 1u << told) return;
    follow->events |= 1u << told;
    record_stuck(follow->id, follow->caller, events[told], code);
}

static void tell(struct delivery *delivery, struct telling *telling)
{
    struct job_change changes[MOST_TOLD_AT_ONCE];
    HRESULT results[MOST_TOLD_AT_ONCE];

    for (size_t i = 0; i < telling->count; i++)
    {
        changes[i] = change_of(telling->follows[i]->id, telling->follows[i]->state, telling->follows[i]->state);
        change_error(&changes[i], &telling->errors[i]);
    }
    record_changes(delivery, changes, telling->count, results);
    for (size_t i = 0; i < telling->count; i++)
    {
        if (SUCCEEDED(results[i])) told_now(telling->follows[i], telling->told[i], telling->errors[i].code);
        error_clear(&telling->errors[i]);
    }
}

/* The worst of it is what Status says; what keeps the broker from Outlook it says anyhow. */
static void tell_status(struct delivery *delivery, const struct follow *worst, const struct story *story)
{
    enum told told = story->told == told_blind ? told_nothing : story->told;
    struct error error = {0};

    if (told == told_in_outbox && delivery->offline) told = told_offline;
    if (worst) make_text(delivery, worst, told, story->for_s / 60, &error);
    if (error.code != delivery->standing.code ||
        lstrcmpW(error.text ? error.text : L"", delivery->standing.text ? delivery->standing.text : L""))
    {
        error_move(&delivery->standing, &error);
        publish_standing(delivery);
    }
    error_clear(&error);
}

void standing_look(struct delivery *delivery)
{
    const BOOL blind = is_blind(delivery);
    struct telling telling = {.count = 0};
    struct story worst = {.told = told_nothing};
    const struct follow *worst_follow = NULL;

    for (size_t i = 0; i < delivery->follow_count; i++)
    {
        struct follow *follow = delivery->follows[i];
        struct story story;

        if (follow->told_in != follow->state) follow->told = told_nothing;
        follow->told_in = follow->state;
        story = story_of(delivery, follow, blind);
        add(delivery, &telling, follow, &story);
        if (story.standing < worst.standing || story.standing == standing_fine) continue;
        if (worst_follow && story.standing == worst.standing && story.for_s <= worst.for_s) continue;
        worst = story;
        worst_follow = follow;
    }
    tell(delivery, &telling);
    tell_status(delivery, worst_follow, &worst);
}

/* standing.c - mail that Outlook took and that does not leave its Outbox, or of which that cannot be told as a store
 * cannot be seen. It is Outlook's to send, so the broker does nothing about it but tell: the job's row and Status say
 * that Outlook works offline, or which it is and for how long; after the time that is set, an event says so once for
 * each mail. When the mail leaves, its end takes all that away. */
#include "internal.h"
#include "host/config.h"
#include "host/log.h"

#define MOST_TOLD_AT_ONCE 50

void standing_offline_now(struct delivery *delivery, BOOL offline)
{
    if (offline == delivery->offline) return;
    delivery->offline = offline;
    log_event("outlook", NULL, NULL, offline ? L"works offline, with mail in its Outbox" : L"works offline no longer");
}

/* unseen: of a store that cannot be seen; S_OK: all can. */
static void make_text(struct delivery *delivery, enum standing standing, enum job_state state, uint64_t minutes,
    HRESULT unseen, struct error *error)
{
    WCHAR number[NUMBER_TEXT_SIZE];

    if (standing == standing_offline) error_set(error, error_waits_in_outbox, 0);
    if (standing == standing_unseen) set_store_unseen(error, unseen, 0);
    if (standing == standing_stuck && unseen)
        set_store_unseen(error, unseen, max(minutes, 1));
    else if (standing == standing_stuck && state == job_sending)
        error_set(error, error_stuck_in_sending, 1, number_text(minutes, number));
    else if (standing == standing_stuck)
        error_set(error, error_stuck_in_outbox, 2, number_text(minutes, number),
            delivery->offline ? L"Outlook works offline" : L"Outlook does not say that it works offline");
}

/* What is to be told of some mails, written in one transaction. */
struct telling
{
    struct follow *follows[MOST_TOLD_AT_ONCE];
    enum standing standings[MOST_TOLD_AT_ONCE];
    struct error errors[MOST_TOLD_AT_ONCE];
    size_t count;
};

static void add(
    struct delivery *delivery, struct telling *telling, struct follow *follow, enum standing standing, uint64_t minutes)
{
    if (telling->count == MOST_TOLD_AT_ONCE) return; /* the next pass tells of it */
    make_text(delivery, standing, follow->state, minutes, follow->unseen, &telling->errors[telling->count]);
    telling->standings[telling->count] = standing;
    telling->follows[telling->count++] = follow;
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
        struct follow *follow = telling->follows[i];

        if (SUCCEEDED(results[i]) && telling->standings[i] == standing_stuck)
            record_stuck(follow->id, follow->caller, follow->state, follow->unseen != S_OK, telling->errors[i].code);
        if (SUCCEEDED(results[i])) follow->told = telling->standings[i];
        error_clear(&telling->errors[i]);
    }
}

/* The worst of it is what Status says. */
static void tell_status(
    struct delivery *delivery, enum standing worst, enum job_state state, uint64_t minutes, HRESULT unseen)
{
    struct error error = {0};

    if (worst == standing_stuck && state == job_submitted && delivery->offline) worst = standing_offline;
    make_text(delivery, worst, state, minutes, unseen, &error);
    if (error.code != delivery->standing.code)
    {
        error_move(&delivery->standing, &error);
        publish_standing(delivery);
    }
    error_clear(&error);
}

/* One that is no more among what Outlook is to send only waits for its copy to show. */
static struct standing_facts facts_of(const struct delivery *delivery, const struct follow *follow, LONGLONG now)
{
    LONGLONG since = follow->unseen ? (LONGLONG)follow->unseen_ms : follow->standing_since;
    struct standing_facts facts = {.unseen = follow->unseen != S_OK,
        .offline = delivery->offline,
        .for_s = (uint64_t)max(now - since, 0) / 1000,
        .alert_s = config_get(setting_submitted_alert_minutes) * 60ull};

    facts.in_outbox = follow->state == job_submitted && follow->seen_in_outbox && !follow->left_ms;
    return facts;
}

/* What is said of one. While Outlook does not say what it made of a mail, that stands as in an Outbox, online. */
static enum standing stands(struct follow *follow, struct standing_facts *facts)
{
    if (follow->told_in != follow->state) follow->told = standing_fine;
    follow->told_in = follow->state;
    if (follow->state == job_sending && !follow->send_returned && !facts->unseen)
    {
        facts->in_outbox = true;
        facts->offline = false;
    }
    return mail_standing(facts);
}

void standing_look(struct delivery *delivery)
{
    const LONGLONG now = (LONGLONG)clock_now_ms();
    struct telling telling = {.count = 0};
    enum standing worst = standing_fine;
    enum job_state state = job_submitted;
    uint64_t longest_s = 0;
    HRESULT unseen = S_OK;

    for (size_t i = 0; i < delivery->follow_count; i++)
    {
        struct follow *follow = delivery->follows[i];
        struct standing_facts facts = facts_of(delivery, follow, now);
        uint64_t for_s = facts.for_s;
        enum standing standing;

        standing = stands(follow, &facts);
        if (standing != follow->told && follow->told != standing_stuck)
            add(delivery, &telling, follow, standing, for_s / 60);
        if (standing > worst || (standing == worst && for_s > longest_s))
        {
            worst = standing;
            state = follow->state;
            longest_s = for_s;
        }
        if (follow->unseen) unseen = follow->unseen;
    }
    tell(delivery, &telling);
    tell_status(delivery, worst, state, longest_s / 60, unseen);
}

/* unseen.c - queued mail that may stand in a store that cannot be seen: it waits, and no other does. The first that
 * has to wait is watched: once it has waited as long as is set, an event tells of it, and of none behind it. */
#include "internal.h"
#include "host/config.h"

#define AGAIN_FIRST_MS 10000u /* until these stores are looked at again; later a tenth of the time that it has been */
#define AGAIN_LONGEST_MS 300000u
#define NOT_COME_BY_MS (4 * AGAIN_LONGEST_MS)

void set_store_unseen(struct error *error, HRESULT unseen, uint64_t minutes)
{
    WCHAR words[CODE_WORDS_SIZE], number[NUMBER_TEXT_SIZE];

    code_words(unseen, words);
    if (minutes)
        error_set(error, error_store_unseen_long, 2, number_text(minutes, number), words);
    else
        error_set(error, error_store_unseen, 1, words);
}

/* For how many minutes it waits, once that is to be told; else 0. One that has not come by for long was cancelled. */
static uint64_t minutes_to_tell(struct delivery *delivery, const struct job_work *work)
{
    const ULONGLONG now = clock_now_ms();
    struct unseen_watch *watch = &delivery->unseen;
    struct standing_facts facts = {.unseen = true, .alert_s = config_get(setting_submitted_alert_minutes) * 60ull};

    if (!watch->id[0] || now - watch->asked > NOT_COME_BY_MS)
    {
        memset(watch, 0, sizeof(*watch));
        lstrcpynW(watch->id, work->id, ARRAYSIZE(watch->id));
        watch->since = now;
    }
    if (lstrcmpW(watch->id, work->id)) return 0;
    watch->asked = now;
    facts.for_s = (now - watch->since) / 1000;
    return mail_standing(&facts) == standing_stuck ? max(facts.for_s / 60, 1) : 0;
}

void stores_were_seen(struct delivery *delivery, const struct job_work *work)
{
    if (!lstrcmpW(delivery->unseen.id, work->id)) delivery->unseen.id[0] = 0;
}

/* Many such mails are looked for one after the other: that must neither keep Outlook busy nor other mail waiting. */
static LONGLONG pause_ms(const struct delivery *delivery)
{
    const ULONGLONG tenth = (clock_now_ms() - delivery->unseen.since) / 10;

    return (LONGLONG)min(max(tenth, AGAIN_FIRST_MS), AGAIN_LONGEST_MS);
}

BOOL wait_for_stores(struct delivery *delivery, const struct job_work *work, const struct mail_seen *seen)
{
    struct job_change change = change_of(work->id, job_queued, job_queued);
    const uint64_t minutes = minutes_to_tell(delivery, work);
    struct error error = {0};
    HRESULT hr;

    change.fields = job_set_next_attempt;
    change.next_attempt_at = steady_now(delivery) + pause_ms(delivery);
    set_store_unseen(&error, (HRESULT)seen->unseen, minutes);
    change_error(&change, &error);
    delivery->new_first = TRUE;
    hr = record_change(delivery, &change);
    outbox_trouble(delivery, hr);
    if (SUCCEEDED(hr) && minutes && !delivery->unseen.told)
    {
        record_stuck(work->id, work->caller_name, WAITS_FOR_STORES, error.code);
        delivery->unseen.told = TRUE;
    }
    error_clear(&error);
    return FALSE;
}

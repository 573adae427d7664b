/* standing.c - mail that Outlook took and that does not leave its Outbox. It is Outlook's to send, so the broker does
 * nothing about it but tell: the job's row and Status say that Outlook works offline, or for how long the mail has been
 * standing there; after the time that is set, an event says so once for each mail. When the mail leaves, its end takes
 * all that away. */
#include "internal.h"
#include "host/config.h"
#include "host/log.h"

static void make_text(struct delivery *delivery, enum standing standing, uint64_t minutes, struct error *error)
{
    WCHAR number[NUMBER_TEXT_SIZE];

    if (standing == standing_offline) error_set(error, error_waits_in_outbox, 0);
    if (standing == standing_stuck)
        error_set(error, error_stuck_in_outbox, 2, number_text(minutes, number),
            delivery->offline ? L"Outlook works offline" : L"Outlook does not say that it works offline");
}

static void tell(struct delivery *delivery, struct follow *follow, enum standing standing, uint64_t minutes)
{
    struct job_change change = change_of(follow->id, job_submitted, job_submitted);
    struct error error = {0};

    make_text(delivery, standing, minutes, &error);
    change_error(&change, &error);
    if (SUCCEEDED(record_change(delivery, &change)))
    {
        if (standing == standing_stuck) record_stuck(follow->id, follow->caller, &error);
        follow->told = standing;
    }
    error_clear(&error);
}

/* The worst of it is what Status says. */
static void tell_status(struct delivery *delivery, enum standing worst, uint64_t minutes)
{
    struct error error = {0};

    if (worst == standing_stuck && delivery->offline) worst = standing_offline;
    make_text(delivery, worst, minutes, &error);
    if (error.code != delivery->standing.code)
    {
        error_move(&delivery->standing, &error);
        publish_standing(delivery);
    }
    error_clear(&error);
}

void standing_look(struct delivery *delivery)
{
    const uint64_t alert_s = config_get(setting_submitted_alert_minutes) * 60ull;
    const LONGLONG now = (LONGLONG)clock_now_ms();
    enum standing worst = standing_fine;
    uint64_t longest_s = 0;

    for (size_t i = 0; i < delivery->follow_count; i++)
    {
        struct follow *follow = delivery->follows[i];
        uint64_t for_s = (uint64_t)max(now - follow->standing_since, 0) / 1000;
        enum standing standing;

        if (follow->state != job_submitted) continue;
        standing = mail_standing(delivery->offline, for_s, alert_s);
        if (standing != follow->told && follow->told != standing_stuck) tell(delivery, follow, standing, for_s / 60);
        worst = max(worst, standing);
        longest_s = max(longest_s, for_s);
    }
    tell_status(delivery, worst, longest_s / 60);
}

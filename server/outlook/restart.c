/* restart.c - the planned restart of an Outlook of the broker's own, after so many mails or hours: once no mail of the
 * broker's is under way any more (outlook_keep wakes the thread then), with an empty Outbox and with nobody who has
 * made it his own, looked at right then. Who needs Outlook meanwhile waits in the queue, and finds the new one. */
#include "internal.h"
#include <stdlib.h>
#include "host/config.h"
#include "host/log.h"
#include "rules/planned_restart.h"

#define LOOK_DEADLINE_MS 10000u
#define QUIT_WAIT_MS 30000u
#define AGAIN_MS 1000u  /* while its Outbox is not empty */
#define HOURS_MS 60000u /* how often it is looked at its age */

static BOOL is_due(const struct apartment *apartment, const struct restart_limits *limits)
{
    const struct connection *connection = &apartment->connection;
    struct running_outlook running = {.owned = connection->owned != FALSE,
        .mail_in_hand = connection->item != NULL,
        .mail_under_way = apartment->outlook->keep != FALSE,
        .mails = connection->mails,
        .age_ms = clock_now_ms() - connection->had_ms};

    return planned_restart_due(&running, limits);
}

/* The profile in use, which the next start is to be on; NULL where there is none, or no memory. */
static void publish_restarting(struct apartment *apartment, BOOL restarting, WCHAR **profile)
{
    struct outlook_facts *facts = facts_take(apartment);

    if (facts)
    {
        facts->restarting = restarting;
        if (profile) *profile = facts->profile[0] ? _wcsdup(facts->profile) : NULL;
        facts_give(apartment);
    }
    outlook_tell(apartment->outlook);
}

static void start_anew(struct apartment *apartment)
{
    struct work *start = work_create(connection_attach, L"planned restart of Outlook", deadline_never);

    if (!start) return;
    log_event("outlook", NULL, NULL, L"process %lu is started anew as planned, after %lu mails",
        apartment->connection.process_id, (DWORD)apartment->connection.mails);
    publish_restarting(apartment, TRUE, &start->profile);
    connection_drop(apartment, TRUE, deadline_in(QUIT_WAIT_MS));
    if (!apartment->outlook->ending && !apartment->left_behind) connection_attach(apartment, start);
    publish_restarting(apartment, FALSE, NULL);
    apartment->connection.used_ms = clock_now_ms();
    work_release(start);
}

DWORD connection_restart(struct apartment *apartment)
{
    struct restart_limits limits = {config_get(setting_restart_after_mails), config_get(setting_restart_after_hours)};

    if (!is_due(apartment, &limits)) return apartment->connection.owned && limits.after_hours ? HOURS_MS : INFINITE;
    apartment->until = deadline_in(LOOK_DEADLINE_MS);
    switch (connection_may_quit(apartment))
    {
    case quit_now:
        start_anew(apartment);
        return 0;
    case quit_never:
        connection_disown(apartment);
        return INFINITE;
    default:
        return AGAIN_MS;
    }
}

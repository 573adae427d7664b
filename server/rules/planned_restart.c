/* planned_restart.c - see planned_restart.h. The user's Outlook is his, however old it is. */
#include "planned_restart.h"

#define HOUR_MS 3600000u

bool planned_restart_due(const struct running_outlook *outlook, const struct restart_limits *limits)
{
    if (!outlook->owned || outlook->mail_in_hand || outlook->mail_under_way) return false;
    if (limits->after_mails && outlook->mails >= limits->after_mails) return true;
    return limits->after_hours && outlook->age_ms / HOUR_MS >= limits->after_hours;
}

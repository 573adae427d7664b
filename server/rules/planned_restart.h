/* planned_restart.h - when an Outlook of the broker's own is started anew as planned. */
#ifndef OB_RULES_PLANNED_RESTART_H
#define OB_RULES_PLANNED_RESTART_H

#include <stdbool.h>
#include <stdint.h>

struct running_outlook
{
    bool owned;
    bool mail_in_hand;   /* a mail was made and has not been sent */
    bool mail_under_way; /* mail waits to be given to it, or was taken by it and has not been seen to leave */
    uint32_t mails;      /* that it was given since it started */
    uint64_t age_ms;     /* since it was had */
};

struct restart_limits /* 0: never */
{
    uint32_t after_mails, after_hours;
};

/* True if it is time. Whether it may be ended is looked at then: its Outbox, and whose it is by now. */
bool planned_restart_due(const struct running_outlook *outlook, const struct restart_limits *limits);

#endif

/* waits.h - how long delivery waits when nothing is to be done at once. */
#ifndef OB_RULES_WAITS_H
#define OB_RULES_WAITS_H

#include <stdbool.h>
#include <stdint.h>

#define WAIT_FOR_EVER UINT32_MAX

struct wait_facts
{
    bool unread;           /* the outbox could not be read or written as it should have been: that is tried again */
    bool call_left;        /* a call into Outlook was left under way */
    bool outlook_held;     /* Outlook is left alone */
    uint32_t held_ms;      /* for so long yet */
    bool job_due;          /* a queued job could be handed over, if Outlook is not left alone any more */
    bool job_put_off;      /* a queued job waits for its time */
    uint64_t due_ms;       /* until then */
    bool stray_waits;      /* a draft that nobody will send any more is to be deleted, and Outlook is there */
    uint64_t stray_ms;     /* but not yet for so long */
    uint32_t next_look_ms; /* until what Outlook has is looked for; WAIT_FOR_EVER: it has nothing */
};

/* Milliseconds; WAIT_FOR_EVER: nothing waits for a time, so that only an event ends the wait. What waits for the time
 * of a day is looked at once a minute at least, since that may be set. */
uint32_t wait_ms(const struct wait_facts *facts);

#endif

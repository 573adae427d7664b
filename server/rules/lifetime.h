/* lifetime.h - may the broker's process end? */
#ifndef OB_RULES_LIFETIME_H
#define OB_RULES_LIFETIME_H

#include <stdbool.h>
#include <stdint.h>

struct life
{
    uint32_t clients; /* objects and locks that clients hold */
    bool had_client;  /* a client has reached the broker since it started */
    uint64_t idle_ms; /* since the last client let go, or since the start */
    uint32_t idle_limit_ms;
    uint32_t no_client_limit_ms;
    bool keep_running;           /* the setting KeepRunning */
    uint32_t sending, submitted; /* jobs in these states */
    bool job_due;                /* a queued job is due now */
    uint64_t next_due_ms;        /* until the next queued job is due; UINT64_MAX if there is none */
    uint64_t due_soon_ms;        /* up to which a job is "due soon" */
};

/* True if nothing needs the broker: it may let go of the count that it holds of its own. */
bool life_may_end(const struct life *life);

/* How long from now until life_may_end could answer otherwise by time alone, in ms; UINT32_MAX: never by time alone. */
uint32_t life_next_look_ms(const struct life *life);

#endif

/* waits.c - see waits.h. */
#include "rules/waits.h"

#define UNREAD_AGAIN_MS 5000u
#define LEFT_LOOK_MS 1000u
#define DUE_AGAIN_MS 1000u
#define CLOCK_LOOK_MS 60000u

static uint32_t sooner(uint32_t a, uint64_t b)
{
    return b < a ? (uint32_t)b : a;
}

uint32_t wait_ms(const struct wait_facts *facts)
{
    uint32_t wait = facts->next_look_ms;

    if (facts->unread) return UNREAD_AGAIN_MS;
    if (facts->call_left) return LEFT_LOOK_MS;
    if (facts->outlook_held) return facts->held_ms;
    if (facts->job_due) wait = sooner(wait, DUE_AGAIN_MS);
    if (facts->job_put_off) wait = sooner(sooner(wait, CLOCK_LOOK_MS), facts->due_ms);
    if (facts->stray_waits) wait = sooner(wait, facts->stray_ms < DUE_AGAIN_MS ? DUE_AGAIN_MS : facts->stray_ms);
    return wait == WAIT_FOR_EVER ? wait : sooner(wait, CLOCK_LOOK_MS);
}

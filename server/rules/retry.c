/* retry.c - how long to wait. Delays grow and end at a limit, never overflow, and never shrink as attempts grow. */
#include "retry.h"

#define RESTART_FIRST_S 5u
#define RESTART_LONGEST_S 60u
#define CLOCK_STEP_MS 2000
#define LOSSES_AT_FIRST 3u

/* first * factor^(number - 1), at most longest; the numbers 0 and 1 are the same. */
static uint32_t grown(uint32_t first, uint32_t factor, uint32_t number, uint32_t longest)
{
    uint64_t delay = first;

    if (factor > 1)
        for (; number > 1 && delay && delay < longest; number--)
            delay *= factor;
    return delay < longest ? (uint32_t)delay : longest;
}

uint32_t retry_delay_s(const struct retry_limits *limits, uint32_t attempts)
{
    return grown(limits->first_s, limits->factor, attempts, limits->longest_s);
}

bool retry_over(const struct retry_limits *limits, uint64_t age_s, bool tried_since_start)
{
    return tried_since_start && age_s >= limits->lifetime_s;
}

int64_t clock_step_ms(int64_t expected_ms, int64_t now_ms)
{
    int64_t step = now_ms - expected_ms;

    return step > -CLOCK_STEP_MS && step < CLOCK_STEP_MS ? 0 : step;
}

bool mail_ends_outlook(uint32_t losses, bool told_before)
{
    return losses >= (told_before ? 1 : LOSSES_AT_FIRST);
}

uint32_t restart_delay_s(uint32_t failed_starts)
{
    return grown(RESTART_FIRST_S, 2, failed_starts, RESTART_LONGEST_S);
}

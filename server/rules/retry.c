/* retry.c - how long to wait. Delays double and end at a limit, never overflow, and never shrink as attempts grow. */
#include "retry.h"

#define RESTART_FIRST_S 5u
#define RESTART_LONGEST_S 60u

/* first * 2^(number - 1), at most longest; the numbers 0 and 1 are the same. */
static uint32_t doubled(uint32_t first, uint32_t number, uint32_t longest)
{
    uint32_t doublings = number > 1 ? number - 1 : 0;
    uint64_t delay;

    if (doublings > 31) doublings = 31;
    delay = (uint64_t)first << doublings;
    return delay < longest ? (uint32_t)delay : longest;
}

uint32_t retry_delay_s(const struct retry_limits *limits, uint32_t attempts)
{
    return doubled(limits->first_s, attempts, limits->longest_s);
}

bool retry_over(const struct retry_limits *limits, uint64_t age_s)
{
    return age_s >= limits->lifetime_s;
}

uint32_t restart_delay_s(uint32_t failed_starts)
{
    return doubled(RESTART_FIRST_S, failed_starts, RESTART_LONGEST_S);
}

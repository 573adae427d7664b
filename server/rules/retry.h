/* retry.h - when a mail is tried again: first after 5 minutes, doubling to about 67, five days in all. */
#ifndef OB_RULES_RETRY_H
#define OB_RULES_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct retry_limits
{
    uint32_t first_s, longest_s; /* delays double from the first to the longest */
    uint32_t lifetime_s;
};

/* Seconds to wait after the given number of failed attempts (1 or more). */
uint32_t retry_delay_s(const struct retry_limits *limits, uint32_t attempts);

/* True if a mail accepted age_s seconds ago is to be given up after the attempt that just failed. */
bool retry_over(const struct retry_limits *limits, uint64_t age_s);

/* Seconds to wait before Outlook is started again after the given number of failed starts in a row (1 or more):
 * 5, 10, 20, 40, then 60. */
uint32_t restart_delay_s(uint32_t failed_starts);

#endif

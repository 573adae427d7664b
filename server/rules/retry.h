/* retry.h - when a mail is tried again: each time later, up to the longest wait, and not for ever; all four numbers are
 * settings. And what a clock that was set does to waits that stand on disk as times of day. */
#ifndef OB_RULES_RETRY_H
#define OB_RULES_RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct retry_limits
{
    uint32_t first_s, factor, longest_s; /* each delay is factor times the one before, from the first to the longest */
    uint32_t lifetime_s;
};

/* Seconds to wait after the given number of failed attempts (1 or more). */
uint32_t retry_delay_s(const struct retry_limits *limits, uint32_t attempts);

/* True if a mail accepted age_s seconds ago is to be given up after the attempt that just failed. tried_since_start:
 * that attempt was made with the Outlook that runs now. One that was made with an Outlook of before ends no mail: it
 * gets an attempt more. */
bool retry_over(const struct retry_limits *limits, uint64_t age_s, bool tried_since_start);

/* By how many milliseconds the time of day was set, given what it should be by the monotonic clock and what it is: 0
 * for what a clock that is kept right moves by, a second or two at once. */
int64_t clock_step_ms(int64_t expected_ms, int64_t now_ms);

/* True if a mail is put off as after an attempt that failed, since Outlook was lost over it that often in a row, so
 * that other mail goes on. told_before: so was its attempt before; then once is enough. */
bool mail_ends_outlook(uint32_t losses, bool told_before);

/* Seconds to wait before Outlook is started again after the given number of failed starts in a row (1 or more):
 * 5, 10, 20, 40, then 60. */
uint32_t restart_delay_s(uint32_t failed_starts);

#endif

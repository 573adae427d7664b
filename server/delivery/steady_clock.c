/* steady_clock.c - the clock that waits are counted on. On disk a wait is a time of day, so that the next start finds
 * it; but a time of day may be set. While the broker runs, the time of day is reckoned from the monotonic clock, so
 * that a mail is neither held for a day nor tried at once because somebody set the clock; when that is seen, all that
 * waits is moved along with it, its age too. While nothing waits nobody looks at the clock, and what is there
 * afterwards was accepted by the time of day as it then is. Across a restart there is no such clock: there no wait is
 * believed to be longer than the longest one. */
#include "internal.h"
#include "host/config.h"
#include "host/log.h"
#include "rules/retry.h"

void steady_begin(struct delivery *delivery)
{
    delivery->steady_utc = utc_now_ms();
    delivery->steady_ms = clock_now_ms();
}

LONGLONG steady_now(struct delivery *delivery)
{
    LONGLONG now;

    AcquireSRWLockShared(&delivery->facts_lock);
    now = delivery->steady_utc + (LONGLONG)(clock_now_ms() - delivery->steady_ms);
    ReleaseSRWLockShared(&delivery->facts_lock);
    return now;
}

static void believe(struct delivery *delivery, LONGLONG step_ms)
{
    AcquireSRWLockExclusive(&delivery->facts_lock);
    delivery->steady_utc = utc_now_ms();
    delivery->steady_ms = clock_now_ms();
    if (delivery->next_due) delivery->next_due += step_ms;
    ReleaseSRWLockExclusive(&delivery->facts_lock);
    for (size_t i = 0; step_ms && i < delivery->follow_count; i++)
        delivery->follows[i]->life_since += step_ms;
}

BOOL steady_follow(struct delivery *delivery)
{
    LONGLONG step_ms = clock_step_ms(steady_now(delivery), utc_now_ms());

    if (delivery->nothing_waits) step_ms = 0;
    if (step_ms)
    {
        log_event("clock", NULL, NULL, L"the time of day was set by %lld s; what waits goes along", step_ms / 1000);
        if (FAILED(record_shift_waits(delivery, step_ms))) return FALSE;
    }
    believe(delivery, step_ms);
    delivery->nothing_waits = FALSE;
    if (!delivery->waits_begun)
        delivery->waits_begun = SUCCEEDED(record_begin_waits(
            delivery, steady_now(delivery) + (LONGLONG)config_get(setting_retry_longest_seconds) * 1000));
    return delivery->waits_begun;
}

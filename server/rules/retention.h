/* retention.h - from when on what is finished is old, by a clock that may be wrong for a while.
 *
 * What is removed too late does no harm; what is removed too early takes a key with it, and a repeated call then sends
 * twice. So a reading that leaps ahead of the last one is doubted until the clock has shown for a day that it stays
 * there, and a reading behind the last one takes its place. */
#ifndef OB_RULES_RETENTION_H
#define OB_RULES_RETENTION_H

#include <stdint.h>

/* What was made of the readings so far; UTC milliseconds since 1970, 0: none. */
struct retention_clock
{
    int64_t believed; /* the last reading that was believed */
    int64_t doubted;  /* the first reading of a leap that is not believed yet */
};

/* Takes note of a reading. The moment before which what was finished is old: more than days before the reading, by so
 * much that also a leap too small to be doubted (two days) makes nothing old too early. 0: nothing is, for now. */
int64_t retention_look(struct retention_clock *clock, int64_t now, uint32_t days);

#endif

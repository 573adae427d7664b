/* retention.c - see retention.h. */
#include "retention.h"

static const int64_t day_ms = 24 * 3600 * (int64_t)1000;
static const int64_t leap_days = 2; /* more than the day between two readings of a broker that runs */
static const int64_t doubt_days = 1;

static int believe(struct retention_clock *clock, int64_t now)
{
    if (clock->believed && now <= clock->believed + leap_days * day_ms) return 1;
    if (clock->doubted && now >= clock->doubted + doubt_days * day_ms) return 1;
    if (!clock->doubted || now < clock->doubted) clock->doubted = now;
    return 0;
}

int64_t retention_look(struct retention_clock *clock, int64_t now, uint32_t days)
{
    int64_t old;

    if (!believe(clock, now)) return 0;
    clock->believed = now;
    clock->doubted = 0;
    old = now - ((int64_t)days + leap_days) * day_ms;
    return old > 0 ? old : 0;
}

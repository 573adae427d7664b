/* circuit.h - how often Outlook may be started in vain: five failed starts in ten minutes open the circuit, then it is
 * left alone for a while. When that is over one start is tried: it closes the circuit, or opens it for as long again.
 * Only starting is left off: an Outlook that runs is always joined. Times are on a monotonic clock, in ms. */
#ifndef OB_RULES_CIRCUIT_H
#define OB_RULES_CIRCUIT_H

#include <stdbool.h>
#include <stdint.h>

#define CIRCUIT_FAILURES 5u
#define CIRCUIT_WINDOW_MS 600000

struct circuit
{
    int64_t failed_ms[CIRCUIT_FAILURES]; /* of the last ten minutes, oldest first */
    unsigned failed;
    bool open;
    int64_t next_ms; /* open: when a start may be tried again */
};

/* 0: Outlook may be started; else in how many ms. */
uint64_t circuit_wait_ms(const struct circuit *circuit, int64_t now_ms);

/* A start has failed. True: the circuit, which was closed, is open now. */
bool circuit_failed(struct circuit *circuit, int64_t now_ms, int64_t open_ms);

/* Outlook was had: what failed before is forgotten. True: the circuit, which was open, is closed now. */
bool circuit_succeeded(struct circuit *circuit);

/* The same as times of day (UTC, ms), as it stands on disk between one process and the next. */
struct circuit_times
{
    int64_t failed_at[CIRCUIT_FAILURES];
    unsigned failed;
    int64_t opened_until; /* 0: closed */
};
void circuit_to_times(const struct circuit *circuit, int64_t now_ms, int64_t now_utc_ms, struct circuit_times *times);

/* What lies in the future counts as now, and an open circuit waits at most open_ms more: a clock that was set back by
 * a day keeps Outlook alone no longer than usual. True: that was so, and the times on disk are to be written anew. */
bool circuit_from_times(
    struct circuit *circuit, const struct circuit_times *times, int64_t now_ms, int64_t now_utc_ms, int64_t open_ms);

/* Whether a start that failed is held against Outlook. */
struct failed_start
{
    bool asked;         /* Outlook was asked for: nothing that the registry told beforehand kept it from being tried */
    bool ran_before;    /* it ran already: nothing was started */
    bool profile_named; /* a client named the profile */
    uint32_t hr;        /* what the activation or the log-on answered */
};
bool circuit_counts(const struct failed_start *start);

#endif

/* stuck.c - patience first: who waited has been told by then, and a call that returns by itself is worth more than one
 * that was taken back. A call whose answer is wanted, or that a person may yet answer, is never taken back. */
#include "stuck.h"

enum stuck_action stuck_decide(const struct stuck_call *call, uint64_t grace_ms)
{
    uint64_t stuck_ms = call->over_ms < call->call_ms ? call->over_ms : call->call_ms;

    if (stuck_ms < grace_ms) return stuck_wait;
    if (stuck_ms - grace_ms < grace_ms)
        return call->cancelled || call->answer_wanted || call->dialog ? stuck_wait : stuck_cancel;
    return call->one_left_behind ? stuck_wait : stuck_abandon;
}

enum
{
    gap_most_ms = 5000,  /* a look may be late by so much, since the machine is slow */
    gap_counts_ms = 1000 /* as what a longer gap counts: a machine that is so slow comes to an end, too */
};

uint64_t looks_note(struct looks *looks, uint64_t since, uint64_t now_ms)
{
    uint64_t from = since > looks->looked_ms ? since : looks->looked_ms;
    uint64_t gap = now_ms > from ? now_ms - from : 0;

    if (since != looks->since)
    {
        looks->since = since;
        looks->slept_before = looks->slept_ms;
    }
    if (gap > gap_most_ms) looks->slept_ms += gap - gap_counts_ms;
    looks->looked_ms = now_ms;
    return looks->slept_ms - looks->slept_before;
}

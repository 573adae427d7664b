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

/* stuck.c - sees whether the call under way has outlasted what it was made for, and has done about it what
 * rules/stuck.h says. Never waits. */
#include "internal.h"
#include "host/config.h"
#include "rules/stuck.h"

/* False if the call has ended. */
static BOOL look_at_call(struct outlook *outlook, struct stuck_call *call, LONG64 since, ULONGLONG call_ms)
{
    const struct apartment *apartment;
    ULONGLONG now = (ULONGLONG)since + call_ms;
    deadline until;
    BOOL under_way;

    memset(call, 0, sizeof(*call));
    AcquireSRWLockShared(&outlook->queue_lock);
    apartment = outlook->apartment;
    under_way = apartment && apartment->call_since == since;
    if (under_way)
    {
        until = apartment->until;
        call->call_ms = call_ms;
        call->over_ms = now > until ? now - until : 0;
        call->cancelled = outlook->cancelled == since;
        call->answer_wanted = apartment->work && apartment->work->given && apartment->work->answer_wanted;
        call->one_left_behind = apartment_one_left_behind(outlook);
    }
    ReleaseSRWLockShared(&outlook->queue_lock);
    return under_way;
}

void stuck_look(struct outlook *outlook, BOOL dialog, LONG64 since, ULONGLONG call_ms)
{
    struct stuck_call call;

    if (!look_at_call(outlook, &call, since, call_ms)) return;
    call.dialog = dialog != FALSE;
    switch (stuck_decide(&call, config_get(setting_stuck_grace_seconds) * 1000ull))
    {
    case stuck_wait:
        break;
    case stuck_cancel:
        outlook->cancelled = since;
        outlook_cancel_call(outlook, since);
        break;
    case stuck_abandon:
        outlook_abandon_call(outlook, since);
        break;
    }
}

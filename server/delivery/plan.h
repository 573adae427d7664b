/* plan.h - what follows for a job from what Outlook answered. A plain function. */
#ifndef OB_DELIVERY_PLAN_H
#define OB_DELIVERY_PLAN_H

#include <windows.h>

enum plan
{
    plan_outlook_first, /* Outlook's or the broker's trouble: the job stays as it was, and no attempt is counted */
    plan_try_again,     /* the mail's own trouble, which may pass */
    plan_give_up        /* trying again would give the same */
};

enum plan delivery_plan(HRESULT code);

/* True for trouble that ends by itself, so that nobody has to do anything for the mail to go on. */
BOOL delivery_goes_on(HRESULT code);

/* Milliseconds until what was handed over is looked at again, after pauses that began with previous_ms (0: the first).
 */
DWORD delivery_next_look_ms(DWORD previous_ms, DWORD longest_ms);

#endif

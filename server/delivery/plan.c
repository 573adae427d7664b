/* plan.c - the classes of rules/outlook_error.h, made into what delivery does. The broker's own codes about time and
 * stopping say nothing of the mail. */
#include "plan.h"
#include "rules/error_text.h"
#include "rules/outlook_error.h"

#define FIRST_LOOK_MS 50u

static BOOL says_nothing_of_the_mail(HRESULT code)
{
    static const enum error_id ids[] = {
        error_timeout_given, error_dialog, error_stopping, error_not_interactive, error_locked};

    for (size_t i = 0; i < ARRAYSIZE(ids); i++)
        if ((uint32_t)code == error_row(ids[i])->code) return TRUE;
    return FALSE;
}

enum plan delivery_plan(HRESULT code)
{
    enum outlook_error_class class = outlook_error_class((uint32_t)code);

    if (says_nothing_of_the_mail(code)) return plan_outlook_first;
    if (class == outlook_permanent) return plan_give_up;
    return class == outlook_temporary ? plan_try_again : plan_outlook_first;
}

BOOL delivery_goes_on(HRESULT code)
{
    static const enum error_id ids[] = {error_busy, error_timeout_given, error_outlook_lost};

    for (size_t i = 0; i < ARRAYSIZE(ids); i++)
        if ((uint32_t)code == error_row(ids[i])->code) return TRUE;
    return FALSE;
}

DWORD delivery_next_look_ms(DWORD previous_ms, DWORD longest_ms)
{
    DWORD next = previous_ms ? previous_ms * 2 : FIRST_LOOK_MS;

    return next < longest_ms ? next : longest_ms;
}

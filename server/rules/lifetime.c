/* lifetime.c - may the broker's process end? Both functions ask the same conditions, so that a broker that may not end
 * yet looks again exactly when time alone lets it, and sleeps when only an event can. */
#include "lifetime.h"

/* Work, or a setting, keeps the broker however long nobody calls. */
static bool is_needed(const struct life *life)
{
    return life->clients || life->keep_running || life->sending || life->submitted || life->job_due ||
           life->next_due_ms <= life->due_soon_ms;
}

/* What is left of the time that the broker stays unused; 0 if it is over. */
static uint64_t rest_ms(const struct life *life)
{
    uint32_t limit = life->had_client ? life->idle_limit_ms : life->no_client_limit_ms;

    return life->idle_ms < limit ? limit - life->idle_ms : 0;
}

bool life_may_end(const struct life *life)
{
    return !is_needed(life) && rest_ms(life) == 0;
}

uint32_t life_next_look_ms(const struct life *life)
{
    uint64_t rest = rest_ms(life), until_soon;

    if (is_needed(life)) return UINT32_MAX;
    until_soon = life->next_due_ms == UINT64_MAX ? UINT64_MAX : life->next_due_ms - life->due_soon_ms;
    if (rest)
    {
        /* The next job will be due soon before the rest is over: then that job decides. */
        if (until_soon <= rest) return UINT32_MAX;
        return rest < UINT32_MAX ? (uint32_t)rest : UINT32_MAX - 1;
    }
    if (until_soon == UINT64_MAX) return UINT32_MAX;
    return until_soon < UINT32_MAX ? (uint32_t)until_soon : UINT32_MAX - 1;
}

/* waiting.c - see waiting.h. */

#include "waiting.h"
#include <stdlib.h>
#include <wchar.h>
#include "host/client_process.h"
#include "host/config.h"

struct waiting
{
    SRWLOCK lock;
    CONDITION_VARIABLE told;
    struct waiter *first;
    BOOL ended;
};

struct waiting *waiting_create(void)
{
    struct waiting *waiting = calloc(1, sizeof(*waiting));

    if (!waiting) return NULL;
    InitializeSRWLock(&waiting->lock);
    InitializeConditionVariable(&waiting->told);
    return waiting;
}

static HRESULT check_limits(const struct waiting *waiting, DWORD client, struct error *error)
{
    DWORD all = 0, of_client = 0;
    DWORD most = config_get(setting_max_waiting_calls),
          most_of_client = config_get(setting_max_waiting_calls_per_client);
    WCHAR count[NUMBER_TEXT_SIZE], limit[NUMBER_TEXT_SIZE];

    for (const struct waiter *other = waiting->first; other; other = other->next)
    {
        all++;
        if (client && other->client == client) of_client++;
    }
    if (all >= most) return error_set(error, error_busy_waiting, 2, number_text(all, count), number_text(most, limit));
    if (of_client >= most_of_client)
        return error_set(
            error, error_busy_waiting, 2, number_text(of_client, count), number_text(most_of_client, limit));
    return S_OK;
}

HRESULT waiting_join(struct waiting *waiting, struct waiter *waiter, const WCHAR *job_id, struct error *error)
{
    HRESULT hr;

    memset(waiter, 0, sizeof(*waiter));
    wcsncpy(waiter->job_id, job_id, ARRAYSIZE(waiter->job_id) - 1);
    waiter->client = client_process();
    AcquireSRWLockExclusive(&waiting->lock);
    if (SUCCEEDED(hr = check_limits(waiting, waiter->client, error)))
    {
        waiter->next = waiting->first;
        waiting->first = waiter;
    }
    ReleaseSRWLockExclusive(&waiting->lock);
    return hr;
}

void waiting_leave(struct waiting *waiting, struct waiter *waiter)
{
    AcquireSRWLockExclusive(&waiting->lock);
    for (struct waiter **link = &waiting->first; *link; link = &(*link)->next)
        if (*link == waiter)
        {
            *link = waiter->next;
            break;
        }
    ReleaseSRWLockExclusive(&waiting->lock);
}

void waiting_for_final(struct waiting *waiting, struct waiter *waiter, deadline until, enum job_state *state)
{
    AcquireSRWLockExclusive(&waiting->lock);
    while (!(waiter->told && job_state_final(waiter->state)) && !waiting->ended && deadline_left(until))
        SleepConditionVariableSRW(&waiting->told, &waiting->lock, deadline_left(until), 0);
    if (waiter->told) *state = waiter->state;
    ReleaseSRWLockExclusive(&waiting->lock);
}

void waiting_tell(struct waiting *waiting, const WCHAR *job_id, enum job_state state)
{
    BOOL anybody = FALSE;

    AcquireSRWLockExclusive(&waiting->lock);
    for (struct waiter *waiter = waiting->first; waiter; waiter = waiter->next)
        if (!_wcsicmp(waiter->job_id, job_id))
        {
            waiter->told = anybody = TRUE;
            waiter->state = state;
        }
    if (anybody) WakeAllConditionVariable(&waiting->told);
    ReleaseSRWLockExclusive(&waiting->lock);
}

void waiting_end(struct waiting *waiting)
{
    AcquireSRWLockExclusive(&waiting->lock);
    waiting->ended = TRUE;
    WakeAllConditionVariable(&waiting->told);
    ReleaseSRWLockExclusive(&waiting->lock);
}

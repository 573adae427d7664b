/* session_timeout.c - see session_timeout.h. */

#include "session_timeout.h"
#include <stdlib.h>

struct session_timeout
{
    LONG ref; /* the session and each of its mails, jobs and lists of jobs hold one */
    LONG ms;
};

struct session_timeout *session_timeout_create(void)
{
    struct session_timeout *timeout = malloc(sizeof(*timeout));

    if (timeout) *timeout = (struct session_timeout){.ref = 1, .ms = SESSION_TIMEOUT_MS};
    return timeout;
}

struct session_timeout *session_timeout_share(struct session_timeout *timeout)
{
    InterlockedIncrement(&timeout->ref);
    return timeout;
}

void session_timeout_release(struct session_timeout *timeout)
{
    if (timeout && !InterlockedDecrement(&timeout->ref)) free(timeout);
}

LONG session_timeout_ms(struct session_timeout *timeout)
{
    return InterlockedCompareExchange(&timeout->ms, 0, 0);
}

void session_timeout_set(struct session_timeout *timeout, LONG ms)
{
    InterlockedExchange(&timeout->ms, ms);
}

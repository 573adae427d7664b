/* lifetime.c - see lifetime.h. */

#include "lifetime.h"
#include <objbase.h>

/* COM's count and ours change under one lock: where clients is 0 only the server's own count is left, so that letting
 * go of it is sure to give the 0 that COM takes for the end, and no other release ever can. */
static SRWLOCK lock = SRWLOCK_INIT;
static HANDLE changed_event;
static LONG clients, locks;
static LONG arrivals;
static BOOL ended; /* for good */
static ULONGLONG idle_since;

void lifetime_begin(HANDLE changed)
{
    changed_event = changed;
    idle_since = GetTickCount64();
    CoAddRefServerProcess();
}

void lifetime_open(void)
{
    AcquireSRWLockExclusive(&lock);
    idle_since = GetTickCount64();
    ReleaseSRWLockExclusive(&lock);
}

/* Who waits is woken for the first client and the last one only: what comes and goes in between changes nothing for
 * the life of the process. */
static BOOL client_came(BOOL at_the_end_too)
{
    BOOL first = FALSE, may;

    AcquireSRWLockExclusive(&lock);
    may = at_the_end_too || !ended;
    if (may)
    {
        CoAddRefServerProcess();
        first = !clients++;
        arrivals++;
    }
    ReleaseSRWLockExclusive(&lock);
    if (first) SetEvent(changed_event);
    return may;
}

static void client_went(void)
{
    BOOL last;

    AcquireSRWLockExclusive(&lock);
    last = !--clients;
    idle_since = GetTickCount64();
    CoReleaseServerProcess();
    ReleaseSRWLockExclusive(&lock);
    if (last) SetEvent(changed_event);
}

void lifetime_object_made(void)
{
    client_came(TRUE);
}

void lifetime_object_gone(void)
{
    client_went();
}

/* One that nobody locked is not unlocked: it would let go of what others hold. */
BOOL lifetime_lock(BOOL lock_it)
{
    BOOL locked;

    if (lock_it && !client_came(FALSE)) return FALSE;
    AcquireSRWLockExclusive(&lock);
    locked = lock_it || locks > 0;
    if (locked) locks += lock_it ? 1 : -1;
    ReleaseSRWLockExclusive(&lock);
    if (locked && !lock_it) client_went();
    return TRUE;
}

void lifetime_facts(struct lifetime_facts *facts)
{
    AcquireSRWLockShared(&lock);
    facts->clients = clients;
    facts->arrivals = arrivals;
    facts->idle_ms = clients ? 0 : GetTickCount64() - idle_since;
    ReleaseSRWLockShared(&lock);
}

BOOL lifetime_try_to_end(const struct lifetime_facts *seen)
{
    BOOL now;

    AcquireSRWLockExclusive(&lock);
    if (!clients && arrivals == seen->arrivals)
    {
        ended = !CoReleaseServerProcess();
        if (!ended) CoAddRefServerProcess();
    }
    now = ended;
    ReleaseSRWLockExclusive(&lock);
    return now;
}

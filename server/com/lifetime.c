/* lifetime.c - see lifetime.h. */

#include "lifetime.h"
#include <objbase.h>

static HANDLE changed_event;
static LONG clients;
static LONG had_client;
static volatile LONGLONG idle_since;

void lifetime_begin(HANDLE changed)
{
    changed_event = changed;
    InterlockedExchange64(&idle_since, (LONGLONG)GetTickCount64());
    CoAddRefServerProcess();
}

static void client_came(void)
{
    CoAddRefServerProcess();
    InterlockedExchange(&had_client, TRUE);
    if (InterlockedIncrement(&clients) == 1) SetEvent(changed_event);
}

/* While the server's own count is held, COM's cannot reach 0 here. */
static void client_went(void)
{
    if (!InterlockedDecrement(&clients))
    {
        InterlockedExchange64(&idle_since, (LONGLONG)GetTickCount64());
        SetEvent(changed_event);
    }
    CoReleaseServerProcess();
}

void lifetime_object_made(void)
{
    client_came();
}

void lifetime_object_gone(void)
{
    client_went();
}

void lifetime_lock(BOOL lock)
{
    if (lock)
        client_came();
    else
        client_went();
}

void lifetime_facts(struct lifetime_facts *facts)
{
    facts->clients = InterlockedCompareExchange(&clients, 0, 0);
    facts->had_client = InterlockedCompareExchange(&had_client, 0, 0) != 0;
    facts->idle_ms = facts->clients ? 0 : GetTickCount64() - (ULONGLONG)InterlockedCompareExchange64(&idle_since, 0, 0);
}

BOOL lifetime_try_to_end(void)
{
    if (!CoReleaseServerProcess()) return TRUE;
    CoAddRefServerProcess();
    return FALSE;
}

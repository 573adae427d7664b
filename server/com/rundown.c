/* rundown.c - see rundown.h: the test build's half. An object belongs to the process whose call made it. */

#include "rundown.h"

#ifdef OB_WINE
#include <objbase.h>
#include "host/wine.h"

static SRWLOCK lock = SRWLOCK_INIT;
static struct com_object *first;

void rundown_remember(struct com_object *object)
{
    wine_client_process(&object->client);
    AcquireSRWLockExclusive(&lock);
    object->next = first;
    first = object;
    ReleaseSRWLockExclusive(&lock);
}

void rundown_forget(struct com_object *object)
{
    AcquireSRWLockExclusive(&lock);
    for (struct com_object **link = &first; *link; link = &(*link)->next)
        if (*link == object)
        {
            *link = object->next;
            break;
        }
    ReleaseSRWLockExclusive(&lock);
}

/* Takes a reference unless the last one has just been let go. */
static BOOL take_reference(struct com_object *object)
{
    LONG ref = object->ref, seen;

    for (; ref > 0; ref = seen)
        if ((seen = InterlockedCompareExchange(&object->ref, ref + 1, ref)) == ref) return TRUE;
    return FALSE;
}

/* An object of this client that still lives, with a reference for the caller; the client is taken off it. */
static struct com_object *take_object_of(DWORD client)
{
    struct com_object *object;

    AcquireSRWLockExclusive(&lock);
    for (object = first; object; object = object->next)
        if (object->client == client && take_reference(object)) break;
    if (object) object->client = 0;
    ReleaseSRWLockExclusive(&lock);
    return object;
}

static void client_gone(void *context, DWORD client)
{
    struct com_object *object;

    (void)context;
    while ((object = take_object_of(client)))
    {
        CoDisconnectObject((IUnknown *)&object->IDispatch_iface, 0);
        com_object_Release(&object->IDispatch_iface);
    }
}

void rundown_begin(void)
{
    wine_watch_clients(client_gone, NULL);
}
#endif

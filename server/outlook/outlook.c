/* outlook.c - what stands between Outlook's threads and everybody else, and what may be known of them. The facts stand
 * in memory under a lock of their own that is never held over a call, so that asking for them never waits. */
#include "internal.h"
#include <stdlib.h>
#include "host/log.h"

void outlook_enter(struct outlook *outlook)
{
    InterlockedIncrement(&outlook->references);
}

void outlook_leave(struct outlook *outlook)
{
    struct work *left;

    if (InterlockedDecrement(&outlook->references)) return;
    while ((left = outlook->left_calls))
    {
        outlook->left_calls = left->next;
        work_release(left);
    }
    if (outlook->watch_thread) CloseHandle(outlook->watch_thread);
    if (outlook->watch_wake) CloseHandle(outlook->watch_wake);
    free(outlook);
}

void outlook_hold(struct outlook *outlook)
{
    outlook_enter(outlook);
}

void outlook_release(struct outlook *outlook)
{
    outlook_leave(outlook);
}

void outlook_place_clear(struct outlook_place *place)
{
    free(place->entry_id);
    free(place->store_id);
    memset(place, 0, sizeof(*place));
}

void outlook_tell(struct outlook *outlook)
{
    AcquireSRWLockShared(&outlook->queue_lock);
    if (outlook->signal) SetEvent(outlook->signal);
    ReleaseSRWLockShared(&outlook->queue_lock);
    if (outlook->changed) outlook->changed(outlook->changed_context);
}

void outlook_signal(struct outlook *outlook, HANDLE event)
{
    AcquireSRWLockExclusive(&outlook->queue_lock);
    outlook->signal = event;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
}

/* Of the call under way; the thread writes it as it goes. */
static void add_call(const struct outlook *outlook, const struct apartment *apartment, struct outlook_facts *facts)
{
    LONG64 since = apartment->call_since;

    facts->in_call = since != 0;
    if (!since) return;
    facts->call_ms = clock_now_ms() - (ULONGLONG)since;
    facts->call_since = since;
    facts->hangs = outlook->hung_call == since;
    facts->call = apartment->call;
    facts->work = apartment->doing;
}

void outlook_facts(struct outlook *outlook, struct outlook_facts *facts)
{
    AcquireSRWLockShared(&outlook->facts_lock);
    *facts = outlook->facts;
    facts->call = facts->work = L"";
    if (outlook->apartment) add_call(outlook, outlook->apartment, facts);
    ReleaseSRWLockShared(&outlook->facts_lock);
}

struct outlook_facts *facts_take(struct apartment *apartment)
{
    AcquireSRWLockExclusive(&apartment->outlook->facts_lock);
    if (!apartment->left_behind) return &apartment->outlook->facts;
    ReleaseSRWLockExclusive(&apartment->outlook->facts_lock);
    return NULL;
}

void facts_give(struct apartment *apartment)
{
    ReleaseSRWLockExclusive(&apartment->outlook->facts_lock);
}

void outlook_keep(struct outlook *outlook, BOOL needed)
{
    if (InterlockedExchange(&outlook->keep, needed != FALSE) != (needed != FALSE)) outlook_wake(outlook);
}

/* What an earlier broker found out about starting Outlook holds for this one. */
static void open_starts(struct outlook *outlook)
{
    struct error left_alone = {0};

    starts_open(&outlook->starts);
    if (SUCCEEDED(starts_allowed(&outlook->starts, &outlook->facts.left_alone_until, &left_alone))) return;
    outlook->facts.last_error = left_alone.code;
    lstrcpynW(outlook->facts.last_error_text, left_alone.text ? left_alone.text : L"",
        ARRAYSIZE(outlook->facts.last_error_text));
    error_clear(&left_alone);
}

/* An Outlook that an earlier broker started and did not end is joined, so that it ends with this one. */
static void claim_own(struct outlook *outlook)
{
    struct process any = {0};
    struct work *join;

    if (!starts_recorded(&outlook->starts, &any)) return;
    if (!(join = work_create(connection_attach, L"joining of Outlook", deadline_never))) return;
    join->join_only = TRUE;
    work_queue(outlook, join);
    work_release(join);
}

HRESULT outlook_create(outlook_event changed, void *context, struct outlook **result, struct error *error)
{
    struct outlook *outlook = calloc(1, sizeof(*outlook));
    HRESULT hr;

    *result = NULL;
    if (!outlook) return error_set(error, error_no_memory, 0);
    outlook->references = 1;
    outlook->changed = changed;
    outlook->changed_context = context;
    InitializeSRWLock(&outlook->queue_lock);
    InitializeSRWLock(&outlook->facts_lock);
    InitializeConditionVariable(&outlook->ended);
    open_starts(outlook);
    outlook->cancel = apartment_find_cancel();
    if (watchdog_start(outlook)) outlook->apartment = apartment_start(outlook);
    if (!outlook->apartment)
    {
        hr = error_unexpected_windows(error, L"starting the Outlook thread", last_error_hresult());
        outlook->ending = TRUE;
        if (outlook->watch_thread) SetEvent(outlook->watch_wake);
        outlook_leave(outlook);
        return hr;
    }
    claim_own(outlook);
    ResumeThread(outlook->apartment->thread);
    *result = outlook;
    return S_OK;
}

void outlook_destroy(struct outlook *outlook, deadline until)
{
    struct apartment *apartment;

    if (!outlook) return;
    outlook_signal(outlook, NULL);
    AcquireSRWLockExclusive(&outlook->queue_lock);
    outlook->ending = TRUE;
    apartment = outlook->apartment;
    if (apartment) apartment_hold(apartment);
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    WakeAllConditionVariable(&outlook->ended);
    if (apartment) SetEvent(apartment->wake);
    SetEvent(outlook->watch_wake);
    if (apartment)
    {
        if (!outlook->session_ends && WaitForSingleObject(apartment->thread, deadline_left(until)) != WAIT_OBJECT_0)
            log_event("outlook", NULL, NULL, L"the thread is left behind in a call");
        apartment_release(apartment);
    }
    outlook_leave(outlook);
}

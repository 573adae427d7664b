/* apartment.c - the thread that owns every Outlook pointer: its life and its loop, and what is done about it from
 * outside when it stays in one call for too long. A thread that is left behind begins no other call, writes no facts
 * and does no other work; it ends when its call has returned. */
#include "internal.h"
#include <stdlib.h>
#include "host/log.h"

#define END_DEADLINE_MS 5000u /* of what the thread asks of Outlook at its end */

void apartment_hold(struct apartment *apartment)
{
    InterlockedIncrement(&apartment->references);
}

void apartment_release(struct apartment *apartment)
{
    struct outlook *outlook = apartment->outlook;

    if (InterlockedDecrement(&apartment->references)) return;
    if (apartment->thread) CloseHandle(apartment->thread);
    if (apartment->wake) CloseHandle(apartment->wake);
    free(apartment);
    outlook_leave(outlook);
}

/* --- the thread */

static void serve_messages(void)
{
    MSG message;

    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE))
    {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
}

BOOL wait_with_messages(HANDLE handle, DWORD milliseconds)
{
    deadline until = deadline_in(milliseconds);
    DWORD count = handle ? 1 : 0, left;

    while ((left = deadline_left(until)))
    {
        DWORD woken = MsgWaitForMultipleObjectsEx(count, &handle, left, QS_ALLINPUT, MWMO_INPUTAVAILABLE);

        if (count && woken == WAIT_OBJECT_0) return TRUE;
        if (woken == WAIT_FAILED) return FALSE;
        serve_messages();
    }
    return FALSE;
}

/* Waits for work, for the end of Outlook's process, or until something is to be done by time. What is done by the way
 * calls Outlook, and the thread may be left behind in that. */
static void wait_for_work(struct apartment *apartment)
{
    DWORD milliseconds = connection_idle(apartment);
    HANDLE handles[2] = {apartment->wake, apartment->connection.process};
    DWORD count = apartment->connection.process ? 2 : 1;

    MsgWaitForMultipleObjectsEx(count, handles, milliseconds, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    serve_messages();
}

/* What the thread leaves: nothing of Outlook, and, where the broker ends, nobody who waits. */
static void end_connection(struct apartment *apartment)
{
    BOOL quit = FALSE;

    apartment->until = deadline_in(END_DEADLINE_MS);
    if (!apartment->left_behind)
    {
        work_abandon_all(apartment->outlook);
        if (apartment->outlook->session_ends) return; /* letting go is a call too */
        connection_drop_item(apartment, FALSE);
        quit = apartment->connection.owned && connection_may_quit(apartment) == quit_now;
    }
    connection_drop(apartment, quit, apartment->until);
}

/* Takes the apartment, whose thread is at its end, away from its outlook; the reference of the latter is dropped. */
static void leave_outlook(struct apartment *apartment)
{
    struct outlook *outlook = apartment->outlook;
    struct apartment **at = &outlook->left_behind;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    AcquireSRWLockExclusive(&outlook->facts_lock);
    if (outlook->apartment == apartment)
        outlook->apartment = NULL;
    else
    {
        while (*at && *at != apartment)
            at = &(*at)->next;
        if (*at) *at = apartment->next;
    }
    ReleaseSRWLockExclusive(&outlook->facts_lock);
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    apartment_release(apartment);
}

/* Wine's COM lacks what has to do with cancelling; NULL. */
static FARPROC find_in_ole(const char *name)
{
    HMODULE ole = GetModuleHandleW(L"ole32.dll");

    return ole ? GetProcAddress(ole, name) : NULL;
}

/* Whether calls of this thread may be cancelled: CoEnableCallCancellation and CoDisableCallCancellation. */
static void allow_cancelling(const char *name)
{
    HRESULT(WINAPI * function)(void *reserved) = NULL;
    FARPROC found = find_in_ole(name);

    memcpy(&function, &found, sizeof(function));
    if (function) function(NULL);
}

static DWORD WINAPI apartment_thread(void *context)
{
    struct apartment *apartment = context;
    struct outlook *outlook = apartment->outlook;
    HRESULT hr = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);

    if (FAILED(hr))
        log_event("outlook", NULL, NULL, L"the thread has no apartment: 0x%08lX", hr);
    else
    {
        message_filter_install(apartment);
        allow_cancelling("CoEnableCallCancellation");
    }
    while (!outlook->ending && !apartment->left_behind)
        if (!work_run_next(apartment) && !apartment->left_behind) wait_for_work(apartment);
    end_connection(apartment);
    if (SUCCEEDED(hr) && !outlook->session_ends)
    {
        allow_cancelling("CoDisableCallCancellation");
        message_filter_remove();
        CoUninitialize();
    }
    if (apartment->left_behind) log_event("outlook", NULL, NULL, L"a thread that was left behind has ended");
    leave_outlook(apartment);
    apartment_release(apartment);
    return 0;
}

struct apartment *apartment_start(struct outlook *outlook)
{
    struct apartment *apartment = calloc(1, sizeof(*apartment));
    DWORD error;

    if (!apartment)
    {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    outlook_enter(outlook);
    apartment->doing = L"";
    apartment->references = 2; /* the caller's and the thread's */
    apartment->outlook = outlook;
    apartment->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (apartment->wake)
        apartment->thread = CreateThread(NULL, 0, apartment_thread, apartment, CREATE_SUSPENDED, &apartment->thread_id);
    if (apartment->thread) return apartment;
    error = GetLastError();
    apartment->references = 1;
    apartment_release(apartment);
    SetLastError(error);
    return NULL;
}

void outlook_wake(struct outlook *outlook)
{
    AcquireSRWLockShared(&outlook->queue_lock);
    if (outlook->apartment) SetEvent(outlook->apartment->wake);
    ReleaseSRWLockShared(&outlook->queue_lock);
}

/* --- a call that lasts too long */

cancel_function apartment_find_cancel(void)
{
    cancel_function cancel = NULL;
    FARPROC found = find_in_ole("CoCancelCall");

    memcpy(&cancel, &found, sizeof(cancel));
    return cancel;
}

/* While cancelling is set, a call that returns does not end (call_ends): the thread has begun no other one that would
 * be cancelled in its place. */
static HRESULT cancel_this(struct apartment *apartment, LONG64 since)
{
    HRESULT hr = S_FALSE;

    InterlockedExchange(&apartment->cancelling, TRUE);
    if (InterlockedCompareExchange64(&apartment->call_since, 0, 0) == since)
        hr = apartment->outlook->cancel(apartment->thread_id, 0);
    InterlockedExchange(&apartment->cancelling, FALSE);
    return hr;
}

BOOL outlook_cancel_call(struct outlook *outlook, LONG64 since)
{
    struct apartment *apartment;
    const WCHAR *call;
    HRESULT hr;

    if (!outlook->cancel || !since) return FALSE;
    AcquireSRWLockShared(&outlook->queue_lock);
    apartment = outlook->apartment;
    if (apartment) apartment_hold(apartment);
    ReleaseSRWLockShared(&outlook->queue_lock);
    if (!apartment) return FALSE;
    call = apartment->call;
    hr = cancel_this(apartment, since);
    apartment_release(apartment);
    if (hr == S_FALSE) return FALSE;
    log_event("outlook", NULL, NULL, L"the call of %ls is cancelled: 0x%08lX", call ? call : L"Outlook", hr);
    return SUCCEEDED(hr);
}

/* One that is not known may be any. */
BOOL apartment_one_left_behind(struct outlook *outlook)
{
    struct outlook_facts facts;
    DWORD process;
    ULONGLONG started;

    outlook_facts(outlook, &facts);
    process = facts.process_id;
    started = facts.process_started;
    for (const struct apartment *at = outlook->left_behind; at; at = at->next)
        if (!process || !at->stuck_process || (at->stuck_process == process && at->stuck_process_started == started))
            return TRUE;
    return FALSE;
}

/* Has fresh take the apartment's place. Under the queue's lock. */
static void replace_apartment(struct outlook *outlook, struct apartment *fresh)
{
    struct apartment *stuck = outlook->apartment;
    struct outlook_facts *facts = &outlook->facts;

    AcquireSRWLockExclusive(&outlook->facts_lock);
    stuck->left_behind = TRUE;
    stuck->stuck_process = facts->process_id;
    stuck->stuck_process_started = facts->process_started;
    stuck->next = outlook->left_behind;
    outlook->left_behind = stuck;
    fresh->last_process_id = facts->process_id;
    outlook->apartment = fresh;
    facts->attached = facts->starting = facts->owned = facts->restarting = FALSE;
    facts->starting_since = 0;
    facts->process_id = 0;
    facts->process_started = 0;
    ReleaseSRWLockExclusive(&outlook->facts_lock);
    work_leave_behind(stuck);
    SetEvent(stuck->wake); /* its call may just have returned */
}

BOOL outlook_abandon_call(struct outlook *outlook, LONG64 since)
{
    struct apartment *fresh = NULL, *stuck;
    const WCHAR *call = NULL;
    DWORD process = 0;
    BOOL may;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    stuck = outlook->apartment;
    may = stuck && since && stuck->call_since == since && !outlook->ending && !apartment_one_left_behind(outlook);
    if (may && (fresh = apartment_start(outlook)))
    {
        replace_apartment(outlook, fresh);
        call = stuck->call;
        process = stuck->stuck_process;
        ResumeThread(fresh->thread);
    }
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    if (!fresh) return FALSE;
    WakeAllConditionVariable(&outlook->ended);
    log_event("outlook", NULL, NULL, L"the thread that is in a call of %ls in process %lu is left behind",
        call ? call : L"Outlook", process);
    outlook_tell(outlook);
    return TRUE;
}

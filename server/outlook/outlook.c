/* outlook.c - the thread that owns every Outlook pointer: its life, its loop, and what others may know of it. The facts
 * stand in memory under a lock of their own that is never held over a call, so that asking for them never waits. */
#include "internal.h"
#include <stdlib.h>
#include "host/log.h"

void outlook_enter(struct outlook *outlook)
{
    InterlockedIncrement(&outlook->references);
}

void outlook_leave(struct outlook *outlook)
{
    if (InterlockedDecrement(&outlook->references)) return;
    work_release(outlook->left_send);
    if (outlook->thread) CloseHandle(outlook->thread);
    if (outlook->wake) CloseHandle(outlook->wake);
    free(outlook);
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

void outlook_facts(struct outlook *outlook, struct outlook_facts *facts)
{
    LONG64 since = outlook->call_since;

    AcquireSRWLockShared(&outlook->facts_lock);
    *facts = outlook->facts;
    ReleaseSRWLockShared(&outlook->facts_lock);
    facts->in_call = since != 0;
    facts->call_ms = since ? clock_now_ms() - (ULONGLONG)since : 0;
}

void outlook_keep(struct outlook *outlook, BOOL needed)
{
    if (InterlockedExchange(&outlook->keep, needed != FALSE) != (needed != FALSE)) SetEvent(outlook->wake);
}

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

/* Waits for work, for the end of Outlook's process, or until something is to be done by time. */
static void wait_for_work(struct outlook *outlook, DWORD milliseconds)
{
    HANDLE handles[2] = {outlook->wake, outlook->connection.process};
    DWORD count = outlook->connection.process ? 2 : 1;

    MsgWaitForMultipleObjectsEx(count, handles, milliseconds, QS_ALLINPUT, MWMO_INPUTAVAILABLE);
    serve_messages();
}

/* What the thread leaves behind: nothing of Outlook, and nobody who waits. */
static void end_connection(struct outlook *outlook)
{
    BOOL quit;

    work_abandon_all(outlook);
    outlook->until = deadline_in(5000);
    connection_drop_item(outlook, FALSE);
    quit = outlook->connection.owned && connection_may_quit(outlook) == quit_now;
    connection_drop(outlook, quit, outlook->until);
}

static DWORD WINAPI outlook_thread(void *context)
{
    struct outlook *outlook = context;
    HRESULT hr = CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);

    if (FAILED(hr))
        log_event("outlook", NULL, NULL, L"the thread has no apartment: 0x%08lX", hr);
    else
        message_filter_install(outlook);
    while (!outlook->ending)
        if (!work_run_next(outlook)) wait_for_work(outlook, connection_idle(outlook));
    end_connection(outlook);
    if (SUCCEEDED(hr))
    {
        message_filter_remove();
        CoUninitialize();
    }
    outlook_leave(outlook);
    return 0;
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
    outlook->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (outlook->wake)
    {
        outlook->references = 2;
        outlook->thread = CreateThread(NULL, 0, outlook_thread, outlook, 0, NULL);
    }
    if (!outlook->thread)
    {
        hr = error_unexpected_windows(error, L"starting the Outlook thread", last_error_hresult());
        outlook->references = 1;
        outlook_leave(outlook);
        return hr;
    }
    *result = outlook;
    return S_OK;
}

void outlook_destroy(struct outlook *outlook, deadline until)
{
    if (!outlook) return;
    outlook_signal(outlook, NULL);
    AcquireSRWLockExclusive(&outlook->queue_lock);
    outlook->ending = TRUE;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    WakeAllConditionVariable(&outlook->ended);
    SetEvent(outlook->wake);
    if (WaitForSingleObject(outlook->thread, deadline_left(until)) != WAIT_OBJECT_0)
        log_event("outlook", NULL, NULL, L"the thread is left behind in a call");
    outlook_leave(outlook);
}

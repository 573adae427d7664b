/* delivery.c - the delivery thread and what others may know of it. Each pass: what an earlier run left, doubts, the
 * next queued mail, a round over what was submitted; then it waits for an event or for the next thing that is due by
 * time. */
#include "internal.h"
#include <stdlib.h>
#include "host/log.h"
#include "host/processes.h"
#include "rules/waits.h"

#define LOOKS_WHILE_BUSY 10u
#define LOOKS_WHILE_IDLE 50u
#define MOST_PROCESSES 8

static void delivery_release(struct delivery *delivery)
{
    if (InterlockedDecrement(&delivery->references)) return;
    follow_free(delivery);
    saving_free(delivery);
    error_clear(&delivery->standing);
    outlook_release(delivery->outlook);
    if (delivery->thread) CloseHandle(delivery->thread);
    if (delivery->wake) CloseHandle(delivery->wake);
    if (delivery->stop) CloseHandle(delivery->stop);
    free(delivery);
}

/* The Outlooks whose end a doubtful job waits for. */
static DWORD open_processes(struct delivery *delivery, HANDLE *handles)
{
    DWORD count = 0;

    for (size_t i = 0; i < delivery->follow_count && count < MOST_PROCESSES; i++)
    {
        struct follow *follow = delivery->follows[i];

        if (follow->state != job_sending || follow->sender_gone || !follow->process) continue;
        if (!process_alive(follow->process, follow->process_started)) continue;
        handles[count] = OpenProcess(SYNCHRONIZE, FALSE, follow->process);
        if (handles[count]) count++;
    }
    return count;
}

/* A job that is due and was not handed over: Outlook was left alone, or something new was told in the meantime. */
static bool job_is_due(struct delivery *delivery)
{
    struct delivery_facts facts;

    delivery_facts(delivery, &facts);
    return facts.job_due;
}

static DWORD time_to_wait(struct delivery *delivery)
{
    struct wait_facts facts = {.unread = !delivery->loaded || !delivery->in_step || follow_unwritten(delivery)};
    LONGLONG due = delivery->next_due, stray_at;

    facts.call_left = delivery->left_behind || follow_left(delivery);
    facts.outlook_held = outlook_held(delivery);
    if (delivery->queue_unread && !facts.call_left && !facts.outlook_held) facts.unread = true;
    facts.held_ms = outlook_hold_ms(delivery);
    facts.job_due = job_is_due(delivery);
    facts.job_put_off = due != 0;
    facts.due_ms = (uint64_t)max(due - steady_now(delivery), 0);
    facts.stray_waits = strays_wait(delivery, &stray_at);
    facts.stray_ms = (uint64_t)max(stray_at - steady_now(delivery), 0);
    facts.next_look_ms = deadline_left(follow_next(delivery));
    return wait_ms(&facts);
}

static void wait_for_more(struct delivery *delivery)
{
    HANDLE handles[2 + MOST_PROCESSES] = {delivery->stop, delivery->wake};
    DWORD processes = open_processes(delivery, handles + 2), ms = time_to_wait(delivery);

    delivery->nothing_waits = ms == WAIT_FOR_EVER;
    WaitForMultipleObjects(2 + processes, handles, FALSE, ms);
    for (DWORD i = 0; i < processes; i++)
        CloseHandle(handles[2 + i]);
}

/* The queue has run empty: what was handed over leaves about now. */
static void look_soon(struct delivery *delivery)
{
    if (!delivery->handed) return;
    delivery->handed = FALSE;
    delivery->round_ms = 0;
    delivery->next_round = 0;
}

/* One pass. True if there is more to do at once. */
static BOOL work_on(struct delivery *delivery)
{
    BOOL more;

    delivery->in_step = steady_follow(delivery);
    if (!delivery->in_step) return FALSE;
    if (!delivery->loaded)
    {
        delivery->loaded = SUCCEEDED(follow_load(delivery));
        if (!delivery->loaded) return FALSE;
    }
    take_returned(delivery);
    if (settle_doubts(delivery)) return TRUE;
    more = hand_next(delivery);
    if (!more)
    {
        follow_write(delivery, NULL);
        look_soon(delivery);
    }
    if (follow_round(delivery, more ? LOOKS_WHILE_BUSY : LOOKS_WHILE_IDLE)) more = TRUE;
    held_look(delivery);
    standing_look(delivery);
    return more || strays_look(delivery);
}

static DWORD WINAPI delivery_thread(void *context)
{
    struct delivery *delivery = context;

    while (!delivery->stopping)
    {
        if (work_on(delivery)) continue;
        outlook_keep(delivery->outlook, follow_submitted(delivery) || follow_unwritten(delivery));
        if (!delivery->stopping) wait_for_more(delivery);
    }
    follow_write(delivery, NULL);
    held_end(delivery);
    delivery_release(delivery);
    return 0;
}

HRESULT delivery_start(struct outbox *outbox, struct outlook *outlook, void (*changed)(void *context), void *context,
    struct delivery **result, struct error *error)
{
    struct delivery *delivery = calloc(1, sizeof(*delivery));
    HRESULT hr;

    *result = NULL;
    if (!delivery) return error_set(error, error_no_memory, 0);
    delivery->references = 1;
    delivery->outbox = outbox;
    delivery->outlook = outlook;
    outlook_hold(outlook);
    delivery->changed = changed;
    delivery->changed_context = context;
    delivery->last_count = -1;
    delivery->wakes = 1;
    InitializeSRWLock(&delivery->outbox_lock);
    InitializeConditionVariable(&delivery->outbox_left);
    InitializeSRWLock(&delivery->facts_lock);
    steady_begin(delivery);
    delivery->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    delivery->stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (delivery->wake && delivery->stop)
    {
        outlook_signal(outlook, delivery->wake);
        delivery->references = 2;
        delivery->thread = CreateThread(NULL, 0, delivery_thread, delivery, 0, NULL);
    }
    if (!delivery->thread)
    {
        hr = error_unexpected_windows(error, L"starting the delivery thread", last_error_hresult());
        outlook_signal(outlook, NULL);
        delivery->references = 1;
        delivery_release(delivery);
        return hr;
    }
    *result = delivery;
    return S_OK;
}

void delivery_wake(struct delivery *delivery)
{
    InterlockedIncrement(&delivery->wakes);
    SetEvent(delivery->wake);
}

void delivery_finish(struct delivery *delivery)
{
    InterlockedExchange(&delivery->stopping, TRUE);
    SetEvent(delivery->stop);
}

BOOL delivery_ended(struct delivery *delivery, deadline until)
{
    return WaitForSingleObject(delivery->thread, deadline_left(until)) == WAIT_OBJECT_0;
}

BOOL delivery_leave(struct delivery *delivery, deadline until)
{
    BOOL out;

    if (!delivery_ended(delivery, 0))
        log_event("delivery", NULL, NULL, L"the thread is left behind; its job stands on disk as it is");
    outlook_signal(delivery->outlook, NULL);
    out = record_shut_out(delivery, until);
    delivery_release(delivery);
    return out;
}

void delivery_facts(struct delivery *delivery, struct delivery_facts *facts)
{
    LONGLONG next_due, now = steady_now(delivery);

    AcquireSRWLockShared(&delivery->facts_lock);
    *facts = delivery->facts;
    next_due = delivery->next_due;
    if (delivery->wakes != delivery->wakes_seen) facts->job_due = TRUE;
    ReleaseSRWLockShared(&delivery->facts_lock);
    facts->next_due_ms = ~0ull;
    if (next_due) facts->next_due_ms = next_due > now ? (ULONGLONG)(next_due - now) : 0;
}

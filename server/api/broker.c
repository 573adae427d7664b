/* broker.c - see broker.h.
 *
 * The gate's state only ever goes forward: pending, then open or refusing; open, then stopping. What the rooms'
 * pointers hold is set before the gate opens and let go after the last call has left, so that behind the gate they need
 * no lock; delivery alone goes before a call that does not leave, and is used under the lock. */

#include "broker.h"
#include <stdlib.h>
#include <wchar.h>
#include "host/config.h"
#include "host/file_work.h"
#include "host/log.h"
#include "host/paths.h"

enum gate
{
    gate_pending,
    gate_open,
    gate_refusing,
    gate_stopping
};

struct broker
{
    SRWLOCK lock;
    CONDITION_VARIABLE gate_moved; /* the gate's state changed, or the last call has left */
    enum gate gate;
    struct error refusal;
    LONG calls; /* behind the gate */
    HANDLE changed;
    LONGLONG started_at;
    struct waiting *waiting;
    struct outbox *outbox;
    struct outlook *outlook; /* a reference is kept once its thread was told to end: a late call may still ask it */
    BOOL outlook_told;
    struct delivery *delivery;
};

HRESULT broker_create(HANDLE changed, struct broker **out)
{
    struct broker *broker = calloc(1, sizeof(*broker));

    *out = NULL;
    if (!broker) return E_OUTOFMEMORY;
    InitializeSRWLock(&broker->lock);
    InitializeConditionVariable(&broker->gate_moved);
    broker->changed = changed;
    broker->started_at = utc_now_ms();
    if (!(broker->waiting = waiting_create()))
    {
        free(broker);
        return E_OUTOFMEMORY;
    }
    *out = broker;
    return S_OK;
}

static void move_gate(struct broker *broker, enum gate gate)
{
    AcquireSRWLockExclusive(&broker->lock);
    broker->gate = gate;
    if (gate == gate_open) error_clear(&broker->refusal);
    WakeAllConditionVariable(&broker->gate_moved);
    ReleaseSRWLockExclusive(&broker->lock);
    SetEvent(broker->changed);
}

/* From the outbox's writer, after each commit. */
static void job_changed(void *context, const WCHAR *job_id, enum job_state state)
{
    struct broker *broker = context;

    waiting_tell(broker->waiting, job_id, state);
    if (job_state_final(state)) SetEvent(broker->changed);
}

static void work_changed(void *context)
{
    SetEvent(((struct broker *)context)->changed);
}

static HRESULT open_rooms(struct broker *broker, struct error *error)
{
    struct outbox_limits limits = {
        .max_queued_jobs = config_get(setting_max_queued_jobs),
        .max_mail_bytes = config_get(setting_max_mail_bytes),
        .max_unsent_bytes = config_get(setting_max_unsent_bytes),
        .kept_days = config_get(setting_kept_days),
    };
    WCHAR folder[DATA_PATH_SIZE];
    HRESULT hr;

    if (FAILED(hr = data_path(folder, NULL, error))) return hr;
    if (FAILED(hr = outbox_open(folder, &limits, job_changed, broker, &broker->outbox, error))) return hr;
    if (FAILED(hr = outlook_create(work_changed, broker, &broker->outlook, error))) return hr;
    return delivery_start(broker->outbox, broker->outlook, work_changed, broker, &broker->delivery, error);
}

void broker_open(struct broker *broker)
{
    struct error error = {0};

    if (SUCCEEDED(open_rooms(broker, &error)))
    {
        move_gate(broker, gate_open);
        return;
    }
    outlook_destroy(broker->outlook, deadline_in(0)); /* delivery, which is started last, was not */
    broker->outlook = NULL;
    outbox_close(broker->outbox);
    broker->outbox = NULL;
    broker_refuse(broker, &error);
}

static BOOL same_error(const struct error *one, const struct error *other)
{
    return one->code == other->code && one->text && other->text && !wcscmp(one->text, other->text);
}

void broker_refuse(struct broker *broker, struct error *error)
{
    /* Read without the lock: one thread alone changes the refusal. */
    if (!same_error(&broker->refusal, error))
    {
        log_event("refusing", NULL, NULL, L"0x%08lX %ls", (ULONG)error->code, error->text ? error->text : L"");
        if (error->code == (HRESULT)error_row(error_outbox_open)->code)
            event_report(event_outbox_unusable, NULL, NULL, error->text ? error->text : L"");
    }
    AcquireSRWLockExclusive(&broker->lock);
    error_move(&broker->refusal, error);
    ReleaseSRWLockExclusive(&broker->lock);
    move_gate(broker, gate_refusing);
}

static BOOL wait_until_empty(struct broker *broker, deadline until)
{
    BOOL empty;

    AcquireSRWLockExclusive(&broker->lock);
    while (broker->calls && deadline_left(until))
        SleepConditionVariableSRW(&broker->gate_moved, &broker->lock, deadline_left(until), 0);
    empty = !broker->calls;
    ReleaseSRWLockExclusive(&broker->lock);
    return empty;
}

static void close_gate(struct broker *broker)
{
    AcquireSRWLockExclusive(&broker->lock);
    if (broker->gate != gate_refusing) broker->gate = gate_stopping;
    WakeAllConditionVariable(&broker->gate_moved);
    ReleaseSRWLockExclusive(&broker->lock);
}

void broker_session_ends(struct broker *broker)
{
    close_gate(broker);
    if (broker->outlook) outlook_session_ends(broker->outlook);
}

/* Delivery first, since it asks Outlook, then Outlook. FALSE: a job is in hand, or in Outlook's, at the deadline still.
 */
static BOOL end_delivery(struct broker *broker, deadline until)
{
    if (broker->delivery && !delivery_ended(broker->delivery, until)) return FALSE;
    if (!broker->outlook || broker->outlook_told) return TRUE;
    broker->outlook_told = TRUE;
    outlook_hold(broker->outlook);
    outlook_destroy(broker->outlook, until);
    return TRUE;
}

/* A delivery thread that is left behind in a call into Outlook is shut out of the outbox, which can be closed then. */
static BOOL close_outbox(struct broker *broker, BOOL empty, deadline until)
{
    struct delivery *delivery;
    BOOL closed;

    AcquireSRWLockExclusive(&broker->lock);
    delivery = broker->delivery;
    broker->delivery = NULL;
    ReleaseSRWLockExclusive(&broker->lock);
    closed = !delivery || delivery_leave(delivery, until);
    closed = closed && empty && outbox_close_by(broker->outbox, until);
    if (!closed)
        log_event("stopping", NULL, NULL, L"the outbox is in use and left as it is; what was accepted is on disk");
    return closed;
}

/* Outlook is let go before calls are waited for, since those that wait for it were told to leave, and an Outlook of the
 * broker's own needs its time to quit. What waits because another program keeps the outbox locked may do so while the
 * broker drains; then it is refused, and half of the time that is left is for who was refused to end. */
BOOL broker_stop(struct broker *broker, deadline drained, deadline closed)
{
    BOOL empty, ended;

    close_gate(broker);
    waiting_end(broker->waiting);
    if (broker->delivery) delivery_finish(broker->delivery);
    if (broker->outlook) outlook_let_callers_go(broker->outlook);
    ended = end_delivery(broker, drained);
    empty = wait_until_empty(broker, drained);
    if (broker->outbox) outbox_hurry(broker->outbox);
    file_work_hurry();
    if (!empty) empty = wait_until_empty(broker, deadline_in(deadline_left(closed) / 2));
    if (!ended) ended = end_delivery(broker, deadline_in(deadline_left(closed) / 2));
    if (!empty || !ended) log_event("stopping", NULL, NULL, L"work is left behind; what was accepted is on disk");
    return close_outbox(broker, empty, closed) && ended;
}

HRESULT broker_enter(struct broker *broker, deadline until, struct error *error)
{
    HRESULT hr = S_OK;

    AcquireSRWLockExclusive(&broker->lock);
    while (broker->gate == gate_pending && deadline_left(until))
        SleepConditionVariableSRW(&broker->gate_moved, &broker->lock, deadline_left(until), 0);
    if (broker->gate == gate_open)
        broker->calls++;
    else if (broker->gate == gate_refusing)
        hr = error_copy(error, &broker->refusal);
    else
        hr = error_set(error, broker->gate == gate_pending ? error_not_ready : error_stopping, 0);
    ReleaseSRWLockExclusive(&broker->lock);
    return hr;
}

void broker_leave(struct broker *broker)
{
    AcquireSRWLockExclusive(&broker->lock);
    if (!--broker->calls && broker->gate != gate_open) WakeAllConditionVariable(&broker->gate_moved);
    ReleaseSRWLockExclusive(&broker->lock);
}

struct outbox *broker_outbox(struct broker *broker)
{
    return broker->outbox;
}

struct outlook *broker_outlook(struct broker *broker)
{
    return broker->outlook;
}

void broker_mail_accepted(struct broker *broker)
{
    AcquireSRWLockShared(&broker->lock);
    if (broker->delivery) delivery_wake(broker->delivery);
    ReleaseSRWLockShared(&broker->lock);
}

HRESULT broker_wait_job(
    struct broker *broker, const WCHAR *job_id, deadline until, enum job_state *state, struct error *error)
{
    struct waiter waiter;
    HRESULT hr = outbox_read_state(broker->outbox, job_id, until, state, error);

    if (FAILED(hr) || job_state_final(*state) || !deadline_left(until)) return hr;
    if (FAILED(hr = waiting_join(broker->waiting, &waiter, job_id, error))) return hr;
    /* Read again: the state may have changed before the waiter stood in the list. */
    hr = outbox_read_state(broker->outbox, job_id, until, state, error);
    if (SUCCEEDED(hr) && !job_state_final(*state)) waiting_for_final(broker->waiting, &waiter, until, state);
    waiting_leave(broker->waiting, &waiter);
    return hr;
}

HRESULT broker_wait_begin(struct broker *broker, struct waiter *place, struct error *error)
{
    return waiting_join(broker->waiting, place, L"", error);
}

void broker_wait_end(struct broker *broker, struct waiter *place)
{
    waiting_leave(broker->waiting, place);
}

/* What the rooms know; called with a count of broker->calls held, so that outbox and Outlook stay. */
static void look_at_rooms(struct broker *broker, struct broker_snapshot *snapshot, struct broker_facts *facts)
{
    struct delivery_facts delivery = {0};
    BOOL left_alone;

    outbox_count(broker->outbox, snapshot->jobs);
    outlook_facts(broker->outlook, &snapshot->outlook);
    AcquireSRWLockShared(&broker->lock);
    if (broker->delivery) delivery_facts(broker->delivery, &delivery); /* not at the end of a stop */
    ReleaseSRWLockShared(&broker->lock);
    left_alone = (uint32_t)snapshot->outlook.last_error == error_row(error_circuit_open)->code;
    facts->starting = snapshot->outlook.starting;
    facts->restarting = snapshot->outlook.restarting;
    facts->no_outlook = delivery.no_outlook || (left_alone && !snapshot->outlook.attached);
    facts->dialog = snapshot->outlook.dialog.since != 0;
    facts->in_call = snapshot->outlook.in_call;
    facts->hangs = snapshot->outlook.hangs;
    facts->call_ms = snapshot->outlook.call_ms;
    /* That Outlook is left alone is known also where no mail waits. */
    snapshot->last_error = left_alone ? snapshot->outlook.last_error : delivery.last_error;
    wcscpy(snapshot->last_error_text, left_alone ? snapshot->outlook.last_error_text : delivery.last_error_text);
}

void broker_snapshot(struct broker *broker, struct broker_snapshot *snapshot)
{
    struct broker_facts facts = {0};
    BOOL open;

    memset(snapshot, 0, sizeof(*snapshot));
    snapshot->started_at = broker->started_at;
    AcquireSRWLockExclusive(&broker->lock);
    open = broker->gate == gate_open;
    facts.refusing = broker->gate == gate_refusing;
    facts.stopping = broker->gate == gate_stopping;
    facts.starting = broker->gate == gate_pending;
    snapshot->last_error = broker->refusal.code;
    if (broker->refusal.text)
        wcsncpy(snapshot->last_error_text, broker->refusal.text, ARRAYSIZE(snapshot->last_error_text) - 1);
    if (open) broker->calls++;
    ReleaseSRWLockExclusive(&broker->lock);
    if (open)
    {
        look_at_rooms(broker, snapshot, &facts);
        broker_leave(broker);
    }
    snapshot->state = broker_state_now(&facts);
}

void broker_work(struct broker *broker, struct broker_work *work)
{
    LONG jobs[job_state_count] = {0};
    struct delivery_facts delivery = {.next_due_ms = ~0ull};

    AcquireSRWLockExclusive(&broker->lock);
    if (broker->gate == gate_open)
    {
        outbox_count(broker->outbox, jobs);
        delivery_facts(broker->delivery, &delivery);
    }
    work->refusing = broker->gate == gate_refusing;
    ReleaseSRWLockExclusive(&broker->lock);
    work->sending = jobs[job_sending];
    work->submitted = jobs[job_submitted];
    work->job_due = delivery.job_due;
    work->next_due_ms = delivery.next_due_ms;
}

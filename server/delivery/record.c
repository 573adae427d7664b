/* record.c - every use that delivery makes of the outbox, so that a thread that was left behind at a stop never touches
 * an outbox that is closed: it is shut out, and whether it is in the outbox at that moment is known. */
#include "internal.h"
#include <stdio.h>
#include "host/log.h"

/* A wait that ends within this is over: the time of day and the monotonic clock step apart from each other, by 16 ms on
 * Windows, and the job that a hold was written to must be as due at its end as those behind it. */
#define CLOCK_GRAIN_MS 50

static BOOL enter(struct delivery *delivery)
{
    AcquireSRWLockExclusive(&delivery->outbox_lock);
    delivery->in_outbox = !delivery->shut_out;
    ReleaseSRWLockExclusive(&delivery->outbox_lock);
    return delivery->in_outbox; /* which the thread alone changes */
}

static void leave(struct delivery *delivery)
{
    AcquireSRWLockExclusive(&delivery->outbox_lock);
    delivery->in_outbox = FALSE;
    ReleaseSRWLockExclusive(&delivery->outbox_lock);
    WakeConditionVariable(&delivery->outbox_left);
}

BOOL record_shut_out(struct delivery *delivery, deadline until)
{
    BOOL out;

    AcquireSRWLockExclusive(&delivery->outbox_lock);
    delivery->shut_out = TRUE;
    while (delivery->in_outbox && deadline_left(until))
        SleepConditionVariableSRW(&delivery->outbox_left, &delivery->outbox_lock, deadline_left(until), 0);
    out = !delivery->in_outbox;
    ReleaseSRWLockExclusive(&delivery->outbox_lock);
    return out;
}

static HRESULT complain(const WCHAR *what, HRESULT hr, struct error *error)
{
    if (FAILED(hr)) log_event("delivery", NULL, NULL, L"%ls: 0x%08lX", what, hr);
    error_clear(error);
    return hr;
}

HRESULT record_next_due(struct delivery *delivery, BOOL new_only, struct job_work *work, LONGLONG *next_due)
{
    const LONGLONG now = new_only ? 0 : steady_now(delivery) + CLOCK_GRAIN_MS;
    struct error error = {0};
    HRESULT hr;

    if (!enter(delivery)) return CODE_OF(error_stopping);
    hr = outbox_next_due(delivery->outbox, now, work, next_due, &error);
    leave(delivery);
    return complain(L"the next job cannot be read", hr, &error);
}

HRESULT record_read_state(struct delivery *delivery, enum job_state state, struct job_work **work, size_t *count)
{
    struct error error = {0};
    HRESULT hr;

    if (!enter(delivery)) return CODE_OF(error_stopping);
    hr = outbox_in_state(delivery->outbox, state, SIZE_MAX, work, count, &error);
    leave(delivery);
    return complain(L"jobs under way cannot be read", hr, &error);
}

/* What its row says is of something else by now. */
static void note_change(struct delivery *delivery, const struct job_change *change, HRESULT result)
{
    if (change->state == job_failed || change->state == job_sending) delivery->next_stray = 0;
    if (SUCCEEDED(result) && change->fields & job_set_next_attempt && !lstrcmpW(change->job_id, delivery->held))
        delivery->held[0] = 0;
}

HRESULT record_changes(struct delivery *delivery, const struct job_change *changes, size_t count, HRESULT *results)
{
    struct error error = {0};
    HRESULT hr;

    if (!count) return S_OK;
    for (size_t i = 0; results && i < count; i++)
        results[i] = CODE_OF(error_stopping);
    if (!enter(delivery)) return CODE_OF(error_stopping);
    hr = outbox_change(delivery->outbox, changes, count, &error);
    for (size_t i = 0; results && i < count; i++)
    {
        results[i] = hr;
        if (hr != CODE_OF(error_wrong_state) || count == 1) continue;
        error_clear(&error);
        results[i] = outbox_change(delivery->outbox, &changes[i], 1, &error);
    }
    leave(delivery);
    for (size_t i = 0; i < count; i++)
        note_change(delivery, &changes[i], results ? results[i] : hr);
    return complain(L"a step cannot be written", hr, &error);
}

HRESULT record_change(struct delivery *delivery, const struct job_change *change)
{
    return record_changes(delivery, change, 1, NULL);
}

static HRESULT record_waits(struct delivery *delivery, LONGLONG value,
    HRESULT (*write)(struct outbox *outbox, LONGLONG value, struct error *error))
{
    struct error error = {0};
    HRESULT hr;

    if (!enter(delivery)) return CODE_OF(error_stopping);
    hr = write(delivery->outbox, value, &error);
    leave(delivery);
    return complain(L"what waits cannot be written", hr, &error);
}

HRESULT record_shift_waits(struct delivery *delivery, LONGLONG by_ms)
{
    return record_waits(delivery, by_ms, outbox_shift_waits);
}

HRESULT record_begin_waits(struct delivery *delivery, LONGLONG latest)
{
    return record_waits(delivery, latest, outbox_begin_waits);
}

HRESULT record_next_stray(struct delivery *delivery, struct outbox_stray *stray)
{
    struct error error = {0};
    HRESULT hr;

    memset(stray, 0, sizeof(*stray));
    if (!enter(delivery)) return CODE_OF(error_stopping);
    hr = outbox_next_stray(delivery->outbox, stray, &error);
    leave(delivery);
    return complain(L"drafts that are not to be sent cannot be read", hr, &error);
}

HRESULT record_stray(struct delivery *delivery, const struct outbox_stray *stray, BOOL there)
{
    struct error error = {0};
    HRESULT hr;

    if (!enter(delivery)) return CODE_OF(error_stopping);
    hr = outbox_set_stray(delivery->outbox, stray, there, &error);
    leave(delivery);
    return complain(L"a draft that is not to be sent cannot be noted", hr, &error);
}

struct job_change change_of(const WCHAR *job_id, enum job_state from, enum job_state state)
{
    struct job_change change = {.from = from, .state = state};

    lstrcpynW(change.job_id, job_id, ARRAYSIZE(change.job_id));
    return change;
}

void change_error(struct job_change *change, const struct error *error)
{
    change->fields |= job_set_error;
    change->last_error = error ? error->code : S_OK;
    change->last_error_text = error ? error->text : NULL;
}

static void report(enum event_id id, const WCHAR *job_id, const WCHAR *caller, const WCHAR *what, HRESULT code)
{
    WCHAR text[768];

    swprintf(text, ARRAYSIZE(text),
        L"The mail of job %ls, sent by %ls, %ls (0x%08lX). Its history says more: obctl job %ls", job_id, caller, what,
        code, job_id);
    event_report(id, job_id, caller, text);
}

void record_log(const WCHAR *job_id, const WCHAR *caller, enum job_state state, LONG attempt, HRESULT code)
{
    static const char *const names[job_state_count] = {
        "queued", "sending", "submitted", "sent", "failed", "cancelled", "unknown"};
    const WCHAR *name = caller ? caller : L"";

    log_event(names[state], job_id, name, L"attempt %ld, 0x%08lX", attempt, code);
    if (state == job_failed) report(event_mail_failed, job_id, name, L"was given up", code);
    if (state == job_unknown) report(event_mail_unknown, job_id, name, L"was lost track of", code);
}

void record_stuck(const WCHAR *job_id, const WCHAR *caller, const WCHAR *what, HRESULT code)
{
    report(event_mail_stuck, job_id, caller ? caller : L"", what, code);
}

void record_draft_kept(const WCHAR *job_id, const WCHAR *caller)
{
    report(event_draft_stays, job_id, caller ? caller : L"",
        L"is tried again, and an earlier draft of it stays, which a person has changed, copied or been told of, or "
        L"which Outlook does not delete: if it is of no use, delete it in Outlook yourself",
        S_OK);
}

void record_stray_stays(const WCHAR *job_id, BOOL seen, HRESULT code)
{
    report(event_draft_stays, job_id, L"",
        seen ? L"is not to be sent any more, and Outlook ended when its draft was to be opened and deleted, so the "
               L"draft stays: delete it in Outlook yourself"
             : L"is not to be sent any more, and Outlook ended each time when a draft of it was looked for, so one "
               L"may stay: look for it in Outlook, and delete it yourself if it is there",
        code);
}

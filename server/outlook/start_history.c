/* start_history.c - see start_history.h. The event log is told once when the circuit opens and once when it closes, by
 * whichever process. */
#include "start_history.h"
#include <stdio.h>
#include <wchar.h>
#include "host/config.h"
#include "host/log.h"
#include "host/start_file.h"
#include "host/user.h"

static int64_t open_ms(void)
{
    return (int64_t)config_get(setting_start_again_seconds) * 1000;
}

static int64_t now_ms(void)
{
    return (int64_t)clock_now_ms();
}

/* Under the lock. */
static void write_down(struct starts *starts)
{
    HRESULT hr;

    circuit_to_times(&starts->circuit, now_ms(), utc_now_ms(), &starts->record.circuit);
    if (FAILED(hr = start_file_write(&starts->record)))
        log_event("outlook", NULL, NULL, L"what is to be known of its starts cannot be written: 0x%08lX", (ULONG)hr);
}

void starts_open(struct starts *starts)
{
    InitializeSRWLock(&starts->lock);
    start_file_read(&starts->record);
    if (circuit_from_times(&starts->circuit, &starts->record.circuit, now_ms(), utc_now_ms(), open_ms()))
        write_down(starts);
}

/* Under the lock. The text names the last failure by what it says itself. */
static HRESULT set_open_error(const struct starts *starts, uint64_t wait_ms, struct error *error)
{
    const struct user *user = user_self();
    WCHAR reason[ARRAYSIZE(starts->record.reason)], until[TIME_TEXT_SIZE], number[NUMBER_TEXT_SIZE];

    if (!MultiByteToWideChar(CP_UTF8, 0, starts->record.reason, -1, reason, ARRAYSIZE(reason))) reason[0] = 0;
    utc_ms_to_text(utc_now_ms() + (LONGLONG)wait_ms, until);
    return error_set(error, error_circuit_open, 4, number_text(CIRCUIT_FAILURES, number), until, reason,
        user ? user->name : L"this user");
}

HRESULT starts_allowed(struct starts *starts, deadline *until, struct error *error)
{
    uint64_t wait_ms;
    HRESULT hr = S_OK;

    AcquireSRWLockShared(&starts->lock);
    wait_ms = circuit_wait_ms(&starts->circuit, now_ms());
    if (wait_ms) hr = set_open_error(starts, wait_ms, error);
    ReleaseSRWLockShared(&starts->lock);
    if (until) *until = wait_ms ? clock_now_ms() + wait_ms : 0;
    return hr;
}

/* "What (checked)": of a text of three parts, what is worth passing on. */
static void set_reason(struct start_record *record, const struct error *error)
{
    static const WCHAR checked_mark[] = L". Checked: ", next_mark[] = L". Next: ";
    const WCHAR *text = error->text ? error->text : L"", *checked = wcsstr(text, checked_mark),
                *next = checked ? wcsstr(checked, next_mark) : NULL;
    WCHAR reason[ARRAYSIZE(record->reason) / 3];

    if (next)
    {
        const WCHAR *from = checked + ARRAYSIZE(checked_mark) - 1;

        _snwprintf(
            reason, ARRAYSIZE(reason) - 1, L"%.*ls (%.*ls).", (int)(checked - text), text, (int)(next - from), from);
    }
    else
        code_words(error->code, reason);
    reason[ARRAYSIZE(reason) - 1] = 0;
    record->code = (uint32_t)error->code;
    if (!WideCharToMultiByte(CP_UTF8, 0, reason, -1, record->reason, (int)sizeof(record->reason), NULL, NULL))
        record->reason[0] = 0;
}

void starts_failed(struct starts *starts, const struct error *error)
{
    struct error opened = {0};

    AcquireSRWLockExclusive(&starts->lock);
    set_reason(&starts->record, error);
    if (circuit_failed(&starts->circuit, now_ms(), open_ms())) set_open_error(starts, (uint64_t)open_ms(), &opened);
    write_down(starts);
    ReleaseSRWLockExclusive(&starts->lock);
    if (opened.text) event_report(event_circuit_opened, NULL, NULL, opened.text);
    error_clear(&opened);
}

void starts_succeeded(struct starts *starts)
{
    BOOL failed, closed;

    AcquireSRWLockExclusive(&starts->lock);
    failed = starts->circuit.failed > 0;
    closed = circuit_succeeded(&starts->circuit);
    starts->record.code = 0;
    starts->record.reason[0] = 0;
    if (failed || closed) write_down(starts);
    ReleaseSRWLockExclusive(&starts->lock);
    if (closed) event_report(event_circuit_closed, NULL, NULL, L"Outlook runs again; mail that waited goes on.");
}

static void set_own(struct starts *starts, DWORD id, ULONGLONG started)
{
    AcquireSRWLockExclusive(&starts->lock);
    if (starts->record.process_id != id || starts->record.process_started != started)
    {
        starts->record.process_id = id;
        starts->record.process_started = started;
        write_down(starts);
    }
    ReleaseSRWLockExclusive(&starts->lock);
}

/* A process without its time could be anybody's. */
void starts_own(struct starts *starts, const struct process *process)
{
    if (process->started) set_own(starts, process->id, process->started);
}

void starts_disown(struct starts *starts)
{
    set_own(starts, 0, 0);
}

BOOL starts_recorded(struct starts *starts, const struct process *process)
{
    DWORD id;
    ULONGLONG started;

    AcquireSRWLockShared(&starts->lock);
    id = starts->record.process_id;
    started = starts->record.process_started;
    ReleaseSRWLockShared(&starts->lock);
    if (!id) return FALSE;
    return process->id ? process->id == id && process->started == started : process_alive(id, started);
}

/* user_lock.c - see user_lock.h. What counts is the lock on one byte far behind the text, which therefore anybody may
 * read while the lock is held; the text only says who holds it. It is written after the lock was taken and wiped before
 * it is let go of, so a text whose process lives is its holder's. A holder that died leaves its text behind; whoever
 * takes the lock next overwrites it. */
#include "user_lock.h"
#include <bcrypt.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "clock.h"
#include "paths.h"
#include "processes.h"
#include "user.h"

#define LOCK_LEAF L"broker.lock"

enum
{
    lock_offset = 0x40000000,
    settle_ms = 500, /* how long a holder may take to write its text */
    settle_step_ms = 20,
    poll_ms = 100, /* where the holder's process may not be opened */
    poll_with_process_ms = 250,
    stop_name_size = 128
};

struct user_lock
{
    HANDLE file, stop_event;
    struct lock_holder self;
};

/* --- The file */

static HRESULT file_open(DWORD access, DWORD disposition, HANDLE *file, struct error *error)
{
    deadline give_up = deadline_in(settle_ms);
    WCHAR path[DATA_PATH_SIZE];
    HRESULT hr;

    *file = NULL;
    if (FAILED(hr = data_path(path, LOCK_LEAF, error))) return hr;
    for (;;)
    {
        HANDLE opened = CreateFileW(
            path, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, disposition, FILE_ATTRIBUTE_NORMAL, NULL);

        if (opened != INVALID_HANDLE_VALUE)
        {
            *file = opened;
            return S_OK;
        }
        hr = last_error_hresult();
        /* A virus scanner or a backup may be at it for a moment. */
        if (hr != HRESULT_FROM_WIN32(ERROR_SHARING_VIOLATION) || !deadline_left(give_up)) break;
        Sleep(settle_step_ms);
    }
    if (disposition == OPEN_EXISTING && hr == HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)) return S_FALSE;
    return error_unexpected_windows(error, L"opening the lock file", hr);
}

/* S_OK: locked. S_FALSE: another holds it. */
static HRESULT byte_lock(HANDLE file, DWORD kind)
{
    OVERLAPPED where = {.Offset = lock_offset};
    HRESULT hr;

    if (LockFileEx(file, kind | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &where)) return S_OK;
    hr = last_error_hresult();
    return hr == HRESULT_FROM_WIN32(ERROR_LOCK_VIOLATION) || hr == HRESULT_FROM_WIN32(ERROR_IO_PENDING) ? S_FALSE : hr;
}

static void byte_unlock(HANDLE file)
{
    OVERLAPPED where = {.Offset = lock_offset};

    UnlockFileEx(file, 0, 1, 0, &where);
}

static HRESULT text_write(HANDLE file, const char text[LOCK_TEXT_SIZE])
{
    OVERLAPPED start = {0};
    DWORD written;

    if (!WriteFile(file, text, LOCK_TEXT_SIZE - 1, &written, &start) || !FlushFileBuffers(file))
        return last_error_hresult();
    return S_OK;
}

static HRESULT holder_write(const struct user_lock *lock)
{
    char text[LOCK_TEXT_SIZE];

    lock_text_format(text, &lock->self);
    return text_write(lock->file, text);
}

/* False, and zeros, if the text is not whole. */
static bool holder_read(HANDLE file, struct lock_holder *holder)
{
    char text[LOCK_TEXT_SIZE];
    OVERLAPPED start = {0};
    DWORD got = 0;

    if (!ReadFile(file, text, LOCK_TEXT_SIZE - 1, &got, &start)) got = 0;
    return lock_text_parse(text, got, holder);
}

/* Tries the lock until it is had, or until the text names a process that lives, or until a holder has had the time to
 * write one: then the text counts as it is, for the holder's process may be out of sight. */
static HRESULT byte_lock_or_holder(HANDLE file, DWORD kind, struct lock_holder *holder)
{
    deadline settled = deadline_in(settle_ms);
    HRESULT hr;

    while ((hr = byte_lock(file, kind)) == S_FALSE)
    {
        if (holder_read(file, holder) && process_alive(holder->process_id, holder->started)) break;
        if (!deadline_left(settled)) break;
        Sleep(settle_step_ms);
    }
    return hr;
}

/* --- The event that /Stop sets */

/* From the system's random numbers: nobody can make the event before, or guess it. */
static HRESULT stop_name_make(char *out, size_t size)
{
    BYTE random[16];
    NTSTATUS status = BCryptGenRandom(NULL, random, sizeof(random), BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    size_t i, at = 0;

    if (status < 0) return HRESULT_FROM_NT(status);
    random[6] = (BYTE)((random[6] & 0x0f) | 0x40);
    random[8] = (BYTE)((random[8] & 0x3f) | 0x80);
    for (i = 0; i < sizeof(random); i++)
    {
        if (i == 4 || i == 6 || i == 8 || i == 10) out[at++] = '-';
        at += (size_t)snprintf(out + at, size - at, "%02x", random[i]);
    }
    return S_OK;
}

static void stop_name_full(WCHAR out[stop_name_size], const char *guid)
{
    _snwprintf(out, stop_name_size - 1, L"Global\\OutlookBroker.Stop.%hs", guid);
    out[stop_name_size - 1] = 0;
}

static HRESULT stop_event_make(const char *guid, HANDLE *event)
{
    SECURITY_ATTRIBUTES security = {.nLength = sizeof(security)};
    const struct user *self = user_self();
    WCHAR name[stop_name_size], sddl[320];
    HRESULT hr = S_OK;

    *event = NULL;
    if (!self) return E_ACCESSDENIED;
    /* All rights of an event (0x1F0003) for the user, SYSTEM and Administrators; nobody else, nothing inherited. */
    _snwprintf(sddl, ARRAYSIZE(sddl), L"D:P(A;;0x1F0003;;;%ls)(A;;0x1F0003;;;SY)(A;;0x1F0003;;;BA)", self->sid);
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(
            sddl, SDDL_REVISION_1, &security.lpSecurityDescriptor, NULL))
        return last_error_hresult();
    stop_name_full(name, guid);
    SetLastError(ERROR_SUCCESS);
    *event = CreateEventW(&security, TRUE, FALSE, name);
    if (!*event || GetLastError() == ERROR_ALREADY_EXISTS) hr = last_error_hresult();
    LocalFree(security.lpSecurityDescriptor);
    return hr;
}

/* S_FALSE: there is no such event, so its broker is gone. */
static HRESULT stop_event_set(const char *guid)
{
    WCHAR name[stop_name_size];
    HANDLE event;
    HRESULT hr;

    stop_name_full(name, guid);
    if (!(event = OpenEventW(EVENT_MODIFY_STATE, FALSE, name)))
    {
        hr = last_error_hresult();
        return hr == HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND) ? S_FALSE : hr;
    }
    hr = SetEvent(event) ? S_OK : last_error_hresult();
    CloseHandle(event);
    return hr;
}

/* --- Taking and letting go */

static void self_fill(struct lock_holder *self)
{
    FILETIME created = {0}, ended, kernel, user;
    DWORD session = 0;

    GetProcessTimes(GetCurrentProcess(), &created, &ended, &kernel, &user);
    ProcessIdToSessionId(GetCurrentProcessId(), &session);
    self->process_id = GetCurrentProcessId();
    self->windows_session = session;
    self->started = ((ULONGLONG)created.dwHighDateTime << 32) | created.dwLowDateTime;
}

/* Fills the lock once the byte is held. */
static HRESULT lock_furnish(struct user_lock *lock, struct error *error)
{
    HRESULT hr;

    self_fill(&lock->self);
    hr = stop_name_make(lock->self.stop_event, sizeof(lock->self.stop_event));
    if (SUCCEEDED(hr)) hr = stop_event_make(lock->self.stop_event, &lock->stop_event);
    if (FAILED(hr)) return error_unexpected_windows(error, L"making the event that stops the broker", hr);
    if (FAILED(hr = holder_write(lock))) return error_unexpected_windows(error, L"writing the lock file", hr);
    return S_OK;
}

HRESULT user_lock_take(struct user_lock **lock, struct lock_holder *holder, struct error *error)
{
    struct user_lock *made;
    HRESULT hr;

    *lock = NULL;
    ZeroMemory(holder, sizeof(*holder));
    if (!(made = calloc(1, sizeof(*made)))) return error_set(error, error_no_memory, 0);
    hr = file_open(GENERIC_READ | GENERIC_WRITE, OPEN_ALWAYS, &made->file, error);
    if (FAILED(hr))
    {
        free(made);
        return hr;
    }
    hr = byte_lock_or_holder(made->file, LOCKFILE_EXCLUSIVE_LOCK, holder);
    if (hr == S_OK)
    {
        ZeroMemory(holder, sizeof(*holder));
        if (SUCCEEDED(hr = lock_furnish(made, error)))
        {
            *lock = made;
            return S_OK;
        }
        user_lock_release(made);
        return hr;
    }
    CloseHandle(made->file);
    free(made);
    if (hr == S_FALSE) return user_lock_error(holder, error);
    return error_unexpected_windows(error, L"locking the lock file", hr);
}

HRESULT user_lock_look(struct lock_holder *holder, struct error *error)
{
    HANDLE file;
    HRESULT hr;

    ZeroMemory(holder, sizeof(*holder));
    if ((hr = file_open(GENERIC_READ, OPEN_EXISTING, &file, error)) != S_OK) return hr;
    /* A shared lock, so that two that look do not take each other for a holder; it is let go of at once, and a broker
     * that starts at this moment tries again. */
    hr = byte_lock_or_holder(file, 0, holder);
    if (hr == S_OK)
    {
        byte_unlock(file);
        ZeroMemory(holder, sizeof(*holder));
    }
    CloseHandle(file);
    if (FAILED(hr)) return error_unexpected_windows(error, L"looking at the lock file", hr);
    return hr == S_OK ? S_FALSE : S_OK;
}

void user_lock_stopping(struct user_lock *lock)
{
    if (!lock) return;
    lock->self.stopping = true;
    holder_write(lock);
}

HANDLE user_lock_stop_event(struct user_lock *lock)
{
    return lock->stop_event;
}

void user_lock_release(struct user_lock *lock)
{
    char nobody[LOCK_TEXT_SIZE];

    if (!lock) return;
    memset(nobody, ' ', sizeof(nobody));
    text_write(lock->file, nobody);
    byte_unlock(lock->file);
    CloseHandle(lock->file);
    if (lock->stop_event) CloseHandle(lock->stop_event);
    free(lock);
}

/* --- Waiting for another holder */

static HRESULT still_stopping(HRESULT code, const struct lock_holder *holder, DWORD waited_ms, struct error *error)
{
    WCHAR process[NUMBER_TEXT_SIZE], seconds[NUMBER_TEXT_SIZE];

    return error_set_code(error, code, error_holder_stopping, 2, number_text(holder->process_id, process),
        number_text((waited_ms + 999ull) / 1000, seconds));
}

/* Waits for the holder's end or for a while, whichever is first, but not past until. S_FALSE: cancelled. */
static HRESULT holder_wait(const struct lock_holder *holder, deadline until, HANDLE cancel)
{
    HANDLE process = holder->process_id ? OpenProcess(SYNCHRONIZE, FALSE, holder->process_id) : NULL;
    DWORD left = deadline_left(until), step = process ? poll_with_process_ms : poll_ms;
    HANDLE handles[2];
    DWORD count = 0;
    HRESULT hr = S_OK;

    if (cancel) handles[count++] = cancel;
    if (process) handles[count++] = process;
    if (left < step) step = left;
    if (!count)
        Sleep(step);
    else if (WaitForMultipleObjects(count, handles, FALSE, step) == WAIT_OBJECT_0 && cancel)
        hr = S_FALSE;
    if (process) CloseHandle(process);
    return hr;
}

HRESULT user_lock_wait(
    struct user_lock **lock, DWORD timeout_ms, HANDLE cancel, struct lock_holder *holder, struct error *error)
{
    deadline until = deadline_in(timeout_ms);
    HRESULT locked = (HRESULT)error_row(error_locked)->code, hr;

    for (;;)
    {
        hr = user_lock_take(lock, holder, error);
        if (hr != locked) return hr;
        /* Another that runs has been faster: it will not go by itself. */
        if (holder->process_id && !holder->stopping) return hr;
        if (!deadline_left(until)) break;
        if (holder_wait(holder, until, cancel) == S_FALSE)
        {
            error_clear(error);
            if (error) error->code = E_ABORT;
            return E_ABORT;
        }
        error_clear(error);
    }
    return still_stopping((HRESULT)error_row(error_holder_stopping)->code, holder, timeout_ms, error);
}

HRESULT user_lock_ask_to_stop(DWORD timeout_ms, struct error *error)
{
    deadline until = deadline_in(timeout_ms);
    struct lock_holder holder;
    bool asked = false;
    HRESULT hr;

    for (;;)
    {
        if (FAILED(hr = user_lock_look(&holder, error))) return hr;
        if (hr == S_FALSE) return asked ? S_OK : S_FALSE;
        /* Asked each time: the holder may be another one by now. */
        if (holder.stop_event[0] && FAILED(hr = stop_event_set(holder.stop_event)))
            return error_unexpected_windows(error, L"asking the broker to stop", hr);
        asked = true;
        if (!deadline_left(until)) break;
        holder_wait(&holder, until, NULL);
    }
    return still_stopping(HRESULT_FROM_WIN32(ERROR_TIMEOUT), &holder, timeout_ms, error);
}

HRESULT user_lock_error(const struct lock_holder *holder, struct error *error)
{
    WCHAR process[NUMBER_TEXT_SIZE], session[NUMBER_TEXT_SIZE], since[TIME_TEXT_SIZE];

    utc_ms_to_text(holder->started ? filetime_to_utc_ms(holder->started) : 0, since);
    return error_set(error, error_locked, 3, number_text(holder->process_id, process),
        number_text(holder->windows_session, session), since);
}

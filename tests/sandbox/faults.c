/* faults.c - the places at which the sandbox may fail as Outlook does. See faults.h. */
#include "faults.h"
#include "control.h"
#include "life.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define DIED_EXIT_CODE 3

static const DWORD hang_poll_ms = 20;
static const UINT reply_ms = 30;
static struct fault *armed, **last_armed = &armed;
static ULONGLONG control_time;
static WCHAR *log_path;

void faults_open(const WCHAR *store_path)
{
    log_path = text_format(L"%s\\faults.txt", store_path);
}

void faults_begin(ULONGLONG time)
{
    while (armed)
    {
        struct fault *fault = armed;

        armed = fault->next;
        fault_release(fault);
    }
    last_armed = &armed;
    control_time = time;
}

void faults_arm(struct fault *fault)
{
    *last_armed = fault;
    last_armed = &fault->next;
}

static void count_strike(void *context, WCHAR *line)
{
    WCHAR *end;

    (void)context;
    if (_wcstoui64(line, &end, 16) != control_time || *end != L' ') return;
    for (struct fault *fault = armed; fault; fault = fault->next)
        if (!wcscmp(end + 1, fault->line)) fault->struck++;
}

void faults_armed(void)
{
    if (armed) file_each_line(log_path, count_strike, NULL);
}

static void log_strike(const struct fault *fault)
{
    WCHAR *line = text_format(L"%016I64x %s\r\n", control_time, fault->line);
    char *bytes = text_to_utf8(line);

    file_append(log_path, bytes, strlen(bytes));
    free(bytes);
    free(line);
}

static bool is_armed(const struct fault *fault)
{
    for (const struct fault *other = armed; other; other = other->next)
        if (!wcscmp(other->line, fault->line)) return true;
    return false;
}

static bool is_over(const struct fault *fault)
{
    return fault->for_ms && fault->began && GetTickCount64() - fault->began >= fault->for_ms;
}

/* Whether what takes time still takes it: until its time is over, or the control file has its line no more. */
static bool lasts(void *context)
{
    const struct fault *fault = context;

    control_refresh();
    return !is_over(fault) && is_armed(fault);
}

static HRESULT strike_dialog(struct fault *fault, enum fault_place place)
{
    if (!dialog_run(&fault->dialog, life_window(), lasts, fault)) return S_OK;
    return place == PLACE_LOGON ? OUTLOOK_E_USER_CANCEL : E_ABORT;
}

static HRESULT strike_hang(struct fault *fault, enum fault_place place)
{
    (void)place;
    while (lasts(fault))
        Sleep(hang_poll_ms);
    return S_OK;
}

static HRESULT strike_die(struct fault *fault, enum fault_place place)
{
    (void)fault, (void)place;
    TerminateProcess(GetCurrentProcess(), DIED_EXIT_CODE);
    return E_FAIL;
}

static HRESULT strike_quit(struct fault *fault, enum fault_place place)
{
    (void)fault;
    if (place != PLACE_START) life_quit();
    return RPC_E_DISCONNECTED;
}

static HRESULT strike_fail(struct fault *fault, enum fault_place place)
{
    (void)place;
    return fault->answer;
}

static HRESULT (*const strikes[])(struct fault *fault, enum fault_place place) = {
    [FAULT_DIALOG] = strike_dialog,
    [FAULT_HANG] = strike_hang,
    [FAULT_DIE] = strike_die,
    [FAULT_QUIT] = strike_quit,
    [FAULT_FAIL] = strike_fail,
};

/* What a client asks for is one of the places of `any`. */
static bool is_at(const struct fault *fault, enum fault_place place, const WCHAR *member)
{
    if (fault->place == PLACE_ANY) return place == PLACE_ANY || place == PLACE_CREATE || place == PLACE_MEMBER;
    return fault->place == place && (!fault->member || (member && text_same(fault->member, member)));
}

static bool strikes_now(struct fault *fault)
{
    if (++fault->come < fault->first || is_over(fault)) return false;
    if (fault->times && fault->struck >= fault->times) return false;
    fault->struck++;
    if (!fault->began) fault->began = GetTickCount64();
    return true;
}

/* The lines may change while one strikes, so each that does is kept. */
static HRESULT strike_all(enum fault_place place, const WCHAR *member)
{
    struct fault *hit[16];
    size_t count = 0;
    HRESULT hr = S_OK;

    for (struct fault *fault = armed; fault && count < ARRAYSIZE(hit); fault = fault->next)
    {
        if (!is_at(fault, place, member) || !strikes_now(fault)) continue;
        fault->ref++;
        hit[count++] = fault;
    }
    for (size_t i = 0; i < count; i++)
    {
        if (SUCCEEDED(hr))
        {
            log_strike(hit[i]);
            hr = strikes[hit[i]->kind](hit[i], place);
        }
        fault_release(hit[i]);
    }
    return hr;
}

HRESULT fault_at(enum fault_place place)
{
    if (dialog_is_open()) return place == PLACE_ANY || place == PLACE_CREATE ? RPC_E_SERVERCALL_RETRYLATER : S_OK;
    control_refresh();
    return armed ? strike_all(place, NULL) : S_OK;
}

HRESULT fault_at_call(const struct object_class *cls, const struct member *member, bool after)
{
    WCHAR *name;
    HRESULT hr;

    if (dialog_is_open() && !after) return RPC_E_SERVERCALL_RETRYLATER;
    if (!armed) return S_OK;
    name = text_format(L"%s.%s", cls->name, member->name);
    hr = strike_all(after ? PLACE_MEMBER_AFTER : PLACE_MEMBER, name);
    free(name);
    return hr;
}

static void CALLBACK reply_is_out(HWND window, UINT message, UINT_PTR timer, DWORD time)
{
    (void)window, (void)message, (void)time;
    KillTimer(NULL, timer);
    fault_at(PLACE_RETURNED);
}

void fault_after_reply(void)
{
    for (const struct fault *fault = armed; fault; fault = fault->next)
    {
        if (fault->place != PLACE_RETURNED) continue;
        SetTimer(NULL, 0, reply_ms, reply_is_out);
        return;
    }
}

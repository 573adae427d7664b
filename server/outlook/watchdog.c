/* watchdog.c - sees that the Outlook thread stays in one call, looks at Outlook's windows from outside, and names the
 * dialog that it waits in to everybody who waits with it. Its thread sleeps while nothing is in a call, and never asks
 * Outlook anything that could hang: what it learns of a dialog is read within a second or two.
 *
 * A call and the watchdog agree without a lock on whether a dialog is named: a call that ends first says so and then
 * looks whether one was named; the watchdog first names it and then looks whether the call has ended. */
#include "internal.h"
#include <stdlib.h>
#include "host/config.h"
#include "host/log.h"
#include "host/processes.h"
#include "host/user.h"
#include "rules/ownership.h"
#include "rules/stuck.h"
#include "watching.h"

#define LONG_CALL_MS 1000u  /* a call that lasts so long is looked at */
#define LOOK_AGAIN_MS 500u  /* while it lasts */
#define WORDS_AGAIN_MS 100u /* a dialog is there a moment before what stands on it */
#define UIA_LIMIT_MS 1000u
#define MOST_OUTLOOKS 8

/* The call that is looked at, and in whose program it is. */
struct watched
{
    LONG64 since;
    ULONGLONG ms; /* how long it has lasted, but for what the machine slept */
    const WCHAR *call;
    DWORD processes[MOST_OUTLOOKS];
    ULONGLONG started; /* of the first, where it is the only one; else 0 */
    unsigned count;
    BOOL owned;
};

/* The thread's own. */
struct watch
{
    struct outlook *outlook;
    struct shown_windows windows;
    struct looks looks;
    ULONGLONG now_ms; /* of the look in hand: it may sleep at any point of it */
    LONG64 hung_told; /* the call of which it was told that Outlook hangs */

    /* The dialog in hand. */
    HWND dialog; /* NULL: none */
    DWORD process;
    enum dialog_kind kind;
    struct outlook_dialog words;
    BOOL may_be_guard, done;
    ULONGLONG seen_ms, seen_slept_ms; /* when, and looks.slept_ms then */
};

/* --- which call, and whose */

static void find_starting(const struct outlook_facts *facts, struct watched *at)
{
    struct process list[MOST_OUTLOOKS];
    unsigned count = facts->image[0] ? processes_by_image(facts->image, list, MOST_OUTLOOKS) : 0;
    struct outlook_process own = {0};
    WCHAR *command_line;

    at->count = min(count, MOST_OUTLOOKS);
    for (unsigned i = 0; i < at->count; i++)
        at->processes[i] = list[i].id;
    if (at->count != 1) return;
    at->started = list[0].started;
    own.running_before = filetime_to_utc_ms(list[0].started) < facts->starting_since;
    command_line = own.running_before ? NULL : process_command_line(list[0].id);
    own.command_line_known = command_line != NULL;
    own.command_line = command_line;
    at->owned = outlook_is_ours(&own);
    free(command_line);
}

/* False if nothing is in a call. */
static BOOL find_call(struct watch *watch, struct watched *at)
{
    struct outlook *outlook = watch->outlook;
    struct outlook_facts facts;

    memset(at, 0, sizeof(*at));
    outlook_facts(outlook, &facts);
    if (!facts.in_call) return FALSE;
    at->since = facts.call_since;
    watch->now_ms = clock_now_ms();
    at->ms = watch->now_ms - (ULONGLONG)at->since;
    at->ms -= looks_note(&watch->looks, (uint64_t)at->since, watch->now_ms);
    at->call = facts.call;
    if (at->ms < LONG_CALL_MS) return TRUE;
    if (!facts.process_id)
    {
        find_starting(&facts, at);
        return TRUE;
    }
    at->processes[0] = facts.process_id;
    at->started = facts.process_started;
    at->owned = facts.owned;
    at->count = 1;
    return TRUE;
}

static BOOL still_in(struct outlook *outlook, LONG64 since)
{
    struct outlook_facts facts;

    outlook_facts(outlook, &facts);
    return facts.in_call && facts.call_since == since;
}

/* --- what is told */

/* TRUE if there was one. */
static BOOL unname(struct outlook *outlook)
{
    BOOL named;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    named = outlook->dialog_named;
    InterlockedExchange(&outlook->dialog_named, FALSE);
    AcquireSRWLockExclusive(&outlook->facts_lock);
    memset(&outlook->facts.dialog, 0, sizeof(outlook->facts.dialog));
    ReleaseSRWLockExclusive(&outlook->facts_lock);
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    return named;
}

static void name(struct watch *watch, const struct watched *at)
{
    struct outlook *outlook = watch->outlook;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    AcquireSRWLockExclusive(&outlook->facts_lock);
    outlook->facts.dialog = watch->words;
    ReleaseSRWLockExclusive(&outlook->facts_lock);
    InterlockedExchange(&outlook->dialog_named, TRUE);
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    if (!still_in(outlook, at->since))
    {
        unname(outlook);
        return;
    }
    WakeAllConditionVariable(&outlook->ended);
    outlook_tell(outlook);
}

static HRESULT set_error(const struct outlook_dialog *dialog, enum error_id id, struct error *error)
{
    const struct user *user = user_self();

    return error_set(error, id, 5, dialog->title, dialog->text, dialog->buttons, dialog->class_name,
        user ? user->name : L"this user");
}

BOOL watchdog_error(struct outlook *outlook, enum error_id id, struct error *error)
{
    struct outlook_facts facts;

    outlook_facts(outlook, &facts);
    if (!facts.dialog.since) return FALSE;
    set_error(&facts.dialog, id, error);
    return TRUE;
}

static void report(struct watch *watch, enum event_id event, enum error_id id)
{
    struct error error = {0};

    set_error(&watch->words, id, &error);
    event_report(event, NULL, NULL, error.text ? error.text : watch->words.title);
    error_clear(&error);
}

/* --- the dialog */

/* What stands on it is asked for once more when there is nothing yet, and then by UI Automation. */
static void read_words(struct watch *watch, const struct shown_window *shown)
{
    struct dialog_words words = {0};

    windows_read(shown->handle, &words);
    if (!dialog_readable(&words))
    {
        WaitForSingleObject(watch->outlook->watch_wake, WORDS_AGAIN_MS);
        memset(&words, 0, sizeof(words));
        windows_read(shown->handle, &words);
    }
    if (!dialog_readable(&words)) uia_read(shown->handle, UIA_LIMIT_MS, &words);
    lstrcpynW(watch->words.text, dialog_words_text(&words), ARRAYSIZE(watch->words.text));
    lstrcpynW(watch->words.buttons, dialog_words_buttons(&words), ARRAYSIZE(watch->words.buttons));
    watch->may_be_guard = dialog_may_be_guard(shown->title, &words);
}

static BOOL is_in_hand(const struct watch *watch, const struct shown_window *shown)
{
    return watch->dialog == shown->handle && watch->process == shown->process &&
           !wcscmp(watch->words.title, shown->title);
}

static void take_in_hand(struct watch *watch, const struct shown_window *shown, enum dialog_kind kind)
{
    watch->dialog = shown->handle;
    watch->process = shown->process;
    watch->kind = kind;
    watch->done = FALSE;
    watch->seen_ms = watch->now_ms;
    watch->seen_slept_ms = watch->looks.slept_ms;
    memset(&watch->words, 0, sizeof(watch->words));
    watch->words.since = utc_now_ms();
    lstrcpynW(watch->words.title, shown->title, ARRAYSIZE(watch->words.title));
    lstrcpynW(watch->words.class_name, shown->class_name, ARRAYSIZE(watch->words.class_name));
    read_words(watch, shown);
    log_event("outlook", NULL, NULL, L"a window of process %lu (%ls) blocks it", shown->process, shown->image);
    report(watch, event_dialog_open, error_dialog);
}

static void close_dialog(struct watch *watch)
{
    watch->done = TRUE;
    PostMessageW(watch->dialog, WM_CLOSE, 0, 0);
    report(watch, event_dialog_closed, error_dialog_closed);
}

static void end_outlook(struct watch *watch, const struct watched *at)
{
    watch->done = TRUE;
    if (at->count != 1 || !at->started || !process_end(at->processes[0], at->started))
    {
        log_event("outlook", NULL, NULL, L"could not be ended: %lu", GetLastError());
        return;
    }
    report(watch, event_outlook_ended, error_dialog_restarted);
}

/* As the policy wants it. */
static void act(struct watch *watch, const struct watched *at)
{
    WCHAR titles[CONFIG_LIST_SIZE];
    struct dialog_case now = {
        .policy = (enum dialog_policy)config_get(setting_on_dialog),
        .kind = watch->kind,
        .may_be_guard = watch->may_be_guard,
        .done = watch->done,
        .owned = at->owned,
        .user_works =
            watch->windows.count == MOST_SHOWN_WINDOWS || dialog_user_works(watch->windows.facts, watch->windows.count),
        .open_ms = watch->now_ms - watch->seen_ms - (watch->looks.slept_ms - watch->seen_slept_ms),
        .grace_ms = config_get(setting_dialog_grace_seconds) * 1000ull,
    };
    enum dialog_action action;

    config_list(list_setting_dialog_titles, titles);
    now.listed = dialog_listed(titles, watch->words.title);
    action = dialog_decide(&now);
    if (action == dialog_close) close_dialog(watch);
    if (action == dialog_restart) end_outlook(watch, at);
}

/* --- a look */

static void tell_hang(struct watch *watch, const struct watched *at)
{
    struct outlook *outlook = watch->outlook;
    BOOL hangs = windows_ask(at->processes, at->count) == windows_hang;

    InterlockedExchange64(&outlook->hung_call, hangs ? at->since : 0);
    if (!hangs || watch->hung_told == at->since) return;
    watch->hung_told = at->since;
    log_event("outlook", NULL, NULL, L"is not responding: %ls has not returned for %I64u ms", at->call, at->ms);
}

static void look(struct watch *watch, const struct watched *at)
{
    struct shown_windows *windows = &watch->windows;
    enum dialog_kind kind;
    size_t found;

    windows_look(at->processes, at->count, windows);
    found = dialog_find(windows->facts, windows->count, &kind);
    if (found == windows->count || at->ms < dialog_patience_ms(kind))
    {
        watch->dialog = NULL;
        if (unname(watch->outlook)) outlook_tell(watch->outlook);
        tell_hang(watch, at);
        return;
    }
    if (!is_in_hand(watch, &windows->shown[found]))
    {
        take_in_hand(watch, &windows->shown[found], kind);
        unname(watch->outlook);
    }
    if (!watch->outlook->dialog_named) name(watch, at);
    act(watch, at);
}

/* Milliseconds until the next look; INFINITE once nothing is in a call. A call that begins after this has found none
 * wakes the thread. */
static DWORD next_look(struct watch *watch)
{
    struct outlook *outlook = watch->outlook;
    struct watched at;

    if (find_call(watch, &at))
    {
        if (at.ms < LONG_CALL_MS) return (DWORD)(LONG_CALL_MS - at.ms);
        look(watch, &at);
        stuck_look(outlook, watch->dialog != NULL, at.since, at.ms);
        return LOOK_AGAIN_MS;
    }
    /* The call of a thread that was left behind does not take it back itself. */
    if (outlook->dialog_named && unname(outlook)) outlook_tell(outlook);
    InterlockedExchange(&outlook->watch_asleep, TRUE);
    return find_call(watch, &at) && InterlockedExchange(&outlook->watch_asleep, FALSE) ? LONG_CALL_MS : INFINITE;
}

static DWORD WINAPI watchdog_thread(void *context)
{
    struct watch *watch = context;
    struct outlook *outlook = watch->outlook;
    DWORD wait = INFINITE;

    InterlockedExchange(&outlook->watch_asleep, TRUE);
    while (!outlook->ending)
    {
        /* Woken by the first call after a rest: none can be long yet. */
        if (WaitForSingleObject(outlook->watch_wake, wait) == WAIT_OBJECT_0 && !outlook->ending)
            WaitForSingleObject(outlook->watch_wake, LONG_CALL_MS);
        if (!outlook->ending) wait = next_look(watch);
    }
    free(watch);
    outlook_leave(outlook);
    return 0;
}

BOOL watchdog_start(struct outlook *outlook)
{
    struct watch *watch = calloc(1, sizeof(*watch));

    outlook->watch_wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (watch && outlook->watch_wake)
    {
        watch->outlook = outlook;
        outlook_enter(outlook);
        outlook->watch_thread = CreateThread(NULL, 0, watchdog_thread, watch, 0, NULL);
        if (outlook->watch_thread) return TRUE;
        outlook_leave(outlook);
    }
    free(watch);
    return FALSE;
}

void watchdog_call_begins(struct outlook *outlook)
{
    if (outlook->watch_asleep && InterlockedExchange(&outlook->watch_asleep, FALSE)) SetEvent(outlook->watch_wake);
}

void watchdog_call_ends(struct outlook *outlook)
{
    if (outlook->dialog_named && unname(outlook)) outlook_tell(outlook);
}

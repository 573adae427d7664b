/* work.c - the queue between those who want something of Outlook and the thread that owns it. A piece of work is begun
 * once or never: both ends decide under one lock, so that a caller that leaves at its deadline knows which it was. */
#include "internal.h"
#include <stdlib.h>
#include "host/user.h"

struct work *work_create(work_function run, const WCHAR *name, deadline until)
{
    struct work *work = calloc(1, sizeof(*work));

    if (!work) return NULL;
    work->references = 1;
    work->run = run;
    work->name = name;
    work->until = until;
    work->state = work_waiting;
    return work;
}

void work_release(struct work *work)
{
    if (!work || InterlockedDecrement(&work->references)) return;
    mail_copy_clear(&work->mail);
    outlook_place_clear(&work->place);
    error_clear(&work->error);
    free(work->profile);
    free(work->other_id);
    free(work);
}

BOOL work_queue(struct outlook *outlook, struct work *work)
{
    BOOL taken;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    taken = !outlook->ending;
    if (taken)
    {
        InterlockedIncrement(&work->references);
        work->next = NULL;
        if (outlook->last)
            outlook->last->next = work;
        else
            outlook->first = work;
        outlook->last = work;
    }
    else
        work->state = work_dead;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    if (taken) outlook_wake(outlook);
    return taken;
}

struct work *work_share(struct outlook *outlook, struct work *wished)
{
    struct work *work, **end;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    work = outlook->attaching ? outlook->attaching : wished;
    outlook->attaching = work;
    for (end = &work->sharers; *end;)
        end = &(*end)->next_sharer;
    *end = wished;
    InterlockedIncrement(&work->references);
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    if (work == wished && !work_queue(outlook, work))
    {
        AcquireSRWLockExclusive(&outlook->queue_lock);
        outlook->attaching = NULL;
        ReleaseSRWLockExclusive(&outlook->queue_lock);
        WakeAllConditionVariable(&outlook->ended);
    }
    return work;
}

/* Ends its part in an attach. One that was not begun passes on to the profile of who is the first now: of the one who
 * leaves, nothing takes effect. Under the lock. */
static void end_share(struct work *work, const struct work *waiter)
{
    const BOOL first = work->sharers == waiter;
    struct work **at = &work->sharers;
    WCHAR *profile = work->profile;

    while (*at && *at != waiter)
        at = &(*at)->next_sharer;
    if (*at) *at = waiter->next_sharer;
    if (!first || !work->sharers || work->state != work_waiting) return;
    work->profile = work->sharers->profile;
    work->sharers->profile = profile;
}

/* Takes a piece of work out of the queue, whose reference it held. Under the lock. */
static void unlink_work(struct outlook *outlook, struct work *work)
{
    struct work *previous = NULL, *at;

    for (at = outlook->first; at && at != work; at = at->next)
        previous = at;
    if (!at) return;
    if (previous)
        previous->next = work->next;
    else
        outlook->first = work->next;
    if (outlook->last == work) outlook->last = previous;
    work->state = work_dead;
    InterlockedDecrement(&work->references); /* never the last: the caller holds one */
}

/* Its caller leaves before it was begun: it never will be, unless others share it. Under the lock. */
static void take_back(struct outlook *outlook, struct work *work)
{
    if (work->sharers) return;
    if (work == outlook->attaching) outlook->attaching = NULL;
    unlink_work(outlook, work);
}

/* A start that was begun is shared and goes on: the text tells how long it has taken so far. False if none is under
 * way. */
static BOOL set_starting_error(struct outlook *outlook, struct error *error)
{
    WCHAR seconds[NUMBER_TEXT_SIZE], since[TIME_TEXT_SIZE];
    const struct user *user = user_self();
    struct outlook_facts facts;
    LONGLONG taken_ms;

    outlook_facts(outlook, &facts);
    if (!facts.starting) return FALSE;
    taken_ms = utc_now_ms() - facts.starting_since;
    utc_ms_to_text(facts.starting_since, since);
    number_text(taken_ms > 0 ? (ULONGLONG)taken_ms / 1000 : 0, seconds);
    error_set(error, error_timeout_starting, 3, since, seconds, user ? user->name : L"this user");
    return TRUE;
}

/* Outlook waits in a dialog that was named: that is what the caller is told. Under the queue's lock. */
static BOOL set_dialog_error(
    struct outlook *outlook, const struct work *work, enum work_state state, struct error *error)
{
    enum error_id id = state != work_begun              ? error_dialog_not_given
                       : work->run == connection_attach ? error_dialog_starting
                                                        : error_dialog_given;

    return watchdog_error(outlook, id, error);
}

static void set_timeout_error(struct outlook *outlook, struct work *work, enum work_state state, struct error *error)
{
    WCHAR number[NUMBER_TEXT_SIZE];
    struct outlook_facts facts;

    outlook_facts(outlook, &facts);
    number_text(facts.call_ms, number);
    if ((outlook->ending || outlook->callers_go) && (state != work_begun || work->run == connection_attach))
    {
        error_set(error, error_stopping, 0);
        return;
    }
    if (state == work_begun && work->run == connection_attach && set_starting_error(outlook, error)) return;
    if (state == work_begun)
        error_set(error, facts.hangs ? error_timeout_hung_given : error_timeout_given, 2, work->name, number);
    else
        error_set(error, facts.hangs ? error_timeout_hung_not_given : error_timeout_not_given, 1, number);
}

enum outlook_begun work_wait(
    struct outlook *outlook, struct work *work, struct work *waiter, deadline until, struct error *error)
{
    BOOL told = FALSE;
    enum work_state state;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    while (work->state == work_waiting || work->state == work_begun)
    {
        DWORD left = deadline_left(until);

        if (!left || (waiter->of_caller && outlook->callers_go) || outlook->session_ends || outlook->dialog_named)
            break;
        SleepConditionVariableSRW(&outlook->ended, &outlook->queue_lock, left, 0);
    }
    state = work->state;
    end_share(work, waiter);
    if (state == work_waiting) take_back(outlook, work);
    if (state == work_begun) work->left = TRUE;
    if (state == work_left_behind) state = work_begun;
    if (outlook->dialog_named && state != work_ended) told = set_dialog_error(outlook, work, state, error);
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    if (state == work_ended) return outlook_ended;
    if (!told) set_timeout_error(outlook, work, state, error);
    return state == work_begun ? outlook_begun : outlook_not_begun;
}

enum outlook_begun work_do(struct outlook *outlook, struct work *work, deadline until, struct error *error)
{
    enum outlook_begun begun;

    outlook_enter(outlook);
    work_queue(outlook, work);
    begun = work_wait(outlook, work, work, until, error);
    outlook_leave(outlook);
    return begun;
}

void outlook_let_callers_go(struct outlook *outlook)
{
    AcquireSRWLockExclusive(&outlook->queue_lock);
    outlook->callers_go = TRUE;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    WakeAllConditionVariable(&outlook->ended);
}

void outlook_session_ends(struct outlook *outlook)
{
    AcquireSRWLockExclusive(&outlook->queue_lock);
    outlook->callers_go = TRUE;
    outlook->session_ends = outlook->ending = TRUE;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    WakeAllConditionVariable(&outlook->ended);
    outlook_wake(outlook);
}

BOOL outlook_session_ended(const struct outlook *outlook)
{
    return outlook->session_ends != FALSE;
}

static struct work *take_first(struct apartment *apartment)
{
    struct outlook *outlook = apartment->outlook;
    struct work *work = NULL;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    if (!apartment->left_behind) work = outlook->first;
    if (work)
    {
        outlook->first = work->next;
        if (!outlook->first) outlook->last = NULL;
        work->next = NULL;
        work->state = deadline_left(work->until) && !outlook->ending ? work_begun : work_dead;
        apartment->work = work; /* with the queue's reference */
    }
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    return work;
}

/* Notes that the work has ended. True if its caller has gone. */
static BOOL end_work(struct apartment *apartment, struct work *work)
{
    struct outlook *outlook = apartment->outlook;
    BOOL left;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    if (work->state != work_dead) work->state = work_ended;
    left = work->left;
    if (outlook->attaching == work) outlook->attaching = NULL;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    WakeAllConditionVariable(&outlook->ended);
    return left;
}

BOOL work_run_next(struct apartment *apartment)
{
    struct outlook *outlook = apartment->outlook;
    struct work *work = take_first(apartment);
    BOOL left;

    if (!work) return FALSE;
    if (work->state == work_begun)
    {
        apartment->until = work->until;
        apartment->doing = work->name;
        work->run(apartment, work);
        connection_used(apartment);
    }
    left = end_work(apartment, work);
    if (left && work->clean_up)
    {
        work->clean_up(apartment, work);
        connection_used(apartment);
    }
    apartment->doing = L"";
    if (left) outlook_tell(outlook);
    AcquireSRWLockExclusive(&outlook->queue_lock);
    apartment->work = NULL;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    work_release(work);
    return TRUE;
}

void work_leave_behind(struct apartment *apartment)
{
    struct work *work = apartment->work;

    if (!work || work->state != work_begun) return;
    work->state = work_left_behind;
    work->left = TRUE;
    if (apartment->outlook->attaching == work) apartment->outlook->attaching = NULL;
}

void work_abandon_all(struct outlook *outlook)
{
    struct work *work;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    while ((work = outlook->first))
    {
        outlook->first = work->next;
        work->state = work_dead;
        if (outlook->attaching == work) outlook->attaching = NULL;
        work_release(work);
    }
    outlook->last = NULL;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    WakeAllConditionVariable(&outlook->ended);
}

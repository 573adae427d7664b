/* file_work.c - see file_work.h. A thread that was left behind does no other work: it ends when Windows has answered.
 * Until then it counts towards the limits, as a work does that has been in one call for stuck_ms. */
#include "file_work.h"
#include <stdlib.h>
#include "client_process.h"
#include "config.h"

enum
{
    stuck_ms = 10000, /* in one call, before a work counts towards the limits */
    idle_ms = 30000,  /* how long a thread waits for more work */
    cancel_tries = 3  /* a thread that is between two calls has nothing to be cancelled */
};

struct worker /* a thread */
{
    CONDITION_VARIABLE given;
    struct file_work *work; /* NULL: idle */
    HANDLE thread;          /* NULL: taken by who left it behind */
};

struct file_work
{
    struct file_work *next;
    file_work_run run;
    file_work_free let_go;
    void *context;
    DWORD client; /* its process; 0: not known */
    struct worker *worker;
    CONDITION_VARIABLE ended;
    BOOL done;
    BOOL placed;         /* it gets no answer: it takes one of the places that there are */
    BOOL beyond;         /* more than its client may have: it takes none from the others */
    volatile LONG steps; /* calls begun so far */
    volatile LONG left;
};

static SRWLOCK lock = SRWLOCK_INIT;
static struct file_work *works; /* all that are under way, also those that were left */
static struct worker *idle;     /* one at most: making another thread costs little beside a file */
static BOOL hurried;

BOOL file_work_wanted(struct file_work *work)
{
    if (!work) return TRUE;
    InterlockedIncrement(&work->steps);
    return !work->left;
}

static void unlink_work(struct file_work *work)
{
    struct file_work **at = &works;

    while (*at != work)
        at = &(*at)->next;
    *at = work->next;
}

/* Under the lock. FALSE: nothing came for a long time. */
static BOOL wait_for_work(struct worker *worker)
{
    const deadline until = deadline_in(idle_ms);

    if (worker->work) return TRUE;
    if (idle) return FALSE;
    idle = worker;
    while (!worker->work && deadline_left(until))
        SleepConditionVariableSRW(&worker->given, &lock, deadline_left(until), 0);
    if (worker->work) return TRUE;
    idle = NULL;
    return FALSE;
}

/* Under the lock, which it lets go of meanwhile. FALSE: the work was left behind, and is gone. */
static BOOL do_work(struct file_work *work)
{
    ReleaseSRWLockExclusive(&lock);
    work->run(work->context, work);
    AcquireSRWLockExclusive(&lock);
    if (!work->left)
    {
        unlink_work(work);
        work->done = TRUE;
        WakeConditionVariable(&work->ended);
        return TRUE;
    }
    ReleaseSRWLockExclusive(&lock);
    work->let_go(work->context);
    AcquireSRWLockExclusive(&lock);
    unlink_work(work);
    free(work);
    return FALSE;
}

static DWORD WINAPI worker_thread(void *context)
{
    struct worker *worker = context;

    AcquireSRWLockExclusive(&lock);
    while (wait_for_work(worker))
    {
        struct file_work *work = worker->work;

        worker->work = NULL;
        if (!do_work(work)) break;
    }
    ReleaseSRWLockExclusive(&lock);
    if (worker->thread) CloseHandle(worker->thread);
    free(worker);
    return 0;
}

/* Under the lock. */
static BOOL give_to_worker(struct file_work *work)
{
    struct worker *worker = idle;

    if (worker)
    {
        idle = NULL;
        worker->work = work;
        WakeConditionVariable(&worker->given);
    }
    else
    {
        if (!(worker = calloc(1, sizeof(*worker)))) return FALSE;
        InitializeConditionVariable(&worker->given);
        worker->work = work;
        if (!(worker->thread = CreateThread(NULL, 0, worker_thread, worker, 0, NULL)))
        {
            free(worker);
            return FALSE;
        }
    }
    work->worker = worker;
    work->next = works;
    works = work;
    return TRUE;
}

struct places /* that are taken */
{
    DWORD all, of_client;
};

/* Under the lock: by all but this work; and by its client, if that is known. */
static struct places count_places(const struct file_work *work)
{
    struct places taken = {0};

    for (const struct file_work *other = works; other; other = other->next)
    {
        if (other == work || !other->placed) continue;
        taken.all += !other->beyond;
        taken.of_client += work->client && other->client == work->client;
    }
    return taken;
}

static HRESULT busy(DWORD taken, DWORD most, struct error *error)
{
    WCHAR count[NUMBER_TEXT_SIZE], limit[NUMBER_TEXT_SIZE];

    return error_set(error, error_busy_files, 2, number_text(taken, count), number_text(most, limit));
}

/* Under the lock. FALSE: its client has as many as it may have. */
static BOOL take_place(struct file_work *work)
{
    if (!work->placed) work->beyond = count_places(work).of_client >= config_get(setting_max_waiting_calls_per_client);
    work->placed = TRUE;
    return !work->beyond;
}

/* Under the lock: whether one more may be begun. */
static HRESULT check_limits(const struct file_work *work, struct error *error)
{
    const DWORD most = config_get(setting_max_waiting_calls),
                most_of_client = config_get(setting_max_waiting_calls_per_client);
    const struct places taken = count_places(work);

    if (taken.of_client >= most_of_client) return busy(taken.of_client, most_of_client, error);
    return taken.all >= most ? busy(taken.all, most, error) : S_OK;
}

/* Under the lock: looks whether the work goes on. A burst is let in as long as none is known to be slow; what is more
 * of it than a client may have is given up then. */
static HRESULT look(struct file_work *work, LONG steps, struct error *error)
{
    const DWORD most = config_get(setting_max_waiting_calls_per_client);

    if (work->steps != steps)
        work->placed = work->beyond = FALSE;
    else if (!take_place(work))
        return busy(count_places(work).of_client, most, error);
    return S_OK;
}

/* Under the lock. */
static HRESULT wait_for_end(struct file_work *work, deadline until, struct error *error)
{
    deadline next_look = deadline_in(stuck_ms);
    LONG steps = work->steps;
    HRESULT hr;

    while (!work->done)
    {
        if (hurried) return error_set(error, error_stopping, 0);
        if (!deadline_left(until)) return HRESULT_FROM_WIN32(ERROR_TIMEOUT);
        if (!deadline_left(next_look))
        {
            if (FAILED(hr = look(work, steps, error))) return hr;
            steps = work->steps;
            next_look = deadline_in(stuck_ms);
        }
        SleepConditionVariableSRW(&work->ended, &lock, min(deadline_left(until), deadline_left(next_look)), 0);
    }
    return S_OK;
}

/* Under the lock: work is its thread's from now on. Returns that thread, to be closed. */
static HANDLE leave(struct file_work *work)
{
    HANDLE thread = work->worker->thread;

    take_place(work);
    work->left = TRUE;
    work->worker->thread = NULL;
    return thread;
}

/* What the thread waits for is cancelled, if Windows can. */
static void cancel(HANDLE thread)
{
    for (int i = 0; i < cancel_tries && !CancelSynchronousIo(thread); i++)
        Sleep(1);
    CloseHandle(thread);
}

static HRESULT begin(struct file_work *work, struct error *error)
{
    HRESULT hr = hurried ? error_set(error, error_stopping, 0) : check_limits(work, error);

    if (SUCCEEDED(hr) && !give_to_worker(work)) hr = error_set(error, error_no_memory, 0);
    return hr;
}

HRESULT file_work_do(file_work_run run, file_work_free let_go, void *context, deadline until, struct error *error)
{
    struct file_work *work = deadline_left(until) ? calloc(1, sizeof(*work)) : NULL;
    HANDLE left = NULL;
    BOOL begun = FALSE;
    HRESULT hr;

    if (!work)
    {
        let_go(context);
        return deadline_left(until) ? error_set(error, error_no_memory, 0) : HRESULT_FROM_WIN32(ERROR_TIMEOUT);
    }
    work->run = run;
    work->let_go = let_go;
    work->context = context;
    work->client = client_process();
    InitializeConditionVariable(&work->ended);
    AcquireSRWLockExclusive(&lock);
    if (SUCCEEDED(hr = begin(work, error)))
    {
        begun = TRUE;
        if (FAILED(hr = wait_for_end(work, until, error))) left = leave(work);
    }
    ReleaseSRWLockExclusive(&lock);
    if (!begun) let_go(context);
    if (left)
        cancel(left);
    else
        free(work);
    return hr;
}

void file_work_hurry(void)
{
    AcquireSRWLockExclusive(&lock);
    hurried = TRUE;
    for (struct file_work *work = works; work; work = work->next)
        WakeConditionVariable(&work->ended);
    ReleaseSRWLockExclusive(&lock);
}

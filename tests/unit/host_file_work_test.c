/* host_file_work_test.c - nobody waits longer for a file than until his deadline: what a disk or another program holds
 * up is left behind, cancelled where Windows can, counted until it ends, and let go of then. What is held up here waits
 * for an event, which nothing cancels, or reads from a pipe into which nobody writes, which can be cancelled. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <wchar.h>
#include <windows.h>
#include "host/client_process.h"
#include "host/config.h"
#include "host/file_work.h"

#define TIMED_OUT HRESULT_FROM_WIN32(ERROR_TIMEOUT)
#define BUSY ((HRESULT)0x8004B00B)
#define STOPPING ((HRESULT)0x8004B019)

enum
{
    long_ms = 30000,
    short_ms = 100,
    late_ms = 10 * (short_ms + 250), /* ten times what is promised */
    stuck_ms = 10000                 /* of file_work.c */
};

static HANDLE go_on; /* what waits for an event waits for this */
static volatile LONG runs, frees;
static volatile LONG read_answered;

static __thread DWORD client; /* whose thread this is */

/* In the place of the one that asks RPC. */
DWORD client_process(void)
{
    return client;
}

static int events_make(void **state)
{
    (void)state;
    go_on = CreateEventW(NULL, TRUE, FALSE, NULL);
    config_load();
    return go_on ? 0 : -1;
}

static void nothing(void *context, struct file_work *work)
{
    (void)context, (void)work;
    InterlockedIncrement(&runs);
}

static void waits(void *context, struct file_work *work)
{
    (void)context, (void)work;
    WaitForSingleObject(go_on, long_ms);
    InterlockedIncrement(&runs);
}

/* Slow, but no call of it takes long. */
static void goes_on(void *context, struct file_work *work)
{
    (void)context;
    while (file_work_wanted(work) && WaitForSingleObject(go_on, 50) == WAIT_TIMEOUT)
        ;
    InterlockedIncrement(&runs);
}

static void reads_pipe(void *context, struct file_work *work)
{
    char byte;
    DWORD got;

    (void)work;
    read_answered = ReadFile(context, &byte, 1, &got, NULL) ? -1 : (LONG)GetLastError();
    InterlockedIncrement(&runs);
}

static void let_go(void *context)
{
    (void)context;
    InterlockedIncrement(&frees);
}

static void wait_for(volatile LONG *count, LONG value)
{
    for (unsigned i = 0; i < long_ms / 10 && *count != value; i++)
        Sleep(10);
    assert_int_equal(*count, value);
}

/* All that was left ends. */
static void let_end(LONG left)
{
    SetEvent(go_on);
    wait_for(&frees, left);
    ResetEvent(go_on);
    frees = 0;
    runs = 0;
}

static void what_ends_is_the_callers_again(void **state)
{
    LARGE_INTEGER unit, begun, now;

    (void)state;
    QueryPerformanceFrequency(&unit);
    QueryPerformanceCounter(&begun);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(file_work_do(nothing, let_go, NULL, deadline_never, NULL), S_OK);
    QueryPerformanceCounter(&now);
    print_message("%.1f us each\n", (double)(now.QuadPart - begun.QuadPart) * 1000.0 / (double)unit.QuadPart);
    assert_int_equal(runs, 1000);
    assert_int_equal(frees, 0);
    runs = 0;
}

static void what_does_not_end_is_left_at_the_deadline_and_let_go_of_when_it_does(void **state)
{
    ULONGLONG begun = clock_now_ms();
    struct error error = {0};

    (void)state;
    assert_int_equal(file_work_do(waits, let_go, NULL, deadline_in(short_ms), &error), TIMED_OUT);
    assert_true(clock_now_ms() - begun < late_ms);
    assert_null(error.text);
    assert_int_equal(frees, 0);
    let_end(1);
}

static void nothing_is_begun_after_the_deadline(void **state)
{
    (void)state;
    assert_int_equal(file_work_do(nothing, let_go, NULL, deadline_in(0), NULL), TIMED_OUT);
    assert_int_equal(runs, 0);
    assert_int_equal(frees, 1);
    frees = 0;
}

static void what_windows_can_cancel_ends_with_the_deadline(void **state)
{
    HANDLE from, to;

    (void)state;
    assert_true(CreatePipe(&from, &to, NULL, 0));
    assert_int_equal(file_work_do(reads_pipe, let_go, from, deadline_in(short_ms), NULL), TIMED_OUT);
    wait_for(&frees, 1);
    assert_int_equal(read_answered, ERROR_OPERATION_ABORTED);
    CloseHandle(from);
    CloseHandle(to);
    frees = runs = 0;
}

static void what_gets_no_answer_has_a_limit_and_is_forgotten_once_it_ends(void **state)
{
    const DWORD most = config_get(setting_max_waiting_calls);
    struct error error = {0};

    (void)state;
    for (DWORD i = 0; i < most; i++)
        assert_int_equal(file_work_do(waits, let_go, NULL, deadline_in(1), NULL), TIMED_OUT);
    assert_int_equal(file_work_do(nothing, let_go, NULL, deadline_never, &error), BUSY);
    assert_non_null(wcsstr(error.text, L"64 files"));
    error_clear(&error);
    assert_int_equal(frees, 1);
    let_end((LONG)most + 1);
    for (unsigned i = 0; i < long_ms / 10; i++) /* let_go comes a moment before it is forgotten */
    {
        if (SUCCEEDED(file_work_do(nothing, let_go, NULL, deadline_never, NULL))) break;
        Sleep(10);
    }
    assert_int_equal(runs, 1);
    runs = frees = 0;
}

static DWORD WINAPI do_work(void *run)
{
    return (DWORD)file_work_do((file_work_run)(ULONG_PTR)run, let_go, NULL, deadline_never, NULL);
}

/* One less than may be are left behind, and there is one more. */
static HANDLE fill(file_work_run one_more)
{
    const DWORD most = config_get(setting_max_waiting_calls);

    for (DWORD i = 1; i < most; i++)
        assert_int_equal(file_work_do(waits, let_go, NULL, deadline_in(1), NULL), TIMED_OUT);
    return CreateThread(NULL, 0, do_work, (void *)(ULONG_PTR)one_more, 0, NULL);
}

static void assert_done(HANDLE thread)
{
    DWORD answer;

    assert_int_equal(WaitForSingleObject(thread, long_ms), WAIT_OBJECT_0);
    GetExitCodeThread(thread, &answer);
    CloseHandle(thread);
    assert_int_equal(answer, S_OK);
}

static void empty(HANDLE thread)
{
    let_end((LONG)config_get(setting_max_waiting_calls) - 1);
    assert_done(thread);
    frees = runs = 0;
}

static void one_call_that_takes_long_counts_before_its_deadline(void **state)
{
    HANDLE thread = fill(waits);
    HRESULT hr = S_OK;

    (void)state;
    for (unsigned i = 0; i < long_ms / 10 && hr == S_OK; i++)
        if ((hr = file_work_do(nothing, let_go, NULL, deadline_never, NULL)) == S_OK) Sleep(10);
    assert_int_equal(hr, BUSY);
    frees = 0;
    empty(thread);
}

static DWORD burst_ms; /* until the deadline of each */

static DWORD WINAPI wait_for_client_1(void *unused)
{
    (void)unused;
    client = 1;
    return (DWORD)file_work_do(waits, let_go, NULL, deadline_in(burst_ms), NULL);
}

/* All were let in, since none was known to be slow then. What is more than the client may have is given up, and takes
 * nothing from others; so it is where all of them are left at their deadline. */
static void a_burst_of_one_client_leaves_the_others_theirs(void **state)
{
    static const DWORD until_ms[] = {long_ms, stuck_ms / 20};
    const DWORD of_client = config_get(setting_max_waiting_calls_per_client);
    HANDLE threads[70];

    (void)state;
    assert_true(ARRAYSIZE(threads) > config_get(setting_max_waiting_calls));
    for (unsigned turn = 0; turn < ARRAYSIZE(until_ms); turn++)
    {
        const DWORD left = until_ms[turn] == long_ms ? ARRAYSIZE(threads) - of_client : ARRAYSIZE(threads);
        const deadline until = deadline_in(long_ms);
        DWORD answer, ended = 0, given_up = 0;

        burst_ms = until_ms[turn];
        for (DWORD i = 0; i < ARRAYSIZE(threads); i++)
            threads[i] = CreateThread(NULL, 0, wait_for_client_1, NULL, 0, NULL);
        while (ended < left && deadline_left(until))
        {
            Sleep(10);
            for (DWORD i = ended = 0; i < ARRAYSIZE(threads); i++)
                ended += WaitForSingleObject(threads[i], 0) == WAIT_OBJECT_0;
        }
        client = 2;
        assert_int_equal(file_work_do(nothing, let_go, NULL, deadline_never, NULL), S_OK);
        client = 1;
        assert_int_equal(file_work_do(nothing, let_go, NULL, deadline_never, NULL), BUSY);
        client = 0;
        SetEvent(go_on);
        for (DWORD i = 0; i < ARRAYSIZE(threads); i++)
        {
            assert_int_equal(WaitForSingleObject(threads[i], long_ms), WAIT_OBJECT_0);
            GetExitCodeThread(threads[i], &answer);
            given_up += (HRESULT)answer != S_OK;
            CloseHandle(threads[i]);
        }
        assert_int_equal(given_up, left);
        let_end((LONG)given_up + 1);
    }
}

static void what_is_slow_and_goes_on_does_not_count(void **state)
{
    HANDLE thread = fill(goes_on);

    (void)state;
    Sleep(stuck_ms + 500);
    assert_int_equal(file_work_do(nothing, let_go, NULL, deadline_never, NULL), S_OK);
    empty(thread);
}

/* The last test: nothing waits any more. */
static void who_waits_is_let_go_when_the_broker_ends(void **state)
{
    HANDLE thread = CreateThread(NULL, 0, do_work, (void *)(ULONG_PTR)waits, 0, NULL);
    struct error error = {0};
    DWORD answer;

    (void)state;
    Sleep(short_ms);
    file_work_hurry();
    assert_int_equal(WaitForSingleObject(thread, long_ms), WAIT_OBJECT_0);
    GetExitCodeThread(thread, &answer);
    CloseHandle(thread);
    assert_int_equal((HRESULT)answer, STOPPING);
    assert_int_equal(file_work_do(nothing, let_go, NULL, deadline_never, &error), STOPPING);
    error_clear(&error);
    let_end(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_is_the_callers_again),
        cmocka_unit_test(what_does_not_end_is_left_at_the_deadline_and_let_go_of_when_it_does),
        cmocka_unit_test(nothing_is_begun_after_the_deadline),
        cmocka_unit_test(what_windows_can_cancel_ends_with_the_deadline),
        cmocka_unit_test(what_gets_no_answer_has_a_limit_and_is_forgotten_once_it_ends),
        cmocka_unit_test(one_call_that_takes_long_counts_before_its_deadline),
        cmocka_unit_test(a_burst_of_one_client_leaves_the_others_theirs),
        cmocka_unit_test(what_is_slow_and_goes_on_does_not_count),
        cmocka_unit_test(who_waits_is_let_go_when_the_broker_ends),
    };

    return cmocka_run_group_tests(tests, events_make, NULL);
}

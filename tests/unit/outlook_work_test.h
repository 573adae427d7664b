/* outlook_work_test.h - what the tests of the Outlook thread's queue share: an outlook without any Outlook, and work
 * that holds its thread until it may end. */
#ifndef OB_OUTLOOK_WORK_TEST_H
#define OB_OUTLOOK_WORK_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>
#include "outlook/internal.h"

static HANDLE begun, may_end, cleaned;
static volatile LONG runs, cleanings;

static inline void hold(struct apartment *apartment, struct work *work)
{
    (void)apartment, (void)work;
    SetEvent(begun);
    WaitForSingleObject(may_end, 10000);
}

static inline void count_run(struct apartment *apartment, struct work *work)
{
    (void)apartment, (void)work;
    InterlockedIncrement(&runs);
}

static inline void nothing(struct apartment *apartment, struct work *work)
{
    (void)apartment, (void)work;
}

static inline enum outlook_begun do_work(
    struct outlook *outlook, work_function run, work_function clean_up, DWORD milliseconds, HRESULT *code)
{
    deadline until = deadline_in(milliseconds);
    struct work *work = work_create(run, L"a test", until);
    struct error error = {0};
    enum outlook_begun result;

    assert_non_null(work);
    work->clean_up = clean_up;
    result = work_do(outlook, work, until, &error);
    *code = error.code;
    error_clear(&error);
    work_release(work);
    return result;
}

static inline int set_up(void **state)
{
    struct error error = {0};
    struct outlook *outlook;
    HRESULT code;

    begun = CreateEventW(NULL, TRUE, FALSE, NULL);
    may_end = CreateEventW(NULL, TRUE, FALSE, NULL);
    cleaned = CreateEventW(NULL, TRUE, FALSE, NULL);
    runs = cleanings = 0;
    if (FAILED(outlook_create(NULL, NULL, &outlook, &error))) return -1;
    *state = outlook;
    /* Its thread is there, so that what comes next is begun at once. */
    return do_work(outlook, nothing, NULL, 20000, &code) == outlook_ended ? 0 : -1;
}

static inline int tear_down(void **state)
{
    SetEvent(may_end);
    outlook_destroy(*state, deadline_in(5000));
    CloseHandle(begun);
    CloseHandle(may_end);
    CloseHandle(cleaned);
    return 0;
}

#endif

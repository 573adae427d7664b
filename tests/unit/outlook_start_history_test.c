/* outlook_start_history_test.c - what is remembered of Outlook's starts from one broker to the next, with its file. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <wchar.h>
#include "host/paths.h"
#include "outlook/start_history.h"

static struct starts starts;

static int without_file(void **state)
{
    WCHAR path[DATA_PATH_SIZE];

    (void)state;
    assert_int_equal(data_path(path, L"outlook-starts.txt", NULL), S_OK);
    DeleteFileW(path);
    return 0;
}

/* Another broker, which knows what stands on disk. */
static void begin(void)
{
    memset(&starts, 0, sizeof(starts));
    starts_open(&starts);
}

static void fail_start(void)
{
    struct error error = {0};

    error_set(&error, error_start_failed, 2, L"0x80080005 (no answer)", L"EXAMPLE\\me");
    starts_failed(&starts, &error);
    error_clear(&error);
}

static void the_fifth_failure_leaves_outlook_alone_also_for_the_next_broker(void **state)
{
    struct error error = {0};
    deadline until;

    (void)state;
    begin();
    for (unsigned i = 0; i < CIRCUIT_FAILURES; i++)
    {
        assert_int_equal(starts_allowed(&starts, &until, &error), S_OK);
        assert_true(until == 0);
        if (i % 2) begin();
        fail_start();
    }
    for (unsigned i = 0; i < 2; i++)
    {
        assert_int_equal((uint32_t)starts_allowed(&starts, &until, &error), error_row(error_circuit_open)->code);
        assert_non_null(
            wcsstr(error.text, L"Outlook failed to start 5 times in ten minutes and is left alone until 2"));
        assert_non_null(wcsstr(error.text,
            L". Checked: the last start: Outlook did not start (its activation; Windows answered 0x80080005 (no "
            L"answer)). Next: open Outlook as "));
        assert_in_range(deadline_left(until), 590000, 600000);
        error_clear(&error);
        begin();
    }
    starts_succeeded(&starts);
    assert_int_equal(starts_allowed(&starts, NULL, &error), S_OK);
    begin();
    assert_int_equal(starts_allowed(&starts, NULL, &error), S_OK);
}

/* This process stands for an Outlook: it is alive, and its start time is known. */
static void an_outlook_of_its_own_is_known_to_the_next_broker(void **state)
{
    struct process self = {.id = GetCurrentProcessId()}, other, any = {0};
    FILETIME created, ignored;

    (void)state;
    assert_true(GetProcessTimes(GetCurrentProcess(), &created, &ignored, &ignored, &ignored));
    self.started = ((ULONGLONG)created.dwHighDateTime << 32) | created.dwLowDateTime;
    begin();
    assert_false(starts_recorded(&starts, &self));
    assert_false(starts_recorded(&starts, &any));
    starts_own(&starts, &self);
    begin();
    assert_true(starts_recorded(&starts, &self));
    assert_true(starts_recorded(&starts, &any));
    other = self;
    other.started++; /* the same id, given to another process since */
    assert_false(starts_recorded(&starts, &other));
    starts_own(&starts, &other);
    assert_false(starts_recorded(&starts, &any));
    starts_own(&starts, &self);
    starts_disown(&starts);
    assert_false(starts_recorded(&starts, &self));
    begin();
    assert_false(starts_recorded(&starts, &self));
    starts_succeeded(&starts); /* which is of the circuit alone */
    assert_false(starts_recorded(&starts, &self));
    other.started = 0;
    starts_own(&starts, &other);
    assert_false(starts_recorded(&starts, &other));
}

/* A failed start does not make the one forgotten that runs. */
static void failures_and_the_own_outlook_stand_side_by_side(void **state)
{
    struct process mine = {.id = 7, .started = 8};

    (void)state;
    begin();
    starts_own(&starts, &mine);
    fail_start();
    begin();
    assert_true(starts_recorded(&starts, &mine));
    assert_int_equal(starts.circuit.failed, 1);
    starts_disown(&starts);
    begin();
    assert_int_equal(starts.circuit.failed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            the_fifth_failure_leaves_outlook_alone_also_for_the_next_broker, without_file, without_file),
        cmocka_unit_test_setup_teardown(an_outlook_of_its_own_is_known_to_the_next_broker, without_file, without_file),
        cmocka_unit_test_setup_teardown(failures_and_the_own_outlook_stand_side_by_side, without_file, without_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

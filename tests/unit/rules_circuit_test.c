/* rules_circuit_test.c - how often Outlook is started in vain, and how long it is left alone then, whatever becomes of
 * the clock. */
#include "rules_test.h"
#include <string.h>
#include "rules/circuit.h"

#define MINUTE 60000
#define DAY (24ll * 60 * MINUTE)
#define OPEN_MS (10 * MINUTE)
#define NOW_UTC 1700000000000ll

static void five_failures_in_ten_minutes_open_it(void **state)
{
    static const struct
    {
        int64_t at_ms[7]; /* of the failures; 0 ends */
        unsigned opens;   /* with which of them, from 1; 0: with none */
    } cases[] = {
        {{1, 2, 3, 4, 5}, 5},
        {{1, 2, 3, 4}, 0},
        {{1, 2 * MINUTE, 4 * MINUTE, 6 * MINUTE, 10 * MINUTE}, 5},
        {{1, 2 * MINUTE, 4 * MINUTE, 6 * MINUTE, 10 * MINUTE + 1}, 0},
        {{1, 2 * MINUTE, 4 * MINUTE, 6 * MINUTE, 10 * MINUTE + 1, 11 * MINUTE}, 6},
        {{1, 3 * MINUTE, 6 * MINUTE, 9 * MINUTE, 12 * MINUTE, 15 * MINUTE, 18 * MINUTE}, 0},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        struct circuit circuit = {0};

        for (unsigned n = 1; n <= COUNT_OF(cases[i].at_ms) && cases[i].at_ms[n - 1]; n++)
        {
            int64_t at = cases[i].at_ms[n - 1];
            bool open = cases[i].opens && n >= cases[i].opens;

            expect(circuit_failed(&circuit, at, OPEN_MS) == (n == cases[i].opens), "row %u, failure %u", i, n);
            expect(circuit_wait_ms(&circuit, at) == (open ? OPEN_MS : 0), "row %u, failure %u", i, n);
        }
    }
}

static void open_at(struct circuit *circuit, int64_t now_ms)
{
    *circuit = (struct circuit){0};
    for (unsigned i = 0; i < CIRCUIT_FAILURES; i++)
        circuit_failed(circuit, now_ms, OPEN_MS);
}

static void one_start_is_tried_when_its_time_is_over_and_a_failure_opens_it_for_as_long_again(void **state)
{
    struct circuit circuit;
    int64_t now = 5000;

    (void)state;
    open_at(&circuit, now);
    assert_int_equal(circuit_wait_ms(&circuit, now + OPEN_MS - 1), 1);
    for (unsigned i = 0; i < 20; i++)
    {
        now += OPEN_MS;
        assert_int_equal(circuit_wait_ms(&circuit, now), 0);
        expect(!circuit_failed(&circuit, now, OPEN_MS), "it is told once that it opened, try %u", i);
        assert_int_equal(circuit_wait_ms(&circuit, now), OPEN_MS);
    }
}

static void only_the_last_five_failures_are_kept(void **state)
{
    struct circuit circuit = {0};

    (void)state;
    for (unsigned n = 1; n <= 12; n++)
    {
        circuit_failed(&circuit, n * 1000, 1000);
        expect(circuit.failed == (n < CIRCUIT_FAILURES ? n : CIRCUIT_FAILURES), "failure %u", n);
        for (unsigned i = 0; i < circuit.failed; i++)
            expect(circuit.failed_ms[i] == (n - circuit.failed + 1 + i) * 1000, "failure %u, time %u", n, i);
    }
}

static void nothing_is_waited_for_when_it_is_closed_or_its_time_is_over(void **state)
{
    static const struct circuit closed = {.next_ms = 10}, open = {.next_ms = 10, .open = true};

    (void)state;
    assert_int_equal(circuit_wait_ms(&closed, 1), 0);
    assert_int_equal(circuit_wait_ms(&open, 1), 9);
    assert_int_equal(circuit_wait_ms(&open, 10), 0);
    assert_int_equal(circuit_wait_ms(&open, 11), 0);
}

static void a_success_closes_it_and_forgets_what_failed(void **state)
{
    struct circuit circuit;

    (void)state;
    open_at(&circuit, 1);
    assert_true(circuit_succeeded(&circuit));
    assert_false(circuit_succeeded(&circuit));
    assert_int_equal(circuit_wait_ms(&circuit, 2), 0);
    for (unsigned i = 1; i < CIRCUIT_FAILURES; i++)
        assert_false(circuit_failed(&circuit, 2, OPEN_MS));
    assert_false(circuit_succeeded(&circuit));
    for (unsigned i = 1; i < CIRCUIT_FAILURES; i++)
        assert_false(circuit_failed(&circuit, 3, OPEN_MS));
    assert_true(circuit_failed(&circuit, 3, OPEN_MS));
}

/* The next process has a clock of its own; times of day lead from one to the other. */
static void it_is_the_same_in_the_next_process(void **state)
{
    struct circuit circuit, next;
    struct circuit_times times;

    (void)state;
    open_at(&circuit, 90 * MINUTE);
    circuit_to_times(&circuit, 91 * MINUTE, NOW_UTC, &times);
    assert_int_equal(times.failed, CIRCUIT_FAILURES);
    assert_int_equal(times.failed_at[0], NOW_UTC - MINUTE);
    assert_int_equal(times.opened_until, NOW_UTC + 9 * MINUTE);
    assert_false(circuit_from_times(&next, &times, 10, NOW_UTC + 4 * MINUTE, OPEN_MS));
    assert_int_equal(circuit_wait_ms(&next, 10), 5 * MINUTE);
    /* Three failures before, two after: five in ten minutes all the same. */
    circuit = (struct circuit){0};
    for (unsigned i = 0; i < 3; i++)
        circuit_failed(&circuit, MINUTE, OPEN_MS);
    circuit_to_times(&circuit, MINUTE, NOW_UTC, &times);
    assert_int_equal(times.opened_until, 0);
    assert_false(circuit_from_times(&next, &times, 77, NOW_UTC + MINUTE, OPEN_MS));
    assert_false(circuit_failed(&next, 78, OPEN_MS));
    assert_true(circuit_failed(&next, 79, OPEN_MS));
}

static void a_clock_that_was_set_keeps_outlook_alone_no_longer_than_usual(void **state)
{
    static const struct
    {
        int64_t clock_ms; /* by how much the clock was set since */
        uint64_t wait_ms;
        bool write; /* the times on disk would else keep it open at the next start too */
    } cases[] = {
        {0, OPEN_MS, false},
        {-DAY, OPEN_MS, true},
        {-400 * DAY, OPEN_MS, true},
        {-MINUTE, OPEN_MS, true},
        {MINUTE, 9 * MINUTE, false},
        {10 * MINUTE, 0, false},
        {DAY, 0, false},
        {400 * DAY, 0, false},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        struct circuit circuit, next;
        struct circuit_times times;

        open_at(&circuit, 1);
        circuit_to_times(&circuit, 1, NOW_UTC, &times);
        expect(
            circuit_from_times(&next, &times, 1, NOW_UTC + cases[i].clock_ms, OPEN_MS) == cases[i].write, "row %u", i);
        expect(next.open, "row %u", i);
        expect(circuit_wait_ms(&next, 1) == cases[i].wait_ms, "row %u", i);
        /* Written anew, it is as if the clock had never been set. */
        circuit_to_times(&next, 1, NOW_UTC + cases[i].clock_ms, &times);
        expect(
            !circuit_from_times(&circuit, &times, 1, NOW_UTC + cases[i].clock_ms + 3 * MINUTE, OPEN_MS), "row %u", i);
        expect(circuit_wait_ms(&circuit, 1) == (cases[i].wait_ms > 3 * MINUTE ? cases[i].wait_ms - 3 * MINUTE : 0),
            "row %u", i);
    }
}

static void failures_of_the_future_count_as_of_now(void **state)
{
    struct circuit_times times = {{NOW_UTC + DAY, NOW_UTC + 2 * DAY}, 2, 0};
    struct circuit circuit;

    (void)state;
    assert_true(circuit_from_times(&circuit, &times, 100, NOW_UTC, OPEN_MS));
    assert_int_equal(circuit.failed, 2);
    assert_false(circuit_failed(&circuit, 100 + CIRCUIT_WINDOW_MS, OPEN_MS));
    assert_int_equal(circuit.failed, 1);
}

static void a_failure_is_as_old_as_it_was(void **state)
{
    static const struct
    {
        int64_t age_ms, counts_as_ms; /* -1: not at all */
    } cases[] = {{0, 0}, {1, 1}, {MINUTE, MINUTE}, {CIRCUIT_WINDOW_MS - 1, CIRCUIT_WINDOW_MS - 1},
        {CIRCUIT_WINDOW_MS, -1}, {DAY, -1}, {-MINUTE, 0}};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        struct circuit_times times = {{NOW_UTC - cases[i].age_ms, NOW_UTC}, 1, 0};
        struct circuit circuit;

        expect(circuit_from_times(&circuit, &times, DAY, NOW_UTC, OPEN_MS) == (cases[i].age_ms < 0), "row %u", i);
        expect(circuit.failed == (cases[i].counts_as_ms >= 0), "row %u", i);
        if (circuit.failed) expect(circuit.failed_ms[0] == DAY - cases[i].counts_as_ms, "row %u", i);
    }
}

static void more_failures_than_are_kept_are_not_read(void **state)
{
    struct circuit_times times = {{NOW_UTC, NOW_UTC, NOW_UTC, NOW_UTC, NOW_UTC}, CIRCUIT_FAILURES + 4, NOW_UTC + 1};
    struct circuit circuit;

    (void)state;
    circuit_from_times(&circuit, &times, 100, NOW_UTC, OPEN_MS);
    assert_int_equal(circuit.failed, CIRCUIT_FAILURES);
    assert_int_equal(circuit_wait_ms(&circuit, 100), 1);
}

/* The setting may have become shorter since. */
static void a_shorter_setting_holds_at_once(void **state)
{
    struct circuit circuit, next;
    struct circuit_times times;

    (void)state;
    open_at(&circuit, 1);
    circuit_to_times(&circuit, 1, NOW_UTC, &times);
    assert_true(circuit_from_times(&next, &times, 1, NOW_UTC, 1000));
    assert_int_equal(circuit_wait_ms(&next, 1), 1000);
}

static void what_outlook_was_asked_for_in_vain_counts(void **state)
{
    static const struct
    {
        struct failed_start start;
        bool counts;
    } cases[] = {
        {{true, false, false, 0x80080005u}, true}, /* CO_E_SERVER_EXEC_FAILURE */
        {{true, false, false, 0x80040154u}, true}, /* REGDB_E_CLASSNOTREG, by the activation itself */
        {{true, false, false, 0x80040111u}, true}, /* MAPI_E_LOGON_FAILED */
        {{true, false, false, 0x80040113u}, true}, /* MAPI_E_USER_CANCEL */
        {{true, false, false, 0x80040115u}, true}, /* MAPI_E_NETWORK_ERROR */
        {{true, false, false, 0x800706BEu}, true}, /* it died while it logged on */
        {{true, false, false, 0x80010001u}, true}, /* it was busy to the end */
        {{true, false, false, 0x80004002u}, true},
        {{true, false, false, 0xC204011Du}, true}, /* with stray bits */
        {{true, false, false, 0}, false},
        {{false, false, false, 0x8004B001u}, false}, /* not installed: found out before */
        {{false, false, false, 0x8004B003u}, false}, /* no profile: the same */
        {{false, false, false, 0x8004B007u}, false},
        {{true, true, false, 0x80080005u}, false}, /* it ran: nothing was started */
        {{true, true, false, 0x800706BAu}, false},
        {{true, false, true, 0x80040111u}, false}, /* one's own profile, that cannot be opened */
        {{true, false, true, 0x80040204u}, false},
        {{true, false, true, 0x80080005u}, true},
        {{true, false, true, 0x80040113u}, true},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
        expect(circuit_counts(&cases[i].start) == cases[i].counts, "row %u", i);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_failures_in_ten_minutes_open_it),
        cmocka_unit_test(one_start_is_tried_when_its_time_is_over_and_a_failure_opens_it_for_as_long_again),
        cmocka_unit_test(only_the_last_five_failures_are_kept),
        cmocka_unit_test(nothing_is_waited_for_when_it_is_closed_or_its_time_is_over),
        cmocka_unit_test(a_success_closes_it_and_forgets_what_failed),
        cmocka_unit_test(it_is_the_same_in_the_next_process),
        cmocka_unit_test(a_clock_that_was_set_keeps_outlook_alone_no_longer_than_usual),
        cmocka_unit_test(failures_of_the_future_count_as_of_now),
        cmocka_unit_test(a_failure_is_as_old_as_it_was),
        cmocka_unit_test(more_failures_than_are_kept_are_not_read),
        cmocka_unit_test(a_shorter_setting_holds_at_once),
        cmocka_unit_test(what_outlook_was_asked_for_in_vain_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* rules_retry_test.c - how long is waited between attempts, and when a mail is given up. */
#include "rules_test.h"
#include "rules/retry.h"

static const struct retry_limits usual = {300, 2, 4000, 432000};

static void delays_double_up_to_the_longest(void **state)
{
    static const uint32_t expected[] = {300, 300, 600, 1200, 2400, 4000, 4000};

    (void)state;
    for (uint32_t attempts = 0; attempts < COUNT_OF(expected); attempts++)
    {
        expect(retry_delay_s(&usual, attempts) == expected[attempts], "attempt %u", (unsigned)attempts);
    }
    assert_int_equal(retry_delay_s(&usual, UINT32_MAX), 4000);
}

static void the_factor_is_a_setting(void **state)
{
    static const struct
    {
        struct retry_limits limits;
        uint32_t attempts, delay;
    } rows[] = {
        {{300, 1, 4000, 1}, 50, 300},
        {{300, 1, 4000, 1}, UINT32_MAX, 300},
        {{300, 3, 4000, 1}, 2, 900},
        {{300, 3, 4000, 1}, 3, 2700},
        {{300, 3, 4000, 1}, 4, 4000},
        {{1, 10, 100000, 1}, 5, 10000},
        {{0, 10, 100000, 1}, UINT32_MAX, 0},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        expect(retry_delay_s(&rows[i].limits, rows[i].attempts) == rows[i].delay, "row %u", i);
}

static void delays_never_shrink_and_never_overflow(void **state)
{
    static const struct retry_limits cases[] = {{1, 2, UINT32_MAX, 1}, {UINT32_MAX, 2, UINT32_MAX, 1}, {300, 2, 100, 1},
        {3, 2, 4000000000u, 1}, {4000000000u, 10, UINT32_MAX, 1}};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        uint32_t before = 0;

        for (uint32_t attempts = 1; attempts < 100; attempts++)
        {
            uint32_t delay = retry_delay_s(&cases[i], attempts);

            expect(delay >= before && delay <= cases[i].longest_s, "row %u, attempt %u", i, (unsigned)attempts);
            before = delay;
        }
        expect(before == cases[i].longest_s, "row %u: %u", i, (unsigned)before);
    }
}

static void a_mail_is_given_up_after_its_life(void **state)
{
    static const struct retry_limits at_once = {300, 2, 4000, 0};

    (void)state;
    assert_false(retry_over(&usual, 0, true));
    assert_false(retry_over(&usual, 431999, true));
    assert_true(retry_over(&usual, 432000, true));
    assert_true(retry_over(&usual, UINT64_MAX, true));
    assert_true(retry_over(&at_once, 0, true));
}

static void no_mail_is_given_up_before_an_attempt_with_the_outlook_of_now(void **state)
{
    (void)state;
    assert_false(retry_over(&usual, 0, false));
    assert_false(retry_over(&usual, 432000, false));
    assert_false(retry_over(&usual, UINT64_MAX, false));
}

static void a_clock_that_was_set_is_told_from_one_that_is_kept_right(void **state)
{
    static const int64_t day = 86400000;
    static const struct
    {
        int64_t expected, now, step;
    } rows[] = {
        {1000000, 1000000, 0},
        {1000000, 1001999, 0},
        {1000000, 998001, 0},
        {1000000, 1002000, 2000},
        {1000000, 998000, -2000},
        {day * 20000, day * 20001, day},
        {day * 20000, day * 19999, -day},
        {day * 20000, 0, -day * 20000},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        expect(clock_step_ms(rows[i].expected, rows[i].now) == rows[i].step, "row %u", i);
}

static void a_mail_that_outlook_ends_of_is_put_off_after_three_times_and_then_after_each(void **state)
{
    (void)state;
    for (uint32_t losses = 0; losses < 10; losses++)
    {
        assert_int_equal(mail_ends_outlook(losses, false), losses >= 3);
        assert_int_equal(mail_ends_outlook(losses, true), losses >= 1);
    }
}

static void outlook_is_started_again_more_and_more_slowly(void **state)
{
    static const uint32_t expected[] = {5, 5, 10, 20, 40, 60, 60};

    (void)state;
    for (uint32_t starts = 0; starts < COUNT_OF(expected); starts++)
    {
        expect(restart_delay_s(starts) == expected[starts], "start %u", (unsigned)starts);
    }
    assert_int_equal(restart_delay_s(UINT32_MAX), 60);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_double_up_to_the_longest),
        cmocka_unit_test(delays_never_shrink_and_never_overflow),
        cmocka_unit_test(the_factor_is_a_setting),
        cmocka_unit_test(a_mail_is_given_up_after_its_life),
        cmocka_unit_test(no_mail_is_given_up_before_an_attempt_with_the_outlook_of_now),
        cmocka_unit_test(a_clock_that_was_set_is_told_from_one_that_is_kept_right),
        cmocka_unit_test(a_mail_that_outlook_ends_of_is_put_off_after_three_times_and_then_after_each),
        cmocka_unit_test(outlook_is_started_again_more_and_more_slowly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

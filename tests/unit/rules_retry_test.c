/* rules_retry_test.c - how long is waited between attempts, and when a mail is given up. */
#include "rules_test.h"
#include "rules/retry.h"

static const struct retry_limits usual = {300, 4000, 432000};

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

static void delays_never_shrink_and_never_overflow(void **state)
{
    static const struct retry_limits cases[] = {
        {1, UINT32_MAX, 1}, {UINT32_MAX, UINT32_MAX, 1}, {300, 100, 1}, {3, 4000000000u, 1}};

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
        expect(before == (cases[i].first_s == 1 ? 0x80000000u : cases[i].longest_s), "row %u: %u", i, (unsigned)before);
    }
}

static void a_mail_is_given_up_after_its_life(void **state)
{
    static const struct retry_limits at_once = {300, 4000, 0};

    (void)state;
    assert_false(retry_over(&usual, 0));
    assert_false(retry_over(&usual, 431999));
    assert_true(retry_over(&usual, 432000));
    assert_true(retry_over(&usual, UINT64_MAX));
    assert_true(retry_over(&at_once, 0));
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
        cmocka_unit_test(a_mail_is_given_up_after_its_life),
        cmocka_unit_test(outlook_is_started_again_more_and_more_slowly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

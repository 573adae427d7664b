/* rules_retention_test.c - what is old, while the clock is right, set forward, set back, or not seen for long. */
#include "rules_test.h"
#include "rules/retention.h"

#define HOUR ((int64_t)3600 * 1000)
#define DAY (24 * HOUR)
#define TODAY (20000 * DAY)

struct look
{
    int64_t now; /* after TODAY */
    int64_t old; /* what is then old, before that reading; 0: nothing */
};

/* Each begins with a broker that has believed the reading TODAY. */
static void expect_looks(const char *what, const struct look *looks, unsigned count)
{
    struct retention_clock clock = {TODAY, 0};

    for (unsigned i = 0; i < count; i++)
    {
        int64_t old = retention_look(&clock, TODAY + looks[i].now, 30);

        expect(old == (looks[i].old ? TODAY + looks[i].now - looks[i].old : 0), "%s, look %u", what, i);
    }
}

#define expect_table(what, looks) expect_looks(what, looks, COUNT_OF(looks))

static void day_by_day_all_that_is_over_32_days_old_goes(void **state)
{
    static const struct look looks[] = {{0, 32 * DAY}, {5, 32 * DAY}, {DAY, 32 * DAY}, {3 * DAY, 32 * DAY}};

    (void)state;
    expect_table("day by day", looks);
}

static void a_year_ahead_for_a_while_removes_nothing(void **state)
{
    static const struct look looks[] = {
        {365 * DAY, 0}, {365 * DAY + HOUR, 0}, {366 * DAY - 1, 0}, {2 * HOUR, 32 * DAY}, {400 * DAY, 0}};

    (void)state;
    expect_table("a year ahead", looks);
}

/* What a leap of a day makes old was finished over 30 days before in truth. */
static void a_day_ahead_removes_nothing_that_is_not_30_days_old(void **state)
{
    struct retention_clock clock = {TODAY, 0};

    (void)state;
    expect(retention_look(&clock, TODAY + 2 * DAY, 30) <= TODAY - 30 * DAY, "two days ahead");
    expect(retention_look(&clock, TODAY + HOUR, 30) <= TODAY + HOUR - 30 * DAY, "and back");
    expect(retention_look(&clock, TODAY + HOUR + 2 * DAY, 30) <= TODAY + HOUR - 30 * DAY, "and ahead again");
}

static void a_clock_set_back_is_followed(void **state)
{
    static const struct look looks[] = {{-DAY, 32 * DAY}, {-400 * DAY, 32 * DAY}, {0, 0}, {DAY, 32 * DAY}};

    (void)state;
    expect_table("set back", looks);
}

static void after_a_long_rest_the_clock_is_believed_a_day_later(void **state)
{
    static const struct look looks[] = {
        {60 * DAY, 0}, {60 * DAY + 23 * HOUR, 0}, {61 * DAY, 32 * DAY}, {62 * DAY, 32 * DAY}};

    (void)state;
    expect_table("a long rest", looks);
}

static void a_clock_set_back_while_it_is_doubted_is_doubted_from_then_on(void **state)
{
    static const struct look looks[] = {{60 * DAY, 0}, {50 * DAY, 0}, {51 * DAY - 1, 0}, {51 * DAY, 32 * DAY}};

    (void)state;
    expect_table("set back in doubt", looks);
}

static void a_first_reading_is_doubted_too(void **state)
{
    struct retention_clock clock = {0, 0};

    (void)state;
    expect(!retention_look(&clock, TODAY, 30), "the first reading");
    expect(!retention_look(&clock, TODAY + DAY - 1, 30), "within the day");
    expect(retention_look(&clock, TODAY + DAY, 30) == TODAY - 31 * DAY, "a day later");
    expect(!clock.doubted && clock.believed == TODAY + DAY, "what is kept");
}

static void near_the_epoch_nothing_is_old(void **state)
{
    struct retention_clock clock = {DAY, 0};

    (void)state;
    expect(!retention_look(&clock, 2 * DAY, 30), "near the epoch");
    clock = (struct retention_clock){31 * DAY, 0};
    expect(retention_look(&clock, 32 * DAY + 1, 30) == 1, "behind it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day_by_day_all_that_is_over_32_days_old_goes),
        cmocka_unit_test(a_year_ahead_for_a_while_removes_nothing),
        cmocka_unit_test(a_day_ahead_removes_nothing_that_is_not_30_days_old),
        cmocka_unit_test(a_clock_set_back_is_followed),
        cmocka_unit_test(after_a_long_rest_the_clock_is_believed_a_day_later),
        cmocka_unit_test(a_clock_set_back_while_it_is_doubted_is_doubted_from_then_on),
        cmocka_unit_test(a_first_reading_is_doubted_too),
        cmocka_unit_test(near_the_epoch_nothing_is_old),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

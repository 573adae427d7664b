/* rules_stuck_test.c - when a call that does not return is cancelled, when its thread is left behind, and what of its
 * time counts. */
#include "rules_test.h"
#include "rules/stuck.h"

#define GRACE 1000u

static const struct
{
    const char *name;
    struct stuck_call call;
    enum stuck_action action;
} cases[] = {
    {"a call within its work's deadline", {.call_ms = 100000}, stuck_wait},
    {"a deadline that has just passed", {.call_ms = 100000, .over_ms = 999}, stuck_wait},
    {"the grace is over", {.call_ms = 100000, .over_ms = 1000}, stuck_cancel},
    {"a short call of work that is late", {.call_ms = 999, .over_ms = 100000}, stuck_wait},
    {"a call that is long enough by now", {.call_ms = 1000, .over_ms = 100000}, stuck_cancel},
    {"cancelled once", {.call_ms = 100000, .over_ms = 1000, .cancelled = true}, stuck_wait},
    {"a Send is not cancelled", {.call_ms = 100000, .over_ms = 1999, .answer_wanted = true}, stuck_wait},
    {"nor is what a person may answer", {.call_ms = 100000, .over_ms = 1999, .dialog = true}, stuck_wait},
    {"the second grace is over", {.call_ms = 100000, .over_ms = 2000, .cancelled = true}, stuck_abandon},
    {"where nothing could be cancelled too", {.call_ms = 100000, .over_ms = 2000}, stuck_abandon},
    {"a Send is left behind", {.call_ms = 100000, .over_ms = 2000, .answer_wanted = true}, stuck_abandon},
    {"so is a call in a dialog", {.call_ms = 100000, .over_ms = 2000, .dialog = true}, stuck_abandon},
    {"one thread in one Outlook", {.call_ms = 100000, .over_ms = 2000, .one_left_behind = true}, stuck_wait},
    {"for ever", {.call_ms = UINT64_MAX, .over_ms = UINT64_MAX, .one_left_behind = true}, stuck_wait},
    {"one elsewhere keeps nothing from being cancelled", {.call_ms = 100000, .over_ms = 1500, .one_left_behind = true},
        stuck_cancel},
};

static void a_stuck_call_is_given_time_then_cancelled_then_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        enum stuck_action got = stuck_decide(&cases[i].call, GRACE);

        if (got != cases[i].action) fail_msg("%s: got %d", cases[i].name, (int)got);
    }
}

static const struct
{
    const char *name;
    struct
    {
        uint64_t since, now, slept; /* 0: no further look */
    } looks[4];
} sleeps[] = {
    {"looks in time", {{1000, 2000, 0}, {1000, 2500, 0}, {1000, 3000, 0}}},
    {"a machine that is slow", {{1000, 2000, 0}, {1000, 7000, 0}, {1000, 12000, 0}}},
    {"a night", {{1000, 2000, 0}, {1000, 30002000, 29999000}, {1000, 30002500, 29999000}}},
    {"just longer than a slow machine takes", {{1000, 2000, 0}, {1000, 7001, 4001}}},
    {"two nights", {{1000, 2000, 0}, {1000, 12000, 9000}, {1000, 22000, 18000}}},
    {"before the first look at it", {{1000, 91000, 89000}, {1000, 91500, 89000}}},
    {"the next call has not slept", {{1000, 2000, 0}, {1000, 92000, 89000}, {92100, 93100, 0}, {92100, 94000, 0}}},
    {"nothing was under way for long", {{1000, 2000, 0}, {500000, 501000, 0}, {500000, 501500, 0}}},
    {"a night in the next call", {{1000, 2000, 0}, {500000, 600000, 99000}, {500000, 600500, 99000}}},
    {"a clock that stands still", {{1000, 2000, 0}, {1000, 2000, 0}, {3000, 2900, 0}}},
};

static void while_the_machine_slept_no_call_has_lasted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sleeps) / sizeof(sleeps[0]); i++)
    {
        struct looks looks = {0};
        uint64_t all = 0, before = 0, since = 0;

        for (size_t j = 0; j < 4 && sleeps[i].looks[j].now; j++)
        {
            uint64_t got = looks_note(&looks, sleeps[i].looks[j].since, sleeps[i].looks[j].now);

            if (got != sleeps[i].looks[j].slept)
                fail_msg("%s: look %u: got %u", sleeps[i].name, (unsigned)j, (unsigned)got);
            if (since != sleeps[i].looks[j].since) before = all;
            since = sleeps[i].looks[j].since;
            all = before + got;
            if (looks.slept_ms != all)
                fail_msg("%s: look %u: slept %u", sleeps[i].name, (unsigned)j, (unsigned)looks.slept_ms);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stuck_call_is_given_time_then_cancelled_then_left),
        cmocka_unit_test(while_the_machine_slept_no_call_has_lasted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

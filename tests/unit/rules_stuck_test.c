/* rules_stuck_test.c - when a call that does not return is cancelled, and when its thread is left behind. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stuck_call_is_given_time_then_cancelled_then_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

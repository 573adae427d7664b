/* rules_planned_restart_test.c - when an Outlook of the broker's own is started anew. */
#include "rules_test.h"
#include "rules/planned_restart.h"

#define HOUR 3600000ull

static void only_our_own_is_restarted_and_only_at_a_limit_that_is_set(void **state)
{
    static const struct
    {
        struct running_outlook outlook;
        struct restart_limits limits;
        bool due;
    } cases[] = {
        {{true, false, false, 0, 0}, {0, 0}, false},
        {{true, false, false, UINT32_MAX, UINT64_MAX}, {0, 0}, false},
        {{true, false, false, 99, 0}, {100, 0}, false},
        {{true, false, false, 100, 0}, {100, 0}, true},
        {{true, false, false, 101, 0}, {100, 0}, true},
        {{true, false, false, 0, UINT64_MAX}, {100, 0}, false},
        {{true, true, false, 100, 0}, {100, 0}, false},
        {{true, false, true, 100, 0}, {100, 0}, false},
        {{true, false, true, 0, 24 * HOUR}, {0, 24}, false},
        {{false, false, false, 100, 0}, {100, 0}, false},
        {{true, false, false, 0, 24 * HOUR - 1}, {0, 24}, false},
        {{true, false, false, 0, 24 * HOUR}, {0, 24}, true},
        {{true, true, false, 0, 24 * HOUR}, {0, 24}, false},
        {{false, false, false, 0, 24 * HOUR}, {0, 24}, false},
        {{true, false, false, UINT32_MAX, HOUR}, {0, 24}, false},
        {{true, false, false, 5, 25 * HOUR}, {100, 24}, true},
        {{true, false, false, 100, HOUR}, {100, 24}, true},
        {{true, false, false, 99, 23 * HOUR}, {100, 24}, false},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
        expect(planned_restart_due(&cases[i].outlook, &cases[i].limits) == cases[i].due, "row %u", i);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_our_own_is_restarted_and_only_at_a_limit_that_is_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

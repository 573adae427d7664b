/* rules_interactive_test.c - where a broker may not work, and which reason is told. */
#include "rules_test.h"
#include "rules/interactive.h"

static void a_broker_works_only_where_the_user_is(void **state)
{
    static const struct
    {
        struct whereabouts where;
        const wchar_t *part; /* of the reason; NULL: it may work */
    } cases[] = {
        {{1, false, false, false, true}, NULL},
        {{7, false, false, false, true}, NULL},
        {{0, false, false, false, true}, L"session 0 belongs to services"},
        {{1, true, false, false, true}, L"Windows' own"},
        {{0, true, true, true, false}, L"Windows' own"},
        {{1, false, true, false, true}, L"as a service"},
        {{0, false, true, false, false}, L"as a service"},
        {{1, false, false, true, true}, L"temporary profile"},
        {{1, false, false, true, false}, L"temporary profile"},
        {{1, false, false, false, false}, L"window station"},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        const wchar_t *reason = not_interactive_reason(&cases[i].where);

        expect((reason == NULL) == (cases[i].part == NULL), "row %u: %s", i, shown(reason));
        if (reason) expect(wcsstr(reason, cases[i].part) != NULL, "row %u: %s", i, shown(reason));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(a_broker_works_only_where_the_user_is)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

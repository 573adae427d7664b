/* rules_rights_test.c - what a caller may do. */
#include "rules_test.h"
#include "rules/rights.h"

static void a_job_is_seen_by_its_sender_the_user_and_administrators(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 8; bits++)
    {
        struct caller_facts facts = {bits & 1, bits & 2, bits & 4};

        expect(rights_see_job(&facts) == (bits != 0), "combination %u", bits);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_is_seen_by_its_sender_the_user_and_administrators)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}

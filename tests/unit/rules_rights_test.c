/* rules_rights_test.c - what a caller may do. */
#include "rules_test.h"
#include "rules/rights.h"

static void the_user_and_administrators_may_do_all(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 8; bits++)
    {
        struct caller_facts facts = {bits & 1, bits & 2, bits & 4};

        for (int right = 0; right < right_count; right++)
            if (facts.is_user || facts.is_administrator)
                expect(rights_have(&facts, (enum right)right), "combination %u, right %d", bits, right);
    }
}

static void an_allowed_account_may_send_and_see_its_own_jobs_and_nothing_else(void **state)
{
    static const bool may[right_count] = {
        [right_see_status] = true,
        [right_send] = true,
        [right_own_job] = true,
        [right_any_job] = false,
        [right_mailbox] = false,
    };
    const struct caller_facts facts = {.is_allowed = true};

    (void)state;
    for (int right = 0; right < right_count; right++)
        expect(rights_have(&facts, (enum right)right) == may[right], "right %d", right);
    assert_int_equal(right_of_job(true), right_own_job);
    assert_int_equal(right_of_job(false), right_any_job);
}

static void anybody_else_may_do_nothing(void **state)
{
    const struct caller_facts facts = {0};

    (void)state;
    for (int right = 0; right < right_count; right++)
        expect(!rights_have(&facts, (enum right)right), "right %d", right);
}

static void what_is_no_right_nobody_has(void **state)
{
    const struct caller_facts facts = {true, true, true};

    (void)state;
    assert_false(rights_have(&facts, right_count));
    assert_false(rights_have(&facts, (enum right) - 1));
}

static void the_text_names_who_has_the_right(void **state)
{
    (void)state;
    expect(!wcscmp(right_holders(right_send),
               L"the account of the mailbox's owner, an administrator's, or one that registration allowed"),
        "%ls", right_holders(right_send));
    expect(!wcscmp(right_holders(right_mailbox), L"the account of the mailbox's owner or an administrator's"), "%ls",
        right_holders(right_mailbox));
    for (int none = -1; none <= right_count; none += right_count + 1)
        expect(!wcscmp(right_holders((enum right)none), right_holders(right_mailbox)), "%d: %ls", none,
            right_holders((enum right)none));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_user_and_administrators_may_do_all),
        cmocka_unit_test(an_allowed_account_may_send_and_see_its_own_jobs_and_nothing_else),
        cmocka_unit_test(anybody_else_may_do_nothing),
        cmocka_unit_test(what_is_no_right_nobody_has),
        cmocka_unit_test(the_text_names_who_has_the_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

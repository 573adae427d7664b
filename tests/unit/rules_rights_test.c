/* rules_rights_test.c - what a caller may do. */
#include "rules_test.h"
#include "rules/rights.h"

/* The bits are those of caller_facts, in their order. */
static struct caller_facts facts_of(unsigned bits)
{
    return (struct caller_facts){bits & 1, bits & 2, bits & 4, bits & 8};
}

static void the_user_and_administrators_may_do_all_where_they_are_admitted(void **state)
{
    static const unsigned who[] = {1, 2, 3};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(who); i++)
    {
        const struct caller_facts admitted = facts_of(who[i] | 4);

        for (int right = 0; right < right_count; right++)
            expect(rights_have(&admitted, (enum right)right), "combination %u, right %d", who[i], right);
    }
}

static void who_is_not_admitted_may_do_nothing_not_even_the_user(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 16; bits++)
    {
        const struct caller_facts facts = facts_of(bits);

        for (int right = 0; right < right_count && !facts.is_allowed; right++)
            expect(!rights_have(&facts, (enum right)right), "combination %u, right %d", bits, right);
    }
}

static void at_a_low_level_the_user_and_administrators_are_as_any_allowed_account(void **state)
{
    const struct caller_facts allowed = {.is_allowed = true};

    (void)state;
    for (unsigned bits = 12; bits < 16; bits++)
    {
        const struct caller_facts facts = facts_of(bits);

        for (int right = 0; right < right_count; right++)
            expect(rights_have(&facts, (enum right)right) == rights_have(&allowed, (enum right)right),
                "combination %u, right %d", bits, right);
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

static void what_is_no_right_nobody_has(void **state)
{
    const struct caller_facts facts = {true, true, true, false};

    (void)state;
    assert_false(rights_have(&facts, right_count));
    assert_false(rights_have(&facts, (enum right) - 1));
}

static void a_refusal_tells_the_account_from_the_process_and_from_the_right(void **state)
{
    static const struct
    {
        struct caller_facts facts;
        enum denial denial;
    } rows[] = {
        {{.is_user = false}, denial_account},
        {{.is_low = true}, denial_account},
        {{.is_user = true}, denial_process},
        {{.is_administrator = true}, denial_process},
        {{.is_user = true, .is_low = true}, denial_process},
        {{.is_user = true, .is_allowed = true, .is_low = true}, denial_process},
        {{.is_allowed = true}, denial_right},
        {{.is_allowed = true, .is_low = true}, denial_right},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect(rights_denial(&rows[i].facts) == rows[i].denial, "row %u", (unsigned)i);
}

static void what_an_allowed_account_may_not_do_has_words_and_nothing_else_has(void **state)
{
    const struct caller_facts allowed = {.is_allowed = true};

    (void)state;
    for (int right = 0; right < right_count; right++)
        expect(!*right_beyond((enum right)right) == rights_have(&allowed, (enum right)right), "right %d", right);
    expect_text(right_beyond(right_any_job), L"this job is another account's", "any job");
    expect_text(right_beyond(right_mailbox), L"this leaves something in the mailbox that is not sent", "mailbox");
    expect_text(right_beyond(right_count), L"", "no right");
    expect_text(right_beyond((enum right) - 1), L"", "no right");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_user_and_administrators_may_do_all_where_they_are_admitted),
        cmocka_unit_test(who_is_not_admitted_may_do_nothing_not_even_the_user),
        cmocka_unit_test(at_a_low_level_the_user_and_administrators_are_as_any_allowed_account),
        cmocka_unit_test(an_allowed_account_may_send_and_see_its_own_jobs_and_nothing_else),
        cmocka_unit_test(what_is_no_right_nobody_has),
        cmocka_unit_test(a_refusal_tells_the_account_from_the_process_and_from_the_right),
        cmocka_unit_test(what_an_allowed_account_may_not_do_has_words_and_nothing_else_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

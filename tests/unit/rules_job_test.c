/* rules_job_test.c - the states, their names and what may follow what. */
#include "rules_test.h"
#include "rules/job.h"

static void states_have_the_names_and_numbers_of_the_contract(void **state)
{
    static const wchar_t *const jobs[] = {
        L"queued", L"sending", L"submitted", L"sent", L"failed", L"cancelled", L"unknown"};

    (void)state;
    assert_int_equal(job_state_count, COUNT_OF(jobs));
    for (unsigned i = 0; i < COUNT_OF(jobs); i++)
        expect_text(job_state_name((enum job_state)i), jobs[i], "%u", i);
    expect_text(job_state_name(job_state_count), L"", "no state");
}

static void four_states_are_final(void **state)
{
    (void)state;
    assert_false(job_state_final(job_queued));
    assert_false(job_state_final(job_sending));
    assert_false(job_state_final(job_submitted));
    assert_true(job_state_final(job_sent));
    assert_true(job_state_final(job_failed));
    assert_true(job_state_final(job_cancelled));
    assert_true(job_state_final(job_unknown));
}

static void only_these_changes_of_state_are_allowed(void **state)
{
    /* one row a state that is left; y: may follow; q sending submitted sent failed cancelled unknown */
    static const char *const table[job_state_count] = {
        [job_queued] = "yyyyyyy",
        [job_sending] = "yyyyy-y",
        [job_submitted] = "--yyy-y",
        [job_sent] = "-------",
        [job_failed] = "y------",
        [job_cancelled] = "-------",
        [job_unknown] = "y----y-",
    };

    (void)state;
    for (int from = 0; from < job_state_count; from++)
    {
        for (int to = 0; to < job_state_count; to++)
        {
            bool may = job_state_may_follow((enum job_state)from, (enum job_state)to);

            expect(may == (table[from][to] == 'y'), "%d to %d", from, to);
        }
        expect(!job_state_may_follow((enum job_state)from, job_state_count), "from %d to none", from);
        expect(!job_state_may_follow(job_state_count, (enum job_state)from), "from none to %d", from);
    }
}

static void a_person_may_do_what_the_contract_s_table_says(void **state)
{
    /* q sending submitted sent failed cancelled unknown */
    static const char cancel[] = "y-----y", retry[] = "----y-y";

    (void)state;
    for (int i = 0; i < job_state_count; i++)
    {
        expect(job_state_may_cancel((enum job_state)i) == (cancel[i] == 'y'), "Cancel of %d", i);
        expect(job_state_may_retry((enum job_state)i) == (retry[i] == 'y'), "Retry of %d", i);
        if (cancel[i] == 'y') expect(job_state_may_follow((enum job_state)i, job_cancelled), "%d to cancelled", i);
        if (retry[i] == 'y') expect(job_state_may_follow((enum job_state)i, job_queued), "%d to queued", i);
    }
    expect(!job_state_may_cancel(job_state_count) && !job_state_may_retry(job_state_count), "no state");
}

static void a_state_is_found_by_its_number_or_its_name_in_any_case(void **state)
{
    static const struct
    {
        const wchar_t *text;
        int found;
    } rows[] = {
        {L"0", job_queued},
        {L"6", job_unknown},
        {L"7", -1},
        {L"/", -1},
        {L"00", -1},
        {L"", -1},
        {L"queued", job_queued},
        {L"QUEUED", job_queued},
        {L"Unknown", job_unknown},
        {L"queue", -1},
        {L"queuedd", -1},
        {L"SeNt", job_sent},
        {L"cAnCeLlEd", job_cancelled},
        {L"sentx", -1},
        {L"[ent", -1},
        {L"sent ", -1},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        expect(job_state_find(rows[i].text) == rows[i].found, "%s is %d", shown(rows[i].text),
            job_state_find(rows[i].text));
    for (int i = 0; i < job_state_count; i++)
    {
        const wchar_t number[] = {(wchar_t)(L'0' + i), 0};

        expect(job_state_find(number) == i, "%d", i);
        expect(job_state_find(job_state_name((enum job_state)i)) == i, "the name of %d", i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_have_the_names_and_numbers_of_the_contract),
        cmocka_unit_test(four_states_are_final),
        cmocka_unit_test(only_these_changes_of_state_are_allowed),
        cmocka_unit_test(a_person_may_do_what_the_contract_s_table_says),
        cmocka_unit_test(a_state_is_found_by_its_number_or_its_name_in_any_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* rules_broker_state_test.c - which state the broker says it is in. */

#include "rules_test.h"
#include "rules/broker_state.h"

static void the_state_is_the_weightiest_thing_that_is_known(void **state)
{
    static const struct
    {
        struct broker_facts facts;
        enum broker_state state;
    } table[] = {
        {{.refusing = false}, broker_ready},
        {{.in_call = true}, broker_busy},
        {{.in_call = true, .call_ms = CALL_BLOCKED_MS - 1}, broker_busy},
        {{.in_call = true, .call_ms = CALL_BLOCKED_MS}, broker_blocked},
        {{.in_call = true, .call_ms = CALL_BLOCKED_MS, .starting = true}, broker_starting},
        {{.starting = true}, broker_starting},
        {{.starting = true, .no_outlook = true}, broker_starting},
        {{.no_outlook = true}, broker_no_outlook},
        {{.no_outlook = true, .in_call = true}, broker_no_outlook},
        {{.restarting = true}, broker_restarting},
        {{.restarting = true, .starting = true, .no_outlook = true}, broker_restarting},
        {{.restarting = true, .in_call = true, .call_ms = CALL_BLOCKED_MS}, broker_restarting},
        {{.restarting = true, .in_call = true, .call_ms = 10 * CALL_HANGS_MS}, broker_restarting},
        {{.restarting = true, .in_call = true, .hangs = true, .call_ms = CALL_HANGS_MS - 1}, broker_restarting},
        {{.restarting = true, .in_call = true, .hangs = true, .call_ms = CALL_HANGS_MS}, broker_blocked},
        {{.starting = true, .in_call = true, .call_ms = 10 * CALL_HANGS_MS}, broker_starting},
        {{.starting = true, .in_call = true, .hangs = true, .call_ms = CALL_HANGS_MS - 1}, broker_starting},
        {{.starting = true, .in_call = true, .hangs = true, .call_ms = CALL_HANGS_MS}, broker_blocked},
        {{.starting = true, .hangs = true, .call_ms = CALL_HANGS_MS}, broker_starting},
        {{.in_call = true, .hangs = true, .call_ms = CALL_BLOCKED_MS - 1}, broker_busy},
        {{.stopping = true, .in_call = true, .hangs = true, .call_ms = CALL_HANGS_MS}, broker_stopping},
        {{.restarting = true, .stopping = true}, broker_stopping},
        {{.dialog = true}, broker_blocked},
        {{.dialog = true, .starting = true, .in_call = true, .call_ms = 1}, broker_blocked},
        {{.dialog = true, .restarting = true, .no_outlook = true}, broker_blocked},
        {{.dialog = true, .stopping = true}, broker_stopping},
        {{.stopping = true, .in_call = true, .call_ms = CALL_BLOCKED_MS}, broker_stopping},
        {{.refusing = true, .stopping = true}, broker_refusing},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (broker_state_now(&table[i].facts) != table[i].state)
            fail_msg("row %u: %d", (unsigned)i, (int)broker_state_now(&table[i].facts));
}

static void states_have_the_names_and_numbers_of_the_contract(void **state)
{
    static const wchar_t *const names[] = {
        L"starting", L"ready", L"busy", L"blocked", L"no-outlook", L"restarting", L"stopping", L"refusing"};

    (void)state;
    assert_int_equal(broker_state_count, COUNT_OF(names));
    for (unsigned i = 0; i < COUNT_OF(names); i++)
        expect_text(broker_state_name((enum broker_state)i), names[i], "%u", i);
    expect_text(broker_state_name(broker_state_count), L"", "no state");
}

static void every_state_has_a_sentence_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < broker_state_count; i++)
        for (int j = 0; j < i; j++)
            assert_int_not_equal(
                wcscmp(broker_state_text((enum broker_state)i), broker_state_text((enum broker_state)j)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_is_the_weightiest_thing_that_is_known),
        cmocka_unit_test(states_have_the_names_and_numbers_of_the_contract),
        cmocka_unit_test(every_state_has_a_sentence_of_its_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

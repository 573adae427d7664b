/* delivery_plan_test.c - what follows for a job from what Outlook answered, and how often mail under way is looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>
#include "delivery/plan.h"

static void outlooks_own_trouble_counts_no_attempt_of_the_mail(void **state)
{
    static const struct
    {
        uint32_t code;
        enum plan plan;
    } rows[] = {
        {0x80010001u, plan_outlook_first}, /* RPC_E_CALL_REJECTED */
        {0x8001010Au, plan_outlook_first}, /* RPC_E_SERVERCALL_RETRYLATER */
        {0x800706BAu, plan_outlook_first}, /* RPC_S_SERVER_UNAVAILABLE */
        {0x80040154u, plan_outlook_first}, /* REGDB_E_CLASSNOTREG */
        {0x8004B001u, plan_outlook_first}, /* OB_E_NO_OUTLOOK */
        {0x8004B005u, plan_outlook_first}, /* OB_E_LOGON_FAILED */
        {0x8004B009u, plan_outlook_first}, /* OB_E_TIMEOUT: it says nothing of the mail */
        {0x8004B00Bu, plan_outlook_first}, /* OB_E_BUSY */
        {0x8004B00Cu, plan_outlook_first}, /* OB_E_OUTLOOK_LOST */
        {0x8004B019u, plan_outlook_first}, /* OB_E_STOPPING */
        {0x80040115u, plan_try_again},     /* MAPI_E_NETWORK_ERROR */
        {0x80040305u, plan_try_again},     /* too many items are open */
        {0xC204011Du, plan_try_again},     /* MAPI_E_FAILONEPROVIDER with stray bits */
        {0x80041234u, plan_try_again},     /* not in any table */
        {0x80004005u, plan_give_up},       /* E_FAIL */
        {0x80004004u, plan_give_up},       /* E_ABORT */
        {0x8004B00Du, plan_give_up},       /* OB_E_GUARD_DENIED */
        {0x8004B010u, plan_give_up},       /* OB_E_BAD_RECIPIENT */
    };

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(rows); i++)
    {
        enum plan plan = delivery_plan((HRESULT)rows[i].code);

        if (plan != rows[i].plan) print_error("0x%08X: expected %d, got %d\n", rows[i].code, rows[i].plan, plan);
        assert_int_equal(plan, rows[i].plan);
    }
}

static void what_passes_by_itself_asks_nobody_to_call_again(void **state)
{
    static const struct
    {
        uint32_t code;
        BOOL passes;
    } rows[] = {
        {0x8004B009u, TRUE},  /* OB_E_TIMEOUT */
        {0x8004B00Bu, TRUE},  /* OB_E_BUSY */
        {0x8004B00Cu, TRUE},  /* OB_E_OUTLOOK_LOST */
        {0x8004B00Au, FALSE}, /* OB_E_DIALOG: a person answers it */
        {0x8004B001u, FALSE}, /* OB_E_NO_OUTLOOK */
        {0x8004B00Du, FALSE}, /* OB_E_GUARD_DENIED */
        {0x8004B01Bu, FALSE}, /* OB_E_CIRCUIT_OPEN */
        {0x80040115u, FALSE}, /* MAPI_E_NETWORK_ERROR: it is tried again at a time that is told */
    };

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(rows); i++)
        assert_int_equal(delivery_goes_on((HRESULT)rows[i].code), rows[i].passes);
}

static void looks_begin_soon_and_slow_down_to_the_setting(void **state)
{
    (void)state;
    assert_int_equal(delivery_next_look_ms(0, 1000), 50);
    assert_int_equal(delivery_next_look_ms(50, 1000), 100);
    assert_int_equal(delivery_next_look_ms(800, 1000), 1000);
    assert_int_equal(delivery_next_look_ms(1000, 1000), 1000);
    assert_int_equal(delivery_next_look_ms(0, 20), 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outlooks_own_trouble_counts_no_attempt_of_the_mail),
        cmocka_unit_test(what_passes_by_itself_asks_nobody_to_call_again),
        cmocka_unit_test(looks_begin_soon_and_slow_down_to_the_setting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

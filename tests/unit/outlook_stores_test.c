/* outlook_stores_test.c - in which stores, besides the default one, mail of an account is looked for. What Outlook says
 * of its accounts is stores_test's. */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "outlook/internal.h"

static struct account_store accounts[] = {
    {L"Main", L"main@example.com", 0, S_OK}, {L"First", L"first@example.com", 1, S_OK},
    {L"Second", NULL, 2, S_OK},                          /* its address could not be read */
    {NULL, L"third@example.com", 3, S_OK},               /* nor this one's name */
    {L"first@example.com", L"named@so.example", 2, S_OK} /* a name that is another's address */
};

static void mail_is_looked_for_in_the_store_of_its_account_or_in_all(void **state)
{
    static const struct
    {
        const WCHAR *account;
        uint32_t stores;
    } cases[] = {
        {NULL, 7},
        {L"", 7},
        {L"Main", 0},
        {L"main@EXAMPLE.com", 0},
        {L"First", 1},
        {L"FIRST", 1},
        {L"first@example.com", 2},
        {L"Second", 2},
        {L"second@example.com", 7},
        {L"third@example.com", 4},
        {L"Third", 7},
        {L"named@so.example", 2},
        {L"Fir", 7},
    };
    struct own_stores stores = {.accounts = accounts, .count = 3, .account_count = ARRAYSIZE(accounts)};

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
        if (stores_of(&stores, cases[i].account) != cases[i].stores)
            fail_msg("\"%ls\": %x", cases[i].account ? cases[i].account : L"NULL",
                (unsigned)stores_of(&stores, cases[i].account));
}

static void there_may_be_no_other_store_or_as_many_as_there_are_bits(void **state)
{
    struct own_stores none = {.accounts = accounts, .count = 0, .account_count = 1};
    struct own_stores many = {.accounts = accounts, .count = 32, .account_count = 1};
    struct own_stores unknown = {.count = 0};

    (void)state;
    assert_int_equal(stores_of(&none, L"Main"), 0);
    assert_int_equal(stores_of(&none, NULL), 0);
    assert_int_equal(stores_of(&unknown, L"Main"), 0);
    assert_int_equal(stores_of(&many, NULL), UINT32_MAX);
    accounts[0].number = 32;
    assert_int_equal(stores_of(&many, L"Main"), 0x80000000u);
    accounts[0].number = 0;
    assert_int_equal(stores_of(&many, L"Main"), 0);
}

static void what_is_not_known_is_told_of_the_mail_that_it_may_hide(void **state)
{
    struct own_store own[3] = {{.id = NULL}, {.unseen = E_ACCESSDENIED}, {.id = NULL}};
    struct account_store known[] = {
        {L"Main", NULL, 0, S_OK}, {L"First", NULL, 1, S_OK}, {L"Second", NULL, 2, S_OK}, {L"Last", NULL, 0, E_FAIL}};
    struct own_stores stores = {
        .own = own, .accounts = known, .count = 3, .account_count = ARRAYSIZE(known), .listed = TRUE, .unseen = E_FAIL};

    (void)state;
    assert_int_equal(stores_unseen(&stores, L"Main"), S_OK);
    assert_int_equal(stores_unseen(&stores, L"First"), S_OK);
    assert_int_equal(stores_unseen(&stores, L"Second"), E_ACCESSDENIED);
    assert_int_equal(stores_unseen(&stores, L"Last"), E_FAIL);
    assert_int_equal(stores_unseen(&stores, L"Gone"), E_FAIL);
    assert_int_equal(stores_unseen(&stores, NULL), E_FAIL);
    assert_false(stores_gone(&stores, L"Gone")); /* what is not known may be its own */
    stores.unseen = S_OK;
    assert_true(stores_gone(&stores, L"Gone"));
    assert_false(stores_gone(&stores, L"last"));
    assert_false(stores_gone(&stores, L""));
    assert_false(stores_gone(&stores, NULL));
    known[1].name = NULL;
    assert_false(stores_gone(&stores, L"Gone"));
    stores.account_count = 0;
    assert_true(stores_gone(&stores, L"Gone"));
    stores.listed = FALSE;
    assert_false(stores_gone(&stores, L"Gone"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_is_looked_for_in_the_store_of_its_account_or_in_all),
        cmocka_unit_test(what_is_not_known_is_told_of_the_mail_that_it_may_hide),
        cmocka_unit_test(there_may_be_no_other_store_or_as_many_as_there_are_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

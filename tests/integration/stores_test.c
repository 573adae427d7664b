/* stores_test.c - where the mail of an account stands, and what is believed of it: the rows of docs/delivery.md's
 * second table that the stand-in for Outlook can play. */
#include "stores.h"
#include <stdio.h>
#include <wchar.h>

/* --- where mail is looked for */

static void mail_of_an_account_with_a_store_of_its_own_is_seen_there(void **state)
{
    (void)state;
    stores_expect_sent("spooler-delay-ms = 300\n", by_name, L"own, by name");
    stores_expect_sent("", by_address, L"own, by address");
    stores_expect_sent("", by_nobody, L"own, by nobody");
    stores_expect_sent("", by_main, L"beside it");
    stores_expect_sent("own-outbox = off\nspooler-delay-ms = 300\n", by_name, L"own, through the default Outbox");
    assert_int_equal(ob_count_files(ob_sandbox_path(OWN_STORE L"Sent Items\\*.item")), 4);
}

/* Where the crash falls: a call that Outlook is held in, a point of the broker's, or neither: when it is submitted. */
struct crash
{
    const WCHAR *subject;
    const char *control;
    const WCHAR *point;
    const char *afterwards;
    const WCHAR *left_in; /* where the mail stands then */
};

static void crash_in(const struct crash *crash, enum way_id way)
{
    unsigned before = ob_count_delivered();
    bool held = strstr(crash->control, "hold") != NULL;

    stores_begin_anew(crash->control);
    stores_empty(crash->left_in);
    ob_fail_at(crash->point);
    stores_run(crash->point || held ? L"send" : L"submit", way, crash->subject);
    if (held) ob_wait_held();
    if (crash->point) assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    assert_int_equal(ob_wait_for_files(ob_sandbox_path(crash->left_in), L"*.item", 1, OB_LONG_MS), 1);
    ob_log_off();
    ob_fail_at(NULL);
    ob_control(crash->afterwards);
    ob_log_on();
    ob_wait_delivered(before + 1);
    stores_run(L"expect", way, crash->subject);
    ob_control("");
}

static void mail_of_an_account_with_a_store_of_its_own_leaves_once_after_a_crash(void **state)
{
    static const struct crash crashes[] = {
        {L"own, draft", "", L"sending-committed", "", L"Drafts"},
        {L"own, in Send", "hold = MailItem.Send after\n" STAYS, NULL, SLOWLY, OWN_STORE L"Outbox"},
        {L"own, in the Outbox", STAYS, NULL, SLOWLY, OWN_STORE L"Outbox"},
        {L"own, left", "", L"round-unwritten", "", OWN_STORE L"Sent Items"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(crashes); i++)
        crash_in(&crashes[i], i % 2 ? by_name : by_nobody);
}

/* The broker lives, and looks in the stores of the Outlook that it has next. */
static void mail_of_an_account_with_a_store_of_its_own_leaves_once_where_outlook_ends_in_send(void **state)
{
    (void)state;
    stores_expect_sent("die = at sending once\n", by_name, L"own, ended before it was stored");
    stores_expect_sent("die = at stored once\n" SLOWLY, by_nobody, L"own, ended after it was stored");
    assert_int_equal(ob_count_strikes("die = at stored"), 1);
}

static void an_outlook_without_delivery_stores_is_looked_at_as_before(void **state)
{
    (void)state;
    stores_begin_anew("fail = 80020006 at Account.DeliveryStore\n");
    stores_expect_sent("fail = 80020006 at Account.DeliveryStore\n", by_main, L"no DeliveryStore");
    stores_expect_sent("fail = 80020006 at Account.DeliveryStore\n", by_own_without, L"no DeliveryStore, own");
    stores_set_accounts("Main\tmain@example.com\r\nOwn\town@example.com\t\t\tnone\r\n");
    stores_begin_anew("");
    stores_expect_sent("", by_main, L"an account without a store");
    stores_set_accounts(BOTH_STORES);
    stores_begin_anew("");
}

static void stores_are_asked_for_once_and_cost_other_accounts_nothing(void **state)
{
    (void)state;
    stores_set_accounts("Main\tmain@example.com\r\nMore\tmore@example.com\r\n");
    stores_begin_anew("log-calls = on\n");
    stores_expect_sent("log-calls = on\n", by_main, L"one store 1");
    stores_expect_sent("log-calls = on\n", by_main, L"one store 2");
    assert_int_equal(ob_count_calls("Account.DeliveryStore"), 2);
    assert_int_equal(ob_count_calls("Store.GetDefaultFolder"), 0);

    stores_set_accounts(BOTH_STORES);
    stores_begin_anew("log-calls = on\n");
    ob_run_self(L"costs");
    stores_expect_sent("log-calls = on\n", by_name, L"two stores");
    assert_int_equal(ob_count_calls("Account.DeliveryStore"), 2);
    assert_int_equal(ob_count_calls("Store.GetDefaultFolder"), 3);
    ob_control("");
}

/* Nobody's mail waits in vain: one that stands in the account's own Outbox keeps an Outlook that the broker started. */
static void an_outbox_that_is_not_empty_keeps_outlook_whosever_store_it_is(void **state)
{
    static const char opened[] = "Subject=stays\nOpened=1\nBillingInformation=a person's\n";
    WCHAR path[1024];
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    unsigned counts;

    (void)state;
    ob_set(L"OutlookIdleSeconds", 1);
    stores_begin_anew("log-calls = on\n");
    wcscpy(path, ob_sandbox_path(OWN_STORE L"Outbox\\0000000000000001.item"));
    ob_write_file(path, opened, sizeof(opened) - 1);
    stores_expect_sent("log-calls = on\n", by_main, L"while another waits");
    counts = ob_count_calls("Items.Count");
    while (ob_count_calls("Items.Count") < counts + 2 && !ob_count_calls("Application.Explorers") &&
           GetTickCount64() < end)
        Sleep(20);
    assert_int_equal(ob_count_calls("Application.Explorers"), 0);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    ob_set(L"OutlookIdleSeconds", 60);
    stores_begin_anew("");
    assert_true(DeleteFileW(path));
}

/* --- where copies are kept */

static void a_mail_without_a_copy_is_sent_and_says_so(void **state)
{
    (void)state;
    stores_expect_sent("sent-copies = off\n", by_main_without, L"no copy");
    stores_expect_sent("sent-copies = off\nspooler-delay-ms = 300\n", by_own_without, L"no copy in the own store");
}

static void a_copy_that_an_add_in_puts_elsewhere_is_said_not_to_have_been_seen(void **state)
{
    (void)state;
    stores_expect_sent("sent-folder = Kept elsewhere\n", by_main_without, L"another folder");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Kept elsewhere\\*.item")), 1);
}

static void a_copy_that_a_rule_moves_is_said_not_to_have_been_seen(void **state)
{
    (void)state;
    stores_expect_sent("sent-rule = Moved\n", by_main_without, L"a rule");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Moved\\*.item")), 1);
}

static void a_mail_on_behalf_of_somebody_is_seen_where_the_senders_copies_are_kept(void **state)
{
    (void)state;
    stores_expect_sent("", on_behalf, L"on behalf");
    stores_expect_sent("on-behalf-copies = Shared mailbox\n", on_behalf_without, L"on behalf, kept there");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"stores\\Shared mailbox\\Sent Items\\*.item")), 1);
}

/* --- Outlook and its server */

static void a_mail_that_leaves_within_send_is_known_by_its_copy(void **state)
{
    static const struct crash crash = {
        L"online, in Send", "online = on\nhold = MailItem.Send after\n", NULL, "online = on\n", L"Sent Items"};

    (void)state;
    stores_expect_sent("online = on\n", by_main, L"online");
    stores_expect_sent("online = on\n", by_name, L"online, own");
    stores_expect_sent("online = on\nsent-copies = off\n", by_main_without, L"online, no copy");
    crash_in(&crash, by_main);
}

static void mail_that_stands_while_outlook_works_offline_says_so_until_it_does_not(void **state)
{
    (void)state;
    ob_run_self(L"offline");
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_of_an_account_with_a_store_of_its_own_is_seen_there),
        cmocka_unit_test(mail_of_an_account_with_a_store_of_its_own_leaves_once_after_a_crash),
        cmocka_unit_test(mail_of_an_account_with_a_store_of_its_own_leaves_once_where_outlook_ends_in_send),
        cmocka_unit_test(an_outlook_without_delivery_stores_is_looked_at_as_before),
        cmocka_unit_test(stores_are_asked_for_once_and_cost_other_accounts_nothing),
        cmocka_unit_test(an_outbox_that_is_not_empty_keeps_outlook_whosever_store_it_is),
        cmocka_unit_test(a_mail_without_a_copy_is_sent_and_says_so),
        cmocka_unit_test(a_copy_that_an_add_in_puts_elsewhere_is_said_not_to_have_been_seen),
        cmocka_unit_test(a_copy_that_a_rule_moves_is_said_not_to_have_been_seen),
        cmocka_unit_test(a_mail_on_behalf_of_somebody_is_seen_where_the_senders_copies_are_kept),
        cmocka_unit_test(a_mail_that_leaves_within_send_is_known_by_its_copy),
        cmocka_unit_test(mail_that_stands_while_outlook_works_offline_says_so_until_it_does_not),
    };

    if (argc > 1) return stores_client(argc, argv);
    return cmocka_run_group_tests(tests, stores_begin, NULL);
}

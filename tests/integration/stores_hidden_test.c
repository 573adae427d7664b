/* stores_hidden_test.c - a store that cannot be seen, a draft that is not the mail's own, an account that came or went:
 * what is not seen is not taken for absent, and nothing is sent or deleted on a guess. */
#include "stores.h"
#include <stdio.h>
#include <wchar.h>

static void run_waits(enum way_id way, const WCHAR *subject, ObJobState state)
{
    WCHAR arguments[300];

    swprintf(arguments, ARRAYSIZE(arguments), L"waits %d \"%ls\" %d", (int)way, subject, (int)state);
    ob_run_self(arguments);
}

static unsigned in_own_outbox(void)
{
    return ob_count_files(ob_sandbox_path(OWN_STORE L"Outbox\\*.item"));
}

/* The path of the one item of a folder. */
static void only_item(const WCHAR *folder, WCHAR path[1024])
{
    WIN32_FIND_DATAW found;
    HANDLE find;
    WCHAR leaf[300];

    swprintf(leaf, ARRAYSIZE(leaf), L"%ls\\*.item", folder);
    find = FindFirstFileW(ob_sandbox_path(leaf), &found);
    assert_true(find != INVALID_HANDLE_VALUE);
    FindClose(find);
    swprintf(leaf, ARRAYSIZE(leaf), L"%ls\\%ls", folder, found.cFileName);
    wcscpy(path, ob_sandbox_path(leaf));
}

/* What is not seen is not absent: for the mail's job that is no end, and Outlook stays. */
static void mail_in_a_store_that_cannot_be_seen_is_not_called_sent(void **state)
{
    static const char *const blind[] = {"fail = 8004011d at Store.GetDefaultFolder\n" STAYS,
        "fail = 80040115 at Account.DeliveryStore\n" STAYS, "fail = 80004005 at Store.StoreID\n" STAYS,
        "fail = 80040115 at NameSpace.Accounts\n" STAYS, "fail = 8004010f at Account.DeliveryStore\n" STAYS};
    unsigned before;

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(blind); i++)
    {
        WCHAR subject[40];

        before = ob_count_delivered();
        swprintf(subject, ARRAYSIZE(subject), L"own, not seen %u", (unsigned)i);
        stores_begin_anew(STAYS);
        stores_empty(OWN_STORE L"Outbox");
        stores_run(L"submit", by_name, subject);
        ob_log_off();
        ob_control(blind[i]);
        ob_log_on();
        run_waits(by_name, subject, obJobSubmitted);
        assert_int_equal(in_own_outbox(), 1);
        ob_control(STAYS); /* it can be seen again */
        stores_run(L"submit", by_name, subject);
        assert_int_equal(ob_count_delivered(), before);
        stores_begin_anew("");
        stores_run(L"expect", by_name, subject);
        assert_int_equal(ob_count_delivered(), before + 1);
    }
}

/* Nothing ends, and no Outlook is ended: the mail may stand there. */
static void outlook_stays_while_an_own_outbox_cannot_be_counted(void **state)
{
    static const char blind[] = "fail = 8004011d at Store.GetDefaultFolder\noffline = on\n";
    ULONGLONG end;

    (void)state;
    ob_set(L"OutlookIdleSeconds", 1);
    stores_begin_anew(blind);
    stores_empty(OWN_STORE L"Outbox");
    stores_run(L"send", by_name, L"own, offline and not seen");
    run_waits(by_name, L"own, offline and not seen", obJobSubmitted);
    end = GetTickCount64() + 3000;
    while (ob_processes(OB_SANDBOX_IMAGE) && GetTickCount64() < end)
        Sleep(50);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    assert_int_equal(in_own_outbox(), 1);
    ob_set(L"OutlookIdleSeconds", 60);
    ob_control("");
    stores_run(L"expect", by_name, L"own, offline and not seen");
}

static void a_draft_is_not_sent_while_the_mail_may_stand_in_a_store_that_cannot_be_seen(void **state)
{
    unsigned before = ob_count_delivered();
    WCHAR from[1024];

    (void)state;
    stores_begin_anew("");
    stores_empty(L"Drafts");
    stores_empty(OWN_STORE L"Outbox");
    ob_fail_at(L"sending-committed");
    stores_run(L"send", by_name, L"own, beside a draft");
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    assert_int_equal(ob_wait_for_files(ob_sandbox_path(L"Drafts"), L"*.item", 1, OB_LONG_MS), 1);
    ob_log_off();
    ob_fail_at(NULL);
    only_item(L"Drafts", from);
    assert_true(CopyFileW(from, ob_sandbox_path(OWN_STORE L"Outbox\\00000000000000F1.item"), TRUE));
    ob_control("fail = 8004011d at Store.GetDefaultFolder\n" STAYS);
    ob_log_on();
    run_waits(by_name, L"own, beside a draft", obJobSending);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 1);
    ob_control("");
    stores_run(L"sent", by_name, L"own, beside a draft");
    assert_int_equal(ob_count_delivered(), before + 1);
    stores_begin_anew("");
    stores_empty(L"Drafts");
}

static void expect_account_gone(const WCHAR *subject, BOOL restart)
{
    stores_begin_anew(STAYS);
    stores_empty(OWN_STORE L"Outbox");
    stores_run(L"submit", by_name, subject);
    stores_set_accounts("Main\tmain@example.com\r\n");
    if (restart)
        ob_log_off();
    else
        ob_kill(OB_SANDBOX_IMAGE);
    stores_run(L"account-gone", by_name, subject);
    stores_set_accounts(BOTH_STORES);
    stores_begin_anew("");
    stores_empty(OWN_STORE L"Outbox");
}

static void what_the_mail_of_an_account_that_was_removed_became_is_unknown(void **state)
{
    (void)state;
    expect_account_gone(L"own, removed", FALSE);
    expect_account_gone(L"own, removed before a restart", TRUE);
}

/* Resent, it might leave by another account. */
static void a_draft_whose_account_was_removed_is_kept_and_told_of(void **state)
{
    unsigned before = ob_count_delivered();

    (void)state;
    stores_begin_anew("");
    stores_empty(L"Drafts");
    ob_fail_at(L"sending-committed");
    stores_run(L"send", by_name, L"own, removed with a draft");
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    ob_log_off();
    ob_fail_at(NULL);
    stores_set_accounts("Main\tmain@example.com\r\n");
    ob_log_on();
    stores_run(L"account-gone", by_name, L"own, removed with a draft");
    stores_run(L"moved", by_name, L"own, removed with a draft"); /* which looks for the words about the draft */
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 1);
    assert_int_equal(ob_count_delivered(), before);
    stores_set_accounts(BOTH_STORES);
    stores_begin_anew("");
    stores_empty(L"Drafts");
}

/* The own account and its store come while Outlook runs with these accounts. */
static void expect_seen_when_it_came(const char *accounts, const WCHAR *before, const WCHAR *after)
{
    stores_set_accounts(accounts);
    stores_begin_anew("");
    stores_expect_sent("", by_main, before);
    stores_set_accounts(BOTH_STORES);
    stores_expect_sent("", by_name, after);
    stores_begin_anew("");
}

static void mail_of_an_account_that_was_added_is_seen_in_its_store(void **state)
{
    (void)state;
    expect_seen_when_it_came("Main\tmain@example.com\r\n", L"main, before", L"own, added");
}

/* As many as before. */
static void mail_of_an_account_that_came_for_another_is_seen_in_its_store(void **state)
{
    (void)state;
    expect_seen_when_it_came("Main\tmain@example.com\r\nOther\tother@example.com\tOther store\r\n",
        L"main, before the exchange", L"own, exchanged");
}

/* What the text of a mail whose store cannot be seen advises. The own store's folders are the second to be counted and
 * each second one to be looked in. */
static void an_account_that_is_removed_while_its_store_does_not_answer_is_noticed(void **state)
{
    (void)state;
    stores_begin_anew(STAYS);
    stores_empty(OWN_STORE L"Outbox");
    stores_run(L"submit", by_name, L"own, removed at last");
    stores_set_accounts("Main\tmain@example.com\r\n");
    ob_control(STAYS "fail = 8004011d at Items.Count nth 2\nfail = 8004011d at MAPIFolder.GetTable nth 2\n"
                     "fail = 8004011d at MAPIFolder.GetTable nth 4\nfail = 8004011d at MAPIFolder.GetTable nth 6\n");
    stores_run(L"account-gone", by_name, L"own, removed at last");
    stores_set_accounts(BOTH_STORES);
    stores_begin_anew("");
    stores_empty(OWN_STORE L"Outbox");
}

static void let_addresses_be_read(bool let)
{
    static const WCHAR key[] = L"Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\Security";
    static const WCHAR *const names[] = {L"AdminSecurityMode", L"PromptOOMAddressBookAccess"};
    static const DWORD values[] = {3, 0};

    for (unsigned i = 0; i < ARRAYSIZE(names); i++)
        if (let)
            RegDeleteKeyValueW(HKEY_CURRENT_USER, key, names[i]);
        else
            assert_int_equal(
                RegSetKeyValueW(HKEY_CURRENT_USER, key, names[i], REG_DWORD, &values[i], sizeof(DWORD)), 0);
}

static void an_account_named_by_an_address_that_may_not_be_read_is_not_called_gone(void **state)
{
    (void)state;
    stores_begin_anew(STAYS);
    stores_run(L"submit", by_address, L"own, by an address");
    ob_log_off();
    let_addresses_be_read(false);
    ob_control("sent-copies = off\n" SLOWLY);
    ob_log_on();
    stores_run(L"sent", by_address, L"own, by an address");
    let_addresses_be_read(true);
    stores_begin_anew("");
}

/* The mail's own is gone from where it was made; this one is all that there is of it. */
static void a_draft_that_was_moved_is_kept_and_told_of(void **state)
{
    unsigned before = ob_count_delivered();
    WCHAR from[1024];

    (void)state;
    stores_begin_anew("");
    stores_empty(L"Drafts");
    ob_fail_at(L"sending-committed");
    stores_run(L"send", by_name, L"own, moved");
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    ob_log_off();
    ob_fail_at(NULL);
    only_item(L"Drafts", from);
    CreateDirectoryW(ob_sandbox_path(OWN_STORE L"Drafts"), NULL);
    assert_true(MoveFileW(from, ob_sandbox_path(OWN_STORE L"Drafts\\00000000000000F3.item")));
    ob_log_on();
    stores_run(L"moved", by_name, L"own, moved");
    assert_int_equal(ob_count_files(ob_sandbox_path(OWN_STORE L"Drafts\\*.item")), 1);
    assert_int_equal(ob_count_delivered(), before);
    stores_begin_anew("");
    stores_empty(OWN_STORE L"Drafts");
}

/* Nobody is told that a mail which was sent was not. */
static void a_draft_beside_a_mail_that_was_sent_does_not_make_it_failed(void **state)
{
    unsigned before = ob_count_delivered();
    WCHAR from[1024];

    (void)state;
    stores_begin_anew(STAYS);
    stores_empty(L"Drafts");
    stores_empty(L"Outbox");
    stores_run(L"submit", by_main_without, L"beside a twin");
    ob_log_off();
    only_item(L"Outbox", from);
    assert_true(CopyFileW(from, ob_sandbox_path(L"Drafts\\00000000000000F2.item"), TRUE));
    ob_control("sent-copies = off\n" SLOWLY);
    ob_log_on();
    stores_run(L"sent", by_main_without, L"beside a twin");
    assert_int_equal(ob_count_delivered(), before + 1);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 1);
    stores_begin_anew("");
    stores_empty(L"Drafts");
}

/* Neither given up as unknown, nor made anew. */
static void a_mail_of_which_a_store_cannot_be_seen_is_neither_unknown_nor_made_anew(void **state)
{
    unsigned before = ob_count_delivered();
    WCHAR from[1024];

    (void)state;
    stores_begin_anew("hold = MailItem.Send after\n" STAYS);
    stores_empty(OWN_STORE L"Outbox");
    stores_run(L"send", by_name, L"own, in doubt");
    ob_wait_held();
    ob_log_off();
    ob_control("fail = 80040115 at Account.DeliveryStore\n" STAYS);
    ob_log_on();
    run_waits(by_name, L"own, in doubt", obJobSending);
    ob_log_off();
    only_item(OWN_STORE L"Outbox", from);
    assert_true(MoveFileW(from, ob_file_path(L"taken.item"))); /* so that nothing of it is to be seen */
    ob_control("");
    ob_log_on();
    stores_run(L"unknown", by_name, L"own, in doubt");
    stores_begin_anew("fail = 8004011d at Store.GetDefaultFolder\n");
    stores_run(L"retry", by_name, L"own, in doubt");
    run_waits(by_name, L"own, in doubt", obJobQueued);
    assert_int_equal(ob_count_delivered(), before);
    ob_control("");
    stores_run(L"expect", by_name, L"own, in doubt");
    assert_int_equal(ob_count_delivered(), before + 1);
}

static void wait_for_alerts(unsigned more)
{
    const unsigned before = ob_count_in_log(L"mail-stuck");
    ULONGLONG end = GetTickCount64() + 2 * OB_LONG_MS; /* the shortest that can be set is a minute */

    while (ob_count_in_log(L"mail-stuck") < before + more && GetTickCount64() < end)
        Sleep(100);
    assert_int_equal(ob_count_in_log(L"mail-stuck"), before + more);
}

/* Of one that Outlook took, and of the first of those that wait before they are sent. */
static void a_store_that_stays_unseen_is_told_of(void **state)
{
    (void)state;
    ob_set(L"SubmittedAlertMinutes", 1);
    stores_begin_anew(STAYS);
    stores_empty(OWN_STORE L"Outbox");
    ob_fail_at(L"draft-made");
    stores_run(L"send", by_name, L"own, queued and not seen");
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    ob_log_off();
    ob_fail_at(NULL);
    ob_control("fail = 8004011d at Store.GetDefaultFolder\n" STAYS);
    ob_log_on();
    run_waits(by_name, L"own, queued and not seen", obJobQueued);
    stores_run(L"send", by_name, L"own, submitted and not seen");
    run_waits(by_name, L"own, submitted and not seen", obJobSubmitted);
    wait_for_alerts(2);
    assert_int_equal(ob_count_in_log(L"waits: Outlook does not open every store"), 2);
    ob_control("");
    stores_run(L"sent", by_name, L"own, queued and not seen");
    stores_run(L"expect", by_name, L"own, submitted and not seen");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
    ob_set(L"SubmittedAlertMinutes", 60);
    stores_begin_anew("");
}

/* Only that mail waits for the store of which a draft was lost sight of. */
static void a_draft_that_was_lost_sight_of_holds_no_other_mail(void **state)
{
    (void)state;
    ob_set(L"RetryFirstSeconds", 1);
    stores_begin_anew(STAYS "fail = 80040115 at MailItem.Save once\n");
    stores_run(L"send", by_main, L"lost sight of");
    ob_wait_strikes("at MailItem.Save", 1);
    ob_control(STAYS "fail = 80040115 at Account.DeliveryStore\n");
    stores_run(L"send", by_nobody, L"behind what was lost sight of");
    run_waits(by_nobody, L"behind what was lost sight of", obJobSubmitted);
    stores_begin_anew("");
    stores_run(L"sent", by_nobody, L"behind what was lost sight of");
    stores_run(L"sent", by_main, L"lost sight of");
    ob_set(L"RetryFirstSeconds", 300);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_in_a_store_that_cannot_be_seen_is_not_called_sent),
        cmocka_unit_test(outlook_stays_while_an_own_outbox_cannot_be_counted),
        cmocka_unit_test(a_draft_is_not_sent_while_the_mail_may_stand_in_a_store_that_cannot_be_seen),
        cmocka_unit_test(a_mail_of_which_a_store_cannot_be_seen_is_neither_unknown_nor_made_anew),
        cmocka_unit_test(a_store_that_stays_unseen_is_told_of),
        cmocka_unit_test(mail_of_an_account_that_was_added_is_seen_in_its_store),
        cmocka_unit_test(a_draft_that_was_lost_sight_of_holds_no_other_mail),
        cmocka_unit_test(mail_of_an_account_that_came_for_another_is_seen_in_its_store),
        cmocka_unit_test(an_account_that_is_removed_while_its_store_does_not_answer_is_noticed),
        cmocka_unit_test(an_account_named_by_an_address_that_may_not_be_read_is_not_called_gone),
        cmocka_unit_test(a_draft_beside_a_mail_that_was_sent_does_not_make_it_failed),
        cmocka_unit_test(what_the_mail_of_an_account_that_was_removed_became_is_unknown),
        cmocka_unit_test(a_draft_whose_account_was_removed_is_kept_and_told_of),
        cmocka_unit_test(a_draft_that_was_moved_is_kept_and_told_of),
    };

    if (argc > 1) return stores_client(argc, argv);
    return cmocka_run_group_tests(tests, stores_begin, NULL);
}

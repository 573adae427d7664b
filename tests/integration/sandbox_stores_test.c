/* sandbox_stores_test.c - the stand-in for Outlook, seen by a late-bound client: an account with a store of its own,
 * and where the copies of sent mail are kept. */
#include "outlook_faults.h"

#define ACCOUNTS "Main\tmain@example.com\r\nOwn\town@example.com\t\t\tOwn store\r\nNone\tnone@example.com\t\t\tnone\r\n"
#define OWN L"stores\\Own store\\"

static const HRESULT not_found = (HRESULT)0x8004010F;

static int begin_stores_test(void **state)
{
    int result = begin_with_empty_folders(state);
    WCHAR path[MAX_PATH];

    store_file(L"accounts.txt", path);
    ob_write_file(path, ACCOUNTS, sizeof(ACCOUNTS) - 1);
    delete_in_store(OWN L"Outbox\\*.item");
    delete_in_store(OWN L"Sent Items\\*.item");
    return result;
}

static IDispatch *account_at(struct session *session, long index)
{
    IDispatch *accounts = object_of(session->space, L"Accounts", NULL), *account;

    account = object_at(accounts, L"Item", index);
    let_go(&accounts);
    return account;
}

static IDispatch *mail_by(struct session *session, long account, const WCHAR *subject)
{
    IDispatch *mail = new_mail(session, L"a@example.com", subject), *sender = account_at(session, account);
    VARIANT value = reference(sender);

    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYPUTREF, &value, 1, NULL), S_OK);
    let_go(&sender);
    return mail;
}

/* Sends what was made, and waits until so many copies stand in the folder. */
static void send_to(IDispatch *mail, const WCHAR *copies, size_t count)
{
    assert_int_equal(call(mail, L"Send"), S_OK);
    let_go(&mail);
    wait_for_files(copies, count);
}

static void an_account_tells_its_store_and_the_store_its_folders(void **state)
{
    static const struct
    {
        long number;
        const WCHAR *path;
    } folders[] = {{4, L"\\\\Own store\\Outbox"}, {5, L"\\\\Own store\\Sent Items"}, {16, L"\\\\Own store\\Drafts"}};
    struct session session;
    IDispatch *account, *store, *stores;
    VARIANT id, value;

    (void)state;
    open_session(&session);
    account = account_at(&session, 2);
    store = object_of(account, L"DeliveryStore", NULL);
    assert_text(store, L"DisplayName", L"Own store");
    assert_int_equal(invoke(store, L"StoreID", DISPATCH_PROPERTYGET, NULL, 0, &id), S_OK);
    for (size_t i = 0; i < ARRAYSIZE(folders); i++)
    {
        IDispatch *folder = object_at(store, L"GetDefaultFolder", folders[i].number);

        assert_text(folder, L"FolderPath", folders[i].path);
        assert_text(folder, L"StoreID", V_BSTR(&id));
        let_go(&folder);
    }
    let_go(&store);
    let_go(&account);
    store = object_of(session.space, L"DefaultStore", NULL);
    assert_text(store, L"DisplayName", L"sandbox");
    let_go(&store);
    store = object_of(session.space, L"GetStoreFromID", &id);
    assert_text(store, L"DisplayName", L"Own store");
    let_go(&store);
    stores = object_of(session.space, L"Stores", NULL);
    assert_true(long_of(stores, L"Count") >= 2);
    let_go(&stores);
    account = account_at(&session, 3);
    assert_int_equal(invoke(account, L"DeliveryStore", DISPATCH_PROPERTYGET, NULL, 0, &value), S_OK);
    assert_null(V_DISPATCH(&value));
    let_go(&account);
    close_session(&session);
}

static void its_mail_is_saved_in_the_default_store_and_leaves_by_its_own(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    control("spooler = off\r\n");
    open_session(&session);
    mail = mail_by(&session, 2, L"by its own");
    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(count_files(L"Drafts\\*.item"), 1);
    send_to(mail, OWN L"Outbox\\*.item", 1);
    assert_int_equal(count_files(L"Drafts\\*.item") + count_files(L"Outbox\\*.item"), 0);
    control("own-outbox = off\r\nspooler = off\r\n");
    send_to(mail_by(&session, 2, L"by the default Outbox"), L"Outbox\\*.item", 1);
    control("");
    send_to(mail_by(&session, 1, L"by the default store"), L"Sent Items\\*.item", 1);
    wait_for_files(OWN L"Sent Items\\*.item", 2);
    close_session(&session);
}

/* Without the store's id only the default store is searched. */
static void an_item_of_another_store_is_found_with_that_stores_id(void **state)
{
    struct session session;
    IDispatch *account, *store, *folder, *items, *item;
    VARIANT ids[2], result;

    (void)state;
    control("");
    open_session(&session);
    send_to(mail_by(&session, 2, L"found"), OWN L"Sent Items\\*.item", 1);
    account = account_at(&session, 2);
    store = object_of(account, L"DeliveryStore", NULL);
    folder = object_at(store, L"GetDefaultFolder", FOLDER_SENT);
    items = object_of(folder, L"Items", NULL);
    item = object_at(items, L"Item", 1);
    assert_int_equal(invoke(item, L"EntryID", DISPATCH_PROPERTYGET, NULL, 0, &ids[0]), S_OK);
    assert_int_equal(invoke(store, L"StoreID", DISPATCH_PROPERTYGET, NULL, 0, &ids[1]), S_OK);
    let_go(&item);
    assert_int_equal(code_of(invoke(session.space, L"GetItemFromID", DISPATCH_METHOD, ids, 1, &result)), not_found);
    assert_int_equal(invoke(session.space, L"GetItemFromID", DISPATCH_METHOD, ids, 2, &result), S_OK);
    item = V_DISPATCH(&result);
    assert_text(item, L"Subject", L"found");
    let_go(&item);
    let_go(&items);
    let_go(&folder);
    let_go(&store);
    let_go(&account);
    close_session(&session);
}

static void copies_are_kept_where_the_mail_or_the_control_file_says(void **state)
{
    struct session session;
    IDispatch *mail, *inbox;
    VARIANT value;

    (void)state;
    control("");
    open_session(&session);
    mail = mail_by(&session, 2, L"by SaveSentMessageFolder");
    inbox = object_at(session.space, L"GetDefaultFolder", 6);
    value = reference(inbox);
    assert_int_equal(invoke(mail, L"SaveSentMessageFolder", DISPATCH_PROPERTYPUTREF, &value, 1, NULL), S_OK);
    let_go(&inbox);
    send_to(mail, L"Inbox\\*.item", count_files(L"Inbox\\*.item") + 1);
    control("sent-folder = Kept\r\n");
    send_to(mail_by(&session, 1, L"by an add-in"), L"Kept\\*.item", count_files(L"Kept\\*.item") + 1);
    control("on-behalf-copies = Shared\r\n");
    mail = mail_by(&session, 1, L"on behalf");
    put_text(mail, L"SentOnBehalfOfName", L"Anna Schmidt");
    send_to(mail, L"stores\\Shared\\Sent Items\\*.item", count_files(L"stores\\Shared\\Sent Items\\*.item") + 1);
    control("online = on\r\nspooler-delay-ms = 600000\r\n");
    send_to(mail_by(&session, 2, L"at once"), OWN L"Sent Items\\*.item", 1);
    close_session(&session);
}

#define STORES_TEST(test) cmocka_unit_test_setup_teardown(test, begin_stores_test, end_of_test)

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        STORES_TEST(an_account_tells_its_store_and_the_store_its_folders),
        STORES_TEST(its_mail_is_saved_in_the_default_store_and_leaves_by_its_own),
        STORES_TEST(an_item_of_another_store_is_found_with_that_stores_id),
        STORES_TEST(copies_are_kept_where_the_mail_or_the_control_file_says),
    };

    setvbuf(stdout, NULL, _IONBF, 0);
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

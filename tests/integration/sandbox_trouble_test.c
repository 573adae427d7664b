/* sandbox_trouble_test.c - the stand-in for Outlook answers with trouble as its control file says, seen by a late-bound
 * client: closed by its user, busy, with stray bits, at its limit of open items, with an Outbox that nothing leaves. */
#include "outlook_faults.h"

#define CODE_TOO_MANY ((HRESULT)0x80040305)

static void the_user_closes_it_in_the_middle_and_every_pointer_is_dead(void **state)
{
    static const struct
    {
        const char *line;
        size_t drafts, outbox;
    } cases[] = {
        {"spooler = off\r\nquit = at send\r\n", 1, 0},
        {"spooler = off\r\nquit = at sending\r\n", 1, 0},
        {"spooler = off\r\nquit = at stored\r\n", 0, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
    {
        struct session session;
        IDispatch *mail;
        HRESULT hr;

        begin_with_empty_folders(state);
        control(cases[i].line);
        open_session(&session);
        mail = saved_mail(&session, L"closed");
        assert_int_equal(call(mail, L"Send"), RPC_E_DISCONNECTED);
        hr = invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, NULL);
        if (!is_lost(hr)) fail_msg("%s: a call returned %08lx", cases[i].line, hr);
        assert_true(sandbox_ends());
        hr = invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, NULL);
        if (!is_lost(hr)) fail_msg("%s: a later call returned %08lx", cases[i].line, hr);
        assert_on_disk(cases[i].line, cases[i].drafts, cases[i].outbox, 0, 0);
        let_go(&mail);
        close_session(&session);
    }
}

static void it_answers_busy_for_a_number_of_calls_or_a_time(void **state)
{
    struct calling calling;
    struct session session;
    LPOLESTR name = (LPOLESTR)L"Name";
    DWORD began;
    DISPID id;
    HRESULT hr;

    (void)state;
    control("busy = rejected at create once\r\n");
    begin_call(&calling, NULL, NULL);
    assert_int_equal(end_call(&calling), RPC_E_CALL_REJECTED);
    open_session(&session);
    control("busy = retry-later at any for 500\r\n");
    began = GetTickCount();
    assert_int_equal(IDispatch_GetIDsOfNames(session.application, &IID_NULL, &name, 1, LOCALE_USER_DEFAULT, &id),
        RPC_E_SERVERCALL_RETRYLATER);
    while ((hr = invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, NULL)) ==
               RPC_E_SERVERCALL_RETRYLATER &&
           GetTickCount() - began < OB_LONG_MS)
        Sleep(50);
    assert_int_equal(hr, S_OK);
    assert_true(GetTickCount() - began >= 480);
    close_session(&session);
}

static void failures_carry_stray_bits_where_it_is_told_to(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"nobody knows him", L"dirty");
    control("dirty-errors = on\r\nspooler = off\r\nguard = deny\r\n");
    assert_int_equal(call(mail, L"Send"), DISP_E_EXCEPTION);
    assert_int_equal(last_error.scode, (HRESULT)0xE5104005);
    assert_int_equal(get_code(mail, L"To"), (HRESULT)0xE5104004);
    assert_int_equal(get_code(mail, L"NoSuchMember"), DISP_E_MEMBERNOTFOUND);
    put_text(mail, L"To", L"a@example.com");
    assert_int_equal(call(mail, L"Send"), S_OK);
    assert_int_equal(get_code(mail, L"Subject"), (HRESULT)0xE514010A);
    let_go(&mail);
    close_session(&session);
}

static void no_more_items_are_open_than_the_limit_whoever_holds_them(void **state)
{
    struct session session;
    IDispatch *mails[3], *attachments, *folder, *items, *held;
    VARIANT type = number(0), index = number(1), value;

    (void)state;
    control("open-items = 3\r\n");
    open_session(&session);
    for (size_t i = 0; i < ARRAYSIZE(mails); i++)
        mails[i] = saved_mail(&session, L"open");
    assert_int_equal(
        code_of(invoke(session.application, L"CreateItem", DISPATCH_METHOD, &type, 1, &value)), CODE_TOO_MANY);
    folder = object_at(session.space, L"GetDefaultFolder", FOLDER_DRAFTS);
    items = object_of(folder, L"Items", NULL);
    assert_int_equal(code_of(invoke(items, L"Item", DISPATCH_METHOD, &index, 1, &value)), CODE_TOO_MANY);
    assert_int_equal(get_code(items, L"GetFirst"), CODE_TOO_MANY);
    /* What belongs to an item keeps it. */
    attachments = object_of(mails[0], L"Attachments", NULL);
    let_go(&mails[0]);
    assert_int_equal(get_code(items, L"GetFirst"), CODE_TOO_MANY);
    let_go(&attachments);
    held = object_of(items, L"GetFirst", NULL);
    let_go(&held);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(get_code(items, L"GetFirst"), S_OK);
    let_go(&items);
    let_go(&folder);
    let_go(&mails[1]);
    let_go(&mails[2]);
    close_session(&session);
}

/* --- the Outbox and the copies */

static void send_one(struct session *session, const WCHAR *subject)
{
    IDispatch *mail = new_mail(session, L"a@example.com", subject);

    assert_int_equal(call(mail, L"Send"), S_OK);
    let_go(&mail);
}

static void mail_stays_in_the_outbox_while_it_is_offline_or_nothing_is_delivered(void **state)
{
    struct session session;
    VARIANT show = truth(false);

    (void)state;
    control("offline = on\r\nspooler-delay-ms = 1\r\n");
    open_session(&session);
    assert_int_equal(long_of(session.space, L"Offline"), VARIANT_TRUE);
    assert_int_equal(long_of(session.space, L"ExchangeConnectionMode"), 100);
    send_one(&session, L"offline");
    assert_int_equal(invoke(session.space, L"SendAndReceive", DISPATCH_METHOD, &show, 1, NULL), S_OK);
    Sleep(300);
    assert_on_disk("offline", 0, 1, 0, 0);
    control("spooler = off\r\nspooler-delay-ms = 1\r\n");
    assert_int_equal(long_of(session.space, L"Offline"), 0);
    Sleep(300);
    assert_on_disk("spooler off", 0, 1, 0, 0);
    control(NULL);
    wait_until_sent(&session, L"offline");
    control("fail = 0x80040115 at delivering times 3\r\nspooler-delay-ms = 1\r\n");
    send_one(&session, L"three tries");
    wait_until_sent(&session, L"three tries");
    assert_int_equal(ob_count_strikes("at delivering"), 3);
    close_session(&session);
}

static void copies_are_kept_nowhere_or_where_a_rule_puts_them(void **state)
{
    struct session session;

    (void)state;
    open_session(&session);
    control("sent-copies = off\r\n");
    send_one(&session, L"no copy");
    wait_for_files(L"sent\\*.eml", 1);
    wait_for_files(L"Outbox\\*.item", 0);
    assert_on_disk("no copies", 0, 0, 0, 1);
    control("sent-rule = Archive of sent\r\n");
    send_one(&session, L"by rule 1");
    send_one(&session, L"by rule 2");
    wait_for_files(L"Archive of sent\\*.item", 2);
    assert_on_disk("rule", 0, 0, 0, 3);
    delete_in_store(L"Archive of sent\\*.item");
    close_session(&session);
}

static void a_plain_put_of_the_account_changes_nothing(void **state)
{
    struct session session;
    IDispatch *mail, *account;
    VARIANT arg, value;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"account");
    account = object_at(session.space, L"Accounts", 1);
    arg = reference(account);
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYPUT, &arg, 1, NULL), S_OK);
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYGET, NULL, 0, &value), S_OK);
    assert_null(V_DISPATCH(&value));
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYPUTREF, &arg, 1, NULL), S_OK);
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYGET, NULL, 0, &value), S_OK);
    assert_non_null(V_DISPATCH(&value));
    VariantClear(&value);
    let_go(&account);
    let_go(&mail);
    close_session(&session);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        FAULT_TEST(the_user_closes_it_in_the_middle_and_every_pointer_is_dead),
        FAULT_TEST(it_answers_busy_for_a_number_of_calls_or_a_time),
        FAULT_TEST(failures_carry_stray_bits_where_it_is_told_to),
        FAULT_TEST(no_more_items_are_open_than_the_limit_whoever_holds_them),
        FAULT_TEST(mail_stays_in_the_outbox_while_it_is_offline_or_nothing_is_delivered),
        FAULT_TEST(copies_are_kept_nowhere_or_where_a_rule_puts_them),
        FAULT_TEST(a_plain_put_of_the_account_changes_nothing),
    };
    int failed;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    CoUninitialize();
    return failed;
}

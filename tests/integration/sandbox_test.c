/* sandbox_test.c - the stand-in for Outlook behaves as Outlook is documented to, seen by a late-bound client: its
 * objects. */
#include "outlook_client.h"

static void the_dispids_are_outlooks_own(void **state)
{
    static const struct
    {
        const WCHAR *name;
        DISPID id;
    } members[] = {
        {L"Subject", 55},
        {L"to", 3588},
        {L"BILLINGINFORMATION", 34101},
        {L"Body", 37120},
        {L"HTMLBody", 62468},
        {L"Recipients", 63508},
        {L"Attachments", 63509},
        {L"EntryID", 61470},
        {L"Save", 61512},
        {L"Send", 61557},
        {L"SendUsingAccount", 64209},
        {L"Parent", 61441},
        {L"NoSuchMember", DISPID_UNKNOWN},
    };
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    for (size_t i = 0; i < ARRAYSIZE(members); i++)
        assert_int_equal(dispid(mail, members[i].name), members[i].id);
    assert_int_equal(invoke_id(mail, 55, DISPATCH_METHOD, NULL, 0, NULL), S_OK);
    assert_int_equal(invoke_id(mail, 12345, DISPATCH_PROPERTYGET, NULL, 0, NULL), DISP_E_MEMBERNOTFOUND);
    assert_int_equal(invoke_id(mail, 61475, DISPATCH_METHOD, NULL, 0, NULL), DISP_E_BADPARAMCOUNT);
    let_go(&mail);
    close_session(&session);
}

static void an_error_leaves_in_outlooks_shape(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    assert_int_equal(call(mail, L"Send"), DISP_E_EXCEPTION);
    assert_int_equal(last_error.wCode, 4096);
    assert_int_equal(last_error.scode, E_FAIL);
    assert_int_equal(wcscmp(last_error.bstrSource, L"Microsoft Outlook"), 0);
    assert_int_equal(wcscmp(last_error.bstrDescription,
                         L"We need to know who to send this to. Make sure you enter at least one name."),
        0);
    let_go(&mail);
    close_session(&session);
}

static void collections_answer_their_default_member_and_for_each(void **state)
{
    struct session session;
    IDispatch *roots, *folder, *inbox;
    VARIANT arg, value;
    IEnumVARIANT *all;
    ULONG count = 0, fetched;

    (void)state;
    open_session(&session);
    roots = object_of(session.space, L"Folders", NULL);
    folder = object_at(session.space, L"Folders", 1);
    arg = text(L"inbox");
    inbox = object_of(folder, L"Folders", &arg);
    assert_text(inbox, L"FolderPath", L"\\\\sandbox\\Inbox");
    arg = number(2);
    assert_int_equal(invoke(session.space, L"Folders", DISPATCH_PROPERTYGET, &arg, 1, &value), DISP_E_EXCEPTION);
    assert_int_equal(last_error.scode, DISP_E_EXCEPTION);
    arg = text(L"nope");
    assert_int_equal(invoke(session.space, L"Folders", DISPATCH_PROPERTYGET, &arg, 1, &value), DISP_E_EXCEPTION);
    assert_int_equal(last_error.scode, (HRESULT)0x8004010F);
    VariantClear(&arg);

    assert_int_equal(invoke_id(roots, DISPID_NEWENUM, DISPATCH_PROPERTYGET, NULL, 0, &value), S_OK);
    assert_int_equal(IUnknown_QueryInterface(V_UNKNOWN(&value), &IID_IEnumVARIANT, (void **)&all), S_OK);
    VariantClear(&value);
    while (IEnumVARIANT_Next(all, 1, &value, &fetched) == S_OK)
    {
        VariantClear(&value);
        count++;
    }
    assert_int_equal(count, 1);
    IEnumVARIANT_Release(all);
    let_go(&inbox);
    let_go(&folder);
    let_go(&roots);
    close_session(&session);
}

static void a_saved_item_stands_in_drafts_and_survives_the_process(void **state)
{
    struct session session;
    IDispatch *mail, *again;
    VARIANT id;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"survivor \x00E4\x0416\x5C71");
    assert_text(mail, L"EntryID", L"");
    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(invoke(mail, L"EntryID", DISPATCH_PROPERTYGET, NULL, 0, &id), S_OK);
    assert_true(SysStringLen(V_BSTR(&id)) > 16);
    let_go(&mail);
    close_session(&session);
    assert_true(sandbox_ends());

    open_session(&session);
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"survivor \x00E4\x0416\x5C71"), 1);
    again = object_of(session.space, L"GetItemFromID", &id);
    assert_text(again, L"Subject", L"survivor \x00E4\x0416\x5C71");
    assert_text(again, L"To", L"a@example.com");
    assert_int_equal(call(again, L"Delete"), S_OK);
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"survivor \x00E4\x0416\x5C71"), 0);
    let_go(&again);
    close_session(&session);
}

static void a_table_finds_a_stamp_with_doubled_quotes(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"it's \"quoted\"");
    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"it''s \"quoted\""), 1);
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"it''s"), 0);
    assert_int_equal(call(mail, L"Delete"), S_OK);
    let_go(&mail);
    close_session(&session);
}

static void a_sent_mail_is_dead_and_becomes_a_message_file(void **state)
{
    struct session session;
    size_t before = count_files(L"sent\\*.eml");
    IDispatch *mail;
    VARIANT value;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com; J\x00FCrgen M\x00FC\x00DFig", L"leaves");
    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(call(mail, L"Send"), S_OK);
    assert_int_equal(invoke(mail, L"Subject", DISPATCH_PROPERTYGET, NULL, 0, &value), DISP_E_EXCEPTION);
    assert_int_equal(last_error.scode, (HRESULT)0x8004010A);
    wait_until_sent(&session, L"leaves");
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"leaves"), 0);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"leaves"), 0);
    assert_int_equal(count_files(L"sent\\*.eml"), before + 1);
    let_go(&mail);
    close_session(&session);
}

static void a_name_that_nobody_knows_stops_the_send(void **state)
{
    static const WCHAR *const lists[] = {L"Nobody Known", L"a@example.com, b@example.com", L"Anna", L"a@@b"};
    struct session session;

    (void)state;
    open_session(&session);
    for (size_t i = 0; i < ARRAYSIZE(lists); i++)
    {
        IDispatch *mail = new_mail(&session, lists[i], L"stopped");

        assert_int_equal(call(mail, L"Send"), DISP_E_EXCEPTION);
        assert_int_equal(last_error.scode, E_FAIL);
        assert_int_equal(wcscmp(last_error.bstrDescription, L"Outlook does not recognize one or more names. "), 0);
        assert_text(mail, L"Subject", L"stopped");
        let_go(&mail);
    }
    close_session(&session);
}

static void the_account_is_taken_by_reference_only(void **state)
{
    struct session session;
    IDispatch *mail, *account, *taken;
    VARIANT arg, value;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"account");
    account = object_at(session.space, L"Accounts", 2);
    arg = reference(account);
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYPUT, &arg, 1, NULL), S_OK);
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYGET, NULL, 0, &value), S_OK);
    assert_null(V_DISPATCH(&value));
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYPUTREF, &arg, 1, NULL), S_OK);
    taken = object_of(mail, L"SendUsingAccount", NULL);
    assert_text(taken, L"SmtpAddress", L"office@example.com");
    let_go(&taken);
    let_go(&account);
    let_go(&mail);
    close_session(&session);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_dispids_are_outlooks_own, end_of_test),
        cmocka_unit_test_teardown(an_error_leaves_in_outlooks_shape, end_of_test),
        cmocka_unit_test_teardown(collections_answer_their_default_member_and_for_each, end_of_test),
        cmocka_unit_test_teardown(a_saved_item_stands_in_drafts_and_survives_the_process, end_of_test),
        cmocka_unit_test_teardown(a_table_finds_a_stamp_with_doubled_quotes, end_of_test),
        cmocka_unit_test_teardown(a_sent_mail_is_dead_and_becomes_a_message_file, end_of_test),
        cmocka_unit_test_teardown(a_name_that_nobody_knows_stops_the_send, end_of_test),
        cmocka_unit_test_teardown(the_account_is_taken_by_reference_only, end_of_test),
    };
    int failed;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    failed = cmocka_run_group_tests(tests, begin_with_empty_folders, NULL);
    CoUninitialize();
    return failed;
}

/* sandbox_mail_test.c - the stand-in for Outlook, seen by a late-bound client: what a mail can carry besides its texts,
 * and how that stands in the message that leaves. */
#include "outlook_client.h"
#include "support.h"

#define PROPTAG L"http://schemas.microsoft.com/mapi/proptag/0x"
#define CONTENT_ID PROPTAG L"3712001F"
#define MIME_TAG PROPTAG L"370E001F"
#define HIDDEN PROPTAG L"7FFE000B"
#define NO_DATE 949998.0

static const HRESULT not_found = (HRESULT)0x8004010F;

static void numbers_are_those_of_their_enumerations(void **state)
{
    static const struct
    {
        const WCHAR *name;
        long value;
        HRESULT hr;
    } cases[] = {
        {L"Importance", 0, S_OK},
        {L"Importance", 2, S_OK},
        {L"Importance", 3, E_INVALIDARG},
        {L"Importance", -1, E_INVALIDARG},
        {L"Sensitivity", 0, S_OK},
        {L"Sensitivity", 3, S_OK},
        {L"Sensitivity", 4, E_INVALIDARG},
        {L"BodyFormat", 2, S_OK},
        {L"BodyFormat", 9, E_INVALIDARG},
    };
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    assert_int_equal(long_of(mail, L"Importance"), 1);
    assert_int_equal(long_of(mail, L"Sensitivity"), 0);
    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
    {
        long before = long_of(mail, cases[i].name);

        assert_int_equal(put(mail, cases[i].name, number(cases[i].value)), cases[i].hr);
        assert_int_equal(long_of(mail, cases[i].name), cases[i].hr == S_OK ? cases[i].value : before);
    }
    assert_int_equal(put(mail, L"Importance", text(L"high")), DISP_E_TYPEMISMATCH);
    assert_int_equal(put(mail, L"ReplyRecipientNames", text(L"x")), DISP_E_MEMBERNOTFOUND);
    assert_int_equal(put(mail, L"SenderName", text(L"x")), DISP_E_MEMBERNOTFOUND);
    let_go(&mail);
    close_session(&session);
}

/* Saves the mail, lets the process end, and opens the mail in the next one. */
static IDispatch *in_the_next_process(struct session *session, IDispatch *mail)
{
    VARIANT id;

    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(invoke(mail, L"EntryID", DISPATCH_PROPERTYGET, NULL, 0, &id), S_OK);
    let_go(&mail);
    close_session(session);
    assert_true(sandbox_ends());
    open_session(session);
    return object_of(session->space, L"GetItemFromID", &id);
}

static void what_was_put_is_there_after_the_process_has_ended(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"kept");
    assert_true(double_of(mail, L"ExpiryTime") == NO_DATE);
    assert_true(double_of(mail, L"DeferredDeliveryTime") == NO_DATE);
    put_text(mail, L"Categories", L"Red; Blue");
    put_text(mail, L"SentOnBehalfOfName", L"Anna Schmidt");
    assert_int_equal(put(mail, L"ReadReceiptRequested", truth(true)), S_OK);
    assert_int_equal(put(mail, L"OriginatorDeliveryReportRequested", truth(true)), S_OK);
    assert_int_equal(put(mail, L"ExpiryTime", date(80000.25)), S_OK);
    assert_int_equal(put(mail, L"DeferredDeliveryTime", date(80000.5)), S_OK);
    mail = in_the_next_process(&session, mail);
    assert_text(mail, L"Categories", L"Red; Blue");
    assert_text(mail, L"SentOnBehalfOfName", L"Anna Schmidt");
    assert_int_equal(long_of(mail, L"ReadReceiptRequested"), VARIANT_TRUE);
    assert_int_equal(long_of(mail, L"OriginatorDeliveryReportRequested"), VARIANT_TRUE);
    assert_true(double_of(mail, L"ExpiryTime") == 80000.25);
    assert_true(double_of(mail, L"DeferredDeliveryTime") == 80000.5);
    assert_int_equal(call(mail, L"Delete"), S_OK);
    let_go(&mail);
    close_session(&session);
}

static void reply_recipients_are_a_collection_of_their_own(void **state)
{
    struct session session;
    IDispatch *mail, *recipients, *replies, *added;
    VARIANT name = text(L"Anna Schmidt");

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"replies");
    recipients = object_of(mail, L"Recipients", NULL);
    replies = object_of(mail, L"ReplyRecipients", NULL);
    added = object_of(replies, L"Add", &name);
    assert_int_equal(long_of(recipients, L"Count"), 1);
    assert_int_equal(long_of(replies, L"Count"), 1);
    assert_int_equal(call(replies, L"ResolveAll"), S_OK);
    assert_text(added, L"Address", L"anna.schmidt@example.com");
    assert_text(mail, L"ReplyRecipientNames", L"Anna Schmidt");
    assert_text(mail, L"To", L"a@example.com");
    let_go(&added);
    let_go(&replies);
    let_go(&recipients);
    let_go(&mail);
    close_session(&session);
}

/* Attachments.Add; count of arguments given, the others are as if they were left out. */
static HRESULT attach(IDispatch *mail, VARIANT arguments[4], UINT count, IDispatch **attachment)
{
    IDispatch *attachments = object_of(mail, L"Attachments", NULL);
    VARIANT result;
    HRESULT hr = invoke(attachments, L"Add", DISPATCH_METHOD, arguments, count, &result);

    for (UINT i = 0; i < count; i++)
        VariantClear(&arguments[i]);
    *attachment = SUCCEEDED(hr) ? V_DISPATCH(&result) : NULL;
    let_go(&attachments);
    return code_of(hr);
}

static IDispatch *attach_file(IDispatch *mail, const WCHAR *leaf, const char *content)
{
    VARIANT arguments[4] = {text(ob_write_file(ob_file_path(leaf), content, strlen(content)))};
    IDispatch *attachment;

    assert_int_equal(attach(mail, arguments, 1, &attachment), S_OK);
    return attachment;
}

static void an_attachment_has_its_files_name_and_a_display_name(void **state)
{
    struct session session;
    IDispatch *mail, *attachment, *second;
    const WCHAR *path = ob_write_file(ob_file_path(L"report.txt"), "12345", 5);
    VARIANT whole[4] = {text(path), number(1), number(1), text(L"The report")};
    VARIANT named[4] = {text(path), missing(), missing(), text(L"Named")};
    VARIANT nowhere[4] = {text(L"C:\\no\\such\\file.txt")}, link[4] = {text(path), number(4)};

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"attached");
    assert_int_equal(attach(mail, whole, 4, &attachment), S_OK);
    assert_text(attachment, L"FileName", L"report.txt");
    assert_text(attachment, L"DisplayName", L"The report");
    assert_int_equal(long_of(attachment, L"Index"), 1);
    assert_int_equal(long_of(attachment, L"Size"), 5);
    assert_int_equal(long_of(attachment, L"Type"), 6);
    put_text(attachment, L"DisplayName", L"Another name");
    assert_text(attachment, L"DisplayName", L"Another name");
    assert_text(attachment, L"FileName", L"report.txt");
    assert_int_equal(put(attachment, L"FileName", text(L"x")), DISP_E_MEMBERNOTFOUND);
    assert_int_equal(attach(mail, named, 4, &second), S_OK);
    assert_text(second, L"DisplayName", L"Named");
    assert_int_equal(long_of(second, L"Index"), 2);
    let_go(&second);
    assert_int_equal(attach(mail, nowhere, 1, &second), (HRESULT)0x80070002);
    assert_int_equal(attach(mail, link, 2, &second), E_INVALIDARG);
    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(long_of(attachment, L"Type"), 1);
    assert_int_equal(call(mail, L"Delete"), S_OK);
    let_go(&attachment);
    let_go(&mail);
    close_session(&session);
}

static HRESULT set_property(IDispatch *owner, const WCHAR *name, VARIANT value)
{
    IDispatch *accessor = object_of(owner, L"PropertyAccessor", NULL);
    VARIANT arguments[2] = {text(name), value};
    HRESULT hr = invoke(accessor, L"SetProperty", DISPATCH_METHOD, arguments, 2, NULL);

    VariantClear(&arguments[0]);
    VariantClear(&arguments[1]);
    let_go(&accessor);
    return code_of(hr);
}

/* The caller clears *value. */
static HRESULT get_property(IDispatch *owner, const WCHAR *name, VARIANT *value)
{
    IDispatch *accessor = object_of(owner, L"PropertyAccessor", NULL);
    VARIANT argument = text(name);
    HRESULT hr = invoke(accessor, L"GetProperty", DISPATCH_METHOD, &argument, 1, value);

    VariantClear(&argument);
    let_go(&accessor);
    return code_of(hr);
}

static void assert_property(IDispatch *owner, const WCHAR *name, const WCHAR *expected)
{
    VARIANT value;

    assert_int_equal(get_property(owner, name, &value), S_OK);
    assert_int_equal(V_VT(&value), VT_BSTR);
    if (wcscmp(V_BSTR(&value), expected)) fail_msg("%ls is \"%ls\", not \"%ls\"", name, V_BSTR(&value), expected);
    VariantClear(&value);
}

static void an_unknown_property_is_not_found_by_its_name(void **state)
{
    static const struct
    {
        const WCHAR *name;
        HRESULT hr;
    } cases[] = {
        {PROPTAG L"1035001F", not_found},
        {PROPTAG L"00710102", not_found},
        {L"http://schemas.microsoft.com/mapi/string/{00020386-0000-0000-C000-000000000046}/x-none", not_found},
        {PROPTAG L"1035", E_INVALIDARG},
        {PROPTAG L"10351234", E_INVALIDARG},
        {L"Subject", E_INVALIDARG},
        {L"", E_INVALIDARG},
    };
    struct session session;
    IDispatch *mail;
    VARIANT value;

    (void)state;
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
        assert_int_equal(get_property(mail, cases[i].name, &value), cases[i].hr);
    assert_int_equal(get_property(mail, cases[0].name, &value), not_found);
    assert_int_equal(last_error.wCode, 4096);
    assert_int_equal(
        wcscmp(last_error.bstrDescription, L"The property \"" PROPTAG L"1035001F\" is unknown or cannot be found."), 0);
    let_go(&mail);
    close_session(&session);
}

static void properties_are_kept_with_their_types(void **state)
{
    static const WCHAR named[] =
        L"http://schemas.microsoft.com/mapi/string/{00020386-0000-0000-C000-000000000046}/x-order";
    struct session session;
    IDispatch *mail, *attachments, *attachment;
    VARIANT value;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"properties");
    attachment = attach_file(mail, L"image.png", "png");
    assert_int_equal(set_property(attachment, PROPTAG L"3712001E", text(L"cid\x00E4@x")), S_OK);
    assert_int_equal(set_property(attachment, HIDDEN, truth(true)), S_OK);
    assert_int_equal(set_property(attachment, HIDDEN, text(L"yes")), DISP_E_TYPEMISMATCH);
    assert_int_equal(set_property(attachment, CONTENT_ID, number(1)), DISP_E_TYPEMISMATCH);
    assert_int_equal(set_property(attachment, PROPTAG L"0E200003", number(1)), (HRESULT)0x8004011A);
    assert_int_equal(set_property(attachment, PROPTAG L"3707001F", text(L"renamed.png")), S_OK);
    assert_text(attachment, L"FileName", L"renamed.png");
    assert_int_equal(set_property(mail, named, text(L"4711")), S_OK);
    assert_int_equal(set_property(mail, PROPTAG L"00170003", number(7)), E_INVALIDARG);
    assert_property(mail, PROPTAG L"0037001E", L"properties");
    let_go(&attachment);
    mail = in_the_next_process(&session, mail);
    attachments = object_of(mail, L"Attachments", NULL);
    attachment = object_at(attachments, L"Item", 1);
    assert_property(attachment, CONTENT_ID, L"cid\x00E4@x");
    assert_property(mail, named, L"4711");
    assert_int_equal(get_property(attachment, HIDDEN, &value), S_OK);
    assert_int_equal(V_VT(&value), VT_BOOL);
    assert_int_equal(V_BOOL(&value), VARIANT_TRUE);
    assert_int_equal(call(mail, L"Delete"), S_OK);
    let_go(&attachment);
    let_go(&attachments);
    let_go(&mail);
    close_session(&session);
}

static IDispatch *full_mail(struct session *session)
{
    IDispatch *mail = new_mail(session, L"a@example.com", L"full"), *replies, *added;
    VARIANT name = text(L"Anna Schmidt");

    put_text(mail, L"HTMLBody", L"<p>See <img src=\"cid:chart\"></p>");
    put_text(mail, L"Categories", L"Red, Blue");
    put_text(mail, L"SentOnBehalfOfName", L"J\x00FCrgen M\x00FC\x00DFig");
    assert_int_equal(put(mail, L"Importance", number(2)), S_OK);
    assert_int_equal(put(mail, L"Sensitivity", number(2)), S_OK);
    assert_int_equal(put(mail, L"ReadReceiptRequested", truth(true)), S_OK);
    assert_int_equal(put(mail, L"OriginatorDeliveryReportRequested", truth(true)), S_OK);
    assert_int_equal(put(mail, L"ExpiryTime", date(54789.5)), S_OK);
    replies = object_of(mail, L"ReplyRecipients", NULL);
    added = object_of(replies, L"Add", &name);
    let_go(&added);
    let_go(&replies);
    return mail;
}

static void assert_attachment(const struct ob_attachment *attachment, const struct ob_attachment *expected)
{
    ob_assert_text(attachment->name, expected->name);
    ob_assert_text(attachment->content_id, expected->content_id);
    ob_assert_text(attachment->disposition, expected->disposition);
    ob_assert_text(attachment->type, expected->type);
    ob_assert_text(attachment->display_name, expected->display_name);
    assert_int_equal(attachment->size, expected->size);
}

static void what_a_mail_carries_stands_in_its_message(void **state)
{
    static const struct ob_attachment expected[] = {
        {L"chart.bin", L"chart", L"inline", L"image/png", L"chart.bin", 5, ""},
        {L"list.txt", L"", L"attachment", L"text/plain", L"The list", 4, ""},
    };
    struct session session;
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived;
    IDispatch *mail, *attachment;

    (void)state;
    open_session(&session);
    mail = full_mail(&session);
    attachment = attach_file(mail, L"list.txt", "list");
    put_text(attachment, L"DisplayName", L"The list");
    let_go(&attachment);
    attachment = attach_file(mail, L"chart.bin", "chart");
    assert_int_equal(set_property(attachment, CONTENT_ID, text(L"chart")), S_OK);
    assert_int_equal(set_property(attachment, MIME_TAG, text(L"image/png")), S_OK);
    let_go(&attachment);
    assert_int_equal(call(mail, L"Send"), S_OK);
    wait_until_sent(&session, L"full");
    ob_read_mails(&arrivals);
    arrived = ob_mail_with(&arrivals, L"full");
    ob_assert_text(arrived->from, L"J\x00FCrgen M\x00FC\x00DFig <juergen.muessig@example.com>");
    ob_assert_text(arrived->sender, L"Sandbox User <sandbox@example.com>");
    ob_assert_text(arrived->reply_to, L"Anna Schmidt <anna.schmidt@example.com>");
    ob_assert_text(arrived->importance, L"high");
    ob_assert_text(arrived->priority, L"1 (Highest)");
    ob_assert_text(arrived->sensitivity, L"Private");
    ob_assert_text(arrived->keywords, L"Red, Blue");
    ob_assert_text(arrived->receipt_to, L"sandbox@example.com");
    ob_assert_text(arrived->report_to, L"sandbox@example.com");
    assert_non_null(wcsstr(arrived->expires, L"01 Jan 2050 12:00:00"));
    assert_non_null(wcsstr(arrived->html, L"cid:chart"));
    assert_int_equal(arrived->attachment_count, ARRAYSIZE(expected));
    for (size_t i = 0; i < ARRAYSIZE(expected); i++)
        assert_attachment(&arrived->attachments[i], &expected[i]);
    ob_free_mails(&arrivals);
    let_go(&mail);
    close_session(&session);
}

static void assert_no_special_headers(const struct ob_arrived *mail)
{
    const WCHAR *const headers[] = {mail->sender, mail->reply_to, mail->importance, mail->priority, mail->sensitivity,
        mail->keywords, mail->receipt_to, mail->report_to, mail->expires};

    for (size_t i = 0; i < ARRAYSIZE(headers); i++)
        ob_assert_text(headers[i], L"");
}

static void a_plain_mail_has_none_of_it(void **state)
{
    static const struct ob_attachment expected = {L"i.png", L"unseen", L"attachment", L"image/png", L"i.png", 1, ""};
    struct session session;
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived;
    IDispatch *mail, *attachment;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"plain");
    attachment = attach_file(mail, L"i.png", "i");
    assert_int_equal(set_property(attachment, CONTENT_ID, text(L"unseen")), S_OK);
    let_go(&attachment);
    assert_int_equal(call(mail, L"Send"), S_OK);
    wait_until_sent(&session, L"plain");
    ob_read_mails(&arrivals);
    arrived = ob_mail_with(&arrivals, L"plain");
    ob_assert_text(arrived->from, L"Sandbox User <sandbox@example.com>");
    assert_no_special_headers(arrived);
    assert_int_equal(arrived->attachment_count, 1);
    assert_attachment(&arrived->attachments[0], &expected);
    ob_free_mails(&arrivals);
    let_go(&mail);
    close_session(&session);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(numbers_are_those_of_their_enumerations, end_of_test),
        cmocka_unit_test_teardown(what_was_put_is_there_after_the_process_has_ended, end_of_test),
        cmocka_unit_test_teardown(reply_recipients_are_a_collection_of_their_own, end_of_test),
        cmocka_unit_test_teardown(an_attachment_has_its_files_name_and_a_display_name, end_of_test),
        cmocka_unit_test_teardown(an_unknown_property_is_not_found_by_its_name, end_of_test),
        cmocka_unit_test_teardown(properties_are_kept_with_their_types, end_of_test),
        cmocka_unit_test_teardown(what_a_mail_carries_stands_in_its_message, end_of_test),
        cmocka_unit_test_teardown(a_plain_mail_has_none_of_it, end_of_test),
    };
    int failed;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    failed = cmocka_run_group_tests(tests, begin_with_empty_folders, NULL);
    CoUninitialize();
    return failed;
}

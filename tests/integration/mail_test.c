/* mail_test.c - what a client puts into a mail is what arrives: every member of IObMail, in the message that the
 * recipient gets; and what a mail is while it is filled in. */
#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* --- filling in */

static IObMail *new_mail(const WCHAR *subject)
{
    VARIANT text = ob_text(subject), to = ob_text(L"a@example.com");
    struct ob_answer answer;
    IObMail *mail;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_invoke(mail, L"To", DISPATCH_PROPERTYPUT, &to, 1, &answer);
    ob_assert_ok(answer.code);
    ob_answer_clear(&answer);
    ob_invoke(mail, L"Subject", DISPATCH_PROPERTYPUT, &text, 1, &answer);
    ob_assert_ok(answer.code);
    ob_answer_clear(&answer);
    VariantClear(&text);
    VariantClear(&to);
    return mail;
}

static void put(IObMail *mail, const WCHAR *member, VARIANT value)
{
    struct ob_answer answer;

    ob_invoke(mail, member, DISPATCH_PROPERTYPUT, &value, 1, &answer);
    ob_require(answer.code == S_OK, "%s: 0x%08lX %s", ob_utf8(member), answer.code, ob_utf8(answer.text));
    ob_answer_clear(&answer);
    VariantClear(&value);
}

static void put_text(IObMail *mail, const WCHAR *member, const WCHAR *text)
{
    put(mail, member, ob_text(text));
}

static VARIANT date_of(DATE date)
{
    VARIANT value;

    V_VT(&value) = VT_DATE;
    V_DATE(&value) = date;
    return value;
}

static VARIANT truth(BOOL is)
{
    VARIANT value;

    V_VT(&value) = VT_BOOL;
    V_BOOL(&value) = is ? VARIANT_TRUE : VARIANT_FALSE;
    return value;
}

/* The local time in seconds from now, as scripts have it. */
static DATE local_in(int seconds)
{
    SYSTEMTIME now;
    DATE date;

    GetLocalTime(&now);
    now.wMilliseconds = 0;
    SystemTimeToVariantTime(&now, &date);
    return date + seconds / 86400.0;
}

static void call(IObMail *mail, const WCHAR *member, VARIANT *arguments, unsigned count)
{
    struct ob_answer answer;

    ob_invoke(mail, member, DISPATCH_METHOD, arguments, count, &answer);
    ob_require(answer.code == S_OK, "%s: 0x%08lX %s", ob_utf8(member), answer.code, ob_utf8(answer.text));
    ob_answer_clear(&answer);
    for (unsigned i = 0; i < count; i++)
        VariantClear(&arguments[i]);
}

static IObJob *send_mail(IObMail *mail, const WCHAR *key)
{
    BSTR text = SysAllocString(key);
    IObJob *job;

    ob_assert_ok(IObMail_Send(mail, text, &job));
    SysFreeString(text);
    return job;
}

static void send_and_release(IObMail *mail)
{
    IObJob *job = send_mail(mail, L"");

    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    IObMail_Release(mail);
}

/* What arrived under this subject; borrowed from arrivals. */
static const struct ob_arrived *arrived_as(const WCHAR *subject, struct ob_arrivals *arrivals)
{
    ob_read_mails(arrivals);
    return ob_mail_with(arrivals, subject);
}

static const struct ob_attachment *attachment_named(const struct ob_arrived *mail, const WCHAR *name)
{
    for (unsigned i = 0; i < mail->attachment_count; i++)
        if (!wcscmp(mail->attachments[i].name, name)) return &mail->attachments[i];
    ob_fail(__FILE__, __LINE__, "no attachment %s among %u", ob_utf8(name), mail->attachment_count);
    return NULL;
}

static void expect_bytes(const struct ob_attachment *attachment, const void *bytes, size_t size)
{
    char sha256[65];

    ob_sha256(bytes, size, sha256);
    assert_int_equal(attachment->size, size);
    assert_string_equal(attachment->sha256, sha256);
}

/* --- what arrives */

static void the_texts_arrive(void **state)
{
    IObMail *mail = new_mail(L"texts \u00e4\u05d0");
    struct ob_arrivals arrivals;
    const struct ob_arrived *got;

    (void)state;
    put_text(mail, L"To", L"a@example.com; Jane Doe <j@example.com>");
    put_text(mail, L"CC", L"c@example.com");
    put_text(mail, L"BCC", L"b@example.com");
    put_text(mail, L"Body", L"line one\r\nline \u65e5\u672c");
    send_and_release(mail);
    got = arrived_as(L"texts \u00e4\u05d0", &arrivals);
    ob_assert_text(got->to, L"a@example.com, Jane Doe <j@example.com>");
    ob_assert_text(got->cc, L"c@example.com");
    ob_assert_text(got->bcc, L"b@example.com");
    ob_assert_text(got->body, L"line one\nline \u65e5\u672c");
    ob_free_mails(&arrivals);
}

static void the_headers_arrive(void **state)
{
    IObMail *mail = new_mail(L"headers");
    struct ob_arrivals arrivals;
    const struct ob_arrived *got;

    (void)state;
    put(mail, L"Importance", ob_long(2));
    put(mail, L"Sensitivity", ob_long(3));
    put_text(mail, L"Categories", L"Red, Blue");
    put(mail, L"ReadReceiptRequested", truth(TRUE));
    put(mail, L"ExpiryTime", date_of(46400.5)); /* 2027-01-13 12:00 */
    put_text(mail, L"ReplyTo", L"r@example.com; s@example.com");
    put_text(mail, L"SentOnBehalfOfName", L"boss@example.com");
    send_and_release(mail);
    got = arrived_as(L"headers", &arrivals);
    ob_assert_text(got->importance, L"high");
    ob_assert_text(got->sensitivity, L"Company-Confidential");
    ob_assert_text(got->keywords, L"Red, Blue");
    ob_require(got->receipt_to[0] != 0, "no receipt is asked for");
    ob_require(wcsstr(got->expires, L"Jan 2027") != NULL, "expires: %s", ob_utf8(got->expires));
    ob_assert_text(got->reply_to, L"r@example.com, s@example.com");
    ob_require(wcsstr(got->from, L"boss@example.com") != NULL, "from: %s", ob_utf8(got->from));
    ob_require(wcsstr(got->sender, L"sandbox@example.com") != NULL, "sender: %s", ob_utf8(got->sender));
    ob_free_mails(&arrivals);
}

static void what_was_not_set_leaves_no_trace(void **state)
{
    struct ob_arrivals arrivals;
    const struct ob_arrived *got;

    (void)state;
    send_and_release(new_mail(L"bare"));
    got = arrived_as(L"bare", &arrivals);
    ob_assert_text(got->importance, L"");
    ob_assert_text(got->sensitivity, L"");
    ob_assert_text(got->keywords, L"");
    ob_assert_text(got->receipt_to, L"");
    ob_assert_text(got->expires, L"");
    ob_assert_text(got->reply_to, L"");
    ob_assert_text(got->sender, L"");
    assert_int_equal(got->attachment_count, 0);
    ob_free_mails(&arrivals);
}

static void low_and_private_arrive_too(void **state)
{
    IObMail *mail = new_mail(L"low");
    struct ob_arrivals arrivals;
    const struct ob_arrived *got;

    (void)state;
    put(mail, L"Importance", ob_long(0));
    put(mail, L"Sensitivity", ob_long(2));
    send_and_release(mail);
    got = arrived_as(L"low", &arrivals);
    ob_assert_text(got->importance, L"low");
    ob_assert_text(got->sensitivity, L"Private");
    ob_free_mails(&arrivals);
}

static void files_arrive_although_they_are_gone_at_send(void **state)
{
    IObMail *mail = new_mail(L"files");
    const WCHAR *path = ob_write_file(ob_file_path(L"r06.txt"), "June", 4);
    VARIANT plain[] = {ob_text(path)};
    VARIANT named[] = {ob_text(path), ob_text(L"Report: June")};
    struct ob_arrivals arrivals;
    const struct ob_arrived *got;

    (void)state;
    call(mail, L"Attach", plain, 1);
    call(mail, L"Attach", named, 2);
    assert_true(DeleteFileW(ob_file_path(L"r06.txt")));
    send_and_release(mail);
    got = arrived_as(L"files", &arrivals);
    assert_int_equal(got->attachment_count, 2);
    expect_bytes(attachment_named(got, L"r06.txt"), "June", 4);
    expect_bytes(attachment_named(got, L"Report_ June.txt"), "June", 4);
    ob_free_mails(&arrivals);
}

static void bytes_arrive_from_an_array_and_from_base64(void **state)
{
    static const BYTE all[] = {0, 1, 2, 253, 254, 255};
    IObMail *mail = new_mail(L"bytes");
    SAFEARRAYBOUND bound = {sizeof(all), 1};
    VARIANT array[2] = {ob_text(L"array.bin")}, text[] = {ob_text(L"text.bin"), ob_text(L"AAEC/f7/")};
    struct ob_arrivals arrivals;
    const struct ob_arrived *got;

    (void)state;
    V_VT(&array[1]) = VT_ARRAY | VT_UI1;
    V_ARRAY(&array[1]) = SafeArrayCreate(VT_UI1, 1, &bound);
    memcpy(V_ARRAY(&array[1])->pvData, all, sizeof(all));
    call(mail, L"AttachData", array, 2);
    call(mail, L"AttachData", text, 2);
    send_and_release(mail);
    got = arrived_as(L"bytes", &arrivals);
    assert_int_equal(got->attachment_count, 2);
    expect_bytes(attachment_named(got, L"array.bin"), all, sizeof(all));
    expect_bytes(attachment_named(got, L"text.bin"), all, sizeof(all));
    ob_free_mails(&arrivals);
}

static void an_image_of_the_html_text_is_inline_under_its_content_id(void **state)
{
    IObMail *mail = new_mail(L"inline");
    VARIANT image[] = {ob_text(L"logo.png"), ob_text(L"iVBORw0K"), ob_text(L"logo@broker")};
    const WCHAR *path = ob_write_file(ob_file_path(L"photo.jpg"), "JPG", 3);
    VARIANT file[] = {ob_text(path), ob_text(L""), ob_text(L"photo")};
    struct ob_arrivals arrivals;
    const struct ob_arrived *got;

    (void)state;
    put_text(mail, L"HTMLBody", L"<p><img src=\"cid:logo@broker\"><img src=\"cid:photo\"></p>");
    call(mail, L"AttachData", image, 3);
    call(mail, L"Attach", file, 3);
    send_and_release(mail);
    got = arrived_as(L"inline", &arrivals);
    ob_require(wcsstr(got->html, L"cid:logo@broker") != NULL, "html: %s", ob_utf8(got->html));
    ob_assert_text(attachment_named(got, L"logo.png")->content_id, L"logo@broker");
    ob_assert_text(attachment_named(got, L"logo.png")->disposition, L"inline");
    ob_assert_text(attachment_named(got, L"photo.jpg")->content_id, L"photo");
    ob_free_mails(&arrivals);
}

/* --- the account */

static void a_mail_leaves_from_the_account_that_was_named(void **state)
{
    static const char accounts[] = "Main\tsandbox@example.com\nOrders\torders@example.com\n";
    struct ob_arrivals arrivals;
    IObMail *mail;

    (void)state;
    ob_write_file(ob_sandbox_path(L"accounts.txt"), accounts, sizeof(accounts) - 1);
    mail = new_mail(L"from orders");
    put_text(mail, L"Account", L"Orders");
    send_and_release(mail);
    mail = new_mail(L"from main");
    send_and_release(mail);
    ob_read_mails(&arrivals);
    ob_require(wcsstr(ob_mail_with(&arrivals, L"from orders")->from, L"orders@example.com") != NULL, "from: %s",
        ob_utf8(ob_mail_with(&arrivals, L"from orders")->from));
    ob_require(wcsstr(ob_mail_with(&arrivals, L"from main")->from, L"sandbox@example.com") != NULL, "from: %s",
        ob_utf8(ob_mail_with(&arrivals, L"from main")->from));
    ob_free_mails(&arrivals);
}

/* The job fails, and by this text. */
static void expect_wrong_account(IObMail *mail, const WCHAR *begins)
{
    IObJob *job = send_mail(mail, L"");
    BSTR text;

    ob_expect_state(job, obJobFailed);
    ob_wait_for_error(job, OB_E_WRONG_ACCOUNT);
    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_require(!wcsncmp(text, begins, wcslen(begins)), "%s", ob_utf8(text));
    SysFreeString(text);
    IObJob_Release(job);
}

/* Or Outlook says that it took the account, and would send from another. */
static void an_account_that_is_none_or_not_taken_fails_the_job(void **state)
{
    IObMail *mail = new_mail(L"no account");
    struct ob_answer answer;

    (void)state;
    ob_control("account-ignored = on\n");
    put_text(mail, L"Account", L"Orders");
    expect_wrong_account(mail,
        L"Outlook did not take the account \"Orders\" for the mail, which would have gone out from"
        L" another. Checked: SendUsingAccount after it was set; it names no account.");
    ob_control("");
    put_text(mail, L"Account", L"Nobody");
    expect_wrong_account(mail, L"The mail cannot be sent from the account \"Nobody\".");
    ob_invoke(mail, L"Save", DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_hr(answer.code, (HRESULT)OB_E_WRONG_ACCOUNT);
    ob_answer_clear(&answer);
    IObMail_Release(mail);
}

/* --- when */

static void a_deferred_mail_waits_in_the_broker_and_can_be_cancelled(void **state)
{
    IObMail *mail = new_mail(L"deferred");
    DATE later = local_in(3600);
    struct ob_answer answer;
    ObJobState job_state;
    VARIANT when;
    IObJob *job;

    (void)state;
    put(mail, L"DeferredDeliveryTime", date_of(later));
    when = ob_get(mail, L"DeferredDeliveryTime");
    assert_int_equal(V_VT(&when), VT_DATE);
    job = send_mail(mail, L"");
    ob_assert_ok(IObJob_get_State(job, &job_state));
    assert_int_equal(job_state, obJobQueued);
    when = ob_get(job, L"NextAttemptAt");
    assert_int_equal(V_VT(&when), VT_DATE);
    ob_require(V_DATE(&when) - later < 2 / 86400.0 && later - V_DATE(&when) < 2 / 86400.0, "another time");
    ob_invoke(job, L"Cancel", DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_ok(answer.code);
    ob_answer_clear(&answer);
    ob_expect_state(job, obJobCancelled);
    IObJob_Release(job);
    IObMail_Release(mail);
}

static void a_deferred_mail_goes_by_itself_when_its_time_has_come(void **state)
{
    IObMail *mail = new_mail(L"soon");

    (void)state;
    put(mail, L"DeferredDeliveryTime", date_of(local_in(2)));
    send_and_release(mail);
}

static void a_time_that_has_passed_holds_nothing_back(void **state)
{
    IObMail *mail = new_mail(L"past");

    (void)state;
    put(mail, L"DeferredDeliveryTime", date_of(local_in(-86400)));
    send_and_release(mail);
}

/* --- the object */

static void a_mail_stays_as_it_is_and_may_be_sent_again(void **state)
{
    IObMail *mail = new_mail(L"again");
    VARIANT bytes[] = {ob_text(L"a.bin"), ob_text(L"AAEC")};
    struct ob_arrivals arrivals;
    BSTR id[2];

    (void)state;
    call(mail, L"AttachData", bytes, 2);
    for (unsigned i = 0; i < 2; i++)
    {
        IObJob *job = send_mail(mail, L"");

        ob_expect_state(job, obJobSent);
        ob_assert_ok(IObJob_get_Id(job, &id[i]));
        IObJob_Release(job);
        put_text(mail, L"Subject", L"again, changed");
    }
    assert_int_not_equal(wcscmp(id[0], id[1]), 0);
    SysFreeString(id[0]);
    SysFreeString(id[1]);
    ob_read_mails(&arrivals);
    expect_bytes(attachment_named(ob_mail_with(&arrivals, L"again"), L"a.bin"), "\0\1\2", 3);
    expect_bytes(attachment_named(ob_mail_with(&arrivals, L"again, changed"), L"a.bin"), "\0\1\2", 3);
    ob_free_mails(&arrivals);
    IObMail_Release(mail);
}

/* While the first ones are being sent, the last ones are being made. */
static void a_mail_with_attachments_may_be_sent_a_hundred_times_over(void **state)
{
    enum
    {
        times = 200,
        files = 4,
        size = 20 * 1024
    };
    IObMail *mail = new_mail(L"a serial letter");
    IObJob *jobs[times];
    struct ob_arrivals arrivals;
    unsigned arrived = 0;
    char *bytes = malloc(size);

    (void)state;
    for (unsigned i = 0; i < files; i++)
    {
        WCHAR leaf[] = L"part 0.bin";
        VARIANT path;

        leaf[5] = (WCHAR)(L'0' + i);
        for (unsigned at = 0; at < size; at++)
            bytes[at] = (char)(at * 7 + at / 251 + i);
        path = ob_text(ob_write_file(ob_file_path(leaf), bytes, size));
        call(mail, L"Attach", &path, 1);
    }
    for (unsigned i = 0; i < times; i++)
        jobs[i] = send_mail(mail, L"");
    for (unsigned i = 0; i < times; i++)
    {
        ob_expect_state(jobs[i], obJobSent);
        IObJob_Release(jobs[i]);
    }
    IObMail_Release(mail);
    ob_read_mails(&arrivals);
    for (unsigned i = 0; i < arrivals.count; i++)
    {
        if (wcscmp(arrivals.mails[i].subject, L"a serial letter")) continue;
        assert_int_equal(arrivals.mails[i].attachment_count, files);
        arrived++;
        for (unsigned file = 0; file < files; file++)
        {
            WCHAR leaf[] = L"part 0.bin";

            leaf[5] = (WCHAR)(L'0' + file);
            for (unsigned at = 0; at < size; at++)
                bytes[at] = (char)(at * 7 + at / 251 + file);
            expect_bytes(attachment_named(&arrivals.mails[i], leaf), bytes, size);
        }
    }
    assert_int_equal(arrived, times);
    ob_free_mails(&arrivals);
    free(bytes);
}

static void a_key_is_one_job_however_often_the_mail_is_sent(void **state)
{
    IObMail *mail = new_mail(L"keyed");
    VARIANT bytes[] = {ob_text(L"a.bin"), ob_text(L"AAEC")}, other[] = {ob_text(L"b.bin"), ob_text(L"AAEC")};
    IObJob *first, *second;
    BSTR id[2], key;
    IObJob *none;

    (void)state;
    call(mail, L"AttachData", bytes, 2);
    first = send_mail(mail, L"key 1");
    second = send_mail(mail, L"key 1");
    ob_assert_ok(IObJob_get_Id(first, &id[0]));
    ob_assert_ok(IObJob_get_Id(second, &id[1]));
    ob_assert_text(id[1], id[0]);
    SysFreeString(id[0]);
    SysFreeString(id[1]);
    ob_expect_state(first, obJobSent);
    call(mail, L"AttachData", other, 2);
    key = SysAllocString(L"key 1");
    ob_assert_hr(IObMail_Send(mail, key, &none), (HRESULT)OB_E_KEY_REUSED);
    SysFreeString(key);
    IObJob_Release(first);
    IObJob_Release(second);
    IObMail_Release(mail);
}

static void every_property_reads_back_as_it_was_put(void **state)
{
    static const WCHAR *const texts[] = {L"To", L"CC", L"BCC", L"Subject", L"Body", L"HTMLBody", L"Categories",
        L"ReplyTo", L"SentOnBehalfOfName", L"Account"};
    IObMail *mail = new_mail(L"read back");
    VARIANT value;

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(texts); i++)
    {
        put_text(mail, texts[i], L"x \U0001f469");
        value = ob_get(mail, texts[i]);
        ob_assert_text(V_BSTR(&value), L"x \U0001f469");
        VariantClear(&value);
    }
    value = ob_get(mail, L"Importance");
    assert_int_equal(V_I4(&value), 1);
    value = ob_get(mail, L"Sensitivity");
    assert_int_equal(V_I4(&value), 0);
    value = ob_get(mail, L"ReadReceiptRequested");
    assert_int_equal(V_BOOL(&value), VARIANT_FALSE);
    value = ob_get(mail, L"DeferredDeliveryTime");
    assert_int_equal(V_VT(&value), VT_EMPTY);
    put(mail, L"ExpiryTime", date_of(46400.5));
    value = ob_get(mail, L"ExpiryTime");
    assert_true(V_VT(&value) == VT_DATE && V_DATE(&value) == 46400.5);
    put(mail, L"ExpiryTime", date_of(949998.0));
    value = ob_get(mail, L"ExpiryTime");
    assert_int_equal(V_VT(&value), VT_EMPTY);
    IObMail_Release(mail);
}

static void save_leaves_a_draft_and_sends_nothing(void **state)
{
    unsigned drafts = ob_count_files(ob_sandbox_path(L"Drafts\\*"));
    unsigned delivered = ob_count_delivered();
    IObMail *mail = new_mail(L"a draft");
    BSTR entry_id;

    (void)state;
    put_text(mail, L"To", L"");
    ob_assert_ok(IObMail_Save(mail, &entry_id));
    ob_require(SysStringLen(entry_id) > 20, "EntryID %s", ob_utf8(entry_id));
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*")), drafts + 1);
    assert_int_equal(ob_count_delivered(), delivered);
    SysFreeString(entry_id);
    IObMail_Release(mail);
}

static void a_mail_that_is_let_go_leaves_no_files_in_the_spool(void **state)
{
    IObMail *mail = new_mail(L"let go");
    VARIANT bytes[] = {ob_text(L"a.bin"), ob_text(L"AAEC")};
    unsigned before = ob_count_files(ob_data_path(L"spool\\*"));

    (void)state;
    call(mail, L"AttachData", bytes, 2);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), before + 1);
    IObMail_Release(mail);
    assert_int_equal(ob_wait_for_files(ob_data_path(L"spool"), L"*", before, OB_LONG_MS), before);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_leaves_from_the_account_that_was_named),
        cmocka_unit_test(an_account_that_is_none_or_not_taken_fails_the_job),
        cmocka_unit_test(the_texts_arrive),
        cmocka_unit_test(the_headers_arrive),
        cmocka_unit_test(what_was_not_set_leaves_no_trace),
        cmocka_unit_test(low_and_private_arrive_too),
        cmocka_unit_test(files_arrive_although_they_are_gone_at_send),
        cmocka_unit_test(bytes_arrive_from_an_array_and_from_base64),
        cmocka_unit_test(an_image_of_the_html_text_is_inline_under_its_content_id),
        cmocka_unit_test(a_deferred_mail_waits_in_the_broker_and_can_be_cancelled),
        cmocka_unit_test(a_deferred_mail_goes_by_itself_when_its_time_has_come),
        cmocka_unit_test(a_time_that_has_passed_holds_nothing_back),
        cmocka_unit_test(a_mail_stays_as_it_is_and_may_be_sent_again),
        cmocka_unit_test(a_mail_with_attachments_may_be_sent_a_hundred_times_over),
        cmocka_unit_test(a_key_is_one_job_however_often_the_mail_is_sent),
        cmocka_unit_test(every_property_reads_back_as_it_was_put),
        cmocka_unit_test(save_leaves_a_draft_and_sends_nothing),
        cmocka_unit_test(a_mail_that_is_let_go_leaves_no_files_in_the_spool),
    };

    return cmocka_run_group_tests_name("mail", tests, ob_begin_session, ob_end_session);
}

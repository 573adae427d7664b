/* mail_input_test.c - bad input of IObMail, Logon and the lists of jobs gets a clear error, and nothing is half done.
 * As bad_input_test.c, of whose file of expected texts it takes what is not the same for many members.
 * Attachments are mail_attach_input_test.c's. */
#include "mail_input.h"
#include <stdio.h>
#include <wchar.h>

static const struct kind
{
    VARIANT (*make)(void);
    const WCHAR *words;
} kinds[] = {
    {input_null, L"Null"},
    {input_nothing, L"Nothing"},
    {input_number, L"a number"},
    {input_truth, L"True or False"},
    {input_date, L"a date"},
    {input_text, L"a text"},
    {input_texts, L"an array"},
};

/* --- properties */

static const WCHAR *const text_properties[] = {L"To", L"CC", L"BCC", L"Subject", L"Body", L"HTMLBody", L"Categories",
    L"ReplyTo", L"SentOnBehalfOfName", L"Account"};

static void refuse_types(const WCHAR *member, const WCHAR *taken, const WCHAR *wanted)
{
    WCHAR expected[400];

    for (unsigned i = 0; i < ARRAYSIZE(kinds); i++)
    {
        if (wcsstr(taken, kinds[i].words)) continue;
        swprintf(expected, ARRAYSIZE(expected),
            L"%ls: the argument (the new value) cannot be %ls. Checked: the argument's type; %ls is needed. Next: "
            L"convert the value before the call, for example with CStr(), or an array with Join(list, \";\").",
            member, kinds[i].words, wanted);
        input_refused_put(member, kinds[i].make(), DISP_E_TYPEMISMATCH, expected);
    }
}

static void a_property_that_is_a_text_takes_nothing_else(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(text_properties); i++)
        refuse_types(text_properties[i], L"a text", L"a text");
    input_put(L"CC", input_empty()); /* which is "" */
}

static void a_property_that_is_a_number_takes_nothing_else(void **state)
{
    (void)state;
    refuse_types(L"Importance", L"a number", L"a whole number");
    refuse_types(L"Sensitivity", L"a number", L"a whole number");
    input_put(L"Importance", ob_text(L"2"));
}

static void a_property_that_is_true_or_false_takes_nothing_else(void **state)
{
    (void)state;
    refuse_types(L"ReadReceiptRequested", L"a number True or False", L"True or False");
    input_put(L"ReadReceiptRequested", input_number());
    input_put(L"ReadReceiptRequested", input_truth());
}

static void a_property_that_is_a_time_takes_nothing_else(void **state)
{
    static const WCHAR *const members[] = {L"DeferredDeliveryTime", L"ExpiryTime"};
    WCHAR expected[400];

    (void)state;
    for (unsigned m = 0; m < ARRAYSIZE(members); m++)
        for (unsigned i = 0; i < ARRAYSIZE(kinds); i++)
        {
            if (kinds[i].make == input_date) continue;
            swprintf(expected, ARRAYSIZE(expected),
                L"%ls cannot be %ls. Checked: the value's type; a Date of local time, or Empty, is needed. Next: pass "
                L"a Date, for example DateAdd(\"h\", 1, Now), or CDate() of a text.",
                members[m], kinds[i].words);
            input_refused_put(members[m], kinds[i].make(), DISP_E_TYPEMISMATCH, expected);
        }
}

static void numbers_out_of_range_are_refused_with_the_range(void **state)
{
    static const struct
    {
        const WCHAR *member;
        LONG value;
        const WCHAR *range;
    } cases[] = {
        {L"Importance", 3, L"0 (low), 1 (normal), 2 (high)"},
        {L"Importance", -1, L"0 (low), 1 (normal), 2 (high)"},
        {L"Sensitivity", 4, L"0 (normal), 1 (personal), 2 (private), 3 (confidential)"},
        {L"Sensitivity", -1, L"0 (normal), 1 (personal), 2 (private), 3 (confidential)"},
    };
    WCHAR expected[400];

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
    {
        swprintf(expected, ARRAYSIZE(expected),
            L"%ls cannot be %ld. Checked: the value against the range %ls. Next: set %ls to one of these numbers.",
            cases[i].member, cases[i].value, cases[i].range, cases[i].member);
        input_refused_put(cases[i].member, ob_long(cases[i].value), E_INVALIDARG, expected);
    }
    ob_assert_hr(IObMail_put_Importance(input_mail, 3), E_INVALIDARG);
    ob_assert_hr(IObMail_put_Sensitivity(input_mail, -1), E_INVALIDARG);
}

static void times_that_windows_does_not_know_are_refused(void **state)
{
    static const DATE dates[] = {1e9, -1e9, 2958466.0 /* 10000-01-01 */, -700000.0, 1e300};
    static const WCHAR expected[] =
        L"DeferredDeliveryTime is no time that Windows knows. Checked: the value as a local Date. Next: pass a Date "
        L"after 1970, for example DateAdd(\"h\", 1, Now).";

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(dates); i++)
    {
        input_refused_put(L"DeferredDeliveryTime", input_date_of(dates[i]), E_INVALIDARG, expected);
        ob_assert_hr(IObMail_put_DeferredDeliveryTime(input_mail, input_date_of(dates[i])), E_INVALIDARG);
    }
}

static void a_time_that_has_passed_is_no_reason_to_wait_and_4501_is_none(void **state)
{
    VARIANT value;

    (void)state;
    input_put(L"DeferredDeliveryTime", input_date());
    input_put(L"ExpiryTime", input_date_of(949998.0)); /* 4501-01-01, Outlook's "none" */
    ob_assert_ok(IObMail_get_ExpiryTime(input_mail, &value));
    assert_int_equal(V_VT(&value), VT_EMPTY);
    /* send_what_is_left waits until it is sent */
}

static void a_zero_hides_nothing_in_a_property(void **state)
{
    WCHAR expected[400];

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(text_properties); i++)
    {
        swprintf(expected, ARRAYSIZE(expected),
            L"%ls holds a zero character (U+0000), which would end the text there. Checked: every character; the "
            L"first zero is at position 6. Next: remove it before the call; it often comes from a buffer of fixed "
            L"length or from bytes read as text.",
            text_properties[i]);
        input_refused_put(text_properties[i], input_with_zero(), E_INVALIDARG, expected);
    }
}

/* --- the whole, at Send and Save */

/* Sets member for one Send and one Save, which are refused as [name] says. */
static void refused_whole(const WCHAR *member, const WCHAR *value, const WCHAR *name)
{
    VARIANT before = ob_get(input_mail, member);

    input_put(member, ob_text(value));
    input_refused(input_mail, L"Send", NULL, 0, name);
    input_refused(input_mail, L"Save", NULL, 0, name);
    input_put(member, before);
}

static void a_mail_is_checked_as_a_whole_when_it_is_sent_or_saved(void **state)
{
    static const struct
    {
        const WCHAR *member, *value, *name;
    } cases[] = {
        {L"To", L"a@example.com, b@example.com", L"to_comma"},
        {L"CC", L";;a@example.com", L"cc_two_semicolons"},
        {L"To", L"a@example.com\r\nBcc: victim@example.com", L"to_line_break"},
        {L"Subject", L"Hello\nBcc: victim@example.com", L"subject_line_break"},
        {L"Subject", L"Hello \xD83D", L"subject_half"},
        {L"ReplyTo", L"a@example.com, b@example.com", L"reply_to_comma"},
        {L"ReplyTo", L"a@example.com\r\nBcc: victim@example.com", L"reply_to_line_break"},
        {L"ReplyTo", L"J\u00fcrgen <juergen@>", L"reply_to_malformed"},
        {L"Categories", L"Orders\r\nBcc: victim@example.com", L"categories_line_break"},
        {L"SentOnBehalfOfName", L"Boss\r\nBcc: victim@example.com", L"on_behalf_line_break"},
        {L"SentOnBehalfOfName", L"Boss \xDE00", L"on_behalf_half"},
        {L"Account", L"Office\nTwo", L"account_line_break"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
        refused_whole(cases[i].member, cases[i].value, cases[i].name);
}

static void a_mail_without_recipients_cannot_be_sent_but_saved(void **state)
{
    struct ob_answer answer;
    unsigned drafts = ob_count_files(ob_sandbox_path(L"Drafts\\*.item"));

    (void)state;
    input_put(L"To", ob_text(L""));
    input_refused(input_mail, L"Send", NULL, 0, L"no_recipient");
    ob_invoke(input_mail, L"Save", DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_ok(answer.hr);
    assert_int_equal(SysStringLen(V_BSTR(&answer.value)), 48);
    ob_answer_clear(&answer);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), drafts + 1);
    input_put(L"To", ob_text(L"a@example.com"));
}

static void keys_of_a_mail_are_checked_as_those_of_send_mail(void **state)
{
    (void)state;
    input_refused_1(input_mail, L"Send", input_with_zero(), L"key_zero");
    input_refused_1(input_mail, L"Send", input_filled(L'k', 256), L"key_too_long");
    input_refused_1(input_mail, L"Send", ob_text(L"key \tnumber"), L"key_control");
    input_refused_1(input_mail, L"Send", ob_text(L"order \xD83D\xD83D\xDE00"), L"key_half");
    input_refused_1(input_mail, L"Send", input_number(), L"send_key_number");
    input_refused_1(input_mail, L"Send", input_null(), L"send_key_null");
    input_refused_2(input_mail, L"Send", ob_text(L"a"), ob_text(L"b"), L"send_too_many");
}

/* --- the session's and the list's */

static void log_on_takes_no_password_dialog_or_session_of_its_own(void **state)
{
    VARIANT password[] = {ob_text(L"Outlook"), ob_text(L"secret")};
    VARIANT dialog[] = {ob_missing(), ob_missing(), input_truth()};
    VARIANT dialog_text[] = {ob_missing(), ob_missing(), input_text()};
    VARIANT dialog_null[] = {ob_missing(), ob_missing(), input_null()};
    VARIANT session_of_its_own[] = {ob_missing(), ob_missing(), ob_missing(), input_truth()};
    VARIANT five[] = {ob_missing(), ob_missing(), ob_missing(), ob_missing(), ob_missing()};

    (void)state;
    input_refused(input_session, L"Logon", password, 2, L"logon_password");
    input_refused(input_session, L"Logon", dialog, 3, L"logon_dialog");
    input_refused(input_session, L"Logon", dialog_text, 3, L"logon_dialog_text");
    input_refused(input_session, L"Logon", dialog_null, 3, L"logon_dialog_null");
    input_refused(input_session, L"Logon", session_of_its_own, 4, L"logon_new_session");
    input_refused(input_session, L"Logon", five, 5, L"logon_too_many");
    input_refused_1(input_session, L"Logon", input_null(), L"logon_null");
    input_refused_1(input_session, L"Logon", input_number(), L"logon_number");
    input_refused_1(input_session, L"Logon", input_with_zero(), L"logon_zero");
    input_refused_1(input_session, L"Logon", ob_text(L"No such profile"), L"logon_no_such_profile");
}

static void a_list_of_jobs_is_asked_for_by_a_state_that_there_is(void **state)
{
    (void)state;
    input_refused_1(input_session, L"Jobs", ob_text(L"nonsense"), L"jobs_nonsense");
    input_refused_1(input_session, L"Jobs", ob_long(7), L"jobs_seven");
    input_refused_1(input_session, L"Jobs", ob_long(-1), L"jobs_minus_one");
    input_refused_1(input_session, L"Jobs", ob_text(L"33"), L"jobs_text_of_a_number");
    input_refused_1(input_session, L"Jobs", input_null(), L"jobs_null");
    input_refused_1(input_session, L"Jobs", input_truth(), L"jobs_true");
    input_refused_1(input_session, L"Jobs", input_texts(), L"jobs_array");
    input_refused_2(input_session, L"Jobs", input_empty(), ob_long(0), L"jobs_none");
    input_refused_2(input_session, L"Jobs", input_empty(), ob_long(10001), L"jobs_too_many");
    input_refused_2(input_session, L"Jobs", input_empty(), ob_long(-5), L"jobs_negative");
    input_refused_2(input_session, L"Jobs", input_empty(), input_text(), L"jobs_most_text");
    input_refused_2(input_session, L"Jobs", input_empty(), input_null(), L"jobs_most_null");
}

static LONG count_jobs(VARIANT state, VARIANT most)
{
    VARIANT arguments[] = {state, most}, count;
    struct ob_answer answer;

    ob_invoke(input_session, L"Jobs", DISPATCH_METHOD, arguments, 2, &answer);
    ob_require(answer.hr == S_OK, "%08lX %s", (unsigned long)answer.code, ob_utf8(answer.text));
    count = ob_get(V_DISPATCH(&answer.value), L"Count");
    ob_answer_clear(&answer);
    VariantClear(&arguments[0]);
    VariantClear(&arguments[1]);
    return V_I4(&count);
}

static void a_state_may_be_a_number_or_a_name_or_a_number_as_text(void **state)
{
    IObJob *job = input_send_mail();
    LONG sent;

    (void)state;
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    sent = count_jobs(ob_long(3), ob_missing());
    assert_true(sent > 1);
    assert_int_equal(count_jobs(ob_text(L"3"), ob_missing()), sent);
    assert_int_equal(count_jobs(ob_text(L"SENT"), input_empty()), sent);
    assert_int_equal(count_jobs(ob_text(L""), ob_missing()), count_jobs(ob_missing(), ob_missing()));
    assert_int_equal(count_jobs(ob_long(3), ob_text(L"1")), 1);
    assert_int_equal(count_jobs(ob_text(L"cancelled"), ob_long(10000)), 0);
}

static void a_place_that_a_list_does_not_have_is_refused(void **state)
{
    VARIANT sent = ob_long(3);
    IObJobs *jobs;
    IObJob *job;

    (void)state;
    ob_assert_ok(IObSession_Jobs(input_session, sent, ob_long(1), &jobs));
    input_refused_1(jobs, L"Item", ob_long(0), L"item_0");
    input_refused_1(jobs, L"Item", ob_long(2), L"item_2");
    input_refused_1(jobs, L"Item", ob_long(-1), L"item_minus_1");
    input_refused_1(jobs, L"Item", input_text(), L"item_text");
    input_refused_1(jobs, L"Item", input_null(), L"item_null");
    input_refused(jobs, L"Item", NULL, 0, L"item_missing");
    ob_assert_hr(IObJobs_get_Item(jobs, 2, &job), DISP_E_BADINDEX);
    assert_null(job);
    IObJobs_Release(jobs);
}

/* --- two threads, one mail */

static DWORD CALLBACK save_in_thread(void *unused)
{
    BSTR entry_id = NULL;
    HRESULT hr;

    (void)unused;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    hr = IObMail_Save(input_mail, &entry_id);
    SysFreeString(entry_id);
    CoUninitialize();
    return (DWORD)hr;
}

static void a_mail_in_use_by_another_thread_is_waited_for_until_the_deadline(void **state)
{
    LONG timeout;
    HANDLE thread;
    DWORD hr;

    (void)state;
    ob_control("hold = MailItem.Save before\n");
    assert_non_null(thread = CreateThread(NULL, 0, save_in_thread, NULL, 0, NULL));
    ob_wait_held();
    ob_assert_ok(IObSession_get_Timeout(input_session, &timeout));
    ob_assert_ok(IObSession_put_Timeout(input_session, 200));
    input_refused(input_mail, L"Send", NULL, 0, L"mail_in_use");
    ob_assert_ok(IObSession_put_Timeout(input_session, timeout));
    ob_control("");
    assert_int_equal(WaitForSingleObject(thread, OB_LONG_MS), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(thread, &hr));
    ob_assert_hr((HRESULT)hr, S_OK);
    CloseHandle(thread);
}

enum
{
    threads = 4,
    mails_each = 15
};

/* Each thread changes the subject and sends; whose subject a Send finds is chance. */
static DWORD CALLBACK change_and_send(void *context)
{
    BSTR subject = SysAllocString(context), key = SysAllocString(L"");
    DWORD failed = 0;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (unsigned i = 0; i < mails_each; i++)
    {
        IObJob *job = NULL;

        if (FAILED(IObMail_put_Subject(input_mail, subject)) || FAILED(IObMail_Send(input_mail, key, &job))) failed++;
        if (job) IObJob_Release(job);
    }
    CoUninitialize();
    SysFreeString(subject);
    SysFreeString(key);
    return failed;
}

static void threads_that_share_a_mail_get_whole_mails(void **state)
{
    static const WCHAR *const subjects[threads] = {L"thread one", L"thread two", L"thread three", L"thread four"};
    unsigned before = ob_count_delivered(), arrived = 0;
    struct ob_arrivals arrivals;
    HANDLE running[threads];

    (void)state;
    for (unsigned i = 0; i < threads; i++)
        assert_non_null(running[i] = CreateThread(NULL, 0, change_and_send, (void *)subjects[i], 0, NULL));
    for (unsigned i = 0; i < threads; i++)
    {
        DWORD failed = 1;

        assert_int_equal(WaitForSingleObject(running[i], OB_LONG_MS), WAIT_OBJECT_0);
        assert_true(GetExitCodeThread(running[i], &failed));
        assert_int_equal(failed, 0);
        CloseHandle(running[i]);
    }
    ob_wait_delivered(before + threads * mails_each);
    ob_read_mails(&arrivals);
    for (unsigned i = 0; i < threads; i++)
        arrived += ob_count_with(&arrivals, subjects[i]);
    ob_free_mails(&arrivals);
    assert_int_equal(arrived, threads * mails_each);
    input_put(L"Subject", ob_text(L"still good"));
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        INPUT_TEST(a_property_that_is_a_text_takes_nothing_else),
        INPUT_TEST(a_property_that_is_a_number_takes_nothing_else),
        INPUT_TEST(a_property_that_is_true_or_false_takes_nothing_else),
        INPUT_TEST(a_property_that_is_a_time_takes_nothing_else),
        INPUT_TEST(numbers_out_of_range_are_refused_with_the_range),
        INPUT_TEST(times_that_windows_does_not_know_are_refused),
        INPUT_TEST(a_time_that_has_passed_is_no_reason_to_wait_and_4501_is_none),
        INPUT_TEST(a_zero_hides_nothing_in_a_property),
        INPUT_TEST(a_mail_is_checked_as_a_whole_when_it_is_sent_or_saved),
        INPUT_TEST(a_mail_without_recipients_cannot_be_sent_but_saved),
        INPUT_TEST(keys_of_a_mail_are_checked_as_those_of_send_mail),
        INPUT_TEST(log_on_takes_no_password_dialog_or_session_of_its_own),
        INPUT_TEST(a_list_of_jobs_is_asked_for_by_a_state_that_there_is),
        INPUT_TEST(a_state_may_be_a_number_or_a_name_or_a_number_as_text),
        INPUT_TEST(a_place_that_a_list_does_not_have_is_refused),
        INPUT_TEST(a_mail_in_use_by_another_thread_is_waited_for_until_the_deadline),
        INPUT_TEST(threads_that_share_a_mail_get_whole_mails),
    };

    return cmocka_run_group_tests(tests, input_begin, input_end);
}

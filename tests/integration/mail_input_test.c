/* mail_input_test.c - bad input of IObMail, Logon and the lists of jobs gets a clear error, and nothing is half done.
 * As bad_input_test.c, of whose file of expected texts it takes what is not the same for many members. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define LIMIT 100000 /* MaxMailBytes */

static IObSession *session;
static IObMail *mail;

static int make_session(void **state)
{
    int result = ob_begin(state);

    if (result) return result;
    ob_set(L"MaxMailBytes", LIMIT);
    session = ob_session();
    return 0;
}

static int end_session(void **state)
{
    if (session) IObSession_Release(session);
    return ob_end(state);
}

static void put(const WCHAR *member, VARIANT value)
{
    struct ob_answer answer;

    ob_invoke(mail, member, DISPATCH_PROPERTYPUT, &value, 1, &answer);
    ob_require(answer.hr == S_OK, "%s: %08lX %s", ob_utf8(member), (unsigned long)answer.code, ob_utf8(answer.text));
    ob_answer_clear(&answer);
    VariantClear(&value);
}

/* A mail that could be sent. */
static int make_mail(void **state)
{
    (void)state;
    ob_assert_ok(IObSession_CreateMail(session, &mail));
    put(L"To", ob_text(L"a@example.com"));
    put(L"Subject", ob_text(L"still good"));
    return 0;
}

static IObJob *send_mail(void)
{
    BSTR key = SysAllocString(L"");
    IObJob *job;

    ob_assert_ok(IObMail_Send(mail, key, &job));
    SysFreeString(key);
    return job;
}

/* What was refused left the mail as it was: it goes, without attachments. */
static int send_what_is_left(void **state)
{
    struct ob_arrivals arrivals;
    IObJob *job = send_mail();
    BSTR subject;

    (void)state;
    ob_assert_ok(IObJob_get_Subject(job, &subject));
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_read_mails(&arrivals);
    for (unsigned i = 0; i < arrivals.count; i++)
        if (!wcscmp(arrivals.mails[i].subject, subject)) assert_int_equal(arrivals.mails[i].attachment_count, 0);
    ob_free_mails(&arrivals);
    SysFreeString(subject);
    IObMail_Release(mail);
    mail = NULL;
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
    return 0;
}

/* --- refusals */

static void expect(const struct ob_answer *answer, const WCHAR *what, HRESULT code, const WCHAR *text)
{
    if (answer->code != code || !answer->text || wcscmp(answer->text, text))
        print_error("%s: got %08lX %s\n", ob_utf8(what), (unsigned long)answer->code, ob_utf8(answer->text));
    ob_assert_hr(answer->code, code);
    ob_assert_text(answer->text, text);
    ob_assert_text(answer->source, L"OutlookBroker.Session");
}

/* Calls with these arguments, which are owned from now on; the answer is to be as [name] says. */
static void refused(void *object, const WCHAR *member, VARIANT *arguments, unsigned count, const WCHAR *name)
{
    struct ob_answer answer;
    WCHAR *text;
    HRESULT code = ob_expected(name, &text);

    ob_invoke(object, member, DISPATCH_METHOD | (wcscmp(member, L"Item") ? 0 : DISPATCH_PROPERTYGET), arguments, count,
        &answer);
    expect(&answer, name, code, text);
    ob_answer_clear(&answer);
    for (unsigned i = 0; i < count; i++)
        VariantClear(&arguments[i]);
    free(text);
}

static void refused_1(void *object, const WCHAR *member, VARIANT argument, const WCHAR *name)
{
    refused(object, member, &argument, 1, name);
}

static void refused_2(void *object, const WCHAR *member, VARIANT first, VARIANT second, const WCHAR *name)
{
    VARIANT arguments[] = {first, second};

    refused(object, member, arguments, 2, name);
}

static void refused_put(const WCHAR *member, VARIANT value, HRESULT code, const WCHAR *text)
{
    struct ob_answer answer;

    ob_invoke(mail, member, DISPATCH_PROPERTYPUT, &value, 1, &answer);
    expect(&answer, member, code, text);
    ob_answer_clear(&answer);
    VariantClear(&value);
}

/* --- values */

static VARIANT null(void)
{
    return (VARIANT){.vt = VT_NULL};
}

static VARIANT nothing(void)
{
    return (VARIANT){.vt = VT_DISPATCH};
}

static VARIANT empty(void)
{
    return (VARIANT){.vt = VT_EMPTY};
}

static VARIANT number(void)
{
    return ob_long(5);
}

static VARIANT truth(void)
{
    VARIANT value = {.vt = VT_BOOL};

    V_BOOL(&value) = VARIANT_TRUE;
    return value;
}

static VARIANT date_of(DATE date)
{
    VARIANT value = {.vt = VT_DATE};

    V_DATE(&value) = date;
    return value;
}

static VARIANT date(void)
{
    return date_of(45000.5);
}

static VARIANT text(void)
{
    return ob_text(L"maybe");
}

static VARIANT texts(void)
{
    static const WCHAR *const list[] = {L"a@example.com", L"b@example.com"};

    return ob_array(VT_VARIANT, 0, list, 2);
}

static VARIANT with_zero(void)
{
    VARIANT value = {.vt = VT_BSTR};

    V_BSTR(&value) = SysAllocStringLen(L"Hello\0hidden", 12);
    return value;
}

static VARIANT numbers(VARTYPE type, LONG lower_bound, const LONG *values, unsigned count)
{
    SAFEARRAYBOUND bound = {count, lower_bound};
    VARIANT value = {.vt = (VARTYPE)(VT_ARRAY | type)};

    V_ARRAY(&value) = SafeArrayCreate(type, 1, &bound);
    for (unsigned i = 0; i < count; i++)
    {
        LONG index = lower_bound + (LONG)i, element = values[i];
        VARIANT wrapped = ob_long(element);

        ob_assert_ok(
            SafeArrayPutElement(V_ARRAY(&value), &index, type == VT_VARIANT ? (void *)&wrapped : (void *)&element));
    }
    return value;
}

static VARIANT two_dimensions(void)
{
    SAFEARRAYBOUND bounds[2] = {{2, 0}, {2, 0}};
    VARIANT value = {.vt = VT_ARRAY | VT_UI1};

    V_ARRAY(&value) = SafeArrayCreate(VT_UI1, 2, bounds);
    return value;
}

static VARIANT filled(WCHAR c, unsigned count)
{
    VARIANT value = {.vt = VT_BSTR};

    V_BSTR(&value) = SysAllocStringLen(NULL, count);
    wmemset(V_BSTR(&value), c, count);
    return value;
}

static const struct kind
{
    VARIANT (*make)(void);
    const WCHAR *words;
} kinds[] = {
    {null, L"Null"},
    {nothing, L"Nothing"},
    {number, L"a number"},
    {truth, L"True or False"},
    {date, L"a date"},
    {text, L"a text"},
    {texts, L"an array"},
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
        refused_put(member, kinds[i].make(), DISP_E_TYPEMISMATCH, expected);
    }
}

static void a_property_that_is_a_text_takes_nothing_else(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(text_properties); i++)
        refuse_types(text_properties[i], L"a text", L"a text");
    put(L"CC", empty()); /* which is "" */
}

static void a_property_that_is_a_number_takes_nothing_else(void **state)
{
    (void)state;
    refuse_types(L"Importance", L"a number", L"a whole number");
    refuse_types(L"Sensitivity", L"a number", L"a whole number");
    put(L"Importance", ob_text(L"2"));
}

static void a_property_that_is_true_or_false_takes_nothing_else(void **state)
{
    (void)state;
    refuse_types(L"ReadReceiptRequested", L"a number True or False", L"True or False");
    put(L"ReadReceiptRequested", number());
    put(L"ReadReceiptRequested", truth());
}

static void a_property_that_is_a_time_takes_nothing_else(void **state)
{
    static const WCHAR *const members[] = {L"DeferredDeliveryTime", L"ExpiryTime"};
    WCHAR expected[400];

    (void)state;
    for (unsigned m = 0; m < ARRAYSIZE(members); m++)
        for (unsigned i = 0; i < ARRAYSIZE(kinds); i++)
        {
            if (kinds[i].make == date) continue;
            swprintf(expected, ARRAYSIZE(expected),
                L"%ls cannot be %ls. Checked: the value's type; a Date of local time, or Empty, is needed. Next: pass "
                L"a Date, for example DateAdd(\"h\", 1, Now), or CDate() of a text.",
                members[m], kinds[i].words);
            refused_put(members[m], kinds[i].make(), DISP_E_TYPEMISMATCH, expected);
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
        refused_put(cases[i].member, ob_long(cases[i].value), E_INVALIDARG, expected);
    }
    ob_assert_hr(IObMail_put_Importance(mail, 3), E_INVALIDARG);
    ob_assert_hr(IObMail_put_Sensitivity(mail, -1), E_INVALIDARG);
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
        refused_put(L"DeferredDeliveryTime", date_of(dates[i]), E_INVALIDARG, expected);
        ob_assert_hr(IObMail_put_DeferredDeliveryTime(mail, date_of(dates[i])), E_INVALIDARG);
    }
}

static void a_time_that_has_passed_is_no_reason_to_wait_and_4501_is_none(void **state)
{
    VARIANT value;

    (void)state;
    put(L"DeferredDeliveryTime", date());
    put(L"ExpiryTime", date_of(949998.0)); /* 4501-01-01, Outlook's "none" */
    ob_assert_ok(IObMail_get_ExpiryTime(mail, &value));
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
        refused_put(text_properties[i], with_zero(), E_INVALIDARG, expected);
    }
}

/* --- the whole, at Send and Save */

/* Sets member for one Send and one Save, which are refused as [name] says. */
static void refused_whole(const WCHAR *member, const WCHAR *value, const WCHAR *name)
{
    VARIANT before = ob_get(mail, member);

    put(member, ob_text(value));
    refused(mail, L"Send", NULL, 0, name);
    refused(mail, L"Save", NULL, 0, name);
    put(member, before);
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
    put(L"To", ob_text(L""));
    refused(mail, L"Send", NULL, 0, L"no_recipient");
    ob_invoke(mail, L"Save", DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_ok(answer.hr);
    assert_int_equal(SysStringLen(V_BSTR(&answer.value)), 48);
    ob_answer_clear(&answer);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), drafts + 1);
    put(L"To", ob_text(L"a@example.com"));
}

static void keys_of_a_mail_are_checked_as_those_of_send_mail(void **state)
{
    (void)state;
    refused_1(mail, L"Send", with_zero(), L"key_zero");
    refused_1(mail, L"Send", filled(L'k', 256), L"key_too_long");
    refused_1(mail, L"Send", ob_text(L"key \tnumber"), L"key_control");
    refused_1(mail, L"Send", ob_text(L"order \xD83D\xD83D\xDE00"), L"key_half");
    refused_1(mail, L"Send", number(), L"send_key_number");
    refused_1(mail, L"Send", null(), L"send_key_null");
    refused_2(mail, L"Send", ob_text(L"a"), ob_text(L"b"), L"send_too_many");
}

/* --- attachments */

static void files_that_cannot_be_had_are_not_attached(void **state)
{
    (void)state;
    refused_1(mail, L"Attach", ob_text(L""), L"attach_empty");
    refused_1(mail, L"Attach", ob_text(L"report.pdf"), L"attachment_relative");
    refused_1(mail, L"Attach", ob_text(L"\\\\server\\share\\report.pdf"), L"attachment_unc");
    refused_1(mail, L"Attach", ob_text(L"\\\\.\\PhysicalDrive0"), L"attachment_device");
    refused_1(mail, L"Attach", ob_text(L"C:\\Reports\\NUL.txt"), L"attachment_device_name");
    refused_1(mail, L"Attach", ob_text(L"C:\\Reports\\June.pdf:hidden"), L"attachment_stream");
    refused_1(mail, L"Attach", ob_text(ob_file_path(L"missing.txt")), L"attachment_missing");
    CreateDirectoryW(ob_file_path(L"folder"), NULL);
    refused_1(mail, L"Attach", ob_text(ob_file_path(L"folder")), L"attachment_folder");
    refused_1(mail, L"Attach", null(), L"attach_null");
    refused_1(mail, L"Attach", texts(), L"attach_array");
    refused_1(mail, L"Attach", with_zero(), L"attach_zero");
    refused(mail, L"Attach", NULL, 0, L"attach_missing_path");
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
}

static void names_and_content_ids_that_a_header_cannot_have_are_refused(void **state)
{
    const WCHAR *path = ob_write_file(ob_file_path(L"there.txt"), "there", 5);
    VARIANT named[] = {ob_text(path), ob_text(L"June\r\nBcc: victim@example.com")};
    VARIANT half[] = {ob_text(path), ob_text(L"June \xD83D.pdf")};
    static const struct
    {
        const WCHAR *content_id, *name;
    } cases[] = {
        {L"<logo@example.com>", L"content_id_bracket"},
        {L"cid:logo", L"content_id_cid"},
        {L"my logo", L"content_id_blank"},
        {L"logo\r\nX: y", L"content_id_line_break"},
        {L"logo\u00fc", L"content_id_letter"},
    };

    (void)state;
    refused(mail, L"Attach", named, 2, L"display_name_line_break");
    refused(mail, L"Attach", half, 2, L"display_name_half");
    refused_2(mail, L"Attach", ob_text(path), with_zero(), L"display_name_zero");
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
    {
        VARIANT attach[] = {ob_text(path), ob_text(L""), ob_text(cases[i].content_id)};
        VARIANT data[] = {ob_text(L"logo.png"), ob_text(L"AAAA"), ob_text(cases[i].content_id)};

        refused(mail, L"Attach", attach, 3, cases[i].name);
        refused(mail, L"AttachData", data, 3, cases[i].name);
    }
    {
        VARIANT data[] = {ob_text(L"logo.png"), ob_text(L"AAAA"), filled(L'c', 251)};

        refused(mail, L"AttachData", data, 3, L"content_id_long");
    }
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
}

static void file_names_that_windows_does_not_take_are_refused(void **state)
{
    static const struct
    {
        const WCHAR *file_name, *name;
    } cases[] = {
        {L"", L"name_empty"},
        {L"folder\\June.pdf", L"name_folder"},
        {L"..\\June.pdf", L"name_above"},
        {L"folder/June.pdf", L"name_slash"},
        {L"C:\\June.pdf", L"name_path"},
        {L"June.pdf:hidden", L"name_stream"},
        {L"NUL", L"name_device"},
        {L"con.txt", L"name_device_con"},
        {L"June.pdf.", L"name_ending"},
        {L"June?.pdf", L"name_sign"},
        {L"June\r\n.pdf", L"name_line_break"},
        {L"June \xD83D.pdf", L"name_half"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
        refused_2(mail, L"AttachData", ob_text(cases[i].file_name), ob_text(L"AAAA"), cases[i].name);
    refused_2(mail, L"AttachData", with_zero(), ob_text(L"AAAA"), L"name_zero");
    refused_2(mail, L"AttachData", null(), ob_text(L"AAAA"), L"name_null");
    refused_1(mail, L"AttachData", ob_text(L"a.txt"), L"bytes_missing");
}

static void what_is_not_bytes_is_refused(void **state)
{
    static const LONG bad[][2] = {{1, 256}, {-1, 1}};

    (void)state;
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), null(), L"bytes_no_bytes");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), nothing(), L"bytes_no_bytes");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), number(), L"bytes_no_bytes");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), date(), L"bytes_no_bytes");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), empty(), L"bytes_empty");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), ob_text(L"no base64!"), L"bytes_no_base64");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), ob_text(L"AAA"), L"bytes_no_base64");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), texts(), L"bytes_element");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), numbers(VT_VARIANT, 0, bad[0], 2), L"bytes_element");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), numbers(VT_VARIANT, 0, bad[1], 2), L"bytes_element");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), numbers(VT_I4, 0, bad[0], 2), L"bytes_array_type");
    refused_2(mail, L"AttachData", ob_text(L"a.txt"), two_dimensions(), L"bytes_dimensions");
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
}

static void bytes_may_come_in_any_shape(void **state)
{
    static const LONG hello[] = {'h', 'e', 'l', 'l', 'o'};
    static const WCHAR *const names[] = {
        L"at 0.txt", L"at 1.txt", L"numbers.txt", L"by reference.txt", L"variable.txt", L"base64.txt"};
    VARIANT values[6] = {numbers(VT_UI1, 0, hello, 5), numbers(VT_UI1, 1, hello, 5), numbers(VT_VARIANT, -3, hello, 5),
        {.vt = VT_BYREF | VT_ARRAY | VT_UI1}, {.vt = VT_BYREF | VT_VARIANT}, ob_text(L"aGVs\r\nbG8=")};
    VARIANT subject = ob_text(L"bytes of any shape");
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived;
    char sha256[65];
    IObJob *job;

    (void)state;
    V_ARRAYREF(&values[3]) = &V_ARRAY(&values[0]);
    V_VARIANTREF(&values[4]) = &values[1];
    put(L"Subject", subject);
    for (unsigned i = 0; i < ARRAYSIZE(values); i++)
    {
        VARIANT arguments[] = {ob_text(names[i]), values[i]};
        struct ob_answer answer;

        ob_invoke(mail, L"AttachData", DISPATCH_METHOD, arguments, 2, &answer);
        ob_require(
            answer.hr == S_OK, "%s: %08lX %s", ob_utf8(names[i]), (unsigned long)answer.code, ob_utf8(answer.text));
        ob_answer_clear(&answer);
        VariantClear(&arguments[0]);
    }
    job = send_mail();
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_read_mails(&arrivals);
    arrived = ob_mail_with(&arrivals, L"bytes of any shape");
    ob_sha256("hello", 5, sha256);
    assert_int_equal(arrived->attachment_count, ARRAYSIZE(values));
    for (unsigned i = 0; i < ARRAYSIZE(values); i++)
    {
        ob_assert_text(arrived->attachments[i].name, names[i]);
        assert_string_equal(arrived->attachments[i].sha256, sha256);
    }
    ob_free_mails(&arrivals);
    for (unsigned i = 0; i < ARRAYSIZE(values); i++)
        if (!(V_VT(&values[i]) & VT_BYREF)) VariantClear(&values[i]);
    IObMail_Release(mail);
    make_mail(NULL);
}

/* The limit counts what is attached already; what does not fit leaves what was there. */
static void more_than_a_mail_may_have_is_refused(void **state)
{
    char *bytes = calloc(1, LIMIT + 1);
    SAFEARRAYBOUND bound = {LIMIT + 1, 0};
    VARIANT large = {.vt = VT_ARRAY | VT_UI1}, arguments[2];
    struct ob_answer answer;

    (void)state;
    V_ARRAY(&large) = SafeArrayCreate(VT_UI1, 1, &bound);
    refused_2(mail, L"AttachData", ob_text(L"large.bin"), large, L"too_large_data");
    refused_1(mail, L"Attach", ob_text(ob_write_file(ob_file_path(L"large.bin"), bytes, LIMIT + 1)), L"too_large_file");
    arguments[0] = ob_text(ob_write_file(ob_file_path(L"half.bin"), bytes, LIMIT / 2 + 1));
    ob_invoke(mail, L"Attach", DISPATCH_METHOD, arguments, 1, &answer);
    ob_assert_ok(answer.hr);
    refused_1(mail, L"Attach", arguments[0], L"too_large_together");
    put(L"Body", filled(L'b', LIMIT / 2));
    refused(mail, L"Send", NULL, 0, L"too_large_text");
    IObMail_Release(mail);
    make_mail(NULL);
    free(bytes);
}

/* --- the session's and the list's */

static void log_on_takes_no_password_dialog_or_session_of_its_own(void **state)
{
    VARIANT password[] = {ob_text(L"Outlook"), ob_text(L"secret")};
    VARIANT dialog[] = {ob_missing(), ob_missing(), truth()};
    VARIANT dialog_text[] = {ob_missing(), ob_missing(), text()};
    VARIANT dialog_null[] = {ob_missing(), ob_missing(), null()};
    VARIANT session_of_its_own[] = {ob_missing(), ob_missing(), ob_missing(), truth()};
    VARIANT five[] = {ob_missing(), ob_missing(), ob_missing(), ob_missing(), ob_missing()};

    (void)state;
    refused(session, L"Logon", password, 2, L"logon_password");
    refused(session, L"Logon", dialog, 3, L"logon_dialog");
    refused(session, L"Logon", dialog_text, 3, L"logon_dialog_text");
    refused(session, L"Logon", dialog_null, 3, L"logon_dialog_null");
    refused(session, L"Logon", session_of_its_own, 4, L"logon_new_session");
    refused(session, L"Logon", five, 5, L"logon_too_many");
    refused_1(session, L"Logon", null(), L"logon_null");
    refused_1(session, L"Logon", number(), L"logon_number");
    refused_1(session, L"Logon", with_zero(), L"logon_zero");
    refused_1(session, L"Logon", ob_text(L"No such profile"), L"logon_no_such_profile");
}

static void a_list_of_jobs_is_asked_for_by_a_state_that_there_is(void **state)
{
    (void)state;
    refused_1(session, L"Jobs", ob_text(L"nonsense"), L"jobs_nonsense");
    refused_1(session, L"Jobs", ob_long(7), L"jobs_seven");
    refused_1(session, L"Jobs", ob_long(-1), L"jobs_minus_one");
    refused_1(session, L"Jobs", ob_text(L"33"), L"jobs_text_of_a_number");
    refused_1(session, L"Jobs", null(), L"jobs_null");
    refused_1(session, L"Jobs", truth(), L"jobs_true");
    refused_1(session, L"Jobs", texts(), L"jobs_array");
    refused_2(session, L"Jobs", empty(), ob_long(0), L"jobs_none");
    refused_2(session, L"Jobs", empty(), ob_long(10001), L"jobs_too_many");
    refused_2(session, L"Jobs", empty(), ob_long(-5), L"jobs_negative");
    refused_2(session, L"Jobs", empty(), text(), L"jobs_most_text");
    refused_2(session, L"Jobs", empty(), null(), L"jobs_most_null");
}

static LONG count_jobs(VARIANT state, VARIANT most)
{
    VARIANT arguments[] = {state, most}, count;
    struct ob_answer answer;

    ob_invoke(session, L"Jobs", DISPATCH_METHOD, arguments, 2, &answer);
    ob_require(answer.hr == S_OK, "%08lX %s", (unsigned long)answer.code, ob_utf8(answer.text));
    count = ob_get(V_DISPATCH(&answer.value), L"Count");
    ob_answer_clear(&answer);
    VariantClear(&arguments[0]);
    VariantClear(&arguments[1]);
    return V_I4(&count);
}

static void a_state_may_be_a_number_or_a_name_or_a_number_as_text(void **state)
{
    IObJob *job = send_mail();
    LONG sent;

    (void)state;
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    sent = count_jobs(ob_long(3), ob_missing());
    assert_true(sent > 1);
    assert_int_equal(count_jobs(ob_text(L"3"), ob_missing()), sent);
    assert_int_equal(count_jobs(ob_text(L"SENT"), empty()), sent);
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
    ob_assert_ok(IObSession_Jobs(session, sent, ob_long(1), &jobs));
    refused_1(jobs, L"Item", ob_long(0), L"item_0");
    refused_1(jobs, L"Item", ob_long(2), L"item_2");
    refused_1(jobs, L"Item", ob_long(-1), L"item_minus_1");
    refused_1(jobs, L"Item", text(), L"item_text");
    refused_1(jobs, L"Item", null(), L"item_null");
    refused(jobs, L"Item", NULL, 0, L"item_missing");
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
    hr = IObMail_Save(mail, &entry_id);
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
    ob_assert_ok(IObSession_get_Timeout(session, &timeout));
    ob_assert_ok(IObSession_put_Timeout(session, 200));
    refused(mail, L"Send", NULL, 0, L"mail_in_use");
    ob_assert_ok(IObSession_put_Timeout(session, timeout));
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

        if (FAILED(IObMail_put_Subject(mail, subject)) || FAILED(IObMail_Send(mail, key, &job))) failed++;
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
    put(L"Subject", ob_text(L"still good"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_mail, send_what_is_left)

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_property_that_is_a_text_takes_nothing_else),
        TEST(a_property_that_is_a_number_takes_nothing_else),
        TEST(a_property_that_is_true_or_false_takes_nothing_else),
        TEST(a_property_that_is_a_time_takes_nothing_else),
        TEST(numbers_out_of_range_are_refused_with_the_range),
        TEST(times_that_windows_does_not_know_are_refused),
        TEST(a_time_that_has_passed_is_no_reason_to_wait_and_4501_is_none),
        TEST(a_zero_hides_nothing_in_a_property),
        TEST(a_mail_is_checked_as_a_whole_when_it_is_sent_or_saved),
        TEST(a_mail_without_recipients_cannot_be_sent_but_saved),
        TEST(keys_of_a_mail_are_checked_as_those_of_send_mail),
        TEST(files_that_cannot_be_had_are_not_attached),
        TEST(names_and_content_ids_that_a_header_cannot_have_are_refused),
        TEST(file_names_that_windows_does_not_take_are_refused),
        TEST(what_is_not_bytes_is_refused),
        TEST(bytes_may_come_in_any_shape),
        TEST(more_than_a_mail_may_have_is_refused),
        TEST(log_on_takes_no_password_dialog_or_session_of_its_own),
        TEST(a_list_of_jobs_is_asked_for_by_a_state_that_there_is),
        TEST(a_state_may_be_a_number_or_a_name_or_a_number_as_text),
        TEST(a_place_that_a_list_does_not_have_is_refused),
        TEST(a_mail_in_use_by_another_thread_is_waited_for_until_the_deadline),
        TEST(threads_that_share_a_mail_get_whole_mails),
    };

    return cmocka_run_group_tests(tests, make_session, end_session);
}

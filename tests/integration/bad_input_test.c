/* bad_input_test.c - bad input gets a clear error, and nothing is half done.
 * Every refusal is held against its code and, word for word, its text in tests/expected/bad_input.txt; after it no job
 * and no spooled file is there, and a good mail goes its way. Texts are asked for late bound: Wine loses the error
 * object of vtable calls, whose codes are tested here too. */
#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

enum
{
    at_to,
    at_subject,
    at_body,
    at_html,
    at_attachments,
    at_cc,
    at_bcc,
    at_key,
    argument_count
};

static unsigned good_mails;

/* The arguments of a mail that would be accepted. */
static void good_arguments(VARIANT arguments[argument_count])
{
    arguments[at_to] = ob_text(L"a@example.com");
    arguments[at_subject] = ob_text(L"subject");
    arguments[at_body] = ob_text(L"body");
    arguments[at_html] = ob_missing();
    arguments[at_attachments] = ob_missing();
    arguments[at_cc] = ob_missing();
    arguments[at_bcc] = ob_missing();
    arguments[at_key] = ob_missing();
}

static void nothing_is_half_done(void)
{
    ob_expect_counts(session, 0, 0, (LONG)good_mails, 0, 0);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
}

static void good_mail_goes(void)
{
    WCHAR subject[40];

    swprintf(subject, ARRAYSIZE(subject), L"good mail %u", ++good_mails);
    ob_expect_good_mail(session, subject);
    ob_expect_counts(session, 0, 0, (LONG)good_mails, 0, 0);
}

static void expect_answer(const struct ob_answer *answer, const WCHAR *name)
{
    WCHAR *text;
    HRESULT code = ob_expected(name, &text);

    if (answer->code != code || !answer->text || wcscmp(answer->text, text))
        print_error("[%s] got %08lX %s\n", ob_utf8(name), (unsigned long)answer->code, ob_utf8(answer->text));
    ob_assert_hr(answer->code, code);
    ob_assert_text(answer->text, text);
    ob_assert_text(answer->source, L"OutlookBroker.Session");
    free(text);
}

/* Calls a member that refuses as [name] says. */
static void refused_call(
    void *object, const WCHAR *member, WORD flags, const VARIANT *arguments, unsigned count, const WCHAR *name)
{
    struct ob_answer answer;

    ob_invoke(object, member, flags, arguments, count, &answer);
    expect_answer(&answer, name);
    ob_answer_clear(&answer);
}

/* SendMail with one argument (owned from now on) in place of the good one. */
static void refused_argument(unsigned at, VARIANT argument, const WCHAR *name)
{
    VARIANT arguments[argument_count];

    good_arguments(arguments);
    VariantClear(&arguments[at]);
    arguments[at] = argument;
    refused_call(session, L"SendMail", DISPATCH_METHOD, arguments, argument_count, name);
    nothing_is_half_done();
    for (unsigned i = 0; i < argument_count; i++)
        VariantClear(&arguments[i]);
}

/* The same through the vtable: the code alone. */
static void refused_by_vtable(const struct ob_mail *mail, const WCHAR *name)
{
    WCHAR *text;
    HRESULT code = ob_expected(name, &text);
    IObJob *job;

    free(text);
    ob_assert_hr(ob_try_send(session, mail, &job), code);
    assert_null(job);
    nothing_is_half_done();
}

struct text_case
{
    unsigned at;
    const WCHAR *text, *name;
};

static void refuse_texts(const struct text_case *cases, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        refused_argument(cases[i].at, ob_text(cases[i].text), cases[i].name);
    good_mail_goes();
}

static void a_mail_without_any_recipient_is_refused(void **state)
{
    static const struct text_case cases[] = {{at_to, L"", L"no_recipient"}, {at_to, L"  ", L"no_recipient"}};
    struct ob_mail mail = {.subject = L"nobody"};

    (void)state;
    refuse_texts(cases, ARRAYSIZE(cases));
    refused_argument(at_to, (VARIANT){.vt = VT_EMPTY}, L"no_recipient");
    refused_by_vtable(&mail, L"no_recipient");
}

static void lists_with_empty_places_are_refused(void **state)
{
    static const struct text_case cases[] = {
        {at_to, L";", L"to_semicolon"},
        {at_to, L";;", L"to_semicolon"},
        {at_to, L"a@example.com;;b@example.com", L"to_two_semicolons"},
        {at_to, L"a@example.com;;", L"to_two_semicolons"},
        {at_cc, L";;a@example.com", L"cc_two_semicolons"},
    };
    struct ob_mail mail = {.to = L"a@example.com", .cc = L";;a@example.com"};

    (void)state;
    refuse_texts(cases, ARRAYSIZE(cases));
    refused_by_vtable(&mail, L"cc_two_semicolons");
}

static void commas_between_addresses_are_refused_by_a_text_that_names_the_semicolon(void **state)
{
    static const struct text_case cases[] = {
        {at_to, L"a@example.com, b@example.com", L"to_comma"},
        {at_bcc, L"a@example.com;b@example.com,c@example.com", L"bcc_comma"},
    };

    (void)state;
    refuse_texts(cases, ARRAYSIZE(cases));
}

static void malformed_addresses_are_refused(void **state)
{
    static const struct text_case cases[] = {{at_to, L"a@example.com; J\u00fcrgen <juergen@>", L"to_malformed"}};

    (void)state;
    refuse_texts(cases, ARRAYSIZE(cases));
}

static void a_line_break_cannot_write_headers(void **state)
{
    static const struct text_case cases[] = {
        {at_to, L"a@example.com\r\nBcc: victim@example.com", L"to_line_break"},
        {at_cc, L"a@example.com\nBcc: victim@example.com", L"cc_line_break"},
        {at_subject, L"Hello\nBcc: victim@example.com", L"subject_line_break"},
        {at_subject,
            L"Hello\x2028"
            L"Bcc: victim@example.com",
            L"subject_separator"},
    };
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"Hello\nBcc: victim@example.com"};

    (void)state;
    refuse_texts(cases, ARRAYSIZE(cases));
    refused_by_vtable(&mail, L"subject_line_break");
}

static VARIANT text_with_zero(void)
{
    VARIANT zero = {.vt = VT_BSTR};

    V_BSTR(&zero) = SysAllocStringLen(L"Hello\0hidden", 12);
    return zero;
}

static VARIANT array_of(VARTYPE type, VARIANT element)
{
    VARIANT value = {.vt = (VARTYPE)(VT_ARRAY | type)};
    void *place = &V_I4(&element);
    LONG index = 0;

    if (type == VT_VARIANT) place = &element;
    if (type == VT_BSTR) place = V_BSTR(&element);
    V_ARRAY(&value) = SafeArrayCreateVector(type, 0, 1);
    ob_assert_ok(SafeArrayPutElement(V_ARRAY(&value), &index, place));
    VariantClear(&element);
    return value;
}

static void a_zero_cannot_hide_what_stands_behind_it(void **state)
{
    static const struct
    {
        unsigned at;
        const WCHAR *name;
    } cases[] = {{at_to, L"to_zero"}, {at_subject, L"subject_zero"}, {at_body, L"body_zero"}, {at_html, L"html_zero"},
        {at_attachments, L"attachments_zero"}, {at_cc, L"cc_zero"}, {at_bcc, L"bcc_zero"}, {at_key, L"key_zero"}};

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
        refused_argument(cases[i].at, text_with_zero(), cases[i].name);
    refused_argument(at_attachments, array_of(VT_BSTR, text_with_zero()), L"attachments_element_zero");
    refused_argument(at_attachments, array_of(VT_VARIANT, text_with_zero()), L"attachments_element_zero");
    good_mail_goes();
}

static void half_of_a_character_is_refused_and_a_whole_one_goes(void **state)
{
    static const struct text_case cases[] = {
        {at_to, L"a\xD83D@example.com", L"to_half"},
        {at_cc, L"\xDE00 <a@example.com>", L"cc_half"},
        {at_bcc, L"\xDE00\xD83D <a@example.com>", L"bcc_half"},
        {at_subject, L"Hello \xD83D", L"subject_half"},
        {at_key, L"order \xD83D\xD83D\xDE00", L"key_half"},
    };

    (void)state;
    refuse_texts(cases, ARRAYSIZE(cases));
    ob_expect_good_mail(session, L"Hello \xD83D\xDE00");
    good_mails++;
}

static void keys_that_are_too_long_or_not_printable_are_refused(void **state)
{
    WCHAR key[300];
    struct ob_mail mail = {.to = L"a@example.com", .key = key};

    (void)state;
    wmemset(key, L'k', 256);
    key[256] = 0;
    refused_argument(at_key, ob_text(key), L"key_too_long");
    refused_by_vtable(&mail, L"key_too_long");
    refused_argument(at_key, ob_text(L"key \tnumber"), L"key_control");
    good_mail_goes();
}

static void attachments_that_are_no_full_local_path_are_refused(void **state)
{
    static const struct text_case cases[] = {
        {at_attachments, L"report.pdf", L"attachment_relative"},
        {at_attachments, L"C:report.pdf", L"attachment_drive_relative"},
        {at_attachments, L"\\\\server\\share\\report.pdf", L"attachment_unc"},
        {at_attachments, L"\\\\.\\PhysicalDrive0", L"attachment_device"},
        {at_attachments, L"C:\\Reports\\NUL.txt", L"attachment_device_name"},
        {at_attachments, L"C:\\Reports\\June.pdf:hidden", L"attachment_stream"},
        {at_attachments, L"https://example.com/report.pdf", L"attachment_url"},
        {at_attachments, L"C:\\windows\\win.ini.", L"attachment_ending"},
    };
    VARIANT unc = ob_text(L"\\\\server\\share\\report.pdf");
    struct ob_mail mail = {.to = L"a@example.com", .attachments = &unc};

    (void)state;
    refuse_texts(cases, ARRAYSIZE(cases));
    refused_by_vtable(&mail, L"attachment_unc");
    VariantClear(&unc);
}

/* The file is there: were the end of the line taken for a blank, the mail would be accepted. */
static void a_line_break_is_no_blank_around_a_path(void **state)
{
    VARIANT path = ob_text(L"C:\\windows\\win.ini\r\n");
    struct ob_mail mail = {.to = L"a@example.com", .attachments = &path};

    (void)state;
    refused_by_vtable(&mail, L"attachment_ending");
    VariantClear(&path);
}

static void attachments_that_are_not_there_are_refused(void **state)
{
    WCHAR list[1024];
    const WCHAR *two[2];

    (void)state;
    refused_argument(at_attachments, ob_text(ob_file_path(L"missing.txt")), L"attachment_missing");
    refused_argument(at_attachments, ob_text(ob_file_path(L"nowhere\\missing.txt")), L"attachment_missing_folder");
    CreateDirectoryW(ob_file_path(L"folder"), NULL);
    refused_argument(at_attachments, ob_text(ob_file_path(L"folder")), L"attachment_folder");
    /* The first of two was spooled already when the second is refused. */
    two[0] = ob_write_file(ob_file_path(L"there.txt"), "there", 5);
    two[1] = ob_file_path(L"missing.txt");
    swprintf(list, ARRAYSIZE(list), L"%ls|%ls", two[0], two[1]);
    refused_argument(at_attachments, ob_text(list), L"attachment_second_missing");
    refused_argument(at_attachments, ob_array(VT_BSTR, 0, two, 2), L"attachment_second_missing");
    swprintf(list, ARRAYSIZE(list), L"%ls|", two[0]);
    refused_argument(at_attachments, ob_text(list), L"attachment_empty");
    good_mail_goes();
}

static VARIANT two_dimensions(void)
{
    SAFEARRAYBOUND bounds[2] = {{1, 0}, {1, 0}};
    VARIANT value = {.vt = VT_ARRAY | VT_VARIANT};

    V_ARRAY(&value) = SafeArrayCreate(VT_VARIANT, 2, bounds);
    return value;
}

static void values_of_wrong_types_are_refused_in_words(void **state)
{
    VARIANT null = {.vt = VT_NULL}, nothing = {.vt = VT_DISPATCH}, date = {.vt = VT_DATE};
    VARIANT null_by_reference = {.vt = VT_BYREF | VT_VARIANT};
    static const WCHAR *const one[] = {L"a@example.com"};

    (void)state;
    V_VARIANTREF(&null_by_reference) = &null;
    V_DATE(&date) = 45000.5;
    refused_argument(at_to, null, L"to_null");
    refused_argument(at_to, nothing, L"to_nothing");
    refused_argument(at_to, ob_long(5), L"to_number");
    refused_argument(at_to, ob_array(VT_VARIANT, 0, one, 1), L"to_array");
    refused_argument(at_subject, null_by_reference, L"subject_null_by_reference");
    refused_argument(at_key, date, L"key_date");
    refused_argument(at_attachments, null, L"attachments_null");
    refused_argument(at_attachments, nothing, L"attachments_nothing");
    refused_argument(at_attachments, ob_long(5), L"attachments_number");
    good_mail_goes();
}

static void arrays_of_the_wrong_shape_are_refused(void **state)
{
    VARIANT null = {.vt = VT_NULL}, numbers, numbers_by_reference = {.vt = VT_BYREF | VT_ARRAY | VT_I4};

    (void)state;
    refused_argument(at_attachments, array_of(VT_I4, ob_long(5)), L"attachments_numbers");
    refused_argument(at_attachments, two_dimensions(), L"attachments_two_dimensions");
    refused_argument(at_attachments, array_of(VT_VARIANT, null), L"attachments_null_element");
    refused_argument(at_attachments, array_of(VT_VARIANT, ob_long(5)), L"attachments_null_element");
    numbers = array_of(VT_I4, ob_long(5));
    V_ARRAYREF(&numbers_by_reference) = &V_ARRAY(&numbers);
    refused_argument(at_attachments, numbers_by_reference, L"attachments_numbers");
    VariantClear(&numbers);
    good_mail_goes();
}

static void too_few_and_too_many_arguments_are_refused_by_name(void **state)
{
    VARIANT arguments[argument_count + 1];

    (void)state;
    good_arguments(arguments);
    arguments[argument_count] = ob_missing();
    refused_call(session, L"SendMail", DISPATCH_METHOD, arguments, at_body, L"body_missing");
    refused_call(session, L"SendMail", DISPATCH_METHOD, arguments, argument_count + 1, L"too_many_arguments");
    VariantClear(&arguments[at_body]);
    arguments[at_body] = ob_missing();
    refused_call(session, L"SendMail", DISPATCH_METHOD, arguments, argument_count, L"body_missing");
    refused_call(session, L"Job", DISPATCH_METHOD, NULL, 0, L"job_missing");
    for (unsigned i = 0; i < argument_count; i++)
        VariantClear(&arguments[i]);
    nothing_is_half_done();
    good_mail_goes();
}

/* By position it is To, and by name once more. */
static void an_argument_given_twice_is_refused(void **state)
{
    VARIANT arguments[4] = {
        ob_text(L"b@example.com"), ob_text(L"body"), ob_text(L"subject"), ob_text(L"a@example.com")};
    DISPID to = 0;
    DISPPARAMS params = {arguments, &to, 4, 1};
    struct ob_answer answer;

    (void)state;
    ob_invoke_id(session, ob_dispid(session, L"SendMail"), DISPATCH_METHOD, &params, &answer);
    expect_answer(&answer, L"to_twice");
    ob_answer_clear(&answer);
    for (unsigned i = 0; i < ARRAYSIZE(arguments); i++)
        VariantClear(&arguments[i]);
    nothing_is_half_done();
    good_mail_goes();
}

static void a_timeout_out_of_range_is_refused_and_changes_nothing(void **state)
{
    static const struct
    {
        LONG value;
        const WCHAR *name;
    } cases[] = {{99, L"timeout_low"}, {600001, L"timeout_high"}, {-1, L"timeout_negative"}};
    VARIANT null = {.vt = VT_NULL}, text = ob_text(L"soon");
    LONG now = 0;

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
    {
        VARIANT value = ob_long(cases[i].value);

        refused_call(session, L"Timeout", DISPATCH_PROPERTYPUT, &value, 1, cases[i].name);
        ob_assert_hr(IObSession_put_Timeout(session, cases[i].value), E_INVALIDARG);
    }
    refused_call(session, L"Timeout", DISPATCH_PROPERTYPUT, &null, 1, L"timeout_null");
    refused_call(session, L"Timeout", DISPATCH_PROPERTYPUT, &text, 1, L"timeout_text");
    VariantClear(&text);
    ob_assert_ok(IObSession_get_Timeout(session, &now));
    assert_int_equal(now, 30000);
}

static void a_job_id_that_is_none_is_refused(void **state)
{
    static const struct
    {
        const WCHAR *id, *name;
    } cases[] = {
        {L"nonsense", L"job_nonsense"},
        {L"", L"job_empty"},
        {L"{01234567-89AB-CDEF-0123-456789ABCDEF}", L"job_unknown"},
    };
    VARIANT null = {.vt = VT_NULL};

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
    {
        VARIANT id = ob_text(cases[i].id);
        IObJob *job = NULL;

        refused_call(session, L"Job", DISPATCH_METHOD, &id, 1, cases[i].name);
        ob_assert_hr(IObSession_Job(session, V_BSTR(&id), &job), OB_E_NO_SUCH_JOB);
        assert_null(job);
        VariantClear(&id);
    }
    refused_call(session, L"Job", DISPATCH_METHOD, &null, 1, L"job_null");
}

static void behind_the_id_of_a_job_nothing_may_stand(void **state)
{
    WCHAR text[] = L"{01234567-89AB-CDEF-0123-456789ABCDEF}\0 OR 1=1";
    IObJob *job = ob_send_plain(session, L"an id and more"), *found = NULL;
    VARIANT id = {.vt = VT_BSTR};
    BSTR real;

    (void)state;
    ob_expect_state(job, obJobSent);
    good_mails++;
    ob_assert_ok(IObJob_get_Id(job, &real));
    wmemcpy(text, real, wcslen(real));
    V_BSTR(&id) = SysAllocStringLen(text, ARRAYSIZE(text) - 1);
    ob_assert_hr(IObSession_Job(session, V_BSTR(&id), &found), OB_E_NO_SUCH_JOB);
    assert_null(found);
    VariantClear(&id);
    ob_assert_ok(IObSession_Job(session, real, &found));
    IObJob_Release(found);
    wmemcpy(text, L"{01234567-89AB-CDEF-0123-456789ABCDEF}", 38);
    V_VT(&id) = VT_BSTR;
    V_BSTR(&id) = SysAllocStringLen(text, ARRAYSIZE(text) - 1);
    refused_call(session, L"Job", DISPATCH_METHOD, &id, 1, L"job_zero");
    VariantClear(&id);
    SysFreeString(real);
    IObJob_Release(job);
}

static void a_wait_out_of_range_is_refused(void **state)
{
    IObJob *job = ob_send_plain(session, L"waited for");
    VARIANT negative = ob_long(-1), high = ob_long(600001), null = {.vt = VT_NULL};
    ObJobState now;

    (void)state;
    refused_call(job, L"Wait", DISPATCH_METHOD, &negative, 1, L"wait_negative");
    refused_call(job, L"Wait", DISPATCH_METHOD, &high, 1, L"wait_high");
    refused_call(job, L"Wait", DISPATCH_METHOD, &null, 1, L"wait_null");
    ob_assert_hr(IObJob_Wait(job, negative, &now), E_INVALIDARG);
    ob_expect_state(job, obJobSent);
    good_mails++;
    IObJob_Release(job);
}

/* Last of all: it leaves a failed job. */
static void a_name_that_the_address_book_does_not_know_is_accepted_and_the_job_fails(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com; Nobody Ofthisname", .subject = L"to nobody", .body = L"b"};
    IObJob *job = ob_send(session, &mail);
    BSTR text;

    (void)state;
    ob_expect_state(job, obJobFailed);
    ob_assert_hr(ob_error_of(job), OB_E_BAD_RECIPIENT);
    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_require(wcsstr(text, L"Outlook does not recognize one or more names of this mail. Checked: ") == text &&
                   wcsstr(text, L"Nobody Ofthisname"),
        "got: %s", ob_utf8(text));
    SysFreeString(text);
    IObJob_Release(job);
    ob_expect_counts(session, 0, 0, (LONG)good_mails, 1, 0);
    ob_expect_good_mail(session, L"after nobody");
    ob_expect_delivered(L"to nobody", 0);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_without_any_recipient_is_refused),
        cmocka_unit_test(lists_with_empty_places_are_refused),
        cmocka_unit_test(commas_between_addresses_are_refused_by_a_text_that_names_the_semicolon),
        cmocka_unit_test(malformed_addresses_are_refused),
        cmocka_unit_test(a_line_break_cannot_write_headers),
        cmocka_unit_test(a_zero_cannot_hide_what_stands_behind_it),
        cmocka_unit_test(half_of_a_character_is_refused_and_a_whole_one_goes),
        cmocka_unit_test(keys_that_are_too_long_or_not_printable_are_refused),
        cmocka_unit_test(attachments_that_are_no_full_local_path_are_refused),
        cmocka_unit_test(a_line_break_is_no_blank_around_a_path),
        cmocka_unit_test(attachments_that_are_not_there_are_refused),
        cmocka_unit_test(values_of_wrong_types_are_refused_in_words),
        cmocka_unit_test(arrays_of_the_wrong_shape_are_refused),
        cmocka_unit_test(too_few_and_too_many_arguments_are_refused_by_name),
        cmocka_unit_test(an_argument_given_twice_is_refused),
        cmocka_unit_test(a_timeout_out_of_range_is_refused_and_changes_nothing),
        cmocka_unit_test(a_job_id_that_is_none_is_refused),
        cmocka_unit_test(behind_the_id_of_a_job_nothing_may_stand),
        cmocka_unit_test(a_wait_out_of_range_is_refused),
        cmocka_unit_test(a_name_that_the_address_book_does_not_know_is_accepted_and_the_job_fails),
    };

    return cmocka_run_group_tests(tests, ob_begin_session, ob_end_session);
}

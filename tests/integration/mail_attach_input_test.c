/* mail_attach_input_test.c - bad files, names and bytes of IObMail's attachments get a clear error, and leave nothing
 * in the spool. As mail_input_test.c, for Attach and AttachData. */
#include "mail_input.h"
#include <stdlib.h>

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

static void files_that_cannot_be_had_are_not_attached(void **state)
{
    (void)state;
    input_refused_1(input_mail, L"Attach", ob_text(L""), L"attach_empty");
    input_refused_1(input_mail, L"Attach", ob_text(L"report.pdf"), L"attachment_relative");
    input_refused_1(input_mail, L"Attach", ob_text(L"\\\\server\\share\\report.pdf"), L"attachment_unc");
    input_refused_1(input_mail, L"Attach", ob_text(L"\\\\.\\PhysicalDrive0"), L"attachment_device");
    input_refused_1(input_mail, L"Attach", ob_text(L"C:\\Reports\\NUL.txt"), L"attachment_device_name");
    input_refused_1(input_mail, L"Attach", ob_text(L"C:\\Reports\\June.pdf:hidden"), L"attachment_stream");
    input_refused_1(input_mail, L"Attach", ob_text(ob_file_path(L"missing.txt")), L"attachment_missing");
    CreateDirectoryW(ob_file_path(L"folder"), NULL);
    input_refused_1(input_mail, L"Attach", ob_text(ob_file_path(L"folder")), L"attachment_folder");
    input_refused_1(input_mail, L"Attach", input_null(), L"attach_null");
    input_refused_1(input_mail, L"Attach", input_texts(), L"attach_array");
    input_refused_1(input_mail, L"Attach", input_with_zero(), L"attach_zero");
    input_refused(input_mail, L"Attach", NULL, 0, L"attach_missing_path");
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
    input_refused(input_mail, L"Attach", named, 2, L"display_name_line_break");
    input_refused(input_mail, L"Attach", half, 2, L"display_name_half");
    input_refused_2(input_mail, L"Attach", ob_text(path), input_with_zero(), L"display_name_zero");
    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
    {
        VARIANT attach[] = {ob_text(path), ob_text(L""), ob_text(cases[i].content_id)};
        VARIANT data[] = {ob_text(L"logo.png"), ob_text(L"AAAA"), ob_text(cases[i].content_id)};

        input_refused(input_mail, L"Attach", attach, 3, cases[i].name);
        input_refused(input_mail, L"AttachData", data, 3, cases[i].name);
    }
    {
        VARIANT data[] = {ob_text(L"logo.png"), ob_text(L"AAAA"), input_filled(L'c', 251)};

        input_refused(input_mail, L"AttachData", data, 3, L"content_id_long");
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
        input_refused_2(input_mail, L"AttachData", ob_text(cases[i].file_name), ob_text(L"AAAA"), cases[i].name);
    input_refused_2(input_mail, L"AttachData", input_with_zero(), ob_text(L"AAAA"), L"name_zero");
    input_refused_2(input_mail, L"AttachData", input_null(), ob_text(L"AAAA"), L"name_null");
    input_refused_1(input_mail, L"AttachData", ob_text(L"a.txt"), L"bytes_missing");
}

static void what_is_not_bytes_is_refused(void **state)
{
    static const LONG bad[][2] = {{1, 256}, {-1, 1}};

    (void)state;
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), input_null(), L"bytes_no_bytes");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), input_nothing(), L"bytes_no_bytes");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), input_number(), L"bytes_no_bytes");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), input_date(), L"bytes_no_bytes");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), input_empty(), L"bytes_empty");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), ob_text(L"no base64!"), L"bytes_no_base64");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), ob_text(L"AAA"), L"bytes_no_base64");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), input_texts(), L"bytes_element");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), numbers(VT_VARIANT, 0, bad[0], 2), L"bytes_element");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), numbers(VT_VARIANT, 0, bad[1], 2), L"bytes_element");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), numbers(VT_I4, 0, bad[0], 2), L"bytes_array_type");
    input_refused_2(input_mail, L"AttachData", ob_text(L"a.txt"), two_dimensions(), L"bytes_dimensions");
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
    input_put(L"Subject", subject);
    for (unsigned i = 0; i < ARRAYSIZE(values); i++)
    {
        VARIANT arguments[] = {ob_text(names[i]), values[i]};
        struct ob_answer answer;

        ob_invoke(input_mail, L"AttachData", DISPATCH_METHOD, arguments, 2, &answer);
        ob_require(
            answer.hr == S_OK, "%s: %08lX %s", ob_utf8(names[i]), (unsigned long)answer.code, ob_utf8(answer.text));
        ob_answer_clear(&answer);
        VariantClear(&arguments[0]);
    }
    job = input_send_mail();
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
    IObMail_Release(input_mail);
    input_make_mail(NULL);
}

/* The limit counts what is attached already; what does not fit leaves what was there. */
static void more_than_a_mail_may_have_is_refused(void **state)
{
    char *bytes = calloc(1, INPUT_LIMIT + 1);
    SAFEARRAYBOUND bound = {INPUT_LIMIT + 1, 0};
    VARIANT large = {.vt = VT_ARRAY | VT_UI1}, arguments[2];
    struct ob_answer answer;

    (void)state;
    V_ARRAY(&large) = SafeArrayCreate(VT_UI1, 1, &bound);
    input_refused_2(input_mail, L"AttachData", ob_text(L"large.bin"), large, L"too_large_data");
    input_refused_1(input_mail, L"Attach", ob_text(ob_write_file(ob_file_path(L"large.bin"), bytes, INPUT_LIMIT + 1)),
        L"too_large_file");
    arguments[0] = ob_text(ob_write_file(ob_file_path(L"half.bin"), bytes, INPUT_LIMIT / 2 + 1));
    ob_invoke(input_mail, L"Attach", DISPATCH_METHOD, arguments, 1, &answer);
    ob_assert_ok(answer.hr);
    input_refused_1(input_mail, L"Attach", arguments[0], L"too_large_together");
    input_put(L"Body", input_filled(L'b', INPUT_LIMIT / 2));
    input_refused(input_mail, L"Send", NULL, 0, L"too_large_text");
    IObMail_Release(input_mail);
    input_make_mail(NULL);
    free(bytes);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        INPUT_TEST(files_that_cannot_be_had_are_not_attached),
        INPUT_TEST(names_and_content_ids_that_a_header_cannot_have_are_refused),
        INPUT_TEST(file_names_that_windows_does_not_take_are_refused),
        INPUT_TEST(what_is_not_bytes_is_refused),
        INPUT_TEST(bytes_may_come_in_any_shape),
        INPUT_TEST(more_than_a_mail_may_have_is_refused),
    };

    return cmocka_run_group_tests(tests, input_begin, input_end);
}

/* sending_test.c - what a client gives SendMail is what arrives, character by character and byte by byte, and the job
 * tells what became of it. Messages are read by Python's email package. */
#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* German, Greek, Hebrew and Arabic (right to left), Japanese, a combining accent, an emoji beyond the BMP with a skin
 * tone and a joiner. */
#define STRANGE                                                                                                        \
    L"\u00c4\u00d6\u00df \u03bb\u03cc\u03b3\u03bf\u03c2 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 "      \
    L"\u65e5\u672c\u8a9e e\u0301 \U0001f469\U0001f3fd\u200d\U0001f4bb"

/* Sends, waits until it is sent, and reads what arrived; *arrived is borrowed from arrivals. */
static const struct ob_arrived *there_and_back(const struct ob_mail *mail, struct ob_arrivals *arrivals)
{
    IObJob *job = ob_send(session, mail);

    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_read_mails(arrivals);
    return ob_mail_with(arrivals, mail->subject);
}

static void expect_attachment(
    const struct ob_arrived *mail, unsigned index, const WCHAR *name, const void *bytes, size_t size)
{
    char sha256[65];

    ob_require(index < mail->attachment_count, "%u attachments", mail->attachment_count);
    ob_sha256(bytes, size, sha256);
    ob_assert_text(mail->attachments[index].name, name);
    assert_int_equal(mail->attachments[index].size, size);
    assert_string_equal(mail->attachments[index].sha256, sha256);
}

static void a_plain_mail_arrives_as_written(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"plain", .body = L"first line\r\nsecond line"};
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived = there_and_back(&mail, &arrivals);

    (void)state;
    ob_assert_text(arrived->to, L"a@example.com");
    ob_assert_text(arrived->cc, L"");
    ob_assert_text(arrived->bcc, L"");
    ob_assert_text(arrived->body, L"first line\nsecond line");
    ob_assert_text(arrived->html, L"");
    assert_int_equal(arrived->attachment_count, 0);
    ob_free_mails(&arrivals);
}

static void an_html_body_wins_over_the_body(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com",
        .subject = L"html",
        .body = L"not this",
        .html = L"<html><body><p>Hello, <b>world</b> \u20ac</p></body></html>"};
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived = there_and_back(&mail, &arrivals);

    (void)state;
    ob_require(wcsstr(arrived->html, L"<b>world</b>") != NULL, "html: %s", ob_utf8(arrived->html));
    ob_require(
        wcsstr(arrived->body, L"world") && !wcsstr(arrived->body, L"not this"), "body: %s", ob_utf8(arrived->body));
    ob_free_mails(&arrivals);
}

static void cc_and_bcc_are_recipients_too(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com; Anna Schmidt;",
        .subject = L"copies",
        .body = L"b",
        .cc = L"Carl C <c@example.com>",
        .bcc = L"d@example.com; e@example.com"};
    struct ob_mail hidden = {.subject = L"hidden only", .body = L"b", .bcc = L"f@example.com"};
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived = there_and_back(&mail, &arrivals);

    (void)state;
    ob_require(wcsstr(arrived->to, L"a@example.com") && wcsstr(arrived->to, L"anna.schmidt@example.com"), "To: %s",
        ob_utf8(arrived->to));
    ob_require(wcsstr(arrived->cc, L"c@example.com") != NULL, "Cc: %s", ob_utf8(arrived->cc));
    ob_require(wcsstr(arrived->bcc, L"d@example.com") && wcsstr(arrived->bcc, L"e@example.com"), "Bcc: %s",
        ob_utf8(arrived->bcc));
    ob_free_mails(&arrivals);
    ob_assert_text(there_and_back(&hidden, &arrivals)->to, L"");
    ob_free_mails(&arrivals);
}

static void text_of_any_language_arrives_unchanged(void **state)
{
    struct ob_mail mail = {.to = L"J\u00fcrgen M\u00fc\u00dfig; \u5c71\u7530 \u592a\u90ce",
        .subject = L"subject " STRANGE,
        .body = L"body " STRANGE L"\r\n" STRANGE};
    struct ob_mail html = {.to = L"\u041e\u043b\u044c\u0433\u0430 \u041f\u0435\u0442\u0440\u043e\u0432\u0430",
        .subject = L"html " STRANGE,
        .html = L"<p>" STRANGE L"</p>"};
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived = there_and_back(&mail, &arrivals);

    (void)state;
    ob_assert_text(arrived->body, L"body " STRANGE L"\n" STRANGE);
    ob_require(wcsstr(arrived->to, L"J\u00fcrgen M\u00fc\u00dfig") &&
                   wcsstr(arrived->to, L"\u5c71\u7530 \u592a\u90ce") && wcsstr(arrived->to, L"taro.yamada@example.com"),
        "To: %s", ob_utf8(arrived->to));
    ob_free_mails(&arrivals);
    arrived = there_and_back(&html, &arrivals);
    ob_require(wcsstr(arrived->html, STRANGE) != NULL, "html: %s", ob_utf8(arrived->html));
    ob_free_mails(&arrivals);
}

static void attachments_may_be_divided_by_bars(void **state)
{
    WCHAR list[2048];
    VARIANT attachments;
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"bars", .body = L"b", .attachments = &attachments};
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived;

    (void)state;
    swprintf(list, ARRAYSIZE(list), L"%ls | %ls|%ls", ob_write_file(ob_file_path(L"one.txt"), "one", 3),
        ob_write_file(ob_file_path(L"two.bin"), "\0\r\n\xff", 4), ob_write_file(ob_file_path(L"empty.txt"), "", 0));
    attachments = ob_text(list);
    arrived = there_and_back(&mail, &arrivals);
    assert_int_equal(arrived->attachment_count, 3);
    expect_attachment(arrived, 0, L"one.txt", "one", 3);
    expect_attachment(arrived, 1, L"two.bin", "\0\r\n\xff", 4);
    expect_attachment(arrived, 2, L"empty.txt", "", 0);
    ob_free_mails(&arrivals);
    VariantClear(&attachments);
}

static void attachments_may_be_arrays_of_any_kind(void **state)
{
    const WCHAR *paths[2];
    VARIANT arrays[4], by_reference = {.vt = VT_BYREF | VT_ARRAY | VT_VARIANT};
    VARIANT variable = {.vt = VT_BYREF | VT_VARIANT}, nothing[3];
    VARIANT *given[] = {&arrays[0], &arrays[1], &arrays[2], &arrays[3], &by_reference, &variable};

    (void)state;
    paths[0] = ob_write_file(ob_file_path(L"first.txt"), "first", 5);
    paths[1] = ob_write_file(ob_file_path(L"second.txt"), "second", 6);
    arrays[0] = ob_array(VT_BSTR, 0, paths, 2);
    arrays[1] = ob_array(VT_VARIANT, 0, paths, 2);
    arrays[2] = ob_array(VT_VARIANT, 1, paths, 2);
    arrays[3] = ob_array(VT_BSTR, -5, paths, 2);
    V_ARRAYREF(&by_reference) = &V_ARRAY(&arrays[1]);
    V_VARIANTREF(&variable) = &arrays[2];
    for (unsigned i = 0; i < ARRAYSIZE(given); i++)
    {
        WCHAR subject[20];
        struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .attachments = given[i]};
        struct ob_arrivals arrivals;
        const struct ob_arrived *arrived;

        swprintf(subject, ARRAYSIZE(subject), L"array %u", i);
        arrived = there_and_back(&mail, &arrivals);
        assert_int_equal(arrived->attachment_count, 2);
        expect_attachment(arrived, 0, L"first.txt", "first", 5);
        expect_attachment(arrived, 1, L"second.txt", "second", 6);
        ob_free_mails(&arrivals);
    }
    nothing[0] = ob_array(VT_BSTR, 0, paths, 0);
    nothing[1] = (VARIANT){.vt = VT_EMPTY};
    nothing[2] = ob_text(L"");
    for (unsigned i = 0; i < ARRAYSIZE(nothing); i++)
    {
        WCHAR subject[20];
        struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .attachments = &nothing[i]};
        struct ob_arrivals arrivals;

        swprintf(subject, ARRAYSIZE(subject), L"no array %u", i);
        assert_int_equal(there_and_back(&mail, &arrivals)->attachment_count, 0);
        ob_free_mails(&arrivals);
        VariantClear(&nothing[i]);
    }
    for (unsigned i = 0; i < ARRAYSIZE(arrays); i++)
        VariantClear(&arrays[i]);
}

static void file_names_of_any_language_arrive_unchanged(void **state)
{
    static const WCHAR *const names[] = {
        L"\u00dcbersicht \u2013 \u0437\u0430\u043c\u0435\u0442\u043a\u0438 \u65e5\u672c.txt",
        L"\U0001f4c8 e\u0301 \u05e9\u05dc\u05d5\u05dd.pdf",
        L"it's; a=\u00fc, (100%) & [more].txt",
    };
    const WCHAR *paths[ARRAYSIZE(names)];
    VARIANT attachments;
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"file names", .body = L"b", .attachments = &attachments};
    struct ob_arrivals arrivals;
    const struct ob_arrived *arrived;

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(names); i++)
        paths[i] = ob_write_file(ob_file_path(names[i]), names[i], wcslen(names[i]));
    attachments = ob_array(VT_VARIANT, 0, paths, ARRAYSIZE(names));
    arrived = there_and_back(&mail, &arrivals);
    assert_int_equal(arrived->attachment_count, ARRAYSIZE(names));
    for (unsigned i = 0; i < ARRAYSIZE(names); i++)
        expect_attachment(arrived, i, names[i], names[i], wcslen(names[i]));
    ob_free_mails(&arrivals);
    VariantClear(&attachments);
}

static void twenty_megabytes_arrive_whole(void **state)
{
    const size_t size = 20u << 20;
    unsigned char *bytes = malloc(size);
    unsigned random = 1;
    VARIANT attachments;
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"big", .body = L"b", .attachments = &attachments};
    struct ob_arrivals arrivals;

    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
    {
        random = random * 1664525u + 1013904223u;
        bytes[i] = (unsigned char)(random >> 24);
    }
    attachments = ob_text(ob_write_file(ob_file_path(L"big.bin"), bytes, size));
    expect_attachment(there_and_back(&mail, &arrivals), 0, L"big.bin", bytes, size);
    ob_free_mails(&arrivals);
    VariantClear(&attachments);
    free(bytes);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
}

static void a_file_may_be_gone_a_moment_later(void **state)
{
    VARIANT attachments = ob_text(ob_write_file(ob_file_path(L"gone.txt"), "was here", 8));
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"gone", .body = L"b", .attachments = &attachments};
    struct ob_arrivals arrivals;
    IObJob *job;

    (void)state;
    ob_control("spooler-delay-ms = 50\nhold = Application.CreateItem before\n");
    job = ob_send(session, &mail);
    assert_true(DeleteFileW(ob_file_path(L"gone.txt")));
    ob_control("");
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_read_mails(&arrivals);
    expect_attachment(ob_mail_with(&arrivals, L"gone"), 0, L"gone.txt", "was here", 8);
    ob_free_mails(&arrivals);
    VariantClear(&attachments);
}

static void a_long_subject_arrives_whole(void **state)
{
    WCHAR subject[1001];
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b"};
    struct ob_arrivals arrivals;

    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        subject[i] = (WCHAR)(i % 7 == 6 ? L' ' : i % 5 ? L'a' + i % 26 : L'\u00fc');
    subject[999] = L'.';
    subject[1000] = 0;
    there_and_back(&mail, &arrivals);
    ob_free_mails(&arrivals);
}

/* The time now as scripts see it. */
static DATE now(void)
{
    SYSTEMTIME time;
    DATE date = 0;

    GetLocalTime(&time);
    SystemTimeToVariantTime(&time, &date);
    return date;
}

static void expect_history(const VARIANT *history, const struct ob_mail *mail)
{
    static const LONG expected[] = {obJobQueued, obJobSending, obJobSubmitted, obJobSent};
    SAFEARRAY *lines = V_ARRAY(history);
    DATE before = 0;
    LONG lower, upper;

    assert_int_equal(V_VT(history), VT_ARRAY | VT_VARIANT);
    ob_assert_ok(SafeArrayGetLBound(lines, 1, &lower));
    ob_assert_ok(SafeArrayGetUBound(lines, 1, &upper));
    assert_int_equal(lower, 0);
    ob_require(upper == 3, "%ld lines of history of \"%s\"", upper + 1, ob_utf8(mail->subject));
    for (LONG i = 0; i <= upper; i++)
    {
        VARIANT line, *places;

        ob_assert_ok(SafeArrayGetElement(lines, &i, &line));
        assert_int_equal(V_VT(&line), VT_ARRAY | VT_VARIANT);
        assert_int_equal(V_ARRAY(&line)->rgsabound[0].cElements, 3);
        ob_assert_ok(SafeArrayAccessData(V_ARRAY(&line), (void **)&places));
        assert_int_equal(V_VT(&places[0]), VT_DATE);
        assert_true(V_DATE(&places[0]) >= before);
        before = V_DATE(&places[0]);
        assert_int_equal(V_I4(&places[1]), expected[i]);
        assert_int_equal(V_VT(&places[2]), VT_BSTR);
        SafeArrayUnaccessData(V_ARRAY(&line));
        VariantClear(&line);
    }
}

static void a_job_tells_its_history_and_times(void **state)
{
    const DATE second = 1.0 / 86400;
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"history \u00fc", .body = L"b", .key = L"history 1"};
    DATE before = now() - 2 * second;
    IObJob *job = ob_send(session, &mail);
    VARIANT history, submitted, finished;
    BSTR text;

    (void)state;
    ob_expect_state(job, obJobSent);
    ob_assert_ok(IObJob_get_History(job, &history));
    expect_history(&history, &mail);
    VariantClear(&history);
    ob_assert_ok(IObJob_get_SubmittedAt(job, &submitted));
    ob_assert_ok(IObJob_get_FinishedAt(job, &finished));
    assert_int_equal(V_VT(&submitted), VT_DATE);
    assert_int_equal(V_VT(&finished), VT_DATE);
    assert_true(V_DATE(&submitted) >= before && V_DATE(&submitted) <= V_DATE(&finished));
    assert_true(V_DATE(&finished) <= now() + 2 * second);
    assert_int_equal(ob_attempts_of(job), 1);
    ob_assert_ok(ob_error_of(job));
    ob_assert_ok(IObJob_get_Subject(job, &text));
    ob_assert_text(text, mail.subject);
    SysFreeString(text);
    ob_assert_ok(IObJob_get_Key(job, &text));
    ob_assert_text(text, mail.key);
    SysFreeString(text);
    ob_assert_ok(IObJob_get_EntryID(job, &text));
    assert_true(SysStringLen(text) > 0);
    SysFreeString(text);
    IObJob_Release(job);
}

static void a_job_is_queued_before_outlook_has_it_and_submitted_while_it_stands_in_the_outbox(void **state)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"states", .body = L"b"};
    ObJobState now_state = obJobSent;
    VARIANT finished, history;
    ULONGLONG end;
    IObJob *job;

    (void)state;
    ob_control("spooler-delay-ms = 600000\n");
    job = ob_send(session, &mail);
    /* Wait waits for final states only, and submitted is none. */
    for (end = GetTickCount64() + OB_LONG_MS; now_state != obJobSubmitted && GetTickCount64() < end;)
        ob_assert_ok(IObJob_Wait(job, ob_long(100), &now_state));
    assert_int_equal(now_state, obJobSubmitted);
    ob_assert_ok(IObJob_get_FinishedAt(job, &finished));
    assert_int_equal(V_VT(&finished), VT_EMPTY);
    ob_control("");
    ob_expect_state(job, obJobSent);
    ob_assert_ok(IObJob_get_History(job, &history));
    expect_history(&history, &mail);
    VariantClear(&history);
    IObJob_Release(job);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_mail_arrives_as_written),
        cmocka_unit_test(an_html_body_wins_over_the_body),
        cmocka_unit_test(cc_and_bcc_are_recipients_too),
        cmocka_unit_test(text_of_any_language_arrives_unchanged),
        cmocka_unit_test(attachments_may_be_divided_by_bars),
        cmocka_unit_test(attachments_may_be_arrays_of_any_kind),
        cmocka_unit_test(file_names_of_any_language_arrive_unchanged),
        cmocka_unit_test(twenty_megabytes_arrive_whole),
        cmocka_unit_test(a_file_may_be_gone_a_moment_later),
        cmocka_unit_test(a_long_subject_arrives_whole),
        cmocka_unit_test(a_job_tells_its_history_and_times),
        cmocka_unit_test(a_job_is_queued_before_outlook_has_it_and_submitted_while_it_stands_in_the_outbox),
    };

    return cmocka_run_group_tests(tests, ob_begin_session, ob_end_session);
}

/* rights_test.c - the broker reads a file for a caller only if the caller may read it; run by rights_test.sh, which
 * makes the file. Wine has one user: that another caller is told apart stands in the tables of the unit tests. */
#include "support.h"
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static void a_file_that_the_caller_may_not_read_is_refused_and_not_mailed(void **state)
{
    VARIANT arguments[5] = {ob_text(L"a@example.com"), ob_text(L"secret"), ob_text(L"b"), ob_missing(),
        ob_text(ob_file_path(L"secret.txt"))};
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"secret", .body = L"b", .attachments = &arguments[4]};
    IObSession *session = ob_session();
    struct ob_answer answer;
    WCHAR *text;
    HRESULT code = ob_expected(L"attachment_denied", &text);
    IObJob *job;

    (void)state;
    assert_true(ob_exists(ob_file_path(L"secret.txt")));
    ob_invoke(session, L"SendMail", DISPATCH_METHOD, arguments, ARRAYSIZE(arguments), &answer);
    ob_assert_hr(answer.code, code);
    ob_assert_text(answer.text, text);
    ob_answer_clear(&answer);
    ob_assert_hr(ob_try_send(session, &mail, &job), code);
    assert_null(job);
    ob_expect_counts(session, 0, 0, 0, 0, 0);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
    ob_expect_good_mail(session, L"after the secret");
    assert_int_equal(ob_count_delivered(), 1);
    for (unsigned i = 0; i < ARRAYSIZE(arguments); i++)
        VariantClear(&arguments[i]);
    free(text);
    IObSession_Release(session);
}

static void a_key_does_not_open_it_either(void **state)
{
    VARIANT attachments = ob_text(ob_file_path(L"secret.txt"));
    struct ob_mail mail = {
        .to = L"a@example.com", .subject = L"secret", .body = L"b", .attachments = &attachments, .key = L"secret key"};
    IObSession *session = ob_session();
    IObJob *job;

    (void)state;
    ob_assert_hr(ob_try_send(session, &mail, &job), OB_E_ATTACHMENT);
    ob_assert_hr(ob_try_send(session, &mail, &job), OB_E_ATTACHMENT);
    assert_int_equal(ob_count_delivered(), 1);
    VariantClear(&attachments);
    IObSession_Release(session);
}

static void a_mail_that_is_filled_in_does_not_take_it_either(void **state)
{
    VARIANT path = ob_text(ob_file_path(L"secret.txt"));
    IObSession *session = ob_session();
    struct ob_answer answer;
    IObMail *mail;
    WCHAR *text;
    HRESULT code = ob_expected(L"attachment_denied", &text);

    (void)state;
    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_invoke(mail, L"Attach", DISPATCH_METHOD, &path, 1, &answer);
    ob_assert_hr(answer.code, code);
    ob_assert_text(answer.text, text);
    ob_answer_clear(&answer);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
    IObMail_Release(mail);
    VariantClear(&path);
    free(text);
    IObSession_Release(session);
}

static void the_log_tells_neither_content_nor_recipients(void **state)
{
    IObSession *session = ob_session();
    IObStatus *status;
    BSTR path;
    char *log;

    (void)state;
    ob_expect_good_mail(session, L"confidential subject");
    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_LogFile(status, &path));
    log = ob_read_file(path, NULL);
    assert_non_null(log);
    ob_require(strstr(log, "accepted") && strstr(log, "sent"), "the log: %s", log);
    ob_require(
        !strstr(log, "confidential") && !strstr(log, "example.com") && !strstr(log, "secret.txt"), "the log: %s", log);
    free(log);
    SysFreeString(path);
    IObStatus_Release(status);
    IObSession_Release(session);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_the_caller_may_not_read_is_refused_and_not_mailed),
        cmocka_unit_test(a_key_does_not_open_it_either),
        cmocka_unit_test(a_mail_that_is_filled_in_does_not_take_it_either),
        cmocka_unit_test(the_log_tells_neither_content_nor_recipients),
    };

    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

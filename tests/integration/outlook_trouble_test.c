/* outlook_trouble_test.c - what users meet of Outlook's moods, row by row of docs/failures.md: busy, slow, offline, a
 * start that fails, a guard that refuses, numbers with stray bits, names that nobody knows, too many open items. What
 * is temporary delays a mail and loses or doubles none; what is not is told by its code. */
#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

enum
{
    many = 300,
    open_items = 250
};

#define POLICIES L"Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\Security"

static int begin(void **state)
{
    ob_set(L"OutlookIdleSeconds", 1);
    return ob_begin_session(state);
}

static int end(void **state)
{
    ob_control("");
    return ob_end_session(state);
}

static IObJob *send_to(const WCHAR *to, const WCHAR *subject)
{
    struct ob_mail mail = {.to = to, .subject = subject, .body = L"b"};

    return ob_send(session, &mail);
}

static void expect_one(const WCHAR *subject)
{
    struct ob_arrivals arrivals;

    ob_read_mails(&arrivals);
    ob_mail_with(&arrivals, subject);
    ob_free_mails(&arrivals);
}

/* Sent in the end, once. */
static void expect_sent(IObJob *job, const WCHAR *subject)
{
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    expect_one(subject);
}

/* What is said of its error has these words. */
static void expect_text(IObJob *job, const WCHAR *words)
{
    BSTR text;

    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_require(wcsstr(text, words) != NULL, "%s", ob_utf8(text));
    SysFreeString(text);
}

/* The next mail has to start Outlook anew. */
static void let_outlook_end(void)
{
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
}

static void a_busy_outlook_is_asked_again_and_the_mail_leaves_once(void **state)
{
    (void)state;
    ob_control("busy = rejected at MailItem.Save times 2\nbusy = retry-later at send times 3\n");
    expect_sent(send_to(L"a@example.com", L"busy"), L"busy");
    ob_wait_strikes("busy = retry-later", 3);
}

/* The call returns while the start does not. */
static void a_slow_start_of_outlook_delays_the_mail_and_no_caller(void **state)
{
    ObJobState now;
    IObJob *job;

    (void)state;
    ob_control("");
    let_outlook_end();
    ob_control("hang = at start once\n");
    job = send_to(L"a@example.com", L"slow start");
    ob_wait_strikes("hang = at start", 1);
    ob_assert_ok(IObJob_get_State(job, &now));
    assert_int_equal(now, obJobQueued);
    ob_control("");
    expect_sent(job, L"slow start");
}

static void a_start_that_failed_does_not_poison_the_next(void **state)
{
    (void)state;
    ob_control("");
    let_outlook_end();
    ob_control("fail = 80004005 at logon once\n");
    expect_sent(send_to(L"a@example.com", L"failed start"), L"failed start");
    ob_wait_strikes("at logon", 1);
}

static void a_mail_stays_submitted_while_outlook_is_offline(void **state)
{
    unsigned before = ob_count_delivered();
    IObJob *job;

    (void)state;
    ob_control("offline = on\n");
    job = send_to(L"a@example.com", L"offline");
    ob_wait_for_state(job, obJobSubmitted);
    assert_int_equal(ob_count_delivered(), before);
    ob_control("");
    expect_sent(job, L"offline");
}

static void a_send_that_the_guard_refuses_fails_with_its_code(void **state)
{
    static const struct
    {
        const char *control;
        const WCHAR *subject, *code;
    } rows[] = {
        {"guard = send\n", L"guard", L"0x80004004"},                      /* E_ABORT */
        {"guard = send not-supported\n", L"guarded anew", L"0x80040102"}, /* MAPI_E_NO_SUPPORT */
    };

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(rows); i++)
    {
        IObJob *job;

        ob_control(rows[i].control);
        job = send_to(L"a@example.com", rows[i].subject);
        ob_expect_state(job, obJobFailed);
        ob_assert_hr(ob_error_of(job), OB_E_GUARD_DENIED);
        expect_text(job, rows[i].code);
        ob_control("");
        ob_assert_ok(IObJob_Retry(job));
        expect_sent(job, rows[i].subject);
    }
}

/* Outlook may be asked to send, but not for addresses. */
static void shut_the_guard(bool shut)
{
    static const struct
    {
        const WCHAR *name;
        DWORD value;
    } values[] = {{L"AdminSecurityMode", 3}, {L"PromptOOMSend", 2}, {L"PromptOOMAddressBookAccess", 0}};

    for (size_t i = 0; i < ARRAYSIZE(values); i++)
        if (shut)
            RegSetKeyValueW(
                HKEY_CURRENT_USER, POLICIES, values[i].name, REG_DWORD, &values[i].value, sizeof(values[i].value));
        else
            RegDeleteKeyValueW(HKEY_CURRENT_USER, POLICIES, values[i].name);
}

static void put_text(IObMail *mail, const WCHAR *member, const WCHAR *text)
{
    VARIANT value = ob_text(text);
    struct ob_answer answer;

    ob_invoke(mail, member, DISPATCH_PROPERTYPUT, &value, 1, &answer);
    ob_assert_ok(answer.code);
    ob_answer_clear(&answer);
    VariantClear(&value);
}

/* With what each member puts in that the guard does not stand before. */
static IObJob *send_full(const WCHAR *subject)
{
    static const WCHAR *const texts[][2] = {{L"To", L"a@example.com"}, {L"CC", L"b@example.com"},
        {L"BCC", L"c@example.com"}, {L"HTMLBody", L"<p>b</p>"}, {L"Categories", L"Red"}, {L"Account", L"Orders"}};
    VARIANT file = ob_text(ob_write_file(ob_file_path(L"guarded.txt"), "kept", 4));
    struct ob_answer answer;
    IObMail *mail;
    IObJob *job;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    put_text(mail, L"Subject", subject);
    for (size_t i = 0; i < ARRAYSIZE(texts); i++)
        put_text(mail, texts[i][0], texts[i][1]);
    ob_invoke(mail, L"Attach", DISPATCH_METHOD, &file, 1, &answer);
    ob_assert_ok(answer.code);
    ob_answer_clear(&answer);
    ob_invoke(mail, L"Send", DISPATCH_METHOD, NULL, 0, &answer);
    job = ob_answered_job(&answer);
    ob_answer_clear(&answer);
    IObMail_Release(mail);
    VariantClear(&file);
    return job;
}

/* Each line of the log of calls that says so is a Send. */
static unsigned count_guarded(void)
{
    static const char send[] = "MailItem.Send ";
    char *calls = ob_read_file(ob_sandbox_path(L"calls.txt"), NULL), *at = calls;
    unsigned count = 0;

    assert_non_null(calls);
    while ((at = strstr(at, " guarded\r\n")) != NULL)
    {
        char *line = at;

        while (line > calls && line[-1] != '\n')
            line--;
        ob_require(!strncmp(line, send, sizeof(send) - 1), "%.*s", (int)(at - line), line);
        at++;
        count++;
    }
    free(calls);
    return count;
}

/* From the start of Outlook to the copy in Sent Items. Reading an address would be refused, and on Windows might ask
 * somebody first. */
static void a_mail_leaves_without_a_call_of_what_is_guarded_but_send(void **state)
{
    static const char accounts[] = "Main\tsandbox@example.com\nOrders\torders@example.com\n";
    struct ob_arrivals arrivals;
    const struct ob_arrived *mail;

    (void)state;
    ob_control("");
    let_outlook_end();
    ob_write_file(ob_sandbox_path(L"accounts.txt"), accounts, sizeof(accounts) - 1);
    DeleteFileW(ob_sandbox_path(L"calls.txt"));
    shut_the_guard(true);
    ob_control("guard = deny\nlog-calls = on\n");
    expect_sent(send_full(L"guard shut"), L"guard shut");
    let_outlook_end();
    assert_int_equal(count_guarded(), 1);
    shut_the_guard(false);
    ob_control("");
    DeleteFileW(ob_sandbox_path(L"accounts.txt"));
    ob_read_mails(&arrivals);
    mail = ob_mail_with(&arrivals, L"guard shut");
    ob_require(wcsstr(mail->from, L"orders@example.com") != NULL, "from: %s", ob_utf8(mail->from));
    assert_int_equal(mail->attachment_count, 1);
    ob_free_mails(&arrivals);
}

static void a_name_that_nobody_knows_is_told_by_its_code_also_with_stray_bits(void **state)
{
    IObJob *job;

    (void)state;
    for (int shut = 0; shut < 2; shut++)
    {
        DeleteFileW(ob_sandbox_path(L"calls.txt"));
        ob_control("dirty-errors = on\nlog-calls = on\n");
        shut_the_guard(shut);
        job = send_to(L"Nobody Such", shut ? L"unknown name, shut" : L"unknown name");
        ob_expect_state(job, obJobFailed);
        ob_assert_hr(ob_error_of(job), OB_E_BAD_RECIPIENT);
        expect_text(job, shut ? L"(Its object model guard does not let the names be read one by one.)"
                              : L"the recipients one by one; not found: Nobody Such.");
        assert_int_equal(ob_count_calls("Recipients.Item"), shut ? 0 : 1);
        IObJob_Release(job);
    }
    shut_the_guard(false);
    ob_control("");
}

/* As an Office that was updated or removed leaves it: the newest version's key names a file that is gone. */
static void a_stale_type_library_of_outlooks_keeps_no_mail_back(void **state)
{
    static const WCHAR library[] = L"Software\\Classes\\TypeLib\\{00062FFF-0000-0000-C000-000000000046}";
    static const WCHAR gone[] = L"C:\\Program Files\\Microsoft Office\\Office99\\MSOUTL.OLB";
    static const WCHAR *const views[] = {L"99.0\\0\\win32", L"99.0\\0\\win64"};

    (void)state;
    let_outlook_end();
    for (size_t i = 0; i < ARRAYSIZE(views); i++)
    {
        WCHAR key[160];

        swprintf(key, ARRAYSIZE(key), L"%ls\\%ls", library, views[i]);
        assert_int_equal(RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, NULL, REG_SZ, gone, sizeof(gone)), ERROR_SUCCESS);
    }
    expect_sent(send_to(L"a@example.com", L"stale library"), L"stale library");
    assert_int_equal(RegDeleteTreeW(HKEY_LOCAL_MACHINE, library), ERROR_SUCCESS);
}

/* Every pointer is let go of at once: else the 251st mail would fail. */
static void more_mails_leave_than_items_may_be_open(void **state)
{
    unsigned before = ob_count_delivered();
    IObJob *jobs[many];
    WCHAR subject[40];
    char control[64];

    (void)state;
    snprintf(control, sizeof(control), "open-items = %d\n", open_items);
    ob_control(control);
    for (unsigned i = 0; i < many; i++)
    {
        swprintf(subject, ARRAYSIZE(subject), L"open items %u", i);
        jobs[i] = send_to(L"a@example.com", subject);
    }
    for (unsigned i = 0; i < many; i++)
    {
        ob_expect_state(jobs[i], obJobSent);
        IObJob_Release(jobs[i]);
    }
    assert_int_equal(ob_count_delivered(), before + many);
    ob_control("");
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_busy_outlook_is_asked_again_and_the_mail_leaves_once),
        cmocka_unit_test(a_slow_start_of_outlook_delays_the_mail_and_no_caller),
        cmocka_unit_test(a_start_that_failed_does_not_poison_the_next),
        cmocka_unit_test(a_mail_stays_submitted_while_outlook_is_offline),
        cmocka_unit_test(a_send_that_the_guard_refuses_fails_with_its_code),
        cmocka_unit_test(a_mail_leaves_without_a_call_of_what_is_guarded_but_send),
        cmocka_unit_test(a_name_that_nobody_knows_is_told_by_its_code_also_with_stray_bits),
        cmocka_unit_test(a_stale_type_library_of_outlooks_keeps_no_mail_back),
        cmocka_unit_test(more_mails_leave_than_items_may_be_open),
    };

    return cmocka_run_group_tests(tests, begin, end);
}

/* delivery_trouble_test.c - a mail that cannot be sent keeps no other waiting: one whose texts are gone from the outbox
 * fails, and is told. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <sqlite3.h>

static IObSession *session;

static IObJob *send_named(const WCHAR *subject)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b"};

    return ob_send(session, &mail);
}

static void expect_error(IObJob *job, HRESULT code, const WCHAR *begins)
{
    LONG now;
    BSTR text;

    ob_assert_ok(IObJob_get_LastError(job, &now));
    ob_assert_hr((HRESULT)now, code);
    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_require(!wcsncmp(text, begins, wcslen(begins)), "LastErrorText is \"%s\"", ob_utf8(text));
    SysFreeString(text);
}

/* Another program's hand in the outbox. */
static void run_sql(const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open_v2(ob_utf8(ob_data_path(L"outbox.db")), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, OB_LONG_MS);
    ob_require(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static bool log_holds(const char *line)
{
    char *log = ob_read_file(ob_data_path(L"broker.log"), NULL);
    bool holds = log && strstr(log, line);

    free(log);
    return holds;
}

static void a_job_whose_mail_is_gone_from_the_outbox_fails_and_the_others_go_on(void **state)
{
    IObJob *jobs[3];

    (void)state;
    ob_control("hold = MailItem.Send before\n");
    jobs[0] = send_named(L"before it");
    ob_wait_held();
    jobs[1] = send_named(L"gone from the outbox");
    jobs[2] = send_named(L"behind it");
    run_sql("DELETE FROM mail WHERE job = (SELECT seq FROM job WHERE subject = 'gone from the outbox')");
    ob_control("");
    ob_expect_state(jobs[0], obJobSent);
    ob_expect_state(jobs[1], obJobFailed);
    ob_expect_state(jobs[2], obJobSent);
    expect_error(jobs[1], OB_E_OUTBOX, L"The mail of this job is missing from the broker's outbox");
    assert_true(log_holds("mail-failed"));
    for (unsigned i = 0; i < ARRAYSIZE(jobs); i++)
        IObJob_Release(jobs[i]);
}

static int begin(void **state)
{
    int result = ob_begin(state);

    ob_set(L"RetryFirstSeconds", 1);
    if (!result) session = ob_session();
    return result;
}

static int end(void **state)
{
    if (session) IObSession_Release(session);
    return ob_end(state);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_whose_mail_is_gone_from_the_outbox_fails_and_the_others_go_on),
    };

    return cmocka_run_group_tests(tests, begin, end);
}

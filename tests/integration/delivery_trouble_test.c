/* delivery_trouble_test.c - a mail that cannot be sent keeps no other waiting: one whose texts are gone from the outbox
 * fails, one that Outlook ends of is put off, one of which Outlook does not answer waits alone; and no mail is sent
 * twice where two drafts bear its stamp. */
#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <sqlite3.h>

static void expect_error(IObJob *job, HRESULT code, const WCHAR *begins)
{
    BSTR text;

    ob_assert_hr(ob_error_of(job), code);
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

static void expect_next(IObJob *job, const WCHAR *step)
{
    BSTR text;

    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_require(wcsstr(text, step) != NULL, "LastErrorText is \"%s\"", ob_utf8(text));
    SysFreeString(text);
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
    IObJob *jobs[4];

    (void)state;
    ob_control("hold = MailItem.Send before\n");
    jobs[0] = ob_send_plain(session, L"before it");
    ob_wait_held();
    jobs[1] = ob_send_plain(session, L"gone from the outbox");
    jobs[2] = ob_send_plain(session, L"behind it");
    jobs[3] = ob_send_plain(session, L"gone after it was tried");
    run_sql("DELETE FROM mail WHERE job IN (SELECT seq FROM job WHERE subject LIKE 'gone %');"
            "UPDATE job SET attempts = 1 WHERE subject = 'gone after it was tried'");
    ob_control("");
    ob_expect_state(jobs[0], obJobSent);
    ob_expect_state(jobs[1], obJobFailed);
    ob_expect_state(jobs[2], obJobSent);
    ob_expect_state(jobs[3], obJobFailed);
    expect_error(jobs[1], OB_E_OUTBOX, L"The mail of this job is missing from the broker's outbox");
    expect_next(jobs[1], L" Next: send the mail anew");
    expect_next(jobs[3], L"an earlier attempt may have been sent");
    assert_true(log_holds("mail-failed"));
    for (unsigned i = 0; i < ARRAYSIZE(jobs); i++)
        IObJob_Release(jobs[i]);
}

/* The text of an attempt that failed says what the broker will do, and no more than a person has to. */
static void an_attempt_that_failed_says_when_the_next_one_is_or_that_there_is_none(void **state)
{
    IObJob *job;

    (void)state;
    ob_control("fail = 80040115 at MailItem.Send\n");
    job = ob_send_plain(session, L"tried again");
    ob_wait_for_error(job, (HRESULT)0x80040115);
    expect_next(job, L" Next: nothing now: the broker tries again by itself at 20");
    ob_control("");
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_control("fail = 80004005 at MailItem.Save\n");
    job = ob_send_plain(session, L"refused");
    ob_expect_state(job, obJobFailed);
    expect_next(job, L" Next: correct what Outlook names, and send again.");
    IObJob_Release(job);
    ob_control("");
}

static const struct
{
    const WCHAR *subject;
    const char *control, *strike;
    unsigned strikes;
} killers[] = {
    {L"ends Outlook at Save", "die = at MailItem.Save times 3\n", "at MailItem.Save", 3},
    {L"ends Outlook when its draft is opened", "die = at send once\ndie = at NameSpace.GetItemFromID times 2\n",
        "at NameSpace.GetItemFromID", 2},
};

static void a_mail_that_outlook_ends_of_again_and_again_is_put_off_and_the_others_go_on(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(killers); i++)
    {
        IObJob *job, *next;

        ob_control(killers[i].control);
        job = ob_send_plain(session, killers[i].subject);
        next = ob_send_plain(session, L"behind it");
        ob_wait_strikes(killers[i].strike, killers[i].strikes);
        ob_wait_for_error(job, OB_E_OUTLOOK_LOST);
        ob_assert_ok(IObJob_Wait(job, ob_long(3 * OB_LONG_MS), &(ObJobState){0}));
        ob_expect_state(job, obJobSent);
        ob_expect_state(next, obJobSent);
        ob_require(ob_attempts_of(job) == 2, "%s: %ld attempts", killers[i].strike, ob_attempts_of(job));
        assert_int_equal(ob_attempts_of(next), 1);
        ob_expect_delivered(killers[i].subject, 1);
        assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
        IObJob_Release(job);
        IObJob_Release(next);
        ob_control("");
    }
}

/* The first file of a folder of the stand-in's, by its full path. */
static void first_item(const WCHAR *folder, WCHAR path[600])
{
    WIN32_FIND_DATAW found;
    HANDLE find;

    swprintf(path, 600, L"%ls\\*.item", folder);
    find = FindFirstFileW(ob_sandbox_path(path), &found);
    ob_require(find != INVALID_HANDLE_VALUE, "nothing stands in %s", ob_utf8(folder));
    FindClose(find);
    swprintf(path, 600, L"%ls\\%ls", folder, found.cFileName);
    wcscpy(path, ob_sandbox_path(path));
}

/* As where a call that took effect late left another draft of the same stamp. The mail itself was sent, and nothing
 * tells so: no copy is kept. control: the faults once Outlook has ended over it. */
static IObJob *send_beside_a_twin(const WCHAR *subject, const char *control)
{
    WCHAR draft[600], out[600], twin[600];
    char held[200];
    IObJob *job;

    snprintf(held, sizeof(held), "hold = MailItem.Send after\nspooler-delay-ms = 600000\n%s", control);
    ob_control("hold = MailItem.Send before\n");
    job = ob_send_plain(session, subject);
    ob_wait_held();
    first_item(L"Drafts", draft);
    wcscpy(twin, ob_file_path(L"twin.item"));
    assert_true(CopyFileW(draft, twin, FALSE));
    ob_control(held);
    ob_wait_held();
    first_item(L"Outbox", out);
    assert_true(DeleteFileW(out));
    assert_true(CopyFileW(twin, ob_sandbox_path(L"Drafts\\00000000000000000000000000007777.item"), TRUE));
    ob_kill(OB_SANDBOX_IMAGE);
    ob_control(control);
    return job;
}

/* That draft may be the only one that there is, so it stays, also where a person has the mail tried again. */
static void expect_unknown_beside_its_twin(IObJob *job, const WCHAR *subject)
{
    const unsigned told = ob_count_in_log(L"draft-stays");
    WCHAR twin[600];
    BSTR text;

    ob_expect_state(job, obJobUnknown);
    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_require(wcsstr(text, L"stands among the drafts") != NULL, "it says: %s", ob_utf8(text));
    SysFreeString(text);
    ob_expect_delivered(subject, 0);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 1);
    ob_assert_ok(IObJob_Retry(job));
    ob_expect_state(job, obJobSent);
    ob_expect_delivered(subject, 1);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 1);
    ob_wait_in_log(L"draft-stays", told + 1);
    first_item(L"Drafts", twin);
    assert_true(DeleteFileW(twin));
    IObJob_Release(job);
}

static void a_second_draft_of_the_same_stamp_is_never_sent_for_the_first(void **state)
{
    (void)state;
    expect_unknown_beside_its_twin(send_beside_a_twin(L"two drafts", ""), L"two drafts");
}

static void a_mail_of_which_outlook_does_not_answer_waits_alone_and_says_so(void **state)
{
    IObJob *job = send_beside_a_twin(L"not compared", "fail = 80040201 at NameSpace.CompareEntryIDs\n");

    (void)state;
    ob_wait_for_error(job, OB_E_BUSY);
    expect_error(job, OB_E_BUSY, L"It cannot be told where this mail stands");
    ob_expect_good_mail(session, L"behind what is not compared");
    assert_int_equal(ob_state_of(job), obJobSending);
    ob_control("");
    expect_unknown_beside_its_twin(job, L"not compared");
}

static int begin(void **state)
{
    ob_set(L"RetryFirstSeconds", 1);
    return ob_begin_session(state);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_attempt_that_failed_says_when_the_next_one_is_or_that_there_is_none),
        cmocka_unit_test(a_second_draft_of_the_same_stamp_is_never_sent_for_the_first),
        cmocka_unit_test(a_mail_of_which_outlook_does_not_answer_waits_alone_and_says_so),
        cmocka_unit_test(a_mail_that_outlook_ends_of_again_and_again_is_put_off_and_the_others_go_on),
        cmocka_unit_test(a_job_whose_mail_is_gone_from_the_outbox_fails_and_the_others_go_on),
    };

    return cmocka_run_group_tests(tests, begin, ob_end_session);
}

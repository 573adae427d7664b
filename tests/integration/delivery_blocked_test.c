/* delivery_blocked_test.c - Outlook is busy for ever, shows a dialog, or does not return, at each step in which
 * delivery needs it: the mail in hand stands in the state that says how far it came and names what blocks, what is
 * behind it waits, and when Outlook answers again the queue goes on by itself, each mail once. And who waits for an
 * Outlook that is lost is told so. */
#include "watching.h"
#include <string.h>

/* What a job and Status say while it is blocked, and what the job says afterwards. */
struct row
{
    const WCHAR *subject;
    const char *fault;
    HRESULT code;
    ObJobState while_blocked, behind;
    LONG attempts; /* in the end: a draft that may come yet has used one up */
    void (*end)(void);
};

static int begin(void **state)
{
    int result;

    ob_set(L"HandOverSeconds", 2);
    result = ob_begin_session(state);
    if (!result) ob_expect_good_mail(session, L"before all");
    return result;
}

static void lift(void)
{
    ob_control("");
}

static void answer(void)
{
    ob_press(ob_wait_dialog(L"Archive"), L"Yes");
}

/* The looks first: once an attempt was left under way, a look comes before the hand-over too. */
static const struct row rows[] = {
    {L"busy at the look", "busy = rejected at MAPIFolder.GetTable", OB_E_BUSY, obJobSubmitted, obJobQueued, 1, lift},
    {L"no return from the look", "hang = at MAPIFolder.GetTable once", OB_E_TIMEOUT, obJobSubmitted, obJobQueued, 1,
        lift},
    {L"busy at CreateItem", "busy = retry-later at Application.CreateItem", OB_E_BUSY, obJobQueued, obJobQueued, 1,
        lift},
    {L"busy at Save", "busy = rejected at MailItem.Save", OB_E_BUSY, obJobQueued, obJobQueued, 1, lift},
    {L"busy at Send", "busy = retry-later at MailItem.Send", OB_E_BUSY, obJobSending, obJobQueued, 1, lift},
    {L"a dialog at Save", "dialog = Archive | Archive it? | Yes, No at MailItem.Save once", OB_E_DIALOG, obJobQueued,
        obJobQueued, 2, answer},
    {L"a dialog at Send", "dialog = Archive | Archive it? | Yes, No at send once", OB_E_DIALOG, obJobSending,
        obJobQueued, 1, answer},
    {L"no return from CreateItem", "hang = at Application.CreateItem once", OB_E_TIMEOUT, obJobQueued, obJobQueued, 2,
        lift},
    {L"no return from Save", "hang = at MailItem.Save once", OB_E_TIMEOUT, obJobQueued, obJobQueued, 2, lift},
    {L"no return from Send", "hang = at sending once", OB_E_TIMEOUT, obJobSending, obJobQueued, 1, lift},
};

static void wait_blocked(const struct row *row)
{
    ULONGLONG end = GetTickCount64() + 2 * OB_LONG_MS;

    while (ob_status_error(session) != row->code && GetTickCount64() < end)
        Sleep(20);
    ob_require(ob_status_error(session) == row->code, "%s: Status.LastError is %08lX", row->fault,
        (ULONG)ob_status_error(session));
}

static void expect_once(IObJob *job, const WCHAR *subject, LONG attempts, const struct row *row)
{
    LONG made;
    unsigned count;

    ob_expect_state(job, obJobSent);
    made = ob_attempts_of(job);
    ob_require(made == attempts, "%s: %s had %ld attempts", row->fault, ob_utf8(subject), made);
    count = ob_times_delivered(subject);
    ob_require(count == 1, "%s: %s was delivered %u times", row->fault, ob_utf8(subject), count);
}

static void a_mail_that_is_blocked_says_where_and_the_queue_goes_on_by_itself(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
    {
        const struct row *row = &rows[i];
        char control[128];
        WCHAR behind[80];
        IObJob *job, *next;

        snprintf(control, sizeof(control), "%s\n", row->fault);
        swprintf(behind, ARRAYSIZE(behind), L"behind: %ls", row->subject);
        ob_control(control);
        job = ob_send_plain(session, row->subject);
        wait_blocked(row);
        next = ob_send_plain(session, behind);
        ob_require(ob_state_of(job) == row->while_blocked, "%s: state %d", row->fault, ob_state_of(job));
        ob_require(ob_state_of(next) == row->behind, "%s: state %d behind it", row->fault, ob_state_of(next));
        row->end();
        expect_once(job, row->subject, row->attempts, row);
        expect_once(next, behind, 1, row);
        IObJob_Release(job);
        IObJob_Release(next);
        ob_control("");
        ob_require(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")) == 0, "%s: a draft stays", row->fault);
    }
}

/* The draft of the attempt that was left may come yet: the next one must not bear its stamp. */
static void an_attempt_that_was_left_is_on_disk_before_there_is_another_draft(void **state)
{
    static const struct row row = {.fault = "uncounted", .code = OB_E_DIALOG};
    HWND dialog;
    IObJob *job;

    (void)state;
    DeleteFileW(ob_sandbox_path(L"calls.txt"));
    ob_control("log-calls = on\ndialog = Archive | Archive it? | Yes, No at MailItem.Save once\n");
    job = ob_send_plain(session, L"uncounted");
    dialog = ob_wait_dialog(L"Archive");
    ob_let_nothing_be_written(true);
    wait_blocked(&row);
    ob_press(dialog, L"No");
    Sleep(4000); /* for what is not to happen */
    ob_require(ob_count_calls("Application.CreateItem") == 1, "%u drafts", ob_count_calls("Application.CreateItem"));
    ob_let_nothing_be_written(false);
    expect_once(job, L"uncounted", 2, &row);
    IObJob_Release(job);
    ob_control("");
}

/* A client's own draft: Outlook ends in the call, and the caller is told at once. */
static void who_waits_for_an_outlook_that_is_lost_is_told_and_mail_goes_on(void **state)
{
    struct asked asked;
    IObMail *mail;
    BSTR subject = SysAllocString(L"never saved");
    IObJob *job;

    (void)state;
    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_assert_ok(IObMail_put_Subject(mail, subject));
    SysFreeString(subject);
    ob_control("hold = MailItem.Save before\n");
    begin_asking(&asked, mail, L"Save");
    ob_wait_held();
    job = ob_send_plain(session, L"behind a lost one");
    ob_kill(OB_SANDBOX_IMAGE);
    ob_control("");
    expect_answer(&asked, OB_E_OUTLOOK_LOST, NULL);
    assert_true(asked.took_ms < 25000); /* and not at the deadline */
    expect_once(job, L"behind a lost one", 1, &(struct row){.fault = "lost"});
    IObJob_Release(job);
    IObMail_Release(mail);
}

/* The Save that was left comes back with a loss, as one that COM has cancelled does, and its OUTLOOK.EXE runs on:
 * whether a draft comes yet nobody knows. */
static void a_mail_whose_save_was_left_and_lost_waits_alone_until_that_outlook_is_gone(void **state)
{
    IObJob *job;
    BSTR text;

    (void)state;
    ob_control("hang = at MailItem.Save for 5000 once\nfail = 80010105 at MailItem.Save once\n");
    job = ob_send_plain(session, L"left in Save");
    ob_wait_strikes("fail = 80010105", 1);
    ob_expect_good_mail(session, L"behind what was left in Save");
    ob_wait_for_error(job, OB_E_TIMEOUT);
    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_require(!wcsncmp(text, L"An earlier call to save this mail", 33), "it says: %s", ob_utf8(text));
    SysFreeString(text);
    ob_expect_good_mail(session, L"behind what waits");
    assert_int_equal(ob_state_of(job), obJobQueued);
    ob_kill(OB_SANDBOX_IMAGE);
    ob_control("");
    expect_once(job, L"left in Save", 2, &(struct row){.fault = "left in Save"});
    IObJob_Release(job);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waits_for_an_outlook_that_is_lost_is_told_and_mail_goes_on),
        cmocka_unit_test(a_mail_that_is_blocked_says_where_and_the_queue_goes_on_by_itself),
        cmocka_unit_test(an_attempt_that_was_left_is_on_disk_before_there_is_another_draft),
        cmocka_unit_test(a_mail_whose_save_was_left_and_lost_waits_alone_until_that_outlook_is_gone),
    };

    return cmocka_run_group_tests(tests, begin, ob_end_session);
}

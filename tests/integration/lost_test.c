/* lost_test.c - Outlook is lost, or busy, at each place of a mail's way: its pointers are dropped, what became of the
 * mail is looked for, and the mail leaves exactly once, or is `unknown` where nobody can tell. Each is a row: what
 * befalls Outlook and where. Wine keeps the class entry of an Outlook that was terminated (see host/wine.c), which
 * Windows does not: what is shown here of starting anew is the test build's half. */
#include "one_session.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* What befalls it, and where: before the mail is given to it, in Send, and after. `quit` is the user who closes
 * Outlook, `die` a crash. */
static const struct
{
    const char *fault, *place;
} rows[] = {
    {"die", "at Application.CreateItem"},
    {"quit", "at Application.CreateItem"},
    {"die", "at MailItem.To"},
    {"quit", "at MailItem.To"},
    {"die", "at MailItem.Save"},
    {"quit", "at MailItem.Save"},
    {"die", "after MailItem.Save"},
    {"quit", "after MailItem.Save"},
    {"die", "at send"},
    {"quit", "at send"},
    {"die", "at sending"},
    {"quit", "at sending"},
    {"die", "at stored"},
    {"quit", "at stored"},
    {"die", "after MailItem.Send"},
    {"quit", "after MailItem.Send"},
    {"die", "at returned"},
    {"die", "at delivering"},
    {"quit", "at MAPIFolder.GetTable"},
};

static void expect_delivered(const WCHAR *subject, unsigned times, const char *control)
{
    unsigned count = ob_times_delivered(subject);

    ob_require(count == times, "%s: delivered %u times", control, count);
}

static void a_mail_leaves_once_wherever_outlook_is_lost(void **state)
{
    unsigned drafts = ob_count_files(ob_sandbox_path(L"Drafts\\*.item"));

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
    {
        WCHAR subject[40];
        char control[100];
        ObJobState is;
        IObJob *job;

        swprintf(subject, ARRAYSIZE(subject), L"lost %u", i);
        snprintf(control, sizeof(control), "%s = %s once\n", rows[i].fault, rows[i].place);
        ob_control(control);
        job = ob_send_plain(session, subject);
        ob_assert_ok(IObJob_Wait(job, ob_long(2 * OB_LONG_MS), &is));
        ob_require(is == obJobSent, "%s: state %d", control, (int)is);
        ob_require(ob_count_strikes(rows[i].place) > 0, "%s: it did not strike", control);
        expect_delivered(subject, 1, control);
        IObJob_Release(job);
    }
    ob_control("");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), drafts);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Outbox\\*.item")), 0);
}

/* The next attempt makes a draft of its own, so this one has to go. The first look after Send is what Outlook dies in.
 */
static void a_draft_that_was_refused_goes_though_outlook_is_lost_next(void **state)
{
    static const char control[] = "fail = 80040115 at sending once\ndie = at MAPIFolder.GetTable once\n";
    static const WCHAR subject[] = L"refused, then lost";
    ObJobState is;
    IObJob *job;

    (void)state;
    ob_control(control);
    job = ob_send_plain(session, subject);
    ob_assert_ok(IObJob_Wait(job, ob_long(2 * OB_LONG_MS), &is));
    assert_int_equal(is, obJobSent);
    ob_require(ob_count_strikes("at sending") == 1 && ob_count_strikes("at MAPIFolder.GetTable") == 1, "no strike");
    assert_int_equal(ob_attempts_of(job), 2);
    expect_delivered(subject, 1, control);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
    ob_control("");
    IObJob_Release(job);
}

/* Where nobody can tell, the job says so; sent twice it is never. */
static void a_mail_that_keeps_no_copy_leaves_once_through_a_crash_in_send(void **state)
{
    ObJobState is;
    IObJob *job;

    (void)state;
    ob_control("sent-copies = off\nspooler-delay-ms = 1\nhang = after MailItem.Send for 3000\n");
    job = ob_send_plain(session, L"no copy");
    ob_wait_strikes("after MailItem.Send for", 1);
    ob_kill(OB_SANDBOX_IMAGE);
    ob_control("sent-copies = off\n");
    ob_assert_ok(IObJob_Wait(job, ob_long(2 * OB_LONG_MS), &is));
    ob_require(is == obJobUnknown || is == obJobSent, "state %d", (int)is);
    expect_delivered(L"no copy", 1, "a crash in Send");
    ob_control("");
    IObJob_Release(job);
}

/* --- busy: asked again in one place, under the deadline */

static void expect_logon(const char *control, LONG timeout, HRESULT code, const WCHAR *text)
{
    struct ob_answer answer;
    ULONGLONG began;

    ob_require(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS), "the stand-in does not end by itself");
    ob_control(control);
    ob_assert_ok(IObSession_put_Timeout(session, timeout));
    began = GetTickCount64();
    ob_invoke(session, L"Logon", DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_hr(answer.code, code);
    if (text) ob_assert_text(answer.text, text);
    ob_require(
        GetTickCount64() - began < (ULONGLONG)timeout + 2500, "it took %lu ms", (ULONG)(GetTickCount64() - began));
    ob_answer_clear(&answer);
}

static void a_busy_outlook_is_asked_again_until_it_has_time(void **state)
{
    static const char *const faults[] = {
        "busy = rejected at NameSpace.GetDefaultFolder for 2000\n",
        "busy = retry-later at NameSpace.GetDefaultFolder for 2000\n",
        "busy = retry-later at any for 1500\n",
    };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(faults); i++)
    {
        expect_logon(faults[i], OB_LONG_MS, S_OK, NULL);
        ob_require(ob_count_strikes(faults[i] + 7) || ob_count_strikes("busy"), "row %u did not strike", i);
    }
    ob_control("");
}

static void a_mail_leaves_once_though_outlook_is_busy_at_each_call(void **state)
{
    static const char *const places[] = {
        "Application.CreateItem", "MailItem.To", "MailItem.Save", "MailItem.Send", "MAPIFolder.GetTable"};

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(places); i++)
    {
        WCHAR subject[40];
        char control[100];

        swprintf(subject, ARRAYSIZE(subject), L"busy %u", i);
        snprintf(control, sizeof(control), "busy = %s at %s times 3\n", i % 2 ? "rejected" : "retry-later", places[i]);
        ob_control(control);
        ob_expect_good_mail(session, subject);
        ob_wait_strikes(places[i], 3);
    }
    ob_control("");
}

/* The draft is one's own: its deadline is the caller's. */
static void an_outlook_that_stays_busy_is_told_at_the_deadline(void **state)
{
    IObMail *mail;
    struct ob_answer answer;

    (void)state;
    expect_logon("", OB_LONG_MS, S_OK, NULL);
    ob_control("busy = rejected at MailItem.Save\n");
    ob_assert_ok(IObSession_put_Timeout(session, 2000));
    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_invoke(mail, L"Save", DISPATCH_METHOD, NULL, 0, &answer);
    ob_require(answer.code == (HRESULT)OB_E_BUSY, "%08lx: %s", (ULONG)answer.code, ob_utf8(answer.text));
    ob_answer_clear(&answer);
    ob_control("");
    ob_assert_ok(IObSession_put_Timeout(session, 30000));
    IObMail_Release(mail);
}

static int begin(void **state)
{
    ob_set(L"OutlookIdleSeconds", 1);
    ob_set(L"RetryFirstSeconds", 1);
    return ob_begin_session(state);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_draft_that_was_refused_goes_though_outlook_is_lost_next),
        cmocka_unit_test(a_busy_outlook_is_asked_again_until_it_has_time),
        cmocka_unit_test(a_mail_leaves_once_though_outlook_is_busy_at_each_call),
        cmocka_unit_test(an_outlook_that_stays_busy_is_told_at_the_deadline),
        cmocka_unit_test(a_mail_leaves_once_wherever_outlook_is_lost),
        cmocka_unit_test(a_mail_that_keeps_no_copy_leaves_once_through_a_crash_in_send),
    };

    return cmocka_run_group_tests(tests, begin, ob_end_session);
}

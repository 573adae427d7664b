/* stuck_test.c - a call into Outlook that does not return: its thread is left behind, and what it was doing comes to
 * its end whatever becomes of the call: it returns late, its dialog is answered, or its OUTLOOK.EXE is gone. That a
 * call can be cancelled too, only Windows shows. */
#include "watching.h"

static const WCHAR left_behind[] = L"is left behind", returned[] = L"a thread that was left behind has ended";

static int begin(void **state)
{
    ob_set(L"HandOverSeconds", 1);
    ob_set(L"StuckGraceSeconds", 1);
    return ob_begin_session(state);
}

static void lift(void)
{
    ob_control("");
}

static void answer(void)
{
    ob_press(ob_wait_dialog(L"Archive"), L"Yes");
}

static void end_outlook(void)
{
    ob_control("");
    ob_kill(OB_SANDBOX_IMAGE);
}

static const struct
{
    const WCHAR *subject;
    const char *fault;
    ObJobState while_stuck;
    void (*end)(void);
} rows[] = {
    {L"Send returns late", "hang = at sending once", obJobSending, lift},
    {L"Send returns late from where the mail is stored", "hang = at stored once", obJobSending, lift},
    {L"a dialog in Send is answered late", "dialog = Archive | Archive it? | Yes, No at send once", obJobSending,
        answer},
    {L"Outlook ends before the mail is stored", "hang = at sending once", obJobSending, end_outlook},
    {L"Outlook ends after the mail is stored", "hang = at stored once", obJobSending, end_outlook},
    {L"Save returns late", "hang = at MailItem.Save once", obJobQueued, lift},
    {L"Outlook ends before the draft is saved", "hang = at MailItem.Save once", obJobQueued, end_outlook},
    {L"CreateItem returns late", "hang = at Application.CreateItem once", obJobQueued, lift},
};

static void a_mail_whose_call_was_left_behind_leaves_once_and_others_follow(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
    {
        unsigned lefts = ob_count_in_log(left_behind), ends = ob_count_in_log(returned);
        IObJob *job, *next;
        ObJobState is;
        char control[128];
        WCHAR before[80];

        ob_control("");
        swprintf(before, ARRAYSIZE(before), L"before: %ls", rows[i].subject);
        ob_expect_good_mail(session, before);
        snprintf(control, sizeof(control), "%s\r\n", rows[i].fault);
        ob_control(control);
        job = ob_send_plain(session, rows[i].subject);
        ob_wait_in_log(left_behind, lefts + 1);
        next = ob_send_plain(session, L"behind it");
        is = ob_state_of(job);
        ob_require(is == rows[i].while_stuck, "%s: %d while it is stuck", ob_utf8(rows[i].subject), is);
        rows[i].end();
        ob_expect_state(job, obJobSent);
        ob_expect_state(next, obJobSent);
        ob_expect_delivered(rows[i].subject, 1);
        ob_wait_in_log(returned, ends + 1);
        assert_int_equal(ob_count_in_log(left_behind), lefts + 1);
        IObJob_Release(job);
        IObJob_Release(next);
    }
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_whose_call_was_left_behind_leaves_once_and_others_follow),
    };

    return cmocka_run_group_tests(tests, begin, ob_end_session);
}

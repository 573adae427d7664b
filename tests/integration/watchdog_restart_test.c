/* watchdog_restart_test.c - OnDialog = 2: an Outlook of the broker's own that waits in a dialog for too long is ended
 * and started anew, and its mail leaves once; one that the user started, or made his own, never is. */
#include "watching.h"

#define GRACE_S 2

static int set_grace(void **state)
{
    ob_set(L"OnDialog", 2);
    ob_set(L"OnDialogGraceSeconds", GRACE_S);
    return ob_begin_session(state);
}

static void stays_though_the_time_is_over(const WCHAR *subject, const char *control, const WCHAR *text)
{
    const unsigned ended = ob_count_in_log(L"Outlook was ended");
    IObJob *job;
    HWND dialog;
    LONG process;

    ob_control(control);
    job = ob_send_plain(session, subject);
    expect_named(L"Archive", text);
    process = outlook_process();
    dialog = ob_wait_dialog(L"Archive");
    Sleep((GRACE_S + 3) * 1000);
    assert_true(IsWindow(dialog));
    assert_int_equal(outlook_process(), process);
    ob_press(dialog, L"Yes");
    ob_expect_state(job, obJobSent);
    expect_clean();
    assert_int_equal(ob_count_in_log(L"Outlook was ended"), ended);
    IObJob_Release(job);
}

/* The dialog is another program's, owned by Outlook's window. */
static void an_outlook_of_the_users_is_never_ended(void **state)
{
    const unsigned named = ob_count_in_log(L"(addin.exe) blocks it");
    HWND window = open_outlook();

    (void)state;
    stays_though_the_time_is_over(L"borrowed", "dialog = Archive | Now? | Yes, No | addin.exe at send once\r\n",
        L"Now? Buttons: Yes, No. Window class: #32770.");
    assert_int_equal(ob_count_in_log(L"(addin.exe) blocks it"), named + 1);
    PostMessageW(window, WM_CLOSE, 0, 0);
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
}

static void one_of_the_brokers_own_is_ended_and_its_mail_leaves_once(void **state)
{
    static const WCHAR told[] =
        L"outlook-ended\t-\t-\tOutlook was ended, since nobody answered the dialog \"Archive\"; the broker starts it "
        L"anew. Checked: OnDialog, which is 2. The dialog said: Now? Its buttons: Yes, No.";
    const unsigned delivered = ob_count_delivered(), ended = ob_count_in_log(told);
    LONG process;
    IObJob *job;

    (void)state;
    ob_expect_good_mail(session, L"before");
    process = outlook_process();
    ob_control("dialog = Archive | Now? | Yes, No at send once\r\n");
    job = ob_send_plain(session, L"ended in a dialog");
    expect_named(L"Archive", L"Now? Buttons: Yes, No. Window class: #32770.");
    ob_expect_state(job, obJobSent);
    expect_clean();
    assert_int_not_equal(outlook_process(), process);
    assert_int_equal(ob_count_in_log(told), ended + 1);
    assert_int_equal(ob_count_delivered(), delivered + 2);
    IObJob_Release(job);
}

static void one_that_the_user_made_his_own_is_never_ended(void **state)
{
    (void)state;
    open_outlook();
    stays_though_the_time_is_over(L"taken over", "dialog = Archive | Now? | Yes, No at send once\r\n",
        L"Now? Buttons: Yes, No. Window class: #32770.");
}

/* As when Outlook is minimized to the notification area. */
static void one_whose_user_has_hidden_it_is_never_ended(void **state)
{
    (void)state;
    ShowWindow(open_outlook(), SW_HIDE);
    stays_though_the_time_is_over(L"hidden", "dialog = Archive | Now? | Yes, No at send once\r\n",
        L"Now? Buttons: Yes, No. Window class: #32770.");
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outlook_of_the_users_is_never_ended),
        cmocka_unit_test(one_of_the_brokers_own_is_ended_and_its_mail_leaves_once),
        cmocka_unit_test(one_that_the_user_made_his_own_is_never_ended),
        cmocka_unit_test(one_whose_user_has_hidden_it_is_never_ended),
    };

    return cmocka_run_group_tests(tests, set_grace, ob_end_session);
}

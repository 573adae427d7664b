/* watchdog_close_test.c - OnDialog = 1: the dialogs that an administrator listed are closed, and no others; the prompt
 * of Outlook's object model guard never is, whatever the list says. */
#include "watching.h"

static int list_titles(void **state)
{
    static const WCHAR titles[] = L"Trial version\0Microsoft Outlook\0Tip*\0";

    ob_set(L"OnDialog", 1);
    assert_int_equal(RegSetKeyValueW(HKEY_CURRENT_USER, L"Software\\OutlookBroker", L"DialogTitles", REG_MULTI_SZ,
                         titles, sizeof(titles)),
        0);
    return ob_begin_session(state);
}

/* By its closing the stand-in's Send fails with E_ABORT, which is what the guard answers, too: the job waits. */
static void a_listed_dialog_is_closed_and_what_was_done_is_told(void **state)
{
    static const WCHAR told[] = L"dialog-closed\t-\t-\tThe dialog \"Trial version\" of Outlook was told to close. "
                                L"Checked: OnDialog, which is 1, "
                                L"and DialogTitles, which lists it. It said: 3 days are left. Its buttons: OK.";
    const unsigned closed = ob_count_in_log(told);
    ULONGLONG began = GetTickCount64();
    IObJob *job;

    (void)state;
    ob_control("dialog = Trial version | 3 days are left. | OK at MailItem.Save once\r\n");
    job = ob_send_plain(session, L"closed");
    ob_expect_state(job, obJobSent);
    expect_clean();
    assert_true(GetTickCount64() - began < 10 * NAMED_WITHIN_MS);
    assert_int_equal(ob_count_in_log(told), closed + 1);
    IObJob_Release(job);
}

static void stays_until_it_is_answered(const char *control, const WCHAR *title, const WCHAR *text, const WCHAR *button)
{
    const unsigned closed = ob_count_in_log(L"told to close");
    ULONGLONG until;
    HWND dialog;
    IObJob *job;

    ob_control(control);
    job = ob_send_plain(session, title);
    expect_named(title, text);
    dialog = ob_wait_dialog(title);
    until = GetTickCount64() + 3000; /* six looks */
    while (GetTickCount64() < until)
    {
        assert_true(IsWindow(dialog));
        Sleep(100);
    }
    ob_press(dialog, button);
    ob_expect_state(job, obJobSent);
    expect_clean();
    assert_int_equal(ob_count_in_log(L"told to close"), closed);
    IObJob_Release(job);
}

static void a_dialog_that_is_not_listed_is_left_alone(void **state)
{
    (void)state;
    stays_until_it_is_answered("dialog = Trial | 3 days are left. | OK, Buy at send once\r\n", L"Trial",
        L"3 days are left. Buttons: OK, Buy. Window class: #32770.", L"OK");
}

static void the_guards_prompt_is_left_alone_though_its_title_is_listed(void **state)
{
    (void)state;
    stays_until_it_is_answered("dialog = Microsoft Outlook | A program is trying to send an e-mail message on your "
                               "behalf. | Allow, Deny, Help at send once\r\n",
        L"Microsoft Outlook",
        L"A program is trying to send an e-mail message on your behalf. Buttons: Allow, Deny, Help. Window class: "
        L"#32770.",
        L"Allow");
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_listed_dialog_is_closed_and_what_was_done_is_told),
        cmocka_unit_test(a_dialog_that_is_not_listed_is_left_alone),
        cmocka_unit_test(the_guards_prompt_is_left_alone_though_its_title_is_listed),
    };

    return cmocka_run_group_tests(tests, list_titles, ob_end_session);
}

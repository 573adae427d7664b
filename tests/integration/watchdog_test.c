/* watchdog_test.c - a dialog that Outlook waits in is named to everybody who waits with it: in Status, in the log, in
 * the error of the callers and in the job. Answered, it is forgotten and everything goes on. What UI Automation can
 * read of a window that draws itself, Wine does not show. */
#include "watching.h"

#define BOX(text, buttons)                                                                                             \
    L" Checked: Outlook's windows. The dialog says: " text L" Its buttons: " buttons L". Its window's class: #32770. "

/* As the log has it: the word of the event for Windows' event log, no job and no caller, the text. */
static const WCHAR opened[] = L"dialog-open\t-\t-\tOutlook shows the dialog \"";

static unsigned times_told(const WCHAR *title)
{
    WCHAR words[200];

    swprintf(words, ARRAYSIZE(words), L"%ls%ls\" and waits for an answer. Checked", opened, title);
    return ob_count_in_log(words);
}

static void a_chooser_at_the_start_is_named_to_who_waits_for_outlook(void **state)
{
    struct asked asked;

    (void)state;
    ob_control("dialog = Choose Profile | Profile Name: | OK, Cancel at start once\r\n");
    begin_asking(&asked, session, L"Logon");
    expect_named(L"Choose Profile", L"Profile Name: Buttons: OK, Cancel. Window class: #32770.");
    expect_answer(&asked, OB_E_DIALOG,
        L"Outlook shows the dialog \"Choose Profile\" and waits for an answer; once it has one, the broker goes on "
        L"starting or joining it." BOX(
            L"Profile Name:", L"OK, Cancel") L"Next: answer it at the screen of {USER}, then call again.");
    ob_press(ob_wait_dialog(L"Choose Profile"), L"OK");
    expect_clean();
    begin_asking(&asked, session, L"Logon");
    expect_answer(&asked, S_OK, NULL);
    assert_int_equal(times_told(L"Choose Profile"), 1);
}

static void a_dialog_at_send_is_named_everywhere_and_the_queue_goes_on_by_itself(void **state)
{
    struct asked asked;
    IObJob *job, *next;
    char *output;

    (void)state;
    ob_control("dialog = Archive | Archive the message now? | Yes, No at send once\r\n");
    job = ob_send_plain(session, L"archived");
    expect_named(L"Archive", L"Archive the message now? Buttons: Yes, No. Window class: #32770.");
    expect_job_says(job, obJobSending,
        L"Outlook shows the dialog \"Archive\" and waits for an answer; the work that it was given may still take "
        L"effect." BOX(L"Archive the message now?",
            L"Yes, No") L"Next: answer it at the screen of {USER}, before anything is tried again.");
    next = ob_send_plain(session, L"behind it");
    begin_asking(&asked, session, L"Profile");
    expect_answer(&asked, OB_E_DIALOG,
        L"Outlook shows the dialog \"Archive\" and waits for an answer; it was not given this work, which will not "
        L"take "
        L"effect." BOX(
            L"Archive the message now?", L"Yes, No") L"Next: answer it at the screen of {USER}, then try again.");
    assert_true(asked.took_ms < 10000); /* at once, and not at the deadline of 30 s */
    assert_int_equal(ob_run(L"obctl status", OB_LONG_MS, &output), 2);
    ob_require(strstr(output, "\nDialog            Archive\n") != NULL, "%s", output);
    free(output);
    ob_press(ob_wait_dialog(L"Archive"), L"Yes");
    ob_expect_state(job, obJobSent);
    ob_expect_state(next, obJobSent);
    expect_clean();
    assert_int_equal(times_told(L"Archive"), 1);
    IObJob_Release(job);
    IObJob_Release(next);
}

static IObMail *draft(const WCHAR *subject)
{
    BSTR text = SysAllocString(subject);
    IObMail *mail;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_assert_ok(IObMail_put_Subject(mail, text));
    SysFreeString(text);
    return mail;
}

static void a_caller_whose_work_outlook_was_given_is_told_that_it_may_take_effect(void **state)
{
    unsigned before = ob_count_files(ob_sandbox_path(L"Drafts\\*.item"));
    IObMail *mail = draft(L"saved behind a dialog");
    struct asked asked;

    (void)state;
    ob_control("dialog = Save | Save it? | Save, Cancel at MailItem.Save once\r\n");
    begin_asking(&asked, mail, L"Save");
    expect_answer(&asked, OB_E_DIALOG,
        L"Outlook shows the dialog \"Save\" and waits for an answer; the work that it was given may still take "
        L"effect." BOX(
            L"Save it?", L"Save, Cancel") L"Next: answer it at the screen of {USER}, before anything is tried again.");
    ob_press(ob_wait_dialog(L"Save"), L"Save");
    expect_clean();
    assert_int_equal(ob_wait_for_files(ob_sandbox_path(L"Drafts"), L"*.item", before + 1, OB_LONG_MS), before + 1);
    IObMail_Release(mail);
}

static void a_dialog_that_draws_itself_is_named_and_said_to_be_unreadable(void **state)
{
    HWND dialog;
    IObJob *job;

    (void)state;
    ob_control("dialog = Office | Nobody can read this. | OK, Cancel | self-drawn at send once\r\n");
    job = ob_send_plain(session, L"drawn");
    expect_named(L"Office", L"(Its text could not be read: the program draws it itself.) Buttons: none that could be "
                            L"read. Window class: NUIDialog.");
    dialog = ob_wait_dialog(L"Office");
    PostMessageW(dialog, WM_KEYDOWN, VK_RETURN, 0);
    ob_expect_state(job, obJobSent);
    expect_clean();
    IObJob_Release(job);
}

static void a_sign_in_of_another_program_is_named(void **state)
{
    IObJob *job;

    (void)state;
    ob_control(
        "dialog = Sign in | Enter your password. | Next, Cancel | Microsoft.AAD.BrokerPlugin.exe at send once\r\n");
    job = ob_send_plain(session, L"signed in");
    expect_named(L"Sign in", L"Enter your password. Buttons: Next, Cancel. Window class: #32770.");
    assert_int_equal(ob_count_in_log(L"(Microsoft.AAD.BrokerPlugin.exe) blocks it"), 1);
    ob_press(ob_wait_dialog(L"Sign in"), L"Next");
    ob_expect_state(job, obJobSent);
    expect_clean();
    IObJob_Release(job);
}

static void without_a_dialog_the_deadline_says_that_outlook_is_not_responding(void **state)
{
    static const WCHAR given[] = L"The deadline passed and Outlook is not responding; the work that it was given may "
                                 L"still take effect. Checked: the call saving a draft, which has not returned for ",
                       not_given[] = L"The deadline passed and Outlook is not responding; it was not given this work, "
                                     L"which will not take effect. Checked: Outlook, which has been in one call for ";
    IObMail *mail = draft(L"saved by an Outlook that hangs");
    struct ob_answer answer;
    struct seen_status seen;

    (void)state;
    ob_control("hang = at MailItem.Save once\r\n");
    ob_assert_ok(IObSession_put_Timeout(session, 4000));
    ob_invoke(mail, L"Save", DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_hr(answer.code, OB_E_TIMEOUT);
    ob_require(!wcsncmp(answer.text, given, ARRAYSIZE(given) - 1), "%s", ob_utf8(answer.text));
    ob_answer_clear(&answer);
    ob_invoke(session, L"Profile", DISPATCH_PROPERTYGET, NULL, 0, &answer);
    ob_assert_hr(answer.code, OB_E_TIMEOUT);
    ob_require(!wcsncmp(answer.text, not_given, ARRAYSIZE(not_given) - 1), "%s", ob_utf8(answer.text));
    ob_answer_clear(&answer);
    read_status(&seen);
    ob_assert_text(seen.title, L"");
    ob_control("");
    ob_assert_ok(IObSession_put_Timeout(session, 30000));
    expect_clean();
    ob_expect_good_mail(session, L"after the hang");
    IObMail_Release(mail);
}

/* The broker lets the user's Outlook go once it has not needed it for some seconds; hangs the process in that. */
static HANDLE hang_when_let_go(const WCHAR *subject)
{
    HANDLE process;
    struct seen_status seen;
    ULONGLONG began;

    ob_expect_good_mail(session, subject);
    process = OpenProcess(PROCESS_SUSPEND_RESUME, FALSE, (DWORD)outlook_process());
    assert_non_null(process);
    do_with_process(process, "NtSuspendProcess");
    began = GetTickCount64();
    do
    {
        Sleep(20);
        read_status(&seen);
    } while (seen.state != obBrokerBlocked && GetTickCount64() - began < 10 * NAMED_WITHIN_MS);
    assert_int_equal(seen.state, obBrokerBlocked);
    return process;
}

static void expect_no_log_on(void)
{
    struct asked asked;

    ob_assert_ok(IObSession_put_Timeout(session, 2500));
    begin_asking(&asked, session, L"Logon");
    WaitForSingleObject(asked.thread, 10 * NAMED_WITHIN_MS);
    ob_require(asked.answer.text && wcsstr(asked.answer.text, L"not responding"), "%s", ob_utf8(asked.answer.text));
    ob_require(wcsstr(asked.answer.text, L"will not take effect") != NULL, "%s", ob_utf8(asked.answer.text));
    expect_answer(&asked, (HRESULT)OB_E_TIMEOUT, NULL);
    ob_assert_ok(IObSession_put_Timeout(session, OB_LONG_MS));
}

static void an_outlook_that_hangs_when_it_is_let_go_is_blocked(void **state)
{
    HWND window = open_outlook();
    HANDLE process = hang_when_let_go(L"before it hangs");

    (void)state;
    expect_no_log_on();
    do_with_process(process, "NtResumeProcess");
    CloseHandle(process);
    expect_clean();
    PostMessageW(window, WM_CLOSE, 0, 0);
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
}

/* As the user does who ends the one that hangs: nobody waits for another. */
static void no_outlook_is_started_for_who_was_told_that_it_was_not_given_his_work(void **state)
{
    HANDLE process;
    ULONGLONG end;

    (void)state;
    open_outlook();
    process = hang_when_let_go(L"before it is ended");
    expect_no_log_on();
    ob_kill(OB_SANDBOX_IMAGE);
    CloseHandle(process);
    expect_clean();
    end = GetTickCount64() + NAMED_WITHIN_MS;
    while (!ob_processes(OB_SANDBOX_IMAGE) && GetTickCount64() < end)
        Sleep(20);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 0);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outlook_that_hangs_when_it_is_let_go_is_blocked),
        cmocka_unit_test(no_outlook_is_started_for_who_was_told_that_it_was_not_given_his_work),
        cmocka_unit_test(a_chooser_at_the_start_is_named_to_who_waits_for_outlook),
        cmocka_unit_test(a_dialog_at_send_is_named_everywhere_and_the_queue_goes_on_by_itself),
        cmocka_unit_test(a_caller_whose_work_outlook_was_given_is_told_that_it_may_take_effect),
        cmocka_unit_test(a_dialog_that_draws_itself_is_named_and_said_to_be_unreadable),
        cmocka_unit_test(a_sign_in_of_another_program_is_named),
        cmocka_unit_test(without_a_dialog_the_deadline_says_that_outlook_is_not_responding),
    };

    return cmocka_run_group_tests(tests, ob_begin_session, ob_end_session);
}

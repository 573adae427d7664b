/* sandbox_faults_test.c - the stand-in for Outlook fails as its control file says, and no further, seen by a late-bound
 * client: the words of the file, dialogs, calls that hang, and starts that go wrong. */
#include "outlook_faults.h"

#define CODE_LOGON_FAILED ((HRESULT)0x80040111)
#define CODE_USER_CANCEL ((HRESULT)0x80040113)
#define CODE_NETWORK ((HRESULT)0x80040115)

/* --- the control file */

static void each_line_that_is_not_understood_is_told_and_ends_the_sandbox(void **state)
{
    static const char *const wrong[] = {
        "nonsense = 1",
        "no equals sign",
        "spooler-delay-ms = soon",
        "open-items =",
        "log-calls = perhaps",
        "guard = denied",
        "hold = MailItem.Save",
        "hold = MailItem.Sned before",
        "hang =",
        "hang = at",
        "hang = long at start",
        "hang = at MailItem.Sned",
        "hang = at NoItem.Send",
        "hang = at Mail.Send",
        "die = after start",
        "die = at stored twice",
        "die = at stored nth",
        "die = at stored nth 0",
        "die = at stored for 5s",
        "busy = now at any",
        "fail = 0 at send",
        "fail = 0x80040115x at send",
        "fail = 0x80040115 at returned",
        "dialog = Title at send",
        "dialog = Title | Text at send",
        "dialog = Title | Text | OK | drawn at send",
    };
    char lines[2048] = "spooler-delay-ms = 50\r\n\r\nhang = at MailItem.Save nth 3 for 10\r\n";
    char *errors;

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(wrong); i++)
        strcat(strcat(lines, wrong[i]), "\r\n");
    control(lines);
    assert_int_equal(ob_wait_exit(start_embedded(), OB_LONG_MS), 2);
    errors = ob_read_file(ob_sandbox_path(L"control-errors.txt"), NULL);
    forget_control_errors();
    assert_non_null(errors);
    for (size_t i = 0; i < ARRAYSIZE(wrong); i++)
    {
        char line[128];

        snprintf(line, sizeof(line), "%s: ", wrong[i]);
        if (!strstr(errors, line)) fail_msg("%s was not noticed", wrong[i]);
    }
    assert_null(strstr(errors, "spooler-delay-ms = 50"));
    assert_null(strstr(errors, "nth 3"));
    free(errors);
}

static void a_fault_strikes_as_often_as_it_says(void **state)
{
    static const struct
    {
        const char *when;
        const char *pattern; /* x: fails */
    } cases[] = {
        {"", "xxxxx"},
        {"once", "x...."},
        {"nth 3", "..x.."},
        {"times 2", "xx..."},
        {"nth 2 times 3", ".xxx."},
        {"for 600000", "xxxxx"},
        {"for 1", "x...."},
    };
    struct session session;

    (void)state;
    open_session(&session);
    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
    {
        char line[100];

        snprintf(line, sizeof(line), "fail = 0x80040115 at Application.Version %s\r\n", cases[i].when);
        control(line);
        for (const char *at = cases[i].pattern; *at; at++)
        {
            HRESULT hr = get_code(session.application, L"Version");

            if (hr != (*at == 'x' ? CODE_NETWORK : S_OK))
                fail_msg("%s, call %d: %08lx", cases[i].when, (int)(at - cases[i].pattern) + 1, hr);
            assert_int_equal(get_code(session.application, L"Name"), S_OK);
            if (!strcmp(cases[i].when, "for 1")) Sleep(50);
        }
    }
    close_session(&session);
}

static void several_lines_strike_together(void **state)
{
    struct session session;

    (void)state;
    open_session(&session);
    control("busy = rejected at Application.Name once\r\nbusy = retry-later at any nth 2 times 1\r\n"
            "fail = 0x80040115 after Application.Version\r\n");
    assert_int_equal(invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, NULL), RPC_E_CALL_REJECTED);
    assert_int_equal(
        invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, NULL), RPC_E_SERVERCALL_RETRYLATER);
    assert_int_equal(get_code(session.application, L"Name"), S_OK);
    assert_int_equal(get_code(session.application, L"Version"), CODE_NETWORK);
    assert_int_equal(ob_count_strikes("busy = "), 2);
    close_session(&session);
}

/* --- dialogs */

static const char guard_prompt[] =
    "dialog = Microsoft Outlook | A program is trying to send an e-mail message on your behalf. Look at it, or stop. | "
    "Allow, Deny, Help at send once\r\n";

static void child_text(HWND window, const WCHAR *cls, WCHAR text_of[256])
{
    HWND child = NULL;

    for (DWORD waited = 0; !child && waited < OB_LONG_MS; waited += 20)
        if (!(child = FindWindowExW(window, NULL, cls, NULL))) Sleep(20);
    assert_non_null(child);
    *text_of = 0;
    SendMessageTimeoutW(child, WM_GETTEXT, 256, (LPARAM)text_of, SMTO_ABORTIFHUNG, 10000, NULL);
}

static void a_prompt_at_send_shows_its_text_and_refuses_other_calls_until_it_is_answered(void **state)
{
    struct calling calling;
    struct session session;
    IDispatch *mail;
    WCHAR text_of[256];
    HWND dialog;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"allowed");
    control(guard_prompt);
    begin_call(&calling, mail, L"Send");
    dialog = ob_wait_dialog(L"Microsoft Outlook");
    child_text(dialog, L"STATIC", text_of);
    ob_assert_text(text_of, L"A program is trying to send an e-mail message on your behalf. Look at it, or stop.");
    assert_null(GetParent(dialog));
    assert_int_equal(
        invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, NULL), RPC_E_SERVERCALL_RETRYLATER);
    assert_int_equal(WaitForSingleObject(calling.thread, 300), WAIT_TIMEOUT);
    assert_on_disk("before the answer", 0, 0, 0, 0);
    ob_press(dialog, L"Allow");
    assert_int_equal(end_call(&calling), S_OK);
    wait_until_sent(&session, L"allowed");
    let_go(&mail);
    close_session(&session);
}

static void a_prompt_that_is_denied_or_closed_aborts_the_call(void **state)
{
    struct calling calling;
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"denied");
    control(guard_prompt);
    begin_call(&calling, mail, L"Send");
    ob_press(ob_wait_dialog(L"Microsoft Outlook"), L"Deny");
    assert_int_equal(end_call(&calling), E_ABORT);
    control("dialog = Microsoft Outlook | Save? | Yes, No at MailItem.Save\r\n");
    begin_call(&calling, mail, L"Save");
    PostMessageW(ob_wait_dialog(L"Microsoft Outlook"), WM_CLOSE, 0, 0);
    assert_int_equal(end_call(&calling), E_ABORT);
    assert_on_disk("denied", 0, 0, 0, 0);
    let_go(&mail);
    close_session(&session);
}

static BOOL CALLBACK count_child(HWND child, LPARAM count)
{
    (void)child;
    ++*(int *)count;
    return TRUE;
}

static void a_dialog_that_draws_itself_has_no_child_and_is_closed_or_answered_by_keys(void **state)
{
    static const struct
    {
        UINT message;
        WPARAM key;
        HRESULT hr;
    } answers[] = {{WM_CLOSE, 0, E_ABORT}, {WM_KEYDOWN, VK_ESCAPE, E_ABORT}, {WM_KEYDOWN, VK_RETURN, S_OK}};
    struct calling calling;
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"drawn");
    control("dialog = Drawn | Only the screen shows this. | OK, Cancel | self-drawn at MailItem.Save\r\n");
    for (size_t i = 0; i < ARRAYSIZE(answers); i++)
    {
        HWND dialog;
        WCHAR cls[32];
        int children = 0;

        begin_call(&calling, mail, L"Save");
        dialog = ob_wait_dialog(L"Drawn");
        assert_true(GetClassNameW(dialog, cls, ARRAYSIZE(cls)) > 0);
        ob_assert_text(cls, L"NUIDialog");
        EnumChildWindows(dialog, count_child, (LPARAM)&children);
        assert_int_equal(children, 0);
        PostMessageW(dialog, answers[i].message, answers[i].key, 0);
        assert_int_equal(end_call(&calling), answers[i].hr);
    }
    assert_on_disk("saved by Return", 1, 0, 0, 0);
    let_go(&mail);
    close_session(&session);
}

static void a_dialog_ends_by_itself_when_its_time_is_over_or_its_line_is_gone(void **state)
{
    struct calling calling;
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"by itself");
    control("dialog = Short | Text | OK, Cancel at MailItem.Save for 300\r\n");
    begin_call(&calling, mail, L"Save");
    assert_int_equal(end_call(&calling), S_OK);
    assert_true(calling.took_ms >= 300);
    control("dialog = Long | Text | OK, Cancel at MailItem.Save\r\n");
    begin_call(&calling, mail, L"Save");
    ob_wait_dialog(L"Long");
    control(NULL);
    assert_int_equal(end_call(&calling), S_OK);
    let_go(&mail);
    close_session(&session);
}

static void a_dialog_may_be_the_window_of_another_process(void **state)
{
    struct calling calling;
    struct session session;
    HWND window, dialog;
    DWORD process = 0;
    WCHAR text_of[256];

    (void)state;
    start_as_user();
    assert_non_null(window = wait_for_window());
    open_session(&session);
    control(
        "dialog = Sign in | Enter the password, please. | Sign in, Cancel | sign-in-host.exe at NameSpace.Logon\r\n");
    begin_call(&calling, session.space, L"Logon");
    dialog = ob_wait_dialog(L"Sign in");
    GetWindowThreadProcessId(dialog, &process);
    assert_int_not_equal(process, sandbox_process());
    assert_ptr_equal(GetWindow(dialog, GW_OWNER), window);
    child_text(dialog, L"STATIC", text_of);
    ob_assert_text(text_of, L"Enter the password, please.");
    assert_int_equal(
        invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, NULL), RPC_E_SERVERCALL_RETRYLATER);
    ob_press(dialog, L"Cancel");
    assert_int_equal(end_call(&calling), E_ABORT);
    assert_true(ob_wait_gone(L"sign-in-host.exe", OB_LONG_MS));
    begin_call(&calling, session.space, L"Logon");
    ob_press(ob_wait_dialog(L"Sign in"), L"Sign in");
    assert_int_equal(end_call(&calling), S_OK);
    begin_call(&calling, session.space, L"Logon");
    ob_wait_dialog(L"Sign in");
    control(NULL);
    assert_int_equal(end_call(&calling), S_OK);
    assert_true(ob_wait_gone(L"sign-in-host.exe", OB_LONG_MS));
    close_session(&session);
    PostMessageW(window, WM_CLOSE, 0, 0);
}

static void a_profile_chooser_at_start_keeps_the_client_waiting(void **state)
{
    struct calling calling;
    IUnknown *active;
    HWND dialog;

    (void)state;
    control("dialog = Choose Profile | Profile Name: | OK, Cancel at start\r\n");
    begin_call(&calling, NULL, NULL);
    dialog = ob_wait_dialog(L"Choose Profile");
    assert_int_equal(GetActiveObject(&clsid_outlook, NULL, &active), MK_E_UNAVAILABLE);
    assert_int_equal(calling.hr, E_PENDING);
    ob_press(dialog, L"OK");
    assert_int_equal(end_call(&calling), S_OK);
    assert_text(calling.object, L"Name", L"Outlook");
    let_go(&calling.object);
}

static void a_profile_chooser_that_is_cancelled_ends_the_start_or_the_log_on(void **state)
{
    struct calling calling;
    struct session session;
    VARIANT inbox = number(6), value;

    (void)state;
    control("dialog = Choose Profile | Profile Name: | OK, Cancel at start\r\n");
    {
        HANDLE process = start_embedded();

        ob_press(ob_wait_dialog(L"Choose Profile"), L"Cancel");
        assert_int_equal(ob_wait_exit(process, OB_LONG_MS), 1);
    }
    control("dialog = Choose Profile | Profile Name: | OK, Cancel at logon nth 1\r\n");
    open_session(&session);
    begin_call(&calling, session.space, L"Logon");
    ob_press(ob_wait_dialog(L"Choose Profile"), L"Cancel");
    assert_int_equal(end_call(&calling), CODE_USER_CANCEL);
    assert_int_equal(invoke(session.space, L"GetDefaultFolder", DISPATCH_METHOD, &inbox, 1, &value), S_OK);
    VariantClear(&value);
    close_session(&session);
}

/* --- hanging and starting */

static void a_call_that_hangs_answers_no_message_and_returns_when_it_is_let_go(void **state)
{
    struct calling calling;
    struct session session;
    HWND window;
    DWORD_PTR answer;

    (void)state;
    start_as_user();
    assert_non_null(window = wait_for_window());
    open_session(&session);
    control("hang = at NameSpace.Logon nth 2\r\n");
    assert_int_equal(call(session.space, L"Logon"), S_OK);
    begin_call(&calling, session.space, L"Logon");
    ob_wait_strikes("hang", 1);
    assert_int_equal(WaitForSingleObject(calling.thread, 300), WAIT_TIMEOUT);
    assert_int_equal(SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_NORMAL, 200, &answer), 0);
    control(NULL);
    assert_int_equal(end_call(&calling), S_OK);
    assert_int_not_equal(SendMessageTimeoutW(window, WM_NULL, 0, 0, SMTO_NORMAL, 10000, &answer), 0);
    close_session(&session);
    PostMessageW(window, WM_CLOSE, 0, 0);
}

static void a_hang_may_end_by_itself_and_come_after_the_work(void **state)
{
    struct calling calling;
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"hangs");
    control("hang = after MailItem.Save for 700\r\n");
    begin_call(&calling, mail, L"Save");
    ob_wait_strikes("hang", 1);
    wait_for_files(L"Drafts\\*.item", 1);
    assert_int_equal(end_call(&calling), S_OK);
    assert_true(calling.took_ms >= 700);
    let_go(&mail);
    close_session(&session);
}

static void a_slow_start_is_waited_for(void **state)
{
    struct calling calling;

    (void)state;
    control("hang = at start for 2500\r\n");
    begin_call(&calling, NULL, NULL);
    assert_int_equal(end_call(&calling), S_OK);
    assert_true(calling.took_ms >= 2500);
    let_go(&calling.object);
}

static void a_start_may_never_register(void **state)
{
    struct calling calling;
    HANDLE process;
    IUnknown *active = NULL;

    (void)state;
    control("hang = at start\r\n");
    process = start_embedded();
    ob_wait_strikes("hang = at start", 1);
    begin_call(&calling, NULL, NULL);
    assert_int_equal(WaitForSingleObject(calling.thread, 3000), WAIT_TIMEOUT);
    assert_int_equal(GetActiveObject(&clsid_outlook, NULL, &active), MK_E_UNAVAILABLE);
    control(NULL);
    assert_int_equal(end_call(&calling), S_OK);
    let_go(&calling.object);
    assert_int_equal(ob_wait_exit(process, OB_LONG_MS), 0);
    /* The client had a second one started, which waited for the store. */
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
}

static void a_start_may_fail_or_die(void **state)
{
    static const struct
    {
        const char *line;
        DWORD code;
    } cases[] = {{"die = at start\r\n", 3}, {"quit = at start\r\n", 1}, {"fail = 0x80004005 at start\r\n", 1}};

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
    {
        control(cases[i].line);
        assert_int_equal(ob_wait_exit(start_embedded(), OB_LONG_MS), cases[i].code);
    }
}

static void without_a_profile_nothing_of_a_session_works(void **state)
{
    struct session session;
    VARIANT inbox = number(6), value;

    (void)state;
    control("no-profile = on\r\n");
    open_session(&session);
    assert_text(session.application, L"DefaultProfileName", L"");
    assert_int_equal(code_of(call(session.space, L"Logon")), CODE_LOGON_FAILED);
    assert_int_equal(
        code_of(invoke(session.space, L"GetDefaultFolder", DISPATCH_METHOD, &inbox, 1, &value)), CODE_LOGON_FAILED);
    control("fail = 0x8004011D at logon once\r\n");
    assert_int_equal(code_of(call(session.space, L"Logon")), (HRESULT)0x8004011D);
    assert_int_equal(call(session.space, L"Logon"), S_OK);
    close_session(&session);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        FAULT_TEST(each_line_that_is_not_understood_is_told_and_ends_the_sandbox),
        FAULT_TEST(a_fault_strikes_as_often_as_it_says),
        FAULT_TEST(several_lines_strike_together),
        FAULT_TEST(a_prompt_at_send_shows_its_text_and_refuses_other_calls_until_it_is_answered),
        FAULT_TEST(a_prompt_that_is_denied_or_closed_aborts_the_call),
        FAULT_TEST(a_dialog_that_draws_itself_has_no_child_and_is_closed_or_answered_by_keys),
        FAULT_TEST(a_dialog_ends_by_itself_when_its_time_is_over_or_its_line_is_gone),
        FAULT_TEST(a_dialog_may_be_the_window_of_another_process),
        FAULT_TEST(a_profile_chooser_at_start_keeps_the_client_waiting),
        FAULT_TEST(a_profile_chooser_that_is_cancelled_ends_the_start_or_the_log_on),
        FAULT_TEST(a_call_that_hangs_answers_no_message_and_returns_when_it_is_let_go),
        FAULT_TEST(a_hang_may_end_by_itself_and_come_after_the_work),
        FAULT_TEST(a_slow_start_is_waited_for),
        FAULT_TEST(a_start_may_never_register),
        FAULT_TEST(a_start_may_fail_or_die),
        FAULT_TEST(without_a_profile_nothing_of_a_session_works),
    };
    int failed;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    CoUninitialize();
    return failed;
}

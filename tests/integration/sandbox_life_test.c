/* sandbox_life_test.c - the stand-in for Outlook, seen by a late-bound client: what leaves the Outbox and when, and the
 * life of the process. */
#include "outlook_client.h"

static void a_mail_waits_in_the_outbox_until_the_delay_has_passed(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    control("spooler-delay-ms = 600000\r\n");
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"waits");
    assert_int_equal(call(mail, L"Send"), S_OK);
    let_go(&mail);
    Sleep(300);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"waits"), 1);
    close_session(&session);
    assert_true(sandbox_ends());

    open_session(&session);
    Sleep(300);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"waits"), 1);
    control("spooler-delay-ms = 1\r\n");
    wait_until_sent(&session, L"waits");
    close_session(&session);
}

static void a_mail_that_was_opened_in_the_outbox_does_not_leave_it(void **state)
{
    struct session session;
    IDispatch *mail, *outbox, *opened;

    (void)state;
    control("spooler-delay-ms = 600000\r\n");
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"opened");
    assert_int_equal(call(mail, L"Send"), S_OK);
    let_go(&mail);
    outbox = object_at(session.space, L"GetDefaultFolder", FOLDER_OUTBOX);
    opened = object_at(outbox, L"Items", 1);
    control("spooler-delay-ms = 1\r\n");
    Sleep(300);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"opened"), 1);
    assert_int_equal(call(opened, L"Send"), S_OK);
    wait_until_sent(&session, L"opened");
    let_go(&opened);
    let_go(&outbox);
    close_session(&session);
}

static void a_deferred_mail_waits_for_its_time(void **state)
{
    struct session session;
    IDispatch *mail;
    SYSTEMTIME now;
    VARIANT when;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"deferred");
    GetLocalTime(&now);
    V_VT(&when) = VT_DATE;
    SystemTimeToVariantTime(&now, &V_DATE(&when));
    V_DATE(&when) += 3.0 / 86400;
    assert_int_equal(invoke(mail, L"DeferredDeliveryTime", DISPATCH_PROPERTYPUT, &when, 1, NULL), S_OK);
    assert_int_equal(call(mail, L"Send"), S_OK);
    Sleep(500);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"deferred"), 1);
    wait_until_sent(&session, L"deferred");
    let_go(&mail);
    close_session(&session);
}

static DWORD WINAPI save_on_thread(void *mail)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    call(mail, L"Save");
    CoUninitialize();
    return 0;
}

static void a_call_that_is_held_after_its_work_returns_when_it_is_let_go(void **state)
{
    struct session session;
    size_t before = count_files(L"Drafts\\*.item");
    IDispatch *mail;
    HANDLE thread;
    DWORD waited = 0;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"held");
    control("hold = MailItem.Save after\r\n");
    thread = CreateThread(NULL, 0, save_on_thread, mail, 0, NULL);
    for (; !store_has(L"held.txt") && waited < patience_ms; waited += 20)
        Sleep(20);
    assert_true(store_has(L"held.txt"));
    assert_int_equal(count_files(L"Drafts\\*.item"), before + 1);
    assert_int_equal(WaitForSingleObject(thread, 200), WAIT_TIMEOUT);
    control(NULL);
    assert_int_equal(WaitForSingleObject(thread, patience_ms), WAIT_OBJECT_0);
    assert_false(store_has(L"held.txt"));
    CloseHandle(thread);
    assert_int_equal(call(mail, L"Delete"), S_OK);
    let_go(&mail);
    close_session(&session);
}

static void calls_are_logged_only_while_asked_for(void **state)
{
    struct session session;
    IDispatch *mail;
    char line[256] = "";
    WCHAR path[MAX_PATH];
    FILE *file;

    (void)state;
    store_file(L"calls.txt", path);
    DeleteFileW(path);
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    assert_false(store_has(L"calls.txt"));
    control("log-calls = 1\r\n");
    put_text(mail, L"subject", L"logged");
    control(NULL);
    put_text(mail, L"Body", L"not logged");
    assert_non_null(file = _wfopen(path, L"rb"));
    assert_non_null(fgets(line, sizeof(line), file));
    assert_string_equal(line, "MailItem.Subject 55 put\r\n");
    assert_null(fgets(line, sizeof(line), file));
    fclose(file);
    DeleteFileW(path);
    let_go(&mail);
    close_session(&session);
}

static void the_process_ends_only_when_the_last_object_is_released(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"the last");
    close_session(&session);
    Sleep(600);
    assert_text(mail, L"Subject", L"the last");
    let_go(&mail);
    assert_true(sandbox_ends());
}

static void the_running_object_table_gives_the_same_application_and_does_not_keep_it(void **state)
{
    struct session session;
    IUnknown *active = NULL, *own = NULL;

    (void)state;
    assert_int_equal(GetActiveObject(&clsid_outlook, NULL, &active), MK_E_UNAVAILABLE);
    open_session(&session);
    assert_int_equal(GetActiveObject(&clsid_outlook, NULL, &active), S_OK);
    assert_int_equal(IDispatch_QueryInterface(session.application, &IID_IUnknown, (void **)&own), S_OK);
    assert_ptr_equal(active, own);
    IUnknown_Release(own);
    close_session(&session);
    Sleep(600);
    assert_int_not_equal(sandbox_process(), 0);
    IUnknown_Release(active);
    assert_true(sandbox_ends());
}

static void the_users_own_outlook_has_a_window_and_stays(void **state)
{
    struct session session;
    IDispatch *explorers;
    HWND window;
    DWORD process;

    (void)state;
    start_as_user();
    assert_non_null(window = wait_for_window());
    process = sandbox_process();
    open_session(&session);
    explorers = object_of(session.application, L"Explorers", NULL);
    assert_int_equal(long_of(explorers, L"Count"), 1);
    let_go(&explorers);
    close_session(&session);
    Sleep(600);
    assert_int_equal(sandbox_process(), process);
    PostMessageW(window, WM_CLOSE, 0, 0);
    assert_true(sandbox_ends());
}

static void a_second_start_joins_and_shows_the_window(void **state)
{
    struct session session;
    DWORD process;
    HWND window;

    (void)state;
    open_session(&session);
    process = sandbox_process();
    start_as_user();
    assert_non_null(window = wait_for_window());
    for (DWORD waited = 0; sandbox_process() != process && waited < patience_ms; waited += 50)
        Sleep(50);
    assert_int_equal(sandbox_process(), process);
    close_session(&session);
    Sleep(600);
    assert_int_equal(sandbox_process(), process);
    PostMessageW(window, WM_CLOSE, 0, 0);
}

static void quit_ends_it_whoever_holds_it(void **state)
{
    struct session session;
    VARIANT value;
    HRESULT hr;

    (void)state;
    open_session(&session);
    assert_int_equal(call(session.application, L"Quit"), S_OK);
    assert_true(sandbox_ends());
    hr = invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, &value);
    assert_true(hr == (HRESULT)0x800706BA || hr == (HRESULT)0x800706BE || hr == RPC_E_DISCONNECTED);
    close_session(&session);
    open_session(&session);
    assert_text(session.application, L"Name", L"Outlook");
    close_session(&session);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_mail_waits_in_the_outbox_until_the_delay_has_passed, end_of_test),
        cmocka_unit_test_teardown(a_mail_that_was_opened_in_the_outbox_does_not_leave_it, end_of_test),
        cmocka_unit_test_teardown(a_deferred_mail_waits_for_its_time, end_of_test),
        cmocka_unit_test_teardown(a_call_that_is_held_after_its_work_returns_when_it_is_let_go, end_of_test),
        cmocka_unit_test_teardown(calls_are_logged_only_while_asked_for, end_of_test),
        cmocka_unit_test_teardown(the_process_ends_only_when_the_last_object_is_released, end_of_test),
        cmocka_unit_test_teardown(
            the_running_object_table_gives_the_same_application_and_does_not_keep_it, end_of_test),
        cmocka_unit_test_teardown(the_users_own_outlook_has_a_window_and_stays, end_of_test),
        cmocka_unit_test_teardown(a_second_start_joins_and_shows_the_window, end_of_test),
        cmocka_unit_test_teardown(quit_ends_it_whoever_holds_it, end_of_test),
    };
    int failed;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    failed = cmocka_run_group_tests(tests, begin_with_empty_folders, NULL);
    CoUninitialize();
    return failed;
}

/* stop_hung_test.c - outlook-broker.exe /Stop while Outlook hangs, or while a client is stopped in the middle of a
 * call: the broker ends all the same, what was accepted leaves once with the next one, and nobody else is held up. The
 * 25 s that the drain may take are held against a bound of 60 s. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define STOP_MOST_MS 60000u
#define GONE_CODE 77

static unsigned delivered; /* so far, by all tests */

static void stop_in_time(void)
{
    const ULONGLONG begun = GetTickCount64();
    char *output;
    DWORD code = ob_run_broker(L"/Stop", &output);
    ULONGLONG took_ms;

    ob_require(code == 0 && ob_wait_gone(OB_BROKER_IMAGE, STOP_MOST_MS), "/Stop ended with %lu: %s", code, output);
    took_ms = GetTickCount64() - begun;
    print_message("/Stop took %lu ms\n", (ULONG)took_ms);
    assert_true(took_ms < STOP_MOST_MS);
    free(output);
}

static void expect_once(const WCHAR *subject)
{
    struct ob_arrivals arrivals;

    ob_read_mails(&arrivals);
    ob_mail_with(&arrivals, subject);
    assert_int_equal(arrivals.count, delivered);
    ob_free_mails(&arrivals);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 0);
}

/* The broker is stopped while Outlook hangs with the mail in its hands; then Outlook goes on or is ended. */
static void stop_while_it_hangs(const char *control, const char *strike, const WCHAR *subject, bool ended)
{
    IObSession *session = ob_session();
    IObJob *job;
    BSTR id;

    ob_control(control);
    job = ob_send_plain(session, subject);
    ob_assert_ok(IObJob_get_Id(job, &id));
    ob_wait_strikes(strike, 1);
    stop_in_time();
    IObJob_Release(job);
    IObSession_Release(session);
    if (ended) ob_kill(OB_SANDBOX_IMAGE);
    ob_control("");
    session = ob_session();
    ob_assert_ok(IObSession_Job(session, id, &job));
    ob_expect_state(job, obJobSent);
    delivered++;
    expect_once(subject);
    IObJob_Release(job);
    IObSession_Release(session);
    SysFreeString(id);
}

static void a_stop_ends_though_outlook_hangs_after_save_and_the_mail_leaves_once(void **state)
{
    (void)state;
    stop_while_it_hangs("hang = after MailItem.Save once\n", "MailItem.Save", L"hung after Save", false);
}

static void a_stop_ends_though_outlook_hangs_in_send_and_the_mail_leaves_once(void **state)
{
    (void)state;
    stop_while_it_hangs("hang = at stored once\n", "stored", L"hung in Send", false);
}

static void a_stop_ends_though_outlook_hangs_for_good_and_the_mail_leaves_once(void **state)
{
    (void)state;
    stop_while_it_hangs("hang = at sending once\n", "sending", L"hung for good", true);
}

/* --- a client that is stopped in a call */

static DWORD WINAPI wait_long(void *context)
{
    IObJob *job = context;
    ObJobState now;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    IObJob_Wait(job, ob_long(600000), &now);
    return 0;
}

/* Its mail waits as long as the sandbox is held; then it does nothing more, neither in its calls nor beside them. */
static int client_main(void)
{
    typedef LONG(WINAPI * suspend_process)(HANDLE);
    suspend_process suspend =
        (suspend_process)(void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtSuspendProcess");
    IObSession *session;
    IObJob *job;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    session = ob_session();
    job = ob_send_plain(session, L"of one that stands still");
    for (unsigned i = 0; i < 4; i++)
    {
        HANDLE thread = CreateThread(NULL, 0, wait_long, job, 0, NULL);

        ob_require(thread != NULL, "no thread: %lu", GetLastError());
        CloseHandle(thread);
    }
    ob_wait_held();
    ob_write_file(ob_file_path(L"stands-still.txt"), "", 0);
    suspend(GetCurrentProcess());
    return GONE_CODE;
}

static void a_client_that_stands_still_in_its_calls_holds_up_nobody(void **state)
{
    IObSession *session = ob_session();
    HANDLE client;
    IObJob *job;

    (void)state;
    ob_control("hold = MailItem.Save before\n");
    client = ob_start_self(L"client");
    assert_int_equal(ob_wait_for_files(ob_file_path(L""), L"stands-still.txt", 1, OB_LONG_MS), 1);
    ob_control("");
    job = ob_send_plain(session, L"of one that goes on");
    ob_expect_state(job, obJobSent);
    delivered += 2; /* the other's calls came back to it, too, and nobody took the answers */
    expect_once(L"of one that goes on");
    expect_once(L"of one that stands still");
    IObJob_Release(job);
    IObSession_Release(session);
    stop_in_time();
    assert_true(WaitForSingleObject(client, 0) == WAIT_TIMEOUT);
    assert_true(TerminateProcess(client, GONE_CODE));
    assert_int_equal(ob_wait_exit(client, OB_LONG_MS), GONE_CODE);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_ends_though_outlook_hangs_after_save_and_the_mail_leaves_once),
        cmocka_unit_test(a_stop_ends_though_outlook_hangs_in_send_and_the_mail_leaves_once),
        cmocka_unit_test(a_client_that_stands_still_in_its_calls_holds_up_nobody),
        cmocka_unit_test(a_stop_ends_though_outlook_hangs_for_good_and_the_mail_leaves_once),
    };

    if (argc == 2 && !wcscmp(argv[1], L"client")) return client_main();
    setvbuf(stdout, NULL, _IONBF, 0);
    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

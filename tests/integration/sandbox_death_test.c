/* sandbox_death_test.c - the stand-in for Outlook dies where its control file says, once, and what is on disk then and
 * after the next start. Each client is a process of its own, this program once more: Wine keeps the class of a process
 * that was terminated until rpcss is ended, and a new rpcss refuses who knew the one before (see ob_first_at_rpcss). */
#include "outlook_faults.h"

/* --- the clients */

/* Fails unless Send returned as it is said to, and the sandbox has ended. */
static void client_send(bool answered)
{
    struct session session;
    IDispatch *mail;
    HRESULT hr;

    open_session(&session);
    mail = saved_mail(&session, L"dies");
    hr = call(mail, L"Send");
    ob_require(answered ? hr == S_OK : is_lost(hr), "Send returned %08lx", hr);
    let_go(&mail);
    close_session(&session);
    ob_require(sandbox_ends(), "the sandbox lives");
}

static void client_deliver(void)
{
    struct session session;

    open_session(&session);
    wait_for_files(L"Outbox\\*.item", 0);
    close_session(&session);
}

static void client_meet_wrong_line(void)
{
    struct session session;
    HRESULT hr;

    open_session(&session);
    control("hagn = at send\r\n");
    hr = get_code(session.application, L"Name");
    ob_require(is_lost(hr), "the call returned %08lx", hr);
}

static int client_main(const WCHAR *what)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (!wcscmp(what, L"deliver"))
        client_deliver();
    else if (!wcscmp(what, L"wrong-line"))
        client_meet_wrong_line();
    else
        client_send(!wcscmp(what, L"send-answered"));
    return 0;
}

/* --- the tests */

static int begin_dead(void **state)
{
    ob_log_off();
    return begin_fault_test(state);
}

static void it_dies_at_each_stage_of_a_mails_way_once(void **state)
{
    static const struct
    {
        const char *lines;
        bool answered; /* Send returned before */
        size_t drafts, outbox, messages;
    } cases[] = {
        {"die = at MailItem.Send once\r\n", false, 1, 0, 0},
        {"die = at sending once\r\n", false, 1, 0, 0},
        {"die = at stored once\r\n", false, 0, 1, 0},
        {"die = after MailItem.Send once\r\n", false, 0, 1, 0},
        {"die = at returned once\r\nspooler-delay-ms = 5000\r\n", true, 0, 1, 0},
        {"die = at delivering once\r\n", true, 0, 1, 0},
        {"die = at delivered once\r\n", true, 0, 1, 1},
    };

    for (size_t i = 0; i < ARRAYSIZE(cases); i++)
    {
        size_t sent = !cases[i].drafts;

        assert_int_equal(begin_dead(state), 0);
        control(cases[i].lines);
        ob_run_self(cases[i].answered ? L"send-answered" : L"send-lost");
        assert_on_disk(cases[i].lines, cases[i].drafts, cases[i].outbox, 0, cases[i].messages);
        /* The same control file strikes the next process no more. */
        ob_kill(L"rpcss.exe");
        ob_run_self(L"deliver");
        assert_on_disk(cases[i].lines, cases[i].drafts, 0, sent, sent);
        assert_int_equal(ob_count_strikes("die = "), 1);
    }
}

static void it_dies_in_as_many_processes_as_it_is_told_to(void **state)
{
    (void)state;
    control("die = at stored times 2\r\n");
    for (unsigned i = 1; i <= 2; i++)
    {
        ob_run_self(L"send-lost");
        assert_int_equal(ob_count_strikes("die = at stored times 2"), i);
        ob_kill(L"rpcss.exe");
    }
    ob_run_self(L"send-answered");
    ob_run_self(L"deliver");
    assert_on_disk("died twice", 0, 0, 3, 3);
}

static void a_line_that_is_not_understood_under_way_ends_the_sandbox_too(void **state)
{
    (void)state;
    ob_run_self(L"wrong-line");
    assert_true(store_has(L"control-errors.txt"));
    forget_control_errors();
}

static int end_dead(void **state)
{
    (void)state;
    forget_control_errors();
    ob_log_off();
    return 0;
}

#define DEATH_TEST(test) cmocka_unit_test_setup_teardown(test, begin_dead, end_dead)

int wmain(int argc, WCHAR **argv)
{
    const struct CMUnitTest tests[] = {
        DEATH_TEST(it_dies_at_each_stage_of_a_mails_way_once),
        DEATH_TEST(it_dies_in_as_many_processes_as_it_is_told_to),
        DEATH_TEST(a_line_that_is_not_understood_under_way_ends_the_sandbox_too),
    };

    if (argc > 1) return client_main(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

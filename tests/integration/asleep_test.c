/* asleep_test.c - what the machine slept is no time that a call into Outlook has lasted. The machine of this test is
 * the broker's process, which stands still meanwhile while the clock goes on. */
#include "watching.h"

enum
{
    hand_over_s = 1,
    grace_s = 5,
    sleep_ms = 20000, /* longer than it takes until a thread is left behind: 1 + 2 * 5 s */
    margin_ms = 2000  /* what the sleep itself counts as, and a second */
};

static const WCHAR left_behind[] = L"is left behind";

static int begin(void **state)
{
    ob_set(L"HandOverSeconds", hand_over_s);
    ob_set(L"StuckGraceSeconds", grace_s);
    return ob_begin_session(state);
}

static void a_call_under_way_when_the_machine_slept_has_its_time_afterwards(void **state)
{
    const ULONGLONG patience_ms = (hand_over_s + 2 * grace_s) * 1000;
    ULONGLONG began, slept, woke, left;
    HANDLE broker;
    IObJob *job;

    (void)state;
    ob_expect_good_mail(session, L"before");
    broker = ob_open_broker(session);
    ob_control("hang = at Application.CreateItem once\r\n");
    began = GetTickCount64();
    job = ob_send_plain(session, L"asleep");
    ob_wait_for_error(job, OB_E_TIMEOUT);
    slept = GetTickCount64();
    do_with_process(broker, "NtSuspendProcess");
    Sleep(sleep_ms);
    assert_int_equal(ob_count_in_log(left_behind), 0);
    woke = GetTickCount64();
    do_with_process(broker, "NtResumeProcess");
    while (!ob_count_in_log(left_behind) && GetTickCount64() - woke < OB_LONG_MS)
        Sleep(20);
    left = GetTickCount64();
    assert_int_equal(ob_count_in_log(left_behind), 1);
    ob_require(slept - began + margin_ms + (left - woke) >= patience_ms,
        "left behind %u ms after it woke, which had been under way for %u ms", (unsigned)(left - woke),
        (unsigned)(slept - began));
    ob_control("");
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    CloseHandle(broker);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_under_way_when_the_machine_slept_has_its_time_afterwards),
    };

    return cmocka_run_group_tests(tests, begin, ob_end_session);
}

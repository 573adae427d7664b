/* rules_log_off_test.c - which messages of Windows end the broker: the one that says that the session does end, and no
 * other. */
#include "rules_test.h"
#include "rules/log_off.h"

static void only_a_session_that_does_end_ends_the_broker(void **state)
{
    static const struct
    {
        const char *what;
        uint32_t message;
        uint64_t wparam;
        enum log_off_answer answer;
    } cases[] = {
        {"WM_QUERYENDSESSION", 0x0011, 0, log_off_agree},
        {"WM_QUERYENDSESSION, wParam set", 0x0011, 1, log_off_agree},
        {"WM_ENDSESSION, it ends", 0x0016, 1, log_off_end},
        {"WM_ENDSESSION, any TRUE", 0x0016, 0x100000000u, log_off_end},
        {"WM_ENDSESSION, somebody refused", 0x0016, 0, log_off_ignore},
        {"WM_CLOSE", 0x0010, 0, log_off_ignore},
        {"WM_QUIT", 0x0012, 0, log_off_default},
        {"WM_DESTROY", 0x0002, 0, log_off_default},
        {"WM_SETTINGCHANGE", 0x001A, 0, log_off_default},
        {"WM_POWERBROADCAST, suspend", 0x0218, 4, log_off_default},
        {"WM_WTSSESSION_CHANGE, remote desktop disconnected", 0x02B1, 4, log_off_default},
        {"WM_WTSSESSION_CHANGE, logged off", 0x02B1, 6, log_off_default},
        {"WM_WTSSESSION_CHANGE, locked", 0x02B1, 7, log_off_default},
        {"WM_NULL", 0, 1, log_off_default},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
        expect(log_off_decide(cases[i].message, cases[i].wparam) == cases[i].answer, "%s", cases[i].what);
}

static void the_broker_has_closed_before_windows_loses_patience(void **state)
{
    (void)state;
    assert_true(LOG_OFF_MS < 5000);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_session_that_does_end_ends_the_broker),
        cmocka_unit_test(the_broker_has_closed_before_windows_loses_patience),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* delivery_held_test.c - what the row of a mail that waits for Outlook says is so: it follows the trouble that there
 * is, also where that came over another mail, and what waits for its own sake keeps its own error and its own time. */
#include "one_session.h"

#define DAY_S 86400
#define NETWORK_ERROR "0x80040115"

static int begin(void **state)
{
    ob_set(L"RetryFirstSeconds", 600);
    return ob_begin_session(state);
}

/* What the row says. */
struct row
{
    ObJobState state;
    LONG attempts, error;
    double next_in_s; /* to NextAttemptAt; 0: there is none */
};

static struct row row_of(IObJob *job)
{
    struct row row = {.next_in_s = 0};
    SYSTEMTIME local;
    VARIANT next;
    DATE now;

    ob_assert_ok(IObJob_get_State(job, &row.state));
    ob_assert_ok(IObJob_get_Attempts(job, &row.attempts));
    ob_assert_ok(IObJob_get_LastError(job, &row.error));
    ob_assert_ok(IObJob_get_NextAttemptAt(job, &next));
    GetLocalTime(&local);
    SystemTimeToVariantTime(&local, &now);
    if (V_VT(&next) == VT_DATE) row.next_in_s = (V_DATE(&next) - now) * DAY_S;
    return row;
}

/* Its own failure comes to a mail that waited for Outlook: what lets the others go says nothing of it any more. */
static void a_mail_that_waited_for_outlook_and_then_failed_keeps_its_error_and_its_wait(void **state)
{
    struct row row;
    IObJob *job;

    (void)state;
    ob_forbid_sending(true);
    job = ob_send_plain(session, L"waits, then fails");
    ob_wait_for_error(job, OB_E_GUARD_DENIED);
    ob_control("fail = " NETWORK_ERROR " at MailItem.Save once\n");
    ob_forbid_sending(false);
    ob_wait_for_error(job, (HRESULT)0x80040115);
    ob_expect_good_mail(session, L"goes by");
    ob_expect_good_mail(session, L"goes by, too");
    row = row_of(job);
    assert_int_equal(row.state, obJobQueued);
    assert_int_equal(row.attempts, 1);
    ob_assert_hr(row.error, (HRESULT)0x80040115);
    ob_require(row.next_in_s > 300 && row.next_in_s < 610, "next attempt in %d s", (int)row.next_in_s);
    ob_assert_ok(IObJob_Cancel(job));
    IObJob_Release(job);
    ob_control("");
}

/* While a mail waits for the guard, Outlook ends over another one and does not start. */
static void what_a_waiting_mail_says_follows_the_trouble_that_comes_over_another(void **state)
{
    IObJob *doubtful, *job;
    struct row row;

    (void)state;
    ob_control("fail = 80010105 at MailItem.Send once\n");
    doubtful = ob_send_plain(session, L"in doubt");
    ob_wait_for_error(doubtful, OB_E_TIMEOUT);
    ob_forbid_sending(true);
    job = ob_send_plain(session, L"waits for the guard");
    ob_wait_for_error(job, OB_E_GUARD_DENIED);
    ob_control("fail = 0x80080005 at start\n");
    ob_kill(OB_SANDBOX_IMAGE);
    ob_wait_for_error(job, OB_E_LOGON_FAILED);
    row = row_of(job);
    ob_require(row.next_in_s > -1, "its time was over %d s ago", (int)-row.next_in_s);
    assert_int_equal(row.attempts, 0);
    ob_forbid_sending(false);
    ob_control("");
    ob_expect_state(doubtful, obJobSent);
    ob_expect_state(job, obJobSent);
    IObJob_Release(doubtful);
    IObJob_Release(job);
}

/* Another broker, and the same job. Not killed: see ob_first_at_rpcss. */
static void restart_broker(IObJob **job, const char *control)
{
    BSTR id;

    ob_assert_ok(IObJob_get_Id(*job, &id));
    IObJob_Release(*job);
    IObSession_Release(session);
    ob_stop_broker();
    ob_kill(OB_SANDBOX_IMAGE);
    ob_control(control);
    session = ob_session();
    ob_assert_ok(IObSession_Job(session, id, job));
    SysFreeString(id);
}

/* What was never tried is due at once there. */
static void what_kept_outlook_from_a_mail_is_not_said_of_the_next_broker(void **state)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    IObJob *job;

    (void)state;
    ob_forbid_sending(true);
    job = ob_send_plain(session, L"waits for another broker");
    ob_wait_for_error(job, OB_E_GUARD_DENIED);
    ob_forbid_sending(false);
    restart_broker(&job, "hang = at start\n");
    while (row_of(job).error && GetTickCount64() < end)
        Sleep(20);
    ob_assert_hr(row_of(job).error, S_OK);
    assert_int_equal(row_of(job).state, obJobQueued);
    ob_control("");
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
}

/* Nor of what was tried before: its wait and its reason were Outlook's, and are over with the broker that met them. */
static void what_kept_outlook_from_a_mail_that_was_tried_is_not_said_of_the_next_broker(void **state)
{
    IObJob *job;

    (void)state;
    ob_set(L"RetryFirstSeconds", 3);
    ob_forbid_sending(true);
    job = ob_send_plain(session, L"tried, then waits for another broker");
    restart_broker(&job, "fail = " NETWORK_ERROR " at MailItem.Save once\n");
    ob_forbid_sending(false);
    ob_wait_for_error(job, (HRESULT)0x80040115);
    ob_forbid_sending(true);
    ob_wait_for_error(job, OB_E_GUARD_DENIED);
    assert_int_equal(row_of(job).attempts, 1);
    ob_forbid_sending(false);
    restart_broker(&job, "hang = at start\n");
    ob_assert_hr(row_of(job).error, S_OK);
    assert_int_equal(row_of(job).state, obJobQueued);
    ob_control("");
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_set(L"RetryFirstSeconds", 600);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_that_waited_for_outlook_and_then_failed_keeps_its_error_and_its_wait),
        cmocka_unit_test(what_a_waiting_mail_says_follows_the_trouble_that_comes_over_another),
        cmocka_unit_test(what_kept_outlook_from_a_mail_is_not_said_of_the_next_broker),
        cmocka_unit_test(what_kept_outlook_from_a_mail_that_was_tried_is_not_said_of_the_next_broker),
    };

    return cmocka_run_group_tests(tests, begin, ob_end_session);
}

/* delivery_alert_test.c - mail of which it is not told for too long what became of it, while Outlook cannot be asked:
 * the event log hears of it, and the job says what keeps the broker from Outlook. Each client is a process of its own,
 * this program once more (see ob_first_at_rpcss). */
#include "support.h"
#include <stdio.h>
#include <string.h>
#include <wchar.h>

static IObJob *send_keyed(IObSession *session, const WCHAR *subject)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .key = subject};

    return ob_send(session, &mail);
}

static void client_send(const WCHAR *subject)
{
    IObSession *session = ob_session();
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b", .key = subject};
    IObJob *job = NULL;

    ob_try_send(session, &mail, &job);
    if (job) IObJob_Release(job);
    IObSession_Release(session);
}

static void client_sent(const WCHAR *subject)
{
    IObSession *session = ob_session();
    IObJob *job = send_keyed(session, subject);

    ob_expect_state(job, obJobSent);
    ob_wait_for_error(job, S_OK);
    IObJob_Release(job);
    IObSession_Release(session);
}

/* Whatever the state: Outlook was not started too often to be started again. */
static void client_told(const WCHAR *subject)
{
    IObSession *session = ob_session();
    IObJob *job = send_keyed(session, subject);
    BSTR text;

    ob_wait_for_error(job, OB_E_CIRCUIT_OPEN);
    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_require(wcsstr(text, L"Outlook failed to start") != NULL, "it says: %s", ob_utf8(text));
    SysFreeString(text);
    IObJob_Release(job);
    IObSession_Release(session);
}

static const struct
{
    const WCHAR *verb;
    void (*run)(const WCHAR *subject);
} clients[] = {
    {L"send", client_send},
    {L"sent", client_sent},
    {L"told", client_told},
};

static int client_main(WCHAR **argv)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (unsigned i = 0; i < ARRAYSIZE(clients); i++)
        if (!wcscmp(argv[1], clients[i].verb))
        {
            clients[i].run(argv[2]);
            return 0;
        }
    return 1;
}

static void run_client(const WCHAR *verb, const WCHAR *subject)
{
    WCHAR arguments[300];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls \"%ls\"", verb, subject);
    ob_run_self(arguments);
}

/* The broker and its Outlook end there, with this mail in hand. */
static void end_at(const WCHAR *point, const WCHAR *subject)
{
    ob_fail_at(point);
    run_client(L"send", subject);
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "the broker does not pass %s", ob_utf8(point));
    ob_log_off();
    ob_fail_at(NULL);
}

static const struct
{
    const WCHAR *point, *subject;
} rows[] = {
    {L"submitted-committed", L"never looked at"},
    {L"sending-committed", L"never given"},
};

/* A minute is the shortest time that can be set. */
static void wait_for_events(const WCHAR *text, unsigned count)
{
    ULONGLONG end = GetTickCount64() + 3 * OB_LONG_MS;

    while (ob_count_in_log(text) < count && GetTickCount64() < end)
        Sleep(100);
    assert_int_equal(ob_count_in_log(text), count);
}

/* Neither was seen since it was handed over, and no OUTLOOK.EXE runs that could be closed. */
static void mail_of_which_outlook_cannot_be_asked_is_told_with_what_keeps_the_broker_from_it(void **state)
{
    (void)state;
    ob_set(L"SubmittedAlertMinutes", 1);
    ob_control("spooler-delay-ms = 600000\n");
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
        end_at(rows[i].point, rows[i].subject);
    ob_control("fail = 0x80080005 at start\n");
    ob_log_on();
    wait_for_events(L"cannot be asked what became of it", ARRAYSIZE(rows));
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
        run_client(L"told", rows[i].subject);
    assert_int_equal(ob_count_in_log(L"mail-stuck"), ARRAYSIZE(rows));
    ob_log_off();
    ob_control("");
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_of_which_outlook_cannot_be_asked_is_told_with_what_keeps_the_broker_from_it),
    };

    if (argc > 2) return client_main(argv);
    return cmocka_run_group_tests(tests, ob_begin_without_com, ob_end);
}

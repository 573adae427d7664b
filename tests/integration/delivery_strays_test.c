/* delivery_strays_test.c - what Outlook's end leads to where nobody is at fault for it, and the drafts that nobody will
 * send any more: they go, without ending Outlook again and again, and without taking what a person has worked on. Each
 * client is a process of its own, this program once more (see ob_first_at_rpcss). */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static unsigned delivered; /* so far, by all tests */

/* --- the clients */

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

static unsigned drafts(void)
{
    return ob_count_files(ob_sandbox_path(L"Drafts\\*.item"));
}

/* --- Outlook's end */

/* It is looked for before it is given to Outlook, and Outlook ends in the look: no attempt was made, so that its age
 * ends nothing. */
static void an_old_mail_is_not_given_up_for_an_outlook_that_ends_before_it_was_tried(void **state)
{
    (void)state;
    ob_fail_at(L"draft-made");
    run_client(L"send", L"old");
    ob_require(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "the broker does not pass draft-made");
    ob_log_off();
    ob_fail_at(NULL);
    ob_set(L"RetryLifetimeSeconds", 0);
    ob_control("die = at MAPIFolder.GetTable times 3\n");
    ob_log_on();
    ob_wait_strikes("at MAPIFolder.GetTable", 3);
    ob_wait_delivered(++delivered);
    ob_control("");
    run_client(L"sent", L"old");
    assert_int_equal(drafts(), 0);
    ob_log_off();
    ob_set(L"RetryLifetimeSeconds", 432000);
}

static int begin(void **state)
{
    int result = ob_begin_without_com(state);

    ob_set(L"RetryFirstSeconds", 1);
    return result;
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_mail_is_not_given_up_for_an_outlook_that_ends_before_it_was_tried),
    };

    if (argc > 2) return client_main(argv);
    return cmocka_run_group_tests(tests, begin, ob_end);
}

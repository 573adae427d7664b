/* many_clients_test.c - many processes use the broker at once: each mail is delivered once and whole, none is mixed
 * with another's; and clients that start it at one moment get one broker. The clients are this program once more. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

enum
{
    clients = 16,
    mails_each = 50,
    cold_clients = 8
};

#define START_EVENT L"Local\\OutlookBrokerTest.Start"

/* What mail number i of client c says of itself, everywhere. */
static void name_mail(WCHAR out[40], unsigned c, unsigned i)
{
    swprintf(out, 40, L"mail %u of client %u", i, c);
}

/* --- a client */

static IObJob *send_numbered(IObSession *session, unsigned c, unsigned i)
{
    WCHAR name[40], leaf[60];
    VARIANT attachments;
    struct ob_mail mail = {.to = L"a@example.com", .subject = name, .body = name, .attachments = &attachments};
    IObJob *job;

    name_mail(name, c, i);
    swprintf(leaf, ARRAYSIZE(leaf), L"%ls.txt", name);
    attachments = ob_text(ob_write_file(ob_file_path(leaf), name, wcslen(name) * sizeof(*name)));
    job = ob_send(session, &mail);
    /* The broker has it: nothing else needs the file any more. */
    assert_true(DeleteFileW(V_BSTR(&attachments)));
    VariantClear(&attachments);
    return job;
}

static int client_main(unsigned c, unsigned count)
{
    HANDLE start = OpenEventW(SYNCHRONIZE, FALSE, START_EVENT);
    IObJob *jobs[mails_each];
    IObSession *session;
    int failed = 0;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (start) WaitForSingleObject(start, OB_LONG_MS);
    session = ob_session();
    for (unsigned i = 0; i < count; i++)
        jobs[i] = send_numbered(session, c, i);
    for (unsigned i = 0; i < count; i++)
    {
        ObJobState state = obJobQueued;

        if (IObJob_Wait(jobs[i], ob_long(300000), &state) != S_OK || state != obJobSent) failed = 1;
        IObJob_Release(jobs[i]);
    }
    IObSession_Release(session);
    return failed;
}

/* --- the tests */

static void run_clients(unsigned first, unsigned count, unsigned mails)
{
    HANDLE start = CreateEventW(NULL, TRUE, FALSE, START_EVENT), processes[clients];

    for (unsigned i = 0; i < count; i++)
    {
        WCHAR arguments[60];

        swprintf(arguments, ARRAYSIZE(arguments), L"client %u %u", first + i, mails);
        processes[i] = ob_start_self(arguments);
    }
    SetEvent(start);
    for (unsigned i = 0; i < count; i++)
        ob_require(ob_wait_exit(processes[i], 350000) == 0, "client %u failed", first + i);
    CloseHandle(start);
}

static void expect_numbered(const struct ob_arrivals *arrivals, unsigned c, unsigned i)
{
    WCHAR name[40], leaf[60];
    const struct ob_arrived *mail;
    char sha256[65];

    name_mail(name, c, i);
    swprintf(leaf, ARRAYSIZE(leaf), L"%ls.txt", name);
    mail = ob_mail_with(arrivals, name);
    ob_assert_text(mail->body, name);
    assert_int_equal(mail->attachment_count, 1);
    ob_assert_text(mail->attachments[0].name, leaf);
    ob_sha256(name, wcslen(name) * sizeof(*name), sha256);
    assert_string_equal(mail->attachments[0].sha256, sha256);
}

static void clients_that_start_the_broker_at_one_moment_get_one_broker(void **state)
{
    struct ob_arrivals arrivals;

    (void)state;
    assert_int_equal(ob_processes(OB_BROKER_IMAGE), 0);
    run_clients(100, cold_clients, 1);
    assert_true(
        ob_wait_processes(OB_BROKER_IMAGE, 1, OB_LONG_MS)); /* those that lost the lock wait a while, then end */
    ob_read_mails(&arrivals);
    assert_int_equal(arrivals.count, cold_clients);
    for (unsigned c = 0; c < cold_clients; c++)
        expect_numbered(&arrivals, 100 + c, 0);
    ob_free_mails(&arrivals);
}

static void eight_hundred_mails_of_sixteen_clients_arrive_once_each(void **state)
{
    struct ob_arrivals arrivals;
    IObSession *session = ob_session();

    (void)state;
    run_clients(0, clients, mails_each);
    ob_read_mails(&arrivals);
    assert_int_equal(arrivals.count, cold_clients + clients * mails_each);
    for (unsigned c = 0; c < clients; c++)
        for (unsigned i = 0; i < mails_each; i++)
            expect_numbered(&arrivals, c, i);
    ob_free_mails(&arrivals);
    ob_expect_counts(session, 0, 0, cold_clients + clients * mails_each, 0, 0);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
    IObSession_Release(session);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(clients_that_start_the_broker_at_one_moment_get_one_broker),
        cmocka_unit_test(eight_hundred_mails_of_sixteen_clients_arrive_once_each),
    };

    if (argc == 4 && !wcscmp(argv[1], L"client"))
        return client_main(wcstoul(argv[2], NULL, 10), wcstoul(argv[3], NULL, 10));
    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

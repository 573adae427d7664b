/* stop_and_start_test.c - the broker is told to stop at the moment in which clients come: no client hangs, and whoever
 * was told that a mail is accepted finds it sent, once. */
#include "support.h"
#include <stdio.h>
#include <wchar.h>

enum
{
    rounds = 20,
    clients = 2,
    call_most_ms = 45000 /* activation gives up after 30 s */
};

struct attempt
{
    unsigned round, client;
    HRESULT hr;
    ULONGLONG took_ms;
};

static struct attempt attempts[rounds][clients];

static void name_attempt(WCHAR out[40], unsigned round, unsigned client)
{
    swprintf(out, 40, L"round %u client %u", round, client);
}

/* S_OK: the mail was accepted. */
static HRESULT try_to_send(const WCHAR *subject)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = subject, .body = L"b"};
    IObSession *session;
    IObJob *job = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&session);

    if (FAILED(hr)) return hr;
    hr = ob_try_send(session, &mail, &job);
    if (job) IObJob_Release(job);
    IObSession_Release(session);
    return hr;
}

/* Wine starts a broker for each of two clients that come at once, where Windows starts one for both: the one without
 * the lock refuses until the other has ended. E_FAIL is Wine's answer while one is just ending. */
static void send_afterwards(void)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    HRESULT hr;

    do
        hr = try_to_send(L"afterwards");
    while ((hr == (HRESULT)OB_E_LOCKED || hr == E_FAIL) && GetTickCount64() < end);
    ob_assert_ok(hr);
}

static DWORD CALLBACK client(void *context)
{
    struct attempt *attempt = context;
    ULONGLONG begun = GetTickCount64();
    WCHAR subject[40];

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    name_attempt(subject, attempt->round, attempt->client);
    attempt->hr = try_to_send(subject);
    attempt->took_ms = GetTickCount64() - begun;
    CoUninitialize();
    return 0;
}

/* Of one moment: the stop, and the clients, of whom the second comes a little later in each round. */
static void run_round(unsigned round)
{
    HANDLE stop = ob_start_broker(L"/Stop"), running[clients];

    for (unsigned i = 0; i < clients; i++)
    {
        attempts[round][i] = (struct attempt){.round = round, .client = i};
        if (i) Sleep(round * 10); /* the moment is what is tried */
        running[i] = CreateThread(NULL, 0, client, &attempts[round][i], 0, NULL);
    }
    for (unsigned i = 0; i < clients; i++)
    {
        ob_require(
            WaitForSingleObject(running[i], call_most_ms) == WAIT_OBJECT_0, "round %u: client %u hangs", round, i);
        CloseHandle(running[i]);
    }
    assert_int_equal(ob_wait_exit(stop, OB_LONG_MS), 0);
}

static void who_comes_while_the_broker_is_stopped_is_served_or_told(void **state)
{
    IObSession *session = ob_session();
    struct ob_arrivals arrivals;
    unsigned accepted = 0;
    ULONGLONG longest = 0;
    WCHAR subject[40];

    (void)state;
    ob_expect_good_mail(session, L"before");
    IObSession_Release(session);
    for (unsigned round = 0; round < rounds; round++)
        run_round(round);
    for (unsigned i = 0; i < rounds * clients; i++)
    {
        const struct attempt *attempt = &attempts[i / clients][i % clients];

        if (attempt->took_ms > longest) longest = attempt->took_ms;
        if (SUCCEEDED(attempt->hr))
            accepted++;
        else
            print_message("round %u, client %u: %08lX after %lu ms\n", attempt->round, attempt->client,
                (unsigned long)attempt->hr, (unsigned long)attempt->took_ms);
    }
    send_afterwards();
    ob_wait_delivered(accepted + 2);
    ob_read_mails(&arrivals);
    for (unsigned i = 0; i < rounds * clients; i++)
    {
        name_attempt(subject, i / clients, i % clients);
        if (SUCCEEDED(attempts[i / clients][i % clients].hr)) ob_mail_with(&arrivals, subject);
        assert_in_range(ob_count_with(&arrivals, subject), 0, 1);
    }
    ob_free_mails(&arrivals);
    print_message(
        "%u of %u were accepted; the longest call took %lu ms\n", accepted, rounds * clients, (unsigned long)longest);
    assert_true(accepted > 0);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_comes_while_the_broker_is_stopped_is_served_or_told),
    };

    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

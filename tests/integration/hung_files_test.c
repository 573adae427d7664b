/* hung_files_test.c - a file that Windows does not open, read or write for as long as somebody likes: each call ends by
 * its deadline, the others go on, and the broker stops in its time with its outbox closed. What does not answer is
 * played by the test build at a FAILPOINT, and cannot be cancelled; what can, host_file_work_test.c shows. Clients are
 * this program once more (see ob_first_at_rpcss). */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define HANGS_EVENT L"Local\\OutlookBrokerTest.Hangs" /* of server/host/wine.h */
#define STOP_MOST_MS 60000u                           /* 28 s are promised */
#define LEFT_AS_IT_IS L"the outbox is in use and left as it is"

enum
{
    timeout_ms = 1000,
    late_ms = 10 * (timeout_ms + 250), /* ten times what is promised */
    client_was_late = 99
};

/* --- the clients: each ends with what its last call answered */

struct client
{
    IObSession *session;
    IObMail *mail;
    BSTR path, text;
    const WCHAR *key;
};

static HRESULT send_file(struct client *client)
{
    VARIANT path = {.vt = VT_BSTR, .bstrVal = client->path};
    struct ob_mail mail = {
        .to = L"a@example.com", .subject = L"hung", .body = L"b", .key = client->key, .attachments = &path};
    IObJob *job;

    return ob_try_send(client->session, &mail, &job);
}

static HRESULT send_plain(struct client *client)
{
    struct ob_mail mail = {.to = L"a@example.com", .subject = L"plain", .body = L"b"};
    IObJob *job;

    return ob_try_send(client->session, &mail, &job);
}

static HRESULT attach(struct client *client)
{
    return IObMail_Attach(client->mail, client->path, NULL, NULL);
}

static HRESULT attach_data(struct client *client)
{
    VARIANT bytes = {.vt = VT_BSTR, .bstrVal = client->text};

    return IObMail_AttachData(client->mail, client->text, bytes, NULL);
}

static HRESULT send_attached(struct client *client)
{
    IObJob *job;

    return IObMail_Send(client->mail, NULL, &job);
}

typedef HRESULT (*member)(struct client *client);

static const struct row
{
    const WCHAR *name, *point;
    member before, hangs, after; /* before may be NULL */
    BOOL keyed;                  /* what was accepted is answered by its key, though its file cannot be compared */
} rows[] = {
    {L"SendMail in opening", L"file-opening 1 hang", NULL, send_file, send_file, FALSE},
    {L"SendMail in reading", L"file-reading 1 hang", NULL, send_file, send_file, FALSE},
    {L"SendMail in flushing", L"file-flushing 1 hang", NULL, send_file, send_file, FALSE},
    {L"a keyed repeat in opening", L"file-opening 2 hang", send_file, send_file, send_file, TRUE},
    {L"a keyed repeat in reading", L"file-reading 2 hang", send_file, send_file, send_file, TRUE},
    {L"Attach in opening", L"file-opening 1 hang", NULL, attach, attach, FALSE},
    {L"Attach in reading", L"file-reading 1 hang", NULL, attach, attach, FALSE},
    {L"AttachData in flushing", L"file-flushing 1 hang", NULL, attach_data, attach_data, FALSE},
    {L"Send in reading", L"file-reading 2 hang", attach, send_attached, send_attached, FALSE},
    {L"Send in flushing", L"file-flushing 2 hang", attach, send_attached, send_attached, FALSE},
};

static void client_make(struct client *client, LONG timeout)
{
    memset(client, 0, sizeof(*client));
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    client->session = ob_session();
    client->path = SysAllocString(ob_file_path(L"hung.txt"));
    client->text = SysAllocString(L"AAAA");
    ob_assert_ok(IObSession_put_Timeout(client->session, timeout));
    ob_assert_ok(IObSession_CreateMail(client->session, &client->mail));
    ob_assert_ok(IObMail_put_To(client->mail, SysAllocString(L"a@example.com")));
}

/* What hangs has timeout_ms; what goes before and after has more, since the machine may be busy. */
static HRESULT in_time(struct client *client, member hangs)
{
    const ULONGLONG begun = GetTickCount64();
    HRESULT hr;

    ob_assert_ok(IObSession_put_Timeout(client->session, timeout_ms));
    hr = hangs(client);
    if (GetTickCount64() - begun > late_ms) return client_was_late;
    ob_assert_ok(IObSession_put_Timeout(client->session, OB_LONG_MS));
    return hr;
}

static HRESULT row_main(const struct row *row)
{
    struct client client;
    HRESULT hr;

    client_make(&client, OB_LONG_MS);
    if (row->keyed) client.key = row->name;
    if (row->before) ob_assert_ok(row->before(&client));
    hr = in_time(&client, row->hangs);
    if (hr != (row->keyed ? S_OK : (HRESULT)OB_E_TIMEOUT))
        return SUCCEEDED(hr) && hr != client_was_late ? E_UNEXPECTED : hr;
    return row->after(&client);
}

/* One file that hangs is as many as this client may have; its mail without files goes on. */
static HRESULT limit_main(void)
{
    struct client client;
    HRESULT hr;

    client_make(&client, OB_LONG_MS);
    ob_assert_hr(in_time(&client, send_file), (HRESULT)OB_E_TIMEOUT);
    ob_assert_hr(attach(&client), (HRESULT)OB_E_BUSY);
    if ((hr = send_plain(&client)) != S_OK) return hr;
    return send_file(&client);
}

static HRESULT send_main(LONG timeout)
{
    struct client client;

    client_make(&client, timeout);
    return send_file(&client);
}

static int client_main(WCHAR **argv)
{
    HRESULT hr = E_INVALIDARG;

    if (!wcscmp(argv[1], L"row")) hr = row_main(&rows[wcstol(argv[2], NULL, 10)]);
    if (!wcscmp(argv[1], L"limit")) hr = limit_main();
    if (!wcscmp(argv[1], L"send")) hr = send_main(wcstol(argv[2], NULL, 10));
    /* Not released: the broker may be gone. */
    TerminateProcess(GetCurrentProcess(), (UINT)hr);
    return 1;
}

static HRESULT run_client(const WCHAR *arguments)
{
    return (HRESULT)ob_wait_exit(ob_start_self(arguments), 2 * OB_LONG_MS);
}

/* --- the tests */

static int make_file(void **state)
{
    int failed = ob_begin_without_com(state);

    ob_write_file(ob_file_path(L"hung.txt"), "content", 7);
    return failed;
}

/* The outbox is closed although what hangs hangs. */
static void stop(void)
{
    const unsigned left = ob_count_in_log(LEFT_AS_IT_IS);
    const ULONGLONG begun = GetTickCount64();
    char *output;
    DWORD code = ob_run_broker(L"/Stop", &output);
    ULONGLONG took_ms = GetTickCount64() - begun;

    ob_require(code == 0 && ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS), "/Stop ended with %lu: %s", code, output);
    print_message("stopped in %lu ms\n", (ULONG)took_ms);
    assert_true(took_ms < STOP_MOST_MS);
    assert_int_equal(ob_count_in_log(LEFT_AS_IT_IS), left);
    free(output);
}

static void each_call_ends_by_its_deadline_and_the_next_goes_on(void **state)
{
    WCHAR arguments[20];

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
    {
        HRESULT hr;

        print_message("%ls\n", rows[i].name);
        assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
        ob_fail_at(rows[i].point);
        swprintf(arguments, ARRAYSIZE(arguments), L"row %u", i);
        hr = run_client(arguments);
        ob_require(hr == S_OK, "%ls: %#lx", rows[i].name, (ULONG)hr);
        stop();
    }
    ob_fail_at(NULL);
}

static void a_client_whose_files_hang_is_refused_more_and_others_are_not(void **state)
{
    (void)state;
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    ob_set(L"MaxWaitingCallsPerClient", 1);
    ob_fail_at(L"file-opening 1 hang");
    ob_assert_hr(run_client(L"limit"), (HRESULT)OB_E_BUSY);
    ob_assert_ok(run_client(L"send 60000"));
    ob_set(L"MaxWaitingCallsPerClient", 16);
    ob_fail_at(NULL);
    stop();
}

static void a_stop_lets_a_call_go_whose_file_hangs_and_closes_the_outbox(void **state)
{
    HANDLE hangs = CreateEventW(NULL, TRUE, FALSE, HANGS_EVENT), client;

    (void)state;
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    ob_fail_at(L"file-opening 1 hang");
    client = ob_start_self(L"send 600000");
    assert_int_equal(WaitForSingleObject(hangs, OB_LONG_MS), WAIT_OBJECT_0);
    stop();
    ob_assert_hr((HRESULT)ob_wait_exit(client, OB_LONG_MS), (HRESULT)OB_E_STOPPING);
    CloseHandle(hangs);
    ob_fail_at(NULL);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_ends_by_its_deadline_and_the_next_goes_on),
        cmocka_unit_test(a_client_whose_files_hang_is_refused_more_and_others_are_not),
        cmocka_unit_test(a_stop_lets_a_call_go_whose_file_hangs_and_closes_the_outbox),
    };

    if (argc > 1) return client_main(argv);
    return cmocka_run_group_tests(tests, make_file, NULL);
}

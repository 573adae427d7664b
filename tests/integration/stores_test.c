/* stores_test.c - where the mail of an account stands, and what is believed of it: the rows of docs/delivery.md's
 * second table that the stand-in for Outlook can play. The profile has an account whose mail goes through a store of
 * its own, which is also the one that unnamed mail is sent by, and one that delivers to the default store. Each client
 * is a process of its own, this program once more (see ob_first_at_rpcss). */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define BOTH_STORES "Own\town@example.com\t\t\tOwn store\r\nMain\tmain@example.com\r\n"
#define OWN_STORE L"stores\\Own store\\"
#define NO_COPY L"The mail was in the Outbox and has left it; no copy was seen."

/* --- the clients */

enum way_id
{
    by_name,
    by_address,
    by_nobody,
    by_main,
    by_main_without,
    by_own_without,
    on_behalf,
    on_behalf_without
};

/* How a mail is sent, and where a copy of it is to be seen. */
static const struct way
{
    const WCHAR *account, *on_behalf;
    const WCHAR *copy; /* the folder; NULL: none is seen */
} ways[] = {
    [by_name] = {L"Own", NULL, OWN_STORE L"Sent Items"},
    [by_address] = {L"own@example.com", NULL, OWN_STORE L"Sent Items"},
    [by_nobody] = {NULL, NULL, OWN_STORE L"Sent Items"},
    [by_main] = {L"Main", NULL, L"Sent Items"},
    [by_main_without] = {L"Main", NULL, NULL},
    [by_own_without] = {L"Own", NULL, NULL},
    [on_behalf] = {L"Main", L"Anna Schmidt", L"Sent Items"},
    [on_behalf_without] = {L"Main", L"Anna Schmidt", NULL},
};

static void put_text(IObMail *mail, HRESULT(STDMETHODCALLTYPE *put)(IObMail *mail, BSTR text), const WCHAR *text)
{
    BSTR value = SysAllocString(text ? text : L"");

    ob_assert_ok(put(mail, value));
    SysFreeString(value);
}

static IObJob *send_by(IObSession *session, const struct way *way, const WCHAR *subject)
{
    BSTR key = SysAllocString(subject);
    IObMail *mail;
    IObJob *job;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    put_text(mail, mail->lpVtbl->put_To, L"a@example.com");
    put_text(mail, mail->lpVtbl->put_Subject, subject);
    put_text(mail, mail->lpVtbl->put_Body, L"b");
    put_text(mail, mail->lpVtbl->put_Account, way->account);
    put_text(mail, mail->lpVtbl->put_SentOnBehalfOfName, way->on_behalf);
    ob_assert_ok(IObMail_Send(mail, key, &job));
    IObMail_Release(mail);
    SysFreeString(key);
    return job;
}

static ObJobState state_of(IObJob *job)
{
    ObJobState state;

    ob_assert_ok(IObJob_get_State(job, &state));
    return state;
}

static LONG error_of(IObJob *job)
{
    LONG code;

    ob_assert_ok(IObJob_get_LastError(job, &code));
    return code;
}

/* Sent, and the copy is known by its place where one is to be seen. */
static void expect_seen(IObJob *job, const struct way *way)
{
    WCHAR path[300];
    BSTR text, id;

    ob_expect_state(job, obJobSent);
    ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    ob_assert_ok(IObJob_get_EntryID(job, &id));
    if (way->copy)
    {
        ob_assert_text(text, L"");
        swprintf(path, ARRAYSIZE(path), L"%ls\\%ls.item", way->copy, id);
        ob_require(ob_exists(ob_sandbox_path(path)), "there is no %s", ob_utf8(path));
    }
    else
        ob_require(!wcsncmp(text, NO_COPY, wcslen(NO_COPY)), "it says: %s", ob_utf8(text));
    assert_int_equal(error_of(job), 0);
    SysFreeString(text);
    SysFreeString(id);
}

/* Sends, or asks again under the key for what was sent before, and expects it sent. */
static void client_send(const struct way *way, const WCHAR *subject, bool wait)
{
    IObSession *session = ob_session();
    IObJob *job = send_by(session, way, subject);

    if (wait) expect_seen(job, way);
    IObJob_Release(job);
    if (wait) ob_expect_counts(session, 0, 0, (LONG)ob_count_delivered(), 0, 0);
    IObSession_Release(session);
}

/* Waits for a state and an error's code. */
static void wait_until(IObJob *job, ObJobState state, LONG code)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    while ((state_of(job) != state || error_of(job) != code) && GetTickCount64() < end)
        Sleep(20);
    ob_require(state_of(job) == state && error_of(job) == code, "state %d, error %08lX", state_of(job),
        (unsigned long)error_of(job));
}

static void client_submit(const struct way *way, const WCHAR *subject)
{
    IObSession *session = ob_session();
    IObJob *job = send_by(session, way, subject);

    wait_until(job, obJobSubmitted, 0);
    IObJob_Release(job);
    IObSession_Release(session);
}

/* What Status says follows what the job's row says at once. */
static void wait_for_status(IObSession *session, LONG code)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    LONG now;

    do
    {
        IObStatus *status;

        ob_assert_ok(IObSession_get_Status(session, &status));
        ob_assert_ok(IObStatus_get_LastError(status, &now));
        IObStatus_Release(status);
    } while (now != code && GetTickCount64() < end);
    ob_require(now == code, "Status says %08lX", (unsigned long)now);
}

static bool log_says(const char *text)
{
    char *log = ob_read_file(ob_data_path(L"broker.log"), NULL);
    bool says = log && strstr(log, text);

    free(log);
    return says;
}

static void client_offline(void)
{
    IObSession *session = ob_session();
    IObJob *job;

    ob_control("offline = on\n");
    job = send_by(session, &ways[by_name], L"offline");
    wait_until(job, obJobSubmitted, OB_E_OFFLINE);
    wait_for_status(session, OB_E_OFFLINE);
    assert_true(log_says("works offline, with mail in its Outbox"));
    ob_control("spooler = off\n"); /* online again, and the mail stands there yet */
    wait_until(job, obJobSubmitted, 0);
    wait_for_status(session, 0);
    assert_true(log_says("works offline no longer"));
    ob_control("");
    expect_seen(job, &ways[by_name]);
    wait_for_status(session, 0);
    IObJob_Release(job);
    IObSession_Release(session);
}

/* How often Outlook was asked for a member, since the log of calls was begun. */
static unsigned count_calls(const char *member)
{
    char *calls = ob_read_file(ob_sandbox_path(L"calls.txt"), NULL);
    unsigned count = 0;

    for (char *at = calls; at && (at = strstr(at, member)); at += strlen(member))
        count += (at == calls || at[-1] == '\n') && at[strlen(member)] == ' ';
    free(calls);
    return count;
}

/* Until more counts of Outboxes, as many as there are stores, were asked for. */
static void wait_for_counts(unsigned more)
{
    unsigned wanted = count_calls("Items.Count") + more;
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    while (count_calls("Items.Count") < wanted && GetTickCount64() < end)
        Sleep(20);
    ob_require(count_calls("Items.Count") >= wanted, "the Outboxes are not counted");
}

/* A mail that stands in the Outbox is looked for once, and then only every 15 s while the count stays as it is. A look
 * for mail of an account on the default store asks for three tables, of an own store for up to three more. */
static void client_costs(void)
{
    IObSession *session = ob_session();
    IObJob *job;
    unsigned tables;

    ob_control("log-calls = on\nspooler = off\n");
    job = send_by(session, &ways[by_main], L"costs");
    wait_until(job, obJobSubmitted, 0);
    wait_for_counts(12);
    tables = count_calls("MAPIFolder.GetTable");
    ob_require(tables == 3 || tables == 6, "%u tables were asked for", tables);
    ob_control("log-calls = on\n");
    expect_seen(job, &ways[by_main]);
    IObJob_Release(job);
    IObSession_Release(session);
}

static int client_main(int argc, WCHAR **argv)
{
    const struct way *way = argc > 2 ? &ways[wcstoul(argv[2], NULL, 10)] : NULL;

    setvbuf(stdout, NULL, _IONBF, 0);
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (!wcscmp(argv[1], L"offline"))
        client_offline();
    else if (!wcscmp(argv[1], L"costs"))
        client_costs();
    else if (!wcscmp(argv[1], L"submit"))
        client_submit(way, argv[3]);
    else
        client_send(way, argv[3], !wcscmp(argv[1], L"expect"));
    return 0;
}

static void run_client(const WCHAR *verb, enum way_id way, const WCHAR *subject)
{
    WCHAR arguments[300];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls %d \"%ls\"", verb, (int)way, subject);
    ob_run_self(arguments);
}

/* One more mail, from the call to its end. */
static void is_sent(const char *control, enum way_id way, const WCHAR *subject)
{
    unsigned before = ob_count_delivered();

    ob_control(control);
    run_client(L"expect", way, subject);
    assert_int_equal(ob_count_delivered(), before + 1);
}

static void set_accounts(const char *lines)
{
    ob_write_file(ob_sandbox_path(L"accounts.txt"), lines, strlen(lines));
}

/* Another Outlook: what the broker knows of the stores it knows of one Outlook. */
static void begin_anew(const char *control)
{
    ob_log_off();
    DeleteFileW(ob_sandbox_path(L"calls.txt"));
    ob_control(control);
}

/* So that what the next mail leaves is the only item there; while nobody runs. */
static void empty(const WCHAR *folder)
{
    WCHAR path[300];
    WIN32_FIND_DATAW found;
    HANDLE find;

    swprintf(path, ARRAYSIZE(path), L"%ls\\*.item", folder);
    find = FindFirstFileW(ob_sandbox_path(path), &found);
    for (BOOL more = find != INVALID_HANDLE_VALUE; more; more = FindNextFileW(find, &found))
    {
        swprintf(path, ARRAYSIZE(path), L"%ls\\%ls", folder, found.cFileName);
        DeleteFileW(ob_sandbox_path(path));
    }
    if (find != INVALID_HANDLE_VALUE) FindClose(find);
}

/* --- where mail is looked for */

static void mail_of_an_account_with_a_store_of_its_own_is_seen_there(void **state)
{
    (void)state;
    is_sent("spooler-delay-ms = 300\n", by_name, L"own, by name");
    is_sent("", by_address, L"own, by address");
    is_sent("", by_nobody, L"own, by nobody");
    is_sent("", by_main, L"beside it");
    is_sent("own-outbox = off\nspooler-delay-ms = 300\n", by_name, L"own, through the default Outbox");
    assert_int_equal(ob_count_files(ob_sandbox_path(OWN_STORE L"Sent Items\\*.item")), 4);
}

/* Where the crash falls: a call that Outlook is held in, a point of the broker's, or neither: when it is submitted. */
struct crash
{
    const WCHAR *subject;
    const char *control;
    const WCHAR *point;
    const char *afterwards;
    const WCHAR *left_in; /* where the mail stands then */
};

static void crash_in(const struct crash *crash, enum way_id way)
{
    unsigned before = ob_count_delivered();
    bool held = strstr(crash->control, "hold") != NULL;

    begin_anew(crash->control);
    empty(crash->left_in);
    ob_fail_at(crash->point);
    run_client(crash->point || held ? L"send" : L"submit", way, crash->subject);
    if (held) ob_wait_held();
    if (crash->point) assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    assert_int_equal(ob_wait_for_files(ob_sandbox_path(crash->left_in), L"*.item", 1, OB_LONG_MS), 1);
    ob_log_off();
    ob_fail_at(NULL);
    ob_control(crash->afterwards);
    ob_log_on();
    ob_wait_delivered(before + 1);
    run_client(L"expect", way, crash->subject);
    ob_control("");
}

#define STAYS "spooler-delay-ms = 600000\n"
#define SLOWLY "spooler-delay-ms = 1500\n"

static void mail_of_an_account_with_a_store_of_its_own_leaves_once_after_a_crash(void **state)
{
    static const struct crash crashes[] = {
        {L"own, draft", "", L"sending-committed", "", L"Drafts"},
        {L"own, in Send", "hold = MailItem.Send after\n" STAYS, NULL, SLOWLY, OWN_STORE L"Outbox"},
        {L"own, in the Outbox", STAYS, NULL, SLOWLY, OWN_STORE L"Outbox"},
        {L"own, left", "", L"round-unwritten", "", OWN_STORE L"Sent Items"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(crashes); i++)
        crash_in(&crashes[i], i % 2 ? by_name : by_nobody);
}

/* The broker lives, and looks in the stores of the Outlook that it has next. */
static void mail_of_an_account_with_a_store_of_its_own_leaves_once_where_outlook_ends_in_send(void **state)
{
    (void)state;
    is_sent("die = at sending once\n", by_name, L"own, ended before it was stored");
    is_sent("die = at stored once\n" SLOWLY, by_nobody, L"own, ended after it was stored");
    assert_int_equal(ob_count_strikes("die = at stored"), 1);
}

static void an_outlook_without_delivery_stores_is_looked_at_as_before(void **state)
{
    (void)state;
    begin_anew("fail = 80020006 at Account.DeliveryStore\n");
    is_sent("fail = 80020006 at Account.DeliveryStore\n", by_main, L"no DeliveryStore");
    is_sent("fail = 80020006 at Account.DeliveryStore\n", by_own_without, L"no DeliveryStore, own");
    set_accounts("Main\tmain@example.com\r\nOwn\town@example.com\t\t\tnone\r\n");
    begin_anew("");
    is_sent("", by_main, L"an account without a store");
    set_accounts(BOTH_STORES);
    begin_anew("");
}

static void stores_are_asked_for_once_and_cost_other_accounts_nothing(void **state)
{
    (void)state;
    set_accounts("Main\tmain@example.com\r\nMore\tmore@example.com\r\n");
    begin_anew("log-calls = on\n");
    is_sent("log-calls = on\n", by_main, L"one store 1");
    is_sent("log-calls = on\n", by_main, L"one store 2");
    assert_int_equal(count_calls("Account.DeliveryStore"), 2);
    assert_int_equal(count_calls("Store.GetDefaultFolder"), 0);

    set_accounts(BOTH_STORES);
    begin_anew("log-calls = on\n");
    ob_run_self(L"costs");
    is_sent("log-calls = on\n", by_name, L"two stores");
    assert_int_equal(count_calls("Account.DeliveryStore"), 2);
    assert_int_equal(count_calls("Store.GetDefaultFolder"), 3);
    ob_control("");
}

/* Nobody's mail waits in vain: one that stands in the account's own Outbox keeps an Outlook that the broker started. */
static void an_outbox_that_is_not_empty_keeps_outlook_whosever_store_it_is(void **state)
{
    static const char opened[] = "Subject=stays\nOpened=1\nBillingInformation=a person's\n";
    WCHAR path[1024];
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    unsigned counts;

    (void)state;
    ob_set(L"OutlookIdleSeconds", 1);
    begin_anew("log-calls = on\n");
    wcscpy(path, ob_sandbox_path(OWN_STORE L"Outbox\\0000000000000001.item"));
    ob_write_file(path, opened, sizeof(opened) - 1);
    is_sent("log-calls = on\n", by_main, L"while another waits");
    counts = count_calls("Items.Count");
    while (count_calls("Items.Count") < counts + 2 && !count_calls("Application.Explorers") && GetTickCount64() < end)
        Sleep(20);
    assert_int_equal(count_calls("Application.Explorers"), 0);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    ob_set(L"OutlookIdleSeconds", 60);
    begin_anew("");
    assert_true(DeleteFileW(path));
}

/* --- where copies are kept */

static void a_mail_without_a_copy_is_sent_and_says_so(void **state)
{
    (void)state;
    is_sent("sent-copies = off\n", by_main_without, L"no copy");
    is_sent("sent-copies = off\nspooler-delay-ms = 300\n", by_own_without, L"no copy in the own store");
}

static void a_copy_that_an_add_in_puts_elsewhere_is_said_not_to_have_been_seen(void **state)
{
    (void)state;
    is_sent("sent-folder = Kept elsewhere\n", by_main_without, L"another folder");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Kept elsewhere\\*.item")), 1);
}

static void a_copy_that_a_rule_moves_is_said_not_to_have_been_seen(void **state)
{
    (void)state;
    is_sent("sent-rule = Moved\n", by_main_without, L"a rule");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Moved\\*.item")), 1);
}

static void a_mail_on_behalf_of_somebody_is_seen_where_the_senders_copies_are_kept(void **state)
{
    (void)state;
    is_sent("", on_behalf, L"on behalf");
    is_sent("on-behalf-copies = Shared mailbox\n", on_behalf_without, L"on behalf, kept there");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"stores\\Shared mailbox\\Sent Items\\*.item")), 1);
}

/* --- Outlook and its server */

static void a_mail_that_leaves_within_send_is_known_by_its_copy(void **state)
{
    static const struct crash crash = {
        L"online, in Send", "online = on\nhold = MailItem.Send after\n", NULL, "online = on\n", L"Sent Items"};

    (void)state;
    is_sent("online = on\n", by_main, L"online");
    is_sent("online = on\n", by_name, L"online, own");
    is_sent("online = on\nsent-copies = off\n", by_main_without, L"online, no copy");
    crash_in(&crash, by_main);
}

static void mail_that_stands_while_outlook_works_offline_says_so_until_it_does_not(void **state)
{
    (void)state;
    ob_run_self(L"offline");
}

static int begin(void **state)
{
    int result = ob_begin_without_com(state);

    set_accounts(BOTH_STORES);
    ob_set(L"CopyWaitSeconds", 1);
    return result;
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(mail_of_an_account_with_a_store_of_its_own_is_seen_there),
        cmocka_unit_test(mail_of_an_account_with_a_store_of_its_own_leaves_once_after_a_crash),
        cmocka_unit_test(mail_of_an_account_with_a_store_of_its_own_leaves_once_where_outlook_ends_in_send),
        cmocka_unit_test(an_outlook_without_delivery_stores_is_looked_at_as_before),
        cmocka_unit_test(stores_are_asked_for_once_and_cost_other_accounts_nothing),
        cmocka_unit_test(an_outbox_that_is_not_empty_keeps_outlook_whosever_store_it_is),
        cmocka_unit_test(a_mail_without_a_copy_is_sent_and_says_so),
        cmocka_unit_test(a_copy_that_an_add_in_puts_elsewhere_is_said_not_to_have_been_seen),
        cmocka_unit_test(a_copy_that_a_rule_moves_is_said_not_to_have_been_seen),
        cmocka_unit_test(a_mail_on_behalf_of_somebody_is_seen_where_the_senders_copies_are_kept),
        cmocka_unit_test(a_mail_that_leaves_within_send_is_known_by_its_copy),
        cmocka_unit_test(mail_that_stands_while_outlook_works_offline_says_so_until_it_does_not),
    };

    if (argc > 1) return client_main(argc, argv);
    return cmocka_run_group_tests(tests, begin, NULL);
}

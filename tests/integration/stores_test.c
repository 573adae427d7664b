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
#define HIDDEN L"It cannot be told where this mail stands"
#define NO_COPY L"; no copy was seen. "

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
        ob_require(wcsstr(text, NO_COPY) != NULL, "it says: %s", ob_utf8(text));
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

/* Waits for the text of a state. */
static void client_told(const struct way *way, const WCHAR *subject, const WCHAR *words, ObJobState state)
{
    IObSession *session = ob_session();
    IObJob *job = send_by(session, way, subject);
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    BSTR text = NULL;

    do
    {
        SysFreeString(text);
        Sleep(20);
        ob_assert_ok(IObJob_get_LastErrorText(job, &text));
    } while ((state_of(job) != state || !wcsstr(text, words)) && GetTickCount64() < end);
    ob_require(state_of(job) == state && wcsstr(text, words), "state %d, it says: %s", state_of(job), ob_utf8(text));
    SysFreeString(text);
    IObJob_Release(job);
    IObSession_Release(session);
}

static void client_state(const struct way *way, const WCHAR *subject, ObJobState state, bool retry)
{
    IObSession *session = ob_session();
    IObJob *job = send_by(session, way, subject);

    ob_expect_state(job, state);
    if (retry) ob_assert_ok(IObJob_Retry(job));
    IObJob_Release(job);
    IObSession_Release(session);
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
    else if (!wcscmp(argv[1], L"waits"))
        client_told(way, argv[3], HIDDEN, (ObJobState)wcstol(argv[4], NULL, 10));
    else if (!wcscmp(argv[1], L"account-gone"))
        client_told(way, argv[3], L"is no longer among Outlook's accounts", obJobUnknown);
    else if (!wcscmp(argv[1], L"moved"))
        client_told(way, argv[3], L"stands among the drafts", obJobUnknown);
    else if (!wcscmp(argv[1], L"sent"))
        client_state(way, argv[3], obJobSent, false);
    else if (!wcscmp(argv[1], L"retry") || !wcscmp(argv[1], L"unknown"))
        client_state(way, argv[3], obJobUnknown, !wcscmp(argv[1], L"retry"));
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

/* --- stores that cannot be seen */

static void run_waits(enum way_id way, const WCHAR *subject, ObJobState state)
{
    WCHAR arguments[300];

    swprintf(arguments, ARRAYSIZE(arguments), L"waits %d \"%ls\" %d", (int)way, subject, (int)state);
    ob_run_self(arguments);
}

static unsigned in_own_outbox(void)
{
    return ob_count_files(ob_sandbox_path(OWN_STORE L"Outbox\\*.item"));
}

/* The path of the one item of a folder. */
static void only_item(const WCHAR *folder, WCHAR path[1024])
{
    WIN32_FIND_DATAW found;
    HANDLE find;
    WCHAR leaf[300];

    swprintf(leaf, ARRAYSIZE(leaf), L"%ls\\*.item", folder);
    find = FindFirstFileW(ob_sandbox_path(leaf), &found);
    assert_true(find != INVALID_HANDLE_VALUE);
    FindClose(find);
    swprintf(leaf, ARRAYSIZE(leaf), L"%ls\\%ls", folder, found.cFileName);
    wcscpy(path, ob_sandbox_path(leaf));
}

/* What is not seen is not absent: for the mail's job that is no end, and Outlook stays. */
static void mail_in_a_store_that_cannot_be_seen_is_not_called_sent(void **state)
{
    static const char *const blind[] = {"fail = 8004011d at Store.GetDefaultFolder\n" STAYS,
        "fail = 80040115 at Account.DeliveryStore\n" STAYS, "fail = 80004005 at Store.StoreID\n" STAYS,
        "fail = 80040115 at NameSpace.Accounts\n" STAYS};
    unsigned before;

    (void)state;
    for (size_t i = 0; i < ARRAYSIZE(blind); i++)
    {
        WCHAR subject[40];

        before = ob_count_delivered();
        swprintf(subject, ARRAYSIZE(subject), L"own, not seen %u", (unsigned)i);
        begin_anew(STAYS);
        empty(OWN_STORE L"Outbox");
        run_client(L"submit", by_name, subject);
        ob_log_off();
        ob_control(blind[i]);
        ob_log_on();
        run_waits(by_name, subject, obJobSubmitted);
        assert_int_equal(in_own_outbox(), 1);
        ob_control(STAYS); /* it can be seen again */
        run_client(L"submit", by_name, subject);
        assert_int_equal(ob_count_delivered(), before);
        begin_anew("");
        run_client(L"expect", by_name, subject);
        assert_int_equal(ob_count_delivered(), before + 1);
    }
}

/* Nothing ends, and no Outlook is ended: the mail may stand there. */
static void outlook_stays_while_an_own_outbox_cannot_be_counted(void **state)
{
    static const char blind[] = "fail = 8004011d at Store.GetDefaultFolder\noffline = on\n";
    ULONGLONG end;

    (void)state;
    ob_set(L"OutlookIdleSeconds", 1);
    begin_anew(blind);
    empty(OWN_STORE L"Outbox");
    run_client(L"send", by_name, L"own, offline and not seen");
    run_waits(by_name, L"own, offline and not seen", obJobSubmitted);
    end = GetTickCount64() + 3000;
    while (ob_processes(OB_SANDBOX_IMAGE) && GetTickCount64() < end)
        Sleep(50);
    assert_int_equal(ob_processes(OB_SANDBOX_IMAGE), 1);
    assert_int_equal(in_own_outbox(), 1);
    ob_set(L"OutlookIdleSeconds", 60);
    ob_control("");
    run_client(L"expect", by_name, L"own, offline and not seen");
}

static void a_draft_is_not_sent_while_the_mail_may_stand_in_a_store_that_cannot_be_seen(void **state)
{
    unsigned before = ob_count_delivered();
    WCHAR from[1024];

    (void)state;
    begin_anew("");
    empty(L"Drafts");
    empty(OWN_STORE L"Outbox");
    ob_fail_at(L"sending-committed");
    run_client(L"send", by_name, L"own, beside a draft");
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    assert_int_equal(ob_wait_for_files(ob_sandbox_path(L"Drafts"), L"*.item", 1, OB_LONG_MS), 1);
    ob_log_off();
    ob_fail_at(NULL);
    only_item(L"Drafts", from);
    assert_true(CopyFileW(from, ob_sandbox_path(OWN_STORE L"Outbox\\00000000000000F1.item"), TRUE));
    ob_control("fail = 8004011d at Store.GetDefaultFolder\n" STAYS);
    ob_log_on();
    run_waits(by_name, L"own, beside a draft", obJobSending);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 1);
    ob_control("");
    run_client(L"sent", by_name, L"own, beside a draft");
    assert_int_equal(ob_count_delivered(), before + 1);
    begin_anew("");
    empty(L"Drafts");
}

static void what_the_mail_of_an_account_that_was_removed_became_is_unknown(void **state)
{
    (void)state;
    begin_anew(STAYS);
    empty(OWN_STORE L"Outbox");
    run_client(L"submit", by_name, L"own, removed");
    set_accounts("Main\tmain@example.com\r\n");
    ob_kill(OB_SANDBOX_IMAGE);
    run_client(L"account-gone", by_name, L"own, removed");
    set_accounts(BOTH_STORES);
    begin_anew("");
    empty(OWN_STORE L"Outbox");
}

/* While Outlook runs. */
static void mail_of_an_account_that_was_added_is_seen_in_its_store(void **state)
{
    (void)state;
    set_accounts("Main\tmain@example.com\r\n");
    begin_anew("");
    is_sent("", by_main, L"main, before");
    set_accounts(BOTH_STORES);
    is_sent("", by_name, L"own, added");
    begin_anew("");
}

/* The mail's own is gone from where it was made; this one is all that there is of it. */
static void a_draft_that_was_moved_is_kept_and_told_of(void **state)
{
    unsigned before = ob_count_delivered();
    WCHAR from[1024];

    (void)state;
    begin_anew("");
    empty(L"Drafts");
    ob_fail_at(L"sending-committed");
    run_client(L"send", by_name, L"own, moved");
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
    ob_log_off();
    ob_fail_at(NULL);
    only_item(L"Drafts", from);
    CreateDirectoryW(ob_sandbox_path(OWN_STORE L"Drafts"), NULL);
    assert_true(MoveFileW(from, ob_sandbox_path(OWN_STORE L"Drafts\\00000000000000F3.item")));
    ob_log_on();
    run_client(L"moved", by_name, L"own, moved");
    assert_int_equal(ob_count_files(ob_sandbox_path(OWN_STORE L"Drafts\\*.item")), 1);
    assert_int_equal(ob_count_delivered(), before);
    begin_anew("");
    empty(OWN_STORE L"Drafts");
}

/* Nobody is told that a mail which was sent was not. */
static void a_draft_beside_a_mail_that_was_sent_does_not_make_it_failed(void **state)
{
    unsigned before = ob_count_delivered();
    WCHAR from[1024];

    (void)state;
    begin_anew(STAYS);
    empty(L"Drafts");
    empty(L"Outbox");
    run_client(L"submit", by_main_without, L"beside a twin");
    ob_log_off();
    only_item(L"Outbox", from);
    assert_true(CopyFileW(from, ob_sandbox_path(L"Drafts\\00000000000000F2.item"), TRUE));
    ob_control("sent-copies = off\n" SLOWLY);
    ob_log_on();
    run_client(L"sent", by_main_without, L"beside a twin");
    assert_int_equal(ob_count_delivered(), before + 1);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), 1);
    begin_anew("");
    empty(L"Drafts");
}

/* Neither given up as unknown, nor made anew. */
static void a_mail_of_which_a_store_cannot_be_seen_is_neither_unknown_nor_made_anew(void **state)
{
    unsigned before = ob_count_delivered();
    WCHAR from[1024];

    (void)state;
    begin_anew("hold = MailItem.Send after\n" STAYS);
    empty(OWN_STORE L"Outbox");
    run_client(L"send", by_name, L"own, in doubt");
    ob_wait_held();
    ob_log_off();
    ob_control("fail = 80040115 at Account.DeliveryStore\n" STAYS);
    ob_log_on();
    run_waits(by_name, L"own, in doubt", obJobSending);
    ob_log_off();
    only_item(OWN_STORE L"Outbox", from);
    assert_true(MoveFileW(from, ob_file_path(L"taken.item"))); /* so that nothing of it is to be seen */
    ob_control("");
    ob_log_on();
    run_client(L"unknown", by_name, L"own, in doubt");
    begin_anew("fail = 8004011d at Store.GetDefaultFolder\n");
    run_client(L"retry", by_name, L"own, in doubt");
    run_waits(by_name, L"own, in doubt", obJobQueued);
    assert_int_equal(ob_count_delivered(), before);
    ob_control("");
    run_client(L"expect", by_name, L"own, in doubt");
    assert_int_equal(ob_count_delivered(), before + 1);
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
        cmocka_unit_test(mail_in_a_store_that_cannot_be_seen_is_not_called_sent),
        cmocka_unit_test(outlook_stays_while_an_own_outbox_cannot_be_counted),
        cmocka_unit_test(a_draft_is_not_sent_while_the_mail_may_stand_in_a_store_that_cannot_be_seen),
        cmocka_unit_test(a_mail_of_which_a_store_cannot_be_seen_is_neither_unknown_nor_made_anew),
        cmocka_unit_test(mail_of_an_account_that_was_added_is_seen_in_its_store),
        cmocka_unit_test(a_mail_without_a_copy_is_sent_and_says_so),
        cmocka_unit_test(a_copy_that_an_add_in_puts_elsewhere_is_said_not_to_have_been_seen),
        cmocka_unit_test(a_copy_that_a_rule_moves_is_said_not_to_have_been_seen),
        cmocka_unit_test(a_mail_on_behalf_of_somebody_is_seen_where_the_senders_copies_are_kept),
        cmocka_unit_test(a_mail_that_leaves_within_send_is_known_by_its_copy),
        cmocka_unit_test(mail_that_stands_while_outlook_works_offline_says_so_until_it_does_not),
        cmocka_unit_test(a_draft_beside_a_mail_that_was_sent_does_not_make_it_failed),
        cmocka_unit_test(what_the_mail_of_an_account_that_was_removed_became_is_unknown),
        cmocka_unit_test(a_draft_that_was_moved_is_kept_and_told_of),
    };

    if (argc > 1) return client_main(argc, argv);
    return cmocka_run_group_tests(tests, begin, NULL);
}

/* stores.c - see stores.h. */
#include "stores.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define HIDDEN L"It cannot be told where this mail stands"
#define NO_COPY L"; no copy was seen. "

/* --- the clients */

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
    assert_int_equal(ob_error_of(job), 0);
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

    while ((ob_state_of(job) != state || ob_error_of(job) != code) && GetTickCount64() < end)
        Sleep(20);
    ob_require(ob_state_of(job) == state && ob_error_of(job) == code, "state %d, error %08lX", ob_state_of(job),
        (unsigned long)ob_error_of(job));
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
    } while ((ob_state_of(job) != state || !wcsstr(text, words)) && GetTickCount64() < end);
    ob_require(
        ob_state_of(job) == state && wcsstr(text, words), "state %d, it says: %s", ob_state_of(job), ob_utf8(text));
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
    HRESULT now;

    while ((now = ob_status_error(session)) != code && GetTickCount64() < end)
        Sleep(20);
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
/* Until more counts of Outboxes, as many as there are stores, were asked for. */
static void wait_for_counts(unsigned more)
{
    unsigned wanted = ob_count_calls("Items.Count") + more;
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    while (ob_count_calls("Items.Count") < wanted && GetTickCount64() < end)
        Sleep(20);
    ob_require(ob_count_calls("Items.Count") >= wanted, "the Outboxes are not counted");
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
    tables = ob_count_calls("MAPIFolder.GetTable");
    ob_require(tables == 3 || tables == 6, "%u tables were asked for", tables);
    ob_control("log-calls = on\n");
    expect_seen(job, &ways[by_main]);
    IObJob_Release(job);
    IObSession_Release(session);
}

int stores_client(int argc, WCHAR **argv)
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

void stores_run(const WCHAR *verb, enum way_id way, const WCHAR *subject)
{
    WCHAR arguments[300];

    swprintf(arguments, ARRAYSIZE(arguments), L"%ls %d \"%ls\"", verb, (int)way, subject);
    ob_run_self(arguments);
}

/* One more mail, from the call to its end. */
void stores_expect_sent(const char *control, enum way_id way, const WCHAR *subject)
{
    unsigned before = ob_count_delivered();

    ob_control(control);
    stores_run(L"expect", way, subject);
    assert_int_equal(ob_count_delivered(), before + 1);
}

void stores_set_accounts(const char *lines)
{
    ob_write_file(ob_sandbox_path(L"accounts.txt"), lines, strlen(lines));
}

/* Another Outlook: what the broker knows of the stores it knows of one Outlook. */
void stores_begin_anew(const char *control)
{
    ob_log_off();
    DeleteFileW(ob_sandbox_path(L"calls.txt"));
    ob_control(control);
}

/* So that what the next mail leaves is the only item there; while nobody runs. */
void stores_empty(const WCHAR *folder)
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

int stores_begin(void **state)
{
    int result = ob_begin_without_com(state);

    stores_set_accounts(BOTH_STORES);
    ob_set(L"CopyWaitSeconds", 1);
    return result;
}

/* connection.c - the one Outlook that the thread holds, from being had to being let go. A borrowed Outlook is only let
 * go. One of our own is asked to quit when it was idle, its Outbox is empty and, looked at right then, nobody has made
 * it his own; it stays the user's for good once he did. After a loss every pointer is dropped. */
#include "internal.h"
#include <stdlib.h>
#include "host/config.h"
#include "host/log.h"
#include "host/outlook_facts.h"
#include "host/processes.h"
#include "rules/outlook_error.h"
#include "rules/ownership.h"

#define BORROWED_IDLE_MS 5000u
#define OUTBOX_AGAIN_MS 60000u /* until it is looked again whether the Outbox of an idle Outlook is empty */
#define HOUSEKEEPING_MS 10000u /* deadline of what the thread asks by itself */
#define QUIT_WAIT_MS 10000u    /* for the process to end: who starts Outlook before that may be given the dying one */
#define QUIT_LOOK_MS 250u      /* how often that wait looks whether it is still wanted */

static void publish(struct apartment *apartment, BOOL starting)
{
    const struct connection *connection = &apartment->connection;
    struct outlook_facts *facts = facts_take(apartment);

    if (!facts) return;
    facts->starting_since = starting ? utc_now_ms() : 0;
    facts->starting = starting;
    facts->attached = !starting && connection->application != NULL;
    facts->owned = facts->attached && connection->owned;
    facts->process_id = facts->attached ? connection->process_id : 0;
    facts->process_started = facts->attached ? connection->process_started : 0;
    facts_give(apartment);
}

/* Once Outlook is left alone, that is what is to be known, and the last error stands in it. */
static void publish_error(struct apartment *apartment, const struct error *error)
{
    struct error left_alone = {0};
    struct outlook_facts *facts;
    deadline until;

    if (FAILED(starts_allowed(&apartment->outlook->starts, &until, &left_alone))) error = &left_alone;
    if ((facts = facts_take(apartment)))
    {
        facts->left_alone_until = until;
        facts->last_error = error->code;
        lstrcpynW(facts->last_error_text, error->text ? error->text : L"", ARRAYSIZE(facts->last_error_text));
        facts_give(apartment);
    }
    error_clear(&left_alone);
}

static void publish_names(struct apartment *apartment, const WCHAR *profile, const WCHAR *version)
{
    struct outlook_facts *facts = facts_take(apartment);

    if (!facts) return;
    lstrcpynW(facts->profile, profile ? profile : L"", ARRAYSIZE(facts->profile));
    lstrcpynW(facts->version, version ? version : L"", ARRAYSIZE(facts->version));
    apartment->connection.number = ++facts->times_attached;
    facts->last_error = S_OK;
    facts->last_error_text[0] = 0;
    facts->left_alone_until = 0;
    facts_give(apartment);
}

/* Who is logged on, and to which version: nice to know, never a reason to fail. */
static void publish_session(struct apartment *apartment)
{
    struct connection *connection = &apartment->connection;
    BSTR profile = NULL, version = NULL;

    get_text(apartment, connection->session, session_current_profile_name, &profile);
    get_text(apartment, connection->application, application_version, &version);
    connection->had_ms = clock_now_ms();
    starts_succeeded(&apartment->outlook->starts);
    publish_names(apartment, profile, version);
    log_event("outlook", NULL, NULL, L"%ls process %lu, version %ls", connection->owned ? L"started" : L"joined",
        connection->process_id, version ? version : L"unknown");
    SysFreeString(profile);
    SysFreeString(version);
}

/* True if Outlook is known to have gone. */
static BOOL is_gone(const struct connection *connection)
{
    if (!connection->application) return TRUE;
    return connection->lost || (connection->process && WaitForSingleObject(connection->process, 0) == WAIT_OBJECT_0);
}

void connection_attach(struct apartment *apartment, struct work *work)
{
    struct connection *connection = &apartment->connection;

    if (!is_gone(connection)) return;
    connection_drop(apartment, FALSE, 0);
    apartment->until = deadline_in(config_get(setting_start_deadline_seconds) * 1000);
    publish(apartment, TRUE);
    outlook_tell(apartment->outlook);
    if (SUCCEEDED(connection_start(apartment, work)) && !connection->lost)
        publish_session(apartment);
    else
    {
        if (SUCCEEDED(work->error.code)) connection_error(apartment, RPC_E_DISCONNECTED, L"", &work->error);
        log_event("outlook", NULL, NULL, L"cannot be had: 0x%08lX", work->error.code);
        if (!work->join_only) publish_error(apartment, &work->error);
        connection_drop(apartment, FALSE, 0);
    }
    publish(apartment, FALSE);
    outlook_tell(apartment->outlook);
}

static BOOL same_wish(const WCHAR *one, const WCHAR *other)
{
    return profile_same(one ? one : L"", other ? other : L"");
}

/* Takes part in the start that is under way, or begins one on the profile wished. *own: it was on this profile. */
static HRESULT attach_once(
    struct outlook *outlook, const WCHAR *profile, deadline until, BOOL of_caller, BOOL *own, struct error *error)
{
    struct work *work, *made = work_create(connection_attach, L"start of Outlook", deadline_never);
    enum outlook_begun begun;
    HRESULT hr;

    *own = TRUE;
    if (made && profile && !(made->profile = _wcsdup(profile)))
    {
        work_release(made);
        made = NULL;
    }
    if (!made) return error_set(error, error_no_memory, 0);
    made->of_caller = of_caller;
    outlook_enter(outlook);
    work = work_share(outlook, made);
    begun = work_wait(outlook, work, made, until, error);
    hr = begun == outlook_ended ? error_copy(error, &work->error) : error->code;
    *own = begun != outlook_ended || same_wish(work->profile, profile);
    work_release(work);
    work_release(made);
    outlook_leave(outlook);
    return hr;
}

/* What keeps Outlook from another's profile need not keep it from this one: a start that failed for a wish that is not
 * ours is followed by one of our own. */
static HRESULT attach(
    struct outlook *outlook, const WCHAR *profile, deadline until, BOOL of_caller, struct error *error)
{
    HRESULT hr;
    BOOL own;

    do
    {
        error_clear(error);
        hr = attach_once(outlook, profile, until, of_caller, &own, error);
    } while (FAILED(hr) && !own && deadline_left(until) && hr != CODE_OF(error_stopping));
    return hr;
}

HRESULT outlook_attach(struct outlook *outlook, deadline until, struct error *error)
{
    return attach(outlook, NULL, until, FALSE, error);
}

HRESULT outlook_logon(
    struct outlook *outlook, const WCHAR *profile, BOOL may_choose, deadline until, struct error *error)
{
    const WCHAR *wished = profile && *profile ? profile : NULL;
    struct outlook_facts facts;
    struct finding finding;
    HRESULT hr = attach(outlook, may_choose ? wished : NULL, until, TRUE, error);

    if (FAILED(hr)) return hr;
    outlook_facts(outlook, &facts);
    return profile_mismatch(facts.profile, wished, &finding) ? error_set_finding(error, &finding) : hr;
}

HRESULT outlook_on_default(struct outlook *outlook, struct error *error)
{
    struct profile_facts profiles;
    struct outlook_facts facts;
    struct finding finding;

    outlook_facts(outlook, &facts);
    profile_facts_read(facts.major, &profiles);
    return profile_mismatch(facts.profile, profiles.default_name, &finding) ? error_set_finding(error, &finding) : S_OK;
}

BOOL connection_ready(struct apartment *apartment, struct error *error)
{
    if (!is_gone(&apartment->connection)) return TRUE;
    connection_error(apartment, RPC_E_DISCONNECTED, L"", error);
    return FALSE;
}

HRESULT connection_error(struct apartment *apartment, HRESULT hr, const WCHAR *what, struct error *error)
{
    DWORD process = apartment->connection.process_id ? apartment->connection.process_id : apartment->last_process_id;
    WCHAR words[CODE_WORDS_SIZE], number[NUMBER_TEXT_SIZE];

    code_words(hr, words);
    if (outlook_error_class((uint32_t)hr) == outlook_lost)
        return error_set(error, error_outlook_lost, 2, number_text(process, number), words);
    if (outlook_error_class((uint32_t)hr) == outlook_busy) return error_set(error, error_busy, 1, words);
    if (hr == E_ABORT || hr == MAPI_E_NO_SUPPORT) return error_set(error, error_guard, 2, what, words);
    return error_set_code(error, hr, error_send_failed, 3, what, words, apartment->answer.text);
}

void connection_drop_item(struct apartment *apartment, BOOL delete_draft)
{
    struct connection *connection = &apartment->connection;

    if (connection->item && delete_draft && !is_gone(connection)) call_method(apartment, connection->item, mail_delete);
    drop_kept(apartment, &connection->item);
    free(connection->item_id);
    connection->item_id = NULL;
}

/* Waits for the process of an Outlook that was asked to quit. A call like any other: a dialog that comes only now is
 * named, too. Over early when the broker begins to end meanwhile, or the thread is left behind. */
static BOOL wait_for_end(struct apartment *apartment, HANDLE process, deadline until)
{
    const LONG ending = apartment->outlook->ending;
    BOOL ended = FALSE;
    DWORD left;

    if (!call_begins(apartment, L"Quit")) return FALSE;
    while (!ended && (left = deadline_left(until)) && apartment->outlook->ending == ending && !apartment->left_behind)
        ended = wait_with_messages(process, min(left, QUIT_LOOK_MS));
    call_ends(apartment);
    return ended;
}

void connection_drop(struct apartment *apartment, BOOL quit, deadline until)
{
    struct connection *connection = &apartment->connection;
    struct process own = {connection->owned ? connection->process_id : 0, connection->process_started};
    HANDLE process = connection->process;
    BOOL was_attached = connection->application != NULL;

    connection_drop_item(apartment, FALSE);
    if (quit) apartment->until = until;
    if (was_attached && quit) call_method(apartment, connection->application, application_quit);
    stores_drop(apartment);
    for (unsigned i = 0; i < folder_count; i++)
        drop_kept(apartment, &connection->folders[i]);
    drop_kept(apartment, &connection->session);
    drop_kept(apartment, &connection->application);
    free(connection->store_id);
    if (connection->process_id) apartment->last_process_id = connection->process_id;
    memset(connection, 0, sizeof(*connection));
    if (quit && process && !wait_for_end(apartment, process, until))
        log_event("outlook", NULL, NULL, L"was asked to quit and has not ended yet");
    if (process) CloseHandle(process);
    /* By the time that a thread comes back that was left behind, another Outlook may be the broker's own. */
    if (!apartment->left_behind && own.id && !process_alive(own.id, own.started))
        starts_disown(&apartment->outlook->starts);
    if (!was_attached) return;
    publish(apartment, FALSE);
    outlook_tell(apartment->outlook);
}

void connection_used(struct apartment *apartment)
{
    struct connection *connection = &apartment->connection;

    connection->used_ms = clock_now_ms();
    if (!connection->application || !is_gone(connection)) return;
    log_event("outlook", NULL, NULL, L"process %lu is lost", connection->process_id);
    connection_drop(apartment, FALSE, 0);
}

static HRESULT count_items(struct apartment *apartment, IDispatch *folder, LONG *count)
{
    IDispatch *items = NULL;
    HRESULT hr = get_object(apartment, folder, folder_items, &items);

    *count = 0;
    if (SUCCEEDED(hr)) hr = items ? get_long(apartment, items, items_count, count) : E_FAIL;
    drop_object(&items);
    return hr;
}

HRESULT connection_outbox_count(struct apartment *apartment, LONG *count)
{
    struct connection *connection = &apartment->connection;
    HRESULT hr = stores_know(apartment);
    BOOL unseen = FALSE;

    *count = 0;
    if (SUCCEEDED(hr)) hr = count_items(apartment, connection->folders[folder_outbox], count);
    for (unsigned i = 0; SUCCEEDED(hr) && i < connection->stores.count; i++)
    {
        IDispatch *outbox = connection->stores.own[i].folders[folder_outbox];
        LONG more = 0;

        if (outbox) hr = count_items(apartment, outbox, &more);
        if (FAILED(hr) && !connection_unasked(apartment, hr))
        {
            unseen = connection->stores.failed = TRUE;
            hr = S_OK;
        }
        *count += more;
    }
    if (SUCCEEDED(hr) && (unseen || connection->stores.unseen)) *count = -1;
    return hr;
}

/* How many windows of a kind there are; -1 if it cannot be told. */
static LONG count_windows(struct apartment *apartment, enum member collection, enum member count)
{
    IDispatch *windows = NULL;
    LONG number = -1;
    HRESULT hr = get_object(apartment, apartment->connection.application, collection, &windows);

    if (SUCCEEDED(hr) && windows && FAILED(get_long(apartment, windows, count, &number))) number = -1;
    drop_object(&windows);
    return number;
}

enum quit_answer connection_may_quit(struct apartment *apartment)
{
    struct connection *connection = &apartment->connection;
    LONG waiting, explorers, inspectors;
    BOOL anew;

    if (is_gone(connection)) return quit_later;
    if (connection->stores.known && FAILED(stores_know_again(apartment, &anew))) return quit_later;
    if (FAILED(connection_outbox_count(apartment, &waiting)) || waiting) return quit_later;
    explorers = count_windows(apartment, application_explorers, explorers_count);
    inspectors = count_windows(apartment, application_inspectors, inspectors_count);
    if (is_gone(connection)) return quit_later;
    return outlook_taken_over(explorers, inspectors, process_visible_windows(connection->process_id)) ? quit_never
                                                                                                      : quit_now;
}

static void let_go(struct apartment *apartment, BOOL quit)
{
    log_event(
        "outlook", NULL, NULL, L"%ls process %lu", quit ? L"quits" : L"let go of", apartment->connection.process_id);
    connection_drop(apartment, quit, deadline_in(QUIT_WAIT_MS));
}

void connection_disown(struct apartment *apartment)
{
    apartment->connection.owned = FALSE;
    starts_disown(&apartment->outlook->starts);
    publish(apartment, FALSE);
    log_event("outlook", NULL, NULL, L"process %lu is the user's now", apartment->connection.process_id);
}

/* An idle Outlook of our own. Returns when to look again. */
static DWORD end_owned(struct apartment *apartment)
{
    enum quit_answer answer;

    apartment->until = deadline_in(HOUSEKEEPING_MS);
    answer = connection_may_quit(apartment);
    if (answer == quit_later) return OUTBOX_AGAIN_MS;
    if (answer == quit_never) connection_disown(apartment);
    let_go(apartment, answer == quit_now);
    return INFINITE;
}

DWORD connection_idle(struct apartment *apartment)
{
    struct connection *connection = &apartment->connection;
    ULONGLONG idle, limit;
    DWORD again;

    if (!connection->application) return INFINITE;
    if (is_gone(connection))
    {
        connection_used(apartment);
        return INFINITE;
    }
    again = connection_restart(apartment);
    if (!again) return 0;
    if (apartment->outlook->keep) return again;
    limit = connection->owned ? config_get(setting_owned_idle_seconds) * 1000ull : BORROWED_IDLE_MS;
    idle = clock_now_ms() - connection->used_ms;
    if (idle < limit) return min((DWORD)(limit - idle), again);
    if (connection->owned) return end_owned(apartment);
    let_go(apartment, FALSE);
    return INFINITE;
}

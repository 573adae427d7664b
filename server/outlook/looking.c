/* looking.c - where a mail stands, found by its stamp. Tables only: an item in an Outbox that was opened does not leave
 * any more, and a table's default columns are not guarded. The folders are asked in the order in which a mail moves, so
 * that one on its way is not missed: the Drafts of all stores that it may go through, then their Outboxes, then their
 * Sent Items. Of stores besides the default one only those are asked that mail of its account may go through, and none
 * of them for what the default one has shown already. One that could not be seen is told of: what is not there is
 * there then for all that anybody knows. */
#include "internal.h"
#include <stdio.h>
#include <stdlib.h>
#include "outlook/table.h"

#define FILTER_SIZE 128
#define STAMP_LONGEST 64

static HRESULT look_in(
    struct apartment *apartment, IDispatch *folder, const WCHAR *filter, bool *found, WCHAR **entry_id)
{
    IDispatch *table = NULL;
    HRESULT hr = get_object_by_text(apartment, folder, folder_get_table, filter, NULL, &table);

    if (SUCCEEDED(hr)) hr = table ? table_first(apartment, table, found, entry_id) : E_UNEXPECTED;
    drop_object(&table);
    return hr;
}

/* What is looked for. */
struct search
{
    const WCHAR *filter;
    uint32_t stores; /* besides the default one: a bit each */
};

/* Takes over an EntryID as the place of what was found. */
static HRESULT set_place(struct apartment *apartment, struct work *work, WCHAR *entry_id, const WCHAR *store)
{
    outlook_place_clear(&work->place);
    work->place.entry_id = entry_id;
    work->place.store_id = _wcsdup(store);
    work->place.attached = apartment->connection.number;
    return work->place.store_id ? S_OK : E_OUTOFMEMORY;
}

/* In the folder of one store. A draft's or a copy's EntryID is of use; what stands in an Outbox is left alone. */
static HRESULT look_in_store(struct apartment *apartment, struct work *work, IDispatch *const *folders,
    const WCHAR *store, enum folder folder, const WCHAR *filter, bool *seen)
{
    WCHAR *entry_id = NULL;
    HRESULT hr = look_in(apartment, folders[folder], filter, seen, folder == folder_outbox ? NULL : &entry_id);

    if (SUCCEEDED(hr) && entry_id) return set_place(apartment, work, entry_id, store);
    free(entry_id);
    return hr;
}

/* In this folder of each store, until it is seen in one. */
static HRESULT look_in_stores(
    struct apartment *apartment, struct work *work, struct search *search, enum folder folder, bool *seen)
{
    struct connection *connection = &apartment->connection;
    HRESULT hr =
        look_in_store(apartment, work, connection->folders, connection->store_id, folder, search->filter, seen);

    for (unsigned i = 0; SUCCEEDED(hr) && !*seen && i < connection->stores.count; i++)
    {
        const struct own_store *own = &connection->stores.own[i];

        if (!(search->stores & 1u << i) || !own->folders[folder]) continue;
        hr = look_in_store(apartment, work, own->folders, own->id, folder, search->filter, seen);
        if (FAILED(hr) && !connection_unasked(apartment, hr))
        {
            work->seen.unseen = (uint32_t)hr;
            connection->stores.failed = TRUE;
            hr = S_OK;
        }
    }
    return hr;
}

static HRESULT look_once(struct apartment *apartment, struct work *work, struct search *search)
{
    const struct own_stores *stores = &apartment->connection.stores;
    struct mail_seen *seen = &work->seen;
    HRESULT hr;

    memset(seen, 0, sizeof(*seen));
    search->stores = stores_of(stores, work->mail.account);
    seen->unseen = (uint32_t)stores_unseen(stores, work->mail.account);
    hr = look_in_stores(apartment, work, search, folder_drafts, &seen->draft);

    if (SUCCEEDED(hr)) hr = look_in_stores(apartment, work, search, folder_outbox, &seen->outbox);
    if (SUCCEEDED(hr)) hr = look_in_stores(apartment, work, search, folder_sent, &seen->sent);
    return hr;
}

/* That nothing is seen behind the drafts says something only of the stores that there are now. */
static HRESULT look_everywhere(struct apartment *apartment, struct work *work, struct search *search)
{
    struct mail_seen *seen = &work->seen;
    HRESULT hr = look_once(apartment, work, search);
    BOOL anew = FALSE;

    if (FAILED(hr) || seen->outbox || seen->sent) return hr;
    if (!seen->unseen) hr = stores_know_again(apartment, &anew);
    if (SUCCEEDED(hr) && anew) hr = look_once(apartment, work, search);
    seen->gone = stores_gone(&apartment->connection.stores, work->mail.account);
    return hr;
}

static HRESULT look_in_sent(struct apartment *apartment, struct work *work, struct search *search)
{
    search->stores = stores_of(&apartment->connection.stores, work->mail.account);
    return look_in_stores(apartment, work, search, folder_sent, &work->seen.sent);
}

static void run_with(struct apartment *apartment, struct work *work,
    HRESULT (*look)(struct apartment *apartment, struct work *work, struct search *search))
{
    WCHAR filter[FILTER_SIZE];
    struct search search = {.filter = filter};
    HRESULT hr;

    if (!connection_ready(apartment, &work->error)) return;
    work->given = TRUE;
    swprintf(filter, ARRAYSIZE(filter), L"[BillingInformation] = '%ls'", work->mail.stamp);
    hr = stores_know(apartment);
    if (SUCCEEDED(hr)) hr = look(apartment, work, &search);
    if (FAILED(hr)) connection_error(apartment, hr, L"looking for the mail", &work->error);
}

static void run_look(struct apartment *apartment, struct work *work)
{
    run_with(apartment, work, look_everywhere);
}

static void run_look_sent(struct apartment *apartment, struct work *work)
{
    run_with(apartment, work, look_in_sent);
}

static HRESULT look(struct outlook *outlook, work_function run, const WCHAR *stamp, const WCHAR *account,
    deadline until, struct mail_seen *seen, struct outlook_place *where, struct error *error)
{
    struct work *work = work_create(run, L"looking for a mail", until);
    BOOL ended;
    HRESULT hr;

    memset(seen, 0, sizeof(*seen));
    memset(where, 0, sizeof(*where));
    if (work)
    {
        work->mail.stamp = _wcsdup(stamp);
        work->mail.account = _wcsdup(account ? account : L"");
    }
    if (!work || !work->mail.stamp || !work->mail.account || wcslen(stamp) > STAMP_LONGEST || wcschr(stamp, L'\''))
    {
        work_release(work);
        return error_set(error, error_no_memory, 0);
    }
    ended = work_do(outlook, work, until, error) == outlook_ended;
    hr = error->code;
    if (ended)
    {
        hr = error_copy(error, &work->error);
        *seen = work->seen;
        *where = work->place;
        memset(&work->place, 0, sizeof(work->place));
    }
    work_release(work);
    return hr;
}

HRESULT outlook_look(struct outlook *outlook, const WCHAR *stamp, const WCHAR *account, deadline until,
    struct mail_seen *seen, struct outlook_place *where, struct error *error)
{
    return look(outlook, run_look, stamp, account, until, seen, where, error);
}

HRESULT outlook_look_sent(struct outlook *outlook, const WCHAR *stamp, const WCHAR *account, deadline until,
    struct mail_seen *seen, struct outlook_place *where, struct error *error)
{
    return look(outlook, run_look_sent, stamp, account, until, seen, where, error);
}

/* Of no use while nothing waits, and not answered by a profile without Exchange. */
static HRESULT ask_offline(struct apartment *apartment, BOOL *offline)
{
    LONG answer = 0;
    HRESULT hr = get_long(apartment, apartment->connection.session, session_offline, &answer);

    *offline = SUCCEEDED(hr) && answer;
    return connection_unasked(apartment, hr) ? hr : S_OK;
}

static void run_outbox_count(struct apartment *apartment, struct work *work)
{
    HRESULT hr;

    if (!connection_ready(apartment, &work->error)) return;
    work->given = TRUE;
    hr = connection_outbox_count(apartment, &work->outbox.count);
    if (SUCCEEDED(hr) && work->outbox.count) hr = ask_offline(apartment, &work->outbox.offline);
    if (FAILED(hr)) connection_error(apartment, hr, L"counting the Outbox", &work->error);
}

HRESULT outlook_outbox_count(struct outlook *outlook, deadline until, struct outbox_seen *outbox, struct error *error)
{
    struct work *work = work_create(run_outbox_count, L"counting the Outbox", until);
    BOOL ended;
    HRESULT hr;

    memset(outbox, 0, sizeof(*outbox));
    if (!work) return error_set(error, error_no_memory, 0);
    ended = work_do(outlook, work, until, error) == outlook_ended;
    hr = error->code;
    if (ended)
    {
        hr = error_copy(error, &work->error);
        *outbox = work->outbox;
    }
    work_release(work);
    return hr;
}

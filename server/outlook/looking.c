/* looking.c - where a mail stands, found by its stamp. Tables only: an item in an Outbox that was opened does not leave
 * any more, and a table's default columns are not guarded. The folders are asked in the order in which a mail moves, so
 * that one on its way is not missed. */
#include "internal.h"
#include <stdio.h>
#include <stdlib.h>
#include "outlook/table.h"

#define FILTER_SIZE 128
#define STAMP_LONGEST 64

static HRESULT look_in(
    struct apartment *apartment, enum folder folder, const WCHAR *filter, bool *found, WCHAR **entry_id)
{
    IDispatch *table = NULL;
    HRESULT hr =
        get_object_by_text(apartment, apartment->connection.folders[folder], folder_get_table, filter, NULL, &table);

    if (SUCCEEDED(hr)) hr = table ? table_first(apartment, table, found, entry_id) : E_UNEXPECTED;
    drop_object(&table);
    return hr;
}

/* Takes over an EntryID as the place of what was found. */
static HRESULT set_place(struct apartment *apartment, struct work *work, WCHAR **entry_id)
{
    if (!*entry_id) return S_OK;
    work->place.entry_id = *entry_id;
    *entry_id = NULL;
    work->place.store_id = _wcsdup(apartment->connection.store_id);
    work->place.attached = apartment->connection.number;
    return work->place.store_id ? S_OK : E_OUTOFMEMORY;
}

/* A draft's or a copy's EntryID is of use; what stands in the Outbox is left alone. */
static HRESULT look_everywhere(struct apartment *apartment, struct work *work, const WCHAR *filter)
{
    WCHAR *draft = NULL, *copy = NULL;
    HRESULT hr = look_in(apartment, folder_drafts, filter, &work->seen.draft, &draft);

    if (SUCCEEDED(hr)) hr = look_in(apartment, folder_outbox, filter, &work->seen.outbox, NULL);
    if (SUCCEEDED(hr)) hr = look_in(apartment, folder_sent, filter, &work->seen.sent, &copy);
    if (SUCCEEDED(hr)) hr = set_place(apartment, work, copy ? &copy : &draft);
    free(draft);
    free(copy);
    return hr;
}

static HRESULT look_in_sent(struct apartment *apartment, struct work *work, const WCHAR *filter)
{
    WCHAR *copy = NULL;
    HRESULT hr = look_in(apartment, folder_sent, filter, &work->seen.sent, &copy);

    if (SUCCEEDED(hr)) hr = set_place(apartment, work, &copy);
    free(copy);
    return hr;
}

static void run_with(struct apartment *apartment, struct work *work,
    HRESULT (*look)(struct apartment *apartment, struct work *work, const WCHAR *filter))
{
    WCHAR filter[FILTER_SIZE];
    HRESULT hr;

    if (!connection_ready(apartment, &work->error)) return;
    work->given = TRUE;
    swprintf(filter, ARRAYSIZE(filter), L"[BillingInformation] = '%ls'", work->mail.stamp);
    hr = look(apartment, work, filter);
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

static HRESULT look(struct outlook *outlook, work_function run, const WCHAR *stamp, deadline until,
    struct mail_seen *seen, struct outlook_place *where, struct error *error)
{
    struct work *work = work_create(run, L"looking for a mail", until);
    BOOL ended;
    HRESULT hr;

    memset(seen, 0, sizeof(*seen));
    memset(where, 0, sizeof(*where));
    if (work) work->mail.stamp = _wcsdup(stamp);
    if (!work || !work->mail.stamp || wcslen(stamp) > STAMP_LONGEST || wcschr(stamp, L'\''))
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

HRESULT outlook_look(struct outlook *outlook, const WCHAR *stamp, deadline until, struct mail_seen *seen,
    struct outlook_place *where, struct error *error)
{
    return look(outlook, run_look, stamp, until, seen, where, error);
}

HRESULT outlook_look_sent(struct outlook *outlook, const WCHAR *stamp, deadline until, struct mail_seen *seen,
    struct outlook_place *where, struct error *error)
{
    return look(outlook, run_look_sent, stamp, until, seen, where, error);
}

static void run_outbox_count(struct apartment *apartment, struct work *work)
{
    HRESULT hr;

    if (!connection_ready(apartment, &work->error)) return;
    work->given = TRUE;
    hr = connection_outbox_count(apartment, &work->count);
    if (FAILED(hr)) connection_error(apartment, hr, L"counting the Outbox", &work->error);
}

HRESULT outlook_outbox_count(struct outlook *outlook, deadline until, LONG *count, struct error *error)
{
    struct work *work = work_create(run_outbox_count, L"counting the Outbox", until);
    BOOL ended;
    HRESULT hr;

    *count = 0;
    if (!work) return error_set(error, error_no_memory, 0);
    ended = work_do(outlook, work, until, error) == outlook_ended;
    hr = error->code;
    if (ended)
    {
        hr = error_copy(error, &work->error);
        *count = work->count;
    }
    work_release(work);
    return hr;
}

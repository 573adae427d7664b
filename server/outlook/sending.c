/* sending.c - one mail into Outlook: created, filled, stamped and saved among the drafts; then, in a step of its own,
 * sent; and drafts that are not to be sent any more are deleted. Nothing that is guarded is read, but the names of
 * recipients that Outlook did not resolve, where the guard is off. A Send is reported as not begun unless Outlook was
 * really asked to send. An item that nobody waits for any more is let go and its draft deleted. */
#include "internal.h"
#include <stdlib.h>
#include "host/failpoint.h"
#include "rules/outlook_error.h"

#define ITEM_MAIL 0 /* OlItemType */
#define DROP_DEADLINE_MS 60000u

/* --- preparing */

static HRESULT read_place(struct apartment *apartment, IDispatch *item, struct outlook_place *place)
{
    BSTR entry_id;
    HRESULT hr = get_text(apartment, item, mail_entry_id, &entry_id);

    if (FAILED(hr)) return hr;
    place->entry_id = _wcsdup(entry_id);
    place->store_id = _wcsdup(apartment->connection.store_id);
    place->attached = apartment->connection.number;
    SysFreeString(entry_id);
    return place->entry_id && place->store_id ? S_OK : E_OUTOFMEMORY;
}

/* Keeps the item under its EntryID, so that it can never be taken for another mail's. */
static HRESULT keep_item(struct apartment *apartment, IDispatch *item, const WCHAR *entry_id)
{
    struct connection *connection = &apartment->connection;

    connection_drop_item(apartment, FALSE);
    connection->item = item;
    connection->item_id = _wcsdup(entry_id);
    return connection->item_id ? S_OK : E_OUTOFMEMORY;
}

/* Makes the mail and saves it among the drafts; *out is the caller's reference. */
static HRESULT make_draft(struct apartment *apartment, struct work *work, IDispatch **out)
{
    const WCHAR *what = L"creating a mail";
    IDispatch *item = NULL;
    BOOL saved = FALSE;
    HRESULT hr;

    *out = NULL;
    work->given = TRUE;
    hr = get_object_by_long(apartment, apartment->connection.application, application_create_item, ITEM_MAIL, &item);
    if (SUCCEEDED(hr)) hr = item ? mail_fill(apartment, item, &work->mail, &what, &work->error) : E_UNEXPECTED;
    if (SUCCEEDED(hr))
    {
        saved = TRUE;
        FAILPOINT("draft-saved");
        what = L"reading EntryID";
        hr = read_place(apartment, item, &work->place);
    }
    if (SUCCEEDED(hr))
    {
        *out = item;
        return S_OK;
    }
    if (SUCCEEDED(work->error.code)) connection_error(apartment, hr, what, &work->error);
    if (saved && !apartment->connection.lost) call_method(apartment, item, mail_delete);
    drop_object(&item);
    return hr;
}

/* A thread that was left behind makes no further call: that it is refused says nothing of the one that returned. */
static void run_prepare(struct apartment *apartment, struct work *work)
{
    IDispatch *item;

    if (!connection_ready(apartment, &work->error)) return;
    connection_drop_item(apartment, FALSE);
    if (FAILED(make_draft(apartment, work, &item)))
    {
        if (apartment->left_behind) error_clear(&work->error);
        return;
    }
    if (SUCCEEDED(keep_item(apartment, item, work->place.entry_id))) return;
    error_set(&work->error, error_no_memory, 0);
    connection_drop_item(apartment, TRUE);
}

static void run_save(struct apartment *apartment, struct work *work)
{
    IDispatch *item;

    if (!connection_ready(apartment, &work->error)) return;
    if (SUCCEEDED(make_draft(apartment, work, &item))) drop_object(&item);
}

static void drop_prepared(struct apartment *apartment, struct work *work)
{
    (void)work;
    connection_drop_item(apartment, TRUE);
}

/* Remembers a call whose caller goes while it is under way, and returns its number. */
static LONG leave_call(struct outlook *outlook, struct work *work)
{
    LONG number;

    InterlockedIncrement(&work->references);
    AcquireSRWLockExclusive(&outlook->queue_lock);
    number = work->number = ++outlook->left_count;
    work->next = outlook->left_calls;
    outlook->left_calls = work;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    return number;
}

/* Has the draft made by run. clean_up and left may be NULL. */
static HRESULT do_draft(struct outlook *outlook, const struct outlook_mail *mail, work_function run,
    work_function clean_up, const WCHAR *name, deadline until, enum outlook_begun *begun, LONG *left,
    struct outlook_place *place, struct error *error)
{
    struct work *work = work_create(run, name, until);
    HRESULT hr;

    memset(place, 0, sizeof(*place));
    *begun = outlook_not_begun;
    if (!work || !mail_copy_make(&work->mail, mail))
    {
        work_release(work);
        return error_set(error, error_no_memory, 0);
    }
    work->clean_up = clean_up;
    work->of_caller = run == run_save;
    *begun = work_do(outlook, work, until, error);
    hr = error->code;
    if (*begun == outlook_begun && left) *left = leave_call(outlook, work);
    if (*begun == outlook_ended)
    {
        hr = error_copy(error, &work->error);
        if (!work->given) *begun = outlook_not_begun;
        *place = work->place;
        memset(&work->place, 0, sizeof(work->place));
        if (FAILED(hr)) outlook_place_clear(place);
    }
    work_release(work);
    return hr;
}

HRESULT outlook_prepare(struct outlook *outlook, const struct outlook_mail *mail, deadline until,
    enum outlook_begun *begun, LONG *left, struct outlook_place *place, struct error *error)
{
    *left = 0;
    return do_draft(outlook, mail, run_prepare, drop_prepared, L"preparing a mail", until, begun, left, place, error);
}

/* Of an Outlook that is lost between the two it is told as of any other. */
HRESULT outlook_save_draft(struct outlook *outlook, const struct outlook_mail *mail, deadline until,
    enum outlook_begun *begun, struct outlook_place *place, struct error *error)
{
    HRESULT hr;

    memset(place, 0, sizeof(*place));
    *begun = outlook_not_begun;
    if (FAILED(hr = outlook_logon(outlook, NULL, FALSE, until, error))) return hr;
    return do_draft(outlook, mail, run_save, NULL, L"saving a draft", until, begun, NULL, place, error);
}

/* --- sending */

static HRESULT append_if_unresolved(struct apartment *apartment, IDispatch *recipient, WCHAR *names)
{
    LONG resolved;
    BSTR name;
    HRESULT hr = get_long(apartment, recipient, recipient_resolved, &resolved);

    if (FAILED(hr) || resolved) return hr;
    if (FAILED(hr = get_text(apartment, recipient, recipient_name, &name))) return hr;
    append_name(names, NAMES_SIZE, name);
    SysFreeString(name);
    return S_OK;
}

/* The recipients that Outlook did not resolve. Only to be called where the guard is off. */
static HRESULT list_unresolved(struct apartment *apartment, IDispatch *item, WCHAR *names)
{
    IDispatch *recipients = NULL, *recipient = NULL;
    LONG count = 0;
    HRESULT hr = get_object(apartment, item, mail_recipients, &recipients);

    names[0] = 0;
    if (SUCCEEDED(hr)) hr = recipients ? get_long(apartment, recipients, recipients_count, &count) : E_UNEXPECTED;
    for (LONG i = 1; SUCCEEDED(hr) && i <= count; i++)
    {
        hr = get_object_by_long(apartment, recipients, recipients_item, i, &recipient);
        if (SUCCEEDED(hr)) hr = recipient ? append_if_unresolved(apartment, recipient, names) : E_UNEXPECTED;
        drop_object(&recipient);
    }
    drop_object(&recipients);
    return hr;
}

/* Why a Send failed, as far as it can be told without asking for what is guarded. E_FAIL is what Outlook answers for
 * names that it does not recognize; which ones, only its recipients say, and those may be read only where the guard is
 * off. */
static void send_error(struct apartment *apartment, HRESULT hr, struct error *error)
{
    WCHAR names[NAMES_SIZE], words[NAMES_SIZE + CODE_WORDS_SIZE];

    connection_error(apartment, hr, L"sending", error);
    if (hr != E_FAIL || apartment->connection.lost) return;
    if (!guard_is_open(apartment->outlook))
        _snwprintf(words, ARRAYSIZE(words) - 1,
            L"what Outlook answered: %ls (Its object model guard does not let the names be read one by one.)",
            apartment->answer.text);
    else if (SUCCEEDED(list_unresolved(apartment, apartment->connection.item, names)) && names[0])
        _snwprintf(words, ARRAYSIZE(words) - 1, L"the recipients one by one; not found: %ls.", names);
    else
        return;
    words[ARRAYSIZE(words) - 1] = 0;
    error_set(error, error_unresolved_recipient, 1, words);
}

/* The kept item if it is the one at that place, else the draft there. */
static HRESULT find_item(struct apartment *apartment, const struct outlook_place *place)
{
    struct connection *connection = &apartment->connection;
    IDispatch *item = NULL;
    HRESULT hr;

    if (connection->item && connection->item_id && !wcscmp(connection->item_id, place->entry_id)) return S_OK;
    hr = get_object_by_text(
        apartment, connection->session, session_get_item_from_id, place->entry_id, place->store_id, &item);
    if (SUCCEEDED(hr)) hr = item ? keep_item(apartment, item, place->entry_id) : E_UNEXPECTED;
    return hr;
}

static void run_send(struct apartment *apartment, struct work *work)
{
    HRESULT hr;

    if (!connection_ready(apartment, &work->error)) return;
    if (work->place.attached && work->place.attached != apartment->connection.number)
    {
        connection_error(apartment, RPC_E_DISCONNECTED, L"", &work->error);
        return;
    }
    work->opening = TRUE;
    if (FAILED(hr = find_item(apartment, &work->place)))
    {
        connection_error(apartment, hr, L"opening the draft", &work->error);
        return;
    }
    if (apartment->left_behind)
    {
        connection_error(apartment, RPC_E_DISCONNECTED, L"", &work->error);
        return;
    }
    work->given = TRUE;
    FAILPOINT("send-called");
    hr = call_method(apartment, apartment->connection.item, mail_send);
    FAILPOINT("send-answered");
    if (FAILED(hr))
        send_error(apartment, hr, &work->error);
    else
    {
        apartment->connection.mails++;
        connection_drop_item(apartment, FALSE);
    }
}

/* Work on what stands at a place; NULL when memory is short. */
static struct work *place_work(work_function run, const WCHAR *name, const struct outlook_place *place, deadline until)
{
    struct work *work = work_create(run, name, until);

    if (!work) return NULL;
    work->place.entry_id = _wcsdup(place->entry_id);
    work->place.store_id = _wcsdup(place->store_id);
    work->place.attached = place->attached;
    if (work->place.entry_id && work->place.store_id) return work;
    work_release(work);
    return NULL;
}

/* How a call that has returned is told. */
static HRESULT tell_call(struct work *work, enum outlook_begun *begun, struct error *error)
{
    *begun = work->given ? outlook_ended : work->opening ? outlook_opening : outlook_not_begun;
    return error_copy(error, &work->error);
}

HRESULT outlook_send(struct outlook *outlook, const struct outlook_place *place, deadline until,
    enum outlook_begun *begun, LONG *left, struct error *error)
{
    struct work *work = place_work(run_send, L"Send", place, until);
    HRESULT hr;

    *begun = outlook_not_begun;
    *left = 0;
    if (!work) return error_set(error, error_no_memory, 0);
    work->answer_wanted = TRUE;
    *begun = work_do(outlook, work, until, error);
    hr = error->code;
    if (*begun == outlook_begun) *left = leave_call(outlook, work);
    if (*begun == outlook_ended) hr = tell_call(work, begun, error);
    work_release(work);
    return hr;
}

HRESULT outlook_call_returned(struct outlook *outlook, LONG left, enum outlook_begun *begun, struct error *error)
{
    struct work **at = &outlook->left_calls, *ended = NULL;
    HRESULT hr = S_OK;

    *begun = outlook_not_begun;
    AcquireSRWLockExclusive(&outlook->queue_lock);
    while (*at && (*at)->number != left)
        at = &(*at)->next;
    if (*at) *begun = outlook_begun;
    if (*at && (*at)->state == work_ended)
    {
        ended = *at;
        *at = ended->next;
    }
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    if (!ended) return S_OK;
    hr = tell_call(ended, begun, error);
    work_release(ended);
    return hr;
}

void outlook_forget_call(struct outlook *outlook, LONG left)
{
    struct work **at = &outlook->left_calls, *forgotten;

    AcquireSRWLockExclusive(&outlook->queue_lock);
    while (*at && (*at)->number != left)
        at = &(*at)->next;
    forgotten = *at;
    if (forgotten) *at = forgotten->next;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    if (forgotten) work_release(forgotten);
}

/* --- comparing */

static void run_compare(struct apartment *apartment, struct work *work)
{
    VARIANT ids[2], answer;
    HRESULT hr = S_OK;

    if (!connection_ready(apartment, &work->error)) return;
    V_VT(&ids[0]) = V_VT(&ids[1]) = VT_BSTR;
    V_BSTR(&ids[0]) = SysAllocString(work->place.entry_id);
    V_BSTR(&ids[1]) = SysAllocString(work->other_id);
    V_VT(&answer) = VT_EMPTY;
    if (!V_BSTR(&ids[0]) || !V_BSTR(&ids[1])) hr = E_OUTOFMEMORY;
    if (SUCCEEDED(hr))
        hr = call_member(
            apartment, apartment->connection.session, session_compare_entry_ids, DISPATCH_METHOD, ids, 2, &answer);
    work->same = SUCCEEDED(hr) && V_VT(&answer) == VT_BOOL && V_BOOL(&answer);
    VariantClear(&answer);
    SysFreeString(V_BSTR(&ids[0]));
    SysFreeString(V_BSTR(&ids[1]));
    if (FAILED(hr)) connection_error(apartment, hr, L"comparing two EntryIDs", &work->error);
}

HRESULT outlook_same_item(
    struct outlook *outlook, const WCHAR *one, const WCHAR *other, deadline until, BOOL *same, struct error *error)
{
    struct work *work = work_create(run_compare, L"comparing two drafts", until);
    HRESULT hr;

    *same = FALSE;
    if (work)
    {
        work->place.entry_id = _wcsdup(one);
        work->other_id = _wcsdup(other);
    }
    if (!work || !work->place.entry_id || !work->other_id)
    {
        work_release(work);
        return error_set(error, error_no_memory, 0);
    }
    hr = work_do(outlook, work, until, error) == outlook_ended ? error_copy(error, &work->error) : error->code;
    *same = SUCCEEDED(hr) && work->same;
    work_release(work);
    return hr;
}

/* --- letting go */

/* 0: Outlook does not say. */
static HRESULT read_time(struct apartment *apartment, enum member member, int64_t *utc_ms)
{
    LONGLONG time = 0;
    VARIANT answer;
    HRESULT hr;

    *utc_ms = 0;
    V_VT(&answer) = VT_EMPTY;
    hr = call_member(apartment, apartment->connection.item, member, DISPATCH_PROPERTYGET, NULL, 0, &answer);
    if (SUCCEEDED(hr) && V_VT(&answer) == VT_DATE && local_date_to_utc_ms(V_DATE(&answer), &time)) *utc_ms = time;
    VariantClear(&answer);
    return hr;
}

static HRESULT find_touched(struct apartment *apartment, BOOL *touched)
{
    int64_t created, modified;
    HRESULT hr = read_time(apartment, mail_created, &created);

    if (SUCCEEDED(hr)) hr = read_time(apartment, mail_last_modified, &modified);
    if (SUCCEEDED(hr)) *touched = draft_is_touched(created, modified);
    return hr;
}

static void run_delete(struct apartment *apartment, struct work *work)
{
    HRESULT hr;

    if (!connection_ready(apartment, &work->error)) return;
    hr = find_item(apartment, &work->place);
    if (SUCCEEDED(hr) && work->untouched_only) hr = find_touched(apartment, &work->touched);
    if (SUCCEEDED(hr) && !work->touched)
    {
        work->given = TRUE;
        hr = call_method(apartment, apartment->connection.item, mail_delete);
    }
    connection_drop_item(apartment, FALSE);
    if (FAILED(hr)) connection_error(apartment, hr, L"deleting the draft of an earlier attempt", &work->error);
}

static HRESULT delete_draft(struct outlook *outlook, const struct outlook_place *place, BOOL untouched_only,
    deadline until, enum outlook_deletion *deletion, struct error *error)
{
    struct work *work = place_work(run_delete, L"deleting a draft", place, until);
    enum outlook_begun begun;
    HRESULT hr;

    *deletion = deletion_not_begun;
    if (!work) return error_set(error, error_no_memory, 0);
    work->untouched_only = untouched_only;
    begun = work_do(outlook, work, until, error);
    hr = error->code;
    if (begun == outlook_begun) *deletion = deletion_begun;
    if (begun == outlook_ended)
    {
        hr = error_copy(error, &work->error);
        *deletion = work->touched ? deletion_spared : work->given ? deletion_begun : deletion_not_begun;
    }
    work_release(work);
    return hr;
}

HRESULT outlook_delete(struct outlook *outlook, const struct outlook_place *place, deadline until, struct error *error)
{
    enum outlook_deletion deletion;

    return delete_draft(outlook, place, FALSE, until, &deletion, error);
}

HRESULT outlook_delete_untouched(struct outlook *outlook, const struct outlook_place *place, deadline until,
    enum outlook_deletion *deletion, struct error *error)
{
    return delete_draft(outlook, place, TRUE, until, deletion, error);
}

static void run_drop(struct apartment *apartment, struct work *work)
{
    connection_drop_item(apartment, work->delete_draft);
}

void outlook_drop(struct outlook *outlook, BOOL delete_draft)
{
    struct work *work = work_create(run_drop, L"letting a draft go", deadline_in(DROP_DEADLINE_MS));

    if (!work) return;
    work->delete_draft = delete_draft;
    work_queue(outlook, work);
    work_release(work);
}

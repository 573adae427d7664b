/* namespace.c - NameSpace: the one MAPI session. */
#include "control.h"
#include "names.h"
#include "profile.h"
#include "sandbox.h"
#include "spooler.h"

/* An argument that names a store: left out or "" is the default one, and no other is searched then. */
static HRESULT take_store(struct call *call, unsigned index, struct store **store)
{
    const WCHAR *id = L"";
    HRESULT hr = call_has(call, index) ? call_text(call, index, &id) : S_OK;

    *store = SUCCEEDED(hr) ? store_by_id(id) : NULL;
    return SUCCEEDED(hr) && !*store ? OUTLOOK_E_NOT_FOUND : hr;
}

/* Joins the session that there is, whatever profile is named. */
static HRESULT namespace_logon(struct call *call)
{
    const WCHAR *profile = L"";
    HRESULT hr = call_has(call, 0) ? call_text(call, 0, &profile) : S_OK;

    if (FAILED(hr)) return hr;
    hr = profile_logon(profile);
    return hr == OUTLOOK_E_LOGON_FAILED && !text_empty(profile) ? call_fail(call, hr, TEXT_BAD_PROFILE) : hr;
}

static HRESULT namespace_logoff(struct call *call)
{
    (void)call;
    return S_OK;
}

static HRESULT namespace_type(struct call *call)
{
    return call_return_text(call, L"MAPI");
}

static HRESULT namespace_get_default_folder(struct call *call)
{
    struct folder *folder;
    long number;
    HRESULT hr = call_long(call, 0, &number, 0);

    if (FAILED(hr)) return hr;
    folder = store_default_folder(number);
    return folder ? call_return_object(call, folder_create(folder)) : OUTLOOK_E_NOT_FOUND;
}

static HRESULT namespace_folders(struct call *call)
{
    return call_return_object(call, folders_create(call->self, NULL));
}

static bool is_entry_id(const WCHAR *id)
{
    size_t length = 0;

    for (; id[length]; length++)
        if (!iswxdigit(id[length])) return false;
    return length && length % 2 == 0;
}

static HRESULT namespace_get_item_from_id(struct call *call)
{
    struct record *record;
    struct store *store;
    const WCHAR *id;
    HRESULT hr;

    if (FAILED(hr = call_text(call, 0, &id)) || FAILED(hr = take_store(call, 1, &store))) return hr;
    if (!is_entry_id(id)) return OUTLOOK_E_INVALID_ENTRYID;
    record = store_record_by_id(store, id);
    return record ? call_return_item(call, mail_item_open(record)) : OUTLOOK_E_NOT_FOUND;
}

static HRESULT namespace_get_folder_from_id(struct call *call)
{
    struct folder *folder;
    struct store *store;
    const WCHAR *id;
    HRESULT hr;

    if (FAILED(hr = call_text(call, 0, &id)) || FAILED(hr = take_store(call, 1, &store))) return hr;
    if (!is_entry_id(id)) return OUTLOOK_E_INVALID_ENTRYID;
    folder = store_folder_by_id(store, id);
    return folder ? call_return_object(call, folder_create(folder)) : OUTLOOK_E_NOT_FOUND;
}

static HRESULT namespace_get_store_from_id(struct call *call)
{
    struct store *store;
    HRESULT hr = take_store(call, 0, &store);

    return FAILED(hr) ? hr : call_return_object(call, store_object_create(store));
}

static HRESULT namespace_compare_entry_ids(struct call *call)
{
    const WCHAR *first, *second;
    HRESULT hr;

    if (FAILED(hr = call_text(call, 0, &first)) || FAILED(hr = call_text(call, 1, &second))) return hr;
    return call_return_bool(call, text_same(first, second));
}

static HRESULT namespace_accounts(struct call *call)
{
    return call_return_object(call, accounts_create());
}

static HRESULT namespace_stores(struct call *call)
{
    return call_return_object(call, stores_create());
}

static HRESULT namespace_default_store(struct call *call)
{
    return call_return_object(call, store_object_create(store_at(0)));
}

static HRESULT namespace_current_profile(struct call *call)
{
    return call_return_text(call, profile_current());
}

static HRESULT namespace_current_user(struct call *call)
{
    if (!names_account_count()) return OUTLOOK_E_NOT_FOUND;
    return call_return_object(call, recipient_create_alone(names_account_name(0), names_account_address(0)));
}

static HRESULT namespace_create_recipient(struct call *call)
{
    const WCHAR *name;
    HRESULT hr = call_text(call, 0, &name);

    return FAILED(hr) ? hr : call_return_object(call, recipient_create_alone(name, NULL));
}

static HRESULT namespace_offline(struct call *call)
{
    return call_return_bool(call, control_is_offline());
}

/* olNoExchange: the sandbox has Internet accounts; olOffline. */
static HRESULT namespace_exchange_mode(struct call *call)
{
    return call_return_long(call, control_is_offline() ? 100 : 0);
}

static HRESULT namespace_send_and_receive(struct call *call)
{
    bool show;
    HRESULT hr = call_bool(call, 0, &show, false);

    if (FAILED(hr)) return hr;
    spooler_run_soon();
    return S_OK;
}

static const struct member namespace_members[] = {
    {L"CurrentUser", 8449, KIND_GET | KIND_GUARDED | KIND_SESSION, 0, 0, namespace_current_user, 0},
    {L"Folders", 8451, KIND_GET | KIND_SESSION, 0, 0, namespace_folders, 0},
    {L"Type", 8452, KIND_GET, 0, 0, namespace_type, 0},
    {L"CreateRecipient", 8458, KIND_METHOD | KIND_SESSION, 1, 1, namespace_create_recipient, 0},
    {L"GetDefaultFolder", 8459, KIND_METHOD | KIND_SESSION, 1, 1, namespace_get_default_folder, 0},
    {L"GetFolderFromID", 8456, KIND_METHOD | KIND_SESSION, 1, 2, namespace_get_folder_from_id, 0},
    {L"GetItemFromID", 8457, KIND_METHOD | KIND_SESSION, 1, 2, namespace_get_item_from_id, 0},
    {L"GetStoreFromID", 64262, KIND_METHOD | KIND_SESSION, 1, 1, namespace_get_store_from_id, 0},
    {L"CompareEntryIDs", 64508, KIND_METHOD, 2, 2, namespace_compare_entry_ids, 0},
    {L"Logon", 8453, KIND_METHOD, 0, 4, namespace_logon, 0},
    {L"Logoff", 8454, KIND_METHOD, 0, 0, namespace_logoff, 0},
    {L"Offline", 64076, KIND_GET, 0, 0, namespace_offline, 0},
    {L"ExchangeConnectionMode", 64193, KIND_GET, 0, 0, namespace_exchange_mode, 0},
    {L"Accounts", 64208, KIND_GET | KIND_SESSION, 0, 0, namespace_accounts, 0},
    {L"CurrentProfileName", 64213, KIND_GET | KIND_SESSION, 0, 0, namespace_current_profile, 0},
    {L"Stores", 64216, KIND_GET | KIND_SESSION, 0, 0, namespace_stores, 0},
    {L"DefaultStore", 64236, KIND_GET | KIND_SESSION, 0, 0, namespace_default_store, 0},
    {L"SendAndReceive", 64215, KIND_METHOD | KIND_SESSION, 1, 1, namespace_send_and_receive, 0},
};

const struct object_class namespace_class = {
    .name = L"NameSpace",
    .number = 1,
    CLASS_MEMBERS(namespace_members),
};

struct object *namespace_create(void)
{
    return object_create(&namespace_class, sizeof(struct object), NULL);
}

/* stores.c - which stores, besides the default one, mail of the profile's accounts goes through: what each account's
 * DeliveryStore says. Asked once for each Outlook that the thread has, and only when it first looks for a mail or
 * counts what waits; where all accounts deliver to the default store, that is all there is to it. An account that has
 * no such store, as with an Outlook before 2010, which knows no DeliveryStore, has the default one; one that does not
 * answer, or whose folders do not, may have mail where nobody sees it: that is said, and it is asked again. Only names
 * and folders are read, nothing that is guarded while the guard is shut. */
#include "internal.h"
#include <stdlib.h>
#include "host/clock.h"
#include "host/log.h"
#include "rules/outlook_error.h"

#define MOST_OWN_STORES 32 /* a bit each */
#define MOST_ACCOUNTS 256
#define ASK_AGAIN_MS 1000u /* what was not answered; one look asks more than once */
#define STILL_TRUE_MS 250u /* since they were listed: of many looks that see nothing, not each lists them */
#define TOO_MANY HRESULT_FROM_WIN32(ERROR_TOO_MANY_NAMES)

BOOL connection_unasked(struct apartment *apartment, HRESULT hr)
{
    enum outlook_error_class class = outlook_error_class((uint32_t)hr);

    if (SUCCEEDED(hr)) return FALSE;
    return apartment->connection.lost || apartment->left_behind || class == outlook_lost || class == outlook_busy;
}

/* What Outlook did not answer, though asked, is kept as *unseen; S_FALSE then, and where it says that there is none. */
static HRESULT or_unseen(struct apartment *apartment, HRESULT hr, HRESULT *unseen)
{
    if (SUCCEEDED(hr) || connection_unasked(apartment, hr)) return hr;
    if (!outlook_has_none((uint32_t)hr)) *unseen = apartment->connection.stores.unseen = hr;
    return S_FALSE;
}

/* The same of an account's store: for an account without one Outlook answers nothing, or does not know the member; that
 * it finds none is what it says of a data file that is missing. */
static HRESULT or_missing(struct apartment *apartment, HRESULT hr, HRESULT *unseen)
{
    if (outlook_error_clean((uint32_t)hr) != (uint32_t)MAPI_E_NOT_FOUND || connection_unasked(apartment, hr))
        return or_unseen(apartment, hr, unseen);
    *unseen = apartment->connection.stores.unseen = hr;
    return S_FALSE;
}

/* Those folders that the store has. */
static HRESULT find_folders(struct apartment *apartment, IDispatch *store, struct own_store *own)
{
    HRESULT hr = S_OK;

    for (unsigned i = 0; SUCCEEDED(hr) && i < folder_count; i++)
        hr = or_unseen(apartment,
            get_object_by_long(apartment, store, store_get_default_folder, folder_numbers[i], &own->folders[i]),
            &own->unseen);
    return hr;
}

/* *number: 0 for the default store, else one more than its place among the others, which it is added to. TOO_MANY if
 * there is no room. */
static HRESULT know_store(struct apartment *apartment, IDispatch *store, const WCHAR *id, unsigned *number)
{
    struct own_stores *stores = &apartment->connection.stores;
    struct own_store *own;

    *number = 0;
    if (!_wcsicmp(id, apartment->connection.store_id)) return S_OK;
    while (*number < stores->count)
        if (!_wcsicmp(id, stores->own[(*number)++].id)) return S_OK;
    *number = 0;
    if (stores->count == MOST_OWN_STORES) return TOO_MANY;
    if (!stores->own && !(stores->own = calloc(MOST_OWN_STORES, sizeof(*stores->own)))) return E_OUTOFMEMORY;
    own = &stores->own[stores->count];
    if (!(own->id = _wcsdup(id))) return E_OUTOFMEMORY;
    *number = ++stores->count;
    return find_folders(apartment, store, own);
}

static HRESULT know_account(struct apartment *apartment, IDispatch *account, struct account_store *known)
{
    IDispatch *store = NULL;
    BSTR id = NULL;
    HRESULT hr = or_missing(apartment, get_object(apartment, account, account_delivery_store, &store), &known->unseen);

    if (hr == S_OK && store) hr = or_missing(apartment, get_text(apartment, store, store_id, &id), &known->unseen);
    if (hr == S_OK && id && *id) hr = know_store(apartment, store, id, &known->number);
    if (hr == TOO_MANY) hr = or_unseen(apartment, hr, &known->unseen);
    SysFreeString(id);
    drop_object(&store);
    return hr;
}

/* What the mail may call it; one that is not told is no name that a mail bears. */
static HRESULT know_name(struct apartment *apartment, IDispatch *account, enum member member, WCHAR **name)
{
    BSTR text = NULL;
    HRESULT hr = get_text(apartment, account, member, &text);

    if (FAILED(hr) && !connection_unasked(apartment, hr)) hr = S_FALSE;
    if (hr == S_OK && !(*name = _wcsdup(text))) hr = E_OUTOFMEMORY;
    SysFreeString(text);
    return hr;
}

static HRESULT know_names(struct apartment *apartment, IDispatch *account, struct account_store *known)
{
    HRESULT hr = know_name(apartment, account, account_display_name, &known->name);

    if (SUCCEEDED(hr) && guard_is_open(apartment->outlook))
        hr = know_name(apartment, account, account_smtp_address, &known->address);
    return hr;
}

static HRESULT for_each_account(struct apartment *apartment, IDispatch *accounts,
    HRESULT (*know)(struct apartment *apartment, IDispatch *account, struct account_store *known))
{
    struct own_stores *stores = &apartment->connection.stores;
    HRESULT hr = S_OK;

    for (unsigned i = 0; SUCCEEDED(hr) && i < stores->account_count; i++)
    {
        IDispatch *account;

        hr = or_unseen(apartment, get_object_by_long(apartment, accounts, accounts_item, (LONG)i + 1, &account),
            &stores->accounts[i].unseen);
        if (hr == S_OK && account) hr = know(apartment, account, &stores->accounts[i]);
        drop_object(&account);
    }
    return hr;
}

/* The accounts' names tell whose mail goes where, and which account there is no more. */
static HRESULT know_accounts(struct apartment *apartment, IDispatch *accounts, LONG count)
{
    struct own_stores *stores = &apartment->connection.stores;
    HRESULT hr;

    stores->listed = TRUE;
    stores->told = count;
    if (count <= 0) return S_OK;
    if (count > MOST_ACCOUNTS) stores->unseen = TOO_MANY;
    count = min(count, MOST_ACCOUNTS);
    if (!(stores->accounts = calloc((size_t)count, sizeof(*stores->accounts)))) return E_OUTOFMEMORY;
    stores->account_count = (unsigned)count;
    hr = for_each_account(apartment, accounts, know_account);
    if (SUCCEEDED(hr)) hr = for_each_account(apartment, accounts, know_names);
    return hr;
}

/* *accounts NULL: there are none. */
static HRESULT ask_accounts(struct apartment *apartment, IDispatch **accounts, LONG *count)
{
    HRESULT *unseen = &apartment->connection.stores.unseen;
    HRESULT hr =
        or_unseen(apartment, get_object(apartment, apartment->connection.session, session_accounts, accounts), unseen);

    *count = 0;
    if (hr != S_OK || !*accounts) return hr;
    hr = or_unseen(apartment, get_long(apartment, *accounts, accounts_count, count), unseen);
    if (hr != S_OK) drop_object(accounts);
    return hr;
}

static void clear(struct apartment *apartment, struct own_stores *stores)
{
    for (unsigned i = 0; i < stores->count; i++)
    {
        for (unsigned f = 0; f < folder_count; f++)
            drop_kept(apartment, &stores->own[i].folders[f]);
        free(stores->own[i].id);
    }
    for (unsigned i = 0; i < stores->account_count; i++)
    {
        free(stores->accounts[i].name);
        free(stores->accounts[i].address);
    }
    free(stores->own);
    free(stores->accounts);
    memset(stores, 0, sizeof(*stores));
}

static BOOL same_text(const WCHAR *one, const WCHAR *other)
{
    return one && other ? !wcscmp(one, other) : one == other;
}

static BOOL same_account(const struct account_store *one, const struct account_store *other)
{
    return same_text(one->name, other->name) && same_text(one->address, other->address) &&
           one->number == other->number && one->unseen == other->unseen;
}

/* Whether mail stands where it stood before: the same accounts with the same stores. */
static BOOL same_stores(const struct own_stores *one, const struct own_stores *other)
{
    BOOL same = one->known == other->known && one->listed == other->listed && one->unseen == other->unseen &&
                one->told == other->told && one->count == other->count && one->account_count == other->account_count;

    for (unsigned i = 0; same && i < one->account_count; i++)
        same = same_account(&one->accounts[i], &other->accounts[i]);
    for (unsigned i = 0; same && i < one->count; i++)
        same = same_text(one->own[i].id, other->own[i].id) && one->own[i].unseen == other->own[i].unseen;
    return same;
}

static void tell(const struct own_stores *stores)
{
    if (stores->unseen)
        log_event("outlook", NULL, NULL, L"not every store of its accounts can be seen: 0x%08lX", stores->unseen);
    else if (stores->count)
        log_event("outlook", NULL, NULL, L"mail of %u accounts goes through the default store and %u more",
            stores->account_count, stores->count);
}

/* Lists them. *anew: they are others than those that were known. After a failure none are known. */
static HRESULT list(struct apartment *apartment, BOOL *anew)
{
    struct own_stores *stores = &apartment->connection.stores, before = *stores;
    IDispatch *accounts = NULL;
    LONG count;
    HRESULT hr;

    memset(stores, 0, sizeof(*stores));
    hr = ask_accounts(apartment, &accounts, &count);
    if (hr == S_OK && accounts) hr = know_accounts(apartment, accounts, count);
    drop_object(&accounts);
    stores->known = SUCCEEDED(hr);
    stores->listed_ms = clock_now_ms();
    *anew = stores->known && !same_stores(stores, &before);
    if (*anew) tell(stores);
    clear(apartment, &before);
    if (FAILED(hr)) clear(apartment, stores);
    return hr;
}

HRESULT stores_know(struct apartment *apartment)
{
    const struct own_stores *stores = &apartment->connection.stores;
    BOOL anew;

    if (stores->known && ((!stores->unseen && !stores->failed) || clock_now_ms() - stores->listed_ms < ASK_AGAIN_MS))
        return S_OK;
    return list(apartment, &anew);
}

HRESULT stores_know_again(struct apartment *apartment, BOOL *anew)
{
    const struct own_stores *stores = &apartment->connection.stores;

    *anew = FALSE;
    if (stores->known && clock_now_ms() - stores->listed_ms < STILL_TRUE_MS) return S_OK;
    return list(apartment, anew);
}

void stores_drop(struct apartment *apartment)
{
    clear(apartment, &apartment->connection.stores);
}

static BOOL is_called(const WCHAR *said, const WCHAR *name)
{
    return said && !_wcsicmp(said, name);
}

static const struct account_store *find_account(const struct own_stores *stores, const WCHAR *account)
{
    const struct account_store *found = NULL;

    for (unsigned i = 0; account && *account && !found && i < stores->account_count; i++)
        if (is_called(stores->accounts[i].name, account)) found = &stores->accounts[i];
    for (unsigned i = 0; account && *account && !found && i < stores->account_count; i++)
        if (is_called(stores->accounts[i].address, account)) found = &stores->accounts[i];
    return found;
}

uint32_t stores_of(const struct own_stores *stores, const WCHAR *account)
{
    const struct account_store *found;

    if (!stores->count) return 0;
    found = find_account(stores, account);
    if (!found) return UINT32_MAX >> (MOST_OWN_STORES - stores->count);
    return found->number ? 1u << (found->number - 1) : 0;
}

HRESULT stores_unseen(const struct own_stores *stores, const WCHAR *account)
{
    const struct account_store *found = find_account(stores, account);

    if (!found) return stores->unseen;
    if (found->unseen) return found->unseen;
    return found->number ? stores->own[found->number - 1].unseen : S_OK;
}

/* By an address, which is not to be read while the guard is shut, nobody is known to be gone whose address was not. */
BOOL stores_gone(const struct own_stores *stores, const WCHAR *account)
{
    BOOL address = account && wcschr(account, L'@');

    if (!stores->listed || stores->unseen || !account || !*account) return FALSE;
    for (unsigned i = 0; i < stores->account_count; i++)
        if (!stores->accounts[i].name || (address && !stores->accounts[i].address)) return FALSE;
    return !find_account(stores, account);
}

/* accounts.c - Accounts and Account, Stores and Store. An account delivers to the default store or, where its line in
 * accounts.txt names one, to a store of its own. */
#include "names.h"
#include "sandbox.h"
#include <stdlib.h>

struct account
{
    struct object object;
    WCHAR *name, *address, *user_name;
    long type;
    struct store *store; /* NULL: none */
};

struct store_object
{
    struct object object;
    struct store *store;
};

struct store *account_store(size_t index)
{
    return text_same(names_account_store(index), L"none") ? NULL : store_named(names_account_store(index));
}

static long accounts_count(struct object *object)
{
    (void)object;
    return (long)names_account_count();
}

static HRESULT accounts_at(struct object *object, long index, struct object **item)
{
    (void)object;
    *item = account_create(names_account_address((size_t)index - 1));
    return *item ? S_OK : OUTLOOK_E_NOT_FOUND;
}

static long accounts_find(struct object *object, const WCHAR *name)
{
    for (long i = 1; i <= accounts_count(object); i++)
        if (text_same(names_account_name((size_t)i - 1), name)) return i;
    return 0;
}

static const struct collection accounts_collection = {accounts_count, accounts_at, accounts_find};

const struct object_class accounts_class = {
    .name = L"Accounts",
    .number = 106,
    .collection = &accounts_collection,
};

struct object *accounts_create(void)
{
    return object_create(&accounts_class, sizeof(struct object), NULL);
}

static void account_destroy(struct object *object)
{
    free(((struct account *)object)->name);
    free(((struct account *)object)->address);
    free(((struct account *)object)->user_name);
}

static HRESULT account_name(struct call *call)
{
    return call_return_text(call, ((struct account *)call->self)->name);
}

static HRESULT account_smtp_address(struct call *call)
{
    return call_return_text(call, ((struct account *)call->self)->address);
}

static HRESULT account_user_name(struct call *call)
{
    return call_return_text(call, ((struct account *)call->self)->user_name);
}

static HRESULT account_type(struct call *call)
{
    return call_return_long(call, ((struct account *)call->self)->type);
}

static HRESULT account_delivery_store(struct call *call)
{
    struct store *store = ((struct account *)call->self)->store;

    return call_return_object(call, store ? store_object_create(store) : NULL);
}

static HRESULT account_current_user(struct call *call)
{
    const struct account *account = (struct account *)call->self;

    return call_return_object(call, recipient_create_alone(account->name, account->address));
}

static const struct member account_members[] = {
    {L"AccountType", 64210, KIND_GET, 0, 0, account_type, 0},
    {L"DisplayName", 12289, KIND_GET, 0, 0, account_name, 0},
    {L"UserName", 64211, KIND_GET, 0, 0, account_user_name, 0},
    {L"SmtpAddress", 64212, KIND_GET | KIND_GUARDED, 0, 0, account_smtp_address, 0},
    {L"CurrentUser", 64622, KIND_GET | KIND_GUARDED, 0, 0, account_current_user, 0},
    {L"DeliveryStore", 64614, KIND_GET, 0, 0, account_delivery_store, 0},
};

const struct object_class account_class = {
    .name = L"Account",
    .number = 105,
    CLASS_MEMBERS(account_members),
    .destroy = account_destroy,
};

struct object *account_create(const WCHAR *address)
{
    size_t index = names_account_find(address);
    struct account *account;

    if (index == names_account_count()) return NULL;
    account = object_create(&account_class, sizeof(*account), NULL);
    account->name = text_copy(names_account_name(index));
    account->address = text_copy(names_account_address(index));
    account->user_name = text_copy(names_account_user_name(index));
    account->type = names_account_type(index);
    account->store = account_store(index);
    return &account->object;
}

const WCHAR *account_address(struct object *account)
{
    return ((struct account *)account)->address;
}

/* Those of accounts that were added meanwhile, too. */
static long stores_count(struct object *object)
{
    (void)object;
    for (size_t i = 0; i < names_account_count(); i++)
        account_store(i);
    return (long)store_count();
}

static HRESULT stores_at(struct object *object, long index, struct object **item)
{
    (void)object;
    *item = store_object_create(store_at((size_t)index - 1));
    return S_OK;
}

static long stores_find(struct object *object, const WCHAR *name)
{
    for (long i = 1; i <= stores_count(object); i++)
        if (text_same(store_at((size_t)i - 1)->name, name)) return i;
    return 0;
}

static const struct collection stores_collection = {stores_count, stores_at, stores_find};

const struct object_class stores_class = {
    .name = L"Stores",
    .number = 108,
    .collection = &stores_collection,
};

struct object *stores_create(void)
{
    return object_create(&stores_class, sizeof(struct object), NULL);
}

static struct store *store_of(struct call *call)
{
    return ((struct store_object *)call->self)->store;
}

static HRESULT store_display_name(struct call *call)
{
    return call_return_text(call, store_of(call)->name);
}

static HRESULT store_get_id(struct call *call)
{
    return call_return_text(call, store_of(call)->id);
}

static HRESULT store_file_path(struct call *call)
{
    return call_return_text(call, store_of(call)->root->path);
}

static HRESULT store_exchange_type(struct call *call)
{
    const long not_exchange = 3;

    return call_return_long(call, not_exchange);
}

static HRESULT store_is_data_file(struct call *call)
{
    return call_return_bool(call, true);
}

static HRESULT store_get_root(struct call *call)
{
    return call_return_object(call, folder_create(store_of(call)->root));
}

static HRESULT store_get_default_folder(struct call *call)
{
    struct folder *folder;
    long number;
    HRESULT hr = call_long(call, 0, &number, 0);

    if (FAILED(hr)) return hr;
    folder = store_folder(store_of(call), number);
    return folder ? call_return_object(call, folder_create(folder)) : OUTLOOK_E_NOT_FOUND;
}

static const struct member store_members[] = {
    {L"DisplayName", 12289, KIND_GET, 0, 0, store_display_name, 0},
    {L"StoreID", 12552, KIND_GET, 0, 0, store_get_id, 0},
    {L"FilePath", 64221, KIND_GET, 0, 0, store_file_path, 0},
    {L"ExchangeStoreType", 64218, KIND_GET, 0, 0, store_exchange_type, 0},
    {L"IsDataFileStore", 64223, KIND_GET, 0, 0, store_is_data_file, 0},
    {L"IsOpen", 64224, KIND_GET, 0, 0, store_is_data_file, 0},
    {L"GetRootFolder", 64219, KIND_METHOD, 0, 0, store_get_root, 0},
    {L"GetDefaultFolder", 64621, KIND_METHOD, 1, 1, store_get_default_folder, 0},
};

const struct object_class store_class = {
    .name = L"Store",
    .number = 107,
    CLASS_MEMBERS(store_members),
};

struct object *store_object_create(struct store *store)
{
    struct store_object *object = object_create(&store_class, sizeof(*object), NULL);

    object->store = store;
    return &object->object;
}

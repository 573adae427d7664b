/* accounts.c - Accounts and Account, Stores and Store. There is one store, which all accounts deliver to. */
#include "names.h"
#include "sandbox.h"
#include <stdlib.h>

struct account
{
    struct object object;
    WCHAR *name, *address, *user_name;
    long type;
};

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
    return call_return_object(call, store_object_create());
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
    return &account->object;
}

const WCHAR *account_address(struct object *account)
{
    return ((struct account *)account)->address;
}

static long stores_count(struct object *object)
{
    (void)object;
    return 1;
}

static HRESULT stores_at(struct object *object, long index, struct object **item)
{
    (void)object, (void)index;
    *item = store_object_create();
    return S_OK;
}

static long stores_find(struct object *object, const WCHAR *name)
{
    (void)object;
    return text_same(name, store_name());
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

static HRESULT store_display_name(struct call *call)
{
    return call_return_text(call, store_name());
}

static HRESULT store_get_id(struct call *call)
{
    return call_return_text(call, store_id());
}

static HRESULT store_file_path(struct call *call)
{
    return call_return_text(call, store_path());
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
    return call_return_object(call, folder_create(store_root()));
}

static HRESULT store_get_default_folder(struct call *call)
{
    struct folder *folder;
    long number;
    HRESULT hr = call_long(call, 0, &number, 0);

    if (FAILED(hr)) return hr;
    folder = store_default_folder(number);
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

struct object *store_object_create(void)
{
    return object_create(&store_class, sizeof(struct object), NULL);
}

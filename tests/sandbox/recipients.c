/* recipients.c - Recipients and Recipient: whom an item goes to, and what the address book makes of the names. */
#include "names.h"
#include "sandbox.h"
#include <stdlib.h>

struct recipients
{
    struct object object;
    struct record *record; /* counted */
    bool replies;
};

struct recipient_object
{
    struct object object;
    struct record *record; /* counted */
    unsigned serial;
};

static bool belongs(const struct recipient *recipient, bool replies)
{
    return (recipient->type == RECIPIENT_REPLY) == replies;
}

static bool resolve(struct recipient *recipient)
{
    WCHAR *name, *address;

    if (recipient->resolved) return true;
    if (!names_resolve(recipient->name, &name, &address)) return false;
    free(recipient->name);
    free(recipient->address);
    recipient->name = name;
    recipient->address = address;
    recipient->resolved = true;
    return true;
}

bool recipients_resolve_all(struct record *record, bool replies)
{
    bool all = true;

    for (size_t i = 0; i < record->recipient_count; i++)
        if (belongs(&record->recipients[i], replies)) all = resolve(&record->recipients[i]) && all;
    return all;
}

static void touch(struct object *object)
{
    if (object->parent) mail_item_touch(object->parent);
}

static void recipients_destroy(struct object *object)
{
    record_release(((struct recipients *)object)->record);
}

static long recipients_count(struct object *object)
{
    const struct recipients *recipients = (struct recipients *)object;
    long count = 0;

    for (size_t i = 0; i < recipients->record->recipient_count; i++)
        count += belongs(&recipients->record->recipients[i], recipients->replies);
    return count;
}

/* From the index that clients count to the place in the record. */
static size_t place_of(const struct recipients *recipients, long index)
{
    size_t place = 0;

    for (;; place++)
        if (belongs(&recipients->record->recipients[place], recipients->replies) && !--index) return place;
}

static struct object *recipient_create(struct object *parent, struct record *record, unsigned serial)
{
    struct recipient_object *object = object_create(&recipient_class, sizeof(*object), parent);

    object->record = record;
    object->serial = serial;
    record_add_ref(record);
    return &object->object;
}

static HRESULT recipients_at(struct object *object, long index, struct object **item)
{
    struct recipients *recipients = (struct recipients *)object;
    const struct recipient *recipient = &recipients->record->recipients[place_of(recipients, index)];

    *item = recipient_create(object->parent, recipients->record, recipient->serial);
    return S_OK;
}

static long recipients_find(struct object *object, const WCHAR *name)
{
    const struct recipients *recipients = (struct recipients *)object;

    for (long i = 1; i <= recipients_count(object); i++)
        if (text_same(recipients->record->recipients[place_of(recipients, i)].name, name)) return i;
    return 0;
}

static const struct collection recipients_collection = {recipients_count, recipients_at, recipients_find};

static HRESULT recipients_add(struct call *call)
{
    struct recipients *recipients = (struct recipients *)call->self;
    struct recipient *recipient;
    const WCHAR *name;
    HRESULT hr = call_text(call, 0, &name);

    if (FAILED(hr)) return hr;
    if (text_empty(name)) return E_INVALIDARG;
    recipient = record_add_recipient(recipients->record, recipients->replies ? RECIPIENT_REPLY : RECIPIENT_TO, name);
    touch(call->self);
    return call_return_object(call, recipient_create(call->self->parent, recipients->record, recipient->serial));
}

static HRESULT recipients_remove(struct call *call)
{
    struct recipients *recipients = (struct recipients *)call->self;
    long index;
    HRESULT hr = collection_index(call, 0, &index);

    if (FAILED(hr)) return hr;
    record_remove_recipient(recipients->record, place_of(recipients, index));
    touch(call->self);
    return S_OK;
}

static HRESULT recipients_resolve(struct call *call)
{
    const struct recipients *recipients = (struct recipients *)call->self;

    return call_return_bool(call, recipients_resolve_all(recipients->record, recipients->replies));
}

static const struct member recipients_members[] = {
    {L"Add", 111, KIND_METHOD, 1, 1, recipients_add, 0},
    {L"Remove", 84, KIND_METHOD, 1, 1, recipients_remove, 0},
    {L"ResolveAll", 126, KIND_METHOD, 0, 0, recipients_resolve, 0},
};

const struct object_class recipients_class = {
    .name = L"Recipients",
    .number = 17,
    .guarded = true,
    CLASS_MEMBERS(recipients_members),
    .collection = &recipients_collection,
    .destroy = recipients_destroy,
    .alive = object_parent_alive,
};

struct object *recipients_create(struct object *parent, struct record *record, bool replies)
{
    struct recipients *recipients = object_create(&recipients_class, sizeof(*recipients), parent);

    recipients->record = record;
    recipients->replies = replies;
    record_add_ref(record);
    return &recipients->object;
}

static void recipient_destroy(struct object *object)
{
    record_release(((struct recipient_object *)object)->record);
}

static size_t recipient_place(const struct recipient_object *object)
{
    size_t place = 0;

    while (place < object->record->recipient_count && object->record->recipients[place].serial != object->serial)
        place++;
    return place;
}

static HRESULT recipient_alive(struct object *object)
{
    const struct recipient_object *recipient = (struct recipient_object *)object;

    if (recipient_place(recipient) == recipient->record->recipient_count) return OUTLOOK_E_OBJECT_DELETED;
    return object_parent_alive(object);
}

static struct recipient *recipient_of(struct call *call)
{
    struct recipient_object *object = (struct recipient_object *)call->self;

    return &object->record->recipients[recipient_place(object)];
}

static HRESULT recipient_name(struct call *call)
{
    return call_return_text(call, recipient_of(call)->name);
}

static HRESULT recipient_address(struct call *call)
{
    return call_return_text(call, recipient_of(call)->address);
}

static HRESULT recipient_resolved(struct call *call)
{
    return call_return_bool(call, recipient_of(call)->resolved);
}

static HRESULT recipient_resolve(struct call *call)
{
    return call_return_bool(call, resolve(recipient_of(call)));
}

static HRESULT recipient_index(struct call *call)
{
    const struct recipient_object *object = (struct recipient_object *)call->self;
    bool replies = recipient_of(call)->type == RECIPIENT_REPLY;
    long index = 1;

    for (size_t i = 0; i < recipient_place(object); i++)
        index += belongs(&object->record->recipients[i], replies);
    return call_return_long(call, index);
}

static HRESULT recipient_get_type(struct call *call)
{
    long type = recipient_of(call)->type;

    return call_return_long(call, type == RECIPIENT_REPLY ? RECIPIENT_TO : type);
}

static HRESULT recipient_put_type(struct call *call)
{
    struct recipient *recipient = recipient_of(call);
    long type;
    HRESULT hr = call_long(call, 0, &type, 0);

    if (FAILED(hr)) return hr;
    if (type < RECIPIENT_TO || type > RECIPIENT_BCC) return E_INVALIDARG;
    if (recipient->type != RECIPIENT_REPLY) recipient->type = type;
    touch(call->self);
    return S_OK;
}

static HRESULT recipient_delete(struct call *call)
{
    struct recipient_object *object = (struct recipient_object *)call->self;

    record_remove_recipient(object->record, recipient_place(object));
    touch(call->self);
    return S_OK;
}

static HRESULT recipient_parent(struct call *call)
{
    struct object *parent = call->self->parent;

    if (parent) object_add_ref(parent);
    return call_return_object(call, parent);
}

static const struct member recipient_members[] = {
    {L"Parent", 109, KIND_GET, 0, 0, recipient_parent, 0},
    {L"Address", 12291, KIND_GET, 0, 0, recipient_address, 0},
    {L"Index", 91, KIND_GET, 0, 0, recipient_index, 0},
    {L"Name", 12289, KIND_GET, 0, 0, recipient_name, 0},
    {L"Resolved", 100, KIND_GET, 0, 0, recipient_resolved, 0},
    {L"Type", 3093, KIND_GET, 0, 0, recipient_get_type, 0},
    {L"Type", 3093, KIND_PUT, 1, 1, recipient_put_type, 0},
    {L"Delete", 110, KIND_METHOD, 0, 0, recipient_delete, 0},
    {L"Resolve", 113, KIND_METHOD, 0, 0, recipient_resolve, 0},
};

const struct object_class recipient_class = {
    .name = L"Recipient",
    .number = 4,
    .guarded = true,
    CLASS_MEMBERS(recipient_members),
    .destroy = recipient_destroy,
    .alive = recipient_alive,
};

struct object *recipient_create_alone(const WCHAR *name, const WCHAR *address)
{
    struct record *record = record_new();
    struct recipient *recipient = record_add_recipient(record, RECIPIENT_TO, name);
    struct object *object;

    text_set(&recipient->address, address);
    recipient->resolved = address != NULL;
    object = recipient_create(NULL, record, recipient->serial);
    record_release(record);
    return object;
}

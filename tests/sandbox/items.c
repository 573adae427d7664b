/* items.c - Items: what stands in a folder, each collection with a cursor and a search of its own. */
#include "sandbox.h"
#include "selection.h"
#include <stdlib.h>

struct items
{
    struct object object;
    struct selection selection;
    struct filter *search; /* of Find */
    long found;            /* where the last search stopped */
};

static struct items *items_of(struct call *call)
{
    return (struct items *)call->self;
}

static void items_destroy(struct object *object)
{
    struct items *items = (struct items *)object;

    filter_free(items->search);
    selection_clear(&items->selection);
}

static long items_count(struct object *object)
{
    struct items *items = (struct items *)object;

    selection_refresh(&items->selection);
    return (long)items->selection.count;
}

static HRESULT items_at(struct object *object, long index, struct object **item)
{
    *item = mail_item_open(((struct items *)object)->selection.records[index - 1]);
    return *item ? S_OK : OUTLOOK_E_TOO_MANY_ITEMS;
}

/* By the default property, the subject. */
static long items_find_by_name(struct object *object, const WCHAR *name)
{
    struct items *items = (struct items *)object;

    selection_refresh(&items->selection);
    for (size_t i = 0; i < items->selection.count; i++)
        if (text_same(items->selection.records[i]->texts[FIELD_SUBJECT], name)) return (long)i + 1;
    return 0;
}

static const struct collection items_collection = {items_count, items_at, items_find_by_name};

static HRESULT items_add(struct call *call)
{
    struct folder *folder = items_of(call)->selection.folder;
    long type;
    HRESULT hr = call_long(call, 0, &type, folder->item_type);

    if (FAILED(hr)) return hr;
    return type ? E_INVALIDARG : call_return_item(call, mail_item_new(folder));
}

static HRESULT items_restrict(struct call *call)
{
    struct items *items = items_of(call);
    struct object *restricted;
    const WCHAR *condition;
    WCHAR *narrowed;
    HRESULT hr = call_text(call, 0, &condition);

    if (FAILED(hr)) return hr;
    narrowed = selection_narrowed(&items->selection, condition);
    restricted = items_create(items->object.parent, items->selection.folder, narrowed);
    free(narrowed);
    return restricted ? call_return_object(call, restricted) : call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_CONDITION);
}

static HRESULT search_on(struct call *call)
{
    struct items *items = items_of(call);
    long count = items_count(call->self);

    while (items->search && items->found < count)
    {
        struct record *record = items->selection.records[items->found++];

        if (filter_fits(items->search, record)) return call_return_item(call, mail_item_open(record));
    }
    return call_return_object(call, NULL);
}

static HRESULT items_find(struct call *call)
{
    struct items *items = items_of(call);
    const WCHAR *condition;
    HRESULT hr = call_text(call, 0, &condition);

    if (FAILED(hr)) return hr;
    filter_free(items->search);
    items->found = 0;
    if (!(items->search = filter_parse(condition))) return call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_CONDITION);
    return search_on(call);
}

static HRESULT items_sort(struct call *call)
{
    const WCHAR *field;
    bool descending;
    HRESULT hr;

    if (FAILED(hr = call_text(call, 0, &field)) || FAILED(hr = call_bool(call, 1, &descending, false))) return hr;
    call->self->cursor = 0;
    return selection_sort(&items_of(call)->selection, field, descending)
               ? S_OK
               : call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_CONDITION);
}

static const struct member items_members[] = {
    CURSOR_ROWS,
    {L"Add", 95, KIND_METHOD, 0, 1, items_add, 0},
    {L"Restrict", 100, KIND_METHOD, 1, 1, items_restrict, 0},
    {L"Find", 98, KIND_METHOD, 1, 1, items_find, 0},
    {L"FindNext", 99, KIND_METHOD, 0, 0, search_on, 0},
    {L"Sort", 97, KIND_METHOD, 1, 2, items_sort, 0},
};

const struct object_class items_class = {
    .name = L"Items",
    .number = 16,
    CLASS_MEMBERS(items_members),
    .collection = &items_collection,
    .destroy = items_destroy,
};

struct object *items_create(struct object *parent, struct folder *folder, const WCHAR *filter)
{
    struct selection selection;
    struct items *items;

    if (!selection_init(&selection, folder, filter)) return NULL;
    items = object_create(&items_class, sizeof(*items), parent);
    items->selection = selection;
    return &items->object;
}

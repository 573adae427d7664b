/* folder.c - MAPIFolder and Folders. The Folders of the NameSpace are the stores' roots. */
#include "sandbox.h"
#include <stdlib.h>

struct folder_object
{
    struct object object;
    struct folder *folder;
};

static struct folder *folder_of(struct call *call)
{
    return ((struct folder_object *)call->self)->folder;
}

struct folder *folder_of_object(struct object *folder)
{
    return ((struct folder_object *)folder)->folder;
}

static HRESULT folder_name(struct call *call)
{
    return call_return_text(call, folder_of(call)->name);
}

static WCHAR *path_of(const struct folder *folder)
{
    WCHAR *above, *path;

    if (!folder->parent) return text_format(L"\\\\%s", folder->name);
    above = path_of(folder->parent);
    path = text_format(L"%s\\%s", above, folder->name);
    free(above);
    return path;
}

static HRESULT folder_path(struct call *call)
{
    WCHAR *path = path_of(folder_of(call));

    call_return_text(call, path);
    free(path);
    return S_OK;
}

static HRESULT folder_entry_id(struct call *call)
{
    return call_return_text(call, folder_of(call)->id);
}

static HRESULT folder_store_id(struct call *call)
{
    return call_return_text(call, store_of_folder(folder_of(call))->id);
}

static HRESULT folder_item_type(struct call *call)
{
    return call_return_long(call, folder_of(call)->item_type);
}

static HRESULT folder_message_class(struct call *call)
{
    static const WCHAR *const classes[] = {
        L"IPM.Note", L"IPM.Appointment", L"IPM.Contact", L"IPM.Task", L"IPM.Activity", L"IPM.StickyNote", L"IPM.Post"};
    size_t type = (size_t)folder_of(call)->item_type;

    return call_return_text(call, classes[type < ARRAYSIZE(classes) ? type : 0]);
}

static HRESULT folder_unread(struct call *call)
{
    return call_return_long(call, store_unread_count(folder_of(call)));
}

static HRESULT folder_items(struct call *call)
{
    return call_return_object(call, items_create(call->self, folder_of(call), NULL));
}

static HRESULT folder_folders(struct call *call)
{
    return call_return_object(call, folders_create(call->self, folder_of(call)));
}

static HRESULT folder_store(struct call *call)
{
    return call_return_object(call, store_object_create(store_of_folder(folder_of(call))));
}

static HRESULT folder_parent(struct call *call)
{
    struct folder *parent = folder_of(call)->parent;

    return call_return_object(call, parent ? folder_create(parent) : namespace_create());
}

static HRESULT folder_get_table(struct call *call)
{
    const WCHAR *filter = NULL;
    struct object *table;
    HRESULT hr = call_has(call, 0) ? call_text(call, 0, &filter) : S_OK;

    if (FAILED(hr)) return hr;
    hr = table_create(call->self, folder_of(call), filter, &table);
    if (hr == E_INVALIDARG) return call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_CONDITION);
    return FAILED(hr) ? hr : call_return_object(call, table);
}

static const struct member folder_members[] = {
    {L"Parent", 61441, KIND_GET, 0, 0, folder_parent, 0},
    {L"DefaultItemType", 12550, KIND_GET, 0, 0, folder_item_type, 0},
    {L"DefaultMessageClass", 12551, KIND_GET, 0, 0, folder_message_class, 0},
    {L"EntryID", 61470, KIND_GET, 0, 0, folder_entry_id, 0},
    {L"Folders", 8451, KIND_GET, 0, 0, folder_folders, 0},
    {L"Items", 12544, KIND_GET, 0, 0, folder_items, 0},
    {L"Name", 12289, KIND_GET, 0, 0, folder_name, 0},
    {L"StoreID", 12552, KIND_GET, 0, 0, folder_store_id, 0},
    {L"UnReadItemCount", 13827, KIND_GET, 0, 0, folder_unread, 0},
    {L"FolderPath", 64120, KIND_GET, 0, 0, folder_path, 0},
    {L"FullFolderPath", 64145, KIND_GET, 0, 0, folder_path, 0},
    {L"Store", 64217, KIND_GET, 0, 0, folder_store, 0},
    {L"GetTable", 64285, KIND_METHOD, 0, 2, folder_get_table, 0},
};

const struct object_class folder_class = {
    .name = L"MAPIFolder",
    .number = 2,
    CLASS_MEMBERS(folder_members),
};

struct object *folder_create(struct folder *folder)
{
    struct folder_object *object = object_create(&folder_class, sizeof(*object), NULL);

    object->folder = folder;
    return &object->object;
}

/* folder NULL: the roots. */
static struct folder *folder_at(struct object *object, long index)
{
    struct folder *folder = ((struct folder_object *)object)->folder;

    return folder ? folder->folders[index - 1] : store_at((size_t)index - 1)->root;
}

static long folders_count(struct object *object)
{
    struct folder *folder = ((struct folder_object *)object)->folder;

    return (long)(folder ? folder->folder_count : store_count());
}

static HRESULT folders_at(struct object *object, long index, struct object **item)
{
    *item = folder_create(folder_at(object, index));
    return S_OK;
}

static long folders_find(struct object *object, const WCHAR *name)
{
    for (long i = 1; i <= folders_count(object); i++)
        if (text_same(folder_at(object, i)->name, name)) return i;
    return 0;
}

static const struct collection folders_collection = {folders_count, folders_at, folders_find};

static HRESULT folders_add(struct call *call)
{
    struct folder *parent = folder_of(call), *folder;
    const WCHAR *name;
    long number;
    HRESULT hr;

    if (FAILED(hr = call_text(call, 0, &name)) || FAILED(hr = call_long(call, 1, &number, STORE_INBOX))) return hr;
    if (!parent || !store_default_folder(number)) return E_INVALIDARG;
    if (FAILED(hr = store_add_folder(parent, name, store_default_folder(number)->item_type, &folder))) return hr;
    return call_return_object(call, folder_create(folder));
}

static const struct member folders_members[] = {
    CURSOR_ROWS,
    {L"Add", 95, KIND_METHOD, 1, 2, folders_add, 0},
};

const struct object_class folders_class = {
    .name = L"Folders",
    .number = 15,
    CLASS_MEMBERS(folders_members),
    .collection = &folders_collection,
};

struct object *folders_create(struct object *parent, struct folder *folder)
{
    struct folder_object *object = object_create(&folders_class, sizeof(*object), parent);

    object->folder = folder;
    return &object->object;
}

/* attachments.c - Attachments and Attachment. A file is copied into the store when it is added. Recipients see the
 * file's own name (FileName); DisplayName is for rich text only, as in Outlook, and travels beside it. */
#include "property_accessor.h"
#include "sandbox.h"
#include <stdlib.h>
#include <wchar.h>

/* OlAttachmentType; links (4) are not supported any more since Outlook 2007. */
enum
{
    TYPE_BY_VALUE = 1,
    TYPE_EMBEDDED = 5,
    TYPE_OLE = 6
};

struct attachments
{
    struct object object;
    struct record *record; /* counted */
};

struct attachment_object
{
    struct object object;
    struct record *record; /* counted */
    WCHAR *stored;         /* tells it from all others */
};

static long attachments_count(struct object *object)
{
    return (long)((struct attachments *)object)->record->attachment_count;
}

static struct object *attachment_create(struct object *parent, struct record *record, const WCHAR *stored)
{
    struct attachment_object *object = object_create(&attachment_class, sizeof(*object), parent);

    object->record = record;
    object->stored = text_copy(stored);
    record_add_ref(record);
    return &object->object;
}

static HRESULT attachments_at(struct object *object, long index, struct object **item)
{
    struct record *record = ((struct attachments *)object)->record;

    *item = attachment_create(object->parent, record, record->attachments[index - 1].stored);
    return S_OK;
}

static long attachments_find(struct object *object, const WCHAR *name)
{
    const struct record *record = ((struct attachments *)object)->record;

    for (size_t i = 0; i < record->attachment_count; i++)
        if (text_same(record->attachments[i].display_name, name)) return (long)i + 1;
    return 0;
}

static const struct collection attachments_collection = {attachments_count, attachments_at, attachments_find};

static void attachments_destroy(struct object *object)
{
    record_release(((struct attachments *)object)->record);
}

static const WCHAR *leaf(const WCHAR *path)
{
    const WCHAR *slash = wcsrchr(path, L'\\');

    return slash ? slash + 1 : path;
}

static HRESULT check_source(const WCHAR *path)
{
    DWORD attributes = GetFileAttributesW(path);
    bool full = path[0] && (path[1] == L':' || (path[0] == L'\\' && path[1] == L'\\'));

    if (!full || attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_DIRECTORY))
        return OUTLOOK_E_FILE_NOT_FOUND;
    return S_OK;
}

static HRESULT attachments_add(struct call *call)
{
    struct record *record = ((struct attachments *)call->self)->record;
    struct attachment *attachment;
    const WCHAR *source, *display_name = L"";
    LONGLONG size = 0;
    WCHAR *stored;
    long type, position;
    HRESULT hr;

    if (V_VT(call->args[0]) != VT_BSTR) return DISP_E_TYPEMISMATCH;
    if (FAILED(hr = call_text(call, 0, &source)) || FAILED(hr = call_long(call, 1, &type, TYPE_BY_VALUE)) ||
        FAILED(hr = call_long(call, 2, &position, 1)))
        return hr;
    if (type != TYPE_BY_VALUE && type != TYPE_EMBEDDED && type != TYPE_OLE) return E_INVALIDARG;
    if (call_has(call, 3) && FAILED(hr = call_text(call, 3, &display_name))) return hr;
    if (FAILED(hr = check_source(source)) || FAILED(hr = store_add_attachment(source, &stored, &size))) return hr;
    attachment = record_add_attachment(record);
    free(attachment->stored);
    attachment->stored = stored;
    text_set(&attachment->file_name, leaf(source));
    text_set(&attachment->display_name, *display_name ? display_name : leaf(source));
    attachment->size = size;
    attachment->position = position;
    mail_item_touch(call->self->parent);
    return call_return_object(call, attachment_create(call->self->parent, record, stored));
}

static HRESULT attachments_remove(struct call *call)
{
    long index;
    HRESULT hr = collection_index(call, 0, &index);

    if (FAILED(hr)) return hr;
    record_remove_attachment(((struct attachments *)call->self)->record, (size_t)index - 1);
    mail_item_touch(call->self->parent);
    return S_OK;
}

static const struct member attachments_members[] = {
    {L"Add", 101, KIND_METHOD, 1, 4, attachments_add, 0},
    {L"Remove", 84, KIND_METHOD, 1, 1, attachments_remove, 0},
};

const struct object_class attachments_class = {
    .name = L"Attachments",
    .number = 18,
    CLASS_MEMBERS(attachments_members),
    .collection = &attachments_collection,
    .destroy = attachments_destroy,
    .alive = object_parent_alive,
};

struct object *attachments_create(struct object *parent, struct record *record)
{
    struct attachments *attachments = object_create(&attachments_class, sizeof(*attachments), parent);

    attachments->record = record;
    record_add_ref(record);
    return &attachments->object;
}

static void attachment_destroy(struct object *object)
{
    struct attachment_object *attachment = (struct attachment_object *)object;

    record_release(attachment->record);
    free(attachment->stored);
}

static size_t attachment_place(const struct attachment_object *object)
{
    size_t place = 0;

    while (place < object->record->attachment_count &&
           !text_same(object->record->attachments[place].stored, object->stored))
        place++;
    return place;
}

static HRESULT attachment_alive(struct object *object)
{
    const struct attachment_object *attachment = (struct attachment_object *)object;

    if (attachment_place(attachment) == attachment->record->attachment_count) return OUTLOOK_E_OBJECT_DELETED;
    return object_parent_alive(object);
}

static struct attachment *attachment_of_object(struct object *object)
{
    const struct attachment_object *attachment = (struct attachment_object *)object;

    return &attachment->record->attachments[attachment_place(attachment)];
}

static struct attachment *attachment_of(struct call *call)
{
    return attachment_of_object(call->self);
}

static HRESULT attachment_file_name(struct call *call)
{
    return call_return_text(call, attachment_of(call)->file_name);
}

static HRESULT attachment_get_display_name(struct call *call)
{
    return call_return_text(call, attachment_of(call)->display_name);
}

static HRESULT attachment_put_display_name(struct call *call)
{
    const WCHAR *name;
    HRESULT hr = call_text(call, 0, &name);

    if (FAILED(hr)) return hr;
    text_set(&attachment_of(call)->display_name, name);
    mail_item_touch(call->self->parent);
    return S_OK;
}

static HRESULT attachment_size(struct call *call)
{
    return call_return_long(call, (long)min(attachment_of(call)->size, LONG_MAX));
}

static HRESULT attachment_index(struct call *call)
{
    return call_return_long(call, (long)attachment_place((struct attachment_object *)call->self) + 1);
}

/* Outlook calls it an OLE object until the item is saved. */
static HRESULT attachment_type(struct call *call)
{
    return call_return_long(call, mail_item_is_saved(call->self->parent) ? TYPE_BY_VALUE : TYPE_OLE);
}

static HRESULT attachment_get_position(struct call *call)
{
    return call_return_long(call, attachment_of(call)->position);
}

static HRESULT attachment_put_position(struct call *call)
{
    return call_long(call, 0, &attachment_of(call)->position, 0);
}

static HRESULT attachment_save_as_file(struct call *call)
{
    const WCHAR *target;
    WCHAR *source;
    HRESULT hr = call_text(call, 0, &target);

    if (FAILED(hr)) return hr;
    source = store_attachment_path(attachment_of(call)->stored);
    hr = CopyFileW(source, target, FALSE) ? S_OK : HRESULT_FROM_WIN32(GetLastError());
    free(source);
    return hr;
}

static HRESULT attachment_delete(struct call *call)
{
    struct attachment_object *object = (struct attachment_object *)call->self;

    record_remove_attachment(object->record, attachment_place(object));
    mail_item_touch(call->self->parent);
    return S_OK;
}

static struct properties *own_properties(struct object *object)
{
    return &attachment_of_object(object)->properties;
}

static HRESULT own_property(struct object *object, unsigned tag, VARIANT *value)
{
    const struct attachment *attachment = attachment_of_object(object);

    switch (tag)
    {
    case TAG_DISPLAY_NAME:
        return variant_text(value, attachment->display_name);
    case TAG_ATTACH_FILE_NAME:
    case TAG_ATTACH_LONG_FILE_NAME:
        return variant_text(value, attachment->file_name);
    case TAG_ATTACH_SIZE:
        return variant_long(value, (long)min(attachment->size, LONG_MAX));
    case TAG_ATTACH_METHOD:
        return variant_long(value, TYPE_BY_VALUE);
    default:
        return S_FALSE;
    }
}

static HRESULT put_own_property(struct object *object, unsigned tag, const VARIANT *value)
{
    struct attachment *attachment = attachment_of_object(object);
    WCHAR **name = tag == TAG_DISPLAY_NAME ? &attachment->display_name : &attachment->file_name;

    if (tag == TAG_ATTACH_SIZE || tag == TAG_ATTACH_METHOD) return OUTLOOK_E_COMPUTED;
    if (tag != TAG_DISPLAY_NAME && tag != TAG_ATTACH_LONG_FILE_NAME && tag != TAG_ATTACH_FILE_NAME) return S_FALSE;
    if (V_VT(value) != VT_BSTR) return DISP_E_TYPEMISMATCH;
    text_set(name, V_BSTR(value));
    return S_OK;
}

static void touch_item(struct object *object)
{
    mail_item_touch(object->parent);
}

static const struct property_owner attachment_owner = {own_properties, own_property, put_own_property, touch_item};

static HRESULT attachment_property_accessor(struct call *call)
{
    return call_return_object(call, property_accessor_create(call->self, &attachment_owner));
}

static HRESULT attachment_parent(struct call *call)
{
    object_add_ref(call->self->parent);
    return call_return_object(call, call->self->parent);
}

static const struct member attachment_members[] = {
    {L"Parent", 113, KIND_GET, 0, 0, attachment_parent, 0},
    {L"DisplayName", 12289, KIND_GET, 0, 0, attachment_get_display_name, 0},
    {L"DisplayName", 12289, KIND_PUT, 1, 1, attachment_put_display_name, 0},
    {L"FileName", 14084, KIND_GET, 0, 0, attachment_file_name, 0},
    {L"Index", 91, KIND_GET, 0, 0, attachment_index, 0},
    {L"Position", 114, KIND_GET, 0, 0, attachment_get_position, 0},
    {L"Position", 114, KIND_PUT, 1, 1, attachment_put_position, 0},
    {L"Type", 14085, KIND_GET, 0, 0, attachment_type, 0},
    {L"Size", 64489, KIND_GET, 0, 0, attachment_size, 0},
    {L"PropertyAccessor", 64253, KIND_GET | KIND_GUARDED, 0, 0, attachment_property_accessor, 0},
    {L"Delete", 105, KIND_METHOD, 0, 0, attachment_delete, 0},
    {L"SaveAsFile", 104, KIND_METHOD, 1, 1, attachment_save_as_file, 0},
};

const struct object_class attachment_class = {
    .name = L"Attachment",
    .number = 5,
    CLASS_MEMBERS(attachment_members),
    .destroy = attachment_destroy,
    .alive = attachment_alive,
};

/* property_accessor.c - PropertyAccessor. See property_accessor.h. */
#include "property_accessor.h"
#include <stdlib.h>

struct accessor
{
    struct object object;
    const struct property_owner *kind;
};

static const struct accessor *accessor_of(struct call *call)
{
    return (struct accessor *)call->self;
}

/* Outlook names the property in these texts. */
static HRESULT fail_naming(struct call *call, HRESULT hr, const WCHAR *schema_name)
{
    const WCHAR *format = hr == OUTLOOK_E_NOT_FOUND ? L"The property \"%s\" is unknown or cannot be found."
                                                    : L"The property name \"%s\" is not valid.";
    WCHAR *text = text_format(format, schema_name);

    hr = call_fail(call, hr, text);
    free(text);
    return hr;
}

static HRESULT named(struct call *call, const WCHAR **schema_name, struct property_name *name)
{
    HRESULT hr = call_text(call, 0, schema_name);

    if (FAILED(hr)) return hr;
    return property_parse(*schema_name, name) ? S_OK : fail_naming(call, E_INVALIDARG, *schema_name);
}

static HRESULT accessor_get(struct call *call)
{
    const struct accessor *accessor = accessor_of(call);
    struct object *owner = call->self->parent;
    struct property_name name;
    const WCHAR *schema_name;
    HRESULT hr = named(call, &schema_name, &name);

    if (FAILED(hr)) return hr;
    hr = name.tag ? accessor->kind->get(owner, name.tag, call->result) : S_FALSE;
    if (hr == S_FALSE) hr = properties_get(accessor->kind->properties(owner), &name, call->result);
    return hr == OUTLOOK_E_NOT_FOUND ? fail_naming(call, hr, schema_name) : hr;
}

static HRESULT accessor_set(struct call *call)
{
    const struct accessor *accessor = accessor_of(call);
    struct object *owner = call->self->parent;
    struct property_name name;
    const WCHAR *schema_name;
    HRESULT hr = named(call, &schema_name, &name);

    if (FAILED(hr)) return hr;
    if (!call_has(call, 1)) return DISP_E_PARAMNOTOPTIONAL;
    hr = name.tag ? accessor->kind->put(owner, name.tag, call->args[1]) : S_FALSE;
    if (hr == S_FALSE) hr = properties_set(accessor->kind->properties(owner), &name, call->args[1]);
    if (SUCCEEDED(hr)) accessor->kind->touch(owner);
    return hr;
}

static HRESULT accessor_delete(struct call *call)
{
    const struct accessor *accessor = accessor_of(call);
    struct property_name name;
    const WCHAR *schema_name;
    HRESULT hr = named(call, &schema_name, &name);

    if (FAILED(hr)) return hr;
    hr = properties_remove(accessor->kind->properties(call->self->parent), &name);
    if (FAILED(hr)) return fail_naming(call, hr, schema_name);
    accessor->kind->touch(call->self->parent);
    return S_OK;
}

static const struct member accessor_members[] = {
    {L"GetProperty", 64251, KIND_METHOD, 1, 1, accessor_get, 0},
    {L"SetProperty", 64252, KIND_METHOD, 2, 2, accessor_set, 0},
    {L"DeleteProperty", 64401, KIND_METHOD, 1, 1, accessor_delete, 0},
};

const struct object_class property_accessor_class = {
    .name = L"PropertyAccessor",
    .number = 112,
    CLASS_MEMBERS(accessor_members),
    .alive = object_parent_alive,
};

struct object *property_accessor_create(struct object *owner, const struct property_owner *kind)
{
    struct accessor *accessor = object_create(&property_accessor_class, sizeof(*accessor), owner);

    accessor->kind = kind;
    return &accessor->object;
}

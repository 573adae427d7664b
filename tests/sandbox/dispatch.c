/* dispatch.c - objects that answer IDispatch out of tables. See dispatch.h.
 * A member is looked for in the class's own table, then among those of all collections, then of all objects. */
#include "dispatch.h"
#include "control.h"
#include "faults.h"
#include "life.h"
#include "profile.h"
#include "property_accessor.h"
#include "sandbox.h"
#include <stdlib.h>

static struct object *all_objects;

static struct object *impl_from_IDispatch(IDispatch *iface)
{
    return CONTAINING_RECORD(iface, struct object, IDispatch_iface);
}

static HRESULT common_application(struct call *call)
{
    object_add_ref(application_object());
    return call_return_object(call, application_object());
}

static HRESULT common_parent(struct call *call)
{
    struct object *parent = call->self->parent ? call->self->parent : application_object();

    object_add_ref(parent);
    return call_return_object(call, parent);
}

static HRESULT common_class(struct call *call)
{
    return call_return_long(call, call->self->cls->number);
}

static HRESULT common_session(struct call *call)
{
    return call_return_object(call, namespace_create());
}

static const struct member common_members[] = {
    {L"Application", 0xF000, KIND_GET, 0, 0, common_application, 0},
    {L"Parent", 0xF001, KIND_GET, 0, 0, common_parent, 0},
    {L"Class", 0xF00A, KIND_GET, 0, 0, common_class, 0},
    {L"Session", 0xF00B, KIND_GET, 0, 0, common_session, 0},
};

struct member_table
{
    const struct member *rows;
    size_t count;
};

/* The tables that speak for a class, the first one first. */
static void member_tables(const struct object_class *cls, struct member_table tables[3])
{
    tables[0] = (struct member_table){cls->members, cls->member_count};
    tables[1] = (struct member_table){collection_members, cls->collection ? collection_member_count : 0};
    tables[2] = (struct member_table){common_members, ARRAYSIZE(common_members)};
}

static const struct member *member_by_name(const struct object_class *cls, const WCHAR *name)
{
    struct member_table tables[3];

    member_tables(cls, tables);
    for (size_t t = 0; t < ARRAYSIZE(tables); t++)
        for (size_t i = 0; i < tables[t].count; i++)
            if (text_same(tables[t].rows[i].name, name)) return &tables[t].rows[i];
    return NULL;
}

bool object_has_member(const WCHAR *dotted)
{
    static const struct object_class *const classes[] = {&application_class, &namespace_class, &folder_class,
        &folders_class, &items_class, &mail_item_class, &attachments_class, &attachment_class, &recipients_class,
        &recipient_class, &accounts_class, &account_class, &stores_class, &store_class, &table_class, &row_class,
        &columns_class, &column_class, &explorers_class, &explorer_class, &inspectors_class, &property_accessor_class};
    const WCHAR *dot = wcschr(dotted, L'.');
    bool found = false;

    for (size_t i = 0; dot && !found && i < ARRAYSIZE(classes); i++)
        found = wcslen(classes[i]->name) == (size_t)(dot - dotted) &&
                !_wcsnicmp(classes[i]->name, dotted, (size_t)(dot - dotted)) && member_by_name(classes[i], dot + 1);
    return found;
}

static const struct member *member_by_id(const struct object_class *cls, DISPID id, unsigned kind)
{
    struct member_table tables[3];

    member_tables(cls, tables);
    for (size_t t = 0; t < ARRAYSIZE(tables); t++)
        for (size_t i = 0; i < tables[t].count; i++)
            if (tables[t].rows[i].id == id && (tables[t].rows[i].kind & kind)) return &tables[t].rows[i];
    return NULL;
}

/* Late-bound clients ask for "method or get" alike; a put of an object may come as either or as both. */
static const struct member *member_for_invoke(
    const struct object_class *cls, DISPID id, WORD flags, const DISPPARAMS *params)
{
    const struct member *member = NULL;
    bool object = params->cArgs && (V_VT(&params->rgvarg[0]) == VT_DISPATCH || V_VT(&params->rgvarg[0]) == VT_UNKNOWN);

    if (flags & (DISPATCH_METHOD | DISPATCH_PROPERTYGET)) return member_by_id(cls, id, KIND_GET | KIND_METHOD);
    if ((flags & DISPATCH_PROPERTYPUTREF) && (object || !(flags & DISPATCH_PROPERTYPUT)))
        member = member_by_id(cls, id, KIND_PUTREF);
    if (!member && (flags & DISPATCH_PROPERTYPUT)) member = member_by_id(cls, id, KIND_PUT);
    return member;
}

/* Copies the arguments into the order in which they were written. Cleared by the caller, also after a failure. */
static HRESULT gather(struct call *call, const DISPPARAMS *params, WORD flags, VARIANT values[CALL_MAX_ARGS])
{
    bool put = (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF)) != 0;

    if (params->cArgs > CALL_MAX_ARGS || params->cNamedArgs > params->cArgs) return DISP_E_BADPARAMCOUNT;
    for (UINT i = 0; i < params->cArgs; i++)
    {
        UINT position = params->cArgs - 1 - i;
        HRESULT hr;

        if (i < params->cNamedArgs)
        {
            DISPID named = params->rgdispidNamedArgs[i];

            if (put && named == DISPID_PROPERTYPUT)
                position = params->cArgs - 1;
            else if (named >= 0 && named < CALL_MAX_ARGS)
                position = (UINT)named;
            else
                return DISP_E_PARAMNOTFOUND;
        }
        if (call->args[position]) return DISP_E_PARAMNOTFOUND;
        if (FAILED(hr = VariantCopyInd(&values[position], &params->rgvarg[i]))) return hr;
        if (V_VT(&values[position]) == VT_ERROR && V_ERROR(&values[position]) == DISP_E_PARAMNOTFOUND) continue;
        call->args[position] = &values[position];
        call->count = max(call->count, position + 1);
    }
    return S_OK;
}

/* Folder.Items(1): a get without parameters, whose value's default member takes them. */
static HRESULT run_default_member(struct call *call, WORD flags, DISPPARAMS *params, UINT *bad_arg)
{
    VARIANT *result = call->result, value;
    HRESULT hr;

    VariantInit(&value);
    call->result = &value;
    hr = call->member->function(call);
    call->result = result;
    if (FAILED(hr)) return hr;
    if (V_VT(&value) == VT_DISPATCH && V_DISPATCH(&value))
        hr = IDispatch_Invoke(V_DISPATCH(&value), DISPID_VALUE, &IID_NULL, LOCALE_USER_DEFAULT, flags, params, result,
            call->error, bad_arg);
    else
        hr = DISP_E_BADPARAMCOUNT;
    VariantClear(&value);
    return hr;
}

static HRESULT run_member(struct call *call, WORD flags, DISPPARAMS *params, UINT *bad_arg)
{
    const struct member *member = call->member;
    HRESULT hr;

    if (FAILED(hr = object_alive(call->self))) return hr;
    if ((member->kind & KIND_SESSION) && FAILED(hr = profile_logon(NULL))) return hr;
    if ((member->kind & KIND_GET) && !member->max_args && call->count)
        return run_default_member(call, flags, params, bad_arg);
    if (call->count < member->min_args || call->count > member->max_args) return DISP_E_BADPARAMCOUNT;
    return member->function(call);
}

static HRESULT WINAPI object_QueryInterface(IDispatch *iface, REFIID riid, void **out)
{
    struct object *object = impl_from_IDispatch(iface);

    if (!out) return E_POINTER;
    *out = NULL;
    if (IsEqualIID(riid, &IID_IUnknown) || IsEqualIID(riid, &IID_IDispatch))
        *out = iface;
    else
        return object->cls->query ? object->cls->query(object, riid, out) : E_NOINTERFACE;
    object_add_ref(object);
    return S_OK;
}

static ULONG WINAPI object_AddRef(IDispatch *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_IDispatch(iface)->ref);
}

static ULONG WINAPI object_Release(IDispatch *iface)
{
    struct object *object = impl_from_IDispatch(iface);
    LONG ref = InterlockedDecrement(&object->ref);

    if (ref) return (ULONG)ref;
    if (object->cls->destroy) object->cls->destroy(object);
    if (object->next) object->next->previous = object->previous;
    if (object->previous)
        object->previous->next = object->next;
    else
        all_objects = object->next;
    if (object->parent) object_release(object->parent);
    CoTaskMemFree(object);
    life_object_gone();
    return 0;
}

static HRESULT WINAPI object_GetTypeInfoCount(IDispatch *iface, UINT *count)
{
    (void)iface;
    if (!count) return E_POINTER;
    *count = 0;
    return S_OK;
}

static HRESULT WINAPI object_GetTypeInfo(IDispatch *iface, UINT index, LCID lcid, ITypeInfo **info)
{
    (void)iface, (void)index, (void)lcid;
    if (info) *info = NULL;
    return DISP_E_BADINDEX;
}

static HRESULT WINAPI object_GetIDsOfNames(
    IDispatch *iface, REFIID riid, LPOLESTR *names, UINT count, LCID lcid, DISPID *ids)
{
    const struct member *member;
    HRESULT hr;

    (void)riid, (void)lcid;
    if (!names || !ids || !count) return E_INVALIDARG;
    if (life_is_quitting()) return RPC_E_DISCONNECTED;
    if (FAILED(hr = fault_at(PLACE_ANY))) return hr;
    for (UINT i = 0; i < count; i++)
        ids[i] = DISPID_UNKNOWN;
    if (!(member = member_by_name(impl_from_IDispatch(iface)->cls, names[0]))) return DISP_E_UNKNOWNNAME;
    ids[0] = member->id;
    return count == 1 ? S_OK : DISP_E_UNKNOWNNAME;
}

static HRESULT WINAPI object_Invoke(IDispatch *iface, DISPID id, REFIID riid, LCID lcid, WORD flags, DISPPARAMS *params,
    VARIANT *result, EXCEPINFO *error, UINT *bad_arg)
{
    struct object *object = impl_from_IDispatch(iface);
    VARIANT values[CALL_MAX_ARGS], own_result;
    EXCEPINFO own_error = {0};
    struct call call = {.self = object, .result = &own_result, .error = &own_error};
    HRESULT hr;

    (void)lcid;
    if (!IsEqualIID(riid, &IID_NULL)) return DISP_E_UNKNOWNINTERFACE;
    if (!params) return E_POINTER;
    if (result) VariantInit(result);
    if (life_is_quitting()) return RPC_E_DISCONNECTED;
    if (!(call.member = member_for_invoke(object->cls, id, flags, params))) return DISP_E_MEMBERNOTFOUND;
    VariantInit(&own_result);
    for (size_t i = 0; i < ARRAYSIZE(values); i++)
        VariantInit(&values[i]);
    object_add_ref(object);

    control_before(object->cls, call.member);
    if (SUCCEEDED(hr = fault_at_call(object->cls, call.member, false))) hr = control_guard(object->cls, call.member);
    if (SUCCEEDED(hr) && SUCCEEDED(hr = gather(&call, params, flags, values)))
        hr = run_member(&call, flags, params, bad_arg);
    control_after(object->cls, call.member);
    if (SUCCEEDED(hr)) hr = fault_at_call(object->cls, call.member, true);

    if (error_is_exception(hr))
    {
        error_fill(&own_error, hr, NULL);
        hr = DISP_E_EXCEPTION;
    }
    if (control_dirties_errors())
    {
        hr = error_dirty(hr);
        own_error.scode = error_dirty(own_error.scode);
    }
    if (SUCCEEDED(hr) && result)
        *result = own_result;
    else
        VariantClear(&own_result);
    if (hr == DISP_E_EXCEPTION && error)
        *error = own_error;
    else
    {
        SysFreeString(own_error.bstrSource);
        SysFreeString(own_error.bstrDescription);
    }
    for (size_t i = 0; i < ARRAYSIZE(values); i++)
        VariantClear(&values[i]);
    object_release(object);
    return hr;
}

static const IDispatchVtbl object_vtbl = {
    object_QueryInterface,
    object_AddRef,
    object_Release,
    object_GetTypeInfoCount,
    object_GetTypeInfo,
    object_GetIDsOfNames,
    object_Invoke,
};

void object_init(struct object *object, const struct object_class *cls)
{
    object->IDispatch_iface.lpVtbl = (IDispatchVtbl *)&object_vtbl;
    object->cls = cls;
    object->ref = 1;
    object->next = all_objects;
    if (all_objects) all_objects->previous = object;
    all_objects = object;
}

void *object_create(const struct object_class *cls, size_t size, struct object *parent)
{
    struct object *object = CoTaskMemAlloc(size);

    if (!object) abort();
    memset(object, 0, size);
    object_init(object, cls);
    if ((object->parent = parent)) object_add_ref(parent);
    life_object_added();
    return object;
}

void object_add_ref(struct object *object)
{
    object_AddRef(&object->IDispatch_iface);
}

void object_release(struct object *object)
{
    object_Release(&object->IDispatch_iface);
}

HRESULT object_alive(struct object *object)
{
    return object->cls->alive ? object->cls->alive(object) : S_OK;
}

HRESULT object_parent_alive(struct object *object)
{
    return object->parent ? object_alive(object->parent) : S_OK;
}

/* Disconnecting frees objects, others of the list among them: each gets a reference, which is never given back. */
void object_disconnect_all(void)
{
    size_t count = 0;
    struct object **objects;

    for (struct object *object = all_objects; object; object = object->next)
        count++;
    objects = memory_new(count * sizeof(*objects));
    count = 0;
    for (struct object *object = all_objects; object; object = object->next)
    {
        object_add_ref(object);
        objects[count++] = object;
    }
    for (size_t i = 0; i < count; i++)
        CoDisconnectObject((IUnknown *)&objects[i]->IDispatch_iface, 0);
    free(objects);
}

HRESULT call_fail(struct call *call, HRESULT scode, const WCHAR *text)
{
    error_fill(call->error, scode, text);
    return DISP_E_EXCEPTION;
}

bool call_has(const struct call *call, unsigned index)
{
    return index < call->count && call->args[index];
}

static HRESULT argument_as(struct call *call, unsigned index, VARTYPE type)
{
    if (!call_has(call, index)) return DISP_E_PARAMNOTOPTIONAL;
    if (V_VT(call->args[index]) == type) return S_OK;
    return VariantChangeType(call->args[index], call->args[index], VARIANT_ALPHABOOL, type);
}

HRESULT call_text(struct call *call, unsigned index, const WCHAR **text)
{
    HRESULT hr = argument_as(call, index, VT_BSTR);

    *text = SUCCEEDED(hr) && V_BSTR(call->args[index]) ? V_BSTR(call->args[index]) : L"";
    return hr;
}

HRESULT call_long(struct call *call, unsigned index, long *number, long otherwise)
{
    HRESULT hr = call_has(call, index) ? argument_as(call, index, VT_I4) : S_FALSE;

    *number = hr == S_OK ? V_I4(call->args[index]) : otherwise;
    return FAILED(hr) ? hr : S_OK;
}

HRESULT call_bool(struct call *call, unsigned index, bool *flag, bool otherwise)
{
    HRESULT hr = call_has(call, index) ? argument_as(call, index, VT_BOOL) : S_FALSE;

    *flag = hr == S_OK ? V_BOOL(call->args[index]) != VARIANT_FALSE : otherwise;
    return FAILED(hr) ? hr : S_OK;
}

HRESULT call_object(struct call *call, unsigned index, const struct object_class *cls, void *object)
{
    IDispatch *dispatch;

    if (!call_has(call, index)) return DISP_E_PARAMNOTOPTIONAL;
    if (V_VT(call->args[index]) == VT_UNKNOWN) argument_as(call, index, VT_DISPATCH);
    dispatch = V_VT(call->args[index]) == VT_DISPATCH ? V_DISPATCH(call->args[index]) : NULL;
    if (!dispatch || dispatch->lpVtbl != (IDispatchVtbl *)&object_vtbl || impl_from_IDispatch(dispatch)->cls != cls)
        return DISP_E_TYPEMISMATCH;
    *(struct object **)object = impl_from_IDispatch(dispatch);
    return S_OK;
}

HRESULT variant_text(VARIANT *value, const WCHAR *text)
{
    V_VT(value) = VT_BSTR;
    V_BSTR(value) = SysAllocString(text ? text : L"");
    return S_OK;
}

HRESULT variant_long(VARIANT *value, long number)
{
    V_VT(value) = VT_I4;
    V_I4(value) = number;
    return S_OK;
}

HRESULT call_return_text(struct call *call, const WCHAR *text)
{
    return variant_text(call->result, text);
}

HRESULT call_return_long(struct call *call, long number)
{
    return variant_long(call->result, number);
}

HRESULT call_return_bool(struct call *call, bool flag)
{
    V_VT(call->result) = VT_BOOL;
    V_BOOL(call->result) = flag ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
}

HRESULT call_return_item(struct call *call, struct object *item)
{
    return item ? call_return_object(call, item) : OUTLOOK_E_TOO_MANY_ITEMS;
}

HRESULT call_return_object(struct call *call, struct object *object)
{
    V_VT(call->result) = VT_DISPATCH;
    V_DISPATCH(call->result) = object ? &object->IDispatch_iface : NULL;
    return S_OK;
}

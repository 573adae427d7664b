/* collection.c - what all collections share: Count, Item, the default member, _NewEnum and the cursor.
 * Everything is derived from the three functions of struct collection. */
#include "dispatch.h"
#include "sandbox.h"
#include "life.h"

HRESULT collection_index(struct call *call, unsigned argument, long *index)
{
    const struct collection *collection = call->self->cls->collection;
    const WCHAR *name;
    HRESULT hr;

    if (!call_has(call, argument)) return DISP_E_PARAMNOTOPTIONAL;
    if (V_VT(call->args[argument]) == VT_BSTR && collection->find)
    {
        if (FAILED(hr = call_text(call, argument, &name))) return hr;
        *index = collection->find(call->self, name);
        return *index ? S_OK : OUTLOOK_E_NOT_FOUND;
    }
    if (FAILED(hr = call_long(call, argument, index, 0))) return hr;
    if (*index < 1 || *index > collection->count(call->self)) return call_fail(call, DISP_E_EXCEPTION, TEXT_BAD_INDEX);
    return S_OK;
}

static HRESULT collection_count(struct call *call)
{
    return call_return_long(call, call->self->cls->collection->count(call->self));
}

static HRESULT return_at(struct call *call, long index)
{
    struct object *item;
    HRESULT hr = call->self->cls->collection->at(call->self, index, &item);

    return FAILED(hr) ? hr : call_return_object(call, item);
}

static HRESULT collection_item(struct call *call)
{
    long index;
    HRESULT hr = collection_index(call, 0, &index);

    return FAILED(hr) ? hr : return_at(call, index);
}

/* Nothing beyond either end, and the cursor stays there. */
static HRESULT move_cursor(struct call *call, long index)
{
    long count = call->self->cls->collection->count(call->self);

    call->self->cursor = max(0, min(index, count + 1));
    if (index < 1 || index > count) return call_return_object(call, NULL);
    return return_at(call, index);
}

HRESULT collection_get_first(struct call *call)
{
    return move_cursor(call, 1);
}

HRESULT collection_get_next(struct call *call)
{
    return move_cursor(call, call->self->cursor + 1);
}

HRESULT collection_get_last(struct call *call)
{
    return move_cursor(call, call->self->cls->collection->count(call->self));
}

HRESULT collection_get_previous(struct call *call)
{
    return move_cursor(call, call->self->cursor - 1);
}

struct enumerator
{
    IEnumVARIANT IEnumVARIANT_iface;
    LONG ref;
    struct object *collection; /* counted */
    long index;                /* of the next one */
};

static struct enumerator *impl_from_IEnumVARIANT(IEnumVARIANT *iface)
{
    return CONTAINING_RECORD(iface, struct enumerator, IEnumVARIANT_iface);
}

static HRESULT WINAPI enumerator_QueryInterface(IEnumVARIANT *iface, REFIID riid, void **out)
{
    if (!out) return E_POINTER;
    *out = NULL;
    if (!IsEqualIID(riid, &IID_IUnknown) && !IsEqualIID(riid, &IID_IEnumVARIANT)) return E_NOINTERFACE;
    IEnumVARIANT_AddRef(iface);
    *out = iface;
    return S_OK;
}

static ULONG WINAPI enumerator_AddRef(IEnumVARIANT *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_IEnumVARIANT(iface)->ref);
}

static ULONG WINAPI enumerator_Release(IEnumVARIANT *iface)
{
    struct enumerator *enumerator = impl_from_IEnumVARIANT(iface);
    LONG ref = InterlockedDecrement(&enumerator->ref);

    if (ref) return (ULONG)ref;
    object_release(enumerator->collection);
    CoTaskMemFree(enumerator);
    return 0;
}

static HRESULT WINAPI enumerator_Next(IEnumVARIANT *iface, ULONG count, VARIANT *values, ULONG *fetched)
{
    struct enumerator *enumerator = impl_from_IEnumVARIANT(iface);
    const struct collection *collection = enumerator->collection->cls->collection;
    ULONG got = 0;

    if (fetched) *fetched = 0;
    if (life_is_quitting()) return RPC_E_DISCONNECTED;
    while (got < count && enumerator->index <= collection->count(enumerator->collection))
    {
        struct object *item;
        HRESULT hr = collection->at(enumerator->collection, enumerator->index++, &item);

        if (FAILED(hr)) return hr;
        V_VT(&values[got]) = VT_DISPATCH;
        V_DISPATCH(&values[got++]) = &item->IDispatch_iface;
    }
    if (fetched) *fetched = got;
    return got == count ? S_OK : S_FALSE;
}

static HRESULT WINAPI enumerator_Skip(IEnumVARIANT *iface, ULONG count)
{
    impl_from_IEnumVARIANT(iface)->index += (long)count;
    return S_OK;
}

static HRESULT WINAPI enumerator_Reset(IEnumVARIANT *iface)
{
    impl_from_IEnumVARIANT(iface)->index = 1;
    return S_OK;
}

static IEnumVARIANT *enumerator_create(struct object *collection, long index);

static HRESULT WINAPI enumerator_Clone(IEnumVARIANT *iface, IEnumVARIANT **out)
{
    struct enumerator *enumerator = impl_from_IEnumVARIANT(iface);

    if (!out) return E_POINTER;
    *out = enumerator_create(enumerator->collection, enumerator->index);
    return *out ? S_OK : E_OUTOFMEMORY;
}

static const IEnumVARIANTVtbl enumerator_vtbl = {
    enumerator_QueryInterface,
    enumerator_AddRef,
    enumerator_Release,
    enumerator_Next,
    enumerator_Skip,
    enumerator_Reset,
    enumerator_Clone,
};

static IEnumVARIANT *enumerator_create(struct object *collection, long index)
{
    struct enumerator *enumerator = CoTaskMemAlloc(sizeof(*enumerator));

    if (!enumerator) return NULL;
    enumerator->IEnumVARIANT_iface.lpVtbl = (IEnumVARIANTVtbl *)&enumerator_vtbl;
    enumerator->ref = 1;
    enumerator->collection = collection;
    enumerator->index = index;
    object_add_ref(collection);
    return &enumerator->IEnumVARIANT_iface;
}

static HRESULT collection_new_enum(struct call *call)
{
    IEnumVARIANT *enumerator = enumerator_create(call->self, 1);

    if (!enumerator) return E_OUTOFMEMORY;
    V_VT(call->result) = VT_UNKNOWN;
    V_UNKNOWN(call->result) = (IUnknown *)enumerator;
    return S_OK;
}

/* Outlook's type library has Item at 81 only; it answers 0 and -4 all the same. */
const struct member collection_members[] = {
    {L"Count", 80, KIND_GET, 0, 0, collection_count, 0},
    {L"Item", 81, KIND_METHOD, 1, 1, collection_item, 0},
    {L"_Default", DISPID_VALUE, KIND_METHOD, 1, 1, collection_item, 0},
    {L"_NewEnum", DISPID_NEWENUM, KIND_GET, 0, 0, collection_new_enum, 0},
};
const size_t collection_member_count = ARRAYSIZE(collection_members);

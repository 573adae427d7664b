/* enumerator.c - see enumerator.h. Its place in the collection is all that changes, under a lock, so that two threads
 * that share one enumerator get each element once. */

#include "enumerator.h"
#include <stdlib.h>

struct enumerator
{
    struct com_object com;
    struct com_object *collection; /* one reference */
    enumerator_item item;
    ULONG count;
    SRWLOCK lock;
    ULONG next;
};

static struct enumerator *impl_from_IEnumVARIANT(IEnumVARIANT *iface)
{
    return CONTAINING_RECORD(com_object_from_dual(iface), struct enumerator, com);
}

static HRESULT WINAPI enumerator_QueryInterface(IEnumVARIANT *iface, REFIID iid, void **out)
{
    if (!out) return E_POINTER;
    *out = NULL;
    if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &IID_IEnumVARIANT)) return E_NOINTERFACE;
    *out = iface;
    com_object_AddRef((IDispatch *)iface);
    return S_OK;
}

static ULONG WINAPI enumerator_AddRef(IEnumVARIANT *iface)
{
    return com_object_AddRef((IDispatch *)iface);
}

static ULONG WINAPI enumerator_Release(IEnumVARIANT *iface)
{
    return com_object_Release((IDispatch *)iface);
}

static HRESULT WINAPI enumerator_Next(IEnumVARIANT *iface, ULONG wanted, VARIANT *values, ULONG *fetched)
{
    struct enumerator *enumerator = impl_from_IEnumVARIANT(iface);
    HRESULT hr = S_OK;
    ULONG got = 0;

    if (fetched) *fetched = 0;
    if (!values || (!fetched && wanted != 1)) return E_POINTER;
    for (ULONG i = 0; i < wanted; i++)
        VariantInit(&values[i]);
    AcquireSRWLockExclusive(&enumerator->lock);
    while (got < wanted && enumerator->next < enumerator->count && SUCCEEDED(hr))
    {
        hr = enumerator->item(enumerator->collection, enumerator->next, &values[got]);
        if (FAILED(hr)) break;
        enumerator->next++;
        got++;
    }
    if (FAILED(hr)) enumerator->next -= got;
    ReleaseSRWLockExclusive(&enumerator->lock);
    if (FAILED(hr))
    {
        for (ULONG i = 0; i < got; i++)
            VariantClear(&values[i]);
        return hr;
    }
    if (fetched) *fetched = got;
    return got == wanted ? S_OK : S_FALSE;
}

static HRESULT WINAPI enumerator_Skip(IEnumVARIANT *iface, ULONG wanted)
{
    struct enumerator *enumerator = impl_from_IEnumVARIANT(iface);
    ULONG left;

    AcquireSRWLockExclusive(&enumerator->lock);
    left = enumerator->count - enumerator->next;
    enumerator->next += min(wanted, left);
    ReleaseSRWLockExclusive(&enumerator->lock);
    return wanted <= left ? S_OK : S_FALSE;
}

static HRESULT WINAPI enumerator_Reset(IEnumVARIANT *iface)
{
    struct enumerator *enumerator = impl_from_IEnumVARIANT(iface);

    AcquireSRWLockExclusive(&enumerator->lock);
    enumerator->next = 0;
    ReleaseSRWLockExclusive(&enumerator->lock);
    return S_OK;
}

static HRESULT WINAPI enumerator_Clone(IEnumVARIANT *iface, IEnumVARIANT **out)
{
    struct enumerator *enumerator = impl_from_IEnumVARIANT(iface);
    HRESULT hr;

    if (!out) return E_POINTER;
    *out = NULL;
    hr = enumerator_create(enumerator->collection, enumerator->count, enumerator->item, (IUnknown **)out);
    if (FAILED(hr)) return hr;
    AcquireSRWLockShared(&enumerator->lock);
    impl_from_IEnumVARIANT(*out)->next = enumerator->next;
    ReleaseSRWLockShared(&enumerator->lock);
    return S_OK;
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

static void enumerator_destroy(struct com_object *object)
{
    struct enumerator *enumerator = CONTAINING_RECORD(object, struct enumerator, com);

    com_object_Release(&enumerator->collection->IDispatch_iface);
    free(enumerator);
}

static const struct com_class enumerator_class = {&IID_IEnumVARIANT, &CLSID_NULL, L"Enumerator", enumerator_destroy};

HRESULT enumerator_create(struct com_object *collection, ULONG count, enumerator_item item, IUnknown **out)
{
    struct enumerator *enumerator = calloc(1, sizeof(*enumerator));

    *out = NULL;
    if (!enumerator) return E_OUTOFMEMORY;
    com_object_init(&enumerator->com, &enumerator_class, &enumerator_vtbl);
    com_object_AddRef(&collection->IDispatch_iface);
    enumerator->collection = collection;
    enumerator->item = item;
    enumerator->count = count;
    InitializeSRWLock(&enumerator->lock);
    *out = (IUnknown *)&enumerator->com.IDispatch_iface;
    return S_OK;
}

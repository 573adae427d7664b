/* class_factory.c - see class_factory.h. Class objects are static: their own counts keep nothing alive, locks do. Who
 * comes when the process must end is told so: COM then starts another one for him. */

#include "class_factory.h"
#include "lifetime.h"

static inline struct class_factory *impl_from_IClassFactory(IClassFactory *iface)
{
    return CONTAINING_RECORD(iface, struct class_factory, IClassFactory_iface);
}

static HRESULT WINAPI factory_QueryInterface(IClassFactory *iface, REFIID iid, void **out)
{
    if (!out) return E_POINTER;
    *out = NULL;
    if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &IID_IClassFactory)) return E_NOINTERFACE;
    *out = iface;
    return S_OK;
}

static ULONG WINAPI factory_AddRef(IClassFactory *iface)
{
    (void)iface;
    return 2;
}

static ULONG WINAPI factory_Release(IClassFactory *iface)
{
    (void)iface;
    return 1;
}

static HRESULT WINAPI factory_CreateInstance(IClassFactory *iface, IUnknown *outer, REFIID iid, void **out)
{
    struct class_factory *factory = impl_from_IClassFactory(iface);
    HRESULT hr;

    if (!out) return E_POINTER;
    *out = NULL;
    if (outer) return CLASS_E_NOAGGREGATION;
    if (!lifetime_lock(TRUE)) return CO_E_SERVER_STOPPING;
    hr = factory->create(factory->context, iid, out);
    lifetime_lock(FALSE);
    return hr;
}

static HRESULT WINAPI factory_LockServer(IClassFactory *iface, BOOL lock)
{
    (void)iface;
    return lifetime_lock(lock) ? S_OK : CO_E_SERVER_STOPPING;
}

static const IClassFactoryVtbl factory_vtbl = {
    factory_QueryInterface,
    factory_AddRef,
    factory_Release,
    factory_CreateInstance,
    factory_LockServer,
};

HRESULT class_factory_register(struct class_factory *factory)
{
    factory->IClassFactory_iface.lpVtbl = (IClassFactoryVtbl *)&factory_vtbl;
    return CoRegisterClassObject(factory->clsid, (IUnknown *)&factory->IClassFactory_iface, CLSCTX_LOCAL_SERVER,
        REGCLS_MULTIPLEUSE | REGCLS_SUSPENDED, &factory->cookie);
}

void class_factory_revoke(struct class_factory *factory)
{
    if (factory->cookie) CoRevokeClassObject(factory->cookie);
    factory->cookie = 0;
}

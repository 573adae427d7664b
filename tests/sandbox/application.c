/* application.c - Application: the one object that COM and the running object table hand out.
 * Whether anybody outside holds it is told by IExternalConnection, since the weak entry in the running object table
 * keeps a stub, and with it references, for the whole life of the process. */
#include "life.h"
#include "profile.h"
#include "sandbox.h"
#include <stdlib.h>

static struct application
{
    struct object object;
    IExternalConnection IExternalConnection_iface;
    LONG connections;
} application;

struct object *application_object(void)
{
    return &application.object;
}

static HRESULT WINAPI connection_QueryInterface(IExternalConnection *iface, REFIID riid, void **out)
{
    (void)iface;
    return IDispatch_QueryInterface(&application.object.IDispatch_iface, riid, out);
}

static ULONG WINAPI connection_AddRef(IExternalConnection *iface)
{
    (void)iface;
    return IDispatch_AddRef(&application.object.IDispatch_iface);
}

static ULONG WINAPI connection_Release(IExternalConnection *iface)
{
    (void)iface;
    return IDispatch_Release(&application.object.IDispatch_iface);
}

static DWORD WINAPI connection_AddConnection(IExternalConnection *iface, DWORD kind, DWORD reserved)
{
    LONG count = (kind & EXTCONN_STRONG) ? InterlockedIncrement(&application.connections) : application.connections;

    (void)iface, (void)reserved;
    if (count) life_application_held(true);
    return (DWORD)count;
}

static DWORD WINAPI connection_ReleaseConnection(IExternalConnection *iface, DWORD kind, DWORD reserved, BOOL last)
{
    LONG count = (kind & EXTCONN_STRONG) ? InterlockedDecrement(&application.connections) : application.connections;

    (void)iface, (void)reserved, (void)last;
    if (!count) life_application_held(false);
    return (DWORD)count;
}

static const IExternalConnectionVtbl connection_vtbl = {
    connection_QueryInterface,
    connection_AddRef,
    connection_Release,
    connection_AddConnection,
    connection_ReleaseConnection,
};

static HRESULT application_query(struct object *object, REFIID riid, void **out)
{
    if (!IsEqualIID(riid, &IID_IExternalConnection)) return E_NOINTERFACE;
    object_add_ref(object);
    *out = &application.IExternalConnection_iface;
    return S_OK;
}

static HRESULT application_name(struct call *call)
{
    return call_return_text(call, L"Outlook");
}

static HRESULT application_version(struct call *call)
{
    return call_return_text(call, L"16.0.0.0");
}

static HRESULT application_default_profile(struct call *call)
{
    WCHAR *name = profile_default_name();

    call_return_text(call, name);
    free(name);
    return S_OK;
}

/* False for everybody outside the process. */
static HRESULT application_is_trusted(struct call *call)
{
    return call_return_bool(call, false);
}

static HRESULT application_get_namespace(struct call *call)
{
    const WCHAR *type;
    HRESULT hr = call_text(call, 0, &type);

    if (FAILED(hr)) return hr;
    return text_same(type, L"MAPI") ? call_return_object(call, namespace_create()) : E_INVALIDARG;
}

static HRESULT application_create_item(struct call *call)
{
    long type;
    HRESULT hr = call_long(call, 0, &type, 0);

    if (FAILED(hr)) return hr;
    return type ? E_INVALIDARG : call_return_item(call, mail_item_new(store_default_folder(STORE_DRAFTS)));
}

static HRESULT application_quit(struct call *call)
{
    (void)call;
    life_quit();
    return S_OK;
}

static HRESULT application_explorers(struct call *call)
{
    return call_return_object(call, explorers_create());
}

static HRESULT application_inspectors(struct call *call)
{
    return call_return_object(call, inspectors_create());
}

static HRESULT application_active_explorer(struct call *call)
{
    return call_return_object(call, explorer_create());
}

static HRESULT application_active_inspector(struct call *call)
{
    return call_return_object(call, NULL);
}

static const struct member application_members[] = {
    {L"Name", 12289, KIND_GET, 0, 0, application_name, 0},
    {L"Version", 278, KIND_GET, 0, 0, application_version, 0},
    {L"ActiveExplorer", 273, KIND_METHOD, 0, 0, application_active_explorer, 0},
    {L"ActiveInspector", 274, KIND_METHOD, 0, 0, application_active_inspector, 0},
    {L"ActiveWindow", 287, KIND_METHOD, 0, 0, application_active_explorer, 0},
    {L"CreateItem", 266, KIND_METHOD | KIND_SESSION, 1, 1, application_create_item, 0},
    {L"GetNamespace", 272, KIND_METHOD, 1, 1, application_get_namespace, 0},
    {L"Quit", 275, KIND_METHOD, 0, 0, application_quit, 0},
    {L"Explorers", 281, KIND_GET, 0, 0, application_explorers, 0},
    {L"Inspectors", 282, KIND_GET, 0, 0, application_inspectors, 0},
    {L"DefaultProfileName", 64214, KIND_GET, 0, 0, application_default_profile, 0},
    {L"IsTrusted", 64499, KIND_GET, 0, 0, application_is_trusted, 0},
};

const struct object_class application_class = {
    .name = L"Application",
    .number = 0,
    CLASS_MEMBERS(application_members),
    .query = application_query,
};

void application_init(void)
{
    application.IExternalConnection_iface.lpVtbl = (IExternalConnectionVtbl *)&connection_vtbl;
    object_init(&application.object, &application_class);
}

/* bare_server.c - the least a COM local server can be, to measure the broker beside: one object, multithreaded, whose
 * null method does nothing. It ends when the last object is gone.
 * `/RegServer` writes what COM needs to find it, with the proxies of bare-ps.dll, which lies beside it. */
#include <windows.h>
#include <stdlib.h>
#include <wchar.h>
#include <oleauto.h>
#include "bare.h"

struct bare
{
    IBare IBare_iface;
    LONG ref;
};

static ITypeInfo *description;
static HANDLE unused;

static HRESULT bare_create(REFIID iid, void **out);

static inline struct bare *impl_from_IBare(IBare *iface)
{
    return CONTAINING_RECORD(iface, struct bare, IBare_iface);
}

static HRESULT WINAPI bare_QueryInterface(IBare *iface, REFIID iid, void **out)
{
    const BOOL known = IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IDispatch) || IsEqualIID(iid, &IID_IBare);

    if (!out) return E_POINTER;
    *out = known ? iface : NULL;
    if (known) IBare_AddRef(iface);
    return known ? S_OK : E_NOINTERFACE;
}

static ULONG WINAPI bare_AddRef(IBare *iface)
{
    return (ULONG)InterlockedIncrement(&impl_from_IBare(iface)->ref);
}

static ULONG WINAPI bare_Release(IBare *iface)
{
    struct bare *bare = impl_from_IBare(iface);
    ULONG ref = (ULONG)InterlockedDecrement(&bare->ref);

    if (ref) return ref;
    free(bare);
    if (!CoReleaseServerProcess()) SetEvent(unused);
    return 0;
}

static HRESULT WINAPI bare_GetTypeInfoCount(IBare *iface, UINT *count)
{
    (void)iface;
    *count = 1;
    return S_OK;
}

static HRESULT WINAPI bare_GetTypeInfo(IBare *iface, UINT index, LCID lcid, ITypeInfo **info)
{
    (void)iface, (void)lcid;
    *info = index ? NULL : description;
    if (index) return DISP_E_BADINDEX;
    ITypeInfo_AddRef(description);
    return S_OK;
}

static HRESULT WINAPI bare_GetIDsOfNames(IBare *iface, REFIID iid, LPOLESTR *names, UINT count, LCID lcid, DISPID *ids)
{
    (void)iface, (void)iid, (void)lcid;
    return ITypeInfo_GetIDsOfNames(description, names, count, ids);
}

static HRESULT WINAPI bare_Invoke(IBare *iface, DISPID id, REFIID iid, LCID lcid, WORD flags, DISPPARAMS *params,
    VARIANT *result, EXCEPINFO *exception, UINT *bad_argument)
{
    (void)iid, (void)lcid;
    return ITypeInfo_Invoke(description, iface, id, flags, params, result, exception, bad_argument);
}

static HRESULT WINAPI bare_Null(IBare *iface)
{
    (void)iface;
    return S_OK;
}

static HRESULT WINAPI bare_get_Version(IBare *iface, BSTR *version)
{
    (void)iface;
    *version = SysAllocString(OB_VERSION);
    return *version ? S_OK : E_OUTOFMEMORY;
}

static HRESULT WINAPI bare_Make(IBare *iface, IBare **made)
{
    (void)iface;
    return bare_create(&IID_IBare, (void **)made);
}

static const IBareVtbl bare_vtbl = {
    bare_QueryInterface,
    bare_AddRef,
    bare_Release,
    bare_GetTypeInfoCount,
    bare_GetTypeInfo,
    bare_GetIDsOfNames,
    bare_Invoke,
    bare_Null,
    bare_get_Version,
    bare_Make,
};

static HRESULT bare_create(REFIID iid, void **out)
{
    struct bare *bare = calloc(1, sizeof(*bare));
    HRESULT hr;

    *out = NULL;
    if (!bare) return E_OUTOFMEMORY;
    bare->IBare_iface.lpVtbl = (IBareVtbl *)&bare_vtbl;
    bare->ref = 1;
    CoAddRefServerProcess();
    hr = IBare_QueryInterface(&bare->IBare_iface, iid, out);
    IBare_Release(&bare->IBare_iface);
    return hr;
}

static HRESULT WINAPI factory_QueryInterface(IClassFactory *iface, REFIID iid, void **out)
{
    const BOOL known = IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IClassFactory);

    *out = known ? iface : NULL;
    return known ? S_OK : E_NOINTERFACE;
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
    (void)iface;
    *out = NULL;
    return outer ? CLASS_E_NOAGGREGATION : bare_create(iid, out);
}

static HRESULT WINAPI factory_LockServer(IClassFactory *iface, BOOL lock)
{
    (void)iface, (void)lock;
    return S_OK;
}

static const IClassFactoryVtbl factory_vtbl = {
    factory_QueryInterface,
    factory_AddRef,
    factory_Release,
    factory_CreateInstance,
    factory_LockServer,
};
static IClassFactory factory = {(IClassFactoryVtbl *)&factory_vtbl};

/* As in the broker's test build: without a stub that stays, Wine may wait for ever in a client's last Release (see
 * server/host/wine.h). */
static HRESULT keep_interfaces(void)
{
    static struct bare kept = {{(IBareVtbl *)&bare_vtbl}, 1};
    IStream *nowhere;
    HRESULT hr = CreateStreamOnHGlobal(NULL, TRUE, &nowhere);

    if (FAILED(hr)) return hr;
    hr = CoMarshalInterface(
        nowhere, &IID_IClassFactory, (IUnknown *)&factory, MSHCTX_LOCAL, NULL, MSHLFLAGS_TABLESTRONG);
    if (SUCCEEDED(hr))
        hr = CoMarshalInterface(
            nowhere, &IID_IBare, (IUnknown *)&kept.IBare_iface, MSHCTX_LOCAL, NULL, MSHLFLAGS_TABLESTRONG);
    IStream_Release(nowhere);
    return hr;
}

static int serve(const WCHAR *program)
{
    ITypeLib *library;
    DWORD cookie;

    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))) return 1;
    if (FAILED(LoadTypeLibEx(program, REGKIND_NONE, &library))) return 1;
    if (FAILED(ITypeLib_GetTypeInfoOfGuid(library, &IID_IBare, &description))) return 1;
    unused = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (FAILED(keep_interfaces())) return 1;
    if (FAILED(
            CoRegisterClassObject(&CLSID_Bare, (IUnknown *)&factory, CLSCTX_LOCAL_SERVER, REGCLS_MULTIPLEUSE, &cookie)))
        return 1;
    WaitForSingleObject(unused, INFINITE);
    CoRevokeClassObject(cookie);
    CoUninitialize();
    return 0;
}

/* What is registered: %p is this program, %d the proxies' DLL. */
static const struct
{
    const WCHAR *key, *name, *text;
} rows[] = {
    {L"CLSID\\{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A02}\\LocalServer32", NULL, L"\"%p\""},
    {L"TypeLib\\{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A00}\\1.0\\0\\win64", NULL, L"%p"},
    {L"CLSID\\{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A03}\\InProcServer32", NULL, L"%d"},
    {L"CLSID\\{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A03}\\InProcServer32", L"ThreadingModel", L"Both"},
    {L"Interface\\{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A01}\\TypeLib", NULL, L"{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A00}"},
    {L"Interface\\{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A01}\\TypeLib", L"Version", L"1.0"},
    {L"Interface\\{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A01}\\ProxyStubClsid32", NULL,
        L"{5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A03}"},
};

/* text with its one %-insert, if it has one, filled in. */
static void fill_in(const WCHAR *text, const WCHAR *program, const WCHAR *proxies, WCHAR out[2 * MAX_PATH])
{
    const WCHAR *insert = wcschr(text, L'%');
    const WCHAR *with = insert && insert[1] == L'p' ? program : proxies;

    if (insert)
        swprintf(out, 2 * MAX_PATH, L"%.*ls%ls%ls", (int)(insert - text), text, with, insert + 2);
    else
        swprintf(out, 2 * MAX_PATH, L"%ls", text);
}

static int register_server(const WCHAR *program)
{
    WCHAR proxies[MAX_PATH + 16], text[2 * MAX_PATH];

    wcscpy(proxies, program);
    wcscpy(wcsrchr(proxies, L'\\') + 1, L"bare-ps.dll");
    for (size_t i = 0; i < ARRAYSIZE(rows); i++)
    {
        DWORD size;

        fill_in(rows[i].text, program, proxies, text);
        size = (DWORD)((wcslen(text) + 1) * sizeof(*text));
        if (RegSetKeyValueW(HKEY_CLASSES_ROOT, rows[i].key, rows[i].name, REG_SZ, text, size)) return 1;
    }
    return 0;
}

int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, WCHAR *command, int show)
{
    WCHAR program[MAX_PATH];

    (void)instance, (void)previous, (void)show;
    if (!GetModuleFileNameW(NULL, program, ARRAYSIZE(program))) return 1;
    return wcsstr(command, L"/RegServer") ? register_server(program) : serve(program);
}

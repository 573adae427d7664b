/* proxy.c - outlook-broker-ps.dll: how it registers itself for its own view (regsvr32). Proxies, stubs and their class
 * factory are widl's output, so all of this follows from the IDL.
 * There is one ProxyStubClsid32 for each interface and view: unregistering gives an interface with a type library back
 * to the type library marshaler, so that clients go on working, and removes what nothing else needs. A registration by
 * which another DLL took an interface over stays as it is. */
#include <rpcproxy.h>
#include <stdio.h>
#include <wchar.h>

#define GUID_SIZE 39
#define KEY_SIZE 128

static const WCHAR type_library_marshaler[] = L"{00020424-0000-0000-C000-000000000046}";

static HINSTANCE self;

/* Of widl's output. */
void RPC_ENTRY GetProxyDllInfo(const ProxyFileInfo ***files, const CLSID **clsid);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH) return TRUE;
    self = instance;
    DisableThreadLibraryCalls(instance);
    return TRUE;
}

static HRESULT result_of(LSTATUS status)
{
    return status == ERROR_FILE_NOT_FOUND ? S_OK : HRESULT_FROM_WIN32(status);
}

/* True if the interface is marshaled by this DLL. */
static BOOL is_ours(const WCHAR *interface_key, const WCHAR *clsid)
{
    WCHAR marshaler[GUID_SIZE + 1];
    DWORD size = sizeof(marshaler);
    WCHAR key[KEY_SIZE];

    swprintf(key, ARRAYSIZE(key), L"%ls\\ProxyStubClsid32", interface_key);
    return !RegGetValueW(HKEY_CLASSES_ROOT, key, NULL, RRF_RT_REG_SZ, NULL, marshaler, &size) &&
           !_wcsicmp(marshaler, clsid);
}

static HRESULT give_back(const IID *iid, const WCHAR *clsid)
{
    WCHAR text[GUID_SIZE], key[KEY_SIZE], below[KEY_SIZE];
    HKEY library;
    LSTATUS status;

    StringFromGUID2(iid, text, ARRAYSIZE(text));
    swprintf(key, ARRAYSIZE(key), L"Interface\\%ls", text);
    if (!is_ours(key, clsid)) return S_OK;
    swprintf(below, ARRAYSIZE(below), L"%ls\\TypeLib", key);
    if (RegOpenKeyExW(HKEY_CLASSES_ROOT, below, 0, KEY_READ, &library))
        return result_of(RegDeleteTreeW(HKEY_CLASSES_ROOT, key));
    RegCloseKey(library);
    /* Of the proxies alone. */
    swprintf(below, ARRAYSIZE(below), L"%ls\\NumMethods", key);
    RegDeleteTreeW(HKEY_CLASSES_ROOT, below);
    swprintf(below, ARRAYSIZE(below), L"%ls\\ProxyStubClsid32", key);
    status =
        RegSetKeyValueW(HKEY_CLASSES_ROOT, below, NULL, REG_SZ, type_library_marshaler, sizeof(type_library_marshaler));
    return HRESULT_FROM_WIN32(status);
}

HRESULT WINAPI DllRegisterServer(void)
{
    const ProxyFileInfo **files;
    const CLSID *clsid;

    GetProxyDllInfo(&files, &clsid);
    return NdrDllRegisterProxy(self, files, clsid);
}

HRESULT WINAPI DllUnregisterServer(void)
{
    WCHAR text[GUID_SIZE], key[KEY_SIZE];
    const ProxyFileInfo **files;
    const CLSID *clsid;
    HRESULT hr = S_OK, one;

    GetProxyDllInfo(&files, &clsid);
    StringFromGUID2(clsid, text, ARRAYSIZE(text));
    for (; *files; files++)
        for (unsigned i = 0; i < (*files)->TableSize; i++)
            if (FAILED(one = give_back((*files)->pStubVtblList[i]->header.piid, text))) hr = one;
    swprintf(key, ARRAYSIZE(key), L"CLSID\\%ls", text);
    one = result_of(RegDeleteTreeW(HKEY_CLASSES_ROOT, key));
    return FAILED(one) ? one : hr;
}

/* engine.c - runs a VBScript in the engine of the machine, as its site. */
#include <initguid.h>
#include "asp.h"
#include <activscp.h>
#include <wchar.h>

struct site
{
    IActiveScriptSite IActiveScriptSite_iface;
    const struct named_object *objects;
    struct script_error *error;
};

static struct site *impl_from_IActiveScriptSite(IActiveScriptSite *iface)
{
    return CONTAINING_RECORD(iface, struct site, IActiveScriptSite_iface);
}

static HRESULT WINAPI site_QueryInterface(IActiveScriptSite *iface, REFIID iid, void **out)
{
    *out = NULL;
    if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &IID_IActiveScriptSite)) return E_NOINTERFACE;
    *out = iface;
    return S_OK;
}

/* It stands on the stack of engine_run. */
static ULONG WINAPI site_AddRef(IActiveScriptSite *iface)
{
    (void)iface;
    return 2;
}

static ULONG WINAPI site_Release(IActiveScriptSite *iface)
{
    (void)iface;
    return 1;
}

static HRESULT WINAPI site_GetLCID(IActiveScriptSite *iface, LCID *lcid)
{
    (void)iface;
    *lcid = GetUserDefaultLCID();
    return S_OK;
}

static HRESULT WINAPI site_GetItemInfo(
    IActiveScriptSite *iface, LPCOLESTR name, DWORD mask, IUnknown **object, ITypeInfo **info)
{
    const struct named_object *row = impl_from_IActiveScriptSite(iface)->objects;

    if (mask & SCRIPTINFO_ITYPEINFO) *info = NULL;
    while (row->name && _wcsicmp(row->name, name))
        row++;
    if (!row->name || !(mask & SCRIPTINFO_IUNKNOWN)) return TYPE_E_ELEMENTNOTFOUND;
    *object = (IUnknown *)row->object;
    IUnknown_AddRef(*object);
    return S_OK;
}

static HRESULT WINAPI site_GetDocVersionString(IActiveScriptSite *iface, BSTR *version)
{
    (void)iface;
    *version = SysAllocString(L"1");
    return S_OK;
}

static HRESULT WINAPI site_OnScriptTerminate(IActiveScriptSite *iface, const VARIANT *result, const EXCEPINFO *error)
{
    (void)iface;
    (void)result;
    (void)error;
    return S_OK;
}

static HRESULT WINAPI site_OnStateChange(IActiveScriptSite *iface, SCRIPTSTATE state)
{
    (void)iface;
    (void)state;
    return S_OK;
}

static HRESULT WINAPI site_OnScriptError(IActiveScriptSite *iface, IActiveScriptError *script_error)
{
    struct script_error *error = impl_from_IActiveScriptSite(iface)->error;
    EXCEPINFO info = {0};
    DWORD context;
    ULONG line = 0;
    LONG column;

    IActiveScriptError_GetSourcePosition(script_error, &context, &line, &column);
    IActiveScriptError_GetExceptionInfo(script_error, &info);
    SysFreeString(error->text);
    *error = (struct script_error){line, info.scode, info.bstrDescription};
    SysFreeString(info.bstrSource);
    SysFreeString(info.bstrHelpFile);
    return S_OK;
}

static HRESULT WINAPI site_OnEnterScript(IActiveScriptSite *iface)
{
    (void)iface;
    return S_OK;
}

static HRESULT WINAPI site_OnLeaveScript(IActiveScriptSite *iface)
{
    (void)iface;
    return S_OK;
}

static const IActiveScriptSiteVtbl site_vtbl = {site_QueryInterface, site_AddRef, site_Release, site_GetLCID,
    site_GetItemInfo, site_GetDocVersionString, site_OnScriptTerminate, site_OnStateChange, site_OnScriptError,
    site_OnEnterScript, site_OnLeaveScript};

static HRESULT run(IActiveScript *engine, IActiveScriptParse64 *parser, struct site *site, const WCHAR *script)
{
    HRESULT hr = IActiveScript_SetScriptSite(engine, &site->IActiveScriptSite_iface);
    EXCEPINFO error = {0};

    if (SUCCEEDED(hr)) hr = IActiveScriptParse64_InitNew(parser);
    for (const struct named_object *row = site->objects; SUCCEEDED(hr) && row->name; row++)
        hr = IActiveScript_AddNamedItem(engine, row->name, SCRIPTITEM_ISVISIBLE);
    if (SUCCEEDED(hr)) hr = IActiveScript_SetScriptState(engine, SCRIPTSTATE_STARTED);
    if (SUCCEEDED(hr))
        hr = IActiveScriptParse64_ParseScriptText(parser, script, NULL, NULL, NULL, 0, 0, 0, NULL, &error);
    IActiveScript_Close(engine);
    return hr;
}

HRESULT engine_run(const WCHAR *script, const struct named_object *objects, struct script_error *error)
{
    struct site site = {{(IActiveScriptSiteVtbl *)&site_vtbl}, objects, error};
    IActiveScriptParse64 *parser = NULL;
    IActiveScript *engine = NULL;
    CLSID clsid;
    HRESULT hr = CLSIDFromProgID(L"VBScript", &clsid);

    *error = (struct script_error){0};
    if (SUCCEEDED(hr)) hr = CoCreateInstance(&clsid, NULL, CLSCTX_INPROC_SERVER, &IID_IActiveScript, (void **)&engine);
    if (SUCCEEDED(hr)) hr = IActiveScript_QueryInterface(engine, &IID_IActiveScriptParse64, (void **)&parser);
    if (SUCCEEDED(hr)) hr = run(engine, parser, &site, script);
    if (parser) IActiveScriptParse64_Release(parser);
    if (engine) IActiveScript_Release(engine);
    if (SUCCEEDED(hr) && error->code) hr = error->code;
    if (FAILED(hr) && !error->code) error->code = hr;
    return hr;
}

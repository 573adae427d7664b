/* intrinsic.c - see intrinsic.h. */
#include "intrinsic.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static struct intrinsic *impl_from_IDispatch(IDispatch *iface)
{
    return CONTAINING_RECORD(iface, struct intrinsic, IDispatch_iface);
}

static HRESULT WINAPI intrinsic_QueryInterface(IDispatch *iface, REFIID iid, void **out)
{
    *out = NULL;
    if (!IsEqualIID(iid, &IID_IUnknown) && !IsEqualIID(iid, &IID_IDispatch)) return E_NOINTERFACE;
    *out = iface;
    IDispatch_AddRef(iface);
    return S_OK;
}

static ULONG WINAPI intrinsic_AddRef(IDispatch *iface)
{
    return (ULONG)++impl_from_IDispatch(iface)->ref;
}

static ULONG WINAPI intrinsic_Release(IDispatch *iface)
{
    struct intrinsic *self = impl_from_IDispatch(iface);
    LONG ref = --self->ref;

    if (ref) return (ULONG)ref;
    if (self->cls->destroy) self->cls->destroy(self);
    free(self);
    return 0;
}

static HRESULT WINAPI intrinsic_GetTypeInfoCount(IDispatch *iface, UINT *count)
{
    (void)iface;
    *count = 0;
    return S_OK;
}

static HRESULT WINAPI intrinsic_GetTypeInfo(IDispatch *iface, UINT index, LCID lcid, ITypeInfo **info)
{
    (void)iface;
    (void)index;
    (void)lcid;
    *info = NULL;
    return DISP_E_BADINDEX;
}

static HRESULT WINAPI intrinsic_GetIDsOfNames(
    IDispatch *iface, REFIID iid, LPOLESTR *names, UINT count, LCID lcid, DISPID *ids)
{
    const struct intrinsic_class *cls = impl_from_IDispatch(iface)->cls;

    (void)iid;
    (void)lcid;
    for (UINT i = 0; i < count; i++)
        ids[i] = DISPID_UNKNOWN;
    for (unsigned i = 0; i < cls->count; i++)
    {
        if (!cls->members[i].name || _wcsicmp(cls->members[i].name, names[0])) continue;
        ids[0] = (DISPID)i;
        return count == 1 ? S_OK : DISP_E_UNKNOWNNAME;
    }
    return DISP_E_UNKNOWNNAME;
}

static HRESULT WINAPI intrinsic_Invoke(IDispatch *iface, DISPID id, REFIID iid, LCID lcid, WORD flags,
    DISPPARAMS *params, VARIANT *result, EXCEPINFO *error, UINT *bad_argument)
{
    struct intrinsic *self = impl_from_IDispatch(iface);
    VARIANT ignored = {.vt = VT_EMPTY};
    struct call call = {.self = self, .result = result ? result : &ignored, .error = error};
    const struct member *member;
    HRESULT hr = S_OK;

    (void)iid;
    (void)lcid;
    (void)bad_argument;
    VariantInit(call.result);
    if (id < 0 || (unsigned)id >= self->cls->count || !self->cls->members[id].name) return DISP_E_MEMBERNOTFOUND;
    member = &self->cls->members[id];
    call.put = (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF)) != 0;
    if (call.put && !member->settable) return DISP_E_MEMBERNOTFOUND;
    if (params->cArgs > member->max_arguments + call.put || params->cNamedArgs > call.put) return DISP_E_BADPARAMCOUNT;
    call.count = params->cArgs;
    for (unsigned i = 0; SUCCEEDED(hr) && i < call.count; i++)
        hr = VariantCopyInd(&call.arguments[i], &params->rgvarg[call.count - 1 - i]);
    if (SUCCEEDED(hr)) hr = member->function(&call);
    for (unsigned i = 0; i < call.count; i++)
        VariantClear(&call.arguments[i]);
    if (!result) VariantClear(&ignored);
    return hr;
}

static const IDispatchVtbl intrinsic_vtbl = {intrinsic_QueryInterface, intrinsic_AddRef, intrinsic_Release,
    intrinsic_GetTypeInfoCount, intrinsic_GetTypeInfo, intrinsic_GetIDsOfNames, intrinsic_Invoke};

void *intrinsic_create(const struct intrinsic_class *cls)
{
    struct intrinsic *self = calloc(1, cls->size);

    if (!self) ExitProcess(3);
    self->IDispatch_iface.lpVtbl = (IDispatchVtbl *)&intrinsic_vtbl;
    self->ref = 1;
    self->cls = cls;
    return self;
}

HRESULT call_fail(struct call *call, HRESULT code, const WCHAR *source, const WCHAR *text)
{
    if (!call->error) return code;
    memset(call->error, 0, sizeof(*call->error));
    call->error->scode = code;
    call->error->bstrSource = SysAllocString(source);
    call->error->bstrDescription = SysAllocString(text);
    return DISP_E_EXCEPTION;
}

HRESULT call_text(struct call *call, unsigned index, BSTR *text)
{
    VARIANT value;
    HRESULT hr;

    *text = NULL;
    if (index >= call->count) return DISP_E_BADPARAMCOUNT;
    VariantInit(&value);
    if (V_VT(&call->arguments[index]) == VT_NULL)
        hr = S_OK;
    else
        hr = VariantChangeType(&value, &call->arguments[index], VARIANT_ALPHABOOL, VT_BSTR);
    if (SUCCEEDED(hr)) *text = V_VT(&value) == VT_BSTR && V_BSTR(&value) ? V_BSTR(&value) : SysAllocString(L"");
    return hr;
}

HRESULT call_return_text(struct call *call, BSTR text)
{
    V_VT(call->result) = VT_BSTR;
    V_BSTR(call->result) = text;
    return text ? S_OK : E_OUTOFMEMORY;
}

HRESULT call_return_object(struct call *call, void *object)
{
    V_VT(call->result) = VT_DISPATCH;
    V_DISPATCH(call->result) = object;
    return S_OK;
}

HRESULT call_return_long(struct call *call, LONG number)
{
    V_VT(call->result) = VT_I4;
    V_I4(call->result) = number;
    return S_OK;
}

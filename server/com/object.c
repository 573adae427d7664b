/* object.c - see object.h. */

#include "object.h"
#include "error_info.h"
#include "invoke.h"
#include "lifetime.h"
#include "rundown.h"
#include "type_library.h"

static inline struct com_object *impl_from_ISupportErrorInfo(ISupportErrorInfo *iface)
{
    return CONTAINING_RECORD(iface, struct com_object, ISupportErrorInfo_iface);
}

static inline struct com_object *impl_from_IProvideClassInfo2(IProvideClassInfo2 *iface)
{
    return CONTAINING_RECORD(iface, struct com_object, IProvideClassInfo2_iface);
}

HRESULT WINAPI com_object_QueryInterface(IDispatch *iface, REFIID iid, void **out)
{
    struct com_object *object = com_object_from_dual(iface);

    if (!out) return E_POINTER;
    *out = NULL;
    if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IDispatch) || IsEqualIID(iid, object->class->iid))
        *out = &object->IDispatch_iface;
    else if (IsEqualIID(iid, &IID_ISupportErrorInfo))
        *out = &object->ISupportErrorInfo_iface;
    else if (IsEqualIID(iid, &IID_IProvideClassInfo) || IsEqualIID(iid, &IID_IProvideClassInfo2))
        *out = &object->IProvideClassInfo2_iface;
    if (!*out) return E_NOINTERFACE;
    com_object_AddRef(iface);
    return S_OK;
}

ULONG WINAPI com_object_AddRef(IDispatch *iface)
{
    return (ULONG)InterlockedIncrement(&com_object_from_dual(iface)->ref);
}

ULONG WINAPI com_object_Release(IDispatch *iface)
{
    struct com_object *object = com_object_from_dual(iface);
    ULONG ref = (ULONG)InterlockedDecrement(&object->ref);

    if (!ref)
    {
        rundown_forget(object);
        object->class->destroy(object);
        lifetime_object_gone();
    }
    return ref;
}

HRESULT WINAPI com_object_GetTypeInfoCount(IDispatch *iface, UINT *count)
{
    (void)iface;
    if (!count) return E_POINTER;
    *count = 1;
    return S_OK;
}

HRESULT WINAPI com_object_GetTypeInfo(IDispatch *iface, UINT index, LCID lcid, ITypeInfo **info)
{
    (void)lcid;
    if (!info) return E_POINTER;
    *info = NULL;
    if (index) return DISP_E_BADINDEX;
    return type_library_info(com_object_from_dual(iface)->class->iid, info);
}

HRESULT WINAPI com_object_GetIDsOfNames(
    IDispatch *iface, REFIID iid, LPOLESTR *names, UINT count, LCID lcid, DISPID *ids)
{
    ITypeInfo *info;
    HRESULT hr;

    (void)lcid;
    if (!IsEqualIID(iid, &IID_NULL)) return DISP_E_UNKNOWNINTERFACE;
    if (!names || !ids || !count) return E_INVALIDARG;
    if (FAILED(hr = type_library_info(com_object_from_dual(iface)->class->iid, &info))) return hr;
    hr = ITypeInfo_GetIDsOfNames(info, names, count, ids);
    ITypeInfo_Release(info);
    return hr;
}

HRESULT WINAPI com_object_Invoke(IDispatch *iface, DISPID id, REFIID iid, LCID lcid, WORD flags, DISPPARAMS *params,
    VARIANT *result, EXCEPINFO *exception, UINT *bad_argument)
{
    struct com_object *object = com_object_from_dual(iface);
    ITypeInfo *info;
    HRESULT hr;

    (void)lcid;
    if (!IsEqualIID(iid, &IID_NULL)) return DISP_E_UNKNOWNINTERFACE;
    if (!params) return E_INVALIDARG;
    if (FAILED(hr = type_library_info(object->class->iid, &info))) return hr;
    hr = invoke_checked(info, object, id, flags, params, result, exception, bad_argument);
    ITypeInfo_Release(info);
    return hr;
}

static HRESULT WINAPI support_error_info_QueryInterface(ISupportErrorInfo *iface, REFIID iid, void **out)
{
    return com_object_QueryInterface(&impl_from_ISupportErrorInfo(iface)->IDispatch_iface, iid, out);
}

static ULONG WINAPI support_error_info_AddRef(ISupportErrorInfo *iface)
{
    return com_object_AddRef(&impl_from_ISupportErrorInfo(iface)->IDispatch_iface);
}

static ULONG WINAPI support_error_info_Release(ISupportErrorInfo *iface)
{
    return com_object_Release(&impl_from_ISupportErrorInfo(iface)->IDispatch_iface);
}

static HRESULT WINAPI support_error_info_InterfaceSupportsErrorInfo(ISupportErrorInfo *iface, REFIID iid)
{
    return IsEqualIID(iid, impl_from_ISupportErrorInfo(iface)->class->iid) ? S_OK : S_FALSE;
}

static const ISupportErrorInfoVtbl support_error_info_vtbl = {
    support_error_info_QueryInterface,
    support_error_info_AddRef,
    support_error_info_Release,
    support_error_info_InterfaceSupportsErrorInfo,
};

static HRESULT WINAPI class_info_QueryInterface(IProvideClassInfo2 *iface, REFIID iid, void **out)
{
    return com_object_QueryInterface(&impl_from_IProvideClassInfo2(iface)->IDispatch_iface, iid, out);
}

static ULONG WINAPI class_info_AddRef(IProvideClassInfo2 *iface)
{
    return com_object_AddRef(&impl_from_IProvideClassInfo2(iface)->IDispatch_iface);
}

static ULONG WINAPI class_info_Release(IProvideClassInfo2 *iface)
{
    return com_object_Release(&impl_from_IProvideClassInfo2(iface)->IDispatch_iface);
}

static HRESULT WINAPI class_info_GetClassInfo(IProvideClassInfo2 *iface, ITypeInfo **info)
{
    if (!info) return E_POINTER;
    *info = NULL;
    return type_library_info(impl_from_IProvideClassInfo2(iface)->class->clsid, info);
}

/* No object of this server raises events yet, so none has a default source interface. */
static HRESULT WINAPI class_info_GetGUID(IProvideClassInfo2 *iface, DWORD kind, GUID *guid)
{
    (void)iface;
    if (!guid) return E_POINTER;
    memset(guid, 0, sizeof(*guid));
    return kind == GUIDKIND_DEFAULT_SOURCE_DISP_IID ? E_FAIL : E_INVALIDARG;
}

static const IProvideClassInfo2Vtbl class_info_vtbl = {
    class_info_QueryInterface,
    class_info_AddRef,
    class_info_Release,
    class_info_GetClassInfo,
    class_info_GetGUID,
};

void com_object_init(struct com_object *object, const struct com_class *class, const void *vtable)
{
    object->IDispatch_iface.lpVtbl = (IDispatchVtbl *)vtable;
    object->ISupportErrorInfo_iface.lpVtbl = (ISupportErrorInfoVtbl *)&support_error_info_vtbl;
    object->IProvideClassInfo2_iface.lpVtbl = (IProvideClassInfo2Vtbl *)&class_info_vtbl;
    object->ref = 1;
    object->class = class;
    lifetime_object_made();
    rundown_remember(object);
}

/* message_filter.c - what the Outlook thread has COM do: each incoming call is taken, and a call that a busy Outlook
 * refused comes back at once, since who asks again, how often and until when is decided in one place (call_again). One
 * that COM kept asking for until the deadline would end for who waits as one that may still take effect. The filter is
 * a part of the apartment and counts its references. */
#include "internal.h"

#define GIVE_UP ((DWORD)-1)

static struct apartment *impl_from_IMessageFilter(IMessageFilter *iface)
{
    return CONTAINING_RECORD(iface, struct apartment, IMessageFilter_iface);
}

static HRESULT WINAPI filter_QueryInterface(IMessageFilter *iface, REFIID iid, void **out)
{
    if (!out) return E_POINTER;
    *out = NULL;
    if (!IsEqualGUID(iid, &IID_IUnknown) && !IsEqualGUID(iid, &IID_IMessageFilter)) return E_NOINTERFACE;
    IMessageFilter_AddRef(iface);
    *out = iface;
    return S_OK;
}

static ULONG WINAPI filter_AddRef(IMessageFilter *iface)
{
    apartment_hold(impl_from_IMessageFilter(iface));
    return 2;
}

static ULONG WINAPI filter_Release(IMessageFilter *iface)
{
    apartment_release(impl_from_IMessageFilter(iface));
    return 1;
}

static DWORD WINAPI filter_HandleInComingCall(
    IMessageFilter *iface, DWORD type, HTASK caller, DWORD elapsed_ms, LPINTERFACEINFO info)
{
    (void)iface, (void)type, (void)caller, (void)elapsed_ms, (void)info;
    return SERVERCALL_ISHANDLED;
}

static DWORD WINAPI filter_RetryRejectedCall(IMessageFilter *iface, HTASK callee, DWORD elapsed_ms, DWORD reject_type)
{
    (void)iface, (void)callee, (void)elapsed_ms, (void)reject_type;
    return GIVE_UP;
}

static DWORD WINAPI filter_MessagePending(IMessageFilter *iface, HTASK callee, DWORD elapsed_ms, DWORD pending_type)
{
    (void)iface, (void)callee, (void)elapsed_ms, (void)pending_type;
    return PENDINGMSG_WAITDEFPROCESS;
}

static const IMessageFilterVtbl filter_vtbl = {
    filter_QueryInterface,
    filter_AddRef,
    filter_Release,
    filter_HandleInComingCall,
    filter_RetryRejectedCall,
    filter_MessagePending,
};

HRESULT message_filter_install(struct apartment *apartment)
{
    apartment->IMessageFilter_iface.lpVtbl = (IMessageFilterVtbl *)&filter_vtbl;
    return CoRegisterMessageFilter(&apartment->IMessageFilter_iface, NULL);
}

void message_filter_remove(void)
{
    IMessageFilter *filter = NULL;

    if (SUCCEEDED(CoRegisterMessageFilter(NULL, &filter)) && filter) IMessageFilter_Release(filter);
}

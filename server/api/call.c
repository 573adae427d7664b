/* call.c - see call.h. The gate comes first: where the broker refuses, every caller is told why. */

#include "call.h"
#include <wchar.h>
#include "com/error_info.h"

static void call_init(
    struct call *call, struct broker *broker, struct session_timeout *timeout, const IID *iid, const WCHAR *member)
{
    memset(call, 0, sizeof(*call));
    call->broker = broker;
    call->timeout = timeout;
    call->iid = iid;
    call->member = member;
    call->timeout_ms = session_timeout_ms(timeout);
    call->until = deadline_in((DWORD)call->timeout_ms);
}

BOOL call_may(const struct call *call, enum right right)
{
    return rights_have(&call->caller.facts, right);
}

HRESULT call_need(struct call *call, enum right right)
{
    static const enum error_id ids[] = {
        [denial_account] = error_denied,
        [denial_process] = error_denied_process,
        [denial_right] = error_denied_right,
    };

    if (call_may(call, right)) return S_OK;
    return error_set(
        &call->error, ids[rights_denial(&call->caller.facts)], 3, call->caller.name, call->member, right_beyond(right));
}

HRESULT call_need_owner(struct call *call, const WCHAR *owner_sid, const WCHAR *kind)
{
    if (!wcscmp(owner_sid, call->caller.sid)) return S_OK;
    return error_set(&call->error, error_not_owner, 2, call->caller.name, kind);
}

static HRESULT call_admit(struct call *call, enum right right)
{
    HRESULT hr = caller_identify(&call->caller, &call->error);

    if (SUCCEEDED(hr)) hr = call_need(call, right);
    return FAILED(hr) ? call_end(call, hr) : S_OK;
}

HRESULT call_begin(struct call *call, struct broker *broker, struct session_timeout *timeout, const IID *iid,
    const WCHAR *member, enum right right)
{
    HRESULT hr;

    call_init(call, broker, timeout, iid, member);
    if (FAILED(hr = broker_enter(broker, call->until, &call->error))) return call_end(call, hr);
    call->inside = TRUE;
    return call_admit(call, right);
}

HRESULT call_begin_outside(struct call *call, struct broker *broker, struct session_timeout *timeout, const IID *iid,
    const WCHAR *member, enum right right)
{
    call_init(call, broker, timeout, iid, member);
    return call_admit(call, right);
}

HRESULT call_end(struct call *call, HRESULT hr)
{
    caller_clear(&call->caller);
    if (call->inside) broker_leave(call->broker);
    call->inside = FALSE;
    if (FAILED(hr)) return error_info_raise(hr, call->iid, &call->error);
    error_clear(&call->error);
    return hr;
}

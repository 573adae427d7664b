/* call.h - one call of a client, from coming in to going out: through the broker's gate, by a caller that is known and
 * has the right that the member needs, until a deadline; what went wrong is raised as the error of that interface.
 * Every member that does more than tell version, user, caller and timeout is such a call. */
#ifndef OB_API_CALL_H
#define OB_API_CALL_H

#include <windows.h>
#include "broker.h"
#include "objects.h"
#include "rules/rights.h"

struct call /* lives on the serving thread's stack, between begin and end */
{
    struct broker *broker;
    struct session_timeout *timeout; /* borrowed */
    const IID *iid;
    const WCHAR *member; /* as texts name it: "Session.SendMail" */
    LONG timeout_ms;     /* the session's, of which the call has until */
    deadline until;
    BOOL inside; /* the gate was passed */
    struct caller caller;
    struct error error; /* what call_end raises */
};

/* S_OK: to be ended by call_end. A failure has been raised already. */
HRESULT call_begin(struct call *call, struct broker *broker, struct session_timeout *timeout, const IID *iid,
    const WCHAR *member, enum right right);

/* The same for a member that also answers where the broker refuses, starts or stops: the gate is not passed. */
HRESULT call_begin_outside(struct call *call, struct broker *broker, struct session_timeout *timeout, const IID *iid,
    const WCHAR *member, enum right right);

/* For rights that depend on what was found meanwhile: whether the caller has it, and S_OK or OB_E_DENIED in
 * call->error. */
BOOL call_may(const struct call *call, enum right right);
HRESULT call_need(struct call *call, enum right right);

/* S_OK, or OB_E_DENIED in call->error: an object that a caller fills or lists is its own, and nobody else's, however it
 * came to another. kind names it: "mail". */
HRESULT call_need_owner(struct call *call, const WCHAR *owner_sid, const WCHAR *kind);

/* Leaves the gate; raises call->error if hr is a failure, and returns hr. */
HRESULT call_end(struct call *call, HRESULT hr);

#endif

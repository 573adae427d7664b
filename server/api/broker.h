/* broker.h - what the public objects share: the gate that every call passes, and the rooms behind it.
 *
 * Activation always succeeds, so objects exist before the broker may work. Until it is known whether it may, calls wait
 * at the gate under their own deadline; then the gate is open, or it refuses with one code and text. While the broker
 * stops, it refuses with OB_E_STOPPING. One broker a process. */
#ifndef OB_API_BROKER_H
#define OB_API_BROKER_H

#include <windows.h>
#include "delivery/delivery.h"
#include "host/caller.h"
#include "host/clock.h"
#include "host/error.h"
#include "outbox/outbox.h"
#include "outlook/outlook.h"
#include "rules/broker_state.h"
#include "rules/job.h"
#include "waiting.h"

struct broker;

/* Makes the broker with its gate closed. changed is set when the life of the process may have to be looked at anew. */
HRESULT broker_create(HANDLE changed, struct broker **broker);

/* Opens outbox, Outlook and delivery, then the gate; or refuses with what went wrong. The user's lock must be held. May
 * be tried again while the broker refuses. One thread. */
void broker_open(struct broker *broker);

/* Every call from now on fails with error, whose text is moved in. */
void broker_refuse(struct broker *broker, struct error *error);

/* Windows ends the user's session, and Outlook with it: refuses new calls, and begins no call into Outlook any more. To
 * be followed by broker_stop, which then waits for none either. Returns at once. */
void broker_session_ends(struct broker *broker);

/* Refuses new calls with OB_E_STOPPING, wakes those that wait, lets those under way and the job in hand end until
 * drained, lets Outlook go, and closes the outbox until closed. Whatever does not end by then, be it Outlook, another
 * program that keeps the outbox locked, or the disk, is left as it is. FALSE: something was, so that the process may
 * still be in a call into Outlook, or write to the outbox, until it ends. */
BOOL broker_stop(struct broker *broker, deadline drained, deadline closed);

/* Passes the gate: S_OK, to be paired with broker_leave, or why not. */
HRESULT broker_enter(struct broker *broker, deadline until, struct error *error);
void broker_leave(struct broker *broker);

/* Behind the gate only. */
struct outbox *broker_outbox(struct broker *broker);
struct outlook *broker_outlook(struct broker *broker);
void broker_mail_accepted(struct broker *broker);

/* Waits until the job's state is final, the deadline passes or the broker stops; S_OK with the state in each case.
 * OB_E_BUSY if too many calls wait already. Behind the gate only. */
HRESULT broker_wait_job(
    struct broker *broker, const WCHAR *job_id, deadline until, enum job_state *state, struct error *error);

/* A call that waits for Outlook holds a place among those that may wait; place lives until the end. OB_E_BUSY if there
 * is none. Behind the gate only. */
HRESULT broker_wait_begin(struct broker *broker, struct waiter *place, struct error *error);
void broker_wait_end(struct broker *broker, struct waiter *place);

/* All that Status shows, at one moment. */
struct broker_snapshot
{
    enum broker_state state;
    struct outlook_facts outlook;
    LONG jobs[job_state_count];
    LONGLONG started_at;
    HRESULT last_error;
    WCHAR last_error_text[1024];
};
void broker_snapshot(struct broker *broker, struct broker_snapshot *snapshot);

/* What the life of the process depends on: see rules/lifetime.h. */
struct broker_work
{
    BOOL refusing; /* for good: a later process may have more luck */
    LONG sending, submitted;
    BOOL job_due;
    ULONGLONG next_due_ms;
};
void broker_work(struct broker *broker, struct broker_work *work);

#endif

/* delivery.h - what happens to a job, and when: takes the next due job, one at a time, hands it to Outlook, and follows
 * what was handed over until it has left. Looks before it sends anything a second time. */
#ifndef OB_DELIVERY_H
#define OB_DELIVERY_H

#include <windows.h>
#include "host/clock.h"
#include "host/error.h"
#include "outbox/outbox.h"
#include "outlook/outlook.h"

struct delivery;

/* Starts the delivery thread; outbox is borrowed and must outlive it, of outlook a
 * reference is held. changed is called when what the
 * broker does about Outlook changed (for Status and for the life of the process); it must return at once. */
HRESULT delivery_start(struct outbox *outbox, struct outlook *outlook, void (*changed)(void *context), void *context,
    struct delivery **delivery, struct error *error);

/* Something new is in the outbox. Any thread; never waits. */
void delivery_wake(struct delivery *delivery);

/* Takes no new job from now on. Returns at once. */
void delivery_finish(struct delivery *delivery);

/* After that, waits until the job in hand is finished and the thread has ended. FALSE: not by the deadline. */
BOOL delivery_ended(struct delivery *delivery, deadline until);

/* Shuts a thread that has not ended out of the outbox, and frees what it does not use. FALSE: by the deadline it is
 * still in the outbox, which may not be closed then. */
BOOL delivery_leave(struct delivery *delivery, deadline until);

struct delivery_facts
{
    BOOL no_outlook;       /* the last try to reach Outlook failed */
    BOOL job_due;          /* a queued job is due now, or one is in hand */
    ULONGLONG next_due_ms; /* until the next queued job is due; ~0 if none waits */
    HRESULT last_error;    /* what keeps mail from leaving, S_OK if nothing */
    WCHAR last_error_text[1024];
};

/* From memory, never waits. */
void delivery_facts(struct delivery *delivery, struct delivery_facts *facts);

#endif

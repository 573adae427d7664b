/* waiting.h - calls that wait for a job. Each holds an RPC thread, so their number is bounded: in all and for each
 * client process. Any thread. */
#ifndef OB_API_WAITING_H
#define OB_API_WAITING_H

#include <windows.h>
#include "host/clock.h"
#include "host/error.h"
#include "outbox/outbox.h"
#include "rules/job.h"

struct waiting;

struct waiter /* lives on the waiting call's stack, between join and leave */
{
    struct waiter *next;
    WCHAR job_id[JOB_ID_SIZE];
    DWORD client; /* its process; 0: not known */
    BOOL told;
    enum job_state state;
};

struct waiting *waiting_create(void);

/* Puts the call into the list: S_OK, or OB_E_BUSY. */
HRESULT waiting_join(struct waiting *waiting, struct waiter *waiter, const WCHAR *job_id, struct error *error);
void waiting_leave(struct waiting *waiting, struct waiter *waiter);

/* Waits until the job is told to be final, the deadline passes or waiting ends; *state becomes the last that was told.
 */
void waiting_for_final(struct waiting *waiting, struct waiter *waiter, deadline until, enum job_state *state);

/* A job changed. Returns at once. */
void waiting_tell(struct waiting *waiting, const WCHAR *job_id, enum job_state state);

/* Lets all calls return; later ones do not wait. */
void waiting_end(struct waiting *waiting);

#endif

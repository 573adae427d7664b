/* start_history.h - what is remembered of Outlook's starts beyond this process: those that failed, which may open the
 * circuit of rules/circuit.h, and the Outlook that the broker started itself. What cannot be written is logged, and
 * holds for this process all the same. Any thread. */
#ifndef OB_OUTLOOK_START_HISTORY_H
#define OB_OUTLOOK_START_HISTORY_H

#include "host/clock.h"
#include "host/error.h"
#include "host/processes.h"
#include "rules/start_record.h"

struct starts
{
    SRWLOCK lock;
    struct circuit circuit;     /* on the monotonic clock */
    struct start_record record; /* as it stands on disk */
};

/* Takes up what an earlier broker left. Called once, before any other. */
void starts_open(struct starts *starts);

/* Told whether Outlook may be started: S_OK, or OB_E_CIRCUIT_OPEN with the last failure and the time of the next try.
 * until (may be NULL) is that time; 0 where it may be. */
HRESULT starts_allowed(struct starts *starts, deadline *until, struct error *error);

/* A start has failed with error and counts: see circuit_counts. */
void starts_failed(struct starts *starts, const struct error *error);

/* Outlook was had. */
void starts_succeeded(struct starts *starts);

/* The broker has started this Outlook, which the next broker is to know if this one does not end it. */
void starts_own(struct starts *starts, const struct process *process);
/* That one has ended, or somebody has made it his own. */
void starts_disown(struct starts *starts);

/* True if a broker has written down that it started this process; id 0 asks for any that is still alive. */
BOOL starts_recorded(struct starts *starts, const struct process *process);

#endif

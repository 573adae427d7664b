/* job.h - the states of a job, and what each allows. The numbers are those of the IDL. */
#ifndef OB_RULES_JOB_H
#define OB_RULES_JOB_H

#include <stdbool.h>
#include <wchar.h>

enum job_state
{
    job_queued,
    job_sending,
    job_submitted,
    job_sent,
    job_failed,
    job_cancelled,
    job_unknown,
    job_state_count
};

/* As StateName gives it; an empty text for a number that is no state. */
const wchar_t *job_state_name(enum job_state state);

/* The state with this name, in any case, or with this number; -1: there is none. */
int job_state_find(const wchar_t *text);

/* The broker does nothing more by itself. */
bool job_state_final(enum job_state state);

/* What a person may do with a job, whatever delivery may do with it. */
bool job_state_may_cancel(enum job_state state);
bool job_state_may_retry(enum job_state state);

/* True if a job may go from one state to the other; every change that the outbox writes is held against this. A state
 * that is not final may be written again as it is (another attempt, another time). */
bool job_state_may_follow(enum job_state from, enum job_state to);

#endif

/* answer.h - a job as the answer to a command that made or changed it. */
#ifndef OB_OBCTL_ANSWER_H
#define OB_OBCTL_ANSWER_H

#include "commands.h"

/* Finds the job of the command's argument; the caller releases it. */
HRESULT find_job(const struct request *request, IObJob **job, struct failure *failure);

/* Waits until the job is final, at most so long. */
HRESULT wait_for_job(IObJob *job, LONG seconds, ObJobState *state, struct failure *failure);

/* Adds the job's id, state and last error to out. */
HRESULT answer_job(const struct request *request, IObJob *job, struct text *out, struct failure *failure);

#endif

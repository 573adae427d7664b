/* answer.h - what commands that make or change a job have in common: a job as the answer, and what the command line
 * lacks. */
#ifndef OB_OBCTL_ANSWER_H
#define OB_OBCTL_ANSWER_H

#include "commands.h"

/* Finds the job of the command's argument; the caller releases it. */
HRESULT find_job(const struct request *request, IObJob **job, struct failure *failure);

/* Waits until the job is final, at most so long. */
HRESULT wait_for_job(IObJob *job, LONG seconds, ObJobState *state, struct failure *failure);

/* Adds the job's id, state and last error to out. */
HRESULT answer_job(const struct request *request, IObJob *job, struct text *out, struct failure *failure);

/* Fills failure with words, of which a %ls stands for insert, as a mistake of the command line: exit_usage. */
HRESULT refuse_usage(struct failure *failure, int *exit_code, const WCHAR *words, const WCHAR *insert);

#endif

/* file_work.h - what a disk, a server or another program may hold up for as long as it likes: done by a thread that is
 * left behind where it does not end in time. Windows can be asked to cancel what a thread waits for, and is, but need
 * not do it: so the work owns all that it touches, and whoever waited goes on. A thread that waited before is used
 * again, so that a file that is there at once costs two changes of threads and no more. */
#ifndef OB_HOST_FILE_WORK_H
#define OB_HOST_FILE_WORK_H

#include <windows.h>
#include "clock.h"
#include "error.h"

struct file_work;

/* Does the work, on another thread, and leaves what came of it in context. */
typedef void (*file_work_run)(void *context, struct file_work *work);
/* Lets go of context. Any thread. */
typedef void (*file_work_free)(void *context);

/* To be asked by run before each call that may take long. FALSE: nobody waits any more. work may be NULL: somebody
 * does.
 */
BOOL file_work_wanted(struct file_work *work);

/* Has run(context) done. S_OK: it was, and context is the caller's again. Else context belongs to the work, which has
 * let go of it or will once run has returned: HRESULT_FROM_WIN32(ERROR_TIMEOUT) without a text when the deadline passes
 * (nothing is begun after it); OB_E_BUSY if as many works as there may be waiting calls, of this client process or of
 * all, get no answer from Windows; OB_E_STOPPING once file_work_hurry was called; out of memory. */
HRESULT file_work_do(file_work_run run, file_work_free let_go, void *context, deadline until, struct error *error);

/* From now on nobody waits: the broker is about to end. Any thread. */
void file_work_hurry(void);

#endif

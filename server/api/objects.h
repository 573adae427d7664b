/* objects.h - the public objects and how each is made. All live in the multithreaded apartment; out receives a
 * reference that the caller owns. */
#ifndef OB_API_OBJECTS_H
#define OB_API_OBJECTS_H

#include <windows.h>
#include "outlook_broker.h"
#include "broker.h"
#include "session_timeout.h"

/* Fit for a class factory: context is the broker. */
HRESULT session_create(void *context, REFIID iid, void **out);

/* A job that has no id yet: made before the mail is accepted, so that nothing can fail afterwards. It takes a reference
 * to timeout: the deadline of its calls, and of a Wait whose argument is left out. owner_sid: who sent it. */
HRESULT job_create(struct broker *broker, struct session_timeout *timeout, const WCHAR *owner_sid, IObJob **out);
/* Before the job is handed out. */
void job_set_id(IObJob *job, const WCHAR *job_id);

/* A list of these jobs, whose rows stay the caller's. owner_sid: who asked for it. */
HRESULT jobs_create(struct broker *broker, struct session_timeout *timeout, const WCHAR *owner_sid,
    const struct job_row *rows, size_t count, IObJobs **out);

/* An empty mail; takes a reference to timeout. owner_sid: who made it. */
HRESULT mail_object_create(
    struct broker *broker, struct session_timeout *timeout, const WCHAR *owner_sid, IObMail **out);

HRESULT status_create(struct broker *broker, IObStatus **out);

#endif

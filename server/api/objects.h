/* objects.h - the public objects and how each is made. All live in the multithreaded apartment; out receives a
 * reference that the caller owns. */
#ifndef OB_API_OBJECTS_H
#define OB_API_OBJECTS_H

#include <windows.h>
#include "outlook_broker.h"
#include "broker.h"

#define SESSION_TIMEOUT_MS 30000
#define TIMEOUT_LEAST_MS 100
#define TIMEOUT_MOST_MS 600000

/* Fit for a class factory: context is the broker. */
HRESULT session_create(void *context, REFIID iid, void **out);

/* A session's Timeout, shared with the jobs that it handed out: they go by what it is at the time of a call, also when
 * the session itself is gone. Any thread. */
struct session_timeout
{
    LONG ref; /* the session and each of its jobs hold one */
    LONG ms;
};

LONG session_timeout_ms(struct session_timeout *timeout);
struct session_timeout *session_timeout_share(struct session_timeout *timeout);
void session_timeout_release(struct session_timeout *timeout);

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

/* A BSTR of text for an [out] argument: E_POINTER, E_OUTOFMEMORY or S_OK. NULL stands for "". */
HRESULT out_text(BSTR *out, const WCHAR *text);

#endif

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

/* timeout_ms: what Wait uses when its argument is left out. */
HRESULT job_create(struct broker *broker, const WCHAR *job_id, LONG timeout_ms, IObJob **out);

HRESULT status_create(struct broker *broker, IObStatus **out);

/* A BSTR of text for an [out] argument: E_POINTER, E_OUTOFMEMORY or S_OK. NULL stands for "". */
HRESULT out_text(BSTR *out, const WCHAR *text);

#endif

/* client.h - the way to the broker, and words for what stands in it. */
#ifndef OB_OBCTL_CLIENT_H
#define OB_OBCTL_CLIENT_H

#include <windows.h>
#include <objbase.h>
#include "outlook_broker.h"
#include "text.h"

/* What went wrong: text is owned; NULL if nothing is known beyond the code. */
struct failure
{
    HRESULT code;
    BSTR text;
};

/* Starts COM for this process (multithreaded, packet privacy, identify level) and opens a session. Fills failure. */
HRESULT client_open(IObSession **session, struct failure *failure);

/* Releases the session, if there is one, and ends COM. */
void client_close(IObSession *session);

/* Keeps the code of a member that failed, and the description that the broker sent along. iid is the interface of the
 * member; object is NULL where no description is to be had. Call it right after the member, on the same thread. Returns
 * code. */
HRESULT client_failed(struct failure *failure, HRESULT code, IUnknown *object, REFIID iid);

/* True if the code says that the broker was not reached, whatever it would have answered. */
BOOL client_unreached(HRESULT code);

/* What is known of the failure in words: the broker's own text, or what the code means and one next step. */
void failure_words(struct text *out, const struct failure *failure);

void failure_clear(struct failure *failure);

#endif

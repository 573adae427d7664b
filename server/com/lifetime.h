/* lifetime.h - how long the process lives. Every object and every lock on a class object counts with COM, and the
 * server holds one count of its own; a result of 0 is irrevocable, since COM has suspended the class objects by then.
 */
#ifndef OB_COM_LIFETIME_H
#define OB_COM_LIFETIME_H

#include <windows.h>

/* Takes the server's own count. changed is set when the first client came, the last one went, or the end has come. */
void lifetime_begin(HANDLE changed);

/* The class objects are open: from now on clients can come, and the time without one runs. */
void lifetime_open(void);

void lifetime_object_made(void);
void lifetime_object_gone(void);
/* FALSE, and nothing is locked, once the process must end (lifetime_try_to_end). */
BOOL lifetime_lock(BOOL lock);

struct lifetime_facts
{
    LONG clients;      /* objects and locks that clients hold */
    LONG arrivals;     /* how often a client came since the start */
    ULONGLONG idle_ms; /* since the last one let go, or since the class objects were opened; 0 while there is one */
};
void lifetime_facts(struct lifetime_facts *facts);

/* Lets go of the server's own count, unless a client has come since facts were taken: it may have left work behind.
 * TRUE: it was the last, new activations go elsewhere, the process must end. FALSE: a client came in the meantime, and
 * the count has been taken back. */
BOOL lifetime_try_to_end(const struct lifetime_facts *seen);

#endif

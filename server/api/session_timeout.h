/* session_timeout.h - a session's Timeout, shared with the mails and jobs that it handed out: they go by what it is at
 * the time of a call, also when the session itself is gone. Any thread. */
#ifndef OB_API_SESSION_TIMEOUT_H
#define OB_API_SESSION_TIMEOUT_H

#include <windows.h>

#define SESSION_TIMEOUT_MS 30000
#define TIMEOUT_LEAST_MS 100
#define TIMEOUT_MOST_MS 600000

struct session_timeout;

/* SESSION_TIMEOUT_MS, with one reference; NULL: there is no memory. */
struct session_timeout *session_timeout_create(void);

/* Another reference to it. */
struct session_timeout *session_timeout_share(struct session_timeout *timeout);
void session_timeout_release(struct session_timeout *timeout); /* NULL is fine */

LONG session_timeout_ms(struct session_timeout *timeout);
void session_timeout_set(struct session_timeout *timeout, LONG ms);

#endif

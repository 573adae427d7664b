/* user_lock.h - one broker a user: LockFileEx on %LOCALAPPDATA%\OutlookBroker\broker.lock, whose text names the holder.
 * The kernel lets go of it at any death, and it holds across Windows sessions. */
#ifndef OB_HOST_USER_LOCK_H
#define OB_HOST_USER_LOCK_H

#include <windows.h>
#include "error.h"
#include "rules/lock_text.h"

struct user_lock; /* owned by who took it */

/* S_OK: taken, and the file names this process. OB_E_LOCKED: another has it; *holder says who (zeros if its text is not
 * whole yet). error carries OB_E_LOCKED's text. Other codes: the file cannot be used. */
HRESULT user_lock_take(struct user_lock **lock, struct lock_holder *holder, struct error *error);

/* Who holds it now: S_OK with *holder, S_FALSE if nobody does. */
HRESULT user_lock_look(struct lock_holder *holder, struct error *error);

/* Says in the file that this broker is stopping. NULL is fine. */
void user_lock_stopping(struct user_lock *lock);

/* A manual-reset event that is set when /Stop asks this broker to stop. Borrowed. */
HANDLE user_lock_stop_event(struct user_lock *lock);

/* Lets go. NULL is fine. */
void user_lock_release(struct user_lock *lock);

/* Asks the holder to stop and waits until the lock is free: S_OK; S_FALSE if nobody held it;
 * HRESULT_FROM_WIN32(ERROR_TIMEOUT) after timeout_ms. */
HRESULT user_lock_ask_to_stop(DWORD timeout_ms, struct error *error);

/* Waits until a stopping holder has let go, at most timeout_ms: polls by trying the lock. S_OK with *lock taken. */
HRESULT user_lock_wait(
    struct user_lock **lock, DWORD timeout_ms, HANDLE cancel, struct lock_holder *holder, struct error *error);

/* OB_E_LOCKED's text for a holder. */
HRESULT user_lock_error(const struct lock_holder *holder, struct error *error);

#endif

/* log_off.h - the user logs off, or the machine is shut down: Windows tells top-level windows, and ends each process as
 * soon as its window has answered. So the broker has a hidden one, on a thread of its own, that agrees at once when it
 * is asked and, when the session does end, answers only when the broker has closed, or after LOG_OFF_MS. A locked
 * session or one that is disconnected has not ended.
 *
 * Where the broker is starting or already stopping at that moment, the time may not do: then Windows ends it, and what
 * was accepted is on disk as after any other end. */
#ifndef OB_LOG_OFF_H
#define OB_LOG_OFF_H

#include <windows.h>

#define LOG_OFF_WINDOW_CLASS L"OutlookBrokerLogOff"

/* Makes the window. Without one (no desktop) the broker works all the same; a line of the log says so. FALSE, with
 * GetLastError: there is not even an event. */
BOOL log_off_watch(void);

/* Set for good when the session ends; borrowed. */
HANDLE log_off_event(void);

/* The broker has closed: lets Windows go on. Returns when the message has been answered. Does nothing while the session
 * does not end. */
void log_off_done(void);

#endif

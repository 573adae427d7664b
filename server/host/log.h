/* log.h - one UTF-8 file, one line an event: time, event, job, caller, words. No content of mail, no recipients.
 * Any thread. What cannot be written is dropped: the log never holds the broker up. */
#ifndef OB_HOST_LOG_H
#define OB_HOST_LOG_H

#include <windows.h>

/* Opens %LOCALAPPDATA%\OutlookBroker\broker.log for appending. Begins a new file, keeping the old as .1 to .4, when it
 * passes limit bytes. */
HRESULT log_open(DWORD limit_bytes);
void log_close(void);

/* One line. job and caller may be NULL. format as in wprintf; a line break in the result becomes a space. */
void log_event(const char *event, const WCHAR *job, const WCHAR *caller, const WCHAR *format, ...);

/* Full path of the log file; "" before log_open. */
const WCHAR *log_path(void);

/* The events stand in errors.tbl: an id holds its severity, as the message table of outlook-broker-ps.dll has it. */
enum event_id
{
#define EVENT(name, id, word) event_##name = (int)id,
#include "event_rows.inc"
#undef EVENT
};

/* A line of the log, and the same in Windows' event log: for what an administrator must see. text fills the event's. */
void event_report(enum event_id id, const WCHAR *job, const WCHAR *caller, const WCHAR *text);

#endif

/* processes.h - what the process list and the tokens of processes say. */
#ifndef OB_HOST_PROCESSES_H
#define OB_HOST_PROCESSES_H

#include <windows.h>
#include <stdint.h>

struct process
{
    DWORD id;
    ULONGLONG started; /* FILETIME; 0 if it cannot be read */
};

/* The processes of this Windows session whose image file has this leaf name (any case). Returns how many there are;
 * fills at most size. */
unsigned processes_by_image(const WCHAR *leaf, struct process *out, unsigned size);

/* The command line of a process, allocated with malloc; NULL if it cannot be read. */
WCHAR *process_command_line(DWORD id);

/* True if a process with this id and start time still runs. A start time of 0 matches any. */
BOOL process_alive(DWORD id, ULONGLONG started);

/* The integrity level of a process: the last number of its label's SID, or INTEGRITY_UNKNOWN or INTEGRITY_DENIED of
 * rules/integrity.h. */
uint32_t process_integrity(DWORD id);

/* That of a token which may be queried; INTEGRITY_UNKNOWN where Windows does not say. */
uint32_t token_integrity(HANDLE token);

/* Whether a token (NULL: this process's own) has the rights of an administrator now, not only after a question. */
HRESULT token_is_administrator(HANDLE token, BOOL *is);

/* Ends a process with this id and start time at once; FALSE, see GetLastError, if it cannot be or is another one by
 * now. */
BOOL process_end(DWORD id, ULONGLONG started);

/* How many visible, not tiny, top-level windows the process shows; -1 if it cannot be told. */
long process_visible_windows(DWORD id);

#endif

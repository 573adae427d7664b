/* caller.h - who calls, found out by impersonation and reverted at once; fails closed. What the caller may do is
 * decided in rules/rights.h. Call only on the RPC thread of the call in question. */
#ifndef OB_HOST_CALLER_H
#define OB_HOST_CALLER_H

#include <windows.h>
#include "account.h"
#include "clock.h"
#include "error.h"
#include "rules/rights.h"

struct caller
{
    WCHAR sid[SID_TEXT_SIZE];
    WCHAR name[ACCOUNT_NAME_SIZE];
    HANDLE token; /* impersonation token, identify level; owned */
    struct caller_facts facts;
};

/* Finds out who is calling; caller_clear lets go of the token. On failure everything is zero, and error says what
 * Windows answered. */
HRESULT caller_identify(struct caller *caller, struct error *error);
void caller_clear(struct caller *caller);

/* Who may call, as SDDL: the descriptor that COM was given, with SELF replaced; it is kept. Once, before the first
 * call: until then nobody is_allowed, not even the user. */
HRESULT caller_set_access(const WCHAR *sddl);

/* Fills is_allowed from the caller's token. */
HRESULT caller_check_access(struct caller *caller);
#ifdef OB_WINE
/* The same from the sid alone, for a caller that was declared to be another account: see wine_declared_account. */
void caller_check_declared(struct caller *caller);
#endif

/* Opens the file that a caller named: refused by form, opened once by the broker for reading (never while
 * impersonating), must be a disk file on a local volume and no folder, and the caller's token must be allowed to read
 * that very handle. S_OK with *file (owned by the caller of this function) and *size, else OB_E_ATTACHMENT with its
 * text. What does not answer is left behind: HRESULT_FROM_WIN32(ERROR_TIMEOUT) without a text at the deadline, or what
 * else file_work_do answers. */
HRESULT caller_open_file(
    const struct caller *caller, const WCHAR *path, deadline until, HANDLE *file, ULONGLONG *size, struct error *error);

#endif

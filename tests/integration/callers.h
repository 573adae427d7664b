/* callers.h - calls that come from other accounts. Wine has one user: this process is declared to be another account
 * (see server/host/wine.h). For tests of who may do what; each call of the whole process is the declared account's. */
#pragma once

#include "support.h"

/* Accounts that callers_begin registers as allowed, and one that it does not. */
#define ALLOWED L"S-1-5-21-1000-2000-3000-1001"
#define ALLOWED_TOO L"S-1-5-21-1000-2000-3000-1002"
#define STRANGER L"S-1-5-21-1000-2000-3000-1003"

/* The program's session; made by callers_begin, released by callers_end. */
extern IObSession *callers_session;

/* Group set-up and tear-down; both leave the process as the user himself. */
int callers_begin(void **state);
int callers_end(void **state);

/* From now on every call of this process comes from this account; NULL: from the user's own. */
void come_as(const WCHAR *sid);
/* What the session calls the account; stands until the next call. */
const WCHAR *caller_name(void);
/* A mail that has left; the caller releases the job. */
IObJob *send_keyed(const WCHAR *subject, const WCHAR *key);

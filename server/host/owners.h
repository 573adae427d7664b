/* owners.h - the mailbox owners of this machine: REG_MULTI_SZ MailboxOwners, each entry a SID or an account's name, in
 * HKLM\Software\Policies\OutlookBroker or, where there is none, HKLM\Software\OutlookBroker. */
#ifndef OB_HOST_OWNERS_H
#define OB_HOST_OWNERS_H

#include <windows.h>
#include "error.h"

#define OWNERS_VALUE L"MailboxOwners"
#define OWNERS_KEY L"Software\\OutlookBroker"
#define OWNERS_POLICY_KEY L"Software\\Policies\\OutlookBroker"

/* S_OK if there is no list, or if this process's user is on it; else OB_E_WRONG_USER, with user and owners named. A
 * list that cannot be read admits nobody. */
HRESULT owners_check(struct error *error);

/* TRUE if the list names this SID; without a list, if this process runs as that user. */
BOOL owners_include(const WCHAR *sid);

/* The owners' names, with commas between them, as they are now; "" if there is no list. */
void owners_names(WCHAR *out, size_t size);

#endif

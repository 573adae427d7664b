/* account.h - accounts by name, as people write them. The way back, from a SID to its name, is account_name in user.h.
 * Any thread; a domain that cannot be reached takes long to say so. */
#ifndef OB_HOST_ACCOUNT_H
#define OB_HOST_ACCOUNT_H

#include <windows.h>

#define SID_TEXT_SIZE 192

/* The SID, as text, of a user or group: DOMAIN\name, name, .\name for this machine's own, or the text of a SID, which
 * need not have a name: *use, which may be NULL, is then SidTypeUnknown. HRESULT_FROM_WIN32(ERROR_NONE_MAPPED) if there
 * is no such account. */
HRESULT account_sid(const WCHAR *account, WCHAR sid[SID_TEXT_SIZE], SID_NAME_USE *use);

#endif

/* account.h - accounts: by name, as people write them, and by SID, as Windows knows them. Any thread; a domain that
 * cannot be reached takes long to say so. */
#ifndef OB_HOST_ACCOUNT_H
#define OB_HOST_ACCOUNT_H

#include <windows.h>

#define SID_TEXT_SIZE 192
#define ACCOUNT_NAME_SIZE 516 /* DOMAIN\name, each of at most 256 characters */

/* The SID, as text, of a user or group: DOMAIN\name, name, .\name for this machine's own, or the text of a SID, which
 * need not have a name: *use, which may be NULL, is then SidTypeUnknown. HRESULT_FROM_WIN32(ERROR_NONE_MAPPED) if there
 * is no such account. */
HRESULT account_sid(const WCHAR *account, WCHAR sid[SID_TEXT_SIZE], SID_NAME_USE *use);

/* DOMAIN\name of a SID in text form; the SID itself where it has no name. In a client's call: account_names_find. */
HRESULT account_name(const WCHAR *sid, WCHAR *name, size_t size);

/* The same; S_FALSE where it has no name, or none that can be found out now. */
HRESULT account_look_up_name(const WCHAR *sid, WCHAR name[ACCOUNT_NAME_SIZE]);

/* A SID as text. */
HRESULT sid_to_text(PSID sid, WCHAR out[SID_TEXT_SIZE]);

#endif

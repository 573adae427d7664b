/* profile.h - the mail profile in the user's registry, and the one session on it. Main thread only. */
#pragma once

#include "errors.h"

#define PROFILE_OUTLOOK_KEY L"Software\\Microsoft\\Office\\16.0\\Outlook"
#define PROFILE_PROFILES_KEY PROFILE_OUTLOOK_KEY L"\\Profiles"

/* Begins the session: name NULL or "" is the default profile; the control file may name another before. A session that
 * exists is joined, whatever the name. OUTLOOK_E_LOGON_FAILED: no such profile, or none at all; a fault may fail it
 * with any number. */
HRESULT profile_logon(const WCHAR *name);
/* "" before the session. */
const WCHAR *profile_current(void);
/* "" where there is none; the caller frees it. */
WCHAR *profile_default_name(void);

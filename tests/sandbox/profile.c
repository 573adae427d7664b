/* profile.c - the mail profile in the user's registry, and the one session on it. See profile.h. */
#include "profile.h"
#include "control.h"
#include "faults.h"
#include <stdlib.h>

static WCHAR *current;

WCHAR *profile_default_name(void)
{
    WCHAR name[128] = L"";
    DWORD size = sizeof(name);

    if (control_has_no_profile()) return text_copy(L"");
    if (RegGetValueW(HKEY_CURRENT_USER, PROFILE_OUTLOOK_KEY, L"DefaultProfile", RRF_RT_REG_SZ, NULL, name, &size))
        *name = 0;
    return text_copy(name);
}

/* The profile with this name in any case, as it is written where it was made; NULL: there is none. */
static WCHAR *profile_find(const WCHAR *name)
{
    WCHAR written[128];
    WCHAR *found = NULL;
    HKEY key;

    if (control_has_no_profile()) return NULL;
    if (RegOpenKeyExW(HKEY_CURRENT_USER, PROFILE_PROFILES_KEY, 0, KEY_READ, &key)) return NULL;
    for (DWORD i = 0; !found && !RegEnumKeyW(key, i, written, ARRAYSIZE(written)); i++)
        if (!lstrcmpiW(written, name)) found = text_copy(written);
    RegCloseKey(key);
    return found;
}

HRESULT profile_logon(const WCHAR *name)
{
    const WCHAR *of_user;
    WCHAR *wanted;
    HRESULT hr;

    if (current) return S_OK;
    if (FAILED(hr = fault_at(PLACE_LOGON))) return hr;
    of_user = control_profile();
    if (*of_user) name = of_user;
    wanted = text_empty(name) ? profile_default_name() : text_copy(name);
    current = profile_find(wanted);
    free(wanted);
    return current ? S_OK : OUTLOOK_E_LOGON_FAILED;
}

const WCHAR *profile_current(void)
{
    return current ? current : L"";
}

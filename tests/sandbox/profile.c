/* profile.c - the mail profile in the user's registry, and the one session on it. See profile.h. */
#include "profile.h"
#include "control.h"
#include <stdlib.h>

static WCHAR *current;

WCHAR *profile_default_name(void)
{
    WCHAR name[128] = L"";
    DWORD size = sizeof(name);

    if (RegGetValueW(HKEY_CURRENT_USER, PROFILE_OUTLOOK_KEY, L"DefaultProfile", RRF_RT_REG_SZ, NULL, name, &size))
        *name = 0;
    return text_copy(name);
}

static bool profile_exists(const WCHAR *name)
{
    WCHAR *path = text_format(L"%s\\%s", PROFILE_PROFILES_KEY, name);
    HKEY key;
    bool exists = !text_empty(name) && !RegOpenKeyExW(HKEY_CURRENT_USER, path, 0, KEY_READ, &key);

    if (exists) RegCloseKey(key);
    free(path);
    return exists;
}

HRESULT profile_logon(const WCHAR *name)
{
    const WCHAR *of_user = control_profile();
    WCHAR *wanted;

    if (current) return S_OK;
    if (*of_user) name = of_user;
    wanted = text_empty(name) ? profile_default_name() : text_copy(name);
    if (profile_exists(wanted))
    {
        current = wanted;
        return S_OK;
    }
    free(wanted);
    return OUTLOOK_E_LOGON_FAILED;
}

const WCHAR *profile_current(void)
{
    return current ? current : L"";
}

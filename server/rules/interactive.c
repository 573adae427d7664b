/* interactive.c - where a broker refuses. The first reason that holds is told; the accounts come first, because they
 * explain the session that follows from them. */
#include "interactive.h"

const wchar_t *not_interactive_reason(const struct whereabouts *where)
{
    if (where->system_account) return L"the account is one of Windows' own, which has no mail profile";
    if (where->service_account) return L"the account was logged on as a service";
    if (where->windows_session == 0) return L"session 0 belongs to services";
    if (where->temporary_profile) return L"Windows gave the account a temporary profile";
    if (!where->visible_window_station) return L"the window station is not the one that the user sees";
    return NULL;
}

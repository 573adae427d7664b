/* user.c - see user.h. What the process's token, station and profile say is gathered here; whether a broker may work
 * there is decided in rules/interactive.h. */
#include "user.h"
#include <stdlib.h>
#include <userenv.h>
#include <wchar.h>

/* What the process token says of one class, allocated with malloc; NULL if it cannot be read. */
static void *own_token_information(TOKEN_INFORMATION_CLASS what)
{
    void *information = NULL;
    DWORD size = 0;
    HANDLE token;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return NULL;
    GetTokenInformation(token, what, NULL, 0, &size);
    if (size && (information = malloc(size)) && !GetTokenInformation(token, what, information, size, &size))
    {
        free(information);
        information = NULL;
    }
    CloseHandle(token);
    return information;
}

static BOOL CALLBACK self_read(INIT_ONCE *once, void *param, void **context)
{
    static struct user self;
    TOKEN_USER *user = own_token_information(TokenUser);
    BOOL read = FALSE;

    (void)once;
    (void)param;
    if (user && SUCCEEDED(sid_to_text(user->User.Sid, self.sid)))
        read = SUCCEEDED(account_name(self.sid, self.name, ARRAYSIZE(self.name))) &&
               ProcessIdToSessionId(GetCurrentProcessId(), &self.windows_session);
    free(user);
    *context = &self;
    return read;
}

const struct user *user_self(void)
{
    static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
    void *self;

    return InitOnceExecuteOnce(&once, self_read, NULL, &self) ? self : NULL;
}

static bool sid_is_system_account(const WCHAR *sid)
{
    /* SYSTEM, LOCAL SERVICE, NETWORK SERVICE */
    return !wcscmp(sid, L"S-1-5-18") || !wcscmp(sid, L"S-1-5-19") || !wcscmp(sid, L"S-1-5-20");
}

static bool token_holds_service(void)
{
    TOKEN_GROUPS *groups = own_token_information(TokenGroups);
    BYTE service[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof(service), i;
    bool holds = false;

    if (groups && CreateWellKnownSid(WinServiceSid, NULL, service, &size))
        for (i = 0; i < groups->GroupCount && !holds; i++)
            holds = EqualSid(groups->Groups[i].Sid, service);
    free(groups);
    return holds;
}

static bool window_station_visible(void)
{
    USEROBJECTFLAGS flags = {0};
    DWORD size;

    return GetUserObjectInformationW(GetProcessWindowStation(), UOI_FLAGS, &flags, sizeof(flags), &size) &&
           (flags.dwFlags & WSF_VISIBLE);
}

static bool profile_temporary(void)
{
    DWORD flags = 0;

    return GetProfileType(&flags) && (flags & PT_TEMPORARY);
}

HRESULT user_may_work(struct error *error)
{
    const struct user *self = user_self();
    WCHAR session[NUMBER_TEXT_SIZE];
    struct whereabouts where;
    const WCHAR *reason;

    if (!self) return error_unexpected_windows(error, L"finding out who the broker's user is", last_error_hresult());
    where.windows_session = self->windows_session;
    where.system_account = sid_is_system_account(self->sid);
    where.service_account = token_holds_service();
    where.temporary_profile = profile_temporary();
    where.visible_window_station = window_station_visible();
    if (!(reason = not_interactive_reason(&where))) return S_OK;
    return error_set(error, error_not_interactive, 3, self->name, number_text(self->windows_session, session), reason);
}

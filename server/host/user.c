/* user.c - see user.h. What the process's token, station and profile say is gathered here; whether a broker may work
 * there is decided in rules/interactive.h. Names of accounts are remembered for a while, because a domain that cannot
 * be reached takes long to say so. */
#include "user.h"
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <userenv.h>
#include <wchar.h>
#include "clock.h"

enum
{
    names_kept = 64,
    name_life_ms = 3600000,
    no_name_life_ms = 60000
};

struct known_name
{
    WCHAR sid[192];
    WCHAR name[512];
    ULONGLONG until;
};

static SRWLOCK names_guard = SRWLOCK_INIT;
static struct known_name names[names_kept];
static unsigned names_next;

static BOOL name_recall(const WCHAR *sid, WCHAR *name, size_t size)
{
    ULONGLONG now = clock_now_ms();
    BOOL known = FALSE;
    unsigned i;

    AcquireSRWLockShared(&names_guard);
    for (i = 0; i < names_kept && !known; i++)
    {
        if (names[i].until <= now || wcscmp(names[i].sid, sid) || wcslen(names[i].name) >= size) continue;
        wcscpy(name, names[i].name);
        known = TRUE;
    }
    ReleaseSRWLockShared(&names_guard);
    return known;
}

static void name_remember(const WCHAR *sid, const WCHAR *name, DWORD life_ms)
{
    struct known_name *place;

    if (wcslen(sid) >= ARRAYSIZE(place->sid) || wcslen(name) >= ARRAYSIZE(place->name)) return;
    AcquireSRWLockExclusive(&names_guard);
    place = &names[names_next++ % names_kept];
    wcscpy(place->sid, sid);
    wcscpy(place->name, name);
    place->until = clock_now_ms() + life_ms;
    ReleaseSRWLockExclusive(&names_guard);
}

HRESULT account_name(const WCHAR *sid, WCHAR *name, size_t size)
{
    WCHAR account[257], domain[257], full[516];
    DWORD account_size = ARRAYSIZE(account), domain_size = ARRAYSIZE(domain);
    SID_NAME_USE use;
    BOOL found;
    PSID binary;

    if (!size) return E_INVALIDARG;
    name[0] = 0;
    if (name_recall(sid, name, size)) return S_OK;
    if (!ConvertStringSidToSidW(sid, &binary)) return last_error_hresult();
    found = LookupAccountSidW(NULL, binary, account, &account_size, domain, &domain_size, &use);
    LocalFree(binary);
    if (!found)
        _snwprintf(full, ARRAYSIZE(full), L"%ls", sid);
    else
        _snwprintf(full, ARRAYSIZE(full), L"%ls%ls%ls", domain, *domain ? L"\\" : L"", account);
    full[ARRAYSIZE(full) - 1] = 0;
    if (wcslen(full) >= size) return HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER);
    name_remember(sid, full, found ? name_life_ms : no_name_life_ms);
    wcscpy(name, full);
    return S_OK;
}

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
    WCHAR *sid = NULL;
    BOOL read = FALSE;

    (void)once;
    (void)param;
    if (user && ConvertSidToStringSidW(user->User.Sid, &sid) && wcslen(sid) < ARRAYSIZE(self.sid))
    {
        wcscpy(self.sid, sid);
        read = SUCCEEDED(account_name(sid, self.name, ARRAYSIZE(self.name))) &&
               ProcessIdToSessionId(GetCurrentProcessId(), &self.windows_session);
    }
    LocalFree(sid);
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

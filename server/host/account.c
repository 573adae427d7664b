/* account.c - see account.h. Names are remembered for a while, because a domain that cannot be reached takes long to
 * say so. */
#include "account.h"
#include <sddl.h>
#include <stdio.h>
#include <wchar.h>
#include "clock.h"
#include "error.h"

#define ACCOUNT_SIZE 1024

HRESULT sid_to_text(PSID sid, WCHAR out[SID_TEXT_SIZE])
{
    WCHAR *text;
    HRESULT hr = S_OK;

    if (!ConvertSidToStringSidW(sid, &text)) return last_error_hresult();
    if (wcslen(text) < SID_TEXT_SIZE)
        wcscpy(out, text);
    else
        hr = HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER);
    LocalFree(text);
    return hr;
}

/* Domains, computers and accounts that are no more can be given no right. */
static BOOL can_be_given_rights(SID_NAME_USE use)
{
    return use == SidTypeUser || use == SidTypeGroup || use == SidTypeAlias || use == SidTypeWellKnownGroup;
}

/* Windows' look-up does not know "." for this machine. */
static BOOL spell_out(const WCHAR *account, WCHAR out[ACCOUNT_SIZE])
{
    WCHAR computer[MAX_COMPUTERNAME_LENGTH + 1] = L"";
    DWORD size = ARRAYSIZE(computer);
    int length;

    if (account[0] == L'.' && account[1] == L'\\' && GetComputerNameW(computer, &size)) account++;
    length = _snwprintf(out, ACCOUNT_SIZE, L"%ls%ls", computer, account);
    return length > 0 && length < ACCOUNT_SIZE;
}

static HRESULT look_up(const WCHAR *account, WCHAR out[SID_TEXT_SIZE], SID_NAME_USE *use)
{
    WCHAR name[ACCOUNT_SIZE], domain[ACCOUNT_SIZE];
    DWORD sid_size = SECURITY_MAX_SID_SIZE, domain_size = ARRAYSIZE(domain);
    BYTE sid[SECURITY_MAX_SID_SIZE];

    if (!spell_out(account, name)) return HRESULT_FROM_WIN32(ERROR_NONE_MAPPED);
    if (!LookupAccountNameW(NULL, name, sid, &sid_size, domain, &domain_size, use)) return last_error_hresult();
    if (!can_be_given_rights(*use)) return HRESULT_FROM_WIN32(ERROR_NONE_MAPPED);
    return sid_to_text(sid, out);
}

static SID_NAME_USE use_of(PSID sid)
{
    WCHAR name[ACCOUNT_SIZE], domain[ACCOUNT_SIZE];
    DWORD name_size = ARRAYSIZE(name), domain_size = ARRAYSIZE(domain);
    SID_NAME_USE use;

    return LookupAccountSidW(NULL, sid, name, &name_size, domain, &domain_size, &use) ? use : SidTypeUnknown;
}

HRESULT account_sid(const WCHAR *account, WCHAR sid[SID_TEXT_SIZE], SID_NAME_USE *use)
{
    SID_NAME_USE ignored;
    PSID binary;
    HRESULT hr;

    sid[0] = 0;
    if (!use) use = &ignored;
    *use = SidTypeUnknown;
    /* Windows would take SDDL's names of two letters for SIDs, too; here they are names of accounts. */
    if (_wcsnicmp(account, L"S-1-", 4)) return look_up(account, sid, use);
    if (!ConvertStringSidToSidW(account, &binary)) return HRESULT_FROM_WIN32(ERROR_NONE_MAPPED);
    *use = use_of(binary);
    hr = sid_to_text(binary, sid);
    LocalFree(binary);
    return hr;
}

/* --- the way back */

enum
{
    names_kept = 64,
    name_life_ms = 3600000,
    no_name_life_ms = 60000
};

struct known_name
{
    WCHAR sid[SID_TEXT_SIZE];
    WCHAR name[ACCOUNT_NAME_SIZE];
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
    WCHAR account[257], domain[257], full[ACCOUNT_NAME_SIZE];
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

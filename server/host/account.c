/* account.c - see account.h. */
#include "account.h"
#include <sddl.h>
#include <stdio.h>
#include <wchar.h>
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

HRESULT account_look_up_name(const WCHAR *sid, WCHAR name[ACCOUNT_NAME_SIZE])
{
    WCHAR account[257], domain[257];
    DWORD account_size = ARRAYSIZE(account), domain_size = ARRAYSIZE(domain);
    SID_NAME_USE use;
    BOOL found;
    PSID binary;

    name[0] = 0;
    if (!ConvertStringSidToSidW(sid, &binary)) return last_error_hresult();
    found = LookupAccountSidW(NULL, binary, account, &account_size, domain, &domain_size, &use);
    LocalFree(binary);
    if (!found) return S_FALSE;
    _snwprintf(name, ACCOUNT_NAME_SIZE, L"%ls%ls%ls", domain, *domain ? L"\\" : L"", account);
    name[ACCOUNT_NAME_SIZE - 1] = 0;
    return S_OK;
}

HRESULT account_name(const WCHAR *sid, WCHAR *name, size_t size)
{
    WCHAR found[ACCOUNT_NAME_SIZE];
    const WCHAR *full;
    HRESULT hr;

    if (!size) return E_INVALIDARG;
    name[0] = 0;
    if (FAILED(hr = account_look_up_name(sid, found))) return hr;
    full = hr == S_OK ? found : sid;
    if (wcslen(full) >= size) return HRESULT_FROM_WIN32(ERROR_INSUFFICIENT_BUFFER);
    wcscpy(name, full);
    return S_OK;
}

/* caller.c - see caller.h. The thread impersonates for the one moment in which its token is opened; a thread that could
 * not put itself back would go on as someone else, so the process ends instead. */
#include "caller.h"
#include <objbase.h>
#include <wchar.h>
#include "account_names.h"
#include "processes.h"
#include "rules/integrity.h"
#include "user.h"
#include "wine.h"

#ifndef OB_WINE
static HRESULT client_token(HANDLE *token)
{
    HRESULT hr;

    *token = NULL;
    if (FAILED(hr = CoImpersonateClient())) return hr;
    /* As self: at identify level the caller's own context opens nothing. */
    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, token)) hr = last_error_hresult();
    if (FAILED(CoRevertToSelf())) TerminateProcess(GetCurrentProcess(), (UINT)RPC_E_ACCESS_DENIED);
    return hr;
}
#endif

/* An anonymous token says nothing of its caller. */
static HRESULT token_check_level(HANDLE token)
{
    SECURITY_IMPERSONATION_LEVEL level;
    DWORD size;

    if (!GetTokenInformation(token, TokenImpersonationLevel, &level, sizeof(level), &size)) return last_error_hresult();
    return level >= SecurityIdentification ? S_OK : HRESULT_FROM_WIN32(ERROR_BAD_IMPERSONATION_LEVEL);
}

static HRESULT token_sid(HANDLE token, WCHAR out[SID_TEXT_SIZE])
{
    BYTE buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    const TOKEN_USER *user = (const TOKEN_USER *)(const void *)buffer;
    DWORD got;

    if (!GetTokenInformation(token, TokenUser, buffer, sizeof(buffer), &got)) return last_error_hresult();
    return sid_to_text(user->User.Sid, out);
}

/* Below what a user's programs are started with. A token that does not tell is as any other. */
static bool token_is_low(HANDLE token)
{
    DWORD contained = 0, size;

    if (GetTokenInformation(token, TokenIsAppContainer, &contained, sizeof(contained), &size) && contained) return true;
    return integrity_is_low(token_integrity(token));
}

/* The user's own is known since the start. */
static HRESULT name_caller(struct caller *caller)
{
    if (!caller->facts.is_user)
        return account_names_find(&caller_names, caller->sid, caller->name, ARRAYSIZE(caller->name));
    wcscpy(caller->name, user_self()->name);
    return S_OK;
}

static HRESULT caller_read(struct caller *caller)
{
    const struct user *self = user_self();
    BOOL administrator;
    HRESULT hr;

    if (!self) return E_ACCESSDENIED;
    if (FAILED(hr = token_check_level(caller->token))) return hr;
    if (FAILED(hr = token_sid(caller->token, caller->sid))) return hr;
    caller->facts.is_user = !wcscmp(caller->sid, self->sid);
    if (FAILED(hr = name_caller(caller))) return hr;
    if (FAILED(hr = token_is_administrator(caller->token, &administrator))) return hr;
    caller->facts.is_administrator = administrator;
    caller->facts.is_low = token_is_low(caller->token);
    return caller_check_access(caller);
}

#ifdef OB_WINE
static HRESULT caller_find(struct caller *caller)
{
    const struct user *self = user_self();
    DWORD process_id;
    HRESULT hr = wine_client_token(&caller->token, &process_id);

    if (SUCCEEDED(hr)) hr = caller_read(caller);
    if (FAILED(hr) || !wine_declared_account(process_id, caller->sid, ARRAYSIZE(caller->sid))) return hr;
    caller->facts.is_user = !wcscmp(caller->sid, self->sid);
    caller->facts.is_administrator = false;
    caller_check_declared(caller);
    return name_caller(caller);
}
#else
static HRESULT caller_find(struct caller *caller)
{
    HRESULT hr = client_token(&caller->token);

    return FAILED(hr) ? hr : caller_read(caller);
}
#endif

HRESULT caller_identify(struct caller *caller, struct error *error)
{
    HRESULT hr;

    ZeroMemory(caller, sizeof(*caller));
    hr = caller_find(caller);
    if (SUCCEEDED(hr)) return S_OK;
    caller_clear(caller);
    return error_unexpected_windows(error, L"finding out who calls", hr);
}

void caller_clear(struct caller *caller)
{
    if (caller->token) CloseHandle(caller->token);
    ZeroMemory(caller, sizeof(*caller));
}

/* register_accounts.c - see register_accounts.h. How descriptors are changed stands in rules/security.h. */

#include "register_accounts.h"
#include <stdlib.h>
#include <wchar.h>
#include "com/security.h"
#include "register.h"
#include "rules/security.h"

static const struct
{
    const WCHAR *name;
    security_writer *standard;
    uint32_t mask;
} permissions[permission_count] = {
    [permission_launch] = {L"LaunchPermission", security_launch_sddl, COM_LAUNCH_LOCAL},
    [permission_access] = {L"AccessPermission", security_access_sddl, COM_ACCESS_LOCAL},
};

static HRESULT find_one(const struct named_account *named, struct found_account *found, struct error *error)
{
    WCHAR words[CODE_WORDS_SIZE];
    SID_NAME_USE use;
    HRESULT hr;

    found->use = named->use;
    hr = account_sid(named->account, found->sid, &use);
    if (SUCCEEDED(hr)) hr = account_name(found->sid, found->name, ARRAYSIZE(found->name));
    if (FAILED(hr))
    {
        code_words(hr, words);
        return error_set_code(error, hr, error_unknown_account, 2, named->account, words);
    }
    if (named->use == account_allow && security_means_everybody(found->sid))
        return error_set(error, error_everybody_allowed, 1, found->name);
    if (named->use == account_owner && use != SidTypeUser && use != SidTypeUnknown)
        return error_set(error, error_owner_is_no_user, 1, found->name);
    return S_OK;
}

static BOOL contradict(const struct found_account *a, const struct found_account *b)
{
    return ((a->use == account_allow && b->use == account_deny) ||
               (a->use == account_deny && b->use == account_allow)) &&
           !wcscmp(a->sid, b->sid);
}

HRESULT accounts_find(const struct command_line *line, struct found_accounts *found, struct error *error)
{
    HRESULT hr;

    found->count = 0;
    found->every_user = FALSE;
    for (size_t i = 0; i < line->account_count; i++)
    {
        struct found_account *account = &found->accounts[found->count];

        if (line->accounts[i].use == account_owner && !wcscmp(line->accounts[i].account, command_every_user))
        {
            found->every_user = TRUE;
            continue;
        }
        if (FAILED(hr = find_one(&line->accounts[i], account, error))) return hr;
        for (size_t j = 0; j < found->count; j++)
            if (contradict(account, &found->accounts[j]))
                return error_set(error, error_allowed_and_denied, 1, account->name);
        found->count++;
    }
    return S_OK;
}

/* What a step makes of a descriptor: arguments are those of the step, NULL and 0 in place of out and size first. */
struct step
{
    enum
    {
        step_allow,
        step_disallow,
        step_renew
    } kind;
    enum permission permission;
    const WCHAR *sid;
};

static size_t carry_out(const struct step *step, WCHAR *out, size_t size, const WCHAR *sddl)
{
    switch (step->kind)
    {
    case step_allow:
        return security_allow(out, size, sddl, permissions[step->permission].mask, step->sid);
    case step_disallow:
        return security_disallow(out, size, sddl, step->sid);
    default:
        return security_renew(
            out, size, sddl, permissions[step->permission].standard, permissions[step->permission].mask);
    }
}

/* Replaces *sddl, which may be NULL before it is renewed: what is always there is left by every step. */
static HRESULT change(WCHAR **sddl, const struct step *step)
{
    size_t length = carry_out(step, NULL, 0, *sddl);
    WCHAR *changed = NULL;

    if (length)
    {
        if (!(changed = malloc((length + 1) * sizeof(*changed)))) return E_OUTOFMEMORY;
        carry_out(step, changed, length + 1, *sddl);
    }
    free(*sddl);
    *sddl = changed;
    return S_OK;
}

static BOOL is_always_allowed(enum permission permission, const struct found_account *account)
{
    WCHAR always[128];

    permissions[permission].standard(always, ARRAYSIZE(always));
    return security_allows(always, account->sid);
}

static HRESULT make_descriptor(const struct found_accounts *found, enum permission permission, WCHAR **sddl)
{
    const struct step renew = {.kind = step_renew, .permission = permission};
    HRESULT hr = change(sddl, &renew);

    for (size_t i = 0; i < found->count && SUCCEEDED(hr); i++)
    {
        const struct found_account *account = &found->accounts[i];
        const struct step step = {account->use == account_allow ? step_allow : step_disallow, permission, account->sid};

        if (account->use == account_owner) continue;
        if (account->use == account_deny && is_always_allowed(permission, account)) continue;
        hr = change(sddl, &step);
    }
    return hr;
}

enum found_descriptor
{
    descriptor_missing,
    descriptor_damaged,
    descriptor_taken
};

/* What is stored, in *sddl where it can be taken. */
static HRESULT read_descriptor(enum permission permission, WCHAR **sddl, enum found_descriptor *found)
{
    WCHAR *stored;
    HRESULT hr = security_stored(&broker_appid, permissions[permission].name, &stored);

    if (hr == E_OUTOFMEMORY) return hr;
    *found = hr == HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND) ? descriptor_missing : descriptor_damaged;
    if (SUCCEEDED(hr) && security_is_well_formed(stored)) *found = descriptor_taken;
    *sddl = *found == descriptor_taken ? _wcsdup(stored) : NULL;
    LocalFree(stored);
    return *found == descriptor_taken && !*sddl ? E_OUTOFMEMORY : S_OK;
}

/* What the two tell belongs together: with one of them lost, the other would go on admitting accounts that nobody is
 * told of. So both are begun anew. */
static HRESULT read_descriptors(struct descriptors *descriptors, struct text_out *said)
{
    enum found_descriptor found[permission_count];
    BOOL taken = TRUE, missing = TRUE;
    HRESULT hr = S_OK;

    for (enum permission i = 0; i < permission_count && SUCCEEDED(hr); i++)
    {
        hr = read_descriptor(i, &descriptors->sddl[i], &found[i]);
        taken = taken && found[i] == descriptor_taken;
        missing = missing && found[i] == descriptor_missing;
    }
    if (FAILED(hr) || taken || missing) return hr;
    descriptors_clear(descriptors);
    descriptors->begun_anew = TRUE;
    for (enum permission i = 0; i < permission_count; i++)
    {
        if (found[i] == descriptor_taken) continue;
        text_out_add(said, L"The ");
        text_out_add(said, permissions[i].name);
        text_out_add(said, found[i] == descriptor_missing ? L" was missing.\n" : L" that was stored is damaged.\n");
    }
    text_out_add(said, L"LaunchPermission and AccessPermission were begun anew: allow again with /Allow: each account "
                       L"that had been allowed.\n");
    return S_OK;
}

/* What /Deny: cannot take back, seen before it is done. */
static void say_not_denied(
    const struct found_accounts *found, const struct descriptors *descriptors, struct text_out *said)
{
    for (size_t i = 0; i < found->count; i++)
    {
        const struct found_account *account = &found->accounts[i];
        BOOL always = FALSE, changes = FALSE;

        if (account->use != account_deny) continue;
        for (enum permission j = 0; j < permission_count; j++)
        {
            BOOL stays = is_always_allowed(j, account);

            always = always || stays;
            changes = changes || (!stays && security_allows(descriptors->sddl[j], account->sid));
        }
        if (changes || (descriptors->begun_anew && !always)) continue;
        text_out_add(said, account->name);
        text_out_add(said,
            always ? L" is always allowed; /Deny: changes nothing.\n" : L" was not allowed; /Deny: changes nothing.\n");
    }
}

HRESULT accounts_descriptors(
    const struct found_accounts *found, struct descriptors *descriptors, struct text_out *said, struct error *error)
{
    HRESULT hr;

    *descriptors = (struct descriptors){0};
    hr = read_descriptors(descriptors, said);
    if (SUCCEEDED(hr)) say_not_denied(found, descriptors, said);
    for (enum permission i = 0; i < permission_count && SUCCEEDED(hr); i++)
        hr = make_descriptor(found, i, &descriptors->sddl[i]);
    if (SUCCEEDED(hr)) return S_OK;
    descriptors_clear(descriptors);
    return error_set(error, error_no_memory, 0);
}

void descriptors_clear(struct descriptors *descriptors)
{
    for (enum permission i = 0; i < permission_count; i++)
        free(descriptors->sddl[i]);
    *descriptors = (struct descriptors){0};
}

HRESULT accounts_owners(const struct found_accounts *found, WCHAR **owners, struct error *error)
{
    BOOL any = found->every_user;
    WCHAR *sids = calloc(COMMAND_ACCOUNTS_MOST, SID_TEXT_SIZE * sizeof(*sids));

    *owners = NULL;
    if (!sids) return error_set(error, error_no_memory, 0);
    for (size_t i = 0; i < found->count; i++)
    {
        if (found->accounts[i].use != account_owner) continue;
        if (*sids) wcscat(sids, L"\n");
        wcscat(sids, found->accounts[i].sid);
        any = TRUE;
    }
    if (any)
        *owners = sids;
    else
        free(sids);
    return S_OK;
}

void accounts_say_allowed(const WCHAR *access, struct text_out *said)
{
    WCHAR always[128], sid[SID_TEXT_SIZE], name[ACCOUNT_NAME_SIZE];
    BOOL any = FALSE;

    permissions[permission_access].standard(always, ARRAYSIZE(always));
    for (size_t i = 0; security_allowed(sid, ARRAYSIZE(sid), access, i); i++)
    {
        if (security_allows(always, sid)) continue;
        if (any) text_out_add(said, L", ");
        text_out_add(said, SUCCEEDED(account_name(sid, name, ARRAYSIZE(name))) ? name : sid);
        any = TRUE;
    }
    if (!any) text_out_add(said, L"nobody else");
}

/* doctor_rights.c - see doctor.h: whom the registration and the machine let start and call the broker. An account's
 * rights are Windows' own answer, with its groups; where Windows cannot say (a virtual account, no domain controller),
 * the entries that name the account itself are looked at. */
#include <authz.h>
#include <sddl.h>
#include <stdlib.h>
#include <wchar.h>
#include "doctor.h"
#include "host/account.h"
#include "host/owners.h"
#include "host/user.h"
#include "rules/security.h"

#define APPID_KEY L"Software\\Classes\\AppID\\{9ACD0E04-8871-4188-BC42-AC6D967D9F30}"
#define OLE_KEY L"Software\\Microsoft\\Ole"

/* A self-relative descriptor; the caller frees it. NULL: *there tells whether there is a value. */
static PSECURITY_DESCRIPTOR read_descriptor(const WCHAR *key, const WCHAR *name, BOOL *there)
{
    DWORD size = 0;
    void *bytes = value_bytes(HKEY_LOCAL_MACHINE, key, name, &size, there);

    if (bytes && size >= sizeof(SECURITY_DESCRIPTOR_RELATIVE) && IsValidSecurityDescriptor(bytes) &&
        GetSecurityDescriptorLength(bytes) <= size)
        return bytes;
    free(bytes);
    return NULL;
}

static ACL *dacl_of(PSECURITY_DESCRIPTOR descriptor)
{
    BOOL present = FALSE, defaulted;
    ACL *dacl = NULL;

    return GetSecurityDescriptorDacl(descriptor, &present, &dacl, &defaulted) && present ? dacl : NULL;
}

/* An entry that allows or denies; NULL for other kinds. */
static ACCESS_ALLOWED_ACE *plain_entry(ACL *dacl, DWORD number)
{
    ACCESS_ALLOWED_ACE *entry;

    if (!GetAce(dacl, number, (void **)&entry)) return NULL;
    return entry->Header.AceType <= ACCESS_DENIED_ACE_TYPE ? entry : NULL;
}

/* --- whom a permission admits */

static void add_name(WCHAR *names, size_t size, const WCHAR *before, const WCHAR *name)
{
    size_t length = wcslen(names);

    if (length + wcslen(before) + wcslen(name) + 3 >= size) return;
    if (length) wcscat(names, L", ");
    wcscat(names, before);
    wcscat(names, name);
}

static void add_trustee(struct doctor_permission *permission, const ACCESS_ALLOWED_ACE *entry)
{
    WCHAR name[ACCOUNT_NAME_SIZE], *text;

    if (!ConvertSidToStringSidW((PSID)&entry->SidStart, &text)) return;
    if (FAILED(account_name(text, name, ARRAYSIZE(name)))) lstrcpynW(name, text, ARRAYSIZE(name));
    if (entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE)
        permission->everybody = permission->everybody || security_means_everybody(text);
    add_name(permission->names, ARRAYSIZE(permission->names),
        entry->Header.AceType == ACCESS_DENIED_ACE_TYPE ? L"not " : L"", name);
    LocalFree(text);
}

static void look_at_permission(struct doctor_row *row, const WCHAR *name, BOOL for_access)
{
    struct doctor_permission permission = {
        .registered = key_there(HKEY_LOCAL_MACHINE, APPID_KEY, 0), .for_access = for_access};
    BOOL there = FALSE;
    PSECURITY_DESCRIPTOR descriptor = read_descriptor(APPID_KEY, name, &there);
    ACL *dacl = descriptor ? dacl_of(descriptor) : NULL;
    ACCESS_ALLOWED_ACE *entry;

    permission.there = there;
    permission.readable = dacl != NULL;
    for (DWORD i = 0; dacl && i < dacl->AceCount; i++)
        if ((entry = plain_entry(dacl, i))) add_trustee(&permission, entry);
    doctor_permission(row, &permission);
    free(descriptor);
}

void look_at_launch(struct doctor_row *row, const struct examination *examination)
{
    (void)examination;
    look_at_permission(row, L"LaunchPermission", FALSE);
}

void look_at_access(struct doctor_row *row, const struct examination *examination)
{
    (void)examination;
    look_at_permission(row, L"AccessPermission", TRUE);
}

/* --- one account's rights */

/* What the entries that name this very account leave. */
static DWORD own_rights(PSECURITY_DESCRIPTOR descriptor, PSID sid)
{
    ACL *dacl = dacl_of(descriptor);
    DWORD allowed = 0, denied = 0;
    ACCESS_ALLOWED_ACE *entry;

    for (DWORD i = 0; dacl && i < dacl->AceCount; i++)
    {
        if (!(entry = plain_entry(dacl, i)) || !EqualSid((PSID)&entry->SidStart, sid)) continue;
        if (entry->Header.AceType == ACCESS_DENIED_ACE_TYPE)
            denied |= entry->Mask & ~allowed;
        else
            allowed |= entry->Mask & ~denied;
    }
    return allowed;
}

/* What Windows says that the account has, by itself and by its groups. */
static BOOL whole_rights(AUTHZ_CLIENT_CONTEXT_HANDLE client, PSECURITY_DESCRIPTOR descriptor, DWORD *rights)
{
    AUTHZ_ACCESS_REQUEST request = {.DesiredAccess = MAXIMUM_ALLOWED};
    DWORD error = ERROR_ACCESS_DENIED;
    AUTHZ_ACCESS_REPLY reply = {.ResultListLength = 1, .GrantedAccessMask = rights, .Error = &error};

    *rights = 0;
    return AuthzAccessCheck(0, client, &request, NULL, descriptor, NULL, 0, &reply, NULL);
}

/* True if the answers can be trusted: what admits nobody has to give no right. */
static BOOL answers_well(AUTHZ_CLIENT_CONTEXT_HANDLE client)
{
    PSECURITY_DESCRIPTOR nobody;
    DWORD rights = 0;
    BOOL well;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(
            L"O:SYG:SYD:(A;;0x1;;;S-1-0-0)", SDDL_REVISION_1, &nobody, NULL))
        return FALSE;
    well = whole_rights(client, nobody, &rights) && !(rights & COM_LAUNCH_LOCAL);
    LocalFree(nobody);
    return well;
}

struct subject
{
    PSID sid;
    AUTHZ_RESOURCE_MANAGER_HANDLE manager;
    AUTHZ_CLIENT_CONTEXT_HANDLE client; /* NULL: its groups cannot be told */
};

static void subject_open(struct subject *subject)
{
    const LUID none = {0};

    if (!AuthzInitializeResourceManager(AUTHZ_RM_FLAG_NO_AUDIT, NULL, NULL, NULL, NULL, &subject->manager))
        subject->manager = NULL;
    else if (!AuthzInitializeContextFromSid(0, subject->sid, subject->manager, NULL, none, NULL, &subject->client))
        subject->client = NULL;
    else if (!answers_well(subject->client))
    {
        AuthzFreeContext(subject->client);
        subject->client = NULL;
    }
}

static void subject_close(struct subject *subject)
{
    if (subject->client) AuthzFreeContext(subject->client);
    if (subject->manager) AuthzFreeResourceManager(subject->manager);
}

static bool has_rights(const struct subject *subject, const WCHAR *name, DWORD needed)
{
    DWORD rights = 0;
    BOOL there;
    PSECURITY_DESCRIPTOR descriptor = read_descriptor(APPID_KEY, name, &there);

    if (descriptor && !(subject->client && whole_rights(subject->client, descriptor, &rights)))
        rights = own_rights(descriptor, subject->sid);
    free(descriptor);
    return (rights & needed) == needed;
}

static void read_rights(struct doctor_account *account, const WCHAR *sid)
{
    struct subject subject = {NULL};

    if (!ConvertStringSidToSidW(sid, &subject.sid)) return;
    subject_open(&subject);
    account->groups_looked_at = subject.client != NULL;
    account->launch = has_rights(&subject, L"LaunchPermission", COM_LAUNCH_LOCAL);
    account->access = has_rights(&subject, L"AccessPermission", COM_ACCESS_LOCAL);
    subject_close(&subject);
    LocalFree(subject.sid);
}

void look_at_account(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_account account = {.registered = key_there(HKEY_LOCAL_MACHINE, APPID_KEY, 0)};
    WCHAR sid[SID_TEXT_SIZE];

    if (!examination->account)
    {
        doctor_add(row, L"none was named; obctl doctor --account NAME tells what one may do");
        return;
    }
    lstrcpynW(account.name, examination->account, doctor_path_size);
    account.known = SUCCEEDED(account_sid(examination->account, sid, NULL));
    if (account.known)
    {
        account_name(sid, account.name, doctor_path_size);
        read_rights(&account, sid);
        account.owner = owners_include(sid);
    }
    doctor_account(row, &account);
}

/* --- the machine's own limits */

static bool leaves_everyone(PSECURITY_DESCRIPTOR descriptor, DWORD needed)
{
    BYTE everyone[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof(everyone);

    return CreateWellKnownSid(WinWorldSid, NULL, everyone, &size) &&
           (own_rights(descriptor, everyone) & needed) == needed;
}

static void read_limit(const WCHAR *name, DWORD needed, bool *set, bool *everyone)
{
    BOOL there = FALSE;
    PSECURITY_DESCRIPTOR descriptor = read_descriptor(OLE_KEY, name, &there);

    *set = there;
    *everyone = descriptor && leaves_everyone(descriptor, needed);
    free(descriptor);
}

void look_at_dcom(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_dcom dcom = {.enabled = L""};

    (void)examination;
    value_text(HKEY_LOCAL_MACHINE, OLE_KEY, L"EnableDCOM", KEY_WOW64_64KEY, dcom.enabled, ARRAYSIZE(dcom.enabled));
    read_limit(L"MachineLaunchRestriction", COM_LAUNCH_LOCAL, &dcom.limits_launch, &dcom.launch_everyone);
    read_limit(L"MachineAccessRestriction", COM_ACCESS_LOCAL, &dcom.limits_access, &dcom.access_everyone);
    doctor_dcom(row, &dcom);
}

/* --- mailbox owners */

void look_at_owners(struct doctor_row *row, const struct examination *examination)
{
    const struct user *self = user_self();
    struct error error = {S_OK, NULL};
    WCHAR names[1024];

    (void)examination;
    owners_names(names, ARRAYSIZE(names));
    if (FAILED(owners_check(&error)))
        doctor_add_error(row, doctor_problem, error.text ? error.text : L"the list cannot be read");
    else if (names[0])
        doctor_add(row, L"%1; this user, %2, is among them", names, self ? self->name : L"?");
    else
        doctor_add(row, L"no list: the Outlook of whoever is logged on may be used");
    error_clear(&error);
}

/* caller_access.c - whom registration admits: the descriptor that COM was given, asked again for each call, so that
 * what a caller may do does not rest on COM alone. Without a descriptor nobody is admitted. */
#include "caller.h"
#include <sddl.h>

#define ACCESS_EXECUTE_LOCAL 0x03u /* COM_RIGHTS_EXECUTE | COM_RIGHTS_EXECUTE_LOCAL */

static SRWLOCK guard = SRWLOCK_INIT;
static PSECURITY_DESCRIPTOR admitted;

HRESULT caller_set_access(const WCHAR *sddl)
{
    PSECURITY_DESCRIPTOR descriptor, before;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &descriptor, NULL))
        return last_error_hresult();
    AcquireSRWLockExclusive(&guard);
    before = admitted;
    admitted = descriptor;
    ReleaseSRWLockExclusive(&guard);
    LocalFree(before);
    return S_OK;
}

HRESULT caller_check_access(struct caller *caller)
{
    GENERIC_MAPPING mapping = {ACCESS_EXECUTE_LOCAL, ACCESS_EXECUTE_LOCAL, ACCESS_EXECUTE_LOCAL, ACCESS_EXECUTE_LOCAL};
    BYTE privileges[sizeof(PRIVILEGE_SET) + 8 * sizeof(LUID_AND_ATTRIBUTES)];
    DWORD size = sizeof(privileges), granted = 0;
    BOOL allowed = FALSE;
    HRESULT hr = S_OK;

    AcquireSRWLockShared(&guard);
    if (admitted && !AccessCheck(admitted, caller->token, ACCESS_EXECUTE_LOCAL, &mapping,
                        (PRIVILEGE_SET *)(void *)privileges, &size, &granted, &allowed))
        hr = last_error_hresult();
    ReleaseSRWLockShared(&guard);
    caller->facts.is_allowed = SUCCEEDED(hr) && allowed;
    return hr;
}

#ifdef OB_WINE
static BOOL entry_allows(ACL *dacl, DWORD index, PSID sid)
{
    ACCESS_ALLOWED_ACE *entry;

    return GetAce(dacl, index, (void **)&entry) && entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE &&
           (entry->Mask & ACCESS_EXECUTE_LOCAL) == ACCESS_EXECUTE_LOCAL && EqualSid(&entry->SidStart, sid);
}

void caller_check_declared(struct caller *caller)
{
    BOOL present = FALSE, defaulted;
    ACL *dacl = NULL;
    PSID sid;

    caller->facts.is_allowed = false;
    if (!ConvertStringSidToSidW(caller->sid, &sid)) return;
    AcquireSRWLockShared(&guard);
    if (admitted && GetSecurityDescriptorDacl(admitted, &present, &dacl, &defaulted) && present && dacl)
        for (DWORD i = 0; i < dacl->AceCount && !caller->facts.is_allowed; i++)
            caller->facts.is_allowed = entry_allows(dacl, i, sid);
    ReleaseSRWLockShared(&guard);
    LocalFree(sid);
}
#endif

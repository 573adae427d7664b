/* security.c - see security.h. */

#define _WIN32_DCOM
#include "security.h"
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>

const struct security_arguments security_arguments = {
    .authentication_level = RPC_C_AUTHN_LEVEL_PKT_PRIVACY,
    .impersonation_level = RPC_C_IMP_LEVEL_IDENTIFY,
    .capabilities = EOAC_NO_CUSTOM_MARSHAL | EOAC_DISABLE_AAA,
};

/* MakeAbsoluteSD puts each part into memory of its own; here all are parts of one block, after the descriptor. */
static HRESULT make_absolute(PSECURITY_DESCRIPTOR relative, PSECURITY_DESCRIPTOR *absolute)
{
    DWORD descriptor = 0, dacl = 0, sacl = 0, owner = 0, group = 0;
    BYTE *block;

    MakeAbsoluteSD(relative, NULL, &descriptor, NULL, &dacl, NULL, &sacl, NULL, &owner, NULL, &group);
    if (!descriptor || !dacl || !owner || !group || sacl) return HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR);
    descriptor = (descriptor + 15) & ~15u;
    dacl = (dacl + 15) & ~15u;
    owner = (owner + 15) & ~15u;
    if (!(block = LocalAlloc(LPTR, descriptor + dacl + owner + group))) return E_OUTOFMEMORY;
    if (!MakeAbsoluteSD(relative, block, &descriptor, (ACL *)(block + descriptor), &dacl, NULL, &sacl,
            block + descriptor + dacl, &owner, block + descriptor + dacl + owner, &group))
    {
        HRESULT hr = last_error_hresult();

        LocalFree(block);
        return hr;
    }
    *absolute = block;
    return S_OK;
}

HRESULT security_descriptor(const WCHAR *sddl, PSECURITY_DESCRIPTOR *descriptor)
{
    PSECURITY_DESCRIPTOR relative;
    BOOL present = FALSE, defaulted;
    ACL *dacl = NULL;
    HRESULT hr;

    *descriptor = NULL;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(sddl, SDDL_REVISION_1, &relative, NULL))
        return last_error_hresult();
    if (!GetSecurityDescriptorDacl(relative, &present, &dacl, &defaulted) || !present || !dacl || !dacl->AceCount)
        hr = HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR);
    else
        hr = make_absolute(relative, descriptor);
    LocalFree(relative);
    return hr;
}

HRESULT security_initialize(const WCHAR *sddl, struct error *error)
{
    PSECURITY_DESCRIPTOR descriptor;
    HRESULT hr;

    if (FAILED(hr = security_descriptor(sddl, &descriptor)))
        return error_unexpected_windows(error, L"reading the access permission", hr);
    hr = CoInitializeSecurity(descriptor, -1, NULL, NULL, security_arguments.authentication_level,
        security_arguments.impersonation_level, NULL, security_arguments.capabilities, NULL);
    LocalFree(descriptor);
    return FAILED(hr) ? error_unexpected_windows(error, L"CoInitializeSecurity", hr) : S_OK;
}

HRESULT security_stored_access(REFGUID appid, WCHAR **sddl)
{
    WCHAR key[80], guid[40];
    BYTE *stored;
    DWORD size = 0;
    LSTATUS status;
    HRESULT hr = S_OK;

    *sddl = NULL;
    StringFromGUID2(appid, guid, ARRAYSIZE(guid));
    swprintf(key, ARRAYSIZE(key), L"Software\\Classes\\AppID\\%ls", guid);
    status = RegGetValueW(HKEY_LOCAL_MACHINE, key, L"AccessPermission", RRF_RT_REG_BINARY, NULL, NULL, &size);
    if (status) return HRESULT_FROM_WIN32(status);
    if (!(stored = malloc(size + sizeof(SECURITY_DESCRIPTOR_RELATIVE)))) return E_OUTOFMEMORY;
    status = RegGetValueW(HKEY_LOCAL_MACHINE, key, L"AccessPermission", RRF_RT_REG_BINARY, NULL, stored, &size);
    if (status)
        hr = HRESULT_FROM_WIN32(status);
    else if (size < sizeof(SECURITY_DESCRIPTOR_RELATIVE) || !IsValidSecurityDescriptor(stored) ||
             GetSecurityDescriptorLength(stored) > size)
        hr = HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR);
    else if (!ConvertSecurityDescriptorToStringSecurityDescriptorW(stored, SDDL_REVISION_1,
                 OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, sddl, NULL))
        hr = last_error_hresult();
    free(stored);
    return hr;
}

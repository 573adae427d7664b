/* security.c - see security.h. */

#define _WIN32_DCOM
#include "security.h"
#include <sddl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define APPID_KEY_SIZE 80

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

/* SDDL that grows; hr tells whether all went well. */
struct sddl
{
    WCHAR *text;
    size_t length, size;
    HRESULT hr;
};

static void sddl_add(struct sddl *sddl, const WCHAR *format, ...)
{
    va_list arguments;
    int added;

    if (FAILED(sddl->hr)) return;
    va_start(arguments, format);
    added = _vsnwprintf(sddl->text + sddl->length, sddl->size - sddl->length, format, arguments);
    va_end(arguments);
    if (added < 0 || (size_t)added >= sddl->size - sddl->length)
        sddl->hr = HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR);
    else
        sddl->length += (size_t)added;
}

static void sddl_add_sid(struct sddl *sddl, const WCHAR *before, PSID sid, const WCHAR *behind)
{
    WCHAR *text;

    if (FAILED(sddl->hr)) return;
    if (!sid || !IsValidSid(sid) || !ConvertSidToStringSidW(sid, &text))
    {
        sddl->hr = HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR);
        return;
    }
    sddl_add(sddl, L"%ls%ls%ls", before, text, behind);
    LocalFree(text);
}

/* Allowing and denying entries have the same form. Any other kind makes the whole descriptor one that is not taken:
 * what it means is not known here. */
static void sddl_add_entry(struct sddl *sddl, ACCESS_ALLOWED_ACE *entry)
{
    static const struct
    {
        BYTE flag;
        const WCHAR *name;
    } flags[] = {{OBJECT_INHERIT_ACE, L"OI"}, {CONTAINER_INHERIT_ACE, L"CI"}, {NO_PROPAGATE_INHERIT_ACE, L"NP"},
        {INHERIT_ONLY_ACE, L"IO"}, {INHERITED_ACE, L"ID"}};
    BYTE type = entry->Header.AceType;
    WCHAR before[64];

    if (type != ACCESS_ALLOWED_ACE_TYPE && type != ACCESS_DENIED_ACE_TYPE)
    {
        if (SUCCEEDED(sddl->hr)) sddl->hr = HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR);
        return;
    }
    sddl_add(sddl, L"(%lc;", type == ACCESS_ALLOWED_ACE_TYPE ? L'A' : L'D');
    for (size_t i = 0; i < ARRAYSIZE(flags); i++)
        if (entry->Header.AceFlags & flags[i].flag) sddl_add(sddl, L"%ls", flags[i].name);
    _snwprintf(before, ARRAYSIZE(before), L";0x%lx;;;", entry->Mask);
    sddl_add_sid(sddl, before, &entry->SidStart, L")");
}

/* Windows' own words for a descriptor call some SIDs of the machine and the domain by names that only they understand;
 * so the SIDs are written out. */
static HRESULT as_sddl(PSECURITY_DESCRIPTOR descriptor, DWORD size, WCHAR **out)
{
    /* The longest entry has a SID of 184 characters, of 68 bytes. */
    struct sddl sddl = {.size = 1024 + (size_t)size * 8};
    PSID owner = NULL, group = NULL;
    BOOL present = FALSE, defaulted;
    ACL *dacl = NULL;

    *out = NULL;
    if (!GetSecurityDescriptorOwner(descriptor, &owner, &defaulted) ||
        !GetSecurityDescriptorGroup(descriptor, &group, &defaulted) ||
        !GetSecurityDescriptorDacl(descriptor, &present, &dacl, &defaulted) || !present || !dacl)
        return HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR);
    if (!(sddl.text = LocalAlloc(LPTR, sddl.size * sizeof(WCHAR)))) return E_OUTOFMEMORY;
    sddl_add_sid(&sddl, L"O:", owner, L"");
    sddl_add_sid(&sddl, L"G:", group, L"D:");
    for (DWORD i = 0; i < dacl->AceCount && SUCCEEDED(sddl.hr); i++)
    {
        void *entry;

        if (GetAce(dacl, i, &entry))
            sddl_add_entry(&sddl, entry);
        else
            sddl.hr = last_error_hresult();
    }
    if (SUCCEEDED(sddl.hr))
        *out = sddl.text;
    else
        LocalFree(sddl.text);
    return sddl.hr;
}

static void appid_key(REFGUID appid, WCHAR key[APPID_KEY_SIZE])
{
    WCHAR guid[40];

    StringFromGUID2(appid, guid, ARRAYSIZE(guid));
    _snwprintf(key, APPID_KEY_SIZE, L"Software\\Classes\\AppID\\%ls", guid);
}

HRESULT security_stored(REFGUID appid, const WCHAR *name, WCHAR **sddl)
{
    WCHAR key[APPID_KEY_SIZE];
    BYTE *stored;
    DWORD size = 0;
    LSTATUS status;
    HRESULT hr;

    *sddl = NULL;
    appid_key(appid, key);
    status = RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_BINARY, NULL, NULL, &size);
    if (status) return HRESULT_FROM_WIN32(status);
    if (!(stored = malloc(size + sizeof(SECURITY_DESCRIPTOR_RELATIVE)))) return E_OUTOFMEMORY;
    status = RegGetValueW(HKEY_LOCAL_MACHINE, key, name, RRF_RT_REG_BINARY, NULL, stored, &size);
    if (status)
        hr = HRESULT_FROM_WIN32(status);
    else if (size < sizeof(SECURITY_DESCRIPTOR_RELATIVE) || !IsValidSecurityDescriptor(stored) ||
             GetSecurityDescriptorLength(stored) > size)
        hr = HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR);
    else
        hr = as_sddl(stored, size, sddl);
    free(stored);
    return hr;
}

BOOL security_appid_there(REFGUID appid)
{
    WCHAR key[APPID_KEY_SIZE];
    HKEY opened;

    appid_key(appid, key);
    /* A key that may not be read is there. */
    switch (RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_READ, &opened))
    {
    case ERROR_FILE_NOT_FOUND:
        return FALSE;
    case ERROR_SUCCESS:
        RegCloseKey(opened);
        return TRUE;
    default:
        return TRUE;
    }
}

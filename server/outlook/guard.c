/* guard.c - the registry's values about Outlook's object model guard, for rules/guard.h. Reads the registry only:
 * asking Outlook itself is what the guard may answer with a prompt. */
#include <stdio.h>
#include <wchar.h>
#include "internal.h"
#include "rules/guard.h"

static struct guard_value read_value(HKEY root, const WCHAR *path, const WCHAR *name, REGSAM view)
{
    struct guard_value value = {false, 0};
    DWORD data = 0, size = sizeof(data);
    HKEY key;

    if (RegOpenKeyExW(root, path, 0, KEY_QUERY_VALUE | view, &key) != ERROR_SUCCESS) return value;
    value.found = RegGetValueW(key, NULL, name, RRF_RT_REG_DWORD, NULL, &data, &size) == ERROR_SUCCESS;
    value.value = value.found ? data : 0;
    RegCloseKey(key);
    return value;
}

BOOL guard_is_open(const WCHAR *version)
{
    WCHAR policies[128], machine[128];
    struct guard_values values;
    unsigned major = (unsigned)wcstoul(version, NULL, 10);

    if (!major) return FALSE;
    swprintf(policies, ARRAYSIZE(policies), L"Software\\Policies\\Microsoft\\Office\\%u.0\\Outlook\\Security", major);
    swprintf(machine, ARRAYSIZE(machine), L"SOFTWARE\\Microsoft\\Office\\%u.0\\Outlook\\Security", major);
    values.admin_security_mode = read_value(HKEY_CURRENT_USER, policies, L"AdminSecurityMode", 0);
    values.address_access = read_value(HKEY_CURRENT_USER, policies, L"PromptOOMAddressBookAccess", 0);
    values.object_model_guard = read_value(HKEY_LOCAL_MACHINE, machine, L"ObjectModelGuard", KEY_WOW64_64KEY);
    if (!values.object_model_guard.found)
        values.object_model_guard = read_value(HKEY_LOCAL_MACHINE, machine, L"ObjectModelGuard", KEY_WOW64_32KEY);
    return guard_address_book_open(&values);
}

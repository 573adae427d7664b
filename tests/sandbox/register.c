/* register.c - what the sandbox writes into the registry. See register.h.
 * Everything is a row of one table; %s stands for the path of this program. */
#include "register.h"
#include "profile.h"
#include <shlwapi.h>
#include <stdlib.h>
#include <wchar.h>

#define CLSID_TEXT L"{0006F03A-0000-0000-C000-000000000046}"
#define CLASSES L"Software\\Classes\\"
#define CLSID_KEY CLASSES L"CLSID\\" CLSID_TEXT
#define SANDBOX_KEY L"Software\\OutlookSandbox"
#define PROFILE_NAME L"Outlook"

static const struct
{
    HKEY root;
    const WCHAR *key, *name, *value;
    const WCHAR *remove; /* the key that goes with it when it is unregistered, or NULL */
} values[] = {
    {HKEY_LOCAL_MACHINE, CLSID_KEY, NULL, L"Microsoft Outlook (sandbox)", CLSID_KEY},
    {HKEY_LOCAL_MACHINE, CLSID_KEY L"\\LocalServer32", NULL, L"\"%s\"", NULL},
    {HKEY_LOCAL_MACHINE, CLSID_KEY L"\\ProgID", NULL, L"Outlook.Application.16", NULL},
    {HKEY_LOCAL_MACHINE, CLSID_KEY L"\\VersionIndependentProgID", NULL, L"Outlook.Application", NULL},
    {HKEY_LOCAL_MACHINE, CLASSES L"Outlook.Application", NULL, L"Microsoft Outlook (sandbox)",
        CLASSES L"Outlook.Application"},
    {HKEY_LOCAL_MACHINE, CLASSES L"Outlook.Application\\CLSID", NULL, CLSID_TEXT, NULL},
    {HKEY_LOCAL_MACHINE, CLASSES L"Outlook.Application\\CurVer", NULL, L"Outlook.Application.16", NULL},
    {HKEY_LOCAL_MACHINE, CLASSES L"Outlook.Application.16", NULL, L"Microsoft Outlook (sandbox)",
        CLASSES L"Outlook.Application.16"},
    {HKEY_LOCAL_MACHINE, CLASSES L"Outlook.Application.16\\CLSID", NULL, CLSID_TEXT, NULL},
    {HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Office\\16.0\\Outlook", L"Bitness", L"x64",
        L"Software\\Microsoft\\Office\\16.0\\Outlook"},
    {HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\OUTLOOK.EXE", NULL, L"%s",
        L"Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\OUTLOOK.EXE"},
    {HKEY_CURRENT_USER, PROFILE_PROFILES_KEY L"\\" PROFILE_NAME, NULL, L"", PROFILE_PROFILES_KEY L"\\" PROFILE_NAME},
    {HKEY_CURRENT_USER, PROFILE_OUTLOOK_KEY, L"DefaultProfile", PROFILE_NAME, NULL},
};

static LSTATUS write_value(HKEY root, const WCHAR *key, const WCHAR *name, const WCHAR *value)
{
    HKEY opened;
    LSTATUS status = RegCreateKeyExW(root, key, 0, NULL, 0, KEY_WRITE, NULL, &opened, NULL);

    if (status) return status;
    status =
        RegSetValueExW(opened, name, 0, REG_SZ, (const BYTE *)value, (DWORD)((wcslen(value) + 1) * sizeof(*value)));
    RegCloseKey(opened);
    return status;
}

/* No object model guard stands before the sandbox, and the registry says so as for Outlook: 2 is "never warn". */
static LSTATUS write_guard(void)
{
    static const DWORD never = 2;

    return RegSetKeyValueW(HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Office\\16.0\\Outlook\\Security",
        L"ObjectModelGuard", REG_DWORD, &never, sizeof(never));
}

/* /home/me becomes Z:\home\me, where Wine shows it. */
static WCHAR *windows_path(const WCHAR *path)
{
    WCHAR *copy = *path == L'/' ? text_format(L"Z:%s", path) : text_copy(path);

    for (WCHAR *at = copy; *at; at++)
        if (*at == L'/') *at = L'\\';
    return copy;
}

/* An Outlook that is installed must lose nothing by our tests. */
static bool another_is_registered(const WCHAR *program)
{
    WCHAR command[MAX_PATH * 2];
    DWORD size = sizeof(command);
    const WCHAR *own = wcsrchr(program, L'\\');

    if (RegGetValueW(HKEY_LOCAL_MACHINE, CLSID_KEY L"\\LocalServer32", NULL, RRF_RT_REG_SZ, NULL, command, &size))
        return false;
    return !StrStrIW(command, own ? own + 1 : program);
}

HRESULT register_server(const WCHAR *directory)
{
    WCHAR program[MAX_PATH * 2];
    LSTATUS status = 0;

    if (!GetModuleFileNameW(NULL, program, ARRAYSIZE(program))) return HRESULT_FROM_WIN32(GetLastError());
    if (another_is_registered(program)) return HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
    for (size_t i = 0; !status && i < ARRAYSIZE(values); i++)
    {
        const WCHAR *place = wcsstr(values[i].value, L"%s");
        WCHAR *value = place ? text_format(values[i].value, program) : text_copy(values[i].value);

        status = write_value(values[i].root, values[i].key, values[i].name, value);
        free(value);
    }
    if (!status) status = write_guard();
    if (!status && directory)
    {
        WCHAR *path = windows_path(directory);

        status = write_value(HKEY_CURRENT_USER, SANDBOX_KEY, L"Directory", path);
        free(path);
    }
    return HRESULT_FROM_WIN32((DWORD)status);
}

/* What held nothing but ours: the key and those above it, as far as they are empty. */
static void remove_empty(HKEY root, const WCHAR *key)
{
    WCHAR *path = text_copy(key), *slash;
    DWORD keys = 0, named = 0;

    do
    {
        HKEY opened;

        if (!RegOpenKeyExW(root, path, 0, KEY_READ, &opened))
        {
            RegQueryInfoKeyW(opened, NULL, NULL, NULL, &keys, NULL, NULL, &named, NULL, NULL, NULL, NULL);
            RegCloseKey(opened);
            if (keys || named || RegDeleteKeyW(root, path)) break;
        }
        if ((slash = wcsrchr(path, L'\\'))) *slash = 0;
    } while (slash);
    free(path);
}

HRESULT unregister_server(void)
{
    WCHAR program[MAX_PATH * 2];
    LSTATUS status = 0;

    if (!GetModuleFileNameW(NULL, program, ARRAYSIZE(program))) return HRESULT_FROM_WIN32(GetLastError());
    if (another_is_registered(program)) return HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);

    for (size_t i = 0; i < ARRAYSIZE(values); i++)
    {
        LSTATUS removed = values[i].remove ? (LSTATUS)SHDeleteKeyW(values[i].root, values[i].remove) : 0;

        if (removed && removed != ERROR_FILE_NOT_FOUND) status = removed;
    }
    SHDeleteValueW(HKEY_CURRENT_USER, PROFILE_OUTLOOK_KEY, L"DefaultProfile");
    SHDeleteKeyW(HKEY_CURRENT_USER, SANDBOX_KEY);
    remove_empty(HKEY_CURRENT_USER, PROFILE_PROFILES_KEY);
    remove_empty(HKEY_LOCAL_MACHINE, L"Software\\Microsoft\\Office\\16.0");
    return HRESULT_FROM_WIN32((DWORD)status);
}

WCHAR *register_store_path(void)
{
    WCHAR path[1024];
    DWORD size = sizeof(path);

    if (!RegGetValueW(HKEY_CURRENT_USER, SANDBOX_KEY, L"Directory", RRF_RT_REG_SZ, NULL, path, &size) && *path)
        return text_copy(path);
    if (!GetEnvironmentVariableW(L"LOCALAPPDATA", path, ARRAYSIZE(path))) wcscpy(path, L"C:");
    return text_format(L"%s\\OutlookSandbox", path);
}

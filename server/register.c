/* register.c - see register.h. The application is run as the interactive user: that is where the profile, the registry
 * hive and the one Outlook are. */

#include "register.h"
#include <stdio.h>
#include <wchar.h>
#include "com/registry.h"
#include "host/paths.h"
#include "outlook_broker.h"
#include "rules/security.h"

/* {9ACD0E04-8871-4188-BC42-AC6D967D9F30} */
const GUID broker_appid = {0x9acd0e04, 0x8871, 0x4188, {0xbc, 0x42, 0xac, 0x6d, 0x96, 0x7d, 0x9f, 0x30}};

#define CLASSES L"Software\\Classes\\"
#define CLASS_KEY CLASSES L"CLSID\\%2"
#define APPID_KEY CLASSES L"AppID\\%3"
#define SDDL_SIZE 512
#define TYPE_LIBRARY_VERSION L"1.0"

enum insert
{
    insert_program, /* %1: the full path of this program, quoted */
    insert_clsid,   /* %2 */
    insert_appid,   /* %3 */
    insert_libid,   /* %4 */
    insert_count
};

struct names
{
    WCHAR program[DATA_PATH_SIZE + 2], path[DATA_PATH_SIZE], clsid[40], appid[40], libid[40];
    struct registry_inserts inserts;
};

static HRESULT find_names(struct names *names, struct error *error)
{
    HRESULT hr = program_path(names->path);

    if (FAILED(hr)) return error_unexpected_windows(error, L"finding the program's own path", hr);
    swprintf(names->program, ARRAYSIZE(names->program), L"\"%ls\"", names->path);
    StringFromGUID2(&CLSID_ObSession, names->clsid, ARRAYSIZE(names->clsid));
    StringFromGUID2(&broker_appid, names->appid, ARRAYSIZE(names->appid));
    StringFromGUID2(&LIBID_OutlookBroker, names->libid, ARRAYSIZE(names->libid));
    names->inserts.texts[insert_program] = names->program;
    names->inserts.texts[insert_clsid] = names->clsid;
    names->inserts.texts[insert_appid] = names->appid;
    names->inserts.texts[insert_libid] = names->libid;
    return S_OK;
}

static HRESULT register_type_library(const struct names *names, struct error *error)
{
    ITypeLib *library;
    HRESULT hr = LoadTypeLibEx(names->path, REGKIND_NONE, &library);

    if (SUCCEEDED(hr))
    {
        hr = RegisterTypeLib(library, (OLECHAR *)names->path, NULL);
        ITypeLib_Release(library);
    }
    return FAILED(hr) ? error_unexpected_windows(error, L"registering the type library", hr) : S_OK;
}

static HRESULT write_rows(const struct names *names, struct error *error)
{
    WCHAR access[SDDL_SIZE], launch[SDDL_SIZE];
    const struct registry_row rows[] = {
        {.key = APPID_KEY, .text = L"Outlook Broker"},
        {.key = APPID_KEY, .name = L"RunAs", .text = L"Interactive User"},
        {.key = APPID_KEY, .name = L"LaunchPermission", .sddl = launch},
        {.key = APPID_KEY, .name = L"AccessPermission", .sddl = access},
        {.key = APPID_KEY, .name = L"AuthenticationLevel", .number = 6, .is_number = TRUE}, /* packet privacy */
        {.key = CLASSES L"AppID\\outlook-broker.exe", .name = L"AppID", .text = L"%3"},
        {.key = CLASS_KEY, .text = L"Outlook Broker Session"},
        {.key = CLASS_KEY, .name = L"AppID", .text = L"%3"},
        {.key = CLASS_KEY L"\\LocalServer32", .text = L"%1"},
        {.key = CLASS_KEY L"\\ProgID", .text = L"OutlookBroker.Session.1"},
        {.key = CLASS_KEY L"\\VersionIndependentProgID", .text = L"OutlookBroker.Session"},
        {.key = CLASS_KEY L"\\TypeLib", .text = L"%4"},
        {.key = CLASS_KEY L"\\Version", .text = TYPE_LIBRARY_VERSION},
        {.key = CLASS_KEY L"\\Programmable"},
        {.key = CLASSES L"OutlookBroker.Session", .text = L"Outlook Broker Session"},
        {.key = CLASSES L"OutlookBroker.Session\\CLSID", .text = L"%2"},
        {.key = CLASSES L"OutlookBroker.Session\\CurVer", .text = L"OutlookBroker.Session.1"},
        {.key = CLASSES L"OutlookBroker.Session.1", .text = L"Outlook Broker Session"},
        {.key = CLASSES L"OutlookBroker.Session.1\\CLSID", .text = L"%2"},
    };

    security_access_sddl(access, ARRAYSIZE(access));
    security_launch_sddl(launch, ARRAYSIZE(launch));
    return registry_write(rows, ARRAYSIZE(rows), &names->inserts, error);
}

static HRESULT remove_keys(const struct names *names, struct error *error)
{
    static const WCHAR *const keys[] = {
        CLASSES L"OutlookBroker.Session.1",
        CLASSES L"OutlookBroker.Session",
        CLASS_KEY,
        CLASSES L"AppID\\outlook-broker.exe",
        APPID_KEY,
    };

    return registry_remove(keys, ARRAYSIZE(keys), &names->inserts, error);
}

HRESULT register_server(struct error *error)
{
    struct names names;
    struct error ignored = {0};
    HRESULT hr;

    if (FAILED(hr = find_names(&names, error)) || FAILED(hr = write_rows(&names, error))) return hr;
    if (FAILED(hr = register_type_library(&names, error)))
    {
        remove_keys(&names, &ignored);
        error_clear(&ignored);
    }
    return hr;
}

HRESULT unregister_server(struct error *error)
{
    struct names names;
    HRESULT hr = find_names(&names, error);
    HRESULT library;

    if (FAILED(hr)) return hr;
    library = UnRegisterTypeLib(&LIBID_OutlookBroker, 1, 0, LOCALE_NEUTRAL, SYS_WIN64);
    hr = remove_keys(&names, error);
    if (SUCCEEDED(hr) && FAILED(library) && library != TYPE_E_REGISTRYACCESS && library != TYPE_E_LIBNOTREGISTERED)
        hr = error_unexpected_windows(error, L"removing the type library's registration", library);
    return hr;
}

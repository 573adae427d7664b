/* outlook_facts.c - see outlook_facts.h. Every value that is read stands here by its place; what is missing is left
 * empty, and the rules take that for not known. */
#include "outlook_facts.h"
#include <stdlib.h>
#include <shlwapi.h>
#include <stdio.h>
#include <wchar.h>
#include "processes.h"
#include "rules/local_server.h"

#define PROGID L"Outlook.Application"
#define KEY_SIZE 160
#define PACKAGES L"Software\\Microsoft\\Windows\\CurrentVersion\\AppModel\\"
#define NEW_OUTLOOK_PACKAGE L"Microsoft.OutlookForWindows_"
#define FIRST_OFFICE_OF_ITS_OWN_PROFILES 15 /* before, all versions shared a place of Windows' */

/* --- values */

static BOOL read_text(HKEY root, const WCHAR *path, const WCHAR *name, REGSAM view, WCHAR *text, DWORD count)
{
    DWORD size = count * (DWORD)sizeof(*text);
    LSTATUS status;
    HKEY key;

    text[0] = 0;
    if (RegOpenKeyExW(root, path, 0, KEY_QUERY_VALUE | view, &key) != ERROR_SUCCESS) return FALSE;
    status = RegGetValueW(key, NULL, name, RRF_RT_REG_SZ, NULL, text, &size);
    RegCloseKey(key);
    if (status != ERROR_SUCCESS) text[0] = 0;
    return status == ERROR_SUCCESS && text[0];
}

static struct guard_value read_number(HKEY root, const WCHAR *path, const WCHAR *name, REGSAM view)
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

static const WCHAR *office_key(WCHAR key[KEY_SIZE], const WCHAR *before, unsigned major, const WCHAR *after)
{
    _snwprintf(key, KEY_SIZE - 1, L"%lsMicrosoft\\Office\\%u.0\\Outlook%ls", before, major, after);
    key[KEY_SIZE - 1] = 0;
    return key;
}

/* --- the installation */

static BOOL file_is_there(const WCHAR *path)
{
    DWORD attributes = GetFileAttributesW(path), error;

    if (attributes != INVALID_FILE_ATTRIBUTES) return !(attributes & FILE_ATTRIBUTE_DIRECTORY);
    error = GetLastError();
    return error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND;
}

static void read_image(const WCHAR *class_id, REGSAM view, struct outlook_image *image)
{
    WCHAR key[KEY_SIZE], value[1024];

    _snwprintf(key, KEY_SIZE - 1, L"CLSID\\%ls\\LocalServer32", class_id);
    key[KEY_SIZE - 1] = 0;
    image->registered = read_text(HKEY_CLASSES_ROOT, key, NULL, view, value, ARRAYSIZE(value));
    if (!image->registered) return;
    image->there = !local_server_program(value, image->program, outlook_path_size) || PathIsRelativeW(image->program) ||
                   file_is_there(image->program);
}

static void read_program_version(const WCHAR *program, WCHAR *version)
{
    DWORD ignored, size = GetFileVersionInfoSizeW(program, &ignored);
    void *block = size ? malloc(size) : NULL;
    VS_FIXEDFILEINFO *fixed;
    UINT length;

    if (block && GetFileVersionInfoW(program, 0, size, block) &&
        VerQueryValueW(block, L"\\", (void **)&fixed, &length) && length >= sizeof(*fixed))
        _snwprintf(version, outlook_word_size - 1, L"%u.%u.%u.%u", HIWORD(fixed->dwFileVersionMS),
            LOWORD(fixed->dwFileVersionMS), HIWORD(fixed->dwFileVersionLS), LOWORD(fixed->dwFileVersionLS));
    free(block);
}

/* The full name of the new Outlook's package below a list of packages. */
static BOOL find_package(HKEY root, const WCHAR *path, WCHAR *name, DWORD size)
{
    DWORD length = size;
    BOOL found = FALSE;
    HKEY key;

    if (RegOpenKeyExW(root, path, 0, KEY_ENUMERATE_SUB_KEYS | KEY_WOW64_64KEY, &key) != ERROR_SUCCESS) return FALSE;
    for (DWORD i = 0; !found; i++, length = size)
    {
        LSTATUS status = RegEnumKeyExW(key, i, name, &length, NULL, NULL, NULL, NULL);

        if (status == ERROR_MORE_DATA) continue;
        if (status != ERROR_SUCCESS) break;
        found = !_wcsnicmp(name, NEW_OUTLOOK_PACKAGE, wcslen(NEW_OUTLOOK_PACKAGE));
    }
    RegCloseKey(key);
    if (!found) name[0] = 0;
    return found;
}

static void read_new_outlook(struct outlook_install *install)
{
    static const WCHAR of_user[] = L"Software\\Classes\\Local Settings\\" PACKAGES L"Repository\\Packages";
    static const WCHAR of_machine[] = L"Software\\Classes\\Local Settings\\" PACKAGES L"PackageRepository\\Packages";
    struct guard_value prefers;
    struct process running;

    if (!find_package(HKEY_CURRENT_USER, of_user, install->new_outlook_package, outlook_path_size))
        find_package(HKEY_LOCAL_MACHINE, of_machine, install->new_outlook_package, outlook_path_size);
    install->new_outlook_runs = processes_by_image(L"olk.exe", &running, 1) > 0;
    prefers =
        read_number(HKEY_CURRENT_USER, L"Software\\Microsoft\\Office\\16.0\\Outlook\\Preferences", L"UseNewOutlook", 0);
    install->prefers_new = prefers.found ? prefers.value == 1 : -1;
}

static void read_class(struct outlook_install *install)
{
    WCHAR current[64], *digits;
    CLSID class;

    if (SUCCEEDED(CLSIDFromProgID(PROGID, &class)))
        StringFromGUID2(&class, install->class_id, ARRAYSIZE(install->class_id));
    if (read_text(HKEY_CLASSES_ROOT, PROGID L"\\CurVer", NULL, 0, current, ARRAYSIZE(current)) &&
        (digits = wcsrchr(current, L'.')))
        install->major = (unsigned)wcstoul(digits + 1, NULL, 10);
    if (!install->class_id[0]) return;
    read_image(install->class_id, KEY_WOW64_64KEY, &install->images[outlook_view_64]);
    read_image(install->class_id, KEY_WOW64_32KEY, &install->images[outlook_view_32]);
}

void outlook_install_read(struct outlook_install *install)
{
    static const WCHAR app_paths[] = L"Software\\Microsoft\\Windows\\CurrentVersion\\App Paths\\OUTLOOK.EXE";
    static const WCHAR click_to_run[] = L"Software\\Microsoft\\Office\\ClickToRun\\Configuration";
    const struct outlook_image *image;
    WCHAR key[KEY_SIZE];

    memset(install, 0, sizeof(*install));
    read_class(install);
    if (!read_text(HKEY_LOCAL_MACHINE, app_paths, NULL, KEY_WOW64_64KEY, install->app_path, outlook_path_size))
        read_text(HKEY_LOCAL_MACHINE, app_paths, NULL, KEY_WOW64_32KEY, install->app_path, outlook_path_size);
    install->app_path_there = install->app_path[0] && file_is_there(install->app_path);
    office_key(key, L"Software\\", install->major, L"");
    if (!read_text(HKEY_LOCAL_MACHINE, key, L"Bitness", KEY_WOW64_64KEY, install->bitness, outlook_word_size))
        read_text(HKEY_LOCAL_MACHINE, key, L"Bitness", KEY_WOW64_32KEY, install->bitness, outlook_word_size);
    read_text(HKEY_LOCAL_MACHINE, click_to_run, L"VersionToReport", KEY_WOW64_64KEY, install->click_to_run_version,
        outlook_word_size);
    read_text(HKEY_LOCAL_MACHINE, click_to_run, L"Platform", KEY_WOW64_64KEY, install->click_to_run_platform,
        outlook_word_size);
    image = outlook_install_image(install);
    if (image && image->program[0]) read_program_version(image->program, install->program_version);
    read_new_outlook(install);
}

/* --- profiles */

static void read_profile_names(HKEY key, struct profile_facts *facts)
{
    WCHAR name[256];
    DWORD length = ARRAYSIZE(name);

    for (DWORD i = 0; RegEnumKeyExW(key, i, name, &length, NULL, NULL, NULL, NULL) == ERROR_SUCCESS; i++)
    {
        if (facts->count < profile_most_names) lstrcpynW(facts->names[facts->count], name, profile_name_size);
        facts->count++;
        length = ARRAYSIZE(name);
    }
}

/* Whether Outlook was told to make the first profile by itself. */
static BOOL makes_own_profile(unsigned major)
{
    static const WCHAR *const roots[] = {L"Software\\Policies\\", L"Software\\"};
    static const WCHAR *const names[] = {L"ZeroConfigExchange", L"ZeroConfigExchangeOnce"};
    WCHAR key[KEY_SIZE], file[MAX_PATH];

    for (size_t i = 0; i < ARRAYSIZE(roots); i++)
        for (size_t j = 0; j < ARRAYSIZE(names); j++)
            if (read_number(HKEY_CURRENT_USER, office_key(key, roots[i], major, L"\\AutoDiscover"), names[j], 0).value)
                return TRUE;
    return read_text(
        HKEY_CURRENT_USER, office_key(key, L"Software\\", major, L"\\Setup"), L"ImportPRF", 0, file, ARRAYSIZE(file));
}

/* A text "1" in the field; a number does as well. */
static BOOL asks_for_profile(void)
{
    static const WCHAR options[] = L"Software\\Microsoft\\Exchange\\Client\\Options", name[] = L"PickLogonProfile";
    WCHAR text[16];

    if (read_text(HKEY_CURRENT_USER, options, name, 0, text, ARRAYSIZE(text))) return wcstoul(text, NULL, 10) == 1;
    return read_number(HKEY_CURRENT_USER, options, name, 0).value == 1;
}

void profile_facts_read(unsigned major, struct profile_facts *facts)
{
    static const WCHAR shared[] =
        L"Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows Messaging Subsystem\\Profiles";
    WCHAR profiles[KEY_SIZE], of_default[KEY_SIZE];
    HKEY key;

    memset(facts, 0, sizeof(*facts));
    if (!major) return;
    facts->known = true;
    if (major >= FIRST_OFFICE_OF_ITS_OWN_PROFILES)
    {
        office_key(profiles, L"Software\\", major, L"\\Profiles");
        office_key(of_default, L"Software\\", major, L"");
        facts->makes_own = makes_own_profile(major);
    }
    else
    {
        wcscpy(profiles, shared);
        wcscpy(of_default, shared);
    }
    _snwprintf(facts->place, profile_place_size - 1, L"HKCU\\%ls", profiles);
    read_text(HKEY_CURRENT_USER, of_default, L"DefaultProfile", 0, facts->default_name, profile_name_size);
    facts->asks = asks_for_profile();
    if (RegOpenKeyExW(HKEY_CURRENT_USER, profiles, 0, KEY_ENUMERATE_SUB_KEYS, &key) != ERROR_SUCCESS) return;
    read_profile_names(key, facts);
    RegCloseKey(key);
}

/* --- the guard */

static bool is_windows_server(void)
{
    OSVERSIONINFOEXW wanted = {.dwOSVersionInfoSize = sizeof(wanted), .wProductType = VER_NT_WORKSTATION};

    return !VerifyVersionInfoW(&wanted, VER_PRODUCT_TYPE, VerSetConditionMask(0, VER_PRODUCT_TYPE, VER_EQUAL)) &&
           GetLastError() == ERROR_OLD_WIN_VERSION;
}

void guard_values_read(unsigned major, unsigned bits, struct guard_values *values)
{
    WCHAR key[KEY_SIZE];

    memset(values, 0, sizeof(*values));
    values->major = major;
    values->bits = bits;
    values->server = is_windows_server();
    office_key(key, L"Software\\Policies\\", major, L"\\Security");
    values->admin_security_mode = read_number(HKEY_CURRENT_USER, key, L"AdminSecurityMode", 0);
    values->address_access = read_number(HKEY_CURRENT_USER, key, L"PromptOOMAddressBookAccess", 0);
    values->send = read_number(HKEY_CURRENT_USER, key, L"PromptOOMSend", 0);
    office_key(key, L"SOFTWARE\\", major, L"\\Security");
    values->object_model_guard = read_number(HKEY_LOCAL_MACHINE, key, L"ObjectModelGuard", KEY_WOW64_64KEY);
    values->object_model_guard_32 = read_number(HKEY_LOCAL_MACHINE, key, L"ObjectModelGuard", KEY_WOW64_32KEY);
}

HRESULT error_set_finding(struct error *error, const struct finding *finding)
{
    return error_set(error, finding->id, finding->count, finding->words[0], finding->words[1], finding->words[2]);
}

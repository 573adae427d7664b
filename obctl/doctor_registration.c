/* doctor_registration.c - see doctor.h: the broker's own registration, read as a client's COM would read it. */
#include <objbase.h>
#include <wchar.h>
#include "doctor.h"
#include "outlook_broker.h"
#include "rules/local_server.h"

#define CLASSES L"Software\\Classes\\"
#define APPID L"{9ACD0E04-8871-4188-BC42-AC6D967D9F30}"
#define PROXY_CLASS L"{9ACD0E04-8871-4188-BC42-AC6D967D9F31}"
#define GUID_TEXT_SIZE 40

static const REGSAM view_flags[outlook_views] = {
    [outlook_view_64] = KEY_WOW64_64KEY, [outlook_view_32] = KEY_WOW64_32KEY};

static const WCHAR *guid_text(REFGUID guid, WCHAR out[GUID_TEXT_SIZE])
{
    StringFromGUID2(guid, out, GUID_TEXT_SIZE);
    return out;
}

/* --- the class */

static void read_class(REGSAM view, struct doctor_class *found)
{
    WCHAR clsid[GUID_TEXT_SIZE], value[1024], back[GUID_TEXT_SIZE];
    const WCHAR *key = path_of(CLASSES L"CLSID\\%ls\\LocalServer32", guid_text(&CLSID_ObSession, clsid));

    found->machine = value_text(HKEY_LOCAL_MACHINE, key, NULL, view, value, ARRAYSIZE(value));
    if (!found->machine) found->user = value_text(HKEY_CURRENT_USER, key, NULL, view, value, ARRAYSIZE(value));
    if (!found->machine && !found->user) return;
    local_server_program(value, found->program, doctor_path_size);
    found->there = file_there(found->program);
    key = path_of(CLASSES L"CLSID\\%ls\\ProgID", clsid);
    value_text(
        found->machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER, key, NULL, view, found->progid, doctor_name_size);
    /* Names of classes are shared by both views. */
    found->progid_leads_back =
        value_text(found->machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER, CLASSES L"OutlookBroker.Session\\CLSID",
            NULL, KEY_WOW64_64KEY, back, ARRAYSIZE(back)) &&
        !_wcsicmp(back, clsid);
}

void look_at_class(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_class views[outlook_views] = {{0}};

    (void)examination;
    for (unsigned i = 0; i < outlook_views; i++)
        read_class(view_flags[i], &views[i]);
    doctor_class(row, &views[outlook_view_64], &views[outlook_view_32]);
}

void look_at_appid(struct doctor_row *row, const struct examination *examination)
{
    static const WCHAR key[] = CLASSES L"AppID\\" APPID;
    struct doctor_appid appid = {.there = key_there(HKEY_LOCAL_MACHINE, key, 0)};
    struct doctor_class found = {0};
    DWORD level;

    (void)examination;
    value_text(HKEY_LOCAL_MACHINE, key, L"RunAs", 0, appid.run_as, doctor_name_size);
    appid.has_level = value_number(HKEY_LOCAL_MACHINE, key, L"AuthenticationLevel", 0, &level);
    appid.level = level;
    read_class(KEY_WOW64_64KEY, &found);
    appid.per_user = found.user;
    doctor_appid(row, &appid);
}

/* --- what carries the calls */

void look_at_type_library(struct doctor_row *row, const struct examination *examination)
{
    static const WCHAR *const platforms[outlook_views] = {L"win64", L"win32"};
    struct doctor_type_library library = {0};
    WCHAR libid[GUID_TEXT_SIZE];

    (void)examination;
    guid_text(&LIBID_OutlookBroker, libid);
    for (unsigned i = 0; i < outlook_views; i++)
    {
        struct doctor_library *view = &library.views[i];
        const WCHAR *key = path_of(L"TypeLib\\%ls\\1.0\\0\\%ls", libid, platforms[i]);

        if (!value_text(HKEY_CLASSES_ROOT, key, NULL, KEY_WOW64_64KEY, view->file, doctor_path_size)) continue;
        lstrcpynW(view->key, key, doctor_path_size);
        view->there = file_there(view->file);
    }
    doctor_type_library(row, &library);
}

static void read_marshalers(REGSAM view, struct doctor_marshaler *found)
{
    static const IID *const interfaces[] = {&IID_IObSession, &IID_IObJob, &IID_IObJobs, &IID_IObMail, &IID_IObStatus};
    WCHAR iid[GUID_TEXT_SIZE], marshaler[GUID_TEXT_SIZE];

    found->interfaces = ARRAYSIZE(interfaces);
    for (size_t i = 0; i < ARRAYSIZE(interfaces); i++)
    {
        const WCHAR *key = path_of(L"Interface\\%ls\\ProxyStubClsid32", guid_text(interfaces[i], iid));

        if (!value_text(HKEY_CLASSES_ROOT, key, NULL, view, marshaler, ARRAYSIZE(marshaler))) continue;
        found->registered++;
        if (!_wcsicmp(marshaler, PROXY_CLASS)) found->by_proxy++;
    }
    if (!found->by_proxy) return;
    value_text(
        HKEY_CLASSES_ROOT, L"CLSID\\" PROXY_CLASS L"\\InProcServer32", NULL, view, found->file, doctor_path_size);
    found->there = file_there(found->file);
}

void look_at_marshalers(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_marshaler views[outlook_views] = {{0}};

    (void)examination;
    for (unsigned i = 0; i < outlook_views; i++)
        read_marshalers(view_flags[i], &views[i]);
    doctor_marshalers(row, views);
}

/* --- what starts it, and what tells of it */

static void read_run_key(HKEY root, struct doctor_file *found)
{
    static const WCHAR key[] = L"Software\\Microsoft\\Windows\\CurrentVersion\\Run";
    WCHAR program[doctor_path_size];

    found->set = value_text(root, key, L"OutlookBroker", KEY_WOW64_64KEY, found->value, doctor_path_size);
    found->there = found->set && local_server_program(found->value, program, ARRAYSIZE(program)) && file_there(program);
}

void look_at_run_key(struct doctor_row *row, const struct examination *examination)
{
    struct doctor_file machine = {0}, user = {0};

    (void)examination;
    read_run_key(HKEY_LOCAL_MACHINE, &machine);
    read_run_key(HKEY_CURRENT_USER, &user);
    doctor_run_key(row, &machine, &user);
}

void look_at_event_source(struct doctor_row *row, const struct examination *examination)
{
    static const WCHAR sources[] = L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application";
    struct doctor_file source = {.readable = true};
    HKEY key;

    (void)examination;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path_of(L"%ls\\OutlookBroker", sources), 0, KEY_QUERY_VALUE, &key) ==
        ERROR_ACCESS_DENIED)
        source.readable = false;
    else
        source.set = value_text(HKEY_LOCAL_MACHINE, path_of(L"%ls\\OutlookBroker", sources), L"EventMessageFile", 0,
            source.value, doctor_path_size);
    source.there = file_there(source.value);
    doctor_event_source(row, &source);
}

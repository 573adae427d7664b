/* register_rows.c - see register_rows.h.
 *
 * The order matters: the type library comes before the proxies, so that an interface is never without a marshaler, and
 * the proxies take its place in the very last rows. CLSID and Interface have two views, one for 64-bit programs and one
 * for 32-bit ones; all else that is written is shared by both. */

#include "register_rows.h"
#include <oleauto.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include "host/owners.h"
#include "host/paths.h"
#include "outlook_broker.h"
#include "register.h"

#define CLASSES L"Software\\Classes"
#define RUN L"Software\\Microsoft\\Windows\\CurrentVersion\\Run"
#define EVENT_SOURCES L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application"
#define EVERY_EVENT_TYPE 7 /* error, warning, information */
#define PACKET_PRIVACY 6   /* RPC_C_AUTHN_LEVEL_PKT_PRIVACY */
#define VERSION L"1.0"     /* of the type library */
#define TITLE L"Outlook Broker Session"

/* {9ACD0E04-8871-4188-BC42-AC6D967D9F31} */
static const GUID proxy_clsid = {0x9acd0e04, 0x8871, 0x4188, {0xbc, 0x42, 0xac, 0x6d, 0x96, 0x7d, 0x9f, 0x31}};

/* Automation's own marshalers: by type library, and for what is called late bound only. */
static const WCHAR by_type_library[] = L"{00020424-0000-0000-C000-000000000046}";
static const WCHAR by_dispatch[] = L"{00020420-0000-0000-C000-000000000046}";

/* In the table's texts % and one of these letters stand for: */
enum insert
{
    insert_appid = 'a',
    insert_class = 'c',
    insert_proxy_dll = 'd', /* for the row's view */
    insert_event_dll = 'e',
    insert_folder = 'f', /* where the program lies */
    insert_interface_id = 'i',
    insert_launch = 'j',
    insert_access = 'k',
    insert_library = 'l',
    insert_marshaler = 'm',
    insert_interface_name = 'n',
    insert_owners = 'o',
    insert_program = 'p',
    insert_proxy_class = 's',
    insert_library_title = 't'
};

enum when
{
    always,
    with_proxy,    /* the view's proxy DLL is there */
    with_owners,   /* a list of owners is to be written */
    without_owners /* the list of owners is to go */
};

enum views
{
    shared = 1, /* one key for both kinds of programs */
    both = 3    /* one for each */
};

struct template_row
{
    unsigned installs, views;
    BOOL each_interface; /* once for every interface of the type library that can be called from outside */
    enum when when;
    const WCHAR *base, *own, *key, *name;
    enum registry_kind kind;
    const WCHAR *text;
    DWORD number;
};

#define M install_machine
#define U install_user
#define MU (install_machine | install_user)

/* clang-format off */
static const struct template_row table[] = {
    /* For whom, views, each interface?, when, others' key, ours, below it, value, kind, content */
    {M,  shared, 0, always, CLASSES, L"AppID\\%a", NULL, NULL, registry_text, L"Outlook Broker", 0},
    {M,  shared, 0, always, CLASSES, L"AppID\\%a", NULL, L"RunAs", registry_text, L"Interactive User", 0},
    {M,  shared, 0, always, CLASSES, L"AppID\\%a", NULL, L"LaunchPermission", registry_descriptor, L"%j", 0},
    {M,  shared, 0, always, CLASSES, L"AppID\\%a", NULL, L"AccessPermission", registry_descriptor, L"%k", 0},
    {M,  shared, 0, always, CLASSES, L"AppID\\%a", NULL, L"AuthenticationLevel", registry_number, NULL, PACKET_PRIVACY},
    {M,  shared, 0, always, CLASSES, L"AppID\\outlook-broker.exe", NULL, L"AppID", registry_text, L"%a", 0},

    {MU, both, 0, always, CLASSES, L"CLSID\\%c", NULL, NULL, registry_text, TITLE, 0},
    {M,  both, 0, always, CLASSES, L"CLSID\\%c", NULL, L"AppID", registry_text, L"%a", 0},
    {MU, both, 0, always, CLASSES, L"CLSID\\%c", L"LocalServer32", NULL, registry_text, L"\"%p\"", 0},
    {MU, both, 0, always, CLASSES, L"CLSID\\%c", L"ProgID", NULL, registry_text, L"OutlookBroker.Session.1", 0},
    {MU, both, 0, always, CLASSES, L"CLSID\\%c", L"VersionIndependentProgID", NULL, registry_text, L"OutlookBroker.Session", 0},
    {MU, both, 0, always, CLASSES, L"CLSID\\%c", L"TypeLib", NULL, registry_text, L"%l", 0},
    {MU, both, 0, always, CLASSES, L"CLSID\\%c", L"Version", NULL, registry_text, VERSION, 0},
    {MU, both, 0, always, CLASSES, L"CLSID\\%c", L"Programmable", NULL, registry_key, NULL, 0},

    {MU, shared, 0, always, CLASSES, L"OutlookBroker.Session", NULL, NULL, registry_text, TITLE, 0},
    {MU, shared, 0, always, CLASSES, L"OutlookBroker.Session", L"CLSID", NULL, registry_text, L"%c", 0},
    {MU, shared, 0, always, CLASSES, L"OutlookBroker.Session", L"CurVer", NULL, registry_text, L"OutlookBroker.Session.1", 0},
    {MU, shared, 0, always, CLASSES, L"OutlookBroker.Session.1", NULL, NULL, registry_text, TITLE, 0},
    {MU, shared, 0, always, CLASSES, L"OutlookBroker.Session.1", L"CLSID", NULL, registry_text, L"%c", 0},

    /* The program holds both type libraries: resource 1 is for 64-bit programs, resource 2 for 32-bit ones. */
    {MU, shared, 0, always, CLASSES, L"TypeLib\\%l", VERSION, NULL, registry_text, L"%t", 0},
    {MU, shared, 0, always, CLASSES, L"TypeLib\\%l", VERSION L"\\0\\win64", NULL, registry_text, L"%p", 0},
    {MU, shared, 0, always, CLASSES, L"TypeLib\\%l", VERSION L"\\0\\win32", NULL, registry_text, L"%p\\2", 0},
    {MU, shared, 0, always, CLASSES, L"TypeLib\\%l", VERSION L"\\FLAGS", NULL, registry_text, L"0", 0},
    {MU, shared, 0, always, CLASSES, L"TypeLib\\%l", VERSION L"\\HELPDIR", NULL, registry_text, L"%f", 0},
    {MU, both, 1, always, CLASSES, L"Interface\\%i", NULL, NULL, registry_text, L"%n", 0},
    {MU, both, 1, always, CLASSES, L"Interface\\%i", L"ProxyStubClsid32", NULL, registry_text, L"%m", 0},
    {MU, both, 1, always, CLASSES, L"Interface\\%i", L"TypeLib", NULL, registry_text, L"%l", 0},
    {MU, both, 1, always, CLASSES, L"Interface\\%i", L"TypeLib", L"Version", registry_text, VERSION, 0},

    {M,  shared, 0, always, EVENT_SOURCES, L"OutlookBroker", NULL, L"EventMessageFile", registry_text, L"%e", 0},
    {M,  shared, 0, always, EVENT_SOURCES, L"OutlookBroker", NULL, L"TypesSupported", registry_number, NULL, EVERY_EVENT_TYPE},
    {MU, shared, 0, always, RUN, NULL, NULL, L"OutlookBroker", registry_text, L"\"%p\" /Run", 0},
    {M,  shared, 0, with_owners, L"Software", L"OutlookBroker", NULL, OWNERS_VALUE, registry_texts, L"%o", 0},
    {M,  shared, 0, without_owners, L"Software", L"OutlookBroker", NULL, OWNERS_VALUE, registry_nothing, NULL, 0},

    {MU, both, 0, with_proxy, CLASSES, L"CLSID\\%s", NULL, NULL, registry_text, L"Outlook Broker proxies and stubs", 0},
    {MU, both, 0, with_proxy, CLASSES, L"CLSID\\%s", L"InProcServer32", NULL, registry_text, L"%d", 0},
    {MU, both, 0, with_proxy, CLASSES, L"CLSID\\%s", L"InProcServer32", L"ThreadingModel", registry_text, L"Both", 0},
    {MU, both, 1, with_proxy, CLASSES, L"Interface\\%i", L"ProxyStubClsid32", NULL, registry_text, L"%s", 0},
};
/* clang-format on */

struct making
{
    const struct registration *registration;
    struct registration_rows *rows;
    const WCHAR *inserts['z' + 1];
    HRESULT hr;
};

/* Gives the text to the rows; NULL stays NULL. */
static WCHAR *keep(struct making *making, WCHAR *text)
{
    struct registration_rows *rows = making->rows;
    WCHAR **more = realloc(rows->texts, (rows->text_count + 1) * sizeof(*more));

    if (more) rows->texts = more;
    if (!more || !text)
    {
        free(text);
        making->hr = E_OUTOFMEMORY;
        return NULL;
    }
    return rows->texts[rows->text_count++] = text;
}

static const WCHAR *insert_at(const struct making *making, const WCHAR *at)
{
    if (at[0] != L'%' || at[1] < L'a' || at[1] > L'z') return NULL;
    return making->inserts[at[1]] ? making->inserts[at[1]] : L"";
}

static const WCHAR *expand(struct making *making, const WCHAR *text)
{
    size_t length = 0;
    WCHAR *out, *to;

    if (!text) return NULL;
    for (const WCHAR *at = text; *at; at++)
    {
        const WCHAR *insert = insert_at(making, at);

        length += insert ? wcslen(insert) : 1;
        if (insert) at++;
    }
    if (!(out = keep(making, calloc(length + 1, sizeof(*out))))) return NULL;
    to = out;
    for (const WCHAR *at = text; *at; at++)
    {
        const WCHAR *insert = insert_at(making, at);

        if (insert)
        {
            wcscpy(to, insert);
            to += wcslen(insert);
            at++;
        }
        else
            *to++ = *at;
    }
    return out;
}

static void add_row(struct making *making, const struct template_row *row, BOOL view_32)
{
    struct registration_rows *rows = making->rows;
    struct registry_row *more = realloc(rows->rows, (rows->count + 1) * sizeof(*more));

    if (!more)
    {
        making->hr = E_OUTOFMEMORY;
        return;
    }
    rows->rows = more;
    rows->rows[rows->count++] = (struct registry_row){
        .hive = making->registration->install == install_machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER,
        .view_32 = view_32,
        .base = row->base,
        .own = expand(making, row->own),
        .key = row->key,
        .name = row->name,
        .kind = row->kind,
        .text = expand(making, row->text),
        .number = row->number,
    };
}

static BOOL is_wanted(const struct registration *registration, enum when when, BOOL view_32)
{
    if (registration->whole) return TRUE;
    switch (when)
    {
    case with_proxy:
        return view_32 ? registration->proxy_32 : registration->proxy_64;
    case with_owners:
        return registration->owners && *registration->owners;
    case without_owners:
        return registration->owners && !*registration->owners;
    default:
        return TRUE;
    }
}

static void add_views(struct making *making, const struct template_row *row)
{
    WCHAR path[DATA_PATH_SIZE];

    for (BOOL view_32 = FALSE; view_32 <= TRUE && SUCCEEDED(making->hr); view_32++)
    {
        if (view_32 && row->views != both) continue;
        if (!is_wanted(making->registration, row->when, view_32)) continue;
        making->hr = proxy_path(view_32, path, ARRAYSIZE(path));
        making->inserts[insert_proxy_dll] = path;
        if (SUCCEEDED(making->hr)) add_row(making, row, view_32);
        making->inserts[insert_proxy_dll] = NULL;
    }
}

/* Dual interfaces are marshaled by their description, and so can be called early bound; what can only be called late
 * bound, such as an event interface, goes by IDispatch's own marshaler. */
static const WCHAR *marshaler_of(const TYPEATTR *attributes)
{
    if (attributes->typekind == TKIND_DISPATCH && !(attributes->wTypeFlags & TYPEFLAG_FDUAL)) return by_dispatch;
    if (attributes->typekind == TKIND_DISPATCH ||
        (attributes->typekind == TKIND_INTERFACE && (attributes->wTypeFlags & TYPEFLAG_FOLEAUTOMATION)))
        return by_type_library;
    return NULL;
}

static void add_interface(struct making *making, const struct template_row *row, ITypeInfo *info)
{
    BSTR name = NULL;
    TYPEATTR *attributes;
    WCHAR iid[40];

    if (FAILED(making->hr = ITypeInfo_GetTypeAttr(info, &attributes))) return;
    making->inserts[insert_marshaler] = marshaler_of(attributes);
    StringFromGUID2(&attributes->guid, iid, ARRAYSIZE(iid));
    /* Generated proxies are for what is called early bound. */
    if (making->inserts[insert_marshaler] &&
        (row->when != with_proxy || making->inserts[insert_marshaler] == by_type_library) &&
        SUCCEEDED(making->hr = ITypeInfo_GetDocumentation(info, MEMBERID_NIL, &name, NULL, NULL, NULL)))
    {
        making->inserts[insert_interface_id] = iid;
        making->inserts[insert_interface_name] = name;
        add_views(making, row);
        making->inserts[insert_interface_id] = making->inserts[insert_interface_name] = NULL;
        SysFreeString(name);
    }
    making->inserts[insert_marshaler] = NULL;
    ITypeInfo_ReleaseTypeAttr(info, attributes);
}

static void add_interfaces(struct making *making, const struct template_row *row, ITypeLib *library)
{
    for (UINT i = 0; i < ITypeLib_GetTypeInfoCount(library) && SUCCEEDED(making->hr); i++)
    {
        ITypeInfo *info;

        if (FAILED(making->hr = ITypeLib_GetTypeInfo(library, i, &info))) return;
        add_interface(making, row, info);
        ITypeInfo_Release(info);
    }
}

static void add_table(struct making *making, ITypeLib *library)
{
    for (size_t i = 0; i < ARRAYSIZE(table) && SUCCEEDED(making->hr); i++)
    {
        if (!(table[i].installs & making->registration->install)) continue;
        if (table[i].each_interface)
            add_interfaces(making, &table[i], library);
        else
            add_views(making, &table[i]);
    }
}

static const WCHAR *guid_text(struct making *making, REFGUID guid)
{
    WCHAR text[40];

    StringFromGUID2(guid, text, ARRAYSIZE(text));
    return keep(making, _wcsdup(text));
}

static void set_inserts(struct making *making, const WCHAR *program, const WCHAR *title)
{
    WCHAR event_dll[DATA_PATH_SIZE];
    WCHAR *folder = keep(making, _wcsdup(program)), *end = folder ? wcsrchr(folder, L'\\') : NULL;

    if (end) *end = 0;
    making->inserts[insert_folder] = folder;
    making->inserts[insert_program] = program;
    making->inserts[insert_library_title] = title;
    making->inserts[insert_class] = guid_text(making, &CLSID_ObSession);
    making->inserts[insert_appid] = guid_text(making, &broker_appid);
    making->inserts[insert_library] = guid_text(making, &LIBID_OutlookBroker);
    making->inserts[insert_proxy_class] = guid_text(making, &proxy_clsid);
    making->inserts[insert_launch] = making->registration->launch;
    making->inserts[insert_access] = making->registration->access;
    making->inserts[insert_owners] = making->registration->owners;
    if (SUCCEEDED(making->hr)) making->hr = proxy_path(FALSE, event_dll, ARRAYSIZE(event_dll));
    if (SUCCEEDED(making->hr)) making->inserts[insert_event_dll] = keep(making, _wcsdup(event_dll));
}

HRESULT registration_rows_make(
    const struct registration *registration, struct registration_rows *rows, struct error *error)
{
    struct making making = {.registration = registration, .rows = rows};
    WCHAR program[DATA_PATH_SIZE];
    ITypeLib *library = NULL;
    BSTR title = NULL;

    *rows = (struct registration_rows){0};
    making.hr = program_path(program);
    if (SUCCEEDED(making.hr)) making.hr = LoadTypeLibEx(program, REGKIND_NONE, &library);
    if (SUCCEEDED(making.hr)) making.hr = ITypeLib_GetDocumentation(library, -1, NULL, &title, NULL, NULL);
    if (SUCCEEDED(making.hr)) set_inserts(&making, program, title);
    if (SUCCEEDED(making.hr)) add_table(&making, library);
    SysFreeString(title);
    if (library) ITypeLib_Release(library);
    if (SUCCEEDED(making.hr)) return S_OK;
    registration_rows_clear(rows);
    return error_unexpected_windows(error, L"putting the registration together", making.hr);
}

void registration_rows_clear(struct registration_rows *rows)
{
    for (size_t i = 0; i < rows->text_count; i++)
        free(rows->texts[i]);
    free(rows->texts);
    free(rows->rows);
    *rows = (struct registration_rows){0};
}

HRESULT proxy_path(BOOL view_32, WCHAR *out, size_t size)
{
    WCHAR program[DATA_PATH_SIZE], *end;
    HRESULT hr = program_path(program);
    int length;

    if (FAILED(hr)) return hr;
    if ((end = wcsrchr(program, L'\\'))) *end = 0;
    length = _snwprintf(out, size, L"%ls\\%lsoutlook-broker-ps.dll", program, view_32 ? L"x86\\" : L"");
    return length > 0 && (size_t)length < size ? S_OK : HRESULT_FROM_WIN32(ERROR_FILENAME_EXCED_RANGE);
}

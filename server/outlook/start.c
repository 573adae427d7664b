/* start.c - how Outlook is had: looked at first, in the registry and the process list; then joined where it runs, else
 * started, by the class that is registered and never by a file name of ours. Whose it is, is told from the process list
 * before and after. No Logon without a profile's name: that may ask which one; the Inbox is asked for, which logs on to
 * the default one. */
#include "internal.h"
#include <stdio.h>
#include <stdlib.h>
#include "host/log.h"
#include "host/outlook_facts.h"
#include "host/processes.h"
#include "host/user.h"
#include "rules/integrity.h"
#include "rules/outlook_error.h"
#include "rules/ownership.h"
#ifdef OB_WINE
#include "host/wine.h"
#endif

#define MOST_OUTLOOKS 16
#define ANEW_LOOK_MS 50
#ifndef CLSCTX_ENABLE_AAA
#define CLSCTX_ENABLE_AAA 0x20000
#endif

#define FOLDER_INBOX 6 /* OlDefaultFolders */

static const LONG folder_numbers[folder_count] = {[folder_drafts] = 16, [folder_outbox] = 4, [folder_sent] = 5};

struct image
{
    CLSID class;
    WCHAR leaf[MAX_PATH]; /* "" if it cannot be told */
};

struct process_list
{
    struct process processes[MOST_OUTLOOKS];
    unsigned count;
};

/* --- looked at before Outlook is asked for anything */

static const WCHAR *user_name(void)
{
    const struct user *user = user_self();

    return user ? user->name : L"this user";
}

static HRESULT find_image(
    struct apartment *apartment, struct outlook_install *install, struct image *image, struct error *error)
{
    const struct outlook_image *registered;
    struct outlook_facts *facts;
    struct finding finding;
    const WCHAR *end;

    image->leaf[0] = 0;
    outlook_install_read(install);
    if (outlook_install_wrong(install, &finding)) return error_set_finding(error, &finding);
    registered = outlook_install_image(install);
    if (registered)
    {
        end = wcsrchr(registered->program, L'\\');
        lstrcpynW(image->leaf, end ? end + 1 : registered->program, ARRAYSIZE(image->leaf));
    }
    if ((facts = facts_take(apartment)))
    {
        facts->major = install->major;
        facts->bits = outlook_install_bits(install);
        facts_give(apartment);
    }
    return CLSIDFromString(install->class_id, &image->class);
}

static void list_processes(const struct image *image, struct process_list *list)
{
    list->count = image->leaf[0] ? processes_by_image(image->leaf, list->processes, MOST_OUTLOOKS) : 0;
    if (list->count > MOST_OUTLOOKS) list->count = MOST_OUTLOOKS;
}

static BOOL listed(const struct process_list *list, const struct process *process)
{
    for (unsigned i = 0; i < list->count; i++)
        if (list->processes[i].id == process->id && list->processes[i].started == process->started) return TRUE;
    return FALSE;
}

static HRESULT check_elevation(const struct process_list *running, struct error *error)
{
    uint32_t own = running->count ? process_integrity(GetCurrentProcessId()) : INTEGRITY_UNKNOWN;
    struct finding finding;

    for (unsigned i = 0; i < running->count; i++)
        if (integrity_wrong(own, process_integrity(running->processes[i].id), &finding))
            return error_set_finding(error, &finding);
    return S_OK;
}

static HRESULT check_profile(unsigned major, const WCHAR *wished, BOOL running, struct error *error)
{
    struct profile_facts facts;
    struct finding finding;

    profile_facts_read(major, &facts);
    return profile_wrong(&facts, wished, running, user_name(), &finding) ? error_set_finding(error, &finding) : S_OK;
}

/* --- had */

static HRESULT take_running(const CLSID *class, IDispatch **application)
{
    IUnknown *running;
    HRESULT hr = GetActiveObject(class, NULL, &running);

    if (FAILED(hr)) return hr;
    hr = IUnknown_QueryInterface(running, &IID_IDispatch, (void **)application);
    IUnknown_Release(running);
    return hr;
}

static HRESULT create_once(const CLSID *class, IDispatch **application)
{
    return CoCreateInstance(class, NULL, CLSCTX_LOCAL_SERVER | CLSCTX_ENABLE_AAA, &IID_IDispatch, (void **)application);
}

#ifdef OB_WINE
/* rpcss keeps the class entry of an Outlook that was terminated: the new one is taken from the running object table. */
static HRESULT create_anew(struct apartment *apartment, const CLSID *class, IDispatch **application)
{
    HRESULT hr = take_running(class, application);

    if (SUCCEEDED(hr) || FAILED(hr = wine_start_server(class))) return hr;
    log_event("outlook", NULL, NULL, L"started without rpcss, which keeps one that is gone");
    while (FAILED(hr = take_running(class, application)) && deadline_left(apartment->until))
        wait_with_messages(NULL, ANEW_LOOK_MS);
    return hr;
}
#endif

/* CoCreateInstance joins an Outlook that runs and starts it where none does. */
static HRESULT get_application(struct apartment *apartment, const CLSID *class, BOOL running, IDispatch **application)
{
    DWORD pause = 0;
    HRESULT hr;

    *application = NULL;
    do
    {
        if (!call_begins(apartment, L"Outlook.Application")) return RPC_E_CALL_CANCELED;
        hr = running ? take_running(class, application) : E_FAIL;
        if (FAILED(hr)) hr = create_once(class, application);
#ifdef OB_WINE
        if (FAILED(hr) && outlook_error_class((uint32_t)hr) == outlook_lost)
            hr = create_anew(apartment, class, application);
#endif
        call_ends(apartment);
    } while (call_again(apartment, hr, &pause));
    return hr;
}

/* Finds Outlook's process: the new one, or the only one, or the first. */
static void find_process(
    struct connection *connection, const struct process_list *before, const struct process_list *after)
{
    struct outlook_process found = {.running_before = true};
    const struct process *process = after->count ? &after->processes[0] : NULL;
    WCHAR *command_line = NULL;

    for (unsigned i = 0; i < after->count; i++)
    {
        if (listed(before, &after->processes[i])) continue;
        process = &after->processes[i];
        found.running_before = false;
        break;
    }
    if (!process) return;
    if (!found.running_before) command_line = process_command_line(process->id);
    found.command_line_known = command_line != NULL;
    found.command_line = command_line;
    connection->owned = outlook_is_ours(&found);
    connection->process_id = process->id;
    connection->process_started = process->started;
    connection->process = OpenProcess(SYNCHRONIZE, FALSE, process->id);
    free(command_line);
}

/* Joins the session there is, whatever its profile; begins one on this profile where there is none. No dialog. */
static HRESULT log_on(struct apartment *apartment, const WCHAR *profile)
{
    VARIANT arguments[4];
    HRESULT hr;

    V_VT(&arguments[0]) = VT_BSTR;
    V_BSTR(&arguments[0]) = SysAllocString(profile);
    V_VT(&arguments[1]) = VT_ERROR;
    V_ERROR(&arguments[1]) = DISP_E_PARAMNOTFOUND; /* Password */
    V_VT(&arguments[2]) = V_VT(&arguments[3]) = VT_BOOL;
    V_BOOL(&arguments[2]) = VARIANT_FALSE; /* ShowDialog */
    V_BOOL(&arguments[3]) = VARIANT_TRUE;  /* NewSession: never that of another MAPI program */
    hr = V_BSTR(&arguments[0]) ? S_OK : E_OUTOFMEMORY;
    if (SUCCEEDED(hr))
        hr = call_member(apartment, apartment->connection.session, session_logon, DISPATCH_METHOD, arguments, 4, NULL);
    SysFreeString(V_BSTR(&arguments[0]));
    return hr;
}

static HRESULT open_session(struct apartment *apartment, const WCHAR *profile)
{
    struct connection *connection = &apartment->connection;
    IDispatch *inbox = NULL;
    BSTR text;
    HRESULT hr = get_object_by_text(
        apartment, connection->application, application_get_namespace, L"MAPI", NULL, &connection->session);

    if (SUCCEEDED(hr) && !connection->session) hr = E_FAIL;
    if (SUCCEEDED(hr) && profile) hr = log_on(apartment, profile);
    if (SUCCEEDED(hr))
        hr = get_object_by_long(apartment, connection->session, session_get_default_folder, FOLDER_INBOX, &inbox);
    drop_object(&inbox);
    for (unsigned i = 0; SUCCEEDED(hr) && i < folder_count; i++)
    {
        hr = get_object_by_long(
            apartment, connection->session, session_get_default_folder, folder_numbers[i], &connection->folders[i]);
        if (SUCCEEDED(hr) && !connection->folders[i]) hr = E_FAIL;
    }
    if (FAILED(hr)) return hr;
    if (FAILED(hr = get_text(apartment, connection->folders[folder_drafts], folder_store_id, &text))) return hr;
    connection->store_id = _wcsdup(text);
    SysFreeString(text);
    return connection->store_id ? S_OK : E_OUTOFMEMORY;
}

/* Each text names what it inserts in its own order. */
static HRESULT start_error(HRESULT hr, const WCHAR *said, const WCHAR *profile, struct error *error)
{
    enum error_id id = outlook_start_error((uint32_t)hr);
    WCHAR words[CODE_WORDS_SIZE], checked[CODE_WORDS_SIZE + 64];

    code_words(hr, words);
    swprintf(checked, ARRAYSIZE(checked), L"the activation of Outlook.Application, which answered %ls", words);
    if (id == error_no_outlook) return error_set(error, id, 1, checked);
    if (id == error_no_profile && profile)
        return error_set(error, error_profile_refused, 3, profile, words, user_name());
    if (id == error_logon_failed) return error_set(error, id, 3, words, said, user_name());
    if (id == error_elevation_refused)
        return error_set(error, id, 2, words, integrity_words(process_integrity(GetCurrentProcessId())));
    return error_set(error, id, 2, words, user_name());
}

static HRESULT activation_error(HRESULT hr, const struct outlook_install *install, struct error *error)
{
    WCHAR words[CODE_WORDS_SIZE];
    struct finding finding;

    code_words(hr, words);
    if (outlook_start_wrong(install, (uint32_t)hr, words, &finding)) return error_set_finding(error, &finding);
    return start_error(hr, L"", NULL, error);
}

HRESULT connection_start(struct apartment *apartment, const WCHAR *profile, struct error *error)
{
    struct connection *connection = &apartment->connection;
    struct process_list before, after;
    struct outlook_install install;
    struct image image;
    HRESULT hr = find_image(apartment, &install, &image, error);

    if (FAILED(hr)) return hr;
    list_processes(&image, &before);
    if (FAILED(hr = check_elevation(&before, error))) return hr;
    if (FAILED(hr = check_profile(install.major, profile, before.count > 0, error))) return hr;
    hr = get_application(apartment, &image.class, before.count > 0, &connection->application);
    if (FAILED(hr)) return activation_error(hr, &install, error);
    list_processes(&image, &after);
    find_process(connection, &before, &after);
    if (!connection->process_id) return error_unexpected_windows(error, L"finding Outlook's process", RPC_E_UNEXPECTED);
    hr = open_session(apartment, profile);
    if (FAILED(hr) && connection->lost) return connection_error(apartment, hr, L"logging on", error);
    return FAILED(hr) ? start_error(hr, apartment->answer.text, profile, error) : S_OK;
}

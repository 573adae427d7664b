/* start.c - how Outlook is had: joined where it runs, else started, by the class that is registered and never by a file
 * name of ours. Whose it is, is told from the process list before and after. No Logon: that may ask which profile; the
 * Inbox is asked for, which logs on to the default one. */
#include "internal.h"
#include <stdlib.h>
#include "host/log.h"
#include "host/processes.h"
#include "host/user.h"
#include "rules/local_server.h"
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

static BOOL read_local_server(const WCHAR *key, REGSAM view, WCHAR *leaf, size_t size)
{
    WCHAR value[1024];
    DWORD bytes = sizeof(value);
    HKEY handle;
    LSTATUS status = RegOpenKeyExW(HKEY_CLASSES_ROOT, key, 0, KEY_QUERY_VALUE | view, &handle);

    if (status != ERROR_SUCCESS) return FALSE;
    status = RegGetValueW(handle, NULL, NULL, RRF_RT_REG_SZ, NULL, value, &bytes);
    RegCloseKey(handle);
    return status == ERROR_SUCCESS && local_server_leaf(value, leaf, size);
}

static HRESULT find_image(struct image *image, struct error *error)
{
    WCHAR key[64] = L"CLSID\\", words[CODE_WORDS_SIZE];
    size_t prefix = 6;
    HRESULT hr = CLSIDFromProgID(L"Outlook.Application", &image->class);

    image->leaf[0] = 0;
    if (FAILED(hr))
    {
        code_words(hr, words);
        return error_set(error, error_no_outlook, 1, words);
    }
    StringFromGUID2(&image->class, key + prefix, (int)(ARRAYSIZE(key) - prefix));
    lstrcatW(key, L"\\LocalServer32");
    if (!read_local_server(key, 0, image->leaf, ARRAYSIZE(image->leaf)))
        read_local_server(key, KEY_WOW64_32KEY, image->leaf, ARRAYSIZE(image->leaf));
    return S_OK;
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
static HRESULT create_anew(struct outlook *outlook, const CLSID *class, IDispatch **application)
{
    HRESULT hr = take_running(class, application);

    if (SUCCEEDED(hr) || FAILED(hr = wine_start_server(class))) return hr;
    log_event("outlook", NULL, NULL, L"started without rpcss, which keeps one that is gone");
    while (FAILED(hr = take_running(class, application)) && deadline_left(outlook->until))
        wait_with_messages(NULL, ANEW_LOOK_MS);
    return hr;
}
#endif

/* CoCreateInstance joins an Outlook that runs and starts it where none does. */
static HRESULT get_application(struct outlook *outlook, const CLSID *class, BOOL running, IDispatch **application)
{
    DWORD pause = 0;
    HRESULT hr;

    *application = NULL;
    do
    {
        call_begins(outlook);
        hr = running ? take_running(class, application) : E_FAIL;
        if (FAILED(hr)) hr = create_once(class, application);
#ifdef OB_WINE
        if (FAILED(hr) && outlook_error_class((uint32_t)hr) == outlook_lost)
            hr = create_anew(outlook, class, application);
#endif
        call_ends(outlook);
    } while (call_again(outlook, hr, &pause));
    return hr;
}

/* Finds Outlook's process: the new one, or the only one, or the first. */
static void find_process(
    struct connection *connection, const struct process_list *before, const struct process_list *after)
{
    struct outlook_process found = {true, false, NULL};
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

static HRESULT open_session(struct outlook *outlook)
{
    struct connection *connection = &outlook->connection;
    IDispatch *inbox = NULL;
    BSTR text;
    HRESULT hr = get_object_by_text(
        outlook, connection->application, application_get_namespace, L"MAPI", NULL, &connection->session);

    if (SUCCEEDED(hr) && !connection->session) hr = E_FAIL;
    if (SUCCEEDED(hr))
        hr = get_object_by_long(outlook, connection->session, session_get_default_folder, FOLDER_INBOX, &inbox);
    drop_object(&inbox);
    for (unsigned i = 0; SUCCEEDED(hr) && i < folder_count; i++)
    {
        hr = get_object_by_long(
            outlook, connection->session, session_get_default_folder, folder_numbers[i], &connection->folders[i]);
        if (SUCCEEDED(hr) && !connection->folders[i]) hr = E_FAIL;
    }
    if (FAILED(hr)) return hr;
    if (FAILED(hr = get_text(outlook, connection->folders[folder_drafts], folder_store_id, &text))) return hr;
    connection->store_id = _wcsdup(text);
    SysFreeString(text);
    return connection->store_id ? S_OK : E_OUTOFMEMORY;
}

/* Each text names what it inserts in its own order. */
static HRESULT start_error(HRESULT hr, const WCHAR *said, struct error *error)
{
    enum error_id id = outlook_start_error((uint32_t)hr);
    const struct user *user = user_self();
    const WCHAR *name = user ? user->name : L"this user";
    WCHAR words[CODE_WORDS_SIZE];

    code_words(hr, words);
    if (id == error_logon_failed) return error_set(error, id, 3, words, said, name);
    if (id == error_elevation) return error_set(error, id, 2, L"another", L"the user's");
    return error_set(error, id, 2, words, name);
}

HRESULT outlook_start(struct outlook *outlook, struct error *error)
{
    struct connection *connection = &outlook->connection;
    struct process_list before, after;
    struct image image;
    HRESULT hr = find_image(&image, error);

    if (FAILED(hr)) return hr;
    list_processes(&image, &before);
    hr = get_application(outlook, &image.class, before.count > 0, &connection->application);
    if (FAILED(hr)) return start_error(hr, L"", error);
    list_processes(&image, &after);
    find_process(connection, &before, &after);
    if (!connection->process_id) return error_unexpected_windows(error, L"finding Outlook's process", RPC_E_UNEXPECTED);
    hr = open_session(outlook);
    if (FAILED(hr) && connection->lost) return connection_error(outlook, hr, L"logging on", error);
    return FAILED(hr) ? start_error(hr, outlook->answer.text, error) : S_OK;
}

/* activation.c - see activation.h. A process of Outlook's counts as started by us if it is new since our activation, or
 * was written down by a broker before, and has -Embedding on its command line.
 * COM may give up on a slow Outlook long before it has come up: while its process lives it is asked for again, by the
 * running object table four times a second and by its class now and then, never faster: each activation of a class that
 * is not registered yet starts one more process. */
#include "activation.h"
#include <stdlib.h>
#include "host/log.h"
#include "rules/outlook_error.h"
#include "rules/ownership.h"
#ifdef OB_WINE
#include "host/wine.h"
#endif

#define POLL_MS 250
#define CREATE_AGAIN_MS 30000
#define END_WAIT_MS 5000 /* for one without clients to end by itself */
#ifndef CLSCTX_ENABLE_AAA
#define CLSCTX_ENABLE_AAA 0x20000
#endif

void list_processes(const struct image *image, struct process_list *list)
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

/* --- had */

static HRESULT take_running(const CLSID *class, IDispatch **application)
{
    IUnknown *running = NULL;
    HRESULT hr = GetActiveObject(class, NULL, &running);

    if (FAILED(hr)) return hr;
    if (!running) return MK_E_UNAVAILABLE; /* an Outlook that is just ending may leave nothing behind a success */
    hr = IUnknown_QueryInterface(running, &IID_IDispatch, (void **)application);
    IUnknown_Release(running);
    return hr;
}

static HRESULT create_once(const CLSID *class, IDispatch **application)
{
    HRESULT hr =
        CoCreateInstance(class, NULL, CLSCTX_LOCAL_SERVER | CLSCTX_ENABLE_AAA, &IID_IDispatch, (void **)application);

#ifdef OB_WINE
    /* rpcss keeps the class entry of an Outlook that was terminated: the new one comes by the running object table. */
    if (FAILED(hr) && outlook_error_class((uint32_t)hr) == outlook_lost && FAILED(take_running(class, application)))
    {
        hr = wine_start_server(class);
        log_event("outlook", NULL, NULL, L"started without rpcss, which keeps one that is gone");
        return FAILED(hr) ? hr : CO_E_SERVER_EXEC_FAILURE;
    }
    if (*application) hr = S_OK;
#endif
    return hr;
}

/* One of several tries, which count as one call: who asked ends it. */
static HRESULT ask_once(
    struct apartment *apartment, const CLSID *class, BOOL running, BOOL create, IDispatch **application)
{
    HRESULT hr = MK_E_UNAVAILABLE;

    if (!call_begins(apartment, L"Outlook.Application")) return RPC_E_CALL_CANCELED;
    if (running) hr = take_running(class, application);
    if (FAILED(hr) && create) hr = create_once(class, application);
    return hr;
}

/* Whether an activation that failed may be one of an Outlook that is still starting. */
static BOOL may_come(const struct image *image, HRESULT hr)
{
    struct process_list now;

    /* Wine gives up with E_NOINTERFACE. */
    if (outlook_error_class((uint32_t)hr) != outlook_absent && hr != E_NOINTERFACE) return FALSE;
    list_processes(image, &now);
    return now.count > 0;
}

static BOOL is_given_up(const struct apartment *apartment)
{
    return apartment->outlook->ending || apartment->left_behind || !deadline_left(apartment->until);
}

HRESULT activation_get(struct apartment *apartment, const struct image *image, const struct process_list *before,
    BOOL join_only, IDispatch **application)
{
    const CLSID *class = &image->class;
    DWORD pause = 0;
    deadline create_at;
    HRESULT hr, again;

    *application = NULL;
    do
        hr = ask_once(apartment, class, before->count > 0, !join_only, application);
    while (call_again(apartment, hr, &pause));
    create_at = deadline_in(CREATE_AGAIN_MS);
    while (FAILED(hr) && !join_only && !is_given_up(apartment) && may_come(image, hr))
    {
        BOOL create = !deadline_left(create_at);

        wait_with_messages(NULL, POLL_MS);
        again = ask_once(apartment, class, TRUE, create, application);
        if (create) create_at = deadline_in(CREATE_AGAIN_MS);
        /* What was answered first says best what is wrong. */
        if (SUCCEEDED(again)) hr = again;
    }
    call_ends(apartment);
    return hr;
}

/* --- its process */

static BOOL is_ours(struct apartment *apartment, const struct process *process, BOOL running_before)
{
    struct outlook_process found = {
        .running_before = running_before, .recorded = starts_recorded(&apartment->outlook->starts, process)};
    WCHAR *command_line = process_command_line(process->id);
    BOOL ours;

    found.command_line_known = command_line != NULL;
    found.command_line = command_line;
    ours = outlook_is_ours(&found);
    free(command_line);
    return ours;
}

/* Of several that ran before, one is ending, and which one that is only its end tells. */
static void wait_for_one(const struct apartment *apartment, const struct image *image, struct process_list *now)
{
    const deadline until = deadline_in(END_WAIT_MS);

    while (now->count > 1 && deadline_left(until) && !is_given_up(apartment))
    {
        wait_with_messages(NULL, POLL_MS);
        list_processes(image, now);
    }
}

static const struct process *newest(const struct process_list *list)
{
    const struct process *found = &list->processes[0];

    for (unsigned i = 1; i < list->count; i++)
        if (list->processes[i].started > found->started) found = &list->processes[i];
    return found;
}

static const struct process *find_new(const struct process_list *now, const struct process_list *before)
{
    for (unsigned i = 0; i < now->count; i++)
        if (!listed(before, &now->processes[i])) return &now->processes[i];
    return NULL;
}

BOOL activation_find_process(struct apartment *apartment, const struct image *image, const struct process_list *before)
{
    struct connection *connection = &apartment->connection;
    const struct process *process;
    struct process_list now;
    BOOL running_before;

    list_processes(image, &now);
    process = find_new(&now, before);
    running_before = !process;
    if (running_before) wait_for_one(apartment, image, &now);
    if (!now.count) return FALSE;
    if (running_before) process = newest(&now);
    connection->owned = is_ours(apartment, process, running_before);
    connection->process_id = process->id;
    connection->process_started = process->started;
    connection->process = OpenProcess(SYNCHRONIZE, FALSE, process->id);
    if (connection->owned) starts_own(&apartment->outlook->starts, process);
    return TRUE;
}

/* --- ended */

static void end_process(const struct process *started)
{
    HANDLE process = OpenProcess(SYNCHRONIZE | PROCESS_TERMINATE, FALSE, started->id);

    if (!process) return;
    if (!wait_with_messages(process, END_WAIT_MS) && process_alive(started->id, started->started))
    {
        if (process_visible_windows(started->id))
            log_event("outlook", NULL, NULL, L"process %lu did not come up, and shows a window: it is left to the user",
                started->id);
        else if (TerminateProcess(process, ERROR_TIMEOUT))
        {
            WaitForSingleObject(process, END_WAIT_MS);
            log_event("outlook", NULL, NULL, L"process %lu did not come up, shows nothing, and was ended", started->id);
        }
    }
    CloseHandle(process);
}

void activation_end_failed(struct apartment *apartment, const struct image *image, const struct process_list *before)
{
    struct process_list now;

    if (apartment->outlook->ending || apartment->left_behind) return;
    list_processes(image, &now);
    for (unsigned i = 0; i < now.count; i++)
        if (!listed(before, &now.processes[i]) && is_ours(apartment, &now.processes[i], FALSE))
            end_process(&now.processes[i]);
    starts_disown(&apartment->outlook->starts);
}

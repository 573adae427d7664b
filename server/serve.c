/* serve.c - see serve.h.
 *
 * The order matters. The user's lock comes before the class objects, so that of several brokers started at one moment
 * only the holder is found by clients; the class objects come before outbox and Outlook, so that a slow one of these
 * never becomes a failed activation: calls wait at the gate instead. At the end the process's last count is let go
 * before anything is closed, since a result of 0 is irrevocable and later activations must then reach a new process. */

#define _WIN32_DCOM
#include "serve.h"
#include <windows.h>
#include <objbase.h>
#include <stdlib.h>
#include "api/objects.h"
#include "com/class_factory.h"
#include "com/error_info.h"
#include "com/lifetime.h"
#include "com/rundown.h"
#include "com/security.h"
#include "com/type_library.h"
#include "host/caller.h"
#include "host/config.h"
#include "host/log.h"
#include "host/owners.h"
#include "host/user.h"
#include "host/user_lock.h"
#include "host/wine.h"
#include "host/wine_memory.h"
#include "log_off.h"
#include "register.h"
#include "rules/lifetime.h"
#include "rules/security.h"

#define LOSER_WAIT_MS 10000   /* the clients that raced are the holder's by then */
#define HOLDER_STOPS_MS 30000 /* how long a stopping holder is waited for */
#define REFUSAL_AGAIN_MS 5000 /* how often a refusing broker looks whether the cause has gone */
#define DRAIN_MS 25000        /* how long what is under way may take at a stop */
#define CLOSE_MS 3000         /* and then the closing of the outbox: /Stop waits 30 s */
#define LOG_OFF_DRAIN_MS 2500 /* both when the session ends: together LOG_OFF_MS at most */
#define LOG_OFF_CLOSE_MS 1400
#define END_AGAIN_MS 100             /* until an end that a client came in between of is tried again */
#define DUE_SOON_MS (UINT64_MAX - 1) /* a job that is due this soon keeps the process: any, however late */

struct server
{
    HANDLE changed; /* the life of the process may have to be looked at anew */
    HANDLE never;   /* stands in for the stop event of a broker without the lock */
    BOOL logged_off;
    struct user_lock *lock;
    struct broker *broker;
    struct class_factory session_factory;
    BOOL refuses_for_good; /* no time will change the cause */
};

/* Faults end the process instead of being swallowed with locks held: the outbox is durable. Dead clients' references go
 * soon. */
static void set_global_options(void)
{
    IGlobalOptions *options;

    if (FAILED(
            CoCreateInstance(&CLSID_GlobalOptions, NULL, CLSCTX_INPROC_SERVER, &IID_IGlobalOptions, (void **)&options)))
        return;
    IGlobalOptions_Set(options, COMGLB_EXCEPTION_HANDLING, COMGLB_EXCEPTION_DONOT_HANDLE_ANY);
    IGlobalOptions_Set(options, COMGLB_RO_SETTINGS, COMGLB_FAST_RUNDOWN);
    IGlobalOptions_Release(options);
#ifdef OB_WINE
    wine_end_on_faults();
#endif
}

/* Who may call, as registration stored it, or as it is fixed for a user's own registration. Without it, or with a
 * malformed one, the broker does not start: NULL would admit everyone. */
static HRESULT find_security(WCHAR **sddl, struct error *error)
{
    struct security_source source = {.machine = security_appid_there(&broker_appid), .user = registered_for_user()};
    const struct user *self = user_self();
    WCHAR *stored = NULL;
    HRESULT hr = security_stored(&broker_appid, L"AccessPermission", &stored);
    size_t length;

    source.stored = stored;
    length = security_choose(NULL, 0, &source, self ? self->sid : NULL);
    *sddl = length ? malloc((length + 1) * sizeof(**sddl)) : NULL;
    if (*sddl) security_choose(*sddl, length + 1, &source, self->sid);
    LocalFree(stored);
    if (*sddl) return S_OK;
    if (length) return error_set(error, error_no_memory, 0);
    return error_unexpected_windows(error, L"reading AccessPermission of the broker's AppID",
        FAILED(hr) ? hr : HRESULT_FROM_WIN32(ERROR_INVALID_SECURITY_DESCR));
}

static HRESULT set_security(struct error *error)
{
    WCHAR *sddl;
    HRESULT hr = find_security(&sddl, error);

    if (FAILED(hr)) return hr;
    hr = FAILED(caller_set_access(sddl)) ? error_set(error, error_no_memory, 0) : security_initialize(sddl, error);
    free(sddl);
    return hr;
}

static HRESULT open_class_objects(struct server *server)
{
    HRESULT hr;

    lifetime_open();
    if (FAILED(hr = class_factory_register(&server->session_factory))) return hr;
    return CoResumeClassObjects();
}

/* TRUE in the test build unless it is told otherwise: Wine would send later clients to a process that registers beside
 * the holder. */
static BOOL ends_when_lost(void)
{
#ifdef OB_WINE
    return GetEnvironmentVariableW(L"OB_REFUSE_WHEN_LOST", NULL, 0) == 0;
#else
    return FALSE;
#endif
}

/* Another broker of this user has the lock. TRUE with the class objects open: refusing, or working since the other has
 * gone. FALSE: this process is not to serve anybody. */
static BOOL answer_lost_lock(struct server *server, struct lock_holder *holder, struct error *error)
{
    enum lock_answer answer = lock_lost(holder, ends_when_lost());
    HRESULT hr = (HRESULT)OB_E_LOCKED;

    if (answer != lock_hold_calls)
    {
        if (WaitForSingleObject(log_off_event(), LOSER_WAIT_MS) == WAIT_OBJECT_0) return FALSE;
        hr = user_lock_take(&server->lock, holder, error);
        if (FAILED(hr)) answer = lock_lost(holder, ends_when_lost());
    }
    if (FAILED(hr) && answer == lock_end) return FALSE;
    if (FAILED(open_class_objects(server))) return FALSE;
    if (FAILED(hr) && answer == lock_hold_calls)
        hr = user_lock_wait(&server->lock, HOLDER_STOPS_MS, log_off_event(), holder, error);
    if (SUCCEEDED(hr))
        broker_open(server->broker);
    else
        broker_refuse(server->broker, error);
    error_clear(error);
    return TRUE;
}

/* Takes the lock, opens the class objects, then the rooms. FALSE: this process is not to serve anybody. */
static BOOL begin(struct server *server)
{
    struct error error = {0};
    struct lock_holder holder;
    HRESULT hr = user_may_work(&error);

    if (SUCCEEDED(hr)) hr = owners_check(&error);
    server->refuses_for_good = FAILED(hr);
    if (SUCCEEDED(hr)) hr = user_lock_take(&server->lock, &holder, &error);
    if (hr == (HRESULT)OB_E_LOCKED) return answer_lost_lock(server, &holder, &error);
    if (FAILED(hr)) broker_refuse(server->broker, &error);
    if (FAILED(open_class_objects(server))) return FALSE;
    if (SUCCEEDED(hr)) broker_open(server->broker);
    return TRUE;
}

/* A refusal is not to outlive its cause: the holder may have gone, the outbox may have been put right. */
static void begin_again(struct server *server)
{
    struct lock_holder holder;
    struct error error = {0};

    if (server->lock || SUCCEEDED(user_lock_take(&server->lock, &holder, &error)))
        broker_open(server->broker);
    else
        broker_refuse(server->broker, &error);
    error_clear(&error);
}

static void look_at_life(const struct server *server, struct lifetime_facts *clients, struct life *life, BOOL *refusing)
{
    struct broker_work work;

    lifetime_facts(clients);
    broker_work(server->broker, &work);
    *refusing = work.refusing;
    *life = (struct life){
        .clients = (uint32_t)clients->clients,
        .had_client = clients->arrivals != 0,
        .idle_ms = clients->idle_ms,
        .idle_limit_ms = work.refusing ? 0 : config_get(setting_idle_seconds) * 1000,
        .no_client_limit_ms = config_get(setting_no_client_seconds) * 1000,
        .keep_running = config_get(setting_keep_running) && !work.refusing,
        .sending = (uint32_t)work.sending,
        .submitted = (uint32_t)work.submitted,
        .job_due = work.job_due,
        .next_due_ms = work.next_due_ms,
        .due_soon_ms = DUE_SOON_MS,
    };
}

/* Until nothing needs the process (its own count is let go by then), it is told to stop, or the session ends. */
static void live(struct server *server)
{
    /* When a refusal is looked at anew, whatever wakes us: a client that asks often is no reason not to try. */
    deadline again = deadline_in(REFUSAL_AGAIN_MS);

    for (;;)
    {
        HANDLE events[] = {
            server->changed, server->lock ? user_lock_stop_event(server->lock) : server->never, log_off_event()};
        DWORD wait_ms, woken;
        struct lifetime_facts clients;
        struct life life;
        BOOL refusing;

        look_at_life(server, &clients, &life, &refusing);
        wait_ms = life_next_look_ms(&life);
        if (life_may_end(&life))
        {
            if (lifetime_try_to_end(&clients)) break;
            wait_ms = END_AGAIN_MS;
        }
        if (refusing && !server->refuses_for_good) wait_ms = min(wait_ms, deadline_left(again));
        woken = WaitForMultipleObjects(ARRAYSIZE(events), events, FALSE, wait_ms);
        server->logged_off = WaitForSingleObject(log_off_event(), 0) == WAIT_OBJECT_0;
        if (woken == WAIT_OBJECT_0 + 1 || server->logged_off)
        {
            log_event("stopping", NULL, NULL, L"%ls", server->logged_off ? L"the session ends" : L"asked to stop");
            return;
        }
        if (!refusing || server->refuses_for_good || deadline_left(again)) continue;
        begin_again(server);
        again = deadline_in(REFUSAL_AGAIN_MS);
    }
    log_event("ending", NULL, NULL, L"nothing needs the broker");
}

static void end(struct server *server)
{
    const DWORD drain_ms = server->logged_off ? LOG_OFF_DRAIN_MS : DRAIN_MS;
    const DWORD close_ms = server->logged_off ? LOG_OFF_CLOSE_MS : CLOSE_MS;
    const deadline drained = deadline_in(drain_ms), closed = deadline_in(drain_ms + close_ms);

    if (server->logged_off) broker_session_ends(server->broker);
    user_lock_stopping(server->lock);
    CoSuspendClassObjects();
    class_factory_revoke(&server->session_factory);
    /* Where something is left behind, the lock is the kernel's to let go of when the process has ended. */
    if (broker_stop(server->broker, drained, closed)) user_lock_release(server->lock);
}

#ifdef OB_WINE
/* Every interface that clients get, and the one by which they get the first. */
static const IID *const client_interfaces[] = {
    &IID_IClassFactory, &IID_IObSession, &IID_IObStatus, &IID_IObMail, &IID_IObJob, &IID_IObJobs, &IID_IEnumVARIANT};
#endif

static HRESULT prepare(struct server *server, struct error *error)
{
    HRESULT hr;

#ifdef OB_WINE
    wine_count_memory();
#endif
    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
        return error_unexpected_windows(error, L"CoInitializeEx", hr);
    set_global_options();
    if (FAILED(hr = set_security(error)))
    {
        event_report(event_security_malformed, NULL, NULL, error->text);
        return hr;
    }
    if (FAILED(hr = type_library_load())) return error_unexpected_windows(error, L"loading the type library", hr);
    error_info_source(L"OutlookBroker.Session");
    server->changed = CreateEventW(NULL, FALSE, FALSE, NULL);
    server->never = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!server->changed || !server->never || !log_off_watch())
        return error_unexpected_windows(error, L"making an event", last_error_hresult());
    lifetime_begin(server->changed);
    rundown_begin();
#ifdef OB_WINE
    wine_keep_interfaces(client_interfaces, ARRAYSIZE(client_interfaces));
#endif
    if (FAILED(hr = broker_create(server->changed, &server->broker))) return error_set(error, error_no_memory, 0);
    server->session_factory =
        (struct class_factory){.clsid = &CLSID_ObSession, .create = session_create, .context = server->broker};
    return S_OK;
}

int serve(void)
{
    struct server server = {0};
    struct error error = {0};

    config_load();
    log_open(config_get(setting_log_bytes));
    log_event("started", NULL, NULL, L"version %ls, process %lu", OB_VERSION, GetCurrentProcessId());
    if (FAILED(prepare(&server, &error)))
    {
        log_event("not started", NULL, NULL, L"%ls", error.text ? error.text : L"");
        error_clear(&error);
        return 1;
    }
    if (begin(&server))
    {
        live(&server);
        end(&server);
    }
    log_off_done();
    log_event("ended", NULL, NULL, L"process %lu", GetCurrentProcessId());
    log_close();
    /* Clients may still hold objects when the broker was told to stop: the process ends without taking them apart. */
    return 0;
}

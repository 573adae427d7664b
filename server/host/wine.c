/* wine.c - see wine.h. A client is known by its process, which is held open while it lives: so its id cannot come to
 * mean another process, and a thread waits for its end. Not the thread pool: Wine's keeps a thread then that wakes
 * every five seconds. */
#include "wine.h"
#ifdef OB_WINE

#include <objbase.h>
#include <oaidl.h>
#include <rpc.h>
#include <stdlib.h>
#include <string.h>
#include <tlhelp32.h>
#include <wchar.h>

#define CLOCK_LOOK_MS 50

struct client
{
    DWORD process_id;
    HANDLE process, token;
    struct client *next;
};

static SRWLOCK clients_guard = SRWLOCK_INIT; /* clients, gone_call, gone_context */
static SRWLOCK gone_guard = SRWLOCK_INIT;    /* one call of gone at a time */
static struct client *clients;
static void (*gone_call)(void *context, DWORD process_id);
static void *gone_context;

static void client_free(struct client *client)
{
    if (client->token) CloseHandle(client->token);
    if (client->process) CloseHandle(client->process);
    free(client);
}

/* Waits until the client's process has ended. */
static DWORD WINAPI watch_client(void *param)
{
    struct client *client = param, **link;
    void (*gone)(void *context, DWORD process_id);
    void *context;

    WaitForSingleObject(client->process, INFINITE);
    AcquireSRWLockExclusive(&clients_guard);
    for (link = &clients; *link && *link != client; link = &(*link)->next)
        ;
    if (*link) *link = client->next;
    gone = gone_call;
    context = gone_context;
    ReleaseSRWLockExclusive(&clients_guard);
    AcquireSRWLockExclusive(&gone_guard);
    if (gone) gone(context, client->process_id);
    ReleaseSRWLockExclusive(&gone_guard);
    client_free(client);
    return 0;
}

static HRESULT last_failure(void)
{
    DWORD code = GetLastError();

    return code ? HRESULT_FROM_WIN32(code) : E_FAIL;
}

static HRESULT client_make(DWORD process_id, struct client **out)
{
    struct client *client = calloc(1, sizeof(*client));
    HANDLE primary = NULL;
    HRESULT hr = S_OK;

    *out = NULL;
    if (!client) return E_OUTOFMEMORY;
    client->process_id = process_id;
    client->process = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_INFORMATION, FALSE, process_id);
    if (!client->process || !OpenProcessToken(client->process, TOKEN_QUERY | TOKEN_DUPLICATE, &primary) ||
        !DuplicateTokenEx(primary, TOKEN_QUERY, NULL, SecurityIdentification, TokenImpersonation, &client->token))
        hr = last_failure();
    if (primary) CloseHandle(primary);
    if (FAILED(hr))
        client_free(client);
    else
        *out = client;
    return hr;
}

/* The client of this process, made at its first call; NULL with *hr. Called under clients_guard. */
static struct client *client_of(DWORD process_id, HRESULT *hr)
{
    struct client *client;
    HANDLE watcher;

    for (client = clients; client; client = client->next)
        if (client->process_id == process_id) return client;
    if (FAILED(*hr = client_make(process_id, &client))) return NULL;
    client->next = clients;
    clients = client;
    if (process_id != GetCurrentProcessId() && (watcher = CreateThread(NULL, 0, watch_client, client, 0, NULL)))
        CloseHandle(watcher);
    return client;
}

/* The client of the call in hand, with its token if that is asked for. */
static HRESULT find_client(HANDLE *token, DWORD *process_id)
{
    HANDLE self = GetCurrentProcess();
    struct client *client;
    unsigned long id = 0;
    RPC_STATUS status;
    HRESULT hr = S_OK;

    *process_id = 0;
    status = I_RpcBindingInqLocalClientPID(NULL, &id);
    if (status) return HRESULT_FROM_WIN32(status);
    AcquireSRWLockExclusive(&clients_guard);
    client = client_of(id, &hr);
    if (client && token && !DuplicateHandle(self, client->token, self, token, 0, FALSE, DUPLICATE_SAME_ACCESS))
        hr = last_failure();
    ReleaseSRWLockExclusive(&clients_guard);
    if (SUCCEEDED(hr)) *process_id = id;
    return hr;
}

HRESULT wine_client_token(HANDLE *token, DWORD *process_id)
{
    *token = NULL;
    return find_client(token, process_id);
}

HRESULT wine_client_process(DWORD *process_id)
{
    return find_client(NULL, process_id);
}

BOOL wine_declared_account(DWORD process_id, WCHAR *sid, size_t size)
{
    DWORD bytes = (DWORD)(size * sizeof(*sid));
    WCHAR name[16];

    _ultow(process_id, name, 10);
    return RegGetValueW(HKEY_CURRENT_USER, L"Software\\OutlookBroker\\DeclaredCallers", name, RRF_RT_REG_SZ, NULL, sid,
               &bytes) == ERROR_SUCCESS;
}

HRESULT wine_watch_clients(void (*gone)(void *context, DWORD process_id), void *context)
{
    AcquireSRWLockExclusive(&clients_guard);
    gone_call = gone;
    gone_context = context;
    ReleaseSRWLockExclusive(&clients_guard);
    return S_OK;
}

/* Faults that no code of ours or of the system's handles by itself. RPC's and C++'s exceptions, debug output, guard
 * pages and thread names are none of them. */
static BOOL is_fault(DWORD code)
{
    static const DWORD faults[] = {
        EXCEPTION_ACCESS_VIOLATION, EXCEPTION_IN_PAGE_ERROR, EXCEPTION_ARRAY_BOUNDS_EXCEEDED,
        EXCEPTION_DATATYPE_MISALIGNMENT, EXCEPTION_ILLEGAL_INSTRUCTION, EXCEPTION_PRIV_INSTRUCTION,
        EXCEPTION_INT_DIVIDE_BY_ZERO, EXCEPTION_INT_OVERFLOW, EXCEPTION_STACK_OVERFLOW,
        EXCEPTION_NONCONTINUABLE_EXCEPTION, 0xC0000374, /* STATUS_HEAP_CORRUPTION */
        0xC0000409,                                     /* STATUS_STACK_BUFFER_OVERRUN */
    };
    size_t i;

    for (i = 0; i < ARRAYSIZE(faults); i++)
        if (code == faults[i]) return TRUE;
    return FALSE;
}

/* IsBadReadPtr and its like touch what they were given and catch the fault themselves. */
static BOOL guards_itself(const void *address)
{
    static const WCHAR *const modules[] = {L"kernelbase.dll", L"kernel32.dll"};
    HMODULE module;
    size_t i;

    if (!GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, address, &module))
        return FALSE;
    for (i = 0; i < ARRAYSIZE(modules); i++)
        if (module == GetModuleHandleW(modules[i])) return TRUE;
    return FALSE;
}

static LONG CALLBACK fault_seen(EXCEPTION_POINTERS *pointers)
{
    const EXCEPTION_RECORD *record = pointers->ExceptionRecord;

    if (is_fault(record->ExceptionCode) && !guards_itself(record->ExceptionAddress))
        TerminateProcess(GetCurrentProcess(), record->ExceptionCode);
    return EXCEPTION_CONTINUE_SEARCH;
}

void wine_end_on_faults(void)
{
    AddVectoredExceptionHandler(1, fault_seen);
}

HRESULT wine_start_server(const CLSID *class)
{
    STARTUPINFOW start = {.cb = sizeof(start)};
    PROCESS_INFORMATION process;
    WCHAR key[80] = L"CLSID\\", command[1024];
    DWORD size = sizeof(command) - sizeof(L" -Embedding");
    LSTATUS status;

    StringFromGUID2(class, key + 6, 40);
    wcscat(key, L"\\LocalServer32");
    status = RegGetValueW(HKEY_CLASSES_ROOT, key, NULL, RRF_RT_REG_SZ, NULL, command, &size);
    if (status) return HRESULT_FROM_WIN32(status);
    wcscat(command, L" -Embedding");
    if (!CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process)) return last_failure();
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return S_OK;
}

/* The section is looked for again now and then, since a test may make it after the broker was started. */
LONGLONG wine_clock_ahead_ms(void)
{
    static volatile LONGLONG *volatile ahead;
    static volatile ULONGLONG next_look;
    HANDLE section;

    if (ahead) return *ahead;
    if (GetTickCount64() < next_look) return 0;
    next_look = GetTickCount64() + CLOCK_LOOK_MS;
    section = OpenFileMappingW(FILE_MAP_READ, FALSE, WINE_CLOCK_SECTION);
    if (!section) return 0;
    ahead = MapViewOfFile(section, FILE_MAP_READ, 0, 0, sizeof(*ahead));
    CloseHandle(section);
    return ahead ? *ahead : 0;
}

/* --- what tests ask for in the registry */

#define TEST_KEY L"Software\\OutlookBroker\\Test"

static INIT_ONCE fail_at_read = INIT_ONCE_STATIC_INIT;
static char fail_at[64]; /* the point's name; "" for none */
static LONG fail_at_passing;
static enum { fail_by_end, fail_by_fault, fail_by_hanging } fail_how;

static BOOL CALLBACK read_fail_at(INIT_ONCE *once, void *context, void **result)
{
    WCHAR text[ARRAYSIZE(fail_at) + 20] = L"";
    DWORD size = sizeof(text);
    WCHAR *number, *action = NULL;

    (void)once, (void)context, (void)result;
    if (RegGetValueW(HKEY_CURRENT_USER, TEST_KEY, L"FailAt", RRF_RT_REG_SZ, NULL, text, &size)) return TRUE;
    number = wcschr(text, L' ');
    fail_at_passing = number ? wcstol(number, &action, 10) : 1;
    if (action && !wcscmp(action, L" fault")) fail_how = fail_by_fault;
    if (action && !wcscmp(action, L" hang")) fail_how = fail_by_hanging;
    if (number) *number = 0;
    WideCharToMultiByte(CP_UTF8, 0, text, -1, fail_at, sizeof(fail_at) - 1, NULL, NULL);
    return TRUE;
}

/* As a disk does that does not answer; tells the test. */
static void hang(void)
{
    HANDLE hangs = OpenEventW(EVENT_MODIFY_STATE, FALSE, WINE_FAILPOINT_HANGS);

    if (hangs)
    {
        SetEvent(hangs);
        CloseHandle(hangs);
    }
    Sleep(INFINITE);
}

void wine_failpoint(const char *name)
{
    volatile int *volatile nowhere = NULL;

    InitOnceExecuteOnce(&fail_at_read, read_fail_at, NULL, NULL);
    if (!fail_at[0] || strcmp(fail_at, name)) return;
    if (InterlockedDecrement(&fail_at_passing)) return;
    if (fail_how == fail_by_hanging) hang();
    if (fail_how == fail_by_fault) *nowhere = 1;
    TerminateProcess(GetCurrentProcess(), WINE_FAILPOINT_EXIT_CODE);
}

/* An object that has the interfaces to be kept, and that nobody ever gets to call. */
static const IID *const *kept_interfaces;
static size_t kept_count;

static HRESULT WINAPI kept_QueryInterface(IUnknown *iface, REFIID iid, void **out)
{
    BOOL known = IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IDispatch);

    for (size_t i = 0; i < kept_count && !known; i++)
        known = IsEqualIID(iid, kept_interfaces[i]);
    *out = known ? iface : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

static ULONG WINAPI kept_AddRef(IUnknown *iface)
{
    (void)iface;
    return 2;
}

static ULONG WINAPI kept_Release(IUnknown *iface)
{
    (void)iface;
    return 1;
}

void wine_keep_interfaces(const IID *const *interfaces, size_t count)
{
    static IUnknownVtbl vtable = {kept_QueryInterface, kept_AddRef, kept_Release};
    static IUnknown kept = {&vtable};
    IStream *nowhere;

    if (FAILED(CreateStreamOnHGlobal(NULL, TRUE, &nowhere))) return;
    kept_interfaces = interfaces;
    kept_count = count;
    for (size_t i = 0; i < count; i++)
        CoMarshalInterface(nowhere, interfaces[i], &kept, MSHCTX_LOCAL, NULL, MSHLFLAGS_TABLESTRONG);
    IStream_Release(nowhere);
}

#else
typedef int wine_is_not_here;
#endif

/* host_caller_test.c - who calls. This program serves one object; its clients are this program again, which reach it by
 * real calls between processes. Under Wine the caller's token comes from its process (host/wine.c): impersonation
 * itself is for Windows to show. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <ole2.h>
#include "host/caller.h"
#include "host/user.h"
#include "host/wine.h"

static WCHAR program[MAX_PATH], reference[MAX_PATH];
static HANDLE called;

/* What the last call showed of its caller. */
static struct caller seen;
static struct error seen_error;
static HRESULT seen_result;

/* --- The object: a class factory, because Windows brings its proxies */

static HRESULT WINAPI served_QueryInterface(IClassFactory *iface, REFIID iid, void **out)
{
    *out = NULL;
    if (!IsEqualGUID(iid, &IID_IUnknown) && !IsEqualGUID(iid, &IID_IClassFactory)) return E_NOINTERFACE;
    *out = iface;
    return S_OK;
}

static ULONG WINAPI served_count(IClassFactory *iface)
{
    (void)iface;
    return 2;
}

static HRESULT WINAPI served_CreateInstance(IClassFactory *iface, IUnknown *outer, REFIID iid, void **out)
{
    (void)iface;
    (void)outer;
    (void)iid;
    *out = NULL;
    caller_clear(&seen);
    error_clear(&seen_error);
    seen_result = caller_identify(&seen, &seen_error);
    SetEvent(called);
    return E_NOINTERFACE;
}

static HRESULT WINAPI served_LockServer(IClassFactory *iface, BOOL lock)
{
    (void)iface;
    (void)lock;
    return S_OK;
}

static IClassFactoryVtbl served_vtbl = {
    served_QueryInterface, served_count, served_count, served_CreateInstance, served_LockServer};
static IClassFactory served = {&served_vtbl};

static void reference_write(void)
{
    IStream *stream;
    HGLOBAL memory;
    DWORD put;
    HANDLE file;

    assert_int_equal(CreateStreamOnHGlobal(NULL, TRUE, &stream), S_OK);
    assert_int_equal(CoMarshalInterface(stream, &IID_IClassFactory, (IUnknown *)(void *)&served, MSHCTX_LOCAL, NULL,
                         MSHLFLAGS_TABLESTRONG),
        S_OK);
    assert_int_equal(GetHGlobalFromStream(stream, &memory), S_OK);
    file = CreateFileW(reference, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, GlobalLock(memory), (DWORD)GlobalSize(memory), &put, NULL));
    CloseHandle(file);
    IStream_Release(stream);
}

/* --- The client: calls as often as it is told, then stays until it is ended */

static int client_main(const char *times)
{
    static char data[4096];
    IClassFactory *factory;
    IUnknown *unknown;
    IStream *stream;
    DWORD got = 0;
    HANDLE file;
    int left;

    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))) return 2;
    file = CreateFileW(reference, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (!ReadFile(file, data, sizeof(data), &got, NULL)) return 3;
    CloseHandle(file);
    if (FAILED(CreateStreamOnHGlobal(NULL, TRUE, &stream))) return 4;
    IStream_Write(stream, data, got, NULL);
    IStream_Seek(stream, (LARGE_INTEGER){.QuadPart = 0}, STREAM_SEEK_SET, NULL);
    if (FAILED(CoUnmarshalInterface(stream, &IID_IClassFactory, (void **)&factory))) return 5;
    for (left = atoi(times); left > 0; left--)
        if (IClassFactory_CreateInstance(factory, NULL, &IID_IUnknown, (void **)&unknown) != E_NOINTERFACE) return 6;
    Sleep(60000);
    return 0;
}

static HANDLE client_start(HANDLE token, int times, DWORD *id)
{
    WCHAR command[MAX_PATH + 64];
    STARTUPINFOW start = {.cb = sizeof(start)};
    PROCESS_INFORMATION client;
    HANDLE either[2];

    swprintf(command, MAX_PATH + 64, L"\"%ls\" client %d", program, times);
    ResetEvent(called);
    if (token)
        assert_true(CreateProcessAsUserW(token, NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &client));
    else
        assert_true(CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &client));
    CloseHandle(client.hThread);
    either[0] = called;
    either[1] = client.hProcess;
    if (WaitForMultipleObjects(2, either, FALSE, 30000) != WAIT_OBJECT_0) fail_msg("the client did not call");
    if (id) *id = client.dwProcessId;
    return client.hProcess;
}

static void client_end(HANDLE client)
{
    TerminateProcess(client, 9);
    WaitForSingleObject(client, 10000);
    CloseHandle(client);
}

/* --- Tests */

static void a_call_shows_the_account_that_makes_it(void **state)
{
    HANDLE client = client_start(NULL, 1, NULL);

    (void)state;
    client_end(client);
    if (seen_result) fail_msg("%ls", seen_error.text);
    assert_int_equal(wcscmp(seen.sid, user_self()->sid), 0);
    assert_int_equal(wcscmp(seen.name, user_self()->name), 0);
    assert_non_null(seen.token);
    assert_true(seen.facts.is_user);
    assert_false(seen.facts.is_low);
}

/* Before the others: what was told stays told. */
static void before_it_was_told_who_may_call_nobody_is_admitted(void **state)
{
    HANDLE client = client_start(NULL, 1, NULL);

    (void)state;
    client_end(client);
    assert_int_equal(seen_result, S_OK);
    assert_true(seen.facts.is_user);
    assert_false(seen.facts.is_allowed);
    assert_false(rights_have(&seen.facts, right_see_status));
}

static void the_user_is_admitted_by_the_descriptor_and_not_by_name(void **state)
{
    static const struct
    {
        const WCHAR *entries; /* %ls: the user */
        bool admitted;
    } rows[] = {
        {L"(A;;0x3;;;SY)(A;;0x3;;;%ls)", true},
        {L"(A;;0x3;;;SY)", false},
        {L"(A;;0x1;;;%ls)", false},
        {L"(D;;0x3;;;%ls)(A;;0x3;;;WD)", false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
    {
        WCHAR sddl[512], entries[400];
        HANDLE client;

        swprintf(entries, ARRAYSIZE(entries), rows[i].entries, user_self()->sid);
        swprintf(sddl, ARRAYSIZE(sddl), L"O:BAG:BAD:%ls", entries);
        assert_int_equal(caller_set_access(sddl), S_OK);
        client = client_start(NULL, 1, NULL);
        client_end(client);
        assert_int_equal(seen_result, S_OK);
        assert_true(seen.facts.is_user);
        if (seen.facts.is_allowed != rows[i].admitted) fail_msg("row %u", i);
        assert_int_equal(rights_have(&seen.facts, right_mailbox), rows[i].admitted);
    }
}

static void who_holds_administrators_for_denying_only_is_none(void **state)
{
    BYTE sid[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES without = {sid, 0};
    HANDLE token, lesser, client;
    DWORD size = sizeof(sid);
    BOOL administrator;

    (void)state;
    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, sid, &size));
    assert_true(CheckTokenMembership(NULL, sid, &administrator));
    client = client_start(NULL, 1, NULL);
    client_end(client);
    assert_int_equal(seen_result, S_OK);
    assert_int_equal(seen.facts.is_administrator, administrator);
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    assert_true(CreateRestrictedToken(token, 0, 1, &without, 0, NULL, 0, NULL, &lesser));
    client = client_start(lesser, 1, NULL);
    client_end(client);
    assert_int_equal(seen_result, S_OK);
    assert_false(seen.facts.is_administrator);
    assert_true(seen.facts.is_user);
    CloseHandle(lesser);
    CloseHandle(token);
}

static void a_thread_that_serves_no_call_has_no_caller(void **state)
{
    struct caller caller, nobody = {0};
    struct error error = {0};

    (void)state;
    memset(&caller, 0xff, sizeof(caller));
    assert_true(FAILED(caller_identify(&caller, &error)));
    assert_memory_equal(&caller, &nobody, sizeof(caller));
    assert_true(FAILED(error.code));
    assert_non_null(wcsstr(error.text, L"finding out who calls"));
    error_clear(&error);
    caller_clear(&caller);
}

#ifdef OB_WINE
/* Every end that was told of. An id is not given to another process before its end was told. */
static struct
{
    SRWLOCK guard;
    DWORD ids[256];
    unsigned count;
} gone;

static void client_gone(void *context, DWORD process_id)
{
    (void)context;
    AcquireSRWLockExclusive(&gone.guard);
    if (gone.count < ARRAYSIZE(gone.ids)) gone.ids[gone.count++] = process_id;
    ReleaseSRWLockExclusive(&gone.guard);
}

static void gone_forget(void)
{
    AcquireSRWLockExclusive(&gone.guard);
    gone.count = 0;
    ReleaseSRWLockExclusive(&gone.guard);
}

static unsigned gone_times(DWORD process_id)
{
    unsigned i, times = 0;

    AcquireSRWLockShared(&gone.guard);
    for (i = 0; i < gone.count; i++)
        times += gone.ids[i] == process_id;
    ReleaseSRWLockShared(&gone.guard);
    return times;
}

static unsigned gone_times_soon(DWORD process_id)
{
    int i;

    for (i = 0; i < 200 && !gone_times(process_id); i++)
        Sleep(50);
    return gone_times(process_id);
}

static void a_client_that_ends_is_told_of_once(void **state)
{
    HANDLE client;
    DWORD id;

    (void)state;
    client = client_start(NULL, 5, &id);
    gone_forget();
    Sleep(300);
    assert_int_equal(gone_times(id), 0);
    client_end(client);
    assert_int_equal(gone_times_soon(id), 1);
    Sleep(300);
    assert_int_equal(gone_times(id), 1);
}

/* More than the 64 handles that one wait can take. */
static void seventy_clients_at_once_are_all_watched(void **state)
{
    enum
    {
        clients = 70
    };
    HANDLE client[clients];
    DWORD id[clients];
    int i;

    (void)state;
    for (i = 0; i < clients; i++)
        client[i] = client_start(NULL, 1, &id[i]);
    gone_forget();
    for (i = 0; i < clients; i++)
        client_end(client[i]);
    for (i = 0; i < clients; i++)
        assert_int_equal(gone_times_soon(id[i]), 1);
}
#endif

static int serve(void **state)
{
    (void)state;
    if (FAILED(CoInitializeEx(NULL, COINIT_MULTITHREADED))) return -1;
    called = CreateEventW(NULL, FALSE, FALSE, NULL);
#ifdef OB_WINE
    if (FAILED(wine_watch_clients(client_gone, NULL))) return -1;
#endif
    reference_write();
    return 0;
}

static int serve_no_more(void **state)
{
    (void)state;
    caller_clear(&seen);
    error_clear(&seen_error);
    return DeleteFileW(reference) ? 0 : -1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_that_serves_no_call_has_no_caller),
        cmocka_unit_test(before_it_was_told_who_may_call_nobody_is_admitted),
        cmocka_unit_test(a_call_shows_the_account_that_makes_it),
        cmocka_unit_test(the_user_is_admitted_by_the_descriptor_and_not_by_name),
        cmocka_unit_test(who_holds_administrators_for_denying_only_is_none),
#ifdef OB_WINE
        cmocka_unit_test(a_client_that_ends_is_told_of_once),
        cmocka_unit_test(seventy_clients_at_once_are_all_watched),
#endif
    };

    GetTempPathW(MAX_PATH, reference);
    wcscat(reference, L"caller-test.reference");
    if (argc == 3 && !strcmp(argv[1], "client")) return client_main(argv[2]);
    if (!GetModuleFileNameW(NULL, program, MAX_PATH)) return 1;
    return cmocka_run_group_tests(tests, serve, serve_no_more);
}

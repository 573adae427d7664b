/* dead_clients_test.c - clients that die with thousands of objects in their hands leave nothing behind: their objects
 * go, the memory with them, their files leave the spool, and the broker ends by itself. On Windows COM runs such
 * references down; here it is the test build's watch (server/com/rundown.c), through which the rest of the way is the
 * same. OB_TEST_DEAD_CLIENTS, a number of processes, makes it longer (20; each leaves 500 objects). */
#include "support.h"
#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <tlhelp32.h>
#include <wchar.h>

enum
{
    at_once = 4,
    objects_each = 500,
    clients = 20,
    warm_up = 4,
    /* For 10,000 objects. SQLite's pages and what Wine keeps of each object that it handed out (up to 2 KB) go into it;
     * that each object went is told by the end of the broker, which waits for the last one. */
    growth_kb = 4096
};

#define KILLED 77

/* --- a client */

/* A mail with a file comes first: what is run down last is what was made first. */
static void make_objects(IObSession *session)
{
    VARIANT bytes = ob_text(L"ZGVhZA==");
    BSTR as = SysAllocString(L"dead.txt"), none = SysAllocString(L"");
    IObStatus *status;
    IObMail *mail;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_assert_ok(IObMail_AttachData(mail, as, bytes, none));
    for (unsigned made = 2; made < objects_each; made++) /* the session is the first */
    {
        if (made % 5 == 0)
            ob_session();
        else if (made % 5 < 3)
            ob_assert_ok(IObSession_CreateMail(session, &mail));
        else
            ob_assert_ok(IObSession_get_Status(session, &status));
    }
}

static int client_main(void)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    make_objects(ob_session());
    TerminateProcess(GetCurrentProcess(), KILLED);
    return 1;
}

/* --- the test */

static HANDLE broker;
static DWORD broker_id;

static SIZE_T memory_kb(void)
{
    PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof(counters)};

    assert_true(GetProcessMemoryInfo(broker, &counters, sizeof(counters)));
    return counters.PagefileUsage / 1024;
}

static unsigned threads(void)
{
    HANDLE list = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
    THREADENTRY32 entry = {.dwSize = sizeof(entry)};
    unsigned count = 0;

    for (BOOL more = Thread32First(list, &entry); more; more = Thread32Next(list, &entry))
        if (entry.th32OwnerProcessID == broker_id) count++;
    CloseHandle(list);
    return count;
}

/* Processes that die with all they have made; and until the last of it is gone. */
static void let_die(unsigned processes)
{
    ULONGLONG end;

    for (unsigned done = 0; done < processes;)
    {
        HANDLE running[at_once];
        unsigned count = 0;

        for (; count < at_once && done < processes; count++, done++)
            running[count] = ob_start_self(L"client");
        for (unsigned i = 0; i < count; i++)
            assert_int_equal(ob_wait_exit(running[i], 4 * OB_LONG_MS), KILLED);
    }
    end = GetTickCount64() + OB_LONG_MS;
    while (ob_count_files(ob_data_path(L"spool\\*")) && GetTickCount64() < end)
        Sleep(50);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
}

static unsigned wanted_processes(void)
{
    WCHAR number[16] = L"";

    GetEnvironmentVariableW(L"OB_TEST_DEAD_CLIENTS", number, ARRAYSIZE(number));
    return number[0] ? (unsigned)wcstoul(number, NULL, 10) : clients;
}

static void ten_thousand_objects_of_dead_clients_leave_nothing(void **state)
{
    unsigned processes = wanted_processes(), threads_before, threads_after;
    SIZE_T before, after;
    ULONGLONG begun;
    IObSession *session = ob_session();

    (void)state;
    broker = ob_open_broker(session);
    broker_id = GetProcessId(broker);
    ob_expect_good_mail(session, L"before");
    let_die(warm_up);
    before = memory_kb();
    threads_before = threads();
    begun = GetTickCount64();
    let_die(processes);
    after = memory_kb();
    threads_after = threads();
    print_message("%u objects of %u processes: %lu s, memory %lu kB before, %lu kB after, threads %u and %u\n",
        processes * objects_each, processes, (ULONG)((GetTickCount64() - begun) / 1000), (ULONG)before, (ULONG)after,
        threads_before, threads_after);
    ob_expect_good_mail(session, L"after");
    assert_true(after < before + growth_kb * (processes / clients + 1));
    assert_true(threads_after <= threads_before + at_once);
    IObSession_Release(session);
    /* It ends only when it counts no object any more. */
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
}

static int begin(void **state)
{
    int result = ob_begin(state);

    ob_set(L"IdleSeconds", 1);
    return result;
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_objects_of_dead_clients_leave_nothing),
    };

    if (argc == 2 && !wcscmp(argv[1], L"client")) return client_main();
    return cmocka_run_group_tests(tests, begin, ob_end);
}

/* sessions_test.c - what keeps the broker's process and what lets it go, object by object; two hundred sessions at
 * once; and what is left of a client that was killed in the middle of a mail. Clients are this program once more. */
#include "support.h"
#include <psapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define HELD L"Local\\OutlookBrokerTest.Held"
#define GO L"Local\\OutlookBrokerTest.Go"
#define STILL_THERE_MS 2000 /* with IdleSeconds 1 a process that nothing keeps has ended by then */

enum
{
    processes = 4,
    threads = 5,
    sessions_each = 10, /* of a thread */
    all_sessions = processes * threads * sessions_each,
    bytes_per_session_most = 1048576 /* with what COM needs for its callers */
};

/* --- what keeps the process */

static void expect_kept_until(HANDLE broker, IUnknown *object)
{
    assert_int_equal(WaitForSingleObject(broker, STILL_THERE_MS), WAIT_TIMEOUT);
    IUnknown_Release(object);
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
}

static IUnknown *make_enumerator(IObSession *session)
{
    IUnknown *enumerator;
    IObJobs *jobs;

    ob_assert_ok(IObSession_Jobs(session, ob_missing(), ob_missing(), &jobs));
    ob_assert_ok(IObJobs_get__NewEnum(jobs, &enumerator));
    IObJobs_Release(jobs);
    return enumerator;
}

static IUnknown *make_mail(IObSession *session)
{
    IObMail *mail;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    return (IUnknown *)mail;
}

static IUnknown *make_status(IObSession *session)
{
    IObStatus *status;

    ob_assert_ok(IObSession_get_Status(session, &status));
    return (IUnknown *)status;
}

static void an_object_that_is_held_keeps_the_process_and_the_last_release_lets_it_go(void **state)
{
    static IUnknown *(*const makers[])(IObSession *) = {make_enumerator, make_mail, make_status};

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(makers); i++)
    {
        IObSession *session = ob_session();
        HANDLE broker = ob_open_broker(session);
        IUnknown *object = makers[i](session);

        IObSession_Release(session);
        expect_kept_until(broker, object);
    }
}

/* --- two hundred sessions */

static IObJob *send_by_mail_object(IObSession *session, const WCHAR *subject)
{
    BSTR to = SysAllocString(L"a@example.com"), text = SysAllocString(subject), key = SysAllocString(L"");
    IObMail *mail;
    IObJob *job;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_assert_ok(IObMail_put_To(mail, to));
    ob_assert_ok(IObMail_put_Subject(mail, text));
    ob_assert_ok(IObMail_Send(mail, key, &job));
    IObMail_Release(mail);
    SysFreeString(to);
    SysFreeString(text);
    SysFreeString(key);
    return job;
}

struct worker
{
    unsigned process, thread;
    HANDLE held, go;
    bool done;
};

static DWORD CALLBACK hold_and_send(void *context)
{
    struct worker *worker = context;
    IObSession *sessions[sessions_each];
    WCHAR subject[60];

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (unsigned i = 0; i < sessions_each; i++)
        sessions[i] = ob_session();
    ReleaseSemaphore(worker->held, 1, NULL);
    WaitForSingleObject(worker->go, OB_LONG_MS);
    for (unsigned i = 0; i < sessions_each; i++)
    {
        IObJob *job;

        swprintf(subject, ARRAYSIZE(subject), L"session %u of %u.%u", i, worker->process, worker->thread);
        job = i % 2 ? ob_send_plain(sessions[i], subject) : send_by_mail_object(sessions[i], subject);
        ob_expect_state(job, obJobSent);
        IObJob_Release(job);
        IObSession_Release(sessions[i]);
    }
    worker->done = true;
    CoUninitialize();
    return 0;
}

static int many_main(unsigned process)
{
    struct worker workers[threads];
    HANDLE running[threads];

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    for (unsigned i = 0; i < threads; i++)
    {
        workers[i] = (struct worker){
            process, i, OpenSemaphoreW(SEMAPHORE_ALL_ACCESS, FALSE, HELD), OpenEventW(SYNCHRONIZE, FALSE, GO), false};
        running[i] = CreateThread(NULL, 0, hold_and_send, &workers[i], 0, NULL);
    }
    WaitForMultipleObjects(threads, running, TRUE, 4 * OB_LONG_MS);
    for (unsigned i = 0; i < threads; i++)
        if (!workers[i].done) return 1;
    return 0;
}

static SIZE_T bytes_of(HANDLE process)
{
    PROCESS_MEMORY_COUNTERS_EX counters = {.cb = sizeof(counters)};

    assert_true(GetProcessMemoryInfo(process, (PROCESS_MEMORY_COUNTERS *)(void *)&counters, sizeof(counters)));
    return counters.PrivateUsage ? counters.PrivateUsage : counters.WorkingSetSize; /* Wine knows only the latter */
}

static void expect_all_arrived(void)
{
    struct ob_arrivals arrivals;
    WCHAR subject[60];

    ob_read_mails(&arrivals);
    for (unsigned i = 0; i < all_sessions; i++)
    {
        swprintf(subject, ARRAYSIZE(subject), L"session %u of %u.%u", i % sessions_each, i / sessions_each / threads,
            i / sessions_each % threads);
        ob_mail_with(&arrivals, subject);
    }
    ob_free_mails(&arrivals);
}

static void two_hundred_sessions_at_once_all_send(void **state)
{
    HANDLE held = CreateSemaphoreW(NULL, 0, processes * threads, HELD), go = CreateEventW(NULL, TRUE, FALSE, GO);
    IObSession *session = ob_session();
    HANDLE broker = ob_open_broker(session), running[processes];
    SIZE_T before = bytes_of(broker), after;

    (void)state;
    for (unsigned i = 0; i < processes; i++)
    {
        WCHAR arguments[20];

        swprintf(arguments, ARRAYSIZE(arguments), L"many %u", i);
        running[i] = ob_start_self(arguments);
    }
    for (unsigned i = 0; i < processes * threads; i++)
        assert_int_equal(WaitForSingleObject(held, OB_LONG_MS), WAIT_OBJECT_0);
    after = bytes_of(broker);
    SetEvent(go);
    for (unsigned i = 0; i < processes; i++)
        assert_int_equal(ob_wait_exit(running[i], 4 * OB_LONG_MS), 0);
    expect_all_arrived();
    print_message("%lu KB before, %lu KB with %u sessions: %ld bytes each\n", (unsigned long)(before / 1024),
        (unsigned long)(after / 1024), all_sessions, (long)(after - before) / all_sessions);
    ob_require((long)(after - before) < (long)bytes_per_session_most * all_sessions, "%ld bytes a session",
        (long)(after - before) / all_sessions);
    IObSession_Release(session);
    assert_int_equal(ob_wait_exit(broker, OB_LONG_MS), 0);
    CloseHandle(held);
    CloseHandle(go);
}

/* --- a client that is killed in the middle of a mail */

static void attach(void)
{
    BSTR path = SysAllocString(ob_write_file(ob_file_path(L"half.txt"), "half a mail", 11)), none = SysAllocString(L"");
    IObSession *session = ob_session();
    IObMail *mail;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_assert_ok(IObMail_Attach(mail, path, none, none));
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 1);
}

static int attach_and_die_main(void)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    attach();
    TerminateProcess(GetCurrentProcess(), 77);
    return 1;
}

static int attach_and_wait_main(void)
{
    HANDLE held = OpenSemaphoreW(SEMAPHORE_ALL_ACCESS, FALSE, HELD), go = OpenEventW(SYNCHRONIZE, FALSE, GO);

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    attach();
    ReleaseSemaphore(held, 1, NULL);
    WaitForSingleObject(go, OB_LONG_MS);
    TerminateProcess(GetCurrentProcess(), 77);
    return 1;
}

static int good_mail_main(void)
{
    IObSession *session;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    session = ob_session();
    ob_expect_good_mail(session, L"after the crash");
    IObSession_Release(session);
    return 0;
}

static void the_files_of_a_client_that_was_killed_go_with_its_mail(void **state)
{
    IObSession *session = ob_session(); /* so that the broker stays */
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    (void)state;
    assert_int_equal(ob_wait_exit(ob_start_self(L"attach-and-die"), OB_LONG_MS), 77);
    while (ob_count_files(ob_data_path(L"spool\\*")) && GetTickCount64() < end)
        Sleep(20);
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
    IObSession_Release(session);
}

/* Last of all: this process has no COM any more afterwards. */
static void the_files_of_a_mail_that_a_crash_left_are_swept_at_the_next_start(void **state)
{
    HANDLE held = CreateSemaphoreW(NULL, 0, 1, HELD), go = CreateEventW(NULL, TRUE, FALSE, GO), client;

    (void)state;
    client = ob_start_self(L"attach-and-wait");
    assert_int_equal(WaitForSingleObject(held, OB_LONG_MS), WAIT_OBJECT_0);
    ob_log_off();
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 1);
    SetEvent(go);
    assert_int_equal(ob_wait_exit(client, OB_LONG_MS), 77);
    ob_run_self(L"good-mail");
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
    CloseHandle(held);
    CloseHandle(go);
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
        cmocka_unit_test(an_object_that_is_held_keeps_the_process_and_the_last_release_lets_it_go),
        cmocka_unit_test(two_hundred_sessions_at_once_all_send),
        cmocka_unit_test(the_files_of_a_client_that_was_killed_go_with_its_mail),
        cmocka_unit_test(the_files_of_a_mail_that_a_crash_left_are_swept_at_the_next_start),
    };

    if (argc == 3) return many_main((unsigned)wcstoul(argv[2], NULL, 10));
    if (argc == 2 && !wcscmp(argv[1], L"attach-and-die")) return attach_and_die_main();
    if (argc == 2 && !wcscmp(argv[1], L"attach-and-wait")) return attach_and_wait_main();
    if (argc == 2) return good_mail_main();
    return cmocka_run_group_tests(tests, begin, ob_end);
}

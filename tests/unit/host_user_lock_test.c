/* host_user_lock_test.c - one broker a user. The other broker is this program, started again with an argument. Two
 * Windows sessions cannot be had here: what a second session sees is the same kernel lock. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include <sddl.h>
#include "host/clock.h"
#include "host/paths.h"
#include "host/user.h"
#include "host/user_lock.h"

#define READY_EVENT L"Local\\OutlookBrokerTest.Ready"
#define LOCKED ((HRESULT)0x8004B008)
#define STOPPING ((HRESULT)0x8004B019)

static HANDLE ready;
static PROCESS_INFORMATION other;

/* --- The other broker */

/* "obeys": ends when it is told to. "lingers": says that it is stopping and lets go 400 ms after it was told to.
 * "ignores": says that it is stopping and stays. "runs": never listens. */
static int other_main(const char *how)
{
    HANDLE signal = OpenEventW(EVENT_MODIFY_STATE, FALSE, READY_EVENT);
    struct lock_holder holder;
    struct user_lock *lock;

    if (!signal || user_lock_take(&lock, &holder, NULL) != S_OK) return 2;
    if (!strcmp(how, "ignores") || !strcmp(how, "lingers")) user_lock_stopping(lock);
    SetEvent(signal);
    if (!strcmp(how, "runs") || !strcmp(how, "ignores")) Sleep(60000);
    if (WaitForSingleObject(user_lock_stop_event(lock), 60000)) return 3;
    if (!strcmp(how, "lingers")) Sleep(400);
    user_lock_stopping(lock);
    user_lock_release(lock);
    return 0;
}

static void other_start(const WCHAR *how)
{
    WCHAR program[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOW start = {.cb = sizeof(start)};
    HANDLE either[2];

    assert_true(GetModuleFileNameW(NULL, program, MAX_PATH) > 0);
    swprintf(command, MAX_PATH + 64, L"\"%ls\" other %ls", program, how);
    ResetEvent(ready);
    assert_true(CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &other));
    either[0] = ready;
    either[1] = other.hProcess;
    assert_int_equal(WaitForMultipleObjects(2, either, FALSE, 30000), WAIT_OBJECT_0);
}

static DWORD other_ended(DWORD milliseconds)
{
    DWORD code = STILL_ACTIVE;

    WaitForSingleObject(other.hProcess, milliseconds);
    GetExitCodeProcess(other.hProcess, &code);
    return code;
}

static int other_kill(void **state)
{
    (void)state;
    if (!other.hProcess) return 0;
    TerminateProcess(other.hProcess, 9);
    WaitForSingleObject(other.hProcess, 10000);
    CloseHandle(other.hThread);
    CloseHandle(other.hProcess);
    ZeroMemory(&other, sizeof(other));
    return 0;
}

static DWORD WINAPI stop_soon(void *guid)
{
    WCHAR name[128];
    HANDLE event;

    Sleep(100);
    swprintf(name, 128, L"Global\\OutlookBroker.Stop.%hs", (const char *)guid);
    event = OpenEventW(EVENT_MODIFY_STATE, FALSE, name);
    if (!event) return 1;
    SetEvent(event);
    CloseHandle(event);
    return 0;
}

/* --- What the file says */

static size_t file_text(char *text, size_t size)
{
    WCHAR path[DATA_PATH_SIZE];
    DWORD got = 0;
    HANDLE file;

    assert_int_equal(data_path(path, L"broker.lock", NULL), S_OK);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(ReadFile(file, text, (DWORD)size, &got, NULL));
    CloseHandle(file);
    return got;
}

static void file_put(const char *text)
{
    WCHAR path[DATA_PATH_SIZE];
    DWORD put = 0;
    HANDLE file;

    assert_int_equal(data_path(path, L"broker.lock", NULL), S_OK);
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, text, (DWORD)strlen(text), &put, NULL));
    CloseHandle(file);
}

/* --- Tests */

static void a_lock_that_nobody_holds_is_taken_and_names_this_process(void **state)
{
    struct lock_holder holder, read;
    struct user_lock *lock;
    char text[LOCK_TEXT_SIZE];
    size_t length;
    DWORD session;

    (void)state;
    assert_int_equal(user_lock_take(&lock, &holder, NULL), S_OK);
    length = file_text(text, sizeof(text));
    assert_true(lock_text_parse(text, length, &read));
    assert_int_equal(read.process_id, GetCurrentProcessId());
    assert_true(ProcessIdToSessionId(GetCurrentProcessId(), &session));
    assert_int_equal(read.windows_session, session);
    assert_true(read.started != 0);
    assert_false(read.stopping);
    assert_int_equal(strlen(read.stop_event), 36);
    user_lock_release(lock);
}

static void a_lock_that_was_let_go_of_names_nobody(void **state)
{
    struct lock_holder holder;
    struct user_lock *lock;
    char text[LOCK_TEXT_SIZE];

    (void)state;
    assert_int_equal(user_lock_take(&lock, &holder, NULL), S_OK);
    user_lock_release(lock);
    user_lock_release(NULL);
    assert_false(lock_text_parse(text, file_text(text, sizeof(text)), &holder));
    assert_int_equal(user_lock_look(&holder, NULL), S_FALSE);
    assert_int_equal(holder.process_id, 0);
}

static void a_second_broker_of_the_same_user_names_the_holder(void **state)
{
    struct error error = {0};
    struct lock_holder holder;
    struct user_lock *lock;
    WCHAR number[NUMBER_TEXT_SIZE];

    (void)state;
    other_start(L"obeys");
    assert_int_equal(user_lock_take(&lock, &holder, &error), LOCKED);
    assert_null(lock);
    assert_int_equal(holder.process_id, other.dwProcessId);
    assert_false(holder.stopping);
    assert_int_equal(error.code, LOCKED);
    assert_non_null(error.text);
    assert_non_null(wcsstr(error.text, number_text(other.dwProcessId, number)));
    error_clear(&error);
    assert_int_equal(user_lock_look(&holder, NULL), S_OK);
    assert_int_equal(holder.process_id, other.dwProcessId);
}

static void killing_the_holder_frees_the_lock(void **state)
{
    struct lock_holder holder;
    struct user_lock *lock;

    other_start(L"runs");
    assert_int_equal(user_lock_take(&lock, &holder, NULL), LOCKED);
    other_kill(state);
    assert_int_equal(user_lock_look(&holder, NULL), S_FALSE);
    assert_int_equal(user_lock_take(&lock, &holder, NULL), S_OK);
    assert_int_equal(holder.process_id, 0);
    user_lock_release(lock);
}

static void a_stale_or_torn_text_is_no_obstacle(void **state)
{
    static const char *const left[] = {"", "process 4", "nothing of ours at all\n"};
    struct lock_holder dead = {.process_id = 4242424, .started = 1, .stop_event = "x"}, holder;
    char text[LOCK_TEXT_SIZE];
    struct user_lock *lock;
    size_t i;

    (void)state;
    for (i = 0; i <= sizeof(left) / sizeof(*left); i++)
    {
        if (i)
            file_put(left[i - 1]);
        else
        {
            lock_text_format(text, &dead);
            file_put(text);
        }
        assert_int_equal(user_lock_look(&holder, NULL), S_FALSE);
        assert_int_equal(user_lock_take(&lock, &holder, NULL), S_OK);
        assert_true(lock_text_parse(text, file_text(text, sizeof(text)), &holder));
        assert_int_equal(holder.process_id, GetCurrentProcessId());
        user_lock_release(lock);
    }
}

/* As user_lock_look has it for a moment: a shared lock, and no text. */
static DWORD WINAPI unlock_soon(void *file)
{
    Sleep(150);
    CloseHandle(file);
    return 0;
}

static void looking_does_not_make_a_broker_fail_that_starts(void **state)
{
    OVERLAPPED where = {.Offset = 0x40000000};
    WCHAR path[DATA_PATH_SIZE];
    struct lock_holder holder;
    struct user_lock *lock;
    HANDLE file, thread;

    (void)state;
    assert_int_equal(data_path(path, L"broker.lock", NULL), S_OK);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(LockFileEx(file, LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &where));
    thread = CreateThread(NULL, 0, unlock_soon, file, 0, NULL);
    assert_int_equal(user_lock_take(&lock, &holder, NULL), S_OK);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    user_lock_release(lock);
}

static void a_stopping_holder_says_so(void **state)
{
    struct lock_holder holder;
    struct user_lock *lock;

    (void)state;
    other_start(L"ignores");
    assert_int_equal(user_lock_take(&lock, &holder, NULL), LOCKED);
    assert_true(holder.stopping);
    assert_int_equal(holder.process_id, other.dwProcessId);
}

static void asking_to_stop_ends_the_holder(void **state)
{
    (void)state;
    assert_int_equal(user_lock_ask_to_stop(1000, NULL), S_FALSE);
    other_start(L"obeys");
    assert_int_equal(user_lock_ask_to_stop(20000, NULL), S_OK);
    assert_int_equal(other_ended(10000), 0);
    assert_int_equal(user_lock_ask_to_stop(1000, NULL), S_FALSE);
}

static void asking_one_that_does_not_go_ends_in_time_and_names_it(void **state)
{
    struct error error = {0};
    ULONGLONG begun = clock_now_ms();
    WCHAR number[NUMBER_TEXT_SIZE];

    (void)state;
    other_start(L"ignores");
    assert_int_equal(user_lock_ask_to_stop(1000, &error), HRESULT_FROM_WIN32(ERROR_TIMEOUT));
    assert_in_range(clock_now_ms() - begun, 1000, 15000);
    assert_non_null(wcsstr(error.text, number_text(other.dwProcessId, number)));
    error_clear(&error);
}

static void waiting_takes_the_lock_once_a_stopping_holder_has_let_go(void **state)
{
    struct lock_holder holder;
    struct user_lock *lock;
    HANDLE thread;

    (void)state;
    other_start(L"lingers");
    assert_int_equal(user_lock_look(&holder, NULL), S_OK);
    thread = CreateThread(NULL, 0, stop_soon, holder.stop_event, 0, NULL);
    assert_int_equal(user_lock_wait(&lock, 20000, NULL, &holder, NULL), S_OK);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    user_lock_release(lock);
}

static void waiting_ends_in_time_or_when_cancelled(void **state)
{
    HANDLE cancel = CreateEventW(NULL, TRUE, TRUE, NULL);
    struct error error = {0};
    struct lock_holder holder;
    struct user_lock *lock;

    (void)state;
    other_start(L"ignores");
    assert_int_equal(user_lock_wait(&lock, 300, NULL, &holder, &error), STOPPING);
    assert_int_equal(error.code, STOPPING);
    assert_int_equal(holder.process_id, other.dwProcessId);
    assert_null(lock);
    assert_int_equal(user_lock_wait(&lock, 20000, cancel, &holder, &error), E_ABORT);
    assert_null(error.text);
    CloseHandle(cancel);
}

static void waiting_for_one_that_runs_is_refused_at_once(void **state)
{
    struct lock_holder holder;
    struct user_lock *lock;
    ULONGLONG begun;

    (void)state;
    other_start(L"runs");
    begun = clock_now_ms();
    assert_int_equal(user_lock_wait(&lock, 60000, NULL, &holder, NULL), LOCKED);
    assert_true(clock_now_ms() - begun < 20000);
}

static void the_stop_event_is_for_the_user_system_and_administrators_alone(void **state)
{
    PSECURITY_DESCRIPTOR descriptor;
    struct lock_holder holder;
    struct user_lock *lock;
    BYTE buffer[1024];
    WCHAR *sddl = NULL, expected[400];
    DWORD size;

    (void)state;
    assert_int_equal(user_lock_take(&lock, &holder, NULL), S_OK);
    assert_int_equal(WaitForSingleObject(user_lock_stop_event(lock), 0), WAIT_TIMEOUT);
    descriptor = buffer;
    assert_true(GetKernelObjectSecurity(
        user_lock_stop_event(lock), DACL_SECURITY_INFORMATION, descriptor, sizeof(buffer), &size));
    assert_true(ConvertSecurityDescriptorToStringSecurityDescriptorW(
        descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &sddl, NULL));
    swprintf(expected, 400, L"D:P(A;;0x1f0003;;;%ls)(A;;0x1f0003;;;SY)(A;;0x1f0003;;;BA)", user_self()->sid);
    if (_wcsicmp(sddl, expected)) fail_msg("%ls is not %ls", sddl, expected);
    LocalFree(sddl);
    user_lock_release(lock);
}

static void the_stop_events_name_is_new_each_time(void **state)
{
    struct lock_holder first, second, holder;
    struct user_lock *lock;
    char text[LOCK_TEXT_SIZE];

    (void)state;
    assert_int_equal(user_lock_take(&lock, &holder, NULL), S_OK);
    assert_true(lock_text_parse(text, file_text(text, sizeof(text)), &first));
    user_lock_release(lock);
    assert_int_equal(user_lock_take(&lock, &holder, NULL), S_OK);
    assert_true(lock_text_parse(text, file_text(text, sizeof(text)), &second));
    user_lock_release(lock);
    assert_string_not_equal(first.stop_event, second.stop_event);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_that_nobody_holds_is_taken_and_names_this_process),
        cmocka_unit_test(a_lock_that_was_let_go_of_names_nobody),
        cmocka_unit_test_teardown(a_second_broker_of_the_same_user_names_the_holder, other_kill),
        cmocka_unit_test_teardown(killing_the_holder_frees_the_lock, other_kill),
        cmocka_unit_test(a_stale_or_torn_text_is_no_obstacle),
        cmocka_unit_test(looking_does_not_make_a_broker_fail_that_starts),
        cmocka_unit_test_teardown(a_stopping_holder_says_so, other_kill),
        cmocka_unit_test_teardown(asking_to_stop_ends_the_holder, other_kill),
        cmocka_unit_test_teardown(asking_one_that_does_not_go_ends_in_time_and_names_it, other_kill),
        cmocka_unit_test_teardown(waiting_takes_the_lock_once_a_stopping_holder_has_let_go, other_kill),
        cmocka_unit_test_teardown(waiting_ends_in_time_or_when_cancelled, other_kill),
        cmocka_unit_test_teardown(waiting_for_one_that_runs_is_refused_at_once, other_kill),
        cmocka_unit_test(the_stop_event_is_for_the_user_system_and_administrators_alone),
        cmocka_unit_test(the_stop_events_name_is_new_each_time),
    };

    if (argc == 3 && !strcmp(argv[1], "other")) return other_main(argv[2]);
    ready = CreateEventW(NULL, TRUE, FALSE, READY_EVENT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

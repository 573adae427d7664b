/* host_processes_test.c - what the process list says of this program and of a copy of it that it starts. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "host/processes.h"

#define RUNNING_EVENT L"Local\\OutlookBrokerProcessesTest.Running"

static WCHAR program[MAX_PATH];
static PROCESS_INFORMATION copy;

static const WCHAR *leaf(void)
{
    return wcsrchr(program, L'\\') + 1;
}

/* Returns when the copy runs: a process that has just been made has no parameters to be read yet. */
static void copy_start(const WCHAR *arguments)
{
    HANDLE running = CreateEventW(NULL, FALSE, FALSE, RUNNING_EVENT);
    WCHAR command[MAX_PATH + 512];
    STARTUPINFOW start = {.cb = sizeof(start)};

    swprintf(command, MAX_PATH + 512, L"\"%ls\" sleep %ls", program, arguments);
    assert_true(CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &copy));
    assert_int_equal(WaitForSingleObject(running, 60000), WAIT_OBJECT_0);
    CloseHandle(running);
}

/* The copy: says that it runs, and waits to be ended. */
static int copy_main(void)
{
    HANDLE running = OpenEventW(EVENT_MODIFY_STATE, FALSE, RUNNING_EVENT);

    if (!running || !SetEvent(running)) return 1;
    Sleep(60000);
    return 0;
}

static int copy_kill(void **state)
{
    (void)state;
    if (!copy.hProcess) return 0;
    TerminateProcess(copy.hProcess, 9);
    WaitForSingleObject(copy.hProcess, 10000);
    CloseHandle(copy.hThread);
    CloseHandle(copy.hProcess);
    ZeroMemory(&copy, sizeof(copy));
    return 0;
}

static void processes_are_found_by_their_image_in_any_case(void **state)
{
    struct process found[4] = {{0}};
    WCHAR upper[MAX_PATH];
    unsigned count, i, both = 0;

    (void)state;
    wcscpy(upper, leaf());
    _wcsupr(upper);
    assert_int_equal(processes_by_image(upper, found, 4), 1);
    assert_int_equal(found[0].id, GetCurrentProcessId());
    assert_true(found[0].started != 0);
    copy_start(L"");
    count = processes_by_image(leaf(), found, 4);
    assert_int_equal(count, 2);
    for (i = 0; i < count; i++)
        both += found[i].id == GetCurrentProcessId() || found[i].id == copy.dwProcessId;
    assert_int_equal(both, 2);
    assert_int_equal(processes_by_image(leaf(), found, 1), 2);
    assert_int_equal(processes_by_image(leaf(), NULL, 0), 2);
    assert_int_equal(processes_by_image(L"no-such-program.exe", found, 4), 0);
}

static void the_command_line_of_another_process_is_read(void **state)
{
    WCHAR *text;

    (void)state;
    copy_start(L"-Embedding \"two words\" \u00fc\u4e2d\U0001F4CE");
    text = process_command_line(copy.dwProcessId);
    assert_non_null(text);
    if (!wcsstr(text, L" sleep -Embedding \"two words\" \u00fc\u4e2d\U0001F4CE")) fail_msg("%ls", text);
    free(text);
    text = process_command_line(GetCurrentProcessId());
    assert_non_null(text);
    assert_int_equal(wcscmp(text, GetCommandLineW()), 0);
    free(text);
    assert_null(process_command_line(4242424));
}

static void a_process_lives_until_it_ends(void **state)
{
    FILETIME created, ended, kernel, user;
    ULONGLONG started;
    DWORD id;

    copy_start(L"");
    id = copy.dwProcessId;
    assert_true(GetProcessTimes(copy.hProcess, &created, &ended, &kernel, &user));
    started = ((ULONGLONG)created.dwHighDateTime << 32) | created.dwLowDateTime;
    assert_true(process_alive(id, 0));
    assert_true(process_alive(id, started));
    assert_false(process_alive(id, started + 1));
    TerminateProcess(copy.hProcess, 9);
    WaitForSingleObject(copy.hProcess, 10000);
    /* Its handle is still open here, so its id is not free yet. */
    assert_false(process_alive(id, 0));
    assert_false(process_alive(id, started));
    copy_kill(state);
    assert_false(process_alive(id, started));
    assert_false(process_alive(0, 0));
}

static void windows_count_when_they_can_be_seen(void **state)
{
    HWND window, tiny;

    (void)state;
    assert_int_equal(process_visible_windows(GetCurrentProcessId()), 0);
    window = CreateWindowW(L"STATIC", L"seen", WS_OVERLAPPEDWINDOW, 0, 0, 200, 100, NULL, NULL, NULL, NULL);
    tiny = CreateWindowW(L"STATIC", L"", WS_POPUP | WS_VISIBLE, 0, 0, 1, 1, NULL, NULL, NULL, NULL);
    if (!window || !tiny) skip();
    assert_int_equal(process_visible_windows(GetCurrentProcessId()), 0);
    ShowWindow(window, SW_SHOWNOACTIVATE);
    assert_int_equal(process_visible_windows(GetCurrentProcessId()), 1);
    assert_int_equal(process_visible_windows(4242424), 0);
    ShowWindow(window, SW_SHOWMINNOACTIVE);
    assert_int_equal(process_visible_windows(GetCurrentProcessId()), 1);
    DestroyWindow(tiny);
    DestroyWindow(window);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(processes_are_found_by_their_image_in_any_case, copy_kill),
        cmocka_unit_test_teardown(the_command_line_of_another_process_is_read, copy_kill),
        cmocka_unit_test_teardown(a_process_lives_until_it_ends, copy_kill),
        cmocka_unit_test(windows_count_when_they_can_be_seen),
    };

    if (argc > 1 && !strcmp(argv[1], "sleep")) return copy_main();
    if (!GetModuleFileNameW(NULL, program, MAX_PATH)) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

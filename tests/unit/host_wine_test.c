/* host_wine_test.c - what only the test build holds: a fault ends the process, and what is no fault does not. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>
#include "host/clock.h"
#include "host/wine.h"

#ifdef OB_WINE
static LONG CALLBACK pass_over(EXCEPTION_POINTERS *pointers)
{
    const DWORD code = pointers->ExceptionRecord->ExceptionCode;

    return code == RPC_S_SERVER_UNAVAILABLE || code == 0xE06D7363 ? EXCEPTION_CONTINUE_EXECUTION
                                                                  : EXCEPTION_CONTINUE_SEARCH;
}

static int fault_main(const char *kind)
{
    int *volatile nowhere = NULL;

    AddVectoredExceptionHandler(0, pass_over);
    wine_end_on_faults();
    if (!strcmp(kind, "write")) *nowhere = 1;
    if (!strcmp(kind, "probe")) return IsBadReadPtr((void *)(ULONG_PTR)16, 8) ? 7 : 8;
    if (!strcmp(kind, "raise"))
    {
        OutputDebugStringA("no fault");
        RaiseException(RPC_S_SERVER_UNAVAILABLE, 0, 0, NULL);
        RaiseException(0xE06D7363, 0, 0, NULL); /* a C++ exception */
        return 7;
    }
    return 9;
}

static DWORD fault_result(const char *kind)
{
    WCHAR program[MAX_PATH], command[MAX_PATH + 64];
    STARTUPINFOW start = {.cb = sizeof(start)};
    PROCESS_INFORMATION child;
    DWORD code = 0;

    assert_true(GetModuleFileNameW(NULL, program, MAX_PATH) > 0);
    swprintf(command, MAX_PATH + 64, L"\"%ls\" fault %hs", program, kind);
    assert_true(CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &child));
    assert_int_equal(WaitForSingleObject(child.hProcess, 30000), WAIT_OBJECT_0);
    GetExitCodeProcess(child.hProcess, &code);
    CloseHandle(child.hThread);
    CloseHandle(child.hProcess);
    return code;
}

static void a_fault_ends_the_process(void **state)
{
    (void)state;
    assert_int_equal(fault_result("write"), EXCEPTION_ACCESS_VIOLATION);
}

static void what_guards_itself_and_what_is_only_raised_is_no_fault(void **state)
{
    (void)state;
    assert_int_equal(fault_result("probe"), 7);
    assert_int_equal(fault_result("raise"), 7);
}

static void a_class_that_is_not_registered_is_not_started(void **state)
{
    static const CLSID nobody = {0x12345678, 0x1234, 0x1234, {1, 2, 3, 4, 5, 6, 7, 8}};

    (void)state;
    assert_int_equal(wine_start_server(&nobody), HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND));
}

/* Last: from then on this process follows the section. */
static void a_test_sets_the_time_of_day_and_not_the_monotonic_clock(void **state)
{
    const LONGLONG day_ms = 86400000, before = utc_now_ms();
    const ULONGLONG now = clock_now_ms();
    HANDLE section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(LONGLONG), WINE_CLOCK_SECTION);
    volatile LONGLONG *ahead;

    (void)state;
    assert_non_null(section);
    ahead = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(*ahead));
    assert_non_null((void *)ahead);
    *ahead = day_ms;
    while (utc_now_ms() < before + day_ms)
        if (clock_now_ms() - now > 10000) fail_msg("the clock was not set");
    *ahead = -day_ms;
    assert_true(utc_now_ms() < before - day_ms / 2);
    *ahead = 0;
    assert_in_range(clock_now_ms() - now, 0, 20000);
    UnmapViewOfFile((void *)ahead);
    CloseHandle(section);
}
#endif

int main(int argc, char **argv)
{
#ifdef OB_WINE
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_ends_the_process),
        cmocka_unit_test(what_guards_itself_and_what_is_only_raised_is_no_fault),
        cmocka_unit_test(a_class_that_is_not_registered_is_not_started),
        cmocka_unit_test(a_test_sets_the_time_of_day_and_not_the_monotonic_clock),
    };

    if (argc == 3 && !strcmp(argv[1], "fault")) return fault_main(argv[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
#else
    (void)argc;
    (void)argv;
    return 0;
#endif
}

/* service_test.c - a Windows service calls the broker that runs in the user's session, and its mail leaves. The service
 * is this program once more. Under Wine it runs as the same user: that it comes from a service's process and window
 * station is proved here, not that its account is told apart. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define SERVICE_NAME L"OutlookBrokerTest"

/* --- the service: its command line names the file that it reports to */

static const WCHAR *report_path;
static SERVICE_STATUS_HANDLE status_handle;

static void tell(DWORD state)
{
    SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS, .dwCurrentState = state};

    SetServiceStatus(status_handle, &status);
}

static DWORD WINAPI control(DWORD code, DWORD type, void *data, void *context)
{
    (void)code, (void)type, (void)data, (void)context;
    return NO_ERROR;
}

/* One line: the last HRESULT, the job's state, the session's Caller. */
static void report(HRESULT hr, ObJobState state, const WCHAR *caller)
{
    WCHAR beside[600];
    char line[400];

    snprintf(line, sizeof(line), "%08lX %d %s", (unsigned long)hr, state, ob_utf8(caller));
    swprintf(beside, ARRAYSIZE(beside), L"%ls.new", report_path);
    ob_write_file(beside, line, strlen(line));
    MoveFileExW(beside, report_path, MOVEFILE_REPLACE_EXISTING);
}

static void WINAPI service_main(DWORD argc, WCHAR **argv)
{
    static const struct ob_mail mail = {.to = L"a@example.com", .subject = L"from a service", .body = L"service"};
    ObJobState state = obJobQueued;
    IObSession *session = NULL;
    IObJob *job = NULL;
    BSTR caller = NULL;
    HRESULT hr;

    (void)argc, (void)argv;
    status_handle = RegisterServiceCtrlHandlerExW(SERVICE_NAME, control, NULL);
    tell(SERVICE_RUNNING);
    hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&session);
    if (SUCCEEDED(hr)) hr = IObSession_get_Caller(session, &caller);
    if (SUCCEEDED(hr)) hr = ob_try_send(session, &mail, &job);
    if (SUCCEEDED(hr)) hr = IObJob_Wait(job, ob_long(OB_LONG_MS), &state);
    report(hr, state, caller);
    if (job) IObJob_Release(job);
    if (session) IObSession_Release(session);
    tell(SERVICE_STOPPED);
}

/* --- the test */

static void start_service(void)
{
    WCHAR program[MAX_PATH], command[MAX_PATH + 700];
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_ALL_ACCESS), service;

    assert_non_null(manager);
    GetModuleFileNameW(NULL, program, MAX_PATH);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" service \"%ls\"", program, ob_file_path(L"report.txt"));
    service = CreateServiceW(manager, SERVICE_NAME, SERVICE_NAME, SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS,
        SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, NULL, NULL);
    ob_require(service != NULL, "CreateService: %lu", GetLastError());
    ob_require(StartServiceW(service, 0, NULL), "StartService: %lu", GetLastError());
    DeleteService(service);
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
}

/* Starts the service and returns the line that it reports; the caller frees it. */
static char *run_service(void)
{
    char *line;

    start_service();
    ob_require(
        ob_wait_for_files(ob_file_path(L""), L"report.txt", 1, 2 * OB_LONG_MS) == 1, "the service does not report");
    line = ob_read_file(ob_file_path(L"report.txt"), NULL);
    DeleteFileW(ob_file_path(L"report.txt"));
    return line;
}

/* Under Wine the client's process starts the broker, here on a service's window station; Windows would start it in the
 * user's session. */
static void a_broker_on_a_services_window_station_refuses_and_accepts_nothing(void **state)
{
    char *line;

    (void)state;
    assert_int_equal(ob_processes(OB_BROKER_IMAGE), 0);
    line = run_service();
    ob_require(!strncmp(line, "8004B006 ", 9), "the service was told %s", line);
    free(line);
    assert_int_equal(ob_count_files(ob_data_path(L"outbox.db*")), 0);
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
}

static void a_service_sends_through_the_broker_that_runs(void **state)
{
    IObSession *session = ob_session();
    struct ob_arrivals arrivals;
    char expected[300];
    char *line;
    BSTR user;

    (void)state;
    ob_assert_ok(IObSession_get_User(session, &user));
    snprintf(expected, sizeof(expected), "00000000 %d %s", obJobSent, ob_utf8(user));
    SysFreeString(user);
    line = run_service();
    assert_string_equal(line, expected);
    free(line);
    assert_int_equal(ob_processes(OB_BROKER_IMAGE), 1);
    ob_read_mails(&arrivals);
    ob_assert_text(ob_mail_with(&arrivals, L"from a service")->body, L"service");
    ob_free_mails(&arrivals);
    ob_expect_counts(session, 0, 0, 1, 0, 0);
    IObSession_Release(session);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broker_on_a_services_window_station_refuses_and_accepts_nothing),
        cmocka_unit_test(a_service_sends_through_the_broker_that_runs),
    };
    const SERVICE_TABLE_ENTRYW services[] = {{(WCHAR *)SERVICE_NAME, service_main}, {NULL, NULL}};

    if (argc == 3 && !wcscmp(argv[1], L"service"))
    {
        report_path = argv[2];
        return !StartServiceCtrlDispatcherW(services);
    }
    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

/* two_sessions_test.c - a second broker of the same user, in another Windows session, refuses and names the first, and
 * works once the first is gone. Run by two_sessions_test.sh, in two environments that share the broker's folder. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static const WCHAR *shared_path(const WCHAR *leaf)
{
    static WCHAR path[600];
    WCHAR folder[500];

    ob_require(GetEnvironmentVariableW(L"OB_TEST_SHARED", folder, ARRAYSIZE(folder)), "run two_sessions_test.sh");
    swprintf(path, ARRAYSIZE(path), L"Z:%ls%ls%ls", folder, *leaf ? L"\\" : L"", leaf);
    for (WCHAR *at = path; *at; at++)
        if (*at == L'/') *at = L'\\';
    return path;
}

/* --- the first session */

static int holder_main(void)
{
    IObSession *session;
    IObStatus *status;
    LONG process_id, windows_session;
    char line[80];
    WCHAR beside[600];
    char *output;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    session = ob_session();
    ob_expect_good_mail(session, L"from the first session");
    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_ProcessId(status, &process_id));
    ob_assert_ok(IObStatus_get_WindowsSession(status, &windows_session));
    IObStatus_Release(status);
    snprintf(line, sizeof(line), "%ld %ld", process_id, windows_session);
    wcscpy(beside, shared_path(L"holder.new"));
    ob_write_file(beside, line, strlen(line));
    MoveFileW(beside, shared_path(L"holder.txt"));
    ob_wait_for_files(shared_path(L""), L"go", 1, 5 * OB_LONG_MS);
    ob_run_broker(L"/Stop", &output);
    ob_write_file(shared_path(L"gone"), "", 0);
    return 0;
}

/* --- the second session */

static void a_second_broker_of_the_same_user_refuses_and_names_the_holder(void **state)
{
    VARIANT arguments[] = {ob_text(L"a@example.com"), ob_text(L"refused"), ob_text(L"b")};
    unsigned long process_id, windows_session;
    WCHAR beginning[300];
    struct ob_answer answer;
    IObSession *session;
    ObBrokerState now;
    IObStatus *status;
    char *line;
    BSTR text;
    LONG code;

    (void)state;
    ob_require(ob_wait_for_files(shared_path(L""), L"holder.txt", 1, 2 * OB_LONG_MS) == 1, "there is no first broker");
    line = ob_read_file(shared_path(L"holder.txt"), NULL);
    assert_int_equal(sscanf(line, "%lu %lu", &process_id, &windows_session), 2);
    free(line);
    swprintf(beginning, ARRAYSIZE(beginning),
        L"Another broker of this user is at work, so this one refuses. Checked: the lock file; process %lu in Windows "
        L"session %lu has held it since ",
        process_id, windows_session);
    session = ob_session();
    ob_invoke(session, L"SendMail", DISPATCH_METHOD, arguments, ARRAYSIZE(arguments), &answer);
    ob_assert_hr(answer.code, OB_E_LOCKED);
    ob_require(answer.text && !wcsncmp(answer.text, beginning, wcslen(beginning)), "got: %s", ob_utf8(answer.text));
    ob_require(wcsstr(answer.text, L" Next: ") != NULL, "got: %s", ob_utf8(answer.text));
    ob_assert_ok(IObSession_get_Version(session, &text));
    SysFreeString(text);
    ob_assert_ok(IObSession_get_Caller(session, &text));
    SysFreeString(text);
    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_State(status, &now));
    assert_int_equal(now, obBrokerRefusing);
    ob_assert_ok(IObStatus_get_LastError(status, &code));
    ob_assert_hr(code, OB_E_LOCKED);
    ob_assert_ok(IObStatus_get_LastErrorText(status, &text));
    ob_assert_text(text, answer.text);
    SysFreeString(text);
    IObStatus_Release(status);
    ob_answer_clear(&answer);
    IObSession_Release(session);
    for (unsigned i = 0; i < ARRAYSIZE(arguments); i++)
        VariantClear(&arguments[i]);
    /* It does not stay: the next client may find the first one gone. */
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
}

static void once_the_first_has_stopped_the_second_session_works(void **state)
{
    IObSession *session;

    (void)state;
    ob_write_file(shared_path(L"go"), "", 0);
    ob_require(ob_wait_for_files(shared_path(L""), L"gone", 1, OB_LONG_MS) == 1, "the first broker does not stop");
    session = ob_session();
    ob_expect_good_mail(session, L"from the second session");
    /* One outbox for both: the first session's mail is on record here. */
    ob_expect_counts(session, 0, 0, 2, 0, 0);
    IObSession_Release(session);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_broker_of_the_same_user_refuses_and_names_the_holder),
        cmocka_unit_test(once_the_first_has_stopped_the_second_session_works),
    };

    if (argc == 2 && !wcscmp(argv[1], L"holder")) return holder_main();
    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

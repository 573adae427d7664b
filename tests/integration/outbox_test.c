/* outbox_test.c - an outbox that cannot be used, and a lock that nobody holds. A file that is no database is set aside
 * whole; one that is damaged or locked is refused and not touched; the refusing session still answers what it can. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define DATABASE L"outbox.db"
#define HELD_EVENT L"Local\\OutlookBrokerTest.Held"
#define LET_GO_EVENT L"Local\\OutlookBrokerTest.LetGo"

/* The broker has begun an outbox, and has ended. */
static void begin_outbox(const WCHAR *subject)
{
    IObSession *session = ob_session();

    ob_expect_good_mail(session, subject);
    IObSession_Release(session);
    ob_stop_broker();
}

static void expect_refusal(IObSession *session, const WCHAR *name)
{
    VARIANT arguments[] = {ob_text(L"a@example.com"), ob_text(L"refused"), ob_text(L"b")};
    struct ob_answer answer;
    WCHAR *text;
    HRESULT code = ob_expected(name, &text);

    ob_invoke(session, L"SendMail", DISPATCH_METHOD, arguments, ARRAYSIZE(arguments), &answer);
    ob_assert_hr(answer.code, code);
    ob_assert_text(answer.text, text);
    ob_answer_clear(&answer);
    ob_invoke(session, L"Job", DISPATCH_METHOD, arguments, 1, &answer);
    ob_assert_hr(answer.code, code);
    ob_assert_text(answer.text, text);
    ob_answer_clear(&answer);
    for (unsigned i = 0; i < ARRAYSIZE(arguments); i++)
        VariantClear(&arguments[i]);
    free(text);
}

/* What a refusing session still answers. */
static void expect_answers(IObSession *session, HRESULT code)
{
    ObBrokerState broker_state;
    IObStatus *status;
    BSTR text;
    LONG number;

    ob_assert_ok(IObSession_get_Version(session, &text));
    ob_assert_text(text, OB_VERSION);
    SysFreeString(text);
    ob_assert_ok(IObSession_get_User(session, &text));
    assert_true(SysStringLen(text) > 0);
    SysFreeString(text);
    ob_assert_ok(IObSession_get_Caller(session, &text));
    assert_true(SysStringLen(text) > 0);
    SysFreeString(text);
    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_State(status, &broker_state));
    assert_int_equal(broker_state, obBrokerRefusing);
    ob_assert_ok(IObStatus_get_StateName(status, &text));
    ob_assert_text(text, L"refusing");
    SysFreeString(text);
    ob_assert_ok(IObStatus_get_LastError(status, &number));
    ob_assert_hr(number, code);
    ob_assert_ok(IObStatus_get_LastErrorText(status, &text));
    assert_true(SysStringLen(text) > 0);
    SysFreeString(text);
    IObStatus_Release(status);
}

static void expect_bytes(const WCHAR *path, const void *expected, size_t expected_size)
{
    size_t size = 0;
    char *bytes = ob_read_file(path, &size);

    ob_require(bytes != NULL, "%s is gone", ob_utf8(path));
    assert_int_equal(size, expected_size);
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

static void a_file_that_is_no_database_is_set_aside_whole(void **state)
{
    static const char foreign[] = "This is a letter to my aunt, and no database at all.";
    WIN32_FIND_DATAW found;
    IObSession *session;
    WCHAR aside[600];
    HANDLE find;

    (void)state;
    begin_outbox(L"before the letter");
    DeleteFileW(ob_data_path(DATABASE L"-wal"));
    DeleteFileW(ob_data_path(DATABASE L"-shm"));
    ob_write_file(ob_data_path(DATABASE), foreign, sizeof(foreign) - 1);
    session = ob_session();
    ob_expect_good_mail(session, L"after the letter");
    IObSession_Release(session);
    find = FindFirstFileW(ob_data_path(DATABASE L".set-aside-*"), &found);
    assert_true(find != INVALID_HANDLE_VALUE);
    FindClose(find);
    swprintf(aside, ARRAYSIZE(aside), L"%ls\\%ls", ob_data_path(L""), found.cFileName);
    expect_bytes(aside, foreign, sizeof(foreign) - 1);
    ob_stop_broker();
}

/* A refusal ends with its cause, however often somebody asks meanwhile. */
static void wait_until_it_works(IObSession *session)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;
    ObBrokerState state = obBrokerRefusing;

    while (state == obBrokerRefusing && GetTickCount64() < end)
    {
        IObStatus *status;

        ob_assert_ok(IObSession_get_Status(session, &status));
        ob_assert_ok(IObStatus_get_State(status, &state));
        IObStatus_Release(status);
        Sleep(100);
    }
    assert_int_not_equal(state, obBrokerRefusing);
}

/* Damage behind a good header. */
static void a_damaged_outbox_is_refused_and_not_touched(void **state)
{
    IObSession *session;
    size_t size = 0;
    char *bytes;

    (void)state;
    begin_outbox(L"before the damage");
    bytes = ob_read_file(ob_data_path(DATABASE), &size);
    assert_non_null(bytes);
    assert_true(size > 4096);
    DeleteFileW(ob_data_path(DATABASE L"-wal"));
    DeleteFileW(ob_data_path(DATABASE L"-shm"));
    memset(bytes + 100, 0xA5, size - 100);
    ob_write_file(ob_data_path(DATABASE), bytes, size);
    session = ob_session();
    expect_refusal(session, L"outbox_damaged");
    expect_answers(session, OB_E_OUTBOX);
    expect_bytes(ob_data_path(DATABASE), bytes, size);
    assert_int_equal(ob_count_files(ob_data_path(DATABASE L"*")), 2); /* the one that was set aside is the other */
    free(bytes);
    assert_true(MoveFileW(ob_data_path(DATABASE), ob_data_path(L"damaged.kept")));
    wait_until_it_works(session);
    ob_expect_good_mail(session, L"after the damage");
    IObSession_Release(session);
    ob_stop_broker();
}

/* Another program, as a backup may be: keeps the outbox's file to itself until it is told to let go. */
static int hold_file(void)
{
    HANDLE held = OpenEventW(EVENT_MODIFY_STATE, FALSE, HELD_EVENT);
    HANDLE let_go = OpenEventW(SYNCHRONIZE, FALSE, LET_GO_EVENT);
    HANDLE file = CreateFileW(ob_data_path(DATABASE), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);

    if (file == INVALID_HANDLE_VALUE) return 1;
    SetEvent(held);
    WaitForSingleObject(let_go, OB_LONG_MS);
    CloseHandle(file);
    return 0;
}

static void a_locked_outbox_is_refused_and_not_touched(void **state)
{
    HANDLE held = CreateEventW(NULL, TRUE, FALSE, HELD_EVENT), let_go = CreateEventW(NULL, TRUE, FALSE, LET_GO_EVENT);
    HANDLE holder;
    IObSession *session;
    size_t size = 0;
    char *bytes;

    (void)state;
    begin_outbox(L"before the lock");
    bytes = ob_read_file(ob_data_path(DATABASE), &size);
    holder = ob_start_self(L"hold");
    assert_int_equal(WaitForSingleObject(held, OB_LONG_MS), WAIT_OBJECT_0);
    session = ob_session();
    expect_refusal(session, L"outbox_locked");
    expect_answers(session, OB_E_OUTBOX);
    SetEvent(let_go);
    assert_int_equal(ob_wait_exit(holder, OB_LONG_MS), 0);
    expect_bytes(ob_data_path(DATABASE), bytes, size);
    free(bytes);
    IObSession_Release(session);
    ob_stop_broker();
    session = ob_session();
    ob_expect_good_mail(session, L"after the lock");
    IObSession_Release(session);
    ob_stop_broker();
}

static void a_stale_lock_file_stops_nobody(void **state)
{
    static const char stale[] = "process 4294967\nsession 1\nstarted 1\nstate running\n";
    IObSession *session;

    (void)state;
    CreateDirectoryW(ob_data_path(L""), NULL);
    ob_write_file(ob_data_path(L"broker.lock"), stale, sizeof(stale) - 1);
    session = ob_session();
    ob_expect_good_mail(session, L"after a stale lock");
    IObSession_Release(session);
    /* And the lock of a broker that was killed. */
    ob_log_off();
    assert_true(ob_exists(ob_data_path(L"broker.lock")));
    session = ob_session();
    ob_expect_good_mail(session, L"after a killed holder");
    IObSession_Release(session);
    ob_log_off();
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_is_no_database_is_set_aside_whole),
        cmocka_unit_test(a_damaged_outbox_is_refused_and_not_touched),
        cmocka_unit_test(a_locked_outbox_is_refused_and_not_touched),
        cmocka_unit_test(a_stale_lock_file_stops_nobody), /* last: it kills */
    };

    if (argc == 2 && !wcscmp(argv[1], L"hold")) return hold_file();
    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

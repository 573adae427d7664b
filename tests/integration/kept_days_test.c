/* kept_days_test.c - what is finished goes after the days that an administrator has set, and not before. Clients are
 * this program once more (see ob_first_at_rpcss). */
#include "support.h"
#include <sqlite3.h>
#include <stdio.h>
#include <wchar.h>

enum
{
    kept_days = 3,
    over_days = 6, /* two more than are set, which are for a clock that leaps, and one */
    under_days = 4 /* not yet: the default of 30 would keep both, none of the two days more would take both */
};

/* The one mail ended so many days ago, the other so many; and the clock is one that the broker has known for long,
 * since that of a new outbox is believed after a day. */
static void age(void)
{
    char sql[400];
    sqlite3 *db;

    snprintf(sql, sizeof(sql),
        "UPDATE job SET finished_at = finished_at - 86400000 * iif(subject = 'over', %d, %d);"
        "UPDATE clock SET doubted = 0, believed = 1000 * unixepoch()",
        over_days, under_days);
    assert_int_equal(sqlite3_open_v2(ob_utf8(ob_data_path(L"outbox.db")), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    ob_require(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

static int client_main(const WCHAR *what)
{
    IObSession *session;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    session = ob_session();
    if (!wcscmp(what, L"send"))
    {
        ob_expect_good_mail(session, L"over");
        ob_expect_good_mail(session, L"under");
    }
    IObSession_Release(session);
    CoUninitialize();
    return 0;
}

static void what_is_finished_goes_after_the_days_that_are_set(void **state)
{
    ULONGLONG end = GetTickCount64() + OB_LONG_MS;

    (void)state;
    ob_run_self(L"send");
    ob_stop_broker();
    age();
    ob_set(L"KeepFinishedDays", kept_days);
    ob_run_self(L"look");
    while (ob_state_on_disk(L"over") != -1 && GetTickCount64() < end)
        Sleep(20);
    assert_int_equal(ob_state_on_disk(L"over"), -1);
    ob_stop_broker();
    assert_int_equal(ob_state_on_disk(L"under"), obJobSent);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_finished_goes_after_the_days_that_are_set),
    };

    if (argc > 1) return client_main(argv[1]);
    return cmocka_run_group_tests(tests, ob_begin_without_com, NULL);
}

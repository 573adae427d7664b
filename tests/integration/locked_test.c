/* locked_test.c - another program keeps the outbox's file locked: every member of every object answers by its deadline,
 * what was not accepted by then never is, and all goes on when the other lets go. That program is this one, with SQLite
 * or, for the locks of a program that recovers the WAL, with those very bytes of the -shm. */
#include "every_member.h"
#include <sqlite3.h>
#include <stdio.h>

#define SHM_LOCKS_AT 120 /* for writing, checkpointing, recovering, and five for readers */
#define SHM_LOCKS 8

static unsigned locked_for; /* enum need: what waits */

static void judge(const char *when, const struct row *row, const struct ob_answer *answer)
{
    const char *member = ob_utf8(row->member), *text = answer->text ? ob_utf8(answer->text) : "";

    if (row->need & locked_for)
        ob_require(
            answer->code == (HRESULT)OB_E_TIMEOUT, "%s: %s answers 0x%08lX %s", when, member, answer->code, text);
    else if (!(row->need & (anything | outlook)))
        ob_require(SUCCEEDED(answer->hr), "%s: %s answers 0x%08lX %s", when, member, answer->code, text);
    else if (row->need & anything)
        ob_require(answer->code != (HRESULT)OB_E_TIMEOUT, "%s: %s waited", when, member);
}

/* With a key, which is looked up before anything else. */
static void expect_keyed_sends(const char *when, const struct every_object *every)
{
    static const struct row send = {L"Send", CALL, writes, {L"a key of the mail's"}};
    VARIANT arguments[8] = {ob_text(L"a@example.com"), ob_text(L"with a key"), ob_text(L"b"), ob_missing(),
        ob_missing(), ob_missing(), ob_missing(), ob_text(L"a key of the session's")};
    ULONGLONG begun = GetTickCount64();
    struct ob_answer answer;

    ob_invoke(every->objects[face_session], L"SendMail", DISPATCH_METHOD, arguments, ARRAYSIZE(arguments), &answer);
    assert_in_range(GetTickCount64() - begun, 0, MEMBER_BOUND_MS);
    ob_assert_hr(answer.code, OB_E_TIMEOUT);
    ob_require(wcsstr(answer.text, L"nothing was") != NULL, "%s", ob_utf8(answer.text));
    ob_answer_clear(&answer);
    for (unsigned i = 0; i < ARRAYSIZE(arguments); i++)
        VariantClear(&arguments[i]);
    call_member(when, every->objects[face_mail], &send, CALL, judge);
}

static void expect_in_time(const char *when, const struct every_object *every, unsigned need)
{
    locked_for = need;
    printf("%s: %u members answered in time\n", when, objects_call(every, when, judge));
    expect_keyed_sends(when, every);
}

/* What timed out has left nothing, and the next mail leaves. */
static void expect_nothing_came(IObSession *session, unsigned before, const WCHAR *subject)
{
    IObJobs *jobs;
    LONG count;

    ob_expect_good_mail(session, subject);
    ob_assert_ok(IObSession_Jobs(session, ob_missing(), ob_missing(), &jobs));
    ob_assert_ok(IObJobs_get_Count(jobs, &count));
    IObJobs_Release(jobs);
    assert_int_equal(count, before + 1);
    assert_int_equal(ob_count_delivered(), before + 1);
}

static sqlite3 *lock_for_writing(void)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open_v2(ob_utf8(ob_data_path(L"outbox.db")), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_busy_timeout(db, OB_LONG_MS);
    assert_int_equal(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static HANDLE lock_wal(void)
{
    OVERLAPPED at = {.Offset = SHM_LOCKS_AT};
    HANDLE shm = CreateFileW(ob_data_path(L"outbox.db-shm"), GENERIC_READ | GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);

    assert_true(shm != INVALID_HANDLE_VALUE);
    assert_true(LockFileEx(shm, LOCKFILE_EXCLUSIVE_LOCK, 0, SHM_LOCKS, 0, &at));
    return shm;
}

static void an_outbox_that_another_program_locks_holds_no_member_beyond_its_deadline(void **state)
{
    IObSession *session = ob_session();
    IObJob *job = ob_send_plain(session, L"before");
    struct every_object every;
    sqlite3 *db;
    HANDLE shm;

    (void)state;
    ob_expect_state(job, obJobSent);
    objects_make(&every, job);
    db = lock_for_writing();
    expect_in_time("locked for writing", &every, writes);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    expect_nothing_came(session, 1, L"after the lock for writing");
    shm = lock_wal();
    expect_in_time("locked whole", &every, reads | writes);
    CloseHandle(shm);
    expect_nothing_came(session, 2, L"after the lock of all");
    objects_release(&every);
    IObJob_Release(job);
    IObSession_Release(session);
}

/* The lock lasts longer than delivery waits to write that Outlook has the mail. */
static void a_mail_in_outlooks_hands_is_recorded_when_a_long_lock_goes(void **state)
{
    IObSession *session = ob_session();
    unsigned delivered = ob_count_delivered();
    IObJob *job;
    sqlite3 *db;

    (void)state;
    ob_control("hold = MailItem.Send after\n");
    job = ob_send_plain(session, L"in Outlook's hands");
    ob_wait_held();
    db = lock_for_writing();
    ob_control("");
    ob_wait_delivered(delivered + 1);
    ob_wait_in_log(L"a step cannot be written: 0x8004B009", ob_count_in_log(L"a step cannot be written") + 1);
    Sleep(1000); /* delivery is at rest by then: nothing but its own patience has it try again */
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    ob_expect_state(job, obJobSent);
    assert_int_equal(ob_count_delivered(), delivered + 1);
    ob_expect_good_mail(session, L"after a long lock");
    IObJob_Release(job);
    IObSession_Release(session);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outbox_that_another_program_locks_holds_no_member_beyond_its_deadline),
        cmocka_unit_test(a_mail_in_outlooks_hands_is_recorded_when_a_long_lock_goes),
    };

    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

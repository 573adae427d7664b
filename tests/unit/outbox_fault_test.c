/* outbox_fault_test.c - writes and flushes that fail, and the end at any of them. The default VFS of SQLite is wrapped:
 * its files answer as told. What a disk does with writes that were never flushed cannot be shown here; that an accept
 * is flushed before it is answered can. */
#include "outbox_test.h"
#include "outbox/internal.h"

static struct
{
    LONG volatile operations; /* writes, flushes and cuts so far */
    LONG volatile flushes;
    LONG volatile fail_at;   /* this operation fails, and no other; 0: none */
    LONG volatile fail_from; /* from this operation on each fails; 0: none */
    LONG volatile freeze_at; /* from this operation on nothing reaches the disk; 0: never */
    int code;                /* what the failing operation answers */
} faults;

static sqlite3_vfs wrapped;
static sqlite3_io_methods methods;
static const sqlite3_io_methods *real_methods;
static int (*real_open)(sqlite3_vfs *, const char *, sqlite3_file *, int, int *);
static int (*real_delete)(sqlite3_vfs *, const char *, int);

static bool frozen(void)
{
    return faults.freeze_at && faults.operations >= faults.freeze_at;
}

/* SQLITE_OK: to be done; SQLITE_DONE: to be left out; else what it fails with. */
static int next_operation(void)
{
    LONG number = InterlockedIncrement(&faults.operations);

    if (faults.fail_at == number || (faults.fail_from && number >= faults.fail_from)) return faults.code;
    return frozen() ? SQLITE_DONE : SQLITE_OK;
}

static int file_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    int rc = next_operation();

    if (rc == SQLITE_OK) return real_methods->xWrite(file, data, size, offset);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int file_sync(sqlite3_file *file, int flags)
{
    int rc = next_operation();

    InterlockedIncrement(&faults.flushes);
    if (rc == SQLITE_OK) return real_methods->xSync(file, flags);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    int rc = next_operation();

    if (rc == SQLITE_OK) return real_methods->xTruncate(file, size);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int file_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    return frozen() ? SQLITE_OK : real_delete(sqlite3_vfs_find("win32"), name, sync);
}

static int file_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
    int rc = real_open(sqlite3_vfs_find("win32"), name, file, flags, out_flags);

    (void)vfs;
    if (rc != SQLITE_OK || !file->pMethods) return rc;
    if (!real_methods)
    {
        real_methods = file->pMethods;
        methods = *real_methods;
        methods.xWrite = file_write;
        methods.xSync = file_sync;
        methods.xTruncate = file_truncate;
    }
    if (file->pMethods == real_methods) file->pMethods = &methods;
    return rc;
}

static int wrap(void **state)
{
    sqlite3_vfs *real;

    (void)state;
    if (sqlite3_initialize() != SQLITE_OK || !(real = sqlite3_vfs_find("win32"))) return -1;
    wrapped = *real;
    wrapped.zName = "faulty";
    real_open = real->xOpen;
    real_delete = real->xDelete;
    wrapped.xOpen = file_open;
    wrapped.xDelete = file_delete;
    return sqlite3_vfs_register(&wrapped, 1);
}

static void heal(void)
{
    memset(&faults, 0, sizeof(faults));
}

static HRESULT try_accept(struct outbox *outbox, const WCHAR *subject, struct error *error)
{
    struct outbox_text text = plain_text(subject);
    WCHAR id[JOB_ID_SIZE];

    return outbox_accept(outbox, &text, NULL, deadline_never, id, error);
}

static void an_accept_is_flushed_before_it_is_answered_and_only_once(void **state)
{
    struct outbox *outbox = open_outbox();
    LONG before;

    (void)state;
    assert_succeeds(try_accept(outbox, L"warm", NULL));
    for (int i = 0; i < 10; i++)
    {
        before = faults.flushes;
        assert_succeeds(try_accept(outbox, L"a", NULL));
        assert_int_equal(faults.flushes - before, 1);
    }
    outbox_close(outbox);
}

/* From here on nothing reaches the disk: what is there is what a kill leaves. */
static void freeze(void)
{
    heal();
    faults.operations = faults.freeze_at = 1;
}

/* One operation of one accept fails. killed: the process ends right after the answer; else another mail is accepted
 * and the outbox closed. False if the accept was refused. */
static bool accept_while_it_fails(LONG at, int code, bool killed, LONG *accepted)
{
    struct outbox *outbox = open_outbox();
    struct error error = {0};
    bool taken;
    HRESULT hr;

    heal();
    faults.code = code;
    faults.fail_at = at;
    hr = try_accept(outbox, L"a", &error);
    if (killed)
        freeze();
    else
        heal();
    taken = hr == S_OK;
    if (taken)
        ++*accepted;
    else
        assert_fails(hr, CODE(error_outbox_write), &error, code == SQLITE_FULL ? L"full" : L"I/O error");
    assert_int_equal(count_of(outbox, job_queued), *accepted);
    if (!killed)
    {
        assert_succeeds(try_accept(outbox, L"afterwards", NULL));
        ++*accepted;
    }
    outbox_close(outbox);
    heal();
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), *accepted);
    outbox_close(outbox);
    return taken;
}

/* Every write and flush of one accept fails in turn: either way the answer is the truth, also after a new start. */
static void whatever_fails_the_answer_is_the_truth(void **state)
{
    static const int codes[] = {SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC};
    LONG accepted = 0;
    int refused = 0;

    (void)state;
    for (size_t code = 0; code < LENGTH(codes); code++)
        for (LONG at = 1; at <= 24; at++)
        {
            if (!accept_while_it_fails(at, codes[code], false, &accepted)) refused++;
            if (!accept_while_it_fails(at, codes[code], true, &accepted)) refused++;
        }
    assert_true(refused > 24);
}

static void what_a_failed_commit_left_is_written_over_as_soon_as_the_disk_answers(void **state)
{
    struct outbox *outbox = open_outbox();
    ULONGLONG begun;
    LONG flush;

    (void)state;
    heal();
    assert_succeeds(try_accept(outbox, L"a", NULL));
    flush = faults.operations;
    assert_int_equal(faults.flushes, 1);
    heal();
    faults.code = SQLITE_IOERR_FSYNC;
    faults.fail_from = flush;
    assert_int_equal(try_accept(outbox, L"b", NULL), CODE(error_outbox_write));
    heal();
    for (begun = clock_now_ms(); outbox->overwrite_at != deadline_never && clock_now_ms() - begun < 60000;)
        Sleep(10);
    freeze();
    outbox_close(outbox);
    heal();
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 1);
    outbox_close(outbox);
}

struct few
{
    struct outbox *outbox;
    LONG volatile accepted, refused;
};

static DWORD WINAPI accept_some(void *context)
{
    struct few *few = context;

    for (int i = 0; i < 30; i++)
    {
        if (try_accept(few->outbox, L"a", NULL) == S_OK)
            InterlockedIncrement(&few->accepted);
        else
            InterlockedIncrement(&few->refused);
    }
    return 0;
}

static void a_commit_that_fails_is_the_answer_of_all_that_were_in_it(void **state)
{
    struct few few = {0};
    HANDLE threads[8];

    (void)state;
    few.outbox = open_outbox();
    heal();
    faults.code = SQLITE_IOERR_FSYNC;
    for (int i = 0; i < 8; i++)
        threads[i] = CreateThread(NULL, 0, accept_some, &few, 0, NULL);
    for (int i = 0; i < 40; i++)
    {
        faults.fail_at = faults.operations + 10;
        Sleep(2);
    }
    faults.fail_at = 0;
    WaitForMultipleObjects(8, threads, TRUE, INFINITE);
    for (int i = 0; i < 8; i++)
        CloseHandle(threads[i]);
    assert_int_equal(few.accepted + few.refused, 240);
    assert_true(few.refused > 0);
    assert_int_equal(count_of(few.outbox, job_queued), few.accepted);
    outbox_close(few.outbox);
    few.outbox = open_outbox();
    assert_int_equal(count_of(few.outbox, job_queued), few.accepted);
    outbox_close(few.outbox);
}

/* The end at any operation of an opening, five accepts with a change each, and a closing: what was answered with S_OK
 * before is there, each once, and nothing else but what was under way. */
static void after_the_end_at_any_moment_everything_accepted_is_there(void **state)
{
    LONG at;
    bool ended = true;

    (void)state;
    for (at = 1; ended && at < 300; at += 2)
    {
        struct outbox *outbox;
        LONG accepted = 0, there;

        folder_end(NULL);
        assert_int_equal(folder_make(NULL), 0);
        outbox_close(open_outbox());
        heal();
        faults.freeze_at = at;
        outbox = open_outbox();
        for (int i = 0; i < 5; i++)
        {
            HRESULT hr = try_accept(outbox, L"a", NULL);

            if (hr == S_OK && !frozen()) accepted++;
        }
        outbox_close(outbox);
        ended = frozen();
        heal();
        outbox = open_outbox();
        there = count_of(outbox, job_queued);
        if (there < accepted || there > accepted + 1)
            fail_msg("the end at %ld: %ld accepted, %ld there", (long)at, (long)accepted, (long)there);
        outbox_close(outbox);
    }
    assert_false(ended);
    assert_true(at > 20);
}

static int heal_and_make(void **state)
{
    heal();
    return folder_make(state);
}

#define faulty_test(function) cmocka_unit_test_setup_teardown(function, heal_and_make, folder_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        faulty_test(an_accept_is_flushed_before_it_is_answered_and_only_once),
        faulty_test(whatever_fails_the_answer_is_the_truth),
        faulty_test(what_a_failed_commit_left_is_written_over_as_soon_as_the_disk_answers),
        faulty_test(a_commit_that_fails_is_the_answer_of_all_that_were_in_it),
        faulty_test(after_the_end_at_any_moment_everything_accepted_is_there),
    };

    return cmocka_run_group_tests(tests, wrap, NULL);
}

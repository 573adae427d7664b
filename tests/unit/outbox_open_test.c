/* outbox_open_test.c - what opening makes of what it finds. "Untouched" is compared byte by byte, over every file of
 * the folder. */
#include "outbox_test.h"

enum
{
    snapshot_max = 16
};

struct snapshot
{
    size_t count;
    struct
    {
        WCHAR name[MAX_PATH];
        BYTE *data;
        long size;
    } files[snapshot_max];
};

static void snapshot_take(struct snapshot *snapshot)
{
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(in_folder(L"*"), &found);

    snapshot->count = 0;
    do
    {
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) continue;
        assert_true(snapshot->count < snapshot_max);
        wcscpy(snapshot->files[snapshot->count].name, found.cFileName);
        snapshot->files[snapshot->count].data =
            read_whole_file(in_folder(found.cFileName), &snapshot->files[snapshot->count].size);
        snapshot->count++;
    } while (FindNextFileW(find, &found));
    FindClose(find);
}

static void snapshot_clear(struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->count; i++)
        free(snapshot->files[i].data);
    snapshot->count = 0;
}

/* Nothing was added, removed or changed since; clears the snapshot. */
static void assert_untouched(struct snapshot *before)
{
    struct snapshot now;

    snapshot_take(&now);
    for (size_t i = 0; i < now.count && now.count == before->count; i++)
    {
        if (wcscmp(now.files[i].name, before->files[i].name) || now.files[i].size != before->files[i].size ||
            memcmp(now.files[i].data, before->files[i].data, (size_t)now.files[i].size))
            fail_msg("%ls was touched", before->files[i].name);
    }
    if (now.count != before->count) fail_msg("%d files became %d", (int)before->count, (int)now.count);
    snapshot_clear(&now);
    snapshot_clear(before);
}

static void assert_open_fails(enum error_id id, const WCHAR *words)
{
    struct error error = {0};
    struct outbox *outbox = (struct outbox *)1;
    struct snapshot before;

    snapshot_take(&before);
    assert_fails(outbox_open(test_folder, &test_limits, NULL, NULL, &outbox, &error), CODE(id), &error, words);
    assert_null(outbox);
    assert_untouched(&before);
}

static void fill(int mails)
{
    struct outbox *outbox = open_outbox();
    WCHAR id[JOB_ID_SIZE];

    for (int i = 0; i < mails; i++)
        accept_plain(outbox, L"there before", id);
    outbox_close(outbox);
}

static void damage(const WCHAR *leaf, long offset, size_t size, int with)
{
    HANDLE file = CreateFileW(in_folder(leaf), GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    BYTE bytes[8192];
    DWORD put;

    assert_true(file != INVALID_HANDLE_VALUE);
    memset(bytes, with, sizeof(bytes));
    SetFilePointer(file, offset, NULL, FILE_BEGIN);
    assert_true(WriteFile(file, bytes, (DWORD)size, &put, NULL));
    CloseHandle(file);
}

static void a_clean_end_leaves_one_whole_file(void **state)
{
    (void)state;
    fill(3);
    assert_true(file_exists(in_folder(L"outbox.db")));
    assert_false(file_exists(in_folder(L"outbox.db-wal")));
    assert_false(file_exists(in_folder(L"outbox.db.new")));
    fill(1);
}

static void counts_are_right_after_reopening(void **state)
{
    struct outbox *outbox = open_outbox();
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"1", id);
    accept_plain(outbox, L"2", id);
    assert_succeeds(step(outbox, id, job_queued, job_cancelled, NULL));
    accept_plain(outbox, L"3", id);
    assert_succeeds(step(outbox, id, job_queued, job_sending, NULL));
    for (int round = 0; round < 2; round++)
    {
        LONG counts[job_state_count];
        static const LONG expected[job_state_count] = {[job_queued] = 1, [job_sending] = 1, [job_cancelled] = 1};

        outbox_count(outbox, counts);
        assert_memory_equal(counts, expected, sizeof(counts));
        if (round) break;
        outbox_close(outbox);
        outbox = open_outbox();
    }
    outbox_close(outbox);
}

static void a_damaged_page_anywhere_is_refused_and_untouched(void **state)
{
    long size;

    (void)state;
    fill(60);
    free(read_whole_file(in_folder(L"outbox.db"), &size));
    assert_true(size > 8 * 4096);
    /* A copy would not do: each page is damaged, tried, and mended. */
    for (long page = 1; page < size / 4096; page++)
    {
        BYTE *whole = read_whole_file(in_folder(L"outbox.db"), &size);

        damage(L"outbox.db", page * 4096, 4096, 0xA5);
        assert_open_fails(error_outbox_open, L"malformed");
        write_file(in_folder(L"outbox.db"), whole, (size_t)size);
        free(whole);
    }
    fill(1);
}

static void damage_behind_the_header_is_refused_and_untouched(void **state)
{
    (void)state;
    fill(1);
    damage(L"outbox.db", 16, 200, 0xA5);
    assert_open_fails(error_outbox_open, L"SQLite answered");
}

static void a_cut_off_file_is_refused_and_untouched(void **state)
{
    BYTE *whole;
    long size;

    (void)state;
    fill(60);
    whole = read_whole_file(in_folder(L"outbox.db"), &size);
    write_file(in_folder(L"outbox.db"), whole, (size_t)size - 8192);
    assert_open_fails(error_outbox_open, L"malformed");
    write_file(in_folder(L"outbox.db"), whole, 100);
    assert_open_fails(error_outbox_open, NULL);
    free(whole);
}

/* What a crash leaves: a WAL that was not folded in. Made by copying the files of an outbox at work. */
static void leave_as_after_a_crash(void)
{
    static const WCHAR *const leaves[] = {L"outbox.db", L"outbox.db-wal"};
    struct outbox *outbox = open_outbox();
    WCHAR id[JOB_ID_SIZE];
    BYTE *data[2];
    long sizes[2];

    for (int i = 0; i < 20; i++)
        accept_plain(outbox, L"in the WAL", id);
    for (size_t i = 0; i < 2; i++)
        data[i] = read_whole_file(in_folder(leaves[i]), &sizes[i]);
    outbox_close(outbox);
    for (size_t i = 0; i < 2; i++)
    {
        write_file(in_folder(leaves[i]), data[i], (size_t)sizes[i]);
        free(data[i]);
    }
}

static void what_stands_in_the_wal_after_a_crash_is_there(void **state)
{
    struct outbox *outbox;

    (void)state;
    leave_as_after_a_crash();
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 20);
    outbox_close(outbox);
}

static void a_wal_half_written_loses_only_what_was_not_committed(void **state)
{
    struct outbox *outbox;
    BYTE *wal;
    long size;

    (void)state;
    leave_as_after_a_crash();
    wal = read_whole_file(in_folder(L"outbox.db-wal"), &size);
    write_file(in_folder(L"outbox.db-wal"), wal, (size_t)size - 100);
    free(wal);
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 19);
    outbox_close(outbox);
}

static void a_damaged_file_with_a_wal_is_untouched_and_the_wal_too(void **state)
{
    (void)state;
    fill(60);
    leave_as_after_a_crash();
    /* Those that the WAL replaces are no harm. */
    for (long page = 1; page < 12; page++)
        damage(L"outbox.db", page * 4096, 4096, 0xA5);
    assert_open_fails(error_outbox_open, L"malformed");
}

static void a_locked_file_is_refused_and_untouched(void **state)
{
    sqlite3 *other;

    (void)state;
    fill(2);
    other = other_connection();
    run_sql(other, "BEGIN EXCLUSIVE");
    assert_open_fails(error_outbox_open, L"database is locked (5)");
    run_sql(other, "COMMIT");
    run_sql(other, "BEGIN; SELECT count(*) FROM job");
    assert_open_fails(error_outbox_open, L"database is locked (5)");
    sqlite3_close(other);
    fill(1);
}

static DWORD WINAPI close_soon(void *handle)
{
    Sleep(500);
    CloseHandle(handle);
    return 0;
}

static void a_file_that_a_scanner_holds_for_a_moment_is_waited_for(void **state)
{
    static const char *const contents[] = {NULL, "no database"};
    struct outbox *outbox;
    HANDLE held, thread;

    (void)state;
    fill(2);
    for (size_t i = 0; i < LENGTH(contents); i++)
    {
        if (contents[i]) write_file(in_folder(L"outbox.db"), contents[i], strlen(contents[i]));
        held = CreateFileW(
            in_folder(L"outbox.db"), GENERIC_READ, contents[i] ? FILE_SHARE_READ : 0, NULL, OPEN_EXISTING, 0, NULL);
        thread = CreateThread(NULL, 0, close_soon, held, 0, NULL);
        outbox = open_outbox();
        assert_int_equal(count_of(outbox, job_queued), contents[i] ? 0 : 2);
        outbox_close(outbox);
        WaitForSingleObject(thread, INFINITE);
        CloseHandle(thread);
    }
}

static void a_file_that_another_holds_for_itself_is_refused(void **state)
{
    struct error error = {0};
    struct outbox *outbox;
    HANDLE held;

    (void)state;
    fill(2);
    held = CreateFileW(in_folder(L"outbox.db"), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_fails(outbox_open(test_folder, &test_limits, NULL, NULL, &outbox, &error), CODE(error_outbox_open), &error,
        L"0x80070020");
    CloseHandle(held);
    fill(1);
}

/* SQLite would fall back to reading without a word. */
static void a_file_that_can_only_be_read_is_refused_and_untouched(void **state)
{
    HANDLE held;

    (void)state;
    fill(2);
    held = CreateFileW(in_folder(L"outbox.db"), GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_open_fails(error_outbox_open, L"readonly");
    CloseHandle(held);
    fill(1);
}

static void a_second_outbox_in_the_same_folder_is_refused_and_the_first_goes_on(void **state)
{
    struct outbox *first = open_outbox(), *second;
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    accept_plain(first, L"before", id);
    assert_fails(outbox_open(test_folder, &test_limits, NULL, NULL, &second, &error), CODE(error_outbox_open), &error,
        L"locked");
    accept_plain(first, L"after", id);
    assert_int_equal(count_of(first, job_queued), 2);
    outbox_close(first);
}

static void an_outbox_of_a_newer_broker_is_refused_and_untouched(void **state)
{
    sqlite3 *other;

    (void)state;
    fill(2);
    other = other_connection();
    run_sql(other, "PRAGMA user_version = 7");
    sqlite3_close(other);
    assert_open_fails(error_outbox_newer, L"its schema is 7, and this broker knows up to 6.");
}

static void a_database_of_another_program_is_refused_and_untouched(void **state)
{
    sqlite3 *other;
    char utf8[MAX_PATH * 3];

    (void)state;
    WideCharToMultiByte(CP_UTF8, 0, in_folder(L"outbox.db"), -1, utf8, sizeof(utf8), NULL, NULL);
    assert_int_equal(sqlite3_open(utf8, &other), SQLITE_OK);
    run_sql(other, "CREATE TABLE theirs(a)");
    sqlite3_close(other);
    assert_open_fails(error_outbox_open, L"a database that is no outbox");
}

static void a_rollback_journal_of_another_program_is_not_played_back(void **state)
{
    (void)state;
    fill(2);
    write_file(in_folder(L"outbox.db-journal"), "something", 9);
    assert_open_fails(error_outbox_open, L"rollback journal");
}

/* The one file, or folder, whose name begins like this; "" if there is none. */
static const WCHAR *find_one(const WCHAR *pattern)
{
    static WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(in_folder(pattern), &found);

    if (find == INVALID_HANDLE_VALUE) return L"";
    FindClose(find);
    return found.cFileName;
}

static void assert_holds(const WCHAR *leaf, const char *bytes, size_t size)
{
    long got;
    BYTE *data = read_whole_file(in_folder(leaf), &got);

    if (got != (long)size) fail_msg("%ls has %ld bytes", leaf, got);
    assert_memory_equal(data, bytes, size);
    free(data);
}

static void a_file_without_sqlites_header_is_set_aside_whole_and_reported(void **state)
{
    static const char *const contents[] = {"this is no database, but somebody may want it", "SQLite format 2\0 almost",
        "x", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"};
    static const size_t sizes[] = {45, 23, 1, 23};
    struct outbox *outbox;
    WCHAR id[JOB_ID_SIZE], leaf[MAX_PATH];
    long size;
    BYTE *log;

    (void)state;
    assert_succeeds(log_open(1 << 20));
    for (size_t i = 0; i < LENGTH(contents); i++)
    {
        write_file(in_folder(L"outbox.db"), contents[i], sizes[i]);
        write_file(in_folder(L"outbox.db-wal"), "its wal", 7);
        CreateDirectoryW(in_folder(L"spool"), NULL);
        CreateDirectoryW(in_folder(L"spool\\0123456789ABCDEF0123456789ABCDEF-0"), NULL);
        write_file(in_folder(L"spool\\0123456789ABCDEF0123456789ABCDEF-0\\theirs.txt"), "attached", 8);
        outbox = open_outbox();
        accept_plain(outbox, L"begun anew", id);
        outbox_close(outbox);
        wcscpy(leaf, find_one(L"outbox.db.set-aside-20*-*"));
        assert_holds(leaf, contents[i], sizes[i]);
        assert_true(DeleteFileW(in_folder(leaf)));
        wcscat(leaf, L"-wal");
        assert_holds(leaf, "its wal", 7);
        assert_true(DeleteFileW(in_folder(leaf)));
        _snwprintf(
            leaf, MAX_PATH, L"%ls\\0123456789ABCDEF0123456789ABCDEF-0\\theirs.txt", find_one(L"spool.set-aside-*"));
        assert_holds(leaf, "attached", 8);
        folder_remove(in_folder(find_one(L"spool.set-aside-*")));
    }
    log = read_whole_file(log_path(), &size);
    log[size] = 0;
    assert_non_null(strstr((char *)log, ".set-aside-"));
    free(log);
    log_close();
}

static void two_files_set_aside_in_the_same_second_are_both_kept(void **state)
{
    WIN32_FIND_DATAW found;
    HANDLE find;
    int count = 0;

    (void)state;
    for (int i = 0; i < 3; i++)
    {
        write_file(in_folder(L"outbox.db"), "no database", 11);
        outbox_close(open_outbox());
    }
    find = FindFirstFileW(in_folder(L"outbox.db.set-aside-*"), &found);
    do
        count++;
    while (FindNextFileW(find, &found));
    FindClose(find);
    assert_int_equal(count, 3);
}

static void an_empty_file_becomes_an_empty_outbox(void **state)
{
    (void)state;
    write_file(in_folder(L"outbox.db"), "", 0);
    fill(1);
    assert_int_equal(wcslen(find_one(L"*.set-aside-*")), 0);
}

static void what_a_removed_file_left_behind_is_set_aside_not_applied_or_swept(void **state)
{
    struct outbox *outbox;

    (void)state;
    leave_as_after_a_crash();
    CreateDirectoryW(in_folder(L"spool\\0123456789ABCDEF0123456789ABCDEF-0"), NULL);
    write_file(in_folder(L"spool\\0123456789ABCDEF0123456789ABCDEF-0\\theirs.txt"), "attached", 8);
    DeleteFileW(in_folder(L"outbox.db"));
    outbox = open_outbox();
    assert_int_equal(count_of(outbox, job_queued), 0);
    outbox_close(outbox);
    assert_true(wcslen(find_one(L"outbox.db.set-aside-*-wal")) > 0);
    assert_true(wcslen(find_one(L"spool.set-aside-*")) > 0);
}

static void a_creation_that_was_cut_short_is_begun_anew(void **state)
{
    (void)state;
    write_file(in_folder(L"outbox.db.new"), "half", 4);
    write_file(in_folder(L"outbox.db.new-journal"), "half", 4);
    fill(1);
    assert_false(file_exists(in_folder(L"outbox.db.new")));
}

static void a_folder_too_long_for_attachments_is_refused(void **state)
{
    struct error error = {0};
    struct outbox *outbox;
    WCHAR folder[400];

    (void)state;
    wmemset(folder, L'x', 399);
    folder[399] = 0;
    memcpy(folder, L"C:\\", 3 * sizeof(WCHAR));
    assert_fails(
        outbox_open(folder, &test_limits, NULL, NULL, &outbox, &error), CODE(error_outbox_open), &error, L"too long");
}

static void a_month_after_its_end_a_job_is_forgotten_with_its_key_and_one_that_waits_is_not(void **state)
{
    static const enum job_state ends[] = {job_cancelled, job_failed, job_queued};
    struct outbox *outbox = open_outbox();
    struct outbox_text text = plain_text(L"old");
    WCHAR ids[LENGTH(ends)][JOB_ID_SIZE], id[JOB_ID_SIZE];
    struct job_row row;
    sqlite3 *other;

    (void)state;
    for (size_t i = 0; i < LENGTH(ends); i++)
    {
        text.key = i == 0 ? L"a" : i == 1 ? L"b" : L"c";
        assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, ids[i], NULL));
        if (ends[i] != job_queued) assert_succeeds(step(outbox, ids[i], job_queued, ends[i], NULL));
    }
    outbox_close(outbox);
    other = other_connection();
    run_sql(other, "UPDATE job SET submitted_at = submitted_at - 33 * 86400000,"
                   " finished_at = iif(finished_at, finished_at - 33 * 86400000, 0);"
                   "UPDATE clock SET believed = 1000 * unixepoch()");
    sqlite3_close(other);
    outbox = open_outbox();
    assert_int_equal(outbox_read(outbox, ids[0], deadline_never, &row, NULL), CODE(error_no_such_job));
    assert_int_equal(outbox_read(outbox, ids[1], deadline_never, &row, NULL), CODE(error_no_such_job));
    assert_succeeds(outbox_read(outbox, ids[2], deadline_never, &row, NULL));
    assert_int_equal(wcscmp(row.key, L"c"), 0);
    job_row_clear(&row);
    text.subject = L"new";
    text.key = L"b";
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    outbox_close(outbox);
}

static void unfinished_jobs_are_counted_without_disturbing_a_broker_at_work(void **state)
{
    struct outbox *outbox;
    WCHAR id[JOB_ID_SIZE];
    LONG unfinished = 7;

    (void)state;
    assert_succeeds(outbox_unfinished(test_folder, &unfinished, NULL));
    assert_int_equal(unfinished, 0);
    outbox = open_outbox();
    accept_plain(outbox, L"1", id);
    accept_plain(outbox, L"2", id);
    assert_succeeds(step(outbox, id, job_queued, job_cancelled, NULL));
    assert_succeeds(outbox_unfinished(test_folder, &unfinished, NULL));
    assert_int_equal(unfinished, 1);
    accept_plain(outbox, L"3", id);
    outbox_close(outbox);
    assert_succeeds(outbox_unfinished(test_folder, &unfinished, NULL));
    assert_int_equal(unfinished, 2);
    fill(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_clean_end_leaves_one_whole_file),
        test(counts_are_right_after_reopening),
        test(a_damaged_page_anywhere_is_refused_and_untouched),
        test(damage_behind_the_header_is_refused_and_untouched),
        test(a_cut_off_file_is_refused_and_untouched),
        test(what_stands_in_the_wal_after_a_crash_is_there),
        test(a_wal_half_written_loses_only_what_was_not_committed),
        test(a_damaged_file_with_a_wal_is_untouched_and_the_wal_too),
        test(a_locked_file_is_refused_and_untouched),
        test(a_file_that_a_scanner_holds_for_a_moment_is_waited_for),
        test(a_file_that_another_holds_for_itself_is_refused),
        test(a_file_that_can_only_be_read_is_refused_and_untouched),
        test(a_second_outbox_in_the_same_folder_is_refused_and_the_first_goes_on),
        test(an_outbox_of_a_newer_broker_is_refused_and_untouched),
        test(a_database_of_another_program_is_refused_and_untouched),
        test(a_rollback_journal_of_another_program_is_not_played_back),
        test(a_file_without_sqlites_header_is_set_aside_whole_and_reported),
        test(two_files_set_aside_in_the_same_second_are_both_kept),
        test(an_empty_file_becomes_an_empty_outbox),
        test(what_a_removed_file_left_behind_is_set_aside_not_applied_or_swept),
        test(a_creation_that_was_cut_short_is_begun_anew),
        test(a_folder_too_long_for_attachments_is_refused),
        test(a_month_after_its_end_a_job_is_forgotten_with_its_key_and_one_that_waits_is_not),
        test(unfinished_jobs_are_counted_without_disturbing_a_broker_at_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

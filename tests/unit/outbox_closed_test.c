/* outbox_closed_test.c - a big outbox that was closed whole is not walked again, whatever else ended it is. What the
 * walk finds of a small one, outbox_open_test shows. */
#include "outbox_test.h"
#include "outbox/internal.h"

#define DATABASE L"outbox.db"
#define NOTE L"outbox.closed"

#define DAY (24 * 3600 * 10000000ull) /* of a FILETIME */

/* Mails that make the file bigger than what is always walked. */
static void accept_big(struct outbox *outbox, int mails)
{
    static WCHAR body[200000];
    WCHAR id[JOB_ID_SIZE];

    for (size_t i = 0; i + 1 < ARRAYSIZE(body); i++)
        body[i] = L'x';
    for (int i = 0; i < mails; i++)
    {
        struct outbox_text text = plain_text(L"big");
        struct error error = {0};

        text.body = body;
        assert_call(outbox_accept(outbox, &text, NULL, deadline_never, id, &error), S_OK, &error, "outbox_accept", i);
    }
}

static void fill(int mails)
{
    struct outbox *outbox = open_outbox();

    accept_big(outbox, mails);
    outbox_close(outbox);
}

static FILETIME written_at(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    assert_true(GetFileAttributesExW(in_folder(DATABASE), GetFileExInfoStandard, &data));
    return data.ftLastWriteTime;
}

/* A page of a body, so that nothing but the walk over all pages comes upon it at the opening. when: the time that the
 * file has then, NULL for the present. */
static void damage_a_body(const FILETIME *when)
{
    HANDLE file = CreateFileW(
        in_folder(DATABASE), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    BYTE bytes[4096];
    DWORD put;

    assert_true(file != INVALID_HANDLE_VALUE);
    memset(bytes, 0xA5, sizeof(bytes));
    SetFilePointer(file, 100 * (LONG)sizeof(bytes), NULL, FILE_BEGIN);
    assert_true(WriteFile(file, bytes, sizeof(bytes), &put, NULL));
    if (when) assert_true(SetFileTime(file, NULL, NULL, when));
    CloseHandle(file);
}

struct noted /* as closed.c writes it */
{
    LONGLONG bytes;
    ULONGLONG written, changed, index, walked;
};

static struct noted noted(void)
{
    struct noted note;
    long size;
    BYTE *text = read_whole_file(in_folder(NOTE), &size);

    assert_int_equal(sscanf((const char *)text, "%lld %llu %llu %llu %llu", &note.bytes, &note.written, &note.changed,
                         &note.index, &note.walked),
        5);
    free(text);
    return note;
}

/* A note of the file as it is now. */
static void note_the_file(ULONGLONG walked)
{
    HANDLE file = CreateFileW(in_folder(DATABASE), FILE_READ_ATTRIBUTES, 0, NULL, OPEN_EXISTING, 0, NULL);
    BY_HANDLE_FILE_INFORMATION data;
    FILE_BASIC_INFO basic;
    char text[200];

    assert_true(GetFileInformationByHandle(file, &data));
    assert_true(GetFileInformationByHandleEx(file, FileBasicInfo, &basic, sizeof(basic)));
    CloseHandle(file);
    snprintf(text, sizeof(text), "%lld %llu %llu %llu %llu\n", ((LONGLONG)data.nFileSizeHigh << 32) | data.nFileSizeLow,
        (ULONGLONG)basic.LastWriteTime.QuadPart, (ULONGLONG)basic.ChangeTime.QuadPart,
        ((ULONGLONG)data.nFileIndexHigh << 32) | data.nFileIndexLow, walked);
    write_file(in_folder(NOTE), text, strlen(text));
}

static ULONGLONG now(void)
{
    FILETIME filetime;

    GetSystemTimeAsFileTime(&filetime);
    return ((ULONGLONG)filetime.dwHighDateTime << 32) | filetime.dwLowDateTime;
}

static void assert_refused(void)
{
    struct outbox *outbox;
    struct error error = {0};

    assert_fails(outbox_open(test_folder, &test_limits, NULL, NULL, &outbox, &error), CODE(error_outbox_open), &error,
        L"malformed");
}

static void a_small_file_gets_no_note(void **state)
{
    (void)state;
    fill(1);
    assert_false(file_exists(in_folder(NOTE)));
}

static void a_file_that_somebody_wrote_to_is_walked(void **state)
{
    (void)state;
    fill(10);
    assert_true(file_exists(in_folder(NOTE)));
    damage_a_body(NULL);
    assert_refused();
    assert_refused(); /* a refusal takes nothing back */
}

static void a_file_that_was_written_to_and_given_its_time_back_is_walked(void **state)
{
    FILETIME when;

    (void)state;
    fill(10);
    when = written_at();
    damage_a_body(&when);
    assert_refused();
}

static void a_note_that_is_cut_off_or_of_an_older_broker_is_not_believed(void **state)
{
    char text[200];
    long size;
    BYTE *note;

    (void)state;
    fill(10);
    damage_a_body(NULL);
    note_the_file(now());
    note = read_whole_file(in_folder(NOTE), &size);
    write_file(in_folder(NOTE), note, (size_t)size - 1);
    assert_refused();
    note[size - 1] = 0;
    snprintf(text, sizeof(text), "%.*s\n", (int)(strchr(strchr((char *)note, ' ') + 1, ' ') - (char *)note), note);
    write_file(in_folder(NOTE), text, strlen(text));
    assert_refused();
    free(note);
}

static void a_walk_is_good_for_a_week(void **state)
{
    static const struct
    {
        LONGLONG ago;
        bool believed;
    } cases[] = {{(LONGLONG)(8 * DAY), false}, {-(LONGLONG)DAY, false}, {(LONGLONG)(6 * DAY), true}};

    (void)state;
    fill(10);
    damage_a_body(NULL);
    for (size_t i = 0; i < LENGTH(cases); i++)
    {
        ULONGLONG walked = now() - (ULONGLONG)cases[i].ago;

        note_the_file(walked);
        if (cases[i].believed)
        {
            outbox_close(open_outbox());
            assert_true(noted().walked == walked); /* what was not walked makes none younger */
        }
        else
            assert_refused();
    }
}

static void what_was_walked_long_ago_is_not_noted(void **state)
{
    ULONGLONG begun = now();
    struct outbox *outbox;

    (void)state;
    fill(10);
    assert_in_range(noted().walked, begun, now());
    outbox = open_outbox();
    outbox->walked = begun - 8 * DAY;
    outbox_close(outbox);
    assert_false(file_exists(in_folder(NOTE)));
    begun = now();
    outbox_close(open_outbox()); /* walks it */
    assert_in_range(noted().walked, begun, now());
}

/* A run that comes upon damage says nothing of a whole file, and the next one looks. */
static void a_file_in_which_damage_was_seen_is_walked(void **state)
{
    struct outbox *outbox;
    bool seen = false;

    (void)state;
    fill(10);
    outbox = open_outbox();
    damage_a_body(NULL);
    for (int i = 0; i < 10; i++)
    {
        struct job_work work;
        LONGLONG due;

        assert_int_equal(outbox_next_due(outbox, utc_now_ms(), &work, &due, NULL), S_OK);
        seen = seen || work.damaged;
        assert_succeeds(step(outbox, work.id, job_queued, job_failed, NULL));
        job_work_clear(&work);
    }
    assert_true(seen);
    outbox_close(outbox);
    assert_false(file_exists(in_folder(NOTE)));
    assert_refused();
}

static void what_gives_cause_for_doubt(void **state)
{
    static const struct
    {
        int rc;
        bool doubted;
    } cases[] = {
        {SQLITE_CORRUPT, true},
        {SQLITE_CORRUPT_INDEX, true},
        {SQLITE_NOTADB, true},
        {SQLITE_IOERR, true},
        {SQLITE_IOERR_READ, true},
        {SQLITE_OK, false},
        {SQLITE_ROW, false},
        {SQLITE_BUSY, false},
        {SQLITE_FULL, false},
        {SQLITE_INTERRUPT, false},
        {SQLITE_CONSTRAINT, false},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++)
    {
        struct outbox outbox = {0};

        closed_doubt(&outbox, cases[i].rc);
        assert_int_equal(outbox.doubted, cases[i].doubted);
    }
    for (size_t i = 0; i < LENGTH(cases); i++)
    {
        struct outbox *outbox = open_outbox();
        struct connection *reader;

        assert_succeeds(reader_take_own(outbox, &reader, NULL));
        if (cases[i].rc != SQLITE_OK) read_failed(outbox, reader, cases[i].rc, NULL);
        assert_int_equal(outbox->doubted, cases[i].doubted);
        reader_give(outbox, reader);
        outbox_close(outbox);
    }
    for (size_t i = 0; i < LENGTH(cases); i++)
    {
        struct work work = {.failed = error_outbox_write};
        struct outbox *outbox = open_outbox();

        if (cases[i].rc != SQLITE_OK) writer_failed(outbox, &work, cases[i].rc);
        assert_int_equal(outbox->doubted, cases[i].doubted);
        outbox_close(outbox);
    }
}

/* As /Run does at log-on, before a broker opens it. */
static void who_only_asks_whether_mail_waits_leaves_the_note_good(void **state)
{
    LONG unfinished;

    (void)state;
    fill(10);
    damage_a_body(NULL);
    note_the_file(now());
    assert_succeeds(outbox_unfinished(test_folder, &unfinished, NULL));
    assert_int_equal(unfinished, 10);
    outbox_close(open_outbox());
    assert_true(file_exists(in_folder(NOTE)));
}

static DWORD WINAPI write_on_and_on(void *stop)
{
    HANDLE file = CreateFileW(
        in_folder(DATABASE), GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    const BYTE byte = 0xA5;
    DWORD put;

    do
    {
        SetFilePointer(file, 100 * 4096, NULL, FILE_BEGIN);
        WriteFile(file, &byte, 1, &put, NULL);
    } while (WaitForSingleObject(stop, 1) == WAIT_TIMEOUT);
    CloseHandle(file);
    return 0;
}

/* Where another write may come within the time that the file has, it is not noted. */
static void a_file_is_noted_once_its_time_is_past(void **state)
{
    struct outbox closed = {.walked = now()};
    ULONGLONG whole_second;
    HANDLE stop = CreateEventW(NULL, TRUE, FALSE, NULL), thread, file;
    FILETIME when;

    (void)state;
    fill(10);
    wcscpy(closed.folder, test_folder);
    wcscpy(closed.path, in_folder(DATABASE));
    closed_forget(&closed);
    thread = CreateThread(NULL, 0, write_on_and_on, stop, 0, NULL);
    assert_non_null(thread);
    Sleep(100);
    closed_note(&closed);
    SetEvent(stop);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(stop);
    assert_false(file_exists(in_folder(NOTE)));

    whole_second = now() / 10000000 * 10000000 - 100000000; /* as FAT has it */
    when = (FILETIME){(DWORD)whole_second, (DWORD)(whole_second >> 32)};
    file = CreateFileW(in_folder(DATABASE), FILE_WRITE_ATTRIBUTES, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(SetFileTime(file, NULL, NULL, &when));
    closed_note(&closed);
    assert_false(file_exists(in_folder(NOTE)));
    when.dwLowDateTime += 5000000;
    assert_true(SetFileTime(file, NULL, NULL, &when));
    CloseHandle(file);
    closed_note(&closed);
    assert_true(file_exists(in_folder(NOTE)));
}

/* Damage that shows in nothing but a walk, so that it is seen that there is none; and the note goes with the opening.
 */
static void a_file_that_nobody_wrote_to_is_not_walked(void **state)
{
    struct outbox *outbox;

    (void)state;
    fill(10);
    damage_a_body(NULL);
    note_the_file(now());
    outbox = open_outbox();
    assert_false(file_exists(in_folder(NOTE)));
    assert_int_equal(count_of(outbox, job_queued), 10);
    outbox_close(outbox);
}

/* Even where a note of the close before has stayed, and the file has that very time. */
static void a_file_with_a_wal_beside_it_is_walked(void **state)
{
    struct outbox *outbox;
    BYTE *whole, *wal;
    long size, wal_size;

    (void)state;
    fill(10);
    whole = read_whole_file(in_folder(DATABASE), &size);
    outbox = open_outbox();
    accept_big(outbox, 1);
    wal = read_whole_file(in_folder(DATABASE L"-wal"), &wal_size);
    assert_true(wal_size > 0);
    outbox_close(outbox);
    write_file(in_folder(DATABASE), whole, (size_t)size);
    write_file(in_folder(DATABASE L"-wal"), wal, (size_t)wal_size);
    free(whole);
    free(wal);
    damage_a_body(NULL);
    note_the_file(now());
    assert_refused();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_small_file_gets_no_note),
        test(a_file_that_somebody_wrote_to_is_walked),
        test(a_file_that_was_written_to_and_given_its_time_back_is_walked),
        test(a_note_that_is_cut_off_or_of_an_older_broker_is_not_believed),
        test(a_walk_is_good_for_a_week),
        test(what_was_walked_long_ago_is_not_noted),
        test(a_file_in_which_damage_was_seen_is_walked),
        test(what_gives_cause_for_doubt),
        test(who_only_asks_whether_mail_waits_leaves_the_note_good),
        test(a_file_is_noted_once_its_time_is_past),
        test(a_file_that_nobody_wrote_to_is_not_walked),
        test(a_file_with_a_wal_beside_it_is_walked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

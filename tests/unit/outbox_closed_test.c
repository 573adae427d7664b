/* outbox_closed_test.c - a big outbox that was closed whole is not walked again, whatever else ended it is. What the
 * walk finds of a small one, outbox_open_test shows. */
#include "outbox_test.h"

#define DATABASE L"outbox.db"
#define NOTE L"outbox.closed"

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
    HANDLE file = CreateFileW(in_folder(DATABASE), GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    BYTE bytes[4096];
    DWORD put;

    assert_true(file != INVALID_HANDLE_VALUE);
    memset(bytes, 0xA5, sizeof(bytes));
    SetFilePointer(file, 100 * (LONG)sizeof(bytes), NULL, FILE_BEGIN);
    assert_true(WriteFile(file, bytes, sizeof(bytes), &put, NULL));
    if (when) assert_true(SetFileTime(file, NULL, NULL, when));
    CloseHandle(file);
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

/* Damage that shows in nothing but a walk, so that it is seen that there is none; and the note goes with the opening.
 */
static void a_file_that_nobody_wrote_to_is_not_walked(void **state)
{
    struct outbox *outbox;
    FILETIME when;

    (void)state;
    fill(10);
    when = written_at();
    damage_a_body(&when);
    outbox = open_outbox();
    assert_false(file_exists(in_folder(NOTE)));
    assert_int_equal(count_of(outbox, job_queued), 10);
    outbox_close(outbox);
}

/* Even where a note of the close before has stayed, and the file has that very time. */
static void a_file_with_a_wal_beside_it_is_walked(void **state)
{
    struct outbox *outbox;
    BYTE *whole, *wal, *note;
    long size, wal_size, note_size;
    FILETIME when;

    (void)state;
    fill(10);
    whole = read_whole_file(in_folder(DATABASE), &size);
    note = read_whole_file(in_folder(NOTE), &note_size);
    when = written_at();
    outbox = open_outbox();
    accept_big(outbox, 1);
    wal = read_whole_file(in_folder(DATABASE L"-wal"), &wal_size);
    assert_true(wal_size > 0);
    outbox_close(outbox);
    write_file(in_folder(DATABASE), whole, (size_t)size);
    write_file(in_folder(DATABASE L"-wal"), wal, (size_t)wal_size);
    write_file(in_folder(NOTE), note, (size_t)note_size);
    free(whole);
    free(wal);
    free(note);
    damage_a_body(&when);
    assert_refused();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_small_file_gets_no_note),
        test(a_file_that_somebody_wrote_to_is_walked),
        test(a_file_that_nobody_wrote_to_is_not_walked),
        test(a_file_with_a_wal_beside_it_is_walked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

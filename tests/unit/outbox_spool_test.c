/* outbox_spool_test.c - attachments: what was given is on disk as it was, and nothing else stays there. */
#include "outbox_test.h"
#include "outbox/internal.h"

enum
{
    big_bytes = 20 * 1024 * 1024,
    long_ms = 30000
};

/* How many folders stand in the spool. */
static int spooled(void)
{
    WIN32_FIND_DATAW found;
    HANDLE find = FindFirstFileW(in_folder(L"spool\\*"), &found);
    int count = 0;

    if (find == INVALID_HANDLE_VALUE) return 0;
    do
        if (wcscmp(found.cFileName, L".") && wcscmp(found.cFileName, L"..")) count++;
    while (FindNextFileW(find, &found));
    FindClose(find);
    return count;
}

static HANDLE sample(const void *data, size_t size)
{
    return make_file(in_folder(L"given"), data, size);
}

/* Accepts a mail with one attachment and reads it back. */
static void accept_one(struct outbox *outbox, const WCHAR *path, const void *data, size_t size, struct job_work *work)
{
    struct outbox_text text = plain_text(L"with a file");
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];
    struct spool *spool;
    HANDLE file = sample(data, size);

    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    assert_call(
        spool_add(spool, file, size, path, NULL, NULL, deadline_never, &error), S_OK, &error, "spool_add", __LINE__);
    assert_succeeds(outbox_accept(outbox, &text, spool, deadline_never, id, NULL));
    spool_drop(spool);
    CloseHandle(file);
    assert_succeeds(outbox_read_work(outbox, id, work, NULL));
    assert_int_equal(work->attachment_count, 1);
}

static void assert_file_is(const WCHAR *path, const void *data, size_t size)
{
    long got;
    BYTE *bytes = read_whole_file(path, &got);

    assert_int_equal(got, (long)size);
    assert_memory_equal(bytes, data, size);
    free(bytes);
}

static void files_of_any_size_come_back_byte_by_byte(void **state)
{
    static const size_t sizes[] = {0, 1, 262143, 262144, 262145, big_bytes};
    BYTE *data = malloc(big_bytes);
    struct outbox *outbox = open_outbox();

    (void)state;
    for (size_t i = 0; i < big_bytes; i++)
        data[i] = (BYTE)(i * 7 + i / 251);
    for (size_t i = 0; i < LENGTH(sizes); i++)
    {
        struct job_work work;

        accept_one(outbox, L"C:\\dir\\file.bin", data, sizes[i], &work);
        assert_int_equal(work.attachments[0].size, sizes[i]);
        assert_int_equal(wcscmp(work.attachments[0].name, L"file.bin"), 0);
        assert_file_is(work.attachments[0].path, data, sizes[i]);
        assert_whole(&work.attachments[0]);
        job_work_clear(&work);
    }
    outbox_close(outbox);
    free(data);
}

static void names_keep_their_characters_and_paths_stay_short_enough_for_outlook(void **state)
{
    static const WCHAR *const leaves[] = {L"plain.txt", L"Gr\x00fc\x00dfe \x65e5\x672c.txt", L"\xd83d\xde00.pdf",
        L"no extension", L".hidden", L"with  spaces .tar.gz", L"%1 & 'quoted'.txt"};
    struct outbox *outbox = open_outbox();
    struct job_work work;
    WCHAR path[400];

    (void)state;
    for (size_t i = 0; i < LENGTH(leaves); i++)
    {
        _snwprintf(path, LENGTH(path), L"C:\\dir\\%ls", leaves[i]);
        accept_one(outbox, path, "x", 1, &work);
        assert_int_equal(wcscmp(work.attachments[0].name, leaves[i]), 0);
        assert_int_equal(wcscmp(wcsrchr(work.attachments[0].path, L'\\') + 1, leaves[i]), 0);
        job_work_clear(&work);
    }
    wcscpy(path, L"C:\\");
    wmemset(path + 3, L'n', 240);
    wcscpy(path + 243, L".docx");
    accept_one(outbox, path, "x", 1, &work);
    assert_int_equal(wcscmp(work.attachments[0].name, path + 3), 0);
    assert_int_equal(wcslen(work.attachments[0].path), 247);
    assert_int_equal(wcscmp(work.attachments[0].path + 242, L".docx"), 0);
    assert_whole(&work.attachments[0]);
    job_work_clear(&work);
    outbox_close(outbox);
}

static void several_files_of_one_name_keep_their_order(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_text text = plain_text(L"three");
    struct job_work work;
    struct spool *spool;
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    for (char c = '0'; c < '3'; c++)
    {
        HANDLE file = sample(&c, 1);

        assert_succeeds(spool_add(spool, file, 1, L"C:\\same.txt", NULL, NULL, deadline_never, NULL));
        CloseHandle(file);
    }
    assert_succeeds(outbox_accept(outbox, &text, spool, deadline_never, id, NULL));
    spool_drop(spool);
    assert_succeeds(outbox_read_work(outbox, id, &work, NULL));
    assert_int_equal(work.attachment_count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_file_is(work.attachments[i].path, "012" + i, 1);
    job_work_clear(&work);
    outbox_close(outbox);
}

static void what_was_not_accepted_leaves_no_file(void **state)
{
    const struct outbox_limits none = {.max_queued_jobs = 0, .max_mail_bytes = 1000};
    struct outbox *outbox = open_with(&none, NULL, NULL);
    struct outbox_text text = plain_text(L"refused");
    struct error error = {0};
    struct spool *spool;
    WCHAR id[JOB_ID_SIZE];
    HANDLE file = sample("attached", 8);

    (void)state;
    spool_drop(NULL);
    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    assert_succeeds(spool_add(spool, file, 8, L"C:\\a.txt", NULL, NULL, deadline_never, NULL));
    assert_int_equal(spooled(), 1);
    assert_fails(
        outbox_accept(outbox, &text, spool, deadline_never, id, &error), CODE(error_queue_full), &error, L"limit is 0");
    spool_drop(spool);
    assert_int_equal(spooled(), 0);
    CloseHandle(file);
    outbox_close(outbox);
}

static void a_file_beyond_the_limit_is_refused_before_it_is_copied(void **state)
{
    const struct outbox_limits small = {.max_queued_jobs = 10, .max_mail_bytes = 100};
    struct outbox *outbox = open_with(&small, NULL, NULL);
    struct outbox_text text = plain_text(L"");
    struct error error = {0};
    struct spool *spool;
    WCHAR id[JOB_ID_SIZE];
    BYTE data[101] = {0};
    HANDLE file = sample(data, 60), large = make_file(in_folder(L"large"), data, 101);

    (void)state;
    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    assert_fails(spool_add(spool, large, 101, L"C:\\large", NULL, NULL, deadline_never, &error), CODE(error_too_large),
        &error, L"101 bytes together, against the limit of 100 bytes");
    assert_int_equal(spooled(), 0);
    assert_succeeds(spool_add(spool, file, 60, L"C:\\a", NULL, NULL, deadline_never, NULL));
    assert_fails(spool_add(spool, file, 60, L"C:\\b", NULL, NULL, deadline_never, &error), CODE(error_too_large),
        &error, L"120 bytes");
    text.body = L"12345678"; /* with To 21 characters: 42 bytes */
    assert_fails(outbox_accept(outbox, &text, spool, deadline_never, id, &error), CODE(error_too_large), &error,
        L"102 bytes together");
    text.body = L"1234567";
    assert_succeeds(outbox_accept(outbox, &text, spool, deadline_never, id, NULL));
    spool_drop(spool);
    CloseHandle(file);
    CloseHandle(large);
    outbox_close(outbox);
}

static void spooling_ends_at_its_deadline_and_leaves_no_file(void **state)
{
    struct outbox *outbox = open_outbox();
    struct error error = {0};
    struct spool *spool;
    HANDLE file = sample("attached", 8);

    (void)state;
    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    assert_succeeds(spool_add(spool, file, 8, L"C:\\a", NULL, NULL, deadline_never, NULL));
    assert_fails(spool_add(spool, file, 8, L"C:\\b", NULL, NULL, deadline_in(0), &error), CODE(error_timeout_spool),
        &error, L"attachment 2, \"C:\\b\", which was not read to its end");
    assert_int_equal(spooled(), 1);
    spool_drop(spool);
    CloseHandle(file);
    outbox_close(outbox);
}

/* A pipe into which nobody writes stands for a disk that does not answer, and can be cancelled as one. */
static void what_was_left_in_a_copy_takes_its_own_file_away(void **state)
{
    struct copy_source source = {.size = 1};
    struct outbox *outbox = open_outbox();
    struct error error = {0};
    struct copied came;
    HANDLE to;
    int folders;

    (void)state;
    CreateDirectoryW(in_folder(L"spool\\one"), NULL);
    assert_true(CreatePipe(&source.file, &to, NULL, 0));
    assert_int_equal(spooled(), 1);
    assert_int_equal(copy_file(&source, in_folder(L"spool\\one\\a.txt"), deadline_in(100), &came, &error),
        HRESULT_FROM_WIN32(ERROR_TIMEOUT));
    for (int i = 0; (folders = spooled()) != 0 && i < long_ms / 10; i++)
        Sleep(10);
    assert_int_equal(folders, 0);
    CloseHandle(source.file);
    CloseHandle(to);
    outbox_close(outbox);
}

/* The file, said to have this size, cannot be read to its end: it is named, and nothing of it stays. */
static void assert_not_read(HANDLE file, size_t size, const WCHAR *path, const WCHAR *words)
{
    struct outbox *outbox = open_outbox();
    struct error error = {0};
    struct spool *spool;

    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    assert_fails(spool_add(spool, file, size, path, NULL, NULL, deadline_never, &error), CODE(error_attachment_read),
        &error, words);
    assert_int_equal(spooled(), 0);
    spool_drop(spool);
    assert_int_equal(spooled(), 0);
    CloseHandle(file);
    outbox_close(outbox);
}

static void a_file_that_cannot_be_read_to_its_end_is_named(void **state)
{
    (void)state;
    CloseHandle(sample("attached", 8));
    /* Locked ranges can be read under Wine: a handle without the right stands for them. */
    assert_not_read(CreateFileW(in_folder(L"given"), GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL), 8,
        L"C:\\dir\\busy.txt", L"\"C:\\dir\\busy.txt\" could not be read");
}

static void a_file_that_became_shorter_since_it_was_opened_is_refused(void **state)
{
    (void)state;
    assert_not_read(
        sample("attached", 8), 9, L"C:\\dir\\cut.txt", L"\"C:\\dir\\cut.txt\" could not be read to its end");
}

static void of_a_file_that_grows_what_it_held_when_it_was_opened_is_taken(void **state)
{
    static const size_t sizes[] = {0, 5, 262144, 262147};
    struct outbox *outbox = open_outbox();
    BYTE *data = calloc(1, 300000);
    HANDLE file = sample(data, 300000);

    (void)state;
    for (size_t i = 0; i < LENGTH(sizes); i++)
    {
        struct outbox_text text = plain_text(L"a log");
        struct job_work work;
        struct spool *spool;
        WCHAR id[JOB_ID_SIZE];

        assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
        assert_succeeds(spool_add(spool, file, sizes[i], L"C:\\growing.log", NULL, NULL, deadline_never, NULL));
        assert_succeeds(outbox_accept(outbox, &text, spool, deadline_never, id, NULL));
        spool_drop(spool);
        assert_succeeds(outbox_read_work(outbox, id, &work, NULL));
        assert_int_equal(work.attachments[0].size, sizes[i]);
        assert_file_is(work.attachments[0].path, data, sizes[i]);
        assert_whole(&work.attachments[0]);
        job_work_clear(&work);
    }
    CloseHandle(file);
    outbox_close(outbox);
    free(data);
}

static void assert_not_whole(const struct outbox_attachment *attachment, BOOL expected, const WCHAR *words)
{
    struct error error = {0};
    BOOL lasting = !expected;
    HRESULT hr = outbox_check_attachment(attachment, &lasting, &error);

    assert_int_equal(lasting, expected);
    assert_fails(hr, CODE(error_spool_damaged), &error, words);
}

static void a_spooled_file_that_was_changed_cut_or_removed_is_seen(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_work work;

    (void)state;
    accept_one(outbox, L"C:\\a.txt", "attached", 8, &work);
    write_file(work.attachments[0].path, "attacheD", 8);
    assert_not_whole(&work.attachments[0], TRUE, L"a.txt\" against");
    write_file(work.attachments[0].path, "attache", 7);
    assert_not_whole(&work.attachments[0], TRUE, L"missing or was changed");
    write_file(work.attachments[0].path, "attached", 8);
    assert_whole(&work.attachments[0]);
    DeleteFileW(work.attachments[0].path);
    assert_not_whole(&work.attachments[0], TRUE, L"missing or was changed");
    job_work_clear(&work);
    outbox_close(outbox);
}

/* Held open by others: whoever shares it keeps it from nobody, and who does not keeps it for a while only. */
static void a_spooled_file_that_others_hold_is_read_or_is_to_be_read_later(void **state)
{
    static const struct
    {
        DWORD access, share;
        bool readable;
    } others[] = {
        {GENERIC_READ, FILE_SHARE_READ, true},
        {GENERIC_WRITE, FILE_SHARE_READ, true},
        {GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, true},
        {GENERIC_READ | DELETE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, true},
        {GENERIC_READ, 0, false},
        {GENERIC_WRITE, FILE_SHARE_WRITE, false},
        {GENERIC_READ, FILE_SHARE_DELETE, false},
    };
    struct outbox *outbox = open_outbox();
    struct job_work work;

    (void)state;
    accept_one(outbox, L"C:\\a.txt", "attached", 8, &work);
    for (size_t i = 0; i < LENGTH(others); i++)
    {
        HANDLE held =
            CreateFileW(work.attachments[0].path, others[i].access, others[i].share, NULL, OPEN_EXISTING, 0, NULL);

        assert_true(held != INVALID_HANDLE_VALUE);
        if (others[i].readable)
            assert_whole(&work.attachments[0]);
        else
            assert_not_whole(&work.attachments[0], FALSE, L"could not be read just now");
        CloseHandle(held);
        assert_whole(&work.attachments[0]);
    }
    job_work_clear(&work);
    outbox_close(outbox);
}

static void files_go_with_a_job_that_was_sent_and_stay_with_one_that_failed(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_work sent, failed;

    (void)state;
    accept_one(outbox, L"C:\\a.txt", "a", 1, &sent);
    accept_one(outbox, L"C:\\b.txt", "b", 1, &failed);
    assert_int_equal(spooled(), 2);
    assert_succeeds(step(outbox, sent.id, job_queued, job_sending, NULL));
    assert_succeeds(step(outbox, sent.id, job_sending, job_submitted, NULL));
    assert_int_equal(spooled(), 2);
    assert_succeeds(step(outbox, sent.id, job_submitted, job_sent, NULL));
    assert_succeeds(step(outbox, failed.id, job_queued, job_failed, NULL));
    assert_int_equal(spooled(), 1);
    assert_false(file_exists(sent.attachments[0].path));
    assert_true(file_exists(failed.attachments[0].path));
    job_work_clear(&sent);
    job_work_clear(&failed);
    outbox_close(outbox);
}

static HANDLE hold(const WCHAR *path)
{
    HANDLE held = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);

    assert_true(held != INVALID_HANDLE_VALUE);
    return held;
}

static void what_somebody_holds_goes_with_a_later_removal_or_at_the_end(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_work first, second, third;
    HANDLE held;

    (void)state;
    accept_one(outbox, L"C:\\a.txt", "a", 1, &first);
    accept_one(outbox, L"C:\\b.txt", "b", 1, &second);
    accept_one(outbox, L"C:\\c.txt", "c", 1, &third);
    held = hold(first.attachments[0].path);
    assert_succeeds(step(outbox, first.id, job_queued, job_cancelled, NULL));
    assert_int_equal(spooled(), 3);
    assert_succeeds(step(outbox, second.id, job_queued, job_cancelled, NULL));
    assert_int_equal(spooled(), 2);
    CloseHandle(held);
    held = hold(third.attachments[0].path);
    assert_succeeds(step(outbox, third.id, job_queued, job_cancelled, NULL));
    assert_int_equal(spooled(), 1);
    CloseHandle(held);
    outbox_close(outbox);
    assert_int_equal(spooled(), 0);
    job_work_clear(&first);
    job_work_clear(&second);
    job_work_clear(&third);
}

static void opening_sweeps_orphans_and_nothing_else(void **state)
{
    static const enum job_state ends[] = {
        job_queued, job_sending, job_submitted, job_failed, job_unknown, job_cancelled};
    static const WCHAR *const others[] = {L"0123456789ABCDEF0123456789ABCDEF", L"0123456789ABCDEF0123456789ABCDEF-x",
        L"0123456789ABCDEF0123456789ABCDEG-0", L"my pictures"};
    struct job_work works[LENGTH(ends)];
    struct outbox *outbox = open_outbox();
    WCHAR path[MAX_PATH], cancelled[MAX_PATH];

    (void)state;
    for (size_t i = 0; i < LENGTH(ends); i++)
    {
        accept_one(outbox, L"C:\\a.txt", "a", 1, &works[i]);
        if (ends[i] != job_queued) assert_succeeds(step(outbox, works[i].id, job_queued, ends[i], NULL));
    }
    outbox_close(outbox);
    /* As a crash right after the commit would leave them. */
    wcscpy(cancelled, works[5].attachments[0].path);
    *wcsrchr(cancelled, L'\\') = 0;
    assert_true(CreateDirectoryW(cancelled, NULL));
    write_file(works[5].attachments[0].path, "a", 1);
    assert_true(CreateDirectoryW(in_folder(L"spool\\0123456789ABCDEF0123456789ABCDEF-4294967295"), NULL));
    assert_true(CreateDirectoryW(in_folder(L"spool\\0123456789ABCDEF0123456789ABCDEF-17"), NULL));
    write_file(in_folder(L"spool\\0123456789ABCDEF0123456789ABCDEF-17\\half"), "a", 1);
    for (size_t i = 0; i < LENGTH(others); i++)
    {
        _snwprintf(path, MAX_PATH, L"spool\\%ls", others[i]);
        assert_true(CreateDirectoryW(in_folder(path), NULL));
    }
    outbox_close(open_outbox());
    assert_int_equal(spooled(), LENGTH(ends) - 1 + LENGTH(others));
    assert_false(file_exists(cancelled));
    assert_false(file_exists(in_folder(L"spool\\0123456789ABCDEF0123456789ABCDEF-17")));
    for (size_t i = 0; i < LENGTH(ends); i++)
    {
        if (i != 5) assert_file_is(works[i].attachments[0].path, "a", 1);
        job_work_clear(&works[i]);
    }
}

static void a_spool_that_cannot_be_written_is_named(void **state)
{
    struct outbox *outbox = open_outbox();
    struct error error = {0};
    struct spool *spool;
    HANDLE file = sample("a", 1);

    (void)state;
    assert_true(RemoveDirectoryW(in_folder(L"spool")));
    write_file(in_folder(L"spool"), "", 0);
    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    assert_fails(spool_add(spool, file, 1, L"C:\\a.txt", NULL, NULL, deadline_never, &error), CODE(error_spool_write),
        &error, L"\\spool\\");
    spool_drop(spool);
    CloseHandle(file);
    outbox_close(outbox);
}

static void what_is_attached_and_not_sent_has_a_bound_for_each_client_and_for_all(void **state)
{
    const struct outbox_limits few = {.max_queued_jobs = 10, .max_mail_bytes = 400000, .max_unsent_bytes = 2000000};
    struct outbox *outbox = open_with(&few, NULL, NULL);
    struct outbox_text text = plain_text(L"");
    struct spool *spools[12];
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];
    static const char bytes[200000];

    (void)state;
    text.body = L"";
    for (DWORD i = 0; i < LENGTH(spools); i++)
        assert_succeeds(spool_begin(outbox, i / 5, &spools[i], NULL));
    for (size_t i = 0; i < 10; i++)
        assert_succeeds(spool_add_bytes(spools[i], L"a", bytes, sizeof(bytes), NULL, NULL, deadline_never, &error));
    assert_fails(spool_add_bytes(spools[0], L"b", bytes, 1, NULL, NULL, deadline_never, &error),
        CODE(error_unsent_full), &error, L"1004096 bytes would be attached by the calling process");
    assert_fails(spool_add_bytes(spools[10], L"b", bytes, 1, NULL, NULL, deadline_never, &error),
        CODE(error_unsent_full), &error, L"2004096 bytes would be attached by all processes together");
    assert_int_equal(spool_count(spools[10]), 0);
    spool_drop(spools[3]);
    assert_succeeds(spool_add_bytes(spools[10], L"b", bytes, sizeof(bytes), NULL, NULL, deadline_never, &error));
    assert_succeeds(outbox_accept(outbox, &text, spools[7], deadline_never, id, &error));
    spool_drop(spools[7]);
    assert_succeeds(spool_add_bytes(spools[0], L"b", bytes, sizeof(bytes), NULL, NULL, deadline_never, &error));
    for (size_t i = 0; i < LENGTH(spools); i++)
        if (i != 3 && i != 7) spool_drop(spools[i]);
    assert_succeeds(spool_begin(outbox, 7, &spools[0], NULL));
    assert_succeeds(spool_add_bytes(spools[0], L"c", bytes, sizeof(bytes), NULL, NULL, deadline_never, &error));
    spool_drop(spools[0]);
    outbox_close(outbox);
}

/* Each takes a folder and a file all the same. */
static void attachments_without_content_have_a_bound_too(void **state)
{
    const struct outbox_limits few = {.max_queued_jobs = 10, .max_mail_bytes = 200};
    struct outbox *outbox = open_with(&few, NULL, NULL);
    struct error error = {0};
    struct spool *spool;
    HRESULT hr = S_OK;

    (void)state;
    for (int round = 0; round < 2; round++)
    {
        assert_succeeds(spool_begin(outbox, 1, &spool, NULL));
        for (size_t i = 0; i < 1000 && hr == S_OK; i++)
            hr = spool_add_bytes(spool, L"empty", "", 0, NULL, NULL, deadline_never, &error);
        assert_fails(hr, CODE(error_unsent_full), &error, L"for 4096 bytes at least");
        assert_int_equal(spool_count(spool), 128);
        spool_drop(spool);
        assert_int_equal(spooled(), 0);
        hr = S_OK;
    }
    outbox_close(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(files_of_any_size_come_back_byte_by_byte),
        test(names_keep_their_characters_and_paths_stay_short_enough_for_outlook),
        test(several_files_of_one_name_keep_their_order),
        test(what_was_not_accepted_leaves_no_file),
        test(a_file_beyond_the_limit_is_refused_before_it_is_copied),
        test(spooling_ends_at_its_deadline_and_leaves_no_file),
        test(what_was_left_in_a_copy_takes_its_own_file_away),
        test(a_file_that_cannot_be_read_to_its_end_is_named),
        test(a_file_that_became_shorter_since_it_was_opened_is_refused),
        test(of_a_file_that_grows_what_it_held_when_it_was_opened_is_taken),
        test(a_spooled_file_that_was_changed_cut_or_removed_is_seen),
        test(a_spooled_file_that_others_hold_is_read_or_is_to_be_read_later),
        test(files_go_with_a_job_that_was_sent_and_stay_with_one_that_failed),
        test(what_somebody_holds_goes_with_a_later_removal_or_at_the_end),
        test(opening_sweeps_orphans_and_nothing_else),
        test(a_spool_that_cannot_be_written_is_named),
        test(what_is_attached_and_not_sent_has_a_bound_for_each_client_and_for_all),
        test(attachments_without_content_have_a_bound_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

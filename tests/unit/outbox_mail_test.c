/* outbox_mail_test.c - a mail with all it may have, through the outbox and back; what a person does with a job; a file
 * of the first schema. */
#include "outbox_test.h"
#include "host/hash.h"
#include "outbox/internal.h"

static struct outbox_text whole_text(void)
{
    struct outbox_text text = plain_text(L"whole");

    text.key = L"k";
    text.categories = L"Red; Blue";
    text.reply_to = L"r@example.com; s@example.com";
    text.on_behalf_of = L"boss@example.com";
    text.account = L"work";
    text.importance = 2;
    text.sensitivity = 3;
    text.read_receipt = TRUE;
    text.expires_at = 1800000000000;
    return text;
}

static struct spool *spool_of(struct outbox *outbox)
{
    struct spool *spool;

    assert_succeeds(spool_begin(outbox, 0, &spool, NULL));
    assert_succeeds(spool_add_bytes(spool, L"logo.png", "picture", 7, L"The logo", L"logo@1", deadline_never, NULL));
    assert_succeeds(spool_add_bytes(spool, L"empty.txt", "", 0, NULL, NULL, deadline_never, NULL));
    return spool;
}

static void a_whole_mail_comes_back_as_it_was(void **state)
{
    const struct outbox_text text = whole_text();
    struct outbox *outbox = open_outbox();
    struct spool *spool = spool_of(outbox);
    struct job_work work;
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    assert_succeeds(outbox_accept(outbox, &text, spool, deadline_never, id, NULL));
    spool_drop(spool);
    assert_succeeds(outbox_read_work(outbox, id, &work, NULL));
    assert_int_equal(wcscmp(work.categories, text.categories), 0);
    assert_int_equal(wcscmp(work.reply_to, text.reply_to), 0);
    assert_int_equal(wcscmp(work.on_behalf_of, text.on_behalf_of), 0);
    assert_int_equal(wcscmp(work.account, text.account), 0);
    assert_int_equal(work.importance, 2);
    assert_int_equal(work.sensitivity, 3);
    assert_true(work.read_receipt);
    assert_int_equal(work.expires_at, text.expires_at);
    assert_int_equal(work.attachment_count, 2);
    assert_int_equal(wcscmp(work.attachments[0].display_name, L"The logo"), 0);
    assert_int_equal(wcscmp(work.attachments[0].content_id, L"logo@1"), 0);
    assert_int_equal(wcscmp(work.attachments[1].display_name, L""), 0);
    assert_whole(&work.attachments[0]);
    assert_whole(&work.attachments[1]);
    job_work_clear(&work);
    outbox_close(outbox);
}

/* Whatever is changed, a used key tells it. */
static void a_key_covers_all_of_a_mail(void **state)
{
    const struct outbox_text text = whole_text();
    struct outbox_text others[8];
    static const WCHAR *const words[LENGTH(others)] = {L"the categories", L"ReplyTo", L"SentOnBehalfOfName",
        L"the account", L"the importance", L"the sensitivity", L"a read receipt", L"it expires"};
    struct outbox *outbox = open_outbox();
    struct spool *spool = spool_of(outbox), *renamed;
    struct error error = {0};
    enum key_answer answer;
    WCHAR id[JOB_ID_SIZE], found[JOB_ID_SIZE];

    (void)state;
    assert_succeeds(outbox_accept(outbox, &text, spool, deadline_never, id, NULL));
    assert_succeeds(outbox_find_key_spooled(outbox, &text, spool, deadline_never, &answer, found, NULL));
    assert_int_equal(answer, key_same);
    assert_int_equal(wcscmp(found, id), 0);
    for (size_t i = 0; i < LENGTH(others); i++)
        others[i] = text;
    others[0].categories = NULL;
    others[1].reply_to = L"";
    others[2].on_behalf_of = L"x";
    others[3].account = L"home";
    others[4].importance = OUTBOX_IMPORTANCE_NORMAL;
    others[5].sensitivity = 0;
    others[6].read_receipt = FALSE;
    others[7].expires_at = 0;
    for (size_t i = 0; i < LENGTH(others); i++)
    {
        assert_succeeds(outbox_find_key_spooled(outbox, &others[i], spool, deadline_never, &answer, found, &error));
        assert_int_equal(answer, key_reused);
        assert_fails(error.code, CODE(error_key_reused), &error, words[i]);
    }
    assert_succeeds(spool_begin(outbox, 0, &renamed, NULL));
    assert_succeeds(spool_add_bytes(renamed, L"logo.png", "picture", 7, L"The logo", L"logo@2", deadline_never, NULL));
    assert_succeeds(spool_add_bytes(renamed, L"empty.txt", "", 0, NULL, NULL, deadline_never, NULL));
    assert_succeeds(outbox_find_key_spooled(outbox, &text, renamed, deadline_never, &answer, found, &error));
    assert_fails(error.code, CODE(error_key_reused), &error, L"the list of attachments");
    spool_drop(renamed);
    spool_drop(spool);
    outbox_close(outbox);
}

static void a_job_keeps_its_files_when_the_mail_they_were_attached_to_goes(void **state)
{
    const struct outbox_text text = whole_text();
    struct outbox *outbox = open_outbox();
    struct spool *own = spool_of(outbox), *copy;
    struct job_work work;
    struct error error = {0};
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    assert_call(spool_copy(own, deadline_never, &copy, &error), S_OK, &error, "spool_copy", __LINE__);
    assert_int_equal(spool_count(copy), 2);
    assert_succeeds(outbox_accept(outbox, &text, copy, deadline_never, id, NULL));
    spool_drop(copy);
    spool_drop(own);
    assert_succeeds(outbox_read_work(outbox, id, &work, NULL));
    assert_whole(&work.attachments[0]);
    assert_int_equal(wcscmp(work.attachments[0].content_id, L"logo@1"), 0);
    job_work_clear(&work);
    outbox_close(outbox);
}

/* A second name of the same file would not do: what holds or changes one would hold or change both. */
static void each_job_has_files_of_its_own(void **state)
{
    const struct outbox_text text = whole_text();
    struct outbox *outbox = open_outbox();
    struct spool *own = spool_of(outbox), *copies[2];
    struct job_work work[2];
    struct spool_entry entry;
    WCHAR id[JOB_ID_SIZE];
    HANDLE held;

    (void)state;
    spool_read(own, 0, &entry);
    held = CreateFileW(entry.path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(held != INVALID_HANDLE_VALUE);
    for (size_t i = 0; i < LENGTH(copies); i++)
    {
        struct outbox_text other = text;

        other.key = L"";
        assert_succeeds(spool_copy(own, deadline_never, &copies[i], NULL));
        assert_succeeds(outbox_accept(outbox, &other, copies[i], deadline_never, id, NULL));
        spool_drop(copies[i]);
        assert_succeeds(outbox_read_work(outbox, id, &work[i], NULL));
    }
    CloseHandle(held);
    write_file(entry.path, "changed", 7);
    write_file(work[0].attachments[0].path, "changed", 7);
    assert_whole(&work[1].attachments[0]);
    for (size_t i = 0; i < LENGTH(copies); i++)
        job_work_clear(&work[i]);
    spool_drop(own);
    outbox_close(outbox);
}

static void a_mail_whose_files_cannot_be_copied_is_not_copied(void **state)
{
    struct outbox *outbox = open_outbox();
    struct spool *own = spool_of(outbox), *copy;
    struct error error = {0};
    struct spool_entry entry;
    HANDLE held;

    (void)state;
    spool_read(own, 0, &entry);
    held = CreateFileW(entry.path, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_fails(spool_copy(own, deadline_never, &copy, &error), CODE(error_spool_unread), &error,
        L"could not be read just now");
    assert_null(copy);
    CloseHandle(held);
    write_file(entry.path, "pictur", 6);
    assert_fails(
        spool_copy(own, deadline_never, &copy, &error), CODE(error_spool_damaged), &error, L"missing or was changed");
    write_file(entry.path, "pictuRe", 7);
    assert_fails(
        spool_copy(own, deadline_never, &copy, &error), CODE(error_spool_damaged), &error, L"missing or was changed");
    assert_true(DeleteFileW(entry.path));
    assert_fails(
        spool_copy(own, deadline_never, &copy, &error), CODE(error_spool_damaged), &error, L"missing or was changed");
    spool_drop(own);
    outbox_close(outbox);
}

static void a_deferred_mail_is_due_at_its_time_and_can_be_cancelled(void **state)
{
    struct outbox_text text = plain_text(L"later");
    struct outbox *outbox = open_outbox();
    struct history_row *rows;
    struct job_work work;
    struct error error = {0};
    LONGLONG next;
    size_t count;
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    text.deferred_until = utc_now_ms() + 3600000;
    assert_succeeds(outbox_accept(outbox, &text, NULL, deadline_never, id, NULL));
    assert_int_equal(outbox_next_due(outbox, utc_now_ms(), &work, &next, NULL), S_FALSE);
    assert_int_equal(next, text.deferred_until);
    assert_succeeds(outbox_next_due(outbox, text.deferred_until, &work, &next, NULL));
    assert_int_equal(work.life_since, text.deferred_until);
    job_work_clear(&work);
    assert_succeeds(outbox_history(outbox, id, deadline_never, &rows, &count, NULL));
    assert_non_null(wcsstr(rows[0].text, L"accepted; held until 20"));
    outbox_free_history(rows, count);
    assert_succeeds(outbox_cancel(outbox, id, L"D\\me", deadline_never, NULL));
    assert_succeeds(outbox_history(outbox, id, deadline_never, &rows, &count, NULL));
    assert_int_equal(wcscmp(rows[count - 1].text, L"cancelled by D\\me"), 0);
    outbox_free_history(rows, count);
    assert_fails(outbox_cancel(outbox, id, NULL, deadline_never, &error), CODE(error_wrong_state), &error,
        L"The job is cancelled");
    assert_fails(outbox_retry(outbox, id, NULL, deadline_never, &error), CODE(error_wrong_state), &error,
        L"cannot be tried again");
    assert_int_equal(count_of(outbox, job_cancelled), 1);
    outbox_close(outbox);
}

static void a_retry_begins_a_new_life_with_the_attempts_counted_on(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_change change = {.from = job_queued, .state = job_sending, .fields = job_set_attempts, .attempts = 3};
    struct error error = {0};
    struct job_work work;
    WCHAR id[JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"again", id);
    wcscpy(change.job_id, id);
    assert_succeeds(outbox_change(outbox, &change, 1, NULL));
    assert_fails(
        outbox_retry(outbox, id, NULL, deadline_never, &error), CODE(error_wrong_state), &error, L"The job is sending");
    assert_fails(outbox_cancel(outbox, id, NULL, deadline_never, &error), CODE(error_wrong_state), &error,
        L"The job is sending");
    change = (struct job_change){.from = job_sending,
        .state = job_unknown,
        .fields = job_set_seen | job_set_returned,
        .send_returned = TRUE,
        .seen_in_outbox = TRUE};
    wcscpy(change.job_id, id);
    assert_succeeds(outbox_change(outbox, &change, 1, NULL));
    assert_succeeds(outbox_retry(outbox, id, L"D\\me", deadline_never, NULL));
    assert_succeeds(outbox_read_work(outbox, id, &work, NULL));
    assert_int_equal(work.state, job_queued);
    assert_int_equal(work.attempts, 3);
    assert_int_equal(work.attempts_before, 3);
    assert_true(work.life_since >= work.submitted_at);
    assert_false(work.seen_in_outbox || work.send_returned);
    job_work_clear(&work);
    outbox_close(outbox);
}

static void a_list_tells_the_newest_first(void **state)
{
    struct outbox_filter filter = {.caller_sid = L"S-1-5-21-1", .state = -1, .most = 2};
    struct outbox *outbox = open_outbox();
    struct job_row *rows;
    size_t count;
    WCHAR ids[3][JOB_ID_SIZE];

    (void)state;
    for (size_t i = 0; i < 3; i++)
        accept_plain(outbox, L"x", ids[i]);
    assert_succeeds(outbox_list(outbox, &filter, deadline_never, &rows, &count, NULL));
    assert_int_equal(count, 2);
    assert_int_equal(wcscmp(rows[0].id, ids[2]), 0);
    assert_int_equal(wcscmp(rows[1].id, ids[1]), 0);
    outbox_free_rows(rows, count);
    filter.caller_sid = L"S-1-5-21-2";
    assert_succeeds(outbox_list(outbox, &filter, deadline_never, &rows, &count, NULL));
    assert_int_equal(count, 0);
    outbox_free_rows(rows, count);
    assert_succeeds(outbox_cancel(outbox, ids[0], NULL, deadline_never, NULL));
    filter = (struct outbox_filter){.state = job_cancelled, .most = 9};
    assert_succeeds(outbox_list(outbox, &filter, deadline_never, &rows, &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(wcscmp(rows[0].id, ids[0]), 0);
    outbox_free_rows(rows, count);
    outbox_close(outbox);
}

/* The caller's own deadline counts, not delivery's half minute. */
static void what_a_person_asks_for_ends_at_the_callers_deadline(void **state)
{
    struct outbox *outbox = open_outbox();
    sqlite3 *other = other_connection();
    ULONGLONG begin = clock_now_ms();
    struct error error = {0};
    WCHAR ids[2][JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"queued", ids[0]);
    accept_plain(outbox, L"failed", ids[1]);
    assert_succeeds(step(outbox, ids[1], job_queued, job_failed, NULL));
    run_sql(other, "BEGIN IMMEDIATE");
    assert_fails(outbox_cancel(outbox, ids[0], NULL, deadline_in(500), &error), CODE(error_timeout_change), &error,
        L"it was not changed");
    assert_fails(outbox_retry(outbox, ids[1], NULL, deadline_in(500), &error), CODE(error_timeout_change), &error,
        L"outbox.db locked");
    assert_in_range(clock_now_ms() - begin, 990, 10000);
    run_sql(other, "COMMIT");
    sqlite3_close(other);
    assert_int_equal(count_of(outbox, job_queued), 1);
    assert_int_equal(count_of(outbox, job_failed), 1);
    assert_succeeds(outbox_cancel(outbox, ids[0], NULL, deadline_never, NULL));
    assert_succeeds(outbox_retry(outbox, ids[1], NULL, deadline_never, NULL));
    outbox_close(outbox);
}

static void a_reading_that_finds_no_free_connection_does_not_wait_for_ever(void **state)
{
    struct outbox *outbox = open_outbox();
    struct connection *readers[reader_max], *none;
    ULONGLONG begin;
    struct error error = {0};

    (void)state;
    for (size_t i = 0; i < reader_max; i++)
        assert_succeeds(reader_take(outbox, deadline_never, &readers[i], NULL));
    begin = clock_now_ms();
    assert_fails(
        reader_take(outbox, deadline_never, &none, &error), CODE(error_busy_outbox), &error, L"too many calls at once");
    assert_in_range(clock_now_ms() - begin, reader_wait_ms - 20, 10 * reader_wait_ms);
    begin = clock_now_ms();
    assert_fails(reader_take(outbox, deadline_in(200), &none, &error), CODE(error_timeout_read), &error,
        L"which other calls had all the time");
    assert_in_range(clock_now_ms() - begin, 180, reader_wait_ms - 1000);
    for (size_t i = 0; i < reader_max; i++)
        reader_give(outbox, readers[i]);
    assert_succeeds(reader_take(outbox, deadline_never, &none, NULL));
    reader_give(outbox, none);
    outbox_close(outbox);
}

/* Of the very statements that the outbox runs. */
static void no_list_sorts_and_only_that_of_all_walks_the_table(void **state)
{
    static const enum statement_id ids[] = {
        statement_list, statement_list_of_caller, statement_list_in_state, statement_list_of_caller_in_state};
    struct outbox *outbox = open_outbox();
    struct connection *reader;

    (void)state;
    assert_succeeds(reader_take(outbox, deadline_never, &reader, NULL));
    for (size_t i = 0; i < LENGTH(ids); i++)
    {
        sqlite3_stmt *plan = NULL, *statement = connection_statement(reader, ids[i]);
        char *text;

        assert_non_null(statement);
        text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sqlite3_sql(statement));
        assert_int_equal(sqlite3_prepare_v2(reader->db, text, -1, &plan, NULL), SQLITE_OK);
        while (sqlite3_step(plan) == SQLITE_ROW)
        {
            const char *words = (const char *)sqlite3_column_text(plan, 3);

            if (strstr(words, "TEMP B-TREE") || (ids[i] != statement_list && strstr(words, "SCAN")))
                fail_msg("statement %d: %s", (int)ids[i], words);
        }
        sqlite3_finalize(plan);
        sqlite3_free(text);
    }
    reader_give(outbox, reader);
    outbox_close(outbox);
}

/* As the first brokers wrote it, with one keyed mail. */
static const char first_schema[] =
    "BEGIN;"
    "CREATE TABLE job(seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state INTEGER NOT NULL,"
    " caller_sid TEXT NOT NULL, caller_name TEXT NOT NULL, key TEXT NOT NULL, fingerprint BLOB NOT NULL,"
    " subject TEXT NOT NULL, submitted_at INTEGER NOT NULL, state_since INTEGER NOT NULL,"
    " finished_at INTEGER NOT NULL DEFAULT 0, next_attempt_at INTEGER NOT NULL DEFAULT 0,"
    " attempts INTEGER NOT NULL DEFAULT 0, last_error INTEGER NOT NULL DEFAULT 0,"
    " last_error_text TEXT NOT NULL DEFAULT '', entry_id TEXT NOT NULL DEFAULT '',"
    " store_id TEXT NOT NULL DEFAULT '', outlook_process INTEGER NOT NULL DEFAULT 0,"
    " outlook_started INTEGER NOT NULL DEFAULT 0, send_returned INTEGER NOT NULL DEFAULT 0,"
    " seen_in_outbox INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE mail(job INTEGER PRIMARY KEY REFERENCES job ON DELETE CASCADE, recipients TEXT NOT NULL,"
    " cc TEXT NOT NULL, bcc TEXT NOT NULL, body TEXT NOT NULL, html_body TEXT NOT NULL) STRICT;"
    "CREATE TABLE attachment(job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE, number INTEGER NOT NULL,"
    " given_path TEXT NOT NULL, spool_path TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL,"
    " sha256 BLOB NOT NULL, PRIMARY KEY(job, number)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE history(job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE, number INTEGER NOT NULL,"
    " at INTEGER NOT NULL, state INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY(job, number))"
    " STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX job_key ON job(caller_sid, key) WHERE key <> '';"
    "CREATE INDEX job_due ON job(state, next_attempt_at);"
    "PRAGMA application_id = 1329745730; PRAGMA user_version = 1; COMMIT; PRAGMA journal_mode = WAL;";

static void hash_as_before(const struct outbox_text *text, BYTE digest[HASH_SIZE])
{
    const WCHAR *const parts[] = {text->to, text->cc, text->bcc, text->subject, text->body, text->html_body};
    struct hash *hash;

    assert_succeeds(hash_begin(&hash));
    for (size_t i = 0; i < LENGTH(parts); i++)
    {
        ULONGLONG size = wcslen(parts[i]) * sizeof(WCHAR);

        assert_succeeds(hash_add(hash, &size, sizeof(size)));
        assert_succeeds(hash_add(hash, parts[i], (size_t)size));
    }
    assert_succeeds(hash_end(hash, digest));
}

static void a_file_of_the_first_schema_is_taken_over_with_its_keys(void **state)
{
    struct outbox_text text = plain_text(L"old");
    char utf8[MAX_PATH * 3], sql[640], hex[2 * HASH_SIZE + 1];
    BYTE digest[HASH_SIZE];
    struct outbox *outbox;
    struct job_work work;
    enum key_answer answer;
    WCHAR id[JOB_ID_SIZE];
    LONGLONG next;
    sqlite3 *db;

    (void)state;
    text.key = L"k";
    hash_as_before(&text, digest);
    for (size_t i = 0; i < HASH_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02X", digest[i]);
    WideCharToMultiByte(CP_UTF8, 0, in_folder(L"outbox.db"), -1, utf8, sizeof(utf8), NULL, NULL);
    assert_int_equal(sqlite3_open(utf8, &db), SQLITE_OK);
    run_sql(db, first_schema);
    snprintf(sql, sizeof(sql),
        "INSERT INTO job(id, state, caller_sid, caller_name, key, fingerprint, subject, submitted_at, state_since)"
        " VALUES('{01234567-89AB-CDEF-0123-456789ABCDEF}', 0, 'S-1-5-21-1', 'D\\caller', 'k', x'%s', 'old', 9, 9);"
        "INSERT INTO mail VALUES(1, 'a@example.com', '', '', 'The body.', '');",
        hex);
    run_sql(db, sql);
    sqlite3_close(db);
    outbox = open_outbox();
    assert_succeeds(outbox_find_key(outbox, &text, NULL, 0, deadline_never, &answer, id, NULL));
    assert_int_equal(answer, key_same);
    assert_succeeds(outbox_next_due(outbox, utc_now_ms(), &work, &next, NULL));
    assert_int_equal(work.importance, OUTBOX_IMPORTANCE_NORMAL);
    assert_int_equal(work.life_since, 9);
    assert_int_equal(wcscmp(work.account, L""), 0);
    job_work_clear(&work);
    outbox_close(outbox);
    outbox_close(open_outbox());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_whole_mail_comes_back_as_it_was),
        test(a_key_covers_all_of_a_mail),
        test(a_job_keeps_its_files_when_the_mail_they_were_attached_to_goes),
        test(each_job_has_files_of_its_own),
        test(a_mail_whose_files_cannot_be_copied_is_not_copied),
        test(a_deferred_mail_is_due_at_its_time_and_can_be_cancelled),
        test(a_retry_begins_a_new_life_with_the_attempts_counted_on),
        test(a_list_tells_the_newest_first),
        test(what_a_person_asks_for_ends_at_the_callers_deadline),
        test(a_reading_that_finds_no_free_connection_does_not_wait_for_ever),
        test(no_list_sorts_and_only_that_of_all_walks_the_table),
        test(a_file_of_the_first_schema_is_taken_over_with_its_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

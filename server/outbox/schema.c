/* schema.c - the tables, every statement, and connections that keep theirs prepared.
 *
 * job is slim, so that what delivery and status ask often reads few pages; the texts, which are read once a delivery,
 * stand in mail. seq is the order of acceptance. next_attempt_at is 0 for what is due now. Rows refer to files by paths
 * below spool\, so that the folder may be moved as a whole.
 *
 * The schema stands as the steps that each version added: a new file takes all of them, an older one those it lacks, so
 * both come out alike. A step that was shipped is never changed. */
#include "internal.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int schema_application_id = 0x4F424F42; /* "OBOB" */
const int schema_table_count = 4;

static const char version_1[] = "CREATE TABLE job("
                                " seq INTEGER PRIMARY KEY,"
                                " id TEXT NOT NULL UNIQUE,"
                                " state INTEGER NOT NULL,"
                                " caller_sid TEXT NOT NULL,"
                                " caller_name TEXT NOT NULL,"
                                " key TEXT NOT NULL,"
                                " fingerprint BLOB NOT NULL,"
                                " subject TEXT NOT NULL,"
                                " submitted_at INTEGER NOT NULL,"
                                " state_since INTEGER NOT NULL,"
                                " finished_at INTEGER NOT NULL DEFAULT 0,"
                                " next_attempt_at INTEGER NOT NULL DEFAULT 0,"
                                " attempts INTEGER NOT NULL DEFAULT 0,"
                                " last_error INTEGER NOT NULL DEFAULT 0,"
                                " last_error_text TEXT NOT NULL DEFAULT '',"
                                " entry_id TEXT NOT NULL DEFAULT '',"
                                " store_id TEXT NOT NULL DEFAULT '',"
                                " outlook_process INTEGER NOT NULL DEFAULT 0,"
                                " outlook_started INTEGER NOT NULL DEFAULT 0,"
                                " send_returned INTEGER NOT NULL DEFAULT 0,"
                                " seen_in_outbox INTEGER NOT NULL DEFAULT 0) STRICT;"
                                "CREATE TABLE mail("
                                " job INTEGER PRIMARY KEY REFERENCES job ON DELETE CASCADE,"
                                " recipients TEXT NOT NULL,"
                                " cc TEXT NOT NULL,"
                                " bcc TEXT NOT NULL,"
                                " body TEXT NOT NULL,"
                                " html_body TEXT NOT NULL) STRICT;"
                                "CREATE TABLE attachment("
                                " job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,"
                                " number INTEGER NOT NULL,"
                                " given_path TEXT NOT NULL,"
                                " spool_path TEXT NOT NULL,"
                                " name TEXT NOT NULL,"
                                " size INTEGER NOT NULL,"
                                " sha256 BLOB NOT NULL,"
                                " PRIMARY KEY(job, number)) STRICT, WITHOUT ROWID;"
                                "CREATE TABLE history("
                                " job INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,"
                                " number INTEGER NOT NULL,"
                                " at INTEGER NOT NULL,"
                                " state INTEGER NOT NULL,"
                                " text TEXT NOT NULL,"
                                " PRIMARY KEY(job, number)) STRICT, WITHOUT ROWID;"
                                "CREATE UNIQUE INDEX job_key ON job(caller_sid, key) WHERE key <> '';"
                                "CREATE INDEX job_due ON job(state, next_attempt_at);";

/* life_since is 0 where the retries are counted from the acceptance. */
static const char version_2[] = "ALTER TABLE job ADD COLUMN life_since INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE job ADD COLUMN attempts_before INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE mail ADD COLUMN categories TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE mail ADD COLUMN reply_to TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE mail ADD COLUMN on_behalf_of TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE mail ADD COLUMN account TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE mail ADD COLUMN importance INTEGER NOT NULL DEFAULT 1;"
                                "ALTER TABLE mail ADD COLUMN sensitivity INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE mail ADD COLUMN read_receipt INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE mail ADD COLUMN deferred_until INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE mail ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;"
                                "ALTER TABLE attachment ADD COLUMN display_name TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE attachment ADD COLUMN content_id TEXT NOT NULL DEFAULT '';"
                                "CREATE INDEX job_caller ON job(caller_sid);"
                                "CREATE INDEX job_state ON job(state);";

/* clock holds one row, of retention.h. The index holds what may grow old, the oldest first. */
static const char version_3[] = "CREATE TABLE clock("
                                " id INTEGER PRIMARY KEY CHECK(id = 1),"
                                " believed INTEGER NOT NULL,"
                                " doubted INTEGER NOT NULL) STRICT;"
                                "INSERT INTO clock VALUES(1, 0, 0);"
                                "CREATE INDEX job_old ON job(finished_at) WHERE state IN (3, 4, 5, 6);";

/* What was put off, without what is held until its time: with 100,000 of these a start would look at each. */
static const char version_4[] = "CREATE INDEX job_put_off ON job(next_attempt_at)"
                                " WHERE state = 0 AND next_attempt_at > 0 AND next_attempt_at <> life_since;";

/* Drafts that may stand in Outlook, of this attempt of the job: each is nobody's any more once the job has ended
 * unsent, or has made a later attempt. */
static const char version_5[] = "CREATE TABLE stray("
                                " id TEXT NOT NULL REFERENCES job(id) ON DELETE CASCADE,"
                                " attempt INTEGER NOT NULL,"
                                " noted_at INTEGER NOT NULL,"
                                " next_at INTEGER NOT NULL DEFAULT 0,"
                                " tries INTEGER NOT NULL DEFAULT 0,"
                                " process INTEGER NOT NULL DEFAULT 0,"
                                " started INTEGER NOT NULL DEFAULT 0,"
                                " PRIMARY KEY(id, attempt)) STRICT, WITHOUT ROWID;"
                                "CREATE INDEX stray_next ON stray(next_at);";

/* How often Outlook was lost over it, and no look has come to its end since. */
static const char version_6[] = "ALTER TABLE stray ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;";

static const char *const schema_steps[] = {version_1, version_2, version_3, version_4, version_5, version_6};
const int schema_version = ARRAYSIZE(schema_steps);

#define WORK_COLUMNS                                                                                                   \
    "seq, id, state, attempts, submitted_at, next_attempt_at, state_since, caller_name, entry_id, store_id,"           \
    " outlook_process, outlook_started, send_returned, seen_in_outbox, attempts_before, life_since, last_error,"       \
    " EXISTS(SELECT 1 FROM stray WHERE stray.id = job.id AND attempt = attempts),"                                     \
    " EXISTS(SELECT 1 FROM stray WHERE stray.id = job.id AND attempt = attempts + 1), last_error_text"

/* In the order of enum text_part and then of enum number_part. */
#define MAIL_COLUMNS                                                                                                   \
    "recipients, cc, bcc, subject, body, html_body, categories, reply_to, on_behalf_of, account, importance,"          \
    " sensitivity, read_receipt, deferred_until, expires_at"

#define ROW_COLUMNS                                                                                                    \
    "id, state, attempts, submitted_at, finished_at, next_attempt_at, last_error, key, subject, caller_sid,"           \
    " caller_name, last_error_text, entry_id"

static const char *const statement_texts_sql[statement_count] = {
    [statement_begin] = "BEGIN IMMEDIATE",
    [statement_commit] = "COMMIT",
    [statement_rollback] = "ROLLBACK",
    [statement_savepoint] = "SAVEPOINT work",
    [statement_savepoint_undo] = "ROLLBACK TO work",
    [statement_release] = "RELEASE work",
    [statement_insert_job] = "INSERT INTO job(id, state, caller_sid, caller_name, key, fingerprint, subject,"
                             " submitted_at, state_since, next_attempt_at, life_since)"
                             " VALUES(?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?8)",
    [statement_insert_mail] = "INSERT INTO mail(job, recipients, cc, bcc, body, html_body, categories, reply_to,"
                              " on_behalf_of, account, importance, sensitivity, read_receipt, deferred_until,"
                              " expires_at)"
                              " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    [statement_insert_attachment] = "INSERT INTO attachment(job, number, given_path, spool_path, name, size, sha256,"
                                    " display_name, content_id) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    [statement_insert_history] = "INSERT INTO history SELECT ?1, 1 + coalesce(max(number), 0), ?2, ?3, ?4"
                                 " FROM history WHERE job = ?1",
    /* ?4 holds the bits of enum job_fields, ?5 is the time if the state changes and else 0, ?6 says whether it is
     * final. A place is that of the attempt that the row counts last. */
    [statement_change_job] = "UPDATE job SET state = ?3,"
                             " state_since = iif(?5, ?5, state_since),"
                             " finished_at = iif(?5, iif(?6, ?5, 0), finished_at),"
                             " attempts = iif(?4 & 1, ?7, attempts),"
                             " next_attempt_at = iif(?4 & 2, ?8, next_attempt_at),"
                             " last_error = iif(?4 & 4, ?9, last_error),"
                             " last_error_text = iif(?4 & 4, ?10, last_error_text),"
                             " entry_id = iif(?4 & 8, ?11, iif(?4 & 1 AND ?7 <> attempts, '', entry_id)),"
                             " store_id = iif(?4 & 8, ?12, iif(?4 & 1 AND ?7 <> attempts, '', store_id)),"
                             " outlook_process = iif(?4 & 16, ?13, outlook_process),"
                             " outlook_started = iif(?4 & 16, ?14, outlook_started),"
                             " send_returned = iif(?4 & 32, ?15, send_returned),"
                             " seen_in_outbox = iif(?4 & 64, ?16, seen_in_outbox),"
                             " life_since = iif(?4 & 128, ?5, life_since),"
                             " attempts_before = iif(?4 & 128, attempts, attempts_before)"
                             " WHERE id = ?1 AND state = ?2 RETURNING seq, attempts",
    /* Not of a job that is held until its time: that one stands for itself, and next_attempt_at is life_since. */
    [statement_shift_waits] = "UPDATE job SET life_since = iif(life_since, life_since, submitted_at) + ?1,"
                              " next_attempt_at = iif(next_attempt_at, max(next_attempt_at + ?1, 1), 0)"
                              " WHERE state IN (0, 1, 2) AND NOT (next_attempt_at AND next_attempt_at = life_since)",
    [statement_begin_waits] = "UPDATE job INDEXED BY job_put_off"
                              " SET next_attempt_at = iif(attempts > attempts_before, ?1, 0),"
                              " last_error = iif(attempts > attempts_before, last_error, 0),"
                              " last_error_text = iif(attempts > attempts_before, last_error_text, '')"
                              " WHERE state = 0 AND next_attempt_at > 0 AND next_attempt_at <> life_since"
                              " AND next_attempt_at > iif(attempts > attempts_before, ?1, 0)",
    /* From ?5 to ?6: of the last attempt (0) and of the one that may have been begun (1). A mail that was neither tried
     * nor accepted before ?3, nor waited for Outlook, nor is in hand (?4), has no draft but one that was noted. */
    [statement_add_strays] = "INSERT INTO stray(id, attempt, noted_at)"
                             " SELECT id, attempts + value, ?2"
                             " FROM job, (SELECT 0 AS value UNION SELECT 1)"
                             " WHERE id = ?1 AND attempts + value > 0 AND value BETWEEN ?5 AND ?6"
                             " AND (attempts > 0 OR last_error <> 0 OR seq <= ?3 OR ?4)"
                             " ON CONFLICT DO UPDATE SET next_at = 0",
    [statement_set_stray] = "INSERT OR REPLACE INTO stray(id, attempt, noted_at, next_at, tries, losses, process,"
                            " started) SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM job WHERE id = ?1",
    [statement_next_stray] = "SELECT stray.id, attempt, noted_at, next_at, tries, losses, process, started,"
                             " iif(attempt = job.attempts, job.entry_id, '')"
                             " FROM stray INDEXED BY stray_next JOIN job ON job.id = stray.id"
                             " WHERE job.state IN (4, 5) OR attempt < job.attempts ORDER BY next_at LIMIT 1",
    [statement_forget_stray] = "DELETE FROM stray WHERE id = ?1 AND attempt = ?2",
    [statement_state_of] = "SELECT state FROM job WHERE id = ?1",
    [statement_find_key] = "SELECT seq, id, fingerprint FROM job WHERE caller_sid = ?1 AND key = ?2 AND key <> ''",
    [statement_key_texts] = "SELECT " MAIL_COLUMNS " FROM job JOIN mail ON mail.job = seq WHERE seq = ?1",
    [statement_attachments] = "SELECT spool_path, name, size, sha256, display_name, content_id FROM attachment"
                              " WHERE job = (SELECT seq FROM job WHERE id = ?1) ORDER BY number",
    [statement_read_row] = "SELECT " ROW_COLUMNS " FROM job WHERE id = ?1",
    /* Each walks one index, or the table itself, from its newest end. Of one caller in one state: the state's index,
     * since what is looked for in bulk (failed, unknown) is rare, and what is common is met soon. */
    [statement_list] = "SELECT " ROW_COLUMNS " FROM job ORDER BY seq DESC LIMIT ?3",
    [statement_list_of_caller] = "SELECT " ROW_COLUMNS " FROM job INDEXED BY job_caller WHERE caller_sid = ?1"
                                 " ORDER BY seq DESC LIMIT ?3",
    [statement_list_in_state] = "SELECT " ROW_COLUMNS " FROM job INDEXED BY job_state WHERE state = ?2"
                                " ORDER BY seq DESC LIMIT ?3",
    [statement_list_of_caller_in_state] = "SELECT " ROW_COLUMNS " FROM job INDEXED BY job_state"
                                          " WHERE state = ?2 AND caller_sid = ?1 ORDER BY seq DESC LIMIT ?3",
    [statement_history] = "SELECT at, state, text FROM history WHERE job = (SELECT seq FROM job WHERE id = ?1)"
                          " ORDER BY number",
    /* Two looks into the index job_due: the oldest that was never put off, and of those put off the one whose time came
     * first; the older of the two. Neither looks at more than one entry, however many wait. */
    [statement_next_due] =
        "SELECT " WORK_COLUMNS " FROM job WHERE seq = (SELECT min(seq) FROM ("
        "SELECT * FROM (SELECT seq FROM job WHERE state = 0 AND next_attempt_at = 0 ORDER BY seq LIMIT 1)"
        " UNION ALL "
        "SELECT * FROM (SELECT seq FROM job WHERE state = 0 AND next_attempt_at > 0 AND next_attempt_at <= ?1"
        " ORDER BY next_attempt_at, seq LIMIT 1)))",
    [statement_next_due_at] = "SELECT next_attempt_at FROM job WHERE state = 0 AND next_attempt_at > ?1"
                              " ORDER BY next_attempt_at LIMIT 1",
    [statement_in_state] = "SELECT " WORK_COLUMNS ", (SELECT account FROM mail WHERE mail.job = seq)"
                           " FROM job WHERE state = ?1 ORDER BY seq LIMIT ?2",
    [statement_work] = "SELECT " WORK_COLUMNS " FROM job WHERE id = ?1",
    [statement_texts] = "SELECT " MAIL_COLUMNS " FROM job JOIN mail ON mail.job = seq WHERE id = ?1",
    [statement_counts] = "SELECT state, count(*) FROM job GROUP BY state",
    [statement_last_seq] = "SELECT coalesce(max(seq), 0) FROM job",
    [statement_read_clock] = "SELECT believed, doubted FROM clock",
    [statement_set_clock] = "UPDATE clock SET believed = ?1, doubted = ?2",
    [statement_clock_forth] = "UPDATE clock SET doubted = doubted + 1",
    [statement_clock_back] = "UPDATE clock SET doubted = doubted - 1",
    /* The oldest one that was finished before ?1, however it ended. */
    [statement_forget_job] = "DELETE FROM job WHERE seq = (SELECT seq FROM job INDEXED BY job_old"
                             " WHERE state IN (3, 4, 5, 6) AND finished_at < ?1 ORDER BY finished_at LIMIT 1)"
                             " RETURNING state, id",
};

/* Within a transaction. */
static int take_steps(sqlite3 *db, int version)
{
    char versions[128];
    int rc = SQLITE_OK;

    for (; version < schema_version && rc == SQLITE_OK; version++)
        rc = sqlite3_exec(db, schema_steps[version], NULL, NULL, NULL);
    if (rc != SQLITE_OK) return rc;
    snprintf(versions, sizeof(versions), "PRAGMA application_id = %d; PRAGMA user_version = %d;", schema_application_id,
        schema_version);
    return sqlite3_exec(db, versions, NULL, NULL, NULL);
}

int schema_upgrade(sqlite3 *db, int version)
{
    int rc;

    if (version >= schema_version) return SQLITE_OK;
    if ((rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL)) != SQLITE_OK) return rc;
    rc = take_steps(db, version);
    if (rc == SQLITE_OK) rc = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    if (rc != SQLITE_OK) sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

int schema_create(sqlite3 *db)
{
    int rc = schema_upgrade(db, 0);

    return rc == SQLITE_OK ? sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL) : rc;
}

int connection_open(struct connection *connection, const char *path, int flags, int busy_ms)
{
    int rc;

    memset(connection, 0, sizeof(*connection));
    rc = sqlite3_open_v2(path, &connection->db, flags, connection_vfs());
    if (rc != SQLITE_OK)
    {
        connection_close(connection);
        return rc;
    }
    sqlite3_busy_timeout(connection->db, busy_ms);
    return SQLITE_OK;
}

void connection_close(struct connection *connection)
{
    for (size_t i = 0; i < statement_count; i++)
    {
        sqlite3_finalize(connection->statements[i]);
        connection->statements[i] = NULL;
    }
    sqlite3_close(connection->db);
    connection->db = NULL;
}

sqlite3_stmt *connection_statement(struct connection *connection, enum statement_id id)
{
    sqlite3_stmt **statement = &connection->statements[id];

    if (!*statement)
        sqlite3_prepare_v3(connection->db, statement_texts_sql[id], -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    return *statement;
}

void statement_done(sqlite3_stmt *statement)
{
    if (!statement) return;
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

int connection_run(struct connection *connection, enum statement_id id)
{
    sqlite3_stmt *statement = connection_statement(connection, id);
    int rc;

    if (!statement) return sqlite3_errcode(connection->db);
    rc = sqlite3_step(statement);
    sqlite3_reset(statement);
    return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

void sqlite_words(sqlite3 *db, int rc, WCHAR out[SQLITE_WORDS_SIZE])
{
    const char *words = db && sqlite3_errcode(db) == rc ? sqlite3_errmsg(db) : sqlite3_errstr(rc);
    WCHAR wide[SQLITE_WORDS_SIZE - 20];

    if (!MultiByteToWideChar(CP_UTF8, 0, words, -1, wide, SQLITE_WORDS_SIZE - 20))
        MultiByteToWideChar(CP_UTF8, 0, sqlite3_errstr(rc), -1, wide, SQLITE_WORDS_SIZE - 20);
    _snwprintf(out, SQLITE_WORDS_SIZE - 1, L"%ls (%d)", wide, rc);
    out[SQLITE_WORDS_SIZE - 1] = 0;
}

WCHAR *column_wide(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    int bytes = sqlite3_column_bytes(statement, column);
    int length = bytes ? MultiByteToWideChar(CP_UTF8, 0, text, bytes, NULL, 0) : 0;
    WCHAR *wide = malloc(((size_t)length + 1) * sizeof(*wide));

    if (!wide) return NULL;
    if (length) MultiByteToWideChar(CP_UTF8, 0, text, bytes, wide, length);
    wide[length] = 0;
    return wide;
}

char *utf8_of(const WCHAR *text, int *bytes)
{
    int length = (int)wcslen(text);
    int size = length ? WideCharToMultiByte(CP_UTF8, 0, text, length, NULL, 0, NULL, NULL) : 0;
    char *utf8 = malloc((size_t)size + 1);

    if (!utf8) return NULL;
    if (size) WideCharToMultiByte(CP_UTF8, 0, text, length, utf8, size, NULL, NULL);
    utf8[size] = 0;
    *bytes = size;
    return utf8;
}

WCHAR *wide_copy(const WCHAR *text)
{
    size_t size = (wcslen(text) + 1) * sizeof(*text);
    WCHAR *copy = malloc(size);

    if (copy) memcpy(copy, text, size);
    return copy;
}

bool job_id_normal(const WCHAR *text, WCHAR out[JOB_ID_SIZE])
{
    static const char form[] = "{hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh}";
    size_t i;

    for (i = 0; form[i]; i++)
    {
        WCHAR c = text[i];

        if (c >= L'a' && c <= L'f') c = (WCHAR)(c - L'a' + L'A');
        if (form[i] == 'h' ? !((c >= L'0' && c <= L'9') || (c >= L'A' && c <= L'F')) : c != (WCHAR)form[i])
            return false;
        out[i] = c;
    }
    out[i] = 0;
    return !text[i];
}

int bind_job_id(sqlite3_stmt *statement, int index, const WCHAR *job_id)
{
    char utf8[JOB_ID_SIZE];
    WCHAR normal[JOB_ID_SIZE];
    size_t i;

    if (!job_id_normal(job_id, normal)) return sqlite3_bind_text(statement, index, "", 0, SQLITE_STATIC);
    for (i = 0; normal[i]; i++)
        utf8[i] = (char)normal[i];
    return sqlite3_bind_text(statement, index, utf8, (int)i, SQLITE_TRANSIENT);
}

void column_job_id(sqlite3_stmt *statement, int column, WCHAR out[JOB_ID_SIZE])
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    size_t i;

    for (i = 0; text && text[i] && i < JOB_ID_SIZE - 1; i++)
        out[i] = text[i];
    out[i] = 0;
}

/* internal.h - what the files of this room share; no other room includes it.
 *
 * Locks: queue_lock, counts_lock, readers_lock, leftovers_lock, unsent_lock and told_lock are never held together, and
 * neither SQLite nor a file is called under one. */
#ifndef OB_OUTBOX_INTERNAL_H
#define OB_OUTBOX_INTERNAL_H

#include <sqlite3.h>
#include "outbox/outbox.h"
#include "host/failpoint.h"
#include "host/hash.h"

enum
{
    folder_length_max = 180, /* leaves room for a spooled file below path_length_max */
    path_length_max = 247,   /* Outlook's attachments still live under MAX_PATH */
    outbox_path_size = SPOOL_PATH_SIZE,
    copy_piece_bytes = 262144,
    reader_max = 8,
    reader_wait_ms = 5000,          /* how long one waits for a reading connection that is free, and delivery to read */
    reader_least_ms = 100,          /* for a connection, and then to read, though the caller's deadline is reached */
    lock_pause_ms = 50,             /* at most between two looks at another program's lock, while reading */
    file_tries = 2,                 /* more where another program keeps Windows from reading or writing a file */
    file_pause_ms = 10,             /* before the first of these, twice as long before the second */
    steps_between_looks = 10000,    /* of SQLite's machine, between two looks whether a query takes too long */
    leftovers_max = 1000,           /* files whose removal is tried again */
    leftovers_at_once = 8,          /* of them with each removal */
    change_deadline_ms = 30000,     /* how long delivery's change waits for a writer that cannot begin */
    writer_busy_ms = 200,           /* how long one try to begin waits for another program's lock */
    open_busy_ms = 2000,            /* the same while opening */
    checkpoint_after_frames = 1000, /* 4 MB of WAL */
    checkpoint_wait_frames = 8000,  /* from here on the checkpoint waits for readers */
    rest_ms = 5000,                 /* after so long without a commit the WAL is folded in and emptied */
    overwrite_again_ms = 1000,      /* until it is tried again to write over what a failed commit left */
    rest_again_ms = 60000,          /* the same where that did not succeed */
    old_look_ms = 24 * 3600 * 1000, /* between two looks for what has grown old */
    old_again_ms = 60000,           /* the same after one that could not be written */
    old_pause_ms = 100,             /* between the steps of one removal */
    old_step_ms = 20,               /* how long one step may take, but for a single job that takes longer */
    old_step_jobs = 200
};

#define DATABASE_LEAF L"outbox.db"
#define SPOOL_LEAF L"spool"

/* --- schema.c: connections and their statements */

enum statement_id
{
    statement_begin,
    statement_commit,
    statement_rollback,
    statement_savepoint,
    statement_savepoint_undo,
    statement_release,
    statement_insert_job,
    statement_insert_mail,
    statement_insert_attachment,
    statement_insert_history,
    statement_change_job,
    statement_shift_waits,
    statement_begin_waits,
    statement_add_strays,
    statement_set_stray,
    statement_next_stray,
    statement_forget_stray,
    statement_state_of,
    statement_find_key,
    statement_key_texts,
    statement_attachments,
    statement_read_row,
    statement_list,
    statement_list_of_caller,
    statement_list_in_state,
    statement_list_of_caller_in_state,
    statement_history,
    statement_next_due,
    statement_next_due_at,
    statement_in_state,
    statement_work,
    statement_texts,
    statement_counts,
    statement_last_seq,
    statement_read_clock,
    statement_set_clock,
    statement_clock_forth,
    statement_clock_back,
    statement_forget_job,
    statement_count
};

struct connection /* one thread at a time */
{
    sqlite3 *db;
    sqlite3_stmt *statements[statement_count]; /* prepared when first asked for, then kept */
    struct connection *next;                   /* in the list of idle readers */
    deadline until;                            /* who uses it waits so long for another program's lock */
    bool cut_off;                              /* and a query that takes longer is cut off */
    const volatile LONG *hurried;              /* the outbox's; may be NULL */
};

/* SQLite result codes throughout. path is UTF-8; flags as for sqlite3_open_v2. On failure nothing stays open. */
int connection_open(struct connection *connection, const char *path, int flags, int busy_ms);
void connection_close(struct connection *connection);

/* The statement, ready to be bound; NULL if it cannot be prepared: sqlite3_errcode says why. */
sqlite3_stmt *connection_statement(struct connection *connection, enum statement_id id);
/* Lets go of what the statement holds (locks, bound values); fine with NULL. */
void statement_done(sqlite3_stmt *statement);
/* Runs a statement without values or rows. */
int connection_run(struct connection *connection, enum statement_id id);

/* Writes application id, version, tables and indexes into an empty database. */
int schema_create(sqlite3 *db);
/* Adds what a database of that version lacks, in one transaction; nothing on failure. */
int schema_upgrade(sqlite3 *db, int version);
extern const int schema_application_id, schema_version, schema_table_count;

/* "database is locked (5)". db may be NULL. */
#define SQLITE_WORDS_SIZE 256
void sqlite_words(sqlite3 *db, int rc, WCHAR out[SQLITE_WORDS_SIZE]);

/* Text of a column, allocated with malloc; "" for NULL. NULL when memory is short. */
WCHAR *column_wide(sqlite3_stmt *statement, int column);
/* A text as UTF-8, allocated with malloc; lone surrogates become U+FFFD. */
char *utf8_of(const WCHAR *text, int *bytes);
WCHAR *wide_copy(const WCHAR *text);

/* Writes the id in its one form, upper case in braces; false if it is no job id by form. */
bool job_id_normal(const WCHAR *text, WCHAR out[JOB_ID_SIZE]);
int bind_job_id(sqlite3_stmt *statement, int index, const WCHAR *job_id);
void column_job_id(sqlite3_stmt *statement, int column, WCHAR out[JOB_ID_SIZE]);

/* --- locks.c */

/* The VFS of every connection; NULL if there is none. */
const char *connection_vfs(void);
/* From now on the connection waits for locks as connection_use says, and not at all once *hurried is set; and SQLite
 * tries a file that Windows refuses file_tries times more, in the whole process: it knows no deadline there. */
void connection_obey(struct connection *connection, const volatile LONG *hurried);
/* This thread uses the connection, until connection_leave. One at a time. */
void connection_use(struct connection *connection, deadline until);
void connection_leave(void);
/* What SQLite answers where another program's lock lasted too long; system: sqlite3_system_errno. */
bool lock_kept_us(int rc, int system);

/* --- writer.c: the queue of work and the thread that commits it */

enum work_stage
{
    work_waiting, /* in the queue: its owner may still withdraw it */
    work_taken,   /* the writer has it: its owner waits for the commit */
    work_answered
};

struct work /* lives on its owner's stack */
{
    /* On the writer thread, within a savepoint that a failure undoes. Fills error by itself. */
    HRESULT (*run)(struct outbox *outbox, struct work *work);
    /* On the writer thread after the commit; tells what changed. */
    void (*committed)(struct outbox *outbox, struct work *work);
    struct error *error;         /* may be NULL */
    enum error_id failed;        /* the text if it cannot be written: error_outbox_write or error_outbox_change */
    LONG delta[job_state_count]; /* how run changed the counts */
    HRESULT result;
    enum work_stage stage;
    struct work *next;
    CONDITION_VARIABLE answered;
};

/* Has the work written. The commit's result, or S_FALSE with work_waiting as its stage if the deadline passed before
 * the writer took it: then it never will. */
HRESULT writer_do(struct outbox *outbox, struct work *work, deadline until);
HRESULT writer_start(struct outbox *outbox, struct error *error);
/* Has the thread write what waits, let go of the outbox (outbox_let_go) and end. FALSE: it has not by the deadline. */
BOOL writer_stop(struct outbox *outbox, deadline until);
/* For run: what SQLite answered, as OB_E_OUTBOX in the work's error. */
HRESULT writer_failed(struct outbox *outbox, struct work *work, int rc);

/* The transaction that adds counts was committed. */
void writer_counted(struct outbox *outbox, const LONG delta[job_state_count]);

/* --- strays.c */

/* Takes note that drafts of a job that has ended, or failed once more, may stand in Outlook, if they may: of one that
 * was never tried there is none. now: UTC ms. SQLite's code. Writer thread, within a transaction; so the next. */
int stray_add(struct outbox *outbox, const struct job_change *change, LONGLONG now);
/* The draft of this attempt was sent, or is a person's. */
int stray_keep(struct outbox *outbox, const WCHAR *job_id, LONG attempt);

/* Delivery is about to take a job in hand: any. False: a cancellation has been under way for too long. */
bool hand_any(struct outbox *outbox);
/* It took this one; "": none. */
void hand_one(struct outbox *outbox, const WCHAR *job_id);
/* What the writer had in hand is committed, or will not be. Writer thread. */
void hand_cancelled(struct outbox *outbox);

/* --- old.c */

/* At the opening: takes note of the clock, which also shows that the file can be written, and removes a first few. */
int old_begin(struct outbox *outbox);
/* On the writer thread, between two batches: removes some of what is old, if it is time (old_next). */
void old_step(struct outbox *outbox);

/* --- keys.c */

enum text_part
{
    part_to,
    part_cc,
    part_bcc,
    part_subject,
    part_body,
    part_html_body, /* up to here: of every mail */
    part_categories,
    part_reply_to,
    part_on_behalf_of,
    part_account, /* up to here: what the fingerprint covers */
    part_key,
    part_caller_sid,
    part_caller_name,
    part_count
};

enum number_part
{
    number_importance,
    number_sensitivity,
    number_read_receipt,
    number_deferred_until,
    number_expires_at,
    number_count
};

struct texts /* a mail's texts and numbers as they go to disk */
{
    char *utf8[part_count];
    int bytes[part_count];
    LONGLONG numbers[number_count];
    BYTE fingerprint[HASH_SIZE];
};

/* The attachments are those of spool or, where it is NULL, count of paths as the caller wrote them. On failure nothing
 * is held. */
HRESULT texts_make(struct texts *texts, const struct outbox_text *text, const struct spool *spool,
    const WCHAR *const *paths, size_t count, struct error *error);
void texts_clear(struct texts *texts);
ULONGLONG text_bytes(const struct outbox_text *text); /* as UTF-16 */

/* Looks the key of texts up. SQLite's code; *answer and *job_id on SQLITE_OK, error filled for key_reused. spool: the
 * files, whose content is then compared too; may be NULL. */
int key_look(struct connection *connection, const struct texts *texts, const struct spool *spool,
    enum key_answer *answer, WCHAR job_id[JOB_ID_SIZE], struct error *error);

/* --- spool.c */

struct spool_file
{
    WCHAR *given;                     /* the path as the caller wrote it */
    WCHAR *relative;                  /* where it is, below spool\ */
    WCHAR *name;                      /* what the recipient sees */
    WCHAR *display_name, *content_id; /* "" if none was given */
    ULONGLONG size;
    BYTE sha256[HASH_SIZE];
};

struct spool
{
    struct outbox *outbox;
    WCHAR job_id[JOB_ID_SIZE];
    DWORD client;
    struct spool_file *files;
    size_t count;
    size_t places;    /* folders made so far */
    ULONGLONG bytes;  /* of all files */
    ULONGLONG unsent; /* what they count for: unsent.c */
    ULONGLONG begun_ms;
    bool accepted;
};

/* --- copy.c */

struct copy_source /* lent: a file that is open, at its beginning, or that at path, or size bytes */
{
    HANDLE file;
    const WCHAR *path;
    const void *bytes;
    ULONGLONG size; /* how much of it */
};

enum copy_end
{
    copy_whole,
    copy_unread,    /* what it came from could not be opened, or not be read to its end: ERROR_HANDLE_EOF */
    copy_unwritten, /* the new file could not be made, written or flushed */
    copy_unhashed
};

struct copied
{
    enum copy_end end;
    HRESULT code;           /* what Windows answered; S_OK for copy_whole */
    BYTE sha256[HASH_SIZE]; /* for copy_whole */
};

/* Copies source to a new file at to, which is whole and flushed then, or hashes it alone (to is NULL). S_OK: *came says
 * what came of it; what was written stays where it is. A failure is that of file_work_do, or has its text: the file at
 * to and the folder that was made for it are taken away, once what hangs in them has ended; what cannot be removed even
 * then, the next opening removes. */
HRESULT copy_file(
    const struct copy_source *source, const WCHAR *to, deadline until, struct copied *came, struct error *error);

/* --- unsent.c: what spools hold that were not accepted yet */

/* What an attachment of that size counts for. */
ULONGLONG unsent_cost(ULONGLONG size);
/* Room for bytes more of that client; error_unsent_full. Any thread. */
HRESULT unsent_take(struct outbox *outbox, DWORD client, ULONGLONG bytes, struct error *error);
/* Gives back what was taken. */
void unsent_give(struct outbox *outbox, DWORD client, ULONGLONG bytes);

enum
{
    spool_id_digits = 32 /* of a job's id in a folder's name */
};

HRESULT job_id_make(WCHAR job_id[JOB_ID_SIZE], struct error *error);
void spool_path(const struct outbox *outbox, const WCHAR *relative, WCHAR out[outbox_path_size]);
/* Removes the file and its folder (sweep.c). What cannot be removed, since somebody has it open, is tried again at
 * later removals and at the end; what then is left, or is beyond leftovers_max, the next opening removes. Any thread.
 */
void spool_remove(struct outbox *outbox, const WCHAR *relative);
/* Tries once more what could not be removed, and forgets it. */
void leftovers_end(struct outbox *outbox);
/* Removes the files of a job that is no more (sweep.c). What somebody holds open, the next opening removes. */
void spool_remove_job(const struct outbox *outbox, const WCHAR *job_id);
/* Removes what belongs to no job or to one that was sent or cancelled (sweep.c). */
int spool_sweep(struct outbox *outbox, struct connection *connection);
/* Opens a file of the spool for reading; INVALID_HANDLE_VALUE, and GetLastError says why. */
HANDLE open_spooled(const WCHAR *path);
/* error_timeout_accept, with the time that the caller had. */
HRESULT timeout_accept(struct error *error, ULONGLONG begun_ms, deadline until);

/* --- database.c */

/* Leaves a sound outbox.db and a spool folder in place; see outbox_open for what it answers. */
HRESULT database_prepare(struct outbox *outbox, struct error *error);

/* --- closed.c: the note of a clean close */

/* The file is as this room left it, closed and whole. */
bool closed_whole(struct outbox *outbox);
/* It was walked, or made anew, just now. */
void closed_walked(struct outbox *outbox);
/* What SQLite answered: after damage, or a disk that failed, this run's close is not noted. Any thread. */
void closed_doubt(struct outbox *outbox, int rc);
/* Whatever ends the broker from here on, the note is not believed again. */
void closed_forget(const struct outbox *outbox);
/* The last connection is closed. */
void closed_note(const struct outbox *outbox);

/* --- readers.c: a small pool of reading connections */

/* For a client's call: opens one more or waits for a free one, reader_wait_ms at most: then OB_E_BUSY. OB_E_TIMEOUT at
 * the deadline if that comes first, though not before reader_least_ms: a look has no other time; OB_E_STOPPING once the
 * outbox is hurried. It is to be given back by the same thread, which takes one at a time. What SQLite does with it
 * ends by the deadline. */
HRESULT reader_take(struct outbox *outbox, deadline until, struct connection **reader, struct error *error);
/* For delivery: another program's lock is waited for reader_wait_ms long, and reading may take its time. */
HRESULT reader_take_own(struct outbox *outbox, struct connection **reader, struct error *error);
void reader_give(struct outbox *outbox, struct connection *reader);
void readers_close(struct outbox *outbox);
/* What SQLite answered to a reader: OB_E_TIMEOUT where that is the client's deadline. reader may be NULL. */
HRESULT read_failed(struct outbox *outbox, struct connection *reader, int rc, struct error *error);

/* --- read.c */

HRESULT no_such_job(struct error *error);
/* The attachments of a job in their order. SQLite's code; on failure nothing is held. */
int read_attachments(struct outbox *outbox, struct connection *connection, const WCHAR *job_id,
    struct outbox_attachment **attachments, size_t *count);
void free_attachments(struct outbox_attachment *attachments, size_t count);

/* --- outbox.c */

/* Closes all connections. On the writer thread, where it runs: each step may wait for a disk that does not answer. */
void outbox_let_go(struct outbox *outbox);

enum trouble
{
    trouble_database,
    trouble_spool,
    trouble_kinds
};

/* What keeps the outbox from being written, to the event log: a new cause at once, the same one once an hour. error,
 * which may be NULL, holds the text. Any thread. */
void outbox_report(struct outbox *outbox, enum trouble kind, int cause, const struct error *error);

struct outbox
{
    WCHAR folder[outbox_path_size];
    WCHAR path[outbox_path_size]; /* of outbox.db */
    char path_utf8[outbox_path_size * 3];
    struct outbox_limits limits;
    outbox_changed changed;
    void *context;
    LONGLONG last_seq_before; /* jobs up to here were accepted before this broker started */

    SRWLOCK hand_lock; /* of the next three */
    enum
    {
        hand_unknown, /* any may be */
        hand_known    /* hand_id alone; "": none */
    } in_hand;
    WCHAR hand_id[JOB_ID_SIZE];
    bool cancelling; /* written by the writer alone */
    CONDITION_VARIABLE cancelled;

    struct connection writer; /* the writer thread's, once it runs */
    HANDLE thread;
    int wal_frames;              /* writer thread only */
    int failure;                 /* the first failure of the batch in hand; writer thread only */
    deadline rest_at;            /* when the WAL is emptied if nothing is written until then; writer thread only */
    deadline overwrite_at;       /* a commit failed, and what it left is to be written over; writer thread only */
    deadline old_next;           /* when old_step has something to do; writer thread only */
    LONGLONG old_before;         /* what was finished before this moment is old; writer thread only */
    LONG batch[job_state_count]; /* counts that the batch in hand adds; writer thread only */
    LONG volatile commits;       /* how many commits wrote something */
    LONG volatile hurried;       /* nobody waits for another program's lock any more */
    LONG volatile doubted;       /* closed_doubt */
    ULONGLONG walked;            /* when the file was last walked: a FILETIME, 0 for never */

    SRWLOCK queue_lock;
    CONDITION_VARIABLE queue_filled;
    struct work *queue_first, **queue_end;
    bool stopping;

    SRWLOCK counts_lock;
    LONG counts[job_state_count];

    SRWLOCK readers_lock;
    CONDITION_VARIABLE reader_free;
    struct connection *readers_idle;
    unsigned readers_open;

    SRWLOCK leftovers_lock;
    struct leftover *leftovers_first, **leftovers_end; /* the oldest first */
    unsigned leftovers;

    SRWLOCK unsent_lock;
    struct unsent *unsent_first; /* by client */
    ULONGLONG unsent_bytes;

    SRWLOCK told_lock;
    struct
    {
        int cause;      /* 0: nothing was told yet */
        ULONGLONG when; /* monotonic ms */
    } told[trouble_kinds];
};

#endif

/* outbox.h - the durable queue: what outbox_accept answered with S_OK is on disk and stays there through any crash.
 *
 * One writer thread owns the writing connection; all that waits is written in one transaction, each piece of work in a
 * SAVEPOINT of its own, so that a bad row never takes others with it. Readers have connections of their own. Any thread
 * may call any function unless it says otherwise; strings are wide at this border and UTF-8 on disk. Times are UTC
 * milliseconds since 1970. */
#ifndef OB_OUTBOX_H
#define OB_OUTBOX_H

#include <windows.h>
#include "host/clock.h"
#include "host/error.h"
#include "rules/job.h"

struct outbox;

#define JOB_ID_SIZE 40 /* "{01234567-89AB-CDEF-0123-456789ABCDEF}" and the zero */
#define STAMP_SIZE 33  /* 32 hex digits and the zero */

struct outbox_limits
{
    DWORD max_queued_jobs;
    DWORD max_mail_bytes;
    DWORD max_unsent_bytes; /* attached to mails that are not accepted yet; half of it by one client */
    DWORD kept_days;        /* at least as long a finished job and its key are kept */
};

/* Called on the writer thread after each commit that changed jobs, once a job; must return at once and not call back
 * into the outbox. */
typedef void (*outbox_changed)(void *context, const WCHAR *job_id, enum job_state state);

/* Opens (or makes) outbox.db and spool\ in folder, sets aside a file without SQLite's header
 * (outbox.db.set-aside-<time>, reported), removes orphans of the spool, and starts the writer. OB_E_OUTBOX with its
 * text if the file is damaged, locked or from a newer broker: then nothing was touched. */
HRESULT outbox_open(const WCHAR *folder, const struct outbox_limits *limits, outbox_changed changed, void *context,
    struct outbox **outbox, struct error *error);

/* From now on whoever waits because another program keeps the file locked, or for a connection to read with, is
 * answered at once: OB_E_STOPPING. Before closing; any thread, returns at once. */
void outbox_hurry(struct outbox *outbox);

/* Writes what waits, closes everything, frees. No other call may be under way. NULL is fine. */
void outbox_close(struct outbox *outbox);

/* The same, until the deadline at most. FALSE: a disk does not answer. Then all is left as it is, and nothing may be
 * called any more: the process is about to end, and what was accepted is on disk. */
BOOL outbox_close_by(struct outbox *outbox, deadline until);

/* How many jobs in folder's outbox are not final, read without opening it for writing; a folder without an outbox has
 * none. For /Run, which must not disturb a broker at work. */
HRESULT outbox_unfinished(const WCHAR *folder, LONG *unfinished, struct error *error);

/* --- accepting */

#define OUTBOX_IMPORTANCE_NORMAL 1 /* OlImportance: 0 low, 1 normal, 2 high */

struct outbox_text /* the mail as the caller gave it; borrowed strings */
{
    const WCHAR *to, *cc, *bcc, *subject, *body, *html_body, *key; /* never NULL */
    const WCHAR *caller_sid, *caller_name;                         /* never NULL */
    const WCHAR *categories, *reply_to, *on_behalf_of, *account;   /* NULL is "" */
    LONG importance;                                               /* OUTBOX_IMPORTANCE_NORMAL where nothing was said */
    LONG sensitivity;                                              /* OlSensitivity: 0 normal to 3 */
    BOOL read_receipt;
    LONGLONG deferred_until, expires_at; /* 0: not set */
};

struct spool; /* the attachments of one mail on their way to disk; one thread; owned by who began it */

/* Begins the spooling of one mail's attachments, and gives the job its id. client: the process whose share of
 * max_unsent_bytes it uses. */
HRESULT spool_begin(struct outbox *outbox, DWORD client, struct spool **spool, struct error *error);

/* Copies the opened file to the spool under leaf name, hashes it and flushes it. size is what it had when it was
 * opened: of a file that grows meanwhile, such as a log, only as much is taken; one that is shorter by then is refused
 * with error_attachment_read. path is what the caller wrote: part of the key's fingerprint and of error texts.
 * display_name and content_id (of a picture that the HTML text shows) may be NULL or empty. Gives up with
 * error_timeout_spool when the deadline passes, whatever the file or the spool's own disk waits for, and otherwise as
 * file_work_do does; error_too_large if the mail would be larger than the
 * limit, error_unsent_full if too much is attached to mails that are not accepted yet. The handle stays the caller's.
 */
HRESULT spool_add(struct spool *spool, HANDLE file, ULONGLONG size, const WCHAR *path, const WCHAR *display_name,
    const WCHAR *content_id, deadline until, struct error *error);

/* The same for bytes in memory. file_name is a leaf as path_form.h takes it: the caller of this has looked. */
HRESULT spool_add_bytes(struct spool *spool, const WCHAR *file_name, const void *bytes, size_t size,
    const WCHAR *display_name, const WCHAR *content_id, deadline until, struct error *error);

/* How many attachments it holds. */
size_t spool_count(const struct spool *spool);

/* One of them: where its file lies, and its names, which are the spool's and may be NULL. */
#define SPOOL_PATH_SIZE 260
struct spool_entry
{
    WCHAR path[SPOOL_PATH_SIZE];
    const WCHAR *display_name, *content_id;
};
void spool_read(const struct spool *spool, size_t index, struct spool_entry *entry);

/* Makes a spool for another job with copies of the same attachments, each held against the hash of what was attached;
 * names, sizes and hashes are taken over. from, which may be NULL or empty (*to is then NULL), stays as it is and may
 * be dropped a moment later. Nobody may add to from meanwhile. */
HRESULT spool_copy(const struct spool *from, deadline until, struct spool **to, struct error *error);

/* error_timeout_spool for attachment number index (0-based). */
HRESULT spool_timeout(size_t index, const WCHAR *path, struct error *error);

/* Removes what was spooled, unless the mail was accepted, and frees. NULL is fine. */
void spool_drop(struct spool *spool);

/* What a key led to. */
enum key_answer
{
    key_new,   /* not used by this caller */
    key_same,  /* the same texts and attachment list */
    key_reused /* other content */
};

/* Looks a key up before any file is read. paths: the attachment list as the caller wrote it, count of it.
 * key_same: *job_id is that job. key_reused: error carries OB_E_KEY_REUSED. */
HRESULT outbox_find_key(struct outbox *outbox, const struct outbox_text *text, const WCHAR *const *paths, size_t count,
    deadline until, enum key_answer *answer, WCHAR job_id[JOB_ID_SIZE], struct error *error);

/* The same for a mail whose attachments are spooled (spool may be NULL: it has none): names and contents are compared
 * too. */
HRESULT outbox_find_key_spooled(struct outbox *outbox, const struct outbox_text *text, const struct spool *spool,
    deadline until, enum key_answer *answer, WCHAR job_id[JOB_ID_SIZE], struct error *error);

/* Compares the content of file (opened anew) with attachment number index (0-based) of a job by size and hash: S_OK the
 * same, or not to be told because the file cannot be read any more, or not by the deadline; S_FALSE another;
 * OB_E_STOPPING. */
HRESULT outbox_same_file(
    struct outbox *outbox, const WCHAR *job_id, size_t index, HANDLE file, deadline until, struct error *error);

/* Makes the mail durable: returns S_OK with *job_id once the commit that holds it is on disk. spool may be NULL (no
 * attachments); on success its files belong to the job. A mail whose deferred_until is to come is due only then. If
 * another call with the same key and the same content was
 * first, answers with that job and S_FALSE; other content: OB_E_KEY_REUSED. OB_E_QUEUE_FULL, OB_E_TOO_LARGE,
 * OB_E_OUTBOX: nothing was accepted. OB_E_TIMEOUT only while the writer has not taken it; after that the answer is the
 * commit's result, however long that takes. */
HRESULT outbox_accept(struct outbox *outbox, const struct outbox_text *text, struct spool *spool, deadline until,
    WCHAR job_id[JOB_ID_SIZE], struct error *error);

/* --- reading: a client's question ends by its deadline, OB_E_TIMEOUT, though another program keeps the file locked */

struct job_row /* what IObJob shows; strings owned by the row, never NULL after a success */
{
    WCHAR id[JOB_ID_SIZE];
    enum job_state state;
    LONG attempts;
    LONGLONG submitted_at, finished_at, next_attempt_at; /* 0: not set */
    HRESULT last_error;
    WCHAR *key, *subject, *caller_sid, *caller_name, *last_error_text, *entry_id;
};

/* S_OK; OB_E_NO_SUCH_JOB without a text if there is none with this id; OB_E_OUTBOX. */
HRESULT outbox_read(
    struct outbox *outbox, const WCHAR *job_id, deadline until, struct job_row *row, struct error *error);
void job_row_clear(struct job_row *row);

/* The state alone, from memory where possible: for Wait. */
HRESULT outbox_read_state(
    struct outbox *outbox, const WCHAR *job_id, deadline until, enum job_state *state, struct error *error);

struct history_row
{
    LONGLONG at;
    enum job_state state;
    WCHAR *text;
};

/* Oldest first; free with outbox_free_history. */
HRESULT outbox_history(struct outbox *outbox, const WCHAR *job_id, deadline until, struct history_row **rows,
    size_t *count, struct error *error);
void outbox_free_history(struct history_row *rows, size_t count);

/* Which jobs outbox_list tells of. */
struct outbox_filter
{
    const WCHAR *caller_sid; /* NULL: of every caller */
    int state;               /* enum job_state; -1: in every state */
    size_t most;
};

/* The newest jobs that pass the filter, newest first: one moment's rows. Free with outbox_free_rows. */
HRESULT outbox_list(struct outbox *outbox, const struct outbox_filter *filter, deadline until, struct job_row **rows,
    size_t *count, struct error *error);
void outbox_free_rows(struct job_row *rows, size_t count);

/* --- what a person does with a job. by: DOMAIN\name for the history. Decided by the state that the job is in when the
 * writer comes to it: OB_E_WRONG_STATE with that state, OB_E_NO_SUCH_JOB without a text. OB_E_TIMEOUT only
 * while the writer has not taken it: then the job is as it was. */

/* Of a queued or unknown job. Its spooled files go. */
HRESULT outbox_cancel(struct outbox *outbox, const WCHAR *job_id, const WCHAR *by, deadline until, struct error *error);

/* Of a failed or unknown job: due at once, with its whole life before it. attempts count on, since a stamp is made of
 * job and attempt. */
HRESULT outbox_retry(struct outbox *outbox, const WCHAR *job_id, const WCHAR *by, deadline until, struct error *error);

/* How many jobs are in each state: from memory, never waits. */
void outbox_count(struct outbox *outbox, LONG counts[job_state_count]);

/* --- delivering (called by delivery/ only) */

struct outbox_attachment
{
    WCHAR *path;                      /* full path of the spooled file */
    WCHAR *name;                      /* the file name that the recipient sees */
    WCHAR *display_name, *content_id; /* "" if none was given */
    ULONGLONG size;
    BYTE sha256[32];
};

struct job_work /* all that delivery needs of one job; owned by who read it */
{
    WCHAR id[JOB_ID_SIZE];
    enum job_state state;
    LONG attempts;        /* attempts begun so far */
    LONG attempts_before; /* how many of them before somebody had it tried again */
    LONGLONG submitted_at, next_attempt_at, state_since;
    LONGLONG life_since; /* from when its retries are counted: accepted, held until, or tried again by somebody */
    WCHAR *to, *cc, *bcc, *subject, *body, *html_body, *caller_name;
    WCHAR *categories, *reply_to, *on_behalf_of, *account;
    LONG importance, sensitivity; /* as in struct outbox_text */
    BOOL read_receipt;
    LONGLONG expires_at; /* 0: not set */
    HRESULT last_error;
    WCHAR *last_error_text; /* "" if there is none */
    struct outbox_attachment *attachments;
    size_t attachment_count;
    WCHAR *entry_id, *store_id; /* where the draft or message was last seen; "" if never */
    DWORD outlook_process;      /* which OUTLOOK.EXE was given it; 0 if none */
    ULONGLONG outlook_started;
    BOOL send_returned, seen_in_outbox;
    BOOL from_before;      /* accepted before this broker started: a draft of an earlier run may stand */
    BOOL draft_noted;      /* a draft of the last attempt is the broker's to delete; else, if there is one, not */
    BOOL next_draft_noted; /* the same of the next attempt, which was begun before; else there is none, unless
                              from_before */
    BOOL damaged; /* its mail is not in the outbox, or cannot be read there: texts may be NULL, attachments missing */
};

/* The oldest queued job that is due at now_ms and, where there is none, when the next one is (0: none waits). S_FALSE:
 * none due. now_ms 0: of those that were never put off. */
HRESULT outbox_next_due(
    struct outbox *outbox, LONGLONG now_ms, struct job_work *work, LONGLONG *next_due, struct error *error);

/* All jobs in this state, at most max, oldest first (texts and attachments left out, NULL, but for the account). Free
 * with job_work_clear each and free(). */
HRESULT outbox_in_state(struct outbox *outbox, enum job_state state, size_t max, struct job_work **work, size_t *count,
    struct error *error);
/* One job whole. */
HRESULT outbox_read_work(struct outbox *outbox, const WCHAR *job_id, struct job_work *work, struct error *error);
void job_work_clear(struct job_work *work);

/* What one step changes; a field is written only if its flag is set. */
enum job_fields
{
    job_set_attempts = 1,     /* attempts */
    job_set_next_attempt = 2, /* next_attempt_at; 0 takes it away */
    job_set_error = 4,        /* last_error, last_error_text; code 0 takes it away */
    job_set_place = 8,        /* entry_id, store_id */
    job_set_outlook = 16,     /* outlook_process, outlook_started */
    job_set_returned = 32,    /* send_returned */
    job_set_seen = 64,        /* seen_in_outbox */
    job_set_life = 128        /* the retries are counted anew: from now, and from the attempts so far */
};

struct job_change
{
    WCHAR job_id[JOB_ID_SIZE];
    enum job_state from, state; /* the change is refused (OB_E_WRONG_STATE) if the job is not in from */
    unsigned fields;
    LONG attempts;
    LONGLONG next_attempt_at;
    HRESULT last_error;
    const WCHAR *last_error_text; /* also the history's text where state changes; may be NULL */
    const WCHAR *told;            /* the history's text instead; may be NULL */
    const WCHAR *entry_id, *store_id;
    DWORD outlook_process;
    ULONGLONG outlook_started;
    BOOL send_returned, seen_in_outbox;
    BOOL keeps_draft; /* of a job that ends: its text leaves the draft to a person */
};

/* Writes changes in one transaction and returns when they are on disk; adds a line of history where the state changes,
 * sets finished_at at a final state, and removes the spooled files of a job that was sent. */
HRESULT outbox_change(struct outbox *outbox, const struct job_change *changes, size_t count, struct error *error);

/* A draft that may stand in Outlook and that nobody will send: delivery looks for it and deletes it when Outlook is
 * there. Those of a job that is cancelled or given up are noted with that, but where keeps_draft says otherwise, and
 * that of an attempt that failed with its failure; one of a job that lives counts once the job has ended so, or has
 * made a later attempt. */
struct outbox_stray
{
    WCHAR job_id[JOB_ID_SIZE];
    LONG attempt;      /* whose stamp it bears */
    LONGLONG noted_at; /* UTC ms */
    LONGLONG next_at;  /* UTC ms: when it is looked for; 0: at once */
    DWORD tries;       /* how often it could not be deleted, or was not there yet */
    DWORD losses;      /* how often Outlook was lost over it, and no look has come to its end since */
    DWORD process;     /* the OUTLOOK.EXE in which its Save may be under way; 0: none */
    ULONGLONG process_started;
    WCHAR *entry_id; /* owned; "": not known. Not written */
};
void outbox_stray_clear(struct outbox_stray *stray);

/* The one whose time comes first, which may be yet to come; S_FALSE: there is none. The caller clears it. */
HRESULT outbox_next_stray(struct outbox *outbox, struct outbox_stray *stray, struct error *error);
/* Writes it as it is; there FALSE: forgets it. Nothing of a job that is not there. */
HRESULT outbox_set_stray(struct outbox *outbox, const struct outbox_stray *stray, BOOL there, struct error *error);

/* The waits of jobs stand on disk as times of day, which may be set. shift: the clock was set by by_ms, and all that is
 * counted on it (waits between attempts, ages) goes along; a mail that its caller wants held until a time of day stays
 * with that time. begin: what an earlier run left is due by latest at the latest, and a job that only waited for
 * Outlook is due at once. */
HRESULT outbox_shift_waits(struct outbox *outbox, LONGLONG by_ms, struct error *error);
HRESULT outbox_begin_waits(struct outbox *outbox, LONGLONG latest, struct error *error);

/* Checks a spooled file against its row's size and hash. A failure is *lasting if the file is gone or differs
 * (error_spool_damaged); else it could not be read just now (error_spool_unread, memory), and another try may do. */
HRESULT outbox_check_attachment(const struct outbox_attachment *attachment, BOOL *lasting, struct error *error);

/* The stamp of a job's attempt: an opaque text of 32 hex digits, the same each time it is asked for. */
HRESULT job_stamp(const WCHAR *job_id, LONG attempt, WCHAR stamp[STAMP_SIZE]);

#endif

/* bench.h - the program that measures: it is told by lines what to time, and answers each with one line of numbers.
 * What is made of the numbers is for the script `run`. One thread; what cannot be done ends the program with a line
 * that says why, since a figure without what it stands for is worth nothing. */
#pragma once

#include <windows.h>
#include <stddef.h>
#include "bare.h"
#include "outlook_broker.h"

/* Microseconds since some moment. */
double now_us(void);

/* Ends the program if hr is a failure. */
void must(HRESULT hr, const char *what);

/* --- calls.c: one call each, of what is open */

void open_broker(void);
void open_bare(void);
void close_broker(void);
void close_bare(void);
extern IBare *bare;
extern IObSession *session;

void do_null(void);
void do_bare_version(void);
void do_bare_version_invoke(void);
void do_bare_make(void); /* kept until do_release_made */
void do_release_made(void);
void do_bare_make_release(void);
void do_version(void);
void do_version_invoke(void);
void do_accept(void);        /* vtable; the job is kept until do_release_job */
void do_accept_invoke(void); /* as a script does: by name */
void do_release_job(void);
void do_accept_release(void); /* both */
void do_wait_job(void);       /* until the last accepted job is final */
void do_status(void);         /* Status, its State, and let go of: three calls */
void do_jobs(void);           /* the list of the newest 100 */
IObJob *last_job(void);       /* borrowed */
void do_accept_attachment(void);
void set_attachment(const WCHAR *path);
/* Opens more sessions and keeps them. */
void open_sessions(unsigned count);

/* --- mail.c: the mail that is sent either way */

extern const WCHAR mail_to[], mail_subject[];
const WCHAR *mail_body(void); /* some 1500 characters */

/* --- direct.c: the same mail by automation of Outlook, as one would write it without a broker */

void open_outlook(void);
void close_outlook(void);
void do_direct(void);
void do_direct_draft(void);  /* with the stamp, Save and EntryID besides, as the broker does */
void do_direct_looked(void); /* with these, and a look for the copy of the mail before */
HRESULT call_by_name(
    IDispatch *object, const WCHAR *member, WORD flags, VARIANT *arguments, UINT count, VARIANT *result);

/* --- bounds.c: how long it takes to what is promised */

#define LATE_TIMEOUT_MS 200

/* Calls that wait for an Outlook that does not answer, under a Timeout of LATE_TIMEOUT_MS. */
void do_late_profile(void);
void do_late_logon(void);
void do_late_save(void);
void do_late_wait(void); /* for the job accepted last */
void close_bounds(void);
/* Sends a mail at which Outlook shows a dialog of that title, prints how long Status takes to name it from the moment
 * in which it is there, answers it and waits for the mail. */
void dialog_named(const char *title);
/* Tells the broker, as Windows does, that the session may end and that it does; prints how long each answer took. */
void session_ends(void);

/* --- raw.c: the same rows, written by SQLite alone into a database of the same schema in the same folder */

void raw_open(const char *outbox_path);
void raw_commit(void);
void raw_rest(void); /* what a commit leaves to be done later: not timed */

/* --- files.c */

/* Copies the attachment beside the outbox, flushes the copy, and afterwards removes it. */
void copy_begin(void);
void do_copy(void);
void do_remove_copy(void);
/* SHA-256 of as many bytes as the attachment has, by the system. */
void do_hash(void);

/* --- many.c: clients in processes of their own, all at once */

void many_run(unsigned clients, unsigned rounds, unsigned ms);
int many_client(const WCHAR *arguments);

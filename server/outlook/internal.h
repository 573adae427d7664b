/* internal.h - what the files of this room share: the thread's queue of work, and what the thread holds of Outlook.
 * All of struct connection belongs to the Outlook thread. */
#ifndef OB_OUTLOOK_INTERNAL_H
#define OB_OUTLOOK_INTERNAL_H

#include "outlook/outlook.h"
#include "outlook/dispatch.h"

#define CODE_OF(id) ((HRESULT)error_row(id)->code)
#define MAPI_E_NO_SUPPORT ((HRESULT)0x80040102)

/* --- work (work.c) */

struct work;
typedef void (*work_function)(struct outlook *outlook, struct work *work);

enum work_state
{
    work_waiting,
    work_begun,
    work_ended,
    work_dead /* never begun and never will be */
};

struct attachment_copy
{
    WCHAR *path, *display_name, *content_id;
};

struct mail_copy /* an outlook_mail of the work's own, so that a caller may leave */
{
    WCHAR *to, *cc, *bcc, *subject, *body, *html_body, *stamp;
    WCHAR *categories, *reply_to, *on_behalf_of, *account;
    LONG importance, sensitivity;
    BOOL read_receipt;
    LONGLONG expires_at, deferred_until;
    struct attachment_copy *attachments;
    size_t attachment_count;
};

/* One piece of work: on the heap, counted, and with its own copies of what it needs. state is guarded by the queue's
 * lock; input and output belong to the thread while it is begun, to the callers when it has ended. */
struct work
{
    LONG references;
    work_function run;
    const WCHAR *name; /* for texts */
    deadline until;
    enum work_state state;
    BOOL of_caller; /* a client waits for it, and leaves when the broker stops */
    BOOL left;      /* its caller has gone */
    BOOL given;     /* Outlook was asked to do what cannot be undone */
    struct work *next;
    work_function clean_up; /* called once it has ended, if its caller has gone by then; may be NULL */

    struct mail_copy mail;
    struct outlook_place place; /* in for send, out for prepare and look */
    BOOL delete_draft;
    WCHAR *profile; /* in for attach: the one wished; NULL for any */
    struct mail_seen seen;
    LONG count;
    struct error error; /* code S_OK: done */
};

struct work *work_create(work_function run, const WCHAR *name, deadline until);
void work_release(struct work *work);

/* Appends to the queue; false if the thread is ending. The queue takes a reference of its own. */
BOOL work_queue(struct outlook *outlook, struct work *work);

/* Queues the work, waits until it has ended or the deadline passes, and tells which. The caller keeps its reference.
 * Fills error when it did not end; when it did, work->error is the answer. */
enum outlook_begun work_do(struct outlook *outlook, struct work *work, deadline until, struct error *error);

/* Waits for work that was queued. of_caller: see struct work. */
enum outlook_begun work_wait(
    struct outlook *outlook, struct work *work, deadline until, BOOL of_caller, struct error *error);

/* Runs the next item that is not dead; false if there is none. Outlook thread. */
BOOL work_run_next(struct outlook *outlook);

/* Declares everything that waits dead. */
void work_abandon_all(struct outlook *outlook);

/* --- the connection (connection.c, start.c) */

enum folder
{
    folder_drafts,
    folder_outbox,
    folder_sent,
    folder_count
};

struct connection
{
    IDispatch *application, *session;
    IDispatch *folders[folder_count];
    IDispatch *item; /* what outlook_prepare made and outlook_send has not sent */
    WCHAR *item_id;  /* its EntryID */
    WCHAR *store_id; /* of the default store's Drafts */
    HANDLE process;  /* Outlook's; NULL if it may not be opened */
    DWORD process_id;
    ULONGLONG process_started;
    BOOL owned, lost;
    struct members members; /* names already looked up */
    ULONGLONG used_ms;      /* when it was last needed */
};

struct outlook
{
    LONG references; /* the creator, the thread, and each call that waits */
    HANDLE thread, wake;
    volatile LONG ending, keep;
    outlook_event changed;
    void *changed_context;
    HANDLE signal; /* under queue_lock */

    SRWLOCK queue_lock;
    CONDITION_VARIABLE ended;
    BOOL callers_go; /* the broker stops: clients wait no longer */
    struct work *first, *last;
    struct work *attaching; /* the attach that all who need Outlook share */
    struct work *left_send; /* a Send whose caller has gone */

    SRWLOCK facts_lock;
    struct outlook_facts facts;
    volatile LONG64 call_since; /* clock_now_ms of the call under way; 0: none */

    struct connection connection;
    DWORD last_process_id; /* of the Outlook before, for texts */
    deadline until;        /* of the work in hand: how long a busy Outlook is asked again */
    struct answer answer;  /* what Outlook said last */
};

/* References of those who wait inside: the last one frees. */
void outlook_enter(struct outlook *outlook);
void outlook_leave(struct outlook *outlook);

/* Tells those who want to know that the facts changed. */
void outlook_tell(struct outlook *outlook);

/* Attaches or starts; the work function of outlook_attach. */
void connection_attach(struct outlook *outlook, struct work *work);

/* True if there is an Outlook; else fills error with OB_E_OUTLOOK_LOST. */
BOOL connection_ready(struct outlook *outlook, struct error *error);

/* Drops every pointer. quit: asks an Outlook of our own to end first, and waits for that at most until. */
void connection_drop(struct outlook *outlook, BOOL quit, deadline until);

/* What is to be done when nothing is: lets a borrowed Outlook go, ends an idle one of our own, notices that it is gone.
 * Returns the milliseconds until it wants to be called again, INFINITE for never. */
DWORD connection_idle(struct outlook *outlook);

/* What follows each piece of work: notes that Outlook was used, and lets a lost one go. */
void connection_used(struct outlook *outlook);

/* Whether an Outlook of our own may be ended now. */
enum quit_answer
{
    quit_now,
    quit_later, /* mail stands in its Outbox, or it cannot be told */
    quit_never  /* the user has made it his own */
};
enum quit_answer connection_may_quit(struct outlook *outlook);

/* Fills error from the last answer of an Outlook call that failed with hr: lost, busy, guard, or that it failed at what
 * it was asked (what: "setting To"). Returns the code. */
HRESULT connection_error(struct outlook *outlook, HRESULT hr, const WCHAR *what, struct error *error);

/* Makes Outlook's Application and session, on the profile wished (NULL: any) where Outlook is not on one yet, and fills
 * the connection (start.c). After a failure the connection may hold a part of it: to be dropped. */
HRESULT outlook_start(struct outlook *outlook, const WCHAR *profile, struct error *error);

/* How many items stand in the Outbox. */
HRESULT connection_outbox_count(struct outlook *outlook, LONG *count);

/* Lets the kept item go; delete: its draft too. */
void connection_drop_item(struct outlook *outlook, BOOL delete_draft);

/* --- filling a mail (filling.c) */

/* False when memory is short: what was copied is to be cleared all the same. */
BOOL mail_copy_make(struct mail_copy *to, const struct outlook_mail *from);
void mail_copy_clear(struct mail_copy *mail);

/* Sets what is not a default, and saves the item. After a failure, error is filled where there is more to tell than the
 * code and what, which says what was being done. */
HRESULT mail_fill(
    struct outlook *outlook, IDispatch *item, const struct mail_copy *mail, const WCHAR **what, struct error *error);

/* Appends a name to a list of size characters, which ends in "..." where it is full. */
void append_name(WCHAR *names, size_t size, const WCHAR *name);

/* --- the rest */

/* True if the registry says that the guard lets recipients be read. */
BOOL guard_is_open(struct outlook *outlook);
/* Fails with error_guard_member if it says that a guarded member would be refused or prompt. */
HRESULT guard_allows(struct outlook *outlook, const WCHAR *member, struct error *error);

/* The thread's message filter: has COM ask a busy Outlook again until the deadline of the work in hand. */
HRESULT message_filter_install(struct outlook *outlook);
void message_filter_remove(void);

/* Waits on handle (may be NULL) for at most milliseconds and serves the thread's messages meanwhile. True if the handle
 * was signalled. */
BOOL wait_with_messages(HANDLE handle, DWORD milliseconds);

#endif

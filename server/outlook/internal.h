/* internal.h - what the files of this room share: the queue of work, the thread that does it, and what that thread
 * holds of Outlook.
 *
 * Who may touch what. struct outlook is everybody's, each part under the lock that stands above it; functions that any
 * thread may call take it. struct apartment is one thread's, but for what says otherwise; functions that take it run on
 * that thread alone. A thread that stays stuck in a call is left behind with its apartment, and another one takes over
 * the queue: what a thread learned of Outlook stands in its apartment, never in struct outlook, whose facts only the
 * apartment that is not left behind may write. */
#ifndef OB_OUTLOOK_INTERNAL_H
#define OB_OUTLOOK_INTERNAL_H

#include "outlook/outlook.h"
#include "outlook/dispatch.h"
#include "outlook/start_history.h"

#define MAPI_E_NO_SUPPORT ((HRESULT)0x80040102)
#define MAPI_E_NOT_FOUND ((HRESULT)0x8004010F)

/* --- work (work.c) */

struct apartment;
struct work;
typedef void (*work_function)(struct apartment *apartment, struct work *work);

enum work_state
{
    work_waiting,
    work_begun,
    work_left_behind, /* begun, and its thread is stuck in a call of it and does no other work: nobody waits for it */
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
    BOOL of_caller;         /* a client waits for it, and leaves when the broker stops */
    BOOL left;              /* its caller has gone */
    BOOL given;             /* Outlook was asked to do what cannot be undone */
    BOOL untouched_only;    /* of a deletion: not where somebody has changed it; and */
    BOOL touched;           /* somebody has */
    BOOL opening;           /* of a Send: Outlook was asked for the draft */
    BOOL answer_wanted;     /* once it was given: Outlook's answer tells what became of it, and nothing else does */
    LONG number;            /* of a call that was left */
    struct work *next;      /* in the queue, or among the calls that were left */
    work_function clean_up; /* called once it has ended, if its caller has gone by then; may be NULL */

    struct mail_copy mail;
    struct outlook_place place; /* in for send, out for prepare and look */
    BOOL delete_draft;
    WCHAR *profile;                     /* in for attach: the one wished; NULL for any */
    BOOL join_only;                     /* in for attach: Outlook is not started */
    struct work *sharers, *next_sharer; /* of an attach: who share it, see work_share */
    WCHAR *other_id;                    /* in for comparing: beside place.entry_id */
    BOOL same;                          /* out for comparing */
    struct mail_seen seen;
    struct outbox_seen outbox;
    struct error error; /* code S_OK: done */
};

struct work *work_create(work_function run, const WCHAR *name, deadline until);
void work_release(struct work *work);

/* Appends to the queue; false if the thread is ending. The queue takes a reference of its own. */
BOOL work_queue(struct outlook *outlook, struct work *work);

/* Queues the work, waits until it has ended or the deadline passes, and tells which. The caller keeps its reference.
 * Fills error when it did not end; when it did, work->error is the answer. */
enum outlook_begun work_do(struct outlook *outlook, struct work *work, deadline until, struct error *error);

/* Takes part in the attach that is under way, or queues the one wished, and returns which: a reference. Each part is to
 * be waited for with work_wait, which ends it. Until it is begun, an attach is on the profile of the first who still
 * waits for it, and the last of them takes it back. Any thread. */
struct work *work_share(struct outlook *outlook, struct work *wished);

/* Waits for work that was queued. waiter: the work itself; of an attach that is shared, the one wished. */
enum outlook_begun work_wait(
    struct outlook *outlook, struct work *work, struct work *waiter, deadline until, struct error *error);

/* Runs the next item that is not dead; false if there is none, or the apartment is left behind. Outlook thread. */
BOOL work_run_next(struct apartment *apartment);

/* Takes the work in hand away from an apartment that is left behind: who waits for it is told so, and a start of
 * Outlook that was shared by it is no longer. Under the queue's lock. */
void work_leave_behind(struct apartment *apartment);

/* Declares everything that waits dead. */
void work_abandon_all(struct outlook *outlook);

/* --- the connection (connection.c, start.c): of the apartment's thread alone */

enum folder
{
    folder_drafts,
    folder_outbox,
    folder_sent,
    folder_count
};
extern const LONG folder_numbers[folder_count]; /* OlDefaultFolders */

struct own_store
{
    WCHAR *id;
    IDispatch *folders[folder_count]; /* NULL: it has none such, unless it is unseen */
    HRESULT unseen;                   /* why not all that it has are known; S_OK: they are */
};

struct account_store
{
    WCHAR *name, *address; /* NULL: not read */
    unsigned number;       /* 0: the default store, else one more than its place in own */
    HRESULT unseen;        /* why its store is not known; S_OK: it is */
};

struct own_stores /* of accounts that do not deliver to the default store (stores.c) */
{
    BOOL known;
    BOOL listed;         /* Outlook said which accounts there are */
    HRESULT unseen;      /* what is not known of them, an account's or a store's included; S_OK: nothing */
    BOOL failed;         /* one of them did not answer since: they are listed again soon */
    LONG told;           /* how many accounts Outlook has */
    ULONGLONG listed_ms; /* when it was asked */
    struct own_store *own;
    struct account_store *accounts;
    unsigned count, account_count;
};

struct connection
{
    IDispatch *application, *session;
    IDispatch *folders[folder_count]; /* of the default store */
    struct own_stores stores;
    IDispatch *item; /* what outlook_prepare made and outlook_send has not sent */
    WCHAR *item_id;  /* its EntryID */
    WCHAR *store_id; /* of the default store's Drafts */
    HANDLE process;  /* Outlook's; NULL if it may not be opened */
    DWORD process_id;
    ULONGLONG process_started;
    LONG number; /* facts.times_attached when it was made */
    BOOL owned, lost;
    struct members members; /* names already looked up */
    ULONGLONG used_ms;      /* when it was last needed */
    ULONGLONG had_ms;       /* when it was had */
    uint32_t mails;         /* that it was given */
};

struct apartment /* one Outlook thread; on the heap, counted by it, its outlook and its message filter */
{
    IMessageFilter IMessageFilter_iface;
    LONG references;
    struct outlook *outlook; /* counted */
    HANDLE thread;
    HANDLE wake; /* something is in the queue, or to be seen to; its own, as one left behind would take another's */
    DWORD thread_id;

    /* Set once, under the queue's lock and that of the facts; the thread itself looks at it without either. */
    volatile LONG left_behind;

    /* Under the queue's lock. */
    struct work *work;      /* in hand; counted */
    struct apartment *next; /* among those left behind */
    DWORD stuck_process;    /* the OUTLOOK.EXE that it was left behind in; 0: not known */
    ULONGLONG stuck_process_started;

    /* Written by the thread, read by any. */
    volatile LONG64 call_since;  /* clock_now_ms of the call under way; 0: none */
    const WCHAR *volatile call;  /* its name: a member's; static */
    const WCHAR *volatile doing; /* what for: the name of the work; "" for the thread's own */
    volatile deadline until;     /* of the work in hand: how long a busy Outlook is asked again */

    volatile LONG cancelling; /* its call is being cancelled: written by who does that */

    /* The thread's own. */
    struct connection connection;
    DWORD last_process_id; /* of the Outlook before, for texts */
    struct answer answer;  /* what Outlook said last */
};

typedef HRESULT(WINAPI *cancel_function)(DWORD thread_id, ULONG timeout_s);

struct outlook
{
    LONG references; /* the creator, each apartment, and each call that waits */
    volatile LONG ending, keep;
    volatile LONG session_ends; /* no call is begun any more */
    outlook_event changed;
    void *changed_context;

    SRWLOCK queue_lock;
    CONDITION_VARIABLE ended;
    struct apartment *apartment;   /* whose thread does the work: written under both locks; NULL: it has ended */
    struct apartment *left_behind; /* those whose thread has not ended yet */
    HANDLE signal;
    BOOL callers_go; /* the broker stops: clients wait no longer */
    struct work *first, *last;
    struct work *attaching;    /* the attach that all who need Outlook share */
    struct work *left_calls;   /* whose callers have gone; each with a reference */
    LONG left_count;           /* how many there were */
    volatile LONG64 cancelled; /* call_since of the call that was cancelled last */

    struct starts starts; /* what is known of Outlook's starts from before, too */
    cancel_function cancel;
    HANDLE watch_thread, watch_wake;
    volatile LONG watch_asleep; /* the watchdog sleeps until a call begins */
    volatile LONG dialog_named; /* facts.dialog is there: written under the queue's lock */
    volatile LONG64 hung_call;  /* call_since of a call in which Outlook takes no messages; 0: none */

    SRWLOCK facts_lock;
    struct outlook_facts facts; /* but for what outlook_facts adds of the call under way */
};

/* References of those who wait inside: the last one frees. */
void outlook_enter(struct outlook *outlook);
void outlook_leave(struct outlook *outlook);

/* The facts, locked, for an apartment to write what it learned; NULL, and nothing locked, if it is left behind. */
struct outlook_facts *facts_take(struct apartment *apartment);
void facts_give(struct apartment *apartment);

/* Has the thread that does the work look what there is to do. Without the queue's lock. */
void outlook_wake(struct outlook *outlook);

/* Tells those who want to know that the facts changed. */
void outlook_tell(struct outlook *outlook);

/* Attaches or starts; the work function of outlook_attach. */
void connection_attach(struct apartment *apartment, struct work *work);

/* True if there is an Outlook; else fills error with OB_E_OUTLOOK_LOST. */
BOOL connection_ready(struct apartment *apartment, struct error *error);

/* Drops every pointer. quit: asks an Outlook of our own to end first, and waits for that at most until,
 * in a call named Quit; where the broker begins to end meanwhile, no longer. */
void connection_drop(struct apartment *apartment, BOOL quit, deadline until);

/* What is to be done when nothing is: lets a borrowed Outlook go, ends an idle one of our own, notices that it is gone.
 * Returns the milliseconds until it wants to be called again, INFINITE for never. */
DWORD connection_idle(struct apartment *apartment);

/* What follows each piece of work: notes that Outlook was used, and lets a lost one go. */
void connection_used(struct apartment *apartment);

/* Whether an Outlook of our own may be ended now. */
enum quit_answer
{
    quit_now,
    quit_later, /* mail stands in its Outbox, or it cannot be told */
    quit_never  /* the user has made it his own */
};
enum quit_answer connection_may_quit(struct apartment *apartment);

/* The user has made an Outlook of ours his own: for good. */
void connection_disown(struct apartment *apartment);

/* Starts an Outlook of our own anew if it is time for that (restart.c). Returns 0 if it did, else the milliseconds
 * until it is to be looked again, INFINITE for not by time. */
DWORD connection_restart(struct apartment *apartment);

/* Fills error from the last answer of an Outlook call that failed with hr: lost, busy, guard, or that it failed at what
 * it was asked (what: "setting To"). Returns the code. */
HRESULT connection_error(struct apartment *apartment, HRESULT hr, const WCHAR *what, struct error *error);

/* Makes Outlook's Application and session, on the profile wished where Outlook is not on one yet, and fills the
 * connection (start.c). After a failure, which fills wish->error, nothing is held, an Outlook that was started in vain
 * has ended, and the failure is counted where it counts. */
HRESULT connection_start(struct apartment *apartment, struct work *wish);

/* How many items stand in the Outboxes: the default store's and those of accounts with a store of their own. -1 where
 * one of the latter does not answer, or may be there and is not known: mail may stand in it. */
HRESULT connection_outbox_count(struct apartment *apartment, LONG *count);

/* True if hr says that Outlook was not asked at all, or its answer did not arrive: not what it thinks of a question. */
BOOL connection_unasked(struct apartment *apartment, HRESULT hr);

/* Finds out which stores there are besides the default one, if that is not known yet; what Outlook did not answer is
 * asked again (stores.c). Fails only where Outlook cannot be asked. */
HRESULT stores_know(struct apartment *apartment);
/* Before absence is believed: lists them anew. *anew: they are others by now, or were not known. */
HRESULT stores_know_again(struct apartment *apartment, BOOL *anew);
void stores_drop(struct apartment *apartment);
/* In which of own mail of this account may stand, besides the default store: a bit each, 1 << its place. account NULL
 * or "" is one that is not known; like a name that no account has, it may be any. */
uint32_t stores_of(const struct own_stores *stores, const WCHAR *account);

/* Why a store that mail of this account may stand in is not to be seen; S_OK if all are. */
HRESULT stores_unseen(const struct own_stores *stores, const WCHAR *account);
/* True if Outlook has no account of that name any more. */
BOOL stores_gone(const struct own_stores *stores, const WCHAR *account);

/* Lets the kept item go; delete: its draft too. */
void connection_drop_item(struct apartment *apartment, BOOL delete_draft);

/* --- filling a mail (filling.c) */

/* False when memory is short: what was copied is to be cleared all the same. */
BOOL mail_copy_make(struct mail_copy *to, const struct outlook_mail *from);
void mail_copy_clear(struct mail_copy *mail);

/* Sets what is not a default, and saves the item. After a failure, error is filled where there is more to tell than the
 * code and what, which says what was being done. */
HRESULT mail_fill(struct apartment *apartment, IDispatch *item, const struct mail_copy *mail, const WCHAR **what,
    struct error *error);

#define NAMES_SIZE 512 /* of a list of names for a text */
/* Appends a name to a list of size characters, which ends in "..." where it is full. */
void append_name(WCHAR *names, size_t size, const WCHAR *name);

/* --- the rest */

/* True if the registry says that the guard lets recipients be read. */
BOOL guard_is_open(struct outlook *outlook);
/* Fails with error_guard_member if it says that a guarded member would be refused or prompt. */
HRESULT guard_allows(struct outlook *outlook, const WCHAR *member, struct error *error);

/* The thread's message filter: has COM ask a busy Outlook again until the deadline of the work in hand. */
HRESULT message_filter_install(struct apartment *apartment);
void message_filter_remove(void);

/* --- the watchdog (watchdog.c) */

/* Starts its thread, which ends with outlook->ending; FALSE: see GetLastError. */
BOOL watchdog_start(struct outlook *outlook);
/* Stand around each call into Outlook. */
void watchdog_call_begins(struct outlook *outlook);
void watchdog_call_ends(struct outlook *outlook);
/* Fills error with one of the texts about the dialog that is named; FALSE if there is none. */
BOOL watchdog_error(struct outlook *outlook, enum error_id id, struct error *error);

/* --- the thread (apartment.c) */

/* Makes an apartment and starts its thread, which does the outlook's work once it is outlook->apartment; NULL: see
 * GetLastError. The reference is the caller's. The queue's lock may be held. */
struct apartment *apartment_start(struct outlook *outlook);
void apartment_hold(struct apartment *apartment);
void apartment_release(struct apartment *apartment);
/* COM's CoCancelCall; NULL: Wine has none. */
cancel_function apartment_find_cancel(void);

/* For whoever watches that a call does not last too long; any thread but an Outlook thread.
 *
 * Has COM end the call under way since then for the thread that waits for it: it then fails with RPC_E_CALL_CANCELED,
 * while in Outlook it may still take effect. False if that call has ended or it cannot be done (Wine has no
 * CoCancelCall); true says nothing about whether the call ends. */
BOOL outlook_cancel_call(struct outlook *outlook, LONG64 since);

/* Leaves the thread that is in a call since then behind and has another one, with a connection of its own, take over
 * the queue. When that call returns at last, its thread lets its pointers go, the answer of a Send is told as ever by
 * outlook_call_returned, and it ends. One at most for each OUTLOOK.EXE: false if there is one for it (or it is not
 * known in which one that is), if that call has ended, or the broker ends. */
BOOL outlook_abandon_call(struct outlook *outlook, LONG64 since);

/* True if outlook_abandon_call would refuse because a thread was left behind already. Under the queue's lock. */
BOOL apartment_one_left_behind(struct outlook *outlook);

/* Looks at the call under way since then, which has lasted call_ms but for what the machine slept, and does what
 * rules/stuck.h says (stuck.c). dialog: Outlook shows one. The watchdog's thread. */
void stuck_look(struct outlook *outlook, BOOL dialog, LONG64 since, ULONGLONG call_ms);

/* Waits on handle (may be NULL) for at most milliseconds and serves the thread's messages meanwhile. True if the handle
 * was signalled. */
BOOL wait_with_messages(HANDLE handle, DWORD milliseconds);

#endif

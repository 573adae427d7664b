/* outlook.h - all that knows Outlook. One STA thread owns every Outlook pointer; others give it work items with a
 * deadline. An item that was not begun by its deadline never is; one that was begun says so. Late bound, by names only.
 */
#ifndef OB_OUTLOOK_H
#define OB_OUTLOOK_H

#include <windows.h>
#include "host/clock.h"
#include "host/error.h"
#include "rules/dialog_text.h"
#include "rules/look.h"

struct outlook; /* the thread and what it holds; made once */

/* Told from the Outlook thread when it attached to an Outlook, lost it, or let it go; must return at once. */
typedef void (*outlook_event)(void *context);

HRESULT outlook_create(outlook_event changed, void *context, struct outlook **outlook, struct error *error);

/* Ends the thread: lets a borrowed Outlook go, quits an owned one whose Outboxes are empty and that nobody took over.
 * Waits at most until the deadline; a thread that is stuck in a call is left behind (the process is about to end). */
void outlook_destroy(struct outlook *outlook, deadline until);

/* Who may outlive the creator's outlook_destroy holds a reference: all that is asked after it fails, and nothing more.
 */
void outlook_hold(struct outlook *outlook);
void outlook_release(struct outlook *outlook);

/* Has the clients that wait in outlook_logon and outlook_save_draft leave now, with OB_E_STOPPING unless Outlook was
 * given their work. */
void outlook_let_callers_go(struct outlook *outlook);

/* Windows ends the user's session, and Outlook with it: no work is begun from now on and nothing asked, and nobody
 * waits for the call under way, outlook_destroy neither. Returns at once. */
void outlook_session_ends(struct outlook *outlook);
/* Whether it was told so. */
BOOL outlook_session_ended(const struct outlook *outlook);

/* A dialog that Outlook waits in. */
struct outlook_dialog
{
    LONGLONG since; /* UTC in ms, when it was first seen; 0: there is none */
    WCHAR title[dialog_title_size], text[dialog_text_size], buttons[dialog_buttons_size], class_name[dialog_class_size];
};

/* What is known of Outlook now: from memory, never waits. */
struct outlook_facts
{
    BOOL attached, starting, owned;
    BOOL restarting;           /* it is being started anew as planned */
    deadline left_alone_until; /* it failed to start too often, and is not started before then; 0: it may be */
    BOOL in_call;              /* the thread is in a call into Outlook */
    ULONGLONG call_ms;         /* for how long */
    LONG64 call_since;         /* when it began, by clock_now_ms: tells one call from another */
    BOOL hangs;                /* it lasts long, and Outlook's windows take no messages */
    const WCHAR *call;         /* the member called, static; "" if none */
    const WCHAR *work;         /* what it is called for, static; "" if nothing */
    DWORD process_id;          /* 0 while not attached */
    ULONGLONG process_started;
    LONG times_attached; /* how often it was attached to or started */
    WCHAR profile[256], version[64];
    WCHAR image[dialog_image_size]; /* the leaf of Outlook's program, as it was looked up last; "" if not known */
    struct outlook_dialog dialog;   /* that the call under way waits for */
    unsigned major, bits;           /* of the Outlook that was attached to last; 0 if not known */
    LONGLONG starting_since;        /* UTC in ms, while starting */
    HRESULT last_error; /* of the last failed start, OB_E_CIRCUIT_OPEN of the last too many; S_OK after a success */
    WCHAR last_error_text[1024];
};
void outlook_facts(struct outlook *outlook, struct outlook_facts *facts);

/* How a piece of work came out. */
enum outlook_begun
{
    outlook_not_begun, /* Outlook was not given it and never will be */
    outlook_opening,   /* the same, of a Send: Outlook was asked for the draft that is to be sent */
    outlook_begun,     /* it was given it, and the call has not returned */
    outlook_ended      /* it returned: the HRESULT is Outlook's answer */
};

/* Makes sure that Outlook is attached to or started. A start is shared, and goes on after a caller's deadline if it
 * was begun by then. */
HRESULT outlook_attach(struct outlook *outlook, deadline until, struct error *error);

/* The same, and Outlook runs on that profile: NULL or "" for any, else OB_E_PROFILE_MISMATCH if it runs on another one;
 * where it does not run it is started on the one wished, or on the default one if the caller may not choose from whose
 * mailbox everybody's mail leaves. facts.profile tells which one is in use. The checks of the
 * registry come first: OB_E_NO_OUTLOOK, OB_E_NEW_OUTLOOK, OB_E_NO_PROFILE, OB_E_ELEVATION before Outlook is created. */
HRESULT outlook_logon(
    struct outlook *outlook, const WCHAR *profile, BOOL may_choose, deadline until, struct error *error);

/* OB_E_PROFILE_MISMATCH if Outlook runs on another profile than the user's default one. Asks the registry alone. */
HRESULT outlook_on_default(struct outlook *outlook, struct error *error);

/* True if an Outlook of this user runs in this Windows session, whoever started it. Asks Windows alone. */
BOOL outlook_runs(void);

/* S_OK unless Outlook's object model guard would refuse a Send or ask about it for certain: OB_E_GUARD_DENIED. Reads
 * the registry only. */
HRESULT outlook_may_send(struct outlook *outlook, struct error *error);

/* --- one mail (called by delivery/ only, one mail at a time) */

struct outlook_attachment
{
    const WCHAR *path;         /* full path of the spooled file; its leaf is the name that the recipient sees */
    const WCHAR *display_name; /* NULL or "": the leaf */
    const WCHAR *content_id;   /* NULL or "": none; else hidden, and shown where the HTML text refers to it */
};

#define OUTLOOK_IMPORTANCE_NORMAL 1 /* olImportanceNormal */

struct outlook_mail /* borrowed strings; NULL is "" */
{
    const WCHAR *to, *cc, *bcc, *subject, *body, *html_body;
    const WCHAR *stamp; /* "" for a draft that nobody looks for */
    const WCHAR *categories, *reply_to, *on_behalf_of, *account;
    LONG importance, sensitivity; /* OlImportance, OlSensitivity */
    BOOL read_receipt;
    LONGLONG expires_at;     /* UTC ms; 0: never */
    LONGLONG deferred_until; /* UTC ms, of a draft alone, which a person sends: 0 for mail that the broker sends */
    const struct outlook_attachment *attachments;
    size_t attachment_count;
};

struct outlook_place /* where a message stands; strings owned, NULL until set */
{
    WCHAR *entry_id, *store_id;
    LONG attached; /* facts.times_attached when it was learned; outlook_send refuses under another. 0: any */
};
void outlook_place_clear(struct outlook_place *place);

/* Makes sure that there is an Outlook, fills a mail and saves it among the drafts, for a person to finish: without a
 * stamp, not kept. *place is the caller's to clear. Any thread; shares the start of Outlook as outlook_attach does. */
HRESULT outlook_save_draft(struct outlook *outlook, const struct outlook_mail *mail, deadline until,
    enum outlook_begun *begun, struct outlook_place *place, struct error *error);

/* Creates, fills and stamps the mail and saves it among the drafts; the thread keeps the item for outlook_send. With
 * outlook_begun the draft may yet be saved, and *left is the call's number for outlook_call_returned (else 0). */
HRESULT outlook_prepare(struct outlook *outlook, const struct outlook_mail *mail, deadline until,
    enum outlook_begun *begun, LONG *left, struct outlook_place *place, struct error *error);

/* Sends the item that outlook_prepare kept, or the draft at place. After S_OK Outlook has it. With outlook_begun the
 * call may yet take effect; it is still waited for, and *left is its number for outlook_call_returned (else 0). */
HRESULT outlook_send(struct outlook *outlook, const struct outlook_place *place, deadline until,
    enum outlook_begun *begun, LONG *left, struct error *error);

/* What became of an outlook_prepare or outlook_send that was left: outlook_begun while the call is under way,
 * outlook_ended once it returned, with its answer in the result and error (told once), outlook_not_begun if it was
 * never made. A call that was cancelled is told as one in which Outlook was lost: whether it took effect nobody knows.
 * Never waits; the event of outlook_signal is set when the call returns. */
HRESULT outlook_call_returned(struct outlook *outlook, LONG left, enum outlook_begun *begun, struct error *error);

/* Nobody asks any more what becomes of it. */
void outlook_forget_call(struct outlook *outlook, LONG left);

/* Whether two EntryIDs of the default store are one item's: they may differ as texts. */
HRESULT outlook_same_item(
    struct outlook *outlook, const WCHAR *one, const WCHAR *other, deadline until, BOOL *same, struct error *error);

/* Deletes the draft at place: the user finds it among what was deleted. */
HRESULT outlook_delete(struct outlook *outlook, const struct outlook_place *place, deadline until, struct error *error);

/* How far a deletion came. */
enum outlook_deletion
{
    deletion_not_begun, /* Outlook was not asked to delete it */
    deletion_begun,     /* it was, or may have been */
    deletion_spared     /* somebody has changed the draft since it was first saved: it stays */
};

/* The same, but of a draft that nobody has changed: S_OK with deletion_spared where somebody has. */
HRESULT outlook_delete_untouched(struct outlook *outlook, const struct outlook_place *place, deadline until,
    enum outlook_deletion *deletion, struct error *error);

/* Lets the kept item go without sending; deletes its draft when asked to. */
void outlook_drop(struct outlook *outlook, BOOL delete_draft);

/* Looks for the stamp in Drafts, the Outbox and Sent Items, in that order, by GetTable with a filter; opens nothing. In
 * the default store and, where the account does not deliver to that one, in the account's own; account is the mail's,
 * NULL where it is not known: then in every store that an account delivers to. seen->unseen: not all could be; then
 * only what was seen in an Outbox or in Sent Items says anything. where tells the draft's or copy's EntryID when one
 * was found. */
HRESULT outlook_look(struct outlook *outlook, const WCHAR *stamp, const WCHAR *account, deadline until,
    struct mail_seen *seen, struct outlook_place *where, struct error *error);

/* Looks in Sent Items alone: half the questions, for mail that Send took and that an empty Outbox has let go. */
HRESULT outlook_look_sent(struct outlook *outlook, const WCHAR *stamp, const WCHAR *account, deadline until,
    struct mail_seen *seen, struct outlook_place *where, struct error *error);

struct outbox_seen
{
    LONG count;   /* how many items stand in the Outboxes; -1: it cannot be told, as one does not answer */
    BOOL offline; /* some do, and Outlook says that it works offline */
};

/* What waits in the Outboxes: a few cheap questions instead of a look for each mail. */
HRESULT outlook_outbox_count(struct outlook *outlook, deadline until, struct outbox_seen *outbox, struct error *error);

/* Sets event (borrowed, NULL for none) whenever the callback of outlook_create is called, and when a call that was left
 * behind has returned. */
void outlook_signal(struct outlook *outlook, HANDLE event);

/* Tells the thread whether mail is under way that needs Outlook to stay; while it is, the reference is kept. */
void outlook_keep(struct outlook *outlook, BOOL needed);

#endif

/* dialog.h - which window is a dialog that Outlook waits in, and what may be done about it. Decided from what Windows
 * tells of windows; the words of a dialog are read by rules/dialog_text.h. */
#ifndef OB_RULES_DIALOG_H
#define OB_RULES_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

/* A top-level window. */
struct dialog_window
{
    const wchar_t *class_name, *title;
    const wchar_t *image; /* the leaf of its process's program; "" if it is not known */
    bool of_outlook;      /* of the Outlook process that is looked at */
    bool visible;         /* and not hidden by the desktop, as windows of sleeping apps are */
    bool enabled, captioned;
    bool answers; /* its thread takes messages */
    bool has_owner, owner_of_outlook, owner_enabled, owner_visible;
    bool shows_progress; /* among its child windows there is a progress bar */
    unsigned buttons;    /* how many of them can be pressed */
    long width, height;  /* pixels */
};

/* How sure it is; the greatest wins. */
enum dialog_kind
{
    dialog_none,
    dialog_captioned, /* of an Outlook that shows nothing else */
    dialog_sign_in,   /* of a known sign-in host, owned by nobody of Outlook's: it may be another program's */
    dialog_loose,     /* a dialog's class and no owner, as the profile chooser */
    dialog_beside,    /* of another process, beside a window of Outlook's that owns it */
    dialog_foreign,   /* the same, and that window is disabled */
    dialog_modal      /* its owner is disabled */
};

/* The dialog among the windows, which stand from the topmost down; count if there is none. kind (may be NULL) tells
 * which kind it is. Never the splash, a window for folders or items, a window of progress without buttons, or one whose
 * thread does not answer: that is no question but a hang. */
size_t dialog_find(const struct dialog_window *windows, size_t count, enum dialog_kind *kind);

/* How long a call has to last before a window of this kind is taken for what holds it up: what may be there for another
 * reason is given time, so that a call that is only slow does not seem blocked. */
uint64_t dialog_patience_ms(enum dialog_kind kind);

/* True if one of Outlook's windows that are no dialog is visible, or one for folders or items is there at all, which
 * may be minimized to the notification area: its user works with it. */
bool dialog_user_works(const struct dialog_window *windows, size_t count);

/* True for the program that shows Windows' own sign-in windows (any case). */
bool dialog_sign_in_host(const wchar_t *image);

/* True for the class of Outlook's windows for folders or items. */
bool dialog_main_window(const wchar_t *class_name);

/* True for the classes of windows that Outlook always shows something in, and never a question. */
bool dialog_never(const wchar_t *class_name);

enum dialog_policy /* the setting OnDialog */
{
    dialog_policy_report,
    dialog_policy_close,
    dialog_policy_restart
};

struct dialog_case
{
    enum dialog_policy policy;
    enum dialog_kind kind;
    bool may_be_guard; /* see dialog_text.h */
    bool listed;       /* its title is on the administrator's list */
    bool done;         /* it was closed, or its Outlook ended, before */
    bool owned;        /* the broker started this Outlook */
    bool user_works;   /* dialog_user_works, or it cannot be told */
    uint64_t open_ms, grace_ms;
};

enum dialog_action
{
    dialog_leave,
    dialog_close,
    dialog_restart
};

/* What is to be done now. The guard's prompt is left alone whatever the policy says. */
enum dialog_action dialog_decide(const struct dialog_case *at);

/* True if a title is on a list of titles, each ended by a zero and all by another: the same, or the same as far as the
 * "*" at the entry's end. A "*" alone stands for nothing. */
bool dialog_listed(const wchar_t *list, const wchar_t *title);

#endif

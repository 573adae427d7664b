/* look.h - what is made of what was seen of a mail: the one decision that could send a mail twice.
 * What the broker cannot see it calls unknown; absence proves nothing. */
#ifndef OB_RULES_LOOK_H
#define OB_RULES_LOOK_H

#include <stdbool.h>

/* What one look at Outlook's folders showed, taken in this order: Drafts, Outbox, Sent Items. */
struct mail_seen
{
    bool draft;  /* an unsent draft with the stamp */
    bool outbox; /* the stamp stands in an Outbox */
    bool sent;   /* the stamp stands in Sent Items */
};

/* What is on record of the mail. */
struct mail_record
{
    bool send_begun;     /* the commit "sending" is there: Send may have been called */
    bool send_returned;  /* Send came back with success in the knowledge of the outbox: it was put in the Outbox */
    bool seen_in_outbox; /* an earlier look saw it there */
    bool sender_gone;    /* the OUTLOOK.EXE that was given the mail has ended, or the call returned to us */
    bool copy_wait_over; /* since it left the Outbox, enough time has passed for a copy to show */
};

enum mail_verdict
{
    mail_create,       /* it was never given to Outlook: make it and send it */
    mail_send_draft,   /* it stands unsent: send that very item */
    mail_submitted,    /* it stands in an Outbox */
    mail_sent,         /* a copy was seen */
    mail_sent_no_copy, /* it was in the Outbox and has left it; no copy was seen */
    mail_wait,         /* not to be told yet: look again later */
    mail_kept,         /* Send succeeded, but the item is still a draft: an add-in held it back */
    mail_unknown       /* not to be told: a person decides */
};

enum mail_verdict mail_judge(const struct mail_record *record, const struct mail_seen *seen);

#endif

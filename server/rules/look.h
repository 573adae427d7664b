/* look.h - what is made of what was seen of a mail: the one decision that could send a mail twice.
 * What the broker cannot see it calls unknown; absence proves nothing. */
#ifndef OB_RULES_LOOK_H
#define OB_RULES_LOOK_H

#include <stdbool.h>
#include <stdint.h>

/* What one look at Outlook's folders showed, taken in this order: Drafts, Outbox, Sent Items. */
struct mail_seen
{
    bool draft;  /* an unsent draft with the stamp; of one that Outlook was not given (a twin) it is not said */
    bool outbox; /* the stamp stands in an Outbox */
    bool sent;   /* the stamp stands in Sent Items */

    uint32_t unseen; /* what Outlook answered of a store that it may stand in and that could not be seen; 0: all were */
    bool gone;       /* the account that it is sent by is Outlook's no more, nor is a store that was its own */
};

/* What is on record of the mail. */
struct mail_record
{
    bool send_begun;     /* the commit "sending" is there: Send may have been called */
    bool send_returned;  /* Send came back with success in the knowledge of the outbox: it was put in the Outbox */
    bool seen_in_outbox; /* an earlier look saw it there */
    bool sender_gone;    /* the OUTLOOK.EXE that was given the mail has ended, or the call returned to us */
    bool copy_wait_over; /* since it stands in no Outbox, enough time has passed for a copy to show */
};

enum mail_verdict
{
    mail_create,       /* it was never given to Outlook: make it and send it */
    mail_send_draft,   /* it stands unsent: send that very item */
    mail_submitted,    /* it stands in an Outbox */
    mail_sent,         /* a copy was seen */
    mail_sent_no_copy, /* it was in the Outbox and has left it; no copy was seen */
    mail_wait,         /* not to be told yet: look again later */
    mail_unseen,       /* not to be told until every store can be seen: nothing is done */
    mail_kept,         /* Send succeeded, but the item is still a draft: an add-in held it back */
    mail_unknown       /* not to be told: a person decides */
};

enum mail_verdict mail_judge(const struct mail_record *record, const struct mail_seen *seen);

/* True if a look tells nothing: nothing was seen behind the drafts, and not every store was. */
bool mail_is_hidden(const struct mail_seen *seen);

/* True if nothing but a draft of a mail stands anywhere, which may be deleted where nobody will send it any more. */
bool mail_is_stray(const struct mail_seen *seen);

/* True if somebody has worked on a draft, so that it is not the broker's to delete. Both times are the draft's own, in
 * UTC ms, 0 where Outlook does not say: the broker saves a draft once, and what is saved once was changed last as it
 * came to be. A Save that takes long may pass for a change, and a change within half a minute does not show: nobody
 * opens, changes and saves so soon what has just come. No clock but the one that wrote both times has a say. */
bool draft_is_touched(int64_t created_ms, int64_t modified_ms);

/* A mail whose Send is in doubt: when it is looked for. */
struct doubt
{
    bool look_due;       /* the time of its next look has come */
    bool sender_gone;    /* as in struct mail_record */
    bool process_gone;   /* the OUTLOOK.EXE that was given it is known, and has ended */
    uint64_t gone_ms;    /* for how long that has been known */
    bool call_not_ended; /* its Send was left, and has not returned */
    bool paused;         /* Outlook was lost over it more than once: it is not started again before its time */
};

/* A Send that was left is waited for as long as its OUTLOOK.EXE runs, since its answer tells most, and a moment longer;
 * but not for ever: what never returns from a process that is gone has no answer. */
bool doubt_looks(const struct doubt *doubt);

/* What is known when the Outbox has been counted, in a round over the mail that Outlook took. */
struct round_facts
{
    int32_t count;        /* how many items stand in the Outboxes; -1: it cannot be told */
    int32_t count_before; /* at the round before; -1: not known */
    uint32_t submitted;   /* how many mails were handed over and have not been seen to leave */
    bool just_handed;     /* the first round since mail was handed over */
    bool never_seen;      /* one of them was never looked for since it was submitted */
    bool full_round_due;  /* nothing was looked for for a while */
};

/* Whether mails are to be looked for one by one. While the Outbox holds as many as before, nothing has left; but what
 * comes and goes at once is not seen by counting. Where they cannot be counted, looks are had each time. Right after
 * mail was handed over, an Outbox with room for all of it has most likely let none go yet: to look for each would cost
 * more than to send it, and the next round looks. */
bool round_looks(const struct round_facts *facts);

/* Whether a mail that Send took is looked for among the copies first: the Outbox holds fewer than were handed over. */
bool copy_comes_first(int32_t count, uint32_t submitted);

/* What is said of a mail that stands in the Outbox, or of which that cannot be told. */
enum standing
{
    standing_fine,
    standing_offline, /* Outlook works offline: it leaves when that ends */
    standing_unseen,  /* a store that it may stand in cannot be seen */
    standing_stuck    /* for alert_s and longer */
};

struct standing_facts
{
    bool in_outbox; /* Outlook took it, and it was not seen to have left */
    bool unseen;    /* at the last look a store could not be seen */
    bool offline;
    uint64_t for_s, alert_s; /* alert_s 0: however long */
};
enum standing mail_standing(const struct standing_facts *facts);

#endif

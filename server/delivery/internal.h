/* internal.h - what the files of this room share. All of struct delivery belongs to the delivery thread, but for what
 * stands under a lock. */
#ifndef OB_DELIVERY_INTERNAL_H
#define OB_DELIVERY_INTERNAL_H

#include "delivery/delivery.h"
#include "delivery/plan.h"
#include "host/failpoint.h"
#include "rules/look.h"

#define STRAY_NONE INT64_MAX  /* struct delivery.next_stray: there is none */
#define OUTBOX_PAUSE_MS 5000u /* after the broker's own outbox could not be used */

/* What the row of a mail that is followed says of it beyond its state. Each from told_unseen_long on goes into the
 * event log, once for each mail. */
enum told
{
    told_nothing,
    told_offline,
    told_unseen,
    told_unanswered,
    told_unseen_long,
    told_unanswered_long,
    told_in_outbox,  /* stands there for too long */
    told_in_sending, /* its call is under way for too long */
    told_blind,      /* for too long it is not told, and Outlook cannot be asked: what keeps the broker from it */
    told_earlier,    /* one of these, by an earlier run */
    told_count
};

/* A job that Outlook was given, or may have been: what is known of it beyond its row. */
struct follow
{
    WCHAR id[JOB_ID_SIZE];
    WCHAR *caller;  /* for the log; owned */
    WCHAR *account; /* that it is sent by, "" for Outlook's default one; NULL: not known, its mail is missing; owned */
    enum job_state state; /* as it stands on disk: sending or submitted */
    LONG attempts, attempts_before;
    LONGLONG life_since;     /* from when its retries are counted */
    LONG attached;           /* outlook_facts.times_attached when it was sent last; 0: not in this run */
    LONGLONG standing_since; /* from when it stands in the Outbox, by the monotonic clock */
    enum told told;
    enum job_state told_in; /* in which state its row said so */
    HRESULT told_code;      /* with which code, of told_blind */
    DWORD events;           /* which of enum told are in the event log: bits */
    DWORD process;          /* the OUTLOOK.EXE that was given it */
    ULONGLONG process_started;
    BOOL send_returned; /* Send came back with success */
    BOOL seen_in_outbox;
    BOOL sender_gone;     /* that call cannot be under way any more */
    LONG left_call;       /* its Send was left under this number and has not returned; 0: none was */
    BOOL waiting_told;    /* its row says that an earlier call is waited for */
    HRESULT unseen;       /* of a store that could not be seen at the last look; S_OK: all were */
    BOOL unanswered;      /* that was no store, but what Outlook answered of this mail */
    ULONGLONG unseen_ms;  /* since when; 0: since no time */
    ULONGLONG compare_ms; /* since when Outlook does not say whether a draft is the mail's own; 0: it does */
    DWORD pause_ms;       /* before the next look, while what keeps a look from telling lasts */
    BOOL looked;          /* it was seen in the Outbox since it was submitted */
    WCHAR *entry_id;      /* of the draft that Outlook was given; owned */
    DWORD losses;         /* how often in a row Outlook was lost over it */
    BOOL ended_before;    /* so it was at the attempt before, too */
    ULONGLONG left_ms;    /* when it was first seen to have left the Outbox; 0: not yet */
    ULONGLONG gone_ms;    /* when its OUTLOOK.EXE was first seen to be gone; 0: not yet */
    deadline next_look;
    struct error answer; /* what Send answered, when it answered with a failure */
};

/* The queued job that is watched while it waits for a store that cannot be seen; times by clock_now_ms. */
struct unseen_watch
{
    WCHAR id[JOB_ID_SIZE];  /* "": none */
    ULONGLONG since, asked; /* since it waits, when it was looked at last */
    BOOL told;
};

struct delivery
{
    struct outbox *outbox;
    struct outlook *outlook;
    void (*changed)(void *context);
    void *changed_context;
    HANDLE thread, wake, stop;
    volatile LONG stopping;
    LONG references; /* the creator and the thread */

    SRWLOCK outbox_lock; /* of the next three: held for a moment only */
    CONDITION_VARIABLE outbox_left;
    BOOL in_outbox; /* the thread is in a call of the outbox's */
    BOOL shut_out;  /* and begins none any more */

    SRWLOCK facts_lock;
    struct delivery_facts facts; /* next_due_ms: not used, see next_due */
    LONGLONG next_due;           /* by steady_now, 0: none waits */
    LONGLONG steady_utc;         /* the time of day when it was last believed */
    ULONGLONG steady_ms;         /* and the monotonic clock then; both under facts_lock */
    volatile LONG wakes;         /* how often something new was told */
    LONG wakes_seen;             /* up to which the thread has looked: until they are equal, a job may be due */

    struct follow **follows; /* in the order in which they were handed over */
    size_t follow_count, follow_room, cursor;
    WCHAR held[JOB_ID_SIZE];    /* the queued job whose row says when Outlook is tried again, and why not before */
    deadline held_until;        /* the hold_until that it says it of */
    WCHAR ends_id[JOB_ID_SIZE]; /* the queued job that Outlook was lost over last */
    DWORD ends;                 /* how often in a row */
    WCHAR kept_id[JOB_ID_SIZE]; /* the queued job of which it was told last that a draft of it is kept */
    struct unseen_watch unseen;
    BOOL new_first; /* the last mail was put off for a store: one that was never put off is next, if there is one */
    struct left_save *saves;     /* saving.c's; owned */
    struct job_change uncounted; /* an attempt of which a draft may come yet, and that is not on disk; no id: none */
    struct error standing;       /* why mail stands in the Outbox, if it should not; code S_OK: nothing to tell */
    deadline hold_until;         /* Outlook is left alone until then; 0: it is not */
    ULONGLONG next_look_ms;      /* while it is not to be started: when it is looked whether it runs; 0: never */
    DWORD troubles;              /* in a row */
    BOOL left_behind;            /* a call into Outlook was left under way */
    ULONGLONG blind_ms;          /* since when Outlook cannot be asked; 0: it can */
    LONGLONG next_stray; /* by steady_now: when a draft that nobody sends any more is to be deleted; 0: not known */
    LONG stray_wakes;    /* wakes when that was learned */
    struct outbox_stray unnoted; /* a draft that may stay, and that is not on disk yet; no id: none */
    deadline next_round;
    DWORD round_ms;
    BOOL offline;        /* Outlook said so when it was asked last */
    BOOL in_step;        /* the last pass knew the time; else it did nothing */
    BOOL queue_unread;   /* what is due was not read in this pass */
    BOOL nothing_waits;  /* since the last pass, for no time at all */
    BOOL waits_begun;    /* what an earlier run left to wait for has been looked through */
    BOOL loaded, handed; /* follow_load is done; something was handed over since the queue was empty */
    LONG last_count;     /* of the Outbox, at the last round; -1: unknown */
    deadline next_full_round;
};

/* --- record.c: the outbox, and what is told of it. All fail with OB_E_STOPPING once the thread is shut out. */

/* Lets the thread begin no use of the outbox any more. FALSE: by the deadline it had not ended the one under way. */
BOOL record_shut_out(struct delivery *delivery, deadline until);

/* As outbox_next_due, by steady_now; new_only: of mail that was never put off. */
HRESULT record_next_due(struct delivery *delivery, BOOL new_only, struct job_work *work, LONGLONG *next_due);
HRESULT record_read_state(struct delivery *delivery, enum job_state state, struct job_work **work, size_t *count);
/* Writes changes; where they are refused together each is tried alone, and results tells which were written. results
 * may be NULL for one change. */
HRESULT record_changes(struct delivery *delivery, const struct job_change *changes, size_t count, HRESULT *results);
HRESULT record_change(struct delivery *delivery, const struct job_change *change);
/* A change of a job from one state to another, without fields. */
struct job_change change_of(const WCHAR *job_id, enum job_state from, enum job_state state);
/* Adds code and text; a code of 0 takes them away. */
void change_error(struct job_change *change, const struct error *error);
/* One line in the log, and for what an administrator must see one in the event log. */
void record_log(const WCHAR *job_id, const WCHAR *caller, enum job_state state, LONG attempt, HRESULT code);

HRESULT record_shift_waits(struct delivery *delivery, LONGLONG by_ms);
HRESULT record_begin_waits(struct delivery *delivery, LONGLONG latest);
/* In the log and in the event log: a mail does not go on; what ends "The mail of job ... ". */
void record_stuck(const WCHAR *job_id, const WCHAR *caller, const WCHAR *what, HRESULT code);
#define WAITS_FOR_STORES L"waits: Outlook does not open every store that it may be in"

/* As outbox_next_stray and outbox_set_stray. */
HRESULT record_next_stray(struct delivery *delivery, struct outbox_stray *stray);
HRESULT record_stray(struct delivery *delivery, const struct outbox_stray *stray, BOOL there);
/* In the log and in the event log: Outlook was lost over a draft that nobody will send, so it stays; or, where none was
 * seen, over the question whether there is one, so one may stay. */
void record_stray_stays(const WCHAR *job_id, BOOL seen, HRESULT code);
/* The same: a mail is made anew, and of the attempt before a draft stays that is not the broker's to delete. */
void record_draft_kept(const WCHAR *job_id, const WCHAR *caller);

/* --- steady_clock.c: the clock that waits are counted on */

/* Begins it. Before the thread runs. */
void steady_begin(struct delivery *delivery);
/* The time of day by the monotonic clock: no setting of the time of day moves it, until steady_follow has moved all
 * that waits along. Any thread. */
LONGLONG steady_now(struct delivery *delivery);
/* Has what waits follow a time of day that was set, and looks once through the waits of an earlier run. FALSE: the
 * outbox could not be written. */
BOOL steady_follow(struct delivery *delivery);

/* --- standing.c: mail that does not go on for longer than it should */

/* Takes note of what Outlook says of its connection. */
void standing_offline_now(struct delivery *delivery, BOOL offline);
/* Tells of what takes too long, once, of what cannot be told, and that Outlook works offline. */
void standing_look(struct delivery *delivery);
/* Takes up what the row of a job says of that by an earlier run. */
void standing_begin(struct follow *follow, const struct job_work *work);

/* --- trouble.c: when Outlook is left alone */

/* Makes sure that there is an Outlook; false: it is left alone for now. */
BOOL outlook_wanted(struct delivery *delivery);
/* Outlook's trouble: it is left alone for a while, longer each time. */
void outlook_trouble(struct delivery *delivery, const struct error *error);
/* A step could not be written: nothing new is begun for a while, since it would be done again and again. Not where the
 * job was changed by somebody else. */
void outbox_trouble(struct delivery *delivery, HRESULT hr);
/* Has Status say what keeps mail in the Outbox (delivery->standing), unless Outlook is in trouble itself. */
void publish_standing(struct delivery *delivery);
/* Outlook is left alone: the queued job of that id waits as it is; its row says until when, and why. */
void hold_job(struct delivery *delivery, const WCHAR *id);
/* Has the row say what is so by now: Outlook may be in other trouble since, over other work. */
void held_look(struct delivery *delivery);
/* Delivery ends: what the next broker finds of Outlook is its own to see. Nothing where the user's session ends. */
void held_end(struct delivery *delivery);
/* Outlook did what it was asked. */
void outlook_well(struct delivery *delivery);
/* True while Outlook is not to be asked. */
BOOL outlook_held(struct delivery *delivery);
/* While it is held: the milliseconds until it is to be looked again. */
DWORD outlook_hold_ms(const struct delivery *delivery);

/* --- handing.c */

/* Takes one queued job, if one is due, and hands it to Outlook. True if there may be more to do at once. */
BOOL hand_next(struct delivery *delivery);
/* Fills error: Outlook was lost so often over one mail. looked: and nothing of the mail was seen to be sent. */
void set_ends_outlook(struct error *error, DWORD losses, BOOL looked);
/* Whether the row of a job says that; one that only waits since Outlook was lost has the same code. */
BOOL says_ends_outlook(const struct job_work *work);

/* --- unseen.c */

/* Fills error: what a look found could not be told of every store. minutes 0: it is not for long yet. */
void set_store_unseen(struct error *error, HRESULT unseen, uint64_t minutes);
/* Nothing is made, sent or given up while there is a store that cannot be seen: the job waits, and its row says why.
 * FALSE. */
BOOL wait_for_stores(struct delivery *delivery, const struct job_work *work, const struct mail_seen *seen);
/* The job need not wait for them any more. */
void stores_were_seen(struct delivery *delivery, const struct job_work *work);

/* --- saving.c */

/* The call that saves the draft of this job was left under that number, in the Outlook of facts. */
void saving_left(struct delivery *delivery, const struct job_work *work, LONG call, const struct outlook_facts *facts);
/* TRUE: such a call may be under way yet. The job waits, and its row says what for. */
BOOL saving_waits(struct delivery *delivery, const struct job_work *work);
void saving_free(struct delivery *delivery);

/* --- answer.c */

/* Of one step in which Outlook is given a mail. */
deadline hand_over_deadline(void);
/* Sends the draft at place for the job of follow, whose row says sending, and notes what came of it. */
void send_draft(struct delivery *delivery, struct follow *follow, const struct outlook_place *place);
/* A guard that would refuse the mail, or hold Outlook up with a prompt, is found out before Outlook is asked. */
HRESULT guard_lets(struct delivery *delivery, struct error *error);
/* Takes note of how Sends that were left came out. */
void take_returned(struct delivery *delivery);

/* --- following.c */

struct follow *follow_add(struct delivery *delivery, const struct job_work *work);
void follow_remove(struct delivery *delivery, struct follow *follow);
void follow_free(struct delivery *delivery);
/* Takes up what an earlier run left in sending and submitted; nothing on failure. */
HRESULT follow_load(struct delivery *delivery);
/* Writes down what was submitted and is not yet on disk. extra (may be NULL) is written in the same transaction; its
 * result is returned. */
HRESULT follow_write(struct delivery *delivery, const struct job_change *extra);
/* Looks at submitted jobs, if it is time: at most most of them. True if there is more to do at once. */
BOOL follow_round(struct delivery *delivery, size_t most);
/* When the next of these is due, as a deadline; deadline_never if none is. */
deadline follow_next(struct delivery *delivery);
/* True if a Send was left that has not returned. */
BOOL follow_left(const struct delivery *delivery);
/* How many are submitted. */
size_t follow_submitted(const struct delivery *delivery);
/* How many Outlook took of which that is not on disk yet; follow_write is to be called again. */
size_t follow_unwritten(const struct delivery *delivery);

/* True if it is being sent, and Send has not come back with success. */
BOOL follow_in_doubt(const struct follow *follow);

/* --- doubts.c */

/* Looks at the jobs whose Send is in doubt, if it is time. True if it asked Outlook. */
BOOL settle_doubts(struct delivery *delivery);

/* --- strays.c */

/* Where Outlook is there anyhow, deletes one draft that nobody will send any more. True if there may be more. */
BOOL strays_look(struct delivery *delivery);
/* True if one is to be deleted, at *until by steady_now, and Outlook is there. */
BOOL strays_wait(struct delivery *delivery, LONGLONG *until);
/* A draft of the attempt that was begun may stay in Outlook; under_way: its Save may be under way yet. Written by
 * stray_write where the outbox cannot be written now. */
void stray_note(struct delivery *delivery, const struct job_work *work, BOOL under_way);
/* FALSE: it is not on disk yet. */
BOOL stray_write(struct delivery *delivery);
/* Whether what was found is the draft of that EntryID, "" where that is not known: another one is a person's. */
HRESULT draft_is_known(struct delivery *delivery, const WCHAR *entry_id, const struct outlook_place *place, BOOL *known,
    struct error *error);

/* --- settle.c: from what was seen to what is recorded */

/* Looks for the mail of a job's attempt; account as outlook_look takes it. where is the caller's to clear. */
HRESULT look_for(struct delivery *delivery, const WCHAR *job_id, const WCHAR *account, LONG attempt,
    struct mail_seen *seen, struct outlook_place *where, struct error *error);

/* What one look at one job led to. */
struct outcome
{
    struct follow *follow;
    struct job_change change;
    BOOL write;  /* there is something to write */
    BOOL resend; /* the draft is to be sent */
    BOOL twin;   /* there is a draft of its stamp that Outlook was never given */
    struct error error;
    struct outlook_place where;
};

/* Looks for the mail of follow and decides. False: Outlook could not be asked. */
BOOL outcome_find(struct delivery *delivery, struct follow *follow, struct outcome *outcome);
/* Until a look that told nothing is had again: longer each time. */
DWORD longer_pause_ms(struct follow *follow);
/* Takes note that the change was written, or refused; may remove the follow. Clears the outcome. */
void outcome_written(struct delivery *delivery, struct outcome *outcome, HRESULT result);

/* True if a mail whose retries are counted since then is to be given up; tried: with the Outlook that runs now. */
BOOL life_is_over(struct delivery *delivery, LONGLONG life_since, BOOL tried);

/* Writes that an attempt failed: queued again for later, or failed for good by plan and by the mail's age. */
HRESULT record_failure(struct delivery *delivery, const struct follow *job, enum plan plan, const struct error *error);

#endif

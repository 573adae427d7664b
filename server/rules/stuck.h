/* stuck.h - what is done about a call into Outlook that does not return, and how long it has lasted. */
#ifndef OB_RULES_STUCK_H
#define OB_RULES_STUCK_H

#include <stdbool.h>
#include <stdint.h>

struct stuck_call
{
    uint64_t call_ms;     /* how long it has lasted */
    uint64_t over_ms;     /* for how long the deadline of the work that it is made for has passed; 0: it has not */
    bool cancelled;       /* it was cancelled before */
    bool answer_wanted;   /* a Send: only Outlook's answer tells whether it took the mail */
    bool dialog;          /* Outlook shows a dialog, which a person may answer */
    bool one_left_behind; /* a thread was left behind in the same OUTLOOK.EXE, or in one that is not known */
};

enum stuck_action
{
    stuck_wait,
    stuck_cancel, /* have COM take the call back from the thread: Outlook's answer is lost */
    stuck_abandon /* leave the thread behind: its answer comes when it comes */
};

/* grace_ms: how long a call may outlast its work before anything is done, and once more before its thread is left. */
enum stuck_action stuck_decide(const struct stuck_call *call, uint64_t grace_ms);

/* The looks at calls under way. While the machine slept nobody was patient: time in which it was to be looked
 * and was not is no time that a call has lasted, nor a dialog has been there. All zero at first. */
struct looks
{
    uint64_t looked_ms; /* when it was last looked */
    uint64_t slept_ms;  /* of all looks so far, on the same clock */
    uint64_t since;     /* when the call began that was last looked at */
    uint64_t slept_before;
};

/* Notes a look at the call that began at since. Returns for how much of the time since then the machine slept. A look
 * is planned a second after the one before, at the latest. */
uint64_t looks_note(struct looks *looks, uint64_t since, uint64_t now_ms);

#endif

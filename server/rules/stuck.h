/* stuck.h - what is done about a call into Outlook that does not return. */
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

#endif

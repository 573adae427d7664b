/* account_names.h - what the accounts of callers are called, for people to read: logs, texts, rows. Nothing is decided
 * by a name. A domain that cannot be reached takes long to say so, so that a thread of its own asks, and no call waits
 * for it longer than a moment. Any thread. */
#ifndef OB_HOST_ACCOUNT_NAMES_H
#define OB_HOST_ACCOUNT_NAMES_H

#include "account.h"
#include "clock.h"

enum
{
    account_names_kept = 64
};

struct account_names
{
    HRESULT (*look_up)(const WCHAR *sid, WCHAR name[ACCOUNT_NAME_SIZE]); /* as account_look_up_name */
    DWORD wait_ms;                                                       /* at most, for a name that was never known */
    DWORD life_ms, no_name_life_ms; /* until a name, or that there was none, is looked up anew */

    /* Under the lock; all zero at first. */
    SRWLOCK lock;
    CONDITION_VARIABLE answered;
    BOOL asking; /* the thread runs */
    unsigned next;
    struct known_name
    {
        WCHAR sid[SID_TEXT_SIZE];
        WCHAR name[ACCOUNT_NAME_SIZE]; /* "" before the first answer */
        deadline until;                /* it holds */
        BOOL wanted;                   /* it is being looked up, or is going to be; and */
        deadline patience;             /* who needs it waits for it till then */
    } places[account_names_kept];
};

/* Of callers. */
extern struct account_names caller_names;

/* DOMAIN\name of a SID in text form. A name that was looked up long ago is given while it is looked up anew; the SID
 * itself where it has no name, or none was found in time. */
HRESULT account_names_find(struct account_names *names, const WCHAR *sid, WCHAR *name, size_t size);

#endif

/* rights.h - what a caller may do: decided here and nowhere else. Nobody may do anything whom the access permission of
 * the registration does not admit. The user and administrators, admitted, may do all; an account that registration
 * allowed may send, and see its own jobs; anybody else may only see as whom it comes. */
#ifndef OB_RULES_RIGHTS_H
#define OB_RULES_RIGHTS_H

#include <stdbool.h>
#include <wchar.h>

/* What a member needs. Version, User, Caller and Timeout need none. */
enum right
{
    right_see_status, /* what the broker is doing */
    right_send,       /* mail, and what leads to it: a mail to fill in, Outlook's start, its profile */
    right_own_job,    /* to see and change a job that the caller sent */
    right_any_job,    /* a job that another account sent */
    right_mailbox,    /* to leave something in the mailbox that is not sent */
    right_count
};

struct caller_facts
{
    bool is_user;          /* the account whose Outlook this is */
    bool is_administrator; /* the token holds Administrators, enabled */
    bool is_allowed;       /* the access permission of the registration admits the token, whoever it is */
    bool is_low;           /* below medium integrity or in an app container: neither the user nor an administrator */
};

bool rights_have(const struct caller_facts *facts, enum right right);

/* The right that a job needs of a caller. */
enum right right_of_job(bool owns_job);

/* Why a caller does not have a right that it lacks. */
enum denial
{
    denial_account, /* nobody knows it here */
    denial_process, /* the user's or an administrator's, but of a process with fewer rights */
    denial_right,   /* it is admitted, but not to this */
};

enum denial rights_denial(const struct caller_facts *facts);

/* What the right goes to beyond an allowed account's, as words for a text; "" for a right that such an account has. */
const wchar_t *right_beyond(enum right right);

#endif

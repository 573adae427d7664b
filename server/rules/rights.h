/* rights.h - what a caller may do: decided here and nowhere else. The user and administrators may do all; an account
 * that registration allowed may send, and see its own jobs; anybody else may only see as whom it comes. */
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
    bool is_allowed;       /* the access permission of the registration admits the account */
};

bool rights_have(const struct caller_facts *facts, enum right right);

/* The right that a job needs of a caller. */
enum right right_of_job(bool owns_job);

/* Who has the right, as words for a text: "the user's own account or an administrator's". */
const wchar_t *right_holders(enum right right);

#endif

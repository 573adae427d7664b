/* rights.h - what a caller may do: decided here and nowhere else. */
#ifndef OB_RULES_RIGHTS_H
#define OB_RULES_RIGHTS_H

#include <stdbool.h>

struct caller_facts
{
    bool is_user;          /* the account whose Outlook this is */
    bool is_administrator; /* the token holds Administrators, enabled */
    bool owns_job;         /* the job was sent by this account */
};

/* May the caller see this job? Its own; the user and administrators see all. */
bool rights_see_job(const struct caller_facts *facts);

#endif

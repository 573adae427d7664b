/* rights.c - what a caller may do, as a pure function of what was found out about it. */
#include "rights.h"

static const bool of_allowed[right_count] = {
    [right_see_status] = true,
    [right_send] = true,
    [right_own_job] = true,
};

bool rights_have(const struct caller_facts *facts, enum right right)
{
    if ((unsigned)right >= right_count) return false;
    return facts->is_user || facts->is_administrator || (facts->is_allowed && of_allowed[right]);
}

enum right right_of_job(bool owns_job)
{
    return owns_job ? right_own_job : right_any_job;
}

const wchar_t *right_holders(enum right right)
{
    if ((unsigned)right < right_count && of_allowed[right])
        return L"the account of the mailbox's owner, an administrator's, or one that registration allowed";
    return L"the account of the mailbox's owner or an administrator's";
}

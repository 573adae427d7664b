/* rights.c - what a caller may do, as a pure function of what was found out about it. */
#include "rights.h"

static const bool of_allowed[right_count] = {
    [right_see_status] = true,
    [right_send] = true,
    [right_own_job] = true,
};

bool rights_have(const struct caller_facts *facts, enum right right)
{
    if ((unsigned)right >= right_count || !facts->is_allowed) return false;
    return of_allowed[right] || (!facts->is_low && (facts->is_user || facts->is_administrator));
}

enum right right_of_job(bool owns_job)
{
    return owns_job ? right_own_job : right_any_job;
}

enum denial rights_denial(const struct caller_facts *facts)
{
    if (facts->is_user || facts->is_administrator) return denial_process;
    return facts->is_allowed ? denial_right : denial_account;
}

const wchar_t *right_beyond(enum right right)
{
    static const wchar_t *const words[right_count] = {
        [right_any_job] = L"this job is another account's",
        [right_mailbox] = L"this leaves something in the mailbox that is not sent",
    };

    return (unsigned)right < right_count && words[right] ? words[right] : L"";
}

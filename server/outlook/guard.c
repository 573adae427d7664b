/* guard.c - what Outlook's object model guard does, asked of the registry only: asking Outlook itself is what the guard
 * may answer with a prompt. */
#include "internal.h"
#include "host/outlook_facts.h"

/* Which Outlook it is was learned when it was started or joined. */
static void read_values(struct outlook *outlook, struct guard_values *values)
{
    unsigned major, bits;

    AcquireSRWLockShared(&outlook->facts_lock);
    major = outlook->facts.major;
    bits = outlook->facts.bits;
    ReleaseSRWLockShared(&outlook->facts_lock);
    guard_values_read(major, bits, values);
}

BOOL guard_is_open(struct outlook *outlook)
{
    struct guard_values values;

    read_values(outlook, &values);
    return guard_address_book_open(&values);
}

HRESULT outlook_may_send(struct outlook *outlook, struct error *error)
{
    struct guard_values values;
    struct finding finding;

    read_values(outlook, &values);
    return guard_send_wrong(&values, &finding) ? error_set_finding(error, &finding) : S_OK;
}

HRESULT guard_allows(struct outlook *outlook, const WCHAR *member, struct error *error)
{
    struct guard_values values;
    struct finding finding;

    read_values(outlook, &values);
    return guard_member_wrong(&values, member, &finding) ? error_set_finding(error, &finding) : S_OK;
}

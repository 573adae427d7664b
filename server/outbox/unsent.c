/* unsent.c - what is attached to mails that were not accepted yet has a bound, since a mail may be filled for days and
 * never sent. One client process may take half of it, so that it cannot keep the others out. An attachment counts for
 * what its folder and its file take on the disk even where it is empty: else there could be any number of them. */
#include "internal.h"
#include <stdlib.h>

enum
{
    attachment_least_bytes = 4096,
    mail_least_bytes = 64 * attachment_least_bytes /* for which there is room whatever the limits are */
};

struct unsent
{
    struct unsent *next;
    DWORD client;
    ULONGLONG bytes; /* never 0 */
};

/* Each limit holds two of the largest mails: one with a copy of it on its way to be accepted. */
static ULONGLONG limit_of_all(const struct outbox *outbox)
{
    const ULONGLONG least = 4 * (ULONGLONG)max(outbox->limits.max_mail_bytes, mail_least_bytes);

    return outbox->limits.max_unsent_bytes > least ? outbox->limits.max_unsent_bytes : least;
}

static HRESULT refuse(struct error *error, ULONGLONG bytes, const WCHAR *whose, ULONGLONG limit)
{
    WCHAR there[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE], least[NUMBER_TEXT_SIZE];

    return error_set(error, error_unsent_full, 4, number_text(bytes, there), whose, number_text(limit, most),
        number_text(attachment_least_bytes, least));
}

static struct unsent **find(struct outbox *outbox, DWORD client)
{
    struct unsent **at = &outbox->unsent_first;

    while (*at && (*at)->client != client)
        at = &(*at)->next;
    return at;
}

/* Under the lock, and within both limits. */
static bool add(struct outbox *outbox, DWORD client, ULONGLONG bytes)
{
    struct unsent **at = find(outbox, client);

    if (!*at && !(*at = calloc(1, sizeof(**at)))) return false;
    (*at)->client = client;
    (*at)->bytes += bytes;
    outbox->unsent_bytes += bytes;
    return true;
}

ULONGLONG unsent_cost(ULONGLONG size)
{
    return max(size, attachment_least_bytes);
}

HRESULT unsent_take(struct outbox *outbox, DWORD client, ULONGLONG bytes, struct error *error)
{
    const ULONGLONG most = limit_of_all(outbox);
    ULONGLONG own, all;
    const struct unsent *unsent;
    bool taken = true;

    if (!bytes) return S_OK;
    AcquireSRWLockExclusive(&outbox->unsent_lock);
    unsent = *find(outbox, client);
    own = bytes + (unsent ? unsent->bytes : 0);
    all = bytes + outbox->unsent_bytes;
    if (own <= most / 2 && all <= most) taken = add(outbox, client, bytes);
    ReleaseSRWLockExclusive(&outbox->unsent_lock);
    if (own > most / 2) return refuse(error, own, L"by the calling process", most / 2);
    if (all > most) return refuse(error, all, L"by all processes together", most);
    return taken ? S_OK : error_set(error, error_no_memory, 0);
}

void unsent_give(struct outbox *outbox, DWORD client, ULONGLONG bytes)
{
    struct unsent **at, *unsent;

    if (!bytes) return;
    AcquireSRWLockExclusive(&outbox->unsent_lock);
    at = find(outbox, client);
    unsent = *at;
    if (unsent)
    {
        unsent->bytes -= bytes;
        outbox->unsent_bytes -= bytes;
    }
    if (unsent && !unsent->bytes)
    {
        *at = unsent->next;
        free(unsent);
    }
    ReleaseSRWLockExclusive(&outbox->unsent_lock);
}

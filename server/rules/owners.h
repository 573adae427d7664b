/* owners.h - whose Outlook may be used on this machine, where an administrator has said so. */
#ifndef OB_RULES_OWNERS_H
#define OB_RULES_OWNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

struct owner
{
    const wchar_t *sid;  /* NULL: the entry leads to no account */
    const wchar_t *name; /* what it is called, for people; an entry that leads to no account as it was written */
};

/* True if the user is among the owners. An entry that leads to no account admits nobody, and neither does a list
 * without entries: it exists, so somebody wanted a limit. */
bool owners_admit(const struct owner *owners, size_t count, const wchar_t *user_sid);

/* Writes the owners' names with commas between them, marking entries that lead to no account; "nobody" for none.
 * Returns the length, the zero not counted. */
size_t owners_text(wchar_t *out, size_t size, const struct owner *owners, size_t count);

#endif

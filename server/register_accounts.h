/* register_accounts.h - the accounts that a registration names: who they are, and what becomes of the descriptors and
 * of the list of mailbox owners by them. Nothing is written here. */
#ifndef OB_REGISTER_ACCOUNTS_H
#define OB_REGISTER_ACCOUNTS_H

#include <windows.h>
#include "host/account.h"
#include "host/error.h"
#include "rules/command_line.h"
#include "rules/text_out.h"

struct found_account
{
    enum account_use use;
    WCHAR sid[SID_TEXT_SIZE];
    WCHAR name[ACCOUNT_NAME_SIZE]; /* DOMAIN\name, or the SID */
};

struct found_accounts
{
    struct found_account accounts[COMMAND_ACCOUNTS_MOST];
    size_t count;
    BOOL every_user; /* /User:* */
};

/* Finds out who the named accounts are: what may not be named so is refused. */
HRESULT accounts_find(const struct command_line *line, struct found_accounts *found, struct error *error);

enum permission
{
    permission_launch,
    permission_access,
    permission_count
};

struct descriptors
{
    WCHAR *sddl[permission_count]; /* owned */
    BOOL begun_anew;               /* one was stored and the other not, or one was damaged */
};

/* The descriptors to store: what is stored now, with what the accounts change in it and what is always there; if only
 * one of them can be taken, both are begun anew. Adds lines to said: that, and for each account of which nothing could
 * be taken back. */
HRESULT accounts_descriptors(
    const struct found_accounts *found, struct descriptors *descriptors, struct text_out *said, struct error *error);
void descriptors_clear(struct descriptors *descriptors);

/* The owners' SIDs, divided by line feeds, allocated with malloc: "" for /User:*, NULL if no owner was named. */
HRESULT accounts_owners(const struct found_accounts *found, WCHAR **owners, struct error *error);

/* Adds the names of those whom the descriptor allows beside those who are always allowed, with commas between them, or
 * "nobody else". */
void accounts_say_allowed(const WCHAR *access, struct text_out *said);

#endif

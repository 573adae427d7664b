/* names.h - the address book and the accounts: <store>\addressbook.txt and accounts.txt, lines `Name<TAB>address`.
 * An account's line may go on with its user name (its address), its OlAccountType (2, POP3) and the name of a store of
 * its own (none: it delivers to the default one), tabs between them; `none` as that name: Outlook knows of no store
 * that it delivers to. Both are UTF-8, made with a few entries where they are missing, and read anew when they have
 * changed. Main thread only; texts handed out are valid until the next call. */
#pragma once

#include "text.h"

/* Makes the files that are missing. */
void names_open(const WCHAR *store_path);

/* Finds what the name stands for: an SMTP address (also `Name <address>`), an entry of that name, or the only entry
 * that begins so. False: not known, or several. The caller frees both. */
bool names_resolve(const WCHAR *text, WCHAR **name, WCHAR **address);

size_t names_account_count(void);
const WCHAR *names_account_name(size_t index);
const WCHAR *names_account_address(size_t index);
const WCHAR *names_account_user_name(size_t index);
long names_account_type(size_t index);
const WCHAR *names_account_store(size_t index); /* "": the default one */
/* By address, the count if there is none. */
size_t names_account_find(const WCHAR *address);

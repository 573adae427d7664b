/* stores.h - what the tests of accounts and their stores share. The profile has an account whose mail goes through a
 * store of its own, which is also the one that unnamed mail is sent by, and one that delivers to the default store.
 * Each client is a process of its own, the test program once more (see ob_first_at_rpcss). */
#ifndef OB_TESTS_STORES_H
#define OB_TESTS_STORES_H

#include "support.h"

#define BOTH_STORES "Own\town@example.com\t\t\tOwn store\r\nMain\tmain@example.com\r\n"
#define OWN_STORE L"stores\\Own store\\"
#define STAYS "spooler-delay-ms = 600000\n"
#define SLOWLY "spooler-delay-ms = 1500\n"

/* How a mail is sent, and where a copy of it is to be seen. */
enum way_id
{
    by_name,
    by_address,
    by_nobody,
    by_main,
    by_main_without,
    by_own_without,
    on_behalf,
    on_behalf_without
};

/* The group's set-up. */
int stores_begin(void **state);

/* What a client does; returns its exit code. */
int stores_client(int argc, WCHAR **argv);

/* Has a client do that with a mail, and waits for its end. */
void stores_run(const WCHAR *verb, enum way_id way, const WCHAR *subject);

/* One more mail, from the call to its end, while the stand-in has this control file. */
void stores_expect_sent(const char *control, enum way_id way, const WCHAR *subject);

/* The profile's accounts, as tests/sandbox/accounts.c reads them. */
void stores_set_accounts(const char *lines);

/* Another Outlook: what the broker knows of the stores it knows of one Outlook. */
void stores_begin_anew(const char *control);

/* So that what the next mail leaves is the only item there; while nobody runs. */
void stores_empty(const WCHAR *folder);

#endif

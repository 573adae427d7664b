/* settings.c - writes docs/settings.md: the table of settings as it is compiled in, and where their values stand.
 * A program for the building machine. */
#include <stdio.h>
#include "rules/settings.h"

static const char head[] =
    "# Settings\n"
    "\n"
    "<!-- Made by `make docs`, of server/rules/settings.c and docs/source/settings.c. -->\n"
    "\n"
    "None has to be set. Each is a registry value of type `REG_DWORD`, but for the [lists](#lists); the first of these "
    "keys\n"
    "that has it counts:\n"
    "\n"
    "| key | for whom |\n"
    "|---|---|\n"
    "| `HKLM\\Software\\Policies\\OutlookBroker` | policy: wins over the others |\n"
    "| `HKCU\\Software\\OutlookBroker` | the mailbox's owner, whose account the broker runs under |\n"
    "| `HKLM\\Software\\OutlookBroker` | everyone on this machine |\n"
    "\n"
    "A value of another type counts as none; one out of range counts as the nearer end of the range. The keys are "
    "those of "
    "the\n"
    "64-bit view. The broker reads them when it starts; to have it read them anew, as the mailbox's owner:\n"
    "\n"
    "    reg add HKCU\\Software\\OutlookBroker /v MaxMailBytes /t REG_DWORD /d 52428800\n"
    "    outlook-broker.exe /Stop\n"
    "\n"
    "The next call starts it again.\n"
    "\n"
    "| name | what it sets | unit | default | range |\n"
    "|---|---|---|---|---|\n";

static const char lists_head[] = "\n"
                                 "## Lists\n"
                                 "\n"
                                 "A `REG_MULTI_SZ` with an entry on each line, or a `REG_SZ` whose entries are divided "
                                 "by semicolons. Without it the "
                                 "list\n"
                                 "is empty.\n"
                                 "\n"
                                 "| name | what it lists |\n"
                                 "|---|---|\n";

static const char tail[] =
    "\n"
    "## Mailbox owners\n"
    "\n"
    "| name | type | default |\n"
    "|---|---|---|\n"
    "| `MailboxOwners` | `REG_MULTI_SZ` | not there: the Outlook of whoever is logged on may be used |\n"
    "\n"
    "The accounts whose Outlook may be used on this machine, each by its SID or its name. It is read from\n"
    "`HKLM\\Software\\Policies\\OutlookBroker` or, where there is none, `HKLM\\Software\\OutlookBroker`; not from "
    "HKCU: a user\n"
    "does not admit himself. A broker that runs as anybody else refuses with `OB_E_WRONG_USER`. An entry that leads to "
    "no\n"
    "account admits nobody, and neither does an empty list. Set it by registration, which writes the second key:\n"
    "\n"
    "    obctl register /User:EXAMPLE\\alice /User:EXAMPLE\\bob\n"
    "    obctl register /User:*\n"
    "\n"
    "The first sets the list anew, the second takes it away.\n";

int main(void)
{
    fputs(head, stdout);
    for (int i = 0; i < setting_count; i++)
    {
        const struct setting_row *row = setting_row((enum setting)i);

        printf("| `%ls` | %ls | %ls | %u | %u to %u |\n", row->name, row->meaning, row->unit, row->standard,
            row->lowest, row->highest);
    }
    fputs(lists_head, stdout);
    for (int i = 0; i < list_setting_count; i++)
        printf("| `%ls` | %ls |\n", list_setting_row((enum list_setting)i)->name,
            list_setting_row((enum list_setting)i)->meaning);
    fputs(tail, stdout);
    return ferror(stdout) || fflush(stdout);
}

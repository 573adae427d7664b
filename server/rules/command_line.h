/* command_line.h - the switches of outlook-broker.exe as a table. "-" for "/", any case. */
#ifndef OB_RULES_COMMAND_LINE_H
#define OB_RULES_COMMAND_LINE_H

#include <stddef.h>
#include <wchar.h>

enum command
{
    command_none,      /* no switch at all: help */
    command_embedding, /* as COM starts it */
    command_register,
    command_unregister,
    command_register_per_user,
    command_unregister_per_user,
    command_run,
    command_stop,
    command_version,
    command_help,
    /* What is not understood; line->bad names the argument. */
    command_unknown,      /* there is no such switch */
    command_conflict,     /* it does not go with the switch before it */
    command_no_account,   /* no account stands behind the colon */
    command_machine_only, /* the per-user registration knows no accounts */
    command_too_many      /* accounts */
};

/* What an account is named for. */
enum account_use
{
    account_allow, /* /Allow: may use the broker */
    account_deny,  /* /Deny: may not any more */
    account_owner  /* /User: its Outlook may be used */
};

#define COMMAND_ACCOUNTS_MOST 64

struct named_account
{
    enum account_use use;
    const wchar_t *account; /* as written; borrowed from the argument vector */
};

struct command_line
{
    enum command command;
    const wchar_t *bad; /* NULL, or the argument that is not understood; borrowed */
    struct named_account accounts[COMMAND_ACCOUNTS_MOST];
    size_t account_count;
};

/* Reads an argument vector (argv[0] is skipped) into *line; returns line->command. */
enum command command_line_parse(int argc, wchar_t *const *argv, struct command_line *line);

/* What /User: takes for "no restriction". */
extern const wchar_t command_every_user[];

/* The text of /?: one line a switch. */
const wchar_t *command_line_help(void);

/* Why the command cannot be carried out, for the values behind command_help; NULL for commands. */
const wchar_t *command_line_complaint(enum command command);

#endif

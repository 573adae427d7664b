/* command_line.c - the switches, once: the tables and the text of /? are made of the same lists. */
#include "command_line.h"
#include <stdbool.h>
#include <stddef.h>
#include "letters.h"

/* name in small letters, as written, command, what it does */
#define SWITCHES(X)                                                                                                    \
    X(L"regserver", L"/RegServer          ", command_register,                                                         \
        L"register the broker on this machine (as an administrator)")                                                  \
    X(L"unregserver", L"/UnregServer        ", command_unregister,                                                     \
        L"take the registration back (as an administrator)")                                                           \
    X(L"regserverperuser", L"/RegServerPerUser   ", command_register_per_user,                                         \
        L"register it for this user's own programs only")                                                              \
    X(L"unregserverperuser", L"/UnregServerPerUser ", command_unregister_per_user, L"take that registration back")     \
    X(L"embedding", L"/Embedding          ", command_embedding, L"serve clients, as COM starts it")                    \
    X(L"run", L"/Run                ", command_run,                                                                    \
        L"have COM start the broker if unfinished mail waits, as at log-on")                                           \
    X(L"stop", L"/Stop               ", command_stop, L"ask the broker of this user to end, and wait for it")          \
    X(L"version", L"/Version            ", command_version, L"show the version")                                       \
    X(L"?", L"/?                  ", command_help, L"show this text")

/* name in small letters with its colon, as written, use, what it does */
#define ACCOUNTS(X)                                                                                                    \
    X(L"allow:", L"/Allow:ACCOUNT      ", account_allow, L"let the account use the broker, beside those allowed")      \
    X(L"deny:", L"/Deny:ACCOUNT       ", account_deny, L"take that back")                                              \
    X(L"user:", L"/User:ACCOUNT       ", account_owner,                                                                \
        L"only the Outlook of the accounts named so may be used; sets the list anew")

struct command_switch
{
    const wchar_t *name;
    enum command command;
};

struct account_switch
{
    const wchar_t *name;
    enum account_use use;
};

#define AS_ROW(name, written, value, meaning) {name, value},
#define AS_LINE(name, written, value, meaning) L"  " written meaning L"\n"

static const struct command_switch switches[] = {SWITCHES(AS_ROW)};
static const struct account_switch account_switches[] = {ACCOUNTS(AS_ROW)};

const wchar_t command_every_user[] = L"*";

static const wchar_t help[] =
    L"outlook-broker.exe - lets services, ASP pages and scripts use the Outlook of the user at this machine\n\n"
    L"usage: outlook-broker.exe SWITCH\n\n" SWITCHES(AS_LINE) L"\nwith /RegServer, each as often as "
                                                              L"needed:\n\n" ACCOUNTS(
                                                                  AS_LINE) L"\nACCOUNT is a user or a group: "
                                                                           L"DOMAIN\\name, name, or a SID such as "
                                                                           L"S-1-5-20; in quotes if it has spaces.\n"
                                                                           L"Registering again keeps the accounts that "
                                                                           L"were allowed and the list of users. "
                                                                           L"/User:* takes the list away:\n"
                                                                           L"then the Outlook of whoever is logged on "
                                                                           L"may be used.\n"
                                                                           L"\"-\" may stand for \"/\", in any case.\n";

/* What follows name at the begin of text, in any case; NULL if it does not begin so. */
static const wchar_t *pass(const wchar_t *text, const wchar_t *name)
{
    return letters_begin(text, name) ? text + wcslen(name) : NULL;
}

static enum command find_command(const wchar_t *name)
{
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
    {
        const wchar_t *rest = pass(name, switches[i].name);

        if (rest && !*rest) return switches[i].command;
    }
    return command_unknown;
}

static bool find_account(const wchar_t *name, struct named_account *found)
{
    for (size_t i = 0; i < sizeof(account_switches) / sizeof(account_switches[0]); i++)
    {
        if (!(found->account = pass(name, account_switches[i].name))) continue;
        found->use = account_switches[i].use;
        return true;
    }
    return false;
}

/* "*" stands for no list of owners at all, and for nothing beside others. */
static bool goes_with_others(const struct command_line *line, const struct named_account *account)
{
    for (size_t i = 0; i < line->account_count; i++)
    {
        const struct named_account *other = &line->accounts[i];

        if (account->use != account_owner || other->use != account_owner) continue;
        if (!wcscmp(account->account, command_every_user) != !wcscmp(other->account, command_every_user)) return false;
    }
    return true;
}

static enum command add_account(struct command_line *line, const struct named_account *account)
{
    if (line->command == command_register_per_user || line->command == command_unregister_per_user)
        return command_machine_only;
    if (line->command != command_register) return command_conflict;
    if (!*account->account) return command_no_account;
    if (!goes_with_others(line, account)) return command_conflict;
    if (line->account_count == COMMAND_ACCOUNTS_MOST) return command_too_many;
    line->accounts[line->account_count++] = *account;
    return line->command;
}

/* The command with this argument taken into account. */
static enum command take(struct command_line *line, const wchar_t *argument)
{
    bool is_switch = *argument == L'/' || *argument == L'-';
    enum command command = is_switch ? find_command(argument + 1) : command_unknown;
    struct named_account account;

    if (command == command_unknown)
        return is_switch && find_account(argument + 1, &account) ? add_account(line, &account) : command_unknown;
    return line->command == command_none || line->command == command ? command : command_conflict;
}

enum command command_line_parse(int argc, wchar_t *const *argv, struct command_line *line)
{
    line->command = command_none;
    line->bad = NULL;
    line->account_count = 0;
    for (int i = 1; i < argc; i++)
    {
        line->command = take(line, argv[i]);
        if (line->command >= command_unknown)
        {
            line->bad = argv[i];
            break;
        }
        /* What follows is COM's business. */
        if (line->command == command_embedding) break;
    }
    return line->command;
}

const wchar_t *command_line_help(void)
{
    return help;
}

const wchar_t *command_line_complaint(enum command command)
{
    static const wchar_t *const complaints[] = {
        [command_unknown] = L"there is no such switch.",
        [command_conflict] = L"this does not go with the switch before it, or needs one before it.",
        [command_no_account] = L"an account has to stand right behind the colon.",
        [command_machine_only] = L"a user's own registration knows no accounts: it is for that user alone.",
        [command_too_many] = L"these are too many accounts; name a group instead.",
    };

    return (size_t)command < sizeof(complaints) / sizeof(complaints[0]) ? complaints[command] : NULL;
}

/* command_line.c - the switches, once: the table and the text of /? are made of the same list. */
#include "command_line.h"
#include <stdbool.h>
#include <stddef.h>

/* name in small letters, as written, command, what it does */
#define SWITCHES(X)                                                                                                    \
    X(L"regserver", L"/RegServer   ", command_register, L"register the broker on this machine (as an administrator)")  \
    X(L"unregserver", L"/UnregServer ", command_unregister, L"take the registration back (as an administrator)")       \
    X(L"embedding", L"/Embedding   ", command_embedding, L"serve clients, as COM starts it")                           \
    X(L"run", L"/Run         ", command_run, L"have COM start the broker if unfinished mail waits, as at log-on")      \
    X(L"stop", L"/Stop        ", command_stop, L"ask the broker of this user to end, and wait for it")                 \
    X(L"version", L"/Version     ", command_version, L"show the version")                                              \
    X(L"?", L"/?           ", command_help, L"show this text")

struct command_switch
{
    const wchar_t *name;
    enum command command;
};

#define AS_ROW(name, written, command, meaning) {name, command},
#define AS_LINE(name, written, command, meaning) L"  " written meaning L"\n"

static const struct command_switch switches[] = {SWITCHES(AS_ROW)};

static const wchar_t help[] =
    L"outlook-broker.exe - lets services, ASP pages and scripts use the Outlook of the user at this machine\n\n"
    L"usage: outlook-broker.exe SWITCH\n\n" SWITCHES(AS_LINE) L"\n\"-\" may stand for \"/\", in any case.\n";

static bool same_any_case(const wchar_t *text, const wchar_t *lower)
{
    for (;; text++, lower++)
    {
        wchar_t c = *text;

        if (c >= L'A' && c <= L'Z') c = (wchar_t)(c - L'A' + L'a');
        if (c != *lower) return false;
        if (!c) return true;
    }
}

static enum command find_switch(const wchar_t *argument)
{
    if (*argument != L'/' && *argument != L'-') return command_unknown;
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
    {
        if (same_any_case(argument + 1, switches[i].name)) return switches[i].command;
    }
    return command_unknown;
}

enum command command_line_parse(int argc, wchar_t *const *argv, const wchar_t **bad)
{
    enum command found = command_none;

    *bad = NULL;
    for (int i = 1; i < argc; i++)
    {
        enum command command = find_switch(argv[i]);

        if (command != command_unknown && (found == command_none || found == command))
        {
            found = command;
            /* What follows is COM's business. */
            if (found == command_embedding) return found;
            continue;
        }
        *bad = argv[i];
        return command == command_unknown ? command_unknown : command_conflict;
    }
    return found;
}

const wchar_t *command_line_help(void)
{
    return help;
}

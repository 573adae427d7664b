/* command_line.h - the switches of outlook-broker.exe as a table. "-" for "/", any case. */
#ifndef OB_RULES_COMMAND_LINE_H
#define OB_RULES_COMMAND_LINE_H

#include <wchar.h>

enum command
{
    command_none,      /* no switch at all: help */
    command_embedding, /* as COM starts it */
    command_register,
    command_unregister,
    command_run,
    command_stop,
    command_version,
    command_help,
    command_unknown, /* a switch that there is not; *bad names it */
    command_conflict /* two that do not go together; *bad names the second */
};

/* The command of an argument vector (argv[0] is skipped). */
enum command command_line_parse(int argc, wchar_t *const *argv, const wchar_t **bad);

/* The text of /?: one line a switch. */
const wchar_t *command_line_help(void);

#endif

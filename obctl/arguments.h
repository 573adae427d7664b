/* arguments.h - the command line, read by the tables of options that the commands keep. An option is written --name
 * VALUE, --name=VALUE or /name:VALUE, in any case; --json and --help may stand anywhere. */
#ifndef OB_OBCTL_ARGUMENTS_H
#define OB_OBCTL_ARGUMENTS_H

#include <windows.h>
#include "text.h"

struct command;

enum option_kind
{
    option_flag,
    option_text,
    option_number,       /* within lowest and highest */
    option_maybe_number, /* the same; the value may be left out (then standard) and follows = or : */
    option_choice        /* one word of choices, which "|" divides; the number is its place, from 0 on */
};

struct option
{
    const WCHAR *name;  /* without dashes */
    const WCHAR *value; /* what stands for its value in the help; NULL for flags */
    const WCHAR *meaning;
    enum option_kind kind;
    BOOL many; /* may be given more than once */
    LONG lowest, highest, standard;
    const WCHAR *choices;
};

#define OPTIONS_GIVEN_MOST 128

struct given_option
{
    const struct option *option;
    const WCHAR *value; /* borrowed from the argument vector; NULL for flags and values left out */
    LONG number;
};

struct arguments
{
    const struct command *command; /* NULL: none was named */
    const WCHAR *argument;
    struct given_option given[OPTIONS_GIVEN_MOST];
    size_t given_count;
    WCHAR **rest; /* what stands behind a command that takes it as it is */
    int rest_count;
    BOOL json, help;
    struct text complaint; /* owned: what is not understood, one or two sentences; empty if all is */
};

/* Reads the argument vector, of which it borrows; clear it with arguments_clear. command_named finds a command. */
void arguments_parse(
    struct arguments *arguments, int argc, WCHAR **argv, const struct command *(*command_named)(const WCHAR *name));
void arguments_clear(struct arguments *arguments);

/* What was given: the first value of the option, or NULL; its number, or the other one; whether it was given. */
const WCHAR *given_text(const struct arguments *arguments, const WCHAR *name);
LONG given_number(const struct arguments *arguments, const WCHAR *name, LONG otherwise);
BOOL given_flag(const struct arguments *arguments, const WCHAR *name);

/* The value at this place among those of an option that may be given many times; NULL behind the last. */
const WCHAR *given_at(const struct arguments *arguments, const WCHAR *name, size_t place);

/* One line an option, for the command's help. */
void options_help(struct text *out, const struct option *options, size_t count);

#endif

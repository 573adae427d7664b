/* arguments.c - see arguments.h. The first thing that is not understood is told; what stands behind it is still looked
 * at for --json and --help. */
#include "arguments.h"
#include <wchar.h>
#include "commands.h"

#define HELP_COLUMN 26

/* --- one option */

/* The name behind the dashes of --name, --name=VALUE, /name or /name:VALUE, its length, and where its value begins
 * (NULL: none is written). False if it is no option by its form. */
static BOOL option_form(const WCHAR *argument, const WCHAR **name, size_t *length, const WCHAR **value)
{
    WCHAR divider;
    const WCHAR *end;

    if (argument[0] == L'-' && argument[1] == L'-' && argument[2])
        *name = argument + 2, divider = L'=';
    else if (argument[0] == L'/' && argument[1])
        *name = argument + 1, divider = L':';
    else
        return FALSE;
    end = wcschr(*name, divider);
    *length = end ? (size_t)(end - *name) : wcslen(*name);
    *value = end ? end + 1 : NULL;
    return TRUE;
}

static const struct option *option_named(const struct command *command, const WCHAR *name, size_t length)
{
    for (size_t i = 0; i < command->option_count; i++)
    {
        const struct option *option = &command->options[i];

        if (wcslen(option->name) == length && !_wcsnicmp(option->name, name, length)) return option;
    }
    return NULL;
}

static BOOL read_number(const struct option *option, const WCHAR *value, LONG *number)
{
    WCHAR *end;

    if (!value[0] || value[0] > L'9' || (value[0] < L'0' && value[0] != L'-')) return FALSE;
    *number = wcstol(value, &end, 10);
    return !*end && *number >= option->lowest && *number <= option->highest;
}

static BOOL read_choice(const struct option *option, const WCHAR *value, LONG *number)
{
    const WCHAR *word = option->choices;

    for (*number = 0; word; ++*number)
    {
        const WCHAR *end = wcschr(word, L'|');
        size_t length = end ? (size_t)(end - word) : wcslen(word);

        if (wcslen(value) == length && !_wcsnicmp(word, value, length)) return TRUE;
        word = end ? end + 1 : NULL;
    }
    return FALSE;
}

/* Reads the value of the option by its kind; complains where it is none. */
static void read_value(struct text *complaint, struct given_option *given)
{
    const struct option *option = given->option;

    if (!given->value)
    {
        given->number = option->kind == option_maybe_number ? option->standard : 1;
        return;
    }
    if ((option->kind == option_number || option->kind == option_maybe_number) &&
        !read_number(option, given->value, &given->number))
        text_format(complaint, L"--%ls cannot be \"%ls\": a whole number from %ld to %ld.", option->name, given->value,
            option->lowest, option->highest);
    if (option->kind == option_choice && !read_choice(option, given->value, &given->number))
        text_format(complaint, L"--%ls cannot be \"%ls\": one of %ls.", option->name, given->value, option->choices);
}

/* --- the whole line */

static void not_understood(struct arguments *arguments, const WCHAR *what)
{
    if (!arguments->complaint.length) text_format(&arguments->complaint, L"\"%ls\" is not understood.", what);
}

static BOOL is_given(const struct arguments *arguments, const struct option *option)
{
    for (size_t i = 0; i < arguments->given_count; i++)
        if (arguments->given[i].option == option) return TRUE;
    return FALSE;
}

/* Takes an option and the argument behind it where that is its value: returns how many arguments it took. */
static int take_option(struct arguments *arguments, WCHAR **argv, int left)
{
    struct given_option given = {.option = NULL};
    struct text *complaint = &arguments->complaint;
    const WCHAR *name;
    size_t length;
    int took = 1;

    if (!option_form(argv[0], &name, &length, &given.value) || !arguments->command ||
        !(given.option = option_named(arguments->command, name, length)) ||
        (given.option->kind == option_flag && given.value))
    {
        not_understood(arguments, argv[0]);
        return 1;
    }
    if (!given.value && given.option->kind != option_flag && given.option->kind != option_maybe_number)
    {
        if (argv[0][0] == L'-' && left > 1)
        {
            given.value = argv[1];
            took = 2;
        }
        else if (!complaint->length)
            text_format(complaint, L"--%ls needs %ls.", given.option->name, given.option->value);
    }
    if (complaint->length) return took;
    if ((is_given(arguments, given.option) && !given.option->many) || arguments->given_count == OPTIONS_GIVEN_MOST)
        text_format(complaint, L"--%ls is given more often than it can be.", given.option->name);
    else
    {
        read_value(complaint, &given);
        arguments->given[arguments->given_count++] = given;
    }
    return took;
}

static BOOL is_help(const WCHAR *argument)
{
    return !wcscmp(argument, L"--help") || !wcscmp(argument, L"-h") || !wcscmp(argument, L"/?") ||
           !wcscmp(argument, L"-?");
}

void arguments_parse(
    struct arguments *arguments, int argc, WCHAR **argv, const struct command *(*command_named)(const WCHAR *name))
{
    *arguments = (struct arguments){.command = NULL};
    for (int i = 1, took; i < argc; i += took)
    {
        took = 1;
        if (!wcscmp(argv[i], L"--json"))
            arguments->json = TRUE;
        else if (is_help(argv[i]))
            arguments->help = TRUE;
        else if (!arguments->command && (arguments->command = command_named(argv[i])))
        {
            if (arguments->command->needs != needs_rest) continue;
            arguments->rest = argv + i + 1;
            arguments->rest_count = argc - i - 1;
            for (int j = i + 1; j < argc; j++)
                if (is_help(argv[j])) arguments->help = TRUE;
            return;
        }
        else if (arguments->command && arguments->command->argument && !arguments->argument && argv[i][0] != L'-' &&
                 argv[i][0] != L'/')
            arguments->argument = argv[i];
        else
            took = take_option(arguments, argv + i, argc - i);
    }
    if (arguments->complaint.length) return;
    if (!arguments->command)
        text_add(&arguments->complaint, L"say what to do.");
    else if (arguments->command->argument && !arguments->argument)
        text_format(&arguments->complaint, L"%ls needs %ls.", arguments->command->name, arguments->command->argument);
}

void arguments_clear(struct arguments *arguments)
{
    text_clear(&arguments->complaint);
    *arguments = (struct arguments){.command = NULL};
}

/* --- what was given */

static const struct given_option *given(const struct arguments *arguments, const WCHAR *name, size_t place)
{
    for (size_t i = 0; i < arguments->given_count; i++)
        if (!wcscmp(arguments->given[i].option->name, name) && !place--) return &arguments->given[i];
    return NULL;
}

const WCHAR *given_at(const struct arguments *arguments, const WCHAR *name, size_t place)
{
    const struct given_option *found = given(arguments, name, place);

    return found ? found->value : NULL;
}

const WCHAR *given_text(const struct arguments *arguments, const WCHAR *name)
{
    return given_at(arguments, name, 0);
}

LONG given_number(const struct arguments *arguments, const WCHAR *name, LONG otherwise)
{
    const struct given_option *found = given(arguments, name, 0);

    return found ? found->number : otherwise;
}

BOOL given_flag(const struct arguments *arguments, const WCHAR *name)
{
    return given(arguments, name, 0) != NULL;
}

void options_help(struct text *out, const struct option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
    {
        const struct option *option = &options[i];

        text_format(out, option->kind == option_maybe_number ? L"  --%ls[=%ls]" : L"  --%ls %ls", option->name,
            option->value ? option->value : L"");
        text_column(out, HELP_COLUMN);
        text_format(out, L" %ls\n", option->meaning);
    }
}

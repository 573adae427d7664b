/* ownership.c - whose Outlook is it? Every doubt makes it the user's. */
#include "ownership.h"
#include <stddef.h>
#include "letters.h"

static bool is_space(wchar_t c)
{
    return c == L' ' || c == L'\t';
}

/* Passes one argument of a command line; what stands in quotes belongs together. */
static const wchar_t *argument_end(const wchar_t *at)
{
    bool quoted = false;

    for (; *at && (quoted || !is_space(*at)); at++)
    {
        if (*at == L'"') quoted = !quoted;
    }
    return at;
}

/* The first argument is the program, whose path proves nothing. */
static bool has_embedding(const wchar_t *command_line)
{
    const wchar_t *at = argument_end(command_line);

    for (;;)
    {
        const wchar_t *start;

        while (is_space(*at))
            at++;
        if (!*at) return false;
        start = at;
        at = argument_end(at);
        if ((*start == L'-' || *start == L'/') && letters_are(start + 1, (size_t)(at - start - 1), L"embedding"))
        {
            return true;
        }
    }
}

bool outlook_is_ours(const struct outlook_process *process)
{
    if (process->running_before && !process->recorded) return false;
    if (!process->command_line_known || !process->command_line) return false;
    return has_embedding(process->command_line);
}

bool outlook_taken_over(long explorers, long inspectors, long visible_windows)
{
    return explorers != 0 || inspectors != 0 || visible_windows != 0;
}

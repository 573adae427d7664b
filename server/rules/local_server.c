/* local_server.c - a quoted program ends at the quote; an unquoted one after the first ".exe" that a word ends with, as
 * CreateProcess would find it, and where there is none at the first space. */
#include "local_server.h"
#include "letters.h"

static bool is_exe(const wchar_t *text)
{
    if (!letters_begin(text, L".exe")) return false;
    return !text[4] || text[4] == L' ' || text[4] == L'\t';
}

static size_t program_length(const wchar_t *text)
{
    size_t i;

    for (i = 0; text[i]; i++)
        if (is_exe(text + i)) return i + 4;
    for (i = 0; text[i] && text[i] != L' ' && text[i] != L'\t'; i++)
        ;
    return i;
}

/* The program's part of the value: where it begins, and its length. */
static const wchar_t *find_program(const wchar_t *value, size_t *length)
{
    while (*value == L' ' || *value == L'\t')
        value++;
    if (*value != L'"')
    {
        *length = program_length(value);
        return value;
    }
    value++;
    for (*length = 0; value[*length] && value[*length] != L'"'; ++*length)
        ;
    return value;
}

static bool copy_part(const wchar_t *from, size_t length, wchar_t *out, size_t size)
{
    if (!length || length >= size) return false;
    for (size_t i = 0; i < length; i++)
        out[i] = from[i];
    out[length] = 0;
    return true;
}

bool local_server_program(const wchar_t *value, wchar_t *out, size_t size)
{
    const wchar_t *program;
    size_t length;

    if (!out || !size) return false;
    out[0] = 0;
    if (!value) return false;
    program = find_program(value, &length);
    return copy_part(program, length, out, size);
}

bool local_server_leaf(const wchar_t *value, wchar_t *out, size_t size)
{
    size_t length, start = 0;
    const wchar_t *program;

    if (!out || !size) return false;
    out[0] = 0;
    if (!value) return false;
    program = find_program(value, &length);
    for (size_t i = 0; i < length; i++)
        if (program[i] == L'\\' || program[i] == L'/') start = i + 1;
    return copy_part(program + start, length - start, out, size);
}

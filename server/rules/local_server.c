/* local_server.c - a quoted program ends at the quote; an unquoted one after the first ".exe" that a word ends with, as
 * CreateProcess would find it, and where there is none at the first space. */
#include "local_server.h"

static wchar_t lower(wchar_t c)
{
    return c >= L'A' && c <= L'Z' ? (wchar_t)(c - L'A' + L'a') : c;
}

static bool is_exe(const wchar_t *text)
{
    static const wchar_t exe[] = L".exe";

    for (size_t i = 0; i < 4; i++)
        if (lower(text[i]) != exe[i]) return false;
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

bool local_server_leaf(const wchar_t *value, wchar_t *out, size_t size)
{
    size_t length = 0, start = 0;

    if (!out || !size) return false;
    out[0] = 0;
    if (!value) return false;
    while (*value == L' ' || *value == L'\t')
        value++;
    if (*value == L'"')
    {
        for (value++; value[length] && value[length] != L'"'; length++)
            ;
    }
    else
        length = program_length(value);
    for (size_t i = 0; i < length; i++)
        if (value[i] == L'\\' || value[i] == L'/') start = i + 1;
    if (start == length || length - start >= size) return false;
    for (size_t i = start; i < length; i++)
        out[i - start] = value[i];
    out[length - start] = 0;
    return true;
}

/* text_check.c - see text_check.h. */
#include "text_check.h"
#include <stdint.h>

bool text_breaks_line(wchar_t c)
{
    uint32_t u = (uint32_t)c;

    return u < 0x20 || (u >= 0x7F && u <= 0x9F) || u == 0x2028 || u == 0x2029;
}

size_t text_line_check(const wchar_t *text, unsigned *character)
{
    if (character) *character = 0;
    for (size_t i = 0; text[i]; i++)
    {
        if (!text_breaks_line(text[i])) continue;
        if (character) *character = (unsigned)text[i];
        return i + 1;
    }
    return 0;
}

/* Pairs are judged alike where wchar_t is wider than a code unit: what is tested there is what runs on Windows. */
size_t text_half_check(const wchar_t *text, unsigned *unit)
{
    if (unit) *unit = 0;
    for (size_t i = 0; text[i]; i++)
    {
        uint32_t here = (uint32_t)text[i], next = (uint32_t)text[i + 1];

        if (here < 0xD800 || here > 0xDFFF) continue;
        if (here <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF)
        {
            i++;
            continue;
        }
        if (unit) *unit = (unsigned)here;
        return i + 1;
    }
    return 0;
}

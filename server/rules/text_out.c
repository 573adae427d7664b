/* text_out.c - texts in buffers of fixed size. Never writes beyond size, and leaves a zero at the end of what is there.
 */
#include "text_out.h"

void text_out_begin(struct text_out *text, wchar_t *out, size_t size)
{
    text->out = out;
    text->size = size;
    text->length = 0;
    if (size) out[0] = 0;
}

void text_out_character(struct text_out *text, wchar_t character)
{
    if (text->length + 1 < text->size)
    {
        text->out[text->length] = character;
        text->out[text->length + 1] = 0;
    }
    text->length++;
}

void text_out_add(struct text_out *text, const wchar_t *added)
{
    while (*added)
        text_out_character(text, *added++);
}

void text_out_part(struct text_out *text, const wchar_t *added, size_t length)
{
    for (size_t i = 0; i < length; i++)
        text_out_character(text, added[i]);
}

void text_out_hex(struct text_out *text, uint32_t number)
{
    int shift = 28;

    text_out_add(text, L"0x");
    while (shift > 0 && !(number >> shift))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        text_out_character(text, L"0123456789abcdef"[(number >> shift) & 0xF]);
}

size_t text_out_end(struct text_out *text)
{
    if (text->length >= text->size && text->size > 1)
    {
        wchar_t *last = text->out + text->size - 2;

        if (*last >= 0xD800 && *last <= 0xDBFF) *last = 0;
    }
    return text->length;
}

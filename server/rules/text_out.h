/* text_out.h - puts a text together in a caller's buffer of fixed size: what does not fit is cut, the length goes on
 * being counted, and a zero always ends what is there. For the rooms that write texts of their own. */
#ifndef OB_RULES_TEXT_OUT_H
#define OB_RULES_TEXT_OUT_H

#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

struct text_out
{
    wchar_t *out;  /* borrowed; may be NULL if size is 0 */
    size_t size;   /* places in out, the zero's included */
    size_t length; /* of the whole text, the zero not counted */
};

/* Begins an empty text. */
void text_out_begin(struct text_out *text, wchar_t *out, size_t size);

void text_out_character(struct text_out *text, wchar_t character);

void text_out_add(struct text_out *text, const wchar_t *added);

/* The first length characters of added. */
void text_out_part(struct text_out *text, const wchar_t *added, size_t length);

/* "0x3": small letters, no zeros in front. */
void text_out_hex(struct text_out *text, uint32_t number);

/* Ends the text; a cut never leaves half of a surrogate pair behind. Returns the length of the whole text. */
size_t text_out_end(struct text_out *text);

#endif

/* text_check.h - texts that come from outside: what would break a line, or cannot be written as UTF-8. */
#ifndef OB_RULES_TEXT_CHECK_H
#define OB_RULES_TEXT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* A control character, or a line or paragraph separator. */
bool text_breaks_line(wchar_t c);

/* The position (1-based) of the first control character of a one-line text such as a subject; 0 if there is none. A tab
 * counts as one too, and so do U+0080 to U+009F and the line and paragraph separators U+2028 and U+2029. character may
 * be NULL; it is 0 if there is none. */
size_t text_line_check(const wchar_t *text, unsigned *character);

/* The position (1-based) of the first code unit U+D800 to U+DFFF that is not one of a surrogate pair; 0 if there is
 * none. unit may be NULL; it is 0 if there is none. */
size_t text_half_check(const wchar_t *text, unsigned *unit);

#endif

/* content_id.h - the name by which HTML text refers to an attachment (cid:NAME), as RFC 2392 has it. */
#ifndef OB_RULES_CONTENT_ID_H
#define OB_RULES_CONTENT_ID_H

#include <stddef.h>
#include <wchar.h>

#define CONTENT_ID_MOST 250 /* a header line of mail has 998 characters; most programs keep far below that */

/* The position (1-based) of the first character that a content id may not have: it is made of the letters, digits and
 * signs that stand in an address and need no escape in a URL. 0 if there is none; an empty one is fine. One that is too
 * long is at fault at its first character past the end. character is that character, 0 if there is none. */
size_t content_id_check(const wchar_t *content_id, unsigned *character);

#endif

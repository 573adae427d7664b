/* content_id.c - see content_id.h. */
#include "content_id.h"
#include <stdbool.h>
#include "letters.h"

static bool may_stand(wchar_t c)
{
    return is_letter_or_digit(c) || (c && wcschr(L".@-_+$!*'=~&", c));
}

size_t content_id_check(const wchar_t *content_id, unsigned *character)
{
    size_t at = 0;

    while (at < CONTENT_ID_MOST && may_stand(content_id[at]))
        at++;
    *character = (unsigned)content_id[at];
    return content_id[at] ? at + 1 : 0;
}

/* content_id.c - see content_id.h. */
#include "content_id.h"
#include <stdbool.h>

static bool may_stand(wchar_t c)
{
    if ((c >= L'0' && c <= L'9') || (c >= L'A' && c <= L'Z') || (c >= L'a' && c <= L'z')) return true;
    return c && wcschr(L".@-_+$!*'=~&", c);
}

size_t content_id_check(const wchar_t *content_id, unsigned *character)
{
    size_t at = 0;

    while (at < CONTENT_ID_MOST && may_stand(content_id[at]))
        at++;
    *character = (unsigned)content_id[at];
    return content_id[at] ? at + 1 : 0;
}

/* owners.c - see owners.h. */
#include "owners.h"
#include "text_out.h"

bool owners_admit(const struct owner *owners, size_t count, const wchar_t *user_sid)
{
    if (!user_sid || !*user_sid) return false;
    for (size_t i = 0; i < count; i++)
        if (owners[i].sid && !wcscmp(owners[i].sid, user_sid)) return true;
    return false;
}

size_t owners_text(wchar_t *out, size_t size, const struct owner *owners, size_t count)
{
    struct text_out text;

    text_out_begin(&text, out, size);
    if (!count) text_out_add(&text, L"nobody");
    for (size_t i = 0; i < count; i++)
    {
        if (i) text_out_add(&text, L", ");
        text_out_add(&text, owners[i].name);
        if (!owners[i].sid) text_out_add(&text, L" (no such account)");
    }
    return text_out_end(&text);
}

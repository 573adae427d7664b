/* error_text.c - the table of texts, made of errors.tbl, and how one is put together: what happened, what was checked,
 * one next step. Inserts are taken as they are: a percent sign in one is no placeholder. They come from callers, and a
 * text has to stay one that can be read: long ones are cut. */
#include "error_text.h"
#include "text_out.h"

#define CONTRACT_FIRST 0x8004B000u
#define CONTRACT_LAST 0x8004BFFFu
#define INSERTS_MOST 5
#define INSERT_MOST 300 /* characters: any path that Outlook takes (260) stays whole */

static const struct error_row rows[error_id_count] = {
#include "error_rows.inc"
};

const struct error_row *error_row(enum error_id id)
{
    if ((unsigned)id >= error_id_count) return &rows[error_unexpected];
    return &rows[id];
}

const wchar_t *error_code_name(uint32_t code)
{
    if (code < CONTRACT_FIRST || code > CONTRACT_LAST) return NULL;
    for (size_t i = 0; i < error_id_count; i++)
    {
        if (rows[i].code == code) return rows[i].name;
    }
    return NULL;
}

static const wchar_t next_head[] = L" Next: ";

static void add_insert(struct text_out *text, const wchar_t *insert)
{
    size_t length = 0;

    while (length <= INSERT_MOST && insert[length])
        length++;
    if (length <= INSERT_MOST)
    {
        text_out_part(text, insert, length);
        return;
    }
    length = INSERT_MOST;
    if (insert[length - 1] >= 0xD800 && insert[length - 1] <= 0xDBFF) length--;
    text_out_part(text, insert, length);
    text_out_add(text, L"...");
}

static void add_with_inserts(struct text_out *text, const wchar_t *pattern, const wchar_t *const *inserts, size_t count)
{
    for (; *pattern; pattern++)
    {
        if (pattern[0] == L'%' && pattern[1] >= L'1' && pattern[1] <= L'5')
        {
            size_t number = (size_t)(pattern[1] - L'1');

            if (number < count && inserts[number]) add_insert(text, inserts[number]);
            pattern++;
            continue;
        }
        text_out_character(text, *pattern);
        if (pattern[0] == L'%' && pattern[1] == L'%') pattern++;
    }
}

size_t error_text_pattern(
    wchar_t *out, size_t size, const struct error_row *row, const wchar_t *const *inserts, size_t count)
{
    struct text_out text;

    text_out_begin(&text, out, size);
    add_with_inserts(&text, row->what, inserts, count);
    text_out_add(&text, L" Checked: ");
    add_with_inserts(&text, row->checked, inserts, count);
    text_out_add(&text, next_head);
    add_with_inserts(&text, row->next, inserts, count);
    return text_out_end(&text);
}

size_t error_text_format(wchar_t *out, size_t size, enum error_id id, const wchar_t *const *inserts, size_t count)
{
    return error_text_pattern(out, size, error_row(id), inserts, count);
}

/* Where the next step begins in a text, with its head; the end of one that has none. */
static size_t find_next(const wchar_t *text)
{
    const size_t head = sizeof(next_head) / sizeof(next_head[0]) - 1;
    size_t length = 0, found, matched;

    while (text[length])
        length++;
    found = length;
    for (size_t i = 0; i + head <= length; i++)
    {
        for (matched = 0; matched < head && text[i + matched] == next_head[matched]; matched++)
            ;
        if (matched == head) found = i;
    }
    return found;
}

size_t error_text_next(
    wchar_t *out, size_t size, const wchar_t *text, enum error_id id, const wchar_t *const *inserts, size_t count)
{
    const wchar_t *all[INSERTS_MOST + 1] = {0};
    const size_t at = find_next(text);
    struct text_out to;

    if (count > INSERTS_MOST) count = INSERTS_MOST;
    for (size_t i = 0; i < count; i++)
        all[i] = inserts[i];
    all[count] = text[at] ? text + at + sizeof(next_head) / sizeof(next_head[0]) - 1 : L"";
    text_out_begin(&to, out, size);
    text_out_part(&to, text, at);
    text_out_add(&to, next_head);
    add_with_inserts(&to, error_row(id)->next, all, count + 1);
    return text_out_end(&to);
}

bool error_text_is(const wchar_t *text, enum error_id id)
{
    const wchar_t *what = error_row(id)->what;

    return !wcsncmp(text, what, wcscspn(what, L"%"));
}

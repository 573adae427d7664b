/* html.c - between an item's text and its HTML. See html.h. */
#include "html.h"
#include <stdlib.h>
#include <wchar.h>

struct wide_buffer
{
    WCHAR *text;
    size_t length, room;
};

static void wide_add(struct wide_buffer *buffer, const WCHAR *text, size_t length)
{
    if (buffer->length + length + 1 > buffer->room)
    {
        buffer->room = (buffer->length + length + 1) * 2;
        buffer->text = memory_resize(buffer->text, buffer->room * sizeof(*buffer->text));
    }
    if (length) memcpy(buffer->text + buffer->length, text, length * sizeof(*text));
    buffer->length += length;
    buffer->text[buffer->length] = 0;
}

static void wide_add_text(struct wide_buffer *buffer, const WCHAR *text)
{
    wide_add(buffer, text, wcslen(text));
}

static const struct
{
    WCHAR character;
    const WCHAR *entity;
} entities[] = {
    {L'&', L"&amp;"},
    {L'<', L"&lt;"},
    {L'>', L"&gt;"},
    {L'"', L"&quot;"},
    {L'\x00A0', L"&nbsp;"},
};

WCHAR *html_from_text(const WCHAR *text)
{
    struct wide_buffer html = {0};

    wide_add_text(&html, L"<html><body>");
    for (; text && *text; text++)
    {
        const WCHAR *entity = NULL;

        for (size_t i = 0; i < ARRAYSIZE(entities); i++)
            if (entities[i].character == *text) entity = entities[i].entity;
        if (entity)
            wide_add_text(&html, entity);
        else if (*text == L'\n')
            wide_add_text(&html, L"<br>\r\n");
        else if (*text != L'\r')
            wide_add(&html, text, 1);
    }
    wide_add_text(&html, L"</body></html>");
    return html.text;
}

static bool tag_is(const WCHAR *tag, const WCHAR *name)
{
    size_t length = wcslen(name);

    return !_wcsnicmp(tag, name, length) && !iswalnum(tag[length]);
}

/* Behind the end tag of an element whose content nobody sees. */
static const WCHAR *skip_element(const WCHAR *at, const WCHAR *name)
{
    for (; *at; at++)
        if (at[0] == L'<' && at[1] == L'/' && tag_is(at + 2, name)) break;
    while (*at && *at != L'>')
        at++;
    return *at ? at + 1 : at;
}

static const WCHAR *skip_tag(const WCHAR *at, struct wide_buffer *text)
{
    static const WCHAR *const unseen[] = {L"head", L"style", L"script", L"title"};
    static const WCHAR *const breaks[] = {L"br", L"/p", L"/div", L"/tr", L"/li", L"/h1", L"/h2", L"/h3"};
    const WCHAR *name = at + 1;

    if (!wcsncmp(name, L"!--", 3))
    {
        const WCHAR *end = wcsstr(name, L"-->");

        return end ? end + 3 : name + wcslen(name);
    }
    for (size_t i = 0; i < ARRAYSIZE(unseen); i++)
        if (tag_is(name, unseen[i])) return skip_element(name, unseen[i]);
    for (size_t i = 0; i < ARRAYSIZE(breaks); i++)
        if (tag_is(name, breaks[i])) wide_add_text(text, L"\r\n");
    while (*at && *at != L'>')
        at++;
    return *at ? at + 1 : at;
}

static const WCHAR *take_entity(const WCHAR *at, struct wide_buffer *text)
{
    if (at[1] == L'#')
    {
        bool hex = towlower(at[2]) == L'x';
        WCHAR *end;
        unsigned long code = wcstoul(at + (hex ? 3 : 2), &end, hex ? 16 : 10);
        WCHAR units[2] = {(WCHAR)code, 0};

        if (*end == L';' && code > 0 && code < 0x110000)
        {
            if (code >= 0x10000)
            {
                units[0] = (WCHAR)(0xD800 + ((code - 0x10000) >> 10));
                units[1] = (WCHAR)(0xDC00 + ((code - 0x10000) & 0x3FF));
            }
            wide_add(text, units, code >= 0x10000 ? 2 : 1);
            return end + 1;
        }
    }
    for (size_t i = 0; i < ARRAYSIZE(entities); i++)
    {
        size_t length = wcslen(entities[i].entity);

        if (wcsncmp(at, entities[i].entity, length)) continue;
        wide_add(text, &entities[i].character, 1);
        return at + length;
    }
    wide_add(text, at, 1);
    return at + 1;
}

WCHAR *html_to_text(const WCHAR *html)
{
    struct wide_buffer text = {0};
    bool space = true;

    wide_add(&text, L"", 0);
    while (html && *html)
    {
        size_t before = text.length;

        if (*html == L'<')
            html = skip_tag(html, &text);
        else if (*html == L'&')
            html = take_entity(html, &text);
        else if (iswspace(*html))
        {
            if (!space) wide_add_text(&text, L" ");
            html++;
        }
        else
            wide_add(&text, html++, 1);
        if (text.length > before) space = iswspace(text.text[text.length - 1]) != 0;
    }
    return text.text;
}

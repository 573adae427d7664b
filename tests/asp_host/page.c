/* page.c - a page as a script: what stands between the parts of script becomes Response.WriteBlock, <%= x %> becomes
 * Response.Write(x). Each part begins on a line of its own, and the lines know where they came from. */
#include "asp.h"
#include <stdlib.h>
#include <wchar.h>

struct output
{
    struct page *page;
    size_t length, room;
};

static void *grown(void *memory, size_t size)
{
    void *bigger = realloc(memory, size);

    if (!bigger) ExitProcess(3);
    return bigger;
}

static unsigned newlines(const WCHAR *text)
{
    unsigned count = 0;

    for (; *text; text++)
        count += *text == L'\n';
    return count;
}

/* Appends whole lines; the first of them stands in this line of the page. */
static void add(struct output *out, const WCHAR *text, unsigned line)
{
    struct page *page = out->page;
    size_t length = wcslen(text);

    if (out->length + length + 1 > out->room)
    {
        out->room = (out->length + length + 1) * 2;
        page->script = grown(page->script, out->room * sizeof(WCHAR));
    }
    wmemcpy(page->script + out->length, text, length + 1);
    out->length += length;
    for (unsigned i = 0; i < newlines(text); i++)
    {
        page->lines = grown(page->lines, (page->line_count + 1) * sizeof(*page->lines));
        page->lines[page->line_count++] = line + i;
    }
}

static void add_block(struct output *out, WCHAR *text, unsigned line)
{
    struct page *page = out->page;
    WCHAR call[60];

    if (!*text) return;
    swprintf(call, ARRAYSIZE(call), L"Response.WriteBlock %u\n", page->block_count);
    page->blocks = grown(page->blocks, (page->block_count + 1) * sizeof(*page->blocks));
    page->blocks[page->block_count++] = text;
    add(out, call, line);
}

/* One part of script, without its marks. */
static void add_script(struct output *out, const WCHAR *text, unsigned line)
{
    if (*text == L'=')
    {
        while (*++text == L' ')
        {
        }
        add(out, L"Response.Write(", line);
        add(out, text, line);
        add(out, L")\n", line + newlines(text));
        return;
    }
    add(out, text, line);
    add(out, L"\n", line + newlines(text));
}

/* What the host keeps to; a page that asks for something else is refused. */
static bool directive_understood(WCHAR *text)
{
    static const WCHAR *const understood[] = {
        L"Language=\"VBScript\"", L"CodePage=\"65001\"", L"EnableSessionState=\"False\""};

    for (WCHAR *word = wcstok(text, L" \t\r\n"); word; word = wcstok(NULL, L" \t\r\n"))
    {
        bool found = false;

        for (size_t i = 0; i < ARRAYSIZE(understood); i++)
            found = found || !_wcsicmp(word, understood[i]);
        if (!found) return false;
    }
    return true;
}

static const WCHAR *add_part(struct output *out, WCHAR *part, unsigned line)
{
    if (*part != L'@')
        add_script(out, part, line);
    else if (line != 1)
        return L"a directive has to stand in the first line";
    else if (!directive_understood(part + 1))
        return L"the host does not understand the directive";
    return NULL;
}

bool page_translate(struct page *page, WCHAR *text, const WCHAR **problem, unsigned *line)
{
    struct output out = {.page = page};

    memset(page, 0, sizeof(*page));
    *line = 1;
    *problem = wcsstr(text, L"<!--#") ? L"the host includes no files" : NULL;
    while (!*problem)
    {
        WCHAR *begin = wcsstr(text, L"<%"), *end = begin ? wcsstr(begin, L"%>") : NULL;

        if (begin) *begin = 0;
        /* As in IIS: the space behind the directive is nothing, or "Option Explicit" would come too late. */
        if (page->block_count || page->line_count || wcsspn(text, L" \t\r\n") < wcslen(text))
            add_block(&out, text, *line);
        *line += newlines(text);
        if (!begin) return true;
        if (!end)
        {
            *problem = L"this part of script does not end";
            break;
        }
        *end = 0;
        *problem = add_part(&out, begin + 2, *line);
        *line += newlines(begin + 2);
        text = end + 2;
    }
    return false;
}

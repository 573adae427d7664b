/* address_list.c - To, CC and BCC by their form. Nothing is looked up here: a name without an @ is the address book's
 * to judge. Lenient where mail is (dots, scripts, one-label domains), strict where a mistake would send to somebody
 * else or to nobody: an @ has to belong to one whole address, and a comma next to an @ is taken for a wrong divider. */
#include "address_list.h"
#include <stdbool.h>
#include <stdint.h>
#include "letters.h"
#include "text_check.h"

struct span
{
    const wchar_t *at;
    size_t length;
};

/* Spaces of any width, which come along when addresses are copied from a page. */
static bool is_space(wchar_t c)
{
    uint32_t u = (uint32_t)c;

    return u == 0x20 || u == 0xA0 || (u >= 0x2000 && u <= 0x200B) || u == 0x202F || u == 0x205F || u == 0x3000 ||
           u == 0xFEFF;
}

static bool is_comma(wchar_t c)
{
    return c == L',' || c == 0xFF0C || c == 0x3001 || c == 0x060C;
}

static bool is_one_of(wchar_t c, const wchar_t *set)
{
    return c && wcschr(set, c) != NULL;
}

static struct span part(struct span whole, size_t start, size_t end)
{
    struct span inner = {whole.at + start, end - start};

    return inner;
}

static bool is_blank(struct span span)
{
    size_t i = 0;

    while (i < span.length && is_space(span.at[i]))
        i++;
    return i == span.length;
}

static struct span trim(struct span span)
{
    while (span.length && is_space(span.at[0]))
        span = part(span, 1, span.length);
    while (span.length && is_space(span.at[span.length - 1]))
        span.length--;
    return span;
}

/* The place after the quoted text that begins at start, or start if it never ends. */
static size_t quote_end(struct span span, size_t start)
{
    for (size_t i = start + 1; i < span.length; i++)
    {
        if (span.at[i] == L'\\')
            i++;
        else if (span.at[i] == L'"')
            return i + 1;
    }
    return start;
}

/* The place after what stands at i: a quoted text is passed as a whole, so is a quote with a backslash before it. A
 * quote that never ends is a character like others; then only escaped ones follow, and no place is looked at twice. */
static size_t pass(struct span span, size_t i)
{
    size_t end;

    if (span.at[i] == L'\\' && i + 1 < span.length && span.at[i + 1] == L'"') return i + 2;
    if (span.at[i] != L'"') return i + 1;
    end = quote_end(span, i);
    return end > i ? end : i + 1;
}

/* The first place from start on, outside quotes, that holds c; the length if there is none. */
static size_t find(struct span span, size_t start, wchar_t c)
{
    while (start < span.length && span.at[start] != c)
        start = pass(span, start);
    return start < span.length ? start : span.length;
}

static bool has(struct span span, wchar_t c)
{
    return find(span, 0, c) < span.length;
}

/* A prefix in small ASCII letters, in any case. */
static bool starts_with(struct span span, const wchar_t *prefix)
{
    size_t i = 0;

    while (i < span.length && prefix[i] && letter_small(span.at[i]) == prefix[i])
        i++;
    return !prefix[i];
}

static bool same_any_case(struct span a, struct span b)
{
    if (a.length != b.length) return false;
    for (size_t i = 0; i < a.length; i++)
    {
        if (letter_small(a.at[i]) != letter_small(b.at[i])) return false;
    }
    return true;
}

/* Letters and signs that a word of an address may hold; beyond ASCII all but spaces. */
static bool is_word(wchar_t c, const wchar_t *signs)
{
    return is_letter_or_digit(c) || is_one_of(c, signs) || ((uint32_t)c > 0x9F && !is_space(c));
}

/* Dots may stand anywhere, as some mail providers have handed them out, but not alone. */
static bool is_local_part(struct span span)
{
    bool any = false;

    if (span.length > 2 && span.at[0] == L'"') return quote_end(span, 0) == span.length;
    for (size_t i = 0; i < span.length; i++)
    {
        if (span.at[i] == L'.') continue;
        if (!is_word(span.at[i], L"!#$%&'*+-/=?^_`{|}~")) return false;
        any = true;
    }
    return any;
}

/* [192.0.2.1], [IPv6:2001:db8::1] */
static bool is_domain_literal(struct span span)
{
    if (span.length < 3 || span.at[0] != L'[' || span.at[span.length - 1] != L']') return false;
    for (size_t i = 1; i < span.length - 1; i++)
    {
        if (!is_letter_or_digit(span.at[i]) && !is_one_of(span.at[i], L".:")) return false;
    }
    return true;
}

static bool is_label(struct span span)
{
    if (!span.length || span.at[0] == L'-' || span.at[span.length - 1] == L'-') return false;
    for (size_t i = 0; i < span.length; i++)
    {
        if (!is_word(span.at[i], L"-_")) return false;
    }
    return true;
}

static bool is_domain(struct span span)
{
    size_t start = 0;

    if (is_domain_literal(span)) return true;
    for (size_t i = 0; i < span.length; i++)
    {
        if (span.at[i] != L'.') continue;
        if (!is_label(part(span, start, i))) return false;
        start = i + 1;
    }
    return is_label(part(span, start, span.length));
}

/* The name of an Exchange object: /o=Organization/ou=... */
static bool is_exchange_name(struct span span)
{
    return span.length > 3 && starts_with(span, L"/o=");
}

/* local@domain, or what stands for one. */
static bool is_address(struct span span)
{
    size_t at;

    if (is_exchange_name(span)) return true;
    if (starts_with(span, L"ex:/o=")) return true;
    if (starts_with(span, L"smtp:")) span = part(span, 5, span.length);
    at = find(span, 0, L'@');
    if (at == span.length) return false;
    return is_local_part(part(span, 0, at)) && is_domain(part(span, at + 1, span.length));
}

/* 'a@b.c', as Outlook itself writes an address that is its own name. */
static struct span without_single_quotes(struct span span)
{
    if (span.length > 1 && span.at[0] == L'\'' && span.at[span.length - 1] == L'\'')
    {
        return part(span, 1, span.length - 1);
    }
    return span;
}

/* The name in front of a bracketed address: anything without an @, or that very address again. */
static bool is_name_of(struct span name, struct span address)
{
    name = without_single_quotes(trim(name));
    return !has(name, L'@') || same_any_case(name, address);
}

/* [SMTP:a@b.c], [FAX:Jane@+1 (425) 555-0100]: where the bracket begins, or the length if this is none. */
static size_t find_typed(struct span span)
{
    size_t open = find(span, 0, L'['), colon;

    if (open == span.length || span.at[span.length - 1] != L']') return span.length;
    if (open && span.at[open - 1] == L'@') return span.length;
    /* The bracket at the end ends this too. */
    colon = open + 1;
    while (is_letter_or_digit(span.at[colon]))
        colon++;
    return colon > open + 1 && span.at[colon] == L':' ? open : span.length;
}

static bool is_typed_entry(struct span entry, size_t open)
{
    struct span inner = part(entry, open + 1, entry.length - 1);

    if (has(inner, L'[') || has(inner, L']') || has(part(entry, 0, open), L'@')) return false;
    if (starts_with(inner, L"smtp:") || starts_with(inner, L"ex:")) return is_address(inner);
    return inner.at[inner.length - 1] != L':';
}

/* Name <address>, Name (address): open is where the bracket begins, which has to end the entry. */
static bool is_bracketed_entry(struct span entry, size_t open, wchar_t closing)
{
    struct span address;

    if (find(entry, open, closing) != entry.length - 1) return false;
    address = without_single_quotes(trim(part(entry, open + 1, entry.length - 1)));
    return is_address(address) && is_name_of(part(entry, 0, open), address);
}

static bool quotes_are_closed(struct span span)
{
    for (size_t i = find(span, 0, L'"'); i < span.length; i = find(span, i, L'"'))
    {
        size_t end = quote_end(span, i);

        if (end == i) return false;
        i = end;
    }
    return true;
}

static bool is_well_formed(struct span entry)
{
    size_t typed = find_typed(entry), angle = find(entry, 0, L'<'), round = find(entry, 0, L'(');

    if (!quotes_are_closed(entry)) return false;
    if (typed < entry.length) return is_typed_entry(entry, typed);
    if (angle < entry.length || has(entry, L'>')) return is_bracketed_entry(entry, angle, L'>');
    if (is_exchange_name(entry)) return true;
    if (!has(entry, L'@')) return entry.length != 2 || entry.at[0] != L'"';
    if (round && round < entry.length) return is_bracketed_entry(entry, round, L')');
    return is_address(without_single_quotes(entry));
}

/* A comma outside quotes and brackets of an entry that holds an @ outside quotes. */
static bool has_wrong_divider(struct span entry)
{
    wchar_t closing = 0;

    if (!has(entry, L'@')) return false;
    for (size_t i = 0; i < entry.length; i = pass(entry, i))
    {
        wchar_t c = entry.at[i];

        if (closing)
        {
            if (c == closing) closing = 0;
        }
        else if (c == L'<')
            closing = L'>';
        else if (c == L'[')
            closing = L']';
        else if (is_comma(c))
            return true;
    }
    return false;
}

static enum address_fault entry_fault(struct span entry)
{
    if (!entry.length) return address_empty_entry;
    if (has_wrong_divider(entry)) return address_comma;
    return is_well_formed(entry) ? address_ok : address_malformed;
}

struct address_finding address_list_check(const wchar_t *list)
{
    struct address_finding finding = {.fault = address_ok};
    struct span whole = {list, wcslen(list)};
    size_t start = 0, count = 0, bad = text_line_check(list, &finding.character);

    /* A line break is told before anything else is: it may be an attack, the rest is a slip. */
    if (!bad && is_blank(whole)) return finding;
    for (;;)
    {
        size_t end = find(whole, start, L';');
        struct span entry = trim(part(whole, start, end));
        enum address_fault fault = address_ok;

        count++;
        if (bad && bad <= end) fault = address_line_break;
        if (!bad) fault = entry_fault(entry);
        if (fault != address_ok)
        {
            finding.fault = fault;
            finding.entry = count;
            finding.start = (size_t)(entry.at - list);
            finding.length = entry.length;
            finding.position = bad;
            return finding;
        }
        start = end + 1;
        if (end == whole.length || is_blank(part(whole, start, whole.length))) break;
    }
    finding.count = count;
    return finding;
}

bool address_list_next(const wchar_t *list, size_t *at, size_t *start, size_t *length)
{
    struct span whole = {list, wcslen(list)};

    while (*at < whole.length)
    {
        size_t end = find(whole, *at, L';');
        struct span entry = trim(part(whole, *at, end));

        *at = end + 1;
        *start = (size_t)(entry.at - list);
        *length = entry.length;
        if (entry.length) return true;
    }
    return false;
}

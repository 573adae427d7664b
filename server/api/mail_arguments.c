/* mail_arguments.c - see mail_arguments.h. */

#include "mail_arguments.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include "rules/address_list.h"

#define KEY_MOST_CHARACTERS 255

static const WCHAR *text_of(BSTR text)
{
    return text ? text : L"";
}

static HRESULT refuse_character(
    enum error_id id, const WCHAR *name, size_t position, unsigned character, struct error *error)
{
    WCHAR place[NUMBER_TEXT_SIZE], hex[16];

    swprintf(hex, ARRAYSIZE(hex), L"%04X", character);
    number_text(position, place);
    if (id == error_key_control) return error_set(error, id, 2, place, hex);
    return error_set(error, id, 3, name, place, hex);
}

/* Half of a surrogate pair cannot be written as UTF-8: what is sent, and what a key is compared with, would be another
 * text. */
static HRESULT check_halves(const WCHAR *name, const WCHAR *text, struct error *error)
{
    unsigned unit;
    size_t position = text_half_check(text, &unit);

    return position ? refuse_character(error_half_character, name, position, unit, error) : S_OK;
}

static HRESULT check_list(const WCHAR *name, const WCHAR *list, size_t *count, struct error *error)
{
    struct address_finding finding = address_list_check(list);
    WCHAR number[NUMBER_TEXT_SIZE], *entry;
    HRESULT hr = S_OK;

    *count = finding.count;
    if (finding.fault == address_ok) return S_OK;
    if (finding.fault == address_line_break)
        return refuse_character(error_line_break, name, finding.position, finding.character, error);
    number_text(finding.entry, number);
    if (finding.fault == address_empty_entry) return error_set(error, error_empty_recipient, 2, name, number);
    if (!(entry = malloc((finding.length + 1) * sizeof(*entry)))) return error_set(error, error_no_memory, 0);
    wmemcpy(entry, list + finding.start, finding.length);
    entry[finding.length] = 0;
    hr = error_set(error, finding.fault == address_comma ? error_comma_recipient : error_malformed_recipient, 3, name,
        number, entry);
    free(entry);
    return hr;
}

static HRESULT check_recipients(const struct outbox_text *text, struct error *error)
{
    size_t to, cc, bcc;
    HRESULT hr;

    if (FAILED(hr = check_list(L"To", text->to, &to, error)) || FAILED(hr = check_list(L"CC", text->cc, &cc, error)) ||
        FAILED(hr = check_list(L"BCC", text->bcc, &bcc, error)))
        return hr;
    return to + cc + bcc ? S_OK : error_set(error, error_no_recipient, 0);
}

static HRESULT check_line(enum error_id id, const WCHAR *name, const WCHAR *text, struct error *error)
{
    unsigned character;
    size_t position = text_line_check(text, &character);

    return position ? refuse_character(id, name, position, character, error) : S_OK;
}

static HRESULT check_key(const WCHAR *key, struct error *error)
{
    WCHAR length[NUMBER_TEXT_SIZE];

    if (wcslen(key) > KEY_MOST_CHARACTERS)
        return error_set(error, error_key_too_long, 1, number_text(wcslen(key), length));
    return check_line(error_key_control, L"Key", key, error);
}

/* Of every text: no zero; of those of one line: whole characters. */
static HRESULT check_characters(const struct mail_arguments *arguments, struct error *error)
{
    const struct
    {
        const WCHAR *name;
        BSTR text;
        BOOL is_line;
    } all[] = {
        {L"To", arguments->to, TRUE},
        {L"CC", arguments->cc, TRUE},
        {L"BCC", arguments->bcc, TRUE},
        {L"Subject", arguments->subject, TRUE},
        {L"Body", arguments->body, FALSE},
        {L"HTMLBody", arguments->html_body, FALSE},
        {L"Key", arguments->key, TRUE},
    };
    HRESULT hr = S_OK;

    for (unsigned i = 0; i < ARRAYSIZE(all) && SUCCEEDED(hr); i++)
    {
        hr = variant_check_zero(all[i].text, all[i].name, error);
        if (SUCCEEDED(hr) && all[i].is_line) hr = check_halves(all[i].name, text_of(all[i].text), error);
    }
    return hr;
}

static HRESULT check_paths(const struct text_list *paths, struct error *error)
{
    WCHAR number[NUMBER_TEXT_SIZE];
    HRESULT hr = S_OK;

    for (size_t i = 0; i < paths->count && SUCCEEDED(hr); i++)
        if (paths->texts[i][0])
            hr = check_halves(L"Attachments", paths->texts[i], error);
        else
            hr = error_set(error, error_attachment_empty, 1, number_text(i + 1, number));
    return hr;
}

HRESULT mail_arguments_check(const struct mail_arguments *arguments, const struct caller *caller,
    struct outbox_text *text, struct text_list *paths, struct error *error)
{
    WCHAR number[NUMBER_TEXT_SIZE];
    HRESULT hr;

    memset(paths, 0, sizeof(*paths));
    *text = (struct outbox_text){
        .to = text_of(arguments->to),
        .cc = text_of(arguments->cc),
        .bcc = text_of(arguments->bcc),
        .subject = text_of(arguments->subject),
        .body = text_of(arguments->body),
        .html_body = text_of(arguments->html_body),
        .key = text_of(arguments->key),
        .caller_sid = caller->sid,
        .caller_name = caller->name,
        .importance = OUTBOX_IMPORTANCE_NORMAL,
    };
    if (FAILED(hr = check_characters(arguments, error)) || FAILED(hr = check_recipients(text, error)) ||
        FAILED(hr = check_line(error_line_break, L"Subject", text->subject, error)) ||
        FAILED(hr = check_key(text->key, error)))
        return hr;
    hr =
        variant_to_text_list(arguments->attachments, L"SendMail", L"Attachments", L'|', arguments->until, paths, error);
    if (hr == HRESULT_FROM_WIN32(ERROR_TIMEOUT))
        return error_set(error, error_timeout_accept, 1, number_text((ULONGLONG)arguments->timeout_ms, number));
    if (FAILED(hr)) return hr;
    if (FAILED(hr = check_paths(paths, error))) text_list_clear(paths);
    return hr;
}

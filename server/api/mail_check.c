/* mail_check.c - see mail_check.h. */

#include "mail_check.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include "rules/address_list.h"
#include "rules/content_id.h"
#include "rules/path_form.h"
#include "rules/text_check.h"

#define KEY_MOST_CHARACTERS 255

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

static HRESULT check_lists(const struct outbox_text *text, size_t *recipients, struct error *error)
{
    const WCHAR *reply_to = text->reply_to ? text->reply_to : L"";
    size_t to, cc, bcc, others;
    HRESULT hr;

    *recipients = 0;
    if (FAILED(hr = check_list(L"To", text->to, &to, error)) || FAILED(hr = check_list(L"CC", text->cc, &cc, error)) ||
        FAILED(hr = check_list(L"BCC", text->bcc, &bcc, error)) ||
        FAILED(hr = check_list(L"ReplyTo", reply_to, &others, error)))
        return hr;
    *recipients = to + cc + bcc;
    return S_OK;
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

/* All that are one line, as error texts name them. */
static const struct
{
    const WCHAR *name;
    size_t offset;
} lines[] = {
    {L"To", offsetof(struct outbox_text, to)},
    {L"CC", offsetof(struct outbox_text, cc)},
    {L"BCC", offsetof(struct outbox_text, bcc)},
    {L"Subject", offsetof(struct outbox_text, subject)},
    {L"ReplyTo", offsetof(struct outbox_text, reply_to)},
    {L"Categories", offsetof(struct outbox_text, categories)},
    {L"SentOnBehalfOfName", offsetof(struct outbox_text, on_behalf_of)},
    {L"Account", offsetof(struct outbox_text, account)},
    {L"Key", offsetof(struct outbox_text, key)},
};

static const WCHAR *line_of(const struct outbox_text *text, size_t i)
{
    const WCHAR *line = *(const WCHAR *const *)((const char *)text + lines[i].offset);

    return line ? line : L"";
}

static HRESULT check_all(const struct outbox_text *text, size_t *recipients, struct error *error)
{
    HRESULT hr = S_OK;

    for (size_t i = 0; i < ARRAYSIZE(lines) && SUCCEEDED(hr); i++)
        hr = check_halves(lines[i].name, line_of(text, i), error);
    return FAILED(hr) ? hr : check_lists(text, recipients, error);
}

static HRESULT check_all_lines(const struct outbox_text *text, struct error *error)
{
    HRESULT hr = S_OK;

    for (size_t i = 0; i < ARRAYSIZE(lines) && SUCCEEDED(hr); i++)
        hr = check_line(error_line_break, lines[i].name, line_of(text, i), error);
    return hr;
}

HRESULT mail_check(const struct outbox_text *text, struct error *error)
{
    size_t recipients;
    HRESULT hr = check_all(text, &recipients, error);

    if (SUCCEEDED(hr) && !recipients) hr = error_set(error, error_no_recipient, 0);
    if (SUCCEEDED(hr)) hr = check_key(text->key, error);
    return FAILED(hr) ? hr : check_all_lines(text, error);
}

HRESULT mail_check_draft(const struct outbox_text *text, struct error *error)
{
    size_t recipients;
    HRESULT hr = check_all(text, &recipients, error);

    return FAILED(hr) ? hr : check_all_lines(text, error);
}

HRESULT mail_check_line(const WCHAR *name, const WCHAR *text, struct error *error)
{
    HRESULT hr = check_halves(name, text, error);

    return FAILED(hr) ? hr : check_line(error_line_break, name, text, error);
}

HRESULT mail_check_content_id(const WCHAR *content_id, struct error *error)
{
    unsigned character;
    size_t position = content_id_check(content_id, &character);

    return position ? refuse_character(error_content_id, L"ContentID", position, character, error) : S_OK;
}

HRESULT mail_check_file_name(const WCHAR *file_name, struct error *error)
{
    enum path_form form = path_leaf_form(file_name);
    HRESULT hr = mail_check_line(L"FileName", file_name, error);

    if (FAILED(hr) || form == path_full) return hr;
    return error_set(error, error_attachment_name, 2, file_name, path_form_words(form));
}

HRESULT mail_check_paths(
    const VARIANT *attachments, LONG timeout_ms, deadline until, struct text_list *paths, struct error *error)
{
    WCHAR number[NUMBER_TEXT_SIZE];
    HRESULT hr = variant_to_text_list(attachments, L"SendMail", L"Attachments", L'|', until, paths, error);

    if (hr == HRESULT_FROM_WIN32(ERROR_TIMEOUT))
        hr = error_set(error, error_timeout_accept, 1, number_text((ULONGLONG)timeout_ms, number));
    for (size_t i = 0; i < paths->count && SUCCEEDED(hr); i++)
        if (paths->texts[i][0])
            hr = check_halves(L"Attachments", paths->texts[i], error);
        else
            hr = error_set(error, error_attachment_empty, 1, number_text(i + 1, number));
    if (FAILED(hr)) text_list_clear(paths);
    return hr;
}

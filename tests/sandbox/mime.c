/* mime.c - an item as a message of RFC 5322. See mime.h.
 * Attachments are read and written in parts, so their size costs no memory. */
#include "mime.h"
#include "encode.h"
#include "names.h"
#include "store.h"
#include <stdlib.h>
#include <wchar.h>

enum
{
    flush_bytes = 1 << 16,
    part_bytes = 57 * 1024, /* whole lines of base64 */
    id_prefix = 8           /* of an EntryID: the same in all */
};

struct message
{
    const struct record *record;
    struct buffer out;
    HANDLE file;
    HRESULT hr;
};

static void flush(struct message *message)
{
    DWORD written;

    if (SUCCEEDED(message->hr) &&
        !WriteFile(message->file, message->out.data, (DWORD)message->out.size, &written, NULL))
        message->hr = HRESULT_FROM_WIN32(GetLastError());
    message->out.size = 0;
}

static void text_header(struct message *message, const char *name, const WCHAR *value)
{
    char *bytes = text_to_utf8(value);

    if (*bytes) encode_header(&message->out, name, bytes);
    free(bytes);
}

static void add_mailbox(struct message *message, const WCHAR *name, const WCHAR *address)
{
    char *name_bytes = text_to_utf8(name), *address_bytes = text_to_utf8(address);

    encode_mailbox(&message->out, name_bytes, address_bytes);
    free(name_bytes);
    free(address_bytes);
}

static void mailbox_header(struct message *message, const char *header, const WCHAR *name, const WCHAR *address)
{
    buffer_format(&message->out, "%s: ", header);
    add_mailbox(message, name, address);
    buffer_add_text(&message->out, "\r\n");
}

static void recipients_header(struct message *message, const char *header, long type)
{
    bool first = true;

    for (size_t i = 0; i < message->record->recipient_count; i++)
    {
        const struct recipient *recipient = &message->record->recipients[i];

        if (recipient->type != type) continue;
        if (first)
            buffer_format(&message->out, "%s: ", header);
        else
            buffer_add_text(&message->out, ",\r\n ");
        add_mailbox(message, recipient->name, recipient->resolved ? recipient->address : recipient->name);
        first = false;
    }
    if (!first) buffer_add_text(&message->out, "\r\n");
}

static void date_header(struct message *message, const char *header, DATE date)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    TIME_ZONE_INFORMATION zone;
    DWORD season = GetTimeZoneInformation(&zone);
    LONG minutes = -(zone.Bias + (season == TIME_ZONE_ID_DAYLIGHT ? zone.DaylightBias : 0));
    SYSTEMTIME time;

    if (date == TIME_NONE || !VariantTimeToSystemTime(date, &time)) return;
    buffer_format(&message->out, "%s: %s, %02u %s %04u %02u:%02u:%02u %c%02ld%02ld\r\n", header, days[time.wDayOfWeek],
        time.wDay, months[time.wMonth - 1], time.wYear, time.wHour, time.wMinute, time.wSecond, minutes < 0 ? '-' : '+',
        labs(minutes) / 60, labs(minutes) % 60);
}

static void sender_headers(struct message *message)
{
    const struct record *record = message->record;
    const WCHAR *behalf = record->texts[FIELD_SENT_ON_BEHALF_OF_NAME];
    size_t account = names_account_find(record->texts[FIELD_SENDER_EMAIL_ADDRESS]);
    const WCHAR *name = account < names_account_count() ? names_account_name(account) : L"";
    WCHAR *behalf_name, *behalf_address;

    if (text_empty(behalf) || !names_resolve(behalf, &behalf_name, &behalf_address))
    {
        mailbox_header(message, "From", name, record->texts[FIELD_SENDER_EMAIL_ADDRESS]);
        return;
    }
    mailbox_header(message, "From", behalf_name, behalf_address);
    mailbox_header(message, "Sender", name, record->texts[FIELD_SENDER_EMAIL_ADDRESS]);
    free(behalf_name);
    free(behalf_address);
}

static void flag_headers(struct message *message)
{
    static const char *const importance[] = {"low", NULL, "high"};
    static const char *const priority[] = {"5 (Lowest)", NULL, "1 (Highest)"};
    static const char *const sensitivity[] = {NULL, "Personal", "Private", "Company-Confidential"};
    const struct record *record = message->record;
    size_t level = (size_t)record->numbers[FIELD_IMPORTANCE], secrecy = (size_t)record->numbers[FIELD_SENSITIVITY];

    if (level < ARRAYSIZE(importance) && importance[level])
        buffer_format(&message->out, "Importance: %s\r\nX-Priority: %s\r\n", importance[level], priority[level]);
    if (secrecy < ARRAYSIZE(sensitivity) && sensitivity[secrecy])
        buffer_format(&message->out, "Sensitivity: %s\r\n", sensitivity[secrecy]);
    if (record->numbers[FIELD_READ_RECEIPT_REQUESTED] != 0)
        mailbox_header(message, "Disposition-Notification-To", L"", record->texts[FIELD_SENDER_EMAIL_ADDRESS]);
    if (record->numbers[FIELD_DELIVERY_REPORT_REQUESTED] != 0)
        mailbox_header(message, "Return-Receipt-To", L"", record->texts[FIELD_SENDER_EMAIL_ADDRESS]);
    date_header(message, "Expires", record->numbers[FIELD_EXPIRY_TIME]);
    text_header(message, "Keywords", record->texts[FIELD_CATEGORIES]);
}

static void headers(struct message *message)
{
    const struct record *record = message->record;

    date_header(message, "Date", record->numbers[FIELD_SENT_ON]);
    sender_headers(message);
    recipients_header(message, "To", RECIPIENT_TO);
    recipients_header(message, "Cc", RECIPIENT_CC);
    recipients_header(message, "Reply-To", RECIPIENT_REPLY);
    recipients_header(message, "X-Sandbox-Bcc", RECIPIENT_BCC);
    text_header(message, "Subject", record->texts[FIELD_SUBJECT]);
    buffer_format(&message->out, "Message-ID: <%ls@sandbox.example.com>\r\n", record->id + id_prefix);
    text_header(message, "X-Sandbox-Stamp", record->texts[FIELD_BILLING_INFORMATION]);
    flag_headers(message);
    buffer_add_text(&message->out, "MIME-Version: 1.0\r\n");
}

/* Quoted-printable stays readable while most of it is ASCII. */
static void text_part(struct message *message, const char *subtype, const WCHAR *text)
{
    char *bytes = text_to_utf8(text);
    size_t size = strlen(bytes), beyond_ascii = 0;
    bool base64;

    for (size_t i = 0; i < size; i++)
        beyond_ascii += (unsigned char)bytes[i] > 126;
    base64 = beyond_ascii * 3 > size;
    buffer_format(&message->out, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n",
        subtype, base64 ? "base64" : "quoted-printable");
    if (base64)
        encode_base64(&message->out, bytes, size);
    else
        encode_quoted_printable(&message->out, bytes);
    free(bytes);
}

static void begin_multipart(struct message *message, const char *subtype)
{
    buffer_format(&message->out, "Content-Type: multipart/%s;\r\n boundary=\"=_%s_%ls\"\r\n\r\n", subtype, subtype,
        message->record->id);
}

/* The line end before a boundary belongs to the boundary. */
static void boundary(struct message *message, const char *subtype, bool last)
{
    buffer_format(&message->out, "\r\n--=_%s_%ls%s\r\n", subtype, message->record->id, last ? "--" : "");
}

static const char *content_type_of_name(const WCHAR *file_name)
{
    static const struct
    {
        const WCHAR *extension;
        const char *type;
    } types[] = {
        {L".txt", "text/plain; charset=utf-8"},
        {L".csv", "text/csv; charset=utf-8"},
        {L".htm", "text/html; charset=utf-8"},
        {L".html", "text/html; charset=utf-8"},
        {L".pdf", "application/pdf"},
        {L".zip", "application/zip"},
        {L".png", "image/png"},
        {L".jpg", "image/jpeg"},
        {L".jpeg", "image/jpeg"},
        {L".gif", "image/gif"},
    };
    const WCHAR *extension = wcsrchr(file_name, L'.');

    for (size_t i = 0; extension && i < ARRAYSIZE(types); i++)
        if (text_same(types[i].extension, extension)) return types[i].type;
    return "application/octet-stream";
}

static void attachment_content(struct message *message, const WCHAR *stored)
{
    WCHAR *path = store_attachment_path(stored);
    HANDLE file = CreateFileW(
        path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    char *part = memory_new(part_bytes);
    DWORD got = 0;

    if (file == INVALID_HANDLE_VALUE) message->hr = HRESULT_FROM_WIN32(GetLastError());
    while (SUCCEEDED(message->hr))
    {
        if (!ReadFile(file, part, part_bytes, &got, NULL)) message->hr = HRESULT_FROM_WIN32(GetLastError());
        if (FAILED(message->hr) || !got) break;
        encode_base64(&message->out, part, got);
        if (message->out.size > flush_bytes) flush(message);
    }
    if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
    free(part);
    free(path);
}

/* Parts of an HTML body are what it shows by their content ids. */
static bool is_inline(const struct record *record, const struct attachment *attachment)
{
    return record->numbers[FIELD_BODY_FORMAT] == BODY_HTML &&
           !text_empty(properties_text(&attachment->properties, TAG_ATTACH_CONTENT_ID));
}

static size_t count_inline(const struct record *record)
{
    size_t count = 0;

    for (size_t i = 0; i < record->attachment_count; i++)
        count += is_inline(record, &record->attachments[i]);
    return count;
}

static void content_type(struct message *message, const struct attachment *attachment)
{
    char *tag = text_to_utf8(properties_text(&attachment->properties, TAG_ATTACH_MIME_TAG));

    buffer_format(&message->out, "Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n",
        *tag ? tag : content_type_of_name(attachment->file_name));
    free(tag);
}

static void content_id_header(struct message *message, const struct attachment *attachment)
{
    const WCHAR *id = properties_text(&attachment->properties, TAG_ATTACH_CONTENT_ID);
    WCHAR *value = text_format(L"<%s>", id);

    if (*id) text_header(message, "Content-ID", value);
    free(value);
}

static void attachment_part(struct message *message, const struct attachment *attachment)
{
    char *name = text_to_utf8(attachment->file_name);

    content_type(message, attachment);
    text_header(message, "Content-Description", attachment->display_name);
    content_id_header(message, attachment);
    buffer_format(
        &message->out, "Content-Disposition: %s", is_inline(message->record, attachment) ? "inline" : "attachment");
    encode_parameter(&message->out, "filename", name);
    buffer_add_text(&message->out, "\r\n\r\n");
    attachment_content(message, attachment->stored);
    free(name);
}

static void attachment_parts(struct message *message, const char *subtype, bool inline_ones)
{
    const struct record *record = message->record;

    for (size_t i = 0; i < record->attachment_count; i++)
    {
        if (is_inline(record, &record->attachments[i]) != inline_ones) continue;
        boundary(message, subtype, false);
        attachment_part(message, &record->attachments[i]);
    }
    boundary(message, subtype, true);
}

static void texts(struct message *message)
{
    const struct record *record = message->record;
    WCHAR *html;

    if (record->numbers[FIELD_BODY_FORMAT] != BODY_HTML)
    {
        text_part(message, "plain", record->texts[FIELD_BODY]);
        return;
    }
    html = record_html(record);
    begin_multipart(message, "alternative");
    boundary(message, "alternative", false);
    text_part(message, "plain", record->texts[FIELD_BODY]);
    boundary(message, "alternative", false);
    text_part(message, "html", html);
    boundary(message, "alternative", true);
    free(html);
}

/* The texts, and with them what the HTML shows. */
static void body(struct message *message)
{
    if (!count_inline(message->record))
    {
        texts(message);
        return;
    }
    begin_multipart(message, "related");
    boundary(message, "related", false);
    texts(message);
    attachment_parts(message, "related", true);
}

static void write_message(struct message *message)
{
    const struct record *record = message->record;

    headers(message);
    if (record->attachment_count == count_inline(record))
        body(message);
    else
    {
        begin_multipart(message, "mixed");
        boundary(message, "mixed", false);
        body(message);
        attachment_parts(message, "mixed", false);
    }
    flush(message);
    if (SUCCEEDED(message->hr) && !FlushFileBuffers(message->file)) message->hr = HRESULT_FROM_WIN32(GetLastError());
}

HRESULT mime_write(const struct record *record, const WCHAR *path)
{
    WCHAR *beside = text_format(L"%s.tmp", path);
    struct message message = {.record = record, .hr = S_OK};

    message.file = CreateFileW(beside, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (message.file == INVALID_HANDLE_VALUE)
        message.hr = HRESULT_FROM_WIN32(GetLastError());
    else
    {
        write_message(&message);
        CloseHandle(message.file);
    }
    if (SUCCEEDED(message.hr) && !MoveFileExW(beside, path, MOVEFILE_REPLACE_EXISTING))
        message.hr = HRESULT_FROM_WIN32(GetLastError());
    if (FAILED(message.hr)) DeleteFileW(beside);
    buffer_clear(&message.out);
    free(beside);
    return message.hr;
}

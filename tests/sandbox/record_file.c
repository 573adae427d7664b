/* record_file.c - an item as a file of lines, one field, recipient, attachment or property each. See record.h. */
#include "record.h"
#include <stdlib.h>
#include <wchar.h>

/* Tabs divide the parts of a line, so they and line ends are written as \t, \r, \n. */
static void write_escaped(struct buffer *buffer, const WCHAR *text)
{
    char *bytes = text_to_utf8(text);

    for (const char *at = bytes; *at; at++)
    {
        const char *found = strchr("\\\\\tt\rr\nn", *at);

        if (*at == '\\' || *at == '\t' || *at == '\r' || *at == '\n')
        {
            buffer_add(buffer, "\\", 1);
            buffer_add(buffer, found + 1, 1);
        }
        else
            buffer_add(buffer, at, 1);
    }
    free(bytes);
}

static WCHAR *unescaped(const WCHAR *text)
{
    WCHAR *copy = text_copy(text), *to = copy;

    for (const WCHAR *at = copy; *at; at++)
    {
        if (*at == L'\\' && at[1])
        {
            at++;
            *to++ = *at == L't' ? L'\t' : *at == L'r' ? L'\r' : *at == L'n' ? L'\n' : *at;
        }
        else
            *to++ = *at;
    }
    *to = 0;
    return copy;
}

/* Owner 0 is the item, others are its attachments, which stand before. */
static void write_properties(const struct properties *properties, size_t owner, struct buffer *buffer)
{
    for (size_t i = 0; i < properties->count; i++)
    {
        const struct property *property = &properties->rows[i];

        buffer_format(buffer, "Property=%u\t%u\t", (unsigned)owner, property->type);
        write_escaped(buffer, property->name);
        buffer_add_text(buffer, "\t");
        write_escaped(buffer, property->value);
        buffer_add_text(buffer, "\n");
    }
}

void record_write(const struct record *record, struct buffer *buffer)
{
    for (int i = 0; i < FIELD_STORED_COUNT; i++)
    {
        buffer_format(buffer, "%ls=", record_field_name((enum field)i));
        if (record->texts[i])
            write_escaped(buffer, record->texts[i]);
        else
            buffer_format(buffer, "%.17g", record->numbers[i]);
        buffer_add_text(buffer, "\n");
    }
    for (size_t i = 0; i < record->recipient_count; i++)
    {
        const struct recipient *recipient = &record->recipients[i];

        buffer_format(buffer, "Recipient=%ld\t%d\t", recipient->type, recipient->resolved);
        write_escaped(buffer, recipient->name);
        buffer_add_text(buffer, "\t");
        write_escaped(buffer, recipient->address);
        buffer_add_text(buffer, "\n");
    }
    for (size_t i = 0; i < record->attachment_count; i++)
    {
        const struct attachment *attachment = &record->attachments[i];

        buffer_format(buffer, "Attachment=%lld\t%ld\t", attachment->size, attachment->position);
        write_escaped(buffer, attachment->stored);
        buffer_add_text(buffer, "\t");
        write_escaped(buffer, attachment->file_name);
        buffer_add_text(buffer, "\t");
        write_escaped(buffer, attachment->display_name);
        buffer_add_text(buffer, "\n");
        write_properties(&attachment->properties, i + 1, buffer);
    }
    write_properties(&record->properties, 0, buffer);
}

/* Cuts the line at its tabs; parts that are missing are "". */
static void split(WCHAR *line, WCHAR *parts[], size_t count)
{
    for (size_t i = 0; i < count; i++)
    {
        WCHAR *tab = wcschr(line, L'\t');

        parts[i] = line;
        line = tab ? tab + 1 : line + wcslen(line);
        if (tab) *tab = 0;
    }
}

static void read_recipient(struct record *record, WCHAR *line)
{
    WCHAR *parts[4], *name;
    struct recipient *recipient;

    split(line, parts, ARRAYSIZE(parts));
    name = unescaped(parts[2]);
    recipient = record_add_recipient(record, wcstol(parts[0], NULL, 10), name);
    recipient->resolved = *parts[1] == L'1';
    free(recipient->address);
    recipient->address = unescaped(parts[3]);
    free(name);
}

static void read_attachment(struct record *record, WCHAR *line)
{
    struct attachment *attachment = record_add_attachment(record);
    WCHAR *parts[5];

    split(line, parts, ARRAYSIZE(parts));
    attachment->size = wcstoll(parts[0], NULL, 10);
    attachment->position = wcstol(parts[1], NULL, 10);
    free(attachment->stored);
    free(attachment->file_name);
    free(attachment->display_name);
    attachment->stored = unescaped(parts[2]);
    attachment->file_name = unescaped(parts[3]);
    attachment->display_name = unescaped(parts[4]);
}

static void read_property(struct record *record, WCHAR *line)
{
    WCHAR *parts[4], *name, *value;
    unsigned long owner;

    split(line, parts, ARRAYSIZE(parts));
    owner = wcstoul(parts[0], NULL, 10);
    if (owner > record->attachment_count) return;
    name = unescaped(parts[2]);
    value = unescaped(parts[3]);
    properties_add(owner ? &record->attachments[owner - 1].properties : &record->properties, name,
        (VARTYPE)wcstoul(parts[1], NULL, 10), value);
    free(name);
    free(value);
}

void record_read_line(void *context, WCHAR *line)
{
    struct record *record = context;
    WCHAR *value = wcschr(line, L'=');
    enum field field;

    if (!value) return;
    *value++ = 0;
    if (text_same(line, L"Recipient"))
        read_recipient(record, value);
    else if (text_same(line, L"Attachment"))
        read_attachment(record, value);
    else if (text_same(line, L"Property"))
        read_property(record, value);
    else if ((field = record_field(line)) < FIELD_STORED_COUNT)
    {
        if (!record->texts[field])
            record->numbers[field] = wcstod(value, NULL);
        else
        {
            free(record->texts[field]);
            record->texts[field] = unescaped(value);
        }
    }
}

/* encode.c - the encodings of Internet mail (RFC 2045, 2047, 2231, 5322). See encode.h. */
#include "encode.h"
#include <stdio.h>
#include <stdlib.h>

enum
{
    line_limit = 76,         /* of lines that we may fold */
    word_limit = 60,         /* a longer run without a space cannot be folded: it is encoded */
    encoded_word_bytes = 42, /* 56 characters of base64, 68 with what stands around it */
    parameter_limit = 60
};

static const char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void base64_run(struct buffer *out, const unsigned char *data, size_t size)
{
    for (size_t i = 0; i < size; i += 3)
    {
        unsigned bits = (unsigned)data[i] << 16;
        char text[4];

        if (i + 1 < size) bits |= (unsigned)data[i + 1] << 8;
        if (i + 2 < size) bits |= data[i + 2];
        text[0] = base64_alphabet[bits >> 18];
        text[1] = base64_alphabet[(bits >> 12) & 63];
        text[2] = i + 1 < size ? base64_alphabet[(bits >> 6) & 63] : '=';
        text[3] = i + 2 < size ? base64_alphabet[bits & 63] : '=';
        buffer_add(out, text, 4);
    }
}

void encode_base64(struct buffer *out, const char *data, size_t size)
{
    const size_t line_bytes = 57;

    for (size_t i = 0; i < size; i += line_bytes)
    {
        base64_run(out, (const unsigned char *)data + i, min(line_bytes, size - i));
        buffer_add_text(out, "\r\n");
    }
}

void encode_quoted_printable(struct buffer *out, const char *text)
{
    size_t column = 0;

    for (const unsigned char *at = (const unsigned char *)text; *at; at++)
    {
        char code[4];
        bool line_end_follows = !at[1] || at[1] == '\r' || at[1] == '\n';
        bool plain = (*at >= 33 && *at <= 126 && *at != '=') || ((*at == ' ' || *at == '\t') && !line_end_follows);

        if (*at == '\r' || *at == '\n')
        {
            if (*at == '\r' && at[1] == '\n') at++;
            buffer_add_text(out, "\r\n");
            column = 0;
            continue;
        }
        if (column + (plain ? 1 : 3) > line_limit - 1)
        {
            buffer_add_text(out, "=\r\n");
            column = 0;
        }
        snprintf(code, sizeof(code), plain ? "%c" : "=%02X", *at);
        buffer_add_text(out, code);
        column += plain ? 1 : 3;
    }
    if (column) buffer_add_text(out, "=\r\n");
}

/* The largest part of at most `limit` bytes that does not cut a character. */
static size_t whole_characters(const char *text, size_t limit)
{
    size_t size = strlen(text);

    if (size <= limit) return size;
    for (size = limit; size && ((unsigned char)text[size] & 0xC0) == 0x80;)
        size--;
    return size;
}

static void encoded_words(struct buffer *out, const char *text)
{
    bool first = true;

    while (*text)
    {
        size_t size = whole_characters(text, encoded_word_bytes);

        if (!first) buffer_add_text(out, "\r\n ");
        buffer_add_text(out, "=?utf-8?B?");
        base64_run(out, (const unsigned char *)text, size);
        buffer_add_text(out, "?=");
        text += size;
        first = false;
    }
}

static char *without_controls(const char *text)
{
    char *copy = memory_new(strlen(text) + 1), *to = copy;

    for (; *text; text++)
    {
        if (text[0] == '\r' && text[1] == '\n') continue;
        *to++ = (unsigned char)*text < 32 || *text == 127 ? ' ' : *text;
    }
    return copy;
}

/* Whether it may stand as it is: ASCII, can be folded, and looks like no encoded word. */
static bool is_plain(const char *text)
{
    size_t run = 0, size = strlen(text);

    if (strstr(text, "=?") || (size && (text[0] == ' ' || text[size - 1] == ' ')) || strstr(text, "  ")) return false;
    for (; *text; text++)
    {
        if ((unsigned char)*text > 126 || (run = *text == ' ' ? 0 : run + 1) > word_limit) return false;
    }
    return true;
}

static void folded_words(struct buffer *out, size_t column, const char *text)
{
    while (*text)
    {
        const char *space = strchr(*text == ' ' ? text + 1 : text, ' ');
        size_t size = space ? (size_t)(space - text) : strlen(text);

        if (column + size > line_limit && *text == ' ')
        {
            buffer_add_text(out, "\r\n");
            column = 0;
        }
        buffer_add(out, text, size);
        column += size;
        text += size;
    }
}

void encode_header(struct buffer *out, const char *name, const char *value)
{
    char *text = without_controls(value);

    buffer_format(out, "%s: ", name);
    if (is_plain(text))
        folded_words(out, strlen(name) + 2, text);
    else
        encoded_words(out, text);
    buffer_add_text(out, "\r\n");
    free(text);
}

static void quoted_string(struct buffer *out, const char *text)
{
    struct buffer quoted = {0};

    buffer_add_text(&quoted, "\"");
    for (; *text; text++)
    {
        if (*text == '"' || *text == '\\') buffer_add_text(&quoted, "\\");
        buffer_add(&quoted, text, 1);
    }
    buffer_add_text(&quoted, "\"");
    folded_words(out, word_limit / 4, quoted.data);
    buffer_clear(&quoted);
}

void encode_mailbox(struct buffer *out, const char *name, const char *address)
{
    char *text = without_controls(name), *mailbox = without_controls(address);
    bool plain = is_plain(text);

    if (!*text || !strcmp(text, mailbox))
        buffer_add_text(out, mailbox);
    else
    {
        if (plain)
            quoted_string(out, text);
        else
            encoded_words(out, text);
        buffer_add_text(out, plain && strlen(text) + strlen(mailbox) < word_limit ? " <" : "\r\n <");
        buffer_add_text(out, mailbox);
        buffer_add_text(out, ">");
    }
    free(text);
    free(mailbox);
}

static bool is_attribute_character(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || (character && strchr("!#$&+-.^_`{|}~", character));
}

static void long_parameter(struct buffer *out, const char *name, const char *value)
{
    size_t column = 0;
    unsigned part = 0;

    for (; *value; value++)
    {
        /* Some readers decode each part by itself: a character stays whole. */
        if (!part || (column >= parameter_limit && ((unsigned char)*value & 0xC0) != 0x80))
        {
            buffer_format(out, ";\r\n %s*%u*=%s", name, part, part ? "" : "UTF-8''");
            part++;
            column = 0;
        }
        if (is_attribute_character(*value))
            buffer_add(out, value, 1);
        else
            buffer_format(out, "%%%02X", (unsigned char)*value);
        column += is_attribute_character(*value) ? 1 : 3;
    }
}

void encode_parameter(struct buffer *out, const char *name, const char *value)
{
    char *text = without_controls(value);

    if (is_plain(text) && strlen(text) <= parameter_limit)
    {
        buffer_format(out, ";\r\n %s=", name);
        quoted_string(out, text);
    }
    else
        long_parameter(out, name, text);
    free(text);
}

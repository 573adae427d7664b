/* start_record.c - see start_record.h. Half a file, or one of anybody's making, counts as none: Outlook then counts as
 * the user's, and as never having failed. */
#include "start_record.h"
#include <string.h>
#include "digits.h"

static const char first_line[] = "outlook-broker starts 1", last_line[] = "end";

static char *put_text(char *at, const char *text)
{
    while (*text)
    {
        *at++ = *text == '\n' || *text == '\r' ? ' ' : *text;
        text++;
    }
    return at;
}

static char *put_line(char *at, const char *name, uint64_t number)
{
    at = put_text(at, name);
    *at++ = ' ';
    at = digits_put(at, number);
    *at++ = '\n';
    return at;
}

size_t start_record_format(char out[START_RECORD_SIZE], const struct start_record *record)
{
    char *at = put_text(out, first_line);

    *at++ = '\n';
    if (record->process_id)
    {
        at = put_line(at, "process", record->process_id);
        at = put_line(at, "started", record->process_started);
    }
    for (unsigned i = 0; i < record->circuit.failed && i < CIRCUIT_FAILURES; i++)
        at = put_line(at, "failed", (uint64_t)record->circuit.failed_at[i]);
    if (record->circuit.opened_until) at = put_line(at, "until", (uint64_t)record->circuit.opened_until);
    if (record->code)
    {
        at = put_line(at, "code", record->code);
        at = put_text(at, "reason ");
        at = put_text(at, record->reason);
        *at++ = '\n';
    }
    at = put_text(at, last_line);
    *at++ = '\n';
    *at = 0;
    return (size_t)(at - out);
}

static bool is_word(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && !memcmp(text, word, length);
}

static bool read_failed(const char *value, size_t length, struct circuit_times *circuit)
{
    uint64_t number;

    if (circuit->failed == CIRCUIT_FAILURES || !digits_read(value, length, INT64_MAX, &number)) return false;
    circuit->failed_at[circuit->failed++] = (int64_t)number;
    return true;
}

static bool read_reason(const char *value, size_t length, struct start_record *record)
{
    if (length >= sizeof(record->reason)) return false;
    memcpy(record->reason, value, length);
    record->reason[length] = 0;
    return true;
}

static bool read_line(const char *line, size_t length, struct start_record *record)
{
    const char *space = memchr(line, ' ', length), *value;
    size_t name_length, value_length;
    uint64_t number = 0;
    bool fine = true;

    if (!space) return false;
    value = space + 1;
    name_length = (size_t)(space - line);
    value_length = length - name_length - 1;
    if (is_word(line, name_length, "failed")) return read_failed(value, value_length, &record->circuit);
    if (is_word(line, name_length, "reason")) return read_reason(value, value_length, record);
    if (is_word(line, name_length, "process"))
    {
        fine = digits_read(value, value_length, UINT32_MAX, &number);
        record->process_id = (uint32_t)number;
    }
    else if (is_word(line, name_length, "started"))
        fine = digits_read(value, value_length, UINT64_MAX, &record->process_started);
    else if (is_word(line, name_length, "until"))
    {
        fine = digits_read(value, value_length, INT64_MAX, &number);
        record->circuit.opened_until = (int64_t)number;
    }
    else if (is_word(line, name_length, "code"))
    {
        fine = digits_read(value, value_length, UINT32_MAX, &number);
        record->code = (uint32_t)number;
    }
    return fine;
}

/* True if all lines were read, the first and the last among them, and nothing stands behind. */
static bool read_lines(const char *text, const char *end, struct start_record *record)
{
    for (bool first = true; text < end; first = false)
    {
        const char *line_end = memchr(text, '\n', (size_t)(end - text));
        size_t length;

        if (!line_end) return false;
        length = (size_t)(line_end - text);
        if (first && !is_word(text, length, first_line)) return false;
        if (!first && is_word(text, length, last_line)) return line_end + 1 == end;
        if (!first && !read_line(text, length, record)) return false;
        text = line_end + 1;
    }
    return false;
}

bool start_record_parse(const char *text, size_t length, struct start_record *record)
{
    memset(record, 0, sizeof(*record));
    /* A process without its time could be anybody's. */
    if (read_lines(text, text + length, record) && (!record->process_id || record->process_started)) return true;
    memset(record, 0, sizeof(*record));
    return false;
}

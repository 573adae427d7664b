/* lock_text.c - what stands in the lock file. Whoever reads it may read it while it is being written, or find a file of
 * anybody's making: a text counts only if all its lines are there, once and whole; lines of a later version are passed
 * over. */
#include "lock_text.h"
#include <string.h>
#include "digits.h"

#define STOP_EVENT_SIZE sizeof(((struct lock_holder *)0)->stop_event)

enum field
{
    field_process,
    field_session,
    field_started,
    field_state,
    field_stop,
    field_count
};

static const char *const field_names[field_count] = {"process", "session", "started", "state", "stop"};
static const char *const state_names[] = {"running", "stopping"};

static char *put_text(char *at, const char *text, size_t most)
{
    while (most-- && *text)
        *at++ = *text++;
    return at;
}

static char *put_value(char *at, enum field field, const struct lock_holder *holder)
{
    switch (field)
    {
    case field_process:
        return digits_put(at, holder->process_id);
    case field_session:
        return digits_put(at, holder->windows_session);
    case field_started:
        return digits_put(at, holder->started);
    case field_state:
        return put_text(at, state_names[holder->stopping], SIZE_MAX);
    default:
        return put_text(at, holder->stop_event, STOP_EVENT_SIZE - 1);
    }
}

/* The longest text, 150 characters, fits. */
void lock_text_format(char out[LOCK_TEXT_SIZE], const struct lock_holder *holder)
{
    char *at = out;

    for (int field = 0; field < field_count; field++)
    {
        at = put_text(at, field_names[field], SIZE_MAX);
        *at++ = ' ';
        at = put_value(at, (enum field)field, holder);
        *at++ = '\n';
    }
    memset(at, ' ', (size_t)(out + LOCK_TEXT_SIZE - at));
    out[LOCK_TEXT_SIZE - 1] = 0;
}

static bool read_state(const char *text, size_t length, bool *stopping)
{
    for (int i = 0; i < 2; i++)
    {
        if (length != strlen(state_names[i]) || memcmp(text, state_names[i], length) != 0) continue;
        *stopping = i == 1;
        return true;
    }
    return false;
}

/* The name of a kernel object is made of it: nothing but what a GUID is made of. Out is all zeros still. */
static bool read_stop_event(const char *text, size_t length, char *out)
{
    if (!length || length >= STOP_EVENT_SIZE) return false;
    for (size_t i = 0; i < length; i++)
    {
        if (!text[i] || !strchr("0123456789ABCDEFabcdef-{}", text[i])) return false;
    }
    memcpy(out, text, length);
    return true;
}

static bool read_number(const char *text, size_t length, uint32_t *out)
{
    uint64_t number;

    if (!digits_read(text, length, UINT32_MAX, &number)) return false;
    *out = (uint32_t)number;
    return true;
}

static bool read_value(enum field field, const char *text, size_t length, struct lock_holder *holder)
{
    switch (field)
    {
    case field_process:
        return read_number(text, length, &holder->process_id);
    case field_session:
        return read_number(text, length, &holder->windows_session);
    case field_started:
        return digits_read(text, length, UINT64_MAX, &holder->started);
    case field_state:
        return read_state(text, length, &holder->stopping);
    default:
        return read_stop_event(text, length, holder->stop_event);
    }
}

static int find_field(const char *name, size_t length)
{
    int field = 0;

    while (
        field < field_count && (strlen(field_names[field]) != length || memcmp(name, field_names[field], length) != 0))
    {
        field++;
    }
    return field;
}

static bool read_line(const char *line, size_t length, struct lock_holder *holder, unsigned *seen)
{
    const char *space = memchr(line, ' ', length);
    int field;

    if (!space) return false;
    field = find_field(line, (size_t)(space - line));
    if (field == field_count) return true;
    if (*seen & (1u << field)) return false;
    *seen |= 1u << field;
    return read_value((enum field)field, space + 1, length - (size_t)(space + 1 - line), holder);
}

static bool read_lines(const char *text, size_t length, struct lock_holder *holder)
{
    const char *zero = memchr(text, 0, length), *end = zero ? zero : text + length, *line_end;
    unsigned seen = 0;

    while ((line_end = memchr(text, '\n', (size_t)(end - text))) != NULL)
    {
        if (!read_line(text, (size_t)(line_end - text), holder, &seen)) return false;
        text = line_end + 1;
    }
    while (text < end && *text == ' ')
        text++;
    return text == end && seen == (1u << field_count) - 1;
}

bool lock_text_parse(const char *text, size_t length, struct lock_holder *holder)
{
    memset(holder, 0, sizeof(*holder));
    if (length && read_lines(text, length, holder)) return true;
    memset(holder, 0, sizeof(*holder));
    return false;
}

enum lock_answer lock_lost(const struct lock_holder *holder, bool ends_when_lost)
{
    if (holder->stopping) return lock_hold_calls;
    return ends_when_lost ? lock_end : lock_refuse_later;
}

/* rules_test.h - what the tests of rules/ share: cmocka, and tables whose failing row is named. */
#ifndef OB_TESTS_RULES_TEST_H
#define OB_TESTS_RULES_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A wide text as ASCII for a message, \uXXXX for what is not; one of a few static buffers. */
static inline const char *shown(const wchar_t *text)
{
    static char buffers[4][512];
    static unsigned next;
    char *out = buffers[next++ % COUNT_OF(buffers)];
    size_t length = 0;

    if (!text) return "(null)";
    for (; *text && length < sizeof(buffers[0]) - 16; text++)
    {
        unsigned c = (unsigned)*text;

        if (c >= 0x20 && c < 0x7F)
            out[length++] = (char)c;
        else
            length += (size_t)snprintf(out + length, 16, "\\u%04X", c);
    }
    out[length] = 0;
    return out;
}

#define expect(condition, ...)                                                                                         \
    do                                                                                                                 \
    {                                                                                                                  \
        if (!(condition))                                                                                              \
        {                                                                                                              \
            print_error("not so: %s; ", #condition);                                                                   \
            fail_msg(__VA_ARGS__);                                                                                     \
        }                                                                                                              \
    } while (0)

#define expect_text(actual, expected, ...)                                                                             \
    do                                                                                                                 \
    {                                                                                                                  \
        const wchar_t *actual_text = (actual), *expected_text = (expected);                                            \
                                                                                                                       \
        if (wcscmp(actual_text, expected_text) != 0)                                                                   \
        {                                                                                                              \
            print_error("\"%s\" in place of \"%s\"; ", shown(actual_text), shown(expected_text));                      \
            fail_msg(__VA_ARGS__);                                                                                     \
        }                                                                                                              \
    } while (0)

/* How many of at most so many texts stand before the first NULL. */
static inline unsigned texts_in(const wchar_t *const *texts, size_t most)
{
    unsigned count = 0;

    while (count < most && texts[count])
        count++;
    return count;
}

/* Numbers that look like chance and are the same in every run. */
static inline uint32_t pseudo_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

#endif

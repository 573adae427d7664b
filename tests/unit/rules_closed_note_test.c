/* rules_closed_note_test.c - which outbox is noted as closed whole, and which note is believed. */
#include "rules_test.h"
#include "rules/closed_note.h"

#define MB (1024 * 1024)
#define MS UINT64_C(10000)
#define SECOND (1000 * MS)
#define DAY (24 * 3600 * SECOND)
#define NOW (UINT64_C(13400000000) * SECOND + 5)

static void what_is_noted(void **state)
{
    static const struct
    {
        struct closed_note note;
        bool doubted, due;
    } cases[] = {
        {{{MB, NOW - 30 * MS, NOW, 7, false}, NOW}, false, true},
        {{{MB, NOW - DAY, 0, 0, false}, NOW - DAY}, false, true},
        {{{MB, NOW - 30 * MS, NOW, 7, false}, NOW}, true, false}, /* damage was seen */
        {{{MB, NOW - 30 * MS, NOW, 7, true}, NOW}, false, false},
        {{{MB - 1, NOW - 30 * MS, NOW, 7, false}, NOW}, false, false},
        {{{MB + 1, NOW - 30 * MS, NOW, 7, false}, NOW}, false, true},
        {{{MB, NOW - 30 * MS + 1, NOW, 7, false}, NOW}, false, false}, /* written a moment ago */
        {{{MB, NOW, NOW, 7, false}, NOW}, false, false},
        {{{MB, NOW + 1, NOW, 7, false}, NOW}, false, false}, /* or later: the clock was set */
        {{{MB, NOW + DAY, NOW, 7, false}, NOW}, false, false},
        {{{MB, NOW - 5 - 4 * SECOND, 0, 0, false}, NOW}, false, false}, /* FAT */
        {{{MB, NOW - 5 - 3 * SECOND, 0, 0, false}, NOW}, false, false},
        {{{MB, NOW - 4 - 3 * SECOND, 0, 0, false}, NOW}, false, true},
        {{{MB, NOW - 30 * MS, NOW, 7, false}, NOW - 7 * DAY}, false, true},
        {{{MB, NOW - 30 * MS, NOW, 7, false}, NOW - 7 * DAY - 1}, false, false},
        {{{MB, NOW - 30 * MS, NOW, 7, false}, NOW + 1}, false, false},
        {{{MB, NOW - 30 * MS, NOW, 7, false}, 0}, false, false}, /* never walked */
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
        expect(closed_note_due(&cases[i].note, cases[i].doubted, NOW) == cases[i].due, "row %u", i);
}

static void what_is_believed(void **state)
{
    static const struct
    {
        struct closed_file file;
        uint64_t walked;
        bool believed;
    } cases[] = {
        {{5, 100, 200, 7, false}, NOW, true},
        {{5, 100, 200, 7, true}, NOW, false},
        {{4, 100, 200, 7, false}, NOW, false},
        {{6, 100, 200, 7, false}, NOW, false},
        {{5, 99, 200, 7, false}, NOW, false},
        {{5, 101, 200, 7, false}, NOW, false},
        {{5, 100, 199, 7, false}, NOW, false},
        {{5, 100, 201, 7, false}, NOW, false},
        {{5, 100, 200, 6, false}, NOW, false},
        {{5, 100, 200, 8, false}, NOW, false},
        {{5, 100, 200, 7, false}, NOW - 7 * DAY, true},
        {{5, 100, 200, 7, false}, NOW - 7 * DAY - 1, false},
        {{5, 100, 200, 7, false}, NOW + 1, false}, /* from the future */
        {{5, 100, 200, 7, false}, NOW + 30 * DAY, false},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        const struct closed_note note = {{5, 100, 200, 7, false}, cases[i].walked};

        expect(closed_note_believed(&note, &cases[i].file, NOW) == cases[i].believed, "row %u", i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_noted),
        cmocka_unit_test(what_is_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

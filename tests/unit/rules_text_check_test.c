/* rules_text_check_test.c - one-line texts: what is taken, and where what is not stands. */
#include "rules_test.h"
#include "rules/text_check.h"

static void a_subject_may_hold_everything_but_control_characters(void **state)
{
    static const struct
    {
        const wchar_t *text;
        size_t position;
        unsigned character;
    } cases[] = {
        {L"", 0, 0},
        {L"\u00DCber 100 % \u2013 \u65E5\u672C\u8A9E \u00A0~", 0, 0},
        {L"a\tb", 2, 9},
        {L"a\r\nBcc: x", 2, 13},
        {L"\x1F", 1, 0x1F},
        {L"x\u2028", 2, 0x2028},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        unsigned character = 99;

        expect(text_line_check(cases[i].text, &character) == cases[i].position, "%s", shown(cases[i].text));
        expect(character == cases[i].character, "%s", shown(cases[i].text));
        expect(text_line_check(cases[i].text, NULL) == cases[i].position, "%s", shown(cases[i].text));
    }
}

static void each_character_breaks_a_line_or_does_not(void **state)
{
    static const struct
    {
        unsigned first, last;
    } breaks[] = {{0x01, 0x1F}, {0x7F, 0x9F}, {0x2028, 0x2029}, {0, 0}};
    unsigned range = 0;

    (void)state;
    for (unsigned c = 1; c <= 0xFFFF; c++)
    {
        while (breaks[range].last && c > breaks[range].last)
            range++;
        expect(text_breaks_line((wchar_t)c) == (breaks[range].last && c >= breaks[range].first), "%04X", c);
    }
}

static void half_of_a_surrogate_pair_is_told_with_its_place(void **state)
{
    static const struct
    {
        wchar_t text[6];
        size_t position;
        unsigned unit;
    } cases[] = {
        {L"", 0, 0},
        {L"a\u00E9\u65E5", 0, 0},
        {{0xD83D, 0xDE00}, 0, 0},
        {{'a', 0xDBFF, 0xDFFF, 0xD800, 0xDC00}, 0, 0},
        {{0xD83D}, 1, 0xD83D},
        {{'a', 0xD83D, 'b'}, 2, 0xD83D},
        {{'a', 0xDE00, 'b'}, 2, 0xDE00},
        {{0xDE00, 0xD83D}, 1, 0xDE00},
        {{0xD83D, 0xD83D, 0xDE00}, 1, 0xD83D},
        {{0xD83D, 0xDE00, 0xDE00}, 3, 0xDE00},
        {{0xD7FF, 0xE000}, 0, 0},
        {{0xD800}, 1, 0xD800},
        {{0xDFFF}, 1, 0xDFFF},
        {{0xD800, 0xDBFF}, 1, 0xD800},
        {{0xDBFF, 0xE000}, 1, 0xDBFF},
        {{0xDC00, 0xDC00}, 1, 0xDC00},
        {{0xE000, 0xDC00}, 2, 0xDC00},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        unsigned unit = 7;
        size_t position = text_half_check(cases[i].text, &unit);

        expect(position == cases[i].position && unit == cases[i].unit, "row %u: %u, %04X", (unsigned)i,
            (unsigned)position, unit);
        expect(text_half_check(cases[i].text, NULL) == cases[i].position, "row %u", (unsigned)i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subject_may_hold_everything_but_control_characters),
        cmocka_unit_test(each_character_breaks_a_line_or_does_not),
        cmocka_unit_test(half_of_a_surrogate_pair_is_told_with_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

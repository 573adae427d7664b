/* rules_content_id_test.c - what may stand behind cid: in HTML. */
#include "rules_test.h"
#include "rules/content_id.h"

static void only_what_needs_no_escape_is_taken(void **state)
{
    static const struct
    {
        const wchar_t *id;
        size_t position;
        unsigned character;
    } cases[] = {
        {L"", 0, 0},
        {L"logo", 0, 0},
        {L"image001.png@01D0ABCD.12345678", 0, 0},
        {L"a+b-c_d~e!$&'*=", 0, 0},
        {L"<logo>", 1, '<'},
        {L"logo>", 5, '>'},
        {L"my logo", 3, ' '},
        {L"cid:logo", 4, ':'},
        {L"a\r\nX-Header: b", 2, '\r'},
        {L"100%", 4, '%'},
        {L"a\"b", 2, '"'},
        {L"logo\x00e4", 5, 0xE4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
    {
        unsigned character = 99;
        size_t position = content_id_check(cases[i].id, &character);

        expect(position == cases[i].position, "case %zu: position %zu", i, position);
        expect(character == cases[i].character, "case %zu: character %u", i, character);
    }
}

static void each_character_is_judged(void **state)
{
    static const wchar_t taken[] = L"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.@-_+$!*'=~&";

    (void)state;
    for (wchar_t c = 1; c < 0x180; c++)
    {
        const wchar_t text[] = {c, 0};
        unsigned character;

        expect(!content_id_check(text, &character) == (wcschr(taken, c) != NULL), "character %04x", (unsigned)c);
    }
}

static void a_long_one_is_at_fault_past_its_end(void **state)
{
    wchar_t text[CONTENT_ID_MOST + 2];
    unsigned character;

    (void)state;
    for (size_t i = 0; i <= CONTENT_ID_MOST; i++)
        text[i] = L'a';
    text[CONTENT_ID_MOST] = 0;
    assert_int_equal(content_id_check(text, &character), 0);
    text[CONTENT_ID_MOST] = L'a';
    text[CONTENT_ID_MOST + 1] = 0;
    assert_int_equal(content_id_check(text, &character), CONTENT_ID_MOST + 1);
    assert_int_equal(character, 'a');
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_needs_no_escape_is_taken),
        cmocka_unit_test(each_character_is_judged),
        cmocka_unit_test(a_long_one_is_at_fault_past_its_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

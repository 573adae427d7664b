/* rules_letters_test.c - ASCII's letters, and words that are the same without case. */
#include "rules_test.h"
#include "rules/letters.h"

static void only_ascii_has_letters_and_small_ones(void **state)
{
    static const struct
    {
        wchar_t c, small;
        bool letter, digit;
    } cases[] = {{L'A', L'a', true, false}, {L'Z', L'z', true, false}, {L'a', L'a', true, false},
        {L'z', L'z', true, false}, {L'@', L'@', false, false}, {L'[', L'[', false, false}, {L'`', L'`', false, false},
        {L'{', L'{', false, false}, {L'0', L'0', false, true}, {L'9', L'9', false, true}, {L'/', L'/', false, false},
        {L':', L':', false, false}, {0, 0, false, false}, {0xC4, 0xC4, false, false}, {0x212A, 0x212A, false, false}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        expect(letter_small(cases[i].c) == cases[i].small, "%04X", (unsigned)cases[i].c);
        expect(is_letter(cases[i].c) == cases[i].letter, "%04X", (unsigned)cases[i].c);
        expect(is_letter_or_digit(cases[i].c) == (cases[i].letter || cases[i].digit), "%04X", (unsigned)cases[i].c);
    }
}

static void words_are_compared_without_case(void **state)
{
    static const struct
    {
        const wchar_t *text, *word;
        bool begins, same;
    } cases[] = {{L"Outlook.EXE", L"outlook.exe", true, true}, {L"outlook.exe", L"OUTLOOK.exe", true, true},
        {L"outlook.exe /x", L"outlook.exe", true, false}, {L"outlook.ex", L"outlook.exe", false, false},
        {L"xoutlook.exe", L"outlook.exe", false, false}, {L"", L"", true, true}, {L"a", L"", true, false},
        {L"", L"a", false, false}, {L"[", L"{", false, false}, {L"\u00C4", L"\u00E4", false, false}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        expect(letters_begin(cases[i].text, cases[i].word) == cases[i].begins, "%ls", cases[i].text);
        expect(letters_same(cases[i].text, cases[i].word) == cases[i].same, "%ls", cases[i].text);
        expect(letters_are(cases[i].text, wcslen(cases[i].text), cases[i].word) == cases[i].same, "%ls", cases[i].text);
    }
    expect(letters_are(L"EmbeddingX", 9, L"embedding"), "the first nine");
    expect(!letters_are(L"Embedding", 8, L"embedding"), "the first eight");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_ascii_has_letters_and_small_ones),
        cmocka_unit_test(words_are_compared_without_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

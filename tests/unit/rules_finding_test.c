/* rules_finding_test.c - what was found wrong, as words and as a text. */
#include "rules_test.h"
#include "rules/finding.h"

static void a_finding_is_told_in_full(void **state)
{
    struct finding finding;
    wchar_t text[512];

    (void)state;
    assert_true(finding_set(&finding, error_outlook_gone, 1, L"C:\\OUTLOOK.EXE"));
    assert_int_equal(finding.count, 1);
    finding_text(&finding, text, COUNT_OF(text));
    expect_text(text,
        L"Classic Outlook is registered, but its program is gone. Checked: the class Outlook.Application and the file "
        L"it names, C:\\OUTLOOK.EXE. Next: repair Office in Windows' list of installed apps, or install it anew.",
        "the text");
}

static void a_finding_keeps_three_words_at_most(void **state)
{
    struct finding finding;
    wchar_t text[512];

    (void)state;
    finding_set(&finding, error_no_such_profile, finding_words + 1, L"one", L"two", L"three", L"four");
    assert_int_equal(finding.count, finding_words);
    finding_text(&finding, text, COUNT_OF(text));
    expect(wcsstr(text, L"one") && wcsstr(text, L"two") && wcsstr(text, L"three"), "%s", shown(text));
}

static void a_long_word_is_cut_and_no_surrogate_pair_halved(void **state)
{
    static const struct
    {
        size_t length, pair_at, kept; /* pair_at: where a surrogate pair begins, 0 for none */
    } cases[] = {
        {finding_word_size - 1, 0, finding_word_size - 1},
        {finding_word_size, 0, finding_word_size - 1},
        {finding_word_size + 99, 0, finding_word_size - 1},
        {finding_word_size + 99, finding_word_size - 2, finding_word_size - 2},
        {finding_word_size + 99, finding_word_size - 3, finding_word_size - 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t word[finding_word_size + 100] = {0};
        struct finding finding;

        wmemset(word, L'x', cases[i].length);
        if (cases[i].pair_at) wmemcpy(word + cases[i].pair_at, L"\xD83D\xDE00", 2);
        finding_set(&finding, error_outlook_gone, 1, word);
        expect(
            wcslen(finding.words[0]) == cases[i].kept, "row %u: %u", (unsigned)i, (unsigned)wcslen(finding.words[0]));
        expect(!wcsncmp(finding.words[0], word, cases[i].kept), "row %u", (unsigned)i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finding_is_told_in_full),
        cmocka_unit_test(a_finding_keeps_three_words_at_most),
        cmocka_unit_test(a_long_word_is_cut_and_no_surrogate_pair_halved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

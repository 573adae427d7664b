/* rules_error_text_test.c - how texts are put together, and that every text of the table can be. */
#include "rules_test.h"
#include "rules/error_text.h"
#include "rules/text_out.h"

static const struct error_row sample = {0x8004B0FFu, L"SAMPLE", L"%1 is %2.", L"100%% of \"%3\" and %9%0 %", L"%5%4%1"};

static void inserts_take_their_places(void **state)
{
    static const struct
    {
        const wchar_t *inserts[6];
        size_t count;
        const wchar_t *expected;
    } cases[] = {
        {{L"A", L"B", L"C", L"D", L"E"}, 5, L"A is B. Checked: 100% of \"C\" and %9%0 % Next: EDA"},
        {{L"A", L"B", L"C", L"D", L"E", L"F"}, 6, L"A is B. Checked: 100% of \"C\" and %9%0 % Next: EDA"},
        {{L"A", L"B"}, 2, L"A is B. Checked: 100% of \"\" and %9%0 % Next: A"},
        {{L"A", NULL, L"C"}, 3, L"A is . Checked: 100% of \"C\" and %9%0 % Next: A"},
        {{L"", L"B"}, 2, L" is B. Checked: 100% of \"\" and %9%0 % Next: "},
        {{NULL}, 0, L" is . Checked: 100% of \"\" and %9%0 % Next: "},
        {{L"%1", L"%%", L"%s%n"}, 3, L"%1 is %%. Checked: 100% of \"%s%n\" and %9%0 % Next: %1"},
        {{L"\u00DC", L"\u65E5\u672C"}, 2, L"\u00DC is \u65E5\u672C. Checked: 100% of \"\" and %9%0 % Next: \u00DC"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t out[128];
        size_t length = error_text_pattern(out, COUNT_OF(out), &sample, cases[i].inserts, cases[i].count);

        expect_text(out, cases[i].expected, "row %u", (unsigned)i);
        expect(length == wcslen(cases[i].expected), "row %u: %u", (unsigned)i, (unsigned)length);
    }
}

static void five_inserts_are_all_there_can_be(void **state)
{
    static const struct error_row row = {0x8004B0FFu, L"SAMPLE", L"%5%6", L"it", L"so"};
    static const wchar_t *const inserts[] = {L"1", L"2", L"3", L"4", L"5", L"6"};
    wchar_t out[64];

    (void)state;
    error_text_pattern(out, COUNT_OF(out), &row, inserts, COUNT_OF(inserts));
    expect_text(out, L"5%6 Checked: it Next: so", "the sixth");
}

static void a_text_that_does_not_fit_is_cut_and_its_length_told(void **state)
{
    static const wchar_t *const inserts[] = {L"A", L"B"};
    wchar_t whole[128];
    size_t length = error_text_pattern(whole, COUNT_OF(whole), &sample, inserts, 2);

    (void)state;
    for (size_t size = 0; size <= length + 2; size++)
    {
        wchar_t *out = malloc((size ? size : 1) * sizeof(*out));
        size_t fits = size > length ? length : size - 1;

        expect(error_text_pattern(size ? out : NULL, size, &sample, inserts, 2) == length, "size %u", (unsigned)size);
        if (size)
        {
            expect(wcslen(out) == fits && wcsncmp(out, whole, fits) == 0, "size %u: %s", (unsigned)size, shown(out));
        }
        free(out);
    }
}

static void a_cut_never_halves_a_surrogate_pair(void **state)
{
    static const wchar_t *const inserts[] = {L"ab\xD83D\xDE00"};
    wchar_t out[16];

    (void)state;
    error_text_pattern(out, 4, &sample, inserts, 1);
    expect_text(out, L"ab", "in the middle");
    error_text_pattern(out, 5, &sample, inserts, 1);
    expect_text(out, L"ab\xD83D\xDE00", "behind it");
    error_text_pattern(out, 1, &sample, inserts, 1);
    expect_text(out, L"", "nothing fits");
}

static void only_the_first_half_of_a_pair_is_taken_from_the_end(void **state)
{
    static const struct
    {
        const wchar_t *text, *kept; /* in four characters and the zero */
    } cases[] = {
        {L"abc\xD800", L"abc\xD800"}, /* nothing is cut */
        {L"abc\xD800\xDC00", L"abc"},
        {L"abc\xDBFF\xDFFF", L"abc"},
        {L"abc\xDBFF\xDFFFxy", L"abc"},
        {L"ab\xD800\xDC00x", L"ab\xD800\xDC00"},
        {L"abc\xD7FFx", L"abc\xD7FF"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        struct text_out text;
        wchar_t out[5];

        text_out_begin(&text, out, COUNT_OF(out));
        text_out_add(&text, cases[i].text);
        expect(text_out_end(&text) == wcslen(cases[i].text), "row %u", (unsigned)i);
        expect_text(out, cases[i].kept, "row %u", (unsigned)i);
    }
}

static void a_text_gets_another_next_step(void **state)
{
    static const wchar_t *const time[] = {L"noon"};
    static const struct
    {
        const wchar_t *text, *expected;
    } rows[] = {
        {L"It broke. Checked: it. Next: mend it.",
            L"It broke. Checked: it. Next: nothing now: the broker tries again by itself at noon. If it stays so: mend "
            L"it."},
        {L"It broke. Checked: the first: X. Next: do A. Next: do B.",
            L"It broke. Checked: the first: X. Next: do A. Next: nothing now: the broker tries again by itself at "
            L"noon. "
            L"If it stays so: do B."},
        {L"No step", L"No step Next: nothing now: the broker tries again by itself at noon. If it stays so: "},
        {L"No.Next: step",
            L"No.Next: step Next: nothing now: the broker tries again by itself at noon. If it stays so: "},
        {L" Next: ", L" Next: nothing now: the broker tries again by itself at noon. If it stays so: "},
        {L"", L" Next: nothing now: the broker tries again by itself at noon. If it stays so: "},
    };
    wchar_t out[256];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        size_t length = error_text_next(out, COUNT_OF(out), rows[i].text, error_mail_again_at, time, 1);

        expect_text(out, rows[i].expected, "row %u", (unsigned)i);
        expect(length == wcslen(rows[i].expected), "row %u: %u", (unsigned)i, (unsigned)length);
        expect(error_text_next(NULL, 0, rows[i].text, error_mail_again_at, time, 1) == length, "row %u", (unsigned)i);
    }
}

static void a_text_is_known_by_its_beginning(void **state)
{
    const wchar_t *const numbers[] = {L"3"};
    static const struct
    {
        enum error_id made_of, asked;
        bool is;
    } rows[] = {
        {error_mail_ends_outlook, error_mail_ends_outlook, true},
        {error_mail_ends_outlook_unseen, error_mail_ends_outlook, true},
        {error_outlook_lost, error_mail_ends_outlook, false},
        {error_outlook_lost, error_outlook_lost, true},
        {error_locked, error_outlook_lost, false},
    };
    wchar_t text[1000];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        error_text_format(text, COUNT_OF(text), rows[i].made_of, numbers, 1);
        expect(error_text_is(text, rows[i].asked) == rows[i].is, "row %u", (unsigned)i);
    }
    expect(!error_text_is(L"", error_outlook_lost), "no text");
    expect(!error_text_is(L"Outlook ended", error_mail_ends_outlook), "a text that was cut");
}

static void more_inserts_than_a_text_can_have_are_not_looked_at(void **state)
{
    static const wchar_t *const inserts[] = {L"noon", L"2", L"3", L"4", L"5", L"6", L"7"};
    wchar_t out[256];

    (void)state;
    for (size_t count = 2; count <= COUNT_OF(inserts); count++)
    {
        error_text_next(out, COUNT_OF(out), L"A. Next: b.", error_mail_again_at, inserts, count);
        expect_text(out, L"A. Next: nothing now: the broker tries again by itself at noon. If it stays so: 2",
            "%u inserts", (unsigned)count);
    }
}

static void a_long_insert_is_cut_and_a_path_stays_whole(void **state)
{
    static const struct error_row quoting = {0x8004B0FFu, L"SAMPLE", L"\"%1\" is", L"it", L"so"};
    static const struct
    {
        size_t length, pair_at, kept; /* pair_at: where a surrogate pair begins, 0 for none */
        const wchar_t *pair;
    } cases[] = {
        {260, 0, 260, L""}, {300, 0, 300, L""}, {301, 0, 300, L""}, {100000, 0, 300, L""},
        {400, 299, 299, L"\xD83D\xDE00"}, {400, 298, 300, L"\xD83D\xDE00"}, {400, 300, 300, L"\xD83D\xDE00"},
        {400, 299, 299, L"\xD800\xDC00"}, {400, 299, 299, L"\xDBFF\xDFFF"},
        {400, 299, 300, L"\xDC00\xDC00"}, /* no pair */
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t *insert = malloc((cases[i].length + 1) * sizeof(*insert)), out[400];
        const wchar_t *const inserts[] = {insert};
        const wchar_t *rest = cases[i].kept < cases[i].length ? L"...\" is" : L"\" is";

        wmemset(insert, L'x', cases[i].length);
        insert[cases[i].length] = 0;
        wmemcpy(insert + cases[i].pair_at, cases[i].pair, wcslen(cases[i].pair));
        error_text_pattern(out, COUNT_OF(out), &quoting, inserts, 1);
        expect(wcsncmp(out + 1, insert, cases[i].kept) == 0, "row %u: %s", (unsigned)i, shown(out));
        expect(wcsncmp(out + 1 + cases[i].kept, rest, wcslen(rest)) == 0, "row %u: %s", (unsigned)i, shown(out));
        free(insert);
    }
}

static void every_text_of_the_table_is_whole(void **state)
{
    static const wchar_t *const inserts[] = {L"<1>", L"<2>", L"<3>", L"<4>", L"<5>"};

    (void)state;
    for (int id = 0; id < error_id_count; id++)
    {
        const struct error_row *row = error_row((enum error_id)id);
        wchar_t out[1024];
        size_t length = error_text_format(out, COUNT_OF(out), (enum error_id)id, inserts, COUNT_OF(inserts));

        expect(row->name && row->what && row->checked && row->next, "text %d", id);
        expect(length < COUNT_OF(out), "text %d is too long", id);
        expect(wcschr(out, L'%') == NULL, "text %d: %s", id, shown(out));
        expect(wcsstr(out, L" Checked: ") && wcsstr(out, L" Next: "), "text %d: %s", id, shown(out));
    }
    expect(error_row((enum error_id)error_id_count) == error_row(error_unexpected), "beyond the end");
}

static void backslashes_of_the_table_stay_backslashes(void **state)
{
    (void)state;
    expect(wcsstr(error_row(error_attachment_form)->next, L"C:\\Reports\\June.pdf") != NULL, "%s",
        shown(error_row(error_attachment_form)->next));
}

static void a_code_of_the_contract_has_its_name(void **state)
{
    static const struct
    {
        uint32_t code;
        const wchar_t *name;
    } cases[] = {
        {0x8004B001u, L"OB_E_NO_OUTLOOK"},
        {0x8004B008u, L"OB_E_LOCKED"},
        {0x8004B009u, L"OB_E_TIMEOUT"},
        {0x8004B01Eu, L"OB_E_DENIED"},
    };
    static const uint32_t others[] = {0, 0x8004B000u, 0x8004B01Fu, 0x80070057u, 0x80004005u, 0x8004C001u, 0xFFFFFFFFu};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        const wchar_t *name = error_code_name(cases[i].code);

        expect(name != NULL, "%08x", (unsigned)cases[i].code);
        expect_text(name, cases[i].name, "%08x", (unsigned)cases[i].code);
    }
    for (size_t i = 0; i < COUNT_OF(others); i++)
    {
        expect(error_code_name(others[i]) == NULL, "%08x", (unsigned)others[i]);
    }
    for (uint32_t code = 0x8004B001u; code <= 0x8004B01Eu; code++)
    {
        expect(error_code_name(code) && wcsncmp(error_code_name(code), L"OB_E_", 5) == 0, "%08x", (unsigned)code);
    }
}

static void numbers_are_written_without_zeros_in_front(void **state)
{
    static const struct
    {
        uint32_t number;
        const wchar_t *expected;
    } cases[] = {{0, L"0x0"}, {3, L"0x3"}, {0x0B, L"0xb"}, {0x10, L"0x10"}, {0x8004B001u, L"0x8004b001"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        struct text_out text;
        wchar_t out[16];

        text_out_begin(&text, out, COUNT_OF(out));
        text_out_hex(&text, cases[i].number);
        expect(text_out_end(&text) == wcslen(cases[i].expected), "row %u", (unsigned)i);
        expect_text(out, cases[i].expected, "row %u", (unsigned)i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(inserts_take_their_places),
        cmocka_unit_test(five_inserts_are_all_there_can_be),
        cmocka_unit_test(a_text_that_does_not_fit_is_cut_and_its_length_told),
        cmocka_unit_test(a_cut_never_halves_a_surrogate_pair),
        cmocka_unit_test(only_the_first_half_of_a_pair_is_taken_from_the_end),
        cmocka_unit_test(a_text_gets_another_next_step),
        cmocka_unit_test(a_text_is_known_by_its_beginning),
        cmocka_unit_test(more_inserts_than_a_text_can_have_are_not_looked_at),
        cmocka_unit_test(a_long_insert_is_cut_and_a_path_stays_whole),
        cmocka_unit_test(every_text_of_the_table_is_whole),
        cmocka_unit_test(backslashes_of_the_table_stay_backslashes),
        cmocka_unit_test(a_code_of_the_contract_has_its_name),
        cmocka_unit_test(numbers_are_written_without_zeros_in_front),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

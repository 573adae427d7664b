/* rules_doctor_row_test.c - how a row of doctor is put together: its words, its verdict, its next step. */
#include "rules_test.h"
#include "rules/doctor.h"

static void the_worst_verdict_stays_with_its_next_step(void **state)
{
    struct doctor_row row = {.verdict = doctor_ok};

    (void)state;
    doctor_judge(&row, doctor_warning, L"first");
    doctor_judge(&row, doctor_warning, L"second");
    expect_text(row.next, L"first", "equally bad");
    doctor_judge(&row, doctor_unknown, L"third");
    expect_text(row.next, L"first", "less bad");
    doctor_judge(&row, doctor_problem, NULL);
    expect_text(row.next, L"", "worse, without a step");
    assert_int_equal(row.verdict, doctor_problem);
}

static void words_are_cut_and_never_overrun(void **state)
{
    struct doctor_row row = {.verdict = doctor_ok};
    wchar_t part[101];

    (void)state;
    wmemset(part, L'x', 100);
    part[100] = 0;
    for (unsigned i = 0; i < 100; i++)
        doctor_add(&row, L"%1%2%9", part, NULL);
    expect(wcslen(row.found) == doctor_found_size - 1, "%u", (unsigned)wcslen(row.found));
    doctor_add_error(&row, doctor_problem, L"What. Checked: this. Next: do that.");
    expect_text(row.next, L"do that.", "an error's next step");
}

static void a_percent_sign_stands_for_an_insert_before_a_digit_alone(void **state)
{
    struct doctor_row row = {.verdict = doctor_ok};

    (void)state;
    doctor_add(&row, L"a1 %1%2%3 %0 %: %a %", L"x", L"y");
    expect_text(row.found, L"a1 xy %0 %: %a %", "two inserts");
    row.found[0] = 0;
    doctor_add(&row, L"%1%9", L"1", L"2", L"3", L"4", L"5", L"6", L"7", L"8", L"9");
    expect_text(row.found, L"19", "the ninth");
}

static void an_error_is_parted_before_its_next_step(void **state)
{
    struct doctor_row row = {.verdict = doctor_ok};

    (void)state;
    doctor_add_error(&row, doctor_warning, L"What. Checked: this. Next: do that.");
    expect_text(row.found, L"What. Checked: this.", "what was found");
    expect_text(row.next, L"do that.", "its next step");
    doctor_add_error(&row, doctor_problem, L" Words.");
    expect_text(row.found, L"What. Checked: this. Words.", "what has no next step is found whole");
    expect_text(row.next, L"", "no next step");
}

static void no_cut_halves_a_surrogate_pair(void **state)
{
    struct doctor_row added = {.verdict = doctor_ok}, error = added, judged = added;
    wchar_t text[doctor_found_size + 2] = {0};

    (void)state;
    wmemset(text, L'x', doctor_found_size);
    wmemcpy(text + doctor_found_size - 2, L"\xD83D\xDE00", 2);
    doctor_add(&added, L"%1", text);
    expect(wcslen(added.found) == doctor_found_size - 2, "%u", (unsigned)wcslen(added.found));
    doctor_add_error(&error, doctor_problem, text);
    expect(wcslen(error.found) == doctor_found_size - 2, "%u", (unsigned)wcslen(error.found));
    wmemcpy(text + doctor_next_size - 2, L"\xD83D\xDE00", 2);
    doctor_judge(&judged, doctor_problem, text);
    expect(wcslen(judged.next) == doctor_next_size - 2, "%u", (unsigned)wcslen(judged.next));
}

static void numbers_and_sizes_are_short(void **state)
{
    static const struct
    {
        uint64_t bytes;
        const wchar_t *text;
    } cases[] = {
        {0, L"0 bytes"}, {10239, L"10239 bytes"}, {10240, L"10 KB"}, {70ull << 30, L"70 GB"}, {~0ull, L"16777215 TB"}};
    wchar_t text[DOCTOR_NUMBER_SIZE];

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
        expect_text(doctor_bytes(cases[i].bytes, text), cases[i].text, "row %u", i);
    expect_text(doctor_number(~0ull, text), L"18446744073709551615", "the largest number");
    assert_int_equal(doctor_exit_code(doctor_ok), 0);
    assert_int_equal(doctor_exit_code(doctor_unknown), 1);
    assert_int_equal(doctor_exit_code(doctor_warning), 1);
    assert_int_equal(doctor_exit_code(doctor_problem), 2);
    assert_int_equal(doctor_exit_code(doctor_verdict_count), 2);
    expect_text(doctor_verdict_name(doctor_ok), L"ok", "name");
    expect_text(doctor_verdict_name(doctor_unknown), L"unknown", "name");
    expect_text(doctor_verdict_name(doctor_warning), L"warning", "name");
    expect_text(doctor_verdict_name(doctor_problem), L"problem", "name");
    expect_text(doctor_verdict_name(doctor_verdict_count), L"unknown", "no verdict");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_verdict_stays_with_its_next_step),
        cmocka_unit_test(words_are_cut_and_never_overrun),
        cmocka_unit_test(a_percent_sign_stands_for_an_insert_before_a_digit_alone),
        cmocka_unit_test(an_error_is_parted_before_its_next_step),
        cmocka_unit_test(no_cut_halves_a_surrogate_pair),
        cmocka_unit_test(numbers_and_sizes_are_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

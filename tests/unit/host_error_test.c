/* host_error_test.c - the error that travels up: code and text, whoever asks for either. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <wchar.h>
#include "host/error.h"

static void an_error_has_the_code_and_the_text_of_its_row(void **state)
{
    struct error error = {0};

    (void)state;
    assert_int_equal(error_set(&error, error_attachment_denied, 2, L"C:\\a.txt", L"DOM\\me"), (HRESULT)0x8004B011);
    assert_int_equal(error.code, (HRESULT)0x8004B011);
    assert_non_null(wcsstr(error.text, L"\"C:\\a.txt\" may not be read by DOM\\me."));
    error_clear(&error);
    assert_null(error.text);
    assert_int_equal(error.code, S_OK);
    error_clear(NULL);
}

static void a_code_of_its_own_wins_over_that_of_the_text(void **state)
{
    struct error error = {0};

    (void)state;
    assert_int_equal(error_set_code(&error, E_ABORT, error_stopping, 0), E_ABORT);
    assert_int_equal(error.code, E_ABORT);
    error_clear(&error);
}

static void nobody_has_to_want_the_text(void **state)
{
    (void)state;
    assert_int_equal(error_set(NULL, error_busy_waiting, 2, L"1", L"2"), (HRESULT)0x8004B00B);
    assert_int_equal(error_unexpected_windows(NULL, L"this", E_ACCESSDENIED), E_ACCESSDENIED);
}

static void a_text_of_long_inserts_is_whole(void **state)
{
    enum
    {
        length = 300
    };
    WCHAR *insert = calloc(length + 1, sizeof(*insert));
    struct error error = {0};

    (void)state;
    wmemset(insert, L'x', length);
    error_set(&error, error_attachment_missing, 2, insert, insert);
    assert_non_null(wcsstr(error.text, insert));
    assert_true(wcslen(error.text) > 2 * length);
    assert_non_null(wcsstr(error.text, L"xxx. Next: see that"));
    assert_non_null(wcsstr(error.text, L"full path."));
    error_clear(&error);
    free(insert);
}

static void an_insert_may_be_the_text_that_is_replaced(void **state)
{
    struct error error = {0};

    (void)state;
    error_set(&error, error_attachment_missing, 2, L"first", L"why");
    error_set(&error, error_circuit_open, 4, L"3", L"noon", error.text, L"me");
    assert_non_null(wcsstr(error.text, L"\"first\" was not found"));
    assert_int_equal(error.code, (HRESULT)0x8004B01B);
    error_clear(&error);
}

static void a_moved_error_is_gone_where_it_was(void **state)
{
    struct error from = {0}, to = {0};

    (void)state;
    error_set(&to, error_busy_waiting, 0);
    error_set(&from, error_no_recipient, 0);
    error_move(&to, &from);
    assert_int_equal(to.code, (HRESULT)0x8004B00F);
    assert_non_null(to.text);
    assert_null(from.text);
    assert_int_equal(from.code, S_OK);
    error_set(&from, error_no_recipient, 0);
    error_move(NULL, &from);
    assert_null(from.text);
    error_clear(&to);
}

static void the_unexpected_says_what_was_done_and_what_windows_answered(void **state)
{
    struct error error = {0};

    (void)state;
    assert_int_equal(error_unexpected_windows(&error, L"opening the door", E_ACCESSDENIED), E_ACCESSDENIED);
    assert_non_null(wcsstr(error.text, L"opening the door; it failed with 0x80070005 ("));
    assert_int_equal(error_unexpected_windows(&error, L"opening the door", S_OK), E_FAIL);
    error_clear(&error);
}

static void codes_are_put_into_words(void **state)
{
    static const struct
    {
        HRESULT code;
        const WCHAR *beginning;
    } cases[] = {
        {(HRESULT)0x8004B008, L"0x8004B008 (OB_E_LOCKED)"},
        {(HRESULT)0x80070005, L"0x80070005 ("},
        {(HRESULT)0x80070002, L"0x80070002 ("},
        {(HRESULT)0x800706BA, L"0x800706BA ("},
    };
    WCHAR words[CODE_WORDS_SIZE];
    size_t i, length;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    {
        code_words(cases[i].code, words);
        length = wcslen(words);
        if (wcsncmp(words, cases[i].beginning, wcslen(cases[i].beginning))) fail_msg("%ls", words);
        assert_int_equal(words[length - 1], L')');
        assert_null(wcspbrk(words, L"\r\n"));
        assert_int_not_equal(words[length - 2], L' ');
    }
    code_words((HRESULT)0x8ABC1234, words);
    if (wcscmp(words, L"0x8ABC1234")) fail_msg("%ls", words);
}

static void the_last_error_is_never_a_success(void **state)
{
    (void)state;
    SetLastError(ERROR_FILE_NOT_FOUND);
    assert_int_equal(last_error_hresult(), (HRESULT)0x80070002);
    SetLastError(ERROR_SUCCESS);
    assert_int_equal(last_error_hresult(), E_FAIL);
}

static void numbers_of_64_bits_become_text(void **state)
{
    WCHAR text[NUMBER_TEXT_SIZE];

    (void)state;
    assert_int_equal(wcscmp(number_text(0, text), L"0"), 0);
    assert_int_equal(wcscmp(number_text(18446744073709551615ULL, text), L"18446744073709551615"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_error_has_the_code_and_the_text_of_its_row),
        cmocka_unit_test(a_code_of_its_own_wins_over_that_of_the_text),
        cmocka_unit_test(nobody_has_to_want_the_text),
        cmocka_unit_test(a_text_of_long_inserts_is_whole),
        cmocka_unit_test(an_insert_may_be_the_text_that_is_replaced),
        cmocka_unit_test(a_moved_error_is_gone_where_it_was),
        cmocka_unit_test(the_unexpected_says_what_was_done_and_what_windows_answered),
        cmocka_unit_test(codes_are_put_into_words),
        cmocka_unit_test(the_last_error_is_never_a_success),
        cmocka_unit_test(numbers_of_64_bits_become_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

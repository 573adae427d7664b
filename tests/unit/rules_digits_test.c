/* rules_digits_test.c - numbers as digits, there and back. */
#include "rules_test.h"
#include <string.h>
#include "rules/digits.h"

static void a_number_reads_back_as_it_was_put(void **state)
{
    static const struct
    {
        uint64_t number;
        const char *digits;
    } cases[] = {{0, "0"}, {9, "9"}, {10, "10"}, {4294967296, "4294967296"}, {UINT64_MAX, "18446744073709551615"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        char text[20];
        size_t length = (size_t)(digits_put(text, cases[i].number) - text);
        uint64_t number = 1;

        expect(length == strlen(cases[i].digits) && !memcmp(text, cases[i].digits, length), "%s", cases[i].digits);
        expect(digits_read(text, length, UINT64_MAX, &number) && number == cases[i].number, "%s", cases[i].digits);
    }
}

static void what_is_no_number_or_too_high_is_refused(void **state)
{
    static const struct
    {
        const char *text;
        uint64_t highest;
        bool taken;
    } cases[] = {
        {"", 100, false},
        {" 1", 100, false},
        {"-1", 100, false},
        {"1x", 100, false},
        {"1:", 100, false},
        {"1/", 100, false},
        {"0x1", 100, false},
        {"007", 100, true},
        {"100", 100, true},
        {"101", 100, false},
        {"18446744073709551616", UINT64_MAX, false},
        {"99999999999999999999999", UINT64_MAX, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        uint64_t number;

        expect(digits_read(cases[i].text, strlen(cases[i].text), cases[i].highest, &number) == cases[i].taken, "\"%s\"",
            cases[i].text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_reads_back_as_it_was_put),
        cmocka_unit_test(what_is_no_number_or_too_high_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

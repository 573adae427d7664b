/* rules_owners_test.c - whose Outlook may be used. */
#include "rules_test.h"
#include "rules/owners.h"

#define ANNA L"S-1-5-21-1-2-3-1001"
#define BERT L"S-1-5-21-1-2-3-1002"

static const struct owner anna = {ANNA, L"D\\anna"}, bert = {BERT, L"D\\bert"}, nobody = {NULL, L"D\\gone"};

static void only_a_named_user_is_admitted(void **state)
{
    const struct
    {
        struct owner owners[3];
        size_t count;
        const wchar_t *user;
        bool admitted;
        const wchar_t *text;
    } cases[] = {
        {{anna}, 1, ANNA, true, L"D\\anna"},
        {{anna, bert}, 2, BERT, true, L"D\\anna, D\\bert"},
        {{anna}, 1, BERT, false, L"D\\anna"},
        {{anna}, 1, L"S-1-5-21-1-2-3-10011", false, L"D\\anna"},
        {{anna}, 1, L"S-1-5-21-1-2-3-100", false, L"D\\anna"},
        /* A list that admits nobody was still meant as a limit. */
        {{anna}, 0, ANNA, false, L"nobody"},
        {{nobody}, 1, ANNA, false, L"D\\gone (no such account)"},
        {{nobody, anna}, 2, ANNA, true, L"D\\gone (no such account), D\\anna"},
        {{nobody, anna}, 2, BERT, false, L"D\\gone (no such account), D\\anna"},
        /* A broker that does not know its user is not admitted. */
        {{nobody}, 1, L"", false, L"D\\gone (no such account)"},
        {{nobody}, 1, NULL, false, L"D\\gone (no such account)"},
        {{anna}, 1, NULL, false, L"D\\anna"},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t text[128];

        expect(owners_admit(cases[i].owners, cases[i].count, cases[i].user) == cases[i].admitted, "row %u", i);
        expect(
            owners_text(text, COUNT_OF(text), cases[i].owners, cases[i].count) == wcslen(cases[i].text), "row %u", i);
        expect_text(text, cases[i].text, "row %u", i);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_named_user_is_admitted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

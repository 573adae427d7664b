/* rules_ownership_test.c - whose Outlook it is: every doubt makes it the user's. */
#include "rules_test.h"
#include "rules/ownership.h"

#define PATH L"\"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE\""

static void only_a_new_or_recorded_process_with_embedding_is_ours(void **state)
{
    static const struct
    {
        struct outlook_process process;
        bool ours;
    } cases[] = {
        {{false, false, true, PATH L" -Embedding"}, true},
        {{false, false, true, PATH L" /embedding"}, true},
        {{false, false, true, PATH L"\t -EMBEDDING /x "}, true},
        {{false, false, true, PATH L" /safe -Embedding"}, true},
        {{false, false, true, PATH L"\t-Embedding"}, true},
        {{false, false, true, PATH L"\n-Embedding"}, false},
        {{false, false, true, L"C:\\Program Files\\OUTLOOK.EXE -Embedding"}, true},
        {{true, false, true, PATH L" -Embedding"}, false},
        {{true, true, true, PATH L" -Embedding"}, true},
        {{true, true, true, PATH}, false},
        {{true, true, false, PATH L" -Embedding"}, false},
        {{false, true, true, PATH L" -Embedding"}, true},
        {{false, true, true, PATH}, false},
        {{false, false, false, PATH L" -Embedding"}, false},
        {{false, false, true, NULL}, false},
        {{false, false, true, L""}, false},
        {{false, false, true, PATH}, false},
        {{false, false, true, PATH L" "}, false},
        {{false, false, true, PATH L" -Embeddin"}, false},
        {{false, false, true, PATH L" -Embeddings"}, false},
        {{false, false, true, PATH L" Embedding"}, false},
        {{false, false, true, PATH L" -1"}, false},
        {{false, false, true, PATH L" -"}, false},
        {{false, false, true, PATH L" /profile \"x -Embedding\""}, false},
        {{false, false, true, PATH L" /select \"-Embedding"}, false},
        {{false, false, true, L"\"C:\\my -Embedding folder\\OUTLOOK.EXE\""}, false},
        {{false, false, true, L"-Embedding"}, false},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        expect(
            outlook_is_ours(&cases[i].process) == cases[i].ours, "row %u: %s", i, shown(cases[i].process.command_line));
    }
}

static void windows_or_doubt_make_it_the_users(void **state)
{
    (void)state;
    assert_false(outlook_taken_over(0, 0, 0));
    assert_true(outlook_taken_over(1, 0, 0));
    assert_true(outlook_taken_over(0, 2, 0));
    assert_true(outlook_taken_over(0, 0, 1));
    assert_true(outlook_taken_over(-1, 0, 0));
    assert_true(outlook_taken_over(0, -1, 0));
    assert_true(outlook_taken_over(0, 0, -1));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_new_or_recorded_process_with_embedding_is_ours),
        cmocka_unit_test(windows_or_doubt_make_it_the_users),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

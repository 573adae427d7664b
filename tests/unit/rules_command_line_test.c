/* rules_command_line_test.c - the switches of the server program. */
#include "rules_test.h"
#include "rules/command_line.h"

static void switches_are_understood(void **state)
{
    static const struct
    {
        const wchar_t *arguments[4];
        int count;
        enum command command;
        int bad; /* the number of the argument that is named; 0: none */
    } cases[] = {
        {{NULL}, 0, command_none, 0},
        {{L"/Embedding"}, 1, command_embedding, 0},
        {{L"-Embedding"}, 1, command_embedding, 0},
        {{L"-embedding"}, 1, command_embedding, 0},
        {{L"-Embedding", L"-what", L"COM adds", L"/Stop"}, 4, command_embedding, 0},
        {{L"/RegServer"}, 1, command_register, 0},
        {{L"-REGSERVER"}, 1, command_register, 0},
        {{L"/UnregServer"}, 1, command_unregister, 0},
        {{L"/Run"}, 1, command_run, 0},
        {{L"/Stop"}, 1, command_stop, 0},
        {{L"/sToP", L"-stop"}, 2, command_stop, 0},
        {{L"/Version"}, 1, command_version, 0},
        {{L"/?"}, 1, command_help, 0},
        {{L"-?"}, 1, command_help, 0},
        {{L"/Nonsense"}, 1, command_unknown, 1},
        {{L"/RegServerX"}, 1, command_unknown, 1},
        {{L"/RegServe"}, 1, command_unknown, 1},
        {{L"--version"}, 1, command_unknown, 1},
        {{L"Version"}, 1, command_unknown, 1},
        {{L"/"}, 1, command_unknown, 1},
        {{L""}, 1, command_unknown, 1},
        {{L"/Run", L"now"}, 2, command_unknown, 2},
        {{L"/Run", L"/Stop"}, 2, command_conflict, 2},
        {{L"/RegServer", L"/RegServer", L"/UnregServer"}, 3, command_conflict, 3},
        {{L"/RegServer", L"/Embedding"}, 2, command_conflict, 2},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t *argv[6] = {(wchar_t *)(uintptr_t)L"outlook-broker.exe"};
        const wchar_t *bad = L"untouched";

        for (int j = 0; j < cases[i].count; j++)
            argv[j + 1] = (wchar_t *)(uintptr_t)cases[i].arguments[j];
        expect(command_line_parse(cases[i].count + 1, argv, &bad) == cases[i].command, "row %u", i);
        expect(bad == (cases[i].bad ? argv[cases[i].bad] : NULL), "row %u names %s", i, shown(bad));
    }
}

static void without_even_a_program_name_there_is_no_command(void **state)
{
    wchar_t *argv[] = {NULL};
    const wchar_t *bad;

    (void)state;
    assert_int_equal(command_line_parse(0, argv, &bad), command_none);
}

static void the_help_has_a_line_for_each_switch(void **state)
{
    static const wchar_t *const names[] = {
        L"/RegServer ", L"/UnregServer ", L"/Embedding ", L"/Run ", L"/Stop ", L"/Version ", L"/? "};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(names); i++)
    {
        expect(wcsstr(command_line_help(), names[i]) != NULL, "%s", shown(names[i]));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(switches_are_understood),
        cmocka_unit_test(without_even_a_program_name_there_is_no_command),
        cmocka_unit_test(the_help_has_a_line_for_each_switch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* rules_command_line_test.c - the switches of the server program. */
#include "rules_test.h"
#include "rules/command_line.h"

/* What a command line is taken for: its command, the number of the argument that is complained of (0: none), and the
 * accounts as "a" allow, "d" deny, "o" owner, each with its account. */
struct reading
{
    const wchar_t *arguments[6];
    enum command command;
    int bad;
    const wchar_t *accounts;
};

static void expect_reading(const struct reading *reading, unsigned row)
{
    wchar_t *argv[8] = {(wchar_t *)(uintptr_t)L"outlook-broker.exe"}, accounts[256] = L"";
    struct command_line line;
    int argc = 1;

    for (; reading->arguments[argc - 1]; argc++)
        argv[argc] = (wchar_t *)(uintptr_t)reading->arguments[argc - 1];
    expect(command_line_parse(argc, argv, &line) == reading->command, "row %u: %d", row, line.command);
    expect(line.command == reading->command, "row %u", row);
    expect(line.bad == (reading->bad ? argv[reading->bad] : NULL), "row %u names %s", row, shown(line.bad));
    for (size_t i = 0; i < line.account_count; i++)
    {
        wcsncat(accounts, &L"ado"[line.accounts[i].use], 1);
        wcscat(accounts, L" ");
        wcscat(accounts, line.accounts[i].account);
        wcscat(accounts, L"; ");
    }
    expect_text(accounts, reading->accounts ? reading->accounts : L"", "row %u", row);
    expect((command_line_complaint(line.command) != NULL) == (reading->bad != 0), "row %u", row);
}

static void switches_are_understood(void **state)
{
    static const struct reading cases[] = {
        {{NULL}, command_none, 0, NULL},
        {{L"/Embedding"}, command_embedding, 0, NULL},
        {{L"-Embedding"}, command_embedding, 0, NULL},
        {{L"-embedding"}, command_embedding, 0, NULL},
        {{L"-Embedding", L"-what", L"COM adds", L"/Stop"}, command_embedding, 0, NULL},
        {{L"/RegServer"}, command_register, 0, NULL},
        {{L"-REGSERVER"}, command_register, 0, NULL},
        {{L"/UnregServer"}, command_unregister, 0, NULL},
        {{L"/RegServerPerUser"}, command_register_per_user, 0, NULL},
        {{L"-unregserverperuser"}, command_unregister_per_user, 0, NULL},
        {{L"/Run"}, command_run, 0, NULL},
        {{L"/Stop"}, command_stop, 0, NULL},
        {{L"/sToP", L"-stop"}, command_stop, 0, NULL},
        {{L"/Version"}, command_version, 0, NULL},
        {{L"/?"}, command_help, 0, NULL},
        {{L"-?"}, command_help, 0, NULL},
        {{L"/Nonsense"}, command_unknown, 1, NULL},
        {{L"/RegServerX"}, command_unknown, 1, NULL},
        {{L"/RegServe"}, command_unknown, 1, NULL},
        {{L"--version"}, command_unknown, 1, NULL},
        {{L"Version"}, command_unknown, 1, NULL},
        {{L"/"}, command_unknown, 1, NULL},
        {{L""}, command_unknown, 1, NULL},
        {{L"/Run", L"now"}, command_unknown, 2, NULL},
        {{L"/Run", L"/Stop"}, command_conflict, 2, NULL},
        {{L"/RegServer", L"/RegServer", L"/UnregServer"}, command_conflict, 3, NULL},
        {{L"/RegServer", L"/Embedding"}, command_conflict, 2, NULL},
        {{L"/RegServer", L"/RegServerPerUser"}, command_conflict, 2, NULL},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
        expect_reading(&cases[i], i);
}

static void accounts_are_taken_as_they_are_written(void **state)
{
    static const struct reading cases[] = {
        {{L"/RegServer", L"/Allow:IIS APPPOOL\\Site"}, command_register, 0, L"a IIS APPPOOL\\Site; "},
        {{L"/RegServer", L"-ALLOW:d\\A", L"/deny:B", L"/User:S-1-5-20"}, command_register, 0,
            L"a d\\A; d B; o S-1-5-20; "},
        {{L"/RegServer", L"/Allow:a", L"/Allow:a:b"}, command_register, 0, L"a a; a a:b; "},
        {{L"/RegServer", L"/User:*"}, command_register, 0, L"o *; "},
        {{L"/RegServer", L"/User:a", L"/User:b"}, command_register, 0, L"o a; o b; "},
        {{L"/RegServer", L"/User:*", L"/User:b"}, command_conflict, 3, L"o *; "},
        {{L"/RegServer", L"/User:b", L"/User:*"}, command_conflict, 3, L"o b; "},
        {{L"/RegServer", L"/Allow:*", L"/User:b"}, command_register, 0, L"a *; o b; "},
        {{L"/RegServer", L"/Allow:a", L"/User:*", L"/User:b"}, command_conflict, 4, L"a a; o *; "},
        {{L"/RegServer", L"/Allow:"}, command_no_account, 2, NULL},
        {{L"/RegServer", L"/Allow", L"a"}, command_unknown, 2, NULL},
        {{L"/RegServer", L"Allow:a"}, command_unknown, 2, NULL},
        {{L"/RegServer", L"/Allowed:a"}, command_unknown, 2, NULL},
        {{L"/Allow:a"}, command_conflict, 1, NULL},
        {{L"/Allow:a", L"/RegServer"}, command_conflict, 1, NULL},
        {{L"/UnregServer", L"/User:a"}, command_conflict, 2, NULL},
        {{L"/Run", L"/Allow:a"}, command_conflict, 2, NULL},
        {{L"/RegServerPerUser", L"/Allow:a"}, command_machine_only, 2, NULL},
        {{L"/RegServerPerUser", L"/User:a"}, command_machine_only, 2, NULL},
        {{L"/UnregServerPerUser", L"/Deny:a"}, command_machine_only, 2, NULL},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
        expect_reading(&cases[i], i);
}

static void more_accounts_than_there_is_room_for_are_refused(void **state)
{
    wchar_t *argv[COMMAND_ACCOUNTS_MOST + 3];
    struct command_line line;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(argv); i++)
        argv[i] = (wchar_t *)(uintptr_t)(i == 1 ? L"/RegServer" : L"/Allow:a");
    assert_int_equal(command_line_parse(COUNT_OF(argv) - 1, argv, &line), command_register);
    assert_int_equal(line.account_count, COMMAND_ACCOUNTS_MOST);
    assert_int_equal(command_line_parse(COUNT_OF(argv), argv, &line), command_too_many);
    assert_ptr_equal(line.bad, argv[COUNT_OF(argv) - 1]);
}

static void without_even_a_program_name_there_is_no_command(void **state)
{
    wchar_t *argv[] = {NULL};
    struct command_line line;

    (void)state;
    assert_int_equal(command_line_parse(0, argv, &line), command_none);
    assert_null(command_line_complaint(command_none));
    assert_null(command_line_complaint((enum command)(command_too_many + 1)));
}

static void the_help_has_a_line_for_each_switch(void **state)
{
    static const wchar_t *const names[] = {L"/RegServer ", L"/UnregServer ", L"/RegServerPerUser ",
        L"/UnregServerPerUser ", L"/Allow:", L"/Deny:", L"/User:", L"/User:*", L"/Embedding ", L"/Run ", L"/Stop ",
        L"/Version ", L"/? "};

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
        cmocka_unit_test(accounts_are_taken_as_they_are_written),
        cmocka_unit_test(more_accounts_than_there_is_room_for_are_refused),
        cmocka_unit_test(without_even_a_program_name_there_is_no_command),
        cmocka_unit_test(the_help_has_a_line_for_each_switch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

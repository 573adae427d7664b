/* rules_guard_test.c - when the address book may be read without a prompt, and which program a LocalServer32 names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>
#include <cmocka.h>
#include "rules/guard.h"
#include "rules/local_server.h"

/* -1: the value is not there. */
static struct guard_value value_of(int value)
{
    struct guard_value result = {value >= 0, value >= 0 ? (uint32_t)value : 0};
    return result;
}

static void the_guard_is_open_only_where_the_registry_says_so_for_certain(void **state)
{
    static const struct
    {
        int mode, access, guard;
        bool open;
    } rows[] = {
        {-1, -1, -1, false}, /* Outlook's default: by the state of the antivirus */
        {-1, -1, 0, false},
        {-1, -1, 1, false},
        {-1, -1, 2, true},
        {-1, -1, 3, false},
        {3, 2, -1, true},
        {3, 2, 0, true},
        {3, 0, 2, false}, /* the policy denies */
        {3, 1, 2, false}, /* the policy prompts */
        {3, 3, 2, false}, /* the policy goes by the state of the machine */
        {3, -1, 2, true}, /* no policy about the address book */
        {3, -1, -1, false},
        {0, 2, -1, false}, /* policies that are not in force */
        {1, 2, 0, false},
        {-1, 2, -1, false},
        {-1, 0, 2, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    {
        struct guard_values values = {value_of(rows[i].mode), value_of(rows[i].access), value_of(rows[i].guard)};
        bool open = guard_address_book_open(&values);

        if (open != rows[i].open) print_error("row %u: expected %d, got %d\n", (unsigned)i, rows[i].open, open);
        assert_int_equal(open, rows[i].open);
    }
    assert_false(guard_address_book_open(NULL));
}

static void a_local_server_value_names_its_program(void **state)
{
    static const struct
    {
        const wchar_t *value, *leaf; /* NULL: none */
    } rows[] = {
        {L"\"C:\\Program Files\\Microsoft Office\\Office16\\OUTLOOK.EXE\"", L"OUTLOOK.EXE"},
        {L"\"C:\\Program Files\\Microsoft Office\\Office16\\OUTLOOK.EXE\" /x", L"OUTLOOK.EXE"},
        {L"C:\\Program Files\\Office\\OUTLOOK.EXE", L"OUTLOOK.EXE"},
        {L"C:\\PROGRA~1\\OFFICE\\OUTLOOK.EXE -Embedding", L"OUTLOOK.EXE"},
        {L"C:\\a.exe.files\\stand-in.exe /y", L"stand-in.exe"},
        {L"  Z:/build/stand-in.exe", L"stand-in.exe"},
        {L"server.com /x", L"server.com"},
        {L"", NULL},
        {L"\"", NULL},
        {L"C:\\folder\\", NULL},
        {NULL, NULL},
    };
    wchar_t leaf[16];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
    {
        bool found = local_server_leaf(rows[i].value, leaf, 16);

        if (found != (rows[i].leaf != NULL)) print_error("row %u: found %d\n", (unsigned)i, found);
        assert_int_equal(found, rows[i].leaf != NULL);
        assert_int_equal(wcscmp(leaf, rows[i].leaf ? rows[i].leaf : L""), 0);
    }
    assert_false(local_server_leaf(L"C:\\a_name_that_is_too_long.exe", leaf, 16));
    assert_int_equal(leaf[0], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_guard_is_open_only_where_the_registry_says_so_for_certain),
        cmocka_unit_test(a_local_server_value_names_its_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* rules_security_test.c - the descriptors letter by letter, and what is made of one that was stored. */
#include "rules_test.h"
#include "rules/security.h"

#define USER L"S-1-5-21-111-222-333-1001"

static void the_descriptors_are_exactly_these(void **state)
{
    wchar_t out[128];
    const wchar_t *access = L"O:BAG:BAD:(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)";
    const wchar_t *launch = L"O:BAG:BAD:(A;;0xb;;;SY)(A;;0xb;;;BA)(A;;0xb;;;IU)";

    (void)state;
    expect(security_access_sddl(out, COUNT_OF(out)) == wcslen(access), "length");
    expect_text(out, access, "access");
    expect(security_launch_sddl(out, COUNT_OF(out)) == wcslen(launch), "length");
    expect_text(out, launch, "launch");
    expect(security_access_sddl(out, 8) == wcslen(access), "cut");
    expect_text(out, L"O:BAG:B", "cut");
    expect(security_launch_sddl(NULL, 0) == wcslen(launch), "nothing");
}

static void self_becomes_the_user_in_every_entry(void **state)
{
    static const struct
    {
        const wchar_t *sddl, *expected;
    } cases[] = {
        {L"O:BAG:BAD:(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)",
            L"O:BAG:BAD:(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;" USER L")"},
        {L"O:BAG:BAD:(A;;CCDC;;;PS)(D;;CC;;;S-1-5-10)", L"O:BAG:BAD:(A;;CCDC;;;" USER L")(D;;CC;;;" USER L")"},
        {L"O:BAG:BAD:(A;;CCDC;;;ps)", L"O:BAG:BAD:(A;;CCDC;;;" USER L")"},
        {L"O:PSG:PSD:(A;;0x3;;;SY)", L"O:PSG:PSD:(A;;0x3;;;SY)"},
        {L"O:S-1-5-32-544G:S-1-5-32-544D:P(A;;0x3;;;S-1-5-10)", L"O:S-1-5-32-544G:S-1-5-32-544D:P(A;;0x3;;;" USER L")"},
        {L"O:BAG:BAD:PAI(A;OICI;0x3;;;S-1-5-100)(A;;PS;;;AU)", L"O:BAG:BAD:PAI(A;OICI;0x3;;;S-1-5-100)(A;;PS;;;AU)"},
        {L"O:BAG:BAD:(A;;0x3;;;S-1-5-21-10-20-30-500)", L"O:BAG:BAD:(A;;0x3;;;S-1-5-21-10-20-30-500)"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t out[256];
        size_t length = security_for_user(out, COUNT_OF(out), cases[i].sddl, USER);

        expect_text(out, cases[i].expected, "row %u", (unsigned)i);
        expect(length == wcslen(cases[i].expected), "row %u", (unsigned)i);
        expect(security_for_user(out, 12, cases[i].sddl, USER) == length && wcslen(out) == 11, "row %u", (unsigned)i);
    }
}

static void what_is_not_plainly_a_list_of_entries_is_refused(void **state)
{
    static const wchar_t *const cases[] = {
        NULL,
        L"",
        L"D:",
        L"O:BAG:BA",
        L"O:BAG:BAD",
        L"O:BAG:BAD:",
        L"O:BAG:BAD:P",
        L"O:BAG:BAD:NO_ACCESS_CONTROL",
        L"D:(A;;0x3;;;PS)",
        L"O:BAD:(A;;0x3;;;PS)",
        L"G:BAD:(A;;0x3;;;PS)",
        L"O:BAX:BAD:(A;;0x3;;;PS)",
        L"O:G:BAD:(A;;0x3;;;PS)",
        L"O",
        L"O:BAG",
        L"O:xyzG:BAD:(A;;0x3;;;PS)",
        L"O:B-G:BAD:(A;;0x3;;;PS)",
        L"O:BAG:BAX:(A;;0x3;;;PS)",
        L"O:BAG:BAD(A;;0x3;;;PS)",
        L"O:BAG:BAD:(A;;0x3;;;PS",
        L"O:BAG:BAD:A;;0x3;;;PS)",
        L"O:BAG:BAD:((A;;0x3;;;PS))",
        L"O:BAG:BAD:(A;;0x3;;;PS))",
        L"O:BAG:BAD:(A;;0x3;;;PS)x",
        L"O:BAG:BAD:(A;;0x3;;;PS) (A;;0x3;;;SY)",
        L"O:BAG:BAD:(A; ;0x3;;;PS)",
        L"O:BAG:BAD:()",
        L"O:BAG:BAD:(A;;0x3;;PS)",
        L"O:BAG:BAD:(A;;0x3;;;;PS)",
        L"O:BAG:BAD:(A;;;;;PS)",
        L"O:BAG:BAD:(A;;0x3;;;)",
        L"O:BAG:BAD:(A;;0x3;;;P)",
        L"O:BAG:BAD:(A;;0x3;;;P-)",
        L"O:BAG:BAD:(A;;0x3;;;-P)",
        L"O:BAG:BAD:(A;;0x3;;;[\\)",
        L"O:BAG:BAD:(A;;0x3;;;{~)",
        L"O:BAG:BAD:(A;;0x3;;;S-1-)",
        L"O:BAG:BAD:(A;;0x3;;;S-1-5-)",
        L"O:BAG:BAD:(A;;0x3;;;S-1--5)",
        L"O:BAG:BAD:(A;;0x3;;;S-1-5x)",
        L"O:BAG:BAD:(A;;0x3;;;X-1-5-10)",
        L"O:BAG:BAD:(OA;;0x3;;;PS)",
        L"O:BAG:BAD:(XA;;0x3;;;PS;(x))",
        L"O:BAG:BAD:(A;;0x3;01234567-89ab-cdef-0123-456789abcdef;;PS)",
        L"O:BAG:BAD:(A;;0x3;;01234567-89ab-cdef-0123-456789abcdef;PS)",
        L"O:BAG:BAD:(A;;0x3;;;PS)S:(ML;;NX;;;LW)",
    };
    static const wchar_t *const sids[] = {
        NULL, L"", L"PS", L"DOMAIN\\user", L"S-1-", L"S-1-5-21-x", L"S-1-5-21)(A;;3;;;WD"};
    wchar_t out[256];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        expect(security_for_user(out, COUNT_OF(out), cases[i], USER) == 0, "%s", shown(cases[i]));
        expect_text(out, L"", "%s", shown(cases[i]));
    }
    for (size_t i = 0; i < COUNT_OF(sids); i++)
    {
        expect(security_for_user(out, COUNT_OF(out), L"O:BAG:BAD:(A;;0x3;;;PS)", sids[i]) == 0, "%s", shown(sids[i]));
        expect_text(out, L"", "%s", shown(sids[i]));
    }
}

static void what_registration_stores_can_be_used_at_start(void **state)
{
    wchar_t stored[128], used[256];

    (void)state;
    security_access_sddl(stored, COUNT_OF(stored));
    expect(security_for_user(used, COUNT_OF(used), stored, USER) > wcslen(stored), "%s", shown(used));
    expect(wcsstr(used, L"PS") == NULL && wcsstr(used, L"IU") == NULL, "%s", shown(used));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_descriptors_are_exactly_these),
        cmocka_unit_test(self_becomes_the_user_in_every_entry),
        cmocka_unit_test(what_is_not_plainly_a_list_of_entries_is_refused),
        cmocka_unit_test(what_registration_stores_can_be_used_at_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

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
        {L"O:BAG:BAD:(A;;0x3;;;S-1-5)", L"O:BAG:BAD:(A;;0x3;;;S-1-5)"},
        {L"O:BAG:BAD:(A;;0x3;;;S-1-5-90)", L"O:BAG:BAD:(A;;0x3;;;S-1-5-90)"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t out[256];
        size_t length = security_for_user(out, COUNT_OF(out), cases[i].sddl, USER);

        expect_text(out, cases[i].expected, "row %u", (unsigned)i);
        expect(security_is_well_formed(cases[i].sddl), "row %u", (unsigned)i);
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
        L"O:",
        L"O::G:BAD:(A;;0x3;;;PS)",
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
        L"O:BAG:BAD:(A;(;0x3;;;PS)",
        L"O:BAG:BAD:(AA;;0x3;;;PS)",
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
        L"O:BAG:BAD:(A;;0x3;;;S-1-5:)",
        L"O:BAG:BAD:(A;;0x3;;;S-1)",
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
        expect(!security_is_well_formed(cases[i]), "%s", shown(cases[i]));
        expect_text(out, L"", "%s", shown(cases[i]));
    }
    for (size_t i = 0; i < COUNT_OF(sids); i++)
    {
        expect(security_for_user(out, COUNT_OF(out), L"O:BAG:BAD:(A;;0x3;;;PS)", sids[i]) == 0, "%s", shown(sids[i]));
        expect_text(out, L"", "%s", shown(sids[i]));
    }
}

static void a_name_of_two_letters_may_be_any(void **state)
{
    (void)state;
    for (wchar_t c = 1; c < 0x7F; c++)
    {
        const wchar_t sddl[] = {
            'O', ':', 'B', 'A', 'G', ':', 'B', 'A', 'D', ':', '(', 'A', ';', ';', '1', ';', ';', ';', c, c, ')', 0};
        const bool is_one = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

        expect(security_is_well_formed(sddl) == is_one, "%s", shown(sddl));
    }
}

static void a_name_stands_for_its_sid(void **state)
{
    static const wchar_t *const names[][2] = {{L"AN", L"S-1-5-7"}, {L"AU", L"S-1-5-11"}, {L"BA", L"S-1-5-32-544"},
        {L"BG", L"S-1-5-32-546"}, {L"BU", L"S-1-5-32-545"}, {L"IU", L"S-1-5-4"}, {L"LS", L"S-1-5-19"},
        {L"NS", L"S-1-5-20"}, {L"NU", L"S-1-5-2"}, {L"PS", L"S-1-5-10"}, {L"SU", L"S-1-5-6"}, {L"SY", L"S-1-5-18"},
        {L"WD", L"S-1-1-0"}, {L"au", L"S-1-5-11"}, {L"ba", L"s-1-5-32-544"}, {L"sY", L"s-1-5-18"}};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(names); i++)
    {
        wchar_t sddl[64] = L"O:BAG:BAD:(A;;0x3;;;", sid[64];

        wcscat(sddl, names[i][0]);
        wcscat(sddl, L")");
        expect(security_allows(sddl, names[i][1]), "%s", shown(names[i][0]));
        assert_true(security_allowed(sid, COUNT_OF(sid), sddl, 0));
        assert_int_equal(sid[0], L'S');
        expect_text(sid + 1, names[i][1] + 1, "%s", shown(names[i][0]));
    }
}

/* The number that a mask of an entry is taken for: bit by bit, whether that right need not be added. */
static uint32_t mask_of(const wchar_t *written)
{
    uint32_t mask = 0;

    for (unsigned bit = 0; bit < 32; bit++)
    {
        wchar_t sddl[64] = L"O:BAG:BAD:(A;;", out[128];

        wcscat(sddl, written);
        wcscat(sddl, L";;;S-1-5-20)");
        assert_true(security_allow(out, COUNT_OF(out), sddl, 1u << bit, L"S-1-5-20"));
        if (!wcscmp(out, sddl)) mask |= 1u << bit;
    }
    return mask;
}

static void a_mask_is_read_where_it_is_hexadecimal(void **state)
{
    static const struct
    {
        const wchar_t *written;
        uint32_t mask;
    } rows[] = {
        {L"0x0", 0},
        {L"0x1", 1},
        {L"0x12345678", 0x12345678},
        {L"0x9abcdef0", 0x9ABCDEF0},
        {L"0X9ABCDEF0", 0x9ABCDEF0},
        {L"0xafAF09", 0xAFAF09},
        {L"0xFFFFFFFF", 0xFFFFFFFF},
        {L"0x012345678", 0}, /* nine digits */
        {L"0x123456789", 0},
        {L"0x", 0},
        {L"0", 0},
        {L"3", 0},
        {L"13", 0},
        {L"1x3", 0},
        {L"0y3", 0},
        {L"003", 0},
        {L"0x3/", 0},
        {L"0x3:", 0},
        {L"0x3@", 0},
        {L"0x3`", 0},
        {L"0x3g", 0},
        {L"0x3G", 0},
        {L"CCDC", 0},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        expect(mask_of(rows[i].written) == rows[i].mask, "%s: %x", shown(rows[i].written), mask_of(rows[i].written));
}

static void what_registration_stores_can_be_used_at_start(void **state)
{
    wchar_t stored[128], used[256];

    (void)state;
    security_access_sddl(stored, COUNT_OF(stored));
    expect(security_for_user(used, COUNT_OF(used), stored, USER) > wcslen(stored), "%s", shown(used));
    expect(wcsstr(used, L"PS") == NULL && wcsstr(used, L"IU") == NULL, "%s", shown(used));
}

#define HEAD L"O:BAG:BAD:"
#define SVC L"S-1-5-20"

static void an_account_is_let_in_once(void **state)
{
    static const struct
    {
        const wchar_t *sddl, *sid, *expected;
    } cases[] = {
        {HEAD L"(A;;0x3;;;SY)", USER, HEAD L"(A;;0x3;;;SY)(A;;0x3;;;" USER L")"},
        {HEAD L"(A;;0x3;;;" USER L")", USER, HEAD L"(A;;0x3;;;" USER L")"},
        {HEAD L"(A;;0x7;;;" USER L")", USER, HEAD L"(A;;0x7;;;" USER L")"},
        {HEAD L"(A;;0x1;;;" USER L")", USER, HEAD L"(A;;0x1;;;" USER L")(A;;0x3;;;" USER L")"},
        {HEAD L"(A;;CCDC;;;" USER L")", USER, HEAD L"(A;;CCDC;;;" USER L")(A;;0x3;;;" USER L")"},
        {HEAD L"(A;;0x3;;;" USER L")(A;;0x1;;;" USER L")", USER, HEAD L"(A;;0x3;;;" USER L")(A;;0x1;;;" USER L")"},
        /* However the trustee is written. */
        {HEAD L"(A;;0x3;;;NS)", SVC, HEAD L"(A;;0x3;;;NS)"},
        {HEAD L"(A;;0X3;;;s-1-5-20)", SVC, HEAD L"(A;;0X3;;;s-1-5-20)"},
        {HEAD L"(A;;0x3;;;S-1-5-200)", SVC, HEAD L"(A;;0x3;;;S-1-5-200)(A;;0x3;;;" SVC L")"},
        /* A denying entry of the same account would win; others' stay. */
        {HEAD L"(D;;0x3;;;NS)(D;;0x3;;;WD)(A;;0x3;;;SY)", SVC, HEAD L"(D;;0x3;;;WD)(A;;0x3;;;SY)(A;;0x3;;;" SVC L")"},
        {HEAD L"(D;;0x3;;;NS)", SVC, HEAD L"(A;;0x3;;;" SVC L")"},
        {L"rubbish", SVC, L""},
        {NULL, SVC, L""},
        {HEAD L"(A;;0x3;;;SY)", L"DOMAIN\\user", L""},
        {HEAD L"(A;;0x3;;;SY)", NULL, L""},
        {HEAD L"(A;;0x3;;;SY)", L"S-1-5-20)(A;;0x3;;;WD", L""},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t out[256], again[256];
        size_t length = security_allow(out, COUNT_OF(out), cases[i].sddl, COM_ACCESS_LOCAL, cases[i].sid);

        expect_text(out, cases[i].expected, "row %u", i);
        expect(length == wcslen(cases[i].expected), "row %u", i);
        expect(security_allow(NULL, 0, cases[i].sddl, COM_ACCESS_LOCAL, cases[i].sid) == length, "row %u", i);
        if (!length) continue;
        expect(security_allows(out, cases[i].sid), "row %u", i);
        expect(security_allow(again, COUNT_OF(again), out, COM_ACCESS_LOCAL, cases[i].sid) == length, "row %u", i);
        expect_text(again, out, "row %u", i);
    }
}

static void an_account_is_taken_out_however_it_got_in(void **state)
{
    static const struct
    {
        const wchar_t *sddl, *sid, *expected;
        bool was_in;
    } cases[] = {
        {HEAD L"(A;;0x3;;;SY)(A;;0x3;;;" USER L")", USER, HEAD L"(A;;0x3;;;SY)", true},
        {HEAD L"(A;;0x1;;;NS)(A;;0x3;;;SY)(A;;0x3;;;" SVC L")", SVC, HEAD L"(A;;0x3;;;SY)", true},
        {HEAD L"(A;;0x3;;;SY)", USER, HEAD L"(A;;0x3;;;SY)", false},
        {HEAD L"(D;;0x3;;;NS)(A;;0x3;;;SY)", SVC, HEAD L"(D;;0x3;;;NS)(A;;0x3;;;SY)", false},
        {HEAD L"(A;;0x3;;;S-1-5-21-1-2-3-10)", L"S-1-5-21-1-2-3-1", HEAD L"(A;;0x3;;;S-1-5-21-1-2-3-10)", false},
        {HEAD L"(A;;0x3;;;NS)", SVC, L"", true},
        {L"rubbish", SVC, L"", false},
        {NULL, SVC, L"", false},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t out[256];

        expect(security_allows(cases[i].sddl, cases[i].sid) == cases[i].was_in, "row %u", i);
        expect(security_disallow(out, COUNT_OF(out), cases[i].sddl, cases[i].sid) == wcslen(cases[i].expected),
            "row %u", i);
        expect_text(out, cases[i].expected, "row %u", i);
        expect(!security_allows(out, cases[i].sid), "row %u", i);
    }
}

static void allowing_entries_are_listed_as_sids(void **state)
{
    static const wchar_t sddl[] = HEAD L"(D;;0x3;;;WD)(A;;0x3;;;SY)(A;;0x3;;;" USER L")(D;;0x3;;;NS)(A;;0x3;;;s-1-5-6)";
    static const wchar_t *const expected[] = {L"S-1-5-18", USER, L"s-1-5-6"};
    wchar_t sid[64];

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(expected); i++)
    {
        expect(security_allowed(sid, COUNT_OF(sid), sddl, i), "%u", i);
        expect_text(sid, expected[i], "%u", i);
    }
    expect(!security_allowed(sid, COUNT_OF(sid), sddl, COUNT_OF(expected)) && !*sid, "behind the last");
    expect(!security_allowed(sid, 8, sddl, 0) && !*sid, "too little room");
    expect(!security_allowed(sid, COUNT_OF(sid), L"rubbish", 0) && !*sid, "rubbish");
}

static void registering_again_keeps_what_was_allowed_and_puts_back_what_is_always_there(void **state)
{
    static const wchar_t standard[] = HEAD L"(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)";
    static const wchar_t by_sid[] = L"O:S-1-5-32-544G:S-1-5-32-544D:(A;;0x3;;;S-1-5-18)(A;;0x3;;;S-1-5-32-544)"
                                    L"(A;;0x3;;;S-1-5-10)(A;;0x3;;;S-1-5-20)";
    static const struct
    {
        const wchar_t *stored, *expected;
    } cases[] = {
        {NULL, standard},
        {L"", standard},
        {L"rubbish", standard},
        {L"O:BAG:BAD:", standard},
        {standard, standard},
        {by_sid, by_sid},
        {HEAD L"(D;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)",
            HEAD L"(D;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;PS)(A;;0x3;;;S-1-5-18)"},
        {HEAD L"(A;;0x3;;;" USER L")",
            HEAD L"(A;;0x3;;;" USER L")(A;;0x3;;;S-1-5-18)(A;;0x3;;;S-1-5-32-544)(A;;0x3;;;S-1-5-10)"},
        {HEAD L"(A;;0x7;;;SY)(A;;0x1;;;BA)(A;;0x3;;;PS)",
            HEAD L"(A;;0x7;;;SY)(A;;0x1;;;BA)(A;;0x3;;;PS)(A;;0x3;;;S-1-5-32-544)"},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t out[256];

        expect(security_renew(out, COUNT_OF(out), cases[i].stored, security_access_sddl, COM_ACCESS_LOCAL) ==
                   wcslen(cases[i].expected),
            "row %u", i);
        expect_text(out, cases[i].expected, "row %u", i);
    }
}

static void the_security_that_counts_is_chosen_by_how_the_broker_is_registered(void **state)
{
    static const wchar_t stored[] = HEAD L"(A;;0x3;;;PS)(A;;0x3;;;NS)";
    static const wchar_t stored_for_user[] = HEAD L"(A;;0x3;;;" USER L")(A;;0x3;;;NS)";
    static const wchar_t fixed[] = HEAD L"(A;;0x3;;;SY)(A;;0x3;;;BA)(A;;0x3;;;" USER L")";
    static const struct
    {
        struct security_source source;
        const wchar_t *user, *expected;
    } cases[] = {
        {{true, stored, false}, USER, stored_for_user},
        {{true, stored, true}, USER, stored_for_user},
        {{false, NULL, true}, USER, fixed},
        {{false, stored, true}, USER, fixed},
        /* A machine registration whose permission is gone is no user's registration. */
        {{true, NULL, true}, USER, L""},
        {{true, NULL, false}, USER, L""},
        {{true, L"rubbish", true}, USER, L""},
        {{false, NULL, false}, USER, L""},
        {{false, stored, false}, USER, L""},
        {{true, stored, false}, NULL, L""},
        {{false, NULL, true}, NULL, L""},
        {{false, NULL, true}, L"", L""},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t out[256];

        expect(security_choose(out, COUNT_OF(out), &cases[i].source, cases[i].user) == wcslen(cases[i].expected),
            "row %u", i);
        expect_text(out, cases[i].expected, "row %u", i);
    }
}

static void who_stands_for_everybody_or_for_nobody_in_particular_is_known(void **state)
{
    static const struct
    {
        const wchar_t *sid;
        bool everybody;
    } cases[] = {
        {L"S-1-0-0", true},
        {L"S-1-1-0", true},
        {L"s-1-1-0", true},
        {L"S-1-2-0", true},
        {L"S-1-2-1", true},
        {L"S-1-3-0", true},
        {L"S-1-3-4", true},
        {L"S-1-5-1", true},
        {L"S-1-5-2", true},
        {L"S-1-5-3", true},
        {L"S-1-5-4", true},
        {L"S-1-5-5-0-123456", true},
        {L"S-1-5-6", true},
        {L"S-1-5-7", true},
        {L"S-1-5-11", true},
        {L"S-1-5-12", true},
        {L"S-1-5-33", true},
        {L"S-1-5-113", true},
        {L"S-1-5-114", true},
        {L"S-1-5-1000", true},
        {L"S-1-5-64-10", true},
        {L"S-1-5-64-21", true},
        {L"S-1-5-65-1", true},
        {L"S-1-5-32-545", true},
        {L"S-1-5-32-546", true},
        {L"S-1-5-32-547", true},
        {L"S-1-5-32-554", true},
        {L"S-1-5-80-0", true},
        {L"S-1-5-83-0", true},
        {L"S-1-5-21-0-0-0-497", true},
        {L"S-1-5-21-111-222-333-501", true},
        {L"S-1-5-21-111-222-333-513", true},
        {L"S-1-5-21-111-222-333-514", true},
        {L"S-1-5-21-111-222-333-515", true},
        {L"S-1-15-2-1", true},
        {L"S-1-15-2-2", true},
        {L"S-1-15-3-1", true},
        {L"S-1-16-8192", true},
        {L"S-1-18-1", true},
        {L"S-1-19-512-4096", true},

        {L"X-1-1-0", false},
        {L"S-1-5-10", false}, /* SELF, the mailbox's owner */
        {L"S-1-5-17", false}, /* IUSR */
        {L"S-1-5-18", false}, /* SYSTEM */
        {L"S-1-5-19", false}, /* LOCAL SERVICE */
        {L"S-1-5-20", false}, /* NETWORK SERVICE */
        {L"S-1-5-40", false},
        {L"S-1-5-32-544", false},                                                   /* Administrators */
        {L"S-1-5-32-568", false},                                                   /* IIS_IUSRS */
        {L"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", false}, /* a service */
        {L"S-1-5-82-3006700770-424185619-1745488364-794895919-4004696415", false},  /* an application pool */
        {L"S-1-15-2-1-2-3-4-5-6-7", false},                                         /* one app */
        {L"S-1-5-21-111-222-333-500", false},
        {L"S-1-5-21-111-222-333-512", false},
        {L"S-1-5-21-111-222-333-516", false},
        {L"S-1-5-21-111-222-333-1513", false},
        {L"S-1-5-21-111-222-513", false},
        {L"S-1-5-21-111-222-333-444-513", false},
        {L"S-1-12-1-1-2-3-513", false}, /* a user of a cloud directory */
        {USER, false},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
        expect(security_means_everybody(cases[i].sid) == cases[i].everybody, "%s", shown(cases[i].sid));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_descriptors_are_exactly_these),
        cmocka_unit_test(self_becomes_the_user_in_every_entry),
        cmocka_unit_test(what_is_not_plainly_a_list_of_entries_is_refused),
        cmocka_unit_test(a_name_of_two_letters_may_be_any),
        cmocka_unit_test(a_name_stands_for_its_sid),
        cmocka_unit_test(a_mask_is_read_where_it_is_hexadecimal),
        cmocka_unit_test(what_registration_stores_can_be_used_at_start),
        cmocka_unit_test(an_account_is_let_in_once),
        cmocka_unit_test(an_account_is_taken_out_however_it_got_in),
        cmocka_unit_test(allowing_entries_are_listed_as_sids),
        cmocka_unit_test(registering_again_keeps_what_was_allowed_and_puts_back_what_is_always_there),
        cmocka_unit_test(the_security_that_counts_is_chosen_by_how_the_broker_is_registered),
        cmocka_unit_test(who_stands_for_everybody_or_for_nobody_in_particular_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

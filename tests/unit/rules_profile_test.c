/* rules_profile_test.c - whether a log-on on recorded machines finds its mail profile without a question. */
#include "rules_test.h"
#include "rules/profile.h"

#define PLACE L"HKCU\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles"
#define ASKS                                                                                                           \
    L"PickLogonProfile under HKCU\\Software\\Microsoft\\Exchange\\Client\\Options, which is \"Prompt for a profile "   \
    L"to be used\""
#define USER L"CONTOSO\\anna"
#define KNOWN .known = true, .place = PLACE

static const struct recorded
{
    const char *machine;
    struct profile_facts facts;
    const wchar_t *wished;
    bool running, wrong;
    enum error_id id;
    const wchar_t *words[3];
} recorded[] = {
    {.machine = "one profile, the default",
        .facts = {KNOWN, .count = 1, .names = {L"Outlook"}, .default_name = L"Outlook"}},
    {.machine = "one profile, named in other letters",
        .facts = {KNOWN, .count = 1, .names = {L"Outlook"}, .default_name = L"Outlook"},
        .wished = L"OUTLOOK"},
    {.machine = "two profiles, one is the default",
        .facts = {KNOWN, .count = 2, .names = {L"Outlook", L"Test"}, .default_name = L"outlook"},
        .wished = L""},
    {.machine = "two profiles, the other is named",
        .facts = {KNOWN, .count = 2, .names = {L"Outlook", L"Test"}, .default_name = L"Outlook"},
        .wished = L"Test"},
    {.machine = "one profile, no default is written down: Outlook uses it",
        .facts = {KNOWN, .count = 1, .names = {L"Outlook"}}},
    {.machine = "an Outlook of unknown version: nothing is known, nothing is refused",
        .facts = {0},
        .wished = L"Anything"},
    {.machine = "an Outlook of unknown version, the default profile", .facts = {0}},
    {.machine = "no profile, Outlook makes one from the directory", .facts = {KNOWN, .makes_own = true}},
    {.machine = "no profile that is known, but Outlook runs", .facts = {KNOWN}, .running = true},
    {.machine = "to be asked, but Outlook runs: it has been answered",
        .facts = {KNOWN, .count = 2, .names = {L"A", L"B"}, .asks = true},
        .running = true},
    {.machine = "to be asked, but the profile is named",
        .facts = {KNOWN, .count = 2, .names = {L"A", L"B"}, .default_name = L"A", .asks = true},
        .wished = L"b"},
    {.machine = "no profile on the first start",
        .facts = {KNOWN},
        .wrong = true,
        .id = error_no_profile_yet,
        .words = {PLACE, USER}},
    {.machine = "no profile on the first start, and one is named",
        .facts = {KNOWN},
        .wished = L"Outlook",
        .wrong = true,
        .id = error_no_profile_yet,
        .words = {PLACE, USER}},
    {.machine = "Outlook would make one from the directory, but under its own name",
        .facts = {KNOWN, .makes_own = true},
        .wished = L"Orders",
        .wrong = true,
        .id = error_no_profile_yet,
        .words = {PLACE, USER}},
    {.machine = "a name that is not there",
        .facts = {KNOWN, .count = 2, .names = {L"Outlook", L"Test"}, .default_name = L"Outlook"},
        .wished = L"Orders",
        .wrong = true,
        .id = error_no_such_profile,
        .words = {L"Orders", PLACE, L"Outlook, Test"}},
    {.machine = "a name that is not there, while Outlook runs",
        .facts = {KNOWN, .count = 1, .names = {L"Outlook"}, .default_name = L"Outlook"},
        .wished = L"Orders",
        .running = true,
        .wrong = true,
        .id = error_no_such_profile,
        .words = {L"Orders", PLACE, L"Outlook"}},
    {.machine = "the user wants to be asked",
        .facts = {KNOWN, .count = 1, .names = {L"Outlook"}, .default_name = L"Outlook", .asks = true},
        .wrong = true,
        .id = error_profile_chooser,
        .words = {ASKS, USER}},
    {.machine = "two profiles, none the default",
        .facts = {KNOWN, .count = 2, .names = {L"A", L"B"}},
        .wrong = true,
        .id = error_profile_chooser,
        .words = {L"the profiles under " PLACE L", none of which is the default one", USER}},
    {.machine = "a backup of a profile, the default was deleted",
        .facts = {KNOWN, .count = 1, .names = {L"BACKUP OF Outlook"}, .default_name = L"Outlook"},
        .wrong = true,
        .id = error_profile_chooser,
        .words = {L"the profiles under " PLACE L", among which the default one, \"Outlook\", is missing", USER}},
    {.machine = "as many profiles as are read: the name is not among them",
        .facts = {KNOWN, .count = profile_most_names, .names = {L"A"}, .default_name = L"A"},
        .wished = L"Y",
        .wrong = true,
        .id = error_no_such_profile,
        .words = {L"Y", PLACE, L"A, , , , , , , , , , , , , , , , , , , , , , , , , , , , , , , "}},
    {.machine = "what stands behind the last name is none",
        .facts = {KNOWN, .count = 1, .names = {L"A", L"B"}, .default_name = L"A"},
        .wished = L"B",
        .wrong = true,
        .id = error_no_such_profile,
        .words = {L"B", PLACE, L"A"}},
    {.machine = "the default's name has one letter, and is missing",
        .facts = {KNOWN, .count = 1, .names = {L"Outlook"}, .default_name = L"D"},
        .wrong = true,
        .id = error_profile_chooser,
        .words = {L"the profiles under " PLACE L", among which the default one, \"D\", is missing", USER}},
    {.machine = "more profiles than are read: a name may be among them",
        .facts = {KNOWN, .count = profile_most_names + 1, .names = {L"A"}, .default_name = L"Z"},
        .wished = L"Y"},
};

static void each_log_on_is_let_go_on_or_told_why_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(recorded); i++)
    {
        const struct recorded *row = &recorded[i];
        struct finding finding = {.id = error_id_count};
        bool wrong = profile_wrong(&row->facts, row->wished, row->running, USER, &finding);

        expect(wrong == row->wrong, "%s", row->machine);
        if (!wrong) continue;
        expect(finding.id == row->id, "%s: %s", row->machine, shown(error_row(finding.id)->what));
        expect(error_row(finding.id)->code == 0x8004B003u, "%s", row->machine);
        expect(
            finding.count == texts_in(row->words, COUNT_OF(row->words)), "%s: %u words", row->machine, finding.count);
        for (unsigned word = 0; word < finding.count; word++)
            expect_text(finding.words[word], row->words[word], "%s, word %u", row->machine, word);
    }
}

static void two_names_are_one_profiles_in_any_case(void **state)
{
    static const struct
    {
        const wchar_t *one, *other;
        bool same;
    } rows[] = {
        {L"Outlook", L"outLOOK", true},
        {L"Outlook", L"Outlook 2", false},
        {L"Outlook 2", L"Outlook", false},
        {L"", L"", true},
        {L"", L"x", false},
        {L"J\u00DCRGEN", L"j\u00FCrgen", true},
        {L"\u00D7", L"\u00F7", false}, /* signs, not letters */
        {L"\u0158\u00CDZEN\u00CD", L"\u0159\u00EDzen\u00ED", true},
        {L"\u0141\u00D3D\u0179", L"\u0142\u00F3d\u017A", true},
        {L"\u0138", L"\u0139", false},
        {L"\u039B\u03A3", L"\u03BB\u03C3", true},
        {L"\u041E\u041B\u042C\u0413\u0410 \u0401", L"\u043E\u043B\u044C\u0433\u0430 \u0451", true},
        {L"\u5C71\u7530", L"\u5C71\u7530", true},
        {L"@AZ[", L"@az[", true},
        {L"@", L"`", false},
        {L"[", L"{", false},
        {L"\u00BF", L"\u00DF", false},
        {L"\u00C0\u00D6", L"\u00E0\u00F6", true},
        {L"\u00D8\u00DE", L"\u00F8\u00FE", true},
        {L"\u00D9\u0392", L"\u00F9\u03B2", true},
        {L"\u00DF", L"\u00FF", false},
        {L"\u0100\u0101\u0136", L"\u0101\u0100\u0137", true},
        {L"\u0101", L"\u0102", false},
        {L"\u0139\u013A\u0147", L"\u013A\u0139\u0148", true},
        {L"\u013A", L"\u013B", false},
        {L"\u014A\u0176", L"\u014B\u0177", true},
        {L"\u0179\u017D", L"\u017A\u017E", true},
        {L"\u017F", L"\u0180", false},
        {L"\u0390", L"\u03B0", false},
        {L"\u0391\u03AB", L"\u03B1\u03CB", true},
        {L"\u03AC", L"\u03CC", false},
        {L"\u03FF", L"\u044F", false},
        {L"\u0400\u040F", L"\u0450\u045F", true},
        {L"\u0410\u042F", L"\u0430\u044F", true},
        {L"\u0430", L"\u0450", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect(profile_same(rows[i].one, rows[i].other) == rows[i].same, "row %u", (unsigned)i);
}

static void another_profile_in_use_is_a_mismatch(void **state)
{
    static const struct
    {
        const wchar_t *in_use, *wished;
        bool mismatch;
    } rows[] = {
        {L"Outlook", L"Orders", true}, {L"Outlook", L"outlook", false}, {L"Outlook", L"", false},
        {L"Outlook", NULL, false}, {L"", L"Orders", false}, /* not known */
    };
    struct finding finding;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        expect(profile_mismatch(rows[i].in_use, rows[i].wished, &finding) == rows[i].mismatch, "row %u", (unsigned)i);
        if (!rows[i].mismatch) continue;
        expect(error_row(finding.id)->code == 0x8004B004u, "row %u", (unsigned)i);
        expect(finding.count == 2, "row %u: %u words", (unsigned)i, finding.count);
        expect_text(finding.words[0], rows[i].in_use, "row %u", (unsigned)i);
        expect_text(finding.words[1], rows[i].wished, "row %u", (unsigned)i);
    }
}

static void a_list_that_is_too_long_ends_in_dots(void **state)
{
    static const struct profile_facts facts = {.count = 4, .names = {L"Alpha", L"Beta", L"Gamma", L"Delta"}};
    static const struct
    {
        size_t size;
        const wchar_t *list;
    } rows[] = {
        {64, L"Alpha, Beta, Gamma, Delta"},
        {24, L"Alpha, Beta, Gamma, ..."},
        {20, L"Alpha, Beta, ..."},
        {12, L"Alpha, ..."},
        {11, L"Alpha, ..."},
    };
    wchar_t list[64];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        profile_list(&facts, list, rows[i].size);
        expect_text(list, rows[i].list, "size %u", (unsigned)rows[i].size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_log_on_is_let_go_on_or_told_why_not),
        cmocka_unit_test(two_names_are_one_profiles_in_any_case),
        cmocka_unit_test(another_profile_in_use_is_a_mismatch),
        cmocka_unit_test(a_list_that_is_too_long_ends_in_dots),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

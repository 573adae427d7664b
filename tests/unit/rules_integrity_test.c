/* rules_integrity_test.c - when Outlook's and the broker's integrity levels keep them apart. */
#include "rules_test.h"
#include "rules/integrity.h"

static void levels_that_differ_are_both_named(void **state)
{
    static const struct
    {
        const char *machine;
        uint32_t own, outlook;
        bool wrong;
        enum error_id id;
        const wchar_t *words[2];
    } rows[] = {
        {"both as started by the user", 0x2000, 0x2000, false, error_id_count, {NULL}},
        {"both as administrator, or user account control is off", 0x3000, 0x3000, false, error_id_count, {NULL}},
        {"a broker with access to the user interface: still medium", 0x2010, 0x2000, false, error_id_count, {NULL}},
        {"Outlook with medium plus", 0x2000, 0x2100, false, error_id_count, {NULL}},
        {"Outlook as administrator, readable", 0x2000, 0x3000, true, error_elevation, {L"high", L"medium"}},
        {"Outlook as administrator, its token not readable", 0x2000, INTEGRITY_DENIED, true, error_elevation,
            {L"higher, as it may not be read", L"medium"}},
        {"the broker as administrator", 0x3000, 0x2000, true, error_elevation_broker, {L"medium", L"high"}},
        {"Outlook in a sandbox", 0x2000, 0x1000, true, error_elevation_broker, {L"low", L"medium"}},
        {"Outlook as SYSTEM", 0x3000, 0x4000, true, error_elevation, {L"system", L"high"}},
        {"Outlook has just ended", 0x2000, INTEGRITY_UNKNOWN, false, error_id_count, {NULL}},
        {"Windows does not tell one's own", INTEGRITY_UNKNOWN, 0x3000, false, error_id_count, {NULL}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        struct finding finding = {.id = error_id_count};

        expect(integrity_wrong(rows[i].own, rows[i].outlook, &finding) == rows[i].wrong, "%s", rows[i].machine);
        expect(finding.id == rows[i].id, "%s", rows[i].machine);
        if (!rows[i].wrong) continue;
        expect(error_row(finding.id)->code == 0x8004B007u, "%s", rows[i].machine);
        expect(finding.count == 2, "%s: %u words", rows[i].machine, finding.count);
        expect_text(finding.words[0], rows[i].words[0], "%s", rows[i].machine);
        expect_text(finding.words[1], rows[i].words[1], "%s", rows[i].machine);
    }
}

static void each_level_has_its_word_and_is_low_or_not(void **state)
{
    static const struct
    {
        uint32_t level;
        const wchar_t *words;
        bool low;
    } rows[] = {
        {0, L"untrusted", true},
        {0x0FFF, L"untrusted", true},
        {0x1000, L"low", true},
        {0x1FFF, L"low", true},
        {0x2000, L"medium", false},
        {0x2FFF, L"medium", false},
        {0x3000, L"high", false},
        {0x4000, L"system", false},
        {0x5000, L"protected", false},
        {INTEGRITY_DENIED, L"higher, as it may not be read", false},
        {INTEGRITY_UNKNOWN, L"unknown", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        expect_text(integrity_words(rows[i].level), rows[i].words, "0x%x", rows[i].level);
        expect(integrity_is_low(rows[i].level) == rows[i].low, "0x%x", rows[i].level);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_that_differ_are_both_named),
        cmocka_unit_test(each_level_has_its_word_and_is_low_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

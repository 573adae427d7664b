/* rules_doctor_outlook_test.c - what doctor makes of what it found of Outlook: a verdict, words, and a next step for
 * whatever is not well. */
#include "rules_doctor.h"
#include "rules/doctor.h"
#include "rules/integrity.h"

static const struct outlook_install installed = {.class_id = L"{0006F03A-0000-0000-C000-000000000046}",
    .major = 16,
    .images = {{true, true, L"C:\\Office\\root\\Office16\\OUTLOOK.EXE"}},
    .bitness = L"x64",
    .click_to_run_version = L"16.0.17328.20162",
    .click_to_run_platform = L"x64",
    .prefers_new = -1};

static void the_kind_of_outlook_is_told(void **state)
{
    struct
    {
        struct outlook_install facts;
        struct expected expected;
    } cases[] = {
        {installed, {doctor_warning, L"switched to the new Outlook", L"switch back"}},
        {installed, {doctor_problem, L"C:\\Office\\root\\Office16\\OUTLOOK.EXE", L"repair"}},
        {installed, {doctor_ok, L"32-bit", NULL}},
        {installed, {doctor_ok, L"version 16.0.17328.20162, 64-bit, installed by Click-to-Run", NULL}},
        {{.prefers_new = -1}, {doctor_problem, L"it is not installed", L"install Outlook"}},
        {{.prefers_new = 1, .new_outlook_package = L"Microsoft.OutlookForWindows_1"},
            {doctor_problem, L"new Outlook", L"c"}},
        {{.class_id = L"{0}", .prefers_new = -1},
            {doctor_ok, L"version unknown, bitness unknown, installed by unknown: ?", NULL}},
        {{.class_id = L"{0}", .images = {{.registered = true, .there = true}}, .prefers_new = -1},
            {doctor_ok, L"installed by unknown: ?", NULL}},
        {{.class_id = L"{0}", .images = {{true, true, L"o"}}, .program_version = L"9", .prefers_new = -1},
            {doctor_ok, L"version 9, bitness unknown, installed by unknown: o", NULL}},
    };

    (void)state;
    cases[0].facts.prefers_new = 1;
    cases[1].facts.images[0].there = false;
    wcscpy(cases[2].facts.bitness, L"x86");
    wcscpy(cases[2].facts.click_to_run_platform, L"x86");
    CHECK_TABLE(cases, doctor_outlook);
}

#define LONG_NAME L"a profile's name that is as long as a name may be: it is made of 78 characters"

static void a_profile_that_would_ask_is_a_problem(void **state)
{
    static const struct
    {
        bool is_there, running;
        struct profile_facts facts;
        struct expected expected;
    } cases[] = {
        {true, false, {.known = true, .place = L"HKCU\\P", .count = 1, .names = {L"Mail"}, .default_name = L"Mail"},
            {doctor_ok, L"default profile \"Mail\"; 1 in all under HKCU\\P: Mail", NULL}},
        {true, false, {.known = true, .place = L"HKCU\\P"}, {doctor_problem, L"profile", L""}},
        {true, false,
            {.known = true, .place = L"HKCU\\P", .count = 2, .names = {L"A", L"B"}, .default_name = L"A", .asks = true},
            {doctor_problem, L"profile", L""}},
        {true, true,
            {.known = true, .place = L"HKCU\\P", .count = 2, .names = {L"A", L"B"}, .default_name = L"A", .asks = true},
            {doctor_ok, L"default profile \"A\"", NULL}},
        {true, false, {.known = false}, {doctor_unknown, L"not known where", L"start Outlook once"}},
        {false, false, {.known = false}, {doctor_unknown, L"nothing to look at", NULL}},
        {true, true, {.known = true, .place = L"P"},
            {doctor_ok, L"no default profile is set; 0 in all under P: none", NULL}},
        /* One place more, and the seventh would be named. */
        {true, true,
            {.known = true,
                .count = 8,
                .names = {LONG_NAME L"1", LONG_NAME L"2", LONG_NAME L"3", LONG_NAME L"4", LONG_NAME L"5",
                    LONG_NAME L"6", L"a name of 21 letters.", L"8"}},
            {doctor_ok, L"characters6, ...", NULL}},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        static const struct outlook_install none = {.prefers_new = -1};
        struct doctor_row row = {.verdict = doctor_ok};

        doctor_profile(&row, cases[i].is_there ? &installed : &none, &cases[i].facts, cases[i].running, L"D\\u");
        CHECK(&row, &cases[i].expected, i);
    }
}

static void the_guard_is_judged_by_the_value_that_decides(void **state)
{
    static const struct
    {
        struct guard_values values;
        struct expected expected;
    } cases[] = {
        {{.object_model_guard = {true, 2}, .bits = 64, .major = 16}, {doctor_ok, L"ObjectModelGuard", NULL}},
        {{.object_model_guard = {true, 2}, .bits = 64, .major = 16}, {doctor_ok, L"); reading addresses goes", NULL}},
        {{.bits = 64, .major = 16}, {doctor_ok, L"the registry alone does not decide", NULL}},
        {{.bits = 64, .major = 16, .server = true}, {doctor_problem, L"Windows Server", L"Never warn"}},
        {{.object_model_guard = {true, 1}, .bits = 64, .major = 16},
            {doctor_problem, L"nobody answers", L"Never warn"}},
        {{.admin_security_mode = {true, 3}, .send = {true, 0}, .address_access = {true, 2}, .bits = 64, .major = 16},
            {doctor_problem, L"sending is refused (PromptOOMSend", L"approve sending"}},
        {{.admin_security_mode = {true, 3}, .send = {true, 2}, .address_access = {true, 0}, .bits = 64, .major = 16},
            {doctor_warning, L"reading addresses is refused", L"address book"}},
    };
    static const struct outlook_install none = {.prefers_new = -1};
    struct doctor_row missing = {.verdict = doctor_ok};

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        struct doctor_row row = {.verdict = doctor_ok};

        doctor_guard(&row, &installed, &cases[i].values);
        CHECK(&row, &cases[i].expected, i);
    }
    doctor_guard(&missing, &none, &cases[0].values);
    CHECK(&missing, (&(struct expected){doctor_unknown, L"nothing to look at", NULL}), 99);
}

static void failed_starts_are_told_with_their_reason(void **state)
{
    static const struct
    {
        struct doctor_starts facts;
        struct expected expected;
    } cases[] = {
        {{0}, {doctor_ok, L"none has failed in the last ten minutes", NULL}},
        {{.failed = 3, .reason = L"Outlook did not start (its activation)."},
            {doctor_warning, L"3 failed in the last ten minutes. The last: Outlook did not start (its activation).",
                L"open Outlook as the mailbox's owner"}},
        {{.failed = 1, .reason = L"R"}, {doctor_warning, L"The last: R", L"open"}},
        {{.failed = 1, .left_alone = true, .until = L"9", .reason = L"R."},
            {doctor_problem, L"left alone until 9. The last: R.", L"open"}},
        {{.failed = 1}, {doctor_warning, L"1 failed in the last ten minutes. The last: it is not known", L"open"}},
        {{.failed = 5, .left_alone = true, .until = L"2026-11-22 14:05:09", .reason = L"R."},
            {doctor_problem, L"too many failed, so Outlook is left alone until 2026-11-22 14:05:09. The last: R.",
                L"mail that waits then goes by itself"}},
        {{.failed = 5, .left_alone = true, .until = L"2026-11-22 14:05:09", .reason = L"R.", .outlook_runs = true},
            {doctor_warning, L"The last: R. But Outlook runs now, and will be joined.", L"open"}},
        {{.left_alone = true, .reason = L"R."},
            {doctor_problem, L"too many failed; the next is tried as soon as one is needed. The last: R.", L"open"}},
    };

    (void)state;
    CHECK_TABLE(cases, doctor_starts);
}

static void differing_integrity_is_a_problem(void **state)
{
    static const struct
    {
        struct doctor_levels facts;
        struct expected expected;
    } cases[] = {
        {{.own = 0x3000}, {doctor_ok, L"Outlook: does not run; broker: does not run; this process: high", NULL}},
        {{0x3000, true, true, 0x2000, 0x2000}, {doctor_ok, L"Outlook: medium; broker: medium", NULL}},
        {{0x2000, true, true, 0x3000, 0x2000},
            {doctor_problem, L"Outlook: high; broker: medium; this process: medium. ", L""}},
        {{0x2000, true, true, 0x2000, 0x3000}, {doctor_problem, L"Outlook: medium; broker: high", L""}},
        {{0x2000, true, false, 0x3000, 0}, {doctor_problem, L"broker: does not run", L""}},
        {{0x2000, true, false, INTEGRITY_UNKNOWN, 0}, {doctor_ok, L"Outlook: unknown", NULL}},
    };

    (void)state;
    CHECK_TABLE(cases, doctor_integrity);
}

static void a_stale_type_library_is_named_by_its_key(void **state)
{
    static const struct doctor_library libraries[] = {
        {L"TypeLib\\{1}\\9.6\\0\\win32", L"C:\\MSOUTL.OLB", true},
        {L"TypeLib\\{1}\\9.5\\0\\win32", L"C:\\gone.olb", false},
    };
    static const struct doctor_library stale[] = {
        {L"TypeLib\\{2}", L"f", false},
        {L"TypeLib\\{3}", L"C:\\MSOUTL.OLB", true},
        {L"TypeLib\\{4}", L"", false},
    };
    static const struct doctor_library well[] = {{L"a", L"a.olb", true}, {L"b", L"b.olb", true}};
    struct doctor_row none = {.verdict = doctor_ok}, one = none, both = none, two = none, fine = none;

    (void)state;
    doctor_libraries(&none, NULL, 0);
    CHECK(&none, (&(struct expected){doctor_ok, L"none is registered", NULL}), 0);
    doctor_libraries(&one, libraries, 1);
    CHECK(&one, (&(struct expected){doctor_ok, L"1 file is named", NULL}), 1);
    doctor_libraries(&both, libraries, 2);
    CHECK(&both,
        (&(struct expected){doctor_warning, L"HKCR\\TypeLib\\{1}\\9.5\\0\\win32 names C:\\gone.olb, which is not there",
            L"0x80029C4A"}),
        2);
    doctor_libraries(&two, stale, 3);
    expect_text(two.found,
        L"HKCR\\TypeLib\\{2} names f, which is not there; HKCR\\TypeLib\\{4} names nothing, which is not there", "two");
    doctor_libraries(&fine, well, 2);
    CHECK(&fine, (&(struct expected){doctor_ok, L"2 files are named, all are there", NULL}), 3);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_of_outlook_is_told),
        cmocka_unit_test(a_profile_that_would_ask_is_a_problem),
        cmocka_unit_test(the_guard_is_judged_by_the_value_that_decides),
        cmocka_unit_test(failed_starts_are_told_with_their_reason),
        cmocka_unit_test(differing_integrity_is_a_problem),
        cmocka_unit_test(a_stale_type_library_is_named_by_its_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

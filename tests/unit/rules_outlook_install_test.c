/* rules_outlook_install_test.c - which Outlook is installed on recorded machines, and whether it can be started. */
#include "rules_test.h"
#include "rules/outlook_install.h"

#define CLASS L"{0006F03A-0000-0000-C000-000000000046}"
#define C2R L"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE"
#define C2R_X86 L"C:\\Program Files (x86)\\Microsoft Office\\Root\\Office16\\OUTLOOK.EXE"
#define MSI_X86 L"C:\\Program Files (x86)\\Microsoft Office\\Office16\\OUTLOOK.EXE"
#define MSI_2013 L"C:\\Program Files\\Microsoft Office\\Office15\\OUTLOOK.EXE"
#define PACKAGE L"Microsoft.OutlookForWindows_1.2024.717.100_x64__8wekyb3d8bbwe"

#define IMAGE(path)                                                                                                    \
    {                                                                                                                  \
        true, true, path                                                                                               \
    }
#define IMAGE_GONE(path)                                                                                               \
    {                                                                                                                  \
        true, false, path                                                                                              \
    }

static const struct recorded
{
    const char *machine;
    struct outlook_install install;
    enum outlook_kind kind;
    unsigned bits;
    const wchar_t *version;
    bool wrong;
    enum error_id id;
    const wchar_t *words[2];
} recorded[] = {
    {.machine = "Click-to-Run x64, Microsoft 365 on Windows 11",
        .install = {.class_id = CLASS,
            .major = 16,
            .images = {IMAGE(C2R)},
            .app_path = C2R,
            .app_path_there = true,
            .bitness = L"x64",
            .click_to_run_version = L"16.0.17328.20162",
            .click_to_run_platform = L"x64",
            .program_version = L"16.0.17328.20162",
            .prefers_new = -1},
        .kind = outlook_kind_click_to_run,
        .bits = 64,
        .version = L"16.0.17328.20162"},
    {.machine =
            "Click-to-Run x86 on 64-bit Windows: the class in both views, no Bitness, the file's version not readable",
        .install = {.class_id = CLASS,
            .major = 16,
            .images = {IMAGE(C2R_X86), IMAGE(C2R_X86)},
            .app_path = C2R_X86,
            .app_path_there = true,
            .click_to_run_version = L"16.0.14332.20763",
            .click_to_run_platform = L"x86",
            .prefers_new = -1},
        .kind = outlook_kind_click_to_run,
        .bits = 32,
        .version = L"16.0.14332.20763"},
    {.machine = "a folder whose name only ends as that of Click-to-Run does",
        .install = {.class_id = CLASS,
            .major = 16,
            .images = {IMAGE(L"C:\\my_root\\Office16\\OUTLOOK.EXE")},
            .bitness = L"x64",
            .prefers_new = -1},
        .kind = outlook_kind_msi,
        .bits = 64,
        .version = L""},
    {.machine = "MSI 2016 x86 on 64-bit Windows: the class below Wow6432Node only",
        .install = {.class_id = CLASS,
            .major = 16,
            .images = {[outlook_view_32] = IMAGE(MSI_X86)},
            .app_path = MSI_X86,
            .app_path_there = true,
            .bitness = L"x86",
            .program_version = L"16.0.5435.1000",
            .prefers_new = -1},
        .kind = outlook_kind_msi,
        .bits = 32,
        .version = L"16.0.5435.1000"},
    {.machine = "MSI 2016 x86 beside Click-to-Run Visio x86: not Click-to-Run's version",
        .install = {.class_id = CLASS,
            .major = 16,
            .images = {[outlook_view_32] = IMAGE(MSI_X86)},
            .bitness = L"x86",
            .click_to_run_version = L"16.0.17328.20162",
            .click_to_run_platform = L"x64",
            .prefers_new = -1},
        .kind = outlook_kind_msi,
        .bits = 32,
        .version = L""},
    {.machine = "MSI 2013 x64",
        .install = {.class_id = CLASS, .major = 15, .images = {IMAGE(MSI_2013)}, .bitness = L"x64", .prefers_new = -1},
        .kind = outlook_kind_msi,
        .bits = 64,
        .version = L""},
    {.machine = "both Outlooks, the user prefers the new one: the classic one still starts",
        .install = {.class_id = CLASS,
            .major = 16,
            .images = {IMAGE(C2R)},
            .bitness = L"x64",
            .new_outlook_package = PACKAGE,
            .new_outlook_runs = true,
            .prefers_new = 1},
        .kind = outlook_kind_click_to_run,
        .bits = 64,
        .version = L""},
    {.machine = "a class that names no program in either view: not known to be wrong",
        .install = {.class_id = CLASS, .major = 16, .prefers_new = -1},
        .version = L""},
    {.machine = "a leftover of an older one in the 64-bit view, the real one in the 32-bit view",
        .install = {.class_id = CLASS,
            .major = 16,
            .images = {IMAGE_GONE(C2R), IMAGE(MSI_X86)},
            .bitness = L"x86",
            .prefers_new = -1},
        .kind = outlook_kind_msi,
        .bits = 32,
        .version = L""},
    {.machine = "a machine without any Outlook",
        .install = {.prefers_new = -1},
        .version = L"",
        .wrong = true,
        .id = error_no_outlook,
        .words = {L"the class Outlook.Application, which is not registered"}},
    {.machine = "a preference of the new Outlook left behind is no new Outlook",
        .install = {.prefers_new = 1},
        .version = L"",
        .wrong = true,
        .id = error_no_outlook,
        .words = {L"the class Outlook.Application, which is not registered"}},
    {.machine = "only the new Outlook: Windows 11 as it comes",
        .install = {.new_outlook_package = PACKAGE, .prefers_new = -1},
        .version = L"",
        .wrong = true,
        .id = error_new_outlook,
        .words = {L"the class Outlook.Application, which is not registered",
            L"the package " PACKAGE L", which is there"}},
    {.machine = "only the new Outlook, seen by its process",
        .install = {.new_outlook_runs = true, .prefers_new = 1},
        .version = L"",
        .wrong = true,
        .id = error_new_outlook,
        .words = {L"the class Outlook.Application, which is not registered", L"the processes, among which is olk.exe"}},
    {.machine = "Office removed, its class left behind, the new Outlook there",
        .install = {.class_id = CLASS,
            .major = 16,
            .images = {IMAGE_GONE(C2R)},
            .new_outlook_package = PACKAGE,
            .prefers_new = -1},
        .kind = outlook_kind_click_to_run,
        .version = L"",
        .wrong = true,
        .id = error_new_outlook,
        .words = {L"the class Outlook.Application, whose program is gone",
            L"the package " PACKAGE L", which is there"}},
    {.machine = "a broken class: registered, without its file",
        .install = {.class_id = CLASS, .major = 16, .images = {IMAGE_GONE(C2R)}, .prefers_new = -1},
        .kind = outlook_kind_click_to_run,
        .version = L"",
        .wrong = true,
        .id = error_outlook_gone,
        .words = {C2R}},
    {.machine = "the program is there, its class is not: a repair of Office that broke off",
        .install = {.app_path = C2R, .app_path_there = true, .new_outlook_package = PACKAGE, .prefers_new = 0},
        .version = L"",
        .wrong = true,
        .id = error_outlook_unregistered,
        .words = {C2R}},
    {.machine = "the path of a program that is gone too",
        .install = {.app_path = C2R, .prefers_new = -1},
        .version = L"",
        .wrong = true,
        .id = error_no_outlook,
        .words = {L"the class Outlook.Application, which is not registered"}},
};

static void each_machine_says_which_outlook_it_has(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(recorded); i++)
    {
        const struct outlook_install *install = &recorded[i].install;

        expect(outlook_install_kind(install) == recorded[i].kind, "%s: %s", recorded[i].machine,
            shown(outlook_kind_words(outlook_install_kind(install))));
        expect(outlook_install_bits(install) == recorded[i].bits, "%s: %u bits", recorded[i].machine,
            outlook_install_bits(install));
        expect_text(outlook_install_version(install), recorded[i].version, "%s", recorded[i].machine);
    }
}

static void each_machine_says_whether_outlook_can_be_started(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(recorded); i++)
    {
        struct finding finding = {.id = error_id_count};
        bool wrong = outlook_install_wrong(&recorded[i].install, &finding);

        expect(wrong == recorded[i].wrong, "%s", recorded[i].machine);
        if (!wrong) continue;
        expect(finding.id == recorded[i].id, "%s: %s", recorded[i].machine, shown(error_row(finding.id)->what));
        expect(finding.count == texts_in(recorded[i].words, COUNT_OF(recorded[i].words)), "%s: %u words",
            recorded[i].machine, finding.count);
        for (unsigned word = 0; word < finding.count; word++)
            expect_text(finding.words[word], recorded[i].words[word], "%s, word %u", recorded[i].machine, word);
    }
}

static void the_first_program_that_is_there_counts(void **state)
{
    static const struct
    {
        bool first_there, second_there;
        const wchar_t *program;
    } rows[] = {{true, true, L"C:\\1.exe"}, {true, false, L"C:\\1.exe"}, {false, true, L"C:\\2.exe"},
        {false, false, L"C:\\1.exe"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        struct outlook_install install = {.images = {IMAGE(L"C:\\1.exe"), IMAGE(L"C:\\2.exe")}};

        install.images[0].there = rows[i].first_there;
        install.images[1].there = rows[i].second_there;
        expect_text(outlook_install_image(&install)->program, rows[i].program, "row %u", (unsigned)i);
    }
}

static void a_text_of_one_character_is_a_text(void **state)
{
    static const struct outlook_install short_one = {
        .class_id = L"c", .images = {IMAGE(L"p")}, .bitness = L"b", .program_version = L"1"};
    static const struct outlook_install package = {.new_outlook_package = L"P"};
    struct finding finding;

    (void)state;
    assert_int_equal(outlook_install_kind(&short_one), outlook_kind_msi);
    expect_text(outlook_install_version(&short_one), L"1", "the version");
    assert_false(outlook_install_wrong(&short_one, &finding));
    assert_true(outlook_install_wrong(&package, &finding));
    assert_int_equal(finding.id, error_new_outlook);
}

static void a_failed_start_is_laid_to_the_new_outlook_only_where_the_user_chose_it(void **state)
{
    static const struct
    {
        uint32_t hr;
        int prefers_new;
        bool wrong;
    } rows[] = {
        {0x80080005u, 1, true},
        {0x80080005u, 0, false},
        {0x80080005u, -1, false},
        {0x80070005u, 1, false},
    };
    struct finding finding;

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        struct outlook_install install = {.class_id = CLASS, .major = 16, .prefers_new = rows[i].prefers_new};

        expect(
            outlook_start_wrong(&install, rows[i].hr, L"0x80080005", &finding) == rows[i].wrong, "row %u", (unsigned)i);
        if (!rows[i].wrong) continue;
        expect(finding.id == error_new_outlook_chosen && finding.count == 1, "row %u", (unsigned)i);
        expect_text(finding.words[0], L"0x80080005", "row %u", (unsigned)i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_machine_says_which_outlook_it_has),
        cmocka_unit_test(each_machine_says_whether_outlook_can_be_started),
        cmocka_unit_test(the_first_program_that_is_there_counts),
        cmocka_unit_test(a_text_of_one_character_is_a_text),
        cmocka_unit_test(a_failed_start_is_laid_to_the_new_outlook_only_where_the_user_chose_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

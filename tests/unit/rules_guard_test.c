/* rules_guard_test.c - what Outlook's object model guard does on recorded machines, and which program a LocalServer32
 * names. */
#include "rules_test.h"
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
        {0, 0, 2, true},
        {1, 2, 0, false}, /* a form on the mail server decides */
        {2, 2, 2, false},
        {-1, 2, -1, false},
        {-1, 0, 2, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        struct guard_values values = {.admin_security_mode = value_of(rows[i].mode),
            .address_access = value_of(rows[i].access),
            .object_model_guard = value_of(rows[i].guard),
            .bits = 64,
            .major = 16};
        bool open = guard_address_book_open(&values);

        expect(open == rows[i].open, "row %u: %d", (unsigned)i, open);
    }
    assert_false(guard_address_book_open(NULL));
}

#define POLICIES L" under HKCU\\Software\\Policies\\Microsoft\\Office\\16.0\\Outlook\\Security, which is "
#define MACHINE L" under HKLM\\SOFTWARE\\Microsoft\\Office\\16.0\\Outlook\\Security, which is "
#define MACHINE_32 L" under HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\Office\\16.0\\Outlook\\Security, which is "

/* Numbers: mode, policy for the address book, policy for sending, ObjectModelGuard in both views; -1 is not set. */
static const struct recorded
{
    const char *machine;
    int mode, access, send, guard, guard_32;
    unsigned bits;
    bool server;
    enum guard_state book_state, send_state;
    const wchar_t *send_reason;
} recorded[] = {
    {"Windows 11, Microsoft 365, nothing set", -1, -1, -1, -1, -1, 64, false, guard_unsure, guard_unsure,
        L"ObjectModelGuard" MACHINE L"not set, so that Outlook warns unless the antivirus is well"},
    {"Windows Server 2022, nothing set", -1, -1, -1, -1, -1, 64, true, guard_prompts, guard_prompts,
        L"ObjectModelGuar"
        L"d" MACHINE L"not set, so that Outlook warns unless the antivirus is well; Windows Server shows "
        L"Outlook no antivirus"},
    {"Windows Server 2019, the default written down", -1, -1, -1, 0, -1, 64, true, guard_prompts, guard_prompts,
        L"ObjectModelGuar"
        L"d" MACHINE L"0 (warn unless the antivirus is well); Windows Server shows Outlook no antivirus"},
    {"Windows Server 2022, programmatic access allowed", -1, -1, -1, 2, -1, 64, true, guard_open, guard_open,
        L"ObjectModelGuard" MACHINE L"2 (never warn)"},
    {"32-bit Office 2016, allowed in its own place", -1, -1, -1, -1, 2, 32, true, guard_open, guard_open,
        L"ObjectModelGuard" MACHINE_32 L"2 (never warn)"},
    {"32-bit Office 2016, allowed in the wrong place", -1, -1, -1, 2, -1, 32, true, guard_prompts, guard_prompts,
        L"ObjectModelGuard" MACHINE_32 L"not set, so that Outlook warns unless the antivirus is well; Windows Server "
        L"shows Outlook no antivirus"},
    {"64-bit Office, allowed in the wrong place", -1, -1, -1, -1, 2, 64, false, guard_unsure, guard_unsure,
        L"ObjectModelGuard" MACHINE L"not set, so that Outlook warns unless the antivirus is well"},
    {"Office of unknown bitness, allowed", -1, -1, -1, -1, 2, 0, false, guard_open, guard_open,
        L"ObjectModelGuard" MACHINE_32 L"2 (never warn)"},
    {"Office of unknown bitness, its own place says something", -1, -1, -1, 2, 1, 0, false, guard_open, guard_open,
        L"ObjectModelGuard" MACHINE L"2 (never warn)"},
    {"Office of unknown bitness, nothing set", -1, -1, -1, -1, -1, 0, false, guard_unsure, guard_unsure,
        L"ObjectModelGuard" MACHINE L"not set, so that Outlook warns unless the antivirus is well"},
    {"always warn", -1, -1, -1, 1, -1, 64, false, guard_prompts, guard_prompts,
        L"ObjectModelGuard" MACHINE L"1 (always warn)"},
    {"policy: deny both", 3, 0, 0, 2, 2, 64, false, guard_refuses, guard_refuses,
        L"PromptOOMSend" POLICIES L"0 (refuse)"},
    {"policy: prompt at send, address book allowed", 3, 2, 1, -1, -1, 64, false, guard_open, guard_prompts,
        L"PromptOOMSend" POLICIES L"1 (ask the user)"},
    {"policy: both allowed on a server", 3, 2, 2, -1, -1, 64, true, guard_open, guard_open,
        L"PromptOOMSend" POLICIES L"2 (allow)"},
    {"policy: by the machine's security", 3, 3, 3, 2, 2, 64, false, guard_unsure, guard_unsure,
        L"PromptOOMSend" POLICIES L"3 (ask unless the antivirus is well)"},
    {"policy: deny both, on a server", 3, 0, 0, -1, -1, 64, true, guard_refuses, guard_refuses,
        L"PromptOOMSend" POLICIES L"0 (refuse)"},
    {"policy: prompt at both, on a server", 3, 1, 1, -1, -1, 64, true, guard_prompts, guard_prompts,
        L"PromptOOMSend" POLICIES L"1 (ask the user)"},
    {"always warn, on a server", -1, -1, -1, 1, -1, 64, true, guard_prompts, guard_prompts,
        L"ObjectModelGuard" MACHINE L"1 (always warn)"},
    {"policy: by the machine's security, on a server", 3, 3, 3, 2, 2, 64, true, guard_prompts, guard_prompts,
        L"PromptOOMSend" POLICIES L"3 (ask unless the antivirus is well); Windows Server shows Outlook no antivirus"},
    {"policy: a number from the future", 3, 9, 9, 2, 2, 64, true, guard_unsure, guard_unsure,
        L"PromptOOMSend" POLICIES L"a number without a meaning"},
    {"policies written, but the mode not set", -1, 0, 0, 2, -1, 64, false, guard_open, guard_open,
        L"ObjectModelGuard" MACHINE L"2 (never warn)"},
    {"mode 3, only the address book has a policy", 3, 0, -1, 2, -1, 64, false, guard_refuses, guard_open,
        L"ObjectModelGuard" MACHINE L"2 (never warn)"},
    {"a security form in a public folder", 1, 0, 0, 1, 1, 64, true, guard_unsure, guard_unsure,
        L"AdminSecurityMode, by which a form on the mail server decides"},
};

static struct guard_values values_of(const struct recorded *row)
{
    struct guard_values values = {value_of(row->mode), value_of(row->access), value_of(row->send), value_of(row->guard),
        value_of(row->guard_32), row->bits, 16, row->server};

    return values;
}

static void each_machine_says_what_its_guard_does_and_which_value_decides(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(recorded); i++)
    {
        struct guard_values values = values_of(&recorded[i]);
        wchar_t reason[finding_word_size];
        enum guard_state found = guard_state(&values, guard_address_book, NULL, 0);

        expect(found == recorded[i].book_state, "%s: the address book is %d", recorded[i].machine, found);
        found = guard_state(&values, guard_send, reason, finding_word_size);
        expect(found == recorded[i].send_state, "%s: sending is %d", recorded[i].machine, found);
        expect_text(reason, recorded[i].send_reason, "%s", recorded[i].machine);
    }
}

static void the_version_is_that_of_the_outlook_that_is_there(void **state)
{
    static const struct
    {
        unsigned major;
        const wchar_t *place;
    } rows[] = {{9, L"\\Office\\9.0\\Outlook"}, {10, L"\\Office\\10.0\\Outlook"}, {16, L"\\Office\\16.0\\Outlook"},
        {20, L"\\Office\\20.0\\Outlook"}};

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        struct guard_values values = {.bits = 64, .major = rows[i].major};
        wchar_t reason[finding_word_size];

        guard_state(&values, guard_send, reason, finding_word_size);
        expect(wcsstr(reason, rows[i].place) != NULL, "version %u: %s", rows[i].major, shown(reason));
    }
}

static void only_a_certain_prompt_or_refusal_keeps_a_mail_from_being_sent(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(recorded); i++)
    {
        struct guard_values values = values_of(&recorded[i]);
        bool certain = recorded[i].send_state == guard_prompts || recorded[i].send_state == guard_refuses;
        struct finding finding = {.id = error_id_count};

        expect(guard_send_wrong(&values, &finding) == certain, "%s", recorded[i].machine);
        if (!certain) continue;
        expect(error_row(finding.id)->code == 0x8004B00Du, "%s", recorded[i].machine);
        expect(finding.count == 2, "%s: %u words", recorded[i].machine, finding.count);
        expect_text(finding.words[0],
            recorded[i].send_state == guard_refuses ? L"refuse to send" : L"ask the user before it sends", "%s",
            recorded[i].machine);
        expect_text(finding.words[1], recorded[i].send_reason, "%s", recorded[i].machine);
    }
}

static void a_guarded_member_is_refused_by_what_holds_for_the_address_book(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(recorded); i++)
    {
        struct guard_values values = values_of(&recorded[i]);
        bool refuses = recorded[i].book_state == guard_refuses;
        bool certain = refuses || recorded[i].book_state == guard_prompts;
        struct finding finding = {.id = error_id_count};

        expect(guard_member_wrong(&values, L"ReplyTo", &finding) == certain, "%s", recorded[i].machine);
        expect(finding.id == (certain ? error_guard_member : error_id_count), "%s", recorded[i].machine);
        if (!certain) continue;
        expect(finding.count == 3, "%s: %u words", recorded[i].machine, finding.count);
        expect_text(finding.words[0], L"ReplyTo", "%s", recorded[i].machine);
        expect_text(finding.words[1], refuses ? L"refuse that" : L"ask the user before it lets that be done", "%s",
            recorded[i].machine);
        expect(finding.words[2][0] != 0, "%s", recorded[i].machine);
    }
}

static void a_path_stands_as_it_was_registered(void **state)
{
    wchar_t path[48];

    (void)state;
    assert_true(local_server_program(L" \"C:\\Program Files\\Office\\OUTLOOK.EXE\" -Embedding", path, COUNT_OF(path)));
    expect_text(path, L"C:\\Program Files\\Office\\OUTLOOK.EXE", "quoted");
    assert_true(local_server_program(L"C:\\Program Files\\Office\\OUTLOOK.EXE /x", path, COUNT_OF(path)));
    expect_text(path, L"C:\\Program Files\\Office\\OUTLOOK.EXE", "with an argument");
    assert_false(local_server_program(L"", path, COUNT_OF(path)));
    assert_false(local_server_program(L"C:\\OUTLOOK.EXE", path, 8));
    expect_text(path, L"", "too long");
    assert_true(local_server_program(L"C:\\a.exe", path, 9));
    expect_text(path, L"C:\\a.exe", "as long as the room");
    assert_false(local_server_program(L"C:\\a.exe", path, 8));
    expect_text(path, L"", "no room for the zero");
    assert_false(local_server_program(NULL, path, COUNT_OF(path)));
    expect_text(path, L"", "no value");
    assert_false(local_server_program(L"a.exe", NULL, 9));
    assert_false(local_server_program(L"a.exe", path, 0));
    assert_false(local_server_leaf(L"a.exe", NULL, 9));
    assert_false(local_server_leaf(L"a.exe", path, 0));
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
        {L"\t\t\"C:\\a b.com", L"a b.com"},
        {L"\"C:\\Office\\OUTLOOK.EXE\"-x", L"OUTLOOK.EXE"},
        {L"C:\\Office\\OUTLOOK.EXE\t/x", L"OUTLOOK.EXE"},
        {L"C:\\a b.exe", L"a b.exe"},
        {L"C:\\My Office\\OUTLOOK.EXE\t-x", L"OUTLOOK.EXE"},
        {L"C:\\an exe here", L"an"},
        {L"C:\\a b.two c.exe", L"a b.two c.exe"},
        {L"/b.exe", L"b.exe"},
        {L"server\t/x", L"server"},
        {L"server.exf", L"server.exf"},
        {L"[Z`{.EXE", L"[Z`{.EXE"},
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
        cmocka_unit_test(each_machine_says_what_its_guard_does_and_which_value_decides),
        cmocka_unit_test(the_version_is_that_of_the_outlook_that_is_there),
        cmocka_unit_test(only_a_certain_prompt_or_refusal_keeps_a_mail_from_being_sent),
        cmocka_unit_test(a_guarded_member_is_refused_by_what_holds_for_the_address_book),
        cmocka_unit_test(a_path_stands_as_it_was_registered),
        cmocka_unit_test(a_local_server_value_names_its_program),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* rules_address_list_test.c - To, CC and BCC: what is taken, what is refused, and what is told of it. */
#include "rules_test.h"
#include "rules/address_list.h"

static void lists_as_users_write_them_are_taken(void **state)
{
    static const struct
    {
        const wchar_t *list;
        size_t count;
    } cases[] = {
        {L"", 0},
        {L"   ", 0},
        {L"\u00A0\u3000", 0},
        {L"a@b.c", 1},
        {L"a@b.c;", 1},
        {L" a@b.c ; ", 1},
        {L"a@b.c;d@e.f", 2},
        {L"a@b.c; Jane Doe ;x@y", 3},
        {L"user+tag@example.com", 1},
        {L"o'brien@example.com", 1},
        {L"first.last@sub-domain.example.co.uk", 1},
        {L"dots..are.handed.out.@mail.example", 1},
        {L"a@host", 1},
        {L"a@under_score.example", 1},
        {L"a@[192.0.2.1]", 1},
        {L"a@[IPv6:2001:db8::1]", 1},
        {L"\"quoted local\"@example.com", 1},
        {L"\"semi;colon, and @\"@example.com", 1},
        {L"\"with \\\" inside\"@example.com", 1},
        {L"J\u00FCrgen@m\u00FCller.example", 1},
        {L"\u7528\u6237@\u4F8B\u3048.\u30C6\u30B9\u30C8", 1},
        {L"Jane <j@x.y>", 1},
        {L"<j@x.y>", 1},
        {L"Jane < j@x.y >", 1},
        {L"Jane <'j@x.y'>", 1},
        {L"' <j@x.y>", 1},
        {L"'' <j@x.y>", 1},
        {L"\"Doe, Jane\" <j@x.y>", 1},
        {L"\"Doe; Jane\" <j@x.y>; b@c", 2},
        {L"\"jane@home\" <j@x.y>", 1},
        {L"\"Jane \\\"JD\\\" Doe\" <j@x.y>", 1},
        {L"Jane \"JD, the\" Doe <j@x.y>", 1},
        {L"j@x.y <J@X.Y>", 1},
        {L"'j@x.y' <j@x.y>", 1},
        {L"j@x.y <'j@x.y'>", 1},
        {L"'j@x.y'", 1},
        {L"Jane Doe (j@x.y)", 1},
        {L"Jane [extern] <j@x.y>", 1},
        {L"Doe, Jane", 1},
        {L"Doe, Jane; d@e.f", 2},
        {L"\"Doe, Jane\"", 1},
        {L"\u5C71\u7530\u3001\u592A\u90CE", 1},
        {L"\u0414\u043E\u0443, \u0414\u0436\u0435\u0439\u043D", 1},
        {L"\u0645\u062D\u0645\u062F\u060C \u0639\u0644\u064A", 1},
        {L"Sales (Europe)", 1},
        {L"[Team] Sales", 1},
        {L"a\\\"b", 1},
        {L"\\\"b", 1},
        {L"\\\"", 1},
        {L"\"\\\"x\"@b.c", 1},
        {L"/o=Org/ou=Site/cn=Recipients/cn=jane", 1},
        {L"/O=Org, Inc/OU=Site/cn=jane", 1},
        {L"Jane </o=Org/cn=jane>", 1},
        {L"[EX:/o=Org/cn=jane]", 1},
        {L"[SMTP:a@b.c]", 1},
        {L"Jane [smtp:a@b.c]", 1},
        {L"SMTP:a@b.c", 1},
        {L"[FAX:Doe, Jane@+1 (425) 555-0100]", 1},
        {L"a@[1]", 1},
        {L"\"a\"@b", 1},
        {L"'a@b.c", 1},
        {L"Jane <EX:/o=Org>", 1},
        {L"Jane </o=x>", 1},
        {L"ab", 1},
        {L"\"a\"", 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        struct address_finding finding = address_list_check(cases[i].list);

        expect(finding.fault == address_ok, "fault %d: %s", finding.fault, shown(cases[i].list));
        expect(finding.count == cases[i].count, "count %u: %s", (unsigned)finding.count, shown(cases[i].list));
        expect(!finding.entry && !finding.start && !finding.length && !finding.position && !finding.character, "%s",
            shown(cases[i].list));
    }
}

static void faults_are_told_with_entry_and_text(void **state)
{
    static const struct
    {
        const wchar_t *list;
        enum address_fault fault;
        size_t entry;
        const wchar_t *text;
    } cases[] = {
        {L";", address_empty_entry, 1, L""},
        {L";;", address_empty_entry, 1, L""},
        {L" ; ", address_empty_entry, 1, L""},
        {L";a@b.c", address_empty_entry, 1, L""},
        {L"a@b.c;;", address_empty_entry, 2, L""},
        {L"a@b.c; ;d@e.f", address_empty_entry, 2, L""},
        {L"a@b.c;d@e.f;\u00A0;", address_empty_entry, 3, L""},
        {L"a@b.c, d@e.f", address_comma, 1, L"a@b.c, d@e.f"},
        {L"a@b.c,", address_comma, 1, L"a@b.c,"},
        {L"a@b.c, Jane Doe", address_comma, 1, L"a@b.c, Jane Doe"},
        {L"x@y; Jane, d@e.f ;z@z", address_comma, 2, L"Jane, d@e.f"},
        {L"Doe, Jane <j@x.y>", address_comma, 1, L"Doe, Jane <j@x.y>"},
        {L"A <a@b.c>, B <d@e.f>", address_comma, 1, L"A <a@b.c>, B <d@e.f>"},
        {L"[SMTP:a@b.c], B", address_comma, 1, L"[SMTP:a@b.c], B"},
        {L"\"A\" <a@b.c>, \"B\"", address_comma, 1, L"\"A\" <a@b.c>, \"B\""},
        {L"a@b.c\uFF0Cd@e.f", address_comma, 1, L"a@b.c\uFF0Cd@e.f"},
        {L"a@b.c\u3001d@e.f", address_comma, 1, L"a@b.c\u3001d@e.f"},
        {L"a@b.c\u060Cd@e.f", address_comma, 1, L"a@b.c\u060Cd@e.f"},
        {L"a@", address_malformed, 1, L"a@"},
        {L"@b", address_malformed, 1, L"@b"},
        {L"@", address_malformed, 1, L"@"},
        {L"...@b", address_malformed, 1, L"...@b"},
        {L"a@b@c", address_malformed, 1, L"a@b@c"},
        {L"a@b..c", address_malformed, 1, L"a@b..c"},
        {L"a@.b", address_malformed, 1, L"a@.b"},
        {L"a@b.", address_malformed, 1, L"a@b."},
        {L"a@-b.c", address_malformed, 1, L"a@-b.c"},
        {L"a@b-.c", address_malformed, 1, L"a@b-.c"},
        {L"a@b c", address_malformed, 1, L"a@b c"},
        {L"a@b\u00A0c", address_malformed, 1, L"a@b\u00A0c"},
        {L"a b@c", address_malformed, 1, L"a b@c"},
        {L"a:b@c", address_malformed, 1, L"a:b@c"},
        {L"a@b.c d@e.f", address_malformed, 1, L"a@b.c d@e.f"},
        {L"a@[1.2.3", address_malformed, 1, L"a@[1.2.3"},
        {L"a@[]", address_malformed, 1, L"a@[]"},
        {L"a@[1 2]", address_malformed, 1, L"a@[1 2]"},
        {L"\"\"@b", address_malformed, 1, L"\"\"@b"},
        {L"\"a\"b@c", address_malformed, 1, L"\"a\"b@c"},
        {L"\"\"", address_malformed, 1, L"\"\""},
        {L"\"Jane", address_malformed, 1, L"\"Jane"},
        {L"\"Jane; d@e.f", address_malformed, 1, L"\"Jane"},
        {L"\"a\" \"b\\\"", address_malformed, 1, L"\"a\" \"b\\\""},
        {L"<a@b", address_malformed, 1, L"<a@b"},
        {L"Jane <jane", address_malformed, 1, L"Jane <jane"},
        {L"jane>", address_malformed, 1, L"jane>"},
        {L"(a (b@c.d)", address_malformed, 1, L"(a (b@c.d)"},
        {L"a@b>", address_malformed, 1, L"a@b>"},
        {L"Jane <>", address_malformed, 1, L"Jane <>"},
        {L"Jane <'>", address_malformed, 1, L"Jane <'>"},
        {L"Jane <''>", address_malformed, 1, L"Jane <''>"},
        {L"Jane <jane>", address_malformed, 1, L"Jane <jane>"},
        {L"Jane <a@b> x", address_malformed, 1, L"Jane <a@b> x"},
        {L"Jane <<a@b>>", address_malformed, 1, L"Jane <<a@b>>"},
        {L"x@y; a@b.c <d@e.f>", address_malformed, 2, L"a@b.c <d@e.f>"},
        {L"a@b.c <a@b.cc>", address_malformed, 1, L"a@b.c <a@b.cc>"},
        {L"x@b.c <a@b.c>", address_malformed, 1, L"x@b.c <a@b.c>"},
        {L"a[@b.c <a{@b.c>", address_malformed, 1, L"a[@b.c <a{@b.c>"},
        {L"(a@b.c)", address_malformed, 1, L"(a@b.c)"},
        {L"a@b.c (Jane)", address_malformed, 1, L"a@b.c (Jane)"},
        {L"[SMTP:a]", address_malformed, 1, L"[SMTP:a]"},
        {L"[SMTP:]", address_malformed, 1, L"[SMTP:]"},
        {L"[FAX:]", address_malformed, 1, L"[FAX:]"},
        {L"[FAX:[x]]", address_malformed, 1, L"[FAX:[x]]"},
        {L"[FAX:[x]", address_malformed, 1, L"[FAX:[x]"},
        {L"[SMTP:a@b.cc", address_malformed, 1, L"[SMTP:a@b.cc"},
        {L"[FAX:x]y]", address_malformed, 1, L"[FAX:x]y]"},
        {L"a@b.c [SMTP:a@b.c]", address_malformed, 1, L"a@b.c [SMTP:a@b.c]"},
        {L"a@-", address_malformed, 1, L"a@-"},
        {L"a@b.c'", address_malformed, 1, L"a@b.c'"},
        {L"Jane <ex:/x>", address_malformed, 1, L"Jane <ex:/x>"},
        {L"Jane </o=>", address_malformed, 1, L"Jane </o=>"},
        {L"[EX:x]", address_malformed, 1, L"[EX:x]"},
        {L"[:x@y]", address_malformed, 1, L"[:x@y]"},
        {L"Jane <a,b@c>", address_malformed, 1, L"Jane <a,b@c>"},
        {L"mailto:a@b.c", address_malformed, 1, L"mailto:a@b.c"},
        {L"xmtp:a@b.c", address_malformed, 1, L"xmtp:a@b.c"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        struct address_finding finding = address_list_check(cases[i].list);
        wchar_t text[128] = L"";

        expect(finding.fault == cases[i].fault, "fault %d: %s", finding.fault, shown(cases[i].list));
        expect(finding.entry == cases[i].entry, "entry %u: %s", (unsigned)finding.entry, shown(cases[i].list));
        expect(finding.length < COUNT_OF(text) && finding.start + finding.length <= wcslen(cases[i].list), "%s",
            shown(cases[i].list));
        wmemcpy(text, cases[i].list + finding.start, finding.length);
        expect_text(text, cases[i].text, "%s", shown(cases[i].list));
        expect(finding.count == 0 && finding.position == 0, "%s", shown(cases[i].list));
    }
}

static void each_character_has_its_places(void **state)
{
#define WORD L"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    static const struct
    {
        const wchar_t *before, *behind, *taken;
    } rows[] = {
        {L"a", L"@b.c", WORD L"!#$%&'*+-/=?^_`{|}~."},
        {L"a@b", L"c", WORD L"-_.;"}, /* two entries, with a semicolon */
        {L"a@[b", L"c]", WORD L".:"},
        {L"[FA", L"X:x@y]", WORD L":"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        for (wchar_t c = 1; c < 0x7F; c++)
        {
            wchar_t list[24] = L"";

            wcscat(list, rows[i].before);
            list[wcslen(list)] = c;
            wcscat(list, rows[i].behind);
            expect((address_list_check(list).fault == address_ok) == (wcschr(rows[i].taken, c) != NULL), "%s",
                shown(list));
        }
    }
}

static void spaces_of_any_width_are_nothing(void **state)
{
    static const struct
    {
        unsigned first, last;
    } spaces[] = {{0x20, 0x20}, {0xA0, 0xA0}, {0x2000, 0x200B}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
        {0xFEFF, 0xFEFF}};
    size_t range = 0;

    (void)state;
    for (unsigned c = 1; c < 0xFFFF; c++)
    {
        const wchar_t list[] = {(wchar_t)c, 0};
        struct address_finding finding = address_list_check(list);

        while (range < COUNT_OF(spaces) && c > spaces[range].last)
            range++;
        expect(
            (finding.fault == address_ok && !finding.count) == (range < COUNT_OF(spaces) && c >= spaces[range].first),
            "%04X", c);
    }
}

static void a_line_break_is_told_before_anything_else(void **state)
{
    static const struct
    {
        const wchar_t *list;
        size_t entry, position;
        unsigned character;
    } cases[] = {
        {L"a@b.c\r\nBcc: x@y", 1, 6, 0x0D},
        {L"a@b.c;d@e.f\n", 2, 12, 0x0A},
        {L"\n", 1, 1, 0x0A},
        {L";;\nx", 3, 3, 0x0A},
        {L"a, b@c; d\te@f", 2, 10, 0x09},
        {L"\"quoted\n;name\" <a@b.c>", 1, 8, 0x0A},
        {L"\"open; a\x01", 2, 9, 0x01},
        {L"a@b.c\x7F", 1, 6, 0x7F},
        {L"a\n;b", 1, 2, 0x0A},
        {L"a@b.c;\x0B;", 2, 7, 0x0B},
        {L"a\x85@b.c", 1, 2, 0x85},
        {L"a\x9F@b.c", 1, 2, 0x9F},
        {L"a@b.c\u2028", 1, 6, 0x2028},
        {L"a@b.c;\u2029", 2, 7, 0x2029},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        struct address_finding finding = address_list_check(cases[i].list);

        expect(finding.fault == address_line_break, "fault %d: %s", finding.fault, shown(cases[i].list));
        expect(finding.entry == cases[i].entry, "entry %u: %s", (unsigned)finding.entry, shown(cases[i].list));
        expect(finding.position == cases[i].position, "place %u: %s", (unsigned)finding.position, shown(cases[i].list));
        expect(finding.character == cases[i].character, "%x: %s", finding.character, shown(cases[i].list));
    }
}

static void any_text_is_answered_within_its_bounds(void **state)
{
    static const wchar_t alphabet[] = L"a@.;,<>[]()\"\\' :/=o-\n\u00E9\u3000";
    uint32_t seed = 20240229;

    (void)state;
    for (int round = 0; round < 200000; round++)
    {
        size_t length = pseudo_random(&seed) % 24;
        wchar_t *list = malloc((length + 1) * sizeof(*list));
        struct address_finding finding;

        for (size_t i = 0; i < length; i++)
            list[i] = alphabet[pseudo_random(&seed) % (COUNT_OF(alphabet) - 1)];
        list[length] = 0;
        finding = address_list_check(list);
        expect(finding.start + finding.length <= length, "%s", shown(list));
        expect((finding.fault == address_ok) == (finding.entry == 0), "%s", shown(list));
        expect((finding.fault == address_line_break) == (wcschr(list, L'\n') != NULL), "%s", shown(list));
        free(list);
    }
}

/* Square time would take minutes here. */
static void a_hostile_list_takes_no_longer_than_its_length(void **state)
{
    static const wchar_t *const patterns[] = {L"\"\\", L"\\\"", L"\"\\\";", L"a;", L" ", L"<", L"[a:", L"\"", L"a;  "};
    const size_t length = 400000;
    wchar_t *list = malloc((length + 1) * sizeof(*list));

    (void)state;
    for (size_t p = 0; p < COUNT_OF(patterns); p++)
    {
        size_t width = wcslen(patterns[p]);

        for (int break_at_end = 0; break_at_end < 2; break_at_end++)
        {
            for (size_t i = 0; i < length; i++)
                list[i] = patterns[p][i % width];
            for (size_t i = length / 2; p == 3 && i < length; i++)
                list[i] = L' ';
            if (break_at_end) list[length - 1] = L'\n';
            list[length] = 0;
            expect((address_list_check(list).fault == address_line_break) == break_at_end, "%s", shown(patterns[p]));
        }
    }
    free(list);
}

static void a_list_is_taken_apart_where_its_entries_end(void **state)
{
    static const wchar_t list[] = L" a@x.y ;\"Doe; Jane\" <j@x.y>;; b ; ";
    static const wchar_t *const entries[] = {L"a@x.y", L"\"Doe; Jane\" <j@x.y>", L"b"};
    size_t at = 0, start, length;

    (void)state;
    for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
    {
        expect(address_list_next(list, &at, &start, &length), "entry %zu", i);
        expect(length == wcslen(entries[i]) && !wcsncmp(list + start, entries[i], length), "entry %zu", i);
    }
    expect(!address_list_next(list, &at, &start, &length), "the end");
    at = 0;
    expect(!address_list_next(L"", &at, &start, &length), "an empty list");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_as_users_write_them_are_taken),
        cmocka_unit_test(faults_are_told_with_entry_and_text),
        cmocka_unit_test(each_character_has_its_places),
        cmocka_unit_test(spaces_of_any_width_are_nothing),
        cmocka_unit_test(a_line_break_is_told_before_anything_else),
        cmocka_unit_test(any_text_is_answered_within_its_bounds),
        cmocka_unit_test(a_hostile_list_takes_no_longer_than_its_length),
        cmocka_unit_test(a_list_is_taken_apart_where_its_entries_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* rules_path_form_test.c - the forms of paths, one table of them all. */
#include "rules_test.h"
#include "rules/path_form.h"

static void each_form_of_path_is_told(void **state)
{
    static const struct
    {
        const wchar_t *path;
        enum path_form form;
    } cases[] = {
        {L"C:\\dir\\file.txt", path_full},
        {L"c:/dir/file", path_full},
        {L"Z:\\a", path_full},
        {L"C:\\", path_full},
        {L"A:\\x", path_full},
        {L"a:\\x", path_full},
        {L"z:\\x", path_full},
        {L"C:\\com\u00B8", path_full},
        {L"C:\\com\u00BA", path_full},
        {L"C:\\..\\..\\x", path_full},
        {L"C:\\dir\\.\\..\\x", path_full},
        {L"C:\\\\dir//file", path_full},
        {L"C:\\dir.d\\ .x \\file", path_full},
        {L"C:\\dir.\\", path_full},
        {L"C:\\dir with space\\\u65E5\u672C.pdf", path_full},
        {L"C:\\console\\nully\\comma\\com\\com10\\lpt.txt", path_full},
        {L"C:\\xCON\\CONX\\ CON", path_full},
        {L"", path_empty},
        {L"   ", path_empty},
        {L"file", path_relative},
        {L".\\file", path_relative},
        {L"..\\file", path_relative},
        {L"\\file", path_relative},
        {L"/dir/file", path_relative},
        {L"C:", path_relative},
        {L"C:file", path_relative},
        {L" C:\\file", path_relative},
        {L"file.txt:stream", path_relative},
        {L"1:\\file", path_relative},
        {L"@:\\x", path_relative},
        {L"[:\\x", path_relative},
        {L"`:\\x", path_relative},
        {L"{:\\x", path_relative},
        {L"\u0421:\\cyrillic", path_relative},
        {L"\uFF23:\\fullwidth", path_relative},
        {L"\\\\server\\share\\file", path_unc},
        {L"//server/share/file", path_unc},
        {L"\\/server\\share", path_unc},
        {L"\\\\", path_unc},
        {L"\\\\server\\share\\NUL", path_unc},
        {L"\\\\?\\UNC\\server\\share", path_unc},
        {L"//?/unc/server/share", path_unc},
        {L"\\\\.\\UNC\\server\\share", path_unc},
        {L"\\\\?\\C:\\file", path_device},
        {L"//?/C:/file", path_device},
        {L"\\\\.\\pipe\\x", path_device},
        {L"\\\\.\\PhysicalDrive0", path_device},
        {L"\\\\?\\GLOBALROOT\\x", path_device},
        {L"\\?\?\\C:\\file", path_device},
        {L"NUL", path_device},
        {L"con", path_device},
        {L"C:NUL", path_device},
        {L"CON:\\x", path_device},
        {L"dir/prn.txt", path_device},
        {L"\\aux", path_device},
        {L"C:\\dir\\con", path_device},
        {L"C:\\con\\file.txt", path_device},
        {L"C:/dir/Aux.tar.gz", path_device},
        {L"C:\\a\\NUL .txt", path_device},
        {L"C:\\a\\NUL  ", path_device},
        {L"C:\\a\\nul:stream", path_device},
        {L"C:\\COM1.txt", path_device},
        {L"C:\\lpt9", path_device},
        {L"C:\\com9", path_device},
        {L"C:\\lpt0", path_device},
        {L"C:\\com0", path_device},
        {L"C:\\COM\u00B9", path_device},
        {L"C:\\COM\u00B2.x", path_device},
        {L"C:\\LPT\u00B3", path_device},
        {L"C:\\CONIN$", path_device},
        {L"C:\\conout$.txt", path_device},
        {L"C:\\a:b", path_stream},
        {L"C:\\dir\\file.txt::$DATA", path_stream},
        {L"C:\\file:", path_stream},
        {L"http://host/file", path_url},
        {L"https://aux.example/file", path_url},
        {L"file:///C:/x", path_url},
        {L"file:\\\\server\\x", path_url},
        {L"ms-word:/x", path_url},
        {L"svn+ssh://h/x", path_url},
        {L"h09+x-y.z:/f", path_url},
        {L"a1:/x", path_url},
        {L"1a:/x", path_relative},
        {L"C:\\Windows\\win.ini.", path_ending},
        {L"C:\\Windows\\win.ini ", path_ending},
        {L"C:\\dir\\file. ", path_ending},
        {L"C:/dir/..", path_ending},
        {L"C:\\a?b", path_bad},
        {L"C:\\*.txt", path_bad},
        {L"C:\\a|b", path_bad},
        {L"C:\\a<b", path_bad},
        {L"C:\\a>b", path_bad},
        {L"C:\\\"a\"", path_bad},
        {L"C:\\a\nb", path_bad},
        {L"C:\\a.txt\r\n", path_bad},
        {L"C:\\a.txt\n", path_bad},
        {L"\r\nC:\\a.txt", path_bad},
        {L"\r\n", path_bad},
        {L"C:\\a\tb", path_bad},
        {L"C:\\a\x85z", path_bad},
        {L"C:\\a\u2028b", path_bad},
        {L"\\\\server\\a\rb", path_bad},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        enum path_form form = path_form(cases[i].path);

        expect(form == cases[i].form, "%d in place of %d: %s", form, cases[i].form, shown(cases[i].path));
    }
}

static void each_form_of_name_is_told(void **state)
{
    static const struct
    {
        const wchar_t *leaf;
        enum path_form form;
    } cases[] = {
        {L"", path_empty},
        {L"  ", path_empty},
        {L"a", path_full},
        {L" .a.txt", path_full},
        {L"a\nb", path_bad},
        {L"a<b", path_bad},
        {L"a?", path_bad},
        {L"a\\b", path_folder},
        {L"a/b", path_folder},
        {L"con.txt", path_device},
        {L"a:b", path_stream},
        {L"a.", path_ending},
        {L"a ", path_ending},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        enum path_form form = path_leaf_form(cases[i].leaf);

        expect(form == cases[i].form, "%d in place of %d: %s", form, cases[i].form, shown(cases[i].leaf));
    }
}

static void each_form_has_words(void **state)
{
    (void)state;
    for (int form = path_full; form <= path_bad; form++)
    {
        const wchar_t *words = path_form_words((enum path_form)form);

        expect(words && wcsncmp(words, L"it ", 3) == 0, "form %d", form);
        for (int other = path_full; other < form; other++)
        {
            expect(wcscmp(words, path_form_words((enum path_form)other)) != 0, "form %d", form);
        }
    }
    expect_text(path_form_words(path_relative), L"it is a relative path", "as the header says");
    expect_text(path_form_words(path_unc), L"it is a network path", "as the header says");
}

static void only_a_drive_or_a_volume_is_local(void **state)
{
    static const struct
    {
        const wchar_t *path;
        int local;
    } cases[] = {
        {L"\\\\?\\C:\\dir\\file", 1},
        {L"\\\\?\\c:\\", 1},
        {L"\\\\?\\Volume{01234567-89ab-cdef-0123-456789abcdef}\\file", 1},
        {L"\\\\?\\Volume{01234567", 0},
        {L"\\\\?\\Volume{01234567}", 0},
        {L"\\\\?\\Volume{0123\\4567}\\x", 0},
        {L"\\\\?\\C:", 0},
        {L"\\\\?\\C:file", 0},
        {L"\\\\?\\CD\\file", 0},
        {L"\\\\?\\UNC\\server\\share\\file", 0},
        {L"\\\\?\\GLOBALROOT\\Device\\Mup\\server\\share", 0},
        {L"\\\\?\\unix\\home\\x", 0},
        {L"\\\\?\\", 0},
        {L"\\\\server\\share", 0},
        {L"C:\\dir\\file", 0},
        {L"\\", 0},
        {L"", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        expect(path_final_is_local(cases[i].path) == cases[i].local, "%s", shown(cases[i].path));
    }
}

static void the_leaf_is_what_follows_the_last_slash(void **state)
{
    (void)state;
    expect_text(path_leaf(L"C:\\dir\\file.txt"), L"file.txt", "backslashes");
    expect_text(path_leaf(L"C:/dir/file.txt"), L"file.txt", "slashes");
    expect_text(path_leaf(L"C:\\a/b"), L"b", "both");
    expect_text(path_leaf(L"C:\\dir\\"), L"", "a folder");
    expect_text(path_leaf(L"file"), L"file", "no folder");
    expect_text(path_leaf(L""), L"", "nothing");
}

static void a_long_name_is_cut_and_keeps_its_extension(void **state)
{
    static const struct
    {
        const wchar_t *leaf;
        size_t limit;
        const wchar_t *expected;
    } cases[] = {
        {L"short.txt", 9, L"short.txt"},
        {L"short.txt", 8, L"shor.txt"},
        {L"a-long-name.pdf", 8, L"a-lo.pdf"},
        {L"a-long-name.pdf", 5, L"a.pdf"},
        {L"a-long-name.pdf", 4, L"a-lo"},
        {L"archive.tar.gz", 10, L"archive.gz"},
        {L"no-extension", 5, L"no-ex"},
        {L".hidden-file", 5, L".hidd"},
        {L"Dear Mr. Smith and all the others", 8, L"Dear Mr"},
        {L"a b  c-d", 4, L"a b"},
        {L"x.y", 0, L""},
        {L"", 3, L""},
        {L"ab\xD83D\xDE00.txt", 7, L"ab.txt"},
        {L"ab\xD83D\xDE00-cd.txt", 8, L"ab\xD83D\xDE00.txt"},
        {L"abc\xD83D\xDE00", 4, L"abc"},
        {L"abc\xD800\xDC00", 4, L"abc"},
        {L"abc\xDBFF\xDFFF", 4, L"abc"},
        {L"abc\xDC00x", 4, L"abc\xDC00"}, /* no pair */
        {L"abcd\xD83D\xDE00", 4, L"abcd"},
        {L"abc ", 4, L"abc "}, /* not cut */
        {L"\xD83D\xDE00.txt", 5, L".txt"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        wchar_t *out = malloc((cases[i].limit + 1) * sizeof(*out));

        path_short_leaf(out, cases[i].limit, cases[i].leaf);
        expect_text(out, cases[i].expected, "%s to %u", shown(cases[i].leaf), (unsigned)cases[i].limit);
        free(out);
    }
}

static void a_display_name_becomes_a_file_name(void **state)
{
    static const struct
    {
        const wchar_t *display, *leaf, *expected;
    } cases[] = {
        {L"Report of June", L"r06.pdf", L"Report of June.pdf"},
        {L"Report.pdf", L"r06.tmp", L"Report.pdf"},
        {L"Report: June", L"r06.pdf", L"Report_ June.pdf"},
        {L"a/b\\c*?\"<>|", L"x.txt", L"a_b_c______.txt"},
        {L"Notes. ", L"n.txt", L"Notes.txt"},
        {L"No. 5", L"n.txt", L"No. 5.txt"},
        {L"v1.5", L"n.pdf", L"v1.5.pdf"},
        {L"archive.tar.gz", L"n.bin", L"archive.tar.gz"},
        {L".profile", L"n.txt", L".profile.txt"},
        {L".prof", L"n.txt", L".prof.txt"},
        {L"a.mp3", L"n.bin", L"a.mp3"},
        {L"a.abcde", L"n.txt", L"a.abcde"},
        {L"a.abcdef", L"n.txt", L"a.abcdef.txt"},
        {L"Logo", L"logo", L"Logo"},
        {L"Logo", L".logo", L"Logo"},
        {L"CON", L"x.txt", L"_CON.txt"},
        {L"com1", L"x", L"_com1"},
        {L"..", L"x.txt", L"_.txt"},
        {L"\x00dc\xD83D\xDE00", L"x.png", L"\x00dc\xD83D\xDE00.png"},
    };
    wchar_t out[SHOWN_LEAF_SIZE];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        path_shown_leaf(out, cases[i].display, cases[i].leaf);
        expect_text(out, cases[i].expected, "%s", shown(cases[i].display));
        assert_int_equal(path_leaf_form(out), path_full);
    }
}

static void a_long_display_name_is_cut_between_characters(void **state)
{
    wchar_t display[400], out[SHOWN_LEAF_SIZE];

    (void)state;
    for (size_t i = 0; i < 399; i++)
        display[i] = i % 2 ? 0xDE00 : 0xD83D;
    display[399] = 0;
    path_shown_leaf(out, display, L"x.png");
    assert_int_equal(wcslen(out), 198); /* 97 pairs and the extension; a half is left out */
    assert_int_equal(out[193], 0xDE00);
    expect_text(out + 194, L".png", "the end");
}

static void a_long_name_fills_the_room_and_no_more(void **state)
{
    wchar_t display[SHOWN_LEAF_SIZE + 100] = L"con.", leaf[SHOWN_LEAF_SIZE + 2] = L"x.", out[SHOWN_LEAF_SIZE];

    (void)state;
    wmemset(display + 4, L'y', COUNT_OF(display) - 5);
    path_shown_leaf(out, display, L"x.png");
    assert_int_equal(wcslen(out), SHOWN_LEAF_SIZE - 1);
    expect(out[0] == L'_' && !wcscmp(out + SHOWN_LEAF_SIZE - 5, L".png"), "%s", shown(out));
    /* What would just fit without the underscore is cut too. */
    display[SHOWN_LEAF_SIZE - 5] = 0;
    path_shown_leaf(out, display, L"x.png");
    assert_int_equal(wcslen(out), SHOWN_LEAF_SIZE - 1);
    display[SHOWN_LEAF_SIZE - 5] = L'y';
    display[0] = L'a';
    display[SHOWN_LEAF_SIZE - 2] = 0;
    path_shown_leaf(out, display, L"x.png");
    assert_int_equal(wcslen(out), SHOWN_LEAF_SIZE - 1);
    /* An extension that would leave no room for a name is none. */
    wmemset(leaf + 2, L'z', SHOWN_LEAF_SIZE - 2);
    path_shown_leaf(out, L"D", leaf);
    expect_text(out, L"D", "a long extension");
}

static void any_text_has_a_form(void **state)
{
    static const wchar_t alphabet[] = L"C:\\/.? aNUlcom1\"|\n$\u00B9";
    uint32_t seed = 19;

    (void)state;
    for (int round = 0; round < 200000; round++)
    {
        size_t length = pseudo_random(&seed) % 16;
        wchar_t *path = malloc((length + 1) * sizeof(*path));
        enum path_form form;

        for (size_t i = 0; i < length; i++)
            path[i] = alphabet[pseudo_random(&seed) % (COUNT_OF(alphabet) - 1)];
        path[length] = 0;
        form = path_form(path);
        if (form == path_full)
        {
            expect(path[1] == L':' && !wcspbrk(path + 2, L":?\"|\n"), "%s", shown(path));
        }
        (void)path_final_is_local(path);
        expect(path_leaf(path) <= path + length, "%s", shown(path));
        free(path);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_of_path_is_told),
        cmocka_unit_test(each_form_of_name_is_told),
        cmocka_unit_test(each_form_has_words),
        cmocka_unit_test(only_a_drive_or_a_volume_is_local),
        cmocka_unit_test(the_leaf_is_what_follows_the_last_slash),
        cmocka_unit_test(a_long_name_is_cut_and_keeps_its_extension),
        cmocka_unit_test(a_display_name_becomes_a_file_name),
        cmocka_unit_test(a_long_display_name_is_cut_between_characters),
        cmocka_unit_test(a_long_name_fills_the_room_and_no_more),
        cmocka_unit_test(any_text_has_a_form),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

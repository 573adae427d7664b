/* rules_dialog_test.c - which of Outlook's windows is a dialog that blocks it, what it says, and what may be done about
 * it: tables of windows as Windows shows them. */
#include "rules_test.h"
#include "rules/dialog.h"
#include "rules/dialog_text.h"

#define SHOWN .visible = true, .enabled = true, .answers = true, .width = 400, .height = 200, .title = L"T"
#define OWN SHOWN, .of_outlook = true, .image = L"OUTLOOK.EXE"
#define UNDER_DISABLED .has_owner = true, .owner_of_outlook = true, .owner_visible = true
#define BESIDE UNDER_DISABLED, .owner_enabled = true

static const struct dialog_window explorer = {OWN, .class_name = L"rctrl_renwnd32", .captioned = true};
static const struct dialog_window blocked_explorer = {.visible = true,
    .answers = true,
    .width = 900,
    .height = 600,
    .title = L"Inbox - Outlook",
    .of_outlook = true,
    .image = L"OUTLOOK.EXE",
    .class_name = L"rctrl_renwnd32",
    .captioned = true};

static void a_window_is_a_dialog_by_its_owner_its_class_and_its_program(void **state)
{
    static const struct
    {
        const char *what;
        struct dialog_window window;
        enum dialog_kind alone, /* beside nothing else of Outlook's */
            over_blocked,       /* over an Explorer that is disabled */
            beside_enabled;     /* beside one that is not */
    } rows[] = {
        {"a message box", {OWN, UNDER_DISABLED, .class_name = L"#32770"}, dialog_modal, dialog_modal, dialog_modal},
        {"Office's own message box", {OWN, UNDER_DISABLED, .class_name = L"NUIDialog"}, dialog_modal, dialog_modal,
            dialog_modal},
        {"an add-in's form", {OWN, UNDER_DISABLED, .class_name = L"WindowsForms10.Window.8.app.0.1"}, dialog_modal,
            dialog_modal, dialog_modal},
        {"the profile chooser", {OWN, .class_name = L"#32770"}, dialog_loose, dialog_loose, dialog_none},
        {"Office's own at start", {OWN, .class_name = L"NUIDialog"}, dialog_loose, dialog_loose, dialog_none},
        {"a dialog whose owner is hidden",
            {OWN, .class_name = L"#32770", .has_owner = true, .owner_of_outlook = true, .owner_enabled = true},
            dialog_loose, dialog_loose, dialog_none},
        {"a tool beside its owner", {OWN, BESIDE, .class_name = L"#32770"}, dialog_none, dialog_none, dialog_none},
        {"progress without a button", {OWN, UNDER_DISABLED, .class_name = L"#32770", .shows_progress = true},
            dialog_none, dialog_none, dialog_none},
        {"progress with a button", {OWN, UNDER_DISABLED, .class_name = L"#32770", .shows_progress = true, .buttons = 1},
            dialog_modal, dialog_modal, dialog_modal},
        {"an add-in's window", {OWN, .class_name = L"AddIn", .captioned = true}, dialog_captioned, dialog_none,
            dialog_none},
        {"a window without a caption", {OWN, .class_name = L"AddIn"}, dialog_none, dialog_none, dialog_none},
        {"the splash", {OWN, .class_name = L"MsoSplash", .captioned = true}, dialog_none, dialog_none, dialog_none},
        {"an Inspector", {OWN, UNDER_DISABLED, .class_name = L"rctrl_renwnd32"}, dialog_none, dialog_none, dialog_none},
        {"a menu", {OWN, UNDER_DISABLED, .class_name = L"#32768"}, dialog_none, dialog_none, dialog_none},
        {"another program's, that disables Outlook's",
            {SHOWN, UNDER_DISABLED, .class_name = L"Sign-in", .image = L"signin.exe"}, dialog_foreign, dialog_foreign,
            dialog_foreign},
        {"another program's, owned by Outlook's", {SHOWN, BESIDE, .class_name = L"Sign-in", .image = L"signin.exe"},
            dialog_beside, dialog_beside, dialog_beside},
        {"another program's, owned by nobody", {SHOWN, .class_name = L"#32770", .image = L"notepad.exe"}, dialog_none,
            dialog_none, dialog_none},
        {"another program's, owned by its own",
            {SHOWN, .class_name = L"#32770", .image = L"notepad.exe", .has_owner = true}, dialog_none, dialog_none,
            dialog_none},
        {"a sign-in", {SHOWN, .class_name = L"Credential Dialog Xaml Host", .image = L"CREDENTIALUIBROKER.EXE"},
            dialog_sign_in, dialog_sign_in, dialog_sign_in},
        {"a sign-in to work or school", {SHOWN, .class_name = L"X", .image = L"Microsoft.AAD.BrokerPlugin.exe"},
            dialog_sign_in, dialog_sign_in, dialog_sign_in},
        {"which account", {SHOWN, .class_name = L"X", .image = L"AccountsControlHost.exe"}, dialog_sign_in,
            dialog_sign_in, dialog_sign_in},
        {"Windows Hello", {SHOWN, .class_name = L"X", .image = L"CredDialogHost.exe"}, dialog_sign_in, dialog_sign_in,
            dialog_sign_in},
        {"a program whose name begins alike", {SHOWN, .class_name = L"X", .image = L"CredentialUIBroker.exe.exe"},
            dialog_none, dialog_none, dialog_none},
        {"a program without a name", {SHOWN, .class_name = L"X", .image = L""}, dialog_none, dialog_none, dialog_none},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        const struct dialog_window over[] = {rows[i].window, blocked_explorer}, beside[] = {explorer, rows[i].window};
        enum dialog_kind kind;
        size_t found;

        found = dialog_find(&rows[i].window, 1, &kind);
        expect(kind == rows[i].alone && found == (kind ? 0 : 1), "%s, alone: %d", rows[i].what, kind);
        found = dialog_find(over, 2, &kind);
        expect(kind == rows[i].over_blocked && found == (kind ? 0 : 2), "%s, over a window: %d", rows[i].what, kind);
        found = dialog_find(beside, 2, &kind);
        expect(
            kind == rows[i].beside_enabled && found == (kind ? 1 : 2), "%s, beside a window: %d", rows[i].what, kind);
    }
}

static void what_is_hidden_disabled_tiny_or_hangs_is_no_dialog(void **state)
{
    const struct dialog_window box = {OWN, UNDER_DISABLED, .class_name = L"#32770"};
    struct dialog_window windows[6] = {box, box, box, box, box, box};

    (void)state;
    windows[0].visible = false;
    windows[1].enabled = false;
    windows[2].answers = false;
    windows[3].width = 10;
    windows[4].height = 10;
    for (size_t i = 0; i < 5; i++)
        expect(dialog_find(&windows[i], 1, NULL) == 1, "window %u", (unsigned)i);
    windows[3].width = 39;
    windows[4].height = 29;
    windows[5].width = 40;
    windows[5].height = 30;
    assert_int_equal(dialog_find(windows, 6, NULL), 5);
    assert_int_equal(dialog_find(NULL, 0, NULL), 0);
}

static void a_hidden_main_window_counts_for_nothing(void **state)
{
    const struct dialog_window form = {OWN, .class_name = L"AddIn", .captioned = true};
    struct dialog_window windows[] = {explorer, form, form};
    enum dialog_kind kind;

    (void)state;
    assert_int_equal(dialog_find(windows, 2, NULL), 2);
    windows[0].visible = false;
    assert_int_equal(dialog_find(windows, 2, &kind), 1);
    assert_int_equal(kind, dialog_captioned);
    windows[1].title = L"";
    assert_int_equal(dialog_find(windows, 2, NULL), 2);
    assert_int_equal(dialog_find(windows, 3, NULL), 2);
}

static void the_surest_is_named_and_of_two_alike_the_upper_one(void **state)
{
    const struct dialog_window sign_in = {SHOWN, .class_name = L"X", .image = L"CredentialUIBroker.exe"},
                               chooser = {OWN, .class_name = L"#32770"},
                               beside = {SHOWN, BESIDE, .class_name = L"X", .image = L"x.exe"},
                               foreign = {SHOWN, UNDER_DISABLED, .class_name = L"X", .image = L"x.exe"},
                               modal = {OWN, UNDER_DISABLED, .class_name = L"#32770"},
                               form = {OWN, .class_name = L"AddIn", .captioned = true};
    const struct dialog_window windows[] = {form, sign_in, chooser, beside, foreign, modal, modal};

    (void)state;
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(dialog_find(windows, i + 1, NULL), i);
    assert_int_equal(dialog_find(windows, 7, NULL), 5);
    assert_int_equal(dialog_patience_ms(dialog_modal), 1000);
    assert_int_equal(dialog_patience_ms(dialog_foreign), 1000);
    assert_int_equal(dialog_patience_ms(dialog_loose), 1000);
    assert_int_equal(dialog_patience_ms(dialog_beside), 3000);
    assert_int_equal(dialog_patience_ms(dialog_sign_in), 3000);
    assert_int_equal(dialog_patience_ms(dialog_captioned), 3000);
}

static void the_user_works_where_a_window_is_no_dialog(void **state)
{
    const struct dialog_window box = {OWN, UNDER_DISABLED, .class_name = L"#32770"},
                               reminder = {OWN, .class_name = L"#32770"}, tool = {OWN, .class_name = L"AddIn"},
                               splash = {OWN, .class_name = L"MsoSplash"},
                               form = {OWN, .class_name = L"AddIn", .captioned = true},
                               foreign = {SHOWN, .class_name = L"X", .image = L"x.exe"};
    const struct dialog_window nothing[] = {box, reminder, splash, foreign, form}, work[] = {box, tool},
                               first[] = {tool, box}, behind[] = {box, blocked_explorer};
    struct dialog_window hidden[] = {box, blocked_explorer}, tiny[] = {box, tool};

    (void)state;
    hidden[1].visible = false;
    tiny[1].width = 1;
    assert_true(dialog_user_works(hidden, 2));
    assert_false(dialog_user_works(tiny, 2));
    assert_false(dialog_user_works(nothing, 5));
    assert_true(dialog_user_works(first, 2));
    assert_false(dialog_user_works(NULL, 0));
    assert_true(dialog_user_works(work, 2));
    assert_true(dialog_user_works(behind, 2));
}

static void each_policy_acts_where_it_may_and_never_on_the_guards_prompt(void **state)
{
    static const struct
    {
        const char *what;
        struct dialog_case at;
        enum dialog_action action;
    } rows[] = {
        {"reported", {.kind = dialog_modal, .listed = true, .owned = true, .open_ms = 9}, dialog_leave},
        {"listed", {.policy = dialog_policy_close, .kind = dialog_modal, .listed = true}, dialog_close},
        {"listed, another program's", {.policy = dialog_policy_close, .kind = dialog_foreign, .listed = true},
            dialog_close},
        {"a sign-in that may be another's", {.policy = dialog_policy_close, .kind = dialog_sign_in, .listed = true},
            dialog_leave},
        {"not listed", {.policy = dialog_policy_close, .kind = dialog_modal}, dialog_leave},
        {"closed before", {.policy = dialog_policy_close, .kind = dialog_modal, .listed = true, .done = true},
            dialog_leave},
        {"the guard's, listed",
            {.policy = dialog_policy_close, .kind = dialog_modal, .listed = true, .may_be_guard = true}, dialog_leave},
        {"nothing", {.policy = dialog_policy_close, .listed = true}, dialog_leave},
        {"owned, over the time",
            {.policy = dialog_policy_restart, .kind = dialog_modal, .owned = true, .open_ms = 5, .grace_ms = 5},
            dialog_restart},
        {"owned, in time",
            {.policy = dialog_policy_restart, .kind = dialog_modal, .owned = true, .open_ms = 4, .grace_ms = 5},
            dialog_leave},
        {"borrowed", {.policy = dialog_policy_restart, .kind = dialog_modal, .open_ms = 9, .grace_ms = 5},
            dialog_leave},
        {"taken over",
            {.policy = dialog_policy_restart,
                .kind = dialog_modal,
                .owned = true,
                .user_works = true,
                .open_ms = 9,
                .grace_ms = 5},
            dialog_leave},
        {"owned, the guard's",
            {.policy = dialog_policy_restart,
                .kind = dialog_modal,
                .owned = true,
                .may_be_guard = true,
                .open_ms = 9,
                .grace_ms = 5},
            dialog_leave},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        enum dialog_action action = dialog_decide(&rows[i].at);

        expect(action == rows[i].action, "%s: %d", rows[i].what, action);
    }
}

static void a_title_is_listed_as_a_whole_or_by_its_beginning(void **state)
{
    static const wchar_t list[] = L"Enter password\0Office*\0*\0A*B\0Z\0";
    static const struct
    {
        const wchar_t *title;
        bool listed;
    } rows[] = {
        {L"Enter password", true},
        {L"Enter password ", false},
        {L"enter password", false},
        {L"Enter", false},
        {L"Office", true},
        {L"Office Activation", true},
        {L"My Office", false},
        {L"", false},
        {L"anything", false},
        {L"*", false},
        {L"A*B", true},
        {L"Z", true},
        {L"AxB", false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect(dialog_listed(list, rows[i].title) == rows[i].listed, "%s", shown(rows[i].title));
    assert_false(dialog_listed(L"\0", L""));
}

/* --- words */

#define VISIBLE 0x50000000u

static void a_child_window_is_a_part_by_its_class_and_style(void **state)
{
    static const struct
    {
        const wchar_t *class_name;
        uint32_t style;
        enum dialog_part part;
    } rows[] = {
        {L"Button", VISIBLE, dialog_part_button},
        {L"BUTTON", VISIBLE | 0x1, dialog_part_button},
        {L"Button", VISIBLE | 0x3, dialog_part_check},
        {L"Button", VISIBLE | 0x9, dialog_part_text},
        {L"Button", VISIBLE | 0x7, dialog_part_text},
        {L"Button", VISIBLE | 0xE, dialog_part_button},
        {L"Static", VISIBLE, dialog_part_text},
        {L"Static", VISIBLE | 0x80, dialog_part_text},
        {L"Static", VISIBLE | 0x3, dialog_part_none}, /* an icon */
        {L"Static", VISIBLE | 0x10, dialog_part_none},
        {L"Static", VISIBLE | 0x1, dialog_part_text},
        {L"Static", VISIBLE | 0x2, dialog_part_text},
        {L"Static", VISIBLE | 0xA, dialog_part_none},
        {L"Static", VISIBLE | 0xB, dialog_part_text},
        {L"Static", VISIBLE | 0xC, dialog_part_text},
        {L"Static", VISIBLE | 0xD, dialog_part_none},
        {L"SysLink", VISIBLE, dialog_part_text},
        {L"Edit", VISIBLE | 0x800, dialog_part_text},
        {L"Edit", VISIBLE, dialog_part_none},
        {L"Edit", VISIBLE | 0x1, dialog_part_none},   /* centred */
        {L"Edit", VISIBLE | 0x801, dialog_part_text}, /* and for reading only */
        {L"Edit", VISIBLE | 0x820, dialog_part_none}, /* a password */
        {L"RichEdit20WPT", VISIBLE | 0x804, dialog_part_text},
        {L"RICHEDIT50W", VISIBLE, dialog_part_none},
        {L"ComboBox", VISIBLE, dialog_part_list},
        {L"ComboBoxEx32", VISIBLE, dialog_part_list},
        {L"msctls_progress32", VISIBLE, dialog_part_progress},
        {L"NetUIHWND", VISIBLE, dialog_part_none},
        {L"Buttons", VISIBLE, dialog_part_none},
        {L"WindowsForms10.BUTTON.app.0.141b42a_r6_ad1", VISIBLE | 0xB, dialog_part_button},
        {L"WindowsForms10.STATIC.app.0.141b42a_r6_ad1", VISIBLE, dialog_part_text},
        {L"WindowsForms10.BUTTONS.app.0.141b42a_r6_ad1", VISIBLE, dialog_part_none},
        {L"WindowsForms10.Window.8.app.0.141b42a_r6_ad1", VISIBLE, dialog_part_none},
        {L"", VISIBLE, dialog_part_none},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        enum dialog_part part = dialog_part_of(rows[i].class_name, rows[i].style);

        expect(part == rows[i].part, "row %u, %s: %d", (unsigned)i, shown(rows[i].class_name), part);
    }
}

static void words_are_joined_without_the_marks_of_keys(void **state)
{
    struct dialog_words words = {0};

    (void)state;
    assert_false(dialog_readable(&words));
    expect_text(dialog_words_text(&words), L"(Its text could not be read: the program draws it itself.)", "no text");
    expect_text(dialog_words_buttons(&words), L"none that could be read", "no buttons");
    dialog_add(&words, dialog_part_text, L"  Do you want\r\n\r\nto &save && go\ton? ");
    dialog_add(&words, dialog_part_none, L"not this");
    dialog_add(&words, dialog_part_text, L" \r\n");
    dialog_add(&words, dialog_part_check, L"Do not ask &again");
    dialog_add(&words, dialog_part_list, L"1 minute");
    dialog_add(&words, dialog_part_progress, L"");
    dialog_add(&words, dialog_part_button, L"&Yes");
    dialog_add(&words, dialog_part_button, L"");
    dialog_add(&words, dialog_part_button, L"&No");
    expect_text(dialog_words_text(&words), L"Do you want to save & go on? Do not ask again", "text");
    expect_text(dialog_words_buttons(&words), L"Yes, No", "buttons");
    assert_int_equal(words.button_count, 3);
    assert_int_equal(words.checks, 1);
    assert_int_equal(words.lists, 1);
    assert_int_equal(words.progress_bars, 1);
    assert_true(dialog_readable(&words));
}

static void signs_of_keys_and_blanks_alone_are_no_words(void **state)
{
    struct dialog_words words = {0};

    (void)state;
    dialog_add(&words, dialog_part_text, L"T");
    dialog_add(&words, dialog_part_button, L"B");
    expect_text(dialog_words_text(&words), L"T", "one letter");
    expect_text(dialog_words_buttons(&words), L"B", "one letter");
    dialog_add(&words, dialog_part_text, L"&");
    dialog_add(&words, dialog_part_text, L" \xA0&\t");
    dialog_add(&words, dialog_part_button, L"&");
    dialog_add(&words, dialog_part_text, L"\xA0 &&&Stop!\xA0now\xA1 &");
    dialog_add(&words, dialog_part_button, L" Halt&");
    expect_text(dialog_words_text(&words), L"T &Stop! now\xA1", "text");
    expect_text(dialog_words_buttons(&words), L"B, Halt", "buttons");
}

/* Fills text of the buttons with as many x as are told, and a tail. */
static const wchar_t *many(wchar_t text[dialog_buttons_size + 8], size_t count, const wchar_t *tail)
{
    wmemset(text, L'x', count);
    wcscpy(text + count, tail);
    return text;
}

static void what_fits_stays_whole_to_the_last_place(void **state)
{
    const size_t most = dialog_buttons_size - 6; /* five places stay for what follows and the dots */
    wchar_t text[dialog_buttons_size + 8], expected[dialog_buttons_size + 8];

    (void)state;
    for (size_t count = 1; count < dialog_buttons_size; count++)
    {
        struct dialog_words words;

        memset(&words, 0x7E, sizeof(words));
        words.buttons[0] = 0;
        dialog_add(&words, dialog_part_button, many(text, count, L""));
        many(expected, count < most ? count : most, count > most ? L"..." : L"");
        expect_text(words.buttons, expected, "%u", (unsigned)count);
        dialog_add(&words, dialog_part_button, L"y");
        many(expected, count < most ? count : most, count > most ? L"..." : count > most - 3 ? L", ..." : L", y");
        expect_text(words.buttons, expected, "a second behind %u", (unsigned)count);
        dialog_add(&words, dialog_part_button, L"z");
        assert_true(wcslen(words.buttons) < dialog_buttons_size);
    }
}

static void a_cut_in_the_divider_ends_in_dots_too(void **state)
{
    const size_t most = dialog_buttons_size - 7;
    struct dialog_words words = {0};
    wchar_t text[dialog_buttons_size + 8], expected[dialog_buttons_size + 8];

    (void)state;
    dialog_add(&words, dialog_part_button, many(text, most, L" y"));
    expect_text(words.buttons, many(expected, most, L" y"), "a blank and one more");
    dialog_add(&words, dialog_part_button, L"z");
    expect_text(words.buttons, many(expected, most, L" y,..."), "half a divider");
}

static void a_cut_leaves_no_half_of_a_pair(void **state)
{
    static const struct
    {
        const wchar_t *tail, *left;
    } rows[] = {
        {L"\xD7FFy", L"\xD7FF..."}, {L"\xD800\xDC00", L"..."}, {L"\xDBFF\xDFFF", L"..."}, {L"\xDC00y", L"\xDC00..."},
        {L"\xD800", L"\xD800"}, /* a half that was there is nobody's cut */
    };
    const size_t before = dialog_buttons_size - 7;
    wchar_t text[dialog_buttons_size + 8], expected[dialog_buttons_size + 8];

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
    {
        struct dialog_words words = {0};

        dialog_add(&words, dialog_part_button, many(text, before, rows[i].tail));
        expect_text(words.buttons, many(expected, before, rows[i].left), "row %u", (unsigned)i);
    }
}

static void dots_are_not_doubled(void **state)
{
    struct dialog_words words = {0};
    wchar_t text[dialog_buttons_size + 8], expected[dialog_buttons_size + 8];

    (void)state;
    dialog_add(&words, dialog_part_button, many(text, dialog_buttons_size - 9, L"...more"));
    expect_text(words.buttons, many(expected, dialog_buttons_size - 9, L"..."), "dots of its own");
}

static void what_does_not_fit_ends_in_dots(void **state)
{
    struct dialog_words words = {0};

    (void)state;
    for (size_t i = 0; i < 400; i++)
    {
        dialog_add(&words, dialog_part_text, L"word \xD83D\xDE00 word");
        dialog_add(&words, dialog_part_button, L"Button");
        assert_true(wcslen(words.text) < dialog_text_size);
        assert_true(wcslen(words.buttons) < dialog_buttons_size);
    }
    expect_text(words.text + wcslen(words.text) - 3, L"...", "text");
    assert_true(wcslen(words.text) > dialog_text_size - 16);
    expect_text(words.buttons + wcslen(words.buttons) - 3, L"...", "buttons");
    expect(words.text[wcslen(words.text) - 4] < 0xD800 || words.text[wcslen(words.text) - 4] > 0xDBFF, "cut in half");
    assert_int_equal(words.button_count, 400);
}

static void the_guards_prompt_is_known_by_its_form(void **state)
{
    static const struct
    {
        const char *what;
        const wchar_t *title;
        struct dialog_words words;
        bool may_be;
    } rows[] = {
        {"sending", L"Microsoft Outlook", {.button_count = 3, .progress_bars = 1}, true},
        {"sending, another title", L"Outlook", {.button_count = 3, .progress_bars = 1}, true},
        {"the address book", L"Microsoft Office Outlook", {.button_count = 3, .checks = 1, .lists = 1}, true},
        {"the address book, another title", L"x", {.button_count = 2, .checks = 1, .lists = 1}, true},
        {"three buttons", L"Microsoft Outlook", {.button_count = 3}, true},
        {"what cannot be read", L"Microsoft Outlook", {.button_count = 0}, true},
        {"yes or no", L"Microsoft Outlook", {.button_count = 2, .text = L"t"}, false},
        {"OK", L"Microsoft Outlook", {.button_count = 1}, false},
        {"three buttons of an add-in", L"Archive", {.button_count = 3}, false},
        {"an add-in that draws itself", L"Archive", {.button_count = 0}, false},
        {"a tick without a list", L"Archive", {.button_count = 2, .checks = 1}, false},
        {"a bar without a button", L"Archive", {.progress_bars = 1}, false},
        {"no title", L"", {.button_count = 3}, false},
        {"Outlook's name alone", L"Outlook", {.button_count = 3}, false},
        {"its maker's alone", L"Microsoft Office", {.button_count = 3}, false},
        {"four buttons", L"Microsoft Outlook", {.button_count = 4}, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect(dialog_may_be_guard(rows[i].title, &rows[i].words) == rows[i].may_be, "%s", rows[i].what);
}

static void the_guards_prompt_is_known_however_its_words_were_read(void **state)
{
    struct dialog_words words = {.button_count = 3, .checks = 1, .lists = 1};
    const struct dialog_words by_uia = {.text = L"T", .buttons = L"Yes, No", .button_count = 2};

    (void)state;
    assert_false(dialog_may_be_guard(L"Outlook", &by_uia));
    dialog_replace_words(&words, &by_uia);
    assert_true(dialog_readable(&words));
    assert_int_equal(wcscmp(dialog_words_buttons(&words), L"Yes, No"), 0);
    assert_true(dialog_may_be_guard(L"Outlook", &words));
}

static void the_more_parts_count_that_one_of_two_readings_found(void **state)
{
    struct dialog_words words = {.button_count = 3, .checks = 1, .lists = 4, .progress_bars = 2};
    struct dialog_words other = {.button_count = 1, .checks = 5, .lists = 2, .progress_bars = 1};

    (void)state;
    dialog_replace_words(&words, &other);
    assert_int_equal(words.button_count, 3);
    assert_int_equal(words.checks, 5);
    assert_int_equal(words.lists, 4);
    assert_int_equal(words.progress_bars, 2);
    other.button_count = 6;
    other.progress_bars = 7;
    dialog_replace_words(&words, &other);
    assert_int_equal(words.button_count, 6);
    assert_int_equal(words.checks, 5);
    assert_int_equal(words.lists, 4);
    assert_int_equal(words.progress_bars, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_a_dialog_by_its_owner_its_class_and_its_program),
        cmocka_unit_test(what_is_hidden_disabled_tiny_or_hangs_is_no_dialog),
        cmocka_unit_test(a_hidden_main_window_counts_for_nothing),
        cmocka_unit_test(the_surest_is_named_and_of_two_alike_the_upper_one),
        cmocka_unit_test(the_user_works_where_a_window_is_no_dialog),
        cmocka_unit_test(each_policy_acts_where_it_may_and_never_on_the_guards_prompt),
        cmocka_unit_test(a_title_is_listed_as_a_whole_or_by_its_beginning),
        cmocka_unit_test(a_child_window_is_a_part_by_its_class_and_style),
        cmocka_unit_test(words_are_joined_without_the_marks_of_keys),
        cmocka_unit_test(signs_of_keys_and_blanks_alone_are_no_words),
        cmocka_unit_test(what_fits_stays_whole_to_the_last_place),
        cmocka_unit_test(a_cut_in_the_divider_ends_in_dots_too),
        cmocka_unit_test(a_cut_leaves_no_half_of_a_pair),
        cmocka_unit_test(dots_are_not_doubled),
        cmocka_unit_test(what_does_not_fit_ends_in_dots),
        cmocka_unit_test(the_guards_prompt_is_known_by_its_form),
        cmocka_unit_test(the_guards_prompt_is_known_however_its_words_were_read),
        cmocka_unit_test(the_more_parts_count_that_one_of_two_readings_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

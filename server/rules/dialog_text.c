/* dialog_text.c - see dialog_text.h. */
#include "dialog_text.h"
#include "letters.h"

#define EDIT_PASSWORD 0x20u
#define EDIT_READ_ONLY 0x800u
#define BUTTON_KIND 0x0Fu
#define STATIC_KIND 0x1Fu

static const wchar_t dots[] = L"...";

/* A class of this name, or one made of it: "WindowsForms10.BUTTON.app.0.1". */
static bool is_class(const wchar_t *class_name, const wchar_t *name)
{
    static const wchar_t forms[] = L"WindowsForms10.";
    size_t length = wcslen(name);

    if (letters_begin(class_name, forms))
    {
        class_name += wcslen(forms);
        return letters_begin(class_name, name) && class_name[length] == L'.';
    }
    return letters_begin(class_name, name) && !class_name[length];
}

/* BS_PUSHBUTTON and so on. What is owner-drawn is a button as a rule. */
static enum dialog_part button_kind(uint32_t style)
{
    static const enum dialog_part kinds[] = {
        dialog_part_button, /* BS_PUSHBUTTON */
        dialog_part_button, /* BS_DEFPUSHBUTTON */
        dialog_part_check,  /* BS_CHECKBOX */
        dialog_part_check,  /* BS_AUTOCHECKBOX */
        dialog_part_text,   /* BS_RADIOBUTTON */
        dialog_part_check,  /* BS_3STATE */
        dialog_part_check,  /* BS_AUTO3STATE */
        dialog_part_text,   /* BS_GROUPBOX */
        dialog_part_button, /* BS_USERBUTTON */
        dialog_part_text,   /* BS_AUTORADIOBUTTON */
        dialog_part_none,   /* BS_PUSHBOX */
        dialog_part_button, /* BS_OWNERDRAW */
        dialog_part_button, /* BS_SPLITBUTTON */
        dialog_part_button, /* BS_DEFSPLITBUTTON */
        dialog_part_button, /* BS_COMMANDLINK */
        dialog_part_button, /* BS_DEFCOMMANDLINK */
    };

    return kinds[style & BUTTON_KIND];
}

/* Left, centred, right, simple, without breaks; the rest are lines and pictures. */
static enum dialog_part static_kind(uint32_t style)
{
    uint32_t kind = style & STATIC_KIND;

    return kind <= 2 || kind == 0x0B || kind == 0x0C ? dialog_part_text : dialog_part_none;
}

enum dialog_part dialog_part_of(const wchar_t *class_name, uint32_t style)
{
    if (is_class(class_name, L"BUTTON")) return button_kind(style);
    if (is_class(class_name, L"STATIC")) return static_kind(style);
    if (is_class(class_name, L"SysLink")) return dialog_part_text;
    if (is_class(class_name, L"COMBOBOX") || is_class(class_name, L"ComboBoxEx32")) return dialog_part_list;
    if (is_class(class_name, L"msctls_progress32")) return dialog_part_progress;
    if (is_class(class_name, L"EDIT") || letters_begin(class_name, L"RichEdit"))
        return style & EDIT_READ_ONLY && !(style & EDIT_PASSWORD) ? dialog_part_text : dialog_part_none;
    return dialog_part_none;
}

static bool is_space(wchar_t c)
{
    return c <= L' ' || c == 0xA0;
}

/* Appends text behind divider; what does not fit is cut, with dots in its place. */
static void append(wchar_t *out, size_t size, const wchar_t *divider, const wchar_t *text)
{
    size_t length = wcslen(out), begin, room = size - wcslen(dots) - 1;
    bool space = false, full = false;

    for (const wchar_t *at = length ? divider : L""; *at && !full; at++)
    {
        full = length >= room;
        if (!full) out[length++] = *at;
    }
    begin = length;
    for (; !full && *text; text++)
    {
        if (*text == L'&' && text[1] == L'&')
            text++;
        else if (*text == L'&')
            continue;
        if (is_space(*text))
        {
            space = length > begin;
            continue;
        }
        if ((full = length + 2 >= room)) break;
        if (space) out[length++] = L' ';
        space = false;
        out[length++] = *text;
    }
    if (full && out[length - 1] >= 0xD800 && out[length - 1] <= 0xDBFF) length--; /* half a character */
    out[length] = 0;
    if (full && wcscmp(out + length - wcslen(dots), dots) != 0) wcscpy(out + length, dots);
}

static bool is_blank(const wchar_t *text)
{
    while (*text && (is_space(*text) || *text == L'&'))
        text++;
    return !*text;
}

void dialog_add(struct dialog_words *words, enum dialog_part part, const wchar_t *text)
{
    if (part == dialog_part_progress) words->progress_bars++;
    if (part == dialog_part_check) words->checks++;
    if (part == dialog_part_list) words->lists++;
    if (part == dialog_part_button) words->button_count++;
    if (is_blank(text)) return;
    if (part == dialog_part_button)
        append(words->buttons, dialog_buttons_size, L", ", text);
    else if (part == dialog_part_text || part == dialog_part_check)
        append(words->text, dialog_text_size, L" ", text);
}

static unsigned more_of(unsigned one, unsigned other)
{
    return one > other ? one : other;
}

void dialog_replace_words(struct dialog_words *words, const struct dialog_words *other)
{
    struct dialog_words before = *words;

    *words = *other;
    words->button_count = more_of(before.button_count, other->button_count);
    words->checks = more_of(before.checks, other->checks);
    words->lists = more_of(before.lists, other->lists);
    words->progress_bars = more_of(before.progress_bars, other->progress_bars);
}

bool dialog_readable(const struct dialog_words *words)
{
    return words->text[0] != 0;
}

const wchar_t *dialog_words_text(const struct dialog_words *words)
{
    return words->text[0] ? words->text : L"(Its text could not be read: the program draws it itself.)";
}

const wchar_t *dialog_words_buttons(const struct dialog_words *words)
{
    return words->buttons[0] ? words->buttons : L"none that could be read";
}

/* "Microsoft Outlook", "Microsoft Office Outlook"; Outlook's name is the same in every language. */
static bool is_outlooks_own(const wchar_t *title)
{
    static const wchar_t maker[] = L"Microsoft ", name[] = L"Outlook";

    return letters_begin(title, maker) && letters_begin(title + wcslen(title) - wcslen(name), name);
}

bool dialog_may_be_guard(const wchar_t *title, const struct dialog_words *words)
{
    if (words->progress_bars && words->button_count) return true;
    if (words->checks && words->lists) return true;
    if (!is_outlooks_own(title)) return false;
    return words->button_count >= 3 || !words->button_count;
}

/* dialog_text.h - the words of a dialog, put together of its parts. What its user may have written into it is left out:
 * the words go into logs and to callers. */
#ifndef OB_RULES_DIALOG_TEXT_H
#define OB_RULES_DIALOG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

enum
{
    dialog_title_size = 256,
    dialog_text_size = 1024,
    dialog_buttons_size = 256,
    dialog_class_size = 64,
    dialog_image_size = 64
};

/* What a child window is. */
enum dialog_part
{
    dialog_part_none,
    dialog_part_text,
    dialog_part_button,
    dialog_part_check, /* a box to be ticked */
    dialog_part_list,  /* a drop-down list */
    dialog_part_progress
};

/* By the window's class and style. A field that the user writes into is none. */
enum dialog_part dialog_part_of(const wchar_t *class_name, uint32_t style);

struct dialog_words
{
    wchar_t text[dialog_text_size];       /* parts divided by a space; ends in "..." where it is full */
    wchar_t buttons[dialog_buttons_size]; /* divided by ", " */
    unsigned button_count, checks, lists, progress_bars;
};

/* Adds a part, whose text is taken without the marks of keys ("&Yes"), line breaks and double spaces. */
void dialog_add(struct dialog_words *words, enum dialog_part part, const wchar_t *text);

/* Has what was read of the same dialog in another way take the place of what could not be read; of what the dialog is
 * made of, the more that was seen in either way counts. */
void dialog_replace_words(struct dialog_words *words, const struct dialog_words *other);

/* True if something could be read. */
bool dialog_readable(const struct dialog_words *words);

/* The text, or that it could not be read. */
const wchar_t *dialog_words_text(const struct dialog_words *words);

/* The buttons, or "none that could be read". */
const wchar_t *dialog_words_buttons(const struct dialog_words *words);

/* True unless it can be told for certain that this is not the prompt of Outlook's object model guard, which is known by
 * its form in every language: under Outlook's own name it has three buttons, or a box to tick with a list of minutes,
 * or a bar that runs until its buttons work. What cannot be read may be anything. */
bool dialog_may_be_guard(const wchar_t *title, const struct dialog_words *words);

#endif

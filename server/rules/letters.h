/* letters.h - the letters of ASCII, which names that Windows and Outlook look up without case are made of. Others keep
 * their case: no locale has a say in what is the same. */
#ifndef OB_RULES_LETTERS_H
#define OB_RULES_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* The small letter of a capital; else the character itself. */
wchar_t letter_small(wchar_t c);

bool is_letter(wchar_t c);
bool is_letter_or_digit(wchar_t c);

/* Whether text is that word; whether it begins with it. In any case. */
bool letters_same(const wchar_t *text, const wchar_t *word);
bool letters_begin(const wchar_t *text, const wchar_t *word);
/* Whether text is of this length and these characters are that word, in any case. */
bool letters_are(const wchar_t *text, size_t length, const wchar_t *word);

#endif

/* letters.c - see letters.h. */
#include "letters.h"

wchar_t letter_small(wchar_t c)
{
    return c >= L'A' && c <= L'Z' ? (wchar_t)(c - L'A' + L'a') : c;
}

bool is_letter(wchar_t c)
{
    return letter_small(c) >= L'a' && letter_small(c) <= L'z';
}

bool is_letter_or_digit(wchar_t c)
{
    return is_letter(c) || (c >= L'0' && c <= L'9');
}

bool letters_begin(const wchar_t *text, const wchar_t *word)
{
    while (*word && letter_small(*text) == letter_small(*word))
        text++, word++;
    return !*word;
}

bool letters_same(const wchar_t *text, const wchar_t *word)
{
    return letters_begin(text, word) && !text[wcslen(word)];
}

bool letters_are(const wchar_t *text, size_t length, const wchar_t *word)
{
    return length == wcslen(word) && letters_begin(text, word);
}

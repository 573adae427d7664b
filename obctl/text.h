/* text.h - a text that grows. What cannot be added for want of memory ends the program: a console program that runs
 * out of memory has nothing left to say. */
#ifndef OB_OBCTL_TEXT_H
#define OB_OBCTL_TEXT_H

#include <windows.h>

struct text
{
    WCHAR *characters; /* owned, ended by a zero; NULL while nothing was added */
    size_t length, room;
};

void text_add(struct text *text, const WCHAR *added);

/* As printf does. */
void text_format(struct text *text, const WCHAR *format, ...);

/* Spaces up to the column, counted from the last line's begin. */
void text_column(struct text *text, size_t column);

/* Lets go of the characters; the text is empty then. */
void text_clear(struct text *text);

/* Writes it to standard output or standard error: as it is to a console, as UTF-8 where output is redirected. False if
 * it could not be written. */
BOOL text_write(const struct text *text, DWORD stream);

#endif

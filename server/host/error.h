/* error.h - the error that travels up: a code and, where something was to be said, its text. Made once, at the place
 * that knows; com/ makes an error object of it. Not shared between threads. */
#ifndef OB_HOST_ERROR_H
#define OB_HOST_ERROR_H

#include <windows.h>
#include "rules/error_text.h"

struct error
{
    HRESULT code;
    WCHAR *text; /* owned; NULL if there is none */
};

/* The code of a text. */
#define CODE_OF(id) ((HRESULT)error_row(id)->code)

/* Fills error with the text of id, its inserts (const WCHAR *, as many as count) and the text's code, which is
 * returned. error may be NULL. */
HRESULT error_set(struct error *error, enum error_id id, unsigned count, ...);

/* The same with another code than the text's own, for texts that carry on what Outlook or Windows said. */
HRESULT error_set_code(struct error *error, HRESULT code, enum error_id id, unsigned count, ...);

/* error_unexpected: what is the operation in words ("opening the lock file"), code what it answered. Returns code. */
HRESULT error_unexpected_windows(struct error *error, const WCHAR *what, HRESULT code);

/* Gives the error's text the next step of id in place of its own, for which the insert behind the last stands. The code
 * stays, and so does a text for which there is no memory; an error without one gets that of id as a whole. */
void error_set_next(struct error *error, enum error_id id, unsigned count, ...);

/* Lets go of the text. */
void error_clear(struct error *error);

/* Copies from into to, whose text is let go of first; to may be NULL. Returns the code. */
HRESULT error_copy(struct error *to, const struct error *from);

/* Moves from into to, whose text is let go of first. */
void error_move(struct error *to, struct error *from);

/* HRESULT of the calling thread's last Windows error; never a success. */
HRESULT last_error_hresult(void);

/* "0x80070005 (Access is denied.)": for inserts. */
#define CODE_WORDS_SIZE 256
void code_words(HRESULT code, WCHAR out[CODE_WORDS_SIZE]);

/* A number as text: for inserts. */
#define NUMBER_TEXT_SIZE 24
const WCHAR *number_text(ULONGLONG number, WCHAR out[NUMBER_TEXT_SIZE]);

#endif

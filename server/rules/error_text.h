/* error_text.h - the texts of errors.tbl, put together. */
#ifndef OB_RULES_ERROR_TEXT_H
#define OB_RULES_ERROR_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include "errors.h"

struct error_row
{
    uint32_t code;       /* an HRESULT; 0 for texts that are no errors */
    const wchar_t *name; /* its symbol, such as OB_E_LOCKED */
    const wchar_t *what, *checked, *next;
};

/* The row of id; never NULL for an id of the enum. */
const struct error_row *error_row(enum error_id id);

/* The symbol of a code of the contract; NULL if it is not one of ours. */
const wchar_t *error_code_name(uint32_t code);

/* Writes "What Checked: ... Next: ..." into out with %1 to %5 replaced by inserts (missing ones by nothing) and %% by
 * %, ended by a zero and cut to size - 1 characters, one less where that would halve a surrogate pair. Of an insert
 * at most 300 characters are taken, with "..." behind them if it is longer. Returns the length that the whole text
 * has. */
size_t error_text_format(wchar_t *out, size_t size, enum error_id id, const wchar_t *const *inserts, size_t count);

/* The same for a row that need not be of the table. */
size_t error_text_pattern(
    wchar_t *out, size_t size, const struct error_row *row, const wchar_t *const *inserts, size_t count);

/* The same of a text that was put together already, but with the next step of id in place of its own, which stands for
 * the insert behind the last. What text says before that stays as it is. */
size_t error_text_next(
    wchar_t *out, size_t size, const wchar_t *text, enum error_id id, const wchar_t *const *inserts, size_t count);

/* Whether text was made of id, as far as its first insert tells. */
bool error_text_is(const wchar_t *text, enum error_id id);

#endif

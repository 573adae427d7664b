/* error.c - makes the text of an error once, at the place that knows; see error.h. A text that cannot be had (no
 * memory) is left out: the code alone still travels. */
#include "error.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

enum
{
    most_inserts = 5,
    usual_text = 512
};

static WCHAR *text_make(enum error_id id, const WCHAR *const *inserts, unsigned count)
{
    WCHAR usual[usual_text];
    size_t length = error_text_format(usual, usual_text, id, inserts, count);
    WCHAR *text = malloc((length + 1) * sizeof(*text));

    if (!text) return NULL;
    if (length < usual_text)
        wmemcpy(text, usual, length + 1);
    else
        error_text_format(text, length + 1, id, inserts, count);
    return text;
}

static HRESULT error_fill(struct error *error, HRESULT code, enum error_id id, unsigned count, va_list args)
{
    const WCHAR *inserts[most_inserts] = {0};
    unsigned i;

    if (!error) return code;
    if (count > most_inserts) count = most_inserts;
    for (i = 0; i < count; i++)
        inserts[i] = va_arg(args, const WCHAR *);
    /* Made before the old text goes: an insert may point into it. */
    WCHAR *text = text_make(id, inserts, count);
    error_clear(error);
    error->code = code;
    error->text = text;
    return code;
}

HRESULT error_set(struct error *error, enum error_id id, unsigned count, ...)
{
    HRESULT code = (HRESULT)error_row(id)->code;
    va_list args;

    va_start(args, count);
    error_fill(error, code, id, count, args);
    va_end(args);
    return code;
}

HRESULT error_set_code(struct error *error, HRESULT code, enum error_id id, unsigned count, ...)
{
    va_list args;

    va_start(args, count);
    error_fill(error, code, id, count, args);
    va_end(args);
    return code;
}

static WCHAR *text_with_next(const WCHAR *text, enum error_id id, const WCHAR *const *inserts, unsigned count)
{
    size_t length = error_text_next(NULL, 0, text, id, inserts, count);
    WCHAR *made = malloc((length + 1) * sizeof(*made));

    if (made) error_text_next(made, length + 1, text, id, inserts, count);
    return made;
}

void error_set_next(struct error *error, enum error_id id, unsigned count, ...)
{
    const WCHAR *inserts[most_inserts] = {0};
    WCHAR *text;
    va_list args;

    if (count > most_inserts) count = most_inserts;
    va_start(args, count);
    for (unsigned i = 0; i < count; i++)
        inserts[i] = va_arg(args, const WCHAR *);
    va_end(args);
    text = error->text ? text_with_next(error->text, id, inserts, count) : text_make(id, inserts, count);
    if (!text) return;
    free(error->text);
    error->text = text;
}

HRESULT error_unexpected_windows(struct error *error, const WCHAR *what, HRESULT code)
{
    WCHAR words[CODE_WORDS_SIZE];

    if (SUCCEEDED(code)) code = E_FAIL;
    code_words(code, words);
    return error_set_code(error, code, error_unexpected, 2, what, words);
}

void error_clear(struct error *error)
{
    if (!error) return;
    free(error->text);
    error->text = NULL;
    error->code = S_OK;
}

HRESULT error_copy(struct error *to, const struct error *from)
{
    if (!to) return from->code;
    error_clear(to);
    to->code = from->code;
    to->text = from->text ? _wcsdup(from->text) : NULL;
    return from->code;
}

void error_move(struct error *to, struct error *from)
{
    if (to == from) return;
    if (to)
    {
        error_clear(to);
        *to = *from;
        from->text = NULL;
    }
    error_clear(from);
}

HRESULT last_error_hresult(void)
{
    DWORD code = GetLastError();

    return code ? HRESULT_FROM_WIN32(code) : E_FAIL;
}

/* What Windows says of a code, allocated by LocalAlloc; NULL if it says nothing. */
static WCHAR *system_words(HRESULT code)
{
    const DWORD flags = FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
    WCHAR *words = NULL;

    if (FormatMessageW(flags, NULL, (DWORD)code, 0, (WCHAR *)(void *)&words, 0, NULL)) return words;
    if (HRESULT_FACILITY(code) != FACILITY_WIN32) return NULL;
    if (FormatMessageW(flags, NULL, (DWORD)HRESULT_CODE(code), 0, (WCHAR *)(void *)&words, 0, NULL)) return words;
    return NULL;
}

/* One line: control characters become spaces, and those at the end go. */
static void words_trim(WCHAR *words)
{
    size_t length = wcslen(words);
    WCHAR *at;

    for (at = words; *at; at++)
        if (*at < L' ') *at = L' ';
    while (length && words[length - 1] == L' ')
        words[--length] = 0;
}

void code_words(HRESULT code, WCHAR out[CODE_WORDS_SIZE])
{
    const WCHAR *name = error_code_name((uint32_t)code);
    WCHAR *words = name ? NULL : system_words(code);

    if (words) words_trim(words);
    if (name || (words && *words))
        _snwprintf(out, CODE_WORDS_SIZE - 1, L"0x%08lX (%.*ls)", (unsigned long)code, CODE_WORDS_SIZE - 16,
            name ? name : words);
    else
        _snwprintf(out, CODE_WORDS_SIZE - 1, L"0x%08lX", (unsigned long)code);
    out[CODE_WORDS_SIZE - 1] = 0;
    LocalFree(words);
}

const WCHAR *number_text(ULONGLONG number, WCHAR out[NUMBER_TEXT_SIZE])
{
    _snwprintf(out, NUMBER_TEXT_SIZE - 1, L"%llu", number);
    out[NUMBER_TEXT_SIZE - 1] = 0;
    return out;
}

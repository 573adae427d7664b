/* finding.c - see finding.h. */
#include "finding.h"
#include <stdarg.h>
#include "text_out.h"

bool finding_set(struct finding *finding, enum error_id id, unsigned count, ...)
{
    struct text_out word;
    va_list args;

    finding->id = id;
    finding->count = count < finding_words ? count : finding_words;
    va_start(args, count);
    for (unsigned i = 0; i < finding->count; i++)
    {
        text_out_begin(&word, finding->words[i], finding_word_size);
        text_out_add(&word, va_arg(args, const wchar_t *));
        text_out_end(&word);
    }
    va_end(args);
    return true;
}

void finding_text(const struct finding *finding, wchar_t *out, size_t size)
{
    const wchar_t *inserts[finding_words];

    for (unsigned i = 0; i < finding->count; i++)
        inserts[i] = finding->words[i];
    error_text_format(out, size, finding->id, inserts, finding->count);
}

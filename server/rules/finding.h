/* finding.h - what was found wrong before Outlook is asked for anything: which text of errors.tbl tells it, and what is
 * filled in there. Made by the functions that judge what the registry and the process list say. */
#ifndef OB_RULES_FINDING_H
#define OB_RULES_FINDING_H

#include <stdbool.h>
#include "rules/error_text.h"

enum
{
    finding_words = 3,
    finding_word_size = 304 /* what a text takes of an insert, and a little more */
};

struct finding
{
    enum error_id id;
    unsigned count; /* of the words */
    wchar_t words[finding_words][finding_word_size];
};

/* Fills finding with id and its inserts (const wchar_t *, as many as count); what is too long is cut. Returns true:
 * that something is wrong. */
bool finding_set(struct finding *finding, enum error_id id, unsigned count, ...);

/* The finding's text ("What Checked: ... Next: ..."), cut to size. */
void finding_text(const struct finding *finding, wchar_t *out, size_t size);

#endif

/* lock_text.h - what the lock file says of the broker that holds it, and what a second broker makes of that. */
#ifndef OB_RULES_LOCK_TEXT_H
#define OB_RULES_LOCK_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lock_holder
{
    uint32_t process_id;
    uint32_t windows_session;
    uint64_t started;    /* FILETIME, UTC */
    bool stopping;       /* state: running or stopping */
    char stop_event[64]; /* the name of the event that /Stop sets: a GUID, without the namespace prefix */
};

#define LOCK_TEXT_SIZE 256

/* The text of a holder, one "name value" a line, padded with spaces to LOCK_TEXT_SIZE - 1 bytes so that a rewrite
 * never leaves the rest of a longer one; ended by a zero. */
void lock_text_format(char out[LOCK_TEXT_SIZE], const struct lock_holder *holder);

/* Reads it back. False, and everything zero, if the text is not whole. */
bool lock_text_parse(const char *text, size_t length, struct lock_holder *holder);

enum lock_answer
{
    lock_refuse_later, /* held by a running broker: wait unregistered, then register and refuse */
    lock_hold_calls,   /* held by a stopping one: register at once and hold each call until it is gone */
    lock_end           /* the test build: end without registering */
};

/* What a broker that COM started does when another holds the lock. */
enum lock_answer lock_lost(const struct lock_holder *holder, bool ends_when_lost);

#endif

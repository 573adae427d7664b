/* start_record.h - what the broker keeps on disk of Outlook's starts: the one that it started itself, and those that
 * failed. A text, one "name value" a line, with its end marked. */
#ifndef OB_RULES_START_RECORD_H
#define OB_RULES_START_RECORD_H

#include <stddef.h>
#include "circuit.h"

struct start_record
{
    uint32_t process_id;      /* of the Outlook that the broker started and has not ended; 0: none */
    uint64_t process_started; /* FILETIME */
    struct circuit_times circuit;
    uint32_t code;     /* of the last failed start; 0: none */
    char reason[2048]; /* its text, UTF-8, without line breaks */
};

#define START_RECORD_SIZE 4096

/* The text, ended by a zero; returns its length. Line breaks in the reason become spaces. */
size_t start_record_format(char out[START_RECORD_SIZE], const struct start_record *record);

/* Reads it back. False, and everything zero, if the text is not whole; lines of a later version are passed over. */
bool start_record_parse(const char *text, size_t length, struct start_record *record);

#endif

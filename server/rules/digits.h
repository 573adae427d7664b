/* digits.h - numbers in the small text files that one broker leaves for another: decimal, without signs and spaces. */
#ifndef OB_RULES_DIGITS_H
#define OB_RULES_DIGITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes the number at that place, which has room for 20 characters; returns the place behind it. No zero is written.
 */
char *digits_put(char *at, uint64_t number);

/* Reads a number of exactly these characters; highest is 9 or more. False if they are not all digits, or the number is
 * above highest: *number then says nothing. */
bool digits_read(const char *text, size_t length, uint64_t highest, uint64_t *number);

#endif

/* digits.c - see digits.h. */
#include "digits.h"

char *digits_put(char *at, uint64_t number)
{
    char digits[20];
    size_t count = 0;

    do
    {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count)
        *at++ = digits[--count];
    return at;
}

bool digits_read(const char *text, size_t length, uint64_t highest, uint64_t *number)
{
    *number = 0;
    if (!length) return false;
    for (size_t i = 0; i < length; i++)
    {
        uint64_t digit = (uint64_t)(unsigned char)text[i] - '0';

        if (digit > 9 || *number > (highest - digit) / 10) return false;
        *number = *number * 10 + digit;
    }
    return true;
}

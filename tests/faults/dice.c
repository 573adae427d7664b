/* dice.c - numbers that a seed repeats (splitmix64: each state gives one number, and any seed is as good as another).
 */
#include "faults.h"

static uint64_t next(struct dice *dice)
{
    uint64_t mixed = dice->state += 0x9E3779B97F4A7C15u;

    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EBu;
    return mixed ^ mixed >> 31;
}

void dice_shake(struct dice *dice, uint64_t seed, uint64_t a, uint64_t b)
{
    dice->state = seed;
    dice->state = next(dice) + a;
    dice->state = next(dice) + b;
}

unsigned dice_roll(struct dice *dice, unsigned sides)
{
    return (unsigned)(next(dice) % sides);
}

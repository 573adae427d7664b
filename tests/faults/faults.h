/* faults.h - random faults under load: what the program's parts share. One program plays all roles: the driver, which
 * kills broker and stand-in of its environment and tells the stand-in how to fail, and the clients, processes of their
 * own, since a client seldom outlives what the driver does. All that is random comes from dice, so a seed repeats the
 * plan, though never its timing. The driver uses no COM (see ob_first_at_rpcss). */
#pragma once

#include "support.h"

enum
{
    sender_count = 4,
    client_done = 0, /* it was told to finish and has nothing left to repeat */
    client_lost = 3, /* a call failed: the next client of this number goes on */
    client_slow = 4  /* drain: the queue is not empty yet */
};

/* --- dice.c */

struct dice
{
    uint64_t state;
};

void dice_shake(struct dice *dice, uint64_t seed, uint64_t a, uint64_t b);
/* 0 to sides - 1. */
unsigned dice_roll(struct dice *dice, unsigned sides);

/* --- trouble.c: the stand-in's own faults */

/* Writes a control file with some faults for some seconds; or none. copies: whether sent mail is kept. */
void trouble_begin(struct dice *dice, bool copies);
/* Nothing fails any more. */
void trouble_end(bool copies);

/* --- driver.c */

struct drive
{
    unsigned seed, environment, kills; /* kills: how many processes are to be killed */
    bool copies;
};

/* Fails the program by cmocka's way out if it cannot do its work; the verdict on the mails is judge.py's. */
int drive(const struct drive *drive);

/* --- client.c: the clients' main functions; they return one of the codes above */

int client_send(unsigned seed, unsigned environment, unsigned number);
int client_read(unsigned seed, unsigned environment);
int client_drain(void);

/* The file that tells clients to finish. */
#define FINISH_FILE L"finish"

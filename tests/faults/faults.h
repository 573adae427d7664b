/* faults.h - random faults under load: what the program's parts share. One program plays all roles: the driver, which
 * kills broker and stand-in of its environment and tells the stand-in how to fail, and the clients, processes of their
 * own, since a client seldom outlives what the driver does. All that is random comes from dice, so a seed repeats the
 * plan, though never its timing. The driver uses no COM (see ob_first_at_rpcss). */
#pragma once

#include "support.h"
#include <stdio.h>

enum
{
    sender_count = 4,
    load_clients = sender_count + 1, /* the last one reads */
    client_done = 0,                 /* it was told to finish and has nothing left to repeat */
    client_lost = 3,                 /* a call failed: the next client of this number goes on */
    client_slow = 4                  /* drain: the queue is not empty yet */
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

/* --- load.c: processes of clients, and the ends of others */

struct load
{
    unsigned seed, environment;
    FILE *log;
    ULONGLONG began;
    HANDLE clients[load_clients];
    ULONGLONG due[load_clients]; /* when the next client of this number is to start */
};

/* Opens the log of this name among the tests' files. */
void load_begin(struct load *load, const WCHAR *log);
/* A line of the log, behind the milliseconds since the beginning. */
void load_say(struct load *load, const char *format, ...) __attribute__((format(__printf__, 2, 3)));
/* Who ended is followed by another. */
void load_look(struct load *load);
void load_run(struct load *load, DWORD ms);
/* Terminates the clients. */
void load_end(struct load *load);
/* Once FINISH_FILE is there: whether every client has ended by itself, the senders with all accepted that they tried.
 */
bool load_finished(struct load *load);
/* Terminates what runs of the image at one look; how many that were. */
unsigned load_kill_those(const WCHAR *image);
/* The same until none is left: somebody may be starting one. */
unsigned load_kill(const WCHAR *image);

/* --- driver.c */

struct drive
{
    unsigned seed, environment, kills; /* kills: how many processes are to be killed */
    bool copies;
};

/* Short waits, so that what is to be tried again is tried again while the run lasts. */
void drive_settings(void);
/* Fails the program by cmocka's way out if it cannot do its work; the verdict on the mails is judge.py's. */
int drive(const struct drive *drive);

/* --- soak.c */

int soak_run(unsigned seed, unsigned minutes);

/* --- client.c: the clients' main functions; they return one of the codes above */

int client_send(unsigned seed, unsigned environment, unsigned number);
int client_read(unsigned seed, unsigned environment);
int client_drain(void);

/* What clients were given and gave: counted in a section, where that is there. */
struct given
{
    LONG objects, variants;
};
#define GIVEN_SECTION L"OutlookBrokerTestGiven"

/* The file that tells clients to finish. */
#define FINISH_FILE L"finish"

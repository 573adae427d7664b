/* trouble.c - the stand-in's own faults, some of them at a time. Only such as pass: by their count, or by their time.
 * Two hundred hard ends of Outlook while it starts would say nothing more about mails than one does, so these are
 * seldom. */
#include "faults.h"
#include <stdio.h>
#include <string.h>

static const char *const lines[] = {
    "die = at MailItem.Save once",
    "die = after MailItem.Save once",
    "die = at MailItem.Send nth 2 once",
    "die = at sending once",
    "die = at sending times 2",
    "die = at stored once",
    "die = at stored nth 3 once",
    "die = after MailItem.Send once",
    "die = at returned once",
    "die = at returned nth 4 once",
    "die = at delivering once",
    "die = at delivered once",
    "die = at delivered nth 3 once",
    "die = at logon once",
    "quit = at MailItem.Save once",
    "quit = at MailItem.Send once",
    "quit = after MailItem.Send once",
    "busy = rejected at any for 300",
    "busy = retry-later at MailItem.Send for 700",
    "busy = retry-later at sending times 3",
    "fail = 80040115 at sending times 2",
    "fail = 8004011D at MailItem.Save times 2",
    "fail = 80040119 at stored once",
    "fail = 80040115 at delivering times 3",
    "hang = at any for 400",
    "hang = at MailItem.Send for 900",
    "hang = at stored for 900",
    "hang = after MailItem.Send for 900",
    "hang = at delivering for 900",
    "hang = at start for 1200",
    "dialog = Sign in | Who are you? | OK at MailItem.Send for 600",
    "spooler-delay-ms = 1",
    "spooler-delay-ms = 400",
    "spooler-delay-ms = 2500",
    "online = on",
    "own-outbox = off",
    "offline = on",
    "spooler = off",
};

/* No more of Outlook's items may be open at once: with one that is kept the mails begin to fail. */
#define OPEN_ITEMS 25

static void put(bool copies, const char *some)
{
    char text[1000];

    snprintf(text, sizeof(text), "open-items = %d\n%s%s", OPEN_ITEMS, copies ? "" : "sent-copies = off\n", some);
    ob_control(text);
}

void trouble_begin(struct dice *dice, bool copies)
{
    char some[900] = "";
    unsigned count = dice_roll(dice, 4);

    for (unsigned i = 0; i < count; i++)
    {
        size_t used = strlen(some);

        snprintf(some + used, sizeof(some) - used, "%s\n", lines[dice_roll(dice, ARRAYSIZE(lines))]);
    }
    put(copies, some);
}

void trouble_end(bool copies)
{
    put(copies, "");
}

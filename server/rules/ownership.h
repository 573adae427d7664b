/* ownership.h - whose Outlook is it? The broker ends only what is provably its own. */
#ifndef OB_RULES_OWNERSHIP_H
#define OB_RULES_OWNERSHIP_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

struct outlook_process
{
    bool running_before; /* its process was there before our activation */
    bool recorded;       /* a broker has written down that it started this very process */
    bool command_line_known;
    const wchar_t *command_line; /* may be NULL */
};

/* True if the broker started this Outlook, or one before it did that has ended since: new since our activation, or
 * written down then, and with -Embedding on its command line. */
bool outlook_is_ours(const struct outlook_process *process);

/* True if the user has made it his own: it has Explorers or Inspectors, or shows a visible top-level window. Numbers
 * below 0 mean that they could not be read, which counts as the user's. */
bool outlook_taken_over(long explorers, long inspectors, long visible_windows);

#endif

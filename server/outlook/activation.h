/* activation.h - Outlook as a process and as a class: joined, started, waited for, and ended where its start has
 * failed. Outlook thread only. */
#ifndef OB_OUTLOOK_ACTIVATION_H
#define OB_OUTLOOK_ACTIVATION_H

#include "outlook/internal.h"

struct image
{
    CLSID class;
    WCHAR leaf[MAX_PATH]; /* "" if it cannot be told */
};

#define MOST_OUTLOOKS 16

struct process_list
{
    struct process processes[MOST_OUTLOOKS];
    unsigned count;
};

/* The processes of Outlook's program in this Windows session. */
void list_processes(const struct image *image, struct process_list *list);

/* Joins the Outlook that runs, or starts it, and waits for a slow one until the deadline of the work in hand;
 * join_only: it is not started. before: the processes of now. */
HRESULT activation_get(struct apartment *apartment, const struct image *image, const struct process_list *before,
    BOOL join_only, IDispatch **application);

/* Fills the connection with Outlook's process (the new one, or the only one, or the newest) and whose it is; what is
 * the broker's own is written down at once. False: there is none. */
BOOL activation_find_process(struct apartment *apartment, const struct image *image, const struct process_list *before);

/* After a start that failed, with every pointer dropped: what it started ends by itself or is ended, so that the next
 * start begins anew. One that shows a window is left to the user. */
void activation_end_failed(struct apartment *apartment, const struct image *image, const struct process_list *before);

#endif

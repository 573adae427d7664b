/* spooler.h - takes mail from the Outboxes to Sent Items of the same store, and to <store>\sent\<EntryID>.eml.
 * Runs on the main thread by a timer, like everything here; what is not due when the process ends stays in the
 * Outbox. A message's name is its EntryID in the Outbox, so a mail that is sent again after a crash is not doubled. */
#pragma once

#include "record.h"

/* Looks after what stands in the Outbox from before. */
void spooler_start(void);
/* Puts the record (of the store or not) into the Outbox, as submitted from now on. */
HRESULT spooler_submit(struct record *record);
/* Where mail leaves within Send (control.h: online), the record leaves now. */
void spooler_send_online(struct record *record);
/* A pass that counts as work to be ended: what is due goes. */
void spooler_run_soon(void);
/* The timer. */
void spooler_tick(void);

/* accepting.h - from a mail that was checked to a job: what SendMail and Mail.Send have in common. Behind the gate. */
#ifndef OB_API_ACCEPTING_H
#define OB_API_ACCEPTING_H

#include <windows.h>
#include "call.h"
#include "com/variant.h"

/* Reads the files with the caller's rights and makes the mail durable. text lacks the caller's names, which are filled
 * in here. S_OK: *job is the caller's, and accepted, or it is the job that the key already has. */
HRESULT accept_with_files(struct call *call, struct outbox_text *text, const struct text_list *paths, IObJob **job);

/* The same for a mail whose files stand in a spool of its own (NULL: none), which stays as it is. */
HRESULT accept_with_spool(struct call *call, struct outbox_text *text, const struct spool *spool, IObJob **job);

#endif

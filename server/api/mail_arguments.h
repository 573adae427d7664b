/* mail_arguments.h - SendMail's arguments, checked in words before anything is written. */
#ifndef OB_API_MAIL_ARGUMENTS_H
#define OB_API_MAIL_ARGUMENTS_H

#include <windows.h>
#include "com/variant.h"
#include "host/caller.h"
#include "outbox/outbox.h"

struct mail_arguments /* borrowed */
{
    BSTR to, cc, bcc, subject, body, html_body, key;
    const VARIANT *attachments;
    LONG timeout_ms; /* the session's, for the text */
    deadline until;  /* reading a script's list calls back into the script */
};

/* S_OK: text points into arguments (and to the caller's names), paths holds the attachments' paths as written, to be
 * freed with text_list_clear. Else what is wrong, and nothing was kept. */
HRESULT mail_arguments_check(const struct mail_arguments *arguments, const struct caller *caller,
    struct outbox_text *text, struct text_list *paths, struct error *error);

#endif

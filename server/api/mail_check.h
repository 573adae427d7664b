/* mail_check.h - a mail's texts and lists, checked in words before anything is written. */
#ifndef OB_API_MAIL_CHECK_H
#define OB_API_MAIL_CHECK_H

#include <windows.h>
#include "com/variant.h"
#include "outbox/outbox.h"

/* S_OK, or what is wrong with the first text that is. */
HRESULT mail_check(const struct outbox_text *text, struct error *error);

/* The same for a draft, which a person finishes: it needs no recipient. */
HRESULT mail_check_draft(const struct outbox_text *text, struct error *error);

/* The paths in SendMail's argument Attachments as written, to be freed with text_list_clear. A script's list is read by
 * calls back into the script, until the deadline; timeout_ms is for that text. */
HRESULT mail_check_paths(
    const VARIANT *attachments, LONG timeout_ms, deadline until, struct text_list *paths, struct error *error);

/* The text of an [in] BSTR: "" for NULL. */
static inline const WCHAR *in_text(BSTR text)
{
    return text ? text : L"";
}

/* One text of one line that is no list: an attachment's path, its display name. */
HRESULT mail_check_line(const WCHAR *name, const WCHAR *text, struct error *error);

/* A ContentID that may stand behind cid: in HTML; "" is fine. */
HRESULT mail_check_content_id(const WCHAR *content_id, struct error *error);

/* A file name without folders that Windows and mail programs take. */
HRESULT mail_check_file_name(const WCHAR *file_name, struct error *error);

#endif

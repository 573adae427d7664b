/* mime.h - an item as a message of RFC 5322: CRLF lines, none longer than 998 octets, MIME where it is needed.
 * The blind recipients stand in X-Sandbox-Bcc, BillingInformation in X-Sandbox-Stamp. */
#pragma once

#include "record.h"

/* Writes beside, flushes and renames: readers see the whole message or none. */
HRESULT mime_write(const struct record *record, const WCHAR *path);

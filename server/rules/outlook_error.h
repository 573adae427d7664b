/* outlook_error.h - what an HRESULT from Outlook means for a mail. */
#ifndef OB_RULES_OUTLOOK_ERROR_H
#define OB_RULES_OUTLOOK_ERROR_H

#include <stdbool.h>
#include <stdint.h>
#include "error_text.h"

enum outlook_error_class
{
    outlook_ok,
    outlook_permanent, /* trying again gives the same */
    outlook_temporary, /* the mail's own trouble: tried again by retry.h */
    outlook_busy,      /* Outlook refused the call before it began: tried again at once */
    outlook_lost,      /* the connection is gone; what the call did is not known */
    outlook_absent     /* Outlook cannot be had: no attempt of the mail's */
};

/* Clears the bits that Outlook is known to leave behind in its failures (20 to 30). Codes of the contract, of RPC and
 * of other facilities whose bits 20 to 30 are zero anyway pass unchanged, and so do successes. */
uint32_t outlook_error_clean(uint32_t hr);

/* hr is cleaned first. Codes that are not known are temporary. Codes of the contract that came up from where Outlook is
 * called have the class of what they stand for. */
enum outlook_error_class outlook_error_class(uint32_t hr);

/* True if hr says that there is no such thing: no such folder or store, or an Outlook that does not know the member.
 * All else that fails says only that it cannot be told. */
bool outlook_has_none(uint32_t hr);

/* The text that fits a start of Outlook that failed with hr, at its activation or at the first call that needs its
 * session. One of these, whose inserts differ:
 *   error_no_outlook (code), error_no_profile (code, user), error_logon_failed (code, Outlook's text, user),
 *   error_elevation_refused (code, the broker's level), error_start_failed (code, user). */
enum error_id outlook_start_error(uint32_t hr);

#endif

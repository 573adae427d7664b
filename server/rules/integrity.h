/* integrity.h - do Outlook and the broker run at the same integrity level? COM does not join them if not. */
#ifndef OB_RULES_INTEGRITY_H
#define OB_RULES_INTEGRITY_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>
#include "finding.h"

/* Beside the last number of a label's SID (0x2000 for S-1-16-8192): */
#define INTEGRITY_UNKNOWN 0xFFFFFFFFu /* it was not to be had: the process has gone, or Windows does not say */
#define INTEGRITY_DENIED 0xFFFFFFFEu  /* Windows refused to tell: it is higher than one's own */

/* "untrusted", "low", "medium", "high", "system", "protected"; "unknown"; "higher, as it may not be read". */
const wchar_t *integrity_words(uint32_t level);

/* True if the levels differ: error_elevation if Outlook's is the higher one, else error_elevation_broker, both levels
 * named. What is unknown does not differ. */
bool integrity_wrong(uint32_t own, uint32_t outlook, struct finding *finding);

/* True below medium, the level at which a user's programs are started. What is unknown is not low. */
bool integrity_is_low(uint32_t level);

#endif

/* outlook_facts.h - what the registry, the disk and the process list say of Outlook, for the rules that judge it. Reads
 * only, never asks Outlook. Any thread, any process of the user. */
#ifndef OB_HOST_OUTLOOK_FACTS_H
#define OB_HOST_OUTLOOK_FACTS_H

#include <windows.h>
#include "error.h"
#include "rules/finding.h"
#include "rules/guard.h"
#include "rules/outlook_install.h"
#include "rules/profile.h"

void outlook_install_read(struct outlook_install *install);

/* The profiles of this user for an Outlook of that version. */
void profile_facts_read(unsigned major, struct profile_facts *facts);

/* The object model guard's values for an Outlook of that version; bits as outlook_install_bits tells them. */
void guard_values_read(unsigned major, unsigned bits, struct guard_values *values);

/* error_set with what was found. Returns its code. */
HRESULT error_set_finding(struct error *error, const struct finding *finding);

#endif

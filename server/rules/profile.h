/* profile.h - may Outlook be started on a mail profile without a question that nobody would answer? Judged from what
 * the registry says of the user's profiles; see host/outlook_facts.h. What is not known never makes a refusal. */
#ifndef OB_RULES_PROFILE_H
#define OB_RULES_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>
#include "finding.h"

enum
{
    profile_name_size = 80, /* Windows allows 64 characters */
    profile_place_size = 128,
    profile_most_names = 32
};

struct profile_facts
{
    bool known;                        /* it is known where this Outlook keeps its profiles */
    wchar_t place[profile_place_size]; /* there: "HKCU\Software\Microsoft\Office\16.0\Outlook\Profiles" */
    unsigned count;                    /* how many there are; may be more than the names */
    wchar_t names[profile_most_names][profile_name_size];
    wchar_t default_name[profile_name_size]; /* DefaultProfile; "" if it is not set */
    bool asks;                               /* "Prompt for a profile to be used" (PickLogonProfile) */
    bool makes_own; /* ZeroConfigExchange or a profile file: Outlook makes the first profile without a question */
};

/* True if two names are one profile's: case does not count. */
bool profile_same(const wchar_t *one, const wchar_t *other);

/* Every name, divided by ", ": cut with "..." at the end where it does not fit. */
void profile_list(const struct profile_facts *facts, wchar_t *out, size_t size);

/* True if a log-on to the profile wished (NULL or "": the default one) must fail or would ask, with the reason:
 * error_no_profile_yet, error_no_such_profile or error_profile_chooser, all OB_E_NO_PROFILE. running: Outlook runs, so
 * that it has been chosen. user: DOMAIN\name, for the text. */
bool profile_wrong(const struct profile_facts *facts, const wchar_t *wished, bool running, const wchar_t *user,
    struct finding *finding);

/* True if Outlook runs on another profile than the one wished: error_profile_mismatch. Nothing wished, or a profile in
 * use that is not known (""), is no mismatch. */
bool profile_mismatch(const wchar_t *in_use, const wchar_t *wished, struct finding *finding);

#endif

/* interactive.h - may a broker work where it was started? Article 237913's first reason, as a plain function. */
#ifndef OB_RULES_INTERACTIVE_H
#define OB_RULES_INTERACTIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

struct whereabouts
{
    uint32_t windows_session;
    bool system_account;  /* SYSTEM, LOCAL SERVICE or NETWORK SERVICE */
    bool service_account; /* the token holds the SID SERVICE (S-1-5-6) */
    bool temporary_profile;
    bool visible_window_station; /* WSF_VISIBLE */
};

/* NULL if the broker may work there, else why not, as words for a text ("session 0 belongs to services"). */
const wchar_t *not_interactive_reason(const struct whereabouts *where);

#endif

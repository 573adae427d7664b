/* broker_state.h - which of its states the broker is in, given what is known at one moment. The numbers are those of
 * the IDL. */
#ifndef OB_RULES_BROKER_STATE_H
#define OB_RULES_BROKER_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

enum broker_state
{
    broker_starting,
    broker_ready,
    broker_busy,
    broker_blocked,
    broker_no_outlook,
    broker_restarting,
    broker_stopping,
    broker_refusing,
    broker_state_count
};

struct broker_facts
{
    bool refusing, stopping;
    bool starting;   /* the gate is not open yet, or Outlook is being attached to or started */
    bool restarting; /* Outlook is being started anew as planned */
    bool no_outlook; /* the last try to reach Outlook failed */
    bool dialog;     /* a dialog is named in which Outlook waits */
    bool in_call;    /* a call into Outlook is under way */
    bool hangs;      /* and Outlook takes no messages meanwhile */
    uint64_t call_ms;
};

/* A call that takes this long means that something stands in the way. */
#define CALL_BLOCKED_MS 5000u
/* The same of a call in which Outlook hangs while it is started or started anew, which takes its time. */
#define CALL_HANGS_MS 30000u

enum broker_state broker_state_now(const struct broker_facts *facts);

/* As StateName gives it; an empty text for a number that is no state. */
const wchar_t *broker_state_name(enum broker_state state);

/* The state in one sentence. */
const wchar_t *broker_state_text(enum broker_state state);

#endif

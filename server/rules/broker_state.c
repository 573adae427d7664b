/* broker_state.c - see broker_state.h. */

#include "broker_state.h"

enum broker_state broker_state_now(const struct broker_facts *facts)
{
    if (facts->refusing) return broker_refusing;
    if (facts->stopping) return broker_stopping;
    if (facts->dialog) return broker_blocked;
    if (facts->in_call && facts->hangs && facts->call_ms >= CALL_HANGS_MS) return broker_blocked;
    if (facts->restarting) return broker_restarting;
    if (facts->in_call && facts->call_ms >= CALL_BLOCKED_MS && !facts->starting) return broker_blocked;
    if (facts->starting) return broker_starting;
    if (facts->no_outlook) return broker_no_outlook;
    return facts->in_call ? broker_busy : broker_ready;
}

const wchar_t *broker_state_name(enum broker_state state)
{
    static const wchar_t *const names[broker_state_count] = {
        [broker_starting] = L"starting",
        [broker_ready] = L"ready",
        [broker_busy] = L"busy",
        [broker_blocked] = L"blocked",
        [broker_no_outlook] = L"no-outlook",
        [broker_restarting] = L"restarting",
        [broker_stopping] = L"stopping",
        [broker_refusing] = L"refusing",
    };

    return (unsigned)state < broker_state_count ? names[state] : L"";
}

const wchar_t *broker_state_text(enum broker_state state)
{
    static const wchar_t *const texts[broker_state_count] = {
        [broker_starting] = L"The broker is starting, or is waiting for Outlook to start.",
        [broker_ready] = L"The broker is ready.",
        [broker_busy] = L"Outlook is at work on a call.",
        [broker_blocked] = L"Outlook does not answer a call: a dialog, or an Outlook that hangs, stands in the way.",
        [broker_no_outlook] = L"Outlook cannot be reached; mail is accepted and waits.",
        [broker_restarting] = L"Outlook is being started anew as planned.",
        [broker_stopping] = L"The broker is stopping; accepted mail is on disk.",
        [broker_refusing] = L"The broker may not work here; LastErrorText says why.",
    };

    return texts[state];
}

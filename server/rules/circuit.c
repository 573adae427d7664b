/* circuit.c - see circuit.h. How long the circuit stays open is fixed and does not double: one start in ten minutes
 * costs the machine nothing, while a wait that grows would hold mail up for hours after the cause has gone. */
#include "circuit.h"
#include "outlook_error.h"

uint64_t circuit_wait_ms(const struct circuit *circuit, int64_t now_ms)
{
    return circuit->open && circuit->next_ms > now_ms ? (uint64_t)(circuit->next_ms - now_ms) : 0;
}

/* Lets the oldest go until the rest is of the last ten minutes and has room for one more. */
static void forget_old(struct circuit *circuit, int64_t now_ms)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < circuit->failed; i++)
        if (now_ms - circuit->failed_ms[i] < CIRCUIT_WINDOW_MS) circuit->failed_ms[kept++] = circuit->failed_ms[i];
    circuit->failed = kept;
    if (kept < CIRCUIT_FAILURES) return;
    for (unsigned i = 1; i < kept; i++)
        circuit->failed_ms[i - 1] = circuit->failed_ms[i];
    circuit->failed--;
}

bool circuit_failed(struct circuit *circuit, int64_t now_ms, int64_t open_ms)
{
    bool was_open = circuit->open;

    forget_old(circuit, now_ms);
    circuit->failed_ms[circuit->failed++] = now_ms;
    if (!was_open && circuit->failed < CIRCUIT_FAILURES) return false;
    circuit->open = true;
    circuit->next_ms = now_ms + open_ms;
    return !was_open;
}

bool circuit_succeeded(struct circuit *circuit)
{
    bool was_open = circuit->open;

    *circuit = (struct circuit){0};
    return was_open;
}

void circuit_to_times(const struct circuit *circuit, int64_t now_ms, int64_t now_utc_ms, struct circuit_times *times)
{
    *times = (struct circuit_times){0};
    for (unsigned i = 0; i < circuit->failed; i++)
        times->failed_at[times->failed++] = now_utc_ms + (circuit->failed_ms[i] - now_ms);
    if (circuit->open) times->opened_until = now_utc_ms + (circuit->next_ms - now_ms);
}

bool circuit_from_times(
    struct circuit *circuit, const struct circuit_times *times, int64_t now_ms, int64_t now_utc_ms, int64_t open_ms)
{
    bool future = false;
    int64_t left_ms;

    *circuit = (struct circuit){0};
    for (unsigned i = 0; i < times->failed && i < CIRCUIT_FAILURES; i++)
    {
        int64_t age_ms = now_utc_ms - times->failed_at[i];

        if (age_ms < 0) future = true;
        if (age_ms >= CIRCUIT_WINDOW_MS) continue;
        circuit->failed_ms[circuit->failed++] = now_ms - (age_ms > 0 ? age_ms : 0);
    }
    if (!times->opened_until) return future;
    left_ms = times->opened_until - now_utc_ms;
    if (left_ms > open_ms) future = true;
    circuit->open = true;
    circuit->next_ms = now_ms + (left_ms > open_ms ? open_ms : left_ms > 0 ? left_ms : 0);
    return future;
}

/* Whatever the code is, Outlook was started in vain. But one who names a profile that is there and cannot be opened
 * shall not keep Outlook from all others. */
bool circuit_counts(const struct failed_start *start)
{
    if (!start->asked || start->ran_before || outlook_error_class(start->hr) == outlook_ok) return false;
    return !start->profile_named || outlook_start_error(start->hr) != error_no_profile;
}

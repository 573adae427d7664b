/* job.c - the states as tables. What a state allows stands here once; who writes a state asks here first. */
#include "job.h"
#include "letters.h"

#define AS_BIT(state) (1u << (state))

static const wchar_t *const job_names[job_state_count] = {
    [job_queued] = L"queued",
    [job_sending] = L"sending",
    [job_submitted] = L"submitted",
    [job_sent] = L"sent",
    [job_failed] = L"failed",
    [job_cancelled] = L"cancelled",
    [job_unknown] = L"unknown",
};

/* A queued mail that was tried before may be found in any folder by the look that comes first. A submitted one never
 * goes back to the queue by itself: Outlook has it. Retry leads back to the queue, Cancel to cancelled. */
static const unsigned followers[job_state_count] = {
    [job_queued] = AS_BIT(job_queued) | AS_BIT(job_sending) | AS_BIT(job_submitted) | AS_BIT(job_sent) |
                   AS_BIT(job_failed) | AS_BIT(job_cancelled) | AS_BIT(job_unknown),
    [job_sending] = AS_BIT(job_sending) | AS_BIT(job_queued) | AS_BIT(job_submitted) | AS_BIT(job_sent) |
                    AS_BIT(job_failed) | AS_BIT(job_unknown),
    [job_submitted] = AS_BIT(job_submitted) | AS_BIT(job_sent) | AS_BIT(job_failed) | AS_BIT(job_unknown),
    [job_sent] = 0,
    [job_failed] = AS_BIT(job_queued),
    [job_cancelled] = 0,
    [job_unknown] = AS_BIT(job_queued) | AS_BIT(job_cancelled),
};

static const unsigned may_be_cancelled = AS_BIT(job_queued) | AS_BIT(job_unknown);
static const unsigned may_be_retried = AS_BIT(job_failed) | AS_BIT(job_unknown);

const wchar_t *job_state_name(enum job_state state)
{
    return (unsigned)state < job_state_count ? job_names[state] : L"";
}

int job_state_find(const wchar_t *text)
{
    if (text[0] >= L'0' && text[0] < L'0' + job_state_count && !text[1]) return (int)(text[0] - L'0');
    for (int state = 0; state < job_state_count; state++)
        if (letters_same(text, job_names[state])) return state;
    return -1;
}

bool job_state_final(enum job_state state)
{
    return state != job_queued && state != job_sending && state != job_submitted;
}

bool job_state_may_cancel(enum job_state state)
{
    return (unsigned)state < job_state_count && (may_be_cancelled & AS_BIT(state)) != 0;
}

bool job_state_may_retry(enum job_state state)
{
    return (unsigned)state < job_state_count && (may_be_retried & AS_BIT(state)) != 0;
}

bool job_state_may_follow(enum job_state from, enum job_state to)
{
    if ((unsigned)from >= job_state_count || (unsigned)to >= job_state_count) return false;
    return (followers[from] & AS_BIT(to)) != 0;
}

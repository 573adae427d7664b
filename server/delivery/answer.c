/* answer.c - a draft is given to Outlook to be sent, and what it answers is noted: at once, or later where the call was
 * left under way. What an answer is worth a look decides. */
#include "internal.h"
#include "host/config.h"
#include "host/log.h"
#include "rules/outlook_error.h"
#include "rules/retry.h"

deadline hand_over_deadline(void)
{
    return deadline_in(config_get(setting_hand_over_seconds) * 1000);
}

HRESULT guard_lets(struct delivery *delivery, struct error *error)
{
    HRESULT hr = outlook_may_send(delivery->outlook, error);

    if (FAILED(hr)) outlook_trouble(delivery, error);
    return hr;
}

void set_ends_outlook(struct error *error, DWORD losses, BOOL looked)
{
    WCHAR number[NUMBER_TEXT_SIZE];

    error_set(error, looked ? error_mail_ends_outlook : error_mail_ends_outlook_unseen, 1, number_text(losses, number));
}

BOOL says_ends_outlook(const struct job_work *work)
{
    if (work->last_error != CODE_OF(error_mail_ends_outlook) || !work->last_error_text) return FALSE;
    return error_text_is(work->last_error_text, error_mail_ends_outlook);
}

static void note_sent(struct delivery *delivery, struct follow *follow)
{
    FAILPOINT("send-returned");
    follow->send_returned = follow->sender_gone = TRUE;
    error_clear(&follow->answer);
    follow->answer.code = S_OK;
    delivery->handed = TRUE;
    outlook_well(delivery);
}

/* The connection broke in the call, or when the draft was opened for it: what it did is told by a look once that
 * process has gone. The first time at once; Outlook is not started without a pause for a mail that ends it. */
static void note_lost(struct follow *follow)
{
    follow->losses++;
    if (follow->losses > 1 && !mail_ends_outlook(follow->losses, follow->ended_before))
        follow->next_look = deadline_in(restart_delay_s(follow->losses - 1) * 1000);
}

/* The caller's time is over and the call is not: its row says what is waited for, or which dialog has to be answered.
 */
static void note_left(struct delivery *delivery, struct follow *follow, const struct error *error)
{
    struct job_change change = change_of(follow->id, job_sending, job_sending);
    WCHAR number[NUMBER_TEXT_SIZE];
    struct error waiting = {0};

    follow->waiting_told = TRUE;
    error_set(&waiting, error_waiting_for_outlook_end, 1, number_text(follow->process, number));
    change_error(&change, error->code == CODE_OF(error_dialog) ? error : &waiting);
    if (SUCCEEDED(record_change(delivery, &change))) follow->told = told_nothing;
    error_clear(&waiting);
    outlook_trouble(delivery, error);
}

static void note_answer(
    struct delivery *delivery, struct follow *follow, enum outlook_begun begun, HRESULT hr, struct error *error)
{
    BOOL lost = FAILED(hr) && outlook_error_class((uint32_t)hr) == outlook_lost;

    follow->next_look = 0;
    follow->sender_gone = begun == outlook_not_begun || begun == outlook_opening || (begun == outlook_ended && !lost);
    if (begun == outlook_ended && SUCCEEDED(hr))
    {
        note_sent(delivery, follow);
        return;
    }
    log_event("send", follow->id, follow->caller, L"attempt %ld %ls: 0x%08lX", follow->attempts,
        begun == outlook_begun ? L"has not returned" : L"did not succeed", hr);
    if (begun == outlook_begun)
        note_left(delivery, follow, error);
    else if (lost && begun != outlook_not_begun)
        note_lost(follow);
    else if (delivery_plan(hr) != plan_outlook_first)
        error_move(&follow->answer, error);
    else
        outlook_trouble(delivery, error);
}

void send_draft(struct delivery *delivery, struct follow *follow, const struct outlook_place *place)
{
    struct error error = {0};
    enum outlook_begun begun;
    struct outlook_facts facts;
    HRESULT hr;

    outlook_facts(delivery->outlook, &facts);
    follow->attached = facts.times_attached;
    error_clear(&follow->answer);
    follow->answer.code = S_OK;
    outlook_keep(delivery->outlook, TRUE);
    hr = outlook_send(delivery->outlook, place, hand_over_deadline(), &begun, &follow->left_call, &error);
    note_answer(delivery, follow, begun, hr, &error);
    error_clear(&error);
}

void take_returned(struct delivery *delivery)
{
    for (size_t i = 0; i < delivery->follow_count; i++)
    {
        struct follow *follow = delivery->follows[i];
        struct error error = {0};
        enum outlook_begun begun;
        HRESULT hr;

        if (!follow->left_call) continue;
        hr = outlook_call_returned(delivery->outlook, follow->left_call, &begun, &error);
        if (begun == outlook_begun) continue;
        follow->left_call = 0;
        note_answer(delivery, follow, begun, hr, &error);
        error_clear(&error);
    }
}

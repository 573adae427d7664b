/* handing.c - one mail from the queue into Outlook. The order of writes is the promise: the draft stands in Outlook
 * with its stamp before the row says sending, with the draft's place and the OUTLOOK.EXE that is to be given it; the
 * row says sending, on disk, before Outlook is asked to send. That a Send came back may be written together with the
 * next mail's "sending": until then a crash leaves the row at sending, and the look finds the mail where it is. */
#include "internal.h"
#include <stdlib.h>
#include "host/config.h"
#include "host/log.h"
#include "rules/outlook_error.h"
#include "rules/retry.h"

/* attached: of the Outlook with which the attempt was made; 0: none was made, and the mail's age ends nothing. */
static void fail_attempt(struct delivery *delivery, const struct job_work *work, LONG attempts, LONG attached,
    enum plan plan, const struct error *error)
{
    struct follow job = {.state = work->state,
        .attempts = attempts,
        .attempts_before = work->attempts_before,
        .life_since = work->life_since,
        .attached = attached};

    lstrcpynW(job.id, work->id, ARRAYSIZE(job.id));
    job.caller = work->caller_name;
    outbox_trouble(delivery, record_failure(delivery, &job, plan, error));
}

static LONG attached_now(struct delivery *delivery)
{
    struct outlook_facts facts;

    outlook_facts(delivery->outlook, &facts);
    return facts.times_attached;
}

static void fail_job(struct delivery *delivery, const struct job_work *work, enum plan plan, const struct error *error)
{
    fail_attempt(delivery, work, work->attempts + (plan == plan_try_again), attached_now(delivery), plan, error);
}

/* A job whose mail is gone from the outbox must not keep the others waiting. */
static void fail_damaged(struct delivery *delivery, const struct job_work *work)
{
    struct error error = {0};

    error_set(&error, work->attempts ? error_mail_missing_tried : error_mail_missing, 0);
    fail_job(delivery, work, plan_give_up, &error);
    error_clear(&error);
}

/* Outlook was lost over this job, before it was asked to send it. True if that came so often in a row that the job is
 * put off. tried: it was lost over a draft of the mail's, so that what earlier attempts left has been looked for. */
static BOOL ends_outlook(struct delivery *delivery, const struct job_work *work, BOOL tried, struct error *error)
{
    const BOOL told_before = says_ends_outlook(work) && work->attempts > work->attempts_before;

    if (lstrcmpW(delivery->ends_id, work->id)) delivery->ends = 0;
    lstrcpynW(delivery->ends_id, work->id, ARRAYSIZE(delivery->ends_id));
    if (!mail_ends_outlook(++delivery->ends, told_before)) return FALSE;
    set_ends_outlook(error, delivery->ends, tried && !work->attempts_before);
    delivery->ends = 0;
    return TRUE;
}

/* Outlook could not be asked, or would not. A job over which it is lost again and again is put off, so that others go
 * on. tried: Outlook was given the mail; else it was only asked what stands in it, which is no attempt. attempts: how
 * many the job has had then. */
static void job_trouble(
    struct delivery *delivery, const struct job_work *work, BOOL tried, LONG attempts, const struct error *error)
{
    struct error ends = {0};
    BOOL lost = outlook_error_class((uint32_t)error->code) == outlook_lost;

    outlook_trouble(delivery, error);
    if (lost && ends_outlook(delivery, work, tried, &ends))
        fail_attempt(delivery, work, attempts, tried ? attached_now(delivery) : 0, plan_try_again, &ends);
    else
        hold_job(delivery, work->id);
    error_clear(&ends);
}

/* Something of the mail was seen behind the drafts: it was sent, or is about to be. */
static void found_sent(struct delivery *delivery, struct job_work *work, LONG attempt, const struct mail_seen *seen)
{
    struct job_change change = change_of(work->id, job_queued, seen->sent ? job_sent : job_submitted);
    HRESULT hr;

    change.fields = job_set_attempts | job_set_next_attempt | job_set_seen | job_set_returned;
    change.attempts = work->attempts = attempt;
    change.seen_in_outbox = seen->outbox;
    change.send_returned = TRUE;
    change_error(&change, NULL);
    hr = record_change(delivery, &change);
    outbox_trouble(delivery, hr);
    if (FAILED(hr)) return;
    record_log(work->id, work->caller_name, change.state, work->attempts, S_OK);
    work->state = change.state;
    work->state_since = steady_now(delivery);
    if (work->state == job_submitted && !follow_add(delivery, work)) delivery->loaded = FALSE;
}

/* A mail that was never sent by the broker, but of which something stands in Outlook: Drafts gives the draft to send.
 * False: the job was dealt with. */
static BOOL find_earlier(struct delivery *delivery, struct job_work *work, struct outlook_place *place)
{
    struct mail_record record = {0};
    struct mail_seen seen;
    struct error error = {0};
    enum mail_verdict verdict;

    if (FAILED(look_for(delivery, work->id, work->account, work->attempts + 1, &seen, place, &error)))
    {
        job_trouble(delivery, work, FALSE, work->attempts, &error);
        error_clear(&error);
        return FALSE;
    }
    verdict = mail_judge(&record, &seen);
    if (verdict == mail_create || verdict == mail_unseen) outlook_place_clear(place);
    if (verdict == mail_unseen) return wait_for_stores(delivery, work, &seen);
    stores_were_seen(delivery, work);
    if (verdict != mail_submitted && verdict != mail_sent) return TRUE;
    found_sent(delivery, work, work->attempts + 1, &seen);
    return FALSE;
}

static void tell_kept(struct delivery *delivery, const struct job_work *work)
{
    if (!lstrcmpW(delivery->kept_id, work->id)) return;
    lstrcpynW(delivery->kept_id, work->id, ARRAYSIZE(delivery->kept_id));
    record_draft_kept(work->id, work->caller_name);
}

/* The draft of the attempt before, which is the broker's to delete where that was noted, it is the one that Outlook was
 * given, and nobody has changed it since. Any other one is left, and told of once. */
static HRESULT take_away(
    struct delivery *delivery, const struct job_work *work, const struct outlook_place *place, struct error *error)
{
    enum outlook_deletion deletion = deletion_not_begun;
    struct outbox_stray done = {.attempt = work->attempts};
    BOOL ours = work->draft_noted;
    HRESULT hr = S_OK;

    if (ours) hr = draft_is_known(delivery, work->entry_id, place, &ours, error);
    if (SUCCEEDED(hr) && ours)
        hr = outlook_delete_untouched(delivery->outlook, place, hand_over_deadline(), &deletion, error);
    if (FAILED(hr)) return hr;
    if (!ours || deletion == deletion_spared) tell_kept(delivery, work);
    lstrcpynW(done.job_id, work->id, ARRAYSIZE(done.job_id));
    if (work->draft_noted) record_stray(delivery, &done, FALSE);
    return hr;
}

/* A mail that was tried before. What the attempt before left is looked for under that attempt's own stamp: a mail that
 * shows up in the Outbox or in Sent Items by now was sent, and is not sent twice; an unsent draft of the broker's is
 * deleted, since the next attempt makes its own and nobody shall send both. That nothing shows says so only of stores
 * that could be seen. One that cannot be deleted makes its own mail wait, no other; at the end of its life the mail is
 * tried once more beside that draft, since no mail is given up without an attempt.
 * False: the job was dealt with. */
static BOOL clear_before(struct delivery *delivery, struct job_work *work)
{
    struct outlook_place place = {0};
    struct mail_seen seen;
    struct error error = {0};
    HRESULT hr = look_for(delivery, work->id, work->account, work->attempts, &seen, &place, &error);
    BOOL looked = SUCCEEDED(hr), gone_out = looked && (seen.outbox || seen.sent), of_mail;

    if (looked && mail_is_hidden(&seen))
    {
        outlook_place_clear(&place);
        return wait_for_stores(delivery, work, &seen);
    }
    if (looked) stores_were_seen(delivery, work);
    if (looked && seen.draft && !gone_out) hr = take_away(delivery, work, &place, &error);
    FAILPOINT("earlier-deleted");
    of_mail = FAILED(hr) && looked && delivery_plan(hr) != plan_outlook_first;
    if (of_mail && life_is_over(delivery, work->life_since, TRUE))
    {
        tell_kept(delivery, work);
        hr = S_OK;
    }
    else if (of_mail)
        fail_attempt(delivery, work, work->attempts, 0, plan_try_again, &error);
    else if (FAILED(hr))
        job_trouble(delivery, work, FALSE, work->attempts, &error);
    else if (gone_out)
        found_sent(delivery, work, work->attempts, &seen);
    outlook_place_clear(&place);
    error_clear(&error);
    return SUCCEEDED(hr) && !gone_out;
}

/* A file that is gone or changed stays so; one that cannot be read just now is read at the next attempt. */
static BOOL check_attachments(struct delivery *delivery, const struct job_work *work)
{
    struct error error = {0};
    BOOL whole = TRUE, lasting = FALSE;

    if (work->attachment_count) follow_write(delivery, NULL); /* hashing takes a while */
    for (size_t i = 0; whole && i < work->attachment_count; i++)
        whole = SUCCEEDED(outbox_check_attachment(&work->attachments[i], &lasting, &error));
    if (!whole) fail_job(delivery, work, lasting ? plan_give_up : plan_try_again, &error);
    error_clear(&error);
    return whole;
}

static HRESULT prepare(struct delivery *delivery, const struct job_work *work, enum outlook_begun *begun, LONG *left,
    struct outlook_place *place, struct error *error)
{
    struct outlook_attachment *attachments = calloc(work->attachment_count + 1, sizeof(*attachments));
    struct outlook_mail mail = {.to = work->to,
        .cc = work->cc,
        .bcc = work->bcc,
        .subject = work->subject,
        .body = work->body,
        .html_body = work->html_body,
        .categories = work->categories,
        .reply_to = work->reply_to,
        .on_behalf_of = work->on_behalf_of,
        .account = work->account,
        .importance = work->importance,
        .sensitivity = work->sensitivity,
        .read_receipt = work->read_receipt,
        .expires_at = work->expires_at};
    WCHAR stamp[STAMP_SIZE];
    HRESULT hr = attachments ? job_stamp(work->id, work->attempts + 1, stamp) : E_OUTOFMEMORY;

    *begun = outlook_not_begun;
    *left = 0;
    if (SUCCEEDED(hr))
    {
        for (size_t i = 0; i < work->attachment_count; i++)
            attachments[i] = (struct outlook_attachment){.path = work->attachments[i].path,
                .display_name = work->attachments[i].display_name,
                .content_id = work->attachments[i].content_id};
        mail.stamp = stamp;
        mail.attachments = attachments;
        mail.attachment_count = work->attachment_count;
        hr = outlook_prepare(delivery->outlook, &mail, hand_over_deadline(), begun, left, place, error);
    }
    else
        error_unexpected_windows(error, L"preparing a mail", hr);
    free(attachments);
    return hr;
}

static BOOL may_send(struct delivery *delivery, const struct job_work *work)
{
    struct error error = {0};
    BOOL may = SUCCEEDED(guard_lets(delivery, &error));

    if (!may) hold_job(delivery, work->id);
    error_clear(&error);
    return may;
}

/* Writes an attempt that is not on disk yet. FALSE: it cannot be written. */
static BOOL write_attempt(struct delivery *delivery)
{
    HRESULT hr;

    if (!delivery->uncounted.job_id[0]) return TRUE;
    hr = record_change(delivery, &delivery->uncounted);
    outbox_trouble(delivery, hr);
    if (FAILED(hr) && hr != CODE_OF(error_wrong_state)) return FALSE;
    delivery->uncounted.job_id[0] = 0;
    return TRUE;
}

/* A draft that Outlook was left with may be saved at any time yet. The next one bears another stamp, so that neither is
 * ever taken for the other: no mail is handed over before this stands on disk. */
static void count_attempt(struct delivery *delivery, struct job_work *work)
{
    delivery->uncounted = change_of(work->id, job_queued, job_queued);
    delivery->uncounted.fields = job_set_attempts;
    delivery->uncounted.attempts = work->attempts + 1;
    if (write_attempt(delivery)) work->attempts++;
}

/* Makes the draft. False: the job was dealt with. */
static BOOL make_draft(struct delivery *delivery, struct job_work *work, struct outlook_place *place)
{
    struct error error = {0};
    enum outlook_begun begun;
    struct outlook_facts facts;
    LONG left;
    HRESULT hr;

    if (!check_attachments(delivery, work)) return FALSE;
    outlook_facts(delivery->outlook, &facts);
    hr = prepare(delivery, work, &begun, &left, place, &error);
    if (SUCCEEDED(hr))
    {
        delivery->ends = 0;
        return TRUE;
    }
    if (begun != outlook_not_begun) stray_note(delivery, work, begun == outlook_begun);
    if (left) saving_left(delivery, work, left, &facts);
    /* With the session Outlook ends, and its call: the next broker looks for what it has saved. */
    if (begun == outlook_begun && !outlook_session_ended(delivery->outlook)) count_attempt(delivery, work);
    if (delivery_plan(hr) == plan_outlook_first)
        job_trouble(delivery, work, begun != outlook_not_begun, work->attempts + (begun == outlook_ended), &error);
    else
        fail_job(delivery, work, delivery_plan(hr), &error);
    error_clear(&error);
    return FALSE;
}

/* The row says sending: on disk before Outlook is asked to send. */
static HRESULT commit_sending(struct delivery *delivery, struct job_work *work, const struct outlook_place *place)
{
    struct job_change change = change_of(work->id, job_queued, job_sending);
    WCHAR *entry_id = _wcsdup(place->entry_id);
    struct outlook_facts facts;
    HRESULT hr;

    free(work->entry_id);
    work->entry_id = entry_id;
    if (!entry_id) return E_OUTOFMEMORY;
    outlook_facts(delivery->outlook, &facts);
    if (!facts.attached || facts.times_attached != place->attached) return CODE_OF(error_outlook_lost);
    change.fields = job_set_attempts | job_set_next_attempt | job_set_place | job_set_outlook | job_set_returned;
    change.attempts = work->attempts + 1;
    change.entry_id = place->entry_id;
    change.store_id = place->store_id;
    change.outlook_process = facts.process_id;
    change.outlook_started = facts.process_started;
    change_error(&change, NULL);
    if (FAILED(hr = follow_write(delivery, &change))) return hr;
    work->state = job_sending;
    work->attempts = change.attempts;
    work->outlook_process = change.outlook_process;
    work->outlook_started = change.outlook_started;
    work->send_returned = work->seen_in_outbox = FALSE;
    record_log(work->id, work->caller_name, job_sending, work->attempts, S_OK);
    return S_OK;
}

/* The draft stays where it is; the next look finds it. A job that somebody else has changed needs none any more: what
 * was made for it just now is deleted at once, and what was found as every draft that nobody will send. */
static void not_committed(
    struct delivery *delivery, const struct job_work *work, const struct outlook_place *place, BOOL made, HRESULT hr)
{
    const BOOL ended = hr == CODE_OF(error_wrong_state);
    struct error error = {0};

    if (ended && made) hr = outlook_delete(delivery->outlook, place, hand_over_deadline(), &error);
    error_clear(&error);
    if (ended && SUCCEEDED(hr)) return;
    stray_note(delivery, work, FALSE);
    outlook_drop(delivery->outlook, FALSE);
    if (ended) return;
    if (hr != CODE_OF(error_outlook_lost)) outbox_trouble(delivery, hr);
}

static void hand_over(struct delivery *delivery, struct job_work *work)
{
    struct outlook_place place = {0};
    struct follow *follow;
    BOOL made;
    HRESULT hr;

    if (work->attempts && !clear_before(delivery, work)) goto done;
    if ((work->from_before || work->next_draft_noted) && !find_earlier(delivery, work, &place)) goto done;
    if (!may_send(delivery, work)) goto done;
    made = !place.entry_id;
    if (made && !make_draft(delivery, work, &place)) goto done;
    FAILPOINT("draft-made");
    if (FAILED(hr = commit_sending(delivery, work, &place)))
    {
        not_committed(delivery, work, &place, made, hr);
        goto done;
    }
    FAILPOINT("sending-committed");
    follow = follow_add(delivery, work);
    if (follow)
        send_draft(delivery, follow, &place);
    else
        delivery->loaded = FALSE; /* no memory: read anew what is on disk */
done:
    outlook_place_clear(&place);
}

static void hand(struct delivery *delivery, struct job_work *work)
{
    outlook_keep(delivery->outlook, TRUE);
    if (outlook_wanted(delivery))
        hand_over(delivery, work);
    else
        hold_job(delivery, work->id);
}

/* What was found, up to the wake that was seen before it was looked for: who asks whether a job is due is told what
 * counts. */
static void publish_due(struct delivery *delivery, LONG seen, BOOL due, LONGLONG next_due)
{
    BOOL differs;

    AcquireSRWLockExclusive(&delivery->facts_lock);
    differs = delivery->facts.job_due != due || delivery->wakes_seen != seen || !delivery->next_due != !next_due;
    delivery->facts.job_due = due;
    delivery->next_due = next_due;
    delivery->wakes_seen = seen;
    ReleaseSRWLockExclusive(&delivery->facts_lock);
    if (differs && delivery->changed) delivery->changed(delivery->changed_context);
}

BOOL hand_next(struct delivery *delivery)
{
    struct job_work work;
    LONGLONG next_due = 0;
    HRESULT hr;
    LONG seen;

    delivery->queue_unread = TRUE;
    if (delivery->stopping || outlook_held(delivery) || !write_attempt(delivery) || !stray_write(delivery))
        return FALSE;
    memset(&work, 0, sizeof(work));
    seen = InterlockedCompareExchange(&delivery->wakes, 0, 0);
    hr = delivery->new_first ? record_next_due(delivery, TRUE, &work, &next_due) : S_FALSE;
    delivery->new_first = FALSE;
    if (hr == S_FALSE) hr = record_next_due(delivery, FALSE, &work, &next_due);
    if (FAILED(hr))
        outbox_trouble(delivery, hr);
    else
    {
        publish_due(delivery, seen, hr == S_OK, next_due);
        delivery->queue_unread = FALSE;
    }
    if (hr != S_OK) return FALSE;
    if (work.damaged)
        fail_damaged(delivery, &work);
    else if (!saving_waits(delivery, &work))
        hand(delivery, &work);
    job_work_clear(&work);
    return !outlook_held(delivery);
}

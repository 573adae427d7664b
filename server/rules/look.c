/* look.c - the one decision that could send a mail twice. It promises:
 *   - mail_create only for a mail that was never given to Outlook and of which nothing was ever seen;
 *   - mail_send_draft only for a draft of which Send was never called, or whose Send did not succeed and cannot be
 *     under way any more, and that was never seen in an Outbox;
 *   - a mail that is in none of the folders after Send was called is never sent again: absence proves nothing;
 *   - where a store could not be seen, nothing but what was seen behind the drafts counts. */
#include "look.h"

#define SAVE_LONGEST_MS 30000 /* from the making of a draft until it is saved */
#define ANSWER_WAIT_MS 2000   /* until a call into a process that is gone is not waited for any more */

/* Outlook had it in its Outbox, and now it is neither there nor in Sent Items. */
static enum mail_verdict judge_left(const struct mail_record *record, const struct mail_seen *seen)
{
    bool call_over = record->send_returned || record->sender_gone || !record->send_begun;

    if (seen->draft) return call_over && record->copy_wait_over ? mail_kept : mail_wait;
    return record->copy_wait_over ? mail_sent_no_copy : mail_wait;
}

static enum mail_verdict judge_seen(const struct mail_record *record, const struct mail_seen *seen)
{
    /* A mail moves from Drafts by the Outbox to Sent Items, and the look follows it: where two were seen, the later one
     * is where it is. */
    if (seen->sent) return mail_sent;
    if (seen->outbox) return mail_submitted;

    if (record->send_returned || record->seen_in_outbox) return judge_left(record, seen);
    if (!record->send_begun) return seen->draft ? mail_send_draft : mail_create;

    /* Send was called and did not come back: while that OUTLOOK.EXE lives, the call may still take effect. */
    if (!record->sender_gone) return mail_wait;
    return seen->draft ? mail_send_draft : mail_unknown;
}

enum mail_verdict mail_judge(const struct mail_record *record, const struct mail_seen *seen)
{
    bool was_given = record->send_begun || record->send_returned || record->seen_in_outbox;
    enum mail_verdict verdict = judge_seen(record, seen);

    if (verdict == mail_sent || verdict == mail_submitted || verdict == mail_wait) return verdict;
    if (seen->unseen) return mail_unseen;
    /* With the account its store has gone, and what stood there. */
    return seen->gone && was_given ? mail_unknown : verdict;
}

bool mail_is_hidden(const struct mail_seen *seen)
{
    return seen->unseen && !seen->outbox && !seen->sent;
}

bool mail_is_stray(const struct mail_seen *seen)
{
    return seen->draft && !seen->outbox && !seen->sent && !seen->unseen;
}

bool draft_is_touched(int64_t created_ms, int64_t modified_ms)
{
    if (created_ms <= 0 || modified_ms <= 0) return true;
    return modified_ms < created_ms - SAVE_LONGEST_MS || modified_ms > created_ms + SAVE_LONGEST_MS;
}

bool doubt_looks(const struct doubt *doubt)
{
    if (doubt->call_not_ended) return doubt->process_gone && doubt->gone_ms >= ANSWER_WAIT_MS;
    return doubt->look_due || (doubt->process_gone && !doubt->sender_gone && !doubt->paused);
}

bool round_looks(const struct round_facts *facts)
{
    if (facts->just_handed && facts->count >= 0 && (uint32_t)facts->count >= facts->submitted) return false;
    return facts->count <= 0 || facts->count != facts->count_before || facts->full_round_due || facts->never_seen;
}

bool copy_comes_first(int32_t count, uint32_t submitted)
{
    return count >= 0 && (uint32_t)count < submitted;
}

enum standing mail_standing(const struct standing_facts *facts)
{
    if (!facts->in_outbox && !facts->unseen) return standing_fine;
    if (facts->alert_s && facts->for_s >= facts->alert_s) return standing_stuck;
    if (facts->unseen) return standing_unseen;
    return facts->offline ? standing_offline : standing_fine;
}

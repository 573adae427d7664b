/* rules_look_test.c - the decision that could send a mail twice, over every combination of what can be on record and
 * what can be seen. */
#include "rules_test.h"
#include "rules/look.h"

static void unpack(unsigned bits, struct mail_record *record, struct mail_seen *seen)
{
    record->send_begun = bits & 1;
    record->send_returned = bits & 2;
    record->seen_in_outbox = bits & 4;
    record->sender_gone = bits & 8;
    record->copy_wait_over = bits & 16;
    seen->draft = bits & 32;
    seen->outbox = bits & 64;
    seen->sent = bits & 128;
    seen->unseen = 0;
    seen->gone = false;
}

static void a_mail_is_never_handed_to_outlook_twice(void **state)
{
    unsigned creates = 0, drafts = 0;

    (void)state;
    for (unsigned bits = 0; bits < 256; bits++)
    {
        struct mail_record record;
        struct mail_seen seen;
        enum mail_verdict verdict;

        unpack(bits, &record, &seen);
        verdict = mail_judge(&record, &seen);
        if (verdict == mail_create)
        {
            creates++;
            expect(!record.send_begun && !record.send_returned && !record.seen_in_outbox, "combination %u", bits);
            expect(!seen.draft && !seen.outbox && !seen.sent, "combination %u", bits);
        }
        if (verdict == mail_send_draft)
        {
            drafts++;
            expect(seen.draft && !seen.outbox && !seen.sent, "combination %u", bits);
            expect(!record.send_returned && !record.seen_in_outbox, "combination %u", bits);
            expect(!record.send_begun || record.sender_gone, "combination %u", bits);
        }
    }
    /* sender_gone and copy_wait_over say nothing of a mail that was never sent: 4 combinations; a draft adds 2 with
     * its sender gone. */
    assert_int_equal(creates, 4);
    assert_int_equal(drafts, 4 + 2);
}

static void every_other_verdict_is_backed_by_what_was_seen(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 256; bits++)
    {
        struct mail_record record;
        struct mail_seen seen;
        enum mail_verdict verdict;
        bool nowhere, was_given;

        unpack(bits, &record, &seen);
        verdict = mail_judge(&record, &seen);
        nowhere = !seen.draft && !seen.outbox && !seen.sent;
        was_given = record.send_returned || record.seen_in_outbox;
        expect((verdict == mail_sent) == seen.sent, "combination %u", bits);
        expect((verdict == mail_submitted) == (seen.outbox && !seen.sent), "combination %u", bits);
        switch (verdict)
        {
        case mail_sent_no_copy:
            expect(nowhere && was_given && record.copy_wait_over, "combination %u", bits);
            break;
        case mail_kept:
            expect(seen.draft && was_given && record.copy_wait_over, "combination %u", bits);
            expect(record.send_returned || record.sender_gone || !record.send_begun, "combination %u", bits);
            break;
        case mail_unknown:
            expect(nowhere && record.send_begun && record.sender_gone && !was_given, "combination %u", bits);
            break;
        case mail_wait:
            expect(record.send_begun || was_given, "combination %u", bits);
            break;
        default:
            break;
        }
    }
}

static void while_a_call_may_be_under_way_nothing_is_done_but_waiting_or_believing(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 256; bits++)
    {
        struct mail_record record;
        struct mail_seen seen;
        enum mail_verdict verdict;

        unpack(bits, &record, &seen);
        if (!record.send_begun || record.send_returned || record.sender_gone) continue;
        verdict = mail_judge(&record, &seen);
        expect(verdict == mail_wait || verdict == mail_submitted || verdict == mail_sent ||
                   (verdict == mail_sent_no_copy && record.seen_in_outbox),
            "combination %u", bits);
    }
}

static void waiting_ends_when_the_sender_is_gone_and_the_time_for_a_copy_is_over(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 256; bits++)
    {
        struct mail_record record;
        struct mail_seen seen;

        unpack(bits, &record, &seen);
        if (record.sender_gone && record.copy_wait_over)
        {
            expect(mail_judge(&record, &seen) != mail_wait, "combination %u", bits);
        }
    }
}

static void each_story_has_its_verdict(void **state)
{
    /* record: begun, returned, seen in the Outbox, sender gone, copy wait over; seen: draft, outbox, sent */
    static const struct
    {
        const char *story;
        struct mail_record record;
        struct mail_seen seen;
        enum mail_verdict verdict;
    } cases[] = {
        {"a fresh job", {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, mail_create},
        {"ended before Save", {0, 0, 0, 1, 0}, {0, 0, 0, 0, 0}, mail_create},
        {"ended between Save and the commit of sending", {0, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, mail_send_draft},
        {"the same, and Outlook ended too", {0, 0, 0, 1, 0}, {1, 0, 0, 0, 0}, mail_send_draft},
        {"the user sent the prepared draft himself", {0, 0, 0, 0, 0}, {0, 0, 1, 0, 0}, mail_sent},
        {"the same, still in the Outbox", {0, 0, 0, 0, 0}, {0, 1, 0, 0, 0}, mail_submitted},
        {"the user sent the prepared draft, seen once, gone", {0, 0, 1, 0, 1}, {0, 0, 0, 0, 0}, mail_sent_no_copy},
        {"the user took it back out of the Outbox", {0, 0, 1, 0, 1}, {1, 0, 0, 0, 0}, mail_kept},
        {"Send hangs at a dialog, the draft stands", {1, 0, 0, 0, 0}, {1, 0, 0, 0, 0}, mail_wait},
        {"Send hangs, the draft does not show", {1, 0, 0, 0, 1}, {0, 0, 0, 0, 0}, mail_wait},
        {"Send hangs, yet the mail is in the Outbox", {1, 0, 0, 0, 0}, {0, 1, 0, 0, 0}, mail_submitted},
        {"Send hangs, yet a copy is in Sent Items", {1, 0, 0, 0, 0}, {0, 0, 1, 0, 0}, mail_sent},
        {"Outlook crashed in Send, the draft stands", {1, 0, 0, 1, 0}, {1, 0, 0, 0, 0}, mail_send_draft},
        {"Outlook crashed in Send, nothing stands anywhere", {1, 0, 0, 1, 0}, {0, 0, 0, 0, 0}, mail_unknown},
        {"the same, however long ago", {1, 0, 0, 1, 1}, {0, 0, 0, 0, 0}, mail_unknown},
        {"Outlook crashed after Send had filed it", {1, 0, 0, 1, 0}, {0, 1, 0, 0, 0}, mail_submitted},
        {"Send returned, the mail waits", {1, 1, 0, 1, 0}, {0, 1, 0, 0, 0}, mail_submitted},
        {"it left the Outbox, the copy is not there yet", {1, 1, 1, 1, 0}, {0, 0, 0, 0, 0}, mail_wait},
        {"it left the Outbox, no copies are kept", {1, 1, 1, 1, 1}, {0, 0, 0, 0, 0}, mail_sent_no_copy},
        {"Send returned, it left before any look", {1, 1, 0, 1, 1}, {0, 0, 0, 0, 0}, mail_sent_no_copy},
        {"it left, and the copy shows late", {1, 1, 1, 1, 1}, {0, 0, 1, 0, 0}, mail_sent},
        {"submitted, then the broker began anew beside the same Outlook", {1, 1, 0, 0, 1}, {0, 0, 0, 0, 0},
            mail_sent_no_copy},
        {"its draft is seen yet right after Send", {1, 1, 0, 1, 0}, {1, 0, 0, 0, 0}, mail_wait},
        {"an add-in held it back", {1, 1, 0, 1, 1}, {1, 0, 0, 0, 0}, mail_kept},
        {"an add-in held it back, the broker began anew", {1, 1, 0, 0, 1}, {1, 0, 0, 0, 0}, mail_kept},
        {"seen in the Outbox, back in Drafts, Send still hangs", {1, 0, 1, 0, 1}, {1, 0, 0, 0, 0}, mail_wait},
        {"seen in the Outbox, back in Drafts after a crash", {1, 0, 1, 1, 1}, {1, 0, 0, 0, 0}, mail_kept},
        {"seen in the Outbox, gone after a crash", {1, 0, 1, 1, 1}, {0, 0, 0, 0, 0}, mail_sent_no_copy},
        {"it moved from Drafts to the Outbox during the look", {1, 0, 0, 0, 0}, {1, 1, 0, 0, 0}, mail_submitted},
        {"it moved from the Outbox to Sent Items during the look", {1, 1, 1, 1, 0}, {0, 1, 1, 0, 0}, mail_sent},
        {"a copy was sent, and a draft was made of it again", {1, 1, 1, 1, 0}, {1, 0, 1, 0, 0}, mail_sent},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
    {
        enum mail_verdict verdict = mail_judge(&cases[i].record, &cases[i].seen);

        expect(verdict == cases[i].verdict, "%s: %d in place of %d", cases[i].story, verdict, cases[i].verdict);
    }
}

/* Whatever is on record: what was seen behind the drafts counts, and what was not seen does not. */
static void a_store_that_cannot_be_seen_leaves_nothing_but_what_was_seen(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 256; bits++)
    {
        struct mail_record record;
        struct mail_seen seen;
        enum mail_verdict whole, verdict;

        unpack(bits, &record, &seen);
        whole = mail_judge(&record, &seen);
        seen.unseen = 0x8004011Du;
        verdict = mail_judge(&record, &seen);
        if (seen.outbox || seen.sent || whole == mail_wait)
            expect(verdict == whole, "combination %u", bits);
        else
            expect(verdict == mail_unseen, "combination %u", bits);
        expect(mail_is_hidden(&seen) == (!seen.outbox && !seen.sent), "combination %u", bits);
        expect(!mail_is_stray(&seen), "combination %u", bits);
        seen.gone = true;
        expect(mail_judge(&record, &seen) == verdict, "combination %u", bits);
        seen.unseen = 0;
        expect(!mail_is_hidden(&seen), "combination %u", bits);
    }
}

/* What stood in its store went with it. A mail that was never given to Outlook stood nowhere. */
static void of_an_account_that_is_gone_nothing_is_known_but_what_was_seen(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 256; bits++)
    {
        struct mail_record record;
        struct mail_seen seen;
        enum mail_verdict whole, verdict;
        bool given;

        unpack(bits, &record, &seen);
        given = record.send_begun || record.send_returned || record.seen_in_outbox;
        whole = mail_judge(&record, &seen);
        seen.gone = true;
        verdict = mail_judge(&record, &seen);
        if (seen.outbox || seen.sent || whole == mail_wait || !given)
            expect(verdict == whole, "combination %u", bits);
        else
            expect(verdict == mail_unknown, "combination %u", bits);
    }
}

static void only_what_stands_as_a_draft_alone_may_be_deleted(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 8; bits++)
    {
        struct mail_seen seen = {.draft = bits & 1, .outbox = bits & 2, .sent = bits & 4};

        expect(mail_is_stray(&seen) == (bits == 1), "combination %u", bits);
    }
}

static void a_draft_that_was_changed_since_it_was_saved_is_a_persons(void **state)
{
    static const struct
    {
        int64_t created_ms, modified_ms;
        bool touched;
    } rows[] = {
        {1000000, 1000000, false},
        {1000000, 1000001, false},
        {1000000, 1030000, false},
        {1000000, 1030001, true},
        {1000000, 970000, false}, /* the clock was set back meanwhile */
        {1000000, 969999, true},
        {1, 1, false},
        {1, 40000, true},
        {0, 0, true}, /* Outlook does not say */
        {0, 1, true},
        {1, 0, true},
        {-1, 1, true},
        {1, -1, true},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        expect(draft_is_touched(rows[i].created_ms, rows[i].modified_ms) == rows[i].touched, "row %u", i);
}

static void a_doubt_is_looked_into_when_its_time_has_come_or_its_outlook_has_ended(void **state)
{
    static const struct
    {
        struct doubt doubt;
        bool looks;
    } rows[] = {
        {{.look_due = false}, false},
        {{.look_due = true}, true},
        {{.look_due = true, .sender_gone = true}, true},
        {{.sender_gone = true, .process_gone = true}, false},
        {{.process_gone = true}, true},
        {{.process_gone = true, .paused = true}, false},
        {{.look_due = true, .process_gone = true, .paused = true}, true},
        /* A call that was left: its answer is waited for, however long it takes; but not from where nobody is. */
        {{.look_due = true, .call_not_ended = true}, false},
        {{.look_due = true, .call_not_ended = true, .gone_ms = 1000000}, false},
        {{.look_due = true, .call_not_ended = true, .process_gone = true, .gone_ms = 1999}, false},
        {{.call_not_ended = true, .process_gone = true, .gone_ms = 2000}, true},
        {{.call_not_ended = true, .sender_gone = true, .process_gone = true, .gone_ms = 2000}, true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        expect(doubt_looks(&rows[i].doubt) == rows[i].looks, "row %u", (unsigned)i);
}

static void a_round_looks_where_counting_could_miss_something(void **state)
{
    static const struct
    {
        struct round_facts facts;
        bool looks;
    } rows[] = {
        /* count, before, submitted, just handed, never seen, full round */
        {{3, -1, 3, true, true, true}, false}, /* just handed over, and room for all: the next round looks */
        {{5, 2, 3, true, true, true}, false},
        {{2, -1, 3, true, true, false}, true}, /* one has left already */
        {{0, -1, 3, true, true, false}, true},
        {{3, 3, 3, false, false, false}, false}, /* as many as before: nothing left */
        {{3, 3, 3, false, true, false}, true},   /* but one was never looked for */
        {{3, 3, 3, false, false, true}, true},   /* and now and then whatever the count says */
        {{3, 4, 3, false, false, false}, true},
        {{4, 3, 3, false, false, false}, true},
        {{3, -1, 3, false, false, false}, true},
        {{0, 0, 3, false, false, false}, true},  /* an empty Outbox holds none of them */
        {{0, 0, 0, true, false, false}, false},  /* and where there are none, it holds all */
        {{1, 1, 1, false, false, false}, false}, /* one is not none */
        {{-1, 2, 3, true, false, false}, true},  /* it could not be counted */
        {{-1, -1, 3, false, false, false}, true},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        expect(round_looks(&rows[i].facts) == rows[i].looks, "row %u", i);
}

static void only_the_first_round_after_a_hand_over_is_let_pass(void **state)
{
    (void)state;
    for (int32_t count = 0; count < 5; count++)
        for (uint32_t submitted = 1; submitted < 5; submitted++)
        {
            struct round_facts facts = {count, count, submitted, false, true, false};

            expect(round_looks(&facts), "%d of %u", (int)count, (unsigned)submitted);
        }
}

static void copies_come_first_where_the_outbox_holds_fewer(void **state)
{
    (void)state;
    assert_false(copy_comes_first(-1, 3));
    assert_true(copy_comes_first(0, 1));
    assert_true(copy_comes_first(2, 3));
    assert_false(copy_comes_first(3, 3));
    assert_false(copy_comes_first(4, 3));
}

static void a_mail_that_stands_in_the_outbox_is_told_of(void **state)
{
    static const struct
    {
        struct standing_facts facts;
        enum standing standing;
    } rows[] = {
        /* in the Outbox, unseen, offline, for, alert */
        {{1, 0, 0, 0, 3600}, standing_fine},
        {{1, 0, 0, 3599, 3600}, standing_fine},
        {{1, 0, 0, 3600, 3600}, standing_stuck},
        {{1, 0, 1, 0, 3600}, standing_offline},
        {{1, 0, 1, 3600, 3600}, standing_stuck},
        {{1, 0, 0, UINT64_MAX, 0}, standing_fine},
        {{1, 0, 1, UINT64_MAX, 0}, standing_offline},
        /* It has left, or was never there. */
        {{0, 0, 1, 3600, 3600}, standing_fine},
        {{0, 0, 1, 0, 0}, standing_fine},
        /* It cannot be told. */
        {{0, 1, 0, 3599, 3600}, standing_unseen},
        {{1, 1, 1, 0, 3600}, standing_unseen},
        {{0, 1, 1, 3600, 3600}, standing_stuck},
        {{0, 1, 0, UINT64_MAX, 0}, standing_unseen},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(rows); i++)
        expect(mail_standing(&rows[i].facts) == rows[i].standing, "row %u", i);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mail_is_never_handed_to_outlook_twice),
        cmocka_unit_test(every_other_verdict_is_backed_by_what_was_seen),
        cmocka_unit_test(while_a_call_may_be_under_way_nothing_is_done_but_waiting_or_believing),
        cmocka_unit_test(waiting_ends_when_the_sender_is_gone_and_the_time_for_a_copy_is_over),
        cmocka_unit_test(each_story_has_its_verdict),
        cmocka_unit_test(a_store_that_cannot_be_seen_leaves_nothing_but_what_was_seen),
        cmocka_unit_test(of_an_account_that_is_gone_nothing_is_known_but_what_was_seen),
        cmocka_unit_test(only_what_stands_as_a_draft_alone_may_be_deleted),
        cmocka_unit_test(a_draft_that_was_changed_since_it_was_saved_is_a_persons),
        cmocka_unit_test(a_doubt_is_looked_into_when_its_time_has_come_or_its_outlook_has_ended),
        cmocka_unit_test(a_round_looks_where_counting_could_miss_something),
        cmocka_unit_test(only_the_first_round_after_a_hand_over_is_let_pass),
        cmocka_unit_test(copies_come_first_where_the_outbox_holds_fewer),
        cmocka_unit_test(a_mail_that_stands_in_the_outbox_is_told_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

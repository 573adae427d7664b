/* outbox_strays_test.c - drafts that jobs left behind and nobody will send: when one is noted, and which comes next. */
#include "outbox_test.h"
#include "outbox/internal.h"

/* The next one, which is forgotten then. */
static void assert_stray(struct outbox *outbox, const WCHAR *id, LONG attempt)
{
    struct outbox_stray found;

    assert_int_equal(outbox_next_stray(outbox, &found, NULL), id ? S_OK : S_FALSE);
    if (!id) return;
    assert_int_equal(wcscmp(found.job_id, id), 0);
    assert_int_equal(found.attempt, attempt);
    assert_succeeds(outbox_set_stray(outbox, &found, FALSE, NULL));
    outbox_stray_clear(&found);
}

static void a_cancelled_job_is_noted_where_a_draft_of_it_may_stand(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_change tried = {.from = job_queued, .state = job_queued, .fields = job_set_attempts, .attempts = 2};
    struct job_change waited = {
        .from = job_queued, .state = job_queued, .fields = job_set_error, .last_error = (HRESULT)0x8004B00C};
    WCHAR ids[4][JOB_ID_SIZE];

    (void)state;
    for (int i = 0; i < 4; i++)
        accept_plain(outbox, L"a", ids[i]);
    assert_succeeds(outbox_cancel(outbox, ids[0], L"D\\x", deadline_never, NULL));
    assert_stray(outbox, NULL, 0); /* nobody has ever tried it */
    wcscpy(tried.job_id, ids[1]);
    wcscpy(waited.job_id, ids[2]);
    assert_succeeds(outbox_change(outbox, &tried, 1, NULL));
    assert_succeeds(outbox_change(outbox, &waited, 1, NULL));
    assert_succeeds(outbox_cancel(outbox, ids[1], L"D\\x", deadline_never, NULL));
    assert_stray(outbox, ids[1], 3); /* that of attempt 2 is noted with its failure, where there is one */
    assert_succeeds(outbox_cancel(outbox, ids[2], L"D\\x", deadline_never, NULL));
    outbox_close(outbox);
    outbox = open_outbox();
    assert_stray(outbox, ids[2], 1);
    assert_succeeds(outbox_cancel(outbox, ids[3], L"D\\x", deadline_never, NULL));
    assert_stray(outbox, ids[3], 1); /* a broker before this one may have begun with it */
    assert_stray(outbox, NULL, 0);
    outbox_close(outbox);
}

/* Noted while its job lives, it counts once nobody sends it any more. */
static void a_draft_that_was_noted_counts_once_its_job_is_over_or_further(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_change further = {.from = job_queued, .state = job_queued, .fields = job_set_attempts, .attempts = 2};
    struct outbox_stray stray = {.attempt = 1, .noted_at = 7, .next_at = 9, .tries = 3, .losses = 2, .process = 4};
    struct outbox_stray found;
    WCHAR ids[3][JOB_ID_SIZE];

    (void)state;
    for (int i = 0; i < 3; i++)
    {
        accept_plain(outbox, L"a", ids[i]);
        wcscpy(stray.job_id, ids[i]);
        assert_succeeds(outbox_set_stray(outbox, &stray, TRUE, NULL));
    }
    assert_stray(outbox, NULL, 0);
    wcscpy(further.job_id, ids[0]);
    assert_succeeds(outbox_change(outbox, &further, 1, NULL));
    assert_int_equal(outbox_next_stray(outbox, &found, NULL), S_OK);
    assert_int_equal(found.noted_at, 7);
    assert_int_equal(found.next_at, 9);
    assert_int_equal(found.tries, 3);
    assert_int_equal(found.losses, 2);
    assert_int_equal(found.process, 4);
    outbox_stray_clear(&found);
    assert_stray(outbox, ids[0], 1);
    assert_succeeds(outbox_cancel(outbox, ids[1], L"D\\x", deadline_never, NULL));
    assert_stray(outbox, ids[1], 1);
    assert_stray(outbox, NULL, 0);
    outbox_close(outbox);
}

/* Delivery reads it, and has it in hand until it reads the next one. */
static void a_job_that_is_cancelled_in_hand_is_noted(void **state)
{
    struct outbox *outbox = open_outbox();
    WCHAR ids[2][JOB_ID_SIZE];
    struct job_work work;
    LONGLONG next_due;

    (void)state;
    for (int i = 0; i < 2; i++)
        accept_plain(outbox, L"a", ids[i]);
    assert_int_equal(outbox_next_due(outbox, utc_now_ms(), &work, &next_due, NULL), S_OK);
    assert_int_equal(wcscmp(work.id, ids[0]), 0);
    job_work_clear(&work);
    assert_succeeds(outbox_cancel(outbox, ids[1], L"D\\x", deadline_never, NULL));
    assert_stray(outbox, NULL, 0);
    assert_succeeds(outbox_cancel(outbox, ids[0], L"D\\x", deadline_never, NULL));
    assert_stray(outbox, ids[0], 1);
    assert_int_equal(outbox_next_due(outbox, utc_now_ms(), &work, &next_due, NULL), S_FALSE);
    outbox_close(outbox);
}

static struct job_work due_work(struct outbox *outbox)
{
    struct job_work work;
    LONGLONG next_due;

    assert_int_equal(outbox_next_due(outbox, utc_now_ms(), &work, &next_due, NULL), S_OK);
    return work;
}

static void try_once(struct outbox *outbox, const WCHAR *id, enum job_state state, LONG attempts, BOOL keeps_draft)
{
    struct job_change begin = {.from = job_queued,
        .state = job_sending,
        .fields = job_set_attempts | job_set_place,
        .attempts = attempts,
        .entry_id = L"AB",
        .store_id = L"CD"};
    struct job_change end = {.from = job_sending, .state = state, .keeps_draft = keeps_draft};

    wcscpy(begin.job_id, id);
    wcscpy(end.job_id, id);
    assert_succeeds(outbox_change(outbox, &begin, 1, NULL));
    assert_succeeds(outbox_change(outbox, &end, 1, NULL));
}

/* What is the broker's to delete before the next attempt, and what a person was told of. */
static void the_draft_of_a_failed_attempt_is_the_brokers_and_one_that_a_person_was_told_of_is_not(void **state)
{
    struct outbox *outbox = open_outbox();
    struct job_change further = {.from = job_queued, .state = job_queued, .fields = job_set_attempts, .attempts = 2};
    WCHAR id[JOB_ID_SIZE];
    struct job_work work;

    (void)state;
    accept_plain(outbox, L"a", id);
    try_once(outbox, id, job_queued, 1, FALSE);
    work = due_work(outbox);
    assert_true(work.draft_noted);
    assert_false(work.next_draft_noted);
    assert_int_equal(wcscmp(work.entry_id, L"AB"), 0);
    job_work_clear(&work);
    wcscpy(further.job_id, id);
    assert_succeeds(outbox_change(outbox, &further, 1, NULL)); /* an attempt of which no draft is known */
    work = due_work(outbox);
    assert_false(work.draft_noted);
    assert_int_equal(wcscmp(work.entry_id, L""), 0);
    job_work_clear(&work);
    assert_stray(outbox, id, 1);

    try_once(outbox, id, job_failed, 3, TRUE);
    assert_succeeds(outbox_retry(outbox, id, L"D\\x", deadline_never, NULL));
    work = due_work(outbox);
    assert_false(work.draft_noted);
    job_work_clear(&work);
    try_once(outbox, id, job_unknown, 4, FALSE);
    assert_succeeds(outbox_retry(outbox, id, L"D\\x", deadline_never, NULL));
    work = due_work(outbox);
    assert_false(work.draft_noted);
    job_work_clear(&work);
    assert_succeeds(outbox_cancel(outbox, id, L"D\\x", deadline_never, NULL));
    assert_stray(outbox, id, 5);
    assert_stray(outbox, NULL, 0);
    outbox_close(outbox);
}

static LONG give_up(struct outbox *outbox, const WCHAR *id, BOOL keeps_draft)
{
    struct job_change failed = {.from = job_sending,
        .state = job_failed,
        .fields = job_set_attempts,
        .attempts = 1,
        .keeps_draft = keeps_draft};
    struct outbox_stray found;
    LONG attempt;

    wcscpy(failed.job_id, id);
    assert_succeeds(step(outbox, id, job_queued, job_sending, NULL));
    assert_succeeds(outbox_change(outbox, &failed, 1, NULL));
    outbox_next_stray(outbox, &found, NULL);
    attempt = found.attempt;
    outbox_stray_clear(&found);
    return attempt;
}

static void a_job_that_is_given_up_is_noted_unless_its_draft_is_left_to_a_person(void **state)
{
    struct outbox *outbox = open_outbox();
    WCHAR ids[2][JOB_ID_SIZE];

    (void)state;
    accept_plain(outbox, L"a", ids[0]);
    accept_plain(outbox, L"a", ids[1]);
    assert_int_equal(give_up(outbox, ids[0], TRUE), 0);
    assert_int_equal(give_up(outbox, ids[1], FALSE), 1);
    assert_stray(outbox, ids[1], 1);
    assert_stray(outbox, ids[1], 2);
    outbox_close(outbox);
}

static void the_draft_whose_time_comes_first_is_the_next(void **state)
{
    struct outbox *outbox = open_outbox();
    struct outbox_stray stray = {.attempt = 1, .next_at = 2000};
    WCHAR ids[2][JOB_ID_SIZE];

    (void)state;
    for (int i = 0; i < 2; i++)
    {
        accept_plain(outbox, L"a", ids[i]);
        wcscpy(stray.job_id, ids[i]);
        stray.next_at = 2000 - i;
        assert_succeeds(outbox_set_stray(outbox, &stray, TRUE, NULL));
        assert_succeeds(outbox_cancel(outbox, ids[i], L"D\\x", deadline_never, NULL));
    }
    assert_stray(outbox, ids[1], 1);
    assert_stray(outbox, ids[0], 1);
    outbox_close(outbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_cancelled_job_is_noted_where_a_draft_of_it_may_stand),
        test(a_draft_that_was_noted_counts_once_its_job_is_over_or_further),
        test(a_job_that_is_cancelled_in_hand_is_noted),
        test(the_draft_of_a_failed_attempt_is_the_brokers_and_one_that_a_person_was_told_of_is_not),
        test(a_job_that_is_given_up_is_noted_unless_its_draft_is_left_to_a_person),
        test(the_draft_whose_time_comes_first_is_the_next),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

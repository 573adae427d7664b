/* rules_lifetime_test.c - when the broker may end, and when it looks again. */
#include "rules_test.h"
#include "rules/lifetime.h"

/* idle for 6 minutes of 5 allowed, nothing to do */
static const struct life idle = {.had_client = true,
    .idle_ms = 360000,
    .idle_limit_ms = 300000,
    .no_client_limit_ms = 10000,
    .next_due_ms = UINT64_MAX,
    .due_soon_ms = 60000};

static void nothing_but_work_settings_and_clients_keep_it(void **state)
{
    struct life life = idle;

    (void)state;
    assert_true(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX);

    life.clients = 1;
    assert_false(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX);
    life = idle;
    life.keep_running = true;
    assert_false(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX);
    life = idle;
    life.sending = 1;
    assert_false(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX);
    life = idle;
    life.submitted = 1;
    assert_false(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX);
    life = idle;
    life.job_due = true;
    assert_false(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX);
}

static void a_job_that_is_due_soon_keeps_it(void **state)
{
    struct life life = idle;

    (void)state;
    life.next_due_ms = 60000;
    assert_false(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX);
    life.next_due_ms = 0;
    assert_false(life_may_end(&life));
    life.next_due_ms = 60001;
    assert_true(life_may_end(&life));
    assert_int_equal(life_next_look_ms(&life), 1);
    life.next_due_ms = UINT64_MAX - 1;
    assert_true(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX - 1);
}

static void it_stays_until_its_time_is_over(void **state)
{
    struct life life = idle;

    (void)state;
    life.idle_ms = 299999;
    assert_false(life_may_end(&life));
    assert_int_equal(life_next_look_ms(&life), 1);
    life.idle_ms = 300000;
    assert_true(life_may_end(&life));
    life.idle_ms = 0;
    assert_int_equal(life_next_look_ms(&life), 300000);
    life.idle_limit_ms = UINT32_MAX;
    assert_true(life_next_look_ms(&life) == UINT32_MAX - 1);
}

static void without_any_client_it_ends_earlier(void **state)
{
    struct life life = idle;

    (void)state;
    life.had_client = false;
    life.idle_ms = 9999;
    assert_false(life_may_end(&life));
    assert_int_equal(life_next_look_ms(&life), 1);
    life.idle_ms = 10000;
    assert_true(life_may_end(&life));
    life.job_due = true;
    assert_false(life_may_end(&life));
}

static void a_job_due_before_the_time_is_over_leaves_it_to_that_job(void **state)
{
    struct life life = idle;

    (void)state;
    life.idle_ms = 0;
    life.next_due_ms = 360000;
    assert_false(life_may_end(&life));
    assert_true(life_next_look_ms(&life) == UINT32_MAX);
    life.next_due_ms = 360001;
    assert_int_equal(life_next_look_ms(&life), 300000);
}

static void a_job_that_is_due_in_many_days_is_no_reason_to_look_never_again(void **state)
{
    struct life life = idle;

    (void)state;
    life.idle_ms = life.idle_limit_ms;
    for (uint64_t more = 0; more < 3; more++)
    {
        life.next_due_ms = life.due_soon_ms + UINT32_MAX - 1 + more;
        expect(life_next_look_ms(&life) == UINT32_MAX - 1, "%u", (unsigned)more);
    }
}

static struct life after(const struct life *life, uint64_t ms)
{
    struct life later = *life;

    later.idle_ms += ms;
    if (later.next_due_ms == UINT64_MAX) return later;
    later.next_due_ms = later.next_due_ms > ms ? later.next_due_ms - ms : 0;
    if (!later.next_due_ms) later.job_due = true;
    return later;
}

static struct life any_life(uint32_t *seed)
{
    struct life life = {0};

    life.had_client = pseudo_random(seed) & 1;
    life.idle_ms = pseudo_random(seed) % 40;
    life.idle_limit_ms = pseudo_random(seed) % 30;
    life.no_client_limit_ms = pseudo_random(seed) % 15;
    life.keep_running = pseudo_random(seed) % 16 == 0;
    life.sending = pseudo_random(seed) % 16 == 0;
    life.submitted = pseudo_random(seed) % 16 == 0;
    life.job_due = pseudo_random(seed) % 16 == 0;
    life.next_due_ms = pseudo_random(seed) % 3 ? pseudo_random(seed) % 60 : UINT64_MAX;
    life.due_soon_ms = pseudo_random(seed) % 20;
    return life;
}

static void the_next_look_is_exactly_when_time_alone_changes_the_answer(void **state)
{
    uint32_t seed = 4711;

    (void)state;
    for (unsigned round = 0; round < 50000; round++)
    {
        struct life life = any_life(&seed), later;
        bool now = life_may_end(&life);
        uint32_t next = life_next_look_ms(&life);
        uint32_t quiet = next == UINT32_MAX ? 200 : next;

        expect(next >= 1, "round %u", round);
        for (uint32_t ms = 1; ms < quiet; ms++)
        {
            later = after(&life, ms);
            expect(life_may_end(&later) == now, "round %u, after %u of %u ms", round, (unsigned)ms, (unsigned)next);
        }
        if (next == UINT32_MAX) continue;
        later = after(&life, next);
        expect(life_may_end(&later) != now, "round %u, after %u ms", round, (unsigned)next);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_but_work_settings_and_clients_keep_it),
        cmocka_unit_test(a_job_that_is_due_soon_keeps_it),
        cmocka_unit_test(it_stays_until_its_time_is_over),
        cmocka_unit_test(without_any_client_it_ends_earlier),
        cmocka_unit_test(a_job_due_before_the_time_is_over_leaves_it_to_that_job),
        cmocka_unit_test(a_job_that_is_due_in_many_days_is_no_reason_to_look_never_again),
        cmocka_unit_test(the_next_look_is_exactly_when_time_alone_changes_the_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

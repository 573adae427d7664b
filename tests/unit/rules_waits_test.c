/* rules_waits_test.c - how long delivery waits: each thing that may end the wait by time alone, beside the others. */
#include "rules_test.h"
#include "rules/waits.h"

#define NEVER WAIT_FOR_EVER

static void what_comes_first_ends_the_wait(void **state)
{
    static const struct
    {
        const char *what;
        struct wait_facts facts;
        uint32_t expected;
    } cases[] = {
        {"nothing waits", {.next_look_ms = NEVER}, NEVER},
        {"a look is due", {.next_look_ms = 0}, 0},
        {"a look in two seconds", {.next_look_ms = 2000}, 2000},
        {"a look in two minutes", {.next_look_ms = 120000}, 60000},
        {"a job is due", {.job_put_off = true, .due_ms = 0, .next_look_ms = NEVER}, 0},
        {"a job in a second", {.job_put_off = true, .due_ms = 1000, .next_look_ms = NEVER}, 1000},
        {"a job tomorrow", {.job_put_off = true, .due_ms = 86400000, .next_look_ms = NEVER}, 60000},
        {"a job in a year", {.job_put_off = true, .due_ms = 31536000000, .next_look_ms = NEVER}, 60000},
        {"a job in as many ms as mean for ever", {.job_put_off = true, .due_ms = NEVER, .next_look_ms = NEVER}, 60000},
        {"a job before a look", {.job_put_off = true, .due_ms = 1000, .next_look_ms = 2000}, 1000},
        {"a look before a job", {.job_put_off = true, .due_ms = 2000, .next_look_ms = 1000}, 1000},
        {"a job's time that counts no more", {.due_ms = 1000, .next_look_ms = NEVER}, NEVER},
        {"a job is left over", {.job_due = true, .next_look_ms = NEVER}, 1000},
        {"a job is left over, another comes soon",
            {.job_due = true, .job_put_off = true, .due_ms = 300, .next_look_ms = NEVER}, 300},
        {"a job is left over, a look is due", {.job_due = true, .next_look_ms = 0}, 0},
        {"a job is left over, Outlook left alone",
            {.job_due = true, .outlook_held = true, .held_ms = 40000, .next_look_ms = NEVER}, 40000},
        {"Outlook is left alone", {.outlook_held = true, .held_ms = 40000, .next_look_ms = NEVER}, 40000},
        {"the same for ten minutes", {.outlook_held = true, .held_ms = 600000, .next_look_ms = NEVER}, 600000},
        {"the same, a look is due", {.outlook_held = true, .held_ms = 40000, .next_look_ms = 0}, 40000},
        {"the same, a job is due", {.outlook_held = true, .held_ms = 40000, .job_put_off = true, .next_look_ms = NEVER},
            40000},
        {"a pause that is over", {.held_ms = 40000, .next_look_ms = NEVER}, NEVER},
        {"a draft is to be deleted at once, and was not", {.stray_waits = true, .next_look_ms = NEVER}, 1000},
        {"a draft is to be deleted in two seconds", {.stray_waits = true, .stray_ms = 2000, .next_look_ms = NEVER},
            2000},
        {"the same in an hour", {.stray_waits = true, .stray_ms = 3600000, .next_look_ms = NEVER}, 60000},
        {"the same in a second and one", {.stray_waits = true, .stray_ms = 1001, .next_look_ms = NEVER}, 1001},
        {"a look before a draft", {.stray_waits = true, .stray_ms = 2000, .next_look_ms = 500}, 500},
        {"a draft before a job",
            {.stray_waits = true, .stray_ms = 2000, .job_put_off = true, .due_ms = 3000, .next_look_ms = NEVER}, 2000},
        {"a draft's time that does not count", {.stray_ms = 2000, .next_look_ms = NEVER}, NEVER},
        {"a draft is to be deleted, Outlook left alone",
            {.stray_waits = true, .outlook_held = true, .held_ms = 40000, .next_look_ms = NEVER}, 40000},
        {"a call was left", {.call_left = true, .next_look_ms = NEVER}, 1000},
        {"a call was left, Outlook left alone",
            {.call_left = true, .outlook_held = true, .held_ms = 40000, .next_look_ms = NEVER}, 1000},
        {"a call was left, a look is due", {.call_left = true, .next_look_ms = 0}, 1000},
        {"the outbox is unread", {.unread = true, .next_look_ms = NEVER}, 5000},
        {"the outbox is unread, all else at once",
            {.unread = true, .call_left = true, .outlook_held = true, .job_put_off = true}, 5000},
    };

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        uint32_t ms = wait_ms(&cases[i].facts);

        expect(ms == cases[i].expected, "%s: %lu ms", cases[i].what, (unsigned long)ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_first_ends_the_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

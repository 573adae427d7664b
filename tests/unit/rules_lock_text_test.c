/* rules_lock_text_test.c - the text of the lock file, whole, torn, and of anybody's making. */
#include "rules_test.h"
#include "rules/lock_text.h"

#define EVENT "{01234567-89ab-CDEF-0123-456789abcdef}"

static const struct lock_holder holder = {4711, 2, 133500000000000000u, false, EVENT};

static bool same(const struct lock_holder *a, const struct lock_holder *b)
{
    return a->process_id == b->process_id && a->windows_session == b->windows_session && a->started == b->started &&
           a->stopping == b->stopping && strcmp(a->stop_event, b->stop_event) == 0;
}

static bool is_empty(const struct lock_holder *read)
{
    struct lock_holder nothing;

    memset(&nothing, 0, sizeof(nothing));
    return memcmp(read, &nothing, sizeof(nothing)) == 0;
}

static void a_holder_is_written_one_value_a_line_and_padded(void **state)
{
    static const char expected[] =
        "process 4711\nsession 2\nstarted 133500000000000000\nstate running\nstop " EVENT "\n";
    char text[LOCK_TEXT_SIZE];

    (void)state;
    memset(text, 'x', sizeof(text));
    lock_text_format(text, &holder);
    assert_int_equal(text[LOCK_TEXT_SIZE - 1], 0);
    assert_int_equal(strlen(text), LOCK_TEXT_SIZE - 1);
    assert_memory_equal(text, expected, sizeof(expected) - 1);
    assert_int_equal(strspn(text + sizeof(expected) - 1, " "), LOCK_TEXT_SIZE - sizeof(expected));
}

static void what_was_written_is_read_back(void **state)
{
    struct lock_holder cases[] = {
        holder, holder, {UINT32_MAX, UINT32_MAX, UINT64_MAX, true, ""}, {0, 0, 0, false, "A"}};

    (void)state;
    cases[1].stopping = true;
    memset(cases[2].stop_event, 'F', sizeof(cases[2].stop_event) - 1);
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        char text[LOCK_TEXT_SIZE];
        struct lock_holder read;

        memset(&read, 0xFF, sizeof(read));
        lock_text_format(text, &cases[i]);
        expect(lock_text_parse(text, LOCK_TEXT_SIZE - 1, &read) && same(&read, &cases[i]), "row %u", i);
        expect(lock_text_parse(text, LOCK_TEXT_SIZE, &read) && same(&read, &cases[i]), "row %u with its zero", i);
    }
}

static void a_rewrite_leaves_nothing_of_a_longer_text(void **state)
{
    struct lock_holder longer = {UINT32_MAX, UINT32_MAX, UINT64_MAX, true, EVENT "0123"}, read;
    char file[LOCK_TEXT_SIZE], text[LOCK_TEXT_SIZE];

    (void)state;
    lock_text_format(file, &longer);
    lock_text_format(text, &holder);
    memcpy(file, text, LOCK_TEXT_SIZE - 1);
    assert_true(lock_text_parse(file, LOCK_TEXT_SIZE - 1, &read));
    assert_true(same(&read, &holder));
}

static void lines_in_any_order_and_of_later_versions_are_read(void **state)
{
    static const char text[] =
        "state stopping\nversion 2.0\nstop " EVENT "\nprocess 4711\nstarted 133500000000000000\nsession 2\nnote \n";
    struct lock_holder read, expected = holder;

    (void)state;
    expected.stopping = true;
    assert_true(lock_text_parse(text, sizeof(text) - 1, &read));
    assert_true(same(&read, &expected));
}

static void a_text_that_is_not_whole_is_no_text(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "\n",
        "process 1\nsession 2\nstarted 3\nstate running\n",
        "session 2\nstarted 3\nstate running\nstop A\n",
        "process 1\nstarted 3\nstate running\nstop A\n",
        "process 1\nsession 2\nstate running\nstop A\n",
        "process 1\nsession 2\nstarted 3\nstop A\n",
        "process 1\nsession 2\nstarted 3\nstate running\nstop A",
        "process 1\nsession 2\nstarted 3\nstate running\nstop A\nx",
        "process 1\nsession 2\nstarted 3\nstate running\nstop A\nnote\n",
        "process 1\nprocess 1\nsession 2\nstarted 3\nstate running\nstop A\n",
        "process 1\nsession 2\nstarted 3\nstate running\nstate running\nstop A\n",
        "process1\nsession 2\nstarted 3\nstate running\nstop A\n",
        "process \nsession 2\nstarted 3\nstate running\nstop A\n",
        "process -1\nsession 2\nstarted 3\nstate running\nstop A\n",
        "process 1 \nsession 2\nstarted 3\nstate running\nstop A\n",
        "process  1\nsession 2\nstarted 3\nstate running\nstop A\n",
        "process 4294967296\nsession 2\nstarted 3\nstate running\nstop A\n",
        "process 1\nsession 42949672950\nstarted 3\nstate running\nstop A\n",
        "process 1\nsession 2\nstarted 18446744073709551616\nstate running\nstop A\n",
        "process 1\nsession 2\nstarted 99999999999999999999999\nstate running\nstop A\n",
        "process 1\nsession 2\nstarted 3\nstate runnin\nstop A\n",
        "process 1\nsession 2\nstarted 3\nstate Running\nstop A\n",
        "process 1\nsession 2\nstarted 3\nstate stopping!\nstop A\n",
        "process 1\nsession 2\nstarted 3\nstate running\nstop \n",
        "process 1\nsession 2\nstarted 3\nstate running\nstop \\A\n",
        "process 1\nsession 2\nstarted 3\nstate running\nstop A\\\n",
        "process 1\nsession 2\nstarted 3\nstate running\nstop Global\\x\n",
        "process 1\nsession 2\nstarted 3\nstate running\nstop "
        "0123456789012345678901234567890123456789012345678901234567890123\n",
        "process 1\r\nsession 2\r\nstarted 3\r\nstate running\r\nstop A\r\n",
    };
    static const char with_zero[] = "process 1\nsession 2\nstarted 3\n\0state running\nstop A\n";

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(cases); i++)
    {
        struct lock_holder read = holder;

        expect(!lock_text_parse(cases[i], strlen(cases[i]), &read), "row %u", i);
        expect(is_empty(&read), "row %u leaves something", i);
    }
    for (size_t length = 0; length < sizeof(with_zero); length++)
    {
        struct lock_holder read;

        expect(!lock_text_parse(with_zero, length, &read), "cut at %u", (unsigned)length);
    }
}

static void a_text_that_is_cut_anywhere_is_no_text(void **state)
{
    char text[LOCK_TEXT_SIZE];
    size_t whole;

    (void)state;
    lock_text_format(text, &holder);
    whole = (size_t)(strrchr(text, '\n') - text) + 1;
    for (size_t length = 0; length < LOCK_TEXT_SIZE; length++)
    {
        char *part = malloc(length ? length : 1);
        struct lock_holder read;

        memcpy(part, text, length);
        expect(lock_text_parse(part, length, &read) == (length >= whole), "cut at %u", (unsigned)length);
        expect(is_empty(&read) == (length < whole), "cut at %u", (unsigned)length);
        free(part);
    }
}

static void any_bytes_are_read_within_their_bounds(void **state)
{
    uint32_t seed = 8;

    (void)state;
    for (unsigned round = 0; round < 100000; round++)
    {
        char whole[LOCK_TEXT_SIZE];
        size_t length = pseudo_random(&seed) % 300;
        char *bytes = malloc(length ? length : 1);
        struct lock_holder read;

        for (size_t i = 0; i < length; i++)
            bytes[i] = (char)pseudo_random(&seed);
        if (round % 2)
        {
            /* a whole text with a few bytes changed */
            lock_text_format(whole, &holder);
            memcpy(bytes, whole, length < sizeof(whole) ? length : sizeof(whole));
            for (int i = 0; i < 3 && length; i++)
                bytes[pseudo_random(&seed) % length] = (char)pseudo_random(&seed);
        }
        if (lock_text_parse(bytes, length, &read))
        {
            expect(memchr(read.stop_event, 0, sizeof(read.stop_event)) != NULL, "round %u", round);
            expect(read.stop_event[0] != 0, "round %u", round);
        }
        else
        {
            expect(is_empty(&read), "round %u", round);
        }
        free(bytes);
    }
}

static void a_name_without_an_end_is_written_within_its_bounds(void **state)
{
    struct lock_holder endless = holder;
    char text[LOCK_TEXT_SIZE];

    (void)state;
    memset(endless.stop_event, 'A', sizeof(endless.stop_event));
    lock_text_format(text, &endless);
    assert_int_equal(strlen(text), LOCK_TEXT_SIZE - 1);
    assert_int_equal(strspn(strchr(text, 'A'), "A"), sizeof(endless.stop_event) - 1);
}

static void who_loses_the_lock_does_what_the_holder_needs(void **state)
{
    struct lock_holder running = holder, stopping = holder;

    (void)state;
    stopping.stopping = true;
    assert_int_equal(lock_lost(&running, false), lock_refuse_later);
    assert_int_equal(lock_lost(&running, true), lock_end);
    assert_int_equal(lock_lost(&stopping, false), lock_hold_calls);
    assert_int_equal(lock_lost(&stopping, true), lock_hold_calls);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_holder_is_written_one_value_a_line_and_padded),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(a_rewrite_leaves_nothing_of_a_longer_text),
        cmocka_unit_test(lines_in_any_order_and_of_later_versions_are_read),
        cmocka_unit_test(a_text_that_is_not_whole_is_no_text),
        cmocka_unit_test(a_text_that_is_cut_anywhere_is_no_text),
        cmocka_unit_test(any_bytes_are_read_within_their_bounds),
        cmocka_unit_test(a_name_without_an_end_is_written_within_its_bounds),
        cmocka_unit_test(who_loses_the_lock_does_what_the_holder_needs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

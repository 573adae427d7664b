/* rules_start_record_test.c - what stands on disk of Outlook's starts: read back as it was written, or not at all. */
#include "rules_test.h"
#include <string.h>
#include "rules/start_record.h"

static const struct start_record whole = {1234, 133000000000000000u,
    {{1700000000001, 1700000000002, 1700000000003, 1700000000004, 1700000000005}, 5, 1700000600005}, 0x8004B005u,
    "Outlook did not start. Checked: its activation."};

static const char whole_text[] = "outlook-broker starts 1\n"
                                 "process 1234\n"
                                 "started 133000000000000000\n"
                                 "failed 1700000000001\n"
                                 "failed 1700000000002\n"
                                 "failed 1700000000003\n"
                                 "failed 1700000000004\n"
                                 "failed 1700000000005\n"
                                 "until 1700000600005\n"
                                 "code 2147790853\n"
                                 "reason Outlook did not start. Checked: its activation.\n"
                                 "end\n";

static bool parse(const char *text, struct start_record *record)
{
    return start_record_parse(text, strlen(text), record);
}

static void a_record_is_read_back_as_it_was_written(void **state)
{
    struct start_record none = {0}, read;
    char text[START_RECORD_SIZE];

    (void)state;
    assert_int_equal(start_record_format(text, &whole), strlen(whole_text));
    assert_string_equal(text, whole_text);
    assert_true(parse(text, &read));
    assert_memory_equal(&read, &whole, sizeof(read));
    start_record_format(text, &none);
    assert_string_equal(text, "outlook-broker starts 1\nend\n");
    assert_true(parse(text, &read));
    assert_memory_equal(&read, &none, sizeof(read));
}

static void the_longest_record_fits_and_a_line_break_does_no_harm(void **state)
{
    struct start_record longest = whole, read;
    char text[START_RECORD_SIZE];

    (void)state;
    longest.process_id = UINT32_MAX;
    longest.process_started = UINT64_MAX;
    longest.code = UINT32_MAX;
    for (unsigned i = 0; i < CIRCUIT_FAILURES; i++)
        longest.circuit.failed_at[i] = INT64_MAX;
    longest.circuit.opened_until = INT64_MAX;
    memset(longest.reason, 'x', sizeof(longest.reason) - 1);
    longest.reason[0] = '\n';
    longest.reason[9] = '\r';
    start_record_format(text, &longest);
    assert_true(parse(text, &read));
    assert_true(read.reason[0] == ' ' && read.reason[9] == ' ');
    read.reason[0] = '\n';
    read.reason[9] = '\r';
    assert_memory_equal(&read, &longest, sizeof(read));
}

static void half_a_file_counts_as_none(void **state)
{
    struct start_record read, none = {0};

    (void)state;
    for (size_t length = 0; length < sizeof(whole_text) - 1; length++)
    {
        expect(!start_record_parse(whole_text, length, &read), "%u bytes", (unsigned)length);
        assert_memory_equal(&read, &none, sizeof(read));
    }
}

static void what_is_no_record_counts_as_none_and_later_lines_are_passed_over(void **state)
{
    static const char *const bad[] = {
        "",
        "end\n",
        "outlook-broker starts 2\nend\n",
        "outlook-broker starts 1\nend\nend\n",
        "outlook-broker starts 1\nprocess 1\nend\n",
        "outlook-broker starts 1\nprocess x\nstarted 1\nend\n",
        "outlook-broker starts 1\nprocess 4294967296\nstarted 1\nend\n",
        "outlook-broker starts 1\nprocess\nend\n",
        "outlook-broker starts 1\nprocess \nend\n",
        "outlook-broker starts 1\nprocess :\nstarted 1\nend\n",
        "outlook-broker starts 1\nuntil 9223372036854775808\nend\n",
        "outlook-broker starts 1\nuntil -1\nend\n",
        "outlook-broker starts 1\nfailed 1\nfailed 1\nfailed 1\nfailed 1\nfailed 1\nfailed 1\nend\n",
        "outlook-broker starts 1\nfailed x\nend\n",
        "outlook-broker starts 1\ncode 99999999999\nend\n",
    };
    struct start_record read;
    char text[4200] = "outlook-broker starts 1\nreason ";

    (void)state;
    for (unsigned i = 0; i < COUNT_OF(bad); i++)
        expect(!parse(bad[i], &read), "row %u", i);
    memset(text + strlen(text), 'x', 2048);
    strcat(text, "\nend\n");
    assert_false(parse(text, &read));
    assert_true(parse("outlook-broker starts 1\nlater 1 2 3\nprocess 7\nstarted 8\nend\n", &read));
    assert_int_equal(read.process_id, 7);
    assert_int_equal(read.process_started, 8);
    assert_true(parse("outlook-broker starts 1\nreason first\nreason 2\nend\n", &read));
    assert_string_equal(read.reason, "2");
}

static void more_failures_than_are_kept_are_not_written(void **state)
{
    struct start_record record = whole;
    char text[START_RECORD_SIZE];

    (void)state;
    record.circuit.failed = CIRCUIT_FAILURES + 4;
    start_record_format(text, &record);
    assert_string_equal(text, whole_text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_read_back_as_it_was_written),
        cmocka_unit_test(the_longest_record_fits_and_a_line_break_does_no_harm),
        cmocka_unit_test(more_failures_than_are_kept_are_not_written),
        cmocka_unit_test(half_a_file_counts_as_none),
        cmocka_unit_test(what_is_no_record_counts_as_none_and_later_lines_are_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* host_log_test.c - one line an event, whatever is put into it, and never more than five files. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "host/log.h"
#include "host/paths.h"

static void log_file_name(WCHAR out[DATA_PATH_SIZE], int number)
{
    WCHAR leaf[32] = L"broker.log";

    if (number) swprintf(leaf, 32, L"broker.log.%d", number);
    assert_int_equal(data_path(out, leaf, NULL), S_OK);
}

static int logs_remove(void **state)
{
    WCHAR path[DATA_PATH_SIZE];
    int i;

    (void)state;
    log_close();
    for (i = 0; i < 8; i++)
    {
        log_file_name(path, i);
        DeleteFileW(path);
    }
    return 0;
}

/* The whole file, ended by a zero, to be freed; NULL if there is none. */
static char *log_read(int number, size_t *size)
{
    const DWORD share = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    WCHAR path[DATA_PATH_SIZE];
    DWORD length, got;
    char *text;
    HANDLE file;

    log_file_name(path, number);
    file = CreateFileW(path, GENERIC_READ, share, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE) return NULL;
    length = GetFileSize(file, NULL);
    assert_non_null(text = calloc(1, length + 1));
    assert_true(ReadFile(file, text, length, &got, NULL));
    assert_int_equal(got, length);
    CloseHandle(file);
    if (size) *size = length;
    return text;
}

static unsigned lines_in(const char *text)
{
    unsigned count = 0;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void before_it_is_opened_there_is_no_log(void **state)
{
    (void)state;
    assert_int_equal(log_path()[0], 0);
    log_event("early", NULL, NULL, L"dropped");
    assert_null(log_read(0, NULL));
}

static void a_line_holds_time_event_job_caller_and_words(void **state)
{
    int year, month, day, hour, minute, second, ms, offset_hour, offset_minute;
    char sign, *text;

    (void)state;
    assert_int_equal(log_open(1000000), S_OK);
    log_event("accepted", L"{job}", L"DOM\\J\u00fcrgen", L"%u bytes, %ls", 17u, L"\u4e2d\U0001F4CE");
    log_event("idle", NULL, NULL, L"words");
    assert_non_null(text = log_read(0, NULL));
    assert_int_equal(sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d.%3d%c%2d:%2d\t", &year, &month, &day, &hour, &minute,
                         &second, &ms, &sign, &offset_hour, &offset_minute),
        10);
    assert_true(sign == '+' || sign == '-');
    assert_non_null(strstr(text, "\taccepted\t{job}\tDOM\\J\xc3\xbcrgen\t17 bytes, \xe4\xb8\xad\xf0\x9f\x93\x8e\r\n"));
    assert_non_null(strstr(text, "\tidle\t-\t-\twords\r\n"));
    assert_non_null(wcsstr(log_path(), L"\\OutlookBroker\\broker.log"));
    free(text);
}

static void nothing_breaks_a_line(void **state)
{
    char *text;

    (void)state;
    assert_int_equal(log_open(1000000), S_OK);
    log_event("tricky", L"a\r\nb", L"c\td", L"%ls",
        L"one\r\ntwo\nthree\tfour\x1b[2J\x85"
        L"\u2028\u2029 end");
    assert_non_null(text = log_read(0, NULL));
    assert_int_equal(lines_in(text), 1);
    assert_non_null(strstr(text, "\ttricky\ta  b\tc d\tone  two three four [2J    end\r\n"));
    free(text);
}

static void what_is_too_long_is_cut_and_says_so(void **state)
{
    WCHAR *words = calloc(20001, sizeof(*words));
    char *text;

    (void)state;
    wmemset(words, L'\u4e2d', 20000);
    assert_int_equal(log_open(1000000), S_OK);
    log_event("long", words, words, L"%ls", words);
    log_event("next", NULL, NULL, L"whole");
    assert_non_null(text = log_read(0, NULL));
    assert_int_equal(lines_in(text), 2);
    assert_non_null(strstr(text, "...\r\n"));
    assert_non_null(strstr(text, "\twhole\r\n"));
    free(text);
    free(words);
}

static void a_full_log_begins_anew_and_four_old_ones_are_kept(void **state)
{
    enum
    {
        limit = 2000
    };
    char *text;
    size_t size;
    int i;

    (void)state;
    assert_int_equal(log_open(limit), S_OK);
    for (i = 0; i < 300; i++)
        log_event("count", NULL, NULL, L"number %d.", i);
    for (i = 0; i <= 4; i++)
    {
        if (!(text = log_read(i, &size))) fail_msg("file %d is missing", i);
        assert_in_range(size, 1, limit);
        if (!i) assert_non_null(strstr(text, "number 299."));
        free(text);
    }
    assert_null(log_read(5, NULL));
}

static void a_log_that_another_broker_began_anew_is_followed(void **state)
{
    WCHAR from[DATA_PATH_SIZE], to[DATA_PATH_SIZE];
    char *text;
    int i;

    (void)state;
    assert_int_equal(log_open(1000), S_OK);
    for (i = 0; i < 12; i++)
        log_event("old", NULL, NULL, L"%d", i);
    log_file_name(from, 0);
    log_file_name(to, 1);
    assert_true(MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING));
    for (i = 0; i < 30; i++)
        log_event("more", NULL, NULL, L"%d.", i);
    assert_non_null(text = log_read(0, NULL));
    assert_non_null(strstr(text, "29."));
    free(text);
}

static DWORD WINAPI write_lines(void *number)
{
    int i;

    for (i = 0; i < 200; i++)
        log_event("thread", NULL, NULL, L"<%d %d>", (int)(INT_PTR)number, i);
    return 0;
}

static void lines_of_eight_threads_stay_whole(void **state)
{
    static BYTE seen[8][200];
    HANDLE threads[8];
    char *text, *line;
    int i, thread, number;

    (void)state;
    assert_int_equal(log_open(10000000), S_OK);
    for (i = 0; i < 8; i++)
        threads[i] = CreateThread(NULL, 0, write_lines, (void *)(INT_PTR)i, 0, NULL);
    assert_int_equal(WaitForMultipleObjects(8, threads, TRUE, 60000), WAIT_OBJECT_0);
    for (i = 0; i < 8; i++)
        CloseHandle(threads[i]);
    assert_non_null(text = log_read(0, NULL));
    assert_int_equal(lines_in(text), 1600);
    for (line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n"))
    {
        assert_non_null(strstr(line, "\tthread\t-\t-\t<"));
        assert_int_equal(sscanf(strchr(line, '<'), "<%d %d>", &thread, &number), 2);
        assert_int_equal(seen[thread][number]++, 0);
    }
    free(text);
}

static void what_an_administrator_must_see_is_in_the_log_too(void **state)
{
    char *text;

    (void)state;
    assert_int_equal(log_open(1000000), S_OK);
    event_report(event_mail_failed, L"{JOB}", L"D\\anna", L"100 % %s of it");
    assert_non_null(text = log_read(0, NULL));
    assert_non_null(strstr(text, "\tmail-failed\t{JOB}\tD\\anna\t100 % %s of it\r\n"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(before_it_is_opened_there_is_no_log, logs_remove),
        cmocka_unit_test_teardown(a_line_holds_time_event_job_caller_and_words, logs_remove),
        cmocka_unit_test_teardown(nothing_breaks_a_line, logs_remove),
        cmocka_unit_test_teardown(what_is_too_long_is_cut_and_says_so, logs_remove),
        cmocka_unit_test_teardown(a_full_log_begins_anew_and_four_old_ones_are_kept, logs_remove),
        cmocka_unit_test_teardown(a_log_that_another_broker_began_anew_is_followed, logs_remove),
        cmocka_unit_test_teardown(lines_of_eight_threads_stay_whole, logs_remove),
        cmocka_unit_test_teardown(what_an_administrator_must_see_is_in_the_log_too, logs_remove),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

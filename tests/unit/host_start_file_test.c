/* host_start_file_test.c - the file of Outlook's starts is whole, or counts as none. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "host/paths.h"
#include "host/start_file.h"

static const struct start_record kept = {
    .process_id = 4321, .process_started = 5, .circuit = {{7, 8}, 2, 9}, .code = 0x8004B005u, .reason = "why \xC3\xA4"};

static const WCHAR *path_of(const WCHAR *leaf)
{
    static WCHAR path[DATA_PATH_SIZE];

    assert_int_equal(data_path(path, leaf, NULL), S_OK);
    return path;
}

static BOOL there(const WCHAR *leaf)
{
    return GetFileAttributesW(path_of(leaf)) != INVALID_FILE_ATTRIBUTES;
}

static int without_file(void **state)
{
    (void)state;
    DeleteFileW(path_of(L"outlook-starts.txt"));
    DeleteFileW(path_of(L"outlook-starts.txt.new"));
    return 0;
}

static void what_is_written_is_read(void **state)
{
    struct start_record read, other = kept;

    (void)state;
    assert_false(start_file_read(&read));
    assert_int_equal(read.process_id, 0);
    assert_int_equal(start_file_write(&kept), S_OK);
    assert_true(start_file_read(&read));
    assert_memory_equal(&read, &kept, sizeof(read));
    assert_false(there(L"outlook-starts.txt.new"));
    other.process_id = 1;
    assert_int_equal(start_file_write(&other), S_OK);
    assert_true(start_file_read(&read));
    assert_int_equal(read.process_id, 1);
}

static void nothing_to_keep_is_no_file(void **state)
{
    struct start_record none = {.code = 1, .reason = "of a start long ago"};

    (void)state;
    assert_int_equal(start_file_write(&none), S_OK);
    assert_int_equal(start_file_write(&kept), S_OK);
    assert_true(there(L"outlook-starts.txt"));
    assert_int_equal(start_file_write(&none), S_OK);
    assert_false(there(L"outlook-starts.txt"));
}

/* As a crash in the middle of writing leaves it: half of the new one, beside the old one. */
static void half_a_new_file_does_not_hurt_the_old_one(void **state)
{
    struct start_record read;
    HANDLE file;
    DWORD written;

    (void)state;
    assert_int_equal(start_file_write(&kept), S_OK);
    file = CreateFileW(path_of(L"outlook-starts.txt.new"), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "outlook-broker st", 17, &written, NULL));
    CloseHandle(file);
    assert_true(start_file_read(&read));
    assert_memory_equal(&read, &kept, sizeof(read));
    assert_int_equal(start_file_write(&kept), S_OK);
    assert_false(there(L"outlook-starts.txt.new"));
}

static void a_damaged_file_counts_as_none_and_is_replaced(void **state)
{
    struct start_record read;
    HANDLE file;
    DWORD written;

    (void)state;
    file = CreateFileW(path_of(L"outlook-starts.txt"), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    assert_true(WriteFile(file, "outlook-broker starts 1\nprocess 1\n", 34, &written, NULL));
    CloseHandle(file);
    assert_false(start_file_read(&read));
    assert_int_equal(read.process_id, 0);
    assert_int_equal(start_file_write(&kept), S_OK);
    assert_true(start_file_read(&read));
}

/* Nobody else's file: what cannot be replaced is told. */
static void a_file_that_cannot_be_replaced_is_told(void **state)
{
    HANDLE held;

    (void)state;
    assert_int_equal(start_file_write(&kept), S_OK);
    held = CreateFileW(path_of(L"outlook-starts.txt"), GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    assert_true(held != INVALID_HANDLE_VALUE);
    assert_true(FAILED(start_file_write(&kept)));
    CloseHandle(held);
    assert_int_equal(start_file_write(&kept), S_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read, without_file, without_file),
        cmocka_unit_test_setup_teardown(nothing_to_keep_is_no_file, without_file, without_file),
        cmocka_unit_test_setup_teardown(half_a_new_file_does_not_hurt_the_old_one, without_file, without_file),
        cmocka_unit_test_setup_teardown(a_damaged_file_counts_as_none_and_is_replaced, without_file, without_file),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_replaced_is_told, without_file, without_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* host_clock_test.c - deadlines, and times of day as they stand on disk. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <windows.h>
#include <oleauto.h>
#include <stdlib.h>
#include <wchar.h>
#include "host/clock.h"

static void a_deadline_runs_out_and_stays_out(void **state)
{
    deadline soon = deadline_in(50);

    (void)state;
    assert_in_range(deadline_left(soon), 0, 50);
    Sleep(80);
    assert_int_equal(deadline_left(soon), 0);
    assert_int_equal(deadline_left(0), 0);
}

static void a_deadline_of_never_waits_for_ever(void **state)
{
    (void)state;
    assert_int_equal(deadline_left(deadline_never), INFINITE);
    assert_int_equal(deadline_left(deadline_in(INFINITE)), INFINITE);
    assert_int_equal(deadline_left(deadline_never - 1), INFINITE - 1);
}

static void a_file_time_becomes_milliseconds_since_1970(void **state)
{
    (void)state;
    assert_int_equal(filetime_to_utc_ms(116444736000000000ULL), 0);
    assert_int_equal(filetime_to_utc_ms(116444736000000000ULL + 12345678ULL), 1234);
    assert_true(utc_now_ms() > 1700000000000LL);
}

static void the_epoch_and_nothing_are_no_date(void **state)
{
    WCHAR text[TIME_TEXT_SIZE];
    VARIANT date;

    (void)state;
    utc_ms_to_variant(0, &date);
    assert_int_equal(V_VT(&date), VT_EMPTY);
    utc_ms_to_text(0, text);
    assert_int_equal(text[0], 0);
}

static void text_and_date_tell_the_same_whole_second_of_local_time(void **state)
{
    static const LONGLONG moments[] = {1000, 1748779509999, 1764079509001, 4102444800000};
    WCHAR text[TIME_TEXT_SIZE], again[64];
    SYSTEMTIME local;
    VARIANT date;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(moments) / sizeof(*moments); i++)
    {
        utc_ms_to_text(moments[i], text);
        assert_int_equal(wcslen(text), 19);
        utc_ms_to_variant(moments[i], &date);
        assert_int_equal(V_VT(&date), VT_DATE);
        assert_true(VariantTimeToSystemTime(V_DATE(&date), &local));
        swprintf(again, 64, L"%04u-%02u-%02u %02u:%02u:%02u", local.wYear, local.wMonth, local.wDay, local.wHour,
            local.wMinute, local.wSecond);
        if (wcscmp(text, again)) fail_msg("%ls is not %ls", again, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_runs_out_and_stays_out),
        cmocka_unit_test(a_deadline_of_never_waits_for_ever),
        cmocka_unit_test(a_file_time_becomes_milliseconds_since_1970),
        cmocka_unit_test(the_epoch_and_nothing_are_no_date),
        cmocka_unit_test(text_and_date_tell_the_same_whole_second_of_local_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

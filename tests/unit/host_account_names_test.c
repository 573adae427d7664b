/* host_account_names_test.c - no call waits long for the name of its caller: with a look-up that takes as long as the
 * test wants. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <wchar.h>
#include "host/account_names.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static HANDLE may_answer;
static HRESULT answer;
static WCHAR answered[ACCOUNT_NAME_SIZE];
static LONG volatile asked;

static HRESULT look_up(const WCHAR *sid, WCHAR name[ACCOUNT_NAME_SIZE])
{
    (void)sid;
    InterlockedIncrement(&asked);
    WaitForSingleObject(may_answer, 60000);
    wcscpy(name, answered);
    return answer;
}

static struct account_names names;

static int set_up(void **state)
{
    (void)state;
    memset(&names, 0, sizeof(names));
    names.look_up = look_up;
    names.wait_ms = 60000;
    names.life_ms = names.no_name_life_ms = 3600000;
    answer = S_OK;
    wcscpy(answered, L"FIRM\\anna");
    asked = 0;
    may_answer = CreateEventW(NULL, TRUE, TRUE, NULL);
    return may_answer ? 0 : -1;
}

static int tear_down(void **state)
{
    ULONGLONG began = clock_now_ms();

    (void)state;
    SetEvent(may_answer);
    while (names.asking && clock_now_ms() - began < 60000)
        Sleep(1);
    CloseHandle(may_answer);
    return names.asking ? -1 : 0;
}

static void expect(const WCHAR *sid, const WCHAR *expected)
{
    WCHAR name[ACCOUNT_NAME_SIZE];

    assert_int_equal(account_names_find(&names, sid, name, LENGTH(name)), S_OK);
    if (wcscmp(name, expected)) fail_msg("%ls is called %ls, not %ls", sid, name, expected);
}

/* Until the thread has looked up count times and noted the answers. */
static void wait_for_answers(LONG count)
{
    ULONGLONG began = clock_now_ms();

    while ((asked < count || names.asking) && clock_now_ms() - began < 60000)
        Sleep(1);
    assert_int_equal(asked, count);
}

static void a_name_is_looked_up_once(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++)
        expect(L"S-1-5-21-1-2-3-4", L"FIRM\\anna");
    wait_for_answers(1);
}

static void nobody_waits_for_a_name_longer_than_a_moment(void **state)
{
    ULONGLONG began = clock_now_ms();
    WCHAR sid[64];

    (void)state;
    names.wait_ms = 500;
    ResetEvent(may_answer);
    expect(L"S-1-5-21-1-2-3-4", L"S-1-5-21-1-2-3-4");
    assert_in_range(clock_now_ms() - began, 480, 5000);
    began = clock_now_ms();
    for (int i = 0; i < 100; i++)
        expect(L"S-1-5-21-1-2-3-4", L"S-1-5-21-1-2-3-4");
    assert_true(clock_now_ms() - began < 5000);
    names.wait_ms = 1;
    for (int i = 0; i < account_names_kept; i++)
    {
        swprintf(sid, LENGTH(sid), L"S-1-5-21-1-2-3-%d", 1000 + i); /* one more than there are places */
        expect(sid, sid);
    }
    SetEvent(may_answer);
    wait_for_answers(account_names_kept);
    expect(L"S-1-5-21-1-2-3-4", L"FIRM\\anna");
}

static void an_old_name_is_given_while_it_is_looked_up_anew(void **state)
{
    ULONGLONG began;

    (void)state;
    names.life_ms = 0;
    expect(L"S-1-5-21-1-2-3-4", L"FIRM\\anna");
    wait_for_answers(1);
    ResetEvent(may_answer);
    wcscpy(answered, L"FIRM\\berta");
    began = clock_now_ms();
    for (int i = 0; i < 100; i++)
        expect(L"S-1-5-21-1-2-3-4", L"FIRM\\anna");
    assert_true(clock_now_ms() - began < 5000);
    names.life_ms = 3600000;
    SetEvent(may_answer);
    wait_for_answers(2);
    expect(L"S-1-5-21-1-2-3-4", L"FIRM\\berta");
    wait_for_answers(2);
}

static void a_name_that_cannot_be_had_any_more_is_kept(void **state)
{
    (void)state;
    names.life_ms = 0;
    expect(L"S-1-5-21-1-2-3-4", L"FIRM\\anna");
    wait_for_answers(1);
    answer = S_FALSE;
    expect(L"S-1-5-21-1-2-3-4", L"FIRM\\anna");
    wait_for_answers(2);
    expect(L"S-1-5-21-1-2-3-4", L"FIRM\\anna");
}

static void an_account_without_a_name_is_called_by_its_sid(void **state)
{
    WCHAR sid[64], name[ACCOUNT_NAME_SIZE] = L"x";

    (void)state;
    answer = S_FALSE;
    for (int i = 0; i < 200; i++)
    {
        swprintf(sid, LENGTH(sid), L"S-1-5-21-1-2-3-%d", 5000 + i % 100);
        expect(sid, sid);
    }
    assert_true(FAILED(account_names_find(&names, L"S-1-5-18", name, 5)));
    assert_int_equal(name[0], 0);
}

static DWORD WINAPI find_one(void *context)
{
    expect(context, L"FIRM\\anna");
    return 0;
}

static void calls_that_come_together_share_one_look_up(void **state)
{
    HANDLE threads[8];

    (void)state;
    ResetEvent(may_answer);
    for (size_t i = 0; i < LENGTH(threads); i++)
        assert_non_null(threads[i] = CreateThread(NULL, 0, find_one, (void *)L"S-1-5-21-1-2-3-4", 0, NULL));
    SetEvent(may_answer);
    assert_int_equal(WaitForMultipleObjects(LENGTH(threads), threads, TRUE, 60000), WAIT_OBJECT_0);
    for (size_t i = 0; i < LENGTH(threads); i++)
        CloseHandle(threads[i]);
    wait_for_answers(1);
}

static void callers_are_looked_up_in_windows(void **state)
{
    WCHAR name[ACCOUNT_NAME_SIZE];

    (void)state;
    assert_int_equal(account_names_find(&caller_names, L"S-1-5-18", name, LENGTH(name)), S_OK);
    assert_int_equal(wcscmp(name, L"NT AUTHORITY\\SYSTEM"), 0);
}

#define names_test(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        names_test(a_name_is_looked_up_once),
        names_test(nobody_waits_for_a_name_longer_than_a_moment),
        names_test(an_old_name_is_given_while_it_is_looked_up_anew),
        names_test(a_name_that_cannot_be_had_any_more_is_kept),
        names_test(an_account_without_a_name_is_called_by_its_sid),
        names_test(calls_that_come_together_share_one_look_up),
        cmocka_unit_test(callers_are_looked_up_in_windows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

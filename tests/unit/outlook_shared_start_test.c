/* outlook_shared_start_test.c - a start of Outlook that several wait for: it is begun as long as one of them waits, on
 * the profile of the first who does. */
#include "outlook_work_test.h"

static DWORD WINAPI log_on_for_good(void *context)
{
    struct error error = {0};
    HRESULT hr = outlook_logon(context, NULL, FALSE, deadline_never, &error);

    error_clear(&error);
    return (DWORD)hr;
}

static BOOL start_waits(const struct outlook *outlook)
{
    return outlook->attaching && outlook->first == outlook->attaching;
}

static void a_start_that_was_not_begun_is_taken_back_once_nobody_waits_for_it(void **state)
{
    struct outlook *outlook = *state;
    struct error error = {0};
    HANDLE other;
    DWORD answer;
    HRESULT code;

    assert_int_equal(do_work(outlook, hold, NULL, 100, &code), outlook_begun);
    other = CreateThread(NULL, 0, log_on_for_good, outlook, 0, NULL);
    assert_non_null(other);
    for (deadline until = deadline_in(10000); !start_waits(outlook) && deadline_left(until);)
        Sleep(1);
    assert_int_equal(
        (uint32_t)outlook_attach(outlook, deadline_in(100), &error), error_row(error_timeout_not_given)->code);
    error_clear(&error);
    assert_true(start_waits(outlook)); /* for the other */
    outlook_let_callers_go(outlook);
    assert_int_equal(WaitForSingleObject(other, 10000), WAIT_OBJECT_0);
    assert_true(GetExitCodeThread(other, &answer));
    assert_int_equal(answer, error_row(error_stopping)->code);
    CloseHandle(other);
    assert_null(outlook->attaching);
    assert_null(outlook->first);
}

static WCHAR started_on[16];

static void note_profile(struct apartment *apartment, struct work *work)
{
    (void)apartment;
    swprintf(started_on, ARRAYSIZE(started_on), L"%ls", work->profile ? work->profile : L"any");
}

struct wish
{
    const WCHAR *profile;
    BOOL stays;
};

static struct work *share_start(struct outlook *outlook, const WCHAR *profile, struct work **wished)
{
    *wished = work_create(note_profile, L"a start", deadline_never);
    assert_non_null(*wished);
    if (profile) assert_non_null((*wished)->profile = _wcsdup(profile));
    return work_share(outlook, *wished);
}

/* Those who do not stay leave in this order while Outlook is held up, and are told that nothing will take effect. */
static void share_and_leave(struct outlook *outlook, const struct wish *wishes, unsigned count)
{
    struct work *start, *wished[3] = {NULL};
    struct error error = {0};
    HRESULT code;

    ResetEvent(begun);
    ResetEvent(may_end);
    assert_int_equal(do_work(outlook, hold, NULL, 100, &code), outlook_begun);
    start = share_start(outlook, wishes[0].profile, &wished[0]);
    for (unsigned i = 1; i < count; i++)
        assert_ptr_equal(share_start(outlook, wishes[i].profile, &wished[i]), start);
    for (unsigned i = 0; i < count; i++)
    {
        if (wishes[i].stays) continue;
        assert_int_equal(work_wait(outlook, start, wished[i], deadline_in(0), &error), outlook_not_begun);
        assert_int_equal((uint32_t)error.code, error_row(error_timeout_not_given)->code);
        error_clear(&error);
    }
    SetEvent(may_end);
    for (unsigned i = 0; i < count; i++)
        if (wishes[i].stays)
            assert_int_equal(work_wait(outlook, start, wished[i], deadline_in(20000), &error), outlook_ended);
    assert_null(start->sharers);
    assert_null(outlook->attaching);
    for (unsigned i = 0; i < count; i++)
        work_release(start);
    for (unsigned i = 0; i < count; i++)
        work_release(wished[i]);
}

static void a_start_is_on_the_profile_of_the_first_who_still_waits_for_it(void **state)
{
    static const struct
    {
        struct wish wishes[3];
        unsigned count;
        const WCHAR *on;
    } cases[] = {
        {{{L"Other", FALSE}, {NULL, TRUE}}, 2, L"any"},
        {{{L"Other", FALSE}, {L"Third", TRUE}}, 2, L"Third"},
        {{{NULL, FALSE}, {L"Third", TRUE}}, 2, L"Third"},
        {{{L"Other", FALSE}, {NULL, FALSE}, {L"Third", TRUE}}, 3, L"Third"},
        {{{L"Other", FALSE}, {L"Third", TRUE}, {NULL, TRUE}}, 3, L"Third"},
        {{{L"Other", TRUE}, {L"Third", FALSE}, {NULL, TRUE}}, 3, L"Other"},
        {{{NULL, TRUE}, {L"Other", FALSE}}, 2, L"any"},
        {{{L"Other", FALSE}, {L"Third", FALSE}}, 2, L""},
    };

    for (unsigned i = 0; i < ARRAYSIZE(cases); i++)
    {
        started_on[0] = 0;
        share_and_leave(*state, cases[i].wishes, cases[i].count);
        if (wcscmp(started_on, cases[i].on)) fail_msg("case %u: started on \"%ls\"", i, started_on);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_start_that_was_not_begun_is_taken_back_once_nobody_waits_for_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_start_is_on_the_profile_of_the_first_who_still_waits_for_it, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

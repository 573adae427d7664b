/* outlook_work_test.c - the promise of the Outlook thread's queue, without any Outlook: work is begun once or never,
 * and who leaves at the deadline is told which. */
#include "outlook_work_test.h"

static void count_cleaning(struct apartment *apartment, struct work *work)
{
    (void)apartment, (void)work;
    InterlockedIncrement(&cleanings);
    SetEvent(cleaned);
}

static void work_that_ends_in_time_is_told_so(void **state)
{
    HRESULT code;

    assert_int_equal(do_work(*state, count_run, count_cleaning, 5000, &code), outlook_ended);
    assert_int_equal(runs, 1);
    assert_int_equal(cleanings, 0);
}

static void work_that_was_begun_by_the_deadline_says_so_and_is_cleaned_up_after(void **state)
{
    HRESULT code;

    assert_int_equal(do_work(*state, hold, count_cleaning, 200, &code), outlook_begun);
    assert_int_equal((uint32_t)code, error_row(error_timeout_given)->code);
    assert_int_equal(cleanings, 0);
    SetEvent(may_end);
    assert_int_equal(WaitForSingleObject(cleaned, 5000), WAIT_OBJECT_0);
    assert_int_equal(cleanings, 1);
}

static void work_that_was_not_begun_by_the_deadline_never_is(void **state)
{
    HRESULT code;

    assert_int_equal(do_work(*state, hold, NULL, 100, &code), outlook_begun);
    assert_int_equal(do_work(*state, count_run, count_cleaning, 100, &code), outlook_not_begun);
    assert_int_equal((uint32_t)code, error_row(error_timeout_not_given)->code);
    SetEvent(may_end);
    assert_int_equal(do_work(*state, count_run, NULL, 5000, &code), outlook_ended);
    assert_int_equal(runs, 1);
    assert_int_equal(cleanings, 0);
}

/* As the watchdog does. */
static void name_dialog(struct outlook *outlook, const WCHAR *title)
{
    AcquireSRWLockExclusive(&outlook->queue_lock);
    AcquireSRWLockExclusive(&outlook->facts_lock);
    outlook->facts.dialog.since = title[0] ? 1 : 0;
    wcscpy(outlook->facts.dialog.title, title);
    ReleaseSRWLockExclusive(&outlook->facts_lock);
    outlook->dialog_named = title[0] != 0;
    ReleaseSRWLockExclusive(&outlook->queue_lock);
    WakeAllConditionVariable(&outlook->ended);
}

static DWORD WINAPI name_when_begun(void *context)
{
    WaitForSingleObject(begun, 10000);
    name_dialog(context, L"Archive");
    return 0;
}

static void a_dialog_that_is_named_is_told_long_before_the_deadline(void **state)
{
    HANDLE thread = CreateThread(NULL, 0, name_when_begun, *state, 0, NULL);
    ULONGLONG before = clock_now_ms();
    HRESULT code;

    assert_non_null(thread);
    assert_int_equal(do_work(*state, hold, count_cleaning, 60000, &code), outlook_begun);
    assert_int_equal((uint32_t)code, error_row(error_dialog_given)->code);
    assert_int_equal(do_work(*state, count_run, count_cleaning, 60000, &code), outlook_not_begun);
    assert_int_equal((uint32_t)code, error_row(error_dialog_not_given)->code);
    assert_true(clock_now_ms() - before < 10000);
    name_dialog(*state, L"");
    SetEvent(may_end);
    assert_int_equal(WaitForSingleObject(cleaned, 5000), WAIT_OBJECT_0);
    assert_int_equal(do_work(*state, count_run, NULL, 5000, &code), outlook_ended);
    assert_int_equal(runs, 1);
    assert_int_equal(cleanings, 1);
    WaitForSingleObject(thread, 5000);
    CloseHandle(thread);
}

/* An Outlook whose Quit has returned and whose process stays: of a handle that is never signalled. */
static void quit_outlook_that_stays(struct apartment *apartment, struct work *work)
{
    (void)work;
    apartment->connection.process = CreateEventW(NULL, TRUE, FALSE, NULL);
    SetEvent(begun);
    connection_drop(apartment, TRUE, deadline_in(60000));
}

static void the_wait_for_a_quit_is_a_call_and_over_when_the_broker_ends(void **state)
{
    ULONGLONG began = GetTickCount64();
    struct outlook_facts facts;
    HRESULT code;

    assert_int_equal(do_work(*state, quit_outlook_that_stays, NULL, 200, &code), outlook_begun);
    assert_int_equal((uint32_t)code, error_row(error_timeout_given)->code);
    outlook_facts(*state, &facts);
    assert_true(facts.in_call);
    assert_int_equal(wcscmp(facts.call, L"Quit"), 0);
    assert_int_equal(do_work(*state, count_run, NULL, 200, &code), outlook_not_begun);
    assert_int_equal((uint32_t)code, error_row(error_timeout_not_given)->code);
    outlook_destroy(*state, deadline_in(60000));
    *state = NULL;
    assert_true(GetTickCount64() - began < 10000);
}

static void nothing_is_asked_of_an_outlook_that_is_not_attached(void **state)
{
    struct outlook_place place = {L"0001", L"0002", 0};
    struct error error = {0};
    enum outlook_begun how;
    struct outbox_seen outbox;
    LONG left;

    assert_int_equal((uint32_t)outlook_send(*state, &place, deadline_in(5000), &how, &left, &error),
        error_row(error_outlook_lost)->code);
    assert_int_equal(how, outlook_not_begun);
    assert_int_equal((uint32_t)outlook_outbox_count(*state, deadline_in(5000), &outbox, &error),
        error_row(error_outlook_lost)->code);
    error_clear(&error);
}

static void a_thread_that_is_stuck_is_left_behind_at_the_deadline(void **state)
{
    ULONGLONG before = clock_now_ms();
    HRESULT code;

    assert_int_equal(do_work(*state, hold, NULL, 50, &code), outlook_begun);
    outlook_enter(*state);
    outlook_destroy(*state, deadline_in(200));
    assert_true(clock_now_ms() - before < 2000);
    assert_int_equal(do_work(*state, count_run, NULL, 100, &code), outlook_not_begun);
    SetEvent(may_end);
    Sleep(100);
    assert_int_equal(runs, 0);
    outlook_leave(*state);
    assert_int_equal(set_up(state), 0);
}

/* In a call that does not return; whether another may begin afterwards is counted. */
static void call_that_hangs(struct apartment *apartment, struct work *work)
{
    (void)work;
    if (!call_begins(apartment, L"Hang")) return;
    SetEvent(begun);
    WaitForSingleObject(may_end, 10000);
    call_ends(apartment);
    if (call_begins(apartment, L"Another")) InterlockedIncrement(&runs);
}

/* As the watchdog does. */
static LONG64 call_since(struct outlook *outlook)
{
    struct outlook_facts facts;

    outlook_facts(outlook, &facts);
    return facts.call_since;
}

static BOOL abandon(struct outlook *outlook)
{
    return outlook_abandon_call(outlook, call_since(outlook));
}

static void a_call_that_is_abandoned_leaves_the_queue_to_another_thread(void **state)
{
    struct outlook *outlook = *state;
    struct outlook_facts facts;
    HRESULT code;

    assert_false(abandon(outlook)); /* no call is under way */
    assert_int_equal(do_work(outlook, call_that_hangs, count_cleaning, 100, &code), outlook_begun);
    outlook_facts(outlook, &facts);
    assert_true(facts.in_call);
    assert_int_equal(wcscmp(facts.call, L"Hang"), 0);
    assert_int_equal(wcscmp(facts.work, L"a test"), 0);
    assert_true(abandon(outlook));
    outlook_facts(outlook, &facts);
    assert_false(facts.in_call);
    assert_int_equal(do_work(outlook, count_run, NULL, 5000, &code), outlook_ended);
    assert_int_equal(runs, 1);
    SetEvent(may_end);
    assert_int_equal(WaitForSingleObject(cleaned, 5000), WAIT_OBJECT_0);
    assert_int_equal(runs, 1); /* it began no other call */
}

static void a_second_thread_is_not_left_behind_in_the_same_outlook(void **state)
{
    struct outlook *outlook = *state;
    HRESULT code;

    assert_int_equal(do_work(outlook, call_that_hangs, NULL, 100, &code), outlook_begun);
    assert_true(abandon(outlook));
    ResetEvent(begun);
    assert_int_equal(do_work(outlook, call_that_hangs, NULL, 100, &code), outlook_begun);
    assert_int_equal(WaitForSingleObject(begun, 5000), WAIT_OBJECT_0);
    assert_false(abandon(outlook));
    SetEvent(may_end);
    assert_int_equal(do_work(outlook, count_run, NULL, 5000, &code), outlook_ended);
}

/* The watchdog is left asleep: the test looks in its place. */
static void keep_watchdog_asleep(struct outlook *outlook)
{
    while (!InterlockedExchange(&outlook->watch_asleep, FALSE))
        Sleep(1);
}

static void a_call_that_slept_with_the_machine_is_not_left_behind(void **state)
{
    const ULONGLONG ago = 3600000;
    struct outlook *outlook = *state;
    HRESULT code;
    LONG64 since;

    keep_watchdog_asleep(outlook);
    assert_int_equal(do_work(outlook, call_that_hangs, count_cleaning, 100, &code), outlook_begun);
    since = (LONG64)(clock_now_ms() - ago);
    outlook->apartment->call_since = since;
    outlook->apartment->until = clock_now_ms() - ago;
    stuck_look(outlook, FALSE, since, 1000);
    assert_null(outlook->left_behind);
    stuck_look(outlook, FALSE, since - 1, ago); /* not this call */
    assert_null(outlook->left_behind);
    stuck_look(outlook, FALSE, since, ago);
    assert_non_null(outlook->left_behind);
    SetEvent(may_end);
    assert_int_equal(WaitForSingleObject(cleaned, 20000), WAIT_OBJECT_0);
}

/* --- an Outlook whose Release hangs: which the thread does by the way, when nothing was asked of it for a while */

static HRESULT WINAPI fake_QueryInterface(IDispatch *iface, REFIID iid, void **out)
{
    (void)iface, (void)iid;
    *out = NULL;
    return E_NOINTERFACE;
}

static ULONG WINAPI fake_AddRef(IDispatch *iface)
{
    (void)iface;
    return 2;
}

static ULONG WINAPI fake_Release(IDispatch *iface)
{
    (void)iface;
    SetEvent(begun);
    WaitForSingleObject(may_end, 60000);
    return 0;
}

static HRESULT WINAPI fake_GetTypeInfoCount(IDispatch *iface, UINT *count)
{
    (void)iface;
    *count = 0;
    return S_OK;
}

static HRESULT WINAPI fake_GetTypeInfo(IDispatch *iface, UINT index, LCID lcid, ITypeInfo **out)
{
    (void)iface, (void)index, (void)lcid;
    *out = NULL;
    return TYPE_E_ELEMENTNOTFOUND;
}

static HRESULT WINAPI fake_GetIDsOfNames(
    IDispatch *iface, REFIID iid, LPOLESTR *names, UINT count, LCID lcid, DISPID *ids)
{
    (void)iface, (void)iid, (void)names, (void)count, (void)lcid, (void)ids;
    return DISP_E_UNKNOWNNAME;
}

static HRESULT WINAPI fake_Invoke(IDispatch *iface, DISPID id, REFIID iid, LCID lcid, WORD flags, DISPPARAMS *params,
    VARIANT *result, EXCEPINFO *exception, UINT *argument)
{
    (void)iface, (void)id, (void)iid, (void)lcid, (void)flags, (void)params;
    (void)result, (void)exception, (void)argument;
    return DISP_E_MEMBERNOTFOUND;
}

static IDispatchVtbl fake_vtbl = {
    fake_QueryInterface,
    fake_AddRef,
    fake_Release,
    fake_GetTypeInfoCount,
    fake_GetTypeInfo,
    fake_GetIDsOfNames,
    fake_Invoke,
};
static IDispatch fake_application = {&fake_vtbl};

static void have_fake(struct apartment *apartment, struct work *work)
{
    (void)work;
    apartment->connection.application = &fake_application;
}

static HANDLE own_thread(struct outlook *outlook)
{
    HANDLE thread;

    AcquireSRWLockShared(&outlook->queue_lock);
    assert_true(DuplicateHandle(GetCurrentProcess(), outlook->apartment->thread, GetCurrentProcess(), &thread, 0, FALSE,
        DUPLICATE_SAME_ACCESS));
    ReleaseSRWLockShared(&outlook->queue_lock);
    return thread;
}

/* Leaves a thread behind that was about to rest, and has its call return: it ends by itself, though its outlook wakes
 * others meanwhile. */
static void leave_one_behind_at_rest(struct outlook *outlook)
{
    HANDLE thread = own_thread(outlook);
    HRESULT code;

    assert_int_equal(do_work(outlook, have_fake, NULL, 5000, &code), outlook_ended);
    assert_int_equal(WaitForSingleObject(begun, 60000), WAIT_OBJECT_0);
    assert_true(abandon(outlook));
    Sleep(200); /* the other one rests by now, at the latest: it has nothing to do */
    SetEvent(may_end);
    assert_int_equal(WaitForSingleObject(thread, 20000), WAIT_OBJECT_0);
    CloseHandle(thread);
}

static void a_thread_left_behind_takes_no_wake_up_of_another(void **state)
{
    HRESULT code;

    leave_one_behind_at_rest(*state);
    for (LONG i = 1; i <= 3; i++)
    {
        assert_int_equal(do_work(*state, count_run, NULL, 20000, &code), outlook_ended);
        assert_int_equal(runs, i);
    }
}

static void set_restarting(struct apartment *apartment, BOOL restarting)
{
    struct outlook_facts *facts = facts_take(apartment);

    if (!facts) return;
    facts->restarting = restarting;
    facts_give(apartment);
}

static void restart_that_hangs(struct apartment *apartment, struct work *work)
{
    set_restarting(apartment, TRUE);
    call_that_hangs(apartment, work);
    set_restarting(apartment, FALSE);
}

static void a_restart_that_is_left_behind_is_under_way_no_more(void **state)
{
    struct outlook *outlook = *state;
    struct outlook_facts facts;
    HRESULT code;

    assert_int_equal(do_work(outlook, restart_that_hangs, count_cleaning, 100, &code), outlook_begun);
    outlook_facts(outlook, &facts);
    assert_true(facts.restarting);
    assert_true(abandon(outlook));
    outlook_facts(outlook, &facts);
    assert_false(facts.restarting);
    SetEvent(may_end);
    assert_int_equal(WaitForSingleObject(cleaned, 20000), WAIT_OBJECT_0);
}

/* --- cancelling: with a function in place of CoCancelCall that takes its time */

static volatile LONG cancellings;
static HANDLE cancels;

static HRESULT WINAPI cancel_slowly(DWORD thread_id, ULONG timeout_s)
{
    (void)thread_id, (void)timeout_s;
    InterlockedIncrement(&cancellings);
    SetEvent(may_end); /* the call returns while it is cancelled */
    WaitForSingleObject(cancels, 300);
    return S_OK;
}

/* Whose second call would be cancelled in place of the first. */
static void two_calls(struct apartment *apartment, struct work *work)
{
    (void)work;
    if (!call_begins(apartment, L"First")) return;
    SetEvent(begun);
    WaitForSingleObject(may_end, 10000);
    call_ends(apartment);
    if (!call_begins(apartment, L"Second")) return;
    if (apartment->cancelling) InterlockedIncrement(&cleanings);
    SetEvent(cancels);
    call_ends(apartment);
}

static void a_cancelled_call_is_that_call_and_no_other(void **state)
{
    struct outlook *outlook = *state;
    HRESULT code;
    LONG64 since;

    cancellings = 0;
    cancels = CreateEventW(NULL, TRUE, FALSE, NULL);
    outlook->cancel = cancel_slowly;
    assert_int_equal(do_work(outlook, two_calls, NULL, 100, &code), outlook_begun);
    since = call_since(outlook);
    assert_false(outlook_cancel_call(outlook, 0));
    assert_false(outlook_cancel_call(outlook, since - 1));
    assert_int_equal(cancellings, 0);
    assert_true(outlook_cancel_call(outlook, since));
    assert_int_equal(cancellings, 1);
    assert_int_equal(WaitForSingleObject(cancels, 20000), WAIT_OBJECT_0);
    assert_int_equal(cleanings, 0);
    assert_int_equal(do_work(outlook, count_run, NULL, 20000, &code), outlook_ended);
    assert_false(outlook_cancel_call(outlook, since));
    CloseHandle(cancels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(work_that_ends_in_time_is_told_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            work_that_was_begun_by_the_deadline_says_so_and_is_cleaned_up_after, set_up, tear_down),
        cmocka_unit_test_setup_teardown(work_that_was_not_begun_by_the_deadline_never_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_dialog_that_is_named_is_told_long_before_the_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_wait_for_a_quit_is_a_call_and_over_when_the_broker_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_asked_of_an_outlook_that_is_not_attached, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_thread_that_is_stuck_is_left_behind_at_the_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_that_is_abandoned_leaves_the_queue_to_another_thread, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_second_thread_is_not_left_behind_in_the_same_outlook, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_call_that_slept_with_the_machine_is_not_left_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_thread_left_behind_takes_no_wake_up_of_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_restart_that_is_left_behind_is_under_way_no_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_cancelled_call_is_that_call_and_no_other, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

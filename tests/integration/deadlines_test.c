/* deadlines_test.c - whatever Outlook does, every member of every object answers by its deadline. The members are those
 * of the type library: one without a row here fails. Bounds are ten times what is promised: Timeout + 250 ms. */
#include "every_member.h"
#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define ACCEPTS 20
#define ACCEPTS_BOUND_MS 1000 /* that many, beside ten times what they took with an Outlook that answers */
#define CALLERS 4
#define ROUNDS 21
#define STATUS_BOUND_MS 100 /* over a null call */

/* --- members */

static HRESULT expected_of_outlook;

static void judge(const char *fault, const struct row *row, const struct ob_answer *answer)
{
    const char *member = ob_utf8(row->member), *text = answer->text ? ob_utf8(answer->text) : "";

    if (row->need & outlook)
        ob_require(answer->code == expected_of_outlook, "%s: %s answers 0x%08lX %s", fault, member, answer->code, text);
    if (!(row->need & (anything | outlook)))
        ob_require(SUCCEEDED(answer->hr), "%s: %s answers 0x%08lX %s", fault, member, answer->code, text);
    if (row->need & anything)
        ob_require(answer->code != (HRESULT)OB_E_TIMEOUT, "%s: %s waited for Outlook", fault, member);
}

static void expect_all_members(const char *fault, IObJob *job, HRESULT of_outlook)
{
    struct every_object every;

    expected_of_outlook = of_outlook;
    objects_make(&every, job);
    printf("%s: %u members answered in time\n", fault, objects_call(&every, fault, judge));
    objects_release(&every);
}

/* --- while Outlook is blocked */

static int compare(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;

    return difference > 0 ? 1 : difference < 0 ? -1 : 0;
}

/* The median of some calls in ms: of Version, which does nothing, or of Status (whole). */
static double time_calls(IObSession *session, BOOL whole)
{
    double took[ROUNDS];
    LARGE_INTEGER per_second, begun, ended;

    QueryPerformanceFrequency(&per_second);
    for (unsigned i = 0; i < ROUNDS; i++)
    {
        IObStatus *status = NULL;
        BSTR version = NULL;

        QueryPerformanceCounter(&begun);
        ob_assert_ok(whole ? IObSession_get_Status(session, &status) : IObSession_get_Version(session, &version));
        QueryPerformanceCounter(&ended);
        took[i] = (double)(ended.QuadPart - begun.QuadPart) * 1000 / (double)per_second.QuadPart;
        if (status) IObStatus_Release(status);
        SysFreeString(version);
    }
    qsort(took, ROUNDS, sizeof(took[0]), compare);
    return took[ROUNDS / 2];
}

static void time_status(const char *fault)
{
    IObSession *session = short_session(SESSION_TIMEOUT_MS);
    double null_ms = time_calls(session, FALSE), status_ms = time_calls(session, TRUE);

    printf("%s: a null call takes %.2f ms, Status %.2f ms\n", fault, null_ms, status_ms);
    ob_require(status_ms - null_ms <= STATUS_BOUND_MS, "%s: Status takes %.2f ms", fault, status_ms);
    IObSession_Release(session);
}

/* Milliseconds for all of them. */
static ULONGLONG accept_many(void)
{
    IObSession *session = short_session(OB_LONG_MS);
    ULONGLONG begun = GetTickCount64(), took;

    for (unsigned i = 0; i < ACCEPTS; i++)
    {
        IObJob *job = ob_send_plain(session, L"one of many");

        IObJob_Release(job);
    }
    took = GetTickCount64() - begun;
    IObSession_Release(session);
    return took;
}

struct caller
{
    LONG timeout_ms;
    ULONGLONG took_ms;
    HRESULT hr;
};

static unsigned __stdcall log_on(void *context)
{
    struct caller *caller = context;
    VARIANT missing = {0};
    IObSession *session = NULL;
    ULONGLONG begun;

    V_VT(&missing) = VT_ERROR;
    V_ERROR(&missing) = DISP_E_PARAMNOTFOUND;
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    caller->hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&session);
    if (SUCCEEDED(caller->hr)) caller->hr = IObSession_put_Timeout(session, caller->timeout_ms);
    begun = GetTickCount64();
    if (SUCCEEDED(caller->hr)) caller->hr = IObSession_Logon(session, NULL, NULL, missing, missing);
    caller->took_ms = GetTickCount64() - begun;
    if (session) IObSession_Release(session);
    CoUninitialize();
    return 0;
}

/* Each by its own deadline, though they wait for the same; where a dialog is named, none needs to wait for that. */
static void wait_side_by_side(const char *fault, HRESULT of_outlook)
{
    struct caller callers[CALLERS];
    HANDLE threads[CALLERS];

    for (int i = 0; i < CALLERS; i++)
    {
        callers[i] = (struct caller){.timeout_ms = (CALLERS - i) * 400};
        threads[i] = (HANDLE)_beginthreadex(NULL, 0, log_on, &callers[i], 0, NULL);
        assert_non_null(threads[i]);
    }
    for (int i = 0; i < CALLERS; i++)
    {
        assert_int_equal(WaitForSingleObject(threads[i], OB_LONG_MS), WAIT_OBJECT_0);
        CloseHandle(threads[i]);
        ob_assert_hr(callers[i].hr, of_outlook);
        ob_require(
            (of_outlook != (HRESULT)OB_E_TIMEOUT || callers[i].took_ms + 50 >= (ULONGLONG)callers[i].timeout_ms) &&
                callers[i].took_ms <= (ULONGLONG)callers[i].timeout_ms + LATE_MS * 10,
            "%s: with %ld ms it took %llu", fault, callers[i].timeout_ms, callers[i].took_ms);
    }
}

/* Waits until nothing is under way. */
static void wait_empty(IObSession *session)
{
    ULONGLONG begun = GetTickCount64();
    LONG queued = 1, submitted = 0;

    while ((queued || submitted) && GetTickCount64() - begun < OB_LONG_MS)
    {
        IObStatus *status;

        ob_assert_ok(IObSession_get_Status(session, &status));
        ob_assert_ok(IObStatus_get_Queued(status, &queued));
        ob_assert_ok(IObStatus_get_Submitted(status, &submitted));
        IObStatus_Release(status);
        Sleep(50);
    }
    ob_require(!queued && !submitted, "%ld jobs wait, %ld are submitted", queued, submitted);
}

static void wait_dialog_named(IObSession *session)
{
    ULONGLONG begun = GetTickCount64();
    BOOL named = FALSE;

    while (!named && GetTickCount64() - begun < OB_LONG_MS)
    {
        IObStatus *status;
        BSTR title;

        ob_assert_ok(IObSession_get_Status(session, &status));
        ob_assert_ok(IObStatus_get_DialogTitle(status, &title));
        named = SysStringLen(title) != 0;
        SysFreeString(title);
        IObStatus_Release(status);
        Sleep(50);
    }
    ob_require(named, "no dialog is named");
}

static void under_fault(const char *fault, BOOL running, const char *line, HRESULT of_outlook)
{
    IObSession *session = ob_session();
    IObJob *before, *blocked;
    unsigned drafts, strikes, delivered;
    ULONGLONG free_ms, blocked_ms;
    char control[128];

    ob_control("");
    before = ob_send_plain(session, L"before");
    ob_expect_state(before, obJobSent);
    free_ms = accept_many();
    wait_empty(session);
    if (!running)
    {
        ob_kill(OB_SANDBOX_IMAGE);
        assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
    }
    drafts = ob_count_files(ob_sandbox_path(L"Drafts\\*.item"));
    delivered = ob_count_delivered();
    strikes = ob_count_strikes(line);
    snprintf(control, sizeof(control), "%s\n", line);
    ob_control(control);
    blocked = ob_send_plain(session, L"blocked");
    ob_wait_strikes(line, strikes + 1);
    if (of_outlook == (HRESULT)OB_E_DIALOG) wait_dialog_named(session);

    time_status(fault);
    expect_all_members(fault, before, of_outlook);
    wait_side_by_side(fault, of_outlook);
    blocked_ms = accept_many();
    printf("%s: %d mails accepted in %llu ms, with an Outlook that answers in %llu ms\n", fault, ACCEPTS, blocked_ms,
        free_ms);
    ob_require(blocked_ms <= free_ms * 10 + ACCEPTS_BOUND_MS, "%s: accepts took %llu ms", fault, blocked_ms);

    /* What was accepted goes out once; what Outlook was not given by its deadline never happens. */
    ob_control("");
    ob_expect_state(blocked, obJobSent);
    ob_wait_delivered(delivered + 1 + ACCEPTS + 2); /* SendMail's and IObMail.Send's among the members */
    wait_empty(session);
    assert_int_equal(ob_count_delivered(), delivered + 1 + ACCEPTS + 2);
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), drafts);
    IObJob_Release(before);
    IObJob_Release(blocked);
    IObSession_Release(session);
}

static void an_outlook_that_hangs_in_create_item_holds_nobody_up(void **state)
{
    (void)state;
    under_fault("CreateItem hangs", TRUE, "hang = at Application.CreateItem once", OB_E_TIMEOUT);
}

static void an_outlook_that_hangs_in_save_holds_nobody_up(void **state)
{
    (void)state;
    under_fault("Save hangs", TRUE, "hang = at MailItem.Save once", OB_E_TIMEOUT);
}

static void an_outlook_that_hangs_in_send_holds_nobody_up(void **state)
{
    (void)state;
    under_fault("Send hangs", TRUE, "hang = at sending once", OB_E_TIMEOUT);
}

static void an_outlook_that_hangs_at_logon_holds_nobody_up(void **state)
{
    (void)state;
    under_fault("log-on hangs", FALSE, "hang = at logon once", OB_E_TIMEOUT);
}

static void an_outlook_that_does_not_register_holds_nobody_up(void **state)
{
    (void)state;
    under_fault("the start hangs", FALSE, "hang = at start once", OB_E_TIMEOUT);
}

static void a_dialog_in_send_holds_nobody_up(void **state)
{
    (void)state;
    under_fault("a dialog in Send", TRUE, "dialog = Archive | Archive it? | Yes, No at send once", OB_E_DIALOG);
}

static void a_dialog_at_logon_holds_nobody_up(void **state)
{
    (void)state;
    under_fault("a dialog at log-on", FALSE, "dialog = Sign in | Password: | OK, Cancel at logon once", OB_E_DIALOG);
}

static void a_dialog_at_the_start_holds_nobody_up(void **state)
{
    (void)state;
    under_fault("a dialog at the start", FALSE, "dialog = Choose Profile | Profile Name: | OK, Cancel at start once",
        OB_E_DIALOG);
}

/* --- work that Outlook was given */

static void a_save_that_outlook_was_given_says_that_it_may_take_effect_and_is_not_tried_again(void **state)
{
    IObSession *session = short_session(SESSION_TIMEOUT_MS);
    IObMail *mail = new_mail(session, L"given");
    unsigned drafts;
    struct ob_answer answer;
    ULONGLONG begun;

    (void)state;
    ob_control("");
    ob_expect_good_mail(session, L"before given");
    drafts = ob_count_files(ob_sandbox_path(L"Drafts\\*.item"));
    ob_control("hang = at MailItem.Save once\n");
    begun = GetTickCount64();
    ob_invoke(mail, L"Save", DISPATCH_METHOD, NULL, 0, &answer);
    assert_in_range(GetTickCount64() - begun, SESSION_TIMEOUT_MS - 50, MEMBER_BOUND_MS);
    ob_assert_hr(answer.code, OB_E_TIMEOUT);
    ob_require(wcsstr(answer.text, L"may still") != NULL, "%s", ob_utf8(answer.text));
    ob_answer_clear(&answer);
    ob_control("");
    assert_int_equal(ob_wait_for_files(ob_sandbox_path(L"Drafts"), L"*.item", drafts + 1, OB_LONG_MS), drafts + 1);
    ob_assert_ok(IObSession_put_Timeout(session, OB_LONG_MS));
    ob_expect_good_mail(session, L"after given");
    assert_int_equal(ob_count_files(ob_sandbox_path(L"Drafts\\*.item")), drafts + 1);
    IObMail_Release(mail);
    IObSession_Release(session);
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_outlook_that_hangs_in_create_item_holds_nobody_up),
        cmocka_unit_test(an_outlook_that_hangs_in_save_holds_nobody_up),
        cmocka_unit_test(an_outlook_that_hangs_in_send_holds_nobody_up),
        cmocka_unit_test(a_save_that_outlook_was_given_says_that_it_may_take_effect_and_is_not_tried_again),
        cmocka_unit_test(an_outlook_that_hangs_at_logon_holds_nobody_up),
        cmocka_unit_test(an_outlook_that_does_not_register_holds_nobody_up),
        cmocka_unit_test(a_dialog_in_send_holds_nobody_up),
        cmocka_unit_test(a_dialog_at_logon_holds_nobody_up),
        cmocka_unit_test(a_dialog_at_the_start_holds_nobody_up),
    };

    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

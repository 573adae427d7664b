/* rights_of_jobs_test.c - whose jobs a caller sees, on whose profile it sends, and as whom: the mailbox's owner,
 * accounts that registration allowed, and the owner without an administrator's rights. As rights_of_callers_test.c,
 * which holds every member against each kind of caller. */
#include "callers.h"
#include <stdio.h>
#include <wchar.h>

static IObJob *job_of_user, *job_of_allowed;

static int make_jobs(void **state)
{
    if (callers_begin(state)) return 1;
    job_of_user = send_keyed(L"of the user", L"one key");
    come_as(ALLOWED);
    job_of_allowed = send_keyed(L"of the allowed", L"one key");
    come_as(NULL);
    return 0;
}

static int end_jobs(void **state)
{
    come_as(NULL);
    if (job_of_user) IObJob_Release(job_of_user);
    if (job_of_allowed) IObJob_Release(job_of_allowed);
    return callers_end(state);
}

/* --- whose job it is */

static void expect_no_such_job(IObJob *job)
{
    WCHAR expected[600];
    struct ob_answer answer;
    const WCHAR *caller;
    VARIANT id;

    come_as(NULL);
    id = ob_get(job, L"Id");
    come_as(ALLOWED_TOO);
    caller = caller_name();
    ob_invoke(callers_session, L"Job", DISPATCH_METHOD, &id, 1, &answer);
    swprintf(expected, ARRAYSIZE(expected),
        L"There is no job \"%ls\". Checked: the outbox, for jobs that %ls may see. Next: use the Id of a job that this "
        L"account sent.",
        V_BSTR(&id), caller);
    ob_assert_hr(answer.code, (HRESULT)OB_E_NO_SUCH_JOB);
    ob_assert_text(answer.text, expected);
    ob_answer_clear(&answer);
    VariantClear(&id);
    come_as(NULL);
}

static void a_job_of_another_is_no_job_for_an_allowed_account(void **state)
{
    (void)state;
    expect_no_such_job(job_of_user);
    expect_no_such_job(job_of_allowed);
}

static LONG count_jobs(const WCHAR *sid)
{
    VARIANT all = ob_long(10000);
    IObJobs *jobs;
    LONG count;

    come_as(sid);
    ob_assert_ok(IObSession_Jobs(callers_session, ob_missing(), all, &jobs));
    ob_assert_ok(IObJobs_get_Count(jobs, &count));
    IObJobs_Release(jobs);
    come_as(NULL);
    return count;
}

static void jobs_lists_the_callers_own_and_all_for_the_user(void **state)
{
    LONG of_allowed = count_jobs(ALLOWED), all = count_jobs(NULL);
    IObJobs *jobs;

    (void)state;
    assert_int_equal(count_jobs(ALLOWED_TOO), 0);
    ob_require(of_allowed >= 1 && all > of_allowed, "%ld of %ld", of_allowed, all);
    come_as(ALLOWED);
    ob_assert_ok(IObSession_Jobs(callers_session, ob_missing(), ob_long(10000), &jobs));
    for (LONG i = 1; i <= of_allowed; i++)
    {
        IObJob *job;
        BSTR caller;

        ob_assert_ok(IObJobs_get_Item(jobs, i, &job));
        ob_assert_ok(IObJob_get_Caller(job, &caller));
        ob_assert_text(caller, caller_name());
        SysFreeString(caller);
        IObJob_Release(job);
    }
    IObJobs_Release(jobs);
    come_as(NULL);
}

static void the_same_key_of_two_accounts_is_two_jobs(void **state)
{
    VARIANT ids[4];
    IObJob *job;

    (void)state;
    ids[0] = ob_get(job_of_user, L"Id");
    ids[1] = ob_get(job_of_allowed, L"Id");
    assert_int_not_equal(wcscmp(V_BSTR(&ids[0]), V_BSTR(&ids[1])), 0);
    job = send_keyed(L"of the user", L"one key");
    ids[2] = ob_get(job, L"Id");
    IObJob_Release(job);
    come_as(ALLOWED_TOO);
    job = send_keyed(L"of another", L"one key");
    ids[3] = ob_get(job, L"Id");
    IObJob_Release(job);
    come_as(NULL);
    ob_assert_text(V_BSTR(&ids[2]), V_BSTR(&ids[0]));
    for (unsigned i = 0; i < 3; i++)
        assert_int_not_equal(wcscmp(V_BSTR(&ids[3]), V_BSTR(&ids[i])), 0);
    for (unsigned i = 0; i < ARRAYSIZE(ids); i++)
        VariantClear(&ids[i]);
}

static void the_caller_of_a_job_is_the_account_that_sent_it_also_for_the_user(void **state)
{
    VARIANT caller = ob_get(job_of_allowed, L"Caller");
    BSTR now;

    (void)state;
    ob_assert_text(V_BSTR(&caller), ALLOWED); /* an account without a name is called by its SID */
    ob_assert_ok(IObSession_get_Caller(callers_session, &now));
    assert_int_not_equal(wcscmp(now, V_BSTR(&caller)), 0);
    SysFreeString(now);
    VariantClear(&caller);
}

/* --- whose profile it is */

/* Outlook does not run: whom may it be started for on another profile? */
static void an_allowed_account_does_not_choose_the_profile(void **state)
{
    VARIANT other = ob_text(L"Other"), usual = ob_text(L"Outlook"), profile;
    struct ob_answer answer;
    HKEY key;

    (void)state;
    assert_int_equal(ob_wait_exit(ob_start_broker(L"/Stop"), OB_LONG_MS), 0);
    assert_true(ob_wait_gone(OB_SANDBOX_IMAGE, OB_LONG_MS));
    assert_int_equal(
        RegCreateKeyW(HKEY_CURRENT_USER, L"Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\Other", &key),
        ERROR_SUCCESS);
    RegCloseKey(key);
    callers_session = ob_session();
    come_as(ALLOWED);
    ob_invoke(callers_session, L"Logon", DISPATCH_METHOD, &other, 1, &answer);
    ob_assert_hr(answer.code, (HRESULT)OB_E_PROFILE_MISMATCH);
    ob_answer_clear(&answer);
    ob_invoke(callers_session, L"Logon", DISPATCH_METHOD, &usual, 1, &answer);
    ob_assert_ok(answer.code);
    ob_answer_clear(&answer);
    profile = ob_get(callers_session, L"Profile");
    ob_assert_text(V_BSTR(&profile), L"Outlook");
    VariantClear(&profile);
    VariantClear(&other);
    VariantClear(&usual);
    come_as(NULL);
}

/* --- the lesser client: the user without the administrators' rights */

static int lesser_main(void)
{
    BSTR user, caller;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    callers_session = ob_session();
    ob_assert_ok(IObSession_get_User(callers_session, &user));
    ob_assert_ok(IObSession_get_Caller(callers_session, &caller));
    ob_assert_text(caller, user);
    IObJob_Release(send_keyed(L"of a lesser client", NULL));
    IObSession_Release(callers_session);
    SysFreeString(user);
    SysFreeString(caller);
    return 55;
}

static void the_user_without_administrators_rights_is_still_the_user(void **state)
{
    WCHAR program[MAX_PATH], command[MAX_PATH + 20];
    BYTE administrators[SECURITY_MAX_SID_SIZE];
    SID_AND_ATTRIBUTES without = {administrators, 0};
    DWORD size = sizeof(administrators);
    STARTUPINFOW start = {.cb = sizeof(start)};
    PROCESS_INFORMATION process;
    HANDLE token, lesser;

    (void)state;
    assert_true(CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, administrators, &size));
    assert_true(OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token));
    assert_true(CreateRestrictedToken(token, 0, 1, &without, 0, NULL, 0, NULL, &lesser));
    assert_true(GetModuleFileNameW(NULL, program, ARRAYSIZE(program)) > 0);
    swprintf(command, ARRAYSIZE(command), L"\"%ls\" lesser", program);
    assert_true(CreateProcessAsUserW(lesser, NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &start, &process));
    CloseHandle(process.hThread);
    assert_int_equal(ob_wait_exit(process.hProcess, OB_LONG_MS), 55);
    CloseHandle(lesser);
    CloseHandle(token);
}

int wmain(int argc, WCHAR **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_of_another_is_no_job_for_an_allowed_account),
        cmocka_unit_test(jobs_lists_the_callers_own_and_all_for_the_user),
        cmocka_unit_test(the_same_key_of_two_accounts_is_two_jobs),
        cmocka_unit_test(the_caller_of_a_job_is_the_account_that_sent_it_also_for_the_user),
        cmocka_unit_test(the_user_without_administrators_rights_is_still_the_user),
        cmocka_unit_test(an_allowed_account_does_not_choose_the_profile),
    };

    if (argc == 2 && !wcscmp(argv[1], L"lesser")) return lesser_main();
    return cmocka_run_group_tests(tests, make_jobs, end_jobs);
}

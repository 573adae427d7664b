/* rights_of_callers_test.c - every member of every interface, as the mailbox's owner, as an account that registration
 * allowed, and as a stranger. The members are those of the type library, so that one which is added without a row here
 * fails the test. Wine has one user: this process is declared to be another account (see server/host/wine.h). */
#include "callers.h"
#include <oleauto.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* --- what the members are called on */

static IObMail *mail_of_user, *mail_of_allowed;
static IObJob *job_of_user, *job_of_allowed;
static IObJobs *jobs_of_user, *jobs_of_allowed;
static IObStatus *status;

static int make_objects(void **state)
{
    BSTR to = SysAllocString(L"a@example.com");

    if (callers_begin(state)) return 1;
    job_of_user = send_keyed(L"of the user", L"one key");
    ob_assert_ok(IObSession_Jobs(callers_session, ob_missing(), ob_missing(), &jobs_of_user));
    ob_assert_ok(IObSession_get_Status(callers_session, &status));
    ob_assert_ok(IObSession_CreateMail(callers_session, &mail_of_user));
    ob_assert_ok(IObMail_put_To(mail_of_user, to));
    come_as(ALLOWED);
    job_of_allowed = send_keyed(L"of the allowed", L"one key");
    ob_assert_ok(IObSession_Jobs(callers_session, ob_missing(), ob_missing(), &jobs_of_allowed));
    ob_assert_ok(IObSession_CreateMail(callers_session, &mail_of_allowed));
    ob_assert_ok(IObMail_put_To(mail_of_allowed, to));
    SysFreeString(to);
    ob_write_file(ob_file_path(L"rights.txt"), "rights", 6);
    return 0;
}

static int end_objects(void **state)
{
    IUnknown *objects[] = {(IUnknown *)mail_of_user, (IUnknown *)mail_of_allowed, (IUnknown *)job_of_user,
        (IUnknown *)job_of_allowed, (IUnknown *)jobs_of_user, (IUnknown *)jobs_of_allowed, (IUnknown *)status};

    come_as(NULL);
    for (unsigned i = 0; i < ARRAYSIZE(objects); i++)
        if (objects[i]) IUnknown_Release(objects[i]);
    return callers_end(state);
}

/* --- what each member needs */

enum need
{
    nothing, /* answers to everybody */
    allowed, /* the user or an allowed account */
    its_job, /* the same, and the job must be the caller's own */
    its_own, /* the same, and the caller must have made the object */
    owner    /* the user himself */
};

enum kind
{
    get = DISPATCH_PROPERTYGET,
    put = DISPATCH_PROPERTYPUT,
    method = DISPATCH_METHOD
};

struct row
{
    const WCHAR *member;
    enum kind kind;
    enum need need;
    HRESULT code;           /* of a caller that has the right */
    const WCHAR *arguments; /* divided by |; #1 is a number, {empty} Empty, {id} the id of the job under test */
};

static const struct row rows[] = {
    {L"Session.Version", get, nothing, S_OK, NULL},
    {L"Session.User", get, nothing, S_OK, NULL},
    {L"Session.Caller", get, nothing, S_OK, NULL},
    {L"Session.Timeout", get, nothing, S_OK, NULL},
    {L"Session.Timeout", put, nothing, S_OK, L"#30000"},
    {L"Session.Status", get, allowed, S_OK, NULL},
    {L"Session.SendMail", method, allowed, S_OK, L"a@example.com|s|b"},
    {L"Session.Job", method, allowed, S_OK, L"{id}"},
    {L"Session.Profile", get, allowed, S_OK, NULL},
    {L"Session.Logon", method, allowed, S_OK, NULL},
    {L"Session.CreateMail", method, allowed, S_OK, NULL},
    {L"Session.Jobs", method, allowed, S_OK, NULL},
    {L"Job.Id", get, its_job, S_OK, NULL},
    {L"Job.Key", get, its_job, S_OK, NULL},
    {L"Job.State", get, its_job, S_OK, NULL},
    {L"Job.StateName", get, its_job, S_OK, NULL},
    {L"Job.Subject", get, its_job, S_OK, NULL},
    {L"Job.Caller", get, its_job, S_OK, NULL},
    {L"Job.SubmittedAt", get, its_job, S_OK, NULL},
    {L"Job.FinishedAt", get, its_job, S_OK, NULL},
    {L"Job.NextAttemptAt", get, its_job, S_OK, NULL},
    {L"Job.Attempts", get, its_job, S_OK, NULL},
    {L"Job.LastError", get, its_job, S_OK, NULL},
    {L"Job.LastErrorText", get, its_job, S_OK, NULL},
    {L"Job.EntryID", get, its_job, S_OK, NULL},
    {L"Job.History", get, its_job, S_OK, NULL},
    {L"Job.Wait", method, its_job, S_OK, L"#0"},
    {L"Job.Cancel", method, its_job, (HRESULT)OB_E_WRONG_STATE, NULL},
    {L"Job.Retry", method, its_job, (HRESULT)OB_E_WRONG_STATE, NULL},
    {L"Jobs.Item", get, its_own, S_OK, L"#1"},
    {L"Jobs.Count", get, its_own, S_OK, NULL},
    {L"Jobs._NewEnum", get, its_own, S_OK, NULL},
    {L"Mail.To", get, its_own, S_OK, NULL},
    {L"Mail.To", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.CC", get, its_own, S_OK, NULL},
    {L"Mail.CC", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.BCC", get, its_own, S_OK, NULL},
    {L"Mail.BCC", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.Subject", get, its_own, S_OK, NULL},
    {L"Mail.Subject", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.Body", get, its_own, S_OK, NULL},
    {L"Mail.Body", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.HTMLBody", get, its_own, S_OK, NULL},
    {L"Mail.HTMLBody", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.Importance", get, its_own, S_OK, NULL},
    {L"Mail.Importance", put, its_own, S_OK, L"#1"},
    {L"Mail.Sensitivity", get, its_own, S_OK, NULL},
    {L"Mail.Sensitivity", put, its_own, S_OK, L"#1"},
    {L"Mail.Categories", get, its_own, S_OK, NULL},
    {L"Mail.Categories", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.ReadReceiptRequested", get, its_own, S_OK, NULL},
    {L"Mail.ReadReceiptRequested", put, its_own, S_OK, L"#1"},
    {L"Mail.DeferredDeliveryTime", get, its_own, S_OK, NULL},
    {L"Mail.DeferredDeliveryTime", put, its_own, S_OK, L"{empty}"},
    {L"Mail.ExpiryTime", get, its_own, S_OK, NULL},
    {L"Mail.ExpiryTime", put, its_own, S_OK, L"{empty}"},
    {L"Mail.ReplyTo", get, its_own, S_OK, NULL},
    {L"Mail.ReplyTo", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.SentOnBehalfOfName", get, its_own, S_OK, NULL},
    {L"Mail.SentOnBehalfOfName", put, its_own, S_OK, L"a@example.com"},
    {L"Mail.Account", get, its_own, S_OK, NULL},
    {L"Mail.Account", put, its_own, S_OK, L"{empty}"},
    {L"Mail.Attach", method, its_own, S_OK, L"{file}"},
    {L"Mail.AttachData", method, its_own, S_OK, L"rights.bin|UklHSFRT"},
    {L"Mail.Send", method, its_own, S_OK, NULL},
    {L"Mail.Save", method, owner, S_OK, NULL},
    /* A status is a snapshot: only who may have it gets one. */
    {L"Status.Text", get, nothing, S_OK, NULL},
    {L"Status.State", get, nothing, S_OK, NULL},
    {L"Status.StateName", get, nothing, S_OK, NULL},
    {L"Status.Profile", get, nothing, S_OK, NULL},
    {L"Status.OutlookVersion", get, nothing, S_OK, NULL},
    {L"Status.OutlookProcessId", get, nothing, S_OK, NULL},
    {L"Status.OwnsOutlook", get, nothing, S_OK, NULL},
    {L"Status.ProcessId", get, nothing, S_OK, NULL},
    {L"Status.WindowsSession", get, nothing, S_OK, NULL},
    {L"Status.StartedAt", get, nothing, S_OK, NULL},
    {L"Status.DialogTitle", get, nothing, S_OK, NULL},
    {L"Status.DialogText", get, nothing, S_OK, NULL},
    {L"Status.DialogSince", get, nothing, S_OK, NULL},
    {L"Status.Queued", get, nothing, S_OK, NULL},
    {L"Status.Submitted", get, nothing, S_OK, NULL},
    {L"Status.Sent", get, nothing, S_OK, NULL},
    {L"Status.Failed", get, nothing, S_OK, NULL},
    {L"Status.Unknown", get, nothing, S_OK, NULL},
    {L"Status.Restarts", get, nothing, S_OK, NULL},
    {L"Status.LastError", get, nothing, S_OK, NULL},
    {L"Status.LastErrorText", get, nothing, S_OK, NULL},
    {L"Status.LogFile", get, nothing, S_OK, NULL},
};

/* --- who calls */

struct role
{
    const WCHAR *sid;
    bool is_user, is_allowed, own_job;
};

static const struct row *row_of(const WCHAR *member, WORD kind)
{
    for (unsigned i = 0; i < ARRAYSIZE(rows); i++)
        if (!wcscmp(rows[i].member, member) && (WORD)rows[i].kind == kind) return &rows[i];
    ob_require(false, "%s (kind %u) has no row in the table of rights", ob_utf8(member), kind);
    return NULL;
}

static bool has_right(const struct role *role, enum need need)
{
    if (need == nothing || role->is_user) return true;
    return role->is_allowed && need != owner && (need == allowed || role->own_job);
}

static IObJob *job_of(const struct role *role)
{
    return role->is_user || !role->own_job ? job_of_user : job_of_allowed;
}

static void *object_of(const WCHAR *member, const struct role *role)
{
    if (!wcsncmp(member, L"Job.", 4)) return job_of(role);
    if (!wcsncmp(member, L"Jobs.", 5)) return role->own_job ? jobs_of_allowed : jobs_of_user;
    if (!wcsncmp(member, L"Mail.", 5)) return role->own_job ? mail_of_allowed : mail_of_user;
    return !wcsncmp(member, L"Status.", 7) ? (void *)status : callers_session;
}

/* The id that the role may ask for: that of its own job. */
static VARIANT id_of(const struct role *role)
{
    VARIANT id;

    come_as(NULL);
    id = ob_get(role->is_user ? job_of_user : job_of_allowed, L"Id");
    come_as(role->sid);
    return id;
}

static VARIANT make_argument(const WCHAR *spelled, const struct role *role)
{
    if (*spelled == L'#') return ob_long(wcstol(spelled + 1, NULL, 10));
    if (!wcscmp(spelled, L"{id}")) return id_of(role);
    if (!wcscmp(spelled, L"{file}")) return ob_text(ob_file_path(L"rights.txt"));
    return wcscmp(spelled, L"{empty}") ? ob_text(spelled) : (VARIANT){.vt = VT_EMPTY};
}

/* In the order in which they are written; returns how many. */
static UINT make_arguments(const struct row *row, const struct role *role, VARIANT arguments[3])
{
    WCHAR spelled[100], *next = spelled, *end;
    UINT count = 0;

    wcscpy(spelled, row->arguments ? row->arguments : L"");
    for (end = spelled; row->arguments && end; next = end + 1)
    {
        if ((end = wcschr(next, L'|'))) *end = 0;
        arguments[count++] = make_argument(next, role);
    }
    return count;
}

static void expect_denied(const struct row *row, const struct role *role, const struct ob_answer *answer)
{
    const WCHAR *caller = caller_name();
    WCHAR text[1024];

    if (role->is_allowed)
        swprintf(text, ARRAYSIZE(text),
            L"%ls may not use %ls. Checked: the account of the call, %ls, which the registration allows to send mail "
            L"and to use its own jobs; %ls, and only the mailbox's owner or an administrator may do that. Next: make "
            L"the call from the account of the mailbox's owner, or from an elevated prompt of an administrator.",
            caller, row->member, caller,
            row->need == owner ? L"this leaves something in the mailbox that is not sent"
                               : L"this job is another account's");
    else
        swprintf(text, ARRAYSIZE(text),
            L"%ls may not use %ls. Checked: the account of the call, %ls: it is neither the mailbox's owner nor an "
            L"administrator, and the registration does not allow it. Next: have an administrator stop the broker and "
            L"run obctl register \"/Allow:%ls\".",
            caller, row->member, caller, caller);
    ob_require(answer->code == (HRESULT)OB_E_DENIED, "%s as %s: %08lX %s", ob_utf8(row->member), ob_utf8(caller),
        (unsigned long)answer->code, ob_utf8(answer->text));
    ob_assert_text(answer->text, text);
    ob_assert_text(answer->source, L"OutlookBroker.Session");
    /* Nothing comes along, whatever its type. */
    assert_true(V_VT(&answer->value) == VT_BSTR ? !SysStringLen(V_BSTR(&answer->value)) : !V_I8(&answer->value));
}

/* An object that was handed over by who made it. */
static void expect_not_owner(const struct row *row, const struct ob_answer *answer)
{
    const WCHAR *caller = caller_name();
    WCHAR text[1024];

    swprintf(text, ARRAYSIZE(text),
        L"%ls may not use this %ls, which another account made. Checked: the account of the call against the one that "
        L"made the object. Next: make one with a session of %ls's own.",
        caller, !wcsncmp(row->member, L"Mail.", 5) ? L"mail" : L"list of jobs", caller);
    ob_assert_hr(answer->code, (HRESULT)OB_E_DENIED);
    ob_assert_text(answer->text, text);
}

static void call_member(const struct row *row, DISPID id, const struct role *role)
{
    DISPID put_id = DISPID_PROPERTYPUT;
    VARIANT arguments[3], reversed[3];
    UINT count = make_arguments(row, role, arguments);
    DISPPARAMS params = {reversed, row->kind == put ? &put_id : NULL, count, row->kind == put};
    struct ob_answer answer;

    for (UINT i = 0; i < count; i++)
        reversed[count - 1 - i] = arguments[i];
    ob_invoke_id(object_of(row->member, role), id, (WORD)row->kind, &params, &answer);
    if (row->need == its_own && role->is_allowed && !role->own_job)
        expect_not_owner(row, &answer);
    else if (!has_right(role, row->need))
        expect_denied(row, role, &answer);
    else
        ob_require(answer.code == row->code, "%s as %s: %08lX %s", ob_utf8(row->member), ob_utf8(role->sid),
            (unsigned long)answer.code, ob_utf8(answer.text));
    ob_answer_clear(&answer);
    for (UINT i = 0; i < count; i++)
        VariantClear(&arguments[i]);
}

/* --- the members, from the type library */

/* Those that the interface has of its own; returns how many. */
static unsigned call_members_of(ITypeInfo *info, const WCHAR *type, const struct role *role)
{
    TYPEATTR *attributes;
    unsigned called = 0;

    ob_assert_ok(ITypeInfo_GetTypeAttr(info, &attributes));
    for (UINT i = 0; i < attributes->cFuncs; i++)
    {
        FUNCDESC *function;
        WCHAR member[80];
        UINT count;
        BSTR name;

        ob_assert_ok(ITypeInfo_GetFuncDesc(info, i, &function));
        if (function->memid < 0x60000000 || function->memid >= 0x60020000)
        {
            ob_assert_ok(ITypeInfo_GetNames(info, function->memid, &name, 1, &count));
            swprintf(member, ARRAYSIZE(member), L"%ls.%ls", type, name);
            call_member(row_of(member, (WORD)function->invkind), function->memid, role);
            SysFreeString(name);
            called++;
        }
        ITypeInfo_ReleaseFuncDesc(info, function);
    }
    ITypeInfo_ReleaseTypeAttr(info, attributes);
    return called;
}

static void call_all_members(const struct role *role)
{
    unsigned called = 0;
    ITypeLib *library;

    ob_assert_ok(LoadRegTypeLib(&LIBID_OutlookBroker, 1, 0, LOCALE_NEUTRAL, &library));
    come_as(role->sid);
    for (UINT i = 0; i < ITypeLib_GetTypeInfoCount(library); i++)
    {
        TYPEKIND kind;
        ITypeInfo *info;
        BSTR name;

        ob_assert_ok(ITypeLib_GetTypeInfoType(library, i, &kind));
        if (kind != TKIND_DISPATCH) continue;
        ob_assert_ok(ITypeLib_GetTypeInfo(library, i, &info));
        ob_assert_ok(ITypeInfo_GetDocumentation(info, MEMBERID_NIL, &name, NULL, NULL, NULL));
        assert_true(!wcsncmp(name, L"IOb", 3));
        called += call_members_of(info, name + 3, role);
        SysFreeString(name);
        ITypeInfo_Release(info);
    }
    ITypeLib_Release(library);
    come_as(NULL);
    assert_int_equal(called, ARRAYSIZE(rows));
}

static void the_user_may_use_every_member(void **state)
{
    static const struct role role = {.is_user = true};

    (void)state;
    call_all_members(&role);
}

static void an_allowed_account_may_send_and_use_its_own_jobs_and_nothing_else(void **state)
{
    static const struct role role = {.sid = ALLOWED, .is_allowed = true, .own_job = true};

    (void)state;
    call_all_members(&role);
}

static void an_allowed_account_may_not_use_a_job_of_another_that_was_handed_over(void **state)
{
    static const struct role role = {.sid = ALLOWED, .is_allowed = true, .own_job = false};

    (void)state;
    call_all_members(&role);
}

static void a_stranger_may_see_as_whom_it_comes_and_nothing_else(void **state)
{
    static const struct role role = {.sid = STRANGER};

    (void)state;
    call_all_members(&role);
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_user_may_use_every_member),
        cmocka_unit_test(an_allowed_account_may_send_and_use_its_own_jobs_and_nothing_else),
        cmocka_unit_test(an_allowed_account_may_not_use_a_job_of_another_that_was_handed_over),
        cmocka_unit_test(a_stranger_may_see_as_whom_it_comes_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, make_objects, end_objects);
}

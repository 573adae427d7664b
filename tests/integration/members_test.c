/* members_test.c - every member of IObSession, IObJob and IObStatus, from C through the vtable, late bound through
 * Invoke, and from VBScript; and the contract against its record in tests/expected/contract.txt. */
#include "contract.h"
#include "one_session.h"
#include <ocidl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static IObJob *job; /* one that was sent, with a key */

static int begin(void **state)
{
    static const struct ob_mail mail = {
        .to = L"a@example.com", .subject = L"members", .body = L"b", .key = L"members key"};
    int result = ob_begin_session(state);

    if (result) return result;
    job = ob_send(session, &mail);
    ob_expect_state(job, obJobSent);
    return 0;
}

static int end(void **state)
{
    if (job) IObJob_Release(job);
    return ob_end_session(state);
}

/* --- through the vtable */

static void expect_text(HRESULT hr, BSTR text, const WCHAR *expected)
{
    ob_assert_ok(hr);
    ob_assert_text(text, expected);
    SysFreeString(text);
}

static void session_members_answer_through_the_vtable(void **state)
{
    BSTR text, caller, user;
    IObStatus *status;
    IObJob *same;
    LONG timeout;
    HRESULT hr;

    (void)state;
    hr = IObSession_get_Version(session, &text);
    expect_text(hr, text, OB_VERSION);
    ob_assert_ok(IObSession_get_User(session, &user));
    ob_assert_ok(IObSession_get_Caller(session, &caller));
    assert_non_null(wcschr(user, L'\\'));
    ob_assert_text(caller, user); /* Wine has one user */
    SysFreeString(user);
    SysFreeString(caller);
    ob_assert_ok(IObSession_get_Timeout(session, &timeout));
    assert_int_equal(timeout, 30000);
    ob_assert_ok(IObSession_put_Timeout(session, 100));
    ob_assert_ok(IObSession_put_Timeout(session, 600000));
    ob_assert_ok(IObSession_get_Timeout(session, &timeout));
    assert_int_equal(timeout, 600000);
    ob_assert_ok(IObSession_put_Timeout(session, 30000));
    ob_assert_ok(IObSession_get_Status(session, &status));
    IObStatus_Release(status);
    ob_assert_ok(IObJob_get_Id(job, &text));
    ob_assert_ok(IObSession_Job(session, text, &same));
    SysFreeString(text);
    hr = IObJob_get_Subject(same, &text);
    expect_text(hr, text, L"members");
    IObJob_Release(same);
}

static void job_members_answer_through_the_vtable(void **state)
{
    BSTR text, caller;
    ObJobState job_state;
    VARIANT value;
    LONG number;
    GUID guid;
    HRESULT hr;

    (void)state;
    ob_assert_ok(IObJob_get_Id(job, &text));
    assert_int_equal(SysStringLen(text), 38);
    ob_assert_ok(CLSIDFromString(text, &guid));
    SysFreeString(text);
    hr = IObJob_get_Key(job, &text);
    expect_text(hr, text, L"members key");
    ob_assert_ok(IObJob_get_State(job, &job_state));
    assert_int_equal(job_state, obJobSent);
    hr = IObJob_get_StateName(job, &text);
    expect_text(hr, text, L"sent");
    hr = IObJob_get_Subject(job, &text);
    expect_text(hr, text, L"members");
    ob_assert_ok(IObSession_get_Caller(session, &caller));
    hr = IObJob_get_Caller(job, &text);
    expect_text(hr, text, caller);
    SysFreeString(caller);
    ob_assert_ok(IObJob_get_SubmittedAt(job, &value));
    assert_int_equal(V_VT(&value), VT_DATE);
    ob_assert_ok(IObJob_get_FinishedAt(job, &value));
    assert_int_equal(V_VT(&value), VT_DATE);
    ob_assert_ok(IObJob_get_NextAttemptAt(job, &value));
    assert_int_equal(V_VT(&value), VT_EMPTY);
    ob_assert_ok(IObJob_get_Attempts(job, &number));
    assert_int_equal(number, 1);
    ob_assert_ok(IObJob_get_LastError(job, &number));
    assert_int_equal(number, 0);
    hr = IObJob_get_LastErrorText(job, &text);
    expect_text(hr, text, L"");
    ob_assert_ok(IObJob_get_EntryID(job, &text));
    assert_int_equal(SysStringLen(text), 48);
    SysFreeString(text);
    ob_assert_ok(IObJob_get_History(job, &value));
    assert_int_equal(V_VT(&value), VT_ARRAY | VT_VARIANT);
    VariantClear(&value);
    ob_assert_ok(IObJob_Wait(job, ob_missing(), &job_state));
    assert_int_equal(job_state, obJobSent);
    ob_assert_ok(IObJob_Wait(job, ob_long(0), &job_state));
    assert_int_equal(job_state, obJobSent);
}

static void status_members_answer_through_the_vtable(void **state)
{
    IObStatus *status;
    ObBrokerState broker_state;
    VARIANT_BOOL owns;
    BSTR text;
    VARIANT value;
    LONG number;
    HRESULT hr;

    (void)state;
    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_Text(status, &text));
    assert_true(SysStringLen(text) > 0);
    SysFreeString(text);
    ob_assert_ok(IObStatus_get_State(status, &broker_state));
    assert_int_equal(broker_state, obBrokerReady);
    hr = IObStatus_get_StateName(status, &text);
    expect_text(hr, text, L"ready");
    hr = IObStatus_get_Profile(status, &text);
    expect_text(hr, text, L"Outlook");
    ob_assert_ok(IObStatus_get_OutlookVersion(status, &text));
    assert_true(!wcsncmp(text, L"16.0.", 5));
    SysFreeString(text);
    ob_assert_ok(IObStatus_get_OutlookProcessId(status, &number));
    assert_true(number > 0);
    ob_assert_ok(IObStatus_get_OwnsOutlook(status, &owns));
    assert_int_equal(owns, VARIANT_TRUE);
    ob_assert_ok(IObStatus_get_ProcessId(status, &number));
    assert_true(number > 0);
    ob_assert_ok(IObStatus_get_WindowsSession(status, &number));
    assert_true(number > 0);
    ob_assert_ok(IObStatus_get_StartedAt(status, &value));
    assert_int_equal(V_VT(&value), VT_DATE);
    hr = IObStatus_get_DialogTitle(status, &text);
    expect_text(hr, text, L"");
    hr = IObStatus_get_DialogText(status, &text);
    expect_text(hr, text, L"");
    ob_assert_ok(IObStatus_get_DialogSince(status, &value));
    assert_int_equal(V_VT(&value), VT_EMPTY);
    ob_assert_ok(IObStatus_get_Restarts(status, &number));
    assert_int_equal(number, 0);
    ob_assert_ok(IObStatus_get_LastError(status, &number));
    assert_int_equal(number, 0);
    hr = IObStatus_get_LastErrorText(status, &text);
    expect_text(hr, text, L"");
    ob_assert_ok(IObStatus_get_LogFile(status, &text));
    assert_non_null(wcsstr(text, L"\\OutlookBroker\\"));
    assert_true(ob_exists(text));
    SysFreeString(text);
    IObStatus_Release(status);
    ob_expect_counts(session, 0, 0, 1, 0, 0);
}

static void a_status_is_a_snapshot(void **state)
{
    IObStatus *status;
    IObJob *other;
    LONG before, after;

    (void)state;
    ob_assert_ok(IObSession_get_Status(session, &status));
    ob_assert_ok(IObStatus_get_Sent(status, &before));
    other = ob_send_plain(session, L"snapshot");
    ob_expect_state(other, obJobSent);
    IObJob_Release(other);
    ob_assert_ok(IObStatus_get_Sent(status, &after));
    assert_int_equal(after, before);
    IObStatus_Release(status);
}

/* --- through Invoke */

struct property
{
    const WCHAR *name;
    VARTYPE type;
};

static void expect_properties(void *object, const struct property *properties, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
    {
        VARIANT value = ob_get(object, properties[i].name);

        ob_require(V_VT(&value) == properties[i].type, "%s is of type %u", ob_utf8(properties[i].name), V_VT(&value));
        VariantClear(&value);
    }
}

static void every_property_answers_late_bound_by_name(void **state)
{
    static const struct property of_session[] = {
        {L"Version", VT_BSTR}, {L"User", VT_BSTR}, {L"Caller", VT_BSTR}, {L"Timeout", VT_I4}, {L"Status", VT_DISPATCH}};
    static const struct property of_job[] = {{L"Id", VT_BSTR}, {L"Key", VT_BSTR}, {L"State", VT_I4},
        {L"StateName", VT_BSTR}, {L"Subject", VT_BSTR}, {L"Caller", VT_BSTR}, {L"SubmittedAt", VT_DATE},
        {L"FinishedAt", VT_DATE}, {L"NextAttemptAt", VT_EMPTY}, {L"Attempts", VT_I4}, {L"LastError", VT_I4},
        {L"LastErrorText", VT_BSTR}, {L"EntryID", VT_BSTR}, {L"History", VT_ARRAY | VT_VARIANT}};
    static const struct property of_status[] = {{L"Text", VT_BSTR}, {L"State", VT_I4}, {L"StateName", VT_BSTR},
        {L"Profile", VT_BSTR}, {L"OutlookVersion", VT_BSTR}, {L"OutlookProcessId", VT_I4}, {L"OwnsOutlook", VT_BOOL},
        {L"ProcessId", VT_I4}, {L"WindowsSession", VT_I4}, {L"StartedAt", VT_DATE}, {L"DialogTitle", VT_BSTR},
        {L"DialogText", VT_BSTR}, {L"DialogSince", VT_EMPTY}, {L"Queued", VT_I4}, {L"Submitted", VT_I4},
        {L"Sent", VT_I4}, {L"Failed", VT_I4}, {L"Unknown", VT_I4}, {L"Restarts", VT_I4}, {L"LastError", VT_I4},
        {L"LastErrorText", VT_BSTR}, {L"LogFile", VT_BSTR}};
    VARIANT status = ob_get(session, L"Status");

    (void)state;
    expect_properties(session, of_session, ARRAYSIZE(of_session));
    expect_properties(job, of_job, ARRAYSIZE(of_job));
    expect_properties(V_DISPATCH(&status), of_status, ARRAYSIZE(of_status));
    VariantClear(&status);
}

static void names_are_found_in_any_case_and_parameters_too(void **state)
{
    WCHAR *names[] = {(WCHAR *)L"SENDMAIL", (WCHAR *)L"to", (WCHAR *)L"Attachments", (WCHAR *)L"key"};
    WCHAR *unknown = (WCHAR *)L"SendMale";
    DISPID ids[4], id;

    (void)state;
    ob_assert_ok(IObSession_GetIDsOfNames(session, &IID_NULL, names, 4, LOCALE_NEUTRAL, ids));
    assert_int_equal(ids[0], 20);
    assert_int_equal(ids[1], 0);
    assert_int_equal(ids[2], 4);
    assert_int_equal(ids[3], 7);
    ob_assert_hr(IObSession_GetIDsOfNames(session, &IID_NULL, &unknown, 1, LOCALE_NEUTRAL, &id), DISP_E_UNKNOWNNAME);
    assert_int_equal(id, DISPID_UNKNOWN);
}

static void send_mail_takes_named_arguments_and_leaves_out_the_others(void **state)
{
    WCHAR *names[] = {(WCHAR *)L"SendMail", (WCHAR *)L"Key", (WCHAR *)L"CC"};
    DISPID ids[3], named[2];
    VARIANT arguments[5] = {ob_text(L"named key"), ob_text(L"named-cc@example.com"), ob_text(L"named body"),
        ob_text(L"named arguments"), ob_text(L"a@example.com")};
    DISPPARAMS params = {arguments, named, 5, 2};
    struct ob_answer answer;
    struct ob_arrivals arrivals;
    IObJob *sent;
    VARIANT key;

    (void)state;
    ob_assert_ok(IObSession_GetIDsOfNames(session, &IID_NULL, names, 3, LOCALE_NEUTRAL, ids));
    named[0] = ids[1];
    named[1] = ids[2];
    ob_invoke_id(session, ids[0], DISPATCH_METHOD, &params, &answer);
    sent = ob_answered_job(&answer);
    key = ob_get(sent, L"Key");
    ob_assert_text(V_BSTR(&key), L"named key");
    VariantClear(&key);
    ob_expect_state(sent, obJobSent);
    IObJob_Release(sent);
    ob_answer_clear(&answer);
    for (unsigned i = 0; i < 5; i++)
        VariantClear(&arguments[i]);
    ob_read_mails(&arrivals);
    ob_assert_text(ob_mail_with(&arrivals, L"named arguments")->cc, L"named-cc@example.com");
    ob_free_mails(&arrivals);
}

static void send_mail_takes_variables_by_reference(void **state)
{
    BSTR plain = SysAllocString(L"a@example.com");
    VARIANT subject = ob_text(L"by reference"), body = ob_text(L"body by reference"), arguments[3];
    struct ob_answer answer;
    struct ob_arrivals arrivals;
    IObJob *sent;

    (void)state;
    V_VT(&arguments[0]) = VT_BYREF | VT_BSTR;
    V_BSTRREF(&arguments[0]) = &plain;
    V_VT(&arguments[1]) = VT_BYREF | VT_VARIANT;
    V_VARIANTREF(&arguments[1]) = &subject;
    V_VT(&arguments[2]) = VT_BYREF | VT_VARIANT;
    V_VARIANTREF(&arguments[2]) = &body;
    ob_invoke(session, L"SendMail", DISPATCH_METHOD, arguments, 3, &answer);
    sent = ob_answered_job(&answer);
    ob_expect_state(sent, obJobSent);
    IObJob_Release(sent);
    ob_answer_clear(&answer);
    ob_read_mails(&arrivals);
    ob_assert_text(ob_mail_with(&arrivals, L"by reference")->body, L"body by reference");
    ob_free_mails(&arrivals);
    ob_assert_text(V_BSTR(&subject), L"by reference");
    SysFreeString(plain);
    VariantClear(&subject);
    VariantClear(&body);
}

static void job_and_wait_and_timeout_answer_late_bound(void **state)
{
    VARIANT id = ob_get(job, L"Id"), timeout = ob_long(45000), wait = ob_text(L"10"), value;
    struct ob_answer answer;

    (void)state;
    ob_invoke(session, L"Job", DISPATCH_METHOD, &id, 1, &answer);
    ob_assert_ok(answer.hr);
    value = ob_get(V_DISPATCH(&answer.value), L"Subject");
    ob_assert_text(V_BSTR(&value), L"members");
    VariantClear(&value);
    ob_answer_clear(&answer);
    ob_invoke(job, L"Wait", DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_ok(answer.hr);
    assert_int_equal(V_I4(&answer.value), obJobSent);
    ob_invoke(job, L"Wait", DISPATCH_METHOD, &wait, 1, &answer);
    ob_assert_ok(answer.hr);
    ob_invoke(session, L"Timeout", DISPATCH_PROPERTYPUT, &timeout, 1, &answer);
    ob_assert_ok(answer.hr);
    value = ob_get(session, L"Timeout");
    assert_int_equal(V_I4(&value), 45000);
    ob_assert_ok(IObSession_put_Timeout(session, 30000));
    VariantClear(&id);
    VariantClear(&wait);
}

/* Late bound and through the vtable: what counts is the Timeout of now, not that of the job's making. */
static void a_wait_without_an_argument_goes_by_the_present_timeout(void **state)
{
    IObSession *other = ob_session();
    struct ob_answer answer;
    ObJobState now;
    ULONGLONG begun;
    IObJob *held;

    (void)state;
    ob_control("hold = Application.CreateItem before\n");
    held = ob_send_plain(other, L"present timeout");
    ob_wait_held();
    ob_assert_ok(IObSession_put_Timeout(other, 200));
    begun = GetTickCount64();
    ob_assert_ok(IObJob_Wait(held, ob_missing(), &now));
    assert_int_not_equal(now, obJobSent);
    ob_invoke(held, L"Wait", DISPATCH_METHOD, NULL, 0, &answer);
    ob_assert_ok(answer.hr);
    ob_answer_clear(&answer);
    assert_in_range(GetTickCount64() - begun, 350, 15000);
    ob_control("");
    /* It outlives the session. */
    ob_assert_ok(IObSession_put_Timeout(other, OB_LONG_MS));
    IObSession_Release(other);
    ob_assert_ok(IObJob_Wait(held, ob_missing(), &now));
    assert_int_equal(now, obJobSent);
    IObJob_Release(held);
}

static void the_default_member_of_a_job_is_its_id_and_of_a_status_its_text(void **state)
{
    VARIANT status = ob_get(session, L"Status"), id = ob_get(job, L"Id"), text = ob_get(V_DISPATCH(&status), L"Text");
    DISPPARAMS none = {NULL, NULL, 0, 0};
    struct ob_answer answer;

    (void)state;
    ob_invoke_id(job, DISPID_VALUE, DISPATCH_PROPERTYGET | DISPATCH_METHOD, &none, &answer);
    ob_assert_ok(answer.hr);
    ob_assert_text(V_BSTR(&answer.value), V_BSTR(&id));
    ob_answer_clear(&answer);
    ob_invoke_id(V_DISPATCH(&status), DISPID_VALUE, DISPATCH_PROPERTYGET, &none, &answer);
    ob_assert_ok(answer.hr);
    ob_assert_text(V_BSTR(&answer.value), V_BSTR(&text));
    ob_answer_clear(&answer);
    VariantClear(&status);
    VariantClear(&id);
    VariantClear(&text);
}

static void read_only_properties_and_unknown_members_are_refused(void **state)
{
    VARIANT value = ob_text(L"x");
    DISPPARAMS none = {NULL, NULL, 0, 0};
    struct ob_answer answer;

    (void)state;
    ob_invoke(session, L"Version", DISPATCH_PROPERTYPUT, &value, 1, &answer);
    ob_require(FAILED(answer.hr), "Version can be set");
    ob_answer_clear(&answer);
    ob_invoke_id(session, 9999, DISPATCH_METHOD, &none, &answer);
    ob_assert_hr(answer.hr, DISP_E_MEMBERNOTFOUND);
    for (DISPID id = 0x60000000; id <= 0x60010003; id += id == 0x60000002 ? 0xFFFE : 1) /* IUnknown's, IDispatch's */
    {
        ob_invoke_id(session, id, DISPATCH_METHOD, &none, &answer);
        ob_assert_hr(answer.hr, DISP_E_MEMBERNOTFOUND);
    }
    VariantClear(&value);
}

/* --- what every object answers */

static void expect_class_info(void *object, REFIID iid, const CLSID *clsid)
{
    ISupportErrorInfo *errors;
    IProvideClassInfo2 *provide;
    ITypeInfo *info;
    TYPEATTR *attributes;
    UINT count;

    ob_assert_ok(IUnknown_QueryInterface((IUnknown *)object, &IID_ISupportErrorInfo, (void **)&errors));
    ob_assert_ok(ISupportErrorInfo_InterfaceSupportsErrorInfo(errors, iid));
    ob_assert_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(errors, &IID_IStream), S_FALSE);
    ISupportErrorInfo_Release(errors);
    ob_assert_ok(IUnknown_QueryInterface((IUnknown *)object, &IID_IProvideClassInfo2, (void **)&provide));
    ob_assert_ok(IProvideClassInfo2_GetClassInfo(provide, &info));
    ob_assert_ok(ITypeInfo_GetTypeAttr(info, &attributes));
    assert_int_equal(attributes->typekind, TKIND_COCLASS);
    assert_true(IsEqualGUID(&attributes->guid, clsid));
    ITypeInfo_ReleaseTypeAttr(info, attributes);
    ITypeInfo_Release(info);
    IProvideClassInfo2_Release(provide);
    ob_assert_ok(IDispatch_GetTypeInfoCount((IDispatch *)object, &count));
    assert_int_equal(count, 1);
    ob_assert_ok(IDispatch_GetTypeInfo((IDispatch *)object, 0, LOCALE_NEUTRAL, &info));
    ob_assert_ok(ITypeInfo_GetTypeAttr(info, &attributes));
    assert_true(IsEqualGUID(&attributes->guid, iid));
    ITypeInfo_ReleaseTypeAttr(info, attributes);
    ITypeInfo_Release(info);
}

static void every_object_tells_its_class_and_that_it_has_error_texts(void **state)
{
    IObStatus *status;

    (void)state;
    ob_assert_ok(IObSession_get_Status(session, &status));
    expect_class_info(session, &IID_IObSession, &CLSID_ObSession);
    expect_class_info(job, &IID_IObJob, &CLSID_ObJob);
    expect_class_info(status, &IID_IObStatus, &CLSID_ObStatus);
    IObStatus_Release(status);
}

static void jobs_and_statuses_cannot_be_created(void **state)
{
    IUnknown *object;

    (void)state;
    ob_assert_hr(CoCreateInstance(&CLSID_ObJob, NULL, CLSCTX_LOCAL_SERVER, &IID_IUnknown, (void **)&object),
        REGDB_E_CLASSNOTREG);
    ob_assert_hr(CoCreateInstance(&CLSID_ObStatus, NULL, CLSCTX_LOCAL_SERVER, &IID_IUnknown, (void **)&object),
        REGDB_E_CLASSNOTREG);
}

static void both_prog_ids_lead_to_the_session(void **state)
{
    CLSID clsid;

    (void)state;
    ob_assert_ok(CLSIDFromProgID(L"OutlookBroker.Session", &clsid));
    assert_true(IsEqualGUID(&clsid, &CLSID_ObSession));
    ob_assert_ok(CLSIDFromProgID(L"OutlookBroker.Session.1", &clsid));
    assert_true(IsEqualGUID(&clsid, &CLSID_ObSession));
}

/* --- the record */

static void the_registered_type_library_is_the_recorded_contract(void **state)
{
    char *recorded = ob_read_file(ob_source_path(L"tests\\expected\\contract.txt"), NULL), *now, *a, *b;
    ITypeLib *library;

    (void)state;
    ob_assert_ok(LoadRegTypeLib(&LIBID_OutlookBroker, 1, 0, LOCALE_NEUTRAL, &library));
    now = contract_describe(library);
    ITypeLib_Release(library);
    ob_write_file(ob_source_path(L"build\\tests\\contract.txt"), now, strlen(now));
    ob_require(recorded != NULL, "there is no record; build/tests/contract.txt would be one");
    for (a = now, b = recorded; *a && *a == *b; a++, b++)
        ;
    while (a > now && a[-1] != '\n')
        a--, b--;
    ob_require(!*a && !*b, "the contract has changed:\nnow:    %.*s\nrecord: %.*s", (int)strcspn(a, "\n"), a,
        (int)strcspn(b, "\n"), b);
    free(recorded);
    free(now);
}

/* --- from scripts */

/* Runs a script, which takes the path of a file and ends with the line and exit code 7: an uncaught error would end
 * cscript silently with 0. */
static void run_script(const WCHAR *script, const char *last_line)
{
    WCHAR command[1024];
    char *output;
    DWORD code;

    swprintf(command, ARRAYSIZE(command), L"cscript //nologo \"%ls\" \"%ls\"", ob_source_path(script),
        ob_write_file(ob_file_path(L"from script.txt"), "script", 6));
    code = ob_run(command, OB_LONG_MS, &output);
    ob_require(code == 7 && strstr(output, last_line), "%s ended with %lu:\n%s", ob_utf8(script), code, output);
    free(output);
}

static void every_member_answers_to_vbscript(void **state)
{
    (void)state;
    run_script(L"tests\\integration\\scripts\\members.vbs", "all members answered");
}

static void lists_of_jscript_are_attachments_and_no_texts(void **state)
{
    (void)state;
    run_script(L"tests\\integration\\scripts\\lists.js", "all lists answered");
}

int wmain(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(session_members_answer_through_the_vtable),
        cmocka_unit_test(job_members_answer_through_the_vtable),
        cmocka_unit_test(status_members_answer_through_the_vtable),
        cmocka_unit_test(a_status_is_a_snapshot),
        cmocka_unit_test(every_property_answers_late_bound_by_name),
        cmocka_unit_test(names_are_found_in_any_case_and_parameters_too),
        cmocka_unit_test(send_mail_takes_named_arguments_and_leaves_out_the_others),
        cmocka_unit_test(send_mail_takes_variables_by_reference),
        cmocka_unit_test(job_and_wait_and_timeout_answer_late_bound),
        cmocka_unit_test(a_wait_without_an_argument_goes_by_the_present_timeout),
        cmocka_unit_test(the_default_member_of_a_job_is_its_id_and_of_a_status_its_text),
        cmocka_unit_test(read_only_properties_and_unknown_members_are_refused),
        cmocka_unit_test(every_object_tells_its_class_and_that_it_has_error_texts),
        cmocka_unit_test(jobs_and_statuses_cannot_be_created),
        cmocka_unit_test(both_prog_ids_lead_to_the_session),
        cmocka_unit_test(the_registered_type_library_is_the_recorded_contract),
        cmocka_unit_test(every_member_answers_to_vbscript),
        cmocka_unit_test(lists_of_jscript_are_attachments_and_no_texts),
    };

    return cmocka_run_group_tests(tests, begin, end);
}

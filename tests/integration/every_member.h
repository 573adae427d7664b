/* every_member.h - every member of every object, called one after the other: those of the type library, with what each
 * needs of Outlook and of the outbox. One without a row here fails the test. */
#ifndef OB_TESTS_EVERY_MEMBER_H
#define OB_TESTS_EVERY_MEMBER_H

#include "support.h"
#include <wchar.h>

#define SESSION_TIMEOUT_MS 500
#define LATE_MS 250
#define MEMBER_BOUND_MS ((SESSION_TIMEOUT_MS + LATE_MS) * 10) /* ten times what is promised */

enum need /* flags */
{
    nothing = 0,  /* answers at once, by S_OK where it is asked without arguments that could be wrong */
    anything = 1, /* what it answers is no matter here */
    outlook = 2,  /* waits for Outlook */
    reads = 4,    /* the outbox */
    writes = 8
};

struct row
{
    const WCHAR *member;
    WORD kinds;    /* DISPATCH_... */
    unsigned need; /* enum need */
    const WCHAR *arguments[3];
};

#define GET DISPATCH_PROPERTYGET
#define BOTH (DISPATCH_PROPERTYGET | DISPATCH_PROPERTYPUT)
#define CALL DISPATCH_METHOD

static const struct row of_session[] = {{L"Version", GET, nothing, {0}}, {L"User", GET, nothing, {0}},
    {L"Caller", GET, nothing, {0}}, {L"Timeout", BOTH, nothing, {0}}, {L"Status", GET, nothing, {0}},
    {L"Profile", GET, outlook, {0}}, {L"SendMail", CALL, writes, {L"a@example.com", L"by the way", L"b"}},
    {L"Job", CALL, anything | reads, {L"{00000000-0000-0000-0000-000000000001}"}}, {L"Logon", CALL, outlook, {0}},
    {L"CreateMail", CALL, nothing, {0}}, {L"Jobs", CALL, reads, {0}}};

static const struct row of_job[] = {{L"Id", GET, nothing, {0}}, {L"Key", GET, reads, {0}}, {L"State", GET, reads, {0}},
    {L"StateName", GET, reads, {0}}, {L"Subject", GET, reads, {0}}, {L"Caller", GET, reads, {0}},
    {L"SubmittedAt", GET, reads, {0}}, {L"FinishedAt", GET, reads, {0}}, {L"NextAttemptAt", GET, reads, {0}},
    {L"Attempts", GET, reads, {0}}, {L"LastError", GET, reads, {0}}, {L"LastErrorText", GET, reads, {0}},
    {L"EntryID", GET, reads, {0}}, {L"History", GET, reads, {0}}, {L"Wait", CALL, reads, {L"500"}},
    {L"Cancel", CALL, anything | writes, {0}}, {L"Retry", CALL, anything | writes, {0}}};

static const struct row of_jobs[] = {
    {L"Item", GET, nothing, {L"1"}}, {L"Count", GET, nothing, {0}}, {L"_NewEnum", GET, nothing, {0}}};

static const struct row of_mail[] = {{L"To", BOTH, nothing, {0}}, {L"CC", BOTH, nothing, {0}},
    {L"BCC", BOTH, nothing, {0}}, {L"Subject", BOTH, nothing, {0}}, {L"Body", BOTH, nothing, {0}},
    {L"HTMLBody", BOTH, nothing, {0}}, {L"Importance", BOTH, nothing, {0}}, {L"Sensitivity", BOTH, nothing, {0}},
    {L"Categories", BOTH, nothing, {0}}, {L"ReadReceiptRequested", BOTH, nothing, {0}},
    {L"DeferredDeliveryTime", BOTH, nothing, {0}}, {L"ExpiryTime", BOTH, nothing, {0}},
    {L"ReplyTo", BOTH, nothing, {0}}, {L"SentOnBehalfOfName", BOTH, nothing, {0}}, {L"Account", BOTH, nothing, {0}},
    {L"Attach", CALL, anything, {L"C:\\is not there.txt"}}, {L"AttachData", CALL, nothing, {L"a.txt", L"QUJD"}},
    {L"Send", CALL, writes, {0}}, {L"Save", CALL, outlook, {0}}};

static const struct row of_status[] = {{L"Text", GET, nothing, {0}}, {L"State", GET, nothing, {0}},
    {L"StateName", GET, nothing, {0}}, {L"Profile", GET, nothing, {0}}, {L"OutlookVersion", GET, nothing, {0}},
    {L"OutlookProcessId", GET, nothing, {0}}, {L"OwnsOutlook", GET, nothing, {0}}, {L"ProcessId", GET, nothing, {0}},
    {L"WindowsSession", GET, nothing, {0}}, {L"StartedAt", GET, nothing, {0}}, {L"DialogTitle", GET, nothing, {0}},
    {L"DialogText", GET, nothing, {0}}, {L"DialogSince", GET, nothing, {0}}, {L"Queued", GET, nothing, {0}},
    {L"Submitted", GET, nothing, {0}}, {L"Sent", GET, nothing, {0}}, {L"Failed", GET, nothing, {0}},
    {L"Unknown", GET, nothing, {0}}, {L"Restarts", GET, nothing, {0}}, {L"LastError", GET, nothing, {0}},
    {L"LastErrorText", GET, nothing, {0}}, {L"LogFile", GET, nothing, {0}}};

struct face
{
    const IID *iid;
    const struct row *rows;
    unsigned count;
};

enum
{
    face_session,
    face_job,
    face_jobs,
    face_mail,
    face_status,
    face_count
};

static const struct face faces[face_count] = {
    {&IID_IObSession, of_session, ARRAYSIZE(of_session)},
    {&IID_IObJob, of_job, ARRAYSIZE(of_job)},
    {&IID_IObJobs, of_jobs, ARRAYSIZE(of_jobs)},
    {&IID_IObMail, of_mail, ARRAYSIZE(of_mail)},
    {&IID_IObStatus, of_status, ARRAYSIZE(of_status)},
};

static inline const struct row *find_row(const struct face *face, const WCHAR *member, WORD kind)
{
    for (unsigned i = 0; i < face->count; i++)
        if (!wcscmp(face->rows[i].member, member) && (face->rows[i].kinds & kind)) return &face->rows[i];
    ob_fail(__FILE__, __LINE__, "%s has no row", ob_utf8(member));
    return NULL;
}

static inline void call_row(void *object, const struct row *row, WORD kind, struct ob_answer *answer)
{
    VARIANT arguments[3];
    unsigned count = 0;

    if (kind == DISPATCH_PROPERTYPUT)
    {
        arguments[0] = ob_get(object, row->member);
        count = 1;
    }
    else
        while (count < ARRAYSIZE(row->arguments) && row->arguments[count])
        {
            arguments[count] = ob_text(row->arguments[count]);
            count++;
        }
    ob_invoke(object, row->member, kind, arguments, count, answer);
    for (unsigned i = 0; i < count; i++)
        VariantClear(&arguments[i]);
}

/* Looks at what a member answered; when is the test's. */
typedef void (*judge_answer)(const char *when, const struct row *row, const struct ob_answer *answer);

static inline void call_member(const char *when, void *object, const struct row *row, WORD kind, judge_answer judge)
{
    ULONGLONG begun = GetTickCount64(), took;
    struct ob_answer answer;

    call_row(object, row, kind, &answer);
    took = GetTickCount64() - begun;
    ob_require(took <= MEMBER_BOUND_MS, "%s: %s took %llu ms", when, ob_utf8(row->member), took);
    judge(when, row, &answer);
    ob_answer_clear(&answer);
}

/* All members of one object; the vtable's half of the type library has them as they are. Returns how many. */
static inline unsigned call_face(
    ITypeLib *library, const char *when, const struct face *face, void *object, judge_answer judge)
{
    ITypeInfo *info, *half;
    TYPEATTR *attributes;
    HREFTYPE type;
    unsigned called = 0;

    ob_assert_ok(ITypeLib_GetTypeInfoOfGuid(library, face->iid, &info));
    ob_assert_ok(ITypeInfo_GetRefTypeOfImplType(info, (UINT)-1, &type));
    ob_assert_ok(ITypeInfo_GetRefTypeInfo(info, type, &half));
    ob_assert_ok(ITypeInfo_GetTypeAttr(half, &attributes));
    for (UINT i = 0; i < attributes->cFuncs; i++)
    {
        FUNCDESC *function;
        BSTR name;
        WORD kind;

        ob_assert_ok(ITypeInfo_GetFuncDesc(half, i, &function));
        ob_assert_ok(ITypeInfo_GetDocumentation(half, function->memid, &name, NULL, NULL, NULL));
        kind = (WORD)function->invkind;
        call_member(when, object, find_row(face, name, kind), kind, judge);
        called++;
        SysFreeString(name);
        ITypeInfo_ReleaseFuncDesc(half, function);
    }
    ITypeInfo_ReleaseTypeAttr(half, attributes);
    ITypeInfo_Release(half);
    ITypeInfo_Release(info);
    return called;
}

static inline IObSession *short_session(LONG timeout_ms)
{
    IObSession *session = ob_session();

    ob_assert_ok(IObSession_put_Timeout(session, timeout_ms));
    return session;
}

static inline IObMail *new_mail(IObSession *session, const WCHAR *subject)
{
    BSTR to = SysAllocString(L"a@example.com"), text = SysAllocString(subject);
    IObMail *mail;

    ob_assert_ok(IObSession_CreateMail(session, &mail));
    ob_assert_ok(IObMail_put_To(mail, to));
    ob_assert_ok(IObMail_put_Subject(mail, text));
    SysFreeString(to);
    SysFreeString(text);
    return mail;
}

/* One object of each kind, of a session with a short deadline. */
struct every_object
{
    void *objects[face_count];
};

static inline void objects_make(struct every_object *every, IObJob *job)
{
    IObSession *session = short_session(SESSION_TIMEOUT_MS);
    VARIANT id = ob_get(job, L"Id");

    every->objects[face_session] = session;
    ob_assert_ok(IObSession_Job(session, V_BSTR(&id), (IObJob **)&every->objects[face_job]));
    VariantClear(&id);
    ob_assert_ok(IObSession_Jobs(session, ob_missing(), ob_missing(), (IObJobs **)&every->objects[face_jobs]));
    every->objects[face_mail] = new_mail(session, L"never a draft");
    ob_assert_ok(IObSession_get_Status(session, (IObStatus **)&every->objects[face_status]));
}

static inline unsigned objects_call(const struct every_object *every, const char *when, judge_answer judge)
{
    ITypeLib *library;
    unsigned called = 0;

    ob_assert_ok(LoadRegTypeLib(&LIBID_OutlookBroker, 1, 0, LOCALE_NEUTRAL, &library));
    for (unsigned i = 0; i < face_count; i++)
        called += call_face(library, when, &faces[i], every->objects[i], judge);
    ITypeLib_Release(library);
    return called;
}

static inline void objects_release(struct every_object *every)
{
    for (unsigned i = 0; i < face_count; i++)
        IUnknown_Release((IUnknown *)every->objects[i]);
}

#endif

/* mail_input.c - what is wrong with a mail or an argument, and the look at the answer: see mail_input.h. */
#include "mail_input.h"
#include <stdlib.h>
#include <wchar.h>

IObSession *input_session;
IObMail *input_mail;

int input_begin(void **state)
{
    int result = ob_begin(state);

    if (result) return result;
    ob_set(L"MaxMailBytes", INPUT_LIMIT);
    input_session = ob_session();
    return 0;
}

int input_end(void **state)
{
    if (input_session) IObSession_Release(input_session);
    return ob_end(state);
}

void input_put(const WCHAR *member, VARIANT value)
{
    struct ob_answer answer;

    ob_invoke(input_mail, member, DISPATCH_PROPERTYPUT, &value, 1, &answer);
    ob_require(answer.hr == S_OK, "%s: %08lX %s", ob_utf8(member), (unsigned long)answer.code, ob_utf8(answer.text));
    ob_answer_clear(&answer);
    VariantClear(&value);
}

int input_make_mail(void **state)
{
    (void)state;
    ob_assert_ok(IObSession_CreateMail(input_session, &input_mail));
    input_put(L"To", ob_text(L"a@example.com"));
    input_put(L"Subject", ob_text(L"still good"));
    return 0;
}

IObJob *input_send_mail(void)
{
    BSTR key = SysAllocString(L"");
    IObJob *job;

    ob_assert_ok(IObMail_Send(input_mail, key, &job));
    SysFreeString(key);
    return job;
}

/* What was refused left the mail as it was: it goes, without attachments. */
int input_send_what_is_left(void **state)
{
    struct ob_arrivals arrivals;
    IObJob *job = input_send_mail();
    BSTR subject;

    (void)state;
    ob_assert_ok(IObJob_get_Subject(job, &subject));
    ob_expect_state(job, obJobSent);
    IObJob_Release(job);
    ob_read_mails(&arrivals);
    for (unsigned i = 0; i < arrivals.count; i++)
        if (!wcscmp(arrivals.mails[i].subject, subject)) assert_int_equal(arrivals.mails[i].attachment_count, 0);
    ob_free_mails(&arrivals);
    SysFreeString(subject);
    IObMail_Release(input_mail);
    input_mail = NULL;
    assert_int_equal(ob_count_files(ob_data_path(L"spool\\*")), 0);
    return 0;
}

/* --- refusals */

static void expect(const struct ob_answer *answer, const WCHAR *what, HRESULT code, const WCHAR *text)
{
    if (answer->code != code || !answer->text || wcscmp(answer->text, text))
        print_error("%s: got %08lX %s\n", ob_utf8(what), (unsigned long)answer->code, ob_utf8(answer->text));
    ob_assert_hr(answer->code, code);
    ob_assert_text(answer->text, text);
    ob_assert_text(answer->source, L"OutlookBroker.Session");
}

void input_refused(void *object, const WCHAR *member, VARIANT *arguments, unsigned count, const WCHAR *name)
{
    struct ob_answer answer;
    WCHAR *text;
    HRESULT code = ob_expected(name, &text);

    ob_invoke(object, member, DISPATCH_METHOD | (wcscmp(member, L"Item") ? 0 : DISPATCH_PROPERTYGET), arguments, count,
        &answer);
    expect(&answer, name, code, text);
    ob_answer_clear(&answer);
    for (unsigned i = 0; i < count; i++)
        VariantClear(&arguments[i]);
    free(text);
}

void input_refused_1(void *object, const WCHAR *member, VARIANT argument, const WCHAR *name)
{
    input_refused(object, member, &argument, 1, name);
}

void input_refused_2(void *object, const WCHAR *member, VARIANT first, VARIANT second, const WCHAR *name)
{
    VARIANT arguments[] = {first, second};

    input_refused(object, member, arguments, 2, name);
}

void input_refused_put(const WCHAR *member, VARIANT value, HRESULT code, const WCHAR *text)
{
    struct ob_answer answer;

    ob_invoke(input_mail, member, DISPATCH_PROPERTYPUT, &value, 1, &answer);
    expect(&answer, member, code, text);
    ob_answer_clear(&answer);
    VariantClear(&value);
}

/* --- values */

VARIANT input_null(void)
{
    return (VARIANT){.vt = VT_NULL};
}

VARIANT input_nothing(void)
{
    return (VARIANT){.vt = VT_DISPATCH};
}

VARIANT input_empty(void)
{
    return (VARIANT){.vt = VT_EMPTY};
}

VARIANT input_number(void)
{
    return ob_long(5);
}

VARIANT input_truth(void)
{
    VARIANT value = {.vt = VT_BOOL};

    V_BOOL(&value) = VARIANT_TRUE;
    return value;
}

VARIANT input_date_of(DATE date)
{
    VARIANT value = {.vt = VT_DATE};

    V_DATE(&value) = date;
    return value;
}

VARIANT input_date(void)
{
    return input_date_of(45000.5);
}

VARIANT input_text(void)
{
    return ob_text(L"maybe");
}

VARIANT input_texts(void)
{
    static const WCHAR *const list[] = {L"a@example.com", L"b@example.com"};

    return ob_array(VT_VARIANT, 0, list, 2);
}

VARIANT input_with_zero(void)
{
    VARIANT value = {.vt = VT_BSTR};

    V_BSTR(&value) = SysAllocStringLen(L"Hello\0hidden", 12);
    return value;
}

VARIANT input_filled(WCHAR c, unsigned count)
{
    VARIANT value = {.vt = VT_BSTR};

    V_BSTR(&value) = SysAllocStringLen(NULL, count);
    wmemset(V_BSTR(&value), c, count);
    return value;
}

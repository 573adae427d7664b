/* com_error_info_test.c - the error object of a thread is that of the call that failed, and of no other. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <wchar.h>
#include "com/error_info.h"

static void a_failure_leaves_its_text_and_source(void **state)
{
    struct error error = {0};
    IErrorInfo *info;
    BSTR text, source;

    (void)state;
    error_info_source(L"OutlookBroker.Session");
    error_set(&error, error_no_recipient, 0);
    assert_int_equal(
        error_info_raise(error.code, &IID_IDispatch, &error), (HRESULT)error_row(error_no_recipient)->code);
    assert_null(error.text);
    assert_int_equal(GetErrorInfo(0, &info), S_OK);
    assert_int_equal(IErrorInfo_GetDescription(info, &text), S_OK);
    assert_int_equal(IErrorInfo_GetSource(info, &source), S_OK);
    assert_non_null(wcsstr(text, L"The mail has no recipient."));
    assert_int_equal(wcscmp(source, L"OutlookBroker.Session"), 0);
    SysFreeString(text);
    SysFreeString(source);
    IErrorInfo_Release(info);
}

static void a_failure_without_a_text_does_not_leave_an_older_one(void **state)
{
    struct error error = {0}, none = {0};
    IErrorInfo *info = NULL;

    (void)state;
    error_set(&error, error_no_recipient, 0);
    error_info_raise(error.code, &IID_IDispatch, &error);
    assert_int_equal(error_info_raise(E_OUTOFMEMORY, &IID_IDispatch, &none), E_OUTOFMEMORY);
    assert_int_equal(GetErrorInfo(0, &info), S_FALSE);
    assert_null(info);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_leaves_its_text_and_source),
        cmocka_unit_test(a_failure_without_a_text_does_not_leave_an_older_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

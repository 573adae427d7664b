/* outlook_message_filter_test.c - a call that Outlook refuses comes back at once, whatever time is left: COM asks the
 * filter that the Outlook thread has registered. (Wine never does.) */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "outlook/internal.h"

static void a_refused_call_comes_back_at_once(void **state)
{
    static const DWORD left_ms[] = {0, 100, 60000};
    static const DWORD types[] = {SERVERCALL_REJECTED, SERVERCALL_RETRYLATER};
    static struct outlook outlook;
    static struct apartment apartment = {.references = 2, .outlook = &outlook};
    IMessageFilter *filter = NULL;

    (void)state;
    assert_int_equal(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED), S_OK);
    assert_int_equal(message_filter_install(&apartment), S_OK);
    assert_int_equal(CoRegisterMessageFilter(NULL, &filter), S_OK);
    assert_non_null(filter);
    for (unsigned i = 0; i < ARRAYSIZE(left_ms); i++)
    {
        apartment.until = deadline_in(left_ms[i]);
        for (unsigned k = 0; k < ARRAYSIZE(types); k++)
            assert_int_equal(IMessageFilter_RetryRejectedCall(filter, NULL, 0, types[k]), (DWORD)-1);
    }
    assert_int_equal(IMessageFilter_HandleInComingCall(filter, CALLTYPE_TOPLEVEL, NULL, 0, NULL), SERVERCALL_ISHANDLED);
    IMessageFilter_Release(filter);
    CoUninitialize();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refused_call_comes_back_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

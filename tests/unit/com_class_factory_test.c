/* com_class_factory_test.c - the class object counts what keeps the process: its objects and LockServer. Wine's proxy
 * of a class object does not pass LockServer on, so that it cannot be tried from outside there. */
#include <windows.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "com/class_factory.h"
#include "com/lifetime.h"

static HRESULT create_nothing(void *context, REFIID iid, void **out)
{
    (void)iid;
    *out = NULL;
    return *(HRESULT *)context;
}

static LONG clients_now(void)
{
    struct lifetime_facts facts;

    lifetime_facts(&facts);
    return facts.clients;
}

static void lock_server_counts_as_a_client_until_it_is_unlocked(void **state)
{
    HRESULT answer = E_NOINTERFACE;
    struct class_factory factory = {.clsid = &CLSID_NULL, .create = create_nothing, .context = &answer};
    struct lifetime_facts seen;
    IClassFactory *class_object;

    (void)state;
    assert_int_equal(CoInitializeEx(NULL, COINIT_MULTITHREADED), S_OK);
    lifetime_begin(CreateEventW(NULL, FALSE, FALSE, NULL));
    assert_int_equal(class_factory_register(&factory), S_OK);
    class_object = &factory.IClassFactory_iface;
    assert_int_equal(clients_now(), 0);
    assert_int_equal(IClassFactory_LockServer(class_object, FALSE), S_OK); /* of a client that locked nothing */
    assert_int_equal(clients_now(), 0);
    assert_int_equal(IClassFactory_LockServer(class_object, TRUE), S_OK);
    assert_int_equal(IClassFactory_LockServer(class_object, TRUE), S_OK);
    assert_int_equal(clients_now(), 2);
    lifetime_facts(&seen);
    assert_false(lifetime_try_to_end(&seen));
    assert_int_equal(IClassFactory_LockServer(class_object, FALSE), S_OK);
    assert_int_equal(IClassFactory_LockServer(class_object, FALSE), S_OK);
    assert_int_equal(clients_now(), 0);
    class_factory_revoke(&factory);
    CoUninitialize();
}

/* The last one: there is no way back. */
static void who_comes_when_the_process_must_end_is_told_so(void **state)
{
    HRESULT answer = S_OK;
    struct class_factory factory = {.clsid = &CLSID_NULL, .create = create_nothing, .context = &answer};
    struct lifetime_facts seen;
    IClassFactory *class_object;
    void *object;

    (void)state;
    assert_int_equal(CoInitializeEx(NULL, COINIT_MULTITHREADED), S_OK);
    assert_int_equal(class_factory_register(&factory), S_OK);
    class_object = &factory.IClassFactory_iface;
    lifetime_facts(&seen);
    assert_int_equal(IClassFactory_CreateInstance(class_object, NULL, &IID_IUnknown, &object), S_OK);
    assert_int_equal(clients_now(), 0);
    assert_false(lifetime_try_to_end(&seen)); /* somebody came since */
    lifetime_facts(&seen);
    assert_true(lifetime_try_to_end(&seen));
    assert_int_equal(IClassFactory_CreateInstance(class_object, NULL, &IID_IUnknown, &object), CO_E_SERVER_STOPPING);
    assert_null(object);
    assert_int_equal(IClassFactory_LockServer(class_object, TRUE), CO_E_SERVER_STOPPING);
    assert_int_equal(clients_now(), 0);
    class_factory_revoke(&factory);
    CoUninitialize();
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(lock_server_counts_as_a_client_until_it_is_unlocked),
        cmocka_unit_test(who_comes_when_the_process_must_end_is_told_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

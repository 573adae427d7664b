/* outlook_uia_test.c - the words of a dialog by UI Automation: they are read where it answers, and nobody waits longer
 * than the limit where it does not; one reader at most is left behind. Wine has no UI Automation that reads: what is
 * asked here stands in its place, a class object of this process. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <wchar.h>
#include "outlook/watching.h"
#include <ole2.h>
#include <uiautomationclient.h>

enum
{
    long_ms = 30000,
    short_ms = 100,
    late_ms = 10 * short_ms
};

static const CLSID class_of_uia = {0xff48dba4, 0x60ef, 0x4201, {0xaa, 0x87, 0x54, 0x10, 0x3e, 0xef, 0x59, 0x4e}};
static const struct shown
{
    CONTROLTYPEID type;
    const WCHAR *name;
} shown[] = {
    {UIA_TextControlTypeId, L"Do you want to save changes?"},
    {UIA_ButtonControlTypeId, L"Yes"},
    {UIA_ButtonControlTypeId, L"No"},
    {UIA_ImageControlTypeId, L"a question mark"},
};

static HANDLE goes_on; /* what is asked answers while this is set */
static DWORD cookie;

/* --- the stand-in: objects that nobody counts, with the members that are called */

static HRESULT STDMETHODCALLTYPE same_object(IUnknown *iface, REFIID iid, void **out)
{
    (void)iid;
    *out = iface;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE uncounted(IUnknown *iface)
{
    (void)iface;
    return 1;
}

#define UNKNOWN(interface)                                                                                             \
    .QueryInterface = (HRESULT(STDMETHODCALLTYPE *)(interface *, REFIID, void **))(void *)same_object,                 \
    .AddRef = (ULONG(STDMETHODCALLTYPE *)(interface *))(void *)uncounted,                                              \
    .Release = (ULONG(STDMETHODCALLTYPE *)(interface *))(void *)uncounted

struct element
{
    IUIAutomationElement iface; /* first */
    const struct shown *shown;
};

static HRESULT STDMETHODCALLTYPE element_type(IUIAutomationElement *iface, CONTROLTYPEID *type)
{
    *type = ((struct element *)iface)->shown->type;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE element_name(IUIAutomationElement *iface, BSTR *name)
{
    *name = SysAllocString(((struct element *)iface)->shown->name);
    return S_OK;
}

static struct element elements[ARRAYSIZE(shown)];

static HRESULT STDMETHODCALLTYPE array_length(IUIAutomationElementArray *iface, int *length)
{
    (void)iface;
    *length = ARRAYSIZE(shown);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE array_element(IUIAutomationElementArray *iface, int index, IUIAutomationElement **out)
{
    (void)iface;
    *out = &elements[index].iface;
    return S_OK;
}

static const IUIAutomationElementArrayVtbl array_vtbl = {
    UNKNOWN(IUIAutomationElementArray), .get_Length = array_length, .GetElement = array_element};
static IUIAutomationElementArray array = {(IUIAutomationElementArrayVtbl *)&array_vtbl};

static HRESULT STDMETHODCALLTYPE find_all(IUIAutomationElement *iface, enum TreeScope scope,
    IUIAutomationCondition *condition, IUIAutomationElementArray **out)
{
    (void)iface, (void)scope, (void)condition;
    *out = &array;
    return S_OK;
}

static const IUIAutomationElementVtbl element_vtbl = {UNKNOWN(IUIAutomationElement), .FindAll = find_all,
    .get_CurrentControlType = element_type, .get_CurrentName = element_name};
static const IUIAutomationConditionVtbl condition_vtbl = {UNKNOWN(IUIAutomationCondition)};
static IUIAutomationCondition condition = {(IUIAutomationConditionVtbl *)&condition_vtbl};

static HRESULT STDMETHODCALLTYPE element_from_handle(
    IUIAutomation *iface, UIA_HWND window, IUIAutomationElement **element)
{
    (void)iface, (void)window;
    WaitForSingleObject(goes_on, long_ms);
    *element = &elements[0].iface;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE content_condition(IUIAutomation *iface, IUIAutomationCondition **out)
{
    (void)iface;
    *out = &condition;
    return S_OK;
}

static const IUIAutomationVtbl automation_vtbl = {
    UNKNOWN(IUIAutomation), .ElementFromHandle = element_from_handle, .get_ContentViewCondition = content_condition};
static IUIAutomation automation = {(IUIAutomationVtbl *)&automation_vtbl};

static HRESULT STDMETHODCALLTYPE create(IClassFactory *iface, IUnknown *outer, REFIID iid, void **out)
{
    (void)iface, (void)outer, (void)iid;
    *out = &automation;
    return S_OK;
}

static const IClassFactoryVtbl factory_vtbl = {UNKNOWN(IClassFactory), .CreateInstance = create};
static IClassFactory factory = {(IClassFactoryVtbl *)&factory_vtbl};

static int begin(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(elements); i++)
        elements[i] = (struct element){{(IUIAutomationElementVtbl *)&element_vtbl}, &shown[i]};
    goes_on = CreateEventW(NULL, TRUE, TRUE, NULL);
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    return FAILED(
        CoRegisterClassObject(&class_of_uia, (IUnknown *)&factory, CLSCTX_INPROC_SERVER, REGCLS_MULTIPLEUSE, &cookie));
}

static int end(void **state)
{
    (void)state;
    CoRevokeClassObject(cookie);
    CoUninitialize();
    return 0;
}

/* --- the tests */

static void the_words_are_read_where_it_answers(void **state)
{
    struct dialog_words words = {0};

    (void)state;
    assert_true(uia_read(NULL, long_ms, &words));
    assert_int_equal(wcscmp(words.text, shown[0].name), 0);
    assert_int_equal(wcscmp(words.buttons, L"Yes, No"), 0);
}

static void who_waits_goes_on_where_it_does_not_answer_and_one_reader_is_left(void **state)
{
    const ULONGLONG end = GetTickCount64() + long_ms;
    struct dialog_words words = {0};
    ULONGLONG begun = GetTickCount64();

    (void)state;
    ResetEvent(goes_on);
    assert_false(uia_read(NULL, short_ms, &words));
    assert_true(GetTickCount64() - begun < late_ms);
    assert_int_equal(words.text[0], 0);
    begun = GetTickCount64();
    assert_false(uia_read(NULL, long_ms, &words)); /* not asked again meanwhile */
    assert_true(GetTickCount64() - begun < late_ms);
    SetEvent(goes_on);
    while (!uia_read(NULL, long_ms, &words) && GetTickCount64() < end)
        Sleep(1);
    assert_int_equal(wcscmp(words.text, shown[0].name), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_words_are_read_where_it_answers),
        cmocka_unit_test(who_waits_goes_on_where_it_does_not_answer_and_one_reader_is_left),
    };

    return cmocka_run_group_tests(tests, begin, end);
}

/* outlook_faults.h - what the tests of the stand-in's faults share: calls that do not return at once, and what is on
 * disk afterwards. Each test begins in begin_fault_test, with empty folders and no fault remembered. */
#ifndef OB_TESTS_OUTLOOK_FAULTS_H
#define OB_TESTS_OUTLOOK_FAULTS_H

#include "outlook_client.h"
#include "support.h"

/* A call on a thread of its own, for what does not return at once. object NULL: asks for the Application. */
struct calling
{
    HANDLE thread;
    IDispatch *object;
    const WCHAR *member;
    HRESULT hr;
    DWORD took_ms;
};

static inline DWORD WINAPI call_on_thread(void *context)
{
    struct calling *calling = context;
    DWORD began = GetTickCount();

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    calling->hr = calling->object ? call(calling->object, calling->member)
                                  : CoCreateInstance(&clsid_outlook, NULL, CLSCTX_LOCAL_SERVER, &IID_IDispatch,
                                        (void **)&calling->object);
    calling->hr = code_of(calling->hr);
    calling->took_ms = GetTickCount() - began;
    CoUninitialize();
    return 0;
}

static inline void begin_call(struct calling *calling, IDispatch *object, const WCHAR *member)
{
    *calling = (struct calling){.object = object, .member = member, .hr = E_PENDING};
    assert_non_null(calling->thread = CreateThread(NULL, 0, call_on_thread, calling, 0, NULL));
}

static inline HRESULT end_call(struct calling *calling)
{
    assert_int_equal(WaitForSingleObject(calling->thread, OB_LONG_MS), WAIT_OBJECT_0);
    CloseHandle(calling->thread);
    return calling->hr;
}

static inline IDispatch *saved_mail(struct session *session, const WCHAR *subject)
{
    IDispatch *mail = new_mail(session, L"a@example.com", subject);

    assert_int_equal(call(mail, L"Save"), S_OK);
    return mail;
}

static inline void assert_on_disk(const char *when, size_t drafts, size_t outbox, size_t copies, size_t messages)
{
    size_t got[] = {count_files(L"Drafts\\*.item"), count_files(L"Outbox\\*.item"), count_files(L"Sent Items\\*.item"),
        count_files(L"sent\\*.eml")};

    if (got[0] != drafts || got[1] != outbox || got[2] != copies || got[3] != messages)
        fail_msg("%s: Drafts %u, Outbox %u, Sent Items %u, sent %u", when, (unsigned)got[0], (unsigned)got[1],
            (unsigned)got[2], (unsigned)got[3]);
}

static inline void wait_for_files(const WCHAR *pattern, size_t count)
{
    for (DWORD waited = 0; count_files(pattern) != count && waited < OB_LONG_MS; waited += 20)
        Sleep(20);
    assert_int_equal(count_files(pattern), count);
}

static inline bool is_lost(HRESULT hr)
{
    return hr == (HRESULT)0x800706BA || hr == (HRESULT)0x800706BE || hr == RPC_E_DISCONNECTED ||
           hr == CO_E_OBJNOTCONNECTED || hr == (HRESULT)0x800706B5;
}

static inline HANDLE start_embedded(void)
{
    WCHAR command[MAX_PATH + 16];
    DWORD size = sizeof(WCHAR) * MAX_PATH;

    assert_int_equal(RegGetValueW(HKEY_CLASSES_ROOT, L"CLSID\\{0006F03A-0000-0000-C000-000000000046}\\LocalServer32",
                         NULL, RRF_RT_REG_SZ, NULL, command, &size),
        ERROR_SUCCESS);
    wcscat(command, L" -Embedding");
    return ob_start(command);
}

static inline void forget_control_errors(void)
{
    WCHAR path[MAX_PATH];

    store_file(L"control.txt", path);
    DeleteFileW(path);
    store_file(L"control-errors.txt", path);
    DeleteFileW(path);
}

static inline int begin_fault_test(void **state)
{
    int result = begin_with_empty_folders(state);

    delete_in_store(L"faults.txt");
    delete_in_store(L"sent\\*.eml");
    return result;
}

#define FAULT_TEST(test) cmocka_unit_test_setup_teardown(test, begin_fault_test, end_of_test)

#endif

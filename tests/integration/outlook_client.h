/* outlook_client.h - what the tests of the stand-in share: a late-bound client of Outlook, its store on disk, and its
 * process. Each test ends in end_of_test, which leaves the process ended and the control file empty. */
#ifndef OB_TESTS_OUTLOOK_CLIENT_H
#define OB_TESTS_OUTLOOK_CLIENT_H

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>
#include <ole2.h>
#include <tlhelp32.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <cmocka.h>

#define FOLDER_OUTBOX 4
#define FOLDER_SENT 5
#define FOLDER_DRAFTS 16

static const CLSID clsid_outlook = {0x0006F03A, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
static const DWORD patience_ms = 8000;

/* What the last failed call said. */
static EXCEPINFO last_error;

static inline void forget_error(void)
{
    SysFreeString(last_error.bstrSource);
    SysFreeString(last_error.bstrDescription);
    SysFreeString(last_error.bstrHelpFile);
    memset(&last_error, 0, sizeof(last_error));
}

/* Arguments in the order written; they stay the caller's. */
static inline HRESULT invoke_id(IDispatch *object, DISPID id, WORD flags, VARIANT *args, UINT count, VARIANT *result)
{
    DISPID named = DISPID_PROPERTYPUT;
    DISPPARAMS params = {NULL, NULL, count, 0};
    VARIANT reversed[4];

    for (UINT i = 0; i < count; i++)
        reversed[count - 1 - i] = args[i];
    params.rgvarg = reversed;
    if (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF))
    {
        params.cNamedArgs = 1;
        params.rgdispidNamedArgs = &named;
    }
    if (result) VariantInit(result);
    forget_error();
    return IDispatch_Invoke(object, id, &IID_NULL, LOCALE_USER_DEFAULT, flags, &params, result, &last_error, NULL);
}

static inline DISPID dispid(IDispatch *object, const WCHAR *name)
{
    LPOLESTR names[1] = {(LPOLESTR)name};
    DISPID id = DISPID_UNKNOWN;

    IDispatch_GetIDsOfNames(object, &IID_NULL, names, 1, LOCALE_USER_DEFAULT, &id);
    return id;
}

static inline HRESULT invoke(
    IDispatch *object, const WCHAR *name, WORD flags, VARIANT *args, UINT count, VARIANT *result)
{
    return invoke_id(object, dispid(object, name), flags, args, count, result);
}

static inline VARIANT text(const WCHAR *value)
{
    VARIANT variant;

    V_VT(&variant) = VT_BSTR;
    V_BSTR(&variant) = SysAllocString(value);
    return variant;
}

static inline VARIANT number(long value)
{
    VARIANT variant;

    V_VT(&variant) = VT_I4;
    V_I4(&variant) = value;
    return variant;
}

static inline VARIANT reference(IDispatch *object)
{
    VARIANT variant;

    V_VT(&variant) = VT_DISPATCH;
    V_DISPATCH(&variant) = object;
    return variant;
}

static inline VARIANT truth(bool value)
{
    VARIANT variant;

    V_VT(&variant) = VT_BOOL;
    V_BOOL(&variant) = value ? VARIANT_TRUE : VARIANT_FALSE;
    return variant;
}

static inline VARIANT date(DATE value)
{
    VARIANT variant;

    V_VT(&variant) = VT_DATE;
    V_DATE(&variant) = value;
    return variant;
}

static inline VARIANT missing(void)
{
    VARIANT variant;

    V_VT(&variant) = VT_ERROR;
    V_ERROR(&variant) = DISP_E_PARAMNOTFOUND;
    return variant;
}

/* The number that a client sees: that of the exception, if it was one. */
static inline HRESULT code_of(HRESULT hr)
{
    return hr == DISP_E_EXCEPTION ? last_error.scode : hr;
}

static inline HRESULT put(IDispatch *object, const WCHAR *name, VARIANT value)
{
    HRESULT hr = invoke(object, name, DISPATCH_PROPERTYPUT, &value, 1, NULL);

    if (V_VT(&value) != VT_DISPATCH) VariantClear(&value);
    return code_of(hr);
}

/* A get or a method without arguments; what it gives is thrown away. */
static inline HRESULT get_code(IDispatch *object, const WCHAR *name)
{
    VARIANT result;
    HRESULT hr = invoke(object, name, DISPATCH_METHOD | DISPATCH_PROPERTYGET, NULL, 0, &result);

    if (SUCCEEDED(hr)) VariantClear(&result);
    return code_of(hr);
}

static inline double double_of(IDispatch *object, const WCHAR *name)
{
    VARIANT result;

    assert_int_equal(invoke(object, name, DISPATCH_PROPERTYGET, NULL, 0, &result), S_OK);
    assert_true(V_VT(&result) == VT_DATE || V_VT(&result) == VT_R8);
    return V_R8(&result);
}

static inline HRESULT call(IDispatch *object, const WCHAR *name)
{
    return invoke(object, name, DISPATCH_METHOD, NULL, 0, NULL);
}

/* A method or property that gives an object; arg is cleared. */
static inline IDispatch *object_of(IDispatch *object, const WCHAR *name, VARIANT *arg)
{
    VARIANT result;

    assert_int_equal(invoke(object, name, DISPATCH_METHOD | DISPATCH_PROPERTYGET, arg, arg ? 1 : 0, &result), S_OK);
    assert_int_equal(V_VT(&result), VT_DISPATCH);
    if (arg && V_VT(arg) != VT_DISPATCH) VariantClear(arg);
    return V_DISPATCH(&result);
}

static inline IDispatch *object_at(IDispatch *object, const WCHAR *name, long index)
{
    VARIANT arg = number(index);

    return object_of(object, name, &arg);
}

static inline long long_of(IDispatch *object, const WCHAR *name)
{
    VARIANT result;

    assert_int_equal(invoke(object, name, DISPATCH_PROPERTYGET, NULL, 0, &result), S_OK);
    assert_int_equal(VariantChangeType(&result, &result, 0, VT_I4), S_OK);
    return V_I4(&result);
}

/* Compares and clears. */
static inline void assert_text(IDispatch *object, const WCHAR *name, const WCHAR *expected)
{
    VARIANT result;

    assert_int_equal(invoke(object, name, DISPATCH_PROPERTYGET, NULL, 0, &result), S_OK);
    assert_int_equal(V_VT(&result), VT_BSTR);
    if (wcscmp(V_BSTR(&result) ? V_BSTR(&result) : L"", expected))
        fail_msg("%ls is \"%ls\", not \"%ls\"", name, V_BSTR(&result), expected);
    VariantClear(&result);
}

static inline void put_text(IDispatch *object, const WCHAR *name, const WCHAR *value)
{
    VARIANT arg = text(value);

    assert_int_equal(invoke(object, name, DISPATCH_PROPERTYPUT, &arg, 1, NULL), S_OK);
    VariantClear(&arg);
}

static inline void let_go(IDispatch **object)
{
    if (*object) IDispatch_Release(*object);
    *object = NULL;
}

/* What a test needs most. */
struct session
{
    IDispatch *application, *space;
};

static inline void open_session(struct session *session)
{
    VARIANT mapi = text(L"MAPI");

    assert_int_equal(
        CoCreateInstance(&clsid_outlook, NULL, CLSCTX_LOCAL_SERVER, &IID_IDispatch, (void **)&session->application),
        S_OK);
    session->space = object_of(session->application, L"GetNamespace", &mapi);
}

static inline void close_session(struct session *session)
{
    let_go(&session->space);
    let_go(&session->application);
}

static inline IDispatch *new_mail(struct session *session, const WCHAR *to, const WCHAR *subject)
{
    IDispatch *mail = object_at(session->application, L"CreateItem", 0);

    put_text(mail, L"To", to);
    put_text(mail, L"Subject", subject);
    put_text(mail, L"Body", L"text");
    put_text(mail, L"BillingInformation", subject);
    return mail;
}

/* By its stamp, without opening anything. */
static inline long count_in(struct session *session, long folder_number, const WCHAR *stamp)
{
    IDispatch *folder = object_at(session->space, L"GetDefaultFolder", folder_number), *table;
    WCHAR condition[128];
    VARIANT arg, result;
    long count;

    swprintf(condition, ARRAYSIZE(condition), L"[BillingInformation] = '%ls'", stamp);
    arg = text(condition);
    table = object_of(folder, L"GetTable", &arg);
    assert_int_equal(invoke(table, L"GetRowCount", DISPATCH_METHOD, NULL, 0, &result), S_OK);
    count = V_I4(&result);
    let_go(&table);
    let_go(&folder);
    return count;
}

static inline void wait_until_sent(struct session *session, const WCHAR *stamp)
{
    DWORD began = GetTickCount();

    while (count_in(session, FOLDER_SENT, stamp) == 0)
    {
        assert_true(GetTickCount() - began < patience_ms);
        Sleep(20);
    }
}

static inline void store_file(const WCHAR *name, WCHAR path[MAX_PATH])
{
    WCHAR directory[MAX_PATH];
    DWORD size = sizeof(directory);

    if (RegGetValueW(
            HKEY_CURRENT_USER, L"Software\\OutlookSandbox", L"Directory", RRF_RT_REG_SZ, NULL, directory, &size))
    {
        ExpandEnvironmentStringsW(L"%LOCALAPPDATA%\\OutlookSandbox", directory, ARRAYSIZE(directory));
    }
    swprintf(path, MAX_PATH, L"%ls\\%ls", directory, name);
}

static inline bool store_has(const WCHAR *name)
{
    WCHAR path[MAX_PATH];

    store_file(name, path);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static inline size_t count_files(const WCHAR *pattern)
{
    WCHAR path[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;
    size_t count = 1;

    store_file(pattern, path);
    if ((search = FindFirstFileW(path, &found)) == INVALID_HANDLE_VALUE) return 0;
    while (FindNextFileW(search, &found))
        count++;
    FindClose(search);
    return count;
}

/* NULL: no control file. In one step, so that the sandbox never reads half of it. */
static inline void control(const char *lines)
{
    WCHAR path[MAX_PATH], beside[MAX_PATH];
    HANDLE file;
    DWORD written;

    if (store_has(L"control-errors.txt"))
        fail_msg("control-errors.txt: the sandbox did not understand its control file");
    store_file(L"control.txt", path);
    store_file(L"control.txt.new", beside);
    if (!lines)
    {
        DeleteFileW(path);
        return;
    }
    file = CreateFileW(beside, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    WriteFile(file, lines, (DWORD)strlen(lines), &written, NULL);
    CloseHandle(file);
    assert_true(MoveFileExW(beside, path, MOVEFILE_REPLACE_EXISTING));
}

static inline DWORD sandbox_process(void)
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    DWORD id = 0;

    for (BOOL more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry))
        if (!_wcsicmp(entry.szExeFile, L"outlook-sandbox.exe")) id = entry.th32ProcessID;
    CloseHandle(snapshot);
    return id;
}

static inline bool sandbox_ends(void)
{
    for (DWORD waited = 0; waited < patience_ms; waited += 50)
    {
        if (!sandbox_process()) return true;
        Sleep(50);
    }
    return false;
}

/* As a user does: without -Embedding. */
static inline void start_as_user(void)
{
    WCHAR command[MAX_PATH];
    DWORD size = sizeof(command);
    STARTUPINFOW startup = {.cb = sizeof(startup)};
    PROCESS_INFORMATION process;

    assert_int_equal(RegGetValueW(HKEY_CLASSES_ROOT, L"CLSID\\{0006F03A-0000-0000-C000-000000000046}\\LocalServer32",
                         NULL, RRF_RT_REG_SZ, NULL, command, &size),
        ERROR_SUCCESS);
    assert_true(CreateProcessW(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
}

static inline HWND wait_for_window(void)
{
    HWND window = NULL;

    for (DWORD waited = 0; !window && waited < patience_ms; waited += 50)
        if (!(window = FindWindowW(L"rctrl_renwnd32", L"Inbox - sandbox - Outlook"))) Sleep(50);
    return window;
}

/* A test that failed may hold something still: the next one begins without it. */
static inline void quit_what_is_left(void)
{
    struct session session;

    if (!sandbox_process()) return;
    open_session(&session);
    call(session.application, L"Quit");
    close_session(&session);
}

static inline int end_of_test(void **state)
{
    bool ended;

    (void)state;
    control(NULL);
    forget_error();
    ended = sandbox_ends();
    if (!ended) quit_what_is_left();
    return ended ? 0 : -1;
}

static inline void delete_in_store(const WCHAR *pattern)
{
    WCHAR path[MAX_PATH], name[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    store_file(pattern, path);
    if ((search = FindFirstFileW(path, &found)) == INVALID_HANDLE_VALUE) return;
    do
    {
        swprintf(name, ARRAYSIZE(name), L"%.*ls\\%ls", (int)(wcsrchr(path, L'\\') - path), path, found.cFileName);
        DeleteFileW(name);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

/* What an earlier run left would be counted. */
static inline int begin_with_empty_folders(void **state)
{
    static const WCHAR *const folders[] = {
        L"Drafts\\*.item", L"Outbox\\*.item", L"Sent Items\\*.item", L"Deleted Items\\*.item"};

    (void)state;
    control(NULL);
    quit_what_is_left();
    if (!sandbox_ends()) return -1;
    for (size_t i = 0; i < ARRAYSIZE(folders); i++)
        delete_in_store(folders[i]);
    return 0;
}

#endif

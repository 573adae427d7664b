/* sandbox_test.c - the stand-in for Outlook behaves as Outlook is documented to, seen by a late-bound client.
 * Runs where the sandbox is registered. Each test leaves the sandbox's process ended and the control file empty. */
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
#include "cmocka.h"

#define FOLDER_OUTBOX 4
#define FOLDER_SENT 5
#define FOLDER_DRAFTS 16

static const CLSID clsid_outlook = {0x0006F03A, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}};
static const DWORD patience_ms = 8000;

/* What the last failed call said. */
static EXCEPINFO last_error;

static void forget_error(void)
{
    SysFreeString(last_error.bstrSource);
    SysFreeString(last_error.bstrDescription);
    SysFreeString(last_error.bstrHelpFile);
    memset(&last_error, 0, sizeof(last_error));
}

/* Arguments in the order written; they stay the caller's. */
static HRESULT invoke_id(IDispatch *object, DISPID id, WORD flags, VARIANT *args, UINT count, VARIANT *result)
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

static DISPID dispid(IDispatch *object, const WCHAR *name)
{
    LPOLESTR names[1] = {(LPOLESTR)name};
    DISPID id = DISPID_UNKNOWN;

    IDispatch_GetIDsOfNames(object, &IID_NULL, names, 1, LOCALE_USER_DEFAULT, &id);
    return id;
}

static HRESULT invoke(IDispatch *object, const WCHAR *name, WORD flags, VARIANT *args, UINT count, VARIANT *result)
{
    return invoke_id(object, dispid(object, name), flags, args, count, result);
}

static VARIANT text(const WCHAR *value)
{
    VARIANT variant;

    V_VT(&variant) = VT_BSTR;
    V_BSTR(&variant) = SysAllocString(value);
    return variant;
}

static VARIANT number(long value)
{
    VARIANT variant;

    V_VT(&variant) = VT_I4;
    V_I4(&variant) = value;
    return variant;
}

static VARIANT reference(IDispatch *object)
{
    VARIANT variant;

    V_VT(&variant) = VT_DISPATCH;
    V_DISPATCH(&variant) = object;
    return variant;
}

static HRESULT call(IDispatch *object, const WCHAR *name)
{
    return invoke(object, name, DISPATCH_METHOD, NULL, 0, NULL);
}

/* A method or property that gives an object; arg is cleared. */
static IDispatch *object_of(IDispatch *object, const WCHAR *name, VARIANT *arg)
{
    VARIANT result;

    assert_int_equal(invoke(object, name, DISPATCH_METHOD | DISPATCH_PROPERTYGET, arg, arg ? 1 : 0, &result), S_OK);
    assert_int_equal(V_VT(&result), VT_DISPATCH);
    if (arg && V_VT(arg) != VT_DISPATCH) VariantClear(arg);
    return V_DISPATCH(&result);
}

static IDispatch *object_at(IDispatch *object, const WCHAR *name, long index)
{
    VARIANT arg = number(index);

    return object_of(object, name, &arg);
}

static long long_of(IDispatch *object, const WCHAR *name)
{
    VARIANT result;

    assert_int_equal(invoke(object, name, DISPATCH_PROPERTYGET, NULL, 0, &result), S_OK);
    assert_int_equal(VariantChangeType(&result, &result, 0, VT_I4), S_OK);
    return V_I4(&result);
}

/* Compares and clears. */
static void assert_text(IDispatch *object, const WCHAR *name, const WCHAR *expected)
{
    VARIANT result;

    assert_int_equal(invoke(object, name, DISPATCH_PROPERTYGET, NULL, 0, &result), S_OK);
    assert_int_equal(V_VT(&result), VT_BSTR);
    if (wcscmp(V_BSTR(&result) ? V_BSTR(&result) : L"", expected))
        fail_msg("%ls is \"%ls\", not \"%ls\"", name, V_BSTR(&result), expected);
    VariantClear(&result);
}

static void put_text(IDispatch *object, const WCHAR *name, const WCHAR *value)
{
    VARIANT arg = text(value);

    assert_int_equal(invoke(object, name, DISPATCH_PROPERTYPUT, &arg, 1, NULL), S_OK);
    VariantClear(&arg);
}

static void let_go(IDispatch **object)
{
    if (*object) IDispatch_Release(*object);
    *object = NULL;
}

/* What a test needs most. */
struct session
{
    IDispatch *application, *space;
};

static void open_session(struct session *session)
{
    VARIANT mapi = text(L"MAPI");

    assert_int_equal(
        CoCreateInstance(&clsid_outlook, NULL, CLSCTX_LOCAL_SERVER, &IID_IDispatch, (void **)&session->application),
        S_OK);
    session->space = object_of(session->application, L"GetNamespace", &mapi);
}

static void close_session(struct session *session)
{
    let_go(&session->space);
    let_go(&session->application);
}

static IDispatch *new_mail(struct session *session, const WCHAR *to, const WCHAR *subject)
{
    IDispatch *mail = object_at(session->application, L"CreateItem", 0);

    put_text(mail, L"To", to);
    put_text(mail, L"Subject", subject);
    put_text(mail, L"Body", L"text");
    put_text(mail, L"BillingInformation", subject);
    return mail;
}

/* By its stamp, without opening anything. */
static long count_in(struct session *session, long folder_number, const WCHAR *stamp)
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

static void wait_until_sent(struct session *session, const WCHAR *stamp)
{
    DWORD began = GetTickCount();

    while (count_in(session, FOLDER_SENT, stamp) == 0)
    {
        assert_true(GetTickCount() - began < patience_ms);
        Sleep(20);
    }
}

static void store_file(const WCHAR *name, WCHAR path[MAX_PATH])
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

static bool store_has(const WCHAR *name)
{
    WCHAR path[MAX_PATH];

    store_file(name, path);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static size_t count_files(const WCHAR *pattern)
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

/* NULL: no control file. */
static void control(const char *lines)
{
    WCHAR path[MAX_PATH];
    HANDLE file;
    DWORD written;

    store_file(L"control.txt", path);
    DeleteFileW(path);
    if (!lines) return;
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    assert_true(file != INVALID_HANDLE_VALUE);
    WriteFile(file, lines, (DWORD)strlen(lines), &written, NULL);
    CloseHandle(file);
}

static DWORD sandbox_process(void)
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = {.dwSize = sizeof(entry)};
    DWORD id = 0;

    for (BOOL more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry))
        if (!_wcsicmp(entry.szExeFile, L"outlook-sandbox.exe")) id = entry.th32ProcessID;
    CloseHandle(snapshot);
    return id;
}

static bool sandbox_ends(void)
{
    for (DWORD waited = 0; waited < patience_ms; waited += 50)
    {
        if (!sandbox_process()) return true;
        Sleep(50);
    }
    return false;
}

/* As a user does: without -Embedding. */
static void start_as_user(void)
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

static HWND wait_for_window(void)
{
    HWND window = NULL;

    for (DWORD waited = 0; !window && waited < patience_ms; waited += 50)
        if (!(window = FindWindowW(L"rctrl_renwnd32", L"Inbox - sandbox - Outlook"))) Sleep(50);
    return window;
}

/* A test that failed may hold something still: the next one begins without it. */
static void quit_what_is_left(void)
{
    struct session session;

    if (!sandbox_process()) return;
    open_session(&session);
    call(session.application, L"Quit");
    close_session(&session);
}

static int end_of_test(void **state)
{
    bool ended;

    (void)state;
    control(NULL);
    forget_error();
    ended = sandbox_ends();
    if (!ended) quit_what_is_left();
    return ended ? 0 : -1;
}

static void the_dispids_are_outlooks_own(void **state)
{
    static const struct
    {
        const WCHAR *name;
        DISPID id;
    } members[] = {
        {L"Subject", 55},
        {L"to", 3588},
        {L"BILLINGINFORMATION", 34101},
        {L"Body", 37120},
        {L"HTMLBody", 62468},
        {L"Recipients", 63508},
        {L"Attachments", 63509},
        {L"EntryID", 61470},
        {L"Save", 61512},
        {L"Send", 61557},
        {L"SendUsingAccount", 64209},
        {L"Parent", 61441},
        {L"NoSuchMember", DISPID_UNKNOWN},
    };
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    for (size_t i = 0; i < ARRAYSIZE(members); i++)
        assert_int_equal(dispid(mail, members[i].name), members[i].id);
    assert_int_equal(invoke_id(mail, 55, DISPATCH_METHOD, NULL, 0, NULL), S_OK);
    assert_int_equal(invoke_id(mail, 12345, DISPATCH_PROPERTYGET, NULL, 0, NULL), DISP_E_MEMBERNOTFOUND);
    assert_int_equal(invoke_id(mail, 61475, DISPATCH_METHOD, NULL, 0, NULL), DISP_E_BADPARAMCOUNT);
    let_go(&mail);
    close_session(&session);
}

static void an_error_leaves_in_outlooks_shape(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    assert_int_equal(call(mail, L"Send"), DISP_E_EXCEPTION);
    assert_int_equal(last_error.wCode, 4096);
    assert_int_equal(last_error.scode, E_FAIL);
    assert_int_equal(wcscmp(last_error.bstrSource, L"Microsoft Outlook"), 0);
    assert_int_equal(wcscmp(last_error.bstrDescription,
                         L"We need to know who to send this to. Make sure you enter at least one name."),
        0);
    let_go(&mail);
    close_session(&session);
}

static void collections_answer_their_default_member_and_for_each(void **state)
{
    struct session session;
    IDispatch *roots, *folder, *inbox;
    VARIANT arg, value;
    IEnumVARIANT *all;
    ULONG count = 0, fetched;

    (void)state;
    open_session(&session);
    roots = object_of(session.space, L"Folders", NULL);
    folder = object_at(session.space, L"Folders", 1);
    arg = text(L"inbox");
    inbox = object_of(folder, L"Folders", &arg);
    assert_text(inbox, L"FolderPath", L"\\\\sandbox\\Inbox");
    arg = number(2);
    assert_int_equal(invoke(session.space, L"Folders", DISPATCH_PROPERTYGET, &arg, 1, &value), DISP_E_EXCEPTION);
    assert_int_equal(last_error.scode, DISP_E_EXCEPTION);
    arg = text(L"nope");
    assert_int_equal(invoke(session.space, L"Folders", DISPATCH_PROPERTYGET, &arg, 1, &value), DISP_E_EXCEPTION);
    assert_int_equal(last_error.scode, (HRESULT)0x8004010F);
    VariantClear(&arg);

    assert_int_equal(invoke_id(roots, DISPID_NEWENUM, DISPATCH_PROPERTYGET, NULL, 0, &value), S_OK);
    assert_int_equal(IUnknown_QueryInterface(V_UNKNOWN(&value), &IID_IEnumVARIANT, (void **)&all), S_OK);
    VariantClear(&value);
    while (IEnumVARIANT_Next(all, 1, &value, &fetched) == S_OK)
    {
        VariantClear(&value);
        count++;
    }
    assert_int_equal(count, 1);
    IEnumVARIANT_Release(all);
    let_go(&inbox);
    let_go(&folder);
    let_go(&roots);
    close_session(&session);
}

static void a_saved_item_stands_in_drafts_and_survives_the_process(void **state)
{
    struct session session;
    IDispatch *mail, *again;
    VARIANT id;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"survivor \x00E4\x0416\x5C71");
    assert_text(mail, L"EntryID", L"");
    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(invoke(mail, L"EntryID", DISPATCH_PROPERTYGET, NULL, 0, &id), S_OK);
    assert_true(SysStringLen(V_BSTR(&id)) > 16);
    let_go(&mail);
    close_session(&session);
    assert_true(sandbox_ends());

    open_session(&session);
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"survivor \x00E4\x0416\x5C71"), 1);
    again = object_of(session.space, L"GetItemFromID", &id);
    assert_text(again, L"Subject", L"survivor \x00E4\x0416\x5C71");
    assert_text(again, L"To", L"a@example.com");
    assert_int_equal(call(again, L"Delete"), S_OK);
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"survivor \x00E4\x0416\x5C71"), 0);
    let_go(&again);
    close_session(&session);
}

static void a_table_finds_a_stamp_with_doubled_quotes(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"it's \"quoted\"");
    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"it''s \"quoted\""), 1);
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"it''s"), 0);
    assert_int_equal(call(mail, L"Delete"), S_OK);
    let_go(&mail);
    close_session(&session);
}

static void a_sent_mail_is_dead_and_becomes_a_message_file(void **state)
{
    struct session session;
    size_t before = count_files(L"sent\\*.eml");
    IDispatch *mail;
    VARIANT value;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com; J\x00FCrgen M\x00FC\x00DFig", L"leaves");
    assert_int_equal(call(mail, L"Save"), S_OK);
    assert_int_equal(call(mail, L"Send"), S_OK);
    assert_int_equal(invoke(mail, L"Subject", DISPATCH_PROPERTYGET, NULL, 0, &value), DISP_E_EXCEPTION);
    assert_int_equal(last_error.scode, (HRESULT)0x8004010A);
    wait_until_sent(&session, L"leaves");
    assert_int_equal(count_in(&session, FOLDER_DRAFTS, L"leaves"), 0);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"leaves"), 0);
    assert_int_equal(count_files(L"sent\\*.eml"), before + 1);
    let_go(&mail);
    close_session(&session);
}

static void a_name_that_nobody_knows_stops_the_send(void **state)
{
    static const WCHAR *const lists[] = {L"Nobody Known", L"a@example.com, b@example.com", L"Anna", L"a@@b"};
    struct session session;

    (void)state;
    open_session(&session);
    for (size_t i = 0; i < ARRAYSIZE(lists); i++)
    {
        IDispatch *mail = new_mail(&session, lists[i], L"stopped");

        assert_int_equal(call(mail, L"Send"), DISP_E_EXCEPTION);
        assert_int_equal(last_error.scode, E_FAIL);
        assert_int_equal(wcscmp(last_error.bstrDescription, L"Outlook does not recognize one or more names. "), 0);
        assert_text(mail, L"Subject", L"stopped");
        let_go(&mail);
    }
    close_session(&session);
}

static void the_account_is_taken_by_reference_only(void **state)
{
    struct session session;
    IDispatch *mail, *account, *taken;
    VARIANT arg, value;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"account");
    account = object_at(session.space, L"Accounts", 2);
    arg = reference(account);
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYPUT, &arg, 1, NULL), S_OK);
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYGET, NULL, 0, &value), S_OK);
    assert_null(V_DISPATCH(&value));
    assert_int_equal(invoke(mail, L"SendUsingAccount", DISPATCH_PROPERTYPUTREF, &arg, 1, NULL), S_OK);
    taken = object_of(mail, L"SendUsingAccount", NULL);
    assert_text(taken, L"SmtpAddress", L"office@example.com");
    let_go(&taken);
    let_go(&account);
    let_go(&mail);
    close_session(&session);
}

static void a_mail_waits_in_the_outbox_until_the_delay_has_passed(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    control("spooler-delay-ms = 600000\r\n");
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"waits");
    assert_int_equal(call(mail, L"Send"), S_OK);
    let_go(&mail);
    Sleep(300);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"waits"), 1);
    close_session(&session);
    assert_true(sandbox_ends());

    open_session(&session);
    Sleep(300);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"waits"), 1);
    control("spooler-delay-ms = 1\r\n");
    wait_until_sent(&session, L"waits");
    close_session(&session);
}

static void a_mail_that_was_opened_in_the_outbox_does_not_leave_it(void **state)
{
    struct session session;
    IDispatch *mail, *outbox, *opened;

    (void)state;
    control("spooler-delay-ms = 600000\r\n");
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"opened");
    assert_int_equal(call(mail, L"Send"), S_OK);
    let_go(&mail);
    outbox = object_at(session.space, L"GetDefaultFolder", FOLDER_OUTBOX);
    opened = object_at(outbox, L"Items", 1);
    control("spooler-delay-ms = 1\r\n");
    Sleep(300);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"opened"), 1);
    assert_int_equal(call(opened, L"Send"), S_OK);
    wait_until_sent(&session, L"opened");
    let_go(&opened);
    let_go(&outbox);
    close_session(&session);
}

static void a_deferred_mail_waits_for_its_time(void **state)
{
    struct session session;
    IDispatch *mail;
    SYSTEMTIME now;
    VARIANT when;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"deferred");
    GetLocalTime(&now);
    V_VT(&when) = VT_DATE;
    SystemTimeToVariantTime(&now, &V_DATE(&when));
    V_DATE(&when) += 3.0 / 86400;
    assert_int_equal(invoke(mail, L"DeferredDeliveryTime", DISPATCH_PROPERTYPUT, &when, 1, NULL), S_OK);
    assert_int_equal(call(mail, L"Send"), S_OK);
    Sleep(500);
    assert_int_equal(count_in(&session, FOLDER_OUTBOX, L"deferred"), 1);
    wait_until_sent(&session, L"deferred");
    let_go(&mail);
    close_session(&session);
}

static DWORD WINAPI save_on_thread(void *mail)
{
    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    call(mail, L"Save");
    CoUninitialize();
    return 0;
}

static void a_call_that_is_held_after_its_work_returns_when_it_is_let_go(void **state)
{
    struct session session;
    size_t before = count_files(L"Drafts\\*.item");
    IDispatch *mail;
    HANDLE thread;
    DWORD waited = 0;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"held");
    control("hold = MailItem.Save after\r\n");
    thread = CreateThread(NULL, 0, save_on_thread, mail, 0, NULL);
    for (; !store_has(L"held.txt") && waited < patience_ms; waited += 20)
        Sleep(20);
    assert_true(store_has(L"held.txt"));
    assert_int_equal(count_files(L"Drafts\\*.item"), before + 1);
    assert_int_equal(WaitForSingleObject(thread, 200), WAIT_TIMEOUT);
    control(NULL);
    assert_int_equal(WaitForSingleObject(thread, patience_ms), WAIT_OBJECT_0);
    assert_false(store_has(L"held.txt"));
    CloseHandle(thread);
    assert_int_equal(call(mail, L"Delete"), S_OK);
    let_go(&mail);
    close_session(&session);
}

static void calls_are_logged_only_while_asked_for(void **state)
{
    struct session session;
    IDispatch *mail;
    char line[256] = "";
    WCHAR path[MAX_PATH];
    FILE *file;

    (void)state;
    store_file(L"calls.txt", path);
    DeleteFileW(path);
    open_session(&session);
    mail = object_at(session.application, L"CreateItem", 0);
    assert_false(store_has(L"calls.txt"));
    control("log-calls = 1\r\n");
    put_text(mail, L"subject", L"logged");
    control(NULL);
    put_text(mail, L"Body", L"not logged");
    assert_non_null(file = _wfopen(path, L"rb"));
    assert_non_null(fgets(line, sizeof(line), file));
    assert_string_equal(line, "MailItem.Subject 55 put\r\n");
    assert_null(fgets(line, sizeof(line), file));
    fclose(file);
    DeleteFileW(path);
    let_go(&mail);
    close_session(&session);
}

static void the_process_ends_only_when_the_last_object_is_released(void **state)
{
    struct session session;
    IDispatch *mail;

    (void)state;
    open_session(&session);
    mail = new_mail(&session, L"a@example.com", L"the last");
    close_session(&session);
    Sleep(600);
    assert_text(mail, L"Subject", L"the last");
    let_go(&mail);
    assert_true(sandbox_ends());
}

static void the_running_object_table_gives_the_same_application_and_does_not_keep_it(void **state)
{
    struct session session;
    IUnknown *active = NULL, *own = NULL;

    (void)state;
    assert_int_equal(GetActiveObject(&clsid_outlook, NULL, &active), MK_E_UNAVAILABLE);
    open_session(&session);
    assert_int_equal(GetActiveObject(&clsid_outlook, NULL, &active), S_OK);
    assert_int_equal(IDispatch_QueryInterface(session.application, &IID_IUnknown, (void **)&own), S_OK);
    assert_ptr_equal(active, own);
    IUnknown_Release(own);
    close_session(&session);
    Sleep(600);
    assert_int_not_equal(sandbox_process(), 0);
    IUnknown_Release(active);
    assert_true(sandbox_ends());
}

static void the_users_own_outlook_has_a_window_and_stays(void **state)
{
    struct session session;
    IDispatch *explorers;
    HWND window;
    DWORD process;

    (void)state;
    start_as_user();
    assert_non_null(window = wait_for_window());
    process = sandbox_process();
    open_session(&session);
    explorers = object_of(session.application, L"Explorers", NULL);
    assert_int_equal(long_of(explorers, L"Count"), 1);
    let_go(&explorers);
    close_session(&session);
    Sleep(600);
    assert_int_equal(sandbox_process(), process);
    PostMessageW(window, WM_CLOSE, 0, 0);
    assert_true(sandbox_ends());
}

static void a_second_start_joins_and_shows_the_window(void **state)
{
    struct session session;
    DWORD process;
    HWND window;

    (void)state;
    open_session(&session);
    process = sandbox_process();
    start_as_user();
    assert_non_null(window = wait_for_window());
    for (DWORD waited = 0; sandbox_process() != process && waited < patience_ms; waited += 50)
        Sleep(50);
    assert_int_equal(sandbox_process(), process);
    close_session(&session);
    Sleep(600);
    assert_int_equal(sandbox_process(), process);
    PostMessageW(window, WM_CLOSE, 0, 0);
}

static void quit_ends_it_whoever_holds_it(void **state)
{
    struct session session;
    VARIANT value;
    HRESULT hr;

    (void)state;
    open_session(&session);
    assert_int_equal(call(session.application, L"Quit"), S_OK);
    assert_true(sandbox_ends());
    hr = invoke_id(session.application, 12289, DISPATCH_PROPERTYGET, NULL, 0, &value);
    assert_true(hr == (HRESULT)0x800706BA || hr == (HRESULT)0x800706BE || hr == RPC_E_DISCONNECTED);
    close_session(&session);
    open_session(&session);
    assert_text(session.application, L"Name", L"Outlook");
    close_session(&session);
}

static void delete_items(const WCHAR *folder)
{
    WCHAR pattern[MAX_PATH], path[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;

    swprintf(path, ARRAYSIZE(path), L"%ls\\*.item", folder);
    store_file(path, pattern);
    if ((search = FindFirstFileW(pattern, &found)) == INVALID_HANDLE_VALUE) return;
    do
    {
        WCHAR name[MAX_PATH];

        swprintf(name, ARRAYSIZE(name), L"%ls\\%ls", folder, found.cFileName);
        store_file(name, path);
        DeleteFileW(path);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

/* What an earlier run left would be counted. */
static int begin_with_empty_folders(void **state)
{
    static const WCHAR *const folders[] = {L"Drafts", L"Outbox", L"Sent Items", L"Deleted Items"};

    (void)state;
    control(NULL);
    quit_what_is_left();
    if (!sandbox_ends()) return -1;
    for (size_t i = 0; i < ARRAYSIZE(folders); i++)
        delete_items(folders[i]);
    return 0;
}

int wmain(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_dispids_are_outlooks_own, end_of_test),
        cmocka_unit_test_teardown(an_error_leaves_in_outlooks_shape, end_of_test),
        cmocka_unit_test_teardown(collections_answer_their_default_member_and_for_each, end_of_test),
        cmocka_unit_test_teardown(a_saved_item_stands_in_drafts_and_survives_the_process, end_of_test),
        cmocka_unit_test_teardown(a_table_finds_a_stamp_with_doubled_quotes, end_of_test),
        cmocka_unit_test_teardown(a_sent_mail_is_dead_and_becomes_a_message_file, end_of_test),
        cmocka_unit_test_teardown(a_name_that_nobody_knows_stops_the_send, end_of_test),
        cmocka_unit_test_teardown(the_account_is_taken_by_reference_only, end_of_test),
        cmocka_unit_test_teardown(a_mail_waits_in_the_outbox_until_the_delay_has_passed, end_of_test),
        cmocka_unit_test_teardown(a_mail_that_was_opened_in_the_outbox_does_not_leave_it, end_of_test),
        cmocka_unit_test_teardown(a_deferred_mail_waits_for_its_time, end_of_test),
        cmocka_unit_test_teardown(a_call_that_is_held_after_its_work_returns_when_it_is_let_go, end_of_test),
        cmocka_unit_test_teardown(calls_are_logged_only_while_asked_for, end_of_test),
        cmocka_unit_test_teardown(the_process_ends_only_when_the_last_object_is_released, end_of_test),
        cmocka_unit_test_teardown(
            the_running_object_table_gives_the_same_application_and_does_not_keep_it, end_of_test),
        cmocka_unit_test_teardown(the_users_own_outlook_has_a_window_and_stays, end_of_test),
        cmocka_unit_test_teardown(a_second_start_joins_and_shows_the_window, end_of_test),
        cmocka_unit_test_teardown(quit_ends_it_whoever_holds_it, end_of_test),
    };
    int failed;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    failed = cmocka_run_group_tests(tests, begin_with_empty_folders, NULL);
    CoUninitialize();
    return failed;
}

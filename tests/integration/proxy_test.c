/* proxy_test.c - outlook-broker-ps.dll: its registration, a C client that calls through it and through the type library
 * marshaler, its messages, and the second type library of the program, the one for 32-bit clients.
 * Clients run in processes of their own (the same program with an argument), as each has to see a marshaler anew. */
#include "support.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "contract.h"

#define PROXY_DLL L"outlook-broker-ps.dll"
#define PROXY_CLASS L"{9ACD0E04-8871-4188-BC42-AC6D967D9F31}"
#define LIBRARY_MARSHALER L"{00020424-0000-0000-C000-000000000046}"
#define MAIL_PROPERTIES 15
#define MOST_INTERFACES 32

/* --- the registry of this view */

static bool read_key(const WCHAR *key, WCHAR value[512])
{
    DWORD size = 512 * sizeof(WCHAR);

    value[0] = 0;
    return !RegGetValueW(HKEY_CLASSES_ROOT, key, NULL, RRF_RT_REG_SZ, NULL, value, &size);
}

static const WCHAR *interface_key(const IID *iid, const WCHAR *below)
{
    static WCHAR key[128];
    WCHAR text[40];

    StringFromGUID2(iid, text, ARRAYSIZE(text));
    swprintf(key, ARRAYSIZE(key), L"Interface\\%ls%ls", text, below);
    return key;
}

static ITypeLib *load_library(const WCHAR *resource)
{
    WCHAR path[600];
    ITypeLib *library;

    swprintf(path, ARRAYSIZE(path), L"%ls%ls", ob_broker_program(), resource);
    ob_assert_ok(LoadTypeLibEx(path, REGKIND_NONE, &library));
    return library;
}

/* Every dual interface of the contract. */
static unsigned interfaces(IID iids[MOST_INTERFACES])
{
    ITypeLib *library = load_library(L"");
    unsigned count = 0;

    for (UINT i = 0; i < ITypeLib_GetTypeInfoCount(library); i++)
    {
        TYPEATTR *attributes;
        ITypeInfo *info;

        ob_assert_ok(ITypeLib_GetTypeInfo(library, i, &info));
        ob_assert_ok(ITypeInfo_GetTypeAttr(info, &attributes));
        assert_true(count < MOST_INTERFACES);
        if (attributes->wTypeFlags & TYPEFLAG_FDUAL) iids[count++] = attributes->guid;
        ITypeInfo_ReleaseTypeAttr(info, attributes);
        ITypeInfo_Release(info);
    }
    ITypeLib_Release(library);
    assert_true(count >= 3);
    return count;
}

static void expect_marshaler(const WCHAR *clsid)
{
    IID iids[MOST_INTERFACES];
    unsigned count = interfaces(iids);
    WCHAR value[512];

    for (unsigned i = 0; i < count; i++)
    {
        read_key(interface_key(&iids[i], L"\\ProxyStubClsid32"), value);
        ob_require(
            !_wcsicmp(value, clsid), "%s: %s", ob_utf8(interface_key(&iids[i], L"\\ProxyStubClsid32")), ob_utf8(value));
        assert_true(read_key(interface_key(&iids[i], L"\\TypeLib"), value));
    }
}

/* The DLL beside the broker, or another one of its folder. */
static const WCHAR *dll_path(const WCHAR *leaf)
{
    static WCHAR path[600];

    wcscpy(path, ob_broker_program());
    wcscpy(wcsrchr(path, L'\\') + 1, leaf);
    return path;
}

/* Without a pipe: what Wine starts along with it would keep one open. */
static void regsvr32(const WCHAR *option)
{
    WCHAR command[700];
    HANDLE process;
    DWORD code;

    swprintf(command, ARRAYSIZE(command), L"regsvr32 /s %ls \"%ls\"", option, dll_path(PROXY_DLL));
    assert_non_null(process = ob_start(command));
    code = ob_wait_exit(process, OB_LONG_MS);
    CloseHandle(process);
    ob_require(code == 0, "%s ended with %lu", ob_utf8(command), code);
}

/* --- a client: every property through the vtable and through Invoke */

/* The value as a text, arrays in parentheses. */
static void describe(const VARIANT *value, WCHAR *text, size_t size)
{
    VARIANT copy;
    LONG last;

    if (V_VT(value) == (VT_ARRAY | VT_VARIANT))
    {
        ob_assert_ok(SafeArrayGetUBound(V_ARRAY(value), 1, &last));
        wcscat(text, L"(");
        for (LONG i = 0; i <= last; i++)
        {
            ob_assert_ok(SafeArrayGetElement(V_ARRAY(value), &i, &copy));
            describe(&copy, text, size);
            VariantClear(&copy);
        }
        wcscat(text, L")");
        return;
    }
    VariantInit(&copy);
    if (V_VT(value) != VT_DISPATCH && V_VT(value) != VT_UNKNOWN)
        ob_assert_ok(VariantChangeTypeEx(&copy, (VARIANT *)value, LOCALE_INVARIANT, VARIANT_ALPHABOOL, VT_BSTR));
    _snwprintf(text + wcslen(text), size - wcslen(text) - 1, L"%u:%ls;", V_VT(value),
        V_VT(value) == VT_DISPATCH || V_VT(value) == VT_UNKNOWN ? L"object" : V_BSTR(&copy));
    VariantClear(&copy);
}

/* What a property of this type puts where its pointer leads, as a VARIANT. */
static VARTYPE type_of_result(ITypeInfo *info, const TYPEDESC *type)
{
    TYPEATTR *attributes;
    ITypeInfo *used;
    VARTYPE result;

    assert_int_equal(type->vt, VT_PTR);
    type = type->lptdesc;
    if (type->vt == VT_PTR) return type->lptdesc->vt == VT_UNKNOWN ? VT_UNKNOWN : VT_DISPATCH;
    if (type->vt != VT_USERDEFINED) return type->vt;
    ob_assert_ok(ITypeInfo_GetRefTypeInfo(info, type->hreftype, &used));
    ob_assert_ok(ITypeInfo_GetTypeAttr(used, &attributes));
    result = attributes->typekind == TKIND_ENUM ? VT_I4 : VT_DISPATCH;
    ITypeInfo_ReleaseTypeAttr(used, attributes);
    ITypeInfo_Release(used);
    return result;
}

static VARIANT get_by_vtable(void *object, ITypeInfo *info, const FUNCDESC *function)
{
    VARTYPE type = type_of_result(info, &function->lprgelemdescParam[0].tdesc), argument_type = VT_BYREF | VT_VARIANT;
    VARIANT value = {0}, argument = {.vt = VT_BYREF | VT_VARIANT}, result, *arguments = &argument;

    V_BYREF(&argument) = type == VT_VARIANT ? (void *)&value : (void *)&V_I8(&value);
    ob_assert_ok(
        DispCallFunc(object, (ULONG_PTR)function->oVft, CC_STDCALL, VT_ERROR, 1, &argument_type, &arguments, &result));
    ob_assert_ok(V_ERROR(&result));
    if (type != VT_VARIANT) V_VT(&value) = type;
    return value;
}

static void compare_property(void *object, ITypeInfo *info, const FUNCDESC *function)
{
    static WCHAR through[65536], late[65536];
    VARIANT value;
    UINT count;
    BSTR name;

    ob_assert_ok(ITypeInfo_GetNames(info, function->memid, &name, 1, &count));
    through[0] = late[0] = 0;
    value = get_by_vtable(object, info, function);
    describe(&value, through, ARRAYSIZE(through));
    VariantClear(&value);
    value = ob_get(object, name);
    describe(&value, late, ARRAYSIZE(late));
    VariantClear(&value);
    ob_require(
        !wcscmp(through, late), "%s: %s by the vtable, %s by Invoke", ob_utf8(name), ob_utf8(through), ob_utf8(late));
    SysFreeString(name);
}

/* Returns how many properties were compared. */
static unsigned compare_properties(void *object, const IID *iid)
{
    ITypeLib *library = load_library(L"");
    ITypeInfo *info, *half;
    TYPEATTR *attributes;
    unsigned compared = 0;
    HREFTYPE type;

    ob_assert_ok(ITypeLib_GetTypeInfoOfGuid(library, iid, &info));
    ob_assert_ok(ITypeInfo_GetRefTypeOfImplType(info, (UINT)-1, &type));
    ob_assert_ok(ITypeInfo_GetRefTypeInfo(info, type, &half));
    ob_assert_ok(ITypeInfo_GetTypeAttr(half, &attributes));
    for (UINT i = 0; i < attributes->cFuncs; i++)
    {
        FUNCDESC *function;

        ob_assert_ok(ITypeInfo_GetFuncDesc(half, i, &function));
        if (function->invkind == INVOKE_PROPERTYGET && function->cParams == 1)
        {
            compare_property(object, half, function);
            compared++;
        }
        ITypeInfo_ReleaseFuncDesc(half, function);
    }
    ITypeInfo_ReleaseTypeAttr(half, attributes);
    ITypeInfo_Release(half);
    ITypeInfo_Release(info);
    ITypeLib_Release(library);
    return compared;
}

/* A mail with an attachment, found again by its id, waited for, and read. */
static void use_job(IObSession *session)
{
    static const WCHAR subject[] = L"Proxies \u0141\u00f3d\u017a \U0001F384";
    const WCHAR *path = ob_write_file(ob_file_path(L"proxies.txt"), "proxies", 7);
    VARIANT attachments = ob_array(VT_VARIANT, 1, &path, 1), wait = ob_long(OB_LONG_MS);
    IObJob *sent, *found;
    ObJobState state = obJobQueued;
    BSTR id, text;

    sent = ob_send(session, &(struct ob_mail){.to = L"a@example.com", .subject = subject, .attachments = &attachments});
    VariantClear(&attachments);
    ob_assert_ok(IObJob_get_Id(sent, &id));
    ob_assert_ok(IObSession_Job(session, id, &found));
    ob_assert_ok(IObJob_Wait(found, wait, &state));
    assert_int_equal(state, obJobSent);
    ob_assert_ok(IObJob_get_Subject(found, &text));
    ob_assert_text(text, subject);
    SysFreeString(text);
    SysFreeString(id);
    assert_true(compare_properties(found, &IID_IObJob) >= 14);
    IObJob_Release(found);
    IObJob_Release(sent);
}

/* Removes the line's end. */
static void message_of(HMODULE module, DWORD id, WCHAR *text, DWORD size)
{
    const DWORD flags = FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_IGNORE_INSERTS;
    DWORD length = FormatMessageW(flags, module, id, 0, text, size, NULL);

    ob_require(length > 2 && !wcscmp(text + length - 2, L"\r\n"), "no message %08lX: %lu", id, GetLastError());
    text[length - 2] = 0;
}

/* Every property of a mail: put through the vtable, read back both ways. */
static void use_mail(IObSession *session)
{
    BSTR emoji = SysAllocString(L"Zo\u00eb \U0001F469\U0001F3FD\u200D\U0001F4BB; b"), none = SysAllocString(L"");
    VARIANT date = {.vt = VT_DATE}, back, empty = {.vt = VT_EMPTY}, bytes = ob_text(L"aGVsbG8=");
    IObMail *mail;
    BSTR text;

    V_DATE(&date) = 51273.5625; /* 2040-05-17 13:30 */
    ob_assert_ok(IObSession_CreateMail(session, &mail));
    assert_int_equal(compare_properties(mail, &IID_IObMail), MAIL_PROPERTIES); /* empty */
    ob_assert_ok(IObMail_put_To(mail, emoji));
    ob_assert_ok(IObMail_put_Subject(mail, emoji));
    ob_assert_ok(IObMail_put_Categories(mail, none));
    ob_assert_ok(IObMail_put_Importance(mail, 2));
    ob_assert_ok(IObMail_put_Sensitivity(mail, 3));
    ob_assert_ok(IObMail_put_ReadReceiptRequested(mail, VARIANT_TRUE));
    ob_assert_ok(IObMail_put_DeferredDeliveryTime(mail, date));
    ob_assert_ok(IObMail_put_ExpiryTime(mail, date));
    assert_int_equal(compare_properties(mail, &IID_IObMail), MAIL_PROPERTIES);
    ob_assert_ok(IObMail_get_To(mail, &text));
    ob_assert_text(text, emoji);
    SysFreeString(text);
    ob_assert_ok(IObMail_get_ExpiryTime(mail, &back));
    assert_int_equal(V_VT(&back), VT_DATE);
    assert_true(V_DATE(&back) == V_DATE(&date));
    ob_assert_ok(IObMail_put_ExpiryTime(mail, empty));
    ob_assert_ok(IObMail_get_ExpiryTime(mail, &back));
    assert_int_equal(V_VT(&back), VT_EMPTY);
    ob_assert_ok(IObMail_AttachData(mail, emoji, bytes, none));
    IObMail_Release(mail);
    VariantClear(&bytes);
    SysFreeString(emoji);
    SysFreeString(none);
}

/* A list: counted, by place, and by its enumerator. */
static void use_jobs(IObSession *session)
{
    IEnumVARIANT *enumerator;
    VARIANT found[3] = {{{{0}}}};
    IUnknown *unknown;
    IObJobs *jobs;
    IObJob *job;
    ULONG fetched = 0;
    BSTR first, same;
    LONG count;

    ob_assert_ok(IObSession_Jobs(session, ob_missing(), ob_long(2), &jobs));
    assert_int_equal(compare_properties(jobs, &IID_IObJobs), 2);
    ob_assert_ok(IObJobs_get_Count(jobs, &count));
    assert_true(count >= 1 && count <= 2);
    ob_assert_ok(IObJobs_get_Item(jobs, 1, &job));
    ob_assert_ok(IObJob_get_Id(job, &first));
    IObJob_Release(job);
    ob_assert_ok(IObJobs_get__NewEnum(jobs, &unknown));
    ob_assert_ok(IUnknown_QueryInterface(unknown, &IID_IEnumVARIANT, (void **)&enumerator));
    ob_assert_hr(IEnumVARIANT_Next(enumerator, ARRAYSIZE(found), found, &fetched), S_FALSE);
    assert_int_equal(fetched, count);
    assert_int_equal(V_VT(&found[0]), VT_DISPATCH);
    ob_assert_ok(IDispatch_QueryInterface(V_DISPATCH(&found[0]), &IID_IObJob, (void **)&job));
    ob_assert_ok(IObJob_get_Id(job, &same));
    ob_assert_text(same, first);
    IObJob_Release(job);
    for (unsigned i = 0; i < ARRAYSIZE(found); i++)
        VariantClear(&found[i]);
    IEnumVARIANT_Release(enumerator);
    IUnknown_Release(unknown);
    IObJobs_Release(jobs);
    SysFreeString(first);
    SysFreeString(same);
}

static void use_errors(IObSession *session)
{
    struct ob_answer answer;
    BSTR id = SysAllocString(L"no id"), text = NULL;
    VARIANT argument = ob_text(id);
    IObJob *job = (IObJob *)-1;
    IErrorInfo *info = NULL;
    WCHAR message[1024];
    HMODULE dll;

    ob_invoke(session, L"Job", DISPATCH_METHOD, &argument, 1, &answer);
    ob_assert_hr(answer.code, (HRESULT)OB_E_NO_SUCH_JOB);
    ob_assert_hr(IObSession_Job(session, id, &job), (HRESULT)OB_E_NO_SUCH_JOB);
    assert_null(job);
    ob_assert_hr(IObSession_put_Timeout(session, 1), E_INVALIDARG);
    /* Wine loses the error object of a vtable call: there only its being lost, or right, can be shown. */
    if (GetErrorInfo(0, &info) == S_OK)
    {
        ob_assert_ok(IErrorInfo_GetDescription(info, &text));
        assert_non_null(wcsstr(text, L"Timeout"));
        SysFreeString(text);
        IErrorInfo_Release(info);
    }
    assert_non_null(dll = LoadLibraryExW(dll_path(PROXY_DLL), NULL, LOAD_LIBRARY_AS_DATAFILE));
    message_of(dll, (DWORD)OB_E_NO_SUCH_JOB, message, ARRAYSIZE(message));
    ob_require(!wcsncmp(message, L"There is no job with this id. Checked: ", 39), "%s", ob_utf8(message));
    FreeLibrary(dll);
    VariantClear(&argument);
    SysFreeString(id);
    ob_answer_clear(&answer);
}

/* A client in a process of its own; whether the DLL is loaded tells which marshaler it has. */
static void a_client_gets_the_same_through_vtable_and_invoke(void **state)
{
    bool proxies = *(const bool *)*state;
    WCHAR path[600] = L"";
    IObSession *session = ob_session();
    IObStatus *status;
    HMODULE dll;
    LONG timeout;

    dll = GetModuleHandleW(PROXY_DLL);
    ob_require((dll != NULL) == proxies, "the proxies are %s", dll ? "loaded" : "not loaded");
    if (dll) GetModuleFileNameW(dll, path, ARRAYSIZE(path));
    ob_require(!dll || !_wcsicmp(path, dll_path(PROXY_DLL)), "%s is loaded", ob_utf8(path));
    ob_assert_ok(IObSession_put_Timeout(session, 45678));
    ob_assert_ok(IObSession_get_Timeout(session, &timeout));
    assert_int_equal(timeout, 45678);
    assert_true(compare_properties(session, &IID_IObSession) >= 5);
    use_job(session);
    use_mail(session);
    use_jobs(session);
    use_errors(session);
    ob_assert_ok(IObSession_get_Status(session, &status));
    assert_true(compare_properties(status, &IID_IObStatus) >= 22);
    IObStatus_Release(status);
    IObSession_Release(session);
}

static int client(bool proxies)
{
    static bool with;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(a_client_gets_the_same_through_vtable_and_invoke, &with),
    };

    with = proxies;
    return cmocka_run_group_tests(tests, ob_begin, ob_end);
}

/* --- the DLL from outside */

static void end_broker(void)
{
    char *output;

    ob_run_broker(L"/Stop", &output);
    free(output);
    assert_true(ob_wait_gone(OB_BROKER_IMAGE, OB_LONG_MS));
}

static void regsvr32_takes_every_interface_over(void **state)
{
    WCHAR value[512];

    (void)state;
    regsvr32(L"");
    expect_marshaler(PROXY_CLASS);
    assert_true(read_key(L"CLSID\\" PROXY_CLASS L"\\InProcServer32", value));
    ob_require(!_wcsicmp(value, dll_path(PROXY_DLL)), "%s", ob_utf8(value));
}

static void a_client_works_through_the_proxies(void **state)
{
    (void)state;
    ob_run_self(L"--proxies");
    end_broker();
}

static void what_another_took_over_is_left_alone_and_what_nothing_needs_is_removed(void **state)
{
    static const WCHAR other[] = L"{00000000-1111-2222-3333-444444444444}";
    WCHAR value[512];

    (void)state;
    assert_int_equal(RegSetKeyValueW(HKEY_CLASSES_ROOT, interface_key(&IID_IObJob, L"\\ProxyStubClsid32"), NULL, REG_SZ,
                         other, sizeof(other)),
        ERROR_SUCCESS);
    assert_int_equal(RegDeleteTreeW(HKEY_CLASSES_ROOT, interface_key(&IID_IObStatus, L"\\TypeLib")), ERROR_SUCCESS);
    regsvr32(L"/u");
    read_key(interface_key(&IID_IObJob, L"\\ProxyStubClsid32"), value);
    ob_assert_text(value, other);
    assert_false(read_key(interface_key(&IID_IObStatus, L""), value));
    read_key(interface_key(&IID_IObSession, L"\\ProxyStubClsid32"), value);
    ob_assert_text(value, LIBRARY_MARSHALER);
}

static void regsvr32_gives_every_interface_back(void **state)
{
    WCHAR value[512];
    ITypeLib *library = load_library(L"");

    (void)state;
    ob_assert_ok(RegisterTypeLib(library, (OLECHAR *)ob_broker_program(), NULL));
    ITypeLib_Release(library);
    regsvr32(L"");
    expect_marshaler(PROXY_CLASS);
    regsvr32(L"/u");
    expect_marshaler(LIBRARY_MARSHALER);
    assert_false(read_key(interface_key(&IID_IObSession, L"\\NumMethods"), value));
    assert_false(read_key(L"CLSID\\" PROXY_CLASS L"\\InProcServer32", value));
    regsvr32(L"/u");
}

static void a_client_works_through_the_type_library_marshaler_too(void **state)
{
    (void)state;
    ob_run_self(L"--library");
    end_broker();
}

/* --- messages */

/* As recorded, in both DLLs. */
static void every_code_has_its_text(void **state)
{
    static const WCHAR *const dlls[] = {PROXY_DLL, L"x86\\" PROXY_DLL};
    static WCHAR wide[1024], message[1024];
    unsigned messages = 0;

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(dlls); i++)
    {
        char *recorded = ob_read_file(ob_source_path(L"tests\\expected\\messages.txt"), NULL), *line, *text;
        HMODULE dll = LoadLibraryExW(dll_path(dlls[i]), NULL, LOAD_LIBRARY_AS_DATAFILE);

        ob_require(recorded && dll, "%s: %lu", ob_utf8(dlls[i]), GetLastError());
        messages = 0;
        for (line = strtok(recorded, "\n"); line; line = strtok(NULL, "\n"))
        {
            if (*line == '#') continue;
            text = strtok(NULL, "\n");
            assert_non_null(text);
            message_of(dll, strtoul(strchr(line, ' '), NULL, 16), message, ARRAYSIZE(message));
            MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, ARRAYSIZE(wide));
            ob_assert_text(message, wide);
            messages++;
        }
        FreeLibrary(dll);
        free(recorded);
    }
    assert_int_equal(messages, OB_E_DENIED - OB_E_NO_OUTLOOK + 1);
}

/* As the event log asks for it: by an id that holds the severity, with the event's own text as the insert. */
static void every_event_shows_the_text_that_comes_with_it(void **state)
{
    static const DWORD ids[] = {
#define EVENT(name, id, word) id,
#include "event_rows.inc"
#undef EVENT
    };
    static const WCHAR *const inserts[] = {L"100 % of it"};
    const DWORD flags = FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY;
    HMODULE dll = LoadLibraryExW(dll_path(PROXY_DLL), NULL, LOAD_LIBRARY_AS_DATAFILE);
    WCHAR text[100];

    (void)state;
    assert_int_equal(ids[0], 0xC0000001);
    for (unsigned i = 0; i < ARRAYSIZE(ids); i++)
    {
        ob_require(FormatMessageW(flags, dll, ids[i], 0, text, ARRAYSIZE(text), (va_list *)inserts) > 0,
            "no message %08lX: %lu", ids[i], GetLastError());
        ob_assert_text(text, L"100 % of it\r\n");
    }
    FreeLibrary(dll);
}

/* --- the type library of 32-bit clients */

static void the_second_type_library_is_the_same_contract_for_32_bits(void **state)
{
    static const WCHAR *const resources[] = {L"\\1", L"\\2"};
    static const SYSKIND kinds[] = {SYS_WIN64, SYS_WIN32};
    char *texts[2];

    (void)state;
    for (unsigned i = 0; i < ARRAYSIZE(kinds); i++)
    {
        ITypeLib *library = load_library(resources[i]);
        TLIBATTR *attributes;

        ob_assert_ok(ITypeLib_GetLibAttr(library, &attributes));
        assert_int_equal(attributes->syskind, kinds[i]);
        assert_true(IsEqualGUID(&attributes->guid, &LIBID_OutlookBroker));
        ITypeLib_ReleaseTLibAttr(library, attributes);
        texts[i] = contract_describe(library);
        ITypeLib_Release(library);
    }
    assert_string_equal(texts[0], texts[1]);
    free(texts[0]);
    free(texts[1]);
}

int wmain(int count, WCHAR **arguments)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(regsvr32_takes_every_interface_over),
        cmocka_unit_test(a_client_works_through_the_proxies),
        cmocka_unit_test(what_another_took_over_is_left_alone_and_what_nothing_needs_is_removed),
        cmocka_unit_test(regsvr32_gives_every_interface_back),
        cmocka_unit_test(a_client_works_through_the_type_library_marshaler_too),
        cmocka_unit_test(every_code_has_its_text),
        cmocka_unit_test(every_event_shows_the_text_that_comes_with_it),
        cmocka_unit_test(the_second_type_library_is_the_same_contract_for_32_bits),
    };

    if (count > 1) return client(!wcscmp(arguments[1], L"--proxies"));
    setvbuf(stdout, NULL, _IONBF, 0);
    ob_quick_settings();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

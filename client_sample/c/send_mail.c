/* send_mail.c - sends a mail through Outlook Broker and says what became of it: send_mail.vbs in C, early bound.
 * Run it without arguments to see how. Exit codes: 0 accepted (with /wait: sent), 1 refused or failed, 2 usage,
 * 3 the broker could not be reached, 4 accepted, but not sent within /wait: the broker goes on by itself.
 *
 * outlook_broker.h and outlook_broker_i.c are made from outlook_broker.idl (by make: in build/gen); nothing else of the
 * broker is needed. To compile it with MinGW-w64, or with Microsoft's compiler:
 *     x86_64-w64-mingw32-gcc -municode -o send_mail.exe send_mail.c outlook_broker_i.c -I. -lole32 -loleaut32 -luuid
 *     cl /W4 send_mail.c outlook_broker_i.c /I. ole32.lib oleaut32.lib uuid.lib advapi32.lib */
#define COBJMACROS
#include <windows.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <wchar.h>
#include <oleauto.h>
#include "outlook_broker.h"

enum exit_code
{
    accepted = 0,
    refused = 1,
    usage = 2,
    not_reached = 3,
    still_on_its_way = 4
};

/* What the command line gives, by name; "" if it does not. */
enum argument
{
    to,
    subject,
    body,
    html,
    attach,
    cc,
    bcc,
    key,
    wait,
    argument_count
};

static const WCHAR *const names[argument_count] = {
    L"to", L"subject", L"body", L"html", L"attach", L"cc", L"bcc", L"key", L"wait"};
static BSTR given[argument_count];

/* --- errors */

/* Words for errors that come before the broker is reached: Windows has none, or misleading ones. */
static const struct
{
    HRESULT code;
    const WCHAR *words;
} unreached[] = {
    {CO_E_RUNAS_LOGON_FAILURE, /* 0x8000401A */
        L"Nobody is logged on here at an active session; whatever Windows says, no password is wrong. "
        L"A disconnected remote desktop session counts as nobody.\n"
        L"Next: log on as the mailbox's owner and leave the session connected (it may be locked)."},
    {REGDB_E_CLASSNOTREG, L"The broker is not registered on this machine.\n"
                          L"Next: run obctl register in a prompt opened with \"Run as administrator\"."},
    {E_ACCESSDENIED,
        L"DCOM does not let this account start the broker or call it.\n"
        L"Next: have an administrator run obctl register \"/Allow:DOMAIN\\NAME\" with this account's name, or run "
        L"the program as the user who is logged on at this machine."},
    {CO_E_SERVER_EXEC_FAILURE, /* 0x80080005 */
        L"Windows started the broker, but it did not answer in time: it ended at once, was held up, or an "
        L"outlook-broker.exe of another elevation stands in the way.\n"
        L"Next: run outlook-broker.exe /Stop and try again without \"Run as administrator\"."},
};

/* The broker's general text for a code, which outlook-broker-ps.dll holds where it is registered, or Windows' own.
 * LocalFree frees it; NULL if there is none. */
static WCHAR *text_of_code(HRESULT code)
{
    static const WCHAR key_name[] = L"CLSID\\{9ACD0E04-8871-4188-BC42-AC6D967D9F31}\\InProcServer32";
    const DWORD flags = FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    WCHAR path[MAX_PATH], *text = NULL;
    DWORD size = sizeof(path);
    HMODULE messages = NULL;

    if (!RegGetValueW(HKEY_CLASSES_ROOT, key_name, NULL, RRF_RT_REG_SZ, NULL, path, &size))
        messages = LoadLibraryExW(path, NULL, LOAD_LIBRARY_AS_DATAFILE);
    if (messages)
    {
        FormatMessageW(flags | FORMAT_MESSAGE_FROM_HMODULE, messages, (DWORD)code, 0, (WCHAR *)&text, 0, NULL);
        FreeLibrary(messages);
    }
    if (!text) FormatMessageW(flags | FORMAT_MESSAGE_FROM_SYSTEM, NULL, (DWORD)code, 0, (WCHAR *)&text, 0, NULL);
    return text;
}

/* The text that came with the failed call of object's interface; SysFreeString frees it, NULL if there is none. */
static BSTR text_of_call(IUnknown *object, REFIID iid)
{
    ISupportErrorInfo *support;
    IErrorInfo *info = NULL;
    BSTR text = NULL;

    if (FAILED(IUnknown_QueryInterface(object, &IID_ISupportErrorInfo, (void **)&support))) return NULL;
    if (ISupportErrorInfo_InterfaceSupportsErrorInfo(support, iid) == S_OK && GetErrorInfo(0, &info) == S_OK)
    {
        IErrorInfo_GetDescription(info, &text);
        IErrorInfo_Release(info);
    }
    ISupportErrorInfo_Release(support);
    return text;
}

static enum exit_code cannot_reach(HRESULT code)
{
    WCHAR *text;

    wprintf(L"The broker could not be reached (0x%08lX). ", (unsigned long)code);
    for (size_t i = 0; i < sizeof(unreached) / sizeof(unreached[0]); i++)
    {
        if (unreached[i].code != code) continue;
        wprintf(L"%ls\n", unreached[i].words);
        return not_reached;
    }
    text = text_of_code(code);
    wprintf(L"Windows says: %ls\nNext: run obctl status as this account.\n", text ? text : L"nothing");
    LocalFree(text);
    return not_reached;
}

/* The broker's own errors carry their text: what happened, what was checked, one next step. */
static enum exit_code failure(const WCHAR *what, HRESULT code, void *object, REFIID iid)
{
    BSTR full = text_of_call(object, iid);
    WCHAR *general = full ? NULL : text_of_code(code);

    wprintf(L"%ls (0x%08lX) %ls\n", what, (unsigned long)code,
        full      ? full
        : general ? general
                  : L"Next: look the number up among ObError in outlook_broker.idl.");
    SysFreeString(full);
    LocalFree(general);
    if (code != E_ACCESSDENIED && code != HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE) &&
        code != HRESULT_FROM_WIN32(RPC_S_CALL_FAILED) && code != RPC_E_DISCONNECTED)
        return refused;
    wprintf(L"The connection failed, so it is not known whether the mail was accepted. Next: if it had a /key, send "
            L"it again with that: it is accepted once. Else look for it in Sent Items first.\n");
    return not_reached;
}

/* --- the mail */

static HRESULT send_mail(IObSession *session, IObJob **job)
{
    VARIANT files; /* one text, with | between the paths; an array of paths would do, too */

    VariantInit(&files);
    V_VT(&files) = VT_BSTR;
    V_BSTR(&files) = given[attach];
    return IObSession_SendMail(
        session, given[to], given[subject], given[body], given[html], files, given[cc], given[bcc], given[key], job);
}

/* Waits for the job's end, at most as long as /wait says, and shows the state. */
static enum exit_code outcome(IObJob *job)
{
    enum exit_code code = still_on_its_way;
    BSTR name = NULL, text = NULL;
    ObJobState state;
    VARIANT ms;
    HRESULT hr;

    VariantInit(&ms);
    V_VT(&ms) = VT_I4;
    V_I4(&ms) = (LONG)wcstol(given[wait], NULL, 10) * 1000;
    hr = IObJob_Wait(job, ms, &state);
    if (SUCCEEDED(hr)) hr = IObJob_get_StateName(job, &name);
    if (SUCCEEDED(hr)) hr = IObJob_get_LastErrorText(job, &text);
    if (FAILED(hr))
        failure(L"The job's state could not be read.", hr, job, &IID_IObJob);
    else
    {
        wprintf(L"state: %ls\n", name);
        if (SysStringLen(text)) wprintf(L"%ls\n", text);
        if (state == obJobSent) code = accepted;
        if (state >= obJobFailed) code = refused; /* failed, cancelled or unknown: see the text */
    }
    SysFreeString(name);
    SysFreeString(text);
    return code;
}

static enum exit_code send_and_tell(IObSession *session)
{
    enum exit_code code = accepted;
    IObJob *job = NULL;
    BSTR id = NULL;
    HRESULT hr;

    /* The mail is on disk when SendMail returns, whether or not Outlook runs. A key makes it safe to send again. */
    hr = send_mail(session, &job);
    if (FAILED(hr)) return failure(L"The mail was not accepted.", hr, session, &IID_IObSession);
    IObJob_get_Id(job, &id);
    wprintf(L"accepted: job %ls\n", id ? id : L"");
    if (SysStringLen(given[wait])) code = outcome(job);
    SysFreeString(id);
    IObJob_Release(job);
    return code;
}

/* --- the program */

/* Fills given from arguments of the form /name:value; says which are wrong. */
static BOOL read_arguments(int argc, WCHAR **argv)
{
    const WCHAR *seconds;
    BOOL right = argc > 1;
    int i, name;

    for (name = 0; name < argument_count; name++)
        given[name] = SysAllocString(L"");
    for (i = 1; i < argc; i++)
    {
        const WCHAR *colon = wcschr(argv[i], L':');
        size_t length = argv[i][0] == L'/' && colon ? (size_t)(colon - argv[i] - 1) : 0;

        for (name = 0; name < argument_count; name++)
        {
            if (length == wcslen(names[name]) && !_wcsnicmp(argv[i] + 1, names[name], length)) break;
        }
        if (name < argument_count)
            SysReAllocString(&given[name], colon + 1);
        else
        {
            wprintf(L"Not understood: %ls\n", argv[i]);
            right = FALSE;
        }
    }
    seconds = given[wait];
    if (wcslen(seconds) > 3 || seconds[wcsspn(seconds, L"0123456789")] || wcstol(seconds, NULL, 10) > 600)
    {
        wprintf(L"Not 0 to 600 seconds: /wait:%ls\n", seconds);
        right = FALSE;
    }
    if (!right)
        wprintf(L"usage: send_mail /to:a@b.c;d@e.f /subject:TEXT /body:TEXT\n"
                L"    [/html:TEXT] [/attach:FULLPATH|FULLPATH] [/cc:LIST] [/bcc:LIST] [/key:TEXT] "
                L"[/wait:SECONDS, at most 600]\n");
    return right;
}

int wmain(int argc, WCHAR **argv)
{
    IObSession *session = NULL;
    enum exit_code code;
    HRESULT hr;

    _setmode(_fileno(stdout), _O_U8TEXT); /* mails and errors are in all languages */
    if (!read_arguments(argc, argv)) return usage;

    /* Privacy: since Windows was hardened, DCOM refuses what is not at least signed; this encrypts as well.
     * Identify: the broker has to learn who calls, and cannot act as the caller. */
    hr = CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (FAILED(hr)) return cannot_reach(hr);
    hr = CoInitializeSecurity(
        NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)&session);
    if (SUCCEEDED(hr))
    {
        code = send_and_tell(session);
        IObSession_Release(session);
    }
    else
        code = cannot_reach(hr);
    CoUninitialize();
    return code;
}

/* client.c - see client.h. Errors that come before the broker is reached have no text of their own, or a misleading
 * one, so what they mean here stands in a table. */
#define _WIN32_DCOM
#include "client.h"
#include <oleauto.h>
#include "host/error.h"

#ifndef ERROR_ELEVATION_REQUIRED
#define ERROR_ELEVATION_REQUIRED 740 /* mingw-w64 does not name it */
#endif

struct meaning
{
    HRESULT code;
    BOOL unreached;
    const WCHAR *what, *next;
};

static const struct meaning meanings[] = {
    {REGDB_E_CLASSNOTREG, TRUE, L"The broker is not registered on this machine.",
        L"run obctl register in a prompt opened with \"Run as administrator\"."},
    {HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND), TRUE, L"The broker is registered, but its program is gone.",
        L"put outlook-broker.exe in its place, or run obctl register where it is now, as an administrator."},
    {CO_E_RUNAS_LOGON_FAILURE, TRUE,
        L"Nobody is logged on at this machine whose session is active; whatever Windows says, no password is wrong. "
        L"A disconnected remote desktop session counts as nobody.",
        L"log on as the mailbox's owner, and leave the session connected (it may be locked)."},
    {E_ACCESSDENIED, TRUE, L"DCOM does not let this account start the broker or call it.",
        L"have an administrator allow it with obctl register /Allow:ACCOUNT; obctl doctor --account ACCOUNT tells what "
        L"it may."},
    {CO_E_SERVER_EXEC_FAILURE, TRUE,
        L"Windows started the broker, but it did not answer in time: it ended at once, was held up, or an "
        L"outlook-broker.exe of another elevation stands in the way.",
        L"run outlook-broker.exe /Stop, then obctl status again without \"Run as administrator\"."},
    {HRESULT_FROM_WIN32(ERROR_ELEVATION_REQUIRED), TRUE,
        L"outlook-broker.exe is marked to be run as an administrator, so Windows cannot start it for others.",
        L"clear \"Run this program as an administrator\" in the properties of outlook-broker.exe, Compatibility."},
    {HRESULT_FROM_WIN32(RPC_S_SERVER_UNAVAILABLE), TRUE, L"The broker ended before it could answer.",
        L"try again; if it stays so, read the broker's log."},
    {HRESULT_FROM_WIN32(RPC_S_CALL_FAILED), TRUE, L"The broker ended during the call.",
        L"try again; if it stays so, read the broker's log."},
    {RPC_E_DISCONNECTED, TRUE, L"The broker ended during the call.",
        L"try again; if it stays so, read the broker's log."},
    {E_NOINTERFACE, TRUE, L"The broker was started, but COM knows no way to talk to it.",
        L"run obctl register again as an administrator, which writes the type library anew."},
    {TYPE_E_LIBNOTREGISTERED, TRUE, L"The broker's type library is not registered.",
        L"run obctl register again as an administrator."},
    {(HRESULT)OB_E_LOCKED, FALSE, L"Another broker of this user is at work, so this one refuses.",
        L"see with obctl status which process holds the lock."},
    {(HRESULT)OB_E_OUTBOX, FALSE, L"The broker's outbox cannot be read.",
        L"see with obctl status what is wrong with the file."},
    {(HRESULT)OB_E_STOPPING, FALSE, L"The broker is being stopped.", L"try again in a minute."},
};

static const struct meaning *meaning_of(HRESULT code)
{
    for (size_t i = 0; i < ARRAYSIZE(meanings); i++)
    {
        if (meanings[i].code == code) return &meanings[i];
    }
    return NULL;
}

BOOL client_unreached(HRESULT code)
{
    const struct meaning *meaning = meaning_of(code);

    return meaning && meaning->unreached;
}

HRESULT client_open(IObSession **session, struct failure *failure)
{
    HRESULT hr;

    *session = NULL;
    if (SUCCEEDED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
    {
        hr = CoInitializeSecurity(
            NULL, -1, NULL, NULL, RPC_C_AUTHN_LEVEL_PKT_PRIVACY, RPC_C_IMP_LEVEL_IDENTIFY, NULL, EOAC_NONE, NULL);
        if (SUCCEEDED(hr))
            hr = CoCreateInstance(&CLSID_ObSession, NULL, CLSCTX_LOCAL_SERVER, &IID_IObSession, (void **)session);
        if (FAILED(hr)) CoUninitialize();
    }
    if (FAILED(hr)) *failure = (struct failure){hr, NULL};
    return hr;
}

void client_close(IObSession *session)
{
    if (!session) return;
    IObSession_Release(session);
    CoUninitialize();
}

/* The description of the last error, if the object stands in for it; the caller frees it. */
static BSTR description(IUnknown *object, REFIID iid)
{
    ISupportErrorInfo *support;
    IErrorInfo *info = NULL;
    BSTR text = NULL;

    if (GetErrorInfo(0, &info) != S_OK) return NULL;
    if (SUCCEEDED(IUnknown_QueryInterface(object, &IID_ISupportErrorInfo, (void **)&support)))
    {
        if (ISupportErrorInfo_InterfaceSupportsErrorInfo(support, iid) == S_OK) IErrorInfo_GetDescription(info, &text);
        ISupportErrorInfo_Release(support);
    }
    IErrorInfo_Release(info);
    return text;
}

HRESULT client_failed(struct failure *failure, HRESULT code, IUnknown *object, REFIID iid)
{
    failure_clear(failure);
    failure->code = code;
    failure->text = !object || client_unreached(code) ? NULL : description(object, iid);
    return code;
}

void failure_words(struct text *out, const struct failure *failure)
{
    const struct meaning *meaning = meaning_of(failure->code);
    WCHAR words[CODE_WORDS_SIZE];

    code_words(failure->code, words);
    if (SysStringLen(failure->text))
        text_format(out, L"%ls Code: %ls.", failure->text, words);
    else if (meaning)
        text_format(out, L"%ls Checked: %ls %ls. Next: %ls", meaning->what,
            meaning->unreached ? L"the way to the broker; Windows answered" : L"the broker's answer,", words,
            meaning->next);
    else
        text_format(out,
            L"The broker could not be asked. Checked: the call's result, %ls. "
            L"Next: look the code up, and read the broker's log.",
            words);
}

void failure_clear(struct failure *failure)
{
    SysFreeString(failure->text);
    *failure = (struct failure){S_OK, NULL};
}

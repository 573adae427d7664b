/* errors.c - how failures look when they leave. See errors.h. */
#include "errors.h"

static const struct
{
    HRESULT scode;
    const WCHAR *text; /* NULL: leaves without an exception */
} errors[] = {
    {OUTLOOK_E_OBJECT_DELETED, L"The item has been moved or deleted."},
    {OUTLOOK_E_NOT_FOUND, L"The attempted operation failed.  An object could not be found."},
    {OUTLOOK_E_OBJECT_CHANGED, L"The operation cannot be performed because the message has been changed."},
    {OUTLOOK_E_FILE_NOT_FOUND, L"Cannot find this file. Verify the path and file name are correct."},
    {OUTLOOK_E_LOGON_FAILED, L"Cannot start Microsoft Outlook. Cannot open the Outlook window. "
                             L"The set of folders cannot be opened. The attempt to log on has failed."},
    {OUTLOOK_E_USER_CANCEL, L"The operation was canceled."},
    {OUTLOOK_E_TOO_MANY_ITEMS,
        L"Your server administrator has limited the number of items you can open simultaneously. "
        L"Try closing messages you have opened or removing attachments and images from unsent "
        L"messages you are composing."},
    {E_INVALIDARG, L"Could not complete the operation. One or more parameter values are not valid."},
    {E_ABORT, NULL},
    {E_NOINTERFACE, NULL},
    {E_POINTER, NULL},
};

static const WCHAR any_text[] = L"The operation failed.";

static bool is_of_com(HRESULT hr)
{
    return HRESULT_FACILITY(hr) == FACILITY_DISPATCH || HRESULT_FACILITY(hr) == FACILITY_RPC;
}

bool error_is_exception(HRESULT scode)
{
    if (SUCCEEDED(scode) || is_of_com(scode)) return false;
    for (size_t i = 0; i < ARRAYSIZE(errors); i++)
        if (errors[i].scode == scode) return errors[i].text != NULL;
    return true;
}

HRESULT error_dirty(HRESULT scode)
{
    return SUCCEEDED(scode) || is_of_com(scode) ? scode : scode | 0x65100000;
}

void error_fill(EXCEPINFO *error, HRESULT scode, const WCHAR *text)
{
    for (size_t i = 0; !text && i < ARRAYSIZE(errors); i++)
        if (errors[i].scode == scode) text = errors[i].text;
    memset(error, 0, sizeof(*error));
    error->wCode = 4096;
    error->bstrSource = SysAllocString(L"Microsoft Outlook");
    error->bstrDescription = SysAllocString(text ? text : any_text);
    error->scode = scode;
}

/* direct.c - see bench.h. Late bound, by name, as every script and most programs do. */
#include "bench.h"

#include <stdio.h>

#define SENT_ITEMS 5 /* OlDefaultFolders */

static IDispatch *application, *sent;
static WCHAR stamp[40]; /* of the mail before */

HRESULT call_by_name(
    IDispatch *object, const WCHAR *member, WORD flags, VARIANT *arguments, UINT count, VARIANT *result)
{
    DISPPARAMS params = {arguments, NULL, count, 0};
    WCHAR *name = (WCHAR *)member;
    DISPID id, put = DISPID_PROPERTYPUT;
    HRESULT hr = IDispatch_GetIDsOfNames(object, &IID_NULL, &name, 1, LOCALE_NEUTRAL, &id);

    if (FAILED(hr)) return hr;
    if (flags & DISPATCH_PROPERTYPUT)
    {
        params.rgdispidNamedArgs = &put;
        params.cNamedArgs = 1;
    }
    if (result) VariantInit(result);
    return IDispatch_Invoke(object, id, &IID_NULL, LOCALE_NEUTRAL, flags, &params, result, NULL, NULL);
}

void open_outlook(void)
{
    CLSID class;

    must(CLSIDFromProgID(L"Outlook.Application", &class), "Outlook's class");
    must(CoCreateInstance(&class, NULL, CLSCTX_LOCAL_SERVER, &IID_IDispatch, (void **)&application), "Outlook");
}

void close_outlook(void)
{
    if (sent) IDispatch_Release(sent);
    if (application) IDispatch_Release(application);
    application = sent = NULL;
}

static void put(IDispatch *mail, const WCHAR *member, const WCHAR *text)
{
    VARIANT value = {.vt = VT_BSTR};

    V_BSTR(&value) = SysAllocString(text);
    must(call_by_name(mail, member, DISPATCH_PROPERTYPUT, &value, 1, NULL), "a property of the mail");
    VariantClear(&value);
}

static void method(IDispatch *object, const WCHAR *member)
{
    must(call_by_name(object, member, DISPATCH_METHOD, NULL, 0, NULL), "a method of the mail");
}

/* A member that answers with an object. */
static IDispatch *object_of(IDispatch *object, const WCHAR *member, VARIANT *arguments, UINT count)
{
    VARIANT answer;

    must(call_by_name(object, member, DISPATCH_METHOD | DISPATCH_PROPERTYGET, arguments, count, &answer), "an object");
    if (V_VT(&answer) != VT_DISPATCH || !V_DISPATCH(&answer)) must(E_UNEXPECTED, "an object");
    return V_DISPATCH(&answer);
}

/* CreateItem, To, Subject, Body. */
static IDispatch *filled(void)
{
    VARIANT kind = {.vt = VT_I4, .lVal = 0};
    IDispatch *mail = object_of(application, L"CreateItem", &kind, 1);

    put(mail, L"To", mail_to);
    put(mail, L"Subject", mail_subject);
    put(mail, L"Body", mail_body());
    return mail;
}

static void send_item(IDispatch *mail)
{
    method(mail, L"Send");
    IDispatch_Release(mail);
}

void do_direct(void)
{
    send_item(filled());
}

static IDispatch *saved(void)
{
    static unsigned number;
    IDispatch *mail = filled();
    VARIANT entry_id;

    swprintf(stamp, ARRAYSIZE(stamp), L"bench-%u", ++number);
    put(mail, L"BillingInformation", stamp);
    method(mail, L"Save");
    must(call_by_name(mail, L"EntryID", DISPATCH_PROPERTYGET, NULL, 0, &entry_id), "EntryID");
    VariantClear(&entry_id);
    return mail;
}

void do_direct_draft(void)
{
    send_item(saved());
}

static IDispatch *sent_items(void)
{
    VARIANT mapi = {.vt = VT_BSTR, .bstrVal = SysAllocString(L"MAPI")}, kind = {.vt = VT_I4, .lVal = SENT_ITEMS};
    IDispatch *mapi_session = object_of(application, L"GetNamespace", &mapi, 1),
              *folder = object_of(mapi_session, L"GetDefaultFolder", &kind, 1);

    VariantClear(&mapi);
    IDispatch_Release(mapi_session);
    return folder;
}

static void look(void)
{
    VARIANT filter = {.vt = VT_BSTR}, one = {.vt = VT_I4, .lVal = 1}, rows;
    IDispatch *table;
    WCHAR words[80];

    if (!sent) sent = sent_items();
    swprintf(words, ARRAYSIZE(words), L"[BillingInformation] = '%ls'", stamp);
    V_BSTR(&filter) = SysAllocString(words);
    table = object_of(sent, L"GetTable", &filter, 1);
    must(call_by_name(table, L"GetArray", DISPATCH_METHOD, &one, 1, &rows), "GetArray");
    VariantClear(&rows);
    VariantClear(&filter);
    IDispatch_Release(table);
}

void do_direct_looked(void)
{
    if (*stamp) look();
    do_direct_draft();
}

/* direct.c - see bench.h. Late bound, by name, as every script and most programs do. */
#include "bench.h"

static IDispatch *application;

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
    if (application) IDispatch_Release(application);
    application = NULL;
}

static void put(IDispatch *mail, const WCHAR *member, const WCHAR *text)
{
    VARIANT value = {.vt = VT_BSTR};

    V_BSTR(&value) = SysAllocString(text);
    must(call_by_name(mail, member, DISPATCH_PROPERTYPUT, &value, 1, NULL), "a property of the mail");
    VariantClear(&value);
}

/* CreateItem, To, Subject, Body, Send. */
void do_direct(void)
{
    VARIANT kind = {.vt = VT_I4, .lVal = 0}, mail;

    must(call_by_name(application, L"CreateItem", DISPATCH_METHOD, &kind, 1, &mail), "CreateItem");
    put(V_DISPATCH(&mail), L"To", mail_to);
    put(V_DISPATCH(&mail), L"Subject", mail_subject);
    put(V_DISPATCH(&mail), L"Body", mail_body());
    must(call_by_name(V_DISPATCH(&mail), L"Send", DISPATCH_METHOD, NULL, 0, NULL), "Send");
    VariantClear(&mail);
}

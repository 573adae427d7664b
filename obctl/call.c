/* call.c - see call.h. */
#include "call.h"
#include <oleauto.h>

VARIANT text_argument(const WCHAR *text)
{
    VARIANT value;

    V_VT(&value) = VT_BSTR;
    V_BSTR(&value) = SysAllocString(text ? text : L"");
    return value;
}

VARIANT number_argument(LONG number)
{
    VARIANT value;

    V_VT(&value) = VT_I4;
    V_I4(&value) = number;
    return value;
}

VARIANT missing_argument(void)
{
    VARIANT value;

    V_VT(&value) = VT_ERROR;
    V_ERROR(&value) = DISP_E_PARAMNOTFOUND;
    return value;
}

/* Takes the text of exception over. */
static HRESULT failed(struct failure *failure, HRESULT hr, EXCEPINFO *exception)
{
    failure_clear(failure);
    if (hr == DISP_E_EXCEPTION)
    {
        if (exception->pfnDeferredFillIn) exception->pfnDeferredFillIn(exception);
        hr = FAILED(exception->scode) ? exception->scode : E_FAIL;
        failure->text = exception->bstrDescription;
        exception->bstrDescription = NULL;
    }
    failure->code = hr;
    SysFreeString(exception->bstrDescription);
    SysFreeString(exception->bstrSource);
    SysFreeString(exception->bstrHelpFile);
    return hr;
}

static HRESULT call(void *object, const WCHAR *member, WORD flags, const VARIANT *arguments, UINT count,
    VARIANT *result, struct failure *failure)
{
    DISPID put = DISPID_PROPERTYPUT, id;
    VARIANT reversed[CALL_ARGUMENTS_MOST];
    DISPPARAMS params = {reversed, NULL, count, 0};
    WCHAR *name = (WCHAR *)member;
    EXCEPINFO exception = {0};
    UINT bad_argument;
    HRESULT hr;

    for (UINT i = 0; i < count; i++)
        reversed[count - 1 - i] = arguments[i];
    if (flags == DISPATCH_PROPERTYPUT)
    {
        params.rgdispidNamedArgs = &put;
        params.cNamedArgs = 1;
    }
    hr = IDispatch_GetIDsOfNames((IDispatch *)object, &IID_NULL, &name, 1, LOCALE_NEUTRAL, &id);
    if (SUCCEEDED(hr))
        hr = IDispatch_Invoke(
            (IDispatch *)object, id, &IID_NULL, LOCALE_NEUTRAL, flags, &params, result, &exception, &bad_argument);
    return FAILED(hr) ? failed(failure, hr, &exception) : S_OK;
}

HRESULT call_method(
    void *object, const WCHAR *method, const VARIANT *arguments, UINT count, VARIANT *result, struct failure *failure)
{
    if (result) VariantInit(result);
    return call(object, method, DISPATCH_METHOD, arguments, count, result, failure);
}

HRESULT call_for(void *object, const WCHAR *method, const VARIANT *arguments, UINT count, REFIID iid, void **result,
    struct failure *failure)
{
    VARIANT value;
    HRESULT hr = call_method(object, method, arguments, count, &value, failure);

    *result = NULL;
    if (FAILED(hr)) return hr;
    hr = V_VT(&value) == VT_DISPATCH && V_DISPATCH(&value) ? IDispatch_QueryInterface(V_DISPATCH(&value), iid, result)
                                                           : DISP_E_TYPEMISMATCH;
    VariantClear(&value);
    if (FAILED(hr)) client_failed(failure, hr, NULL, NULL);
    return hr;
}

HRESULT call_put(void *object, const WCHAR *property, const VARIANT *value, struct failure *failure)
{
    return call(object, property, DISPATCH_PROPERTYPUT, value, 1, NULL, failure);
}

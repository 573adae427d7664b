/* error_info.c - see error_info.h. */

#include "error_info.h"

static const WCHAR *source_progid = L"";

void error_info_source(const WCHAR *progid)
{
    source_progid = progid;
}

HRESULT error_info_raise(HRESULT code, REFIID iid, struct error *error)
{
    ICreateErrorInfo *create = NULL;
    IErrorInfo *info = NULL;

    if (error->text && SUCCEEDED(CreateErrorInfo(&create)))
    {
        ICreateErrorInfo_SetGUID(create, iid);
        ICreateErrorInfo_SetSource(create, (LPOLESTR)source_progid);
        ICreateErrorInfo_SetDescription(create, error->text);
        if (SUCCEEDED(ICreateErrorInfo_QueryInterface(create, &IID_IErrorInfo, (void **)&info)))
        {
            SetErrorInfo(0, info);
            IErrorInfo_Release(info);
        }
        ICreateErrorInfo_Release(create);
    }
    if (!info) SetErrorInfo(0, NULL);
    error_clear(error);
    return code;
}

HRESULT error_info_exception(HRESULT code, EXCEPINFO *exception, struct error *error)
{
    if (!exception)
    {
        error_clear(error);
        return code;
    }
    memset(exception, 0, sizeof(*exception));
    exception->bstrSource = SysAllocString(source_progid);
    exception->bstrDescription = error->text ? SysAllocString(error->text) : NULL;
    exception->scode = code;
    error_clear(error);
    return DISP_E_EXCEPTION;
}

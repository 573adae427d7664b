/* out.c - see out.h. */

#include "out.h"
#include "host/clock.h"

HRESULT out_text(BSTR *out, const WCHAR *text)
{
    if (!out) return E_POINTER;
    *out = SysAllocString(text ? text : L"");
    return *out ? S_OK : E_OUTOFMEMORY;
}

HRESULT out_long(LONG *out, LONG value)
{
    if (!out) return E_POINTER;
    *out = value;
    return S_OK;
}

HRESULT out_truth(VARIANT_BOOL *out, BOOL value)
{
    if (!out) return E_POINTER;
    *out = value ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
}

HRESULT out_time(VARIANT *out, LONGLONG utc_ms)
{
    if (!out) return E_POINTER;
    utc_ms_to_variant(utc_ms, out);
    return S_OK;
}

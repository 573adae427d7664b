/* out.h - values for [out] arguments: each gives E_POINTER where the caller left no place, E_OUTOFMEMORY or S_OK. */
#ifndef OB_API_OUT_H
#define OB_API_OUT_H

#include <windows.h>
#include <oaidl.h>

/* A BSTR of text, the caller's to free. NULL stands for "". */
HRESULT out_text(BSTR *out, const WCHAR *text);

HRESULT out_long(LONG *out, LONG value);
HRESULT out_truth(VARIANT_BOOL *out, BOOL value);

/* A time of day, in UTC ms, as local Date; Empty for 0. */
HRESULT out_time(VARIANT *out, LONGLONG utc_ms);

#endif

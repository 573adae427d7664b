/* error_info.h - of an error that travelled up, the error object that COM carries to the client. */
#ifndef OB_COM_ERROR_INFO_H
#define OB_COM_ERROR_INFO_H

#include <windows.h>
#include <oaidl.h>
#include "host/error.h"

/* The ProgID that error objects name as their source. Borrowed; set once at start. */
void error_info_source(const WCHAR *progid);

/* Sets the thread's error object to error (to none if it has no text: an older one must not be told in its place), lets
 * the text go, and returns code: the last line of a failing method is "return error_info_raise(hr, iid, &error);". */
HRESULT error_info_raise(HRESULT code, REFIID iid, struct error *error);

/* The same for a caller of Invoke: fills exception and returns DISP_E_EXCEPTION, or the code if exception is NULL. */
HRESULT error_info_exception(HRESULT code, EXCEPINFO *exception, struct error *error);

#endif

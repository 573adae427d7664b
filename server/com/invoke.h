/* invoke.h - late-bound calls: the arguments are checked against the type library and explained in words before
 * oleaut32 sees them, which would answer Null for a text without a word and take a number for one. */
#ifndef OB_COM_INVOKE_H
#define OB_COM_INVOKE_H

#include "object.h"

/* As IDispatch::Invoke on object, whose dual interface info describes. */
HRESULT invoke_checked(ITypeInfo *info, struct com_object *object, DISPID id, WORD flags, DISPPARAMS *params,
    VARIANT *result, EXCEPINFO *exception, UINT *bad_argument);

#endif

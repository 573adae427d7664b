/* call.h - a member of the broker's objects called by name. Its arguments are the command line's, and so may be wrong:
 * called this way, the broker's own text comes back with every code, however the interfaces are marshaled. */
#ifndef OB_OBCTL_CALL_H
#define OB_OBCTL_CALL_H

#include <windows.h>
#include <oaidl.h>
#include "client.h"

#define CALL_ARGUMENTS_MOST 8

/* Calls the method with arguments in the order in which they are written; they stay the caller's. result may be NULL;
 * the caller clears it. S_OK or a code with failure filled. */
HRESULT call_method(
    void *object, const WCHAR *method, const VARIANT *arguments, UINT count, VARIANT *result, struct failure *failure);

/* The same for a method that returns an object: *result is its interface iid, which the caller releases. */
HRESULT call_for(void *object, const WCHAR *method, const VARIANT *arguments, UINT count, REFIID iid, void **result,
    struct failure *failure);

/* Puts a property. */
HRESULT call_put(void *object, const WCHAR *property, const VARIANT *value, struct failure *failure);

/* Values of arguments. The text is a new one, which VariantClear frees; NULL is "". */
VARIANT text_argument(const WCHAR *text);
VARIANT number_argument(LONG number);
VARIANT missing_argument(void);

#endif

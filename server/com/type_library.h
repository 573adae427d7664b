/* type_library.h - the server's own type library, out of its own program file: it needs no registration to be found,
 * and can not be another version's. */
#ifndef OB_COM_TYPE_LIBRARY_H
#define OB_COM_TYPE_LIBRARY_H

#include <windows.h>
#include <oaidl.h>

/* Loads it once; before any object is made. */
HRESULT type_library_load(void);

/* The description of an interface or coclass; the caller releases it. Any thread. */
HRESULT type_library_info(REFGUID guid, ITypeInfo **info);

#endif

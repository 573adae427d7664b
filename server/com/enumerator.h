/* enumerator.h - For Each over a collection: IEnumVARIANT, written once. */
#ifndef OB_COM_ENUMERATOR_H
#define OB_COM_ENUMERATOR_H

#include "object.h"

/* The element at index (0-based) of the collection; *value is the caller's. */
typedef HRESULT (*enumerator_item)(struct com_object *collection, ULONG index, VARIANT *value);

/* Goes over count elements from the first; holds a reference to collection. Any thread. */
HRESULT enumerator_create(struct com_object *collection, ULONG count, enumerator_item item, IUnknown **out);

#endif

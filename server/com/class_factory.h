/* class_factory.h - class objects: one static object for each class that clients may create. */
#ifndef OB_COM_CLASS_FACTORY_H
#define OB_COM_CLASS_FACTORY_H

#include <windows.h>
#include <objbase.h>

struct class_factory
{
    IClassFactory IClassFactory_iface; /* begins as zero; filled by class_factory_register */
    const CLSID *clsid;
    HRESULT (*create)(void *context, REFIID iid, void **out);
    void *context; /* borrowed */
    DWORD cookie;  /* 0 while not registered */
};

/* Registers a class object, suspended, for many clients. The factory must live until it is revoked.
 * CoResumeClassObjects opens all that were registered at one moment. */
HRESULT class_factory_register(struct class_factory *factory);

/* Takes it back. Nothing happens if it is not registered. */
void class_factory_revoke(struct class_factory *factory);

#endif

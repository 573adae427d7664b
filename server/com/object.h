/* object.h - what every object of a COM server has in common, written once: identity and counting, the four methods of
 * IDispatch on the server's own type library, ISupportErrorInfo and IProvideClassInfo2.
 *
 * An object holds a struct com_object, at any place, and has one vtable of its own: that of its dual interface, which
 * begins with IDispatch's. Its first seven entries are the com_object_* functions (COM_OBJECT_METHODS), the rest is the
 * object's own. Objects live in the multithreaded apartment; each counts for the process (see lifetime.h). */
#ifndef OB_COM_OBJECT_H
#define OB_COM_OBJECT_H

#include <windows.h>
#include <ocidl.h>

struct com_object;

struct com_class
{
    const IID *iid;                             /* the dual interface, whose vtable begins with IDispatch's */
    const CLSID *clsid;                         /* the coclass in the type library */
    const WCHAR *name;                          /* as error texts name it: "Session" */
    void (*destroy)(struct com_object *object); /* lets go of what the object holds and frees it */
};

struct com_object
{
    IDispatch IDispatch_iface;
    ISupportErrorInfo ISupportErrorInfo_iface;
    IProvideClassInfo2 IProvideClassInfo2_iface;
    LONG ref;
    const struct com_class *class;
#ifdef OB_WINE
    struct com_object *next; /* see rundown.h */
    DWORD client;
#endif
};

/* Makes object a living one with one reference, its maker's. vtable is that of class->iid, which the compiler cannot
 * see: each dual interface has another type, and all begin with the same seven entries. */
void com_object_init(struct com_object *object, const struct com_class *class, const void *vtable);

static inline struct com_object *com_object_from_dual(void *iface)
{
    return CONTAINING_RECORD((IDispatch *)iface, struct com_object, IDispatch_iface);
}

HRESULT WINAPI com_object_QueryInterface(IDispatch *iface, REFIID iid, void **out);
ULONG WINAPI com_object_AddRef(IDispatch *iface);
ULONG WINAPI com_object_Release(IDispatch *iface);
HRESULT WINAPI com_object_GetTypeInfoCount(IDispatch *iface, UINT *count);
HRESULT WINAPI com_object_GetTypeInfo(IDispatch *iface, UINT index, LCID lcid, ITypeInfo **info);
HRESULT WINAPI com_object_GetIDsOfNames(
    IDispatch *iface, REFIID iid, LPOLESTR *names, UINT count, LCID lcid, DISPID *ids);
HRESULT WINAPI com_object_Invoke(IDispatch *iface, DISPID id, REFIID iid, LCID lcid, WORD flags, DISPPARAMS *params,
    VARIANT *result, EXCEPINFO *exception, UINT *bad_argument);

/* The first seven entries of the vtable of the dual interface type. Each is cast, since its first parameter, the object
 * itself, is an IDispatch here and a type there; through void *, since compilers warn of a cast between functions. */
#define COM_OBJECT_METHODS(type)                                                                                       \
    (HRESULT(WINAPI *)(type *, REFIID, void **))(void *) com_object_QueryInterface,                                    \
        (ULONG(WINAPI *)(type *))(void *)com_object_AddRef, (ULONG(WINAPI *)(type *))(void *)com_object_Release,       \
        (HRESULT(WINAPI *)(type *, UINT *))(void *)com_object_GetTypeInfoCount,                                        \
        (HRESULT(WINAPI *)(type *, UINT, LCID, ITypeInfo **))(void *)com_object_GetTypeInfo,                           \
        (HRESULT(WINAPI *)(type *, REFIID, LPOLESTR *, UINT, LCID, DISPID *))(void *)com_object_GetIDsOfNames,         \
        (HRESULT(WINAPI *)(type *, DISPID, REFIID, LCID, WORD, DISPPARAMS *, VARIANT *, EXCEPINFO *, UINT *))(         \
            void *)com_object_Invoke

#endif

/* proxy.h - what widl's output needs before anything else when outlook-broker-ps.dll is compiled (gcc -include). */
#ifndef OB_IDL_PROXY_H
#define OB_IDL_PROXY_H

#include <objbase.h>

/* The class of the proxies and stubs of all interfaces: {9ACD0E04-8871-4188-BC42-AC6D967D9F31} */
#define PROXY_CLSID_IS                                                                                                 \
    {                                                                                                                  \
        0x9acd0e04, 0x8871, 0x4188,                                                                                    \
        {                                                                                                              \
            0xbc, 0x42, 0xac, 0x6d, 0x96, 0x7d, 0x9f, 0x31                                                             \
        }                                                                                                              \
    }

/* MinGW-w64 declares these for C++ only. */
HRESULT __stdcall IUnknown_QueryInterface_Proxy(IUnknown *This, REFIID riid, void **ppvObject);
ULONG __stdcall IUnknown_AddRef_Proxy(IUnknown *This);
ULONG __stdcall IUnknown_Release_Proxy(IUnknown *This);

#endif

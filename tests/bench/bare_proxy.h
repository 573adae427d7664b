/* bare_proxy.h - what widl's output needs before anything else when bare-ps.dll is compiled (gcc -include). */
#pragma once

#include <objbase.h>

/* {5C1F6B0A-3D52-4F0E-9B57-9C0F2F6F7A03} */
#define PROXY_CLSID_IS                                                                                                 \
    {                                                                                                                  \
        0x5c1f6b0a, 0x3d52, 0x4f0e,                                                                                    \
        {                                                                                                              \
            0x9b, 0x57, 0x9c, 0x0f, 0x2f, 0x6f, 0x7a, 0x03                                                             \
        }                                                                                                              \
    }

/* MinGW-w64 declares these for C++ only. */
HRESULT __stdcall IUnknown_QueryInterface_Proxy(IUnknown *This, REFIID riid, void **ppvObject);
ULONG __stdcall IUnknown_AddRef_Proxy(IUnknown *This);
ULONG __stdcall IUnknown_Release_Proxy(IUnknown *This);

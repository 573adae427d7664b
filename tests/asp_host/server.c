/* server.c - Server: CreateObject, HTMLEncode and URLEncode. */
#include "asp.h"
#include "intrinsic.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static HRESULT server_create_object(struct call *call)
{
    WCHAR text[80];
    void *object = NULL;
    CLSID clsid;
    BSTR name;
    HRESULT hr = call_text(call, 0, &name);

    if (FAILED(hr)) return hr;
    hr = CLSIDFromProgID(name, &clsid);
    SysFreeString(name);
    if (SUCCEEDED(hr)) hr = CoCreateInstance(&clsid, NULL, CLSCTX_SERVER, &IID_IDispatch, &object);
    if (SUCCEEDED(hr)) return call_return_object(call, object);
    swprintf(text, ARRAYSIZE(text), L"006~ASP 0177~Server.CreateObject Failed~%08lx", (unsigned long)hr);
    return call_fail(call, hr, L"Server object", text);
}

/* What HTML gives a meaning to, but for the apostrophe: as in IIS. */
static const WCHAR *entity(WCHAR character)
{
    static const struct
    {
        WCHAR character;
        const WCHAR *entity;
    } entities[] = {{L'&', L"&amp;"}, {L'<', L"&lt;"}, {L'>', L"&gt;"}, {L'"', L"&quot;"}};

    for (size_t i = 0; i < ARRAYSIZE(entities); i++)
        if (entities[i].character == character) return entities[i].entity;
    return NULL;
}

static HRESULT server_html_encode(struct call *call)
{
    const UINT longest = 6;
    BSTR text, encoded;
    WCHAR *to;
    HRESULT hr = call_text(call, 0, &text);

    if (FAILED(hr)) return hr;
    encoded = to = SysAllocStringLen(NULL, SysStringLen(text) * longest);
    for (WCHAR *at = text; encoded && *at; at++)
    {
        const WCHAR *instead = entity(*at);

        if (instead)
            to = wcscpy(to, instead) + wcslen(instead);
        else
            *to++ = *at;
    }
    SysFreeString(text);
    if (!encoded) return E_OUTOFMEMORY;
    *to = 0;
    hr = call_return_text(call, SysAllocString(encoded));
    SysFreeString(encoded);
    return hr;
}

static HRESULT server_url_encode(struct call *call)
{
    char *bytes;
    BSTR text, encoded;
    WCHAR *to;
    int size;
    HRESULT hr = call_text(call, 0, &text);

    if (FAILED(hr)) return hr;
    size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    bytes = malloc((size_t)size);
    encoded = to = SysAllocStringLen(NULL, (UINT)size * 3);
    if (!bytes || !encoded) ExitProcess(3);
    WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, size, NULL, NULL);
    SysFreeString(text);
    for (char *at = bytes; *at; at++)
    {
        unsigned char byte = (unsigned char)*at;

        if (byte < 0x80 && (iswalnum(byte)))
            *to++ = byte;
        else if (byte == ' ')
            *to++ = L'+';
        else
            to += swprintf(to, 4, L"%%%02X", byte);
    }
    *to = 0;
    free(bytes);
    hr = call_return_text(call, SysAllocString(encoded));
    SysFreeString(encoded);
    return hr;
}

static const struct member server_members[] = {
    {NULL, 0, false, NULL},
    {L"CreateObject", 1, false, server_create_object},
    {L"HTMLEncode", 1, false, server_html_encode},
    {L"URLEncode", 1, false, server_url_encode},
};
static const struct intrinsic_class server_class = {
    server_members, ARRAYSIZE(server_members), sizeof(struct intrinsic), NULL};

IDispatch *server_create(void)
{
    struct intrinsic *self = intrinsic_create(&server_class);

    return &self->IDispatch_iface;
}

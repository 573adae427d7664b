/* response.c - Response: collects the page, and writes it when all of it is there, or at End. */
#include "asp.h"
#include "intrinsic.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

enum header
{
    header_status,
    header_type,
    header_charset,
    header_cache,
    header_count
};

struct response
{
    struct intrinsic base;
    const struct page *page;
    BSTR headers[header_count];
    WCHAR *added; /* further headers, as lines */
    WCHAR *text;
};

/* There is one page in a process. */
static struct response *the_response;

static void append(WCHAR **to, const WCHAR *text)
{
    size_t length = *to ? wcslen(*to) : 0;

    *to = realloc(*to, (length + wcslen(text) + 1) * sizeof(WCHAR));
    if (!*to) ExitProcess(3);
    wcscpy(*to + length, text);
}

static HRESULT response_write(struct call *call)
{
    BSTR text;
    HRESULT hr = call_text(call, 0, &text);

    if (SUCCEEDED(hr)) append(&the_response->text, text);
    SysFreeString(text);
    return hr;
}

static HRESULT response_write_block(struct call *call)
{
    HRESULT hr = call->count == 1 ? VariantChangeType(&call->arguments[0], &call->arguments[0], 0, VT_UI4)
                                  : DISP_E_BADPARAMCOUNT;

    if (FAILED(hr)) return hr;
    if (V_UI4(&call->arguments[0]) >= the_response->page->block_count) return DISP_E_BADINDEX;
    append(&the_response->text, the_response->page->blocks[V_UI4(&call->arguments[0])]);
    return S_OK;
}

static HRESULT property(struct call *call, enum header header)
{
    BSTR *value = &the_response->headers[header], text;
    HRESULT hr;

    if (!call->put) return call_return_text(call, SysAllocString(*value));
    if (FAILED(hr = call_text(call, 0, &text))) return hr;
    SysFreeString(*value);
    *value = text;
    return S_OK;
}

static HRESULT response_status(struct call *call)
{
    return property(call, header_status);
}

static HRESULT response_content_type(struct call *call)
{
    return property(call, header_type);
}

static HRESULT response_charset(struct call *call)
{
    return property(call, header_charset);
}

static HRESULT response_cache_control(struct call *call)
{
    return property(call, header_cache);
}

/* Everything is UTF-8, and the page is written as a whole: other values are refused. */
static HRESULT fixed(struct call *call, LONG value)
{
    if (!call->put) return call_return_long(call, value);
    if (FAILED(VariantChangeType(&call->arguments[0], &call->arguments[0], 0, VT_I4)) ||
        V_I4(&call->arguments[0]) != value)
        return call_fail(call, E_INVALIDARG, L"Response object", L"The host has only CodePage 65001 and Buffer True.");
    return S_OK;
}

static HRESULT response_code_page(struct call *call)
{
    return fixed(call, CP_UTF8);
}

static HRESULT response_buffer(struct call *call)
{
    return fixed(call, VARIANT_TRUE);
}

static HRESULT response_add_header(struct call *call)
{
    BSTR name = NULL, value = NULL;
    HRESULT hr = call_text(call, 0, &name);

    if (SUCCEEDED(hr)) hr = call_text(call, 1, &value);
    if (SUCCEEDED(hr))
    {
        append(&the_response->added, name);
        append(&the_response->added, L": ");
        append(&the_response->added, value);
        append(&the_response->added, L"\r\n");
    }
    SysFreeString(name);
    SysFreeString(value);
    return hr;
}

static HRESULT response_clear(struct call *call)
{
    (void)call;
    the_response->text[0] = 0;
    return S_OK;
}

/* The script must not go on, whatever it says about errors: nothing comes after this. */
static HRESULT response_end(struct call *call)
{
    (void)call;
    response_send();
    ExitProcess(0);
}

static HRESULT response_redirect(struct call *call)
{
    BSTR location;
    HRESULT hr = call_text(call, 0, &location);

    if (FAILED(hr)) return hr;
    SysFreeString(the_response->headers[header_status]);
    the_response->headers[header_status] = SysAllocString(L"302 Object moved");
    append(&the_response->added, L"Location: ");
    append(&the_response->added, location);
    append(&the_response->added, L"\r\n");
    the_response->text[0] = 0;
    return response_end(call);
}

static const struct member response_members[] = {
    {NULL, 0, false, NULL},
    {L"Write", 1, false, response_write},
    {L"WriteBlock", 1, false, response_write_block},
    {L"Status", 0, true, response_status},
    {L"ContentType", 0, true, response_content_type},
    {L"Charset", 0, true, response_charset},
    {L"CacheControl", 0, true, response_cache_control},
    {L"CodePage", 0, true, response_code_page},
    {L"Buffer", 0, true, response_buffer},
    {L"AddHeader", 2, false, response_add_header},
    {L"Clear", 0, false, response_clear},
    {L"End", 0, false, response_end},
    {L"Redirect", 1, false, response_redirect},
};
static const struct intrinsic_class response_class = {
    response_members, ARRAYSIZE(response_members), sizeof(struct response), NULL};

IDispatch *response_create(const struct page *page)
{
    struct response *self = intrinsic_create(&response_class);

    self->page = page;
    self->headers[header_status] = SysAllocString(L"200 OK");
    self->headers[header_type] = SysAllocString(L"text/html");
    self->headers[header_charset] = SysAllocString(L"");
    self->headers[header_cache] = SysAllocString(L"private");
    append(&self->added, L"");
    append(&self->text, L"");
    the_response = self;
    return &self->base.IDispatch_iface;
}

static void write_utf8(const WCHAR *text)
{
    int size = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
    char *bytes = malloc((size_t)size);
    DWORD written;

    if (!bytes) ExitProcess(3);
    WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, size, NULL, NULL);
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, (DWORD)size - 1, &written, NULL);
    free(bytes);
}

void response_send(void)
{
    static const WCHAR *const names[] = {L"HTTP/1.1 ", L"\r\nContent-Type: ", L"; charset=", L"\r\nCache-Control: "};
    WCHAR *all = NULL;

    append(&all, L"");
    for (unsigned i = 0; i < header_count; i++)
    {
        if (!*the_response->headers[i]) continue;
        append(&all, names[i]);
        append(&all, the_response->headers[i]);
    }
    append(&all, L"\r\n");
    append(&all, the_response->added);
    append(&all, L"\r\n");
    append(&all, the_response->text);
    write_utf8(all);
    free(all);
}

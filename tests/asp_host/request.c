/* request.c - Request: QueryString, Form and ServerVariables, each a collection of lists of texts. As in IIS, what a
 * name leads to is an object whose default value is its texts, divided by ", "; Empty if there is none. */
#include "asp.h"
#include "intrinsic.h"
#include <stdlib.h>
#include <wchar.h>

struct pair
{
    BSTR name, value;
};

/* --- the texts under a name */

struct list
{
    struct intrinsic base;
    BSTR *texts; /* borrowed: they live as long as the process */
    unsigned count;
};

static HRESULT list_item(struct call *call)
{
    struct list *list = (struct list *)call->self;
    BSTR joined = NULL;
    unsigned size = 1;

    if (call->count)
    {
        VARIANT *index = &call->arguments[0];
        HRESULT hr = VariantChangeType(index, index, 0, VT_I4);

        if (FAILED(hr)) return hr;
        if (V_I4(index) < 1 || (unsigned)V_I4(index) > list->count) return DISP_E_BADINDEX;
        return call_return_text(call, SysAllocString(list->texts[V_I4(index) - 1]));
    }
    if (!list->count) return S_OK;
    for (unsigned i = 0; i < list->count; i++)
        size += SysStringLen(list->texts[i]) + 2;
    joined = SysAllocStringLen(NULL, size);
    if (!joined) return E_OUTOFMEMORY;
    *joined = 0;
    for (unsigned i = 0; i < list->count; i++)
    {
        if (i) wcscat(joined, L", ");
        wcscat(joined, list->texts[i]);
    }
    call_return_text(call, SysAllocString(joined));
    SysFreeString(joined);
    return S_OK;
}

static HRESULT list_count(struct call *call)
{
    return call_return_long(call, (LONG)((struct list *)call->self)->count);
}

static void list_destroy(struct intrinsic *self)
{
    free(((struct list *)self)->texts);
}

static const struct member list_members[] = {
    {L"Item", 1, false, list_item},
    {L"Count", 0, false, list_count},
};
static const struct intrinsic_class list_class = {
    list_members, ARRAYSIZE(list_members), sizeof(struct list), list_destroy};

/* --- a collection */

struct collection
{
    struct intrinsic base;
    struct pair *pairs;
    unsigned count;
};

static HRESULT collection_find(struct collection *collection, struct call *call)
{
    struct list *list;
    BSTR name;
    HRESULT hr = call_text(call, 0, &name);

    if (FAILED(hr)) return hr;
    list = intrinsic_create(&list_class);
    list->texts = calloc(collection->count + 1, sizeof(*list->texts));
    for (unsigned i = 0; list->texts && i < collection->count; i++)
        if (!_wcsicmp(collection->pairs[i].name, name)) list->texts[list->count++] = collection->pairs[i].value;
    SysFreeString(name);
    return call_return_object(call, list);
}

static HRESULT collection_item(struct call *call)
{
    return collection_find((struct collection *)call->self, call);
}

static HRESULT collection_count(struct call *call)
{
    return call_return_long(call, (LONG)((struct collection *)call->self)->count);
}

static const struct member collection_members[] = {
    {L"Item", 1, false, collection_item},
    {L"Count", 0, false, collection_count},
};
static const struct intrinsic_class collection_class = {
    collection_members, ARRAYSIZE(collection_members), sizeof(struct collection), NULL};

static void collection_add(struct collection *collection, BSTR name, BSTR value)
{
    collection->pairs = realloc(collection->pairs, (collection->count + 1) * sizeof(*collection->pairs));
    if (!collection->pairs || !name || !value) ExitProcess(3);
    collection->pairs[collection->count++] = (struct pair){name, value};
}

/* length characters as browsers encode them: "+" is a space, %XX a byte of UTF-8. */
static BSTR decoded(const WCHAR *text, size_t length)
{
    char *bytes = malloc(length * 3 + 1);
    int size = 0, wide;
    BSTR result;

    if (!bytes) ExitProcess(3);
    for (size_t i = 0; i < length; i++)
    {
        WCHAR hex[3] = {0};

        if (text[i] == L'%' && i + 2 < length && iswxdigit(text[i + 1]) && iswxdigit(text[i + 2]))
        {
            wmemcpy(hex, text + i + 1, 2);
            bytes[size++] = (char)wcstoul(hex, NULL, 16);
            i += 2;
        }
        else
            size += WideCharToMultiByte(CP_UTF8, 0, text[i] == L'+' ? L" " : text + i, 1, bytes + size, 3, NULL, NULL);
    }
    wide = MultiByteToWideChar(CP_UTF8, 0, bytes, size, NULL, 0);
    result = SysAllocStringLen(NULL, (UINT)wide);
    if (result) MultiByteToWideChar(CP_UTF8, 0, bytes, size, result, wide);
    free(bytes);
    return result;
}

static struct collection *collection_parse(const WCHAR *text)
{
    struct collection *collection = intrinsic_create(&collection_class);

    while (*text)
    {
        size_t length = wcscspn(text, L"&"), name = wcscspn(text, L"=&");

        if (name < length)
            collection_add(collection, decoded(text, name), decoded(text + name + 1, length - name - 1));
        else if (length)
            collection_add(collection, decoded(text, length), SysAllocString(L""));
        text += length;
        if (*text) text++;
    }
    return collection;
}

/* --- Request */

struct asp_request
{
    struct intrinsic base;
    struct collection *query, *form, *variables;
    LONG total_bytes;
};

static HRESULT asp_request_part(struct call *call, struct collection *part)
{
    if (call->count) return collection_find(part, call);
    IDispatch_AddRef(&part->base.IDispatch_iface);
    return call_return_object(call, part);
}

static HRESULT asp_request_query_string(struct call *call)
{
    return asp_request_part(call, ((struct asp_request *)call->self)->query);
}

static HRESULT asp_request_form(struct call *call)
{
    return asp_request_part(call, ((struct asp_request *)call->self)->form);
}

static HRESULT asp_request_server_variables(struct call *call)
{
    return asp_request_part(call, ((struct asp_request *)call->self)->variables);
}

static HRESULT asp_request_total_bytes(struct call *call)
{
    return call_return_long(call, ((struct asp_request *)call->self)->total_bytes);
}

static const struct member asp_request_members[] = {
    {NULL, 0, false, NULL},
    {L"QueryString", 1, false, asp_request_query_string},
    {L"Form", 1, false, asp_request_form},
    {L"ServerVariables", 1, false, asp_request_server_variables},
    {L"TotalBytes", 0, false, asp_request_total_bytes},
};
static const struct intrinsic_class asp_request_class = {
    asp_request_members, ARRAYSIZE(asp_request_members), sizeof(struct asp_request), NULL};

IDispatch *request_create(const struct request *request)
{
    struct asp_request *self = intrinsic_create(&asp_request_class);

    self->query = collection_parse(request->query);
    self->form = collection_parse(request->body);
    self->variables = intrinsic_create(&collection_class);
    collection_add(self->variables, SysAllocString(L"REQUEST_METHOD"), SysAllocString(request->method));
    collection_add(self->variables, SysAllocString(L"QUERY_STRING"), SysAllocString(request->query));
    self->total_bytes = (LONG)wcslen(request->body);
    return &self->base.IDispatch_iface;
}

/* properties.c - the properties that have no member of their own. See properties.h. */
#include "properties.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

#define NAMESPACE L"http://schemas.microsoft.com/mapi/"

enum
{
    type_mask = 0xFFFF,
    type_ansi = 0x001E,
    type_unicode = 0x001F
};

static const struct
{
    unsigned number; /* the low half of a proptag */
    VARTYPE type;
} types[] = {
    {type_unicode, VT_BSTR},
    {0x0003, VT_I4},
    {0x0005, VT_R8},
    {0x000B, VT_BOOL},
    {0x0040, VT_DATE},
    {0x0102, VT_ARRAY},
};

static const WCHAR *after(const WCHAR *text, const WCHAR *beginning)
{
    size_t length = wcslen(beginning);

    return _wcsnicmp(text, beginning, length) ? NULL : text + length;
}

static bool parse_tag(const WCHAR *digits, struct property_name *name)
{
    WCHAR *end;

    name->tag = (unsigned)wcstoul(digits, &end, 16);
    if (end - digits != 8 || *end) return false;
    if ((name->tag & type_mask) == type_ansi) name->tag = (name->tag & ~(unsigned)type_mask) | type_unicode;
    swprintf(name->text, ARRAYSIZE(name->text), L"0x%08X", name->tag);
    for (size_t i = 0; i < ARRAYSIZE(types); i++)
    {
        if (types[i].number != (name->tag & type_mask)) continue;
        name->type = types[i].type;
        return true;
    }
    return false;
}

bool property_parse(const WCHAR *schema_name, struct property_name *name)
{
    const WCHAR *rest, *named;

    memset(name, 0, sizeof(*name));
    if (!(rest = after(schema_name, NAMESPACE)) || wcslen(rest) >= ARRAYSIZE(name->text)) return false;
    if ((named = after(rest, L"proptag/0x"))) return parse_tag(named, name);
    if (!after(rest, L"string/{") && !after(rest, L"id/{")) return false;
    wcscpy(name->text, rest);
    name->type = VT_EMPTY;
    return wcschr(rest, L'}') && wcschr(rest, L'}')[1] == L'/';
}

static struct property *find(const struct properties *properties, const WCHAR *name)
{
    for (size_t i = 0; i < properties->count; i++)
        if (text_same(properties->rows[i].name, name)) return &properties->rows[i];
    return NULL;
}

HRESULT properties_get(const struct properties *properties, const struct property_name *name, VARIANT *value)
{
    const struct property *property = find(properties, name->text);
    HRESULT hr;

    VariantInit(value);
    if (!property) return OUTLOOK_E_NOT_FOUND;
    V_VT(value) = VT_BSTR;
    V_BSTR(value) = SysAllocString(property->value);
    if (FAILED(hr = VariantChangeTypeEx(value, value, LOCALE_INVARIANT, 0, property->type))) VariantClear(value);
    return hr;
}

static bool may_be(VARTYPE type)
{
    return type == VT_BSTR || type == VT_I4 || type == VT_R8 || type == VT_BOOL || type == VT_DATE;
}

HRESULT properties_set(struct properties *properties, const struct property_name *name, const VARIANT *value)
{
    VARTYPE type = name->type == VT_EMPTY ? V_VT(value) : name->type;
    bool text = V_VT(value) == VT_BSTR;
    VARIANT changed;
    HRESULT hr;

    if (type == VT_I2) type = VT_I4;
    if (!may_be(type) || !may_be(V_VT(value) == VT_I2 ? VT_I4 : V_VT(value)) || text != (type == VT_BSTR))
        return DISP_E_TYPEMISMATCH;
    VariantInit(&changed);
    if (FAILED(hr = VariantChangeType(&changed, (VARIANT *)value, 0, type))) return hr;
    if (SUCCEEDED(hr = VariantChangeTypeEx(&changed, &changed, LOCALE_INVARIANT, 0, VT_BSTR)))
        properties_add(properties, name->text, type, V_BSTR(&changed));
    VariantClear(&changed);
    return hr;
}

HRESULT properties_remove(struct properties *properties, const struct property_name *name)
{
    struct property *property = find(properties, name->text);

    if (!property) return OUTLOOK_E_NOT_FOUND;
    free(property->name);
    free(property->value);
    *property = properties->rows[--properties->count];
    return S_OK;
}

const WCHAR *properties_text(const struct properties *properties, unsigned tag)
{
    const struct property *property;
    WCHAR name[16];

    swprintf(name, ARRAYSIZE(name), L"0x%08X", tag);
    property = find(properties, name);
    return property ? property->value : L"";
}

void properties_add(struct properties *properties, const WCHAR *name, VARTYPE type, const WCHAR *value)
{
    struct property *property = find(properties, name);

    if (!property)
    {
        properties->rows = memory_resize(properties->rows, (properties->count + 1) * sizeof(*properties->rows));
        property = &properties->rows[properties->count++];
        *property = (struct property){text_copy(name), type, NULL};
    }
    property->type = type;
    text_set(&property->value, value);
}

void properties_assign(struct properties *to, const struct properties *from)
{
    properties_clear(to);
    for (size_t i = 0; i < from->count; i++)
        properties_add(to, from->rows[i].name, from->rows[i].type, from->rows[i].value);
}

void properties_clear(struct properties *properties)
{
    for (size_t i = 0; i < properties->count; i++)
    {
        free(properties->rows[i].name);
        free(properties->rows[i].value);
    }
    free(properties->rows);
    *properties = (struct properties){0};
}

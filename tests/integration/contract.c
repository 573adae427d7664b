/* contract.c - see contract.h. */
#include "contract.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct text
{
    char *bytes;
    size_t size, room;
};

static void add(struct text *text, const char *format, ...)
{
    va_list arguments;
    int length;

    if (text->room - text->size < 1024)
    {
        text->room += 65536;
        text->bytes = realloc(text->bytes, text->room);
        assert_non_null(text->bytes);
    }
    va_start(arguments, format);
    length = vsnprintf(text->bytes + text->size, text->room - text->size, format, arguments);
    va_end(arguments);
    assert_true(length >= 0 && (size_t)length < text->room - text->size);
    text->size += (size_t)length;
}

static void add_guid(struct text *text, const GUID *guid)
{
    WCHAR name[40];

    StringFromGUID2(guid, name, ARRAYSIZE(name));
    add(text, " %s", ob_utf8(name));
}

static void add_name(struct text *text, ITypeInfo *info, MEMBERID id)
{
    BSTR name = NULL;

    ob_assert_ok(ITypeInfo_GetDocumentation(info, id, &name, NULL, NULL, NULL));
    add(text, "%s", ob_utf8(name));
    SysFreeString(name);
}

static void add_type(struct text *text, ITypeInfo *info, const TYPEDESC *type)
{
    static const struct
    {
        VARTYPE type;
        const char *name;
    } names[] = {
        {VT_I4, "long"},
        {VT_BSTR, "BSTR"},
        {VT_VARIANT, "VARIANT"},
        {VT_BOOL, "VARIANT_BOOL"},
        {VT_HRESULT, "HRESULT"},
        {VT_VOID, "void"},
        {VT_INT, "int"},
        {VT_UINT, "UINT"},
    };
    ITypeInfo *used;

    if (type->vt == VT_PTR)
    {
        add_type(text, info, type->lptdesc);
        add(text, "*");
        return;
    }
    if (type->vt == VT_USERDEFINED)
    {
        ob_assert_ok(ITypeInfo_GetRefTypeInfo(info, type->hreftype, &used));
        add_name(text, used, MEMBERID_NIL);
        ITypeInfo_Release(used);
        return;
    }
    for (unsigned i = 0; i < ARRAYSIZE(names); i++)
        if (names[i].type == type->vt)
        {
            add(text, "%s", names[i].name);
            return;
        }
    add(text, "type%u", type->vt);
}

static void add_parameter(struct text *text, ITypeInfo *info, const ELEMDESC *parameter, const WCHAR *name)
{
    static const struct
    {
        USHORT flag;
        const char *name;
    } flags[] = {
        {PARAMFLAG_FIN, "in "},
        {PARAMFLAG_FOUT, "out "},
        {PARAMFLAG_FRETVAL, "retval "},
        {PARAMFLAG_FOPT, "optional "},
        {PARAMFLAG_FHASDEFAULT, "default "},
    };

    for (unsigned i = 0; i < ARRAYSIZE(flags); i++)
        if (parameter->paramdesc.wParamFlags & flags[i].flag) add(text, "%s", flags[i].name);
    add_type(text, info, &parameter->tdesc);
    add(text, " %s", ob_utf8(name));
}

static void add_function(struct text *text, ITypeInfo *info, UINT index)
{
    FUNCDESC *function;
    BSTR names[20] = {0}, help = NULL;
    UINT count = 0;

    ob_assert_ok(ITypeInfo_GetFuncDesc(info, index, &function));
    ob_assert_ok(ITypeInfo_GetNames(info, function->memid, names, ARRAYSIZE(names), &count));
    add(text, "  vtable %d id %ld %s %s(", function->oVft / (SHORT)sizeof(void *), function->memid,
        function->invkind == INVOKE_PROPERTYGET   ? "get"
        : function->invkind == INVOKE_PROPERTYPUT ? "put"
                                                  : "method",
        ob_utf8(names[0]));
    for (SHORT i = 0; i < function->cParams; i++)
    {
        add(text, i ? ", " : "");
        add_parameter(text, info, &function->lprgelemdescParam[i], (UINT)i + 1 < count ? names[i + 1] : L"value");
    }
    add(text, ")\n");
    ob_assert_ok(ITypeInfo_GetDocumentation(info, function->memid, NULL, &help, NULL, NULL));
    if (function->oVft >= (SHORT)(7 * sizeof(void *)))
        ob_require(SysStringLen(help) > 10, "%s has no help string", ob_utf8(names[0]));
    SysFreeString(help);
    for (UINT i = 0; i < count; i++)
        SysFreeString(names[i]);
    ITypeInfo_ReleaseFuncDesc(info, function);
}

static void add_values(struct text *text, ITypeInfo *info, UINT count)
{
    for (UINT i = 0; i < count; i++)
    {
        VARDESC *value;

        ob_assert_ok(ITypeInfo_GetVarDesc(info, i, &value));
        add(text, "  ");
        add_name(text, info, value->memid);
        add(text, " 0x%lX\n", (unsigned long)V_I4(value->lpvarValue));
        ITypeInfo_ReleaseVarDesc(info, value);
    }
}

static void add_interfaces(struct text *text, ITypeInfo *info, UINT count)
{
    for (UINT i = 0; i < count; i++)
    {
        ITypeInfo *implemented;
        HREFTYPE type;
        INT flags;

        ob_assert_ok(ITypeInfo_GetRefTypeOfImplType(info, i, &type));
        ob_assert_ok(ITypeInfo_GetRefTypeInfo(info, type, &implemented));
        ob_assert_ok(ITypeInfo_GetImplTypeFlags(info, i, &flags));
        add(text, "  %sinterface ", flags & IMPLTYPEFLAG_FDEFAULT ? "default " : "");
        add_name(text, implemented, MEMBERID_NIL);
        add(text, "\n");
        ITypeInfo_Release(implemented);
    }
}

/* Of a dual interface the vtable's half. */
static ITypeInfo *vtable_half(ITypeInfo *info)
{
    ITypeInfo *half;
    HREFTYPE type;

    if (FAILED(ITypeInfo_GetRefTypeOfImplType(info, (UINT)-1, &type))) return NULL;
    ob_assert_ok(ITypeInfo_GetRefTypeInfo(info, type, &half));
    return half;
}

static void add_info(struct text *text, ITypeInfo *info)
{
    static const char *const kinds[] = {"enum", "record", "module", "interface", "dispinterface", "coclass", "alias"};
    ITypeInfo *half = NULL;
    TYPEATTR *attributes, *half_attributes;

    ob_assert_ok(ITypeInfo_GetTypeAttr(info, &attributes));
    add(text, "%s ", attributes->typekind < ARRAYSIZE(kinds) ? kinds[attributes->typekind] : "?");
    add_name(text, info, MEMBERID_NIL);
    add_guid(text, &attributes->guid);
    if (attributes->wTypeFlags & TYPEFLAG_FDUAL) add(text, " dual");
    if (attributes->wTypeFlags & TYPEFLAG_FOLEAUTOMATION) add(text, " oleautomation");
    if (attributes->typekind == TKIND_COCLASS && !(attributes->wTypeFlags & TYPEFLAG_FCANCREATE))
        add(text, " noncreatable");
    add(text, "\n");
    if (attributes->typekind == TKIND_DISPATCH) half = vtable_half(info);
    if (half)
    {
        ob_assert_ok(ITypeInfo_GetTypeAttr(half, &half_attributes));
        for (UINT i = 0; i < half_attributes->cFuncs; i++)
            add_function(text, half, i);
        ITypeInfo_ReleaseTypeAttr(half, half_attributes);
        ITypeInfo_Release(half);
    }
    if (attributes->typekind == TKIND_ENUM) add_values(text, info, attributes->cVars);
    if (attributes->typekind == TKIND_COCLASS) add_interfaces(text, info, attributes->cImplTypes);
    ITypeInfo_ReleaseTypeAttr(info, attributes);
}

char *contract_describe(ITypeLib *library)
{
    struct text text = {0};
    TLIBATTR *attributes;
    BSTR name;

    ob_assert_ok(ITypeLib_GetDocumentation(library, -1, &name, NULL, NULL, NULL));
    ob_assert_ok(ITypeLib_GetLibAttr(library, &attributes));
    add(&text, "library %s", ob_utf8(name));
    add_guid(&text, &attributes->guid);
    add(&text, " %u.%u\n", attributes->wMajorVerNum, attributes->wMinorVerNum);
    ITypeLib_ReleaseTLibAttr(library, attributes);
    SysFreeString(name);
    for (UINT i = 0; i < ITypeLib_GetTypeInfoCount(library); i++)
    {
        ITypeInfo *info;

        ob_assert_ok(ITypeLib_GetTypeInfo(library, i, &info));
        add_info(&text, info);
        ITypeInfo_Release(info);
    }
    return text.bytes;
}

/* invoke.c - see invoke.h. The client's arguments are never changed: what must be converted is converted in a copy. */

#include "invoke.h"
#include "error_info.h"
#include "variant.h"

#define MAX_ARGUMENTS 32 /* more than any member has */

/* The ids that type libraries give to the members of IUnknown and IDispatch. Those are no members for scripts: a late
 * bound Release would take a reference that somebody else holds. */
#define FIRST_INHERITED_ID 0x60000000
#define LAST_INHERITED_ID 0x6001FFFF

struct call
{
    const FUNCDESC *function;
    BSTR names[MAX_ARGUMENTS + 1]; /* the member, then its parameters */
    UINT name_count;
    UINT parameter_count; /* those that a late-bound caller gives: without the return value */
};

/* The function of info that a call with these flags means; oleaut32 chooses the same one. S_FALSE: there is none, and
 * oleaut32 knows the right answer. The caller releases. Looked for one by one: of a dual interface, Wine counts the
 * members of IDispatch in GetFuncDesc's index, but not in the one that GetFuncIndexOfMemId answers. */
static HRESULT find_function(ITypeInfo *info, DISPID id, WORD flags, FUNCDESC **function)
{
    for (UINT index = 0; SUCCEEDED(ITypeInfo_GetFuncDesc(info, index, function)); index++)
    {
        if ((*function)->memid == id && ((*function)->invkind & flags)) return S_OK;
        ITypeInfo_ReleaseFuncDesc(info, *function);
    }
    return S_FALSE;
}

static UINT count_parameters(const FUNCDESC *function)
{
    UINT count = 0;

    for (SHORT i = 0; i < function->cParams; i++)
        if (!(function->lprgelemdescParam[i].paramdesc.wParamFlags & PARAMFLAG_FRETVAL)) count++;
    return count;
}

static BOOL is_put(const FUNCDESC *function)
{
    return (function->invkind & (INVOKE_PROPERTYPUT | INVOKE_PROPERTYPUTREF)) != 0;
}

/* Which parameter the argument at place i of rgvarg is for; the arguments stand last first, the named ones before all
 * others. */
static UINT parameter_of(const DISPPARAMS *params, UINT i)
{
    if (i >= params->cNamedArgs) return params->cArgs - 1 - i;
    if (params->rgdispidNamedArgs[i] == DISPID_PROPERTYPUT) return params->cArgs - 1;
    return (UINT)params->rgdispidNamedArgs[i];
}

static const WCHAR *parameter_name(const struct call *call, UINT parameter)
{
    if (is_put(call->function) && parameter + 1 == call->parameter_count) return L"(the new value)";
    return parameter + 1 < call->name_count ? call->names[parameter + 1] : L"(unnamed)";
}

static BOOL is_omitted(const VARIANT *argument)
{
    return V_VT(argument) == VT_ERROR && V_ERROR(argument) == DISP_E_PARAMNOTFOUND;
}

static HRESULT truth_of(
    const VARIANT *argument, const WCHAR *member, const WCHAR *name, VARIANT *converted, struct error *error)
{
    VariantInit(converted);
    V_VT(converted) = VT_BOOL;
    return variant_to_bool(argument, member, name, &V_BOOL(converted), error);
}

/* Converts one argument for its parameter, into converted where that is needed. */
static HRESULT check_argument(
    const struct call *call, UINT parameter, VARIANT *argument, VARIANT *converted, struct error *error)
{
    const ELEMDESC *wanted = &call->function->lprgelemdescParam[parameter];
    const WCHAR *member = call->names[0], *name = parameter_name(call, parameter);

    if (is_omitted(argument))
    {
        if (wanted->paramdesc.wParamFlags & PARAMFLAG_FOPT) return S_FALSE;
        return error_set(error, error_argument_missing, 2, member, name);
    }
    if (wanted->tdesc.vt == VT_BSTR) return variant_to_text(argument, member, name, converted, error);
    if (wanted->tdesc.vt == VT_I4) return variant_to_long(argument, member, name, converted, error);
    if (wanted->tdesc.vt == VT_BOOL) return truth_of(argument, member, name, converted, error);
    return S_FALSE;
}

/* S_OK with the arguments in checked (converted ones owned by it, marked in owned), or what is wrong with them. */
static HRESULT check_arguments(const struct call *call, const DISPPARAMS *params, VARIANT *checked, BOOL *owned,
    UINT *bad_argument, struct error *error)
{
    WCHAR given[NUMBER_TEXT_SIZE], most[NUMBER_TEXT_SIZE];
    BOOL seen[MAX_ARGUMENTS] = {FALSE};
    HRESULT hr;

    if (params->cArgs > call->parameter_count)
        return error_set(error, error_argument_count, 3, call->names[0], number_text(params->cArgs, given),
            number_text(call->parameter_count, most));
    for (UINT i = 0; i < params->cArgs; i++)
    {
        UINT parameter = parameter_of(params, i);

        if (parameter >= call->parameter_count) return DISP_E_PARAMNOTFOUND;
        if (seen[parameter])
            hr = error_set(error, error_argument_twice, 2, call->names[0], parameter_name(call, parameter));
        else
            hr = check_argument(call, parameter, &params->rgvarg[i], &checked[i], error);
        seen[parameter] = TRUE;
        if (FAILED(hr))
        {
            if (bad_argument) *bad_argument = i;
            return hr;
        }
        owned[i] = hr == S_OK;
        if (!owned[i]) checked[i] = params->rgvarg[i];
    }
    for (UINT parameter = 0; parameter < call->parameter_count; parameter++)
        if (!seen[parameter] && !(call->function->lprgelemdescParam[parameter].paramdesc.wParamFlags & PARAMFLAG_FOPT))
            return error_set(error, error_argument_missing, 2, call->names[0], parameter_name(call, parameter));
    return S_OK;
}

static HRESULT invoke_with_arguments(ITypeInfo *info, struct com_object *object, DISPID id, WORD flags,
    DISPPARAMS *params, VARIANT *result, EXCEPINFO *exception, UINT *bad_argument, FUNCDESC *function)
{
    struct call call = {.function = function, .parameter_count = count_parameters(function)};
    VARIANT checked[MAX_ARGUMENTS];
    BOOL owned[MAX_ARGUMENTS] = {FALSE};
    DISPPARAMS copy = *params;
    struct error error = {0};
    HRESULT hr;

    ITypeInfo_GetNames(info, function->memid, call.names, ARRAYSIZE(call.names), &call.name_count);
    hr = check_arguments(&call, params, checked, owned, bad_argument, &error);
    if (FAILED(hr))
        hr = error.text ? error_info_exception(hr, exception, &error) : hr;
    else
    {
        copy.rgvarg = checked;
        hr = ITypeInfo_Invoke(info, &object->IDispatch_iface, id, flags, &copy, result, exception, bad_argument);
    }
    for (UINT i = 0; i < MAX_ARGUMENTS; i++)
        if (owned[i]) VariantClear(&checked[i]);
    for (UINT i = 0; i < call.name_count; i++)
        SysFreeString(call.names[i]);
    return hr;
}

HRESULT invoke_checked(ITypeInfo *info, struct com_object *object, DISPID id, WORD flags, DISPPARAMS *params,
    VARIANT *result, EXCEPINFO *exception, UINT *bad_argument)
{
    FUNCDESC *function;
    HRESULT hr;

    if (params->cArgs > MAX_ARGUMENTS) return DISP_E_BADPARAMCOUNT;
    if (id >= FIRST_INHERITED_ID && id <= LAST_INHERITED_ID) return DISP_E_MEMBERNOTFOUND;
    if (find_function(info, id, flags, &function) != S_OK)
        return ITypeInfo_Invoke(info, &object->IDispatch_iface, id, flags, params, result, exception, bad_argument);
    if (!params->cArgs && !count_parameters(function))
        hr = ITypeInfo_Invoke(info, &object->IDispatch_iface, id, flags, params, result, exception, bad_argument);
    else
        hr = invoke_with_arguments(info, object, id, flags, params, result, exception, bad_argument, function);
    ITypeInfo_ReleaseFuncDesc(info, function);
    return hr;
}

/* dispatch.c - members are known by name, numbers are asked for once for each kind of object.
 * A call that a busy Outlook refused was not begun, so it is made again, here and nowhere else, with growing pauses in
 * which the apartment's messages are served, until the deadline of the work in hand. */
#include "internal.h"
#include "rules/outlook_error.h"

#define CALL_MAX_ARGS 4
#define CANCELLING_MOST_MS 1000 /* that a call waits to end while it is being cancelled */
#define BUSY_FIRST_PAUSE_MS 50
#define BUSY_LONGEST_PAUSE_MS 1000
#define BUSY_ANSWER_MS                                                                                                 \
    150 /* of the deadline, for the answer to reach who waits: it says busy, and not that time is over */

static const WCHAR *const member_names[member_count] = {
    [application_get_namespace] = L"GetNamespace",
    [application_create_item] = L"CreateItem",
    [application_version] = L"Version",
    [application_explorers] = L"Explorers",
    [application_inspectors] = L"Inspectors",
    [application_quit] = L"Quit",
    [session_get_default_folder] = L"GetDefaultFolder",
    [session_current_profile_name] = L"CurrentProfileName",
    [session_logon] = L"Logon",
    [session_get_item_from_id] = L"GetItemFromID",
    [session_compare_entry_ids] = L"CompareEntryIDs",
    [session_accounts] = L"Accounts",
    [session_offline] = L"Offline",
    [accounts_count] = L"Count",
    [accounts_item] = L"Item",
    [account_display_name] = L"DisplayName",
    [account_smtp_address] = L"SmtpAddress",
    [account_delivery_store] = L"DeliveryStore",
    [store_id] = L"StoreID",
    [store_get_default_folder] = L"GetDefaultFolder",
    [folder_get_table] = L"GetTable",
    [folder_items] = L"Items",
    [folder_store_id] = L"StoreID",
    [items_count] = L"Count",
    [explorers_count] = L"Count",
    [inspectors_count] = L"Count",
    [mail_subject] = L"Subject",
    [mail_body] = L"Body",
    [mail_html_body] = L"HTMLBody",
    [mail_to] = L"To",
    [mail_cc] = L"CC",
    [mail_bcc] = L"BCC",
    [mail_importance] = L"Importance",
    [mail_sensitivity] = L"Sensitivity",
    [mail_categories] = L"Categories",
    [mail_read_receipt] = L"ReadReceiptRequested",
    [mail_expiry_time] = L"ExpiryTime",
    [mail_deferred_delivery_time] = L"DeferredDeliveryTime",
    [mail_on_behalf_of] = L"SentOnBehalfOfName",
    [mail_send_using_account] = L"SendUsingAccount",
    [mail_reply_recipients] = L"ReplyRecipients",
    [mail_billing_information] = L"BillingInformation",
    [mail_attachments] = L"Attachments",
    [mail_recipients] = L"Recipients",
    [mail_entry_id] = L"EntryID",
    [mail_created] = L"CreationTime",
    [mail_last_modified] = L"LastModificationTime",
    [mail_save] = L"Save",
    [mail_send] = L"Send",
    [mail_delete] = L"Delete",
    [attachments_add] = L"Add",
    [attachment_property_accessor] = L"PropertyAccessor",
    [property_accessor_set] = L"SetProperty",
    [table_get_array] = L"GetArray",
    [table_move_to_start] = L"MoveToStart",
    [table_get_next_row] = L"GetNextRow",
    [row_item] = L"Item",
    [recipients_count] = L"Count",
    [recipients_item] = L"Item",
    [recipients_add] = L"Add",
    [recipient_name] = L"Name",
    [recipient_resolved] = L"Resolved",
};

void drop_object(IDispatch **object)
{
    if (*object) IDispatch_Release(*object);
    *object = NULL;
}

static void mark_call(struct apartment *apartment, const WCHAR *name)
{
    apartment->call = name;
    if (!apartment->call_since) InterlockedExchange64(&apartment->call_since, (LONG64)clock_now_ms());
    watchdog_call_begins(apartment->outlook);
}

BOOL call_begins(struct apartment *apartment, const WCHAR *name)
{
    mark_call(apartment, name);
    if (!apartment->left_behind && !apartment->outlook->session_ends) return TRUE;
    call_ends(apartment);
    return FALSE;
}

void call_ends(struct apartment *apartment)
{
    InterlockedExchange64(&apartment->call_since, 0);
    for (unsigned i = 0; apartment->cancelling && i < CANCELLING_MOST_MS; i++)
        Sleep(1);
    if (!apartment->left_behind) watchdog_call_ends(apartment->outlook);
}

void drop_kept(struct apartment *apartment, IDispatch **object)
{
    if (!*object) return;
    mark_call(apartment, L"Release");
    drop_object(object);
    call_ends(apartment);
}

static HRESULT find_id(struct apartment *apartment, IDispatch *object, enum member member)
{
    struct members *members = &apartment->connection.members;
    LPOLESTR name = (LPOLESTR)member_names[member];
    HRESULT hr;

    if (members->known[member]) return S_OK;
    hr = IDispatch_GetIDsOfNames(object, &IID_NULL, &name, 1, LOCALE_USER_DEFAULT, &members->ids[member]);
    members->known[member] = SUCCEEDED(hr);
    return hr;
}

/* Some of Outlook's texts end in a space. */
static void cut_end(WCHAR *text)
{
    size_t length = wcslen(text);

    while (length && (text[length - 1] == L' ' || text[length - 1] == L'\r' || text[length - 1] == L'\n'))
        text[--length] = 0;
}

/* Outlook's own code stands in the exception where there is one. */
static HRESULT read_exception(EXCEPINFO *exception, struct answer *answer)
{
    HRESULT hr = DISP_E_EXCEPTION;

    if (exception->pfnDeferredFillIn) exception->pfnDeferredFillIn(exception);
    if (FAILED(exception->scode)) hr = exception->scode;
    if (exception->bstrDescription) lstrcpynW(answer->text, exception->bstrDescription, ARRAYSIZE(answer->text));
    cut_end(answer->text);
    SysFreeString(exception->bstrSource);
    SysFreeString(exception->bstrDescription);
    SysFreeString(exception->bstrHelpFile);
    return hr;
}

static HRESULT call_once(
    struct apartment *apartment, IDispatch *object, enum member member, WORD kind, DISPPARAMS *params, VARIANT *result)
{
    EXCEPINFO exception = {0};
    HRESULT hr;

    apartment->answer.text[0] = 0;
    if (!call_begins(apartment, member_names[member])) return RPC_E_CALL_CANCELED;
    hr = find_id(apartment, object, member);
    if (SUCCEEDED(hr))
        hr = IDispatch_Invoke(object, apartment->connection.members.ids[member], &IID_NULL, LOCALE_USER_DEFAULT, kind,
            params, result, &exception, NULL);
    if (hr == DISP_E_EXCEPTION) hr = read_exception(&exception, &apartment->answer);
    if (FAILED(hr)) hr = (HRESULT)outlook_error_clean((uint32_t)hr);
    return hr;
}

BOOL call_again(struct apartment *apartment, HRESULT hr, DWORD *pause_ms)
{
    DWORD left = deadline_left(apartment->until);

    left = left > BUSY_ANSWER_MS ? left - BUSY_ANSWER_MS : 0;
    if (SUCCEEDED(hr) || outlook_error_class((uint32_t)hr) != outlook_busy || !left || apartment->outlook->ending)
        return FALSE;
    *pause_ms = *pause_ms ? min(*pause_ms * 2, BUSY_LONGEST_PAUSE_MS) : BUSY_FIRST_PAUSE_MS;
    wait_with_messages(NULL, min(*pause_ms, left));
    return TRUE;
}

HRESULT call_member(struct apartment *apartment, IDispatch *object, enum member member, WORD kind, VARIANT *args,
    unsigned count, VARIANT *result)
{
    DISPID put = DISPID_PROPERTYPUT;
    VARIANT reversed[CALL_MAX_ARGS];
    DISPPARAMS params = {reversed, NULL, count, 0};
    DWORD pause = 0;
    HRESULT hr;

    if (!object || count > CALL_MAX_ARGS) return E_INVALIDARG;
    for (unsigned i = 0; i < count; i++)
        reversed[count - 1 - i] = args[i];
    if (kind & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF))
    {
        params.rgdispidNamedArgs = &put;
        params.cNamedArgs = 1;
    }
    do
    {
        if (result) VariantInit(result);
        hr = call_once(apartment, object, member, kind, &params, result);
    } while (call_again(apartment, hr, &pause));
    call_ends(apartment);
    apartment->answer.code = hr;
    if (FAILED(hr) && outlook_error_class((uint32_t)hr) == outlook_lost) apartment->connection.lost = TRUE;
    return hr;
}

HRESULT call_method(struct apartment *apartment, IDispatch *object, enum member member)
{
    return call_member(apartment, object, member, DISPATCH_METHOD, NULL, 0, NULL);
}

static HRESULT get_as(struct apartment *apartment, IDispatch *object, enum member member, VARTYPE type, VARIANT *value)
{
    HRESULT hr = call_member(apartment, object, member, DISPATCH_METHOD | DISPATCH_PROPERTYGET, NULL, 0, value);

    if (SUCCEEDED(hr) && FAILED(hr = VariantChangeType(value, value, 0, type))) VariantClear(value);
    return hr;
}

HRESULT get_text(struct apartment *apartment, IDispatch *object, enum member member, BSTR *text)
{
    VARIANT value;
    HRESULT hr = get_as(apartment, object, member, VT_BSTR, &value);

    *text = NULL;
    if (FAILED(hr)) return hr;
    *text = V_BSTR(&value) ? V_BSTR(&value) : SysAllocString(L"");
    return *text ? S_OK : E_OUTOFMEMORY;
}

HRESULT get_long(struct apartment *apartment, IDispatch *object, enum member member, LONG *number)
{
    VARIANT value;
    HRESULT hr = get_as(apartment, object, member, VT_I4, &value);

    *number = SUCCEEDED(hr) ? V_I4(&value) : 0;
    return hr;
}

HRESULT take_object(VARIANT *result, IDispatch **out)
{
    *out = NULL;
    if (V_VT(result) == VT_DISPATCH)
    {
        *out = V_DISPATCH(result); /* the reference moves */
        V_VT(result) = VT_EMPTY;
        return S_OK;
    }
    if (V_VT(result) == VT_EMPTY || V_VT(result) == VT_NULL) return S_OK;
    VariantClear(result);
    return DISP_E_TYPEMISMATCH;
}

static HRESULT get_object_with(
    struct apartment *apartment, IDispatch *object, enum member member, VARIANT *args, unsigned count, IDispatch **out)
{
    VARIANT result;
    HRESULT hr;

    *out = NULL;
    hr = call_member(apartment, object, member, DISPATCH_METHOD | DISPATCH_PROPERTYGET, args, count, &result);
    return SUCCEEDED(hr) ? take_object(&result, out) : hr;
}

HRESULT get_object(struct apartment *apartment, IDispatch *object, enum member member, IDispatch **out)
{
    return get_object_with(apartment, object, member, NULL, 0, out);
}

HRESULT get_object_by_long(
    struct apartment *apartment, IDispatch *object, enum member member, LONG argument, IDispatch **out)
{
    VARIANT value;

    V_VT(&value) = VT_I4;
    V_I4(&value) = argument;
    return get_object_with(apartment, object, member, &value, 1, out);
}

HRESULT get_object_by_text(struct apartment *apartment, IDispatch *object, enum member member, const WCHAR *first,
    const WCHAR *second, IDispatch **out)
{
    VARIANT values[2];
    unsigned count = second ? 2 : 1;
    HRESULT hr = E_OUTOFMEMORY;

    *out = NULL;
    V_VT(&values[0]) = V_VT(&values[1]) = VT_BSTR;
    V_BSTR(&values[0]) = SysAllocString(first);
    V_BSTR(&values[1]) = SysAllocString(second ? second : L"");
    if (V_BSTR(&values[0]) && V_BSTR(&values[1])) hr = get_object_with(apartment, object, member, values, count, out);
    VariantClear(&values[0]);
    VariantClear(&values[1]);
    return hr;
}

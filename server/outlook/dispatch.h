/* dispatch.h - late-bound calls: members by name, looked up once for each kind of object and Outlook. The one place
 * where a busy Outlook is asked again. Outlook thread only. */
#ifndef OB_OUTLOOK_DISPATCH_H
#define OB_OUTLOOK_DISPATCH_H

#include <windows.h>
#include <oaidl.h>

struct apartment;

/* Members by kind of object: the same name may have another number on another kind. */
enum member
{
    application_get_namespace,
    application_create_item,
    application_version,
    application_explorers,
    application_inspectors,
    application_quit,
    session_get_default_folder,
    session_current_profile_name,
    session_logon,
    session_get_item_from_id,
    session_compare_entry_ids,
    session_accounts,
    session_offline,
    accounts_count,
    accounts_item,
    account_display_name,
    account_smtp_address,
    account_delivery_store,
    store_id,
    store_get_default_folder,
    folder_get_table,
    folder_items,
    folder_store_id,
    items_count,
    explorers_count,
    inspectors_count,
    mail_subject,
    mail_body,
    mail_html_body,
    mail_to,
    mail_cc,
    mail_bcc,
    mail_importance,
    mail_sensitivity,
    mail_categories,
    mail_read_receipt,
    mail_expiry_time,
    mail_deferred_delivery_time,
    mail_on_behalf_of,
    mail_send_using_account,
    mail_reply_recipients,
    mail_billing_information,
    mail_attachments,
    mail_recipients,
    mail_entry_id,
    mail_created,
    mail_last_modified,
    mail_save,
    mail_send,
    mail_delete,
    attachments_add,
    attachment_property_accessor,
    property_accessor_set,
    table_get_array,
    table_move_to_start,
    table_get_next_row,
    row_item,
    recipients_count,
    recipients_item,
    recipients_add,
    recipient_name,
    recipient_resolved,
    member_count
};

struct members
{
    DISPID ids[member_count];
    BOOL known[member_count];
};

struct answer
{
    HRESULT code;
    WCHAR text[512]; /* what Outlook said; "" if nothing */
};

/* Stand around each call into Outlook: which it is (static) and how long it lasts is known to others. False, and no
 * call is to be made: the apartment was left behind, and what it was at is no longer its to do. */
BOOL call_begins(struct apartment *apartment, const WCHAR *name);
void call_ends(struct apartment *apartment);

/* True if hr says that a busy Outlook refused and there is time to ask again: the pause, which grows, is over then. */
BOOL call_again(struct apartment *apartment, HRESULT hr, DWORD *pause_ms);

/* Calls one member. kind: DISPATCH_METHOD, _PROPERTYGET, _PROPERTYPUT, _PROPERTYPUTREF or several. args stand in the
 * order written, stay the caller's, and may be NULL when count is 0; result may be NULL. A busy Outlook is asked again
 * until the deadline of the work in hand. Failures are Outlook's own codes, cleaned; apartment->answer has its words.
 */
HRESULT call_member(struct apartment *apartment, IDispatch *object, enum member member, WORD kind, VARIANT *args,
    unsigned count, VARIANT *result);

HRESULT call_method(struct apartment *apartment, IDispatch *object, enum member member);
/* *text is the caller's, to be freed with SysFreeString; never NULL after S_OK. */
HRESULT get_text(struct apartment *apartment, IDispatch *object, enum member member, BSTR *text);
HRESULT get_long(struct apartment *apartment, IDispatch *object, enum member member, LONG *number);
/* *out is the caller's reference, NULL where Outlook answers Nothing. */
HRESULT get_object(struct apartment *apartment, IDispatch *object, enum member member, IDispatch **out);
HRESULT get_object_by_long(
    struct apartment *apartment, IDispatch *object, enum member member, LONG argument, IDispatch **out);
HRESULT get_object_by_text(struct apartment *apartment, IDispatch *object, enum member member, const WCHAR *first,
    const WCHAR *second, IDispatch **out);

/* Takes the object out of a call's result (which is emptied): NULL for Nothing. */
HRESULT take_object(VARIANT *result, IDispatch **out);

/* Lets *object go and sets it to NULL. */
void drop_object(IDispatch **object);

/* The same of what was kept while nothing was asked: Outlook may hang by now, so it is watched like any call. */
void drop_kept(struct apartment *apartment, IDispatch **object);

#endif

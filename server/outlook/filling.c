/* filling.c - what a mail holds, written into an item of Outlook's. Only what is not Outlook's default is set, so that
 * a plain mail costs no call for what it does not have. Of what Outlook's object model guard stands before, only that
 * is used which the mail cannot do without, and nothing where the registry says that the guard would prompt: that would
 * hold Outlook up with nobody to answer.
 *
 * The account comes first, since a wrong one makes everything else vain; attachments come before the HTML text, whose
 * pictures refer to them. The stamp comes last: an item that an add-in stores before all is set bears none, so that
 * half a mail is never taken for the mail's draft. */
#include "internal.h"
#include <stddef.h>
#include <stdlib.h>
#include "rules/address_list.h"

#define ATTACHMENT_BY_VALUE 1 /* OlAttachmentType */

static const WCHAR content_id_property[] = L"http://schemas.microsoft.com/mapi/proptag/0x3712001F";
static const WCHAR hidden_property[] = L"http://schemas.microsoft.com/mapi/proptag/0x7FFE000B";

/* --- the work's own copy of a mail */

static WCHAR *copy_of(const WCHAR *text)
{
    return _wcsdup(text ? text : L"");
}

static BOOL copy_attachment(struct attachment_copy *to, const struct outlook_attachment *from)
{
    to->path = copy_of(from->path);
    to->display_name = copy_of(from->display_name);
    to->content_id = copy_of(from->content_id);
    return to->path && to->display_name && to->content_id;
}

BOOL mail_copy_make(struct mail_copy *to, const struct outlook_mail *from)
{
    BOOL html = from->html_body && *from->html_body;

    to->attachments = calloc(from->attachment_count + 1, sizeof(*to->attachments));
    if (!to->attachments) return FALSE;
    while (to->attachment_count < from->attachment_count)
    {
        size_t i = to->attachment_count++;

        if (!copy_attachment(&to->attachments[i], &from->attachments[i])) return FALSE;
    }
    to->to = copy_of(from->to);
    to->cc = copy_of(from->cc);
    to->bcc = copy_of(from->bcc);
    to->subject = copy_of(from->subject);
    to->body = copy_of(html ? L"" : from->body); /* Outlook makes it of HTMLBody, which wins */
    to->html_body = copy_of(from->html_body);
    to->stamp = copy_of(from->stamp);
    to->categories = copy_of(from->categories);
    to->reply_to = copy_of(from->reply_to);
    to->on_behalf_of = copy_of(from->on_behalf_of);
    to->account = copy_of(from->account);
    to->importance = from->importance;
    to->sensitivity = from->sensitivity;
    to->read_receipt = from->read_receipt;
    to->expires_at = from->expires_at;
    to->deferred_until = from->deferred_until;
    return to->to && to->cc && to->bcc && to->subject && to->body && to->html_body && to->stamp && to->categories &&
           to->reply_to && to->on_behalf_of && to->account;
}

void mail_copy_clear(struct mail_copy *mail)
{
    WCHAR *const texts[] = {mail->to, mail->cc, mail->bcc, mail->subject, mail->body, mail->html_body, mail->stamp,
        mail->categories, mail->reply_to, mail->on_behalf_of, mail->account};

    for (size_t i = 0; i < ARRAYSIZE(texts); i++)
        free(texts[i]);
    for (size_t i = 0; i < mail->attachment_count; i++)
    {
        free(mail->attachments[i].path);
        free(mail->attachments[i].display_name);
        free(mail->attachments[i].content_id);
    }
    free(mail->attachments);
    memset(mail, 0, sizeof(*mail));
}

/* --- the account */

void append_name(WCHAR *names, size_t size, const WCHAR *name)
{
    size_t length = wcslen(names);

    if (length + wcslen(name) + 8 > size)
    {
        if (length + 4 < size && (length < 3 || wcscmp(names + length - 3, L"..."))) wcscat(names, L"...");
        return;
    }
    if (length) wcscat(names, L"; ");
    wcscat(names, name);
}

/* The account whose member says name, NULL if there is none. names (may be NULL) is given what the members say. */
static HRESULT find_account_by(struct apartment *apartment, IDispatch *accounts, LONG count, enum member member,
    const WCHAR *name, WCHAR *names, IDispatch **account)
{
    HRESULT hr = S_OK;

    *account = NULL;
    for (LONG i = 1; SUCCEEDED(hr) && i <= count; i++)
    {
        BSTR text = NULL;
        BOOL same;

        hr = get_object_by_long(apartment, accounts, accounts_item, i, account);
        if (SUCCEEDED(hr)) hr = *account ? get_text(apartment, *account, member, &text) : E_UNEXPECTED;
        same = SUCCEEDED(hr) && !_wcsicmp(text, name);
        if (SUCCEEDED(hr) && names) append_name(names, NAMES_SIZE, text);
        SysFreeString(text);
        if (same) return S_OK;
        drop_object(account);
    }
    return hr;
}

static HRESULT no_such_account(const WCHAR *name, const WCHAR *names, BOOL addresses, struct error *error)
{
    WCHAR words[NAMES_SIZE + 160];

    _snwprintf(words, ARRAYSIZE(words) - 1,
        addresses ? L"%ls"
                  : L"%ls (by display name only: Outlook's object model guard may not let SMTP addresses be read)",
        *names ? names : L"there are none");
    words[ARRAYSIZE(words) - 1] = 0;
    return error_set(error, error_wrong_account, 2, name, words);
}

/* By display name, which is free to read, and then by SMTP address, which is not. */
static HRESULT find_account(struct apartment *apartment, const WCHAR *name, IDispatch **account, struct error *error)
{
    BOOL addresses = guard_is_open(apartment->outlook);
    WCHAR names[NAMES_SIZE] = L"";
    IDispatch *accounts = NULL;
    LONG count = 0;
    HRESULT hr = get_object(apartment, apartment->connection.session, session_accounts, &accounts);

    *account = NULL;
    if (SUCCEEDED(hr)) hr = accounts ? get_long(apartment, accounts, accounts_count, &count) : E_UNEXPECTED;
    if (SUCCEEDED(hr)) hr = find_account_by(apartment, accounts, count, account_display_name, name, names, account);
    if (SUCCEEDED(hr) && !*account && addresses)
        hr = find_account_by(apartment, accounts, count, account_smtp_address, name, NULL, account);
    drop_object(&accounts);
    return SUCCEEDED(hr) && !*account ? no_such_account(name, names, addresses, error) : hr;
}

/* Outlook may say that it took an account and leave the mail as it was: what stands there afterwards counts. */
static HRESULT check_account(
    struct apartment *apartment, IDispatch *item, IDispatch *account, const WCHAR *name, struct error *error)
{
    IDispatch *taken = NULL;
    BSTR wanted = NULL, there = NULL;
    HRESULT hr = get_object(apartment, item, mail_send_using_account, &taken);

    if (SUCCEEDED(hr)) hr = get_text(apartment, account, account_display_name, &wanted);
    if (SUCCEEDED(hr) && taken) hr = get_text(apartment, taken, account_display_name, &there);
    if (SUCCEEDED(hr) && (!there || wcscmp(wanted, there)))
        hr = error_set(error, error_account_not_taken, 2, name, there ? there : L"no account");
    SysFreeString(wanted);
    SysFreeString(there);
    drop_object(&taken);
    return hr;
}

static HRESULT fill_account(
    struct apartment *apartment, IDispatch *item, const struct mail_copy *mail, struct error *error)
{
    IDispatch *account;
    VARIANT value;
    HRESULT hr;

    if (!*mail->account) return S_OK;
    if (FAILED(hr = find_account(apartment, mail->account, &account, error))) return hr;
    V_VT(&value) = VT_DISPATCH;
    V_DISPATCH(&value) = account;
    hr = call_member(apartment, item, mail_send_using_account, DISPATCH_PROPERTYPUTREF, &value, 1, NULL);
    if (SUCCEEDED(hr)) hr = check_account(apartment, item, account, mail->account, error);
    drop_object(&account);
    return hr;
}

/* --- replies and attachments */

static HRESULT add_reply_address(struct apartment *apartment, IDispatch *recipients, const WCHAR *text, size_t length)
{
    IDispatch *recipient = NULL;
    WCHAR *address = calloc(length + 1, sizeof(*address));
    HRESULT hr = E_OUTOFMEMORY;

    if (address)
    {
        wmemcpy(address, text, length);
        hr = get_object_by_text(apartment, recipients, recipients_add, address, NULL, &recipient);
    }
    drop_object(&recipient);
    free(address);
    return hr;
}

/* One by one: ReplyRecipients has no text to be put. Names that Outlook does not know are its matter at Send. */
static HRESULT fill_replies(
    struct apartment *apartment, IDispatch *item, const struct mail_copy *mail, struct error *error)
{
    IDispatch *recipients = NULL;
    size_t at = 0, start, length;
    HRESULT hr;

    if (!*mail->reply_to) return S_OK;
    if (FAILED(hr = guard_allows(apartment->outlook, L"ReplyTo (ReplyRecipients.Add)", error))) return hr;
    hr = get_object(apartment, item, mail_reply_recipients, &recipients);
    if (SUCCEEDED(hr) && !recipients) hr = E_UNEXPECTED;
    while (SUCCEEDED(hr) && address_list_next(mail->reply_to, &at, &start, &length))
        hr = add_reply_address(apartment, recipients, mail->reply_to + start, length);
    drop_object(&recipients);
    return hr;
}

/* SetProperty(name, value) */
static HRESULT set_property(struct apartment *apartment, IDispatch *accessor, const WCHAR *name, VARIANT *value)
{
    VARIANT args[2];
    HRESULT hr;

    V_VT(&args[0]) = VT_BSTR;
    V_BSTR(&args[0]) = SysAllocString(name);
    args[1] = *value;
    if (!V_BSTR(&args[0])) return E_OUTOFMEMORY;
    hr = call_member(apartment, accessor, property_accessor_set, DISPATCH_METHOD, args, 2, NULL);
    SysFreeString(V_BSTR(&args[0]));
    return hr;
}

static HRESULT set_content_id(struct apartment *apartment, IDispatch *attachment, const WCHAR *content_id)
{
    IDispatch *accessor = NULL;
    VARIANT id, hidden;
    HRESULT hr = get_object(apartment, attachment, attachment_property_accessor, &accessor);

    V_VT(&hidden) = VT_BOOL;
    V_BOOL(&hidden) = VARIANT_TRUE;
    V_VT(&id) = VT_BSTR;
    V_BSTR(&id) = SysAllocString(content_id);
    if (SUCCEEDED(hr) && !V_BSTR(&id)) hr = E_OUTOFMEMORY;
    if (SUCCEEDED(hr)) hr = accessor ? set_property(apartment, accessor, content_id_property, &id) : E_UNEXPECTED;
    if (SUCCEEDED(hr)) hr = set_property(apartment, accessor, hidden_property, &hidden);
    VariantClear(&id);
    drop_object(&accessor);
    return hr;
}

/* Add(Source), or Add(Source, Type, , DisplayName). */
static HRESULT add_file(
    struct apartment *apartment, IDispatch *attachments, const struct attachment_copy *file, IDispatch **attachment)
{
    VARIANT args[4], result;
    unsigned count = *file->display_name ? 4 : 1;
    HRESULT hr = E_OUTOFMEMORY;

    *attachment = NULL;
    V_VT(&args[0]) = V_VT(&args[3]) = VT_BSTR;
    V_BSTR(&args[0]) = SysAllocString(file->path);
    V_BSTR(&args[3]) = SysAllocString(file->display_name);
    V_VT(&args[1]) = VT_I4;
    V_I4(&args[1]) = ATTACHMENT_BY_VALUE;
    V_VT(&args[2]) = VT_ERROR;
    V_ERROR(&args[2]) = DISP_E_PARAMNOTFOUND;
    if (V_BSTR(&args[0]) && V_BSTR(&args[3]))
        hr = call_member(apartment, attachments, attachments_add, DISPATCH_METHOD, args, count, &result);
    SysFreeString(V_BSTR(&args[0]));
    SysFreeString(V_BSTR(&args[3]));
    return SUCCEEDED(hr) ? take_object(&result, attachment) : hr;
}

static HRESULT add_attachment(struct apartment *apartment, IDispatch *attachments, const struct attachment_copy *file)
{
    IDispatch *attachment;
    HRESULT hr = add_file(apartment, attachments, file, &attachment);

    if (SUCCEEDED(hr) && *file->content_id)
        hr = attachment ? set_content_id(apartment, attachment, file->content_id) : E_UNEXPECTED;
    drop_object(&attachment);
    return hr;
}

static HRESULT fill_attachments(
    struct apartment *apartment, IDispatch *item, const struct mail_copy *mail, struct error *error)
{
    IDispatch *attachments = NULL;
    BOOL pictures = FALSE;
    HRESULT hr = S_OK;

    if (!mail->attachment_count) return S_OK;
    for (size_t i = 0; i < mail->attachment_count; i++)
        pictures = pictures || *mail->attachments[i].content_id;
    if (pictures)
        hr = guard_allows(apartment->outlook, L"an attachment's ContentID (Attachment.PropertyAccessor)", error);
    if (SUCCEEDED(hr)) hr = get_object(apartment, item, mail_attachments, &attachments);
    if (SUCCEEDED(hr) && !attachments) hr = E_UNEXPECTED;
    for (size_t i = 0; SUCCEEDED(hr) && i < mail->attachment_count; i++)
        hr = add_attachment(apartment, attachments, &mail->attachments[i]);
    drop_object(&attachments);
    return hr;
}

/* --- all of it */

enum field_kind
{
    field_text,
    field_number,
    field_flag,
    field_time,
    field_other
};

/* In the order in which they are set. */
static const struct field
{
    enum field_kind kind;
    enum member member;
    size_t offset; /* in struct mail_copy */
    LONG usual;    /* the number that need not be set */
    const WCHAR *what;
    HRESULT (*fill)(struct apartment *apartment, IDispatch *item, const struct mail_copy *mail, struct error *error);
} fields[] = {
    {field_other, member_count, 0, 0, L"setting SendUsingAccount", fill_account},
    {field_text, mail_on_behalf_of, offsetof(struct mail_copy, on_behalf_of), 0, L"setting SentOnBehalfOfName", NULL},
    {field_text, mail_to, offsetof(struct mail_copy, to), 0, L"setting To", NULL},
    {field_text, mail_cc, offsetof(struct mail_copy, cc), 0, L"setting CC", NULL},
    {field_text, mail_bcc, offsetof(struct mail_copy, bcc), 0, L"setting BCC", NULL},
    {field_other, member_count, 0, 0, L"adding to ReplyRecipients", fill_replies},
    {field_text, mail_subject, offsetof(struct mail_copy, subject), 0, L"setting Subject", NULL},
    {field_number, mail_importance, offsetof(struct mail_copy, importance), OUTLOOK_IMPORTANCE_NORMAL,
        L"setting Importance", NULL},
    {field_number, mail_sensitivity, offsetof(struct mail_copy, sensitivity), 0, L"setting Sensitivity", NULL},
    {field_text, mail_categories, offsetof(struct mail_copy, categories), 0, L"setting Categories", NULL},
    {field_flag, mail_read_receipt, offsetof(struct mail_copy, read_receipt), 0, L"setting ReadReceiptRequested", NULL},
    {field_time, mail_expiry_time, offsetof(struct mail_copy, expires_at), 0, L"setting ExpiryTime", NULL},
    {field_time, mail_deferred_delivery_time, offsetof(struct mail_copy, deferred_until), 0,
        L"setting DeferredDeliveryTime", NULL},
    {field_other, member_count, 0, 0, L"adding an attachment", fill_attachments},
    {field_text, mail_body, offsetof(struct mail_copy, body), 0, L"setting Body", NULL},
    {field_text, mail_html_body, offsetof(struct mail_copy, html_body), 0, L"setting HTMLBody", NULL},
    {field_text, mail_billing_information, offsetof(struct mail_copy, stamp), 0, L"setting BillingInformation", NULL},
};

/* The value to be put; VT_EMPTY where Outlook's default is meant. */
static HRESULT field_value(const struct mail_copy *mail, const struct field *field, VARIANT *value)
{
    const void *at = (const char *)mail + field->offset;
    const WCHAR *text;

    VariantInit(value);
    switch (field->kind)
    {
    case field_text:
        text = *(WCHAR *const *)at;
        if (!text || !*text) break;
        V_VT(value) = VT_BSTR;
        V_BSTR(value) = SysAllocString(text);
        return V_BSTR(value) ? S_OK : E_OUTOFMEMORY;
    case field_number:
        if (*(const LONG *)at == field->usual) break;
        V_VT(value) = VT_I4;
        V_I4(value) = *(const LONG *)at;
        break;
    case field_flag:
        if (!*(const BOOL *)at) break;
        V_VT(value) = VT_BOOL;
        V_BOOL(value) = VARIANT_TRUE;
        break;
    case field_time:
        utc_ms_to_variant(*(const LONGLONG *)at, value);
        break;
    case field_other:
        break;
    }
    return S_OK;
}

static HRESULT fill_field(struct apartment *apartment, IDispatch *item, const struct mail_copy *mail,
    const struct field *field, struct error *error)
{
    VARIANT value;
    HRESULT hr;

    if (field->kind == field_other) return field->fill(apartment, item, mail, error);
    if (FAILED(hr = field_value(mail, field, &value))) return hr;
    if (V_VT(&value) != VT_EMPTY)
        hr = call_member(apartment, item, field->member, DISPATCH_PROPERTYPUT, &value, 1, NULL);
    VariantClear(&value);
    return hr;
}

HRESULT mail_fill(
    struct apartment *apartment, IDispatch *item, const struct mail_copy *mail, const WCHAR **what, struct error *error)
{
    HRESULT hr = S_OK;

    for (size_t i = 0; SUCCEEDED(hr) && i < ARRAYSIZE(fields); i++)
    {
        *what = fields[i].what;
        hr = fill_field(apartment, item, mail, &fields[i], error);
    }
    if (FAILED(hr)) return hr;
    *what = L"saving the draft";
    return call_method(apartment, item, mail_save);
}

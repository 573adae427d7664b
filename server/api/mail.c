/* mail.c - IObMail: a mail that its client fills in. Puts take what fits the member; the whole is checked at Send and
 * Save. Files are spooled when they are attached; each Send gives its job files of its own, so that the mail can be
 * changed and sent again. One call at a time has the mail: others wait for it under their own deadline. */

#include <stdlib.h>
#include <wchar.h>
#include "accepting.h"
#include "call.h"
#include "com/object.h"
#include "com/variant.h"
#include "host/client_process.h"
#include "mail_check.h"
#include "out.h"

enum text_slot
{
    slot_to,
    slot_cc,
    slot_bcc,
    slot_subject,
    slot_body,
    slot_html_body,
    slot_categories,
    slot_reply_to,
    slot_on_behalf_of,
    slot_account,
    slot_count
};

struct mail
{
    struct com_object com;
    struct broker *broker;           /* borrowed: outlives every object */
    struct session_timeout *timeout; /* one reference */
    WCHAR owner_sid[SID_TEXT_SIZE];  /* who made it */

    SRWLOCK lock;
    CONDITION_VARIABLE let_go;
    BOOL taken; /* what follows belongs to the call that took the mail */

    BSTR texts[slot_count]; /* NULL is "" */
    LONG importance, sensitivity;
    BOOL read_receipt;
    LONGLONG deferred_until, expires_at; /* UTC ms; 0: not set */
    struct spool *spool;                 /* NULL until something is attached */
};

static inline struct mail *impl_from_IObMail(IObMail *iface)
{
    return CONTAINING_RECORD(com_object_from_dual(iface), struct mail, com);
}

static BOOL mail_take(struct mail *mail, deadline until)
{
    BOOL got;

    AcquireSRWLockExclusive(&mail->lock);
    while (mail->taken && deadline_left(until))
        SleepConditionVariableSRW(&mail->let_go, &mail->lock, deadline_left(until), 0);
    if ((got = !mail->taken)) mail->taken = TRUE;
    ReleaseSRWLockExclusive(&mail->lock);
    return got;
}

static void mail_give(struct mail *mail)
{
    AcquireSRWLockExclusive(&mail->lock);
    mail->taken = FALSE;
    ReleaseSRWLockExclusive(&mail->lock);
    WakeConditionVariable(&mail->let_go);
}

/* A call that has the mail to itself. */
static HRESULT mail_begin(struct mail *mail, struct call *call, const WCHAR *member, enum right right)
{
    HRESULT hr = call_begin(call, mail->broker, mail->timeout, &IID_IObMail, member, right);

    if (FAILED(hr)) return hr;
    if (FAILED(hr = call_need_owner(call, mail->owner_sid, L"mail"))) return call_end(call, hr);
    if (mail_take(mail, call->until)) return S_OK;
    return call_end(call, error_set(&call->error, error_timeout_mail, 0));
}

static HRESULT mail_end(struct mail *mail, struct call *call, HRESULT hr)
{
    mail_give(mail);
    return call_end(call, hr);
}

/* --- texts */

static HRESULT get_text(IObMail *iface, const WCHAR *member, enum text_slot slot, BSTR *value)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct call call;
    HRESULT hr;

    if (!value) return E_POINTER;
    *value = NULL;
    if (FAILED(hr = mail_begin(mail, &call, member, right_send))) return hr;
    return mail_end(mail, &call, out_text(value, mail->texts[slot]));
}

static HRESULT put_text(IObMail *iface, const WCHAR *member, enum text_slot slot, BSTR value)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct call call;
    BSTR copy;
    HRESULT hr;

    if (FAILED(hr = mail_begin(mail, &call, member, right_send))) return hr;
    if (FAILED(hr = variant_check_zero(value, wcschr(member, '.') + 1, &call.error))) return mail_end(mail, &call, hr);
    if (!(copy = SysAllocString(in_text(value)))) return mail_end(mail, &call, E_OUTOFMEMORY);
    SysFreeString(mail->texts[slot]);
    mail->texts[slot] = copy;
    return mail_end(mail, &call, S_OK);
}

#define TEXT_PROPERTY(name, slot)                                                                                      \
    static HRESULT WINAPI mail_get_##name(IObMail *iface, BSTR *value)                                                 \
    {                                                                                                                  \
        return get_text(iface, L"Mail." L## #name, slot, value);                                                       \
    }                                                                                                                  \
    static HRESULT WINAPI mail_put_##name(IObMail *iface, BSTR value)                                                  \
    {                                                                                                                  \
        return put_text(iface, L"Mail." L## #name, slot, value);                                                       \
    }

TEXT_PROPERTY(To, slot_to)
TEXT_PROPERTY(CC, slot_cc)
TEXT_PROPERTY(BCC, slot_bcc)
TEXT_PROPERTY(Subject, slot_subject)
TEXT_PROPERTY(Body, slot_body)
TEXT_PROPERTY(HTMLBody, slot_html_body)
TEXT_PROPERTY(Categories, slot_categories)
TEXT_PROPERTY(ReplyTo, slot_reply_to)
TEXT_PROPERTY(SentOnBehalfOfName, slot_on_behalf_of)
TEXT_PROPERTY(Account, slot_account)

/* --- numbers and times; the fields of a mail differ only in their place */

#define FIELD(mail, type, offset) ((type *)((BYTE *)(mail) + (offset)))

static HRESULT get_long(IObMail *iface, const WCHAR *member, size_t offset, LONG *value)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct call call;
    HRESULT hr;

    if (!value) return E_POINTER;
    *value = 0;
    if (FAILED(hr = mail_begin(mail, &call, member, right_send))) return hr;
    *value = *FIELD(mail, LONG, offset);
    return mail_end(mail, &call, S_OK);
}

/* From 0 to most. */
static HRESULT put_long(IObMail *iface, const WCHAR *member, size_t offset, LONG value, LONG most, const WCHAR *range)
{
    struct mail *mail = impl_from_IObMail(iface);
    WCHAR text[NUMBER_TEXT_SIZE];
    struct call call;
    HRESULT hr;

    if (FAILED(hr = mail_begin(mail, &call, member, right_send))) return hr;
    if (value < 0 || value > most)
    {
        _ltow(value, text, 10);
        hr = error_set(&call.error, error_value_range, 3, wcschr(member, '.') + 1, text, range);
    }
    else
        *FIELD(mail, LONG, offset) = value;
    return mail_end(mail, &call, hr);
}

static HRESULT WINAPI mail_get_Importance(IObMail *iface, LONG *value)
{
    return get_long(iface, L"Mail.Importance", offsetof(struct mail, importance), value);
}

static HRESULT WINAPI mail_put_Importance(IObMail *iface, LONG value)
{
    return put_long(
        iface, L"Mail.Importance", offsetof(struct mail, importance), value, 2, L"0 (low), 1 (normal), 2 (high)");
}

static HRESULT WINAPI mail_get_Sensitivity(IObMail *iface, LONG *value)
{
    return get_long(iface, L"Mail.Sensitivity", offsetof(struct mail, sensitivity), value);
}

static HRESULT WINAPI mail_put_Sensitivity(IObMail *iface, LONG value)
{
    return put_long(iface, L"Mail.Sensitivity", offsetof(struct mail, sensitivity), value, 3,
        L"0 (normal), 1 (personal), 2 (private), 3 (confidential)");
}

static HRESULT WINAPI mail_get_ReadReceiptRequested(IObMail *iface, VARIANT_BOOL *value)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct call call;
    HRESULT hr;

    if (!value) return E_POINTER;
    *value = VARIANT_FALSE;
    if (FAILED(hr = mail_begin(mail, &call, L"Mail.ReadReceiptRequested", right_send))) return hr;
    *value = mail->read_receipt ? VARIANT_TRUE : VARIANT_FALSE;
    return mail_end(mail, &call, S_OK);
}

static HRESULT WINAPI mail_put_ReadReceiptRequested(IObMail *iface, VARIANT_BOOL value)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct call call;
    HRESULT hr;

    if (FAILED(hr = mail_begin(mail, &call, L"Mail.ReadReceiptRequested", right_send))) return hr;
    mail->read_receipt = value != VARIANT_FALSE;
    return mail_end(mail, &call, S_OK);
}

static HRESULT get_time(IObMail *iface, const WCHAR *member, size_t offset, VARIANT *value)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct call call;
    HRESULT hr;

    if (!value) return E_POINTER;
    VariantInit(value);
    if (FAILED(hr = mail_begin(mail, &call, member, right_send))) return hr;
    utc_ms_to_variant(*FIELD(mail, LONGLONG, offset), value);
    return mail_end(mail, &call, S_OK);
}

static HRESULT put_time(IObMail *iface, const WCHAR *member, size_t offset, const VARIANT *value)
{
    struct mail *mail = impl_from_IObMail(iface);
    const WCHAR *name = wcschr(member, '.') + 1;
    LONGLONG utc_ms = 0;
    struct call call;
    DATE date;
    HRESULT hr;

    if (FAILED(hr = mail_begin(mail, &call, member, right_send))) return hr;
    hr = variant_to_date(value, name, &date, &call.error);
    if (hr == S_OK && !local_date_to_utc_ms(date, &utc_ms)) hr = error_set(&call.error, error_date_range, 1, name);
    if (SUCCEEDED(hr)) *FIELD(mail, LONGLONG, offset) = utc_ms;
    return mail_end(mail, &call, FAILED(hr) ? hr : S_OK);
}

static HRESULT WINAPI mail_get_DeferredDeliveryTime(IObMail *iface, VARIANT *value)
{
    return get_time(iface, L"Mail.DeferredDeliveryTime", offsetof(struct mail, deferred_until), value);
}

static HRESULT WINAPI mail_put_DeferredDeliveryTime(IObMail *iface, VARIANT value)
{
    return put_time(iface, L"Mail.DeferredDeliveryTime", offsetof(struct mail, deferred_until), &value);
}

static HRESULT WINAPI mail_get_ExpiryTime(IObMail *iface, VARIANT *value)
{
    return get_time(iface, L"Mail.ExpiryTime", offsetof(struct mail, expires_at), value);
}

static HRESULT WINAPI mail_put_ExpiryTime(IObMail *iface, VARIANT value)
{
    return put_time(iface, L"Mail.ExpiryTime", offsetof(struct mail, expires_at), &value);
}

/* --- files */

/* The mail's own spool, begun when it is first needed. */
static HRESULT need_spool(struct mail *mail, struct error *error)
{
    return mail->spool ? S_OK : spool_begin(broker_outbox(mail->broker), client_process(), &mail->spool, error);
}

static HRESULT check_names(
    BSTR name, BSTR display_name, BSTR content_id, const WCHAR *name_argument, struct error *error)
{
    HRESULT hr = variant_check_zero(name, name_argument, error);

    if (SUCCEEDED(hr)) hr = variant_check_zero(display_name, L"DisplayName", error);
    if (SUCCEEDED(hr)) hr = variant_check_zero(content_id, L"ContentID", error);
    if (SUCCEEDED(hr)) hr = mail_check_line(L"DisplayName", in_text(display_name), error);
    return FAILED(hr) ? hr : mail_check_content_id(in_text(content_id), error);
}

static HRESULT attach_file(
    struct mail *mail, struct call *call, const WCHAR *path, const WCHAR *display_name, const WCHAR *content_id)
{
    ULONGLONG size;
    HANDLE file;
    HRESULT hr = caller_open_file(&call->caller, path, call->until, &file, &size, &call->error);

    if (hr == HRESULT_FROM_WIN32(ERROR_TIMEOUT)) return spool_timeout(spool_count(mail->spool), path, &call->error);
    if (FAILED(hr)) return hr;
    hr = need_spool(mail, &call->error);
    if (SUCCEEDED(hr))
        hr = spool_add(mail->spool, file, size, path, display_name, content_id, call->until, &call->error);
    CloseHandle(file);
    return hr;
}

static HRESULT WINAPI mail_Attach(IObMail *iface, BSTR path, BSTR display_name, BSTR content_id)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct call call;
    HRESULT hr;

    if (FAILED(hr = mail_begin(mail, &call, L"Mail.Attach", right_send))) return hr;
    hr = check_names(path, display_name, content_id, L"Path", &call.error);
    if (SUCCEEDED(hr)) hr = attach_file(mail, &call, in_text(path), in_text(display_name), in_text(content_id));
    return mail_end(mail, &call, hr);
}

static HRESULT WINAPI mail_AttachData(IObMail *iface, BSTR file_name, VARIANT value, BSTR content_id)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct bytes bytes = {0};
    struct call call;
    HRESULT hr;

    if (FAILED(hr = mail_begin(mail, &call, L"Mail.AttachData", right_send))) return hr;
    hr = check_names(file_name, NULL, content_id, L"FileName", &call.error);
    if (SUCCEEDED(hr)) hr = mail_check_file_name(in_text(file_name), &call.error);
    if (SUCCEEDED(hr)) hr = variant_to_bytes(&value, L"AttachData", L"Bytes", &bytes, &call.error);
    if (SUCCEEDED(hr)) hr = need_spool(mail, &call.error);
    if (SUCCEEDED(hr))
        hr = spool_add_bytes(
            mail->spool, file_name, bytes.at, bytes.size, NULL, in_text(content_id), call.until, &call.error);
    bytes_clear(&bytes);
    return mail_end(mail, &call, hr);
}

/* --- the whole */

static struct outbox_text mail_text(const struct mail *mail, BSTR key)
{
    return (struct outbox_text){
        .to = in_text(mail->texts[slot_to]),
        .cc = in_text(mail->texts[slot_cc]),
        .bcc = in_text(mail->texts[slot_bcc]),
        .subject = in_text(mail->texts[slot_subject]),
        .body = in_text(mail->texts[slot_body]),
        .html_body = in_text(mail->texts[slot_html_body]),
        .categories = in_text(mail->texts[slot_categories]),
        .reply_to = in_text(mail->texts[slot_reply_to]),
        .on_behalf_of = in_text(mail->texts[slot_on_behalf_of]),
        .account = in_text(mail->texts[slot_account]),
        .importance = mail->importance,
        .sensitivity = mail->sensitivity,
        .read_receipt = mail->read_receipt,
        .deferred_until = mail->deferred_until,
        .expires_at = mail->expires_at,
        .key = in_text(key),
    };
}

static HRESULT WINAPI mail_Send(IObMail *iface, BSTR key, IObJob **job)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct outbox_text text;
    struct call call;
    HRESULT hr;

    if (!job) return E_POINTER;
    *job = NULL;
    if (FAILED(hr = mail_begin(mail, &call, L"Mail.Send", right_send))) return hr;
    text = mail_text(mail, key);
    hr = variant_check_zero(key, L"Key", &call.error);
    if (SUCCEEDED(hr)) hr = mail_check(&text, &call.error);
    if (SUCCEEDED(hr)) hr = accept_with_spool(&call, &text, mail->spool, job);
    return mail_end(mail, &call, hr);
}

/* The spooled files as Outlook is given them. entries holds what files points into; both are the caller's to free. */
static HRESULT draft_files(
    const struct spool *spool, struct spool_entry **entries, struct outlook_attachment **files, size_t *count)
{
    *count = spool ? spool_count(spool) : 0;
    *entries = calloc(*count + 1, sizeof(**entries));
    *files = calloc(*count + 1, sizeof(**files));
    if (!*entries || !*files) return E_OUTOFMEMORY;
    for (size_t i = 0; i < *count; i++)
    {
        spool_read(spool, i, &(*entries)[i]);
        (*files)[i] =
            (struct outlook_attachment){(*entries)[i].path, (*entries)[i].display_name, (*entries)[i].content_id};
    }
    return S_OK;
}

/* Has Outlook save the draft; the call counts among those that wait. */
static HRESULT give_draft(struct mail *mail, struct call *call, const struct outlook_mail *draft, BSTR *entry_id)
{
    struct outlook_place place = {0};
    enum outlook_begun begun;
    struct waiter waiter;
    HRESULT hr = broker_wait_begin(mail->broker, &waiter, &call->error);

    if (FAILED(hr)) return hr;
    hr = outlook_save_draft(broker_outlook(mail->broker), draft, call->until, &begun, &place, &call->error);
    broker_wait_end(mail->broker, &waiter);
    if (SUCCEEDED(hr)) hr = out_text(entry_id, place.entry_id);
    outlook_place_clear(&place);
    return hr;
}

static HRESULT save_draft(struct mail *mail, struct call *call, const struct outbox_text *text, BSTR *entry_id)
{
    struct outlook_attachment *files;
    struct spool_entry *entries;
    struct outlook_mail draft = {
        .to = text->to,
        .cc = text->cc,
        .bcc = text->bcc,
        .subject = text->subject,
        .body = text->body,
        .html_body = text->html_body,
        .categories = text->categories,
        .reply_to = text->reply_to,
        .on_behalf_of = text->on_behalf_of,
        .account = text->account,
        .importance = text->importance,
        .sensitivity = text->sensitivity,
        .read_receipt = text->read_receipt,
        .expires_at = text->expires_at,
        .deferred_until = text->deferred_until,
    };
    HRESULT hr = draft_files(mail->spool, &entries, &files, &draft.attachment_count);

    draft.attachments = files;
    if (SUCCEEDED(hr)) hr = give_draft(mail, call, &draft, entry_id);
    free(entries);
    free(files);
    return hr;
}

static HRESULT WINAPI mail_Save(IObMail *iface, BSTR *entry_id)
{
    struct mail *mail = impl_from_IObMail(iface);
    struct outbox_text text;
    struct call call;
    HRESULT hr;

    if (!entry_id) return E_POINTER;
    *entry_id = NULL;
    if (FAILED(hr = mail_begin(mail, &call, L"Mail.Save", right_mailbox))) return hr;
    text = mail_text(mail, NULL);
    hr = mail_check_draft(&text, &call.error);
    if (SUCCEEDED(hr)) hr = save_draft(mail, &call, &text, entry_id);
    return mail_end(mail, &call, hr);
}

static const IObMailVtbl mail_vtbl = {
    COM_OBJECT_METHODS(IObMail),
    mail_get_To,
    mail_put_To,
    mail_get_CC,
    mail_put_CC,
    mail_get_BCC,
    mail_put_BCC,
    mail_get_Subject,
    mail_put_Subject,
    mail_get_Body,
    mail_put_Body,
    mail_get_HTMLBody,
    mail_put_HTMLBody,
    mail_get_Importance,
    mail_put_Importance,
    mail_get_Sensitivity,
    mail_put_Sensitivity,
    mail_get_Categories,
    mail_put_Categories,
    mail_get_ReadReceiptRequested,
    mail_put_ReadReceiptRequested,
    mail_get_DeferredDeliveryTime,
    mail_put_DeferredDeliveryTime,
    mail_get_ExpiryTime,
    mail_put_ExpiryTime,
    mail_get_ReplyTo,
    mail_put_ReplyTo,
    mail_get_SentOnBehalfOfName,
    mail_put_SentOnBehalfOfName,
    mail_get_Account,
    mail_put_Account,
    mail_Attach,
    mail_AttachData,
    mail_Send,
    mail_Save,
};

/* The spool belongs to the outbox, which stands behind the gate. Of a broker that stops, the next start removes what no
 * job owns. */
static void drop_spool(struct mail *mail)
{
    struct error error = {0};

    if (!mail->spool) return;
    if (SUCCEEDED(broker_enter(mail->broker, deadline_in(0), &error)))
    {
        spool_drop(mail->spool);
        broker_leave(mail->broker);
    }
    error_clear(&error);
}

static void mail_destroy(struct com_object *object)
{
    struct mail *mail = CONTAINING_RECORD(object, struct mail, com);

    for (unsigned slot = 0; slot < slot_count; slot++)
        SysFreeString(mail->texts[slot]);
    drop_spool(mail);
    session_timeout_release(mail->timeout);
    free(mail);
}

static const struct com_class mail_class = {&IID_IObMail, &CLSID_ObMail, L"Mail", mail_destroy};

HRESULT mail_object_create(
    struct broker *broker, struct session_timeout *timeout, const WCHAR *owner_sid, IObMail **out)
{
    struct mail *mail = calloc(1, sizeof(*mail));

    *out = NULL;
    if (!mail) return E_OUTOFMEMORY;
    com_object_init(&mail->com, &mail_class, &mail_vtbl);
    InitializeSRWLock(&mail->lock);
    InitializeConditionVariable(&mail->let_go);
    mail->broker = broker;
    mail->timeout = session_timeout_share(timeout);
    mail->importance = OUTBOX_IMPORTANCE_NORMAL;
    wcsncpy(mail->owner_sid, owner_sid, ARRAYSIZE(mail->owner_sid) - 1);
    *out = (IObMail *)&mail->com.IDispatch_iface;
    return S_OK;
}

/* mail_item.c - MailItem: a client's own copy of an item, until it is saved, sent, moved or deleted.
 * After the last three the object is dead: the record behind it has moved on. */
#include "control.h"
#include "faults.h"
#include "property_accessor.h"
#include "sandbox.h"
#include "spooler.h"

struct mail_item
{
    struct object object;
    struct record *work;     /* what the client sees and changes */
    struct record *saved;    /* in the store; NULL: never saved */
    struct folder *folder;   /* where the first Save puts it */
    unsigned version, moves; /* of `saved`, as this object knows it */
    bool dead, changed;
};

static unsigned open_items; /* as long as anybody holds them */

static struct mail_item *mail_of(struct call *call)
{
    return (struct mail_item *)call->self;
}

static HRESULT mail_alive(struct object *object)
{
    const struct mail_item *item = (struct mail_item *)object;
    bool gone = item->saved && (!item->saved->folder || item->saved->moves != item->moves);

    return item->dead || gone ? OUTLOOK_E_OBJECT_DELETED : S_OK;
}

static void mail_destroy(struct object *object)
{
    struct mail_item *item = (struct mail_item *)object;

    record_release(item->work);
    record_release(item->saved);
    open_items--;
}

static bool may_open(void)
{
    return open_items < control_open_items();
}

void mail_item_touch(struct object *item)
{
    ((struct mail_item *)item)->changed = true;
}

bool mail_item_is_saved(struct object *item)
{
    return !((struct mail_item *)item)->changed && ((struct mail_item *)item)->saved;
}

static HRESULT mail_get(struct call *call)
{
    record_get(mail_of(call)->work, (enum field)call->member->param, call->result);
    return S_OK;
}

static HRESULT mail_put(struct call *call)
{
    HRESULT hr = record_set(mail_of(call)->work, (enum field)call->member->param, call->args[0]);

    if (SUCCEEDED(hr)) mail_item_touch(call->self);
    return hr;
}

static HRESULT mail_parent(struct call *call)
{
    const struct mail_item *item = mail_of(call);

    return call_return_object(call, folder_create(item->saved ? item->saved->folder : item->folder));
}

static HRESULT mail_saved(struct call *call)
{
    return call_return_bool(call, !mail_of(call)->changed);
}

static HRESULT mail_attachments(struct call *call)
{
    return call_return_object(call, attachments_create(call->self, mail_of(call)->work));
}

static HRESULT mail_recipients(struct call *call)
{
    return call_return_object(call, recipients_create(call->self, mail_of(call)->work, call->member->param != 0));
}

static HRESULT mail_get_account(struct call *call)
{
    return call_return_object(call, account_create(mail_of(call)->work->texts[FIELD_ACCOUNT]));
}

/* Outlook takes the account by reference only: a plain put succeeds and changes nothing. */
static HRESULT mail_ignore_account(struct call *call)
{
    (void)call;
    return S_OK;
}

static HRESULT mail_set_account(struct call *call)
{
    struct object *account;
    HRESULT hr = call_object(call, 0, &account_class, &account);

    if (FAILED(hr) || control_ignores_account()) return hr;
    text_set(&mail_of(call)->work->texts[FIELD_ACCOUNT], account_address(account));
    mail_item_touch(call->self);
    return S_OK;
}

static HRESULT mail_get_sent_folder(struct call *call)
{
    const WCHAR *id = mail_of(call)->work->texts[FIELD_SENT_FOLDER];
    struct folder *folder = NULL;

    for (size_t i = 0; !folder && *id && i < store_count(); i++)
        folder = store_folder_by_id(store_at(i), id);
    return call_return_object(call, folder ? folder_create(folder) : NULL);
}

static HRESULT mail_set_sent_folder(struct call *call)
{
    struct object *folder;
    HRESULT hr = call_object(call, 0, &folder_class, &folder);

    if (FAILED(hr)) return hr;
    text_set(&mail_of(call)->work->texts[FIELD_SENT_FOLDER], folder_of_object(folder)->id);
    mail_item_touch(call->self);
    return S_OK;
}

/* Makes the stored record what the client has; nobody else may have changed it in between. */
static HRESULT hand_over(struct mail_item *item)
{
    if (!item->saved)
        item->saved = record_new();
    else if (item->saved->version != item->version)
        return OUTLOOK_E_OBJECT_CHANGED;
    record_assign(item->saved, item->work);
    return S_OK;
}

static void let_go_if_never_stored(struct mail_item *item)
{
    if (item->saved->folder) return;
    record_release(item->saved);
    item->saved = NULL;
}

static HRESULT save(struct mail_item *item)
{
    HRESULT hr = hand_over(item);

    if (FAILED(hr)) return hr;
    hr = item->saved->folder ? store_update(item->saved) : store_add(item->folder, item->saved);
    if (FAILED(hr))
    {
        let_go_if_never_stored(item);
        return hr;
    }
    wcscpy(item->work->id, item->saved->id);
    item->work->numbers[FIELD_CREATION_TIME] = item->saved->numbers[FIELD_CREATION_TIME];
    item->work->numbers[FIELD_LAST_MODIFICATION_TIME] = item->saved->numbers[FIELD_LAST_MODIFICATION_TIME];
    item->version = item->saved->version;
    item->changed = false;
    return S_OK;
}

static HRESULT mail_save(struct call *call)
{
    return save(mail_of(call));
}

static bool has_recipient(const struct record *record)
{
    for (size_t i = 0; i < record->recipient_count; i++)
        if (record->recipients[i].type != RECIPIENT_REPLY) return true;
    return false;
}

static HRESULT mail_send(struct call *call)
{
    struct mail_item *item = mail_of(call);
    HRESULT hr;

    if (item->work->numbers[FIELD_SENT] != 0) return E_FAIL;
    if (!has_recipient(item->work)) return call_fail(call, E_FAIL, TEXT_NO_RECIPIENT);
    if (!recipients_resolve_all(item->work, false) || !recipients_resolve_all(item->work, true))
        return call_fail(call, E_FAIL, TEXT_UNRESOLVED);
    if (FAILED(hr = fault_at(PLACE_SENDING)) || FAILED(hr = hand_over(item))) return hr;
    if (FAILED(hr = spooler_submit(item->saved)))
    {
        let_go_if_never_stored(item);
        return hr;
    }
    item->dead = true;
    hr = fault_at(PLACE_STORED);
    if (SUCCEEDED(hr)) spooler_send_online(item->saved);
    fault_after_reply();
    return hr;
}

static HRESULT mail_delete(struct call *call)
{
    struct mail_item *item = mail_of(call);
    struct folder *deleted =
        store_folder(store_of_folder(item->saved ? item->saved->folder : item->folder), STORE_DELETED);
    HRESULT hr = S_OK;

    if (item->saved) hr = item->saved->folder == deleted ? store_remove(item->saved) : store_move(item->saved, deleted);
    if (SUCCEEDED(hr)) item->dead = true;
    return hr;
}

/* The new object is the only one that works afterwards. */
static HRESULT mail_move(struct call *call)
{
    struct mail_item *item = mail_of(call);
    struct object *target;
    HRESULT hr = call_object(call, 0, &folder_class, &target);

    if (FAILED(hr)) return hr;
    if (!may_open()) return OUTLOOK_E_TOO_MANY_ITEMS;
    if (!item->saved && FAILED(hr = save(item))) return hr;
    if (FAILED(hr = store_move(item->saved, folder_of_object(target)))) return hr;
    item->dead = true;
    return call_return_item(call, mail_item_open(item->saved));
}

static HRESULT mail_close(struct call *call)
{
    enum
    {
        close_save,
        close_discard
    };
    struct mail_item *item = mail_of(call);
    long mode;
    HRESULT hr = call_long(call, 0, &mode, 0);

    if (FAILED(hr)) return hr;
    if (mode == close_save) return item->changed ? save(item) : S_OK;
    if (mode == close_discard && item->saved)
    {
        record_assign(item->work, item->saved);
        item->version = item->saved->version;
        item->changed = false;
    }
    return S_OK;
}

static struct properties *own_properties(struct object *object)
{
    return &((struct mail_item *)object)->work->properties;
}

/* Those that have members of their own too, and which field they are. */
static const struct
{
    unsigned tag;
    enum field field;
    bool read_only;
} own_fields[] = {
    {TAG_SUBJECT, FIELD_SUBJECT, false},
    {TAG_BODY, FIELD_BODY, false},
    {TAG_MESSAGE_CLASS, FIELD_MESSAGE_CLASS, false},
    {TAG_IMPORTANCE, FIELD_IMPORTANCE, false},
    {TAG_SENSITIVITY, FIELD_SENSITIVITY, false},
    {TAG_SENDER_NAME, FIELD_SENDER_NAME, true},
    {TAG_SENDER_ADDRESS, FIELD_SENDER_EMAIL_ADDRESS, true},
};

static HRESULT own_property(struct object *object, unsigned tag, VARIANT *value)
{
    for (size_t i = 0; i < ARRAYSIZE(own_fields); i++)
    {
        if (own_fields[i].tag != tag) continue;
        record_get(((struct mail_item *)object)->work, own_fields[i].field, value);
        return S_OK;
    }
    return S_FALSE;
}

static HRESULT put_own_property(struct object *object, unsigned tag, const VARIANT *value)
{
    for (size_t i = 0; i < ARRAYSIZE(own_fields); i++)
    {
        if (own_fields[i].tag != tag) continue;
        if (own_fields[i].read_only) return OUTLOOK_E_COMPUTED;
        return record_set(((struct mail_item *)object)->work, own_fields[i].field, value);
    }
    return S_FALSE;
}

static const struct property_owner mail_owner = {own_properties, own_property, put_own_property, mail_item_touch};

static HRESULT mail_property_accessor(struct call *call)
{
    return call_return_object(call, property_accessor_create(call->self, &mail_owner));
}

#define READ_ROW(name, id, field)                                                                                      \
    {                                                                                                                  \
        name, id, KIND_GET, 0, 0, mail_get, field                                                                      \
    }
#define FIELD_ROWS(name, id, field)                                                                                    \
    READ_ROW(name, id, field),                                                                                         \
    {                                                                                                                  \
        name, id, KIND_PUT, 1, 1, mail_put, field                                                                      \
    }

/* Reading is behind the object model guard, writing is not. */
#define GUARDED_READ_ROW(name, id, field)                                                                              \
    {                                                                                                                  \
        name, id, KIND_GET | KIND_GUARDED, 0, 0, mail_get, field                                                       \
    }
#define GUARDED_ROWS(name, id, field)                                                                                  \
    GUARDED_READ_ROW(name, id, field),                                                                                 \
    {                                                                                                                  \
        name, id, KIND_PUT, 1, 1, mail_put, field                                                                      \
    }

static const struct member mail_members[] = {
    {L"Parent", 61441, KIND_GET, 0, 0, mail_parent, 0},
    FIELD_ROWS(L"Subject", 55, FIELD_SUBJECT),
    GUARDED_ROWS(L"To", 3588, FIELD_TO),
    GUARDED_ROWS(L"CC", 3587, FIELD_CC),
    GUARDED_ROWS(L"BCC", 3586, FIELD_BCC),
    GUARDED_ROWS(L"Body", 37120, FIELD_BODY),
    GUARDED_ROWS(L"HTMLBody", 62468, FIELD_HTML_BODY),
    FIELD_ROWS(L"BodyFormat", 64073, FIELD_BODY_FORMAT),
    FIELD_ROWS(L"BillingInformation", 34101, FIELD_BILLING_INFORMATION),
    FIELD_ROWS(L"Mileage", 34100, FIELD_MILEAGE),
    FIELD_ROWS(L"Categories", 36865, FIELD_CATEGORIES),
    FIELD_ROWS(L"Companies", 34107, FIELD_COMPANIES),
    FIELD_ROWS(L"MessageClass", 26, FIELD_MESSAGE_CLASS),
    FIELD_ROWS(L"Importance", 23, FIELD_IMPORTANCE),
    FIELD_ROWS(L"Sensitivity", 54, FIELD_SENSITIVITY),
    FIELD_ROWS(L"FlagRequest", 34096, FIELD_FLAG_REQUEST),
    FIELD_ROWS(L"VotingOptions", 61467, FIELD_VOTING_OPTIONS),
    FIELD_ROWS(L"ReadReceiptRequested", 41, FIELD_READ_RECEIPT_REQUESTED),
    FIELD_ROWS(L"OriginatorDeliveryReportRequested", 35, FIELD_DELIVERY_REPORT_REQUESTED),
    FIELD_ROWS(L"DeleteAfterSubmit", 3585, FIELD_DELETE_AFTER_SUBMIT),
    FIELD_ROWS(L"NoAging", 34062, FIELD_NO_AGING),
    FIELD_ROWS(L"UnRead", 61468, FIELD_UNREAD),
    FIELD_ROWS(L"DeferredDeliveryTime", 15, FIELD_DEFERRED_DELIVERY_TIME),
    FIELD_ROWS(L"ExpiryTime", 21, FIELD_EXPIRY_TIME),
    GUARDED_ROWS(L"SentOnBehalfOfName", 66, FIELD_SENT_ON_BEHALF_OF_NAME),
    READ_ROW(L"EntryID", 61470, FIELD_ENTRY_ID),
    READ_ROW(L"Size", 3592, FIELD_SIZE),
    READ_ROW(L"ConversationTopic", 112, FIELD_CONVERSATION_TOPIC),
    READ_ROW(L"CreationTime", 12295, FIELD_CREATION_TIME),
    READ_ROW(L"LastModificationTime", 12296, FIELD_LAST_MODIFICATION_TIME),
    READ_ROW(L"ReceivedTime", 3590, FIELD_RECEIVED_TIME),
    READ_ROW(L"SentOn", 57, FIELD_SENT_ON),
    READ_ROW(L"Sent", 62466, FIELD_SENT),
    READ_ROW(L"Submitted", 62467, FIELD_SUBMITTED),
    GUARDED_READ_ROW(L"SenderName", 3098, FIELD_SENDER_NAME),
    GUARDED_READ_ROW(L"SenderEmailAddress", 3103, FIELD_SENDER_EMAIL_ADDRESS),
    GUARDED_READ_ROW(L"ReplyRecipientNames", 80, FIELD_REPLY_RECIPIENT_NAMES),
    {L"Saved", 61603, KIND_GET, 0, 0, mail_saved, 0},
    {L"Attachments", 63509, KIND_GET, 0, 0, mail_attachments, 0},
    {L"Recipients", 63508, KIND_GET | KIND_GUARDED, 0, 0, mail_recipients, false},
    {L"ReplyRecipients", 61459, KIND_GET, 0, 0, mail_recipients, true},
    {L"SendUsingAccount", 64209, KIND_GET, 0, 0, mail_get_account, 0},
    {L"SendUsingAccount", 64209, KIND_PUT, 1, 1, mail_ignore_account, 0},
    {L"SendUsingAccount", 64209, KIND_PUTREF, 1, 1, mail_set_account, 0},
    {L"SaveSentMessageFolder", 62465, KIND_GET, 0, 0, mail_get_sent_folder, 0},
    {L"SaveSentMessageFolder", 62465, KIND_PUT | KIND_PUTREF, 1, 1, mail_set_sent_folder, 0},
    {L"PropertyAccessor", 64253, KIND_GET | KIND_GUARDED, 0, 0, mail_property_accessor, 0},
    {L"Save", 61512, KIND_METHOD, 0, 0, mail_save, 0},
    {L"Send", 61557, KIND_METHOD | KIND_SENDS, 0, 0, mail_send, 0},
    {L"Delete", 61514, KIND_METHOD, 0, 0, mail_delete, 0},
    {L"Move", 61492, KIND_METHOD, 1, 1, mail_move, 0},
    {L"Close", 61475, KIND_METHOD, 1, 1, mail_close, 0},
};

const struct object_class mail_item_class = {
    .name = L"MailItem",
    .number = 43,
    CLASS_MEMBERS(mail_members),
    .destroy = mail_destroy,
    .alive = mail_alive,
};

static struct mail_item *mail_item_create(void)
{
    if (!may_open()) return NULL;
    open_items++;
    return object_create(&mail_item_class, sizeof(struct mail_item), NULL);
}

struct object *mail_item_new(struct folder *folder)
{
    struct mail_item *item = mail_item_create();

    if (!item) return NULL;
    item->work = record_new();
    item->folder = folder;
    return &item->object;
}

struct object *mail_item_open(struct record *record)
{
    struct mail_item *item = mail_item_create();

    if (!item) return NULL;
    if (record->folder && record->folder->number == STORE_OUTBOX && record->numbers[FIELD_OPENED] == 0)
    {
        record->numbers[FIELD_OPENED] = 1;
        store_update(record);
    }
    item->work = record_new();
    record_assign(item->work, record);
    wcscpy(item->work->id, record->id);
    item->saved = record;
    record_add_ref(record);
    item->folder = record->folder;
    item->version = record->version;
    item->moves = record->moves;
    return &item->object;
}

/* record.c - one item: its fields, recipients and attachments. See record.h.
 * The table of fields is the one place that knows their names: the file format, filters and columns follow from it. */
#include "record.h"
#include "html.h"
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

static const struct
{
    const WCHAR *name;
    VARTYPE type;
} fields[FIELD_COUNT] = {
    [FIELD_SUBJECT] = {L"Subject", VT_BSTR},
    [FIELD_BODY] = {L"Body", VT_BSTR},
    [FIELD_HTML_BODY] = {L"HTMLBody", VT_BSTR},
    [FIELD_BILLING_INFORMATION] = {L"BillingInformation", VT_BSTR},
    [FIELD_MILEAGE] = {L"Mileage", VT_BSTR},
    [FIELD_CATEGORIES] = {L"Categories", VT_BSTR},
    [FIELD_COMPANIES] = {L"Companies", VT_BSTR},
    [FIELD_MESSAGE_CLASS] = {L"MessageClass", VT_BSTR},
    [FIELD_SENT_ON_BEHALF_OF_NAME] = {L"SentOnBehalfOfName", VT_BSTR},
    [FIELD_FLAG_REQUEST] = {L"FlagRequest", VT_BSTR},
    [FIELD_VOTING_OPTIONS] = {L"VotingOptions", VT_BSTR},
    [FIELD_SENDER_NAME] = {L"SenderName", VT_BSTR},
    [FIELD_SENDER_EMAIL_ADDRESS] = {L"SenderEmailAddress", VT_BSTR},
    [FIELD_ACCOUNT] = {L"Account", VT_BSTR},
    [FIELD_SENT_FOLDER] = {L"SaveSentMessageFolder", VT_BSTR},
    [FIELD_IMPORTANCE] = {L"Importance", VT_I4},
    [FIELD_SENSITIVITY] = {L"Sensitivity", VT_I4},
    [FIELD_BODY_FORMAT] = {L"BodyFormat", VT_I4},
    [FIELD_READ_RECEIPT_REQUESTED] = {L"ReadReceiptRequested", VT_BOOL},
    [FIELD_DELIVERY_REPORT_REQUESTED] = {L"OriginatorDeliveryReportRequested", VT_BOOL},
    [FIELD_DELETE_AFTER_SUBMIT] = {L"DeleteAfterSubmit", VT_BOOL},
    [FIELD_NO_AGING] = {L"NoAging", VT_BOOL},
    [FIELD_UNREAD] = {L"UnRead", VT_BOOL},
    [FIELD_SENT] = {L"Sent", VT_BOOL},
    [FIELD_SUBMITTED] = {L"Submitted", VT_BOOL},
    [FIELD_OPENED] = {L"Opened", VT_BOOL},
    [FIELD_CREATION_TIME] = {L"CreationTime", VT_DATE},
    [FIELD_LAST_MODIFICATION_TIME] = {L"LastModificationTime", VT_DATE},
    [FIELD_DEFERRED_DELIVERY_TIME] = {L"DeferredDeliveryTime", VT_DATE},
    [FIELD_EXPIRY_TIME] = {L"ExpiryTime", VT_DATE},
    [FIELD_SENT_ON] = {L"SentOn", VT_DATE},
    [FIELD_RECEIVED_TIME] = {L"ReceivedTime", VT_DATE},
    [FIELD_TO] = {L"To", VT_BSTR},
    [FIELD_CC] = {L"CC", VT_BSTR},
    [FIELD_BCC] = {L"BCC", VT_BSTR},
    [FIELD_REPLY_RECIPIENT_NAMES] = {L"ReplyRecipientNames", VT_BSTR},
    [FIELD_CONVERSATION_TOPIC] = {L"ConversationTopic", VT_BSTR},
    [FIELD_ENTRY_ID] = {L"EntryID", VT_BSTR},
    [FIELD_SIZE] = {L"Size", VT_I4},
};

/* Outlook takes no number beyond its enumerations. */
static const struct
{
    enum field field;
    long lowest, highest;
} ranges[] = {
    {FIELD_IMPORTANCE, 0, 2},
    {FIELD_SENSITIVITY, 0, 3},
    {FIELD_BODY_FORMAT, 1, 3},
};

static long recipient_type(enum field field)
{
    return field == FIELD_TO    ? RECIPIENT_TO
           : field == FIELD_CC  ? RECIPIENT_CC
           : field == FIELD_BCC ? RECIPIENT_BCC
                                : RECIPIENT_REPLY;
}

struct record *record_new(void)
{
    struct record *record = memory_new(sizeof(*record));

    record->ref = 1;
    for (int i = 0; i < FIELD_STORED_COUNT; i++)
    {
        if (fields[i].type == VT_BSTR) record->texts[i] = text_copy(L"");
        if (fields[i].type == VT_DATE) record->numbers[i] = TIME_NONE;
    }
    text_set(&record->texts[FIELD_MESSAGE_CLASS], L"IPM.Note");
    record->numbers[FIELD_IMPORTANCE] = 1;
    record->numbers[FIELD_BODY_FORMAT] = BODY_PLAIN;
    record->numbers[FIELD_CREATION_TIME] = record->numbers[FIELD_LAST_MODIFICATION_TIME] = time_now();
    return record;
}

static void clear_lists(struct record *record)
{
    while (record->recipient_count)
        record_remove_recipient(record, record->recipient_count - 1);
    while (record->attachment_count)
        record_remove_attachment(record, record->attachment_count - 1);
}

void record_add_ref(struct record *record)
{
    record->ref++;
}

void record_release(struct record *record)
{
    if (!record || --record->ref) return;
    clear_lists(record);
    for (int i = 0; i < FIELD_STORED_COUNT; i++)
        free(record->texts[i]);
    properties_clear(&record->properties);
    free(record->recipients);
    free(record->attachments);
    free(record);
}

void record_assign(struct record *to, const struct record *from)
{
    for (int i = 0; i < FIELD_STORED_COUNT; i++)
    {
        if (from->texts[i]) text_set(&to->texts[i], from->texts[i]);
        to->numbers[i] = from->numbers[i];
    }
    clear_lists(to);
    for (size_t i = 0; i < from->recipient_count; i++)
    {
        const struct recipient *source = &from->recipients[i];
        struct recipient *copy = record_add_recipient(to, source->type, source->name);

        text_set(&copy->address, source->address);
        copy->resolved = source->resolved;
    }
    for (size_t i = 0; i < from->attachment_count; i++)
    {
        const struct attachment *source = &from->attachments[i];
        struct attachment *copy = record_add_attachment(to);

        text_set(&copy->stored, source->stored);
        text_set(&copy->file_name, source->file_name);
        text_set(&copy->display_name, source->display_name);
        copy->size = source->size;
        copy->position = source->position;
        properties_assign(&copy->properties, &source->properties);
    }
    properties_assign(&to->properties, &from->properties);
}

enum field record_field(const WCHAR *name)
{
    int i = 0;

    while (i < FIELD_COUNT && !text_same(fields[i].name, name))
        i++;
    return (enum field)i;
}

const WCHAR *record_field_name(enum field field)
{
    return fields[field].name;
}

/* Names divided by "; ", as Outlook shows them. */
static WCHAR *recipient_names(const struct record *record, long type)
{
    WCHAR *names = text_copy(L"");

    for (size_t i = 0; i < record->recipient_count; i++)
    {
        WCHAR *longer;

        if (record->recipients[i].type != type) continue;
        longer = text_format(*names ? L"%s; %s" : L"%s%s", names, record->recipients[i].name);
        free(names);
        names = longer;
    }
    return names;
}

static long record_size(const struct record *record)
{
    double size = 512;

    for (int i = 0; i < FIELD_STORED_COUNT; i++)
        if (record->texts[i]) size += 2 * (double)wcslen(record->texts[i]);
    for (size_t i = 0; i < record->attachment_count; i++)
        size += (double)record->attachments[i].size;
    return size > LONG_MAX ? LONG_MAX : (long)size;
}

static WCHAR *computed_text(const struct record *record, enum field field)
{
    switch (field)
    {
    case FIELD_ENTRY_ID:
        return text_copy(record->id);
    case FIELD_CONVERSATION_TOPIC:
        return text_copy(record->texts[FIELD_SUBJECT]);
    case FIELD_HTML_BODY:
        return record_html(record);
    default:
        return recipient_names(record, recipient_type(field));
    }
}

void record_get(const struct record *record, enum field field, VARIANT *value)
{
    double number = field < FIELD_STORED_COUNT ? record->numbers[field] : (double)record_size(record);

    VariantInit(value);
    V_VT(value) = fields[field].type;
    switch (fields[field].type)
    {
    case VT_BSTR:
        if (field < FIELD_STORED_COUNT && field != FIELD_HTML_BODY)
            V_BSTR(value) = SysAllocString(record->texts[field]);
        else
        {
            WCHAR *text = computed_text(record, field);

            V_BSTR(value) = SysAllocString(text);
            free(text);
        }
        break;
    case VT_DATE:
        V_DATE(value) = number;
        break;
    case VT_BOOL:
        V_BOOL(value) = number != 0 ? VARIANT_TRUE : VARIANT_FALSE;
        break;
    default:
        V_I4(value) = (LONG)number;
    }
}

static void set_recipients(struct record *record, long type, const WCHAR *list)
{
    for (size_t i = record->recipient_count; i-- > 0;)
        if (record->recipients[i].type == type) record_remove_recipient(record, i);
    while (*list)
    {
        size_t length = wcscspn(list, L";");
        WCHAR *name = text_trim(list, length, L"");

        if (*name) record_add_recipient(record, type, name);
        free(name);
        list += length;
        if (*list) list++;
    }
}

static void set_text(struct record *record, enum field field, const WCHAR *text)
{
    text_set(&record->texts[field], text);
    if (field == FIELD_BODY) text_set(&record->texts[FIELD_HTML_BODY], L"");
    if (field != FIELD_HTML_BODY) return;
    free(record->texts[FIELD_BODY]);
    record->texts[FIELD_BODY] = html_to_text(text);
    record->numbers[FIELD_BODY_FORMAT] = BODY_HTML;
}

static bool in_range(enum field field, long number)
{
    for (size_t i = 0; i < ARRAYSIZE(ranges); i++)
        if (ranges[i].field == field) return number >= ranges[i].lowest && number <= ranges[i].highest;
    return true;
}

HRESULT record_set(struct record *record, enum field field, const VARIANT *value)
{
    VARIANT changed;
    HRESULT hr;

    if (V_VT(value) == VT_NULL) return DISP_E_TYPEMISMATCH;
    VariantInit(&changed);
    if (FAILED(hr = VariantChangeType(&changed, (VARIANT *)value, VARIANT_ALPHABOOL, fields[field].type))) return hr;
    if (V_VT(&changed) == VT_I4 && !in_range(field, V_I4(&changed))) return E_INVALIDARG;
    if (field >= FIELD_STORED_COUNT)
        set_recipients(record, recipient_type(field), V_BSTR(&changed) ? V_BSTR(&changed) : L"");
    else if (fields[field].type == VT_BSTR)
        set_text(record, field, V_BSTR(&changed));
    else
        record->numbers[field] = fields[field].type == VT_DATE   ? V_DATE(&changed)
                                 : fields[field].type == VT_BOOL ? V_BOOL(&changed) != VARIANT_FALSE
                                                                 : V_I4(&changed);
    if (field == FIELD_BODY_FORMAT && record->numbers[field] == BODY_PLAIN)
        text_set(&record->texts[FIELD_HTML_BODY], L"");
    VariantClear(&changed);
    return S_OK;
}

struct recipient *record_add_recipient(struct record *record, long type, const WCHAR *name)
{
    static unsigned last_serial;
    struct recipient *recipient;

    record->recipients = memory_resize(record->recipients, (record->recipient_count + 1) * sizeof(*record->recipients));
    recipient = &record->recipients[record->recipient_count++];
    *recipient = (struct recipient){++last_serial, type, false, text_copy(name), text_copy(L"")};
    return recipient;
}

void record_remove_recipient(struct record *record, size_t index)
{
    free(record->recipients[index].name);
    free(record->recipients[index].address);
    memmove(&record->recipients[index], &record->recipients[index + 1],
        (--record->recipient_count - index) * sizeof(*record->recipients));
}

struct attachment *record_add_attachment(struct record *record)
{
    struct attachment *attachment;

    record->attachments =
        memory_resize(record->attachments, (record->attachment_count + 1) * sizeof(*record->attachments));
    attachment = &record->attachments[record->attachment_count++];
    *attachment = (struct attachment){text_copy(L""), text_copy(L""), text_copy(L""), 0, 1, {0}};
    return attachment;
}

void record_remove_attachment(struct record *record, size_t index)
{
    free(record->attachments[index].stored);
    free(record->attachments[index].file_name);
    free(record->attachments[index].display_name);
    properties_clear(&record->attachments[index].properties);
    memmove(&record->attachments[index], &record->attachments[index + 1],
        (--record->attachment_count - index) * sizeof(*record->attachments));
}

WCHAR *record_html(const struct record *record)
{
    if (!text_empty(record->texts[FIELD_HTML_BODY])) return text_copy(record->texts[FIELD_HTML_BODY]);
    return html_from_text(record->texts[FIELD_BODY]);
}

/* record.h - one item: its fields, recipients and attachments, apart from where it stands.
 * Records in the store are shared and counted; a client works on a copy of its own until it saves. */
#pragma once

#include "properties.h"

enum field
{
    FIELD_SUBJECT,
    FIELD_BODY,
    FIELD_HTML_BODY,
    FIELD_BILLING_INFORMATION,
    FIELD_MILEAGE,
    FIELD_CATEGORIES,
    FIELD_COMPANIES,
    FIELD_MESSAGE_CLASS,
    FIELD_SENT_ON_BEHALF_OF_NAME,
    FIELD_FLAG_REQUEST,
    FIELD_VOTING_OPTIONS,
    FIELD_SENDER_NAME,
    FIELD_SENDER_EMAIL_ADDRESS,
    FIELD_ACCOUNT,     /* SMTP address of SendUsingAccount */
    FIELD_SENT_FOLDER, /* EntryID of SaveSentMessageFolder; "": that of the store */
    FIELD_IMPORTANCE,
    FIELD_SENSITIVITY,
    FIELD_BODY_FORMAT,
    FIELD_READ_RECEIPT_REQUESTED,
    FIELD_DELIVERY_REPORT_REQUESTED,
    FIELD_DELETE_AFTER_SUBMIT,
    FIELD_NO_AGING,
    FIELD_UNREAD,
    FIELD_SENT,
    FIELD_SUBMITTED,
    FIELD_OPENED, /* touched in an Outbox: it does not leave */
    FIELD_CREATION_TIME,
    FIELD_LAST_MODIFICATION_TIME,
    FIELD_DEFERRED_DELIVERY_TIME,
    FIELD_EXPIRY_TIME,
    FIELD_SENT_ON,
    FIELD_RECEIVED_TIME,
    FIELD_STORED_COUNT,
    /* made of the others: */
    FIELD_TO = FIELD_STORED_COUNT,
    FIELD_CC,
    FIELD_BCC,
    FIELD_REPLY_RECIPIENT_NAMES,
    FIELD_CONVERSATION_TOPIC,
    FIELD_ENTRY_ID,
    FIELD_SIZE,
    FIELD_COUNT
};

enum
{
    RECIPIENT_TO = 1,
    RECIPIENT_CC,
    RECIPIENT_BCC,
    RECIPIENT_REPLY = 100 /* of ReplyRecipients */
};

enum
{
    BODY_PLAIN = 1,
    BODY_HTML = 2
};

struct recipient
{
    unsigned serial; /* tells it from all others, whatever its place */
    long type;
    bool resolved;
    WCHAR *name, *address; /* address "" until resolved */
};

struct attachment
{
    WCHAR *stored; /* name in the store's folder for attachments */
    WCHAR *file_name, *display_name;
    LONGLONG size;
    long position;
    struct properties properties;
};

struct folder;

struct record
{
    LONG ref;
    WCHAR id[49];          /* EntryID, "" before it is saved */
    struct folder *folder; /* NULL: in none, or deleted */
    unsigned version;      /* of its contents */
    unsigned moves;        /* how often it changed its folder */
    ULONGLONG submitted_tick;
    WCHAR *texts[FIELD_STORED_COUNT];   /* of text fields */
    double numbers[FIELD_STORED_COUNT]; /* of all others */
    struct recipient *recipients;
    size_t recipient_count;
    struct attachment *attachments;
    size_t attachment_count;
    struct properties properties;
};

struct record *record_new(void);
void record_add_ref(struct record *record);
void record_release(struct record *record);
/* Makes the contents of `to` those of `from`; place, id and version stay. */
void record_assign(struct record *to, const struct record *from);

/* FIELD_COUNT: no such field. Regardless of case. */
enum field record_field(const WCHAR *name);
const WCHAR *record_field_name(enum field field);
/* VT_BSTR, VT_I4, VT_BOOL or VT_DATE. The caller clears it. */
void record_get(const struct record *record, enum field field, VARIANT *value);
/* A value of another type is changed into the field's; E_INVALIDARG: it is none of the enumeration. FIELD_TO, _CC and
 * _BCC replace the recipients of that type. */
HRESULT record_set(struct record *record, enum field field, const VARIANT *value);

struct recipient *record_add_recipient(struct record *record, long type, const WCHAR *name);
void record_remove_recipient(struct record *record, size_t index);
struct attachment *record_add_attachment(struct record *record);
void record_remove_attachment(struct record *record, size_t index);
/* The HTML body, made of the text where only that was set. The caller frees it. */
WCHAR *record_html(const struct record *record);

/* As a file of lines `Name=value`, and back. */
void record_write(const struct record *record, struct buffer *buffer);
void record_read_line(void *record, WCHAR *line);

/* sandbox.h - the objects of the stand-in for Outlook: their classes and how one is made.
 * Every _create returns one reference, which the caller owns. Main thread only. */
#pragma once

#include "dispatch.h"
#include "store.h"

extern const struct object_class application_class, namespace_class, folder_class, folders_class, items_class,
    mail_item_class, attachments_class, attachment_class, recipients_class, recipient_class, accounts_class,
    account_class, stores_class, store_class, table_class, row_class, columns_class, column_class, explorers_class,
    explorer_class, inspectors_class;

/* What every collection answers (collection.c). */
extern const struct member collection_members[];
extern const size_t collection_member_count;

/* The one Application; not counted, it lives as long as the process. */
struct object *application_object(void);
void application_init(void);

struct object *namespace_create(void);
struct object *folder_create(struct folder *folder);
struct folder *folder_of_object(struct object *folder);
struct object *folders_create(struct object *parent, struct folder *folder);
/* filter NULL: all. */
struct object *items_create(struct object *parent, struct folder *folder, const WCHAR *filter);
struct object *explorers_create(void);
/* NULL while no window is shown. */
struct object *explorer_create(void);
struct object *inspectors_create(void);
/* Both NULL: as many items are open as the control file allows.
 * Looks at an item of the store as a client does; one in an Outbox counts as opened and does not leave it any more. */
struct object *mail_item_open(struct record *record);
/* A new one, in no folder yet; Save puts it into `folder`. */
struct object *mail_item_new(struct folder *folder);
/* parent: the item; the record is its working copy, of which they keep a reference. */
struct object *attachments_create(struct object *parent, struct record *record);
/* replies: those of ReplyRecipients instead of To, CC and BCC. */
struct object *recipients_create(struct object *parent, struct record *record, bool replies);
/* Looks up every recipient of the record: true if all are known. */
bool recipients_resolve_all(struct record *record, bool replies);
/* A recipient of no item: CreateRecipient, CurrentUser. address NULL: to be resolved. */
struct object *recipient_create_alone(const WCHAR *name, const WCHAR *address);
struct object *accounts_create(void);
/* By SMTP address; NULL: no such account. */
struct object *account_create(const WCHAR *address);
const WCHAR *account_address(struct object *account);
struct object *stores_create(void);
struct object *store_object_create(struct store *store);
/* The store that the account delivers to; NULL: none that Outlook knows of. */
struct store *account_store(size_t index);
/* Fails with TEXT_BAD_CONDITION's number where the filter is not understood. */
HRESULT table_create(struct object *folder_object, struct folder *folder, const WCHAR *filter, struct object **table);

/* The item has changes that are not saved. */
void mail_item_touch(struct object *item);
bool mail_item_is_saved(struct object *item);

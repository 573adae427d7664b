/* store.h - the stores with their folders and items, in memory and on disk.
 * On disk, of the default store: <store>\<folder>\<EntryID>.item; of another one: <store>\stores\<name>\<folder>\...;
 * attachments of all in <store>\attachments. What a function has written is flushed when it returns. One process at a
 * time: <store>\store.lock is locked while they are open. Main thread only. */
#pragma once

#include "record.h"

#define STORE_INBOX 6
#define STORE_OUTBOX 4
#define STORE_SENT 5
#define STORE_DELETED 3
#define STORE_DRAFTS 16

struct folder
{
    WCHAR *name, *path; /* path: on disk */
    WCHAR id[49];
    long number;           /* OlDefaultFolders, 0: none of them */
    long item_type;        /* OlItemType */
    struct folder *parent; /* NULL: the root */
    struct folder **folders;
    size_t folder_count;
    struct record **records; /* in the order in which they came here */
    size_t record_count, record_room;
    unsigned generation; /* changes when records come, go or change */
};

struct store
{
    WCHAR *name, *id;
    struct folder *root;
};

/* False: another process has it, or the place cannot be used. */
bool store_open(const WCHAR *path);
void store_close(void);

const WCHAR *store_path(void);
size_t store_count(void);
struct store *store_at(size_t index); /* 0: the default one */
/* "" is the default one; NULL: there is none. */
struct store *store_by_id(const WCHAR *id);
/* The one of that name, made where it is not there; "" is the default one. */
struct store *store_named(const WCHAR *name);
struct store *store_of_folder(const struct folder *folder);
struct folder *store_folder(const struct store *store, long number); /* NULL: none */
struct folder *store_default_folder(long number);                    /* of the default store */
struct folder *store_folder_by_id(const struct store *store, const WCHAR *id);
struct record *store_record_by_id(const struct store *store, const WCHAR *id);
HRESULT store_add_folder(struct folder *parent, const WCHAR *name, long item_type, struct folder **folder);
long store_unread_count(const struct folder *folder);

/* Gives the record an EntryID and a place; the store keeps a reference of its own. */
HRESULT store_add(struct folder *folder, struct record *record);
/* Writes the record as it is now. */
HRESULT store_update(struct record *record);
/* Writes it as it is now and moves it: new EntryID; there is no moment with none or two of it. */
HRESULT store_move(struct record *record, struct folder *folder);
/* For good, with its attachments. */
HRESULT store_remove(struct record *record);

/* Copies a file in, under a name of its own. The caller owns *stored. */
HRESULT store_add_attachment(const WCHAR *source, WCHAR **stored, LONGLONG *size);
WCHAR *store_attachment_path(const WCHAR *stored);

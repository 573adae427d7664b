/* dispatch.h - objects that answer IDispatch out of tables.
 * A class is a table of members; adding a member is adding a row and a function. All of it runs on the main thread. */
#pragma once

#include "errors.h"

#define KIND_GET 1u
#define KIND_PUT 2u
#define KIND_PUTREF 4u
#define KIND_METHOD 8u
#define KIND_SESSION 16u /* together with one of the above: needs a session, logs on by itself */

#define KIND_GUARDED 32u /* behind the object model guard */
#define KIND_SENDS 64u   /* behind its prompt for sending */

#define CALL_MAX_ARGS 8

struct object;
struct call;

struct member
{
    const WCHAR *name;
    DISPID id;
    unsigned kind;
    unsigned min_args, max_args;
    /* Returns Outlook's own number for a failure (see errors.h), or call_fail(). */
    HRESULT (*function)(struct call *call);
    int param; /* for functions that serve several members */
};

/* What a collection has to offer so that Count, Item, _NewEnum and the Get… methods work; indexes begin at 1. */
struct collection
{
    long (*count)(struct object *object);
    HRESULT (*at)(struct object *object, long index, struct object **item); /* index is in range */
    long (*find)(struct object *object, const WCHAR *name);                 /* 0: none; NULL: no look-up by name */
};

struct object_class
{
    const WCHAR *name; /* as the control file writes it */
    long number;       /* OlObjectClass */
    const struct member *members;
    size_t member_count;
    const struct collection *collection;                /* NULL: none */
    bool guarded;                                       /* every member is, whatever its row says */
    void (*destroy)(struct object *object);             /* NULL: nothing to let go */
    HRESULT (*query)(struct object *, REFIID, void **); /* NULL: IUnknown and IDispatch only */
    HRESULT (*alive)(struct object *object);            /* asked before each member; NULL: always */
};

#define CLASS_MEMBERS(table) .members = (table), .member_count = ARRAYSIZE(table)

/* The beginning of each object. */
struct object
{
    IDispatch IDispatch_iface;
    LONG ref;
    const struct object_class *cls;
    struct object *parent; /* counted; NULL: the Application */
    long cursor;           /* of GetFirst, GetNext, …; 0: before the first */
    struct object *next, *previous;
};

struct call
{
    struct object *self;
    const struct member *member;
    unsigned count;               /* arguments, those left out at the end not counted */
    VARIANT *args[CALL_MAX_ARGS]; /* in the order written, values, not references; NULL: left out */
    VARIANT *result;              /* empty at the start */
    EXCEPINFO *error;             /* filled by call_fail */
};

/* A zeroed object of `size` bytes with one reference, counted as in use by somebody. parent may be NULL. */
void *object_create(const struct object_class *cls, size_t size, struct object *parent);
/* For the one object that is there without anybody using it. */
void object_init(struct object *object, const struct object_class *cls);
void object_add_ref(struct object *object);
void object_release(struct object *object);
/* Whether `Class.Member` is one that some object has, in any case of the letters. */
bool object_has_member(const WCHAR *dotted);
/* What the object's class says of it: S_OK, or why no member works any more. */
HRESULT object_alive(struct object *object);
/* For classes whose objects live as long as their parent does. */
HRESULT object_parent_alive(struct object *object);
/* Cuts every object off from its clients. */
void object_disconnect_all(void);

/* Fails with a text of its own. */
HRESULT call_fail(struct call *call, HRESULT scode, const WCHAR *text);
bool call_has(const struct call *call, unsigned index);
/* The argument as that type; left out: the last parameter, where there is one. DISP_E_TYPEMISMATCH,
 * DISP_E_PARAMNOTOPTIONAL. */
HRESULT call_text(struct call *call, unsigned index, const WCHAR **text); /* valid during the call */
HRESULT call_long(struct call *call, unsigned index, long *number, long otherwise);
HRESULT call_bool(struct call *call, unsigned index, bool *flag, bool otherwise);
/* One of our own objects of that class, not counted. */
HRESULT call_object(struct call *call, unsigned index, const struct object_class *cls, void *object);

/* The same values, where no call returns them. */
HRESULT variant_text(VARIANT *value, const WCHAR *text);
HRESULT variant_long(VARIANT *value, long number);

HRESULT call_return_text(struct call *call, const WCHAR *text);
HRESULT call_return_long(struct call *call, long number);
HRESULT call_return_bool(struct call *call, bool flag);
/* Takes over the caller's reference; NULL: Nothing. */
HRESULT call_return_object(struct call *call, struct object *object);
/* The same for what mail_item_new and mail_item_open gave. */
HRESULT call_return_item(struct call *call, struct object *item);

/* Rows for collections that have a cursor. */
HRESULT collection_get_first(struct call *call);
HRESULT collection_get_next(struct call *call);
HRESULT collection_get_last(struct call *call);
HRESULT collection_get_previous(struct call *call);
/* Finds the index that the argument names by number or text. */
HRESULT collection_index(struct call *call, unsigned argument, long *index);

#define CURSOR_ROWS                                                                                                    \
    {L"GetFirst", 86, KIND_METHOD, 0, 0, collection_get_first, 0},                                                     \
        {L"GetNext", 87, KIND_METHOD, 0, 0, collection_get_next, 0},                                                   \
        {L"GetLast", 88, KIND_METHOD, 0, 0, collection_get_last, 0},                                                   \
    {                                                                                                                  \
        L"GetPrevious", 89, KIND_METHOD, 0, 0, collection_get_previous, 0                                              \
    }

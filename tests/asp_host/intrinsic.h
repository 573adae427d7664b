/* intrinsic.h - the objects that a page finds (Request, Response, Server) as late-bound objects made of tables.
 * A class is a table of members; a member's DISPID is its row, so row 0 is the default member. One thread. */
#pragma once

#include <windows.h>
#include <oleauto.h>
#include <stdbool.h>

#define CALL_MAX_ARGUMENTS 4

struct intrinsic;

struct call
{
    struct intrinsic *self;
    bool put;                              /* a property is set: to the last argument */
    unsigned count;                        /* of arguments, those left out not counted */
    VARIANT arguments[CALL_MAX_ARGUMENTS]; /* as written, without references */
    VARIANT *result;                       /* empty at the start */
    EXCEPINFO *error;
};

struct member
{
    const WCHAR *name; /* NULL: there is none */
    unsigned max_arguments;
    bool settable;
    HRESULT (*function)(struct call *call);
};

struct intrinsic_class
{
    const struct member *members;
    unsigned count;
    size_t size;                             /* of its objects */
    void (*destroy)(struct intrinsic *self); /* NULL: nothing to let go */
};

/* The beginning of each object. */
struct intrinsic
{
    IDispatch IDispatch_iface;
    LONG ref;
    const struct intrinsic_class *cls;
};

/* A zeroed object with one reference. */
void *intrinsic_create(const struct intrinsic_class *cls);
/* Lets the script see an error with this code and text. */
HRESULT call_fail(struct call *call, HRESULT code, const WCHAR *source, const WCHAR *text);
/* Argument index as text, "" for Null and Empty; the caller frees it. */
HRESULT call_text(struct call *call, unsigned index, BSTR *text);
/* Each takes over what it is given. */
HRESULT call_return_text(struct call *call, BSTR text);
HRESULT call_return_object(struct call *call, void *object);
HRESULT call_return_long(struct call *call, LONG number);

/* property_accessor.h - PropertyAccessor: an owner's properties by their names. Main thread only. */
#pragma once

#include "dispatch.h"
#include "properties.h"

/* What an owner has of its own; a tag that it does not know gives S_FALSE and is kept with the others. */
struct property_owner
{
    struct properties *(*properties)(struct object *owner);
    HRESULT (*get)(struct object *owner, unsigned tag, VARIANT *value);
    HRESULT (*put)(struct object *owner, unsigned tag, const VARIANT *value);
    void (*touch)(struct object *owner); /* something was changed */
};

extern const struct object_class property_accessor_class;

/* Lives as long as its owner does; the caller owns the reference. */
struct object *property_accessor_create(struct object *owner, const struct property_owner *kind);

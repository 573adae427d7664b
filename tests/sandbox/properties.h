/* properties.h - the properties of an item or an attachment that have no member of their own: what PropertyAccessor
 * sets. A proptag's type is part of its name, and the ANSI text is the Unicode one; a named property has the type it
 * was set with. Texts, numbers, truth values and times; what is binary can be asked for, but is never there. */
#pragma once

#include "errors.h"

/* As PropertyAccessor takes them, without what stands before. */
#define TAG_SUBJECT 0x0037001Fu
#define TAG_SENDER_NAME 0x0C1A001Fu
#define TAG_SENDER_ADDRESS 0x0C1F001Fu
#define TAG_MESSAGE_CLASS 0x001A001Fu
#define TAG_IMPORTANCE 0x00170003u
#define TAG_SENSITIVITY 0x00360003u
#define TAG_BODY 0x1000001Fu
#define TAG_DISPLAY_NAME 0x3001001Fu
#define TAG_ATTACH_FILE_NAME 0x3704001Fu
#define TAG_ATTACH_METHOD 0x37050003u
#define TAG_ATTACH_LONG_FILE_NAME 0x3707001Fu
#define TAG_ATTACH_SIZE 0x0E200003u
#define TAG_ATTACH_MIME_TAG 0x370E001Fu
#define TAG_ATTACH_CONTENT_ID 0x3712001Fu

struct property
{
    WCHAR *name; /* as property_parse makes it */
    VARTYPE type;
    WCHAR *value; /* as text */
};

struct properties
{
    struct property *rows;
    size_t count;
};

struct property_name
{
    WCHAR text[192]; /* one text for all ways to write it */
    unsigned tag;    /* 0: a named property */
    VARTYPE type;    /* VT_EMPTY: that of the value; VT_ARRAY: binary */
};

/* False: not written as Outlook takes it. */
bool property_parse(const WCHAR *schema_name, struct property_name *name);
/* OUTLOOK_E_NOT_FOUND: it was never set. The caller clears the value. */
HRESULT properties_get(const struct properties *properties, const struct property_name *name, VARIANT *value);
/* DISP_E_TYPEMISMATCH: the value is not of the property's type. */
HRESULT properties_set(struct properties *properties, const struct property_name *name, const VARIANT *value);
/* OUTLOOK_E_NOT_FOUND */
HRESULT properties_remove(struct properties *properties, const struct property_name *name);
/* A text by its tag, "" where it was not set; valid until the next change. */
const WCHAR *properties_text(const struct properties *properties, unsigned tag);

/* As it was read from a file. */
void properties_add(struct properties *properties, const WCHAR *name, VARTYPE type, const WCHAR *value);
void properties_assign(struct properties *to, const struct properties *from);
void properties_clear(struct properties *properties);

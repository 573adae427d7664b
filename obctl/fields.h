/* fields.h - what an object of the broker says of itself, member by member, as people and as programs read it. */
#ifndef OB_OBCTL_FIELDS_H
#define OB_OBCTL_FIELDS_H

#include <windows.h>
#include <oaidl.h>
#include "text.h"

enum field_kind
{
    field_text,
    field_number,
    field_flag,
    field_time, /* a local DATE, or Empty */
    field_code  /* an HRESULT as a number */
};

struct field
{
    const WCHAR *member; /* its name in the contract */
    const WCHAR *label;  /* its name for people; NULL: for programs only */
    enum field_kind kind;
    union
    {
        BSTR text;
        LONG number;
        VARIANT_BOOL flag;
        VARIANT time;
    } value;
};

#define FIELDS_MOST 32

struct fields
{
    struct field all[FIELDS_MOST];
    size_t count;
};

/* Each adds a field and returns the place of its value, which fields_clear lets go of. Member and label are borrowed.
 * NULL is never returned: more than FIELDS_MOST fields are a mistake that ends the program. */
BSTR *fields_add_text(struct fields *fields, const WCHAR *member, const WCHAR *label);
LONG *fields_add_number(struct fields *fields, const WCHAR *member, const WCHAR *label);
LONG *fields_add_code(struct fields *fields, const WCHAR *member, const WCHAR *label);
VARIANT_BOOL *fields_add_flag(struct fields *fields, const WCHAR *member, const WCHAR *label);
VARIANT *fields_add_time(struct fields *fields, const WCHAR *member, const WCHAR *label);

/* Reads a member of an object of the broker into a new field of its name: does nothing once hr, a variable, tells of a
 * failure, so that the first one stays. interface is the prefix of the generated macros, such as IObJob. */
#define FIELDS_READ(hr, interface, object, fields, kind, member, label)                                                \
    do                                                                                                                 \
    {                                                                                                                  \
        if (SUCCEEDED(hr)) hr = interface##_get_##member(object, fields_add_##kind(fields, L"" #member, label));       \
    } while (0)

void fields_clear(struct fields *fields);

/* Leaves the texts and codes that say nothing to programs alone. */
void fields_hide_empty(struct fields *fields);

/* One line a labelled field, values under each other; what is not there is "-". */
void fields_show(struct text *out, const struct fields *fields);

/* The fields as members of a JSON object, without its braces, each line indented by two. */
void fields_json(struct text *out, const struct fields *fields);

/* The one or the other; JSON with its braces. */
void fields_print(struct text *out, const struct fields *fields, BOOL json);

/* A text as a JSON string, with its quotes. */
void json_string(struct text *out, const WCHAR *text);

/* A DATE as 2026-11-22 14:05:09, or as a JSON string with a T for the space; Empty is -, or null. */
void time_add(struct text *out, const VARIANT *time, BOOL json);

/* Reads 2026-11-22 14:05 or 2026-11-22T14:05:09 as a DATE; false if it is not of that form or no such time. */
BOOL time_from_text(const WCHAR *text, VARIANT *time);

#endif

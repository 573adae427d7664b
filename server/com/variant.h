/* variant.h - arguments of scripts, taken as users mean them and refused in words: texts, numbers and lists of texts,
 * by value or by reference. member and argument name the place in error texts. */
#ifndef OB_COM_VARIANT_H
#define OB_COM_VARIANT_H

#include <windows.h>
#include <oaidl.h>
#include "host/error.h"

/* A text: a string, Empty (""), or an object whose default property is one, such as a field of a recordset. Numbers,
 * dates, Null, Nothing and arrays are refused with DISP_E_TYPEMISMATCH. S_OK: *text is a VT_BSTR that the caller
 * clears. */
HRESULT variant_to_text(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *text, struct error *error);

/* A whole number that fits a long: any number, or a text or an object that reads as one. S_OK: *number is a VT_I4. */
HRESULT variant_to_long(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *number, struct error *error);

struct text_list
{
    WCHAR **texts; /* owned */
    size_t count;
};

/* A list of texts: nothing (left out, Empty, ""), one text divided by divider, or an array of texts or VARIANTs, by
 * value or by reference, of any lower bound and one dimension. Entries are as written, with blanks around them removed;
 * empty ones are kept for the caller to judge. Free with text_list_clear. */
HRESULT variant_to_text_list(const VARIANT *value, const WCHAR *member, const WCHAR *argument, WCHAR divider,
    struct text_list *list, struct error *error);
void text_list_clear(struct text_list *list);

/* What a value is, in words: "Null", "Nothing", "a number", "an array" ... */
const WCHAR *variant_words(const VARIANT *value);

/* True if an optional argument was left out or is Empty. */
BOOL variant_is_missing(const VARIANT *value);

#endif

/* variant.h - arguments of scripts, taken as users mean them and refused in words: texts, numbers and lists of texts,
 * by value or by reference. member and argument name the place in error texts. */
#ifndef OB_COM_VARIANT_H
#define OB_COM_VARIANT_H

#include <windows.h>
#include <oaidl.h>
#include "host/clock.h"
#include "host/error.h"

/* A text: a string, Empty (""), or an object whose default property is one, such as a field of a recordset. Numbers,
 * dates, Null, Nothing and arrays are refused with DISP_E_TYPEMISMATCH, and so are objects whose default property is
 * one of these, and lists of JScript, whose default property would be their elements with commas between. S_OK: *text
 * is a VT_BSTR that the caller clears. */
HRESULT variant_to_text(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *text, struct error *error);

/* S_OK if text holds no zero, which would end it for everybody who reads it later; else error_embedded_zero. */
HRESULT variant_check_zero(BSTR text, const WCHAR *argument, struct error *error);

/* A whole number that fits a long: any number, or a text that reads as one, or an object whose default property is one
 * of these. S_OK: *number is a VT_I4. */
HRESULT variant_to_long(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *number, struct error *error);

/* True or False: also a number (0 is False) or nothing at all (left out, Empty: False). */
HRESULT variant_to_bool(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT_BOOL *truth, struct error *error);

/* A text, or a whole number as text. S_OK: *text is a VT_BSTR that the caller clears. */
HRESULT variant_to_text_or_number(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, VARIANT *text, struct error *error);

/* A Date, or an object whose default property is one; S_FALSE: Empty, or 4501-01-01, which some write for "none". Texts
 * are refused with error_date_type: what one means depends on whose settings read it. */
HRESULT variant_to_date(const VARIANT *value, const WCHAR *member, DATE *date, struct error *error);

struct bytes
{
    BYTE *at; /* owned; never NULL after a success */
    size_t size;
};

/* Bytes: an array of UI1 or of VARIANTs that are numbers from 0 to 255, of one dimension and any lower bound, by value
 * or by reference, or a text in base64. Free with bytes_clear. */
HRESULT variant_to_bytes(
    const VARIANT *value, const WCHAR *member, const WCHAR *argument, struct bytes *bytes, struct error *error);
void bytes_clear(struct bytes *bytes);

struct text_list
{
    WCHAR **texts; /* owned */
    size_t count;
};

/* A list of texts: nothing (left out, Empty, ""), one text divided by divider, an array of texts or VARIANTs, by value
 * or by reference, of any lower bound and one dimension, or an array of JScript, which is an object with a length and
 * members named 0, 1, 2 ... Entries are as written; of a divided text, blanks and tabs around them are removed. Empty
 * ones are kept for the caller to judge. An object is asked in its own process, element by element until the
 * deadline: HRESULT_FROM_WIN32(ERROR_TIMEOUT) without a text when it has passed. The deadline is looked at between two
 * elements: a client that does not answer for one holds up its own call, and no other, until it answers or is gone.
 * Free with text_list_clear. */
HRESULT variant_to_text_list(const VARIANT *value, const WCHAR *member, const WCHAR *argument, WCHAR divider,
    deadline until, struct text_list *list, struct error *error);
void text_list_clear(struct text_list *list);

/* True if array really holds elements of this type (VT_BSTR, VT_VARIANT or VT_UI1). What a VARIANT says of its array is
 * the client's word alone: one type taken for another would be pointers of the client's making. */
BOOL array_holds(SAFEARRAY *array, VARTYPE type);

/* What a value is, in words: "Null", "Nothing", "a number", "an array" ... */
const WCHAR *variant_words(const VARIANT *value);

/* True if an optional argument was left out or is Empty. */
BOOL variant_is_missing(const VARIANT *value);

#endif

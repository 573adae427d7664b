/* errors.h - how failures look when they leave: Outlook's numbers and its English texts.
 * A member returns the number that Outlook would have in `scode`; the dispatcher makes the exception of it. */
#pragma once

#include "text.h"

#define OUTLOOK_E_NO_SUPPORT ((HRESULT)0x80040102)
#define OUTLOOK_E_INVALID_ENTRYID ((HRESULT)0x80040107)
#define OUTLOOK_E_OBJECT_CHANGED ((HRESULT)0x80040109)
#define OUTLOOK_E_OBJECT_DELETED ((HRESULT)0x8004010A)
#define OUTLOOK_E_NOT_FOUND ((HRESULT)0x8004010F)
#define OUTLOOK_E_LOGON_FAILED ((HRESULT)0x80040111)
#define OUTLOOK_E_USER_CANCEL ((HRESULT)0x80040113)
#define OUTLOOK_E_COMPUTED ((HRESULT)0x8004011A)
#define OUTLOOK_E_TOO_MANY_ITEMS ((HRESULT)0x80040305)
#define OUTLOOK_E_FILE_NOT_FOUND ((HRESULT)0x80070002)

/* Texts that share their number with others. */
#define TEXT_UNRESOLVED L"Outlook does not recognize one or more names. "
#define TEXT_NO_RECIPIENT L"We need to know who to send this to. Make sure you enter at least one name."
#define TEXT_BAD_INDEX L"Array index out of bounds."
#define TEXT_BAD_CONDITION L"The condition is not valid."
#define TEXT_BAD_PROFILE L"The profile name is not valid. Enter a valid profile name."

/* False: this number leaves as it is, without an exception around it. */
bool error_is_exception(HRESULT scode);
/* The same failure with stray bits set among bits 20 to 30; what COM itself says stays as it is. */
HRESULT error_dirty(HRESULT scode);
/* Fills what Outlook fills; text NULL: the usual one of that number. */
void error_fill(EXCEPINFO *error, HRESULT scode, const WCHAR *text);

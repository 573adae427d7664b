/* control.h - what tests tell the running sandbox: <store>\control.txt, lines `name = value`.
 * The file is read anew whenever it has changed; it is looked at with every call. Names:
 *   spooler-delay-ms = N                  how long a mail stays in the Outbox (50)
 *   hold = Class.Member before|after      the call is held before or after its work (any number of lines)
 *   log-calls = 1                         each call becomes a line of <store>\calls.txt: Class.Member DISPID KIND, and
 *                                         " guarded" after it where the object model guard stands before the member
 *   guard = off|deny|send|not-supported   what the guard answers; several words may stand there. deny: E_ABORT to what
 *                                         is guarded; send: E_ABORT to Send; not-supported: MAPI_E_NO_SUPPORT instead
 *                                         of E_ABORT, and to what is guarded (off)
 *   profile = NAME                        the session is on this profile whatever a client names, as when the user
 *                                         started Outlook with /profile (a session that exists keeps its own)
 * A held call writes its name into <store>\held.txt, waits until no line holds it, and removes that file.
 * The whole sandbox waits with it, as Outlook does in a call that does not return. Main thread only. */
#pragma once

#include "dispatch.h"

void control_open(const WCHAR *store_path);
void control_before(const struct object_class *cls, const struct member *member);
void control_after(const struct object_class *cls, const struct member *member);
/* What the object model guard says: S_OK or its refusal. */
HRESULT control_guard(const struct object_class *cls, const struct member *member);
unsigned control_spooler_delay_ms(void);
const WCHAR *control_profile(void); /* "" where none is named; valid until the next call */

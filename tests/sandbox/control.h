/* control.h - what tests tell the running sandbox: <store>\control.txt, lines `name = value`.
 * The file is read anew whenever it has changed; it is looked at with every call. Names:
 *   spooler-delay-ms = N                  how long a mail stays in the Outbox (50)
 *   hold = Class.Member before|after      the call is held before or after its work (any number of lines)
 *   log-calls = 1                         each call becomes a line of <store>\calls.txt
 * A held call writes its name into <store>\held.txt, waits until no line holds it, and removes that file.
 * The whole sandbox waits with it, as Outlook does in a call that does not return. Main thread only. */
#pragma once

#include "dispatch.h"

void control_open(const WCHAR *store_path);
void control_before(const WCHAR *class_name, const struct member *member);
void control_after(const WCHAR *class_name, const struct member *member);
unsigned control_spooler_delay_ms(void);

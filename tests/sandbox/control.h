/* control.h - what tests tell the running sandbox: <store>\control.txt, lines `name = value`.
 * The file is read anew whenever it has changed; it is looked at with every call, at start and by the spooler. A line
 * that is not understood stands in <store>\control-errors.txt with the reason, and the process ends at once with
 * CONTROL_ERROR_EXIT_CODE, so a slip in a test cannot pass for a fault that does no harm. Names:
 *   spooler-delay-ms = N                  how long a mail stays in the Outbox (50)
 *   hold = Class.Member before|after      the call is held before or after its work (any number of lines)
 *   log-calls = on                        each call becomes a line of <store>\calls.txt: Class.Member DISPID KIND, and
 *                                         " guarded" after it where the object model guard stands before the member
 *   guard = off|deny|send|not-supported   what the guard answers; several words may stand there. deny: E_ABORT to what
 *                                         is guarded; send: E_ABORT to Send; not-supported: MAPI_E_NO_SUPPORT instead
 *                                         of E_ABORT, and to what is guarded (off)
 *   profile = NAME                        the session is on this profile whatever a client names, as when the user
 *                                         started Outlook with /profile (a session that exists keeps its own)
 *   no-profile = on                       there is no profile: nobody can log on, the default's name is ""
 *   offline = on                          works offline: Session.Offline is true, mail stays in the Outbox
 *   spooler = off                         nothing leaves the Outbox
 *   sent-copies = off                     what was sent is kept nowhere
 *   sent-rule = FOLDER                    what was sent stands in this folder beside the default ones instead
 *   sent-folder = FOLDER                  a program puts this folder of the default store into SaveSentMessageFolder of
 *                                         each mail that is sent, as an add-in does
 *   on-behalf-copies = STORE              the copy of what was sent on behalf of somebody stands in the Sent Items of
 *                                         this store, as in the mailbox that it was sent for
 *   own-outbox = off                      what an account with a store of its own sends stands in the default Outbox
 *   online = on                           mail leaves within Send, as with Exchange without a local copy
 *   account-ignored = on                  SendUsingAccount is ignored when it is put by reference, too
 *   open-items = N                        no more items than this are open at once, those that clients hold: 0x80040305
 *   dirty-errors = on                     bits of 20 to 30 are set in the number of every failure of Outlook's own
 * Switches are on or off (1 or 0). A plain put of SendUsingAccount is always ignored, as by Outlook.
 *
 * Faults, any number of lines, each `FAULT = ARGUMENTS at PLACE WHEN`, or of a member `after` it:
 *   dialog = TITLE | TEXT | BUTTON, BUTTON... [| self-drawn or IMAGE.exe]
 *                 a modal dialog: the call waits for the answer. By the first button the work goes on, by any other or
 *                 when closed the call fails with E_ABORT (at logon MAPI_E_USER_CANCEL, at start the process ends).
 *                 Class #32770 with child windows. self-drawn: class NUIDialog without any, answered by Return and
 *                 Escape too. IMAGE.exe: the window belongs to another process, of this image, as that of a sign-in
 *                 does, owned by Outlook's window if there is one; no quotes in its words. Calls that come in meanwhile
 *                 get RPC_E_SERVERCALL_RETRYLATER.
 *   hang =        nothing more is done, no message answered
 *   die =         the process is terminated
 *   quit =        the user closes Outlook: the call fails with RPC_E_DISCONNECTED, later ones too, then it is gone
 *   busy = rejected|retry-later
 *                 the call fails with RPC_E_CALL_REJECTED or RPC_E_SERVERCALL_RETRYLATER, as its own answer: the
 *                 client's message filter is not asked, as it would be by Outlook
 *   fail = NUMBER the call fails with this HRESULT, hexadecimal
 * PLACE:
 *   start         Outlook has started and is not registered yet: `hang = at start for 60000` starts slowly,
 *                 `hang = at start` never registers, `fail` and `quit` end the process
 *   create        a client asks for the Application
 *   logon         the session is to begin
 *   any           whatever a client asks, looking up a member's name too
 *   Class.Member  a call of it, before its work; `after Class.Member`: after its work, before it returns
 *   send          the same as MailItem.Send
 *   sending       in Send, the mail is checked and not stored yet
 *   stored        in Send, the mail stands in the Outbox on disk
 *   returned      Send's answer went out a moment ago (30 ms)
 *   delivering    the spooler takes a mail up (a failure leaves it in the Outbox for another delay)
 *   delivered     the spooler gave the mail away and it stands in the Outbox still
 * WHEN, any of: `once` (the first time), `nth N` (only the Nth time), `times N` (no more often than that), `for MS` (it
 * is over so long after it struck first; a hang or a dialog ends then, as by its first button). Left out: each time. A
 * hang or a dialog also ends when its line is taken out of the file. Counts begin anew when the file is written anew;
 * what has struck is remembered in <store>\faults.txt (see faults.h) by the next process too.
 *
 * A held call writes its name into <store>\held.txt, waits until no line holds it, and removes that file.
 * The whole sandbox waits with it, as Outlook does in a call that does not return. Main thread only. */
#pragma once

#include "dispatch.h"

#define CONTROL_ERROR_EXIT_CODE 2

void control_open(const WCHAR *store_path);
/* Reads the file if it has changed. May not return. */
void control_refresh(void);
void control_before(const struct object_class *cls, const struct member *member);
void control_after(const struct object_class *cls, const struct member *member);
/* What the object model guard says: S_OK or its refusal. */
HRESULT control_guard(const struct object_class *cls, const struct member *member);
unsigned control_spooler_delay_ms(void);
const WCHAR *control_profile(void); /* "" where none is named; valid until the file changes */
/* The same, each. */
const WCHAR *control_sent_rule(void);
const WCHAR *control_sent_folder(void);
const WCHAR *control_on_behalf_store(void);
bool control_uses_own_outbox(void);
bool control_ignores_account(void);
bool control_is_online(void);
bool control_has_no_profile(void);
bool control_is_offline(void);
bool control_delivers(void);
bool control_keeps_copies(void);
unsigned control_open_items(void);
bool control_dirties_errors(void);

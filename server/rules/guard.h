/* guard.h - what Outlook's object model guard does about a program like the broker. Decided from the registry's values
 * before any guarded member is called: one that is called while the guard is on may hang the call. */
#ifndef OB_RULES_GUARD_H
#define OB_RULES_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>
#include "finding.h"

struct guard_value /* a DWORD of the registry */
{
    bool found;
    uint32_t value;
};

/* Policies stand under HKCU\Software\Policies\Microsoft\Office\xx.0\Outlook\Security, the machine's setting under
 * HKLM\SOFTWARE\Microsoft\Office\xx.0\Outlook\Security, which a 32-bit Outlook on 64-bit Windows reads below
 * Wow6432Node. */
struct guard_values
{
    struct guard_value admin_security_mode; /* policy AdminSecurityMode: 3 = the policies below are in force */
    struct guard_value address_access; /* policy PromptOOMAddressBookAccess: 0 deny, 1 prompt, 2 approve, 3 by state */
    struct guard_value send;           /* policy PromptOOMSend: the same */
    struct guard_value object_model_guard;    /* ObjectModelGuard: 0 warn by antivirus, 1 always warn, 2 never warn */
    struct guard_value object_model_guard_32; /* the same for a 32-bit Outlook on 64-bit Windows */
    unsigned bits;                            /* Outlook's: 64, 32, or 0 if it is not known */
    unsigned major;                           /* Outlook's version: 16 */
    bool server;                              /* Windows Server, which has no Security Center */
};

enum guard_what
{
    guard_address_book, /* reading recipients, addresses, the address book */
    guard_send          /* Send */
};

enum guard_state
{
    guard_open,    /* for certain neither a prompt nor a refusal */
    guard_unsure,  /* it goes by what the registry does not say: the antivirus, or a form on the mail server */
    guard_prompts, /* for certain a prompt */
    guard_refuses
};

/* What the guard does about a call of this kind. reason (may be NULL): the value that decides and its key, in words:
 * "PromptOOMSend under HKCU\...\Security, which is 0". */
enum guard_state guard_state(const struct guard_values *values, enum guard_what what, wchar_t *reason, size_t size);

/* True only where the values say for certain that neither a prompt nor a refusal follows. */
bool guard_address_book_open(const struct guard_values *values);

/* True if Send would prompt or be refused for certain: error_guard_send. */
bool guard_send_wrong(const struct guard_values *values, struct finding *finding);

/* The same for a guarded member that a mail cannot do without ("ReplyTo"): error_guard_member. Where the values do not
 * say for certain it is no worse than Send, which stands behind the same guard. */
bool guard_member_wrong(const struct guard_values *values, const wchar_t *member, struct finding *finding);

#endif

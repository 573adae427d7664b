/* guard.h - does Outlook's object model guard let the address book be read without a question? Decided from the
 * registry's values before any guarded member is read: one that is asked for while the guard is on may hang the call.
 */
#ifndef OB_RULES_GUARD_H
#define OB_RULES_GUARD_H

#include <stdbool.h>
#include <stdint.h>

struct guard_value /* a DWORD of the registry */
{
    bool found;
    uint32_t value;
};

struct guard_values
{
    struct guard_value admin_security_mode; /* policy AdminSecurityMode: 3 = the policies below are in force */
    struct guard_value address_access; /* policy promptoomaddressbookaccess: 0 deny, 1 prompt, 2 approve, 3 by state */
    struct guard_value object_model_guard; /* ObjectModelGuard: 0 warn by antivirus, 1 always warn, 2 never warn */
};

/* True only where the values say for certain that neither a prompt nor a refusal follows. */
bool guard_address_book_open(const struct guard_values *values);

#endif

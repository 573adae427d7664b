/* guard.c - the policy counts where it is in force, else the machine's setting; what is not known to be open is shut.
 */
#include "guard.h"

#include <stddef.h>

#define MODE_BY_POLICY 3u
#define ACCESS_APPROVED 2u
#define GUARD_NEVER 2u

static bool value_is(const struct guard_value *value, uint32_t wanted)
{
    return value->found && value->value == wanted;
}

bool guard_address_book_open(const struct guard_values *values)
{
    if (!values) return false;
    if (value_is(&values->admin_security_mode, MODE_BY_POLICY) && values->address_access.found)
        return value_is(&values->address_access, ACCESS_APPROVED);
    return value_is(&values->object_model_guard, GUARD_NEVER);
}

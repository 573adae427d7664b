/* rights.c - what a caller may do, as a pure function of what was found out about it. */
#include "rights.h"

bool rights_see_job(const struct caller_facts *facts)
{
    return facts->owns_job || facts->is_user || facts->is_administrator;
}

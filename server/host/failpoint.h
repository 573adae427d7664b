/* failpoint.h - named points at which the test build can be made to end as in a crash, or to fault. Of what is shipped
 * none of it is a part: there a failpoint is nothing at all. */
#ifndef OB_HOST_FAILPOINT_H
#define OB_HOST_FAILPOINT_H

#ifdef OB_WINE
#include "host/wine.h"
#define FAILPOINT(name) wine_failpoint(name)
#else
#define FAILPOINT(name) ((void)0)
#endif

#endif

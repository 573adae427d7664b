/* rundown.h - clients that died without letting go. On Windows COM runs their references down (COMGLB_FAST_RUNDOWN
 * makes it quick) and these functions do nothing; Wine never does, so the test build watches client processes and
 * disconnects their objects. */
#ifndef OB_COM_RUNDOWN_H
#define OB_COM_RUNDOWN_H

#include "object.h"

#ifdef OB_WINE
void rundown_begin(void);
void rundown_remember(struct com_object *object);
void rundown_forget(struct com_object *object);
#else
static inline void rundown_begin(void)
{
}
static inline void rundown_remember(struct com_object *object)
{
    (void)object;
}
static inline void rundown_forget(struct com_object *object)
{
    (void)object;
}
#endif

#endif

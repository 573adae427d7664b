/* one_session.c - see one_session.h. */
#include "one_session.h"

IObSession *session;

int ob_begin_session(void **state)
{
    int result = ob_begin(state);

    if (!result) session = ob_session();
    return result;
}

int ob_end_session(void **state)
{
    if (session) IObSession_Release(session);
    return ob_end(state);
}

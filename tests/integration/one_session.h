/* one_session.h - the one session that serves all tests of a program. */
#ifndef OB_TESTS_ONE_SESSION_H
#define OB_TESTS_ONE_SESSION_H

#include "support.h"

/* Made by ob_begin_session, released by ob_end_session; a test that releases it itself makes the next. */
extern IObSession *session;

/* Group set-up and tear-down, in the place of ob_begin and ob_end. Settings for the broker that the session starts are
 * set before. */
int ob_begin_session(void **state);
int ob_end_session(void **state);

#endif

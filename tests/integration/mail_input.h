/* mail_input.h - what the tests of bad input to a mail share: a mail that could be sent, wrong values, and the look at
 * the answer. Each test begins with such a mail and ends by sending it: what was refused changed nothing. One thread,
 * unless a test starts its own. */
#pragma once

#include "support.h"

#define INPUT_LIMIT 100000 /* MaxMailBytes, which input_begin sets */

/* The program's session, and the running test's mail. Owned by mail_input.c; a test that sends the mail itself
 * releases it and calls input_make_mail for the next. */
extern IObSession *input_session;
extern IObMail *input_mail;

/* Group set-up and tear-down; and those of each test. */
int input_begin(void **state);
int input_end(void **state);
int input_make_mail(void **state);
int input_send_what_is_left(void **state);

#define INPUT_TEST(function) cmocka_unit_test_setup_teardown(function, input_make_mail, input_send_what_is_left)

/* Sets a property late-bound, which succeeds; value is owned from now on. */
void input_put(const WCHAR *member, VARIANT value);
/* Sends the mail without a key; the caller releases the job. */
IObJob *input_send_mail(void);

/* Calls with these arguments, which are owned from now on; the answer is to be as [name] of the expected texts says. */
void input_refused(void *object, const WCHAR *member, VARIANT *arguments, unsigned count, const WCHAR *name);
void input_refused_1(void *object, const WCHAR *member, VARIANT argument, const WCHAR *name);
void input_refused_2(void *object, const WCHAR *member, VARIANT first, VARIANT second, const WCHAR *name);
/* Sets a property of the mail; value is owned from now on. */
void input_refused_put(const WCHAR *member, VARIANT value, HRESULT code, const WCHAR *text);

/* Values of each type. The caller clears them, or gives them to one of the above. */
VARIANT input_null(void);
VARIANT input_nothing(void); /* an object that is none */
VARIANT input_empty(void);
VARIANT input_number(void);
VARIANT input_truth(void);
VARIANT input_date_of(DATE date);
VARIANT input_date(void);
VARIANT input_text(void);
VARIANT input_texts(void);
VARIANT input_with_zero(void);                 /* "Hello", a zero, "hidden" */
VARIANT input_filled(WCHAR c, unsigned count); /* a text of count times c */

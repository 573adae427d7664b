/* log_off.h - what a message to the broker's hidden window means: does Windows end the user's session? The numbers are
 * those of Windows; everything that is not listed is left to Windows' own answer. */
#ifndef OB_RULES_LOG_OFF_H
#define OB_RULES_LOG_OFF_H

#include <stdint.h>

/* How long the outbox may take to be closed, from the message on. Windows waits 5 s for the answer, then asks the user
 * or ends the process. */
#define LOG_OFF_MS 4000u

enum log_off_answer
{
    log_off_default, /* no concern of the broker's */
    log_off_agree,   /* the session may end; nothing is changed, since another program may still refuse */
    log_off_end,     /* it ends: the broker closes, then the message is answered */
    log_off_ignore   /* answered, and nothing is done */
};

enum log_off_answer log_off_decide(uint32_t message, uint64_t wparam);

#endif

/* log_off.c - see log_off.h. */

#include "log_off.h"

enum
{
    message_close = 0x0010,             /* WM_CLOSE */
    message_query_end_session = 0x0011, /* WM_QUERYENDSESSION */
    message_end_session = 0x0016        /* WM_ENDSESSION, wParam: it does end */
};

enum log_off_answer log_off_decide(uint32_t message, uint64_t wparam)
{
    switch (message)
    {
    case message_query_end_session:
        return log_off_agree;
    case message_end_session:
        return wparam ? log_off_end : log_off_ignore;
    /* Whoever closes windows does not stop the broker, and would leave it deaf to the log-off. */
    case message_close:
        return log_off_ignore;
    default:
        return log_off_default;
    }
}

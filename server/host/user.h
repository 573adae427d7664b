/* user.h - who the broker's own process is, and where it runs. */
#ifndef OB_HOST_USER_H
#define OB_HOST_USER_H

#include <windows.h>
#include "account.h"
#include "error.h"
#include "rules/interactive.h"

struct user
{
    WCHAR sid[SID_TEXT_SIZE];
    WCHAR name[ACCOUNT_NAME_SIZE];
    DWORD windows_session;
};

/* The process's user; read once, then the same pointer. NULL only if Windows cannot say. Any thread. */
const struct user *user_self(void);

/* S_OK, or OB_E_NOT_INTERACTIVE with its text. */
HRESULT user_may_work(struct error *error);

#endif

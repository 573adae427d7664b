/* commands.h - what obctl can do. */
#ifndef OB_OBCTL_COMMANDS_H
#define OB_OBCTL_COMMANDS_H

#include "client.h"
#include "text.h"

/* Exit codes, fit for a monitor. */
enum exit_code
{
    exit_fine = 0,    /* ready; the job was sent or is on its way */
    exit_waits = 1,   /* something waits or failed */
    exit_blocked = 2, /* blocked, refusing, or the broker cannot be reached */
    exit_usage = 3
};

struct request
{
    IObSession *session;
    const WCHAR *argument; /* NULL if the command takes none */
    BOOL json;
};

/* Each adds what there is to show to out and returns S_OK and its exit code, or fills failure. */
HRESULT command_status(const struct request *request, struct text *out, int *exit_code, struct failure *failure);
HRESULT command_job(const struct request *request, struct text *out, int *exit_code, struct failure *failure);

#endif

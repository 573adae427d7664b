/* commands.h - what obctl can do. Each command is a row that its own file fills; main.c keeps the list. */
#ifndef OB_OBCTL_COMMANDS_H
#define OB_OBCTL_COMMANDS_H

#include "arguments.h"
#include "client.h"
#include "text.h"

/* Exit codes, fit for a monitor. */
enum exit_code
{
    exit_fine = 0,    /* ready; the job was sent or is on its way; done */
    exit_waits = 1,   /* something waits or failed */
    exit_blocked = 2, /* blocked, refusing, or the broker cannot be reached */
    exit_usage = 3
};

struct request
{
    const struct arguments *arguments;
    IObSession *session; /* NULL where the command wants none, or with its own */
    BOOL json;
};

/* Adds what there is to show to out and returns S_OK and its exit code, or fills failure; the exit code is then that of
 * the failure's code, unless the command sets exit_usage: failure's text is then all that is said. */
typedef HRESULT command_run(const struct request *request, struct text *out, int *exit_code, struct failure *failure);

enum command_needs
{
    needs_session, /* main opens it: the broker is started if it does not run */
    needs_nothing, /* the command asks the broker itself, if at all */
    needs_rest     /* the same, and takes the rest of the command line as it is */
};

struct command
{
    const WCHAR *name;
    const WCHAR *argument; /* what it needs, for the help; NULL: nothing */
    const WCHAR *meaning;  /* one line */
    const WCHAR *more;     /* further lines of its own help; NULL: none */
    const struct option *options;
    size_t option_count;
    enum command_needs needs;
    command_run *run;
};

extern const struct command command_register, command_unregister;
extern const struct command command_status, command_doctor, command_send, command_jobs, command_job, command_retry,
    command_cancel, command_watch, command_selftest;

#endif

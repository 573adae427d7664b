/* register.h - the registration of the broker: for the whole machine, or for one user's own programs. All or nothing,
 * and nothing is written before it is known that the caller may register, that every account exists and that no broker
 * runs. */
#ifndef OB_REGISTER_H
#define OB_REGISTER_H

#include <windows.h>
#include "host/error.h"
#include "rules/command_line.h"

/* The application's id, under which COM keeps how the broker is started and who may call it. */
extern const GUID broker_appid;

/* Each carries out the command of its name. On success *said is what there is to tell, without a line break at its end;
 * the caller frees it. */
HRESULT register_machine(const struct command_line *line, WCHAR **said, struct error *error);
HRESULT register_per_user(const struct command_line *line, WCHAR **said, struct error *error);

/* Outbox and log stay where they are. */
HRESULT unregister_machine(const struct command_line *line, WCHAR **said, struct error *error);
HRESULT unregister_per_user(const struct command_line *line, WCHAR **said, struct error *error);

/* True if this user's own registration names this very program. */
BOOL registered_for_user(void);

#endif

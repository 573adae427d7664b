/* register.h - what registration writes, for the whole machine: one table. */
#ifndef OB_REGISTER_H
#define OB_REGISTER_H

#include <windows.h>
#include "host/error.h"

/* The application's id, under which COM keeps how the broker is started and who may call it. */
extern const GUID broker_appid;

/* Writes the classes, the application and the type library; all or nothing. Needs an elevated process. */
HRESULT register_server(struct error *error);

/* Removes what register_server wrote. Outbox and log stay where they are. */
HRESULT unregister_server(struct error *error);

#endif

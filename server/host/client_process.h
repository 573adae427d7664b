/* client_process.h - which process a call comes from: to share out what is scarce, never to decide what is allowed. */
#ifndef OB_HOST_CLIENT_PROCESS_H
#define OB_HOST_CLIENT_PROCESS_H

#include <windows.h>

/* The id of the client process whose call this RPC thread serves; 0 if it cannot be told. */
DWORD client_process(void);

#endif

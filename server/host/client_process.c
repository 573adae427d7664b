/* client_process.c - see client_process.h. */

#include "client_process.h"
#include <rpc.h>

RPCRTAPI RPC_STATUS RPC_ENTRY I_RpcBindingInqLocalClientPID(RPC_BINDING_HANDLE binding, unsigned long *process_id);

DWORD client_process(void)
{
    unsigned long id = 0;

    return I_RpcBindingInqLocalClientPID(NULL, &id) == RPC_S_OK ? id : 0;
}

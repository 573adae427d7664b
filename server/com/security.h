/* security.h - who may call into this process, said to COM once. */
#ifndef OB_COM_SECURITY_H
#define OB_COM_SECURITY_H

#include <windows.h>
#include <objbase.h>
#include "host/error.h"

/* What CoInitializeSecurity is given, but for the descriptor. */
struct security_arguments
{
    DWORD authentication_level; /* RPC_C_AUTHN_LEVEL_PKT_PRIVACY */
    DWORD impersonation_level;  /* RPC_C_IMP_LEVEL_IDENTIFY: no server that we call may act as the user */
    DWORD capabilities; /* EOAC_NO_CUSTOM_MARSHAL | EOAC_DISABLE_AAA; never EOAC_APPID, which would void all others */
};
extern const struct security_arguments security_arguments;

/* An absolute descriptor with owner and group and without a SACL, of SDDL; the caller frees it with LocalFree. Fails
 * where COM would take it for "everyone": no DACL, no owner, no group. */
HRESULT security_descriptor(const WCHAR *sddl, PSECURITY_DESCRIPTOR *descriptor);

/* Tells COM, with the descriptor that sddl means. Once a process, before anything is marshaled. */
HRESULT security_initialize(const WCHAR *sddl, struct error *error);

/* A descriptor that stands in the registry for this AppID, for the whole machine, as SDDL in which every trustee is a
 * SID and every mask is hexadecimal; name is AccessPermission or LaunchPermission. The caller frees it with LocalFree.
 * HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND) if there is none; other codes where it is not what COM would take. */
HRESULT security_stored(REFGUID appid, const WCHAR *name, WCHAR **sddl);

/* True if this AppID is registered for the whole machine. */
BOOL security_appid_there(REFGUID appid);

#endif

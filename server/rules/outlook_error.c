/* outlook_error.c - what an HRESULT from Outlook means for a mail. A code that is not in the table is temporary: the
 * mail is looked for and tried again within its life, and neither lost nor given up on a guess. */
#include "outlook_error.h"
#include <stddef.h>

#define FAILURE 0x80000000u
#define STRAY_BITS 0x7FF00000u

struct class_row
{
    uint32_t hr;
    enum outlook_error_class class;
};

static const struct class_row class_rows[] = {
    /* Refused before it began: Outlook's message filter, or RPC itself. */
    {0x80010001u, outlook_busy}, /* RPC_E_CALL_REJECTED */
    {0x8001010Au, outlook_busy}, /* RPC_E_SERVERCALL_RETRYLATER */
    {0x8001010Bu, outlook_busy}, /* RPC_E_SERVERCALL_REJECTED */
    {0x800706BBu, outlook_busy}, /* RPC_S_SERVER_TOO_BUSY */
    {0x8004B00Bu, outlook_busy}, /* OB_E_BUSY */

    /* Outlook closed, crashed or faulted under a live pointer. */
    {0x800706BAu, outlook_lost}, /* RPC_S_SERVER_UNAVAILABLE */
    {0x800706BEu, outlook_lost}, /* RPC_S_CALL_FAILED */
    {0x800706BFu, outlook_lost}, /* RPC_S_CALL_FAILED_DNE */
    {0x800706B5u, outlook_lost}, /* RPC_S_UNKNOWN_IF: the stub is gone */
    {0x80010002u, outlook_lost}, /* RPC_E_CALL_CANCELED */
    {0x80010006u, outlook_lost}, /* RPC_E_CONNECTION_TERMINATED */
    {0x80010007u, outlook_lost}, /* RPC_E_SERVER_DIED */
    {0x80010012u, outlook_lost}, /* RPC_E_SERVER_DIED_DNE */
    {0x80010100u, outlook_lost}, /* RPC_E_SYS_CALL_FAILED */
    {0x80010105u, outlook_lost}, /* RPC_E_SERVERFAULT */
    {0x80010108u, outlook_lost}, /* RPC_E_DISCONNECTED */
    {0x80010114u, outlook_lost}, /* RPC_E_INVALID_OBJECT */
    {0x8001011Fu, outlook_lost}, /* RPC_E_TIMEOUT */
    {0x800401FDu, outlook_lost}, /* CO_E_OBJNOTCONNECTED */
    {0x800703E6u, outlook_lost}, /* ERROR_NOACCESS: a fault in the method */
    {0x80040200u, outlook_lost}, /* MAPI_E_END_OF_SESSION */
    {0x8004B00Cu, outlook_lost}, /* OB_E_OUTLOOK_LOST */

    /* Activation, the registration behind it, and log-on. */
    {0x80040154u, outlook_absent}, /* REGDB_E_CLASSNOTREG */
    {0x80040155u, outlook_absent}, /* REGDB_E_IIDNOTREG */
    {0x800401E3u, outlook_absent}, /* MK_E_UNAVAILABLE */
    {0x800401F3u, outlook_absent}, /* CO_E_CLASSSTRING */
    {0x800401F5u, outlook_absent}, /* CO_E_APPNOTFOUND */
    {0x800401F7u, outlook_absent}, /* CO_E_ERRORINAPP */
    {0x80080005u, outlook_absent}, /* CO_E_SERVER_EXEC_FAILURE */
    {0x80080008u, outlook_absent}, /* CO_E_SERVER_STOPPING */
    {0x8000401Au, outlook_absent}, /* CO_E_RUNAS_LOGON_FAILURE */
    {0x800702E4u, outlook_absent}, /* ERROR_ELEVATION_REQUIRED */
    {0x8002801Du, outlook_absent}, /* TYPE_E_LIBNOTREGISTERED */
    {0x80029C4Au, outlook_absent}, /* TYPE_E_CANTLOADLIBRARY */
    {0x80040111u, outlook_absent}, /* MAPI_E_LOGON_FAILED, and CLASS_E_CLASSNOTAVAILABLE */
    {0x80040112u, outlook_absent}, /* MAPI_E_SESSION_LIMIT */
    {0x80040113u, outlook_absent}, /* MAPI_E_USER_CANCEL: the log-on dialog */
    {0x8004011Cu, outlook_absent}, /* MAPI_E_UNCONFIGURED */
    {0x80040120u, outlook_absent}, /* MAPI_E_PASSWORD_CHANGE_REQUIRED */
    {0x80040121u, outlook_absent}, /* MAPI_E_PASSWORD_EXPIRED */
    {0x80040122u, outlook_absent}, /* MAPI_E_INVALID_WORKSTATION_ACCOUNT */
    {0x80040123u, outlook_absent}, /* MAPI_E_INVALID_ACCESS_TIME */
    {0x80040124u, outlook_absent}, /* MAPI_E_ACCOUNT_DISABLED */
    {0x80040204u, outlook_absent}, /* MAPI_E_PROFILE_DELETED */
    {0x8004B001u, outlook_absent}, /* OB_E_NO_OUTLOOK */
    {0x8004B002u, outlook_absent}, /* OB_E_NEW_OUTLOOK */
    {0x8004B003u, outlook_absent}, /* OB_E_NO_PROFILE */
    {0x8004B004u, outlook_absent}, /* OB_E_PROFILE_MISMATCH */
    {0x8004B005u, outlook_absent}, /* OB_E_LOGON_FAILED */
    {0x8004B007u, outlook_absent}, /* OB_E_ELEVATION */
    {0x8004B01Bu, outlook_absent}, /* OB_E_CIRCUIT_OPEN */

    /* The guard: what is seen, and what is documented. */
    {0x80004004u, outlook_permanent}, /* E_ABORT */
    {0x80040102u, outlook_permanent}, /* MAPI_E_NO_SUPPORT */
    {0x8004B00Du, outlook_permanent}, /* OB_E_GUARD_DENIED */

    /* Send's own refusals: unresolved names, no recipient, no right to the folder, a file that is not there. */
    {0x80004005u, outlook_permanent}, /* E_FAIL */
    {0x80070005u, outlook_permanent}, /* E_ACCESSDENIED */
    {0x80070002u, outlook_permanent}, /* ERROR_FILE_NOT_FOUND */
    {0x80070003u, outlook_permanent}, /* ERROR_PATH_NOT_FOUND */
    {0x800300FCu, outlook_permanent}, /* STG_E_INVALIDNAME */
    {0x80040607u, outlook_permanent}, /* MAPI_E_NO_RECIPIENTS */
    {0x80040700u, outlook_permanent}, /* MAPI_E_AMBIGUOUS_RECIP */
    {0x8004B00Eu, outlook_permanent}, /* OB_E_BLOCKED_MEMBER */
    {0x8004B00Fu, outlook_permanent}, /* OB_E_NO_RECIPIENT */
    {0x8004B010u, outlook_permanent}, /* OB_E_BAD_RECIPIENT */
    {0x8004B011u, outlook_permanent}, /* OB_E_ATTACHMENT */
    {0x8004B012u, outlook_permanent}, /* OB_E_TOO_LARGE */
    {0x8004B01Au, outlook_permanent}, /* OB_E_WRONG_ACCOUNT */

    /* A call that is wrong in itself. */
    {0x80004001u, outlook_permanent}, /* E_NOTIMPL */
    {0x80004002u, outlook_permanent}, /* E_NOINTERFACE */
    {0x80070057u, outlook_permanent}, /* E_INVALIDARG */
    {0x80020003u, outlook_permanent}, /* DISP_E_MEMBERNOTFOUND */
    {0x80020004u, outlook_permanent}, /* DISP_E_PARAMNOTFOUND */
    {0x80020005u, outlook_permanent}, /* DISP_E_TYPEMISMATCH */
    {0x80020006u, outlook_permanent}, /* DISP_E_UNKNOWNNAME */
    {0x80020007u, outlook_permanent}, /* DISP_E_NONAMEDARGS */
    {0x80020008u, outlook_permanent}, /* DISP_E_BADVARTYPE */
    {0x80020009u, outlook_permanent}, /* DISP_E_EXCEPTION as the scode itself: only its text tells more */
    {0x8002000Au, outlook_permanent}, /* DISP_E_OVERFLOW */
    {0x8002000Bu, outlook_permanent}, /* DISP_E_BADINDEX */
    {0x8002000Eu, outlook_permanent}, /* DISP_E_BADPARAMCOUNT */
    {0x8002000Fu, outlook_permanent}, /* DISP_E_PARAMNOTOPTIONAL */
    {0x80040103u, outlook_permanent}, /* MAPI_E_BAD_CHARWIDTH */
    {0x80040105u, outlook_permanent}, /* MAPI_E_STRING_TOO_LONG */
    {0x80040106u, outlook_permanent}, /* MAPI_E_UNKNOWN_FLAGS */
    {0x80040110u, outlook_permanent}, /* MAPI_E_VERSION */
    {0x80040117u, outlook_permanent}, /* MAPI_E_TOO_COMPLEX */
    {0x80040118u, outlook_permanent}, /* MAPI_E_BAD_COLUMN */
    {0x8004011Au, outlook_permanent}, /* MAPI_E_COMPUTED */
    {0x8004011Bu, outlook_permanent}, /* MAPI_E_CORRUPT_DATA */
    {0x80040301u, outlook_permanent}, /* MAPI_E_BAD_VALUE */
    {0x80040302u, outlook_permanent}, /* MAPI_E_INVALID_TYPE */
    {0x80040303u, outlook_permanent}, /* MAPI_E_TYPE_NO_SUPPORT */
    {0x80040304u, outlook_permanent}, /* MAPI_E_UNEXPECTED_TYPE */

    /* Named although every other code is temporary too: these are known to pass, or to be told by the next look. */
    {0x8007000Eu, outlook_temporary}, /* E_OUTOFMEMORY */
    {0x80070020u, outlook_temporary}, /* ERROR_SHARING_VIOLATION */
    {0x80030050u, outlook_temporary}, /* STG_E_FILEALREADYEXISTS: perhaps open elsewhere */
    {0x80040107u, outlook_temporary}, /* MAPI_E_INVALID_ENTRYID */
    {0x80040109u, outlook_temporary}, /* MAPI_E_OBJECT_CHANGED */
    {0x8004010Au, outlook_temporary}, /* MAPI_E_OBJECT_DELETED */
    {0x8004010Bu, outlook_temporary}, /* MAPI_E_BUSY */
    {0x8004010Du, outlook_temporary}, /* MAPI_E_NOT_ENOUGH_DISK */
    {0x8004010Eu, outlook_temporary}, /* MAPI_E_NOT_ENOUGH_RESOURCES */
    {0x8004010Fu, outlook_temporary}, /* MAPI_E_NOT_FOUND */
    {0x80040114u, outlook_temporary}, /* MAPI_E_UNABLE_TO_ABORT */
    {0x80040115u, outlook_temporary}, /* MAPI_E_NETWORK_ERROR */
    {0x80040116u, outlook_temporary}, /* MAPI_E_DISK_ERROR */
    {0x8004011Du, outlook_temporary}, /* MAPI_E_FAILONEPROVIDER */
    {0x80040125u, outlook_temporary}, /* MAPI_E_RECONNECTED */
    {0x80040126u, outlook_temporary}, /* MAPI_E_OFFLINE */
    {0x80040201u, outlook_temporary}, /* MAPI_E_UNKNOWN_ENTRYID */
    {0x80040305u, outlook_temporary}, /* too many items are open; also MAPI_E_TOO_BIG */
    {0x80040400u, outlook_temporary}, /* MAPI_E_UNABLE_TO_COMPLETE */
    {0x80040401u, outlook_temporary}, /* MAPI_E_TIMEOUT */
    {0x80040600u, outlook_temporary}, /* MAPI_E_CORRUPT_STORE */
    {0x80040601u, outlook_temporary}, /* MAPI_E_NOT_IN_QUEUE */
    {0x80040608u, outlook_temporary}, /* MAPI_E_SUBMITTED: the look finds it */
    {0x8004060Cu, outlook_temporary}, /* MAPI_E_STORE_FULL */
    {0x8004B017u, outlook_temporary}, /* OB_E_OFFLINE */
};

uint32_t outlook_error_clean(uint32_t hr)
{
    return hr & FAILURE ? hr & ~STRAY_BITS : hr;
}

enum outlook_error_class outlook_error_class(uint32_t hr)
{
    uint32_t clean = outlook_error_clean(hr);

    if (!(clean & FAILURE)) return outlook_ok;
    for (size_t i = 0; i < sizeof(class_rows) / sizeof(class_rows[0]); i++)
    {
        if (class_rows[i].hr == clean) return class_rows[i].class;
    }
    return outlook_temporary;
}

bool outlook_has_none(uint32_t hr)
{
    static const uint32_t none[] = {
        0x8004010Fu, /* MAPI_E_NOT_FOUND */
        0x80040102u, /* MAPI_E_NO_SUPPORT */
        0x80020003u, /* DISP_E_MEMBERNOTFOUND */
        0x80020006u, /* DISP_E_UNKNOWNNAME */
    };
    uint32_t clean = outlook_error_clean(hr);

    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        if (none[i] == clean) return true;
    return false;
}

enum error_id outlook_start_error(uint32_t hr)
{
    static const struct
    {
        uint32_t hr;
        enum error_id id;
    } start_rows[] = {
        {0x80040154u, error_no_outlook},   /* REGDB_E_CLASSNOTREG */
        {0x800401F3u, error_no_outlook},   /* CO_E_CLASSSTRING */
        {0x800401F5u, error_no_outlook},   /* CO_E_APPNOTFOUND */
        {0x80070002u, error_no_outlook},   /* ERROR_FILE_NOT_FOUND: the program is gone, its keys are not */
        {0x80070003u, error_no_outlook},   /* ERROR_PATH_NOT_FOUND */
        {0x80040111u, error_no_profile},   /* MAPI_E_LOGON_FAILED: Outlook is there, so not CLASS_E_CLASSNOTAVAILABLE */
        {0x8004011Cu, error_no_profile},   /* MAPI_E_UNCONFIGURED */
        {0x80040204u, error_no_profile},   /* MAPI_E_PROFILE_DELETED */
        {0x80040112u, error_logon_failed}, /* MAPI_E_SESSION_LIMIT */
        {0x80040113u, error_logon_failed}, /* MAPI_E_USER_CANCEL */
        {0x80040115u, error_logon_failed}, /* MAPI_E_NETWORK_ERROR */
        {0x8004011Du, error_logon_failed}, /* MAPI_E_FAILONEPROVIDER */
        {0x80040120u, error_logon_failed}, /* MAPI_E_PASSWORD_CHANGE_REQUIRED */
        {0x80040121u, error_logon_failed}, /* MAPI_E_PASSWORD_EXPIRED */
        {0x80040122u, error_logon_failed}, /* MAPI_E_INVALID_WORKSTATION_ACCOUNT */
        {0x80040123u, error_logon_failed}, /* MAPI_E_INVALID_ACCESS_TIME */
        {0x80040124u, error_logon_failed}, /* MAPI_E_ACCOUNT_DISABLED */
        {0x800702E4u, error_elevation_refused}, /* ERROR_ELEVATION_REQUIRED */
    };
    uint32_t clean = outlook_error_clean(hr);

    for (size_t i = 0; i < sizeof(start_rows) / sizeof(start_rows[0]); i++)
    {
        if (start_rows[i].hr == clean) return start_rows[i].id;
    }
    return error_start_failed;
}

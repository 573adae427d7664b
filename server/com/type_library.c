/* type_library.c - see type_library.h. Descriptions are kept once found: a look-up by GUID for every late-bound call
 * would cost more than the call. */

#include "type_library.h"
#include "host/paths.h"

#define KEPT_INFOS 32

static ITypeLib *library;
static SRWLOCK kept_lock = SRWLOCK_INIT;
static unsigned kept_count;
static struct
{
    GUID guid;
    ITypeInfo *info;
} kept[KEPT_INFOS];

HRESULT type_library_load(void)
{
    WCHAR path[DATA_PATH_SIZE];
    HRESULT hr = program_path(path);

    if (FAILED(hr)) return hr;
    return LoadTypeLibEx(path, REGKIND_NONE, &library);
}

static ITypeInfo *find_kept(REFGUID guid)
{
    for (unsigned i = 0; i < kept_count; i++)
        if (IsEqualGUID(&kept[i].guid, guid)) return kept[i].info;
    return NULL;
}

HRESULT type_library_info(REFGUID guid, ITypeInfo **info)
{
    HRESULT hr;

    AcquireSRWLockShared(&kept_lock);
    *info = find_kept(guid);
    if (*info) ITypeInfo_AddRef(*info);
    ReleaseSRWLockShared(&kept_lock);
    if (*info) return S_OK;

    if (FAILED(hr = ITypeLib_GetTypeInfoOfGuid(library, guid, info))) return hr;
    AcquireSRWLockExclusive(&kept_lock);
    if (!find_kept(guid) && kept_count < KEPT_INFOS)
    {
        kept[kept_count].guid = *guid;
        kept[kept_count++].info = *info;
        ITypeInfo_AddRef(*info);
    }
    ReleaseSRWLockExclusive(&kept_lock);
    return S_OK;
}

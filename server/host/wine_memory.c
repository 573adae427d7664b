/* wine_memory.c - counts COM's memory for a test; see wine_memory.h. */
#include "wine_memory.h"
#ifdef OB_WINE

static volatile LONG *blocks; /* in the test's section */

static HRESULT WINAPI spy_QueryInterface(IMallocSpy *iface, REFIID riid, void **out)
{
    if (!out) return E_POINTER;
    *out = IsEqualIID(riid, &IID_IUnknown) || IsEqualIID(riid, &IID_IMallocSpy) ? iface : NULL;
    return *out ? S_OK : E_NOINTERFACE;
}

static ULONG WINAPI spy_AddRef(IMallocSpy *iface)
{
    (void)iface;
    return 2;
}

static ULONG WINAPI spy_Release(IMallocSpy *iface)
{
    (void)iface;
    return 1;
}

static SIZE_T WINAPI spy_PreAlloc(IMallocSpy *iface, SIZE_T size)
{
    (void)iface;
    return size;
}

static void *WINAPI spy_PostAlloc(IMallocSpy *iface, void *block)
{
    (void)iface;
    if (block) InterlockedIncrement(blocks);
    return block;
}

static void *WINAPI spy_PreFree(IMallocSpy *iface, void *block, BOOL spied)
{
    (void)iface;
    if (block && spied) InterlockedDecrement(blocks);
    return block;
}

static void WINAPI spy_PostFree(IMallocSpy *iface, BOOL spied)
{
    (void)iface;
    (void)spied;
}

/* A block that changes its size stays one; none that becomes one is counted, and one that becomes none. */
static SIZE_T WINAPI spy_PreRealloc(IMallocSpy *iface, void *block, SIZE_T size, void **changed, BOOL spied)
{
    (void)iface;
    *changed = block;
    if (!block)
        InterlockedIncrement(blocks);
    else if (!size && spied)
        InterlockedDecrement(blocks);
    return size;
}

static void *WINAPI spy_PostRealloc(IMallocSpy *iface, void *block, BOOL spied)
{
    (void)iface;
    (void)spied;
    return block;
}

static void *WINAPI spy_PreGetSize(IMallocSpy *iface, void *block, BOOL spied)
{
    (void)iface;
    (void)spied;
    return block;
}

static SIZE_T WINAPI spy_PostGetSize(IMallocSpy *iface, SIZE_T size, BOOL spied)
{
    (void)iface;
    (void)spied;
    return size;
}

static void *WINAPI spy_PreDidAlloc(IMallocSpy *iface, void *block, BOOL spied)
{
    (void)iface;
    (void)spied;
    return block;
}

static int WINAPI spy_PostDidAlloc(IMallocSpy *iface, void *block, BOOL spied, int did)
{
    (void)iface;
    (void)block;
    (void)spied;
    return did;
}

static void WINAPI spy_HeapMinimize(IMallocSpy *iface)
{
    (void)iface;
}

static const IMallocSpyVtbl spy_vtbl = {
    spy_QueryInterface,
    spy_AddRef,
    spy_Release,
    spy_PreAlloc,
    spy_PostAlloc,
    spy_PreFree,
    spy_PostFree,
    spy_PreRealloc,
    spy_PostRealloc,
    spy_PreGetSize,
    spy_PostGetSize,
    spy_PreDidAlloc,
    spy_PostDidAlloc,
    spy_HeapMinimize,
    spy_HeapMinimize,
};

void wine_count_memory(void)
{
    static IMallocSpy spy = {(IMallocSpyVtbl *)&spy_vtbl};
    HANDLE section = OpenFileMappingW(FILE_MAP_WRITE, FALSE, WINE_MEMORY_SECTION);

    if (!section) return;
    blocks = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(*blocks));
    CloseHandle(section);
    if (!blocks) return;
    InterlockedExchange(blocks, 0);
    CoRegisterMallocSpy(&spy);
}

#else
typedef int wine_memory_is_not_here;
#endif

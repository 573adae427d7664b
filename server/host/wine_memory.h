/* wine_memory.h - COM's memory, counted for a test. Wine's handle counts read 0 and its heaps move in large steps, so
 * what is not given back is best seen in the number of blocks that COM's allocator has given out: BSTRs, SAFEARRAYs,
 * VARIANTs of others, what marshaling makes. Compiled into the test build alone, as wine.c. */
#ifndef OB_HOST_WINE_MEMORY_H
#define OB_HOST_WINE_MEMORY_H
#ifdef OB_WINE

#include <windows.h>
#include <objbase.h>

/* A LONG in a section that the test makes before the broker starts: the blocks that are given out now. */
#define WINE_MEMORY_SECTION L"OutlookBrokerTestMemory"

/* Counts from now on, if there is that section; to be called before COM's memory is used. */
void wine_count_memory(void);

#endif
#endif

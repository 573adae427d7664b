/* clock.h - deadlines on the monotonic clock; times of day as milliseconds since 1970, UTC, as they stand on disk. */
#ifndef OB_HOST_CLOCK_H
#define OB_HOST_CLOCK_H

#include <windows.h>
#include <oaidl.h>

/* Monotonic milliseconds (GetTickCount64). */
ULONGLONG clock_now_ms(void);

/* A moment on that clock; deadline_never never comes. */
typedef ULONGLONG deadline;
#define deadline_never (~(deadline)0)

deadline deadline_in(DWORD milliseconds);

/* Milliseconds left, 0 when it has passed, INFINITE for deadline_never: fit for WaitForSingleObject. */
DWORD deadline_left(deadline when);

/* The time of day. */
LONGLONG utc_now_ms(void);

/* A time of day as local DATE in a VARIANT; VT_EMPTY for 0. */
void utc_ms_to_variant(LONGLONG utc_ms, VARIANT *out);

/* A local DATE as time of day. FALSE: it is none after 1970 that Windows knows. */
BOOL local_date_to_utc_ms(DATE date, LONGLONG *utc_ms);

/* "2026-11-22 14:05:09" local time: for texts. */
#define TIME_TEXT_SIZE 32
void utc_ms_to_text(LONGLONG utc_ms, WCHAR out[TIME_TEXT_SIZE]);

LONGLONG filetime_to_utc_ms(ULONGLONG filetime);

#endif

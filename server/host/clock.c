/* clock.c - see clock.h. A FILETIME counts 100 ns from 1601, a time of day here milliseconds from 1970. */
#include "clock.h"
#include <oleauto.h>
#include <stdio.h>
#include "wine.h"

#define FILETIME_OF_1970 116444736000000000ULL
#define FILETIME_PER_MS 10000ULL

ULONGLONG clock_now_ms(void)
{
    return GetTickCount64();
}

deadline deadline_in(DWORD milliseconds)
{
    return milliseconds == INFINITE ? deadline_never : clock_now_ms() + milliseconds;
}

DWORD deadline_left(deadline when)
{
    ULONGLONG now, left;

    if (when == deadline_never) return INFINITE;
    now = clock_now_ms();
    if (when <= now) return 0;
    left = when - now;
    return left < INFINITE ? (DWORD)left : INFINITE - 1;
}

LONGLONG filetime_to_utc_ms(ULONGLONG filetime)
{
    return ((LONGLONG)filetime - (LONGLONG)FILETIME_OF_1970) / (LONGLONG)FILETIME_PER_MS;
}

LONGLONG utc_now_ms(void)
{
    FILETIME now;

    GetSystemTimeAsFileTime(&now);
#ifdef OB_WINE
    return filetime_to_utc_ms(((ULONGLONG)now.dwHighDateTime << 32) | now.dwLowDateTime) + wine_clock_ahead_ms();
#else
    return filetime_to_utc_ms(((ULONGLONG)now.dwHighDateTime << 32) | now.dwLowDateTime);
#endif
}

/* Local time, with the summer time that was in force on that day. */
static BOOL utc_ms_to_local(LONGLONG utc_ms, SYSTEMTIME *local)
{
    ULONGLONG ticks = (ULONGLONG)(utc_ms * (LONGLONG)FILETIME_PER_MS + (LONGLONG)FILETIME_OF_1970);
    FILETIME filetime = {(DWORD)ticks, (DWORD)(ticks >> 32)};
    SYSTEMTIME utc;

    return FileTimeToSystemTime(&filetime, &utc) && SystemTimeToTzSpecificLocalTime(NULL, &utc, local);
}

void utc_ms_to_variant(LONGLONG utc_ms, VARIANT *out)
{
    SYSTEMTIME local;
    DATE date;

    VariantInit(out);
    if (!utc_ms || !utc_ms_to_local(utc_ms, &local)) return;
    /* Whole seconds, never rounded up: so a script's Now() taken before is never later. */
    local.wMilliseconds = 0;
    if (!SystemTimeToVariantTime(&local, &date)) return;
    V_VT(out) = VT_DATE;
    V_DATE(out) = date;
}

BOOL local_date_to_utc_ms(DATE date, LONGLONG *utc_ms)
{
    SYSTEMTIME local, utc;
    FILETIME filetime;

    *utc_ms = 0;
    if (!VariantTimeToSystemTime(date, &local) || !TzSpecificLocalTimeToSystemTime(NULL, &local, &utc) ||
        !SystemTimeToFileTime(&utc, &filetime))
        return FALSE;
    *utc_ms = filetime_to_utc_ms(((ULONGLONG)filetime.dwHighDateTime << 32) | filetime.dwLowDateTime);
    return *utc_ms > 0;
}

void utc_ms_to_text(LONGLONG utc_ms, WCHAR out[TIME_TEXT_SIZE])
{
    SYSTEMTIME local;

    out[0] = 0;
    if (!utc_ms || !utc_ms_to_local(utc_ms, &local)) return;
    _snwprintf(out, TIME_TEXT_SIZE - 1, L"%04u-%02u-%02u %02u:%02u:%02u", local.wYear, local.wMonth, local.wDay,
        local.wHour, local.wMinute, local.wSecond);
    out[TIME_TEXT_SIZE - 1] = 0;
}

/* integrity.c - levels are told apart by the bands that have names: a level between two counts as the lower one. */
#include "integrity.h"
#include <stddef.h>

#define MEDIUM 0x2000

static const struct
{
    uint32_t from;
    const wchar_t *words;
} bands[] = {
    {INTEGRITY_UNKNOWN, L"unknown"},
    {INTEGRITY_DENIED, L"higher, as it may not be read"},
    {0x5000, L"protected"},
    {0x4000, L"system"},
    {0x3000, L"high"},
    {MEDIUM, L"medium"},
    {0x1000, L"low"},
    {0, L"untrusted"},
};

static size_t band_of(uint32_t level)
{
    size_t i = 0;

    while (level < bands[i].from)
        i++;
    return i;
}

const wchar_t *integrity_words(uint32_t level)
{
    return bands[band_of(level)].words;
}

bool integrity_wrong(uint32_t own, uint32_t outlook, struct finding *finding)
{
    size_t own_band = band_of(own), outlook_band = band_of(outlook);

    if (own == INTEGRITY_UNKNOWN || outlook == INTEGRITY_UNKNOWN || own_band == outlook_band) return false;
    return finding_set(finding, outlook_band < own_band ? error_elevation : error_elevation_broker, 2,
        integrity_words(outlook), integrity_words(own));
}

bool integrity_is_low(uint32_t level)
{
    return level < MEDIUM;
}

/* config.c - see config.h. A value of another type than DWORD is as good as none; what is out of range is brought into
 * it by rules/settings.h. */
#include "config.h"

static const struct
{
    HKEY root;
    const WCHAR *key;
} places[] = {
    {HKEY_LOCAL_MACHINE, L"Software\\Policies\\OutlookBroker"},
    {HKEY_CURRENT_USER, L"Software\\OutlookBroker"},
    {HKEY_LOCAL_MACHINE, L"Software\\OutlookBroker"},
};

static LONG values[setting_count];
static LONG loaded;

static BOOL value_find(const WCHAR *name, DWORD *value)
{
    DWORD size;
    size_t i;

    for (i = 0; i < ARRAYSIZE(places); i++)
    {
        size = sizeof(*value);
        if (RegGetValueW(places[i].root, places[i].key, name, RRF_RT_REG_DWORD, NULL, value, &size) == ERROR_SUCCESS)
            return TRUE;
    }
    return FALSE;
}

void config_load(void)
{
    DWORD value;
    int i, found;

    for (i = 0; i < setting_count; i++)
    {
        value = 0;
        found = value_find(setting_row((enum setting)i)->name, &value);
        InterlockedExchange(&values[i], (LONG)setting_value((enum setting)i, found, value));
    }
    InterlockedExchange(&loaded, 1);
}

DWORD config_get(enum setting setting)
{
    if (!InterlockedCompareExchange(&loaded, 0, 0)) return setting_value(setting, 0, 0);
    return (DWORD)InterlockedCompareExchange(&values[setting], 0, 0);
}

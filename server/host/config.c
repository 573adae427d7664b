/* config.c - see config.h. A value of another type is as good as none; what is out of range is brought into it by
 * rules/settings.h. */
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
static WCHAR lists[list_setting_count][CONFIG_LIST_SIZE]; /* under lists_lock */
static SRWLOCK lists_lock = SRWLOCK_INIT;

static BOOL value_find(const WCHAR *name, DWORD *value)
{
    for (size_t i = 0; i < ARRAYSIZE(places); i++)
    {
        DWORD size = sizeof(*value);

        if (RegGetValueW(places[i].root, places[i].key, name, RRF_RT_REG_DWORD, NULL, value, &size) == ERROR_SUCCESS)
            return TRUE;
    }
    return FALSE;
}

/* The first place that has one, of either type; "" if none has. */
static void list_find(const WCHAR *name, WCHAR list[CONFIG_LIST_SIZE])
{
    WCHAR text[CONFIG_LIST_SIZE];
    DWORD size, type;

    memset(list, 0, CONFIG_LIST_SIZE * sizeof(*list));
    for (size_t i = 0; i < ARRAYSIZE(places); i++)
    {
        memset(text, 0, sizeof(text));
        size = sizeof(text) - 2 * sizeof(*text);
        if (RegGetValueW(places[i].root, places[i].key, name, RRF_RT_REG_SZ | RRF_RT_REG_MULTI_SZ, &type, text,
                &size) != ERROR_SUCCESS)
            continue;
        if (type == REG_MULTI_SZ)
            memcpy(list, text, sizeof(text));
        else
            setting_list(text, list, CONFIG_LIST_SIZE);
        return;
    }
}

static void load_lists(void)
{
    WCHAR list[CONFIG_LIST_SIZE];

    for (int i = 0; i < list_setting_count; i++)
    {
        list_find(list_setting_row((enum list_setting)i)->name, list);
        AcquireSRWLockExclusive(&lists_lock);
        memcpy(lists[i], list, sizeof(list));
        ReleaseSRWLockExclusive(&lists_lock);
    }
}

void config_load(void)
{
    for (int i = 0; i < setting_count; i++)
    {
        DWORD value = 0;
        BOOL found = value_find(setting_row((enum setting)i)->name, &value);

        InterlockedExchange(&values[i], (LONG)setting_value((enum setting)i, found, value));
    }
    load_lists();
    InterlockedExchange(&loaded, 1);
}

DWORD config_get(enum setting setting)
{
    if (!InterlockedCompareExchange(&loaded, 0, 0)) return setting_value(setting, false, 0);
    return (DWORD)InterlockedCompareExchange(&values[setting], 0, 0);
}

void config_list(enum list_setting setting, WCHAR list[CONFIG_LIST_SIZE])
{
    AcquireSRWLockShared(&lists_lock);
    memcpy(list, lists[setting], sizeof(lists[setting]));
    ReleaseSRWLockShared(&lists_lock);
}

/* config.h - the settings of rules/settings.h as they stand in the registry: policy
 * (HKLM\Software\Policies\OutlookBroker) over user (HKCU\Software\OutlookBroker) over machine
 * (HKLM\Software\OutlookBroker). */
#ifndef OB_HOST_CONFIG_H
#define OB_HOST_CONFIG_H

#include <windows.h>
#include "rules/settings.h"

/* Reads all settings once; later calls read again. */
void config_load(void);

/* The value in force. Any thread. */
DWORD config_get(enum setting setting);

/* The list in force: entries that end in a zero each, and another one behind the last. A REG_MULTI_SZ, or a REG_SZ
 * whose entries are divided by semicolons. Any thread. */
#define CONFIG_LIST_SIZE 2048
void config_list(enum list_setting setting, WCHAR list[CONFIG_LIST_SIZE]);

#endif

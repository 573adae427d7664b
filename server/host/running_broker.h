/* running_broker.h - whether a broker serves on this machine: whoever changes the registration under it asks first. */
#ifndef OB_HOST_RUNNING_BROKER_H
#define OB_HOST_RUNNING_BROKER_H

#include <windows.h>

struct running_broker
{
    DWORD process_id, windows_session;
    WCHAR command_line[1024]; /* cut; what the process is called if it cannot be read */
};

/* Looks for a process outlook-broker.exe, other than this one, that serves clients: in this Windows session, or in
 * every one. A process whose command line cannot be read counts as one that serves. */
BOOL running_broker_find(BOOL every_session, struct running_broker *found);

#endif

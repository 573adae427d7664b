/* start_file.h - the file in which the broker keeps what rules/start_record.h holds: %LOCALAPPDATA%\OutlookBroker\
 * outlook-starts.txt. A local file, since a roaming hive would bring one machine's processes to another. */
#ifndef OB_HOST_START_FILE_H
#define OB_HOST_START_FILE_H

#include <windows.h>
#include "rules/start_record.h"

/* FALSE, and everything zero: there is none, or it is not whole. Nothing is made. */
BOOL start_file_read(struct start_record *record);

/* Replaces the file in one step, once the new text is on disk: a crash leaves the old one or the new one. Takes the
 * file away where there is nothing to keep. */
HRESULT start_file_write(const struct start_record *record);

#endif

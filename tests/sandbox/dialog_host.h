/* dialog_host.h - a dialog that another process shows, as the window of a sign-in is one of its host's.
 * The process is this program under the image's name, a copy in the store's folder; it ends with the one that started
 * it, and its window is owned by the starter's, if that shows one. */
#pragma once

#include "dialog.h"

/* The process; NULL: it could not be started. Let go by dialog_host_end, which ends it too. */
HANDLE dialog_host_start(const struct dialog *dialog, HWND owner);
/* Of a process that has ended: as dialog_run answers. */
int dialog_host_answer(HANDLE host);
void dialog_host_end(HANDLE host);

/* The other side: what the process does whose first argument is this. Returns its exit code. */
#define DIALOG_HOST_SWITCH L"/ShowDialog"
int dialog_host_main(int argc, WCHAR **argv);

/* paths.h - where the broker keeps its things: %LOCALAPPDATA%\OutlookBroker, made when first asked for. */
#ifndef OB_HOST_PATHS_H
#define OB_HOST_PATHS_H

#include <windows.h>
#include "error.h"

#define DATA_PATH_SIZE 520

/* The folder itself, or a file in it when leaf is given. */
HRESULT data_path(WCHAR out[DATA_PATH_SIZE], const WCHAR *leaf, struct error *error);

/* The folder's path, whether or not it is there: nothing is made. */
HRESULT data_folder(WCHAR out[DATA_PATH_SIZE]);

/* The full path of this program. */
HRESULT program_path(WCHAR out[DATA_PATH_SIZE]);

#endif

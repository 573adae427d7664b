/* sandbox.c - what tests tell the sandbox and hear of it; see support.h. */
#include "support.h"
#include <wchar.h>

void ob_control(const char *lines)
{
    WCHAR beside[1024];

    DeleteFileW(ob_sandbox_path(L"held.txt"));
    /* In one step, so that the sandbox never reads half of it. */
    wcscpy(beside, ob_sandbox_path(L"control.txt.new"));
    ob_write_file(beside, lines, strlen(lines));
    ob_require(MoveFileExW(beside, ob_sandbox_path(L"control.txt"), MOVEFILE_REPLACE_EXISTING), "control.txt: %lu",
        GetLastError());
}

void ob_wait_held(void)
{
    ob_require(ob_wait_for_files(ob_sandbox_path(L""), L"held.txt", 1, OB_LONG_MS) == 1, "the sandbox holds no call");
}
